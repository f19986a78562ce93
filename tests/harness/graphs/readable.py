"""A ledger to read from, and queries of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad

from onrecord.graph.changes import ChangeSet
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

EX = "http://example.org/"
FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
TABLE = {"solutions": "tsv", "boolean": "tsv", "graph": "ntriples"}


@contextmanager
def filled(data: Path, seconds: float) -> Iterator[Ledger]:
    """A ledger to read from, with this limit on a query: 300 triples, in the graphs g and h."""
    node = [NamedNode(f"{EX}{i}") for i in range(300)]
    graphs = [NamedNode(EX + "g"), NamedNode(EX + "h")]
    quads = frozenset(
        Quad(n, NamedNode(EX + "p"), Literal(str(i)), graphs[i % 2]) for i, n in enumerate(node)
    )
    settings = Settings(
        data=data,
        query_seconds=seconds,
        worker_megabytes=64,
        result_megabytes=2,
        queue=8,
    )
    with Ledger.open(settings, _gate=False) as opened:
        opened.commit(ChangeSet(added=quads), message="m", author="a")
        yield opened


def text(ledger: Ledger, query: str, **kwargs: Any) -> str:
    return ledger.query(query, formats=TABLE, **kwargs).read().decode()
