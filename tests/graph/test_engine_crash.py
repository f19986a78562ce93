"""Crashes: whatever is killed, whenever, every acknowledged commit is there and none is half there."""

from __future__ import annotations

import errno
import gc
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pyoxigraph import NamedNode, Quad, Store

from onrecord.graph import errors
from onrecord.graph.changes import ChangeSet, Commit
from onrecord.graph.engine import history, snapshots
from onrecord.graph.engine import writer as writing
from onrecord.graph.engine.history import History
from onrecord.graph.engine.writer import Broken, Writer
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

Adding = Callable[..., ChangeSet]
Quads = Callable[..., frozenset[Quad]]
BATCH = 40


class Crash(BaseException):
    """Stands for the end of the process: nothing catches it."""


def commit(version: int) -> Commit:
    return Commit(version, f"urn:uuid:{version}", datetime.now(UTC), "a", "m", 0, 0)


def reopened(data: Path) -> Writer:
    for flaky in Flaky.made:
        flaky._store = None  # RocksDB's lock is on this process, and a traceback may still hold the store
    gc.collect()
    return Writer(data)


def seen(data: Path, version: int) -> set[Quad]:
    """What a reader sees of a version."""
    return set(snapshots.open_(snapshots.path(data, version)))


class Flaky:
    """A store whose methods can be made to fail, since those of Store itself cannot be replaced."""

    made: ClassVar[list[Flaky]] = []

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
    (history, "sync", 1, True),  # the patch has its name
    (writing, "_apply", 1, True),
    (Flaky, "flush", 1, True),
    (Flaky, "backup", 1, True),
    (snapshots, "sync", 1, True),  # the snapshot is whole, but not under its name
    (snapshots, "sync", 2, True),
    (Writer, "_write_checkpoint", 1, True),
]
NAMES = [f"{name} {call}" for _, name, call, _ in STEPS]

Failing = Callable[[object, str, int, BaseException], None]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Failing:
    """failing(module, "sync", 2, error): the second call of that function from now on raises the error, once."""
    monkeypatch.setattr(writing, "Store", Flaky)
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
    writer = Writer(tmp_path)
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
    assert set(again.store) == (first | second if happened else first | gone)
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
    assert History(data / "history").last() == 1
    again = reopened(data)
    assert (again.version, set(again.store)) == (1, first | gone)
    assert snapshots.versions(data) == [0, 1]
    assert not list(data.rglob("*.undo"))
    again.commit(commit(2), ChangeSet(removed=gone))
    assert set(again.store) == first


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
    failing(History, "forget", 1, Crash())
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


# The real thing: processes that are killed

FRONT = f"""
import sys
from pathlib import Path
from pyoxigraph import Literal, NamedNode, Quad
from onrecord.graph.changes import ChangeSet
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

def batch(n):
    subject, predicate, graph = (NamedNode("http://example.org/" + name) for name in (str(n), "p", "g%d" % (n % 3)))
    return frozenset(Quad(subject, predicate, Literal("%d %d" % (n, i)), graph) for i in range({BATCH}))

with Ledger.open(Settings(data=Path(sys.argv[1]), readers=1, snapshots=2), _gate=False) as ledger:
    while True:
        n = ledger.version + 1
        change = ChangeSet(added=batch(n), removed=batch(n - 2) if n % 5 == 0 else frozenset())
        made = ledger.commit(change, message=str(n), author="a")
        print(made.version, flush=True)
"""


def expected(version: int) -> dict[int, int]:
    """How many quads of each batch there are after so many commits of FRONT."""
    removed = {n - 2 for n in range(5, version + 1, 5)}
    return {n: BATCH for n in range(1, version + 1) if n not in removed}


def batches(ledger: Ledger) -> dict[int, int]:
    rows = ledger.rows("SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s")
    return {int(row["s"].value.rpartition("/")[2]): int(row["n"].value) for row in rows}


def test_every_acknowledged_commit_outlives_a_killed_front(tmp_path: Path) -> None:
    chance = random.Random(4)  # noqa: S311
    acknowledged = 0
    for round_ in range(14):
        process = subprocess.Popen(
            [sys.executable, "-c", FRONT, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0, 0.15))
        process.kill()
        words = process.stdout.read().split()
        process.wait()
        process.stdout.close()
        acknowledged = max(acknowledged, *(int(word) for word in words), round_ + 1)
    with Ledger.open(Settings(data=tmp_path), _gate=False) as ledger:
        # The commit under way may have happened; nothing acknowledged is missing, nothing is in halves.
        assert acknowledged <= ledger.version <= acknowledged + 14
        assert batches(ledger) == expected(ledger.version)
        assert [commit_.version for commit_ in ledger.history()] == list(range(ledger.version, 0, -1))


def test_children_die_with_a_killed_front(tmp_path: Path) -> None:
    script = FRONT.replace("while True", "ledger.rows('SELECT * {}')\n    while True")
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    children = [
        int(pid)
        for pid in Path(f"/proc/{process.pid}/task").glob("*/children")
        for pid in pid.read_text().split()
    ]
    process.kill()
    process.wait()
    process.stdout.close()
    assert len(children) >= 2
    until = time.monotonic() + 5
    while time.monotonic() < until and any(_runs(pid) for pid in children):
        time.sleep(0.01)
    assert not [pid for pid in children if _runs(pid)]


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1] not in "ZX"
    except OSError:
        return False


def test_a_killed_writer_costs_no_commit(settings: Settings, adding: Adding) -> None:
    chance = random.Random(5)  # noqa: S311
    stop = threading.Event()
    made = 0
    refusals: list[str] = []
    with Ledger.open(settings, _gate=False) as ledger:

        def kill_now_and_then() -> None:
            kills = 0
            while not stop.is_set() and kills < 12:
                time.sleep(chance.uniform(0.02, 0.2))
                pid = ledger.about()["writer"]
                if pid:
                    os.kill(pid, signal.SIGKILL)
                    kills += 1
            stop.set()

        killer = threading.Thread(target=kill_now_and_then)
        killer.start()
        attempt = 0
        while not stop.is_set():
            attempt += 1
            try:
                commit_ = ledger.commit(adding(f"b{attempt}", BATCH), message=str(attempt), author="a")
            except errors.EngineFailure as error:
                refusals.append(error.message)
                present = f"ASK {{ <http://example.org/b{attempt}/0> ?p ?o }}"
                assert b"false" in ledger.query(present).read()
            else:
                made += 1
                assert (commit_.version, commit_.added) == (made, BATCH)
        killer.join()
        assert [words for words in refusals if "nothing was changed" not in words] == []
        assert ledger.version == made
        rows = ledger.rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
        assert int(rows[0]["n"].value) == made * BATCH
    with Ledger.open(settings, _gate=False) as ledger:
        assert ledger.version == made


DYING = """
import os, sys

if any("onrecord.graph.engine.writer" in word for word in sys.orig_argv):
    from onrecord.graph.engine import confine

    run = confine.main

    def main(serve):
        writing = sys.modules["__main__"]
        commit = writing.Writer.commit

        def dying(self, *args):
            holder = writing.Writer if hasattr(writing.Writer, "{name}") else writing
            setattr(holder, "{name}", lambda *_: os._exit(3))
            return commit(self, *args)

        writing.Writer.commit = dying
        run(serve)

    confine.main = main
"""


@pytest.mark.parametrize(("name", "happened"), [("_effective", False), ("_apply", True), ("_snapshot", True)])
def test_a_change_that_always_kills_the_writer_is_made_or_refused_for_good(  # noqa: PLR0917
    name: str,
    happened: bool,
    settings: Settings,
    adding: Adding,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # What is in the history when the writer dies is made by the next one's start; what is not may be tried again.
    (tmp_path / "sitecustomize.py").write_text(DYING.format(name=name))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Ledger.open(settings, _gate=False) as ledger:
        if happened:
            made = ledger.commit(adding("x", BATCH), message="m", author="a")
            assert (made.version, made.added) == (1, BATCH)
        else:
            with pytest.raises(
                errors.EngineFailure, match="died twice over this change; nothing was changed"
            ):
                ledger.commit(adding("x", BATCH), message="m", author="a")
        assert ledger.version == int(happened)
        assert sum(batches(ledger).values()) == BATCH * happened


def test_a_commit_that_cannot_be_shown_is_taken_back(
    settings: Settings, adding: Adding, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The writer dies with the patch in the history, and the disk is too full for the next one to open the store.
    dying = tmp_path / "sitecustomize.py"
    dying.write_text(DYING.format(name="_apply"))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Ledger.open(settings, _gate=False) as ledger:
        engine: Any = ledger._engine
        settle, open_writer = engine._settle, engine._open_writer

        def refused() -> None:
            raise errors.StorageFull("no space to open the store; nothing was changed")

        def settle_without_space(made: Commit) -> Commit | None:
            engine._open_writer = refused
            return settle(made)  # type: ignore[no-any-return]

        engine._settle = settle_without_space
        with pytest.raises(errors.StorageFull, match="nothing was changed"):
            ledger.commit(adding("lost", BATCH), message="m", author="a")
        assert (ledger.version, ledger.history(), batches(ledger)) == (0, [], {})
        dying.unlink()
        engine._settle, engine._open_writer = settle, open_writer
        assert ledger.commit(adding("kept", BATCH), message="m", author="a").version == 1
        assert sum(batches(ledger).values()) == BATCH
        assert not list(settings.data.rglob("*.undo"))
