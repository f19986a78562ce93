"""Graphs that are made piece by piece: what is derived is what deriving everything at once gives."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from bench import generate
from bench.machine import graphs
from pyoxigraph import Quad, RdfFormat, Store, parse

from onrecord.graph.changes import as_stored
from onrecord.graph.disputes import derivation
from onrecord.graph.ledger import Ledger
from onrecord.graph.search import keys
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

QUADS = 25_000


def at_once() -> set[Quad]:
    store = Store()
    own = as_stored(parse("".join(generate.lines(QUADS)).encode(), RdfFormat.N_QUADS))
    store.extend(own)
    for _, added in derivation.steps(store, None):
        store.extend(as_stored(added))
    return {*store, *as_stored(keys.derive(own))}


def test_pieces_give_what_the_whole_gives_and_each_quad_once(tmp_path: Path) -> None:
    files = graphs.derived(QUADS, tmp_path, piece=5_000)
    assert len(files) > 3
    quads = [quad for file in files for quad in parse(path=str(file), format=RdfFormat.N_QUADS)]
    assert len(quads) == len(set(quads))
    assert set(quads) == at_once()


def test_the_graph_that_is_made_can_be_asked_and_written(tmp_path: Path) -> None:
    graphs.make(12_000, tmp_path, piece=3_000)
    with Ledger.open(Settings(data=tmp_path)) as ledger:
        (commit,) = ledger.history()
        figures = ledger.figures()
        assert commit.added == sum(1 for _ in generate.lines(12_000))
        assert figures is not None
        assert figures.totals is not None
        assert figures.totals["triples"] > commit.added
        ledger.update(
            'INSERT DATA { GRAPH <graph/reference> { <actor/g-5> rec:note "Seen."@en } }', author="a"
        )
        assert [c.version for c in ledger.history()] == [2, 1]


def test_a_piece_begins_where_an_event_is_first_told() -> None:
    pieces = list(graphs._pieces(generate.lines(30_000), 4_000))
    assert [line for piece in pieces for line in piece] == list(generate.lines(30_000))
    for before, after in pairwise(pieces):
        assert len(before) >= 4_000
        graph = after[0].split(" ")[-2]
        assert any("Strike> " in line and graph in line for line in after)
