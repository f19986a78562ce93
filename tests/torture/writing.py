"""Writes through the API: concurrent increments, races against the shapes, backups under load, a full disk."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from tests.torture.run import Run, Scenario, Skipped
from tests.torture.victims.service import CLIENTS, Reply, Service, at_once, seeded

from onrecord.graph.errors import OnrecordError
from onrecord.graph.ledger import Ledger
from onrecord.graph.maintenance.backups import make, restore
from onrecord.graph.settings import Settings

_PLAIN: Final = {"seeds": 0, "shapes": 0}
_DONE: Final = frozenset({200, 201, 204})
_AGAIN: Final = frozenset({412, 503})
_COUNTER: Final = "SELECT ?n { GRAPH <urn:counter> { <urn:c> <urn:n> ?n } }"
_INCREMENT: Final = (
    "DELETE { GRAPH <urn:counter> { <urn:c> <urn:n> ?n } } INSERT { GRAPH <urn:counter> { <urn:c> <urn:n> ?m } } "
    "WHERE { GRAPH <urn:counter> { <urn:c> <urn:n> ?n } BIND(?n + 1 AS ?m) }"
)


def _value(service: Service) -> int:
    """The counter; -1 where it cannot be read."""
    reply = service.ask(_COUNTER)
    rows = json.loads(reply.body)["results"]["bindings"] if reply.status == 200 else []
    return int(rows[0]["n"]["value"]) if len(rows) == 1 else -1


def _start_counter(service: Service, value: int = 0) -> None:
    reply = service.update(f"INSERT DATA {{ GRAPH <urn:counter> {{ <urn:c> <urn:n> {value} }} }}")
    if reply.status not in _DONE:
        raise RuntimeError(f"the counter cannot be made: {reply.status} {reply.body[:300]!r}")


def increments(run: Run) -> None:
    """Four clients count up together: by updates, and in every fourth round by reading and putting with If-Match."""
    run.count("lost or double", 0)
    run.count("unforeseen outcomes", 0)
    each = 10 if run.rounds < 10 else 100
    with seeded(run.scratch, "increments", **_PLAIN) as service:
        _start_counter(service)
        expected = 0
        for round_ in run:
            step = _put_once if round_ % 4 == 3 else _update_once

            def client(_: int, step: Callable[[Run, Service], None] = step) -> None:
                for _ in range(each):
                    step(run, service)

            at_once(client)
            expected += CLIENTS * each
            run.count("increments", CLIENTS * each)
            found = _value(service)
            run.count("lost or double", abs(found - expected))
            expected = found


def _update_once(run: Run, service: Service) -> None:
    while True:
        reply = service.update(_INCREMENT)
        run.sample("update, s", reply.seconds)
        if reply.status in _DONE:
            return
        _again(run, reply)


def _put_once(run: Run, service: Service) -> None:
    while True:
        held = service.send("GET", "/store?graph=urn:counter", headers={"Accept": "application/n-triples"})
        value = int(held.body.split(b'"')[1])
        turtle = f"<urn:c> <urn:n> {value + 1} .".encode()
        reply = service.put("urn:counter", turtle, **{"If-Match": held.headers["etag"]})
        if reply.status in _DONE:
            return
        _again(run, reply)


def _again(run: Run, reply: Reply) -> None:
    run.count(f"asked to try again ({reply.status})")
    if reply.status not in _AGAIN:
        run.count("unforeseen outcomes")
        run.note(f"{reply.status} {reply.body[:200]!r}")
        if reply.status not in range(500, 600):
            raise RuntimeError(f"{reply.status} {reply.body[:200]!r}")
    time.sleep(0.02)


_REFERENCE: Final = "https://w3id.org/onrecord/graph/reference"


def races(run: Run) -> None:
    """Four clients check that a topic has no name and name it, each otherwise: one may, since names are unique."""
    for name in ("shapes broken", "unforeseen outcomes"):
        run.count(name, 0)
    with seeded(run.scratch, "races") as service:
        for round_ in run:
            topic = f"https://w3id.org/onrecord/topic/race-{round_}"
            replies: list[Reply] = []

            def client(number: int, topic: str = topic, replies: list[Reply] = replies) -> None:
                name = f'<{topic}> a rec:Topic ; rdfs:label "name {number}"@en'
                # Checked by the client, by the update or by nobody: the shapes stand behind all three.
                check = f"FILTER NOT EXISTS {{ <{topic}> rdfs:label ?x }}" if number % 2 else ""
                reply = service.update(f"INSERT {{ GRAPH <{_REFERENCE}> {{ {name} }} }} WHERE {{ {check} }}")
                replies.append(reply)

            at_once(client)
            run.count("races")
            for reply in replies:
                run.sample("answer, s", reply.seconds)
                if reply.status not in _DONE | {422}:
                    run.count("unforeseen outcomes")
                    run.note(f"{reply.status} {reply.body[:200]!r}")
            names = service.ask(f"SELECT ?l {{ <{topic}> rdfs:label ?l }}")
            if len(json.loads(names.body)["results"]["bindings"]) != 1:
                run.count("shapes broken")
                run.note(f"{topic}: {names.body[:200]!r}")


@contextlib.contextmanager
def _counting(run: Run, service: Service, pause: float = 0.0) -> Iterator[None]:
    """A client who counts up all the while."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(pause):
            reply = service.update(_INCREMENT)
            run.count("writes meanwhile", int(reply.status in _DONE))
            if reply.status not in _DONE | _AGAIN:
                run.count("unforeseen outcomes")
                run.note(f"write: {reply.status} {reply.body[:200]!r}")

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=60)


def backups(run: Run) -> None:
    """A backup beside a server that takes writes is restored elsewhere, verified and asked."""
    for name in ("backups that failed", "restored otherwise", "unforeseen outcomes"):
        run.count(name, 0)
    with seeded(run.scratch, "backups", **_PLAIN) as service:
        _start_counter(service)
        offset = int(service.ask(_COUNTER).headers["onrecord-version"])  # at which the value is 0
        with _counting(run, service, pause=0.1):
            for round_ in run:
                copy, back = run.scratch / f"backup-{round_}", run.scratch / f"restored-{round_}"
                before = _value(service)
                try:
                    version, found = _back_and_forth(run.scratch / "backups", copy, back)
                except OnrecordError as error:
                    run.count("backups that failed")
                    run.note(f"{type(error).__name__}: {error}")
                    continue
                run.count("backups restored")
                if found != version - offset or found < before:
                    run.count("restored otherwise")
                    run.note(f"{found} in version {version}, {before} acknowledged before")
                for directory in (copy, back):
                    shutil.rmtree(directory)


def _back_and_forth(data: Path, copy: Path, back: Path) -> tuple[int, int]:
    """Back a directory up that a server has, restore it elsewhere; the version there, and the counter."""
    with Ledger.open_read_only(Settings(data=data, seeds=False, shapes=False)) as ledger:
        make(ledger, data, copy)
    settings = Settings(data=back, seeds=False, shapes=False)
    version = restore(copy, settings)
    with Ledger.open(settings) as ledger:
        (row,) = ledger.rows(_COUNTER)
        return version, int(row["n"].value)


_DISK_MEGABYTES: Final = 64


def diskfull(run: Run) -> None:
    """A small disk fills up under commits, and is emptied: reads stay up, writes say so, and go on by themselves."""
    for name in ("reads failed", "unforeseen outcomes", "acknowledged lost"):
        run.count(name, 0)
    mount = run.scratch / "small-disk"
    mount.mkdir(exist_ok=True)
    with _tmpfs(mount), Service(mount / "data", snapshots=2, **_PLAIN) as service:
        _start_counter(service)
        for _ in run:
            filler = mount / "filler"
            _fill(filler, leave=2 << 20)
            _until_full(run, service)
            rest = mount / "rest"
            _fill(rest, leave=0)
            for _ in range(10):
                run.count("reads while full")
                if not service.small():
                    run.count("reads failed")
            refused = any(_refused(run, service, rest, number / 100) for number in range(100))
            run.count("writes refused while full", int(refused))
            before = _value(service)
            filler.unlink()
            rest.unlink()
            freed = time.monotonic()
            while service.update(_INCREMENT).status not in _DONE:
                if time.monotonic() - freed > 60:
                    raise RuntimeError(f"no write a minute after space came back: {service.log()[-500:]}")
                time.sleep(0.05)
            run.peak("s from free space to the next commit", time.monotonic() - freed)
            run.count("acknowledged lost", abs(_value(service) - before - 1))
            service.update("DROP SILENT GRAPH <urn:ballast>")


def _until_full(run: Run, service: Service) -> None:
    for number in range(400):
        ballast = "x" * 60_000
        reply = service.update(
            f'INSERT DATA {{ GRAPH <urn:ballast> {{ <urn:b> <urn:{number}> "{ballast}" }} }}'
        )
        if reply.status == 507:
            run.count("times full")
            return
        if reply.status not in _DONE:
            run.count("unforeseen outcomes")
            run.note(f"while filling: {reply.status} {reply.body[:200]!r}")
    raise RuntimeError("the disk did not fill up")


def _refused(run: Run, service: Service, rest: Path, wait: float) -> bool:
    # What the service clears away meanwhile, such as old snapshots, is room for hundreds of small writes: on a busy machine it
    # may come to that only after the disk was filled.
    time.sleep(wait)
    _fill(rest, leave=0)
    reply = service.update(_INCREMENT)
    if reply.status != 507 and reply.status not in _DONE:
        run.count("unforeseen outcomes")
        run.note(f"while full: {reply.status} {reply.body[:200]!r}")
    return reply.status == 507


def _fill(filler: Path, leave: int) -> None:
    with contextlib.suppress(OSError), filler.open("ab", buffering=0) as file:
        while True:
            free = os.statvfs(filler.parent)
            room = free.f_bavail * free.f_frsize - leave
            if room <= 0:
                return
            file.write(bytes(min(room, 1 << 20)))


@contextlib.contextmanager
def _tmpfs(mount: Path) -> Iterator[None]:
    if os.geteuid() != 0:
        raise Skipped("only root can mount a small file system")
    command = ["mount", "-t", "tmpfs", "-o", f"size={_DISK_MEGABYTES}m", "onrecord-torture", str(mount)]
    mounted = subprocess.run(command, check=False, capture_output=True, text=True)
    if mounted.returncode:
        raise Skipped(f"a tmpfs cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(mount)], check=False)


INCREMENTS: Final = Scenario(
    "increments",
    f"{CLIENTS} clients count up through the API",
    rounds=10,
    short=1,
    body=increments,
    most=dict.fromkeys(("lost or double", "unforeseen outcomes"), 0),
    least={"increments": 40},
)
RACES: Final = Scenario(
    "races",
    "check-then-insert races against the shapes",
    rounds=1000,
    short=5,
    body=races,
    most=dict.fromkeys(("shapes broken", "unforeseen outcomes"), 0),
    least={"races": 1},
)
BACKUPS: Final = Scenario(
    "backups",
    "backups under write load, restored and verified",
    rounds=100,
    short=1,
    body=backups,
    most=dict.fromkeys(("backups that failed", "restored otherwise", "unforeseen outcomes"), 0),
    least={"backups restored": 1, "writes meanwhile": 1},
)
DISKFULL: Final = Scenario(
    "diskfull",
    "the disk fills up during commits, and is emptied",
    rounds=20,
    short=1,
    body=diskfull,
    most={
        **dict.fromkeys(("reads failed", "unforeseen outcomes", "acknowledged lost"), 0),
        "s from free space to the next commit": 5,
    },
    least={"times full": 1, "writes refused while full": 1},
)
