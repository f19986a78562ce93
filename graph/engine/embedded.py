"""The engine on this machine: Oxigraph in child processes, over one data directory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, Final

from onrecord.graph import errors
from onrecord.graph.changes import Commit
from onrecord.graph.engine import figures
from onrecord.graph.engine.base import Answer, Figures, Query, Staged
from onrecord.graph.engine.committing.client import WriterClient
from onrecord.graph.engine.disk import lock, mode, snapshots, staging
from onrecord.graph.engine.disk.checkpoint import check_complete, is_undescribed
from onrecord.graph.engine.disk.commit_log import CommitLog
from onrecord.graph.engine.limits import QUERY, Limit, cause
from onrecord.graph.engine.processes import sandbox
from onrecord.graph.engine.processes.launcher import Launcher
from onrecord.graph.engine.processes.pool import Pool
from onrecord.graph.engine.processes.worker import Died, OutOfTime, Worker
from onrecord.graph.engine.reading import requests
from onrecord.graph.engine.versions import Versions
from onrecord.graph.quoting import brief
from onrecord.graph.settings import Settings
from onrecord.graph.sparql import screening

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
        self._writer: WriterClient | None = None
        # A commit that was acknowledged does not change any more.
        self._commit_of = lru_cache(_COMMITS)(self._history.commit)
        self._bookkeeping = None if bookkeeping is None else (bookkeeping, settings.base)
        try:
            self._open(read_only=read_only)
        except BaseException:
            self._close_writer()
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
        if self._lock is not None:
            self._writer = WriterClient(
                settings, self._launcher, self._lock, self._versions, self._history, self._bookkeeping
            )
            if self._versions.readable() is None or not described:
                # There is nothing to read yet, a crash came before the snapshot, or the directory is older than the
                # bookkeeping: the writer has to repair it first.
                self._writer.open()
                self._versions.look()
        self._readers = Pool(
            self._launcher,
            settings.readers,
            settings.queue,
            settings.query_seconds,
            lambda: Worker(self._launcher, "onrecord.graph.engine.reading.reader", self._preload()),
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

    def _opening(self, version: int) -> requests.Snapshot:
        path, newest = self._versions.path(version), version == self._versions.newest
        return requests.Snapshot(path, self._settings.worker_megabytes, self._settings.memory_quads, newest)

    def _older(self, version: int) -> int | None:
        return None if version == self._versions.newest else version

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
        request = requests.Evaluate(
            self._settings.base,
            bounds,
            query.default_graphs,
            query.named_graphs,
            not self._plain,
            tuple(query.formats.items()),
            self._settings.result_rows,
            tuple(query.matches.items()),
        )
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
        request = requests.Export(format_, graph, tuple(without), current)
        return self._read(request, b"", version, Limit.of(self._settings, "EXPORT_SECONDS"))[1]

    def table(self, name: str, format_: str, version: int | None = None, *, fallen: bool = False) -> Answer:
        request = requests.Table(name, format_, fallen)
        return self._read(request, b"", version, Limit.of(self._settings, "EXPORT_SECONDS"))[1]

    def graph(self, name: str | None, format_: str) -> Answer:
        request = requests.Graph(name, format_)
        return self._read(request, b"", None, Limit.of(self._settings, "EXPORT_SECONDS"))[1]

    def graph_names(self) -> list[str]:
        limit = Limit.of(self._settings, "EXPORT_SECONDS")
        reply, answer = self._read(requests.GraphNames(), b"", None, limit)
        answer.close()
        return list(reply["graphs"])

    def _read(
        self, request: requests.Request, text: bytes, version: int | None, limit: Limit
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
        self, request: requests.Request, text: bytes, version: int | None, limit: Limit
    ) -> tuple[dict[str, Any], Answer]:
        self._check_open()
        with self._versions.lease(version) as leased, self._readers.lend(self._older(leased)) as reader:
            answer = Answer(leased)
            header = requests.header(request, self._opening(leased), limit.seconds)
            try:
                reply = reader.ask(header, text, wall=limit.wall, sink=limit.into(answer), yields=True)
            except OutOfTime as over:
                raise errors.QueryTimeout(f"{limit.passed(over)}; ask for less, or add LIMIT") from None
        if "error" in reply:
            raise errors.from_dict(reply)
        answer.kind, answer.format = reply.get("kind", ""), reply.get("format", "")
        answer.rows = reply.get("rows")
        return reply, answer

    def figures(self) -> Figures | None:
        with self._versions.lease(None) as leased:
            return figures.read(Path(self._versions.path(leased)))

    # Writing: the ledger lets one caller in at a time

    def check_writable(self) -> None:
        self._writable().check()

    def _writable(self) -> WriterClient:
        if self._writer is None:
            raise errors.EngineFailure(f"{self._data} was opened for reading only")
        return self._writer

    def _check_open(self) -> None:
        if self._closed:
            raise errors.EngineFailure("the ledger is closed")

    def prepare(self, change: Staged) -> Staged:
        return self._writable().prepare(change)

    def commit(self, change: bytes | Staged, *, message: str, author: str) -> Commit:
        return self._writable().commit(change, message, author)

    def follow(self, patch: bytes) -> Commit:
        return self._writable().follow(patch)

    # Looking back

    def history(self, newest: int | None = None, limit: int | None = None) -> list[Commit]:
        first = self.version if newest is None else min(newest, self.version)
        last = 0 if limit is None else max(0, first - limit)
        return [self._commit_of(version) for version in range(first, last, -1)]

    def patch(self, version: int) -> bytes:
        return b"".join(self.patch_pieces(version, as_packed=False)[0])

    def patch_pieces(self, version: int, *, as_packed: bool) -> tuple[Iterator[bytes], int, bool]:
        if not 1 <= version <= self.version:
            raise errors.UnknownCommit(f"there is no commit {version}; the last one is {self.version}")
        return self._history.pieces(version, as_packed=as_packed)

    def snapshot(self, version: int) -> dict[str, tuple[int, str]]:
        with self._versions.lease(version) as leased:
            try:
                listed = snapshots.contents(Path(self._versions.path(leased)))
            except ValueError as error:
                raise errors.damaged("the snapshot", self._versions.path(leased), error) from None
        return {name: (size, sha256) for name, (size, sha256) in listed.items() if sha256 is not None}

    def snapshot_file(self, version: int, name: str) -> IO[bytes]:
        if name not in self.snapshot(version):
            raise errors.UnknownVersion(f"the snapshot of version {version} has no file {brief(name)}")
        with self._versions.lease(version) as leased:
            return (Path(self._versions.path(leased)) / name).open("rb")

    def about(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "versions": self._versions.kept(),
            "launcher": self._launcher.pid,
            "writer": None if self._writer is None else self._writer.pid,
            "readers": self._readers.about(),
            "shared_network": self._readers.shared_network(),
            "waiting": self._readers.waiting,
        }

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._close_writer()
        self._readers.close()
        self._launcher.close()
        self._unlock()

    def _close_writer(self) -> None:
        if self._writer is not None:
            self._writer.close()

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.release()
