"""Files of another user in the data directory: not made by root, and named with the remedy."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord.graph import errors
from onrecord.graph.changes import ChangeSet
from onrecord.graph.engine.committing import refusals
from onrecord.graph.engine.disk import commit_log
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

Adding = Callable[..., ChangeSet]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files for others")
def test_what_root_commits_belongs_to_the_directorys_owner(tmp_path: Path, adding: Adding) -> None:
    settings = Settings(data=tmp_path / "data", snapshots=2)
    settings.data.mkdir()
    os.chown(settings.data, 12345, 54321)
    # Somebody who may write there must not get files of root's that lie elsewhere.
    outside = tmp_path / "outside"
    outside.mkdir()
    for name in ("linked", "file"):
        (outside / name).touch()
    (settings.data / "linked").hardlink_to(outside / "linked")
    (settings.data / "file").symlink_to(outside / "file")
    (settings.data / "folder").symlink_to(outside)
    theirs = {settings.data / name for name in ("linked", "file", "folder")}
    for number in range(2):
        with Ledger.open(settings, _gate=False) as ledger:
            ledger.commit(adding(f"c{number}", 3), message="m", author="a")
        made = {settings.data, *settings.data.rglob("*")} - theirs
        assert {(path.lstat().st_uid, path.lstat().st_gid) for path in made} == {(12345, 54321)}
        assert {path.stat().st_uid for path in (outside, *outside.iterdir())} == {0}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files for others")
def test_what_root_commits_in_its_own_directory_stays_its_own(tmp_path: Path, adding: Adding) -> None:
    settings = Settings(data=tmp_path / "data", snapshots=2)
    with Ledger.open(settings, _gate=False) as ledger:
        ledger.commit(adding("c", 3), message="m", author="a")
    assert {path.stat().st_uid for path in settings.data.rglob("*")} == {0}


FORBIDDEN = PermissionError(errno.EACCES, "Permission denied")


def test_a_patch_of_another_user_is_named_with_the_remedy(
    tmp_path: Path, adding: Adding, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data=tmp_path / "data", snapshots=2)
    with Ledger.open(settings, _gate=False) as ledger:
        ledger.commit(adding("c", 3), message="m", author="a")

        def forbidden(*_: object, **__: object) -> None:
            raise FORBIDDEN

        monkeypatch.setattr(commit_log, "open_file", forbidden)
        # In a folder that may not be searched, asking whether there is a file fails as well.
        monkeypatch.setattr(Path, "exists", forbidden)
        with pytest.raises(
            errors.StoreDamaged, match=r"1\.patch.*Permission denied.*user that the service runs as"
        ):
            ledger.history()


@pytest.mark.parametrize(
    "why",
    [FORBIDDEN, RuntimeError("IO error: while link file to /d/s/.tmp-18.tmp/3.sst: Operation not permitted")],
)
def test_what_cannot_be_written_or_read_for_its_owner_is_told_with_chown(why: Exception) -> None:
    refused = refusals.refused(why, Path("/data"))
    assert isinstance(refused, errors.EngineFailure)
    told = (
        refused,
        refusals.cannot_open(OSError(str(why)), Path("/data")),
        errors.damaged("the snapshot", "/s", why),
    )
    assert all("(chown -R)" in error.message for error in told)
    assert "move the directories" not in told[2].message
