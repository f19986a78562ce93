"""Backups: the history, which is the truth, and a dump of what it amounts to, which any store reads.

A backup is taken beside a running server, without its lock: patches are never changed once they are written, and of
one version with a snapshot, everything before it is there. Restoring builds the store from the patches, exports it,
and holds the export against the dump: a backup that restores is one whose every byte was used.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from onrecord.graph import atomic
from onrecord.graph.engine.disk import mode
from onrecord.graph.engine.disk.history import History
from onrecord.graph.errors import BackupRefused, StoreDamaged
from onrecord.graph.ledger import Answer, Ledger
from onrecord.graph.settings import Settings

_TRIES: Final = 5
_CONTENTS: Final = "backup.json"
_DUMP: Final = "graph.nq.gz"
_PATCH: Final = re.compile(r"history/\d{3,}/\d+\.patch")


def make(ledger: Ledger, data: Path, directory: Path) -> None:
    """Write a backup of the newest version into a directory that is empty or not there yet."""
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise BackupRefused(f"{directory} is not empty: give a directory of its own to each backup")
    directory.parent.mkdir(parents=True, exist_ok=True)
    # Under another name until it is whole, so that half a backup is never taken for one.
    with _beside(directory, ".backing-up-") as temporary:
        answer = _dump(ledger)
        version = answer.version
        digest = hashlib.sha256()
        with (temporary / _DUMP).open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
            for piece in answer.chunks():
                digest.update(piece)
                packed.write(piece)
        history = History(data / "history")
        sums = {}
        for number in range(1, version + 1):
            source = history.path(number)
            name = f"history/{source.parent.name}/{source.name}"
            target = temporary / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            sums[name] = _sum(target)
        contents = {
            "version": version,
            "plain": mode.is_plain(data),
            "dump": {"file": _DUMP, "sha256": digest.hexdigest()},
            "patches": sums,
        }
        (temporary / _CONTENTS).write_text(json.dumps(contents, indent=2) + "\n")
        _move(temporary, directory)


def _dump(ledger: Ledger) -> Answer:
    for _ in range(_TRIES):
        with contextlib.suppress(StoreDamaged):
            # Beside a busy server the version may go while it is opened; the next one has taken its place.
            return ledger.export("nquads")
    return ledger.export("nquads")


def restore(directory: Path, settings: Settings) -> int:
    """Build a data directory from a backup, check it against the dump, and return its version."""
    data = settings.data
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise BackupRefused(
            f"{data} is not empty: restore into a directory that is not there yet (ONRECORD_DATA)"
        )
    contents = _read(directory)
    data.parent.mkdir(parents=True, exist_ok=True)
    with _beside(data, ".restoring-") as temporary:
        for name, expected in contents["patches"].items():
            source, target = directory / name, temporary / name
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                shutil.copyfile(source, target)
            except FileNotFoundError:
                raise _broken(directory, f"{name} is missing") from None
            if _sum(target) != expected:
                raise _broken(directory, f"{name} is not as it was written")
        if contents["plain"]:
            mode.mark(temporary)
        plain = bool(contents["plain"])
        there = replace(settings, data=temporary, seeds=not plain, shapes=not plain)
        with Ledger.open(there) as ledger:
            if ledger.version != contents["version"]:
                raise _broken(
                    directory, f"its patches end at version {ledger.version}, not {contents['version']}"
                )
            digest = hashlib.sha256()
            for piece in ledger.export("nquads").chunks():
                digest.update(piece)
        if digest.hexdigest() != contents["dump"]["sha256"]:
            raise _broken(directory, "its history does not lead to what was dumped")
        _check_dump(directory, contents["dump"]["sha256"])
        _move(temporary, data)
    return int(contents["version"])


def _read(directory: Path) -> dict[str, Any]:
    path = directory / _CONTENTS
    try:
        contents = json.loads(path.read_text())
        version, patches = int(contents["version"]), contents["patches"]
        bool(contents["plain"]), str(contents["dump"]["sha256"])
    except FileNotFoundError:
        raise BackupRefused(f"{directory} is no backup: it has no {_CONTENTS}") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _broken(directory, f"{_CONTENTS} cannot be read ({error})") from None
    # What it names is copied, so it may name nothing but patches, and needs all of them.
    expected = {str(History(Path("history")).path(number)) for number in range(1, version + 1)}
    if set(patches) != expected or not all(_PATCH.fullmatch(name) for name in patches):
        raise _broken(directory, f"{_CONTENTS} does not list the patches 1 to {version}")
    return dict(contents)


def _check_dump(directory: Path, expected: str) -> None:
    digest = hashlib.sha256()
    try:
        with gzip.open(directory / _DUMP) as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
    except (OSError, EOFError) as error:
        raise _broken(directory, f"{_DUMP} cannot be read ({error})") from None
    if digest.hexdigest() != expected:
        raise _broken(directory, f"{_DUMP} is not as it was written")


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _broken(directory: Path, why: str) -> BackupRefused:
    return BackupRefused(
        f"the backup {directory} is not whole: {why}. Nothing was restored; take another backup"
    )


@contextlib.contextmanager
def _beside(directory: Path, prefix: str) -> Iterator[Path]:
    """A temporary directory on the same disk, gone at the end unless it was moved."""
    temporary = Path(tempfile.mkdtemp(prefix=prefix, dir=directory.absolute().parent))
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _move(temporary: Path, directory: Path) -> None:
    os.sync()
    if directory.is_dir():
        directory.rmdir()
    temporary.rename(directory)
    atomic.sync(directory.absolute().parent)
