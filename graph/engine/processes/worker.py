"""Child processes: how they are started, asked and killed."""

from __future__ import annotations

import contextlib
import logging
import math
import os
import signal
import socket
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from onrecord.graph.engine.processes import frames, priority
from onrecord.graph.engine.processes.launcher import Launcher
from onrecord.graph.errors import EngineFailure

log = logging.getLogger("onrecord.engine")

_START_SECONDS: Final = 30.0
_END_SECONDS: Final = 5.0
_OUTPUT: Final = 4096
_SHORT_SECONDS: Final = 0.005
_OLDER: Final = 7
"""Of so many older versions it is known that a reader was asked of them: so many it keeps open."""


class Died(Exception):  # noqa: N818
    """The child ended by itself. `status` is its exit status, negative for a signal; `output` the end of its stderr.

    Where it was `orphaned`, it ended with the process that all children are forked from, whatever it was doing.
    """

    def __init__(self, status: int | None, output: str, *, orphaned: bool = False) -> None:
        super().__init__(output)
        self.status = status
        self.output = output
        self.orphaned = orphaned

    @property
    def lacked_memory(self) -> bool:
        """Whether it says that it could not get memory."""
        return any(sign in self.output for sign in ("memory allocation", "bad_alloc", "MemoryError"))

    def __str__(self) -> str:
        if self.status is not None and self.status < 0:
            return f"it was ended by {signal.Signals(-self.status).name}"
        if self.status is None:
            return self.output or "it does not answer"
        return f"it ended with status {self.status}; the log has its last output"


class OutOfTime(Exception):  # noqa: N818
    """A request was not done in its time: of computing, or, where `by_clock`, before it had computed so long."""

    def __init__(self, *, by_clock: bool) -> None:
        super().__init__()
        self.by_clock = by_clock


class Worker:
    """One child that runs a module, and the socket to it.

    `preload` is what it prepares before it is ready; of the files in `keep` it only holds copies. OSError where the
    process cannot be started.
    """

    def __init__(
        self, launcher: Launcher, module: str, preload: str = "", *, keep: tuple[int, ...] = ()
    ) -> None:
        self.name = module.rpartition(".")[2]
        self.network = ""
        self.older: deque[int] = deque(maxlen=_OLDER)
        """Of a reader, the older versions that it was asked of last, which it may have open."""
        ours, theirs = socket.socketpair()
        self._output = os.memfd_create(f"onrecord-{self.name}")
        try:
            self._child = launcher.start(module, preload, (theirs.fileno(), self._output, *keep))
        except BaseException:
            ours.close()
            os.close(self._output)
            raise
        finally:
            theirs.close()
        self._channel = frames.Channel(ours)
        self._greeted = False

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._child.pid

    @property
    def ended(self) -> bool:
        """Whether it has ended."""
        return self._child.has_ended()

    def alive(self) -> bool:
        """Whether the process still has its end of the socket, which a dead one has not."""
        if not self._greeted and self.ended:
            # Its greeting is still unread, and hides that the socket was closed after it.
            return False
        try:
            self._channel.readable()
        except frames.Hangup:
            return False
        return True

    def warm(self) -> bool:
        """Whether it is ready, so that a request need not wait for its start."""
        if self._greeted:
            return True
        try:
            return self._channel.readable()
        except frames.Hangup:
            return False

    def greet(self) -> None:
        """Wait until it is ready, which does not count against the time limit of any request. Died where that does not come."""
        if not self._greeted:
            try:
                header, _ = frames.receive(self._channel, time.monotonic() + _START_SECONDS)
            except frames.Late:
                raise Died(
                    None, f"the {self.name} process did not start within {_START_SECONDS:g} s"
                ) from None
            except frames.Hangup:
                raise self._died() from None
            self.network = header["network"]
            self._greeted = True

    def tell(self, header: dict[str, Any]) -> None:
        """Send something that needs no reply."""
        self.greet()
        try:
            frames.send(self._channel, header, deadline=time.monotonic() + _START_SECONDS)
        except (frames.Hangup, frames.Late):
            raise self._died() from None

    def ask(  # noqa: PLR0913  (the options by name)
        self,
        header: dict[str, Any] | bytes,
        body: bytes = b"",
        *,
        seconds: float | None = None,
        wall: float | None = None,
        sink: Callable[[bytes], None] | None = None,
        note: Callable[[dict[str, Any]], None] | None = None,
        yields: bool = False,
    ) -> dict[str, Any]:
        """Send a request and return the reply; pieces that come before it go to the sink, and what tells of progress to `note`.

        The child is told how many seconds it may compute (sandbox.limit_computing), here or in the header; `wall` is a
        limit by the clock. With `yields` its siblings go first once it takes long: see priority.py.
        Raises OutOfTime and Died. After either, the worker can only be killed.
        """
        self.greet()
        deadline = None if wall is None else time.monotonic() + wall
        if seconds is not None and not isinstance(header, bytes):
            header = {**header, "seconds": seconds}
        before = self._computed() if yields else 0.0
        try:
            frames.send(self._channel, header, body, deadline)
            if yields:
                self._yield_to_siblings(before, math.inf if deadline is None else deadline)
            while True:
                reply, piece = frames.receive(self._channel, deadline)
                if piece and sink is not None:
                    sink(piece)
                if note is not None and "progress" in reply:
                    note(reply["progress"])
                if "more" not in reply:
                    return reply
        except frames.Late:
            raise OutOfTime(by_clock=True) from None
        except frames.Hangup:
            pass
        self._child.ended.wait(_END_SECONDS)
        if self._child.status == -signal.SIGPROF:
            raise OutOfTime(by_clock=False)
        raise self._died()

    def _computed(self) -> float:
        with contextlib.suppress(OSError):
            return priority.computed(self.pid)
        return math.inf

    def _yield_to_siblings(self, before: float, deadline: float) -> None:
        """Wait for a reply; where it has computed long for it by then, its siblings go first from there on."""
        # By the clock, others that compute would count as well, and a short query beside them go behind them.
        left = priority.SECONDS
        while not self._channel.arrives(left) and time.monotonic() < deadline:
            left = priority.SECONDS - (self._computed() - before)
            if left <= 0:
                priority.lower(self.pid)
                return
            left = max(left, _SHORT_SECONDS)

    def _died(self) -> Died:
        self._child.ended.wait(_END_SECONDS)
        status = self._child.status
        size = os.fstat(self._output).st_size
        output = os.pread(self._output, _OUTPUT, max(0, size - _OUTPUT)).decode(errors="replace")
        log.warning("the %s process %d died (status %s): %s", self.name, self.pid, status, output.strip())
        return Died(status, output, orphaned=self._child.orphaned)

    def end(self) -> None:
        """Kill its process; any thread may."""
        self._child.kill()

    def kill(self) -> None:
        """Kill it and close its files; only for the thread that uses it."""
        self._child.kill()
        self._child.ended.wait(_START_SECONDS)
        self._channel.close()
        if self._output >= 0:
            os.close(self._output)
            self._output = -1


def start(launcher: Launcher, module: str, *, keep: tuple[int, ...] = ()) -> Worker:
    """A Worker; EngineFailure where its process cannot be started."""
    try:
        return Worker(launcher, module, keep=keep)
    except OSError as error:
        raise EngineFailure(f"a process cannot be started: {error}") from None
