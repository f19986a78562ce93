"""A store of three commits, of which each test has a copy."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Quad

from onrecord.graph.changes import ChangeSet
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, quads: Callable[..., frozenset[Quad]]) -> Path:
    """The data directory of a closed store of three commits, of ten quads each."""
    data = tmp_path_factory.mktemp("three") / "data"
    with Ledger.open(Settings(data=data), _gate=False) as ledger:
        for n in range(3):
            change = ChangeSet(added=quads(f"x{n}", 10))
            ledger.commit(change, message=f"commit {n}", author="a")
    return data


@pytest.fixture
def three(settings: Settings, made: Path) -> Settings:
    """A copy of that store."""
    shutil.copytree(made, settings.data)
    return settings
