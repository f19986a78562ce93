"""The commit log on disk: one RDF Patch a commit, and the truth about what was committed.

A patch of more than a block of the disk is packed with gzip; those of older versions of this program are not.
A patch is written beside its place, synced, renamed into it, and its directory synced: from then on the commit
has happened, and a start after any crash replays it. A commit that the store could not take is withdrawn by
renaming its patch to .undo, which a full disk allows; the next start of the writer takes it back out.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import stat
import threading
from collections.abc import Callable, Iterable, Iterator
from io import BufferedReader
from itertools import chain
from pathlib import Path
from typing import IO, Final, cast

from pyoxigraph import Quad

from onrecord.graph.changes import (
    PATCH_END,
    ChangeSet,
    Commit,
    Header,
    check_patch,
    damaged_patch,
    from_patch,
    patch_head,
    quads_of_patch,
    read_header,
)
from onrecord.graph.engine.disk import packed
from onrecord.graph.errors import StoreDamaged
from onrecord.graph.files import atomic

_PER_FOLDER: Final = 1000
_HEAD: Final = 8 << 10
_NEWEST: Final = 200
_NEWEST_BYTES: Final = 64 << 20
"""A start reads so many of the newest patches whole, and so much of them: the last one in any case."""
_BLOCK: Final = 4 << 10
"""Bytes of a file that take the same room on the disk, packed or not."""
_PIECE: Final = 1 << 20
_SENT: Final = 64 << 10
"""Bytes of a patch that are read at once for a client, who may take them slowly."""
_UNPACKING: Final = threading.Lock()
_KNOWN: Final = 1000
"""Of so many patches it is known that they were whole."""


_Stamp = tuple[Path, int, int, int]


class CommitLog:
    """The patches under one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._whole: _Stamp | None = None
        """Of the newest patch that was read or written whole here, what tells its file from any other."""
        self._lengths: dict[int, tuple[_Stamp, int]] = {}
        """Of patches that were read whole for clients, what tells their files from others, and how many bytes their texts have."""

    def path(self, version: int, suffix: str = ".patch") -> Path:
        """Where the patch of a version lies."""
        plain = self.directory / _place(version, suffix)
        packed_ = _packed(plain)
        # (in a folder that may not be read this is no error: opening it is)
        return packed_ if os.path.exists(packed_) else plain

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
            for name in os.listdir(folder)
            for stem, end in [os.path.splitext(name.removesuffix(packed.SUFFIX))]
            if end == suffix and stem.isdecimal() and _place(int(stem), end) == f"{folder.name}/{stem}{end}"
        }

    def write(self, commit: Commit, rows: bytes | Path) -> None:
        """Make the commit durable, given the rows of its change or the file they are in; an OSError leaves nothing behind.

        StoreDamaged where the one before it is not whole.
        """
        previous = None
        if commit.version > 1:
            # One that is as it was written or read is not read again: it may be a whole data set.
            if self._whole is None or self._whole != self._stamp(commit.version - 1):
                self.check(range(commit.version - 1, commit.version))
            previous = self.commit(commit.version - 1).id
        head = patch_head(commit, pieces_of(rows), previous)
        size = len(head) + _size(rows) + len(PATCH_END)
        self._put(commit.version, chain([head], pieces_of(rows), [PATCH_END]), size)

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
        self._put(version, [text], len(text))
        return header.commit

    def _put(self, version: int, pieces: Iterable[bytes], size: int) -> None:
        target = self.directory / _place(version, ".patch")
        if size > _BLOCK:
            target = _packed(target)
        try:
            if not target.parent.exists():
                target.parent.mkdir(parents=True)
                atomic.sync(self.directory)
            with atomic.replacing(target) as file:
                if size > _BLOCK:
                    packed.write(file, pieces, size)
                else:
                    file.writelines(pieces)
            atomic.sync(target.parent)
        except OSError:
            target.unlink(missing_ok=True)
            raise
        self._whole = self._stamp(version)

    def _stamp(self, version: int) -> _Stamp | None:
        """The file of a patch, its number, length and time of writing; None where it cannot be looked at."""
        path = self.path(version)
        try:
            found = path.lstat()
        except OSError:
            return None
        return path, found.st_ino, found.st_size, found.st_mtime_ns

    def read(self, version: int, suffix: str = ".patch") -> tuple[Commit, ChangeSet]:
        """The commit and its change."""
        path = self.path(version, suffix)
        commit, change = from_patch(self.text(version, suffix), str(path))
        _check_number(commit, version, path)
        return commit, change

    def checked(self, version: int, suffix: str = ".patch") -> Header:
        """The header of a patch that was read to its end and is whole; StoreDamaged where it is not."""
        path = self.path(version, suffix)
        with self._reading(path) as file:
            header = check_patch(file, str(path))
        _check_number(header.commit, version, path)
        return header

    def quads(self, version: int, *, added: bool, suffix: str = ".patch") -> Iterator[Quad]:
        """What the commit added or removed, a piece at a time; only for a patch that was checked."""
        with self._reading(self.path(version, suffix)) as file:
            yield from quads_of_patch(iter(lambda: file.read(_PIECE), b""), added=added)

    def text(self, version: int, suffix: str = ".patch") -> bytes:
        """A commit's patch (or, by its suffix, another file of it), unpacked. FileNotFoundError where there is none."""
        with self._reading(self.path(version, suffix)) as file:
            return file.read()

    def pieces(self, version: int, *, as_packed: bool) -> tuple[Iterator[bytes], int, bool]:
        """A patch that is whole, a piece at a time; how many bytes all are; and whether they are packed with gzip, as they are
        only where that is wanted. StoreDamaged where it is not whole."""
        path = self.path(version)
        length = self._length(version)
        as_packed = as_packed and _is_packed(path)

        def all_() -> Iterator[bytes]:
            with open_file(path) as file:
                read = (
                    file.read if as_packed or not _is_packed(path) else _in_turn(packed.Unpacked(file).read)
                )
                yield from iter(lambda: read(_SENT), b"")

        return all_(), path.stat().st_size if as_packed else length, as_packed

    def _length(self, version: int) -> int:
        """How many bytes the text of a patch has. It is read to its end, and checked, once, and again when its file is another."""
        stamp = self._stamp(version)
        known, length = self._lengths.get(version, (None, 0))
        if stamp is None or stamp != known:
            self.check(range(version, version + 1))
            with self._reading(self.path(version)) as text:
                length = sum(map(len, iter(lambda: text.read(_SENT), b"")))
            if stamp is not None:
                if len(self._lengths) >= _KNOWN:
                    self._lengths.clear()
                self._lengths[version] = stamp, length
        return length

    def commit(self, version: int) -> Commit:
        """The commit alone, without reading its rows."""
        return self._header(version).commit

    def _header(self, version: int) -> Header:
        path = self.path(version)
        with self._reading(path) as file:
            head = file.read(_HEAD)
            while b"TX .\n" not in head and (more := file.read(_HEAD)):
                head += more
        header = read_header(head, str(path))
        _check_number(header.commit, version, path)
        return header

    @contextlib.contextmanager
    def _reading(self, path: Path) -> Iterator[IO[bytes]]:
        """A patch as its text, packed or not."""
        try:
            opened = open_file(path)
        except FileNotFoundError:
            raise StoreDamaged(f"{path} is missing: put back the file from a backup") from None
        except OSError as error:
            raise StoreDamaged(
                f"{path} cannot be read ({error.strerror}): put back a copy of the file from a backup, or let the user that "
                "the service runs as read it"
            ) from None
        with opened:
            if not _is_packed(path):
                yield opened
                return
            try:
                yield cast("IO[bytes]", packed.Unpacked(opened))
            except ValueError as error:
                raise damaged_patch(str(path), str(error)) from None

    def check(self, versions: range) -> None:
        """Hold each of these patches against its checksum, its name and the one before it; StoreDamaged names the first
        that is not whole."""
        stamp = self._stamp(versions[-1]) if versions else None
        for problem in self._problems(versions):
            raise problem
        self._whole = stamp

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
                header = self.checked(version)
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
            self.checked(version)
        except StoreDamaged:
            return True
        return False

    def replace(self, version: int, text: bytes) -> None:
        """Put back the patch of a commit that was damaged."""
        damaged = self.path(version)
        self._put(version, [text], len(text))
        if damaged != self.path(version):
            damaged.unlink()  # it was not packed

    def find(self, commit: Commit) -> Commit | None:
        """This very commit, if it is recorded (another may have its number)."""
        found = self.commit(commit.version) if self.path(commit.version).exists() else None
        return found if found is not None and found.id == commit.id else None

    def withdraw(self, version: int) -> None:
        """Decide, durably, that this commit did not happen."""
        path = self.path(version)
        undo = self.directory / _place(version, ".undo")
        path.rename(_packed(undo) if _is_packed(path) else undo)
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


def _packed(plain: Path) -> Path:
    return plain.with_name(plain.name + packed.SUFFIX)


def _is_packed(path: Path) -> bool:
    return path.name.endswith(packed.SUFFIX)


def _size(rows: bytes | Path) -> int:
    return rows.stat().st_size if isinstance(rows, Path) else len(rows)


def pieces_of(rows: bytes | Path) -> Iterator[bytes]:
    """The rows of a change, or the file they are in, a piece at a time."""
    if isinstance(rows, bytes):
        yield rows
        return
    with rows.open("rb") as file:
        yield from iter(lambda: file.read(_PIECE), b"")


def _in_turn(read: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """To read as given, but by one thread at a time: unpacking needs no lock of Python's, and would take every processor."""

    def reading(size: int) -> bytes:
        with _UNPACKING:
            return read(size)

    return reading


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
