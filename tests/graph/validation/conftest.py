"""A store that holds the small world."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from tests.harness.graphs.world import FACTS


@pytest.fixture
def world() -> ox.Store:
    store = ox.Store()
    store.extend(FACTS)
    return store
