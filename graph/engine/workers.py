"""Child processes: how they are started, asked, killed and replaced; and the pool of readers."""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Final

import onrecord
from onrecord.graph.engine import frames
from onrecord.graph.errors import Busy, EngineFailure, OnrecordError
from onrecord.graph.settings import secrets

log = logging.getLogger("onrecord.engine")

_START_SECONDS: Final = 30.0
_WORDS: Final = 4096
_SPARE: Final = 1
"""Readers kept warm beyond those that may run at once: who comes after a kill need not wait for a new one to start."""


class Died(Exception):  # noqa: N818
    """The child ended by itself. `status` as subprocess has it, `words` the end of what it wrote to stderr."""

    def __init__(self, status: int | None, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words

    def __str__(self) -> str:
        if self.status is not None and self.status < 0:
            return f"it was ended by {signal.Signals(-self.status).name}"
        if self.status is None:
            return self.words or "it does not answer"
        return f"it ended with status {self.status}; the log has its words"


class Nursery:
    """The one thread that starts children.

    The kernel ties "kill me when my parent dies" to the thread that forked, not to its process: a child started
    by a request's thread would die with that thread.
    """

    def __init__(self) -> None:
        self._orders: queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = queue.SimpleQueue()
        threading.Thread(target=self._run, name="onrecord-nursery", daemon=True).start()

    def _run(self) -> None:
        while (order := self._orders.get()) is not None:
            work, outcome = order
            try:
                outcome.set_result(work())
            except BaseException as error:
                outcome.set_exception(error)

    def submit(self, work: Callable[[], Any]) -> Future[Any]:
        """Have this done in the thread."""
        outcome: Future[Any] = Future()
        self._orders.put((work, outcome))
        return outcome

    def close(self) -> None:
        """Let the thread end, and with it any child that is left."""
        self._orders.put(None)


class Worker:
    """One child and the socket to it. To be made in the nursery's thread."""

    def __init__(self, module: str, *, keep: tuple[int, ...] = ()) -> None:
        self.module = module
        self.network = ""
        ours, theirs = socket.socketpair()
        self._words = os.memfd_create(f"onrecord-{module}")
        # A backtrace of Rust's would push the cause out of what is kept of its words.
        environment = {**os.environ, "PYTHONPATH": _import_path(), "RUST_BACKTRACE": "0"}
        for secret in secrets():
            environment.pop(secret, None)
        try:
            self._process = subprocess.Popen(  # noqa: S603  (our own interpreter and module)
                [
                    *(sys.executable, "-P", "-m", f"onrecord.graph.engine.{module}"),
                    *(str(theirs.fileno()), str(os.getpid())),
                ],
                stdin=subprocess.DEVNULL,
                stdout=self._words,
                stderr=self._words,
                pass_fds=(theirs.fileno(), *keep),
                env=environment,
                process_group=0,
            )
        except OSError:
            ours.close()
            os.close(self._words)
            raise
        finally:
            theirs.close()
        self._channel = ours
        self._greeted = False

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether the process still runs and has its end of the socket."""
        if self._process.poll() is not None:
            return False
        self._channel.setblocking(False)
        try:
            return bool(self._channel.recv(1, socket.MSG_PEEK))
        except BlockingIOError:
            return True
        except OSError:
            return False

    def warm(self) -> bool:
        """Whether it is ready, so that nobody has to wait for its start."""
        if self._greeted:
            return True
        self._channel.setblocking(False)
        try:
            return bool(self._channel.recv(1, socket.MSG_PEEK))
        except OSError:
            return False

    def greet(self) -> None:
        """Wait until it is ready, which belongs to nobody's time limit."""
        if not self._greeted:
            try:
                header, _ = self._receive(time.monotonic() + _START_SECONDS)
            except frames.Late:
                raise Died(
                    None, f"the {self.module} process did not start within {_START_SECONDS:g} s"
                ) from None
            self.network = header["network"]
            self._greeted = True

    def tell(self, header: dict[str, Any]) -> None:
        """Send what wants no reply."""
        self.greet()
        self._channel.settimeout(_START_SECONDS)
        try:
            frames.send(self._channel, header)
        except (frames.Hangup, frames.Late):
            raise self._died() from None

    def ask(
        self,
        header: dict[str, Any],
        body: bytes = b"",
        *,
        seconds: float | None = None,
        sink: Callable[[bytes], None] | None = None,
    ) -> dict[str, Any]:
        """Send a request and return the reply; pieces that come before it go to the sink.

        Raises frames.Late when the seconds are over, and Died. After either, the worker is good for nothing more.
        """
        self.greet()
        deadline = None if seconds is None else time.monotonic() + seconds
        try:
            self._channel.settimeout(seconds)
            frames.send(self._channel, header, body)
        except frames.Hangup:
            raise self._died() from None
        while True:
            reply, piece = self._receive(deadline)
            if "more" not in reply:
                return reply
            if sink is not None:
                sink(piece)

    def _receive(self, deadline: float | None) -> tuple[dict[str, Any], bytes]:
        try:
            return frames.receive(self._channel, deadline)
        except frames.Hangup:
            raise self._died() from None

    def _died(self) -> Died:
        try:
            status = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            status = None
        size = os.fstat(self._words).st_size
        words = os.pread(self._words, _WORDS, max(0, size - _WORDS)).decode(errors="replace")
        log.warning("the %s process %d died (status %s): %s", self.module, self.pid, status, words.strip())
        return Died(status, words)

    def end(self) -> None:
        """End its process, from whatever thread."""
        self._process.kill()

    def kill(self) -> None:
        """End it and let go of what belonged to it; for the thread that uses it."""
        self._process.kill()
        self._process.wait()
        self._channel.close()
        if self._words >= 0:
            os.close(self._words)
            self._words = -1


def _import_path() -> str:
    # A child imports the very onrecord its parent runs, from wherever that came.
    ours = str(Path(onrecord.__file__).parent.parent)
    others = os.environ.get("PYTHONPATH", "")
    return os.pathsep.join([ours, *filter(None, others.split(os.pathsep))])


class _Ticket:
    """One waiting query: what it will be given, a reader or the reason why there is none."""

    def __init__(self) -> None:
        self.called = threading.Event()
        self.worker: Worker | None = None
        self.failure: OnrecordError | None = None


class Pool:
    """Readers that are lent to one query at a time. At most `queue` queries wait, each `wait` seconds, in turn."""

    def __init__(
        self, nursery: Nursery, size: int, queue_: int, wait: float, start: Callable[[], Worker]
    ) -> None:
        self._nursery = nursery
        self._start = start
        self._queue = queue_
        self._wait = wait
        self._size = size
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._waiting: deque[_Ticket] = deque()
        self._starting = 0
        self._closed = False
        self._lock = threading.Lock()
        with self._lock:
            self._fill()

    @contextlib.contextmanager
    def lend(self) -> Iterator[Worker]:
        """A reader for one request. If the request fails in a way that spoils the reader, it is replaced."""
        worker = self._take()
        spoilt = True
        try:
            yield worker
            spoilt = False
        finally:
            self._give_back(worker, spoilt)

    def _take(self) -> Worker:
        with self._lock:
            if self._closed:
                raise EngineFailure("the ledger is closed")
            # Who comes now does not overtake who waits already.
            worker = None if self._waiting else self._living()
            if worker is not None:
                return worker
            self._fill()
            if len(self._waiting) >= self._queue + self._starting:
                raise Busy(f"{len(self._waiting)} queries wait already; try again in a moment", 1)
            ticket = _Ticket()
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

    def _living(self) -> Worker | None:
        while self._idle and len(self._all) - len(self._idle) < self._size:
            # The one used last is likeliest to have the present snapshot open; one still starting is worth least.
            worker = next((idle for idle in reversed(self._idle) if idle.warm()), self._idle[-1])
            self._idle.remove(worker)
            if worker.alive():
                return worker
            # It died between two queries: no query's fault and none's concern.
            self._all.discard(worker)
            worker.kill()
        return None

    def _give_back(self, worker: Worker, spoilt: bool) -> None:
        if spoilt:
            worker.end()
        with self._lock:
            if self._closed:
                worker.kill()
            elif spoilt:
                self._all.discard(worker)
                self._fill()
                # A large process takes a while to go, and nobody's answer has to wait for that.
                self._nursery.submit(worker.kill)
            else:
                self._idle.append(worker)
            self._serve()

    def _serve(self) -> None:
        while self._waiting and (worker := self._living()) is not None:
            ticket = self._waiting.popleft()
            ticket.worker = worker
            ticket.called.set()

    def _fill(self) -> None:
        while len(self._all) + self._starting < self._size + _SPARE:
            self._starting += 1
            self._nursery.submit(self._add)

    def _add(self) -> None:
        try:
            worker = self._start()
        except OSError as error:
            log.error("a reader process cannot be started: %s", error)  # noqa: TRY400
            with self._lock:
                self._starting -= 1
                if not self._all and not self._starting:
                    self._disappoint(EngineFailure(f"no reader process can be started: {error}"))
            return
        with self._lock:
            self._starting -= 1
            if self._closed:
                worker.kill()
            else:
                self._all.add(worker)
                self._idle.append(worker)
                self._serve()

    def _disappoint(self, failure: OnrecordError) -> None:
        while self._waiting:
            ticket = self._waiting.popleft()
            ticket.failure = failure
            ticket.called.set()

    def about(self) -> list[dict[str, Any]]:
        """The readers, for those who operate them."""
        with self._lock:
            spare = self._idle[: max(0, len(self._all) - self._size)]
            return [
                {"pid": worker.pid, "network": worker.network} for worker in self._all if worker not in spare
            ]

    def close(self) -> None:
        """Kill every reader; queries under way end with an error."""
        with self._lock:
            self._closed = True
            idle = list(self._idle)
            lent = self._all.difference(idle)
            self._idle.clear()
            self._all.clear()
            self._disappoint(EngineFailure("the ledger is closed"))
        for worker in idle:
            worker.kill()
        for worker in lent:
            # Its socket is in use; who borrowed it finds it dead and clears up.
            worker.end()
