"""The lock of a data directory: one server at a time, and only as long as its name leads to the same directory."""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from onrecord.graph import errors

_SECONDS: Final = 3.0
"""How long a start waits for the lock: a killed server's writer holds it a moment longer than its front."""


class Lock:
    """A data directory, locked. It is made where there is none; StoreLocked where another process has it."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._file = str(data / "lock")
        self.descriptor = _take(data)
        """The file that holds the lock, for a child to inherit."""
        self._stat = os.fstat(self.descriptor)

    def check(self) -> None:
        """Raise DataMoved where the directory's name leads to another one by now, or to none."""
        if self._leads_here() is not True:
            raise errors.DataMoved(
                f"{self._data} is no longer the directory that this server opened: it was moved, removed or replaced by another. "
                "Nothing is written any more. Put it back, or start the server again"
            )

    def check_content(self) -> None:
        """The same where it leads to another one, whose content is another too; what is open of this one stays so."""
        if self._leads_here() is False:
            self.check()

    def _leads_here(self) -> bool | None:
        """None where there is nothing of that name."""
        try:
            there = os.stat(self._file)
        except OSError:
            return None if not self._data.exists() else False
        return os.path.samestat(there, self._stat)

    def release(self) -> None:
        """Let another process have it; what root made in it then belongs to the owner of the directory, as whom a service runs."""
        if os.geteuid() == 0 and self._leads_here():
            _hand_over(self._data)
        os.close(self.descriptor)


def _hand_over(data: Path) -> None:
    """Give what is root's in a directory to its owner, who may be doing there meanwhile whatever helps to get files from elsewhere."""
    owner = data.stat()
    if owner.st_uid == 0:
        return
    links: Counter[tuple[int, int]] = Counter()
    for file in _files(data):
        links[_identity(os.fstat(file))] += 1
    for file in _files(data):
        found = os.fstat(file)
        # One that has a name outside as well may be anything; stores share theirs with their snapshots.
        if found.st_uid == 0 and links[_identity(found)] == (
            1 if stat.S_ISDIR(found.st_mode) else found.st_nlink
        ):
            with contextlib.suppress(OSError):  # some file systems know no owners
                os.fchown(file, owner.st_uid, owner.st_gid)


def _files(data: Path) -> Iterator[int]:
    """Each directory and file, open; nothing that is a link, or lies behind one."""
    for _, _, names, folder in os.fwalk(data):
        yield folder
        for name in names:
            with contextlib.suppress(OSError):
                flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
                file = os.open(name, flags, dir_fd=folder)
                try:
                    if stat.S_ISREG(os.fstat(file).st_mode):
                        yield file
                finally:
                    os.close(file)


def _identity(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino


def _take(data: Path) -> int:
    try:
        data.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(data / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise errors.EngineFailure(
            f"the data directory {data} cannot be used ({error}); set ONRECORD_DATA to one that can"
        ) from None
    until = time.monotonic() + _SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() < until:
                time.sleep(0.05)
                continue
            holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip()
            os.close(descriptor)
            raise errors.StoreLocked(
                f"{data} is in use by process {holder or 'unknown'}: stop that one, or set ONRECORD_DATA to another directory"
            ) from None
    with contextlib.suppress(OSError):
        # Only for the message above, so a full disk must not keep a server from starting.
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor
