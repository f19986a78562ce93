"""A long day: readers of pages and answers, a write each second, and hostile queries, all at once."""

from __future__ import annotations

import time
from typing import Final

from tests.torture.hostile.corpus import QUERIES, STOPPED
from tests.torture.run import Run, Scenario
from tests.torture.victims.service import Reply, Service, at_once, memory, seeded

_REFERENCE: Final = "https://w3id.org/onrecord/graph/reference"
_READS: Final = (
    ("small", "/sparql?query=SELECT%20%3Fs%20%7B%20%3Fs%20a%20rec%3AStrike%20%7D"),
    ("every label", "/sparql?query=SELECT%20*%20%7B%20%3Fs%20rdfs%3Alabel%20%3Fl%20%7D"),
    ("home", "/"),
    ("about", "/about"),
    ("statements", "/statements"),
    ("a person", "/actor/peskov.html"),
)


def load(run: Run) -> None:
    """A minute a round: three readers of pages and answers, a write each second, a hostile query every few seconds."""
    for name in ("unforeseen outcomes", "incomplete 2xx", "deaths of the front"):
        run.count(name, 0)
    seconds = 3.0 if run.rounds < 5 else 60.0
    with seeded(run.scratch, "load", query_seconds=2, readers=3, worker_megabytes=256) as service:
        front = service.front()
        for round_ in run:
            until = time.monotonic() + seconds

            def work(number: int, until: float = until, round_: int = round_) -> None:
                _load_client(run, service, number, until, round_)

            at_once(work)
            held = memory([pid for pid in [service.front()] if pid]) / (1 << 20)
            run.sample("front's memory, MiB", held)
            run.peak("processes", len(service.children()))
            if service.front() != front:
                run.count("deaths of the front")
                front = service.front()
        after = run.samples["front's memory, MiB"]
        run.peak("front's memory, last over first", after[-1] / after[0])


def _load_client(run: Run, service: Service, number: int, until: float, round_: int) -> None:
    stopped = [case for case in QUERIES if case.outcome == STOPPED]
    turn = 0
    while time.monotonic() < until:
        turn += 1
        if number == 0:
            attack = stopped[(round_ * 12 + turn // 5) % len(stopped)].body()
            _write_or_attack(run, service, round_ * 1000 + turn, attack)
            continue
        name, path = _READS[(turn + number) % len(_READS)]
        accept = "*/*" if "sparql" in path else "text/html"
        _judge(run, name, service.send("GET", path, headers={"Accept": accept}), {200, 503})


def _write_or_attack(run: Run, service: Service, turn: int, attack: bytes) -> None:
    # Every write has an effect: what one adds the next one takes away.
    number, verb = (turn - 1) // 2, ("DELETE", "INSERT")[turn % 2]
    topic = f"<https://w3id.org/onrecord/topic/load-{number}>"
    update = (
        f'{verb} DATA {{ GRAPH <{_REFERENCE}> {{ {topic} a rec:Topic ; rdfs:label "load {number}"@en }} }}'
    )
    _judge(run, "write", service.update(update), {200, 204, 422, 503})
    if turn % 5 == 0:
        _judge(run, "attack", service.post_query(attack), set(STOPPED))
    time.sleep(1)


def _judge(run: Run, name: str, reply: Reply, foreseen: set[int]) -> None:
    run.count(f"{name}: {reply.status}")
    run.sample(f"{name}, s", reply.seconds)
    run.count("incomplete 2xx", int(reply.cut))
    if reply.status not in foreseen:
        run.count("unforeseen outcomes")
        run.note(f"{name}: {reply.status} {reply.body[:200]!r}")


LOAD: Final = Scenario(
    "load",
    "mixed reads, a write each second and hostile queries",
    rounds=10,
    short=1,
    body=load,
    most={
        **dict.fromkeys(("unforeseen outcomes", "incomplete 2xx", "deaths of the front"), 0),
        "front's memory, last over first": 1.3,
    },
    least={"write: 200": 1},
)
