"""Snapshots: what the store was at a version, in a directory that nobody changes any more.

Oxigraph's backup shares the large files with the store by hard links, so a snapshot takes little room. It opens
a copy whose files were cut short without a word and shows less, so each snapshot lists its files and sizes.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from pathlib import Path
from typing import Final

from pyoxigraph import Store

from onrecord.graph import atomic

_CONTENTS: Final = "contents.json"


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


def take(store: Store, data: Path, version: int) -> None:
    """Make the snapshot of the store as it is: whole and on disk before it has its name."""
    temporary = folder(data) / f".tmp-{version}"
    store.backup(temporary)
    (temporary / _CONTENTS).write_text(json.dumps(_sizes(temporary)))
    for file in temporary.iterdir():
        # The large files are the store's own, hard-linked and synced by it already.
        if file.stat().st_nlink == 1:
            with file.open("rb") as written:
                os.fsync(written.fileno())
    atomic.publish(temporary, path(data, version))


def remove(data: Path, version: int) -> None:
    """Remove a snapshot; what cannot be removed now goes at a later start."""
    # Renamed first: a process that is killed meanwhile must not leave half a snapshot under its name.
    going = folder(data) / f".tmp-gone-{version}"
    with contextlib.suppress(OSError):
        path(data, version).rename(going)
        shutil.rmtree(going)


def sweep(data: Path) -> None:
    """Remove what a crash left half-made."""
    for litter in folder(data).glob(".tmp-*"):
        shutil.rmtree(litter)


def _sizes(snapshot: Path) -> dict[str, int]:
    return {file.name: file.stat().st_size for file in snapshot.iterdir() if file.name != _CONTENTS}


def changed(snapshot: Path) -> list[str]:
    """The names of its files that are not as they were when it was made; OSError or ValueError where that is unknown."""
    contents = json.loads((snapshot / _CONTENTS).read_text())
    present = _sizes(snapshot)
    return sorted(
        name for name in contents.keys() | present.keys() if contents.get(name) != present.get(name)
    )
