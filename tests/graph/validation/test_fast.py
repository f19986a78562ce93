"""The fast engine: it finds what pyshacl finds, and where it does not, pyshacl has the last word."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from rdflib import RDF, SH
from tests.harness import engines
from tests.harness.graphs import literals
from tests.harness.graphs.world import BASE, FACTS, GRAPH, REC, node, quad

from onrecord.graph import terms
from onrecord.graph.changes import ChangeSet
from onrecord.graph.validation import fast
from onrecord.graph.validation import validate as validation
from onrecord.graph.validation.report import SHAPES
from onrecord.graph.validation.validate import validate
from onrecord.graph.vocabulary import ontology

pytest.importorskip("shacl", reason="the extra `fast` is not installed")

# It says what pyshacl says


@pytest.mark.parametrize("number", range(30))
def test_both_find_the_same_nodes_at_fault(number: int) -> None:
    """Thousands of others: `python -m tests.torture gate`."""
    found = engines.judge(engines.change(number), engines.world())
    assert found.raised == ""
    assert found.fast == found.pyshacl


@pytest.mark.slow
def test_the_generated_changes_are_of_all_kinds() -> None:
    changes = [engines.change(number) for number in range(300)]
    touched = {quad.subject.value for change in changes for quad in change.added | change.removed}
    for kind in (
        "Tenure",
        "Assessment",
        "Rule",
        "ClaimRelation",
        "Commit",
        "Identity",
        "QuantityClaim",
        "Excerpt",
    ):
        of_it = {q.subject.value for q in FACTS if q.object == ox.NamedNode(REC + kind)}
        assert of_it & touched, kind
    properties = {quad.predicate.value for change in changes for quad in change.added | change.removed}
    assert {REC + "from", REC + "until", REC + "asOfUntil", REC + "verdict", REC + "derivedBy"} <= properties


_ANY = st.builds(
    lambda fact, value: (fact, ox.Quad(fact.subject, fact.predicate, value, GRAPH)),
    st.sampled_from(FACTS),
    literals.ANY,
)


@pytest.mark.slow
@how(max_examples=25, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_ANY, min_size=1, max_size=3))
def test_both_find_the_same_whatever_the_literals(replaced: list[tuple[ox.Quad, ox.Quad]]) -> None:
    change = ChangeSet.between((old for old, _ in replaced), (new for _, new in replaced))
    found = engines.judge(change, engines.world())
    assert found.raised == ""
    assert found.fast == found.pyshacl


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        (("2020-01-01", "2024-01-01"), ("2024-01-01", None), False),
        (("2020-01-01", "2024-01-02"), ("2024-01-01", None), True),
        (("2020-01-01", None), ("2024-01-01", "2025-01-01"), True),
        (("-0044-03-15", "0000-01-01"), ("0001-01-01", "10000-01-01"), False),
        (("-0044-03-15", "10001-01-01"), ("10000-12-31", None), True),
        # the second begins a day later in the text, and two hours before the first ends
        (("2020-01-01", "2024-01-01-12:00"), ("2024-01-02+14:00", None), True),
        (("2020-01-01", "2024-01-01+14:00"), ("2024-01-01-12:00", None), False),
    ],
)  # fmt: skip
def test_tenures_that_overlap(
    first: tuple[str, str | None], second: tuple[str, str | None], overlap: bool
) -> None:
    """The fast engine finds no order among days, so pyshacl is asked of tenures that stand beside others."""
    date = ox.NamedNode(literals.XSD + "date")
    old = {q for q in FACTS if q.subject == node("tenure/ann")}
    rest = {q for q in old if q.predicate.value not in {REC + "from", REC + "until"}}
    new = set()
    for name, days in (("tenure/ann", first), ("tenure/other", second)):
        new |= {ox.Quad(node(name), q.predicate, q.object, q.graph_name) for q in rest}
        new |= {
            quad(name, bound, ox.Literal(day, datatype=date))
            for bound, day in zip(("from", "until"), days, strict=True)
            if day is not None
        }
    asked = fast.Engines(fast=True)
    report = validate(ChangeSet.between(old, new), engines.world(), asked)
    at_fault = {BASE + "tenure/ann", BASE + "tenure/other"} if overlap else set()
    assert {r.focus for r in report.results if r.shape == SHAPES + "TenureOverlap"} == at_fault
    assert (asked.failed, asked.disagreed) == (0, 0)


DAYS = ("2020-01-01", "2022-06-15", "2024-01-01", None)


@pytest.mark.parametrize("until", DAYS)
@pytest.mark.parametrize("since", DAYS)
def test_pyshacl_is_asked_of_tenures_that_may_overlap_only(since: str | None, until: str | None) -> None:
    """Ann's tenure is from 2022-01-01 to 2023-01-01: the others end before, begin after, or share days with it."""
    date = ox.NamedNode(literals.XSD + "date")
    view = validation.Overlay(
        ChangeSet(
            added=frozenset(
                quad(name, bound, ox.Literal(day, datatype=date))
                for name, bound, day in (
                    ("tenure/one", "from", "2022-01-01"),
                    ("tenure/one", "until", "2023-01-01"),
                    ("tenure/two", "from", since),
                    ("tenure/two", "until", until),
                )
                if day is not None
            )
            | {
                ox.Quad(node(name), ox.NamedNode(terms.RDF_TYPE), ox.NamedNode(REC + "Tenure"), GRAPH)
                for name in ("tenure/one", "tenure/two")
            }
        ),
        None,
    )
    one, two = str(node("tenure/one")), str(node("tenure/two"))
    apart = since == "2024-01-01" or until == "2020-01-01"
    assert fast.is_beyond(one, {two}, view) is fast.is_beyond(two, {one}, view) is not apart


@pytest.mark.parametrize(
    ("exact", "start", "end", "characters", "fits"),
    [
        ("abc", 0, 3, 3, True),
        ("abc", 0, 3, 4, True),
        ("abc", 1, 4, 3, False),  # it ends beyond the text
        ("abc", 0, 4, 9, False),  # a character too many
        ("\U0001f396б\n", 2, 5, 9, True),  # counted as people do, not as bytes
        ("abc", 0, 2**62, 2**62, False),
        ("abc", None, 3, 2, False),
        ("abc", None, 3, 3, True),
        ("abc", 0, None, 1, True),  # nothing to hold it against: of offsets another shape speaks
        ("abc", 0, 3, None, True),
    ],
)
def test_pyshacl_is_asked_of_passages_that_may_not_fit_only(
    exact: str, start: int | None, end: int | None, characters: int | None, fits: bool
) -> None:
    passage, version = "excerpt/x", "document/x/1"
    said = {
        (passage, "exact"): exact, (passage, "start"): start, (passage, "end"): end, (version, "characters"): characters,
    }  # fmt: skip
    quads = {quad(*of, ox.Literal(value)) for of, value in said.items() if value is not None}
    quads.add(quad(passage, "ofVersion", node(version)))
    for name, kind in ((passage, "Excerpt"), (version, "DocumentVersion")):
        quads.add(ox.Quad(node(name), ox.NamedNode(terms.RDF_TYPE), ox.NamedNode(REC + kind), GRAPH))
    change = ChangeSet(added=frozenset(quads))
    view = validation.Overlay(change, None)
    assert fast.is_beyond(str(node(version)), {str(node(passage))}, view) is not fits
    report = validate(change, None, fast.Engines(fast=True))
    assert report == validate(change)
    assert any(result.shape == SHAPES + "ExcerptsFit" for result in report.results) is not fits


@pytest.mark.parametrize(
    ("number", "refused"),
    [("9223372036854775807", False), ("9223372036854775808", True), ("-9223372036854775808", True), ("9" * 40, True)],
)  # fmt: skip
def test_what_the_fast_engine_cannot_hold_is_refused_before_it_is_asked(number: str, refused: bool) -> None:
    """Beyond 64 bits it is wrong in both directions; the store holds no such number either."""
    atmost = next(
        q for q in FACTS if q.subject == node("claim/drones") and q.predicate.value == REC + "atMost"
    )
    count = ox.Literal(number, datatype=ox.NamedNode(literals.XSD + "integer"))
    change = ChangeSet.between({atmost}, {quad("claim/drones", "atMost", count)})
    asked = fast.Engines(fast=True)
    assert validate(change, engines.world(), asked).conforms is not refused
    assert validate(change, engines.world(), asked) == validate(change, engines.world())
    assert (asked.failed, asked.disagreed) == (0, 0)


def test_a_span_that_is_beyond_64_bits_is_found() -> None:
    """Each offset is held, their difference is not: for the fast engine alone it would be no fault of the version's."""
    end = next(q for q in FACTS if q.subject == node("excerpt/own") and q.predicate.value == REC + "end")
    change = ChangeSet.between({end}, {quad("excerpt/own", "end", ox.Literal(-(2**63)))})
    found = engines.judge(change, engines.world())
    assert found.left
    report = validate(change, engines.world(), fast.Engines(fast=True))
    assert report == validate(change, engines.world())
    assert any("its offsets 30 to -9223372036854775808 span" in result.message for result in report.results)


@pytest.mark.parametrize("text", ["\x1c", "\x1f\x1e", "\x85", "\u2028", "\u3000", "\u200b", "\ufeff"])
def test_both_have_the_same_white_space(text: str) -> None:
    """A passage may hold what stands in its text, and must be more than white space."""
    exact = next(q for q in FACTS if q.subject == node("excerpt/own") and q.predicate.value == REC + "exact")
    change = ChangeSet.between({exact}, {quad("excerpt/own", "exact", ox.Literal(text))})
    found = engines.judge(change, engines.world())
    assert found.fast == found.pyshacl
    assert (exact.subject.value in found.pyshacl) is (not text.strip())


def test_the_vocabulary_passes_and_a_large_document_is_judged_in_several_batches() -> None:
    assert validate(
        ChangeSet(added=frozenset(ontology.vocabulary_quads())), None, fast.Engines(fast=True)
    ).conforms
    label, kind = ox.NamedNode(terms.PREFIXES["rdfs"] + "label"), ox.NamedNode(terms.RDF_TYPE)
    many = [node(f"actor/many-{number:03}") for number in range(450)]
    named = {ox.Quad(one, label, ox.Literal("M.", language="en"), GRAPH) for one in many[:-1]}
    added = named | {ox.Quad(one, kind, ox.NamedNode(REC + "Person"), GRAPH) for one in many}
    (result,) = validate(ChangeSet(added=frozenset(added)), None, fast.Engines(fast=True)).results
    assert result.focus == many[-1].value


# Where it does not


@pytest.fixture
def wrong() -> ChangeSet:
    """Two claims that are no more than their kind, and an actor without a name."""
    kind = ox.NamedNode(terms.RDF_TYPE)
    made = {"claim/a": "PropertyClaim", "claim/b": "PropertyClaim", "actor/a": "Person"}
    return ChangeSet(
        added=frozenset(ox.Quad(node(name), kind, ox.NamedNode(REC + of), GRAPH) for name, of in made.items())
    )


def test_messages_are_those_of_pyshacl(wrong: ChangeSet) -> None:
    asked = fast.Engines(fast=True)
    report = validate(wrong, None, asked)
    assert report == validate(wrong)
    assert len(report.results) > 5
    assert (asked.failed, asked.disagreed) == (0, 0)


def test_pyshacl_is_asked_of_the_nodes_at_fault_only(
    wrong: ChangeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    whole = validation._against_shapes

    def noting(focus: list[str], *rest: object) -> object:
        asked.append({one[1:-1] for one in focus})
        return whole(focus, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(validation, "_against_shapes", noting)
    right = frozenset(FACTS)
    validate(ChangeSet(added=right), None, fast.Engines(fast=True))
    assert asked == []
    validate(ChangeSet(added=right | wrong.added), None, fast.Engines(fast=True))
    assert asked == [{BASE + "claim/a", BASE + "claim/b", BASE + "actor/a"}]


def test_where_it_fails_pyshacl_judges_and_it_is_counted(
    wrong: ChangeSet, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(*_: object) -> set[str]:
        raise ValueError("no")

    monkeypatch.setattr(fast, "at_fault", failing)
    asked = fast.Engines(fast=True)
    with caplog.at_level(logging.WARNING, logger="onrecord.validation"):
        assert validate(wrong, None, asked) == validate(wrong)
    assert asked.failed == 1
    assert ["pyshacl checks them" in record.getMessage() for record in caplog.records] == [True]


def test_what_only_it_finds_is_judged_by_pyshacl_and_it_is_counted(
    wrong: ChangeSet, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(fast, "at_fault", lambda *_: {BASE + "actor/ann"})
    asked = fast.Engines(fast=True)
    added = wrong.added | frozenset(FACTS)
    with caplog.at_level(logging.WARNING, logger="onrecord.validation"):
        # The whole batch is pyshacl's then, and with it what the other missed.
        assert validate(ChangeSet(added=added), None, asked) == validate(ChangeSet(added=added))
    assert asked.disagreed == 1
    assert BASE + "actor/ann" in caplog.records[0].getMessage()


def test_memory_that_runs_out_is_no_fault_of_the_change(
    monkeypatch: pytest.MonkeyPatch, wrong: ChangeSet
) -> None:
    def failing(*_: object) -> set[str]:
        raise MemoryError

    monkeypatch.setattr(fast, "at_fault", failing)
    with pytest.raises(MemoryError):
        validate(wrong, None, fast.Engines(fast=True))


def test_without_the_package_pyshacl_judges(wrong: ChangeSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast, "_module", lambda: None)
    assert not fast.is_installed()
    assert not fast.Engines(fast=True).fast
    assert validate(wrong, None, fast.Engines(fast=True)) == validate(wrong)


def test_an_answer_about_others_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    class Strange:
        results = (SimpleNamespace(focus_node="<urn:other>"),)

        def validate_text(self, *_: str) -> Strange:
            return self

        def __bool__(self) -> bool:
            return False

    monkeypatch.setattr(fast, "_compiled", Strange)
    with pytest.raises(ValueError, match="urn:other"):
        fast.at_fault([str(node("actor/ann"))], set(), validation.Overlay(ChangeSet(), None))


def test_nothing_that_is_checked_is_taken_for_an_address() -> None:
    """A change whose only node is called like one is not fetched, and is judged."""
    added = ox.Quad(
        ox.NamedNode("http://127.0.0.1:9/x"),
        ox.NamedNode(terms.RDF_TYPE),
        ox.NamedNode(REC + "Person"),
        GRAPH,
    )
    found = engines.judge(ChangeSet(added=frozenset({added})), None)
    assert found == engines.Verdicts(frozenset({added.subject.value}), frozenset({added.subject.value}))


def test_shapes_are_compiled_once() -> None:
    engines.judge(engines.change(0), engines.world())
    assert fast._compiled() is fast._compiled()
    assert (None, RDF.type, SH.NodeShape) in validation.shapes().graph
