"""Lines sorted in bounded memory: those that fit are sorted there, more go to temporary files, which are merged."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path

_BYTES = 24 << 20
"""Of lines that are held at once; as objects they take some two to three times this."""
_BUFFER = 1 << 16
_LINES = 50
"""Bytes that an object of Python takes beside its content."""


def sorted_lines(lines: Iterable[bytes], directory: Path | None = None) -> Iterator[bytes]:
    """The lines in the order of their bytes, each once. Temporary files stand in the directory, or where the system has them."""
    for line, _ in groupby(_merged(lines, directory)):
        yield line


def _merged(lines: Iterable[bytes], directory: Path | None) -> Iterator[bytes]:
    with ExitStack() as files:
        runs: list[Iterable[bytes]] = []
        held: list[bytes] = []
        size = 0
        for line in lines:
            held.append(line)
            size += len(line) + _LINES
            if size > _BYTES:
                held.sort()
                file = files.enter_context(tempfile.TemporaryFile(buffering=_BUFFER, dir=directory))
                file.writelines(held)
                file.seek(0)
                runs.append(file)
                held, size = [], 0
        held.sort()
        yield from heapq.merge(held, *runs)
