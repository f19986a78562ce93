"""What importers describe is what a record in YAML would say with the same keys."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pyoxigraph as ox
import pytest

from onrecord.graph import terms
from onrecord.graph.importers.model import Record, slug

BASE = terms.DEFAULT_BASE
REC = terms.REC


def test_keys_are_properties_with_the_datatypes_of_the_context() -> None:
    record = Record("1")
    iri = record.describe(
        "statement/a",
        "Statement",
        label={"en": "A"},
        speaker="actor/x",
        saidOn=date(2025, 8, 28),
        saidAt=datetime(2025, 8, 28, 9, 21, tzinfo=UTC),
    )
    subject = ox.NamedNode(BASE + "statement/a")
    assert iri == subject.value
    assert set(record.triples) == {
        ox.Triple(subject, ox.NamedNode(terms.RDF_TYPE), ox.NamedNode(REC + "Statement")),
        ox.Triple(subject, ox.NamedNode(terms.PREFIXES["rdfs"] + "label"), ox.Literal("A", language="en")),
        ox.Triple(subject, ox.NamedNode(REC + "speaker"), ox.NamedNode(BASE + "actor/x")),
        ox.Triple(subject, ox.NamedNode(REC + "saidOn"), _typed("2025-08-28", "date")),
        ox.Triple(subject, ox.NamedNode(REC + "saidAt"), _typed("2025-08-28T09:21:00+00:00", "dateTime")),
    }


def test_none_and_an_empty_list_say_nothing_and_a_list_says_each() -> None:
    record = Record("1")
    record.describe(
        "claim/a",
        "QuantityClaim",
        note=None,
        weapon=[],
        concerns=["event/a", "event/b"],
        measure="killed",
        atLeast=3,
    )
    said = {
        (t.predicate.value.removeprefix(REC), getattr(t.object, "value", "").removeprefix(BASE))
        for t in record.triples[1:]
    }
    assert said == {
        ("concerns", "event/a"),
        ("concerns", "event/b"),
        ("measure", f"{REC.removeprefix(BASE)}killed"),
        ("atLeast", "3"),
    }


@pytest.mark.parametrize(
    ("kind", "keys", "wrong"),
    [
        ("Nothing", {}, "'Nothing' is no class"),
        ("Statement", {"speeker": "actor/x"}, "unknown key 'speeker': did you mean 'speaker'?"),
        ("Statement", {"saidOn": "28 August"}, "'saidOn'"),
        ("Claim", {"stance": "Assert"}, "did you mean 'Asserts'?"),
        ("Event", {"label": "A"}, "'label' needs a language"),
    ],
)  # fmt: skip
def test_a_mistake_in_an_importer_is_named(kind: str, keys: dict[str, object], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong.replace("?", r"\?")):
        Record("1").describe("statement/a", kind, **keys)


def test_a_passage_has_the_offsets_of_an_excerpt_and_the_same_words_one_name() -> None:
    record = Record("1")
    first = record.passage("document/a/rows", "3,4")
    assert first == record.passage("document/a/rows", "3,4") != record.passage("document/a/rows", "3,5")
    by_place = record.passage("document/a/rows", "ab", start=1, end=3)
    assert by_place == f"{BASE}document/a/rows#char=1,3"
    ends = [t.object for t in record.triples if t.predicate.value == REC + "end"]
    assert ends == [_typed("3", "integer")]


def test_a_slug_keeps_names_apart_that_its_letters_would_not() -> None:
    assert slug("Odesa oblast") == "odesa-oblast"
    assert len({slug("Молнія"), slug("Фенікс"), slug("a" * 80), slug("a" * 81)}) == 4
    assert all(len(slug(text)) <= 60 for text in ("Молнія", "a" * 80, "a b" * 50))


def _typed(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(terms.PREFIXES["xsd"] + datatype))


def test_names_and_texts_are_as_the_shapes_take_them_and_quoted_words_as_they_stand() -> None:
    record = Record("a")
    record.describe("topic/a", "Topic", label={"uk": "\u0456\u0308"}, note={"en": "one\r\ntwo\rthree"})
    record.passage("document/a/b", "e\u0301 one\r\ntwo")
    said = {triple.object.value for triple in record.triples}
    assert {"\u0457", "one\ntwo\nthree", "e\u0301 one\r\ntwo"} <= said
