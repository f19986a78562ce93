"""The engine on this machine: Oxigraph in child processes, over one data directory."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from onrecord.graph import errors
from onrecord.graph.changes import Commit, read_header
from onrecord.graph.engine.base import Answer, Query, Staged
from onrecord.graph.engine.disk import lock, mode, staging
from onrecord.graph.engine.disk.commit_log import CommitLog
from onrecord.graph.engine.limits import QUERY, Limit, cause
from onrecord.graph.engine.processes import frames, sandbox
from onrecord.graph.engine.processes.launcher import Launcher
from onrecord.graph.engine.processes.pool import Pool
from onrecord.graph.engine.processes.worker import Died, OutOfTime, Worker, start
from onrecord.graph.engine.versions import Versions
from onrecord.graph.engine.writer import check_complete, checkpoint, is_undescribed
from onrecord.graph.settings import Settings
from onrecord.graph.sparql import screening

log = logging.getLogger("onrecord.engine")

_COMMITS: Final = 1_000
"""Of so many commits the headers are kept in memory, so that a page of the history reads those it has not had."""


class EmbeddedEngine:
    """Owns a data directory, and the launcher of its child processes. See base.Engine for what its methods promise."""

    def __init__(
        self,
        settings: Settings,
        launcher: Launcher,
        *,
        read_only: bool = False,
        bookkeeping: str | None = None,
    ) -> None:
        self._settings = settings
        self._launcher = launcher
        self._data = settings.data.absolute()
        self._history = CommitLog(self._data / "history")
        self._lock: lock.Lock | None = None
        self._closed = False
        self._writer: Worker | None = None
        # A commit that was acknowledged does not change any more.
        self._commit_of = lru_cache(_COMMITS)(self._history.commit)
        self._bookkeeping = None if bookkeeping is None else (bookkeeping, settings.base)
        try:
            self._open(read_only=read_only)
        except BaseException:
            self._stop_writer()
            self._launcher.close()
            self._unlock()
            raise

    def _open(self, *, read_only: bool) -> None:
        settings = self._settings
        if not read_only:
            self._lock = lock.Lock(self._data)
        elif not self.holds_commits(self._data):
            raise errors.NoGraph(
                f"there is no graph in {self._data}: make one with 'onrecord build --data {self._data}', or give another --data"
            )
        mode.check(settings, new=not self.holds_commits(self._data), read_only=read_only)
        self._plain = mode.is_plain(self._data)
        if self._plain:
            self._bookkeeping = None
        if not read_only:
            staging.sweep(self._data)
            check_complete(self._data, self._history)
        self._versions = Versions(self._data, self._history, self._lock)
        described = self._bookkeeping is None or not is_undescribed(self._data, settings.base)
        if not read_only and not (self._versions.readable() is not None and described):
            # There is nothing to read yet, a crash came before the snapshot, or the directory is older than the
            # bookkeeping: the writer has to repair it first.
            self._open_writer()
            self._versions.look()
        self._readers = Pool(
            self._launcher,
            settings.readers,
            settings.queue,
            settings.query_seconds,
            lambda: Worker(self._launcher, "onrecord.graph.engine.reader", self._preload()),
        )
        if settings.isolation == "require":
            self._require_isolation()

    @staticmethod
    def holds_commits(data: Path) -> bool:
        """Whether there is a store with at least one commit in a directory."""
        return CommitLog(data / "history").last() > 0

    def _require_isolation(self) -> None:
        # All children start in the same way, so one is enough to look at.
        with self._readers.lend() as reader:
            reader.greet()
        if reader.network != sandbox.NO_NETWORK:
            self._readers.close()
            raise errors.EngineFailure(
                f"processes that read strangers' texts cannot be kept from the network here: it is {reader.network}. Let the "
                "service make user and network namespaces (unshare), or set ONRECORD_ISOLATION=warn"
            )

    def _preload(self) -> str:
        """What a new reader will most likely be asked of."""
        version = self._versions.readable()
        return "" if version is None else json.dumps(self._opening(version))

    def _opening(self, version: int) -> dict[str, Any]:
        settings = self._settings
        return {
            "snapshot": self._versions.path(version),
            "megabytes": settings.worker_megabytes,
            "quads": settings.memory_quads,
            "newest": version == self._versions.newest,
        }

    # Reading

    @property
    def version(self) -> int:
        return self._versions.newest

    @property
    def plain(self) -> bool:
        return self._plain

    def commit_id(self, version: int) -> str:
        return self._commit_of(version).id if 1 <= version <= self.version else ""

    def query(self, query: Query) -> Answer:
        bounds = query.bounds
        if bounds is None:
            text = query.text.encode()
        else:
            text = screening.check_size(query.text, "query", bounds.query_kilobytes)
        request = {
            "do": "query",
            "base": self._settings.base,
            "bounds": bounds,
            "default": query.default_graphs,
            "named": query.named_graphs,
            "union": not self._plain,
            "formats": tuple(query.formats.items()),
            "rows": self._settings.result_rows,
        }
        limit = Limit.of(self._settings, "QUERY_SECONDS", self._settings.result_megabytes)
        return self._read(request, text, query.version, limit)[1]

    def export(
        self,
        format_: str,
        graph: str | None = None,
        version: int | None = None,
        *,
        without: Sequence[str] = (),
        current: bool = False,
    ) -> Answer:
        request = {
            "do": "export",
            "format": format_,
            "graph": graph,
            "without": tuple(without),
            "current": current,
        }
        return self._read(request, b"", version, Limit.of(self._settings, "EXPORT_SECONDS"))[1]

    def table(self, name: str, format_: str, version: int | None = None, *, fallen: bool = False) -> Answer:
        request = {"do": "table", "table": name, "format": format_, "fallen": fallen}
        return self._read(request, b"", version, Limit.of(self._settings, "EXPORT_SECONDS"))[1]

    def graph(self, name: str | None, format_: str) -> Answer:
        request = {"do": "graph", "format": format_, "graph": name}
        return self._read(request, b"", None, Limit.of(self._settings, "EXPORT_SECONDS"))[1]

    def graph_names(self) -> list[str]:
        limit = Limit.of(self._settings, "EXPORT_SECONDS")
        reply, answer = self._read({"do": "graphs"}, b"", None, limit)
        answer.close()
        return list(reply["graphs"])

    def _read(
        self, request: dict[str, Any], text: bytes, version: int | None, limit: Limit
    ) -> tuple[dict[str, Any], Answer]:
        # Where the fork server was killed, all readers end, and one that is about to may have been lent.
        for _ in range(self._settings.readers + 1):
            try:
                return self._read_once(request, text, version, limit)
            except Died as died:
                lost = died
                if not died.orphaned:
                    break
        raise cause(lost, QUERY, self._settings.worker_megabytes) from None

    def _read_once(
        self, request: dict[str, Any], text: bytes, version: int | None, limit: Limit
    ) -> tuple[dict[str, Any], Answer]:
        self._check_open()
        with self._versions.lease(version) as leased, self._readers.lend() as reader:
            answer = Answer(leased)
            whole = {**request, **self._opening(leased), "seconds": limit.seconds}
            # Of a query little differs but its text. (Graphs that a client names may be many, and are hardly named twice.)
            common = request["do"] == "query" and not (request["default"] or request["named"])
            header = frames.encoded(tuple(whole.items())) if common else whole
            try:
                reply = reader.ask(header, text, wall=limit.wall, sink=limit.into(answer), yields=True)
            except OutOfTime as over:
                raise errors.QueryTimeout(f"{limit.passed(over)}; ask for less, or add LIMIT") from None
        if "error" in reply:
            raise errors.from_dict(reply)
        answer.kind, answer.format = reply.get("kind", ""), reply.get("format", "")
        answer.rows = reply.get("rows")
        return reply, answer

    # Writing: the ledger lets one caller in at a time

    def check_writable(self) -> None:
        self._held()

    def _held(self) -> lock.Lock:
        """The lock, without which nothing may be written."""
        if self._lock is None:
            raise errors.EngineFailure(f"{self._data} was opened for reading only")
        self._check_open()
        try:
            self._lock.check()
        except errors.DataMoved:
            # The store may miss files by now, which it goes on missing: it is opened again when the directory is back.
            self._stop_writer()
            raise
        return self._lock

    def _check_open(self) -> None:
        if self._closed:
            raise errors.EngineFailure("the ledger is closed")

    def commit(self, change: bytes | Staged, *, message: str, author: str) -> Commit:
        self._held()
        commit = _commit(self.version + 1, message, author)
        if isinstance(change, Staged):
            commit = replace(commit, added=change.added, removed=change.removed)
        if not (change if isinstance(change, bytes) else change.added or change.removed):
            return _without_version(commit)
        request: dict[str, Any] = {"do": "commit", "commit": commit.to_dict()}
        if isinstance(change, bytes):
            return self._written(commit, request, change)
        request |= {"rows": str(change.rows), "store": change.store and str(change.store)}
        return self._written(commit, request, b"")

    def follow(self, patch: bytes) -> Commit:
        self._held()
        version = self.version + 1
        commit = read_header(patch, f"the patch of version {version}").commit
        if commit.version != version:
            raise errors.BadChange(f"this is the patch of version {commit.version}, and {version} comes next")
        return self._written(commit, {"do": "follow"}, patch)

    def _written(self, commit: Commit, request: dict[str, Any], body: bytes) -> Commit:
        written = self._write(commit, request, body) or self._write(commit, request, body)
        if written is None:
            raise errors.EngineFailure(
                "the process that writes died twice over this change; nothing was changed"
            )
        if not written.added and not written.removed and request["do"] == "commit":
            return _without_version(written)
        self._versions.add(written.version)
        # What was written while its directory was moved is there, but nobody knows where: it is not acknowledged.
        self._held()
        self._drop_surplus()
        return written

    def _write(self, commit: Commit, request: dict[str, Any], body: bytes) -> Commit | None:
        """The commit as it was written; None where the writer died before it was in the history."""
        writer = self._open_writer()
        limit = self._settings.commit_seconds
        try:
            reply = writer.ask(request, body, wall=limit)
        except OutOfTime:
            self._stop_writer()
            written = self._settle(commit)
            if written is None:
                raise errors.EngineFailure(
                    f"writing the change took longer than {limit:g} s (ONRECORD_COMMIT_SECONDS); nothing was changed. Make "
                    "smaller changes, or raise the limit"
                ) from None
            return written
        except Died as died:
            log.warning("the writer died over version %d: %s", commit.version, died)
            self._stop_writer()
            return self._settle(commit)
        if "broken" in reply:
            self._stop_writer()
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
            self._open_writer()
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
        going = self._versions.surplus(self._settings.snapshots)
        if going:
            limit = self._settings.commit_seconds
            try:
                reply = self._open_writer().ask({"do": "drop", "versions": going}, wall=limit)
                self._versions.put_back(reply.get("stayed", ()))
            except OutOfTime:
                self._stop_writer()
                log.warning("old snapshots are still there: removing them took longer than %g s", limit)
            except (Died, errors.OnrecordError) as error:
                log.warning("old snapshots are still there: %s", error)

    def _open_writer(self) -> Worker:
        if self._writer is not None and self._writer.alive():
            return self._writer
        self._stop_writer()
        # The writer inherits the lock: as long as it lives, no other server can start.
        kept = (self._held().descriptor,)
        self._writer = self._start_writer(*kept)
        try:
            reply = self._writer.ask({"data": str(self._data), "bookkeeping": self._bookkeeping})
        except Died as died:
            self._stop_writer()
            raise errors.EngineFailure(
                f"the process that writes cannot start ({died}); nothing was changed"
            ) from None
        if "error" in reply:
            self._stop_writer()
            raise errors.from_dict(reply)
        return self._writer

    def _stop_writer(self) -> None:
        if self._writer is not None:
            self._writer.kill()
            self._writer = None

    def _start_writer(self, *keep: int) -> Worker:
        self._check_open()
        return start(self._launcher, "onrecord.graph.engine.writer", keep=keep)

    # Looking back

    def history(self, newest: int | None = None, limit: int | None = None) -> list[Commit]:
        first = self.version if newest is None else min(newest, self.version)
        last = 0 if limit is None else max(0, first - limit)
        return [self._commit_of(version) for version in range(first, last, -1)]

    def patch(self, version: int) -> bytes:
        return b"".join(self.patch_pieces(version, as_packed=False)[0])

    def patch_pieces(self, version: int, *, as_packed: bool) -> tuple[Iterator[bytes], bool]:
        if not 1 <= version <= self.version:
            raise errors.UnknownCommit(f"there is no commit {version}; the last one is {self.version}")
        self._history.check(range(version, version + 1))
        return self._history.pieces(version, as_packed=as_packed)

    def about(self) -> dict[str, Any]:
        writer = self._writer.pid if self._writer is not None and not self._writer.ended else None
        return {
            "version": self.version,
            "versions": self._versions.kept(),
            "launcher": self._launcher.pid,
            "writer": writer,
            "readers": self._readers.about(),
            "shared_network": self._readers.shared_network(),
            "waiting": self._readers.waiting,
        }

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._readers.close()
        self._stop_writer()
        self._launcher.close()
        self._unlock()

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.release()


def _commit(version: int, message: str, author: str) -> Commit:
    for name, value in (("message", message), ("author", author)):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise errors.BadChange(f"the {name} {value!r} of the change is no valid Unicode") from None
    return Commit(version, f"urn:uuid:{uuid.uuid4()}", datetime.now(UTC), author, message, 0, 0)


def _without_version(commit: Commit) -> Commit:
    return replace(commit, version=commit.version - 1)
