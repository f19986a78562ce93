"""The versions of a data directory that can be read, and which of them are being read: those stay."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from onrecord.graph import errors
from onrecord.graph.engine.disk import lock, snapshots
from onrecord.graph.engine.disk.commit_log import CommitLog

_NOTHING_HELD: Final = contextlib.nullcontext()


class Versions:
    """The snapshots that there are, and leases of them.

    `own` is the lock of the process that writes. Beside a server there is none: its versions come and go meanwhile.
    """

    def __init__(self, data: Path, history: CommitLog, own: lock.Lock | None) -> None:
        self._data = data
        self._folder = snapshots.folder(data)
        self._history = history
        self._own = own
        self._leases: Counter[int] = Counter()
        self._state = threading.Lock()
        self.look()

    def look(self) -> None:
        """Read from disk which versions there are."""
        last = self._history.last()
        self._kept = {version for version in snapshots.versions(self._data) if version <= last}
        # Beside a server, the last commit's snapshot may still be in the making.
        self.newest = last if self._own is not None else max(self._kept, default=last)

    def path(self, version: int) -> str:
        """The directory of a version's snapshot."""
        return f"{self._folder}/{version}"

    def kept(self) -> list[int]:
        """The versions that can be read, in order."""
        with self._state:
            return sorted(self._kept)

    def readable(self) -> int | None:
        """The newest version; None where its snapshot is not there yet."""
        with self._state:
            return self.newest if self.newest in self._kept else None

    @contextlib.contextmanager
    def lease(self, version: int | None) -> Iterator[int]:
        """A version to read, the newest for None: its snapshot is not removed meanwhile. Raises UnknownVersion."""
        held = contextlib.ExitStack() if self._own is None else None
        with held or _NOTHING_HELD:
            with self._state:
                chosen = self._choose(version, held)
                self._leases[chosen] += 1
            try:
                yield chosen
            finally:
                with self._state:
                    self._leases[chosen] -= 1
                    if not self._leases[chosen]:
                        del self._leases[chosen]

    def _choose(self, version: int | None, held: contextlib.ExitStack | None) -> int:
        """The version to read. Beside a server, its snapshot is kept until `held` ends."""
        while True:
            if self._own is None:
                self.look()
            else:
                self._own.check_content()
            chosen = self.newest if version is None else version
            if chosen not in self._kept:
                kept = ", ".join(map(str, sorted(self._kept)))
                raise errors.UnknownVersion(f"version {chosen} is not kept; there are {kept}")
            if held is None or held.enter_context(snapshots.held(self._data, chosen)):
                return chosen
            # The server has dropped it since, and has newer ones.

    def add(self, version: int) -> None:
        """There is a newest one from now on."""
        with self._state:
            self.newest = version
            self._kept.add(version)

    def surplus(self, most: int) -> list[int]:
        """The versions beyond the newest `most` that nobody reads. From here on they cannot be leased."""
        with self._state:
            kept = sorted(self._kept)[-most:]
            going = [version for version in self._kept if version not in kept and not self._leases[version]]
            self._kept.difference_update(going)
        return going

    def put_back(self, versions: Iterable[int]) -> None:
        """Of the surplus, these could not be removed."""
        with self._state:
            self._kept.update(versions)
