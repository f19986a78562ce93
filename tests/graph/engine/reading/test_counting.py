"""Rows are counted as they are written, in every format, wherever the pieces are cut; too many of them are refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, QueryResultsFormat, QuerySolutions, Store

from onrecord.graph.engine.reading.counting import RowCounter
from onrecord.graph.errors import ResultTooLarge
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

FORMATS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
NASTY = st.text(st.sampled_from('{}",:[]\\\r\n\t <result>ab'), max_size=12)
CELL = st.one_of(st.none(), NASTY)
LOOK_ALIKES = (",{}", "[{}")


def written(rows: Sequence[Sequence[str | None]], format_: str) -> bytes:
    """A table of two columns as the engine writes it."""
    values = " ".join(
        f"({' '.join('UNDEF' if cell is None else str(Literal(cell)) for cell in row)})" for row in rows
    )
    results = Store().query(f"SELECT ?a ?b WHERE {{ VALUES (?a ?b) {{ {values} }} }}")
    assert isinstance(results, QuerySolutions)
    made = results.serialize(None, FORMATS[format_])
    assert made is not None
    return made


@pytest.mark.parametrize("format_", FORMATS)
@given(rows=st.lists(st.tuples(CELL, CELL), max_size=8), cuts=st.lists(st.integers(0, 400), max_size=6))
def test_rows_are_counted_wherever_the_pieces_are_cut(
    format_: str, rows: list[tuple[str | None, str | None]], cuts: list[int]
) -> None:
    text = written(rows, format_)
    counted = RowCounter(format_, 1000)
    places = [0, *sorted(cuts), len(text)]
    for begin, end in pairwise(places):
        counted.take(text[begin:end])
    cells = [cell for row in rows for cell in row if cell is not None]
    if format_ == "json" and any(
        cell.endswith('"}},{') or any(look_alike in cell for look_alike in LOOK_ALIKES) for cell in cells
    ):
        assert counted.counted >= len(rows)
    else:
        assert counted.counted == len(rows)


@pytest.mark.parametrize("format_", FORMATS)
def test_a_table_may_have_as_many_rows_as_the_setting_says_and_no_more(
    settings: Settings, format_: str
) -> None:
    three = "SELECT * { VALUES ?a { 1 2 3 } }"
    with Ledger.open(replace(settings, result_rows=3), _gate=False) as ledger:
        assert ledger.query(three, formats={"solutions": format_}).rows == 3
        with pytest.raises(ResultTooLarge, match=r"more than 3 rows .*ONRECORD_RESULT_ROWS"):
            ledger.query(three.replace("3 }", "3 4 }"), formats={"solutions": format_})


@pytest.mark.parametrize("format_", ["turtle", "ntriples", "rdfxml", "jsonld"])
def test_a_graph_may_have_as_many_triples(settings: Settings, format_: str) -> None:
    three = "CONSTRUCT { <a:a> <a:b> ?a } WHERE { VALUES ?a { 1 2 3 } }"
    with Ledger.open(replace(settings, result_rows=3), _gate=False) as ledger:
        assert ledger.query(three, formats={"graph": format_}).rows == 3
        with pytest.raises(ResultTooLarge, match="ONRECORD_RESULT_ROWS"):
            ledger.query(three.replace("3 }", "3 4 }"), formats={"graph": format_})


def test_the_limit_holds_in_a_result_of_many_pieces(settings: Settings) -> None:
    digits = (f"{{ VALUES ?{column} {{ 0 1 2 3 4 5 6 7 8 9 }} }}" for column in "abcd")
    query = f"SELECT * {{ {' '.join(digits)} }}"
    with (
        Ledger.open(replace(settings, result_rows=9999), _gate=False) as ledger,
        pytest.raises(ResultTooLarge),
    ):
        ledger.query(query)
    with Ledger.open(replace(settings, result_rows=10000), _gate=False) as ledger:
        assert ledger.query(query).rows == 10000
