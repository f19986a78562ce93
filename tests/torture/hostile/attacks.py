"""Hostile requests, and everybody else's small queries meanwhile; attempts to reach outside, and who hears of them."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from tests.torture.hostile import bodies, floods, outreach
from tests.torture.hostile.corpus import QUERIES, STOPPED, Case
from tests.torture.hostile.neighbour import Neighbour
from tests.torture.run import Run, Scenario, percentile
from tests.torture.victims.service import TOKEN, Reply, Service, memory, processor_seconds, seeded

LIMIT: Final = 1.0
_WALL_FACTOR: Final = 3
LATEST: Final = LIMIT * _WALL_FACTOR + 0.5
"""Seconds after which everything has to have ended: the limits themselves count computing, which a busy machine delays."""
MEGABYTES: Final = 256
HELD: Final = 256
"""MiB that the service may hold for its clients."""
_LATE: Final = "later than the limit by the clock + 0.5 s"
_SHORT: Final = 8
_PHASE_SECONDS: Final = 5.0
_IDLE, _QUERIES, _NONE = "idle", "queries", "no attack"
_OTHERS: Final = 0.1
"""Processors that others may use meanwhile: more spoils what is measured."""
_TRIES: Final = 3


def hostile(run: Run) -> None:
    """Every query and flood of the corpus in each round, one after another, beside a neighbour who asks small queries.

    After each, the neighbour is alone: what it then waits is what its waits beside the attacks are held against, of all
    rounds together. One of the attacks is none, which shows what the measure itself is good for.
    """
    for name in ("unforeseen outcomes", _LATE, "deaths of the front", "incomplete 2xx"):
        run.count(name, 0)
    run.count("neighbour's failures", 0)
    limits = {"query_seconds": LIMIT, "update_seconds": LIMIT, "worker_megabytes": MEGABYTES}
    with seeded(run.scratch, "hostile", held_megabytes=HELD, wall_factor=_WALL_FACTOR, **limits) as service:
        floods.make_versions(service)
        front = service.front()
        short = run.rounds == 1
        seconds = 1.0 if short else _PHASE_SECONDS
        for round_ in run:
            cases = QUERIES[round_::_SHORT] if short else QUERIES
            attacks = {
                _QUERIES: partial(_corpus, run, service, cases, bodies_too=not short),
                **{name: partial(_flood, run, service, name, seconds) for name in floods.FLOODS},
                _NONE: partial(time.sleep, seconds),
            }
            for name, attack in attacks.items():
                # (the corpus takes a minute and more)
                _beside(run, service, name, attack, tries=1 if short or name == _QUERIES else _TRIES)
                _beside(run, service, _IDLE, partial(time.sleep, seconds / 2), tries=1 if short else _TRIES)
            idle = percentile(run.samples[_waits(_IDLE)], 99)
            for name in attacks:
                run.peaks[_over_idle(name)] = percentile(run.samples[_waits(name)], 99) / idle
            if service.front() != front:
                run.count("deaths of the front")
                front = service.front()
            _settle(run, service)


def _beside(run: Run, service: Service, name: str, attack: Callable[[], None], tries: int) -> None:
    """An attack, and what a neighbour waits meanwhile; again, where others used the processors of this machine."""
    for left in reversed(range(tries)):
        with Neighbour(service) as neighbour:
            attack()
        run.count("neighbour's failures", len(neighbour.bad))
        if neighbour.others < _OTHERS:
            break
        run.count("phases beside others' work")
        if left:
            run.count("of these, repeated")
    run.count(f"neighbour's requests, {name}", len(neighbour.seconds))
    for seconds in neighbour.seconds:
        run.sample(_waits(name), seconds)


def _corpus(run: Run, service: Service, cases: Sequence[Case], *, bodies_too: bool) -> None:
    for case in cases:
        _one(run, service, case)
    if bodies_too:
        _bodies(run, service)


def _one(run: Run, service: Service, case: Case) -> None:
    reply = service.post_query(case.body())
    run.count("hostile queries")
    run.count(f"answered {reply.status}")
    if reply.cut:
        run.count("incomplete 2xx")
    if reply.status not in case.outcome:
        run.count("unforeseen outcomes")
        run.note(f"{case.name}: {reply.status} {reply.body[:200]!r}")
    run.peak("latest, s over the limit", reply.seconds - LIMIT)
    if reply.seconds > LATEST:
        run.count(_LATE)
        run.note(f"{case.name}: {reply.status} after {reply.seconds:.2f} s")
    run.peak("readers' memory, MiB", memory(service.children("reader")) / (1 << 20))


def _bodies(run: Run, service: Service) -> None:
    """Updates and uploads, with a token, that must fail and change nothing; and bytes that are no requests."""
    version = service.ask("ASK {}").headers.get("onrecord-version")
    for name, text in bodies.UPDATES.items():
        failed(run, f"update, {name}", service.update(text()))
    for name, upload in bodies.UPLOADS.items():
        reply = service.put("urn:h", upload.body(), upload.kind, **dict(upload.headers))
        failed(run, f"upload, {name}", reply)
    for name, sent in bodies.RAW.items():
        raw(run, service, name, sent)
    if service.ask("ASK {}").headers.get("onrecord-version") != version:
        run.count("unforeseen outcomes")
        run.note("an update or upload of the corpus changed the graph")


def failed(run: Run, name: str, reply: Reply, latest: float = LATEST) -> None:
    """A write that must have been refused or stopped, in time."""
    run.count("hostile writes")
    run.peak("latest write, s over the limit", reply.seconds - LIMIT)
    if reply.seconds > latest:
        run.count(_LATE)
        run.note(f"{name}: {reply.status} after {reply.seconds:.2f} s")
    if reply.status not in _CLIENTS_FAULT | STOPPED:
        run.count("unforeseen outcomes")
        run.note(f"{name}: {reply.status} {reply.body[:200]!r}")


def raw(run: Run, service: Service, name: str, sent: bytes) -> None:
    """Bytes on the wire: whatever is said to them, it is nobody's fault here."""
    run.count("hostile raw requests")
    for status in set(re.findall(rb"HTTP/1\.1 (\d{3})", service.send_raw(sent))):
        if status.startswith(b"5") and status not in {b"501", b"505"}:
            run.count("unforeseen outcomes")
            run.note(f"{name}: {status!r}")


def _flood(run: Run, service: Service, name: str, seconds: float) -> None:
    made, wrong = floods.run(service, name, seconds)
    run.count("requests of floods", made)
    run.count("unforeseen outcomes", sum(wrong.values()))
    for what, often in wrong.items():
        run.note(f"{name}: {what} ({often} of {made})")
    front = service.front()
    run.peak("front's memory, MiB", memory([front]) / (1 << 20) if front else 0)


def _waits(attack: str) -> str:
    return f"neighbour, {attack}, s"


def _over_idle(attack: str) -> str:
    return f"p99 over idle, {attack}"


def _settle(run: Run, service: Service) -> None:
    """A second after the last query there are as many readers as at first, idle, and a small query is answered."""
    time.sleep(1)
    readers = service.children("reader")
    before, began = processor_seconds(readers), time.monotonic()
    time.sleep(0.5)
    busy = (processor_seconds(readers) - before) / (time.monotonic() - began)
    run.peak("readers a second later", len(readers))
    run.peak("processors used a second later", busy)
    run.peak("readers' memory a second later, MiB", memory(readers) / (1 << 20))
    if not service.small():
        run.count("deaths of the front")
        run.note("no answer to a small query after a round")


def reach(run: Run) -> None:
    """Queries, updates and uploads that name an address; the listener there must hear nothing."""
    for name in ("heard by the listener", "begun in the readers' networks", "unforeseen outcomes"):
        run.count(name, 0)
    with (
        outreach.Listener() as listener,
        seeded(run.scratch, "reach", query_seconds=5) as service,
    ):
        _control(run, listener)
        for _ in run:
            _attempts(run, service, listener.address)
            with _within_readers(run, service, listener.port):
                _attempts(run, service, listener.address)
            time.sleep(0.2)
            run.count("heard by the listener", len(listener.heard))
            for said in listener.heard:
                run.note(f"heard: {said[:200]!r}")
            listener.heard.clear()


def _control(run: Run, listener: outreach.Listener) -> None:
    # The listener hears those who do call: an ordinary client, and Oxigraph without our guard.
    from pyoxigraph import Store  # noqa: PLC0415

    with contextlib.suppress(OSError):
        urllib.request.urlopen(listener.address, timeout=5).read()
    with contextlib.suppress(OSError, RuntimeError, ValueError):
        list(Store().query(f"SELECT * {{ SERVICE <{listener.address}> {{ ?s ?p ?o }} }}"))  # type: ignore[arg-type]
    until = time.monotonic() + 5
    while len(listener.heard) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    run.peak("controls heard by the listener", len(listener.heard))
    listener.heard.clear()


def _attempts(run: Run, service: Service, address: str) -> None:
    for name, made in outreach.SERVICES.items():
        _expect(run, f"SERVICE, {name}", service.ask(made(address)), {400})
        got = service.send("GET", "/sparql?" + urllib.parse.urlencode({"query": made(address)}))
        _expect(run, f"SERVICE, {name}, in the address", got, {400})
    for name, made in outreach.MENTIONS.items():
        _expect(run, name, service.ask(made(address)), {200, 400})
    for name in ("default-graph-uri", "named-graph-uri"):
        asked = urllib.parse.urlencode({"query": "SELECT * { ?s ?p ?o } LIMIT 1", name: address})
        _expect(run, name, service.send("GET", f"/sparql?{asked}"), {200})
    # The token opens writing, so that what follows is tried.
    _expect(run, "an update of nothing", service.update("INSERT DATA {}"), {200, 204})
    for name, made in outreach.UPDATES.items():
        _expect(run, f"update, {name}", service.update(made(address)), set(range(200, 205)) | _CLIENTS_FAULT)
    for name, (kind, made) in outreach.UPLOADS.items():
        for method in ("PUT", "POST"):
            reply = service.put("urn:onrecord:reach", made(address).encode(), kind, method)
            _expect(run, f"{method}, {name}", reply, set(range(200, 205)) | _CLIENTS_FAULT)
    service.send("DELETE", "/store?graph=urn:onrecord:reach", headers={"Authorization": f"Bearer {TOKEN}"})
    for header in ("Host", "X-Forwarded-Host", "Referer", "Origin", "Link"):
        host = urllib.parse.urlsplit(address).netloc if "ost" in header else address
        _expect(
            run, f"the header {header}", service.send("GET", "/", headers={header: host}), {200, 400, 421}
        )


_CLIENTS_FAULT: Final = {400, 403, 404, 405, 409, 413, 415, 422}


def _expect(run: Run, name: str, reply: Reply, outcomes: set[int]) -> None:
    run.count("attempts")
    if reply.status not in outcomes:
        run.count("unforeseen outcomes")
        run.note(f"{name}: {reply.status} {reply.body[:200]!r}")


@contextlib.contextmanager
def _within_readers(run: Run, service: Service, port: int) -> Iterator[None]:
    """Listen also in the network namespaces of the readers, and count what is begun in them."""
    children = service.children()
    apart = [pid for pid in children if outreach.own_network(pid)]
    run.peak("children with a network of their own", len(apart))
    if os.geteuid() != 0 or not apart:
        run.note("only root can listen within the readers' networks, where they have their own")
        yield
        return
    ears = [outreach.listen_within(pid, port) for pid in apart]
    before = [outreach.Sockets.of(pid) for pid in apart]
    try:
        yield
        gone = [pid for pid in apart if pid not in service.children()]
        run.count("readers replaced meanwhile", len(gone))
        for pid, earlier in zip(apart, before, strict=True):
            if pid not in gone and (now := outreach.Sockets.of(pid)) != earlier:
                run.count("begun in the readers' networks")
                run.note(f"process {pid}: {earlier} -> {now}")
        _control_within(run, apart[0], port, before[0])
    finally:
        for ear in ears:
            ear.kill()
            ear.communicate()


def _control_within(run: Run, pid: int, port: int, before: outreach.Sockets) -> None:
    # A process that does call out from within a reader's network is heard and counted there.
    child = os.fork()
    if child == 0:
        with contextlib.suppress(OSError):
            outreach.enter(pid)
            socket.create_connection(("127.0.0.1", port), timeout=2).close()
        os._exit(0)
    os.waitpid(child, 0)
    counted = outreach.Sockets.of(pid).connections - before.connections
    run.peak("controls counted in a reader's network", counted)


_OVER_IDLE: Final = tuple(map(_over_idle, (_QUERIES, *floods.FLOODS, _NONE)))
HOSTILE: Final = Scenario(
    "hostile",
    f"{len(QUERIES)} hostile queries, and {len(floods.FLOODS)} floods, beside a neighbour's small queries",
    rounds=20,
    short=1,
    body=hostile,
    most={
        **dict.fromkeys(("unforeseen outcomes", _LATE, "deaths of the front"), 0),
        **dict.fromkeys(("incomplete 2xx", "neighbour's failures"), 0),
        "readers a second later": 5,
        "processors used a second later": 0.2,
        "front's memory, MiB": 2 * HELD,
        **dict.fromkeys(_OVER_IDLE, 2),
    },
    least={"hostile queries": 10, "requests of floods": 10},
    timed=frozenset({_LATE, "processors used a second later", *_OVER_IDLE}),
)
OUTREACH: Final = Scenario(
    "outreach",
    "attempts to make the service fetch something",
    rounds=3,
    short=1,
    body=reach,
    most=dict.fromkeys(("heard by the listener", "begun in the readers' networks", "unforeseen outcomes"), 0),
    least={"attempts": 100},
)
