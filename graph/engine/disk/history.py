"""The commit log on disk: one RDF Patch a commit, and the truth about what was committed.

A patch is written beside its place, synced, renamed into it, and its directory synced: from then on the commit
has happened, and a start after any crash replays it. A commit that the store could not take is withdrawn by
renaming its patch to .undo, which a full disk allows; the next start of the writer takes it back out.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from onrecord.graph.changes import ChangeSet, Commit, from_patch, read_headers, to_patch
from onrecord.graph.errors import StoreDamaged

_PER_FOLDER: Final = 1000
_HEAD: Final = 8 << 10


class History:
    """The patches under one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def path(self, version: int, suffix: str = ".patch") -> Path:
        """Where the patch of a version lies."""
        return self.directory / f"{version // _PER_FOLDER:03}" / f"{version}{suffix}"

    def last(self) -> int:
        """The number of the last commit, 0 where there is none; StoreDamaged where one before it is missing."""
        versions = self._versions(".patch")
        lost = next((version for version in range(1, len(versions) + 1) if version not in versions), None)
        if lost is not None:
            raise StoreDamaged(
                f"{self.path(lost)} is missing, though there are later ones: put back the file from a backup"
            )
        return len(versions)

    def _versions(self, suffix: str) -> set[int]:
        return {
            int(file.stem)
            for folder in _folders(self.directory)
            for file in folder.glob(f"*{suffix}")
            if file.stem.isdecimal()
        }

    def write(self, commit: Commit, change: ChangeSet) -> None:
        """Make the commit durable; an OSError leaves nothing behind."""
        target = self.path(commit.version)
        temporary = self.directory / f".tmp-{commit.version}"
        try:
            if not target.parent.exists():
                target.parent.mkdir()
                sync(self.directory)
            with temporary.open("wb") as file:
                file.write(to_patch(commit, change))
                file.flush()
                os.fsync(file.fileno())
            temporary.rename(target)
            sync(target.parent)
        except OSError:
            temporary.unlink(missing_ok=True)
            target.unlink(missing_ok=True)
            raise

    def read(self, version: int, suffix: str = ".patch") -> tuple[Commit, ChangeSet]:
        """The commit and its change."""
        path = self.path(version, suffix)
        return from_patch(path.read_bytes(), str(path))

    def commit(self, version: int) -> Commit:
        """The commit alone, without reading its rows."""
        path = self.path(version)
        with path.open("rb") as file:
            head = file.read(_HEAD)
            while b"TX .\n" not in head and (more := file.read(_HEAD)):
                head += more
        return read_headers(head, str(path))[0]

    def find(self, commit: Commit) -> Commit | None:
        """This very commit, if it is recorded (another may have its number)."""
        try:
            found = self.commit(commit.version)
        except FileNotFoundError:
            return None
        return found if found.id == commit.id else None

    def withdraw(self, version: int) -> None:
        """Decide, durably, that this commit did not happen."""
        path = self.path(version)
        path.rename(self.path(version, ".undo"))
        sync(path.parent)

    def withdrawn(self) -> list[int]:
        """Commits that were withdrawn and may still be in the store, newest first."""
        return sorted(self._versions(".undo"), reverse=True)

    def forget(self, version: int) -> None:
        """The withdrawn commit is out of the store."""
        path = self.path(version, ".undo")
        path.unlink()
        sync(path.parent)

    def sweep(self) -> None:
        """Remove what a crash left half-written."""
        for litter in self.directory.glob(".tmp-*"):
            litter.unlink()


def _folders(directory: Path) -> Iterator[Path]:
    return (folder for folder in directory.iterdir() if folder.is_dir()) if directory.is_dir() else iter(())


def sync(directory: Path) -> None:
    """Make the names in a directory durable."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
