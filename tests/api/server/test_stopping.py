"""`onrecord serve` told to end: what is under way is finished or refused, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.torture.victims.service import Reply, Service, processor_seconds
from tests.torture.victims.victim import alive, descendants

from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

# 99 to the power of 6 rows: it takes for ever, whatever the machine.
ENDLESS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"VALUES ?v{i} {{ {'1 ' * 99} }}" for i in range(6)) + " }"
# What is in order ends well within GRACE. A process that misses its signal is killed, later than that, after LONG.
GRACE = 60.0
LONG = 300.0
TRIPLES = 4_000
# Seconds of the processor's time that no process needs to start.
STARTING = 0.1


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def serving(data: Path, **settings: object) -> Service:
    return Service(data, seeds=0, shapes=0, access_log=0, **settings)


class Asked:
    """A request that is answered in a thread of its own."""

    def __init__(self, ask: Callable[[], Reply]) -> None:
        self._found: list[Reply] = []
        self._thread = threading.Thread(target=lambda: self._found.append(ask()))
        self._thread.start()

    def under_way(self) -> bool:
        return self._thread.is_alive()

    def reply(self) -> Reply:
        self._thread.join(LONG)
        return self._found[0]


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + GRACE
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.01)


def working(service: Service, kind: str) -> bool:
    """Whether a process of this kind has computed more than it does to start."""
    return any(processor_seconds([pid]) > STARTING for pid in service.children(kind))


def ended(service: Service, number: int = signal.SIGTERM, within: float = GRACE) -> list[int]:
    """Send a signal and wait for the end, which is in order; what is still alive then."""
    pids = [service.process.pid, *descendants(service.process.pid)]
    assert len(pids) > 3
    service.process.send_signal(number)
    assert service.process.wait(within) == 0, service.log()
    return [pid for pid in pids if alive(pid)]


def test_a_hangup_and_the_signals_of_log_rotation_are_noted_and_nothing_else(data: Path) -> None:
    with serving(data) as service:
        pids = descendants(service.process.pid)
        for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2):
            service.process.send_signal(number)
            wait_until(lambda name=number.name: f"{name} was received" in service.log())  # type: ignore[misc]
        # A terminal that is closed tells all of them.
        for pid in pids:
            os.kill(pid, signal.SIGHUP)
        assert service.small()
        assert service.update("INSERT DATA { <urn:a> <urn:b> 1 }").status in (200, 204)
        assert [pid for pid in pids if not alive(pid)] == []
        assert ended(service) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_server_ends_at_once_whatever_its_clients_leave_unfinished(data: Path, number: int) -> None:
    with serving(data, query_seconds=LONG) as service:
        clients = [socket.create_connection(("127.0.0.1", service.port)) for _ in range(4)]
        head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
        clients[1].sendall(b"GET /hea")
        clients[2].sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        clients[3].sendall(head + b"Content-Length: 100\r\n\r\nASK")
        assert clients[2].recv(4096).startswith(b"HTTP/1.1 200")
        assert ended(service, number) == []
        for client in clients:
            client.close()


def test_a_query_under_way_is_answered_while_nobody_else_is_let_in(data: Path) -> None:
    # A busy machine may need longer to shut its door than the query may take: then the query gets more time.
    assert any(nobody_else_is_let_in(data.with_name(f"data-{limit}"), limit) for limit in (2, 10, 60))


def nobody_else_is_let_in(data: Path, limit: int) -> bool:
    """Whether that was seen while a query ran to this limit, in seconds."""
    with serving(data, query_seconds=limit) as service:
        asked = Asked(lambda: service.ask(ENDLESS, seconds=LONG))
        wait_until(lambda: working(service, "reader") or not asked.under_way())
        service.process.terminate()
        shut = False
        while asked.under_way() and not shut:
            # What asks without a pause takes the processor from the server that is to shut its door.
            time.sleep(0.01)
            try:
                socket.create_connection(("127.0.0.1", service.port)).close()
            except ConnectionRefusedError:
                shut = asked.under_way() and service.process.poll() is None
        # It was let run to its own limit, and heard about that.
        assert asked.reply().status == 504
        assert service.process.wait(LONG) == 0, service.log()
        return shut


def test_what_is_stuck_keeps_it_alive_no_longer_than_a_query_may_take(data: Path) -> None:
    with serving(data, query_seconds=1, update_seconds=LONG) as service:
        where = ENDLESS.partition("{")[2]
        stuck = Asked(lambda: service.update("INSERT { <urn:a> <urn:b> ?v0 } WHERE {" + where))
        wait_until(lambda: working(service, "editor"))
        begun = time.monotonic()
        service.process.terminate()
        time.sleep(0.3)
        assert ended(service, within=1 + GRACE) == []
        assert time.monotonic() - begun > 1
        assert stuck.reply().status == 0
    with Ledger.open(Settings(data=data, seeds=False, shapes=False)) as ledger:
        assert ledger.version == 0


def test_a_write_under_way_is_acknowledged_and_there_or_neither(data: Path) -> None:
    lines = b"".join(b"<urn:s%d> <urn:p> %d .\n" % (number, number) for number in range(TRIPLES))
    with serving(data, query_seconds=5) as service:
        asked = Asked(lambda: service.put("urn:g", lines))
        time.sleep(0.15)
        assert ended(service, within=5 + GRACE) == []
        status = asked.reply().status
    with Ledger.open(Settings(data=data, seeds=False, shapes=False)) as ledger:
        (row,) = ledger.rows("SELECT (COUNT(*) AS ?n) { GRAPH <urn:g> { ?s ?p ?o } }")
    assert (status, int(row["n"].value)) in {(201, TRIPLES), (0, 0), (503, 0)}


def test_told_to_end_while_it_starts_it_ends_too(data: Path) -> None:
    ends_while_starting(serving(data, query_seconds=LONG))


def test_told_to_end_before_the_front_has_run_at_all_it_ends_too(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a busy machine a forked process may wait so long before it first runs.
    late = "import os, time\nos.register_at_fork(after_in_child=lambda: time.sleep(1))\n"
    (tmp_path / "sitecustomize.py").write_text(late)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    ends_while_starting(serving(data, query_seconds=LONG))


def ends_while_starting(service: Service) -> None:
    try:
        until = time.monotonic() + GRACE
        while not service.front() and time.monotonic() < until:
            time.sleep(0.01)
        service.process.terminate()
        assert service.process.wait(GRACE) == 0
        assert descendants(service.process.pid) == []
    finally:
        service.stop()
