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
    seen: set[tuple[int, object]] = set()
    os.register_at_fork(after_in_child=seen.clear)

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        if event != "call" or (key := (phase[0], frame.f_code)) in seen:
            return
        seen.add(key)
        module = str(frame.f_globals.get("__name__", ""))
        if module.startswith("onrecord."):
            name = f"{module.removeprefix('onrecord.')}:{frame.f_code.co_qualname}"
            process = Path("/proc/self/comm").read_text().strip()
            with Path(os.environ[OUT]).open("a") as out:
                out.write(f"{phase[0]} {time.monotonic():.6f} {process} {name}\n")

    # Of what a trace function is told, only calls are heard: it returns nothing that would hear lines.
    sys.settrace(note)
    threading.settrace(note)


if os.environ.get(OUT):
    _trace()
