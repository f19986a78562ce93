"""The writer: the one child process that has the store open for writing.

A commit is durable once its patch is in the history; then the store is changed, copied to snapshots/<version>,
and the front gets its reply. If a later step fails, the patch is withdrawn and the process ends: after a full disk
Oxigraph works only once it is opened again, and opening replays or takes back what is due.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Final, cast

from pyoxigraph import Quad, Store

from onrecord.graph import garbage
from onrecord.graph.changes import ChangeSet, Commit, from_patch, with_counts
from onrecord.graph.engine import figures, opened
from onrecord.graph.engine.base import Bookkeeping, Figures
from onrecord.graph.engine.committing import applying, requests
from onrecord.graph.engine.committing.applying import MANY, sides
from onrecord.graph.engine.committing.refusals import Broken, cannot_open, refused
from onrecord.graph.engine.disk import snapshots
from onrecord.graph.engine.disk.checkpoint import (
    bases,
    check_complete,
    checkpoint,
    checkpointed,
    is_undescribed,
)
from onrecord.graph.engine.disk.commit_log import CommitLog
from onrecord.graph.engine.figures import Following, Scope
from onrecord.graph.engine.processes import frames, sandbox
from onrecord.graph.errors import (
    OnrecordError,
    Protected,
    StoreCorrupt,
    StoreDamaged,
)
from onrecord.graph.files import atomic

_LITTLE: Final = 200 << 20
"""Bytes of a snapshot whose figures are counted in two seconds or so where they were not kept."""


class Writer:
    """The store under a data directory, with its history and its snapshots.

    With bookkeeping, a graph of the store describes each commit, its IRIs made under the base. A plain store has none.
    """

    def __init__(self, data: Path, bookkeeping: Bookkeeping | None = None, base: str = "") -> None:
        self.data = data
        self._bookkeeping = bookkeeping
        self._base = base
        self.history = CommitLog(data / "history")
        self._checkpoint = checkpoint(data)
        self.version = 0
        self._scope = Scope(plain=True) if bookkeeping is None else Scope.of(base)
        self._figures: Figures | None = None
        self._ahead: tuple[Path, Figures | None] | None = None
        """A copy of the store in which the next change was made already, and the figures of that copy."""
        self.damage = ""
        """Of what damage the store was made again when it was opened; empty where it was whole."""
        self.store = self._open()

    def _open(self) -> Store:
        for directory in (self.history.directory, snapshots.folder(self.data)):
            directory.mkdir(parents=True, exist_ok=True)
        self.history.sweep()
        snapshots.sweep(self.data)
        self.version = self.history.last()
        undescribed = self._bookkeeping is not None and is_undescribed(self.data, self._base)
        if undescribed:
            # The snapshots lack the descriptions too. With them gone, a start that is cut short here starts over.
            for snapshot in snapshots.versions(self.data):
                snapshots.remove(self.data, snapshot)
            atomic.sync(snapshots.folder(self.data))
        store = self._store()
        if undescribed and self._bookkeeping is not None:
            self._describe(store, self._bookkeeping)
        changed = self._take_back(store)
        changed = self._replay(store) or changed or undescribed
        for snapshot in snapshots.versions(self.data):
            if snapshot > self.version:
                snapshots.remove(self.data, snapshot)
        if changed:
            store.flush()
            self._write_checkpoint()
        self._figures = self._known(store, counting=changed)
        if not snapshots.path(self.data, self.version).is_dir():
            self._snapshot(store)
        return store

    def _store(self) -> Store:
        path = self.data / "store"
        if not (path / "CURRENT").exists():
            # A store that was moved away is built again from the history, which has all of it.
            self._checkpoint.unlink(missing_ok=True)
        try:
            return opened.store(path)
        except StoreCorrupt as error:
            # A power cut can leave it so. All of it is in the history, each patch of which has a checksum.
            aside = path.with_name("store.damaged")
            shutil.rmtree(aside, ignore_errors=True)
            path.rename(aside)
            atomic.sync(self.data)
            self.damage = f"{error.message.partition('. ')[0]}: it was moved to {aside}, and made again from the history"
            return self._store()

    def _describe(self, store: Store, bookkeeping: Bookkeeping) -> None:
        """Describe the commits that are in the store: it is older than the bookkeeping, or had another base."""
        for base in {self._base, *bases(self.data)}:
            store.remove_graph(bookkeeping.graph(base))
        for version in range(1, min(checkpointed(self.data), self.version) + 1):
            store.extend(bookkeeping.describe(self.history.commit(version), self._base))

    def _take_back(self, store: Store) -> bool:
        withdrawn = self.history.withdrawn()
        for version in withdrawn:
            commit = self.history.checked(version, ".undo").commit
            applying.apply(store, *reversed(self._changed(version, ".undo")), many=commit.removed > MANY)
            if self._bookkeeping is not None:
                applying.apply(store, self._bookkeeping.retraction(commit, self._base, store), ())
            store.flush()
            self.history.forget(version)
        return bool(withdrawn)

    def _replay(self, store: Store) -> bool:
        # Adding and removing quads twice is the same as once, so an old checkpoint costs time and nothing else.
        done = checkpointed(self.data)
        check_complete(self.data, self.history)
        for version in range(done + 1, self.version + 1):
            commit = self.history.checked(version).commit
            applying.apply(
                store, *self._changed(version), self._description(commit), many=commit.added > MANY
            )
        return done < self.version

    def _changed(self, version: int, suffix: str = ".patch") -> tuple[Iterable[Quad], Iterable[Quad]]:
        """What a commit removed, and what it added."""
        removed, added = (self.history.quads(version, added=side, suffix=suffix) for side in (False, True))
        if self._bookkeeping is None:
            return removed, added
        # Patches may be older than the bookkeeping, and touch its graph.
        kept = self._bookkeeping.graph(self._base)
        return (q for q in removed if q.graph_name != kept), (q for q in added if q.graph_name != kept)

    def _allowed(self, change: ChangeSet) -> ChangeSet:
        if self._bookkeeping is None:
            return change
        return change.outside(self._bookkeeping.graph(self._base))

    def _description(self, commit: Commit) -> Iterable[Quad]:
        return () if self._bookkeeping is None else self._bookkeeping.describe(commit, self._base)

    def _write_checkpoint(self) -> None:
        # Its name is not synced: after a power cut the one before it only costs the next start time.
        with atomic.replacing(self._checkpoint) as file:
            file.write("\n".join([str(self.version), *([self._base] if self._bookkeeping else [])]).encode())

    def _snapshot(self, store: Store) -> None:
        text = None if self._figures is None else figures.written(self._figures)
        snapshots.take(store, self.data, self.version, text)

    def _known(self, store: Store, *, counting: bool) -> Figures | None:
        """The figures of the version that the store is at: kept, followed from an older snapshot, or counted; None for an old large one."""
        for version in reversed(snapshots.versions(self.data)):
            snapshot = snapshots.path(self.data, version)
            kept = figures.read(snapshot) if version <= self.version else None
            if kept is not None and version == self.version:
                return kept
            if kept is not None:
                commits = range(version + 1, self.version + 1)
                touched = chain.from_iterable(self._touched(number) for number in commits)
                following = Following.maybe(kept, self._scope, opened.snapshot(snapshot), touched)
                if following is not None:
                    return following.after(store, self.version)
        # Who replays a history, or has little, does not mind to count.
        newest = snapshots.path(self.data, self.version)
        if counting or not newest.is_dir() or snapshots.size(newest) < _LITTLE:
            return figures.counted_in(store, self.version, self._scope)
        return None

    def _touched(self, version: int) -> Iterable[Quad]:
        """What a commit in the history removed or added, with what is said of the commit itself."""
        return chain(*self._changed(version), self._description(self.history.commit(version)))

    def commit(self, commit: Commit, change: ChangeSet) -> Commit:
        """Make the change; one without effect makes no version, and its commit has the present one.

        Protected where it touches the bookkeeping. An error means that nothing was changed.
        """
        if self._bookkeeping is not None and self._allowed(change) is not change:
            raise Protected(
                f"{self._bookkeeping.graph(self._base)} is kept by the service itself and cannot be written: it follows from "
                "the commits. Nothing was changed"
            )
        change = self._effective(change)
        commit = with_counts(commit, change, self._base if self._bookkeeping is not None else None)
        if not change:
            return replace(commit, version=self.version)
        self._make(
            commit,
            partial(self.history.write, commit, change.rows),
            partial(self._change, commit, change),
            chain(change.removed, change.added),
        )
        return commit

    def follow(self, text: bytes) -> Commit:
        """Make the next commit of another directory here, given as its patch; StoreDamaged where it does not fit.

        An error means that nothing was changed.
        """
        version = self.version + 1
        commit, change = from_patch(text, f"the patch of version {version}")
        allowed = self._allowed(change)
        if self._effective(allowed) is not allowed:
            raise StoreDamaged(
                f"the patch of version {version} does not fit what is in {self.data}: one of them is not what was committed. "
                "Nothing was changed"
            )
        self._make(
            commit,
            partial(self.history.append, version, text),
            partial(self._change, commit, allowed),
            chain(allowed.removed, allowed.added),
        )
        return commit

    def commit_file(self, commit: Commit, rows: Path) -> None:
        """The same of rows in a file, with the counts that the commit has: a change of which each row has effect."""

        def apply() -> None:
            self._apply(commit, *sides(rows))

        self._make(commit, partial(self.history.write, commit, rows), apply, chain(*sides(rows)))

    def prepare(self, rows: Path, store: Path, added: int, removed: int) -> None:
        """Make a copy of the store with the change of these rows, for adopt(); the store itself stays as it is."""
        self._ahead = None
        before = snapshots.path(self.data, self.version)
        applying.copy_with(rows, before, store, added, first=self.version == 0)
        self._ahead = store, self._figures_ahead(rows, store, added, removed)

    def _figures_ahead(self, rows: Path, store: Path, added: int, removed: int) -> Figures | None:
        """The figures of a copy of the store in which the change of these rows was made already."""
        touched = chain(*sides(rows))
        following = Following.maybe(self._figures, self._scope, self.store, touched, added + removed)
        return self._counted(following, opened.kept(store), self.version + 1, added)

    def adopt(self, commit: Commit, rows: Path, store: Path) -> None:
        """The same where it was made already, in a copy of the store, which takes the place of the store."""
        prepared, known = self._ahead or (None, None)
        self._ahead = None
        if prepared != store:  # that was of a change which was refused
            known = None

        def record() -> None:
            nonlocal known
            if prepared == store:
                self.history.write(commit, rows)
                return
            with ThreadPoolExecutor(1) as beside:
                counting = beside.submit(self._figures_ahead, rows, store, commit.added, commit.removed)
                self.history.write(commit, rows)
            with contextlib.suppress(OSError, RuntimeError, OnrecordError):
                known = counting.result()  # else they are counted when the store has its place

        def apply() -> Figures | None:
            place = self.data / "store"
            del self.store  # which closes it
            # A start that finds neither makes the store again from the history.
            place.rename(store.with_name("replaced"))
            store.rename(place)
            atomic.sync(self.data)
            self.store = opened.store(place)
            description = self._description(commit)
            following = Following.maybe(known, self._scope, self.store, description)
            self.store.extend(description)
            return self._counted(following, self.store, commit.version, commit.added)

        self._make(commit, record, apply, ())

    def _change(self, commit: Commit, change: ChangeSet) -> None:
        self._apply(commit, change.removed, change.added)

    def _apply(self, commit: Commit, removed: Iterable[Quad], added: Iterable[Quad]) -> None:
        applying.apply(self.store, removed, added, self._description(commit), many=commit.added > MANY)
        if commit.version == 1:
            applying.optimize(self.store, commit.added)

    def _make(
        self,
        commit: Commit,
        record: Callable[[], object],
        apply: Callable[[], Figures | None],
        changed: Iterable[Quad],
    ) -> None:
        """Record a commit, and make its change, which removes or adds these quads, and of which the figures may be known."""
        many, touched = commit.added + commit.removed, chain(changed, self._description(commit))
        following = Following.maybe(self._figures, self._scope, self.store, touched, many)
        try:
            record()
        except OSError as error:
            raise refused(error, self.data) from None
        try:
            counted = apply()
            self.store.flush()  # Oxigraph does not sync its log; what is flushed is synced
            self.version = commit.version
            self._figures = counted or self._counted(following, self.store, self.version, commit.added)
            self._snapshot(self.store)
        except (OSError, RuntimeError, StoreDamaged) as error:
            self.history.withdraw(commit.version)
            raise Broken(refused(error, self.data)) from None
        with contextlib.suppress(OSError):
            self._write_checkpoint()  # without it only the next start is slower

    def _counted(self, following: Following | None, store: Store, version: int, added: int) -> Figures | None:
        """The figures of a store in which a change was made; None where they were not known before, and are not worth counting."""
        if following is not None:
            return following.after(store, version)
        if self._figures is None and added <= MANY:
            return None
        return figures.counted_in(store, version, self._scope)

    def _effective(self, change: ChangeSet) -> ChangeSet:
        # The history has to hold exactly what changed, so that its inverse undoes exactly that.
        return change.only(lambda quad: quad in self.store, lambda quad: quad not in self.store)


def serve(channel: frames.Channel) -> None:
    """Open the store that the first request names, then make one commit after another."""
    opening = requests.OPENING.read(*frames.receive(channel))
    data = Path(opening.data)
    try:
        writer = _writer(data, opening.bookkeeping)
    except (OSError, OnrecordError) as error:
        frames.send(channel, cannot_open(error, data).to_dict())
        return
    frames.send(channel, {"version": writer.version, "damage": writer.damage})
    while True:
        request = requests.COMMITS.read(*frames.receive(channel))
        try:
            with garbage.seldom():
                if isinstance(request, requests.Prepare):
                    frames.send(channel, _prepared(writer, request))
                    continue
                commit = _made(writer, request)
            frames.send(channel, {"commit": commit.to_dict()})
        except OnrecordError as error:
            frames.send(channel, error.to_dict())
        except Broken as broken:
            frames.send(channel, {"broken": broken.error.to_dict()})
            return


def _writer(data: Path, bookkeeping: tuple[str, str] | None) -> Writer:
    if bookkeeping is None:
        return Writer(data)
    module, base = bookkeeping
    return Writer(data, cast("Bookkeeping", import_module(module)), base)


def _prepared(writer: Writer, request: requests.Prepare) -> dict[str, str]:
    """Make the copy; where that fails, why: the commit itself will tell whether it can be made."""
    try:
        writer.prepare(Path(request.rows), Path(request.store), request.added, request.removed)
    except (OSError, RuntimeError, OnrecordError) as error:
        return {"failed": str(error)}
    return {}


def _made(writer: Writer, request: requests.Request) -> Commit:
    match request:
        case requests.Make(header, rows):
            return writer.commit(Commit.from_dict(header), ChangeSet.from_rows(rows))
        case requests.MakeStaged(header, path, store):
            commit = Commit.from_dict(header)
            if store is None:
                writer.commit_file(commit, Path(path))
            else:
                writer.adopt(commit, Path(path), Path(store))
            return commit
        case requests.Follow(patch):
            return writer.follow(patch)


def main(spawn: sandbox.Spawn) -> None:
    """Run this child."""
    sandbox.main(serve, spawn)
