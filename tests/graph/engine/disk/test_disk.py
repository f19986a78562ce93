"""The data directory: full, locked, moved, incomplete; and what its owner is told."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onrecord.graph import errors
from onrecord.graph.changes import ChangeSet, Commit
from onrecord.graph.engine.committing.client import WriterClient
from onrecord.graph.engine.disk import lock as locking
from onrecord.graph.engine.disk import snapshots, staging
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

Adding = Callable[..., ChangeSet]
Count = Callable[[Ledger], int]


def open_(settings: Settings) -> Ledger:
    return Ledger.open(settings, _gate=False)


# Full


@pytest.fixture
def small(small_disk: Callable[[int], Path]) -> Path:
    """A disk of 40 MiB."""
    return small_disk(40)


def fill(disk: Path, left: int) -> Path:
    state = os.statvfs(disk)
    filler = disk / "filler"
    # Where another process takes some of the room meanwhile, the disk is as full as it was to be.
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        file.write(b"x" * max(0, state.f_bavail * state.f_frsize - left))
    return filler


@pytest.mark.parametrize("left", [0, 100 << 10, 1 << 20, 3 << 20])
def test_a_full_disk_refuses_writes_keeps_reading_and_heals(
    left: int, small: Path, adding: Adding, count: Count
) -> None:
    settings = Settings(data=small / "data", snapshots=2)
    with open_(settings) as ledger:
        ledger.commit(adding("before", 50), message="m", author="a")
        filler = fill(small, left)
        for _ in range(2):
            with pytest.raises(errors.StorageFull, match="nothing was changed"):
                ledger.commit(adding("big", 15_000), message="m", author="a")
            assert (ledger.version, count(ledger)) == (1, 50)
    # A restart on the full disk reads as before; and no operator is needed once there is space again.
    with open_(settings) as ledger:
        assert count(ledger) == 50
        with pytest.raises(errors.StorageFull):
            ledger.commit(adding("big", 15_000), message="m", author="a")
        filler.unlink()
        assert ledger.commit(adding("after", 50), message="m", author="a").version == 2
        assert count(ledger) == 100
        assert [commit.version for commit in ledger.history()] == [2, 1]
    shutil.rmtree(settings.data / "store")
    shutil.rmtree(settings.data / "snapshots")
    with open_(settings) as ledger:
        assert count(ledger) == 100


# Locked


def test_a_second_server_is_refused_and_told_whom_to_stop(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "_SECONDS", 0.1)
    with open_(settings):
        with pytest.raises(errors.StoreLocked) as caught:
            open_(settings)
        assert str(settings.data) in caught.value.message
        assert f"process {os.getpid()}" in caught.value.message
    open_(settings).close()


def test_a_lock_held_by_another_process_is_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "_SECONDS", 0.1)
    script = (
        "import sys; from pathlib import Path; from onrecord.graph.ledger import Ledger;"
        "from onrecord.graph.settings import Settings\n"
        "with Ledger.open(Settings(data=Path(sys.argv[1])), _gate=False): print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(settings.data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(errors.StoreLocked, match=f"process {other.pid}"):
            open_(settings)
        other.communicate()
    open_(settings).close()


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(errors.EngineFailure, match="ONRECORD_DATA"):
        open_(Settings(data=tmp_path / "file" / "data"))


# Moved


def state(data: Path) -> dict[Path, bytes]:
    return {path.relative_to(data): path.read_bytes() for path in data.rglob("*") if path.is_file()}


@pytest.mark.parametrize("instead", ["nothing", "an empty directory", "a copy", "a file", "another store"])
def test_a_directory_that_is_moved_under_a_server_is_written_no_more_and_no_other_in_its_place(
    instead: str, three: Settings, adding: Adding, count: Count, tmp_path: Path
) -> None:
    away = tmp_path / "away"
    with open_(three) as ledger:
        ledger.update("INSERT DATA { <a> <b> 1 }", author="a")
        assert count(ledger) == 31
        three.data.rename(away)
        match instead:
            case "an empty directory":
                three.data.mkdir()
            case "a copy":
                shutil.copytree(away, three.data)
            case "a file":
                three.data.write_text("")
            case "another store":
                with open_(replace(three, data=tmp_path / "other")) as other:
                    other.commit(adding("other"), message="m", author="a")
                (tmp_path / "other").rename(three.data)
        before = state(tmp_path)
        for write in (
            lambda: ledger.update("INSERT DATA { <a> <b> 2 }", author="a"),
            lambda: ledger.commit(adding("x4"), message="m", author="a"),
            lambda: ledger.store_write(
                "http://e/g", [(b"<a> <b> 3 .", "text/turtle")], whole=True, base="http://e/", author="a"
            ),
        ):
            with pytest.raises(
                errors.DataMoved, match=f"{three.data} is no longer the directory.*Put it back"
            ):
                write()
        assert state(tmp_path) == before
        if instead == "nothing":
            assert count(ledger) == 31  # what is open stays open
        else:
            with pytest.raises(errors.DataMoved):
                count(ledger)  # what lies there now is another graph
        assert ledger.version == 4
        if three.data.is_file():
            three.data.unlink()
        elif three.data.exists():
            shutil.rmtree(three.data)
        away.rename(three.data)
        assert ledger.update("INSERT DATA { <a> <b> 2 }", author="a").version == 5
        assert count(ledger) == 32


def test_a_write_during_which_its_directory_is_moved_is_not_acknowledged(
    three: Settings, adding: Adding, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_(three) as ledger:
        ledger.commit(adding("x3"), message="m", author="a")
        really = WriterClient._write

        def write(client: WriterClient, commit: Commit, *given: Any) -> Commit | None:
            written = really(client, commit, *given)
            three.data.rename(tmp_path / "away")
            return written

        monkeypatch.setattr(WriterClient, "_write", write)
        with pytest.raises(errors.DataMoved):
            ledger.commit(adding("x4"), message="m", author="a")


# Incomplete


@pytest.mark.parametrize(
    "lost",
    [
        ["snapshots/3"],
        ["snapshots"],
        ["store"],
        ["checkpoint"],
        ["store", "checkpoint"],
        ["store", "snapshots", "checkpoint"],
    ],
    ids=" ".join,
)
def test_what_the_history_can_tell_is_made_again(
    lost: list[str], three: Settings, adding: Adding, count: Count
) -> None:
    for name in lost:
        path = three.data / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    with open_(three) as ledger:
        assert (ledger.version, count(ledger)) == (3, 30)
        assert ledger.commit(adding("x3", 10), message="m", author="a").version == 4
        assert count(ledger) == 40


def test_a_store_emptied_by_hand_is_built_again(three: Settings, adding: Adding, count: Count) -> None:
    for file in (three.data / "store").iterdir():
        file.unlink()
    with open_(three) as ledger:
        ledger.commit(adding("x3", 10), message="m", author="a")
        assert count(ledger) == 40


def test_litter_is_swept_away(three: Settings, adding: Adding) -> None:
    (three.data / "history" / ".tmp-4").write_text("half a patch")
    (three.data / "snapshots" / ".tmp-4").mkdir()
    (three.data / "snapshots" / "9").mkdir()
    with open_(three) as ledger:
        assert ledger.about()["versions"] == [0, 1, 2, 3]
        ledger.commit(adding("x3"), message="m", author="a")
    assert not list(three.data.rglob(".tmp*"))
    assert sorted(path.name for path in (three.data / "snapshots").iterdir()) == ["0", "1", "2", "3", "4"]


def test_surplus_snapshots_go_when_the_setting_says_so(three: Settings, adding: Adding) -> None:
    with open_(replace(three, snapshots=2)) as ledger:
        ledger.commit(adding("x3"), message="m", author="a")
    assert sorted(path.name for path in (three.data / "snapshots").iterdir()) == ["3", "4"]


def test_nobody_waits_until_the_files_of_surplus_snapshots_are_gone(
    three: Settings, adding: Adding, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, remove = threading.Event(), staging.remove

    def slowly(path: Path) -> None:
        assert go_on.wait(60)
        remove(path)

    monkeypatch.setattr(staging, "remove", slowly)
    with open_(replace(three, snapshots=2)) as ledger:
        assert ledger.commit(adding("x3"), message="m", author="a").version == 4
        assert snapshots.versions(three.data) == ledger.about()["versions"] == [3, 4]
        left = [path.name for path in (three.data / "staging").glob("*/*")]
        assert sorted(left) == ["0", "1", "2"]
        go_on.set()
    assert not (three.data / "staging").exists()


def test_what_a_kill_leaves_of_surplus_snapshots_is_swept_at_the_next_start(
    three: Settings, adding: Adding, monkeypatch: pytest.MonkeyPatch, count: Count
) -> None:
    monkeypatch.setattr(staging, "remove", lambda _: None)  # killed before
    with open_(replace(three, snapshots=2)) as ledger:
        ledger.commit(adding("x3", 10), message="m", author="a")
    assert [path.name for path in (three.data / "staging").glob("*/1")] == ["1"]
    with open_(three) as ledger:
        assert not (three.data / "staging").exists()
        assert (ledger.about()["versions"], count(ledger)) == ([3, 4], 40)


# Read only, beside a server


def test_a_graph_can_be_read_beside_its_server(three: Settings, adding: Adding, count: Count) -> None:
    with open_(three) as server, Ledger.open_read_only(three) as reader:
        assert (reader.version, count(reader)) == (3, 30)
        server.commit(adding("x3", 10), message="m", author="a")
        assert count(reader) == 40
        with pytest.raises(errors.EngineFailure, match="reading only"):
            reader.commit(adding("x4"), message="m", author="a")
    assert Ledger.exists(three)


def test_a_version_that_is_read_beside_its_server_stays_until_it_has_been_read(
    settings: Settings, adding: Adding
) -> None:
    few = replace(settings, snapshots=1)
    kept = settings.data / "snapshots"
    with Ledger.open(few, _gate=False) as server:
        server.commit(adding("x1"), message="m", author="a")
        with Ledger.open_read_only(few) as reader, reader._engine._versions.lease(None) as read:  # type: ignore[attr-defined]
            server.commit(adding("x2"), message="m", author="a")
            server.commit(adding("x3"), message="m", author="a")
            assert (read, sorted(path.name for path in kept.iterdir())) == (1, ["1", "3"])
            assert reader.query("ASK {}", version=1).read()
            assert reader.query("ASK {}").version == 3
        server.commit(adding("x4"), message="m", author="a")
        assert [path.name for path in kept.iterdir()] == ["4"]


def test_where_no_graph_is_none_is_made(settings: Settings) -> None:
    assert not Ledger.exists(settings)
    with pytest.raises(errors.NoGraph, match="onrecord build"):
        Ledger.open_read_only(settings)
    assert not settings.data.exists()
    open_(settings).close()
    assert not Ledger.exists(settings)
