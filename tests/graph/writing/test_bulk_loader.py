"""What the loader takes for written as the store writes it, without a look into a store."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from onrecord.graph.changes import as_stored
from onrecord.graph.writing import bulk_loader

_SIGN, _TWO = st.sampled_from(["", "", "-", "+"]), st.integers(0, 62).map("{:02}".format)
_ZONES = st.sampled_from(["", "", "Z", "+00:00", "-00:00", "+03:00", "-14:00", "+14:59", "z"])
_YEARS = st.sampled_from(["2025", "0999", "1000", "9999", "12025", "-2025", "0000"])
_DAYS = st.builds(
    "{}-{}-{}".format, _YEARS, st.integers(0, 13).map("{:02}".format), st.integers(0, 32).map("{:02}".format)
)
_FRACTIONS = st.sampled_from(["", "", ".5", ".50", ".0", ".", ".123456789012345678", ".1234567890123456789"])
_TIMES = st.builds("T{}:{}:{}{}".format, st.integers(0, 25).map("{:02}".format), _TWO, _TWO, _FRACTIONS)
_WRITTEN = st.one_of(
    st.tuples(st.just("integer"), st.builds("{}{}{}".format, _SIGN, st.sampled_from(["", "0", "00"]), st.integers(0, 10**19))),
    st.tuples(st.just("date"), st.builds("{}{}".format, _DAYS, _ZONES)),
    st.tuples(st.just("dateTime"), st.builds("{}{}{}".format, _DAYS, _TIMES, _ZONES)),
    st.tuples(st.sampled_from(["integer", "decimal", "urn"]), st.sampled_from(['1"', "\\n1", "01\n", '\\"1', "1\t"])),
    st.tuples(st.sampled_from(["anyURI", "language", "decimal", "boolean", "int", "string"]), st.sampled_from(["a", "EN", "1", "01", "1.0", "true"])),
)  # fmt: skip


@pytest.mark.slow
@how(max_examples=1500, derandomize=True, deadline=None)
@given(_WRITTEN)
def test_what_is_written_as_it_was_sent_is_written_as_the_store_has_it(typed: tuple[str, str]) -> None:
    name, text = typed
    literal = Literal(text, datatype=NamedNode(f"http://www.w3.org/2001/XMLSchema#{name}"))
    quad = Quad(NamedNode("urn:s"), NamedNode("urn:p"), literal)
    sent = serialize([quad], format=RdfFormat.N_QUADS)
    assert sent is not None
    if bulk_loader._Canonical().holds(sent):
        assert as_stored([quad]) == {quad}


@pytest.mark.parametrize("text", ["2025-08-28", "2025-08-28+03:00", "2025-08-28Z"])
def test_an_ordinary_day_needs_no_look_into_a_store(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_loader, "as_stored", lambda quads: frozenset() if quads else frozenset(quads))
    line = f'<urn:s> <urn:p> "{text}"^^<http://www.w3.org/2001/XMLSchema#date> .\n'
    assert bulk_loader._Canonical().holds(line.encode())


@pytest.mark.parametrize(
    ("value", "holds"),
    [('"a\\nb \\"c\\""@en', True), ('"a\\n"^^<urn:d>', True), ('"\\n01"^^<http://www.w3.org/2001/XMLSchema#string>', True),
     ('"a \\"^^<urn:d> \\\\"@en', True), ('"a\\n"@EN', False), ('"01"^^<http://www.w3.org/2001/XMLSchema#integer>', False)],
)  # fmt: skip
def test_an_escape_in_a_text_does_not_make_a_whole_chunk_doubtful(value: str, holds: bool) -> None:
    other = '<urn:s> <urn:p> "a \\"b\\" c"^^<urn:d> <urn:g> .\n'
    assert bulk_loader._Canonical().holds(f"<urn:s> <urn:p> {value} <urn:g> .\n{other}".encode()) is holds
