"""Snapshots that a process has open: few, and asking of old ones closes neither the newest nor one another."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Store

from onrecord.graph.engine import opened
from onrecord.graph.engine.opened import Snapshots
from onrecord.graph.engine.reading import reader
from onrecord.graph.settings import Settings


@pytest.fixture
def opening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The snapshots 1 to 9, and which of them were opened, in order."""
    for version in range(1, 10):
        (tmp_path / str(version)).mkdir()
    found: list[str] = []

    def open_(path: Path) -> Store:
        found.append(path.name)
        return Store()

    monkeypatch.setattr(opened, "snapshot", open_)
    monkeypatch.setattr(opened.sandbox, "limit_memory", lambda _: None)
    return found


def test_asking_of_two_old_versions_in_turn_opens_each_once_and_the_newest_never_again(
    opening: list[str], tmp_path: Path
) -> None:
    snapshots = Snapshots(2)
    for version in "935935935":
        snapshots.open(str(tmp_path / version), 1, newest=version == "9")
    assert opening == ["9", "3", "5"]


def test_of_more_old_versions_those_asked_of_last_stay_open(opening: list[str], tmp_path: Path) -> None:
    snapshots = Snapshots(2)
    for version in "912132":
        snapshots.open(str(tmp_path / version), 1, newest=version == "9")
    assert opening == ["9", "1", "2", "3", "2"]
    snapshots.open(str(tmp_path / "9"), 1)
    assert opening == ["9", "1", "2", "3", "2"]


def test_readers_keep_all_the_versions_open_that_are_kept_by_default(
    opening: list[str], tmp_path: Path
) -> None:
    snapshots = Snapshots(reader._OLDER)
    kept = [str(version) for version in range(1, Settings.read({}, {}).snapshots + 1)]
    for version in kept * 2:
        snapshots.open(str(tmp_path / version), 1, newest=version == kept[-1])
    assert opening == kept


def test_a_newer_version_closes_the_one_before_it_and_what_was_removed(
    opening: list[str], tmp_path: Path
) -> None:
    snapshots = Snapshots(2)
    for version in "812":
        snapshots.open(str(tmp_path / version), 1, newest=version == "8")
    (tmp_path / "1").rmdir()
    snapshots.open(str(tmp_path / "9"), 1)
    assert [Path(path).name for path in snapshots._open] == ["2", "9"]


def test_without_room_for_old_ones_there_is_one_open_at_a_time(opening: list[str], tmp_path: Path) -> None:
    snapshots = Snapshots()
    for version in "112233":
        snapshots.open(str(tmp_path / version), 1)
        assert len(snapshots._open) == 1
    assert opening == ["1", "2", "3"]


def test_whether_a_large_store_fits_into_memory_is_told_by_its_files_without_reading_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store()
    monkeypatch.setattr(opened.snapshots, "size", lambda _: 10 * opened._BYTES)
    assert opened._in_memory(store, tmp_path, 10) is not store
    assert opened._in_memory(store, tmp_path, 9) is store
