"""Whom the processors run first, of those that have waited the same: what answers in a moment, before what computes long.

A priority is a share, and does not say who runs now: a thread that is woken while others compute waits until one of them has
had its slice, at which many a kernel looks with its clock alone, every 4 ms. At each step of a small request that is longer
than the request. So what answers asks for short slices: it may then run as soon as it is woken, before what has
longer ones, and has no larger share for it. Linux does so since 6.12; an earlier one, or another machine, leaves all as it was.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import struct
from typing import Final

_SHORT: Final = 500_000
"""Nanoseconds: about what a step of a small request computes, and less than the usual slice, which is 0.7 ms on one processor and
up to 2.8 ms on several. With shorter ones such a step is cut in pieces, each of which waits beside other programs."""
_USUAL: Final = 0
_SCHED_SETATTR: Final = {"x86_64": 314, "aarch64": 274, "riscv64": 274}
_SCHED_GETATTR: Final = {"x86_64": 315, "aarch64": 275, "riscv64": 275}
"""Numbers of the system calls, for which only a new libc has functions."""
_ATTRIBUTES: Final = struct.Struct("=IIQiIQQQ")
"""struct sched_attr: its size, policy, flags, niceness, priority, and three times, of which the first is the slice."""


def run_when_woken() -> None:
    """Have this thread, and those that it starts from now on, run as soon as they are woken: for what answers in a moment."""
    _ask(_SHORT, 0)


def take_turns(thread: int = 0) -> None:
    """Have a thread, this one unless another is named, and those that it starts from now on, take turns as all programs do."""
    _ask(_USUAL, thread)


def slice_of(thread: int = 0) -> int:
    """Nanoseconds that a thread's slices have; 0 where the system does not say."""
    number = _SCHED_GETATTR.get(platform.machine())
    found = ctypes.create_string_buffer(_ATTRIBUTES.size)
    if number is None or ctypes.CDLL(None).syscall(number, thread, found, _ATTRIBUTES.size, 0):
        return 0
    return int(_ATTRIBUTES.unpack(found.raw)[5])


def _ask(nanoseconds: int, thread: int) -> None:
    """Ask for slices so long. It is a wish: where it is not granted, all works as well, if later beside others."""
    number = _SCHED_SETATTR.get(platform.machine())
    if number is None:
        return
    with contextlib.suppress(OSError):
        if os.sched_getscheduler(thread) != os.SCHED_OTHER:
            # Whoever runs this service under another policy knows why.
            return
        niceness = os.getpriority(os.PRIO_PROCESS, thread)
        asked = _ATTRIBUTES.pack(_ATTRIBUTES.size, os.SCHED_OTHER, 0, niceness, 0, nanoseconds, 0, 0)
        ctypes.CDLL(None).syscall(number, thread, asked, 0)
