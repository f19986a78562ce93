"""What a graph of a size needs: `python -m bench.sizing [QUADS…]`, for the table in docs/operations.md.

Over invented graphs with what is derived from them, one after the other: quads in all, disk by its parts, seconds from the start to the first answer, memory
of all processes while four clients read, and how much they get read. The machine should do nothing else.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from bench import mix
from bench.machine import processes, stores
from bench.peers import clients, servers
from onrecord.graph import terms

_SIZES: Final = (100_000, 1_000_000)
_CLIENTS: Final = 4
_SECONDS: Final = 3.0
_ROUNDS: Final = 3
_POINT: Final = f"SELECT ?p ?o WHERE {{ <{terms.DEFAULT_BASE}event/g-3> ?p ?o }}"
_JOIN: Final = f"SELECT ?c ?m ?n WHERE {{ ?c rec:concerns <{terms.DEFAULT_BASE}event/g-3> ; rec:measure ?m ; rec:atLeast ?n }}"


def size(paths: Iterable[Path]) -> int:
    """Bytes of files, those with several names once."""
    return sum({(found := path.stat()).st_ino: found.st_size for path in paths if path.is_file()}.values())


def count(server: servers.Server) -> int:
    """The quads that it holds."""
    query = urllib.parse.urlencode({"query": "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"})
    address = f"http://{server.host}:{server.port}{server.path}?{query}"
    request = urllib.request.Request(address, headers={"Accept": "application/sparql-results+json"})
    with urllib.request.urlopen(request, timeout=120) as response:
        return int(json.load(response)["results"]["bindings"][0]["n"]["value"])


def main() -> None:
    """Measure and print."""
    print(
        "asked for | quads | store MiB | history MiB | all MiB | start s | memory MiB | points/s | joins/s | repeated/s"
    )
    for quads in [int(word) for word in sys.argv[1:]] or _SIZES:
        with (
            stores.scratch() as scratch,
            clients.processes() as pool,
        ):
            data = stores.copy(quads, scratch)
            parts = [size((data / name).rglob("*")) for name in ("store", "history")]
            whole = size(data.rglob("*"))
            start = time.perf_counter()
            with servers.onrecord(data) as server:
                started = time.perf_counter() - start
                held = count(server)
                rates = [
                    statistics.median(
                        clients.rate(
                            pool,
                            server,
                            [mix.prefixed(query)],
                            clients=_CLIENTS,
                            seconds=_SECONDS,
                            unseen=unseen,
                        )
                        for _ in range(_ROUNDS)
                    )
                    for query, unseen in ((_POINT, True), (_JOIN, True), (_POINT, False))
                ]
                memory = processes.memory(server.pid)
            figures = [
                quads,
                held,
                *(part >> 20 for part in (*parts, whole)),
                round(started, 1),
                memory,
                *map(round, rates),
            ]
            print(" | ".join(f"{figure:,}" for figure in figures), flush=True)


if __name__ == "__main__":
    main()
