"""Snapshots: what the store was at a version, in a directory that nobody changes any more.

Oxigraph's backup shares the large files with the store by hard links, so a snapshot takes little room. It opens
a copy whose files were cut short without a word and shows less, so each snapshot lists its files with sizes, which are
looked at when it is opened, and with checksums, which `onrecord verify` looks at.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pyoxigraph import Store

from onrecord.graph.engine.disk.commit_log import open_file
from onrecord.graph.files import atomic

CONTENTS: Final = "contents.json"
"""The file of a snapshot that lists the others, with sizes and checksums."""
FIGURES: Final = "figures.json"
"""The file that says how much there is of what, as engine/figures.py reads it; snapshots of older versions have none."""


def folder(data: Path) -> Path:
    """Where the snapshots of a data directory lie."""
    return data / "snapshots"


def path(data: Path, version: int) -> Path:
    """Where the snapshot of a version lies."""
    return folder(data) / str(version)


def versions(data: Path) -> list[int]:
    """The versions of the snapshots that are complete."""
    names = [entry.name for entry in folder(data).iterdir()] if folder(data).is_dir() else []
    return sorted(int(name) for name in names if name.isdecimal())


def take(store: Store, data: Path, version: int, figures: str | None = None) -> None:
    """Make the snapshot of the store as it is, with the text of its FIGURES: whole and on disk before it has its name."""
    temporary = folder(data) / f".tmp-{version}"
    store.backup(temporary)
    if figures is not None:
        (temporary / FIGURES).write_text(figures)
    (temporary / CONTENTS).write_text(json.dumps(_listing(temporary, _newest(data))))
    for file in temporary.iterdir():
        # The large files are hard links to those of the store, which has synced them.
        if file.stat().st_nlink == 1:
            with file.open("rb") as written:
                os.fsync(written.fileno())
    atomic.publish(temporary, path(data, version))


def copy(snapshot: Path, target: Path) -> None:
    """Make a store of a snapshot, to be written: the files that never change are shared."""
    target.mkdir()
    for file in snapshot.iterdir():
        if file.suffix == ".sst":
            os.link(file, target / file.name)
        elif file.name not in {CONTENTS, FIGURES}:
            shutil.copyfile(file, target / file.name)


def size(snapshot: Path) -> int:
    """How many bytes its large files have."""
    return sum(file.stat().st_size for file in snapshot.glob("*.sst"))


def remove(data: Path, version: int) -> None:
    """Remove a snapshot; what cannot be removed now is removed at a later start."""
    # Renamed first: a process that is killed meanwhile must not leave half a snapshot under its name.
    going = folder(data) / f".tmp-gone-{version}"
    with contextlib.suppress(OSError):
        path(data, version).rename(going)
        shutil.rmtree(going)


@contextlib.contextmanager
def held(data: Path, version: int) -> Iterator[bool]:
    """Keep a snapshot from being dropped by the server beside which it is read; False where it is gone already."""
    with _locked(path(data, version), fcntl.LOCK_SH) as locked:
        # It may have been dropped between the opening and the lock.
        yield locked and path(data, version).is_dir()


def move(data: Path, version: int, target: Path) -> bool:
    """Move a snapshot elsewhere on the disk, to be removed there, or return False where another process holds it."""
    with _locked(path(data, version), fcntl.LOCK_EX) as locked:
        if locked:
            with contextlib.suppress(OSError):
                path(data, version).rename(target)
    return not path(data, version).exists()


@contextlib.contextmanager
def _locked(snapshot: Path, how: int) -> Iterator[bool]:
    try:
        descriptor = os.open(snapshot, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError:
        yield False
        return
    try:
        try:
            fcntl.flock(descriptor, how | fcntl.LOCK_NB)
            locked = True
        except BlockingIOError:
            locked = False
        yield locked
    finally:
        os.close(descriptor)


def sweep(data: Path) -> None:
    """Remove the unfinished directories that a crash left."""
    for litter in folder(data).glob(".tmp-*"):
        shutil.rmtree(litter)


def _newest(data: Path) -> Path | None:
    present = versions(data)
    return path(data, present[-1]) if present else None


def _listing(snapshot: Path, before: Path | None) -> dict[str, tuple[int, str]]:
    """File -> its size and SHA-256. A file that is one with that of the snapshot before is not read again."""
    known: dict[str, tuple[int, str | None]] = {}
    if before is not None:
        with contextlib.suppress(OSError, ValueError):
            known = contents(before)
    listing = {}
    for name, size in _sizes(snapshot).items():
        file = snapshot / name
        same = before is not None and (before / name).exists() and file.samefile(before / name)
        checksum = known.get(name, (0, None))[1] if same else None
        listing[name] = (size, checksum or _checksum(file))
    return listing


def _checksum(file: Path) -> str:
    with open_file(file) as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _sizes(snapshot: Path) -> dict[str, int]:
    # What is no file has no size, and nobody is to open it.
    return {
        file.name: file.stat().st_size if file.is_file() else -1
        for file in snapshot.iterdir()
        if file.name != CONTENTS
    }


def contents(snapshot: Path) -> dict[str, tuple[int, str | None]]:
    """What a snapshot lists; those made before there were checksums list sizes alone. ValueError where that cannot be read."""
    try:
        with open_file(snapshot / CONTENTS) as file:
            listed = json.load(file)
        return {
            name: (found, None) if isinstance(found, int) else (found[0], found[1])
            for name, found in listed.items()
        }
    except (OSError, ValueError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise ValueError(f"{CONTENTS}: {error}") from None


def changed(snapshot: Path) -> list[str]:
    """The names of its files that are not as long as when it was made; OSError or ValueError where that is unknown."""
    listed, present = contents(snapshot), _sizes(snapshot)
    return sorted(
        name for name in listed.keys() | present.keys() if listed.get(name, (None,))[0] != present.get(name)
    )


def harmed(snapshot: Path) -> list[str]:
    """The same of all that is in them, which takes as long as reading them."""
    return changed(snapshot) or [
        name
        for name, (_, checksum) in sorted(contents(snapshot).items())
        if checksum not in {None, _checksum(snapshot / name)}
    ]
