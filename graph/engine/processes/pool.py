"""The pool of readers: who gets one, who waits, which are replaced."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Final

from onrecord.graph.engine.processes import sandbox
from onrecord.graph.engine.processes.launcher import Launcher
from onrecord.graph.engine.processes.worker import Worker
from onrecord.graph.errors import Busy, EngineFailure, OnrecordError

log = logging.getLogger("onrecord.engine")

_SPARE: Final = 1
"""Readers kept ready beyond those that may run at once: after a kill, the next query need not wait for one to start."""


class _Ticket:
    """One waiting query, of this older version: it gets a reader, or the reason why there is none."""

    def __init__(self, older: int | None) -> None:
        self.older = older
        self.called = threading.Event()
        self.worker: Worker | None = None
        self.failure: OnrecordError | None = None


class Pool:
    """Up to `size` readers that are lent to one query at a time. At most `queue` queries wait, each `wait` seconds, in turn.

    It begins with one and starts others as queries come at once: a command that asks once pays for no more.
    """

    def __init__(
        self, launcher: Launcher, size: int, queue_: int, wait: float, start: Callable[[], Worker]
    ) -> None:
        self._launcher = launcher
        self._start = start
        self._queue = queue_
        self._wait = wait
        self._size = size
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._waiting: deque[_Ticket] = deque()
        self._starting = 0
        self._spare = 0
        self._closed = False
        self._lock = threading.Lock()
        with self._lock:
            self._fill()

    @contextlib.contextmanager
    def lend(self, older: int | None = None) -> Iterator[Worker]:
        """A reader for one request, of an older version the one that has it open; after an exception it is replaced."""
        worker = self._take(older)
        spoilt = True
        try:
            yield worker
            spoilt = False
        finally:
            self._give_back(worker, spoilt)

    def _take(self, older: int | None) -> Worker:
        with self._lock:
            if self._closed:
                raise EngineFailure("the ledger is closed")
            # A new query does not overtake those that wait already.
            worker = None if self._waiting else self._idle_worker(older)
            self._fill(0 if worker else 1)
            if worker is not None:
                return worker
            if len(self._waiting) >= self._queue + self._starting:
                count = len(self._waiting)
                waiting = "one query waits" if count == 1 else f"{count} queries wait"
                raise Busy(f"{waiting} for a reader already (ONRECORD_QUEUE); try again in a moment", 1)
            ticket = _Ticket(older)
            self._waiting.append(ticket)
        try:
            ticket.called.wait(self._wait)
        finally:
            with self._lock:
                if ticket in self._waiting:
                    self._waiting.remove(ticket)
                    ticket.failure = Busy(
                        f"no reader became free in {self._wait:g} s; try again in a moment", 2
                    )
        if ticket.worker is None:
            raise ticket.failure or EngineFailure("no reader can be had")
        return ticket.worker

    def _idle_worker(self, older: int | None) -> Worker | None:
        while self._idle and len(self._all) - len(self._idle) < self._size:
            # The one used last most likely has the newest snapshot open; one that is still starting comes last.
            worker = next((idle for idle in reversed(self._idle) if idle.warm()), self._idle[-1])
            if older is not None:
                # To open another snapshot takes a hundred times as long as most queries.
                worker = next((idle for idle in self._idle if older in idle.older), worker)
            self._idle.remove(worker)
            if worker.alive():
                if older is not None and older not in worker.older:
                    worker.older.append(older)
                return worker
            # It died between two queries, which no query needs to know.
            self._all.discard(worker)
            worker.kill()
        return None

    def _give_back(self, worker: Worker, spoilt: bool) -> None:
        if spoilt:
            worker.end()
        with self._lock:
            if self._closed:
                worker.kill()
                return
            self._spare = _SPARE
            if spoilt:
                self._all.discard(worker)
                self._fill()
                # A large process takes a while to end, and no answer should wait for that.
                self._launcher.run_later(worker.kill)
            else:
                self._idle.append(worker)
                self._fill()
            self._serve()

    def _serve(self) -> None:
        while self._waiting and (worker := self._idle_worker(self._waiting[0].older)) is not None:
            ticket = self._waiting.popleft()
            ticket.worker = worker
            ticket.called.set()

    def _fill(self, coming: int = 0) -> None:
        """Start as many as the queries of this moment want, `coming` of which do not wait yet, and the spare ones."""
        at_once = len(self._all) - len(self._idle) + len(self._waiting) + coming
        wanted = max(1, min(at_once, self._size)) + self._spare
        while len(self._all) + self._starting < wanted:
            self._starting += 1
            self._launcher.run_later(self._add)

    def _add(self) -> None:
        try:
            worker = self._start()
        except EngineFailure:
            # The ledger was closed meanwhile.
            return
        except OSError as error:
            log.error("a reader process cannot be started: %s", error)  # noqa: TRY400
            with self._lock:
                self._starting -= 1
                if not self._all and not self._starting:
                    self._fail_waiting(EngineFailure(f"no reader process can be started: {error}"))
            return
        with self._lock:
            self._starting -= 1
            if self._closed:
                worker.kill()
            else:
                self._all.add(worker)
                # Before those that have been used: see _idle_worker.
                self._idle.insert(0, worker)
                self._serve()

    def _fail_waiting(self, failure: OnrecordError) -> None:
        while self._waiting:
            ticket = self._waiting.popleft()
            ticket.failure = failure
            ticket.called.set()

    @property
    def waiting(self) -> int:
        """How many queries wait for a reader."""
        return len(self._waiting)

    def about(self) -> list[dict[str, Any]]:
        """The readers, for those who operate them."""
        with self._lock:
            spare = self._idle[: max(0, len(self._all) - self._size)]
            return [
                {"pid": worker.pid, "network": worker.network}
                for worker in self._all
                if worker not in spare and not worker.ended
            ]

    def shared_network(self) -> str | None:
        """Why readers have the host's network, as far as any has said so; None where they have none."""
        with self._lock:
            found = {worker.network for worker in self._all} - {"", sandbox.NO_NETWORK}
        return min(found, default=None)

    def close(self) -> None:
        """Kill every reader; queries under way end with an error."""
        with self._lock:
            self._closed = True
            idle = list(self._idle)
            lent = self._all.difference(idle)
            self._idle.clear()
            self._all.clear()
            self._fail_waiting(EngineFailure("the ledger is closed"))
        for worker in idle:
            worker.kill()
        for worker in lent:
            # Its socket is in use: the query that borrowed it will find it dead and close it.
            worker.end()
