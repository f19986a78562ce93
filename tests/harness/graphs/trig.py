"""Small graphs that tests write in TriG: as changes, and in ledgers of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, parse

from onrecord.graph.changes import ChangeSet
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings


def quads(text: str) -> frozenset[Quad]:
    return frozenset(parse(text.encode(), RdfFormat.TRIG))


def settings_of(data: Path) -> Settings:
    """Settings with time enough for queries on a busy machine."""
    return Settings(data=data, query_seconds=120)


@contextmanager
def ledger_of(data: Path, *texts: str) -> Iterator[Ledger]:
    """A ledger with these settings and a commit of each text, unchecked."""
    with Ledger.open(settings_of(data), _gate=False) as ledger:
        for text in texts:
            ledger.commit(ChangeSet(added=quads(text)), message="test", author="tests")
        yield ledger
