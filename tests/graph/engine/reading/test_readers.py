"""Readers: many at once, each with its limits, and none that harms another."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.harness.graphs.readable import FOREVER, filled, text

from onrecord.graph import errors
from onrecord.graph.changes import ChangeSet
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

Adding = Callable[..., ChangeSet]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger to read from, whose limit no query meets."""
    with filled(tmp_path_factory.mktemp("shared"), 120) as ledger:
        yield ledger


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """The same with a short limit."""
    with filled(tmp_path_factory.mktemp("hasty"), 2) as ledger:
        yield ledger


# Limits


def test_a_query_past_its_time_is_stopped_and_told_the_limit(hasty: Ledger) -> None:
    with pytest.raises(errors.QueryTimeout, match=r"2 s \(ONRECORD_QUERY_SECONDS\)"):
        hasty.query(FOREVER)


def test_other_queries_do_not_notice_one_that_is_stopped(hasty: Ledger) -> None:
    failures: list[BaseException] = []
    stopped = threading.Event()

    def ask_for_ever() -> None:
        try:
            with pytest.raises(errors.QueryTimeout):
                hasty.query(FOREVER)
        finally:
            stopped.set()

    def ask() -> None:
        try:
            while not stopped.is_set():
                assert text(hasty, "ASK {}") == "true\n"
            assert text(hasty, "ASK {}") == "true\n"
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=ask_for_ever), *(threading.Thread(target=ask) for _ in range(3))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_query_short_of_memory_ends_alone(shared: Ledger) -> None:
    with pytest.raises(errors.QueryMemory, match=r"64 MiB of memory \(ONRECORD_WORKER_MEGABYTES\)"):
        shared.query(
            "SELECT (REPLACE(?x, 'a', ?y) AS ?z) { BIND(REPLACE('"
            + "a" * 2000
            + "', 'a', '"
            + "a" * 2000
            + "') AS ?x) BIND(?x AS ?y) }"
        )
    assert text(shared, "ASK {}") == "true\n"


def test_a_result_past_its_size_is_refused_whole(shared: Ledger) -> None:
    with pytest.raises(errors.ResultTooLarge, match=r"2 MiB \(ONRECORD_RESULT_MEGABYTES\)"):
        shared.query("SELECT * { ?a ?b ?c . ?d ?e ?f }")
    assert text(shared, "ASK {}") == "true\n"


@pytest.mark.parametrize(
    "query", ["ASK " + "{" * 5000 + "}" * 5000, "ASK { FILTER(" + "!" * 60000 + "true) }"]
)
def test_depth_that_would_break_a_plain_stack_is_survived(settings: Settings, query: str) -> None:
    with Ledger.open(replace(settings, query_nesting=10**6), _gate=False) as ledger:
        assert text(ledger, query) == "true\n"


def test_readers_have_no_network_where_the_system_allows(shared: Ledger) -> None:
    text(shared, "ASK {}")
    networks = {reader["network"] for reader in shared.about()["readers"] if reader["network"]}
    if any(network.startswith("shared") for network in networks):
        pytest.skip(f"this system gives no network namespaces: {networks}")
    assert networks == {"none"}
    # (one that is starting still has the network of the process that starts it)
    for reader in (reader for reader in shared.about()["readers"] if reader["network"]):
        interfaces = Path(f"/proc/{reader['pid']}/net/dev").read_text().splitlines()[2:]
        assert {line.split(":")[0].strip() for line in interfaces} == {"lo"}


def test_readers_leave_no_core_and_have_their_memory_limited(shared: Ledger) -> None:
    text(shared, "ASK {}")
    limits = [Path(f"/proc/{reader['pid']}/limits").read_text() for reader in shared.about()["readers"]]
    assert all("Max core file size        0 " in limit for limit in limits)
    assert not all("Max data size             unlimited" in limit for limit in limits)


def test_too_many_waiting_queries_are_sent_away(settings: Settings, adding: Adding) -> None:
    narrow = replace(settings, readers=1, queue=1, query_seconds=0.6)
    with Ledger.open(narrow, _gate=False) as ledger:
        ledger.commit(adding("x", 300), message="m", author="a")
        assert text(ledger, "ASK {}") == "true\n"
        ends: list[type[BaseException]] = []
        retries: list[int] = []

        def ask() -> None:
            try:
                ledger.query(FOREVER)
            except errors.OnrecordError as error:
                ends.append(type(error))
                retries.append(getattr(error, "retry_after", 1))

        threads = [threading.Thread(target=ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors.Busy in ends
        assert errors.QueryTimeout in ends
        assert set(ends) == {errors.Busy, errors.QueryTimeout}
        assert min(retries) >= 1
        assert text(ledger, "ASK {}") == "true\n"


# Readers that die


def test_a_reader_killed_between_queries_is_replaced_unseen(shared: Ledger) -> None:
    for _ in range(4):
        pids = [reader["pid"] for reader in shared.about()["readers"]]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        _until_dead(pids)
        assert text(shared, "ASK {}") == "true\n"


def test_a_reader_killed_over_a_query_ends_that_query_with_an_error(
    settings: Settings, adding: Adding
) -> None:
    with Ledger.open(replace(settings, readers=1), _gate=False) as ledger:
        ledger.commit(adding("x", 300), message="m", author="a")
        text(ledger, "ASK {}")
        (reader,) = ledger.about()["readers"]
        threading.Timer(0.3, os.kill, (reader["pid"], signal.SIGKILL)).start()
        with pytest.raises(errors.QueryMemory, match="killed by the system"):
            ledger.query(FOREVER)
        assert text(ledger, "ASK {}") == "true\n"


def _until_dead(pids: list[int]) -> None:
    until = time.monotonic() + 60
    for pid in pids:
        while time.monotonic() < until and _state(pid) not in {"Z", ""}:
            time.sleep(0.005)


def _state(pid: int) -> str:
    """Z for a process all of whose threads have ended, and nothing for one that is gone."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1]
        return state if len(list(Path(f"/proc/{pid}/task").iterdir())) <= 1 else "dying"
    except OSError:
        return ""
