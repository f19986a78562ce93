"""The query mix, loads, commits, starts, memory and pages of onrecord and its peers over the same invented quads, in one run.

`python -m bench 100000` prints tables; `--write` puts them into docs/performance.md with a chart beside it. Peers that are
not installed are said and left out. A query is new where nobody was asked its text before, repeated where it was asked just
now. `--without NAME` leaves a peer out: rdflib-endpoint takes minutes to load a million.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import requests
from requests.auth import HTTPDigestAuth

from bench import loads, mix, pages
from bench.machine import processes, stores
from bench.peers import clients, comparison, report, servers
from bench.peers.report import Machine, Run
from bench.peers.servers import Server
from onrecord.graph import terms
from onrecord.graph.engine.disk import snapshots

_SERVERS: Final = ("onrecord", "oxigraph serve", "Virtuoso", "rdflib-endpoint")
_CLIENTS: Final = (1, 8, 32)
_COMMITS: Final = 10
_SMALL: Final = 200_000
"""Quads above which rdflib-endpoint is left out unless it is asked for."""


def measure(quads: int, without: Sequence[str], runs: int, seconds: float) -> Run:
    """Measure everything; what is being done is said on stderr."""
    left_out = {**servers.missing(), **dict.fromkeys(without, "left out by --without")}
    if quads > _SMALL:
        left_out.setdefault("rdflib-endpoint", "holds the graph as Python objects: minutes to load, left out")
    stores.directory(quads)
    with stores.scratch() as scratch:
        data = stores.copy(quads, scratch)
        file, questions, held = stores.dumped(data, scratch)
        run = Run(quads, held, left_out=left_out)
        run.machines = {name: Machine() for name in _SERVERS if name not in left_out}
        _loads(run, file, scratch)
        _say("starting")
        with contextlib.closing(_Peers(run, data, file, scratch)) as peers:
            up = [peers.start(name) for name in run.machines]
            _say("are the answers the same?")
            patience = 10 if quads <= _SMALL else servers.LIMIT
            run.results = comparison.compare(questions, up, _say, peers.again, patience)
            _say("how long does each take?")
            comparison.measure(run.results, up, runs, seconds)
            _say("how many answers a second?")
            _rates(run, up, [one for one in questions if one.is_small and not one.is_graph], seconds)
            for server in up:
                run.machines[server.name].memory = processes.memory(server.pid)
            _say("commits")
            for server in up:
                run.machines[server.name].commit = _commit(server)
    _say("pages")
    run.pages = list(pages.pages(quads))
    return run


def _loads(run: Run, file: Path, scratch: Path) -> None:
    _say("loading, without checks")
    for name, command in loads.peers(sys.executable, scratch / "loaded", file).items():
        server = {"onrecord load": "onrecord", "oxigraph load": "oxigraph serve"}.get(name)
        if server and server not in run.left_out:
            machine = run.machines[server]
            machine.load = processes.run(command).seconds
            machine.disk = processes.disk(scratch / "loaded")
            shutil.rmtree(scratch / "loaded")


class _Peers:
    """The servers that run, each of which can be started again."""

    def __init__(self, run: Run, data: Path, file: Path, scratch: Path) -> None:
        self._run = run
        copy, self._place, self._file = scratch / "oxigraph", scratch / "virtuoso", file
        snapshots.copy(stores.newest(data), copy)
        self._start: dict[str, Callable[[], contextlib.AbstractContextManager[Server]]] = {
            "onrecord": lambda: servers.onrecord(data),
            "oxigraph serve": lambda: servers.oxigraph(copy),
            "Virtuoso": lambda: servers.virtuoso(self._place),
            "rdflib-endpoint": lambda: servers.rdflib_endpoint(file),
        }
        self._running: dict[str, contextlib.AbstractContextManager[Server]] = {}

    def start(self, name: str) -> Server:
        """Start one, with the quads loaded, and keep how long that took."""
        machine = self._run.machines[name]
        began = time.perf_counter()
        self._running[name] = self._start[name]()
        server = self._running[name].__enter__()
        machine.start = time.perf_counter() - began
        if name == "Virtuoso":
            began = time.perf_counter()
            servers.load_virtuoso(server, self._file, self._place)
            machine.load = time.perf_counter() - began
            machine.disk = processes.disk(self._place)
        if name == "rdflib-endpoint":  # which starts by loading
            machine.load, machine.start = machine.start, None
        return server

    def again(self, server: Server) -> Server:
        """Start one again that goes on with a query after nobody waits for it; the others stop by themselves."""
        if server.name != "rdflib-endpoint":
            return server
        self._running.pop(server.name).__exit__(None, None, None)
        return self.start(server.name)

    def close(self) -> None:
        """End all."""
        for running in self._running.values():
            running.__exit__(None, None, None)


def _rates(run: Run, up: Sequence[Server], questions: Sequence[mix.Question], seconds: float) -> None:
    with clients.processes() as pool:
        for many in _CLIENTS:
            for unseen in (True, False):
                for server in up:
                    failed = {each.question.name for each in run.results if server.name in each.failed}
                    texts = [
                        question.text(number)
                        for number in range(4)
                        for question in questions
                        if question.name not in failed
                    ]
                    run.machines[server.name].rates[many, unseen] = clients.rate(
                        pool, server, texts, clients=many, seconds=min(3, 2 * seconds), unseen=unseen
                    )


def _commit(server: Server) -> float | None:
    """Milliseconds of a commit of one triple, the median; each server with what it does for one."""
    path, sign = {
        "onrecord": ("/sparql", _bearer),
        "oxigraph serve": ("/update", None),
        "Virtuoso": ("/sparql-auth", HTTPDigestAuth("dba", "of-tests")),
    }.get(server.name, ("", None))
    if not path:
        return None
    graph, actor, property_ = (
        f"{terms.DEFAULT_BASE}graph/reference",
        f"{terms.DEFAULT_BASE}actor/g-5",
        f"{terms.REC}note",
    )
    took = []
    with requests.Session() as session:
        session.auth = sign
        for number in range(_COMMITS + 1):
            text = f'INSERT DATA {{ GRAPH <{graph}> {{ <{actor}> <{property_}> "Note {number}."@en }} }}'
            form = {"query" if server.name == "Virtuoso" else "update": text}
            began = time.perf_counter()
            session.post(
                f"http://{server.host}:{server.port}{path}", data=form, timeout=300
            ).raise_for_status()
            took.append(time.perf_counter() - began)
    return statistics.median(took[1:]) * 1000  # the first one starts processes


def _bearer(request: requests.PreparedRequest) -> requests.PreparedRequest:
    request.headers["Authorization"] = f"Bearer {servers.TOKEN}"
    return request


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Measure, print, and write where that is asked for."""
    words = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    words.add_argument("quads", nargs="*", type=int, default=[100_000], help="sizes of the invented graph")
    words.add_argument("--runs", type=int, default=20, help="how often each query is asked")
    words.add_argument("--seconds", type=float, default=0.5, help="after which it is not asked again")
    words.add_argument("--without", action="append", default=[], help="a peer to leave out")
    words.add_argument("--write", action="store_true", help="put the tables and the chart into docs/")
    given = words.parse_args()
    for quads in given.quads:
        run = measure(quads, given.without, given.runs, given.seconds)
        print(report.tables(run))
        if given.write:
            report.write(run)


if __name__ == "__main__":
    main()
