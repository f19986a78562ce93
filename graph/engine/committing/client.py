"""The front's side of the writer: started when first needed, asked for commits, and killed past its limit."""

from __future__ import annotations

import logging
import threading
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from onrecord.graph import errors
from onrecord.graph.changes import Commit, read_header
from onrecord.graph.engine.base import Staged
from onrecord.graph.engine.committing import requests
from onrecord.graph.engine.disk import snapshots, staging
from onrecord.graph.engine.disk.checkpoint import checkpoint
from onrecord.graph.engine.disk.commit_log import CommitLog
from onrecord.graph.engine.disk.lock import Lock
from onrecord.graph.engine.processes.launcher import Launcher
from onrecord.graph.engine.processes.worker import Died, OutOfTime, Worker, start
from onrecord.graph.engine.versions import Versions
from onrecord.graph.quoting import brief
from onrecord.graph.settings import Settings

log = logging.getLogger("onrecord.engine")


class WriterClient:
    """Makes commits in a data directory, for one caller at a time: of each it is known whether it happened.

    The lock is that of the directory, without which nothing may be written; the owner of this object releases it.
    """

    def __init__(  # noqa: PLR0913, PLR0917  (what an engine has at hand)
        self,
        settings: Settings,
        launcher: Launcher,
        lock: Lock,
        versions: Versions,
        history: CommitLog,
        bookkeeping: tuple[str, str] | None,
    ) -> None:
        self._settings = settings
        self._launcher = launcher
        self._data = settings.data.absolute()
        self._lock = lock
        self._versions = versions
        self._history = history
        self._bookkeeping = bookkeeping
        self._worker: Worker | None = None
        self._dropping: threading.Thread | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The id of the process; None where none runs."""
        return self._worker.pid if self._worker is not None and not self._worker.ended else None

    def check(self) -> None:
        """Raise where nothing can be written: the engine is closed, or its directory is not where it was (DataMoved)."""
        if self._closed:
            raise errors.EngineFailure("the ledger is closed")
        try:
            self._lock.check()
        except errors.DataMoved:
            # The store may miss files by now, which it goes on missing: it is opened again when the directory is back.
            self.stop()
            raise

    def commit(self, change: bytes | Staged, message: str, author: str) -> Commit:
        """As Engine.commit."""
        self.check()
        commit = _commit(self._versions.newest + 1, message, author)
        if isinstance(change, Staged):
            commit = replace(commit, added=change.added, removed=change.removed)
        if not (change if isinstance(change, bytes) else change.added or change.removed):
            return _without_version(commit)
        if isinstance(change, bytes):
            return self._written(commit, requests.Make(commit.to_dict(), change))
        store = None if change.store is None else str(change.store)
        return self._written(commit, requests.MakeStaged(commit.to_dict(), str(change.rows), store))

    def prepare(self, change: Staged) -> Staged:
        """As Engine.prepare."""
        self.check()
        store = change.rows.with_name("store")
        try:
            request = requests.Prepare(str(change.rows), str(store), change.added, change.removed)
            reply = self.open().ask(*requests.COMMITS.frame(request), wall=self._settings.commit_seconds)
        except (OutOfTime, Died) as error:
            self.stop()
            reply = {"failed": str(error) or "it took longer than ONRECORD_COMMIT_SECONDS"}
        if "failed" in reply:
            log.warning("a change could not be made ready ahead of its commit: %s", reply["failed"])
            staging.remove(store)
            return change
        return replace(change, store=store)

    def follow(self, patch: bytes) -> Commit:
        """As Engine.follow."""
        self.check()
        version = self._versions.newest + 1
        commit = read_header(patch, f"the patch of version {version}").commit
        if commit.version != version:
            raise errors.BadChange(f"this is the patch of version {commit.version}, and {version} comes next")
        return self._written(commit, requests.Follow(patch))

    def _written(self, commit: Commit, request: requests.Request) -> Commit:
        written = self._write(commit, request) or self._write(commit, request)
        if written is None:
            raise errors.EngineFailure(
                "the process that writes died twice over this change; nothing was changed"
            )
        if written.version < commit.version:
            return written  # without effect
        self._versions.add(written.version)
        # What was written while its directory was moved is there, but nobody knows where: it is not acknowledged.
        self.check()
        self._drop_surplus()
        return written

    def _write(self, commit: Commit, request: requests.Request) -> Commit | None:
        """The commit as it was written; None where the writer died before it was in the history."""
        writer = self.open()
        limit = self._settings.commit_seconds
        try:
            reply = writer.ask(*requests.COMMITS.frame(request), wall=limit)
        except OutOfTime:
            self.stop()
            written = self._settle(commit)
            if written is None:
                raise errors.EngineFailure(
                    f"writing the change took longer than {limit:g} s (ONRECORD_COMMIT_SECONDS); nothing was changed. Make "
                    "smaller changes, or raise the limit"
                ) from None
            return written
        except Died as died:
            log.warning("the writer died over version %d: %s", commit.version, died)
            self.stop()
            return self._settle(commit)
        if "broken" in reply:
            self.stop()
            raise errors.from_dict(reply["broken"])
        if "error" in reply:
            raise errors.from_dict(reply)
        return Commit.from_dict(reply["commit"])

    def _settle(self, commit: Commit) -> Commit | None:
        """Find out from the history whether a commit happened during which the writer died."""
        if self._closed:
            # Another process may have the directory by now.
            raise errors.EngineFailure(
                "the ledger was closed during this change; the history tells whether it was made"
            )
        recorded = self._history.find(commit)
        if recorded is None:
            return None
        try:
            self.open()
        except errors.OnrecordError:
            if Path(self._versions.path(commit.version)).is_dir():
                return recorded
            # No reader can see it, so take it back: no writer is alive that could still be at work on it.
            # Without its checkpoint the whole history is replayed into the store at the next start.
            checkpoint(self._data).unlink(missing_ok=True)
            self._history.withdraw(commit.version)
            raise
        return recorded

    def _drop_surplus(self) -> None:
        """Take the oldest snapshots away; their files are removed by a thread, so that nobody waits for it."""
        self._dropped()
        going = self._versions.surplus(self._settings.snapshots)
        if not going:
            return
        try:
            aside = staging.make(self._data)
            self._versions.put_back(
                version for version in going if not snapshots.move(self._data, version, aside / str(version))
            )
        except OSError as error:
            self._versions.put_back(going)
            log.warning("old snapshots are still there: %s", error)
            return
        self._dropping = threading.Thread(
            target=staging.remove, args=(aside,), name="old snapshots", daemon=True
        )
        self._dropping.start()

    def _dropped(self) -> None:
        """Wait until those are removed of which the last commit left too many."""
        if self._dropping is not None:
            self._dropping.join()
            self._dropping = None

    def open(self) -> Worker:
        """The process, started where none runs; it repairs first what a crash has left."""
        if self._worker is not None and self._worker.alive():
            return self._worker
        self.stop()
        self.check()
        # The writer inherits the lock: as long as it lives, no other server can start.
        kept = (self._lock.descriptor,)
        self._worker = start(self._launcher, "onrecord.graph.engine.committing.writer", keep=kept)
        try:
            opening = requests.Open(str(self._data), self._bookkeeping)
            reply = self._worker.ask(*requests.OPENING.frame(opening))
        except Died as died:
            self.stop()
            raise errors.EngineFailure(
                f"the process that writes cannot start ({died}); nothing was changed"
            ) from None
        if "error" in reply:
            self.stop()
            raise errors.from_dict(reply)
        if reply["damage"]:
            log.warning("%s", reply["damage"])
        return self._worker

    def stop(self) -> None:
        """Kill the process; the next commit starts another."""
        if self._worker is not None:
            self._worker.kill()
            self._worker = None

    def close(self) -> None:
        """Kill the process, and start none again."""
        self._closed = True
        self.stop()
        self._dropped()


def _commit(version: int, message: str, author: str) -> Commit:
    for name, value in (("message", message), ("author", author)):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise errors.BadChange(f"the {name} {brief(value)} of the change is no valid Unicode") from None
    return Commit(version, f"urn:uuid:{uuid.uuid4()}", datetime.now(UTC), author, message, 0, 0)


def _without_version(commit: Commit) -> Commit:
    return replace(commit, version=commit.version - 1)
