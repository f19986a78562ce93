"""Literals: what the gate sees of one is what the store keeps of it, and docs/literals.md says what that is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from docs import literals
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

from onrecord.graph.changes import ChangeSet
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings
from onrecord.graph.writing.scratch import Scratch

pytestmark = pytest.mark.slow

DOCS = Path(__file__).resolve().parents[2] / "docs"
EX = "http://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
DATATYPES = [
    *(
        "integer",
        "decimal",
        "double",
        "float",
        "boolean",
        "string",
        "int",
        "byte",
        "unsignedLong",
        "negativeInteger",
    ),
    *("dateTime", "dateTimeStamp", "date", "time", "gYear", "gYearMonth", "gMonthDay", "gDay", "duration"),
    *("dayTimeDuration", "yearMonthDuration", "anyURI", "hexBinary", "language", "token", "normalizedString"),
]
DIGITS = st.text("0123456789+-.eE", max_size=24)
MOMENTS = st.builds(
    "{:04d}-{:02d}-{:02d}T{:02d}:{:02d}:{:02d}{}{}".format,
    *(st.integers(*bounds) for bounds in ((0, 12000), (0, 13), (0, 31), (0, 24), (0, 60), (0, 60))),
    st.sampled_from(["", ".0", ".10", ".123456789012345678901"]),
    st.sampled_from(["", "Z", "+00:00", "-00:00", "+03:00", "+14:01"]),
)
PERIODS = st.builds(
    "{}P{}{}T{}{}".format,
    st.sampled_from(["", "-"]),
    *(st.sampled_from(["", f"0{unit}", f"12{unit}", f"400{unit}"]) for unit in ("M", "D", "H", "S")),
)
VALUES = st.one_of(DIGITS, MOMENTS, MOMENTS.map(lambda m: m[:10]), PERIODS, st.text(max_size=12))
LITERALS = st.one_of(
    st.builds(lambda value, name: Literal(value, datatype=NamedNode(XSD + name)), VALUES, st.sampled_from(DATATYPES)),
    st.builds(
        lambda value, tag: Literal(value, language=tag),
        st.text(max_size=12),
        st.sampled_from(["en", "en-GB", "EN", "uk", "zh-Hant-TW", "de-CH-1996", "x-Klingon"]),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    settings = Settings(data=tmp_path_factory.mktemp("literals"), query_seconds=120)
    with Ledger.open(settings, _gate=False) as opened:
        yield opened


def test_the_table_in_the_documentation_is_what_the_store_does() -> None:
    assert (DOCS / "literals.md").read_text() == literals.document()


def test_the_table_shows_what_is_rewritten_and_what_is_not() -> None:
    rows = {written: kept for written, kept, _ in literals.table()}
    assert rows['`"007"` xsd:integer'] == '`"7"` xsd:integer'
    assert rows['`"words"@en-GB`'] == '`"words"@en-gb`'
    assert rows['`" 007 "` xsd:string'] == "the same"
    assert len(rows) == len(list(literals.table())) > 35


@how(max_examples=1000)
@given(LITERALS)
def test_what_a_change_says_of_a_literal_is_what_a_store_makes_of_it(literal: Literal) -> None:
    node = NamedNode(EX + "x")
    change = ChangeSet(added=frozenset({Quad(node, node, literal, node)}))
    scratch = Scratch()
    scratch.add(change.added)
    assert set(scratch.store) == change.added
    assert ChangeSet.from_rows(change.rows).added == change.added


@how(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(LITERALS, min_size=30, max_size=80))
def test_what_was_checked_is_what_is_kept(ledger: Ledger, sent: set[Literal]) -> None:
    graph = EX + "g"
    quads = [
        Quad(NamedNode(f"{EX}{n}"), NamedNode(EX + "p"), literal, NamedNode(graph))
        for n, literal in enumerate(sent)
    ]
    before = ledger.quads(graph) if ledger.store_exists(graph) else []
    checked = ChangeSet.between(before, quads)
    ledger.commit(checked, message="m", author="a")
    kept = set(ledger.quads(graph))
    assert kept >= checked.added
    assert kept == (set(before) - checked.removed) | checked.added


@how(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(LITERALS, min_size=30, max_size=80))
def test_an_update_and_an_upload_keep_the_same_of_the_same_literals(
    ledger: Ledger, sent: set[Literal]
) -> None:
    lines = [f"<{EX}{n}> <{EX}p> {literal} ." for n, literal in enumerate(sent)]
    upload = [("\n".join(lines).encode(), "application/n-triples")]
    ledger.store_write(EX + "up", upload, whole=True, base=EX, author="a")
    ledger.update(
        f"DROP SILENT GRAPH <{EX}do> ; INSERT DATA {{ GRAPH <{EX}do> {{ {' '.join(lines)} }} }}", author="a"
    )
    assert {q.triple for q in ledger.quads(EX + "up")} == {q.triple for q in ledger.quads(EX + "do")}
    assert all(
        literals.stored(q.object) == q.object
        for q in ledger.quads(EX + "do")
        if isinstance(q.object, Literal)
    )
