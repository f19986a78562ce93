"""The query mix asked of Virtuoso through this service, and of the same Virtuoso directly: `python -m bench.mirror [QUADS]`.

Virtuoso is loaded in bulk with a dump of the whole store, the description of its commits among it, so the service takes it for a
mirror of its newest version at once (docs/engines.md). Answers are compared first. A query that Virtuoso answers
otherwise than SPARQL 1.1 has it is answered by this machine, and marked.
"""

from __future__ import annotations

import re
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from typing import Final

from bench.machine import stores
from bench.peers import comparison, servers
from bench.peers.clients import Client
from bench.peers.comparison import Result
from bench.peers.servers import Server

_QUADS: Final = 100_000
_RUNS: Final = 20
_SECONDS: Final = 4.0
_LEVEL: Final = 120.0


def main() -> None:
    """Measure and print."""
    quads = int(sys.argv[1]) if len(sys.argv) > 1 else _QUADS
    with stores.scratch() as scratch:
        data = stores.copy(quads, scratch)
        stores.describe(data)
        file, questions, held = stores.dumped(data, scratch)
        place = scratch / "virtuoso"
        with servers.virtuoso(place) as direct:
            servers.load_virtuoso(direct, file, place)
            with servers.onrecord(data, more=_mirrored(direct)) as through:
                _await_level(through)
                up = [through, direct]
                results = comparison.compare(questions, up, _say, lambda server: server, servers.LIMIT)
                here = _answered_here(through, results)
                comparison.measure(results, up, _RUNS, _SECONDS, alike=True)
    print("\n".join(_table(held, results, here)))


def _mirrored(server: Server) -> dict[str, str]:
    """The settings of a service over a server."""
    address = f"http://{server.host}:{server.port}/sparql"
    return {
        "ONRECORD_STORE": address,
        "ONRECORD_STORE_UPDATE": f"{address}-auth",
        "ONRECORD_STORE_USER": "dba",
        "ONRECORD_STORE_PASSWORD": "of-tests",
        "ONRECORD_STORE_AUTH": "digest",
    }


def _figure(server: Server, name: str) -> float:
    text = urllib.request.urlopen(f"http://{server.host}:{server.port}/metrics", timeout=30).read().decode()
    found = re.search(rf"^onrecord_{name} (\S+)$", text, re.MULTILINE)
    assert found, name
    return float(found[1])


def _await_level(server: Server) -> None:
    until = time.monotonic() + _LEVEL
    while not _figure(server, "mirror_level"):
        if time.monotonic() > until:
            raise RuntimeError("the service does not take Virtuoso for level: its log says why")
        time.sleep(0.2)


def _answered_here(server: Server, results: Sequence[Result]) -> set[str]:
    """The names of the questions that the service itself answers, though Virtuoso is level."""
    client, here = Client(server), set()
    for result in results:
        before = _figure(server, "mirror_answered")
        client.ask(result.question.unseen(0), comparison.accepted(result.question))
        if _figure(server, "mirror_answered") == before:
            here.add(result.question.name)
    return here


def _table(held: int, results: Sequence[Result], here: set[str]) -> Iterator[str]:
    yield f"{held:,} quads. Milliseconds of queries that are new, median (95th percentile).\n"
    yield "| query | rows | through onrecord | Virtuoso directly | ratio | |"
    yield "|---|---|---|---|---|---|"
    sums = [0.0, 0.0]
    for result in results:
        ours, theirs = (result.unseen.get(name) for name in ("onrecord", "Virtuoso"))
        if ours is None or theirs is None:
            yield f"| {result.question.name} | {result.rows:,} | | | | no answer |"
            continue
        sums = [sums[0] + ours.median, sums[1] + theirs.median]
        notes = ["answered by onrecord"] if result.question.name in here else []
        notes += [
            differs.replace("of onrecord", "through onrecord") for differs in result.differences.values()
        ]
        yield (
            f"| {result.question.name} | {result.rows:,} | {ours.median:.1f} ({ours.high:.1f}) | {theirs.median:.1f} ({theirs.high:.1f}) | "
            f"{ours.median / theirs.median:.2f} | {'; '.join(notes)} |"
        )
    yield f"| all together | | {sums[0]:.1f} | {sums[1]:.1f} | {sums[0] / sums[1]:.2f} | |"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
