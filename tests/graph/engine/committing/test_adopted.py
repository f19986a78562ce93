"""A store that takes the place of the one before: wherever that is cut short, it has happened or it has not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, Store

from onrecord.graph import provenance
from onrecord.graph.changes import Commit
from onrecord.graph.engine import figures, opened
from onrecord.graph.engine.committing.writer import Writer
from onrecord.graph.engine.disk import snapshots

pytestmark = pytest.mark.slow

MOMENT = datetime(2025, 8, 28, tzinfo=UTC)

# Ends the process at the call of a function that a number tells, counted from where the store is taken over.
CUT_SHORT = """
import os, shutil, sys
from datetime import UTC, datetime
from pathlib import Path
from onrecord.graph.files import atomic
from onrecord.graph.changes import Commit
from onrecord.graph.engine import opened
from onrecord.graph.engine.committing.writer import Writer
data, name, call, ahead = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4] == "ahead"
writer = Writer(data)
rows, store = data / "staging" / "x" / "rows", data / "staging" / "x" / "store"
owner, function = {"fsync": (os, "fsync"), "sync": (atomic, "sync"), "rename": (Path, "rename"),
                   "open": (opened, "store"), "kept": (opened, "kept"), "checkpoint": (Writer, "_write_checkpoint")}[name]
original, calls = getattr(owner, function), 0
def counted(*given, **named):
    global calls
    calls += 1
    if calls == call:
        os._exit(9)
    return original(*given, **named)
setattr(owner, function, counted)
if ahead:
    shutil.rmtree(store)
    writer.prepare(rows, store, 1, 0)
commit = Commit(2, "urn:uuid:2", datetime.now(UTC), "a", "m", 1, 0)
writer.adopt(commit, rows, store)
print("done")
"""
STEPS = [
    ("fsync", 1, False),  # the patch is written, but not under its name
    ("sync", 1, True),  # it has its name
    ("rename", 2, True),  # before the store gives up its place
    ("rename", 3, True),  # there is no store
    ("sync", 2, True),
    ("open", 1, True),
    ("sync", 3, True),  # the snapshot is whole, but not under its name
    ("checkpoint", 1, True),
]
AHEAD = [
    ("open", 1, False),  # there is half a copy
    ("kept", 1, False),  # the copy is whole, and nobody has agreed to it
    *((name, call + (name == "open"), happened) for name, call, happened in STEPS),
]


def quad(name: str) -> Quad:
    node = NamedNode(f"urn:{name}")
    return Quad(node, node, node, node)


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plain store of one commit, and a copy of it with a quad more that waits to be taken over."""
    data = tmp_path_factory.mktemp("ready") / "data"
    make = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from pyoxigraph import NamedNode, Quad
from onrecord.graph.changes import ChangeSet, Commit
from onrecord.graph.engine.committing.writer import Writer
node = NamedNode("urn:one")
change = ChangeSet(added=frozenset([Quad(node, node, node, node)]))
Writer(Path(sys.argv[1])).commit(Commit(1, "urn:uuid:1", datetime.now(UTC), "a", "m", 0, 0), change)
"""
    subprocess.run([sys.executable, "-c", make, str(data)], check=True)
    staged = data / "staging" / "x"
    staged.mkdir(parents=True)
    snapshots.copy(snapshots.path(data, 1), staged / "store")
    store = Store(staged / "store")
    store.add(quad("two"))
    store.flush()
    (staged / "rows").write_bytes(b"A <urn:two> <urn:two> <urn:two> <urn:two> .\n")
    return data


@pytest.mark.parametrize(
    ("name", "call", "happened", "how"),
    [(*step, "at once") for step in STEPS] + [(*step, "ahead") for step in AHEAD],
)
def test_a_store_taken_over_has_happened_or_has_not(  # noqa: PLR0917
    name: str, call: int, happened: bool, how: str, ready: Path, tmp_path: Path
) -> None:
    data = shutil.copytree(ready, tmp_path / "data")
    done = subprocess.run(
        [sys.executable, "-c", CUT_SHORT, str(data), name, str(call), how],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (9, "")
    again = Writer(data)
    expected = {quad("one"), quad("two")} if happened else {quad("one")}
    assert (again.version, set(again.store)) == (len(expected), expected)
    assert set(opened.snapshot(snapshots.path(data, again.version))) == expected
    assert not list(data.rglob(".tmp*"))


def test_a_store_taken_over_has_the_description_of_its_commit(tmp_path: Path) -> None:
    data, base = tmp_path / "data", "https://w3id.org/onrecord/"
    writer = Writer(data, provenance, base)  # type: ignore[arg-type]
    staged = data / "staging" / "x"
    staged.mkdir(parents=True)
    Store(staged / "store").flush()
    (staged / "rows").write_bytes(b"A <urn:two> <urn:two> <urn:two> <urn:two> .\n")
    commit = Commit(1, "urn:uuid:1", datetime.now(UTC), "a", "m", 1, 0)
    writer.adopt(commit, staged / "rows", staged / "store")
    snapshot = opened.snapshot(snapshots.path(data, 1))
    assert set(snapshot.quads_for_pattern(None, None, None, provenance.graph(base))) == provenance.describe(
        commit, base
    )


def test_a_change_made_ahead_of_its_commit_is_what_the_commit_would_have_made(tmp_path: Path) -> None:
    """Its figures, its snapshot and its history: those of the same change made when it is committed."""
    base = "https://w3id.org/onrecord/"
    first = "".join(f"A <urn:{n}> <urn:p> <urn:{n % 7}> <urn:g> .\n" for n in range(60_000))
    second = "D <urn:1> <urn:p> <urn:1> <urn:g> .\nA <urn:1> <urn:p> <urn:new> <urn:h> .\n"
    found = []
    for ahead in (False, True):
        data = tmp_path / str(ahead)
        writer = Writer(data, provenance, base)  # type: ignore[arg-type]
        for version, (rows, added, removed) in enumerate([(first, 60_000, 0), (second, 1, 1)], 1):
            commit = Commit(version, f"urn:uuid:{version}", MOMENT, "a", "m", added, removed)
            staged = data / "staging" / str(version)
            staged.mkdir(parents=True)
            (staged / "rows").write_text(rows)
            before = set(writer.store)
            if ahead:
                writer.prepare(staged / "rows", staged / "store", added, removed)
                assert (writer.version, set(writer.store)) == (version - 1, before)
                assert not snapshots.path(data, version).exists()
                writer.adopt(commit, staged / "rows", staged / "store")
            else:
                writer.commit_file(commit, staged / "rows")
        kept = figures.read(snapshots.path(data, 2))
        assert kept == figures.counted_in(writer.store, 2, figures.Scope.of(base))
        snapshot = set(opened.snapshot(snapshots.path(data, 2)))
        assert snapshot == set(writer.store)
        found.append((kept, snapshot, writer.history.text(1), writer.history.text(2)))
    assert found[0] == found[1]


def test_figures_of_a_change_that_was_refused_are_not_those_of_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, base = tmp_path / "data", "https://w3id.org/onrecord/"
    writer = Writer(data, provenance, base)  # type: ignore[arg-type]
    refused, taken = data / "staging" / "refused", data / "staging" / "taken"
    refused.mkdir(parents=True)
    rows = "".join(f"A <urn:{n}> <urn:p> <urn:o> <urn:g> .\n" for n in range(60_000))
    (refused / "rows").write_text(rows)
    writer.prepare(refused / "rows", refused / "store", 60_000, 0)
    shutil.rmtree(refused)
    taken.mkdir()
    (taken / "rows").write_bytes(b"A <urn:two> <urn:two> <urn:two> <urn:two> .\n")
    store = Store(taken / "store")
    store.add(quad("two"))
    store.flush()
    del store

    def fails(*_: object) -> None:
        raise RuntimeError("there is no space left")

    monkeypatch.setattr(writer, "_figures_ahead", fails)
    commit = Commit(1, "urn:uuid:1", MOMENT, "a", "m", 1, 0)
    writer.adopt(commit, taken / "rows", taken / "store")
    kept = figures.read(snapshots.path(data, 1))
    assert kept is None or kept == figures.counted_in(writer.store, 1, figures.Scope.of(base))
