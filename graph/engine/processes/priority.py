"""A child that computes long lets its siblings go first, and takes nothing from its share against all other programs.
Where the kernel gives each session or service its share of the processor, a lower priority weighs against siblings alone.
Elsewhere it weighs against all programs, so it is lowered so little that a long query still ends soon beside busy ones.
"""

from __future__ import annotations

import contextlib
import os
import time
from functools import cache
from pathlib import Path
from typing import Final

from onrecord.graph import scheduling

SECONDS: Final = 0.05
"""A child that has computed for so long lets others go first."""
_AMONG_SIBLINGS: Final = 10
_AMONG_ALL: Final = 3


def computed(pid: int) -> float:
    """How many seconds a process has computed; OSError where it has ended."""
    # The number of the clock of another process, as clock_getcpuclockid(3) of Linux makes it.
    return time.clock_gettime(~pid << 3 | 2)


def lower(pid: int) -> None:
    """Let the siblings of a child go first, but for its main thread, from which it makes new ones (see sandbox.Renew)."""
    # By the front: in the child a step of Oxigraph's may keep Python waiting until it ends.
    by = current() + _less()
    with contextlib.suppress(OSError):
        for thread in map(int, os.listdir(f"/proc/{pid}/task")):
            if thread != pid:
                os.setpriority(os.PRIO_PROCESS, thread, by)
                scheduling.take_turns(thread)


def step_back() -> None:
    """The same for this thread, and those that it starts from now on: before what is known to compute long."""
    os.setpriority(os.PRIO_PROCESS, 0, current() + _less())
    scheduling.take_turns()


def current() -> int:
    """The priority of this thread: the higher, the more it lets others go first."""
    return os.getpriority(os.PRIO_PROCESS, 0)


@cache
def _less() -> int:
    return _AMONG_SIBLINGS if shares_by_group() else _AMONG_ALL


def shares_by_group(proc: Path = Path("/proc"), groups: Path = Path("/sys/fs/cgroup")) -> bool:
    """Whether this process shares the processor with strangers as a member of a group that is the service's own.

    That is a systemd service, or a session (the fork server has one of its own) where the kernel makes each a group: it does
    for those that no other control group holds.
    """
    try:
        lines = (proc / "self" / "cgroup").read_text().splitlines()
        by_session = (proc / "sys" / "kernel" / "sched_autogroup_enabled").read_text().strip() == "1"
    except OSError:
        return False
    controllers = [line.split(":", 2)[1:] for line in lines]
    paths = [path for names, path in controllers if not names or "cpu" in names.split(",")]
    if any(path.endswith(".service") for path in paths):
        return True
    # Only the root of all groups has no such file; in a container the root that is seen may be another one.
    at_the_root = all(path == "/" for path in paths) and not (groups / "cgroup.events").exists()
    return by_session and at_the_root
