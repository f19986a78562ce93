"""The victim's process seen from outside: what it acknowledged, whom to kill, and how it ends."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any, Final

from tests.torture.run import Run

_OPENING: Final = 60.0


class Victim:
    """A running tests.torture.victims.ledgers over a data directory, with more settings for its ledger."""

    def __init__(self, data: Path, run: Run, **more: Any) -> None:
        self._run = run
        self.acknowledged = 0
        self.writer: int | None = None
        self.launcher: int | None = None
        self.readers: list[int] = []
        self._news = threading.Condition()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.victims.ledgers", str(data), json.dumps(more)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=Path(__file__).parents[3],
        )
        assert self.process.stdout is not None
        self._listener = threading.Thread(target=self._listen, args=(self.process.stdout,), daemon=True)
        self._listener.start()

    def _listen(self, lines: IO[str]) -> None:
        for line in lines:
            if not line.endswith("\n"):
                break
            words = json.loads(line)
            with self._news:
                if "wrong" in words:
                    self._run.count("unreadable" if words["wrong"].startswith("unreadable") else "torn")
                    self._run.note(words["wrong"])
                elif "unread" in words:
                    self._run.count("reads refused")
                    if "IO error" not in words["unread"] and "Errno 5" not in words["unread"]:
                        self._run.note(words["unread"])  # (after a power cut there is nothing to read)
                elif "refused" in words:
                    self._run.count("commits refused")
                    if "nothing was changed" not in words["refused"]:
                        self._run.count("unclear refusals")
                        self._run.note(words["refused"])
                    self.acknowledged = max(self.acknowledged, words["version"])
                else:
                    self.acknowledged = max(self.acknowledged, words.get("acknowledged", words.get("opened")))
                    self.writer = words.get("writer", self.writer)
                    self.launcher = words.get("launcher", self.launcher)
                    self.readers = words["readers"]
                    self._run.count("commits acknowledged", int("acknowledged" in words))
                self._news.notify_all()

    def wait_for(self, commits: int, seconds: float = _OPENING) -> bool:
        """Wait until so many more commits were acknowledged."""
        goal = self.acknowledged + commits
        with self._news:
            return self._news.wait_for(
                lambda: self.writer is not None and self.acknowledged >= goal, timeout=seconds
            )

    def kill(self, pid: int | None) -> bool:
        """Kill one process of it; False where it had gone."""
        if pid is None:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            return True
        return False

    def end(self) -> None:
        """Kill the front, hear the last it said, and see its children gone."""
        children = descendants(self.process.pid)
        self.process.kill()
        self.process.wait()
        self._listener.join(timeout=30)
        if self.process.stdout is not None:
            self.process.stdout.close()
        until = time.monotonic() + 60
        while any(alive(child) for child in children):
            if time.monotonic() > until:
                self._run.count("children left behind")
                break
            time.sleep(0.005)


def descendants(pid: int) -> list[int]:
    """The processes that a process started, and those they did."""
    found: list[int] = []
    waiting = [pid]
    while waiting:
        tasks, threads = f"/proc/{waiting.pop()}/task", []
        # A process, or a thread of it, may end while it is looked at.
        with contextlib.suppress(OSError):
            threads = os.listdir(tasks)
        for thread in threads:
            with contextlib.suppress(OSError):
                children = [int(word) for word in Path(f"{tasks}/{thread}/children").read_text().split()]
                found += children
                waiting += children
    return found


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1] not in "ZX"
    except OSError:
        return False
