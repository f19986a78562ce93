"""What programs take of the machine: time, computing, memory, disk."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command takes: seconds by the clock and of computing, and the most MiB of memory at once."""

    seconds: float
    computing: float
    megabytes: int


def run(command: Sequence[str]) -> Cost:
    """Run a command, and tell what it and its descendants took."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        most, computing = 0, 0.0
        ended = threading.Event()

        def watch() -> None:
            nonlocal most, computing
            while not ended.wait(0.05):
                processes = list(tree(process.pid))
                most = max(most, sum(map(anonymous, processes)))
                computing = max(computing, sum(map(_computed, processes)))

        watching = threading.Thread(target=watch)
        watching.start()
        said = process.communicate()[1]
        seconds = time.perf_counter() - start
        ended.set()
        watching.join()
    if process.returncode:
        raise RuntimeError(said.decode(errors="replace"))
    return Cost(seconds, computing, most >> 10)


def tree(pid: int) -> Iterator[int]:
    """A process and its descendants."""
    yield pid
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in (thread / "children").read_text().split():
                yield from tree(int(child))


def memory(pid: int) -> int:
    """MiB that a process and its descendants hold, without the files that they map."""
    return sum(map(anonymous, tree(pid))) >> 10


def computing(pid: int) -> float:
    """Seconds that a process and its descendants which are alive have computed, finer than _computed() knows it."""
    total = 0
    for process in tree(pid):
        for thread in Path(f"/proc/{process}/task").glob("*/schedstat"):
            with contextlib.suppress(OSError):
                total += int(thread.read_text().split()[0])
    return total / 1e9


def disk(directory: Path) -> int:
    """Bytes of the files in a directory, each once however many names it has."""
    found = {
        (stat.st_dev, stat.st_ino): stat.st_blocks * 512
        for file in directory.rglob("*")
        if file.is_file()
        for stat in [file.stat()]
    }
    return sum(found.values())


def _computed(pid: int) -> float:
    """Seconds of computing of a process, and of those of its children that have ended."""
    with contextlib.suppress(OSError, IndexError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def anonymous(pid: int) -> int:
    """KiB that a process holds, without the files that it maps; 0 where there is none."""
    with contextlib.suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/status").read_text().partition("RssAnon:")[2].split()[0])
    return 0


@contextlib.contextmanager
def slowed(pid: int, share: float) -> Iterator[None]:
    """A process and its descendants may together take so much of one processor; OSError without root or control groups, version 1."""
    groups = Path("/sys/fs/cgroup/cpu")
    group = groups / f"onrecord-bench-{pid}"
    group.mkdir()
    try:
        (group / "cpu.cfs_quota_us").write_text(str(round(share * 100_000)))  # of each 100 ms
        for each in tree(pid):
            (group / "cgroup.procs").write_text(str(each))
        yield
    finally:
        for left in (group / "cgroup.procs").read_text().split():
            with contextlib.suppress(OSError):  # (it has ended)
                (groups / "cgroup.procs").write_text(left)
        group.rmdir()
