"""A service with two commits, and the settings of its replica."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.graph.maintenance.writers import TOKEN, Writer

from onrecord.graph.changes import ChangeSet
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

Adding = Callable[..., ChangeSet]


@pytest.fixture
def writer(ledger: Ledger, adding: Adding) -> Iterator[Writer]:
    """A writer with two commits."""
    ledger.commit(adding("a", 3), message="one", author="x")
    ledger.commit(adding("b", 2, graph="h"), message="two", author="y")
    service = Writer(ledger)
    yield service
    service.close()


@pytest.fixture
def following(writer: Writer, settings: Settings, tmp_path: Path) -> Settings:
    """The settings of a replica that is not there yet."""
    return replace(settings, data=tmp_path / "replica", replica_of=writer.url, replica_token=TOKEN)
