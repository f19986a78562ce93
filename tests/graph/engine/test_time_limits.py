"""A time limit counts what a request computes; a second one, by the clock, bounds how long it may be kept from computing."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from tests.torture.victims.victim import descendants

from onrecord.graph import errors
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

LIMIT = 1.0
"""How many seconds a request may compute here."""
FAR = 600.0
ENDLESS = "{ " + " ".join(f"VALUES ?v{i} {{ {'1 ' * 200} }}" for i in range(8)) + " }"
_TICKS = os.sysconf("SC_CLK_TCK")

Request = Callable[[Ledger], object]


@contextlib.contextmanager
def opened(settings: Settings, wall_factor: float = FAR) -> Iterator[Ledger]:
    """A ledger with short limits, all of whose processes have started."""
    limits = {"query_seconds": LIMIT, "update_seconds": LIMIT, "wall_factor": wall_factor}
    with Ledger.open(replace(settings, readers=1, **limits), _gate=False) as ledger:
        assert write(ledger) == 1
        assert ask(ledger) == b"true\n"
        yield ledger


def ask(ledger: Ledger) -> object:
    return ledger.query("ASK {}", formats={"boolean": "csv"}).read()


def write(ledger: Ledger) -> object:
    return ledger.update(f"INSERT DATA {{ <urn:a> <urn:b> {ledger.version} }}", author="t").added


def ask_for_ever(ledger: Ledger) -> object:
    return ledger.query(f"SELECT (COUNT(*) AS ?n) {ENDLESS}").read()


def give_rows_for_ever(ledger: Ledger) -> object:
    return ledger.query(f"SELECT * {ENDLESS}").read()


def write_for_ever(ledger: Ledger) -> object:
    return ledger.update(f"INSERT {{ <urn:a> <urn:b> ?v0 }} WHERE {ENDLESS}", author="t")


def processes(ledger: Ledger, kind: str) -> list[int]:
    """The ledger's processes of one kind."""
    children = descendants(ledger.about()["launcher"])
    found = [pid for pid in children if Path(f"/proc/{pid}/comm").read_text() == f"onrecord-{kind}\n"]
    assert found
    return found


def computed(pid: int) -> float:
    """How many seconds a process has computed."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def stop(pid: int) -> None:
    """Stop a process, and wait until it has stopped: one that forks finishes that first."""
    os.kill(pid, signal.SIGSTOP)
    while Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "TZ":
        time.sleep(0.001)


@contextlib.contextmanager
def kept_from_computing(ledger: Ledger) -> Iterator[None]:
    """None of the ledger's readers and editors computes meanwhile, as if others had all the processors."""
    writers = processes(ledger, "writer")
    stopped = [pid for pid in descendants(ledger.about()["launcher"]) if pid not in writers]
    for pid in stopped:
        stop(pid)
    try:
        yield
    finally:
        for pid in stopped:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize(("request_", "outcome"), [(ask, b"true\n"), (write, 1)])
def test_a_request_kept_from_computing_for_longer_than_its_limit_is_answered(
    settings: Settings, request_: Request, outcome: object
) -> None:
    with opened(settings) as ledger, ThreadPoolExecutor(1) as pool:
        launcher = ledger.about()["launcher"]
        stop(launcher)  # for one that it starts meanwhile would compute
        try:
            with kept_from_computing(ledger):
                asked = pool.submit(request_, ledger)
                time.sleep(1.5 * LIMIT)
                assert not asked.done()
        finally:
            os.kill(launcher, signal.SIGCONT)
        assert asked.result() == outcome


@pytest.mark.parametrize(
    ("request_", "kind", "setting"),
    [(ask_for_ever, "reader", "QUERY_SECONDS"), (write_for_ever, "editor", "UPDATE_SECONDS")],
)
def test_a_request_kept_from_computing_is_stopped_by_the_clock_in_the_end(
    settings: Settings, request_: Request, kind: str, setting: str
) -> None:
    said = rf"after 5 s by the clock.* ONRECORD_WALL_FACTOR, 5, times .* 1 s \(ONRECORD_{setting}\)"
    with opened(settings, wall_factor=5) as ledger, ThreadPoolExecutor(1) as pool:
        started = {pid: computed(pid) for pid in processes(ledger, kind)}
        asked = pool.submit(request_, ledger)
        while not any(computed(pid) > before + 0.1 for pid, before in started.items()):
            time.sleep(0.01)
        with kept_from_computing(ledger), pytest.raises(errors.QueryTimeout, match=said):
            asked.result()
        assert ask(ledger) == b"true\n"
        assert write(ledger) == 1


def computed_by_ended(ledger: Ledger) -> float:
    """How many seconds the ledger's processes that have ended had computed."""
    fields = Path(f"/proc/{ledger.about()['launcher']}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[13]) + int(fields[14])) / _TICKS


@pytest.mark.slow
@pytest.mark.parametrize(
    ("request_", "setting"),
    [
        (ask_for_ever, "QUERY_SECONDS"),
        (give_rows_for_ever, "QUERY_SECONDS"),
        (write_for_ever, "UPDATE_SECONDS"),
    ],
)
def test_a_request_is_stopped_when_it_has_computed_for_as_long_as_its_limit(
    settings: Settings, request_: Request, setting: str
) -> None:
    patient = replace(settings, result_megabytes=4096, result_rows=10**9)
    with opened(patient) as ledger:
        version, before = ledger.version, computed_by_ended(ledger)
        said = rf"at the time limit of 1 s \(ONRECORD_{setting}\), which counts computing"
        with pytest.raises(errors.QueryTimeout, match=said):
            request_(ledger)
        # What is read here is exact. The timer that ends the request counts by samples, each some milliseconds: beside others
        # that compute, it ended loops after 0.84 to 1.37 of its seconds. Start, what came before, and giving memory back
        # count here as well.
        assert 0.5 * LIMIT <= computed_by_ended(ledger) - before <= 5 * LIMIT
        assert ledger.version == version
        assert ask(ledger) == b"true\n"
        assert write(ledger) == 1


@pytest.mark.slow
def test_what_requests_compute_one_after_the_other_does_not_add_up(settings: Settings) -> None:
    # Each row of the product is counted: some tenths of a second.
    long = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"VALUES ?v{i} {{ {'1 ' * 40} }}" for i in range(4)) + " }"
    with opened(settings) as ledger:
        (reader,) = (reader["pid"] for reader in ledger.about()["readers"])
        began = computed(reader)
        while computed(reader) - began < 1.5 * LIMIT:
            assert b"2560000" in ledger.query(long).read()
        assert ask(ledger) == b"true\n"
        assert [reader] == [reader["pid"] for reader in ledger.about()["readers"]]
