"""Long work gives way to short, also where the system lets no process take its turn again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.torture.victim import alive

from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

# Each of 60 to the power of four rows is made and counted: more than a quarter of a second of computing.
LONG = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"VALUES ?v{i} {{ {'1 ' * 60} }}" for i in range(4)) + " }"

# What the kernel does to those who are neither root nor allowed by LimitNICE.
UNPRIVILEGED = """
import os, sys

if any("onrecord.graph.engine.processes.forkserver" in word for word in sys.orig_argv):
    from onrecord.graph.engine.processes import priority

    change = priority._set
    priority._set = lambda thread, nice: nice >= os.getpriority(os.PRIO_PROCESS, thread) and change(thread, nice)
"""


def test_a_reader_that_cannot_take_its_turn_again_is_replaced(
    settings: Settings, meddle: Callable[[str], Path]
) -> None:
    meddle(UNPRIVILEGED)
    formats = {"solutions": "csv", "boolean": "csv"}
    with Ledger.open(replace(settings, readers=1, query_seconds=60), _gate=False) as ledger:

        def answer(query: str) -> tuple[bytes, int]:
            with ledger.query(query, formats=formats) as found:
                said = found.read()
            (reader,) = ledger.about()["readers"]
            return said, reader["pid"]

        _, first = answer("ASK {}")
        assert [answer("ASK {}") for _ in range(3)] == [(b"true\n", first)] * 3
        assert answer(LONG)[0].split() == [b"n", str(60**4).encode()]
        until = time.monotonic() + 60
        while alive(first) and time.monotonic() < until:
            time.sleep(0.01)
        assert not alive(first)
        assert answer("ASK {}")[0] == b"true\n"
