"""Reads a second by number of replicas, behind nginx with the file of deploy/: `python -m bench.replicas [QUADS [SHARE]]`.

A writer over an invented graph (100,000 quads and what is derived) and one, two, three replicas of it on this machine, each with one reader, so
that what grows is the number of machines that they stand for, as far as this one has processors. Each replica is made by `onrecord replica`: the seconds
until it answers are told too, and beside them those that the same takes from the commits alone.

With a share each replica may take so much of one processor (0.1), as if it had a slow machine of its own; processors that are left are for the clients
and nginx. That takes root, and Linux with control groups of version 1.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.harness.programs.replicas import balanced, replica
from tests.torture.victims.service import Service

from bench.machine import processes, stores
from bench.peers import clients, servers
from onrecord.graph import terms
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

_MOST: Final = 3
_CLIENTS: Final = 4
_SECONDS: Final = 3.0
_ROUNDS: Final = 3
_QUERY: Final = f"SELECT ?p ?o WHERE {{ <{terms.DEFAULT_BASE}event/g-3> ?p ?o }}"


def main() -> None:
    """Measure and print."""
    quads = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    share = float(sys.argv[2]) if len(sys.argv) > 2 else 0.0
    with stores.scratch() as scratch, contextlib.ExitStack() as running:
        data = stores.copy(quads, scratch)
        pool = running.enter_context(clients.processes())
        writer = running.enter_context(Service(data, access_log=0))
        _of_commits_alone(data, scratch)
        ports: list[int] = []
        each = f", {share:g} of one for each replica" if share else ""
        print(f"{os.cpu_count()} processors{each}, {_CLIENTS} clients, {_SECONDS:.0f} s, median of {_ROUNDS}")
        for number in range(1, _MOST + 1):
            start = time.perf_counter()
            service = running.enter_context(replica(scratch / f"replica{number}", writer, readers=1))
            ready = time.perf_counter() - start
            if share:
                running.enter_context(processes.slowed(service.process.pid, share))
            ports.append(service.port)
            with tempfile.TemporaryDirectory() as place, balanced(ports, Path(place)) as port:
                server = servers.Server("replicas", "127.0.0.1", port, "/sparql")
                unseen, again = (
                    statistics.median(
                        clients.rate(pool, server, [_QUERY], clients=_CLIENTS, seconds=_SECONDS, unseen=new)
                        for _ in range(_ROUNDS)
                    )
                    for new in (True, False)
                )
            print(
                f"{number} replicas: {unseen:,.0f} unseen and {again:,.0f} repeated queries a second; ready after {ready:.1f} s",
                flush=True,
            )


def _of_commits_alone(data: Path, scratch: Path) -> None:
    """What a replica had to do without a first copy: make its store of all commits."""
    made = scratch / "made"
    made.mkdir()
    (made / "history").symlink_to(data / "history")
    start = time.perf_counter()
    with Ledger.open(Settings(data=made), _gate=False):
        print(f"a store made of the commits alone: {time.perf_counter() - start:.1f} s, beside the transfer")


if __name__ == "__main__":
    main()
