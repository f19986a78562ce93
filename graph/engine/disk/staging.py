"""Where changes that are too large for memory are made ready: directories in the data directory, gone afterwards."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

_NAME = "staging"


@contextlib.contextmanager
def fresh(data: Path) -> Iterator[Path]:
    """An empty directory on the disk of the store, which is removed at the end with all that is in it."""
    path = make(data)
    try:
        yield path
    finally:
        remove(path)


def make(data: Path) -> Path:
    """An empty directory on the disk of the store, to be removed by remove(); what a crash leaves is swept."""
    while True:
        folder = data / _NAME
        with contextlib.suppress(FileExistsError):
            folder.mkdir()
        with contextlib.suppress(FileNotFoundError):  # the last one there was just removed
            return Path(tempfile.mkdtemp(dir=folder))


def remove(path: Path) -> None:
    """Remove such a directory."""
    shutil.rmtree(path, ignore_errors=True)
    with contextlib.suppress(OSError):
        path.parent.rmdir()


def sweep(data: Path) -> None:
    """Remove what a crash left."""
    shutil.rmtree(data / _NAME, ignore_errors=True)
