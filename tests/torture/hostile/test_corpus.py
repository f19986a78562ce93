"""Every hostile query is refused, stopped at its limit, or harmless; and everybody else is served all the while."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.torture.hostile import bodies, floods
from tests.torture.hostile.attacks import failed, raw
from tests.torture.hostile.corpus import HARMLESS, QUERIES, REFUSED, STOPPED, Case
from tests.torture.hostile.neighbour import Neighbour
from tests.torture.run import Run
from tests.torture.victims.service import Reply, Service, memory, processor_seconds

pytestmark = pytest.mark.slow

LIMIT = 0.15
"""Seconds of computing. What is to be stopped would take minutes, so that this is all that it costs."""
LENIENT = 60.0
"""How late an answer may be on a machine that is busy; what is tested is that the query was stopped."""
ATTACKERS = 3
HELD = 256


def limited(data: Path, seconds: float) -> Service:
    """A service with these limits, and a reader more than there are attackers."""
    return Service(
        data,
        query_seconds=seconds,
        update_seconds=seconds,
        worker_megabytes=256,
        held_megabytes=HELD,
        readers=ATTACKERS + 1,
    )


@pytest.fixture(scope="module")
def service(copy_of_built: Callable[[], Path]) -> Iterator[Service]:
    """A service with short limits."""
    with limited(copy_of_built(), LIMIT) as running:
        yield running


@pytest.fixture(scope="module")
def patient(copy_of_built: Callable[[], Path]) -> Iterator[Service]:
    """A service for what no limit on time is to end: on a busy machine the short one would."""
    with limited(copy_of_built(), LENIENT) as running:
        yield running


def test_the_corpus_is_as_large_and_as_mixed_as_was_promised() -> None:
    assert len(QUERIES) + len(bodies.UPDATES) + len(bodies.UPLOADS) + len(bodies.RAW) >= 180
    assert len({case.name for case in QUERIES}) == len(QUERIES) >= 130
    kinds = Counter(case.outcome for case in QUERIES)
    assert min(kinds[REFUSED], kinds[STOPPED], kinds[HARMLESS]) >= 10


def _wrong(case: Case, reply: Reply) -> list[str]:
    """What is the matter with the answer to a hostile query."""
    found = []
    if reply.status not in case.outcome:
        found.append(f"status {reply.status}: {reply.body[:200]!r}")
    if not reply.whole:
        found.append("incomplete")
    if reply.seconds > LIMIT + LENIENT:
        found.append(f"after {reply.seconds:.1f} s")
    if b"root:" in reply.body:
        found.append("holds a file of the machine")
    if reply.status != 200 and b'"detail"' not in reply.body:
        found.append("does not say why")
    return [f"{case.name}: {fault}" for fault in found]


# One test and not one a query: the attack is one, and parallel test runs would each make it for themselves.
def test_every_hostile_query_ends_as_foreseen_and_everybody_else_is_served(
    service: Service, patient: Service
) -> None:
    def ask(case: Case) -> Reply:
        return (service if 504 in case.outcome else patient).post_query(case.body(), LIMIT + LENIENT)

    front = service.front()
    with Neighbour(service) as neighbour, ThreadPoolExecutor(ATTACKERS) as attackers:
        replies = list(attackers.map(ask, QUERIES))
    assert [fault for pair in zip(QUERIES, replies, strict=True) for fault in _wrong(*pair)] == []

    assert neighbour.bad == []
    assert len(neighbour.seconds) > len(QUERIES) / 10
    assert max(neighbour.seconds) < LIMIT + LENIENT

    assert service.front() == front
    assert service.small()
    assert patient.small()
    time.sleep(1)
    left = service.children("reader")
    # They start as queries come: as many as there may be at once, and one that is spare.
    assert 1 <= len(left) <= ATTACKERS + 2
    before = processor_seconds(left)
    time.sleep(0.5)
    assert processor_seconds(left) - before < 0.25


def test_hostile_writes_fail_and_change_nothing(service: Service) -> None:
    run = Run(1, service.data)
    version = service.ask("ASK {}").headers["onrecord-version"]
    for name, text in bodies.UPDATES.items():
        failed(run, name, service.update(text()), LENIENT)
    for name, upload in bodies.UPLOADS.items():
        failed(run, name, service.put("urn:h", upload.body(), upload.kind, **dict(upload.headers)), LENIENT)
    assert run.notes == []
    assert service.ask("ASK {}").headers["onrecord-version"] == version
    assert service.small()


def test_no_bytes_on_the_wire_are_answered_as_our_fault(service: Service) -> None:
    run = Run(1, service.data)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda pair: raw(run, service, *pair), bodies.RAW.items()))
    assert run.notes == []
    assert service.small()


def test_floods_are_answered_as_foreseen_and_everybody_else_is_served(patient: Service) -> None:
    floods.make_versions(patient)
    front = patient.front()
    with Neighbour(patient) as neighbour:
        made = {name: floods.run(patient, name, 1) for name in floods.FLOODS}
    assert {name: wrong for name, (_, wrong) in made.items() if wrong} == {}
    assert min(number for number, _ in made.values()) > 0
    assert neighbour.bad == []
    assert patient.front() == front
    assert memory([front or 0]) < 2 * HELD << 20
