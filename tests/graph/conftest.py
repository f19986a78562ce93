"""Fixtures of the engine's tests: an empty ledger that takes any change, and quads to put into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from onrecord.graph.changes import ChangeSet
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

EX = "http://example.org/"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings over an empty directory, with limits that tests can reach quickly."""
    return Settings(data=tmp_path / "data", query_seconds=20, worker_megabytes=256, result_megabytes=4)


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    """An empty ledger without shapes, so that any quad will do."""
    with Ledger.open(settings, _gate=False) as opened:
        yield opened


@pytest.fixture
def quads() -> Callable[..., frozenset[Quad]]:
    """quads("a", 3, graph="g"): <a/0>, <a/1>, <a/2>, each with the literal of its number, in the graph g."""

    def make(name: str, count: int = 1, graph: str = "g") -> frozenset[Quad]:
        node = NamedNode(f"{EX}{graph}")
        return frozenset(
            Quad(NamedNode(f"{EX}{name}/{i}"), NamedNode(f"{EX}p"), Literal(f"{name} {i}"), node)
            for i in range(count)
        )

    return make


@pytest.fixture
def adding(quads: Callable[..., frozenset[Quad]]) -> Callable[..., ChangeSet]:
    """adding("a", 3): the change that adds quads("a", 3)."""
    return lambda *args, **kwargs: ChangeSet(added=quads(*args, **kwargs))


@pytest.fixture
def count() -> Callable[[Ledger], int]:
    """How many triples the union of all graphs holds, as a query sees it."""

    def counted(ledger: Ledger) -> int:
        value = ledger.rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0]["n"].value
        return int(value)

    return counted
