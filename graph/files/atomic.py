"""Files and directories that appear whole: whatever is cut short, the old content is there, or the new, never a part."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC


@contextlib.contextmanager
def replacing(path: Path, mode: int = 0o666) -> Iterator[IO[bytes]]:
    """A file to write to, which takes the place of `path` at the end; after an exception `path` is as it was.

    Its bytes are on disk then, its name only after `sync` of the directory. A process that is killed leaves a file
    beside it that begins with `.tmp-`.
    """
    temporary = path.with_name(f".tmp-{path.name}")
    try:
        with open(os.open(temporary, _FLAGS, mode), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
    except Exception:
        temporary.unlink(missing_ok=True)
        raise


def publish(temporary: Path, path: Path) -> None:
    """Give a finished directory its name; its files have to be on disk already."""
    sync(temporary)
    temporary.rename(path)
    sync(path.parent)


def sync(directory: Path) -> None:
    """Bring the names in a directory to disk."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
