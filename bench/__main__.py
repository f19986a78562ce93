"""Queries per second of onrecord, Oxigraph's server and rdflib-endpoint on the seed graph, over HTTP, in one run.

Once with a number in every query that no earlier one had, so that nobody answers from a cache; once with the same text
each time. The clients are Python processes and take a share of the machine, the same for all.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import statistics
import tempfile
import time
from concurrent.futures import Executor, ProcessPoolExecutor
from itertools import count
from pathlib import Path

from bench import servers
from bench.clients import ask
from onrecord.graph import terms
from onrecord.graph.ledger import Ledger
from onrecord.graph.records.build import build
from onrecord.graph.records.seeds import read_seeds
from onrecord.graph.settings import Settings

CLIENTS = 4
SECONDS = 3.0
ROUNDS = 3
PREFIXES = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in terms.PREFIXES.items())
QUERIES = {
    "one statement's claims": "SELECT ?c ?w WHERE { <https://w3id.org/onrecord/statement/lavrov-2025-08-22-meeting> rec:asserts ?c . ?c rec:claimant ?w }",
    "who said what of whom": "SELECT ?s ?who ?about WHERE { ?s rec:speaker ?who ; rec:about ?about . ?about a/rdfs:subClassOf* rec:Actor }",
    "every label (large)": "SELECT ?s ?label WHERE { ?s rdfs:label ?label }",
}
_unseen = count(1)
_ROOM = 1_000_000
"""More queries than a client asks in one measurement."""


def rate(clients: Executor, server: servers.Server, query: str, *, unseen: bool = True) -> float:
    """Answers a second of CLIENTS clients over SECONDS."""
    start = time.perf_counter()
    asked = [
        # A LIMIT that is never reached, and never the same where the query is to be unseen.
        clients.submit(
            ask,
            server,
            f"{PREFIXES}{query}",
            start + SECONDS,
            *((next(_unseen) * _ROOM, 1) if unseen else (_ROOM, 0)),
        )
        for _ in range(CLIENTS)
    ]
    done = sum(client.result() for client in asked)
    return done / (time.perf_counter() - start)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as running:
        scratch = Path(name)
        settings = Settings(data=scratch / "data")
        with Ledger.open(settings) as ledger:
            build(ledger, read_seeds())
            with ledger.export("turtle") as answer:
                triples = scratch / "graph.ttl"
                triples.write_bytes(answer.read())
        # Each in a process of its own: in one, they would wait for one another more than for the server.
        clients = running.enter_context(ProcessPoolExecutor(CLIENTS, multiprocessing.get_context("spawn")))
        list(clients.map(time.sleep, [0.5] * CLIENTS))
        peers = [
            running.enter_context(servers.onrecord(settings.data)),
            running.enter_context(servers.oxigraph(triples, scratch)),
            running.enter_context(servers.rdflib_endpoint(triples)),
        ]
        print(
            f"{CLIENTS} clients, {SECONDS:.0f} s a measurement, median of {ROUNDS} rounds in turn, queries a second\n"
        )
        print(
            f"{'query':<26}"
            + "".join(f"{peer.name:>17}" for peer in peers)
            + f"{'/ oxigraph':>12}{'/ rdflib':>10}"
        )
        for title, unseen in [("unseen", True), ("repeated", False)]:
            print(title)
            for asked, query in QUERIES.items():
                # In turn, so that a slow minute of the machine falls on all of them.
                rates = [[rate(clients, peer, query, unseen=unseen) for peer in peers] for _ in range(ROUNDS)]
                ours, native, python = (statistics.median(column) for column in zip(*rates, strict=True))
                print(
                    f"  {asked:<24}{ours:17.0f}{native:17.0f}{python:17.1f}{ours / native:12.2f}{ours / python:10.1f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
