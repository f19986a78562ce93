"""Snapshots: what the store was at a version, in a directory that nobody changes any more.

Oxigraph's backup shares the large files with the store by hard links, so a snapshot takes little room. It opens
a copy whose files were cut short without a word and shows less, so each snapshot lists its files and sizes.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from itertools import islice
from pathlib import Path
from typing import Final

from pyoxigraph import Store

from onrecord.graph.engine.disk.history import sync
from onrecord.graph.engine.processes import sandbox
from onrecord.graph.errors import damaged

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
    sync(temporary)
    temporary.rename(path(data, version))
    sync(folder(data))


def remove(data: Path, version: int) -> None:
    """Remove a snapshot; what cannot be removed now goes at a later start."""
    # Renamed first: a process that is killed over this must not leave half a snapshot under its name.
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


def open_(snapshot: Path) -> Store:
    """Open a snapshot for reading; StoreDamaged where its files are not as they were."""
    try:
        contents = json.loads((snapshot / _CONTENTS).read_text())
        present = _sizes(snapshot)
        changed = sorted(
            name for name in contents.keys() | present.keys() if contents.get(name) != present.get(name)
        )
        if changed:
            raise damaged("the snapshot", snapshot, f"not as it was written: {', '.join(changed)}")
        return Store.read_only(str(snapshot))
    except (OSError, RuntimeError, ValueError) as error:
        raise damaged("the snapshot", snapshot, error) from None


def _in_memory(store: Store, quads: int) -> Store:
    # Several times as fast as from disk. Every reader copies in the same order, so that all give rows in one order.
    # (counting a large store to its end would take longer than opening it)
    held = list(islice(store, quads + 1)) if quads else []
    if not quads or len(held) > quads:
        return store
    copy = Store()
    copy.extend(held)
    for graph in store.named_graphs():
        copy.add_graph(graph)  # an empty one has no quads
    return copy


class Current:
    """The snapshot that a process has open: it stays so until another one is asked for."""

    def __init__(self) -> None:
        self._path: str | None = None
        self._store: Store | None = None
        self._limited = False

    def open(self, snapshot: str, megabytes: int, *, quads: int = 0) -> Store:
        """The store of a snapshot, copied into memory where it holds no more than so many quads.

        The first opening starts Oxigraph's threads; after it memory is limited.
        """
        if self._store is None or snapshot != self._path:
            self._store = None
            # RocksDB starts threads to open its files, and their stacks are counted.
            with sandbox.without_limit():
                opened = open_(Path(snapshot))
            self._store = _in_memory(opened, quads)
            self._path = snapshot
            if not self._limited:
                sandbox.limit_memory(megabytes)
                self._limited = True
        return self._store
