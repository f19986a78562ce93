"""Killed processes: whichever is killed, whenever, every acknowledged commit is there and none is half there."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Quad
from tests.torture.victims.victim import alive, descendants

from onrecord.graph import errors, provenance, terms
from onrecord.graph.changes import ChangeSet, Commit
from onrecord.graph.engine.base import Staged
from onrecord.graph.engine.disk import staging
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

Adding = Callable[..., ChangeSet]
Meddle = Callable[[str], Path]
BATCH = 40

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


def told(ledger: Ledger) -> set[Quad]:
    """What graph/history says; nothing before the first commit."""
    name = terms.graph_iri("history")
    return set(ledger.quads(name)) if ledger.store_exists(name) else set()


def due(ledger: Ledger) -> set[Quad]:
    """What it has to say, by the headers in the history."""
    return set[Quad]().union(*(provenance.describe(made, terms.DEFAULT_BASE) for made in ledger.history()))


def batches(ledger: Ledger) -> dict[int, int]:
    rows = ledger.rows("SELECT ?s (COUNT(*) AS ?n) { ?s <http://example.org/p> ?o } GROUP BY ?s")
    return {int(row["s"].value.rpartition("/")[2]): int(row["n"].value) for row in rows}


def until_all_are_there(ledger: Ledger) -> None:
    """Wait until what the ledger says of its processes is so: one that has ended is replaced a moment later."""
    until = time.monotonic() + 60
    while True:
        about = ledger.about()
        pids = {about["writer"], *(reader["pid"] for reader in about["readers"])} - {None}
        if pids <= set(descendants(about["launcher"])):
            return
        assert time.monotonic() < until, about
        time.sleep(0.01)


def until_dead(pids: list[int]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and any(alive(pid) for pid in pids):
        time.sleep(0.01)
    assert not [pid for pid in pids if alive(pid)]


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
        assert told(ledger) == due(ledger)


def test_children_die_with_a_killed_front(tmp_path: Path) -> None:
    script = FRONT.replace("while True", "ledger.rows('SELECT * {}')\n    while True")
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    children = descendants(process.pid)
    process.kill()
    process.wait()
    process.stdout.close()
    assert len(children) >= 3
    until_dead(children)


def test_a_killed_writer_costs_no_commit(settings: Settings, adding: Adding) -> None:
    chance = random.Random(5)  # noqa: S311
    stop = threading.Event()
    made = 0
    refusals: list[str] = []
    with Ledger.open(settings, _gate=False) as ledger:

        def kill_now_and_then() -> None:
            kills = 0
            try:
                while not stop.is_set() and (kills < 12 or made < 5):
                    time.sleep(chance.uniform(0.02, 0.2))
                    pid = ledger.about()["writer"]
                    # Once it has been killed often, it gets the time to make a few.
                    if pid and (kills < 12 or made >= 5):
                        # The last kill may have been noticed only now.
                        with contextlib.suppress(ProcessLookupError):
                            os.kill(pid, signal.SIGKILL)
                        kills += 1
            finally:
                stop.set()

        killer = threading.Thread(target=kill_now_and_then)
        killer.start()
        attempt = 0
        try:
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
        finally:
            # Or it would go on for ever beside a test that has failed.
            stop.set()
            killer.join()
        assert [words for words in refusals if "nothing was changed" not in words] == []
        assert ledger.version == made
        rows = ledger.rows("SELECT (COUNT(*) AS ?n) { ?s <http://example.org/p> ?o }")
        assert int(rows[0]["n"].value) == made * BATCH
    with Ledger.open(settings, _gate=False) as ledger:
        assert ledger.version == made
        assert told(ledger) == due(ledger)


DYING = """
import os, sys, time

if any("onrecord.graph.engine.processes.forkserver" in word for word in sys.orig_argv):
    from onrecord.graph.engine.processes import sandbox

    run = sandbox.main

    def main(serve, *given):
        writing = sys.modules[serve.__module__]
        if not writing.__name__.endswith(".writer") or not os.path.exists(__file__):
            return run(serve, *given)
        commit = writing.Writer.commit

        def dying(self, *args):
            holder = writing.Writer if hasattr(writing.Writer, "{name}") else writing
            setattr(holder, "{name}", lambda *_: {does})
            return commit(self, *args)

        writing.Writer.commit = dying
        run(serve, *given)

    sandbox.main = main
"""


def test_when_the_process_that_forks_all_others_is_killed_they_end_and_are_started_again(
    settings: Settings, adding: Adding
) -> None:
    with Ledger.open(settings, _gate=False) as ledger:
        ledger.commit(adding("x", BATCH), message="m", author="a")
        for kill in range(3):
            until_all_are_there(ledger)
            ours = descendants(launcher := ledger.about()["launcher"])
            os.kill(launcher, signal.SIGKILL)
            made = ledger.commit(adding(f"y{kill}", BATCH), message="m", author="a")
            (row,) = ledger.rows("SELECT (COUNT(*) AS ?n) { ?s <http://example.org/p> ?o }")
            assert (made.version, int(row["n"].value)) == (2 + kill, (2 + kill) * BATCH)
            # A child may have been quicker than its own end, which follows that of the launcher.
            until_dead(ours)
            ledger.query("ASK {}").close()
            assert ledger.about()["launcher"] != launcher
            assert not [pid for pid in ours if alive(pid)]


@pytest.mark.parametrize(("name", "happened"), [("_effective", False), ("_apply", True), ("_snapshot", True)])
def test_a_change_that_always_kills_the_writer_is_made_or_refused_for_good(
    name: str, happened: bool, settings: Settings, adding: Adding, meddle: Meddle
) -> None:
    # What is in the history when the writer dies is made by the next one's start; what is not may be tried again.
    meddle(DYING.format(name=name, does="os._exit(3)"))
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


@pytest.mark.parametrize(("name", "happened"), [("_effective", False), ("_apply", True)])
def test_a_writer_that_hangs_is_ended_and_the_history_tells_whether_the_change_was_made(
    name: str, happened: bool, settings: Settings, adding: Adding, meddle: Meddle
) -> None:
    hanging = meddle(DYING.format(name=name, does="time.sleep(600)"))
    with Ledger.open(replace(settings, commit_seconds=1), _gate=False) as ledger:
        if happened:
            assert ledger.commit(adding("x", BATCH), message="m", author="a").version == 1
        else:
            with pytest.raises(
                errors.EngineFailure, match=r"1 s \(ONRECORD_COMMIT_SECONDS\); nothing was changed"
            ):
                ledger.commit(adding("x", BATCH), message="m", author="a")
        assert (ledger.version, sum(batches(ledger).values())) == (int(happened), BATCH * happened)
        hanging.unlink()
        ledger._engine._writer.stop()  # type: ignore[attr-defined]
        assert ledger.commit(adding("y", BATCH), message="m", author="a").version == 1 + happened


@pytest.mark.parametrize("does", ["os._exit(3)", "time.sleep(600)"])
def test_a_writer_that_ends_while_it_makes_a_change_ready_leaves_that_to_the_commit(
    does: str, settings: Settings, adding: Adding, meddle: Meddle, count: Callable[[Ledger], int]
) -> None:
    meddle(DYING.format(name="prepare", does=does))
    with Ledger.open(replace(settings, commit_seconds=5), _gate=False) as ledger:
        ledger.commit(adding("w", BATCH), message="m", author="a")  # from here on it ends
        with staging.fresh(settings.data) as directory:
            change = Staged(directory / "rows", BATCH, 0)
            change.rows.write_bytes(adding("x", BATCH).rows)
            engine: Any = ledger._engine
            assert engine.prepare(change) == change
            assert list(directory.iterdir()) == [change.rows]
            assert ledger.version == 1
            assert engine.commit(change, message="m", author="a").version == 2
        assert count(ledger) == 2 * BATCH


def test_a_commit_that_cannot_be_shown_is_taken_back(
    settings: Settings, adding: Adding, meddle: Meddle
) -> None:
    # The writer dies with the patch in the history, and the disk is too full for the next one to open the store.
    dying = meddle(DYING.format(name="_apply", does="os._exit(3)"))
    with Ledger.open(settings, _gate=False) as ledger:
        writer: Any = ledger._engine._writer  # type: ignore[attr-defined]
        settle, open_ = writer._settle, writer.open

        def refused() -> None:
            raise errors.StorageFull("no space to open the store; nothing was changed")

        def settle_without_space(made: Commit) -> Commit | None:
            writer.open = refused
            return settle(made)  # type: ignore[no-any-return]

        writer._settle = settle_without_space
        with pytest.raises(errors.StorageFull, match="nothing was changed"):
            ledger.commit(adding("lost", BATCH), message="m", author="a")
        assert (ledger.version, ledger.history(), batches(ledger)) == (0, [], {})
        dying.unlink()
        writer._settle, writer.open = settle, open_
        assert ledger.commit(adding("kept", BATCH), message="m", author="a").version == 1
        assert sum(batches(ledger).values()) == BATCH
        assert not list(settings.data.rglob("*.undo"))
