"""The gate reads a literal as the store does: what it lets in compares, sorts and counts; the rest is named and refused."""

from __future__ import annotations

import time
from typing import cast

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from tests.harness.graphs import literals

from onrecord.graph import terms
from onrecord.graph.changes import ChangeSet, as_stored
from onrecord.graph.validation import datatypes
from onrecord.graph.validation.datatypes import is_everyday, unreadable
from onrecord.graph.validation.overlay import read_terms
from onrecord.graph.validation.validate import validate
from onrecord.graph.vocabulary import ontology

pytestmark = pytest.mark.slow


@how(max_examples=40)
@given(st.lists(st.from_regex(datatypes._EVERYDAY, fullmatch=True), min_size=1, max_size=10))
def test_the_store_reads_every_form_of_which_it_is_not_asked(written: list[str]) -> None:
    assert all(map(is_everyday, written))
    assert unreadable(term for term in read_terms(written) if isinstance(term, ox.Literal)) == {}


@pytest.mark.parametrize(
    "literal",
    [
        *(f'"{day}"^^<{literals.XSD}date>' for day in ("2025-02-29", "2025-13-01", "2025-8-28", "2025-08-28\\n")),
        *(f'"2025-08-28T{at}"^^<{literals.XSD}dateTime>' for at in ("24:01:00", "09:60:00", "09:30", "09:30:00+14:30")),
        *(f'"{number}"^^<{literals.XSD}integer>' for number in ("", "-", "1.0", "9223372036854775808")),
        f'"a b"^^<{literals.XSD}anyURI>',
        f'"5"^^<{literals.XSD}byte>',
    ],
)  # fmt: skip
def test_of_anything_else_the_store_is_asked(literal: str) -> None:
    assert not is_everyday(literal)


XSD = literals.XSD
READ = {
    "dateTime": (
        *("2025-08-28T00:00:00Z", "2025-08-28T00:00:00", "2025-08-28T00:00:00.5+03:00", "2025-08-28T24:00:00Z"),
        *("-0043-03-15T12:00:00Z", "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "9999999-01-01T00:00:00Z"),
        *("2024-02-29T00:00:00-14:00", "2025-08-28T00:00:00+14:00"),
    ),
    "date": ("2025-08-28", "-0043-03-15", "10000-01-01", "2025-08-28+03:00"),
    "time": ("09:30:00", "24:00:00", "09:30:00.25Z"),
    "integer": ("5", "-5", "+5", "005", "9223372036854775807", "-9223372036854775808"),
    "decimal": ("5", "5.0", ".5", "5.", "-0.123456789012345678"),
    "double": ("1e400", "INF", "NaN", "-0"),
    "boolean": ("true", "0"),
    "gYear": ("2025", "-0044", "12025"),
    "gMonthDay": ("--12-31",),
    "duration": ("P1Y2M3DT4H5M6.5S", "-P1D"),
    "byte": ("300", "5"),
    "dateTimeStamp": ("2025-08-28T00:00:00Z",),
    "anyURI": ("https://example.org/%20?a=b#c", "https://приклад.укр/", ""),
    "language": ("en", "zh-Hant-TW"),
    "string": ("", "any\x0c\x00text"),
    "token": ("a b", ""),
    "normalizedString": (" a  b ",),
    "hexBinary": ("", "0aFF"),
    "base64Binary": ("", "aGk=", "aG k=", "aGFo"),
    "Name": ("a:b", "é1"),
    "NCName": ("a-b",),
    "NMTOKEN": ("0a",),
}  # fmt: skip
DEAD = {
    "dateTime": (
        *("2025-08-28T00:00Z", "20250828T000000Z", "2025-08-28 00:00:00Z", "2025-8-28T00:00:00Z", "2025-08-28"),
        *("2025-08-28T24:00:01Z", "2025-08-28T23:59:60Z", "2025-08-28T00:00:00+14:01", "2025-08-28T00:00:00z"),
        *("02025-08-28T00:00:00Z", "25-08-28T00:00:00Z", "2025-02-29T00:00:00Z", "2025-08-28T00:00:00Z\n", ""),
        "2025-08-28T00:00:00.1234567890123456789Z",
    ),
    "date": ("2020-W01-1", "20250828", "2025-8-28", "2025-02-30", "2025-08-28T00:00:00Z", "2025-08-28+15:00", "28.08.2025"),
    "time": ("09:30", "23:59:60", "9:30:00"),
    "integer": ("1_000", " 5", "5\n", "five", "5.0", "5e1", "٣", "", "9223372036854775808", "9" * 5000),
    "decimal": ("5e1", "5_0.4", ".", "1,5", "0.1234567890123456789", "1" + "0" * 21),
    "double": ("1e", "1_0", "0x1p3", "1,5"),
    "boolean": ("TRUE", "yes", " true", "true\n"),
    "gYear": ("25", "02025"),
    "gMonthDay": ("--02-30", "12-31"),
    "duration": ("P", "PT", "1Y", "P1.5Y", "P1M-1D"),
    "yearMonthDuration": ("P1D",),
    "dayTimeDuration": ("P1M",),
    "byte": ("x", "9223372036854775808"),
    "dateTimeStamp": ("2025-08-28",),
    "anyURI": ("https://example.org/\n", "https://example.org/a b", "https://example.org/\x0c", "<https://example.org/>"),
    "language": ("", "en_GB", "en ", "englishenglish"),
    "token": (" a", "a  b", "a\n"),
    "normalizedString": ("a\tb",),
    "hexBinary": ("0", "zz"),
    "base64Binary": ("a", "aGk", "a=b=", "aGl="),
    "Name": ("0a", ""),
    "NCName": ("a:b",),
    "NMTOKEN": ("a b", ""),
    "QName": ("a:b",),
    "Date": ("2025-08-28",),
}  # fmt: skip
ASKED = {
    "boolean": "?x && true",
    **dict.fromkeys(("integer", "decimal", "double", "float"), "?x + 0"),
    **dict.fromkeys(("dateTime", "date", "gYear", "gYearMonth"), "YEAR(?x)"),
    **dict.fromkeys(("gMonth", "gMonthDay"), "MONTH(?x)"),
    "gDay": "DAY(?x)",
    "time": "HOURS(?x)",
    **dict.fromkeys(("duration", "dayTimeDuration"), f'?x + "PT0S"^^<{XSD}dayTimeDuration>'),
    "yearMonthDuration": f'?x + "P0M"^^<{XSD}yearMonthDuration>',
}
"""What has an answer only if ?x is a value of the type."""


def literal(name: str, value: str) -> ox.Literal:
    return ox.Literal(value, datatype=ox.NamedNode(XSD + name))


def is_alive(sent: ox.Literal) -> bool:
    """Whether a query that computes with the stored literal gets an answer, under the name of a type that has values."""
    node, store = ox.NamedNode("urn:x"), ox.Store()
    store.add(ox.Quad(node, node, sent))
    (quad,) = store
    kept = cast("ox.Literal", quad.object).datatype.value.removeprefix(XSD)
    if kept not in ASKED:
        return False
    (row,) = cast("ox.QuerySolutions", store.query(f"SELECT ?r {{ ?s ?p ?x BIND({ASKED[kept]} AS ?r) }}"))
    return row["r"] is not None


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, values in READ.items() for v in values])
def test_what_the_store_reads_is_let_in(name: str, value: str) -> None:
    sent = literal(name, value)
    assert unreadable([sent]) == {}
    assert name in literals.TEXTS or is_alive(sent)


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, values in DEAD.items() for v in values])
def test_what_the_store_cannot_read_is_named_with_the_remedy(name: str, value: str) -> None:
    sent = literal(name, value)
    (message,) = unreadable([sent]).values()
    assert f"cannot be read as xsd:{name}, which is " in message
    assert value in message or value[:8].encode("unicode_escape").decode() in message
    assert len(message) < 500
    assert not is_alive(sent)


def test_every_datatype_of_the_ontology_is_in_the_tables() -> None:
    stated = {p.range for p in ontology.properties().values() if p.range is not None and not p.is_object}
    assert stated - {XSD + name for name in READ} == {
        terms.PREFIXES["rdf"] + "langString",
        terms.PREFIXES["rdfs"] + "Literal",
    }


def test_a_misspelt_datatype_is_told_what_may_have_been_meant() -> None:
    (message,) = unreadable([literal("datetime", "2025-08-28T00:00:00Z")]).values()
    assert message.endswith("which is no datatype that is kept here; xsd:dateTime may be meant.")


def test_a_datatype_that_means_nothing_to_the_store_is_left_alone() -> None:
    assert unreadable([ox.Literal("x", datatype=ox.NamedNode("http://example.org/type"))]) == {}


@pytest.mark.parametrize("name", [*literals.WITH_VALUES, *literals.DERIVED])
@how(max_examples=19)
@given(data=st.data())
def test_gate_and_store_agree_on_every_literal(name: str, data: st.DataObject) -> None:
    # Several in one example: to begin one takes longer than to look at a literal.
    some = data.draw(st.lists(literals.literals(name), min_size=8, max_size=8))
    node = ox.NamedNode("urn:x")
    for sent in some:
        (quad,) = as_stored([ox.Quad(node, node, sent)])
        kept = cast("ox.Literal", quad.object)
        assert (not unreadable([sent])) == is_alive(sent)
        assert (not unreadable([kept])) == is_alive(kept) == is_alive(sent)
    assert set(unreadable(some)) == {sent for sent in some if not is_alive(sent)}


@how(max_examples=60)
@given(st.sampled_from(sorted(ontology.properties())), st.sets(literals.ANY, min_size=1, max_size=6))
def test_a_dead_literal_is_refused_at_every_property(name: str, sent: set[ox.Literal]) -> None:
    subject, predicate = ox.NamedNode(terms.DEFAULT_BASE + "thing/one"), ox.NamedNode(name)
    graph = ox.NamedNode(terms.DEFAULT_BASE + "graph/reference")
    change = ChangeSet(added=frozenset(ox.Quad(subject, predicate, value, graph) for value in sent))
    kept = {cast("ox.Literal", quad.object) for quad in change.added}
    named = {
        (result.path, result.value)
        for result in validate(change).results
        if result.shape == "https://w3id.org/onrecord/shapes#ReadableLiteral"
    }
    assert named == {(name, str(value)) for value in unreadable(kept)}
    assert {value for _, value in named} >= {
        str(value)
        for value in kept
        if value.datatype.value.removeprefix(XSD) in {*ASKED, *literals.DERIVED} and not is_alive(value)
    }


def test_what_is_let_in_is_sorted_as_its_kind_is() -> None:
    written = ["-0044-03-15", "-0043-03-15", "0000-01-01", "0999-01-01", "2025-08-28", "10000-01-01", "9999999-01-01"]  # fmt: skip
    days = [literal("dateTime", day + "T00:00:00Z") for day in written]
    assert unreadable(days) == {}
    store = ox.Store()
    store.extend(ox.Quad(ox.NamedNode("urn:x"), ox.NamedNode("urn:x"), day) for day in days)
    rows = cast("ox.QuerySolutions", store.query("SELECT ?x { ?s ?p ?x } ORDER BY ?x"))
    assert [row["x"] for row in rows] == days


@pytest.mark.parametrize("name", ["integer", "decimal", "double", "dateTime", "duration", "anyURI", "base64Binary", "token", "NCName"])  # fmt: skip
@pytest.mark.parametrize("piece", ["9", "a", "a ", "-", "\n"])
def test_a_megabyte_is_judged_at_once(name: str, piece: str) -> None:
    begin = time.process_time()
    unreadable([literal(name, piece * (1_000_000 // len(piece)) + "!")])
    assert time.process_time() - begin < 10
