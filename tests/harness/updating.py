"""What the tests of SPARQL Update share: making one, and looking at what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from onrecord.graph.ledger import Ledger

EX = "http://example.org/"
BASE = "https://w3id.org/onrecord/"
DEFAULT = BASE + "graph/default"
PREFIX = f"PREFIX : <{EX}> "


def do(ledger: Ledger, text: str, **more: object) -> tuple[int, int]:
    """Make an update; how many quads came and went."""
    commit = ledger.update(PREFIX + text, author="tester", **more)  # type: ignore[arg-type]
    return commit.added, commit.removed


@contextmanager
def unchanged(ledger: Ledger) -> Iterator[None]:
    """Nothing in here may make a version."""
    version = ledger.version
    yield
    assert ledger.version == version


def triples(ledger: Ledger, graph: str | None) -> list[str]:
    """A graph, its IRIs shortened."""
    text = ledger.store_get(graph, "ntriples").read().decode()
    return sorted(line.replace(EX, ":").removesuffix(" .") for line in text.splitlines())
