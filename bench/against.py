"""Queries per second of this version and of another one, over the same data directory, measured in turn in one run.

`python -m bench.against PYTHON`, where PYTHON is the interpreter of an environment that has the other version installed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import mix
from bench.peers import clients, servers

CLIENTS = 4
SECONDS = 3.0
PAIRS = 7
QUERIES = {
    "one statement's claims": "SELECT ?c ?w WHERE { <https://w3id.org/onrecord/statement/lavrov-2025-08-22-meeting> rec:asserts ?c . ?c rec:claimant ?w }",
    "who said what of whom": "SELECT ?s ?who ?about WHERE { ?s rec:speaker ?who ; rec:about ?about . ?about a/rdfs:subClassOf* rec:Actor }",
    "every label (large)": "SELECT ?s ?label WHERE { ?s rdfs:label ?label }",
}


def main(python: str) -> None:
    """Measure and print; the other version's seeds are the data, so that both hold the same quads."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as running:
        theirs, ours = Path(name) / "theirs", Path(name) / "ours"
        environment = {**os.environ, "ONRECORD_DATA": str(theirs)}
        subprocess.run([python, "-m", "onrecord", "build"], check=True, env=environment, capture_output=True)
        shutil.copytree(theirs, ours)
        pool = running.enter_context(clients.processes())
        pair = [
            running.enter_context(servers.onrecord(ours)),
            running.enter_context(servers.onrecord(theirs, python)),
        ]
        print(
            f"{CLIENTS} clients, {SECONDS:.0f} s a measurement, {PAIRS} pairs in turn; medians, answers a second\n"
        )
        print(f"{'query':<26}{'this':>8}{'other':>8}{'median of ratios':>18}{'lowest':>8}{'highest':>9}")
        for title, unseen in [("unseen", True), ("repeated", False)]:
            print(title)
            for asked, query in QUERIES.items():
                rates = []
                for turn in range(PAIRS):
                    # Who goes first changes each time, so that a slowing machine favours neither.
                    order = pair if turn % 2 else pair[::-1]
                    both = [
                        clients.rate(
                            pool,
                            server,
                            [mix.prefixed(query)],
                            clients=CLIENTS,
                            seconds=SECONDS,
                            unseen=unseen,
                        )
                        for server in order
                    ]
                    rates.append(both if turn % 2 else both[::-1])
                mine, other = (statistics.median(column) for column in zip(*rates, strict=True))
                ratios = sorted(a / b for a, b in rates)
                print(
                    f"  {asked:<24}{mine:8.0f}{other:8.0f}{statistics.median(ratios):18.2f}{ratios[0]:8.2f}{ratios[-1]:9.2f}",
                    flush=True,
                )


if __name__ == "__main__":
    main(sys.argv[1])
