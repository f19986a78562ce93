"""Fixtures shared by all rooms: where ../shared is, and a ledger holding the seeds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.graph.ledger import Ledger
from onrecord.graph.records.build import build
from onrecord.graph.records.seeds import Seeds, read_seeds
from onrecord.graph.settings import Settings

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def article() -> Path:
    """The text the first record was read from; it is not part of the repository."""
    path = SHARED / "seed" / "kyiv-independent-2025-08-28.txt"
    if not path.exists():
        pytest.skip("the article's text lies in ../shared/seed, which is absent here")
    return path


@pytest.fixture(scope="session")
def seeds() -> Seeds:
    """The package's own seeds, read once."""
    return read_seeds()


@pytest.fixture(scope="session")
def seeded(seeds: Seeds, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger that holds the seeds. Shared: tests that write open one of their own."""
    settings = Settings(data=tmp_path_factory.mktemp("seeded"), query_seconds=20)
    with Ledger.open(settings) as ledger:
        build(ledger, seeds)
        yield ledger
