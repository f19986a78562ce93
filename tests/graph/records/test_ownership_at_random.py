"""Whatever records and edits do in turn: a build takes back exactly what no record says any more, and no edit."""

from __future__ import annotations

import random
from pathlib import Path

import pyoxigraph as ox
import pytest

from onrecord.graph import terms
from onrecord.graph.ledger import Ledger
from onrecord.graph.records.build import RECORDS, BuildClash, build
from onrecord.graph.records.record_file import RecordFile
from onrecord.graph.records.seeds import Seeds
from onrecord.graph.settings import Settings

BASE = terms.DEFAULT_BASE
GRAPHS = [f"{BASE}document/d/{name}" for name in "ab"]
FACTS = [
    ox.Quad(
        ox.NamedNode(f"{BASE}statement/one"),
        ox.NamedNode(terms.REC + "note"),
        ox.Literal(f"{number}", language="en"),
        ox.NamedNode(graph),
    )
    for graph in GRAPHS
    for number in range(4)
]
"""Of one statement, in the graphs of two versions; any of three records may say any of them."""


def seeds_of(records: list[set[ox.Quad]]) -> Seeds:
    made = tuple(
        RecordFile(f"records/{number}.yaml", GRAPHS[number % 2], frozenset(quads), {}, {}, (), {})
        for number, quads in enumerate(records)
    )
    return Seeds(frozenset[ox.Quad]().union(*records), made)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_a_build_takes_back_what_no_record_says_any_more_and_no_edit(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311
    records: list[set[ox.Quad]] = [set(), set(), set()]
    by_service: set[ox.Quad] = set()
    """Facts there are that were last stated through the service."""
    seen = {"built": 0, "clashed": 0, "edited": 0, "taken back": 0, "kept for an edit": 0}
    with Ledger.open(Settings(data=tmp_path / "data", shapes=False)) as ledger:

        def present() -> set[ox.Quad]:
            graphs = set(GRAPHS) & set(ledger.graph_names())
            return {quad for graph in graphs for quad in ledger.quads(graph)}

        for _ in range(60):
            before, fact = present(), draw.choice(FACTS)
            if draw.random() < 0.4:
                verb = "DELETE" if fact in before else "INSERT"
                triple = f"<{fact.subject.value}> <{fact.predicate.value}> {fact.object}"  # type: ignore[union-attr]
                ledger.update(f"{verb} DATA {{ GRAPH {fact.graph_name} {{ {triple} }} }}", author="anna")
                by_service ^= {fact} if verb == "INSERT" or fact in by_service else set()
                seen["edited"] += 1
                assert present() == before ^ {fact}
                continue
            for quad in draw.sample(FACTS, 3):
                draw.choice(records).symmetric_difference_update({quad})
            seeds = seeds_of(records)
            try:
                build(ledger, seeds, message=RECORDS)
            except BuildClash:
                seen["clashed"] += 1
                assert present() == before
                assert seeds.quads - before
                build(ledger, seeds, message=RECORDS, put_back=True)
            seen["built"] += 1
            seen["taken back"] += bool(before - seeds.quads - by_service)
            seen["kept for an edit"] += bool(by_service - seeds.quads)
            # What no record says is there only if an edit said it last; what a record says is there.
            assert present() == seeds.quads | by_service
    assert all(count > 2 for count in seen.values()), seen
