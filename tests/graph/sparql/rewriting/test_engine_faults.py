"""docs/engine-faults.md against the engine alone: a fault that is mended there is found out here, and its rewriting can go."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.harness.asking import Rows, answer, raw, store

TEXT = (Path(__file__).parents[4] / "docs/engine-faults.md").read_text(encoding="utf-8")
DATA = "ex:a ex:p ex:b . GRAPH ex:g1 { ex:a ex:p 1 } GRAPH ex:g2 { ex:b ex:p 2 }"


class Fault(NamedTuple):
    """A section of the document, and what its query has to give."""

    title: str
    right: bool | Rows
    ours: bool = True
    """Whether it is rewritten; if not, the document says why."""


FAULTS = [
    Fault("Names with two dots", [("<http://example.org/v1.0.2>",)]),
    Fault("Codepoint escapes outside of strings and IRIs", [("1",)]),
    Fault("TRUE and FALSE in capitals", [("true",)]),
    Fault("A variable selected twice", [("1",)]),
    Fault("REPLACE: references to groups", [('"28_08_2025"',)]),
    Fault("REGEX and REPLACE: the language of patterns", [("false", "true", "false", "false")]),
    Fault("GROUP_CONCAT of IRIs and numbers", [('"http://example.org/a 1"',)]),
    Fault("GROUP_CONCAT of strings with a language", [('""',)]),
    Fault("Booleans in order", [("true", "true")]),
    Fault("Zero divided by a decimal", [("0",)]),
    Fault("Paths of length zero from a term that is not in the data", [("<http://example.org/nowhere>",)]),
    Fault("GRAPH ?g around VALUES", [("<http://example.org/g1>", "1"), ("<http://example.org/g2>", "1")]),
    Fault("GRAPH ?g around a subquery", [("<http://example.org/g1>", "1"), ("<http://example.org/g2>", "1")]),
    Fault("GRAPH ?g around MINUS", [("1",), ("2",)]),
    Fault("A graph that is not there", False),
    Fault("BNODE of one string", [("2",)]),
    Fault("Casts of strings with white space around", [("7",)]),
    Fault("IRIs relative to a base with dot segments", [("<http://example.org/g>",)]),
    Fault("Characters beyond U+FFFF in names", [("<http://example.org/😀>",)], ours=False),
    Fault("Literals are kept by value", [('"1.0"', '"01"')], ours=False),
    Fault("Integers beyond 64 bits", [("true",)], ours=False),
    Fault("A date with a time zone plus a duration", [('"2020-03-01T12:30:45-05:00"',)], ours=False),
]


def case(title: str) -> str:
    """The query of a section."""
    section = TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    return re.search(r"```sparql\n(.*?)```", section, re.DOTALL)[1]  # type: ignore[index]


def got(found: bool | tuple[list[str], Rows]) -> bool | Rows:
    """What is compared: the rows in any order."""
    return found if isinstance(found, bool) else sorted(found[1], key=str)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.title)
def test_the_engine_alone_still_has_the_fault(fault: Fault) -> None:
    try:
        found = got(raw(case(fault.title), DATA))
    except SyntaxError:
        return
    assert found != fault.right, "the engine is mended: take the rewriting and the section out"


@pytest.mark.parametrize("fault", [f for f in FAULTS if f.ours], ids=lambda fault: fault.title)
def test_the_rewritten_query_is_answered_rightly(fault: Fault) -> None:
    assert got(answer(case(fault.title), store(DATA))) == fault.right


def test_the_document_has_the_faults_that_are_tested() -> None:
    titles = re.findall(r"^## (.*)$", TEXT, re.MULTILINE)
    assert titles == [fault.title for fault in FAULTS]
    assert TEXT.count("```sparql\n") == len(FAULTS)
    for word in ("Since: ", "Here: "):
        assert TEXT.count(f"\n{word}") == len(FAULTS)
