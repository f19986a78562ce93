"""Temporary directories of ours outside the data directory, and what a process that was killed left of them.

Each is locked as long as its process lives: one that can be locked is nobody's any more, and the next that is made removes it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

_PREFIX: Final = "onrecord-temporary-"
"""Whatever is called so is ours to remove: no name that anybody gives to data of theirs."""
_SETTLED: Final = 60.0
"""Seconds after which whoever made a directory has locked it, too."""


class TemporaryDirectory:
    """An empty directory where the system keeps temporary files, until it is cleaned up or the process ends in any way."""

    def __init__(self, purpose: str) -> None:
        sweep()
        self._directory = tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{purpose}-")
        self.path: Final = Path(self._directory.name)
        self._lock = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cleanup()

    def cleanup(self) -> None:
        """Remove the directory with all that is in it."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1
        self._directory.cleanup()


def sweep() -> None:
    """Remove the directories whose processes are gone; those of other people stay."""
    for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            found = path.lstat()
            if found.st_uid == os.geteuid() and time.time() - found.st_ctime > _SETTLED:
                _remove_if_left(path)


def _remove_if_left(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(path, ignore_errors=True)
    finally:
        os.close(descriptor)
