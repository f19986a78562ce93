"""A small graph is read from memory, a large one from disk, and nobody can tell from the answers."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.graph.changes import ChangeSet
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

Adding = Callable[..., ChangeSet]
QUERIES = [
    "SELECT * { ?s ?p ?o }",
    "SELECT * { GRAPH ?g { ?s ?p ?o } }",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { } } GROUP BY ?g",
    "SELECT * FROM <http://example.org/g> { ?s ?p ?o }",
    "ASK { ?s ?p 'a 7' }",
]


def open_files(ledger: Ledger) -> list[str]:
    """The files of snapshots that the readers hold open."""
    ledger.query("ASK {}").close()
    files = (
        os.readlink(file)
        for reader in ledger.about()["readers"]
        for file in Path(f"/proc/{reader['pid']}/fd").iterdir()
    )
    return [file for file in files if "/snapshots/" in file]


def rows(ledger: Ledger, query: str) -> list[bytes]:
    """The rows of an answer, without those that tell of the commits, which have their times in them."""
    lines = ledger.query(query, formats={"solutions": "tsv", "boolean": "tsv"}).read().splitlines()
    return sorted(
        line for line in lines if b"onrecord" not in line and b"urn:uuid:" not in line and b"_:" not in line
    )


def test_a_graph_within_the_setting_is_held_in_memory_and_a_larger_one_is_not(
    settings: Settings, adding: Adding
) -> None:
    with Ledger.open(replace(settings, readers=1, memory_quads=60), _gate=False) as ledger:
        ledger.commit(adding("a", 10), message="m", author="a")
        assert open_files(ledger) == []
        ledger.commit(adding("b", 100), message="m", author="a")
        assert open_files(ledger) != []


@pytest.mark.parametrize("plain", [False, True])
def test_memory_and_disk_give_the_same_rows(settings: Settings, adding: Adding, plain: bool) -> None:
    settings = replace(settings, seeds=not plain, shapes=not plain)
    answers = []
    for quads in (0, 20_000):
        with Ledger.open(
            replace(settings, memory_quads=quads, data=settings.data / str(quads)), _gate=False
        ) as ledger:
            ledger.commit(adding("a", 30), message="m", author="a")
            ledger.commit(adding("b", 30, graph="h"), message="m", author="a")
            if plain:
                ledger.update(
                    "CREATE GRAPH <urn:empty> ; INSERT DATA { _:a <urn:p> _:a . <urn:d> <urn:p> 1 }",
                    author="a",
                )
            answers.append([rows(ledger, query) for query in QUERIES])
    assert answers[0] == answers[1]
    assert len(answers[0][1]) > 60


def test_all_readers_give_the_rows_in_one_order(settings: Settings, adding: Adding) -> None:
    with Ledger.open(replace(settings, readers=3), _gate=False) as ledger:
        ledger.commit(adding("a", 200), message="m", author="a")
        ledger.commit(adding("b", 200, graph="h"), message="m", author="a")
        with ThreadPoolExecutor(3) as pool:
            answers = set(pool.map(lambda _: ledger.query("SELECT * { ?s ?p ?o }").read(), range(60)))
        assert len(answers) == 1
