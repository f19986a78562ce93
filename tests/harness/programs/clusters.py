"""A Dask scheduler and workers on this machine, each a process of its own; and an importer for them: that of docs/importing.md."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

LONG = 60.0
_PAGE = Path(__file__).resolve().parents[3] / "docs" / "importing.md"
HEADER = "event_id,event_date,date_precision,admin1,location,best,low,high,source,notes"


class LocalCluster:
    """A running scheduler, and how to start and kill its workers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = folder / "scheduler.json"
        self._processes: list[subprocess.Popen[bytes]] = []
        self._start("scheduler", "--port", "0", "--host", "127.0.0.1", "--scheduler-file", str(self._file))
        deadline = time.monotonic() + LONG
        while True:
            with contextlib.suppress(OSError, ValueError):
                self.address = str(json.loads(self._file.read_text())["address"])
                break
            assert time.monotonic() < deadline, (folder / "dask.log").read_text()
            time.sleep(0.05)

    def worker(self) -> subprocess.Popen[bytes]:
        """Start a worker that is not started again when it dies."""
        return self._start(
            *("worker", self.address, "--nworkers", "1", "--nthreads", "1", "--no-nanny"),
            *("--local-directory", str(self.folder)),
        )

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", *words, "--no-dashboard"]
        clean = {name: value for name, value in os.environ.items() if not name.startswith("ONRECORD_")}
        with (self.folder / "dask.log").open("ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, env=clean)
        self._processes.append(process)
        return process

    def close(self) -> None:
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.wait()


@contextlib.contextmanager
def running(folder: Path, workers: int = 2) -> Iterator[LocalCluster]:
    """A scheduler with so many workers."""
    cluster = LocalCluster(folder)
    try:
        for _ in range(workers):
            cluster.worker()
        yield cluster
    finally:
        cluster.close()


def kill(pid: int) -> None:
    """End a process so that it cannot do anything about it."""
    os.kill(pid, signal.SIGKILL)


def incidents(folder: Path, extra: str = "") -> Path:
    """A project with the importer of docs/importing.md; `extra` is added to its program."""
    (program,) = re.findall(r"```python\n(.*?)```", _PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (folder / "importers").mkdir(parents=True)
    (folder / "importers" / "incidents.py").write_text(program + extra, encoding="utf-8")
    (folder / "onrecord.toml").touch()
    return folder


def table(rows: int, regions: int = 24) -> Iterator[str]:
    """The lines of an invented register of incidents: one a day, several in a region."""
    yield f"{HEADER}\n"
    for number in range(rows):
        year, month, day = 2000 + number // 336 % 200, 1 + number // 28 % 12, 1 + number % 28
        low = number % 9
        yield (
            f"I-{number},{year}-{month:02}-{day:02},{1 + number % 2},Region {number % regions},Place {number},"
            f"{low},{low},{low + number % 3},Paper {number % 7},Incident {number}.\n"
        )
