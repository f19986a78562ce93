"""What a new replica takes before the commits: the files of the other service's newest snapshot.

With them the store need not be made of all commits again, which of a large graph takes long. They gather in a directory of
their own, each is held against its SHA-256, and a transfer that was cut short goes on where it was, also in the middle of a file.
They become the store only once all commits up to theirs are here, so that nothing is served of which the history is not known.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from onrecord.graph.engine.disk import snapshots
from onrecord.graph.engine.disk.checkpoint import checkpoint
from onrecord.graph.errors import ReplicationFailed
from onrecord.graph.files import atomic
from onrecord.graph.maintenance.followed_service import FollowedService, Newest, NotThere, Unreachable

_FOLDER: Final = "first-copy"
_LISTED: Final = "listed.json"
_ATTEMPTS: Final = 3
Files = Mapping[str, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Copy:
    """A snapshot that has arrived whole: its version, the directory of its files, and what they are."""

    version: int
    folder: Path
    files: Files


def is_pending(data: Path) -> bool:
    """Whether a first copy is on its way to a data directory, or waits there for the commits up to it."""
    return (data / _FOLDER).is_dir() and not (data / "store").exists()


def take(
    source: FollowedService, data: Path, newest: Newest, have: int, say: Callable[[str], None]
) -> Copy | None:
    """Bring the newest snapshot to a new data directory, or the rest of the one that is on its way; None where the service gives
    none, or the directory has a store or commits already.

    Unreachable where it cannot be had now, or does not arrive as it was: the next call goes on.
    """
    folder = data / _FOLDER
    if (data / "store").exists():
        shutil.rmtree(folder, ignore_errors=True)  # what an install left that was cut short
    if (data / "store").exists() or not newest.version or (have and not folder.is_dir()):
        return None
    folder.mkdir(exist_ok=True)
    try:
        for _ in range(_ATTEMPTS):
            version, files = _listed(folder) or _list(source, folder, newest.version)
            try:
                _fetch(source, folder, version, files, say)
            except NotThere:
                # It was dropped there since; of the files of a newer one, most are the same.
                (folder / _LISTED).unlink()
            else:
                return Copy(version, folder, files)
    except NotThere:
        shutil.rmtree(folder)
        return None
    except OSError as error:
        raise ReplicationFailed(f"the first copy cannot be kept in {folder}: {error.strerror}") from None
    raise Unreachable(
        f"{source.url} drops its snapshots faster than one arrives here: try again, or keep more there (ONRECORD_SNAPSHOTS)"
    )


def install(copy: Copy, data: Path, base: str) -> None:
    """Make the copy the store and the snapshot of its version; the commits up to it are described there under the base.

    What is cut short here costs the next start time: it makes the store of the history.
    """
    (copy.folder / _LISTED).unlink()
    (copy.folder / snapshots.CONTENTS).write_text(json.dumps(copy.files), encoding="utf-8")
    making = data / ".tmp-store"
    shutil.rmtree(making, ignore_errors=True)
    snapshots.copy(copy.folder, making)
    atomic.publish(making, data / "store")
    snapshots.folder(data).mkdir(exist_ok=True)
    atomic.publish(copy.folder, snapshots.path(data, copy.version))
    with atomic.replacing(checkpoint(data)) as file:
        file.write("\n".join([str(copy.version), *([base] if base else [])]).encode())
    atomic.sync(data)


def _list(source: FollowedService, folder: Path, version: int) -> tuple[int, Files]:
    files = source.snapshot(version)
    with atomic.replacing(folder / _LISTED) as file:
        file.write(json.dumps({"version": version, "files": files}).encode())
    return version, files


def _listed(folder: Path) -> tuple[int, Files] | None:
    """What was on its way when this was left."""
    try:
        listed = json.loads((folder / _LISTED).read_bytes())
        return listed["version"], {name: (size, sha256) for name, (size, sha256) in listed["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _fetch(
    source: FollowedService, folder: Path, version: int, files: Files, say: Callable[[str], None]
) -> None:
    for path in folder.iterdir():
        if path.name not in files and path.name != _LISTED:
            path.unlink()
    for number, (name, (size, sha256)) in enumerate(sorted(files.items()), 1):
        path = folder / name
        if not _is(path, size, sha256):
            with path.open("ab") as file:
                if file.tell() >= size:
                    file.truncate(0)
                    file.seek(0)
                source.download(version, name, file)
                file.flush()
                os.fsync(file.fileno())
            if not _is(path, size, sha256):
                found = path.stat().st_size
                if found >= size:
                    path.unlink()
                raise Unreachable(
                    f"{source.url}/snapshots/{version}/{name} did not arrive as it is there ({found:,} of {size:,} bytes): it is "
                    "asked for again"
                )
        say(f"{number} of {len(files)} files of version {version} are here")
    atomic.sync(folder)


def _is(path: Path, size: int, sha256: str) -> bool:
    if not path.is_file() or path.stat().st_size != size:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256
