"""Tests over another engine than that of this machine: ONRECORD_TEST_ENGINE=oxigraph (or virtuoso) pytest tests/api.

Each ledger that a test opens for writing has a server of that kind of its own, and each query waits until that one is level,
so that it answers. Stores without history (plain) and services in processes of their own stay as they are.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from tests.harness.programs import sparql_servers

from onrecord.graph import engine as engines
from onrecord.graph.engine.base import Answer, Engine, Query
from onrecord.graph.engine.processes.launcher import Launcher
from onrecord.graph.engine.remote.engine import RemoteEngine
from onrecord.graph.settings import Settings

VARIABLE: Final = "ONRECORD_TEST_ENGINE"
_LEVEL: Final = 120.0
counted: Final[Counter[str]] = Counter()
"""How many queries the servers answered, and how many this machine did."""


class _Level(RemoteEngine):
    """A remote engine that waits until its server is level before it is asked, and stops the server at the end."""

    def __init__(self, settings: Settings, launcher: Launcher, *, bookkeeping: str) -> None:
        self._kept = ExitStack()
        place = Path(tempfile.mkdtemp(prefix="onrecord-engine-"))
        self._kept.callback(shutil.rmtree, place, ignore_errors=True)
        start = sparql_servers.SERVERS[os.environ[VARIABLE]].start
        server = self._kept.enter_context(start(place / "server"))
        try:
            super().__init__(replace(settings, **server.settings), launcher, bookkeeping=bookkeeping)
        except BaseException:
            self._kept.close()
            raise
        counted["servers"] += 1

    def query(self, query: Query) -> Answer:
        until = time.monotonic() + _LEVEL
        while self.version and self._mirror.level != self.version and self._mirror.problem is None:
            if time.monotonic() > until:
                raise TimeoutError(f"the server is not level: {self.about()['mirror']}")
            time.sleep(0.005)
        before = self._answered
        try:
            return super().query(query)
        finally:
            counted["answered there" if self._answered > before else "answered here"] += 1

    def close(self) -> None:
        super().close()
        self._kept.close()


def use() -> None:
    """Have ledgers opened so from here on, where the variable says so."""
    kind = os.environ.get(VARIABLE)
    if not kind:
        return
    known = sparql_servers.SERVERS
    if kind not in known:
        raise ValueError(f"{VARIABLE}: {kind!r} is no engine that tests know; there are {', '.join(known)}")
    embedded = engines.open

    def opened(
        settings: Settings, launcher: Launcher, *, read_only: bool = False, bookkeeping: str | None = None
    ) -> Engine:
        if read_only or bookkeeping is None or settings.plain or settings.replica_of or settings.store:
            return embedded(settings, launcher, read_only=read_only, bookkeeping=bookkeeping)
        return _Level(settings, launcher, bookkeeping=bookkeeping)

    patched: Any = opened
    engines.open = patched
