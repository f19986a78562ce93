"""Stores, opened: the one that is written, and snapshots, few at a time, with memory limited from the first on."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, islice
from pathlib import Path
from typing import Final

from pyoxigraph import Quad, Store

from onrecord.graph.engine.disk import snapshots
from onrecord.graph.engine.processes import sandbox
from onrecord.graph.errors import StoreLocked, damaged, is_full

_AT_ONCE: Final = 200_000
_BYTES: Final = 2000
"""A quad takes 100 to 400 on disk: where there are more for each, texts are long, and memory is better spent."""


def store(path: Path) -> Store:
    """Open the store for writing, making it where there is none. StoreDamaged, StoreLocked, and OSError for a full disk."""
    try:
        _check_files(path)
        return Store(path)
    except (OSError, RuntimeError) as error:
        if is_full(error):
            raise
        if "lock" in str(error).lower():
            raise StoreLocked(
                f"{path} is open in another process, which is not a server of ours: {error}"
            ) from None
        raise damaged("the store", path, error) from None


def bulk_extend(store: Store, quads: Iterable[Quad]) -> None:
    """Add many quads. Oxigraph's bulk loader holds up to a million at once, so it is given fewer; that takes no longer."""
    quads = iter(quads)
    for first in quads:
        store.bulk_extend(chain([first], islice(quads, _AT_ONCE - 1)))


def kept(path: Path) -> Store:
    """Open a store for reading that nobody has open for writing."""
    try:
        _check_files(path)
        return Store.read_only(str(path))
    except (OSError, RuntimeError, ValueError) as error:
        raise damaged("the store", path, error) from None


def _check_files(path: Path) -> None:
    # Opening a pipe would never end.
    strange = [file.name for file in path.iterdir() if not file.is_file()] if path.exists() else []
    if strange:
        raise damaged("the store", path, f"not files: {', '.join(strange)}")


def snapshot(path: Path) -> Store:
    """Open a snapshot for reading; StoreDamaged where its files are not as they were written."""
    try:
        if changed := snapshots.changed(path):
            raise damaged("the snapshot", path, f"not as it was written: {', '.join(changed)}")
        return Store.read_only(str(path))
    except (OSError, RuntimeError, ValueError) as error:
        raise damaged("the snapshot", path, error) from None


def copy(snapshot_: Path, directory: Path, quads: int) -> Store:
    """A copy of a snapshot that may be written: in memory up to so many quads, else in a directory that is made for it."""
    found = snapshot(snapshot_)
    memory = _in_memory(found, snapshot_, quads)
    if memory is not found:
        return memory
    directory.parent.mkdir(exist_ok=True)
    snapshots.copy(snapshot_, directory)
    return Store(directory)


class Snapshots:
    """The snapshots that a process has open: the newest one it was asked of, and of older ones those asked of last.

    The newest stays when older ones are asked of, so that these cost nobody else anything.
    """

    def __init__(self, older: int = 0) -> None:
        self._older = older
        self._open: dict[str, Store] = {}
        self._newest = ""
        self._limited = False

    def __contains__(self, path: str) -> bool:
        return path in self._open

    def open(self, path: str, megabytes: int, *, quads: int = 0, newest: bool = True) -> Store:
        """The store of a snapshot, copied into memory where it holds no more than so many quads.

        The first opening starts Oxigraph's threads; after it memory is limited, to so many MiB more.
        """
        found = self._open.pop(path, None)
        if found is None:
            self._make_room(newest=newest)
            # RocksDB starts threads to open its files, and their stacks are counted.
            with sandbox.without_limit():
                opened = snapshot(Path(path))
            try:
                found = _in_memory(opened, Path(path), quads)
            except (OSError, RuntimeError) as error:
                raise damaged("the snapshot", path, error) from None
            if not self._limited:
                sandbox.limit_memory(megabytes)
                self._limited = True
        if newest:
            self._newest = path
        self._open[path] = found  # behind all others, as the one asked of last
        return found

    def _make_room(self, *, newest: bool) -> None:
        if newest:
            self._open.pop(self._newest, None)
        older = [path for path in self._open if path != self._newest]
        surplus = max(0, len(older) + (not newest) - self._older)
        for number, path in enumerate(older):
            # One that was removed meanwhile holds its room on the disk as long as it is open.
            if number < surplus or not Path(path).exists():
                del self._open[path]


def _in_memory(store: Store, path: Path, quads: int) -> Store:
    # Several times as fast as from disk. Every reader copies in the same order, so that all give rows in one order.
    # (counting a large store to its end would take longer than opening it, and copying one in vain 0.1 s)
    if not quads or snapshots.size(path) > quads * _BYTES:
        return store
    held = list(islice(store, quads + 1))
    if len(held) > quads:
        return store
    copy = Store()
    copy.extend(held)
    for graph in store.named_graphs():
        copy.add_graph(graph)  # an empty one has no quads
    return copy
