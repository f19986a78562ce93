"""Backups: the history, which is the truth, and a dump of what it amounts to, which any store reads.

A backup is taken beside a running server, without its lock: patches are never changed once they are written, and of
one version with a snapshot, everything before it is there. Restoring builds the store from the patches, exports it,
and holds the export against the dump: a backup that restores is one whose every byte was used.
"""

from __future__ import annotations

import contextlib
import errno
import gzip
import hashlib
import json
import os
import re
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, Final

from onrecord.graph.engine.disk import mode, packed
from onrecord.graph.engine.disk.checkpoint import check_complete
from onrecord.graph.engine.disk.commit_log import CommitLog, open_file
from onrecord.graph.errors import BackupRefused, EngineFailure, StorageFull, StoreDamaged
from onrecord.graph.files import atomic
from onrecord.graph.files.texts import Texts
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

CONTENTS: Final = "backup.json"
DUMP: Final = "graph.nq.gz"
_PIECE: Final = 1 << 20
_MOST_CONTENTS: Final = 1 << 30
_HEX: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup says of itself: its version, whether it is a plain store's, and the SHA-256 of what it holds.

    A backup from before texts were kept names none.
    """

    version: int
    plain: bool
    dump: str
    patches: dict[str, str]
    texts: tuple[str, ...] = ()


def make(ledger: Ledger, data: Path, directory: Path) -> None:
    """Write a backup of the newest version into a directory that is empty or not there yet.

    BackupRefused where that cannot be, or where a patch is not as it was written: nothing is left behind.
    """
    with _refusing(f"no backup can be made in {directory}"):
        target = _vacant(directory, "give a directory of its own to each backup")
        # Under another name until it is whole, so that half a backup is never taken for one.
        with _beside(target, ".backing-up-") as temporary:
            _fill(temporary, ledger, data)
            _move(temporary, target)


def _fill(temporary: Path, ledger: Ledger, data: Path) -> None:
    history = CommitLog(data / "history")
    check_complete(data, history)
    answer = ledger.export("nquads")
    version = answer.version
    history.check(range(1, version + 1))
    digest = hashlib.sha256()
    with (temporary / DUMP).open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as dump:
        for piece in answer.chunks():
            digest.update(piece)
            dump.write(piece)
    sums = {}
    for number in range(1, version + 1):
        path = history.path(number)
        name = str(path.relative_to(data))
        with open_file(path) as source:
            sums[name] = _copy(source, temporary / name)
    contents = {
        "version": version,
        "plain": mode.is_plain(data),
        "dump": {"file": DUMP, "sha256": digest.hexdigest()},
        "patches": sums,
        "texts": sorted(_copied_texts(data, temporary)),
    }
    (temporary / CONTENTS).write_text(json.dumps(contents, indent=2) + "\n")


def _copied_texts(data: Path, target: Path) -> Iterator[str]:
    kept, copies = Texts(data), Texts(target)
    for sha256 in kept.kept():
        text = kept.get(sha256)
        if text is not None:
            yield copies.put(text)


def restore(directory: Path, settings: Settings) -> int:
    """Build a data directory from a backup, check it against the dump, and return its version.

    BackupRefused where that cannot be: nothing is left behind.
    """
    with _refusing(f"the backup {directory} cannot be restored into {settings.data}"):
        target = _vacant(settings.data, "restore into a directory that is not there yet (ONRECORD_DATA)")
        contents = read(directory)
        with _beside(target, ".restoring-") as temporary:
            copy_history(directory, contents, temporary)
            check_texts(directory, contents)
            for _ in _copied_texts(directory, temporary):
                pass
            if contents.plain:
                mode.mark(temporary)
            try:
                _check_replay(directory, contents, replace(settings, data=temporary))
            except (StoreDamaged, EngineFailure, StorageFull) as error:
                blamed = directory if isinstance(error, StoreDamaged) else settings.data
                raise BackupRefused(error.message.replace(str(temporary), str(blamed))) from None
            _move(temporary, target)
    return contents.version


def _check_replay(directory: Path, contents: Contents, settings: Settings) -> None:
    plain = contents.plain
    digest, length = hashlib.sha256(), 0
    with Ledger.open(replace(settings, seeds=not plain, shapes=not plain)) as ledger:
        for piece in ledger.export("nquads").chunks():
            digest.update(piece)
            length += len(piece)
    if digest.hexdigest() != contents.dump:
        raise broken(directory, "its history does not lead to what was dumped")
    check_dump(directory, contents, length)


def read(directory: Path) -> Contents:
    """What a backup says of itself; BackupRefused where it is none or says what cannot be."""
    if not os.path.lexists(directory / CONTENTS):
        raise BackupRefused(f"{directory} is no backup: it has no {CONTENTS}")
    with _opened(directory, CONTENTS) as file:
        text = file.read(_MOST_CONTENTS)
    try:
        return _contents(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise broken(directory, f"{CONTENTS} cannot be read ({error})") from None


def _contents(found: Any) -> Contents:
    version, plain, dump, patches = (
        found["version"],
        found["plain"],
        found["dump"]["sha256"],
        found["patches"],
    )
    # What it names is copied, so it may name nothing but patches, and needs all of them.
    if type(version) is not int or version != len(patches):
        raise ValueError(f"it does not list the patches 1 to {version}")
    missing = next((n for n in range(1, version + 1) if _names(n).isdisjoint(patches)), None)
    if missing is not None:
        raise ValueError(f"it does not list {min(_names(missing))}")
    if type(plain) is not bool:
        raise ValueError("it does not say whether it is of a plain store")
    texts = found.get("texts", [])
    if not all(map(_HEX.fullmatch, [dump, *patches.values(), *texts])):
        raise ValueError("it holds something else than checksums")
    return Contents(version, plain, dump, patches, tuple(texts))


def copy_history(directory: Path, contents: Contents, target: Path) -> None:
    """Copy the patches of a backup, each of which has to be as it was written."""
    for name, expected in contents.patches.items():
        with _opened(directory, name) as source:
            if _copy(source, target / name) != expected:
                raise broken(directory, f"{name} is not as it was written")
    try:
        CommitLog(target / "history").check(range(1, contents.version + 1))
    except StoreDamaged as error:
        raise broken(directory, error.message.replace(str(target), str(directory))) from None


def check_texts(directory: Path, contents: Contents) -> None:
    """Hold the texts of a backup against their names, which are their checksums."""
    texts = Texts(directory)
    for sha256 in contents.texts:
        try:
            there = texts.get(sha256)
        except (StoreDamaged, UnicodeDecodeError, OSError) as error:
            raise broken(directory, f"{texts.path(sha256)} is not as it was written") from error
        if there is None:
            raise broken(directory, f"{texts.path(sha256)} is missing")


def check_dump(directory: Path, contents: Contents, length: int) -> None:
    """Hold a backup's dump, which unpacked is so long, against its checksum."""
    digest, left = hashlib.sha256(), length
    try:
        with _opened(directory, DUMP) as packed, gzip.open(packed) as file:
            # A file of a few bytes may unpack to more than there is room for.
            while left >= 0 and (piece := file.read(_PIECE)):
                digest.update(piece)
                left -= len(piece)
    except (OSError, EOFError, zlib.error) as error:
        raise broken(directory, f"{DUMP} cannot be read ({error})") from None
    if left or digest.hexdigest() != contents.dump:
        raise broken(directory, f"{DUMP} is not as it was written")


def broken(directory: Path, why: str) -> BackupRefused:
    """What is said of a backup that is not as it was made."""
    return BackupRefused(f"the backup {directory} is not whole: {why}. Take another backup")


def _names(version: int) -> set[str]:
    plain = str(CommitLog(Path("history")).path(version))
    return {plain, plain + packed.SUFFIX}


def _opened(directory: Path, name: str) -> IO[bytes]:
    try:
        return open_file(directory / name, os.O_NOFOLLOW)
    except FileNotFoundError:
        raise broken(directory, f"{name} is missing") from None
    except OSError as error:
        why = "it is a symbolic link" if error.errno == errno.ELOOP else error.strerror
        raise broken(directory, f"{name} cannot be read ({why})") from None


def _copy(source: IO[bytes], target: Path) -> str:
    """Copy what is left of a file, and return the SHA-256 of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with target.open("wb") as file:
        while piece := source.read(_PIECE):
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


@contextlib.contextmanager
def _refusing(what: str) -> Iterator[None]:
    """Say of what is refused, here or by the system, what could not be done, and that nothing was."""
    try:
        yield
    except (BackupRefused, StoreDamaged) as error:
        raise BackupRefused(f"{what}: {error.message}. Nothing was changed") from None
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        where = "" if error.filename is None else f" ({error.filename})"
        why = "there is no space left: free some, and try again" if full else f"{error.strerror}{where}"
        raise BackupRefused(f"{what}: {why}. Nothing was changed") from None


def _vacant(directory: Path, remedy: str) -> Path:
    """Where a directory's name leads; BackupRefused where there is something already."""
    place = Path(os.path.realpath(directory))
    if os.path.lexists(place) and (not place.is_dir() or any(place.iterdir())):
        raise BackupRefused(f"{directory} is not empty: {remedy}")
    if place.is_mount():
        raise BackupRefused(f"{directory} is a mount point, which cannot be replaced: name a directory in it")
    return place


@contextlib.contextmanager
def _beside(place: Path, prefix: str) -> Iterator[Path]:
    """A temporary directory on the same disk, gone at the end unless it was moved."""
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=prefix, dir=place.parent))
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _move(temporary: Path, place: Path) -> None:
    os.sync()
    if place.is_dir():
        place.rmdir()
    temporary.rename(place)
    atomic.sync(place.parent)
