"""Long work gives way to short: a query that has computed for a while gets a lower priority than the others.

The child lowers its own priority, by a timer that counts its processor time. On Linux a priority belongs to a thread, and
only root, or a user with LimitNICE, may raise it again; where that is not allowed the child says that it is spent.
"""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import threading
from typing import Final

_LOW: Final = 10
_SLICE: Final = 0.01
"""Processor seconds after which the priority is lowered, where it can be raised again; most queries take less."""
_LONG_SLICE: Final = 0.25
"""The same where it cannot, so that the process has to be replaced."""


class TimeSlice:
    """The processor time that a request has at normal priority, in the thread that makes this object.

    The main thread has to `listen`, since it is the one that gets the timer's signal.
    """

    def __init__(self) -> None:
        self._thread = threading.get_native_id()
        self._normal = os.getpriority(os.PRIO_PROCESS, self._thread)
        self._lowered = False
        self._seconds = _SLICE if may_raise() else _LONG_SLICE
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPROF})
        _slices.append(self)

    def lower(self) -> None:
        """Lower the priority: the slice is used up."""
        self._lowered = True
        _set(self._thread, max(self._normal, _LOW))

    def begin(self) -> None:
        """Start the slice of a request."""
        signal.setitimer(signal.ITIMER_PROF, self._seconds)

    def end(self) -> bool:
        """End it. Whether the thread has its normal priority again; if not, it should take no more requests."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        if self._lowered and _set(self._thread, self._normal):
            self._lowered = False
        return not self._lowered


_slices: Final[list[TimeSlice]] = []


def listen() -> None:
    """Handle the timer's signal; for the main thread, which only waits and so may be interrupted."""
    may_raise()  # before memory is limited, since it takes a thread to find out
    signal.signal(signal.SIGPROF, _lower_all)


def _lower_all(*_: object) -> None:
    for slice_ in _slices:
        slice_.lower()


def lower_while_starting() -> None:
    """Have a low priority while this process starts, where it can be raised again."""
    if may_raise():
        _set(threading.get_native_id(), max(os.getpriority(os.PRIO_PROCESS, 0), _LOW))


def restore(parent: int) -> None:
    """Give all threads of this process the priority of its parent."""
    for thread in os.listdir("/proc/self/task"):
        _set(int(thread), os.getpriority(os.PRIO_PROCESS, parent))


@functools.cache
def may_raise() -> bool:
    """Whether a thread of this process that lowered its priority may raise it again, found out by trying."""
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
