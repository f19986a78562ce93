"""What a commit costs, in an invented graph of each size, by its parts: `python -m bench.commits 10000 1000000`.

Measured are a small document that comes in (a version, an excerpt, two claims), an update of one of its claims, and a claim
alone; then the same in a graph where every event is part of one, and a claim on that event itself. `computing` is the processor
time of all processes; the others are milliseconds by the clock, which say little beside other programs. All are the least of several: `edit` reads the request and derives what follows, `gate` holds it against the shapes, `commit` writes
history, store and snapshot; `first` is the first write after a start, which the parts do not show. Nothing else may run.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from bench.machine import processes, stores
from onrecord.graph import terms
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

_TIMES: Final = 5
_BASE: Final = terms.DEFAULT_BASE
_TOP: Final = f"""
INSERT {{ GRAPH <{_BASE}graph/reference> {{
  <{_BASE}event/top> a rec:Strike ; rdfs:label "Everything"@en ; rec:begin "2014-01-01T00:00:00Z"^^xsd:dateTime ;
    rec:end "2030-01-01T00:00:00Z"^^xsd:dateTime ; rec:datePrecision rec:Year ; rec:place <{_BASE}place/g-1> .
  ?event rec:partOf <{_BASE}event/top>
}} }} WHERE {{ ?event rec:begin ?begin FILTER NOT EXISTS {{ ?event rec:partOf ?other }} }}
"""
"""Makes every event a part of one."""


def _document(number: int) -> bytes:
    """A version of a document as Turtle, with two claims on an event of the graph."""
    version = f"{_BASE}document/b-{number}/v1"
    return f"""
@prefix rec: <{terms.REC}> . @prefix rdfs: <{terms.PREFIXES["rdfs"]}> . @prefix xsd: <{terms.PREFIXES["xsd"]}> .
<{_BASE}document/b-{number}> a rec:Document ; rdfs:label "Report {number}"@en ; rec:publisher <{_BASE}actor/g-5> ; rec:language "en"^^xsd:language .
<{version}> a rec:DocumentVersion ; rec:versionOf <{_BASE}document/b-{number}> ; rec:headline "Report {number}"@en ;
  rec:published "2015-01-01"^^xsd:date ; rec:retrieved "2015-01-02T00:00:00Z"^^xsd:dateTime ; rec:readAs rec:Passages .
<{version}#c1> a rec:Excerpt ; rec:ofVersion <{version}> ; rec:exact "two schools were hit" .
<{_BASE}claim/b-{number}-1> a rec:TargetClaim ; rdfs:label "Schools were hit"@en ; rec:claimant <{_BASE}actor/g-5> ; rec:stance rec:Asserts ;
  rec:concerns <{_BASE}event/g-3> ; rec:targetKind rec:school ; rec:targetRole rec:hit ; rec:evidence <{version}#c1> ; rec:assertedBy <{version}> .
<{_BASE}claim/b-{number}-2> a rec:QuantityClaim ; rdfs:label "Two buildings"@en ; rec:claimant <{_BASE}actor/g-5> ; rec:stance rec:Asserts ;
  rec:concerns <{_BASE}event/g-3> ; rec:measure rec:buildingsDamaged ; rec:atLeast 2 ; rec:atMost 2 ; rec:evidence <{version}#c1> ; rec:assertedBy <{version}> .
""".encode()


def _claim(number: int, event: str, name: str) -> str:
    """An update that adds a claim on an event to the first of these documents."""
    claim, version = f"<{_BASE}claim/{name}-{number}>", f"{_BASE}document/b-0/v1"
    return (
        f'INSERT DATA {{ GRAPH <{version}> {{ {claim} a rec:TargetClaim ; rdfs:label "Schools were hit"@en ; '
        f"rec:claimant <{_BASE}actor/g-5> ; rec:stance rec:Asserts ; rec:concerns <{_BASE}event/{event}> ; "
        f"rec:targetKind rec:school ; rec:targetRole rec:hit ; rec:evidence <{version}#c1> ; rec:assertedBy <{version}> }} }}"
    )


def _update(number: int) -> str:
    claim = f"<{_BASE}claim/b-{number}-2>"
    return (
        f"DELETE {{ GRAPH ?g {{ {claim} rec:atMost ?most }} }} INSERT {{ GRAPH ?g {{ {claim} rec:atMost 3 }} }} "
        f"WHERE {{ GRAPH ?g {{ {claim} rec:atMost ?most }} }}"
    )


class Timed:
    """The seconds that calls of some methods take."""

    def __init__(self, ledger: Ledger) -> None:
        self.took: dict[str, float] = {}
        # The parts of a commit have no door of their own, and need none but here.
        for name, owner in (
            ("edit", ledger._transactions._writing),
            ("check", ledger._transactions._writing),
            ("commit", ledger._engine),
        ):
            setattr(owner, name, self._timing(name, getattr(owner, name)))

    def _timing(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return call(*given, **named)
            finally:
                self.took[name] = time.perf_counter() - began

        return timed


def _print(title: str, quads: int, timed: Timed, write: Callable[[int], object], first: int) -> None:
    rounds = []
    for number in range(first, first + _TIMES):
        computed, began = processes.computing(os.getpid()), time.perf_counter()
        write(number)
        took = time.perf_counter() - began
        parts = (timed.took[name] for name in ("edit", "check", "commit"))
        rounds.append((processes.computing(os.getpid()) - computed, took, *parts))
    least = [min(column) for column in zip(*rounds, strict=True)]
    print(f"{quads:>9} {title:<40}" + "".join(f"{seconds * 1000:>9.0f}" for seconds in least), flush=True)


def _measure(quads: int, scratch: Path) -> None:
    settings = Settings(data=stores.copy(quads, scratch), update_seconds=300, worker_megabytes=8192)
    began = time.perf_counter()
    with Ledger.open(settings) as ledger:
        timed = Timed(ledger)

        def post(number: int) -> None:
            graph = f"{_BASE}document/b-{number}/v1"
            document = [(_document(number), "text/turtle")]
            ledger.store_write(graph, document, whole=False, base=_BASE, author="bench")

        def update(text: str) -> None:
            ledger.update(text, author="bench")

        post(0)
        print(
            f"{quads:>9} {'the first document after a start':<40}{(time.perf_counter() - began) * 1000:>9.0f}"
        )
        for title, first in (("", 1), (", one event above all", 100)):
            if title:
                began = time.perf_counter()
                update(_TOP)
                took = (time.perf_counter() - began) * 1000
                print(f"{quads:>9} {'every event becomes a part of one':<40}{took:>9.0f}", flush=True)
            _print(f"a document{title}", quads, timed, post, first)
            _print(f"an update{title}", quads, timed, lambda number: update(_update(number)), first)
            _print(f"a claim{title}", quads, timed, lambda number: update(_claim(number, "g-3", "c")), first)
        _print("a claim on that event", quads, timed, lambda number: update(_claim(number, "top", "t")), 1)


def main() -> None:
    """Measure and print."""
    sizes = [int(size) for size in sys.argv[1:]] or [10_000, 1_000_000]
    for quads in sizes:
        stores.directory(quads)
    print(f"{'quads':>9} {'commit':<40}{'computing':>9}{'ms':>9}{'edit':>9}{'gate':>9}{'commit':>9}")
    for quads in sizes:
        with stores.scratch() as scratch:
            _measure(quads, scratch)


if __name__ == "__main__":
    main()
