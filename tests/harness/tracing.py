"""Which of our functions are called, in any process of the program, in which order.

A process that loads this file as `sitecustomize`, and all it forks, write a line for each function of onrecord the first time it
is called in a phase: phase, moment, name of the process, module:function. The phase is a byte in a file that all of them share.
"""

from __future__ import annotations

import mmap
import os
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Any

OUT = "TRACED_CALLS"
PHASE = "TRACED_PHASE"


def shared(path: str) -> mmap.mmap:
    """The byte that says which phase it is."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        return mmap.mmap(descriptor, 1)
    finally:
        os.close(descriptor)


def _trace() -> None:
    phase = shared(os.environ[PHASE])
    seen: set[tuple[int, int, object]] = set()

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        module = str(frame.f_globals.get("__name__", ""))
        if event != "call" or not module.startswith("onrecord."):
            return
        key = (phase[0], os.getpid(), frame.f_code)
        if key not in seen:
            seen.add(key)
            name = f"{module.removeprefix('onrecord.')}:{frame.f_code.co_qualname}"
            process = Path("/proc/self/comm").read_text().strip()
            with Path(os.environ[OUT]).open("a") as out:
                out.write(f"{phase[0]} {time.monotonic():.6f} {process} {name}\n")

    sys.setprofile(note)
    threading.setprofile(note)


if os.environ.get(OUT):
    _trace()
