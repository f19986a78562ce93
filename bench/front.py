"""Whether the memory of the front stays flat: `python -m bench.front [QUADS [REQUESTS]]`, of a million quads and 4,000 requests.

A service answers many different requests, none twice: pages on things of each kind, tables, networks, queries. Printed is what the
processes that hold the front, and all others of the service together, hold in memory after each tenth of them, in MiB without mapped files.
Answers that are kept for whoever asks again, up to 64 MiB by default, may take one: they would hide what else grows.
"""

from __future__ import annotations

import random
import sys
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Final
from urllib.parse import quote

from tests.torture.victims.service import Service

from bench.machine import processes, stores

_PARTS: Final = 10
_ADDRESSES: Final = (
    "/actor/g-{}.html",
    "/event/g-{}.html",
    "/statement/g-{}.html",
    "/claim/g-{}.html",
    "/document/g-{}.html",
    "/api/events/g-{}/claims",
    "/statements?about=actor/g-{}",
    "/network.json?ego=g-{}",
    "/sparql?query="
    + quote("SELECT ?s ?p WHERE { ?s ?p <https://w3id.org/onrecord/actor/g-")
    + "{}"
    + quote("> }"),
)


def main() -> None:
    """Measure and print."""
    quads = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    requests = int(sys.argv[2]) if len(sys.argv) > 2 else 4_000
    chance = random.Random(1)  # noqa: S311
    numbers = chance.sample(range(1, max(requests, quads // 500) + 1), -(-requests // len(_ADDRESSES)))
    addresses = [address.format(number) for number in numbers for address in _ADDRESSES][:requests]
    with (
        stores.scratch() as scratch,
        Service(stores.copy(quads, scratch), access_log=0, cache_megabytes=1) as service,
    ):
        connection = HTTPConnection("127.0.0.1", service.port)
        print(f"{'requests':>9}{'front':>8}{'others':>8}")
        for done, address in enumerate(addresses, 1):
            connection.request("GET", address)
            answer = connection.getresponse()
            answer.read()
            if answer.status not in (HTTPStatus.OK, HTTPStatus.NOT_FOUND):
                raise SystemExit(f"{address} was answered {answer.status}")
            if done % (-(-requests // _PARTS)) == 0 or done == requests:
                whole = processes.memory(service.process.pid)
                front = sum(map(processes.anonymous, _fronts(service.process.pid))) >> 10
                print(f"{done:>9}{front:>8}{whole - front:>8}", flush=True)


def _fronts(pid: int) -> list[int]:
    """The processes of a service that are no children of the process that forks all others, nor that one itself."""
    forking = {
        process
        for process in processes.tree(pid)
        if b"forkserver" in Path(f"/proc/{process}/cmdline").read_bytes()
    }
    inside = {child for process in forking for child in processes.tree(process)}
    return [process for process in processes.tree(pid) if process not in inside]


if __name__ == "__main__":
    main()
