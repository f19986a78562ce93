"""Long work gives way to short: a query that has computed for a while lets everybody else's go first.

The child does this to itself, by a timer that counts its processor time. On Linux a priority belongs to a thread, and only
the privileged may raise it again (root, or whoever has LimitNICE); others' children say that they are spent.
"""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import threading
from typing import Final

_LAST: Final = 10
_SOON: Final = 0.01
"""Processor seconds after which work gives way where that can be taken back; most queries take less."""
_LATE: Final = 0.25
"""The same where it costs the process."""


class Turn:
    """The priority of the thread that makes this, beside a main thread that listens."""

    def __init__(self) -> None:
        self._thread = threading.get_native_id()
        self._normal = os.getpriority(os.PRIO_PROCESS, self._thread)
        self._slowed = False
        self._seconds = _SOON if may_raise() else _LATE
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPROF})
        _turns.append(self)

    def give_way(self) -> None:
        """Let others go first from now on."""
        self._slowed = True
        _set(self._thread, max(self._normal, _LAST))

    def begin(self) -> None:
        """Start to work on a request."""
        signal.setitimer(signal.ITIMER_PROF, self._seconds)

    def end(self) -> bool:
        """End it. Whether the next one can have its turn like others; if not, it belongs to another process."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        if self._slowed and _set(self._thread, self._normal):
            self._slowed = False
        return not self._slowed


_turns: Final[list[Turn]] = []


def listen() -> None:
    """Have the timer heard; for the main thread, which has nothing else to do and is to be the one interrupted."""
    may_raise()  # while there is room for a thread
    signal.signal(signal.SIGPROF, _heard)


def _heard(*_: object) -> None:
    for turn in _turns:
        turn.give_way()


def start_behind() -> None:
    """Give way to others while this process starts, where it can take its turn afterwards."""
    if may_raise():
        _set(threading.get_native_id(), max(os.getpriority(os.PRIO_PROCESS, 0), _LAST))


def take_turn(parent: int) -> None:
    """End that: all threads of this process have their parent's priority from here on."""
    for thread in os.listdir("/proc/self/task"):
        _set(int(thread), os.getpriority(os.PRIO_PROCESS, parent))


@functools.cache
def may_raise() -> bool:
    """Whether a thread of this process that gave way may take its turn again; only trying tells."""
    found: list[bool] = []

    def attempt() -> None:
        thread = threading.get_native_id()
        normal = os.getpriority(os.PRIO_PROCESS, thread)
        found.append(_set(thread, normal + 1) and _set(thread, normal))

    trial = threading.Thread(target=attempt)
    trial.start()
    trial.join()
    return found[0]


def _set(thread: int, priority: int) -> bool:
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, thread, priority)
        return True
    return False
