"""Somebody else, who asks a small query again and again and minds how long it takes.

In a process of its own, since what an attack costs its sender must not count: `python -m tests.torture.hostile.neighbour PORT PAUSE`
asks until its standard input ends, then prints what it saw.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Final, Self

from tests.torture.victims.service import Service, exchange
from tests.torture.victims.victim import descendants

QUERY: Final = b"SELECT ?s { ?s a <https://w3id.org/onrecord/ns#Strike> } LIMIT 5"
_KIND: Final = {"Content-Type": "application/sparql-query"}


_TICKS: Final = os.sysconf("SC_CLK_TCK")
_IDLING: Final = (3, 4)
"""Of the first line of /proc/stat, the columns of time in which a processor does nothing."""


class Neighbour:
    """Asks while the context lasts; after it, `seconds` are its waits and `bad` the statuses that were not 200.

    `others` is how many processors were used meanwhile by what is neither this process nor a descendant of it.
    """

    def __init__(self, service: Service, pause: float = 0.01) -> None:
        program = "tests.torture.hostile.neighbour"
        self._command = [sys.executable, "-m", program, str(service.port), str(pause)]
        self.seconds: list[float] = []
        self.bad: list[int] = []
        self.others = 0.0

    def __enter__(self) -> Self:
        self._began, self._others_used = time.monotonic(), _used_by_others()
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self._process.stdout.readline()
        return self

    def __exit__(self, *_: object) -> None:
        told, _ = self._process.communicate(timeout=60)
        self.seconds, self.bad = json.loads(told)
        self.others = (_used_by_others() - self._others_used) / (time.monotonic() - self._began)


def _used_by_others() -> float:
    """Seconds of computing on this machine, so far, by what is neither this process nor a descendant of it."""
    columns = Path("/proc/stat").read_text().partition("\n")[0].split()[1:9]
    busy = sum(int(column) for place, column in enumerate(columns) if place not in _IDLING) / _TICKS
    ours = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    ticks = 0
    for pid in descendants(os.getpid()):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
            # Its own, and that of its children that have ended.
            ticks += sum(map(int, fields[11:15]))
    return busy - sum(used.ru_utime + used.ru_stime for used in ours) - ticks / _TICKS


def main() -> None:
    """Ask until told to stop."""
    # As if on a machine of its own: waiting for a processor here is nothing that the service makes it do.
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    port, pause = int(sys.argv[1]), float(sys.argv[2])
    seconds: list[float] = []
    bad: list[int] = []
    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
    print("ready", flush=True)
    while not stop.is_set():
        reply = exchange(port, "POST", "/sparql", QUERY, _KIND)
        seconds.append(reply.seconds)
        if reply.status != 200 or not reply.whole:
            bad.append(reply.status)
        time.sleep(pause)
    print(json.dumps([seconds, bad]))


if __name__ == "__main__":
    main()
