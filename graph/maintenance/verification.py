"""Whether a data directory, or a backup, is whole: every patch, and all that was made of them.

The patches are the truth. They are held against their checksums and one another, then replayed, one after the other and
by nothing that a service does it with, into a store in a temporary directory; what lies beside them has to equal that.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, Quad, Store

from onrecord.graph import provenance, terms
from onrecord.graph.engine import opened
from onrecord.graph.engine.disk import mode, snapshots
from onrecord.graph.engine.disk.checkpoint import check_complete, described_under
from onrecord.graph.engine.disk.commit_log import CommitLog
from onrecord.graph.errors import (
    BackupRefused,
    EngineFailure,
    OnrecordError,
    StorageFull,
    damaged,
    is_full,
)
from onrecord.graph.exports import serialization
from onrecord.graph.files.access_tokens import AccessTokens
from onrecord.graph.files.temporary import TemporaryDirectory
from onrecord.graph.files.texts import Texts
from onrecord.graph.formats import N_QUADS
from onrecord.graph.maintenance import backups
from onrecord.graph.settings import Settings

_MANY: Final = 50_000
Tell = Callable[[str], None]


def verify(directory: Path, settings: Settings, note: Tell) -> Iterator[str]:
    """What is wrong with a data directory or a backup, as it is found; what was looked at goes to `note`.

    BackupRefused where it is neither.
    """
    with _temporary() as temporary:
        if any(os.path.lexists(directory / name) for name in (backups.CONTENTS, backups.DUMP)):
            yield from _verify_backup(directory, settings.base, temporary, note)
        elif os.path.lexists(directory / "history"):
            yield from _verify_data(directory, replace(settings, data=directory), temporary, note)
        else:
            raise BackupRefused(
                f"{directory} is no data directory and no backup: it has neither history nor backup.json"
            )


@contextlib.contextmanager
def _temporary() -> Iterator[Path]:
    with TemporaryDirectory("verify") as directory:
        try:
            yield directory.path
        except (OSError, RuntimeError) as error:
            if is_full(error):
                raise StorageFull(
                    f"there is no space left in {directory.path} to replay the history: set TMPDIR"
                ) from None
            raise EngineFailure(f"it cannot be verified: {error}") from None


def _verify_backup(directory: Path, base: str, temporary: Path, note: Tell) -> Iterator[str]:
    try:
        contents = backups.read(directory)
        backups.copy_history(directory, contents, temporary)
    except BackupRefused as error:
        yield error.message
        return
    note(f"all patches up to version {contents.version} are whole")
    store = Store(temporary / "replayed")
    yield from _replay(CommitLog(temporary / "history"), contents.version, store, None, plain=contents.plain)
    dump = _Digest()
    left_out = [] if contents.plain else terms.not_data(base)
    serialization.write(store, dump, N_QUADS.name, without=left_out)  # type: ignore[arg-type]  # (all it does is write)
    if dump.digest.hexdigest() != contents.dump:
        yield backups.broken(directory, "its history does not lead to what was dumped").message
        return
    try:
        backups.check_dump(directory, contents, dump.length)
        backups.check_texts(directory, contents)
    except BackupRefused as error:
        yield error.message
    else:
        note(f"{backups.DUMP} holds what they lead to, version {contents.version}: {len(store)} quads")


class _Digest:
    """A file that keeps the checksum and the length of what is written to it."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()
        self.length = 0

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        self.length += len(data)
        return len(data)


def _verify_data(data: Path, settings: Settings, temporary: Path, note: Tell) -> Iterator[str]:
    with _locked(data) as locked:
        yield from _of(AccessTokens(settings).known)
        if os.path.lexists(data / "plain") and not mode.is_plain(data):
            yield f"{data / 'plain'}, which marks a plain store, is not a file"
        history = CommitLog(data / "history")
        broken = [problem.message for problem in history.problems()]
        yield from broken
        if broken:
            note("store and snapshots were not compared with the history, since that is not whole")
            return
        yield from _texts(data, note)
        version = history.last()
        note(f"all patches up to version {version} are whole")
        yield from _of(partial(check_complete, data, history))
        present = snapshots.versions(data)
        for number in present:
            yield from _of(partial(_check_snapshot, data, number))
            if number > version and locked and number not in history.withdrawn():
                yield f"{snapshots.path(data, number)} is of a version that has no patch: put it back from a backup"
        note(f"{len(present)} snapshots were read")
        newest = max((number for number in present if number <= version), default=0)
        replayed = Store(temporary / "replayed")
        plain = mode.is_plain(data)
        yield from _replay(
            history, version if locked else newest, replayed, described_under(data), plain=plain
        )
        if not locked:
            note("the store was not compared, since a server has it open")
        elif (data / "store").exists():
            yield from _compare(f"the store {data / 'store'}", partial(opened.kept, data / "store"), replayed)
        if newest in present and (newest == version or not locked):
            path = snapshots.path(data, newest)
            yield from _compare(f"the snapshot {path}", partial(opened.snapshot, path), replayed)
        note(
            f"what is kept of version {newest} was compared with a replay of the patches: {len(replayed)} quads"
        )


def _texts(data: Path, note: Tell) -> Iterator[str]:
    texts = Texts(data)
    kept = list(texts.kept())
    for sha256 in kept:
        yield from _of(partial(texts.get, sha256))
    if kept:
        note(f"{len(kept)} texts were read")


def _of(check: Callable[[], object]) -> Iterator[str]:
    try:
        check()
    except OnrecordError as error:
        yield error.message


def _check_snapshot(data: Path, number: int) -> None:
    path = snapshots.path(data, number)
    try:
        harmed = snapshots.harmed(path)
    except (OSError, ValueError) as error:
        harmed = [str(error)]
    # A running server removes old ones.
    if harmed and number in snapshots.versions(data):
        raise damaged("the snapshot", path, f"not as it was written: {', '.join(harmed)}")


@contextlib.contextmanager
def _locked(data: Path) -> Iterator[bool]:
    """Whether no server has the directory; none can start meanwhile."""
    try:
        descriptor = os.open(data / "lock", os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        yield True
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def _replay(history: CommitLog, last: int, store: Store, base: str | None, *, plain: bool) -> Iterator[str]:
    """Make in a store what the patches say; with a base, their description too. Yields what no such store may hold."""
    for version in range(1, last + 1):
        commit = history.checked(version).commit
        strange: list[Quad] = []

        def allowed(*, added: bool) -> Iterator[Quad]:
            for quad in history.quads(version, added=added):  # noqa: B023  (read before the next version)
                if not plain and not strange and _is_strange(quad):  # noqa: B023
                    strange.append(quad)  # noqa: B023
                if base is None or quad.graph_name != provenance.graph(base):
                    yield quad

        for quad in allowed(added=False):
            store.remove(quad)
        # (the loader does not hold all of them in one transaction)
        if commit.added > _MANY:
            opened.bulk_extend(store, allowed(added=True))
        else:
            store.extend(allowed(added=True))
        if strange:
            yield (
                f"{history.path(version)} holds {strange[0]}, which only a plain store takes: the file `plain` is missing, or "
                "the patch is another's"
            )
        if base is not None:
            store.extend(provenance.describe(commit, base))


def _is_strange(quad: Quad) -> bool:
    return isinstance(quad.graph_name, DefaultGraph) or any(
        isinstance(term, BlankNode) for term in (quad.subject, quad.object, quad.graph_name)
    )


def _compare(what: str, open_: Callable[[], Store], expected: Store) -> Iterator[str]:
    try:
        there = open_()
        for verb, quads, others in (("holds", there, expected), ("lacks", expected, there)):
            differing = (quad for quad in quads if quad not in others)
            example = next(differing, None)
            if example is not None:
                count = 1 + sum(1 for _ in differing)
                yield f"{what} {verb} {count} quads against what the history leads to, among them {example}"
    except OnrecordError as error:
        yield error.message
    except (OSError, RuntimeError, ValueError) as error:
        yield f"{what} cannot be read: {error}"
