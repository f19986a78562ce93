"""The data directory: full, locked, damaged, incomplete; and what its owner is told."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Quad

from onrecord.graph import errors
from onrecord.graph.changes import ChangeSet, Commit
from onrecord.graph.engine.disk import history as histories
from onrecord.graph.engine.disk import lock as locking
from onrecord.graph.engine.embedded import EmbeddedEngine
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

Adding = Callable[..., ChangeSet]
Count = Callable[[Ledger], int]


def open_(settings: Settings) -> Ledger:
    return Ledger.open(settings, _gate=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, quads: Callable[..., frozenset[Quad]]) -> Path:
    """The data directory of a closed store of three commits, of ten quads each."""
    data = tmp_path_factory.mktemp("three") / "data"
    with open_(Settings(data=data)) as ledger:
        for n in range(3):
            change = ChangeSet(added=quads(f"x{n}", 10))
            ledger.commit(change, message=f"commit {n}", author="a")
    return data


@pytest.fixture
def three(settings: Settings, made: Path) -> Settings:
    """A copy of that store."""
    shutil.copytree(made, settings.data)
    return settings


# Full


@pytest.fixture
def small(small_disk: Callable[[int], Path]) -> Path:
    """A disk of 40 MiB."""
    return small_disk(40)


def fill(disk: Path, left: int) -> Path:
    state = os.statvfs(disk)
    filler = disk / "filler"
    with filler.open("wb") as file:
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
            lambda: ledger.store_put(
                "http://e/g", [(b"<a> <b> 3 .", "text/turtle")], base="http://e/", author="a"
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
        really = EmbeddedEngine._write

        def write(engine: EmbeddedEngine, commit: Commit, rows: bytes) -> Commit | None:
            written = really(engine, commit, rows)
            three.data.rename(tmp_path / "away")
            return written

        monkeypatch.setattr(EmbeddedEngine, "_write", write)
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


# Damaged


def test_a_missing_patch_is_named(three: Settings) -> None:
    (three.data / "history" / "000" / "2.patch").unlink()
    with pytest.raises(errors.StoreDamaged, match=r"000/2\.patch is missing.*backup"):
        open_(three)


def test_a_missing_last_patch_is_named_before_anything_is_served(three: Settings) -> None:
    (three.data / "history" / "000" / "3.patch").unlink()
    with pytest.raises(errors.StoreDamaged, match=r"000/3\.patch is missing.*backup"):
        open_(three)


def cut(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(file.seek(0, 2) // 2)


def change_author(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'author "a"', b'author "b"'))


def change_row(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b' 3"', b' 4"'))


def empty(path: Path) -> None:
    path.write_bytes(b"")


def zero(path: Path) -> None:
    path.write_bytes(b"\0" * path.stat().st_size)


def append(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


def make_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def make_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def make_link_to_itself(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


def take_the_first(path: Path) -> None:
    path.write_bytes(path.with_name("1.patch").read_bytes())


def misplace(path: Path) -> None:
    path.parent.with_name("001").mkdir()
    path.rename(path.parent.with_name("001") / path.name)


@pytest.mark.parametrize(
    "harm",
    [cut, change_author, change_row, empty, zero, append, make_pipe, make_directory, make_link_to_itself, take_the_first, misplace],
)  # fmt: skip
@pytest.mark.parametrize("version", [2, 3])
def test_a_history_whose_newest_patches_are_not_whole_is_not_served(
    harm: Callable[[Path], None], version: int, three: Settings
) -> None:
    patch = three.data / "history" / "000" / f"{version}.patch"
    harm(patch)
    with pytest.raises(errors.StoreDamaged) as caught:
        open_(three)
    assert str(patch) in caught.value.message
    assert "backup" in caught.value.message


def test_a_patch_of_another_history_is_noticed_by_the_commit_it_follows_on(
    three: Settings, adding: Adding
) -> None:
    other = replace(three, data=three.data.with_name("other"))
    with open_(other) as ledger:
        for n in range(2):
            ledger.commit(adding(f"y{n}", 10), message=f"commit {n}", author="a")
    shutil.copy(other.data / "history" / "000" / "2.patch", three.data / "history" / "000" / "2.patch")
    with pytest.raises(
        errors.StoreDamaged, match=r"000/2\.patch is damaged: it follows on another commit.*000/1\.patch"
    ):
        open_(three)


def test_the_cost_of_a_start_does_not_grow_with_the_history(
    three: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    zero(three.data / "history" / "000" / "1.patch")
    size = (three.data / "history" / "000" / "2.patch").stat().st_size
    for most, bytes_ in ((1, 1 << 20), (200, size)):
        monkeypatch.setattr(histories, "_NEWEST", most)
        monkeypatch.setattr(histories, "_NEWEST_BYTES", bytes_)
        open_(three).close()  # of the first patch it is only seen that it is there
    monkeypatch.setattr(histories, "_NEWEST_BYTES", 1 << 20)
    with pytest.raises(errors.StoreDamaged, match=r"000/1\.patch"):
        open_(three)


def test_a_patch_that_was_harmed_under_a_running_server_is_not_handed_out(three: Settings) -> None:
    with open_(three) as ledger:
        change_row(three.data / "history" / "000" / "2.patch")
        with pytest.raises(errors.StoreDamaged, match=r"000/2\.patch is damaged.*checksum"):
            ledger.patch(2)
        assert ledger.patch(3).startswith(b"H id <urn:uuid:")


def test_a_damaged_patch_is_named_when_it_is_needed(three: Settings) -> None:
    patch = three.data / "history" / "000" / "2.patch"
    patch.write_bytes(patch.read_bytes().replace(b"x1 3", b"x1 4"))
    shutil.rmtree(three.data / "store")
    shutil.rmtree(three.data / "snapshots")
    with pytest.raises(errors.StoreDamaged, match=r"000/2\.patch is damaged.*checksum"):
        open_(three)


@pytest.mark.parametrize("pattern", ["*.sst", "MANIFEST*", "CURRENT"])
def test_a_damaged_snapshot_is_named_with_the_remedy(pattern: str, three: Settings, count: Count) -> None:
    for file in (three.data / "snapshots" / "3").glob(pattern):
        cut(file)
    with open_(three) as ledger, pytest.raises(errors.StoreDamaged) as caught:
        count(ledger)
    assert str(three.data / "snapshots" / "3") in caught.value.message
    for name in ("store", "snapshots"):  # the remedy that the message gives
        assert name in caught.value.message
        shutil.move(three.data / name, three.data / f"{name}-away")
    with open_(three) as ledger:
        assert count(ledger) == 30


def test_a_damaged_store_is_named_with_the_remedy(three: Settings, adding: Adding, count: Count) -> None:
    for file in (three.data / "store").glob("MANIFEST*"):
        cut(file)
    with open_(three) as ledger:
        assert count(ledger) == 30
        with pytest.raises(errors.StoreDamaged, match=f"the store {three.data / 'store'} cannot be read"):
            ledger.commit(adding("x3"), message="m", author="a")
        assert count(ledger) == 30


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
        with Ledger.open_read_only(few) as reader, reader._engine._lease(None) as read:  # type: ignore[attr-defined]
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
