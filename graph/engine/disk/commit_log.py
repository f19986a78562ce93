"""The commit log on disk: one RDF Patch a commit, and the truth about what was committed.

A patch is written beside its place, synced, renamed into it, and its directory synced: from then on the commit
has happened, and a start after any crash replays it. A commit that the store could not take is withdrawn by
renaming its patch to .undo, which a full disk allows; the next start of the writer takes it back out.
"""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Iterable, Iterator
from io import BufferedReader
from itertools import chain
from pathlib import Path
from typing import IO, Final

from onrecord.graph import atomic
from onrecord.graph.changes import (
    ChangeSet,
    Commit,
    Header,
    check_patch,
    damaged_patch,
    from_patch,
    read_header,
    to_patch,
)
from onrecord.graph.errors import StoreDamaged

_PER_FOLDER: Final = 1000
_HEAD: Final = 8 << 10
_NEWEST: Final = 200
_NEWEST_BYTES: Final = 64 << 20
"""A start reads so many of the newest patches whole, and so much of them: the last one in any case."""


class CommitLog:
    """The patches under one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def path(self, version: int, suffix: str = ".patch") -> Path:
        """Where the patch of a version lies."""
        return self.directory / _place(version, suffix)

    def last(self) -> int:
        """The number of the last commit, 0 where there is none; StoreDamaged where one before it is missing."""
        versions = self._versions(".patch")
        for problem in self._gaps(versions):
            raise problem
        return len(versions)

    def _gaps(self, versions: set[int]) -> Iterator[StoreDamaged]:
        expected = 1
        for version in sorted(versions):
            if version > expected:
                others = f" (and all up to {version - 1})" if version > expected + 1 else ""
                yield StoreDamaged(
                    f"{self.path(expected)} is missing{others}, though there are later ones: put back the file from a backup"
                )
            expected = version + 1

    def _versions(self, suffix: str) -> set[int]:
        return {
            int(stem)
            for folder in _folders(self.directory)
            for stem, end in map(os.path.splitext, os.listdir(folder))
            if end == suffix and stem.isdecimal() and _place(int(stem), end) == f"{folder.name}/{stem}{end}"
        }

    def write(self, commit: Commit, change: ChangeSet) -> None:
        """Make the commit durable; an OSError leaves nothing behind. StoreDamaged where the one before it is not whole."""
        previous = None
        if commit.version > 1:
            self.check(range(commit.version - 1, commit.version))
            previous = self.commit(commit.version - 1).id
        self._put(commit.version, to_patch(commit, change, previous))

    def append(self, version: int, text: bytes) -> Commit:
        """Make a commit of another log durable in this one, given as its patch, byte for byte; an OSError leaves nothing behind.

        StoreDamaged where it is not whole, has another number, or does not follow on the commit before it here.
        """
        header = check_patch(io.BytesIO(text), f"the patch of version {version}")
        _check_number(header.commit, version, "the patch that was sent")
        if version > 1 and header.previous not in {None, self.commit(version - 1).id}:
            raise damaged_patch(
                f"the patch of version {version}",
                f"it follows on another commit than that of {self.path(version - 1)}",
            )
        self._put(version, text)
        return header.commit

    def _put(self, version: int, text: bytes) -> None:
        target = self.path(version)
        try:
            if not target.parent.exists():
                target.parent.mkdir(parents=True)
                atomic.sync(self.directory)
            with atomic.replacing(target) as file:
                file.write(text)
            atomic.sync(target.parent)
        except OSError:
            target.unlink(missing_ok=True)
            raise

    def read(self, version: int, suffix: str = ".patch") -> tuple[Commit, ChangeSet]:
        """The commit and its change."""
        path = self.path(version, suffix)
        commit, change = from_patch(self.text(version, suffix), str(path))
        _check_number(commit, version, path)
        return commit, change

    def text(self, version: int, suffix: str = ".patch") -> bytes:
        """The patch as it lies there."""
        with self._opened(self.path(version, suffix)) as file:
            return file.read()

    def commit(self, version: int) -> Commit:
        """The commit alone, without reading its rows."""
        return self._header(version).commit

    def _header(self, version: int) -> Header:
        path = self.path(version)
        with self._opened(path) as file:
            head = file.read(_HEAD)
            while b"TX .\n" not in head and (more := file.read(_HEAD)):
                head += more
        header = read_header(head, str(path))
        _check_number(header.commit, version, path)
        return header

    def _opened(self, path: Path) -> IO[bytes]:
        try:
            return open_file(path)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise StoreDamaged(
                f"{path} cannot be read ({error.strerror}): put back a copy of the file from a backup, or let the user that "
                "the service runs as read it"
            ) from None

    def check(self, versions: range) -> None:
        """Hold each of these patches against its checksum, its name and the one before it; StoreDamaged names the first
        that is not whole."""
        for problem in self._problems(versions):
            raise problem

    def problems(self) -> Iterator[StoreDamaged]:
        """All that is wrong with the patches there are."""
        versions = self._versions(".patch")
        yield from self._gaps(versions)
        yield from self._problems(sorted(versions))

    def _problems(self, versions: Iterable[int]) -> Iterator[StoreDamaged]:
        before: Commit | None = None
        for version in versions:
            path = self.path(version)
            try:
                with self._opened(path) as file:
                    header = check_patch(file, str(path))
                _check_number(header.commit, version, path)
            except FileNotFoundError:
                yield StoreDamaged(f"{path} is missing: put back the file from a backup")
            except StoreDamaged as error:
                yield error
            else:
                follows = (
                    before is None or before.version != version - 1 or header.previous in {None, before.id}
                )
                if not follows:
                    yield damaged_patch(
                        str(path), f"it follows on another commit than that of {self.path(version - 1)}"
                    )
                before = header.commit

    def check_newest(self) -> None:
        """Check the newest patches, which are those that a failing disk or a power cut may have harmed.

        The others are known to be there, by name: to read them all would make a start the slower the longer the history.
        """
        self.check(self._newest())

    def _newest(self) -> range:
        last = self.last()
        first, room = last, _NEWEST_BYTES
        while first > 1 and last - first < _NEWEST:
            room -= self.path(first - 1).lstat().st_size
            if room < 0:
                break
            first -= 1
        return range(first, last + 1) if last else range(0)

    def damaged(self) -> list[int]:
        """Those of the newest patches, which are the ones that check_newest() reads, that are not as they were written."""
        return [version for version in self._newest() if self._is_damaged(version)]

    def _is_damaged(self, version: int) -> bool:
        try:
            with self._opened(self.path(version)) as file:
                _check_number(check_patch(file, "").commit, version, "")
        except StoreDamaged:
            return True
        return False

    def replace(self, version: int, text: bytes) -> None:
        """Put back the patch of a commit that was damaged."""
        self._put(version, text)

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
        atomic.sync(path.parent)

    def withdrawn(self) -> list[int]:
        """Commits that were withdrawn and may still be in the store, newest first."""
        return sorted(self._versions(".undo"), reverse=True)

    def forget(self, version: int) -> None:
        """Note that the withdrawn commit is out of the store."""
        path = self.path(version, ".undo")
        path.unlink()
        atomic.sync(path.parent)

    def sweep(self) -> None:
        """Remove the unfinished files that a crash left."""
        for litter in chain(self.directory.glob(".tmp-*"), self.directory.glob("*/.tmp-*")):
            litter.unlink()


def _place(version: int, suffix: str) -> str:
    return f"{version // _PER_FOLDER:03}/{version}{suffix}"


def _folders(directory: Path) -> Iterator[Path]:
    return (folder for folder in directory.iterdir() if folder.is_dir()) if directory.is_dir() else iter(())


def _check_number(commit: Commit, version: int, path: Path | str) -> None:
    if commit.version != version:
        raise damaged_patch(str(path), f"it is that of version {commit.version}")


def open_file(path: Path, flags: int = 0) -> BufferedReader:
    """Open a file for reading. An OSError, without waiting, for what is no file: opening a pipe would block."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is not a file")
    return open(descriptor, "rb")
