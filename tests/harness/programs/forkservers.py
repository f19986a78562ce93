"""Fork servers that are forked themselves, for the ledgers that tests, and the commands they run, open by the hundred.

Each ledger has a fork server (graph/engine/processes/), a Python that loads the modules of its children first. Here it is a
fork of a process that has them loaded; services that tests start as processes of their own start theirs as ever.
"""

from __future__ import annotations

import os
from typing import Any, Final

from tests.harness.programs import loaded

from onrecord.graph.engine.processes import launcher

_started_as_ever: Final = launcher.start_server


def use(address: bytes = b"") -> None:
    """Have ledgers of this process start their fork servers so from here on; at an address, see `loaded.use`."""
    loaded.use(address)
    launcher.start_server = _start_server


def _start_server(descriptor: int) -> Any:
    if not loaded.fits(os.environ):
        return _started_as_ever(descriptor)
    with open(os.devnull, "rb") as nothing:
        files = [nothing.fileno(), 1, 2, descriptor]
        return loaded.fork(loaded.FORK_SERVER, (), launcher.server_environment(), files, session=True)
