"""Child processes: how they are started, asked and killed."""

from __future__ import annotations

import logging
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Final

import onrecord
from onrecord.graph.engine import frames, priority
from onrecord.graph.errors import EngineFailure
from onrecord.graph.settings import secrets

log = logging.getLogger("onrecord.engine")

_START_SECONDS: Final = 30.0
_WORDS: Final = 4096


class Died(Exception):  # noqa: N818
    """The child ended by itself. `status` as subprocess has it, `words` the end of what it wrote to stderr."""

    def __init__(self, status: int | None, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words

    @property
    def lacked_memory(self) -> bool:
        """Whether it says that there was none left for it."""
        return any(words in self.words for words in ("memory allocation", "bad_alloc", "MemoryError"))

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
        self._closed = False
        self._lock = threading.Lock()
        threading.Thread(target=self._run, name="onrecord-nursery", daemon=True).start()

    def _run(self) -> None:
        try:
            priority.start_behind()
        except Exception:  # a matter of taste, and without this thread nothing is ever started again
            log.exception("children start with the priority of everything else")
        while (order := self._orders.get()) is not None:
            work, outcome = order
            try:
                outcome.set_result(work())
            except BaseException as error:
                outcome.set_exception(error)

    def submit(self, work: Callable[[], Any]) -> Future[Any]:
        """Have this done in the thread. Nothing is, once it is closed: who waits for it is told by EngineFailure."""
        outcome: Future[Any] = Future()
        with self._lock:
            if self._closed:
                outcome.set_exception(EngineFailure("the ledger is closed"))
            else:
                self._orders.put((work, outcome))
        return outcome

    def close(self) -> None:
        """Let the thread end when it has done what it was told, and with it any child that is left."""
        with self._lock:
            self._closed = True
            self._orders.put(None)


class Worker:
    """One child and the socket to it. To be made in the nursery's thread. The word is for it to prepare with."""

    def __init__(self, module: str, word: str = "", *, keep: tuple[int, ...] = ()) -> None:
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
                    *(str(theirs.fileno()), str(os.getpid()), word),
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
        self._channel = frames.Channel(ours)
        self._greeted = False
        self.spent = False

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether the process still has its end of the socket, which a dead one has not."""
        if not self._greeted and self._process.poll() is not None:
            # Its greeting is still to be read, and hides the end behind it.
            return False
        try:
            self._channel.readable()
        except frames.Hangup:
            return False
        return True

    def warm(self) -> bool:
        """Whether it is ready, so that nobody has to wait for its start."""
        if self._greeted:
            return True
        try:
            return self._channel.readable()
        except frames.Hangup:
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
        try:
            frames.send(self._channel, header, deadline=time.monotonic() + _START_SECONDS)
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
            frames.send(self._channel, header, body, deadline)
        except frames.Hangup:
            raise self._died() from None
        while True:
            reply, piece = self._receive(deadline)
            if piece and sink is not None:
                sink(piece)
            if "more" not in reply:
                self.spent = bool(reply.pop("spent", False))
                return reply

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
