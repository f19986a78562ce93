"""Somebody else, who asks a small query again and again and minds how long it takes.

In a process of its own, since what an attack costs its sender must not count: `python -m tests.torture.hostile.neighbour PORT PAUSE`
asks until its standard input ends, then prints what it saw.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from typing import Final, Self

from tests.torture.victims.service import Service, exchange

QUERY: Final = b"SELECT ?s { ?s a <https://w3id.org/onrecord/ns#Strike> } LIMIT 5"
_KIND: Final = {"Content-Type": "application/sparql-query"}


class Neighbour:
    """Asks while the context lasts; after it, `seconds` are its waits and `bad` the statuses that were not 200."""

    def __init__(self, service: Service, pause: float = 0.02) -> None:
        program = "tests.torture.hostile.neighbour"
        self._command = [sys.executable, "-m", program, str(service.port), str(pause)]
        self.seconds: list[float] = []
        self.bad: list[int] = []

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self._process.stdout.readline()
        return self

    def __exit__(self, *_: object) -> None:
        told, _ = self._process.communicate(timeout=60)
        self.seconds, self.bad = json.loads(told)


def main() -> None:
    """Ask until told to stop."""
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
