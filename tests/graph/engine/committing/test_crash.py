"""Crashes: at whatever step a commit is cut short or refused by the disk, it has happened or it has not."""

from __future__ import annotations

import errno
import gc
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pyoxigraph import NamedNode, Quad, Store

from onrecord.graph import errors, provenance, terms
from onrecord.graph.changes import ChangeSet, Commit
from onrecord.graph.engine import opened
from onrecord.graph.engine.committing import applying
from onrecord.graph.engine.committing.writer import Broken, Writer
from onrecord.graph.engine.disk import snapshots
from onrecord.graph.engine.disk.commit_log import CommitLog
from onrecord.graph.files import atomic

pytestmark = pytest.mark.slow

Quads = Callable[..., frozenset[Quad]]
BASE = terms.DEFAULT_BASE
BATCH = 40


class Crash(BaseException):
    """Stands for the end of the process: nothing catches it."""


def commit(version: int) -> Commit:
    return Commit(version, f"urn:uuid:{version}", datetime.now(UTC), "a", "m", 0, 0)


def reopened(data: Path) -> Writer:
    for flaky in Flaky.made:
        flaky._store = None  # RocksDB's lock is on this process, and a traceback may still hold the store
    gc.collect()
    return Writer(data, provenance, BASE)


def described_by(writer: Writer) -> frozenset[Quad]:
    """What graph/history has to say, by the headers in the history."""
    commits = (writer.history.commit(version) for version in range(1, writer.version + 1))
    return frozenset[Quad]().union(*(provenance.describe(made, BASE) for made in commits))


def seen(data: Path, version: int) -> set[Quad]:
    """What a reader sees of a version."""
    return set(opened.snapshot(snapshots.path(data, version)))


class Flaky:
    """A store whose methods can be made to fail, since those of Store itself cannot be replaced."""

    made: ClassVar[list[Flaky]] = []
    read_only = staticmethod(Store.read_only)

    def __init__(self, *args: Any) -> None:
        self._store: Any = Store(*args)
        self.made.append(self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def __contains__(self, quad: Quad) -> bool:
        return quad in self._store

    def __iter__(self) -> Iterator[Quad]:
        return iter(self._store)

    def flush(self) -> None:
        self._store.flush()

    def backup(self, target: Path) -> None:
        self._store.backup(target)


# Each step of a commit at which a process can end: the call at which it does, and whether the commit has then happened.
STEPS = [
    (os, "fsync", 1, False),  # the patch is written, but not under its name
    (atomic, "sync", 1, True),  # the patch has its name
    (applying, "apply", 1, True),
    (Flaky, "flush", 1, True),
    (Flaky, "backup", 1, True),
    (atomic, "sync", 2, True),  # the snapshot is whole, but not under its name
    (atomic, "sync", 3, True),
    (Writer, "_write_checkpoint", 1, True),
]
NAMES = [f"{name} {call}" for _, name, call, _ in STEPS]

Failing = Callable[[object, str, int, BaseException], None]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Failing:
    """failing(module, "sync", 2, error): the second call of that function from now on raises the error, once."""
    monkeypatch.setattr(opened, "Store", Flaky)
    monkeypatch.setattr(Flaky, "made", [])

    def fail(holder: Any, name: str, call: int, error: BaseException) -> None:
        original, calls = getattr(holder, name), 0

        def replacement(*args: Any, **kwargs: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == call:
                raise error
            return original(*args, **kwargs)

        monkeypatch.setattr(holder, name, replacement)

    return fail


@pytest.fixture
def begun(tmp_path: Path, quads: Quads, failing: Failing) -> Writer:
    """A writer whose version 1 holds the batches first and gone."""
    writer = Writer(tmp_path, provenance, BASE)
    writer.commit(commit(1), ChangeSet(added=quads("first", BATCH) | quads("gone", BATCH)))
    return writer


@pytest.mark.parametrize(("holder", "name", "call", "happened"), STEPS, ids=NAMES)
def test_a_commit_cut_short_has_happened_or_has_not(  # noqa: PLR0917
    holder: object, name: str, call: int, happened: bool, begun: Writer, quads: Quads, failing: Failing
) -> None:
    data, first, gone, second = (
        begun.data,
        quads("first", BATCH),
        quads("gone", BATCH),
        quads("second", BATCH),
    )
    failing(holder, name, call, Crash())
    with pytest.raises(Crash):
        begun.commit(commit(2), ChangeSet(removed=gone, added=second))
    again = reopened(data)
    assert again.version == (2 if happened else 1)
    assert set(again.store) == (first | second if happened else first | gone) | described_by(again)
    assert seen(data, again.version) == set(again.store)
    assert max(snapshots.versions(data)) == again.version
    assert not list(data.rglob(".tmp*"))
    again.commit(commit(again.version + 1), ChangeSet(added=quads("third")))
    assert quads("third") < set(again.store)


@pytest.mark.parametrize(("holder", "name", "call", "_"), STEPS[:-1], ids=NAMES[:-1])
def test_a_commit_the_disk_refuses_leaves_nothing_behind(  # noqa: PLR0917
    holder: object, name: str, call: int, _: bool, begun: Writer, quads: Quads, failing: Failing
) -> None:
    data, first, gone = begun.data, quads("first", BATCH), quads("gone", BATCH)
    failing(holder, name, call, OSError(errno.ENOSPC, "No space left on device"))
    with pytest.raises((errors.StorageFull, Broken), match="nothing was changed"):
        begun.commit(commit(2), ChangeSet(removed=gone, added=quads("second", BATCH)))
    assert CommitLog(data / "history").last() == 1
    again = reopened(data)
    assert (again.version, set(again.store)) == (1, first | gone | described_by(again))
    assert snapshots.versions(data) == [0, 1]
    assert not list(data.rglob("*.undo"))
    again.commit(commit(2), ChangeSet(removed=gone))
    assert set(again.store) == first | described_by(again)


def test_a_checkpoint_that_cannot_be_written_costs_nothing(
    begun: Writer, quads: Quads, failing: Failing
) -> None:
    failing(Writer, "_write_checkpoint", 1, OSError(errno.ENOSPC, "No space left on device"))
    assert begun.commit(commit(2), ChangeSet(added=quads("second"))).version == 2
    assert quads("second") < set(reopened(begun.data).store)


def test_a_withdrawn_commit_is_taken_back_even_when_that_is_cut_short(
    begun: Writer, quads: Quads, failing: Failing
) -> None:
    before = set(begun.store)
    failing(Flaky, "backup", 1, OSError(errno.ENOSPC, "No space left on device"))
    with pytest.raises(Broken):
        begun.commit(commit(2), ChangeSet(removed=quads("gone", BATCH), added=quads("second", BATCH)))
    failing(CommitLog, "forget", 1, Crash())
    with pytest.raises(Crash):
        reopened(begun.data)
    assert set(reopened(begun.data).store) == before


def test_quads_that_change_nothing_are_not_in_the_history(quads: Quads, tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.commit(commit(1), ChangeSet(added=quads("x", 3)))
    made = writer.commit(
        commit(2), ChangeSet(removed=quads("y", 3) | quads("x", 1), added=quads("x", 3) - quads("x", 1))
    )
    assert (made.added, made.removed) == (0, 1)
    assert writer.history.read(2)[1] == ChangeSet(removed=quads("x", 1))


def test_an_emptied_graph_is_forgotten(quads: Quads, tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.commit(commit(1), ChangeSet(added=quads("x", 3, graph="one") | quads("x", 3, graph="two")))
    writer.commit(commit(2), ChangeSet(removed=quads("x", 3, graph="one")))
    assert list(writer.store.named_graphs()) == [NamedNode("http://example.org/two")]
