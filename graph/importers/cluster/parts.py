"""What an import says, as files of sorted N-Quads: for `onrecord load`, and for the bulk loader of any other store."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from onrecord.graph.errors import OnrecordError
from onrecord.graph.files import atomic
from onrecord.graph.files.texts import Texts
from onrecord.graph.importers.discovery import BadImporter
from onrecord.graph.importers.spool import Spool

LINES: Final = 1_000_000
"""Quads in one file."""
SUMS: Final = "SHA256SUMS"


class BadDirectory(OnrecordError):  # noqa: N818
    """The parts cannot be written there; the message says why."""


def check_directory(directory: Path) -> None:
    """Raise BadDirectory where something stands there already, before any work is done."""
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise BadDirectory(f"--parts: {directory} is there already: name a directory that is new or empty")


def write(spool: Spool, directory: Path, *, most: int = LINES) -> int:
    """Write all that is said into a directory that appears whole, and return how many quads that is.

    BadDirectory; BadImporter where partitions say different things of one: then each was checked without the other.
    """
    directory = directory.absolute()
    making = directory.with_name(f".tmp-{directory.name}")
    try:
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        count = _write(_undivided(spool), making, most)
        spool.texts.copy(Texts(making))
        atomic.publish(making, directory)
    except OSError as error:
        raise BadDirectory(f"--parts: {directory} cannot be written: {error.strerror}") from None
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return count


def _write(lines: Iterator[str], directory: Path, most: int) -> int:
    count, sums = 0, []
    for number, chunk in groupby(enumerate(lines), key=lambda numbered: numbered[0] // most):
        name = f"part-{number + 1:05}.nq"
        digest = hashlib.sha256()
        with (directory / name).open("wb") as file:
            for _, line in chunk:
                written = f"{line}\n".encode()
                file.write(written)
                digest.update(written)
                count += 1
            file.flush()
            os.fsync(file.fileno())
        sums.append(f"{digest.hexdigest()}  {name}\n")
    with atomic.replacing(directory / SUMS) as file:
        file.write("".join(sums).encode())
    return count


def _undivided(spool: Spool) -> Iterator[str]:
    """All lines, sorted; BadImporter where one thing is of two partitions."""
    about, of = "", None
    for line, partition in spool.all():
        subject = line[: line.index(" ")]
        if subject != about:
            about, of = subject, None
        if partition is not None:
            if of not in {None, partition}:
                raise BadImporter(
                    f"rows of two partitions describe {subject}, each otherwise: the importer's `together` must give such rows "
                    "a name in common (docs/importing/cluster.md). Nothing was written"
                )
            of = partition
        yield line
