"""The operators' commands as they are typed: tokens, history, backups."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.harness.commands import onrecord

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data(copy_of_built: Callable[[], Path]) -> Path:
    """A graph built by the command, to be written to."""
    return copy_of_built()


def test_a_token_is_printed_once_and_listed_without_itself(tmp_path: Path) -> None:
    made = onrecord("token", "create", "bot", "--scope", "update", "--data", str(tmp_path))
    secret = made.stdout.strip()
    listed = onrecord("token", "list", "--data", str(tmp_path)).stdout
    assert secret.startswith("onrecord-")
    assert listed.split("\t")[:2] == ["bot", "update"]
    assert secret not in listed
    assert onrecord("token", "revoke", "bot", "--data", str(tmp_path)).returncode == 0
    again = onrecord("token", "revoke", "bot", "--data", str(tmp_path))
    assert (again.returncode, again.stderr) == (1, "Error: there is no token called 'bot'; there is none\n")


def test_a_token_without_scopes_named_opens_updates_and_the_store_but_not_everything(tmp_path: Path) -> None:
    onrecord("token", "create", "bot", "--data", str(tmp_path))
    assert onrecord("token", "list", "--data", str(tmp_path)).stdout.split("\t")[1] == "store,update"


def test_history_lists_commits_and_revert_makes_one(data: Path) -> None:
    (line,) = onrecord("history", "--data", str(data)).stdout.splitlines()
    version, _, author, counts, message = line.split("\t")
    assert (version, author, message) == ("1", "onrecord build", "Seeds")
    assert counts.endswith(" -0")
    unknown = onrecord("revert", "7", "--data", str(data))
    assert (unknown.returncode, unknown.stderr) == (1, "Error: there is no commit 7; the last one is 1\n")


def test_a_backup_is_restored_elsewhere_and_never_over_a_graph(data: Path, tmp_path: Path) -> None:
    backup, there = str(tmp_path / "backup"), str(tmp_path / "there")
    assert onrecord("backup", backup, "--data", str(data)).returncode == 0
    assert "Version 1 is restored and verified" in onrecord("restore", backup, "--data", there).stderr
    exports = [onrecord("export", "--data", where).stdout for where in (str(data), there)]
    assert exports[0] == exports[1] != ""
    over = onrecord("restore", backup, "--data", str(data))
    assert (over.returncode, "is not empty" in over.stderr) == (1, True)


def test_what_is_not_whole_is_listed_and_ends_with_1(data: Path, tmp_path: Path) -> None:
    whole = onrecord("verify", str(data))
    assert (whole.returncode, whole.stdout) == (0, "")
    assert whole.stderr.endswith(f"{data} is whole.\n")
    copy = tmp_path / "copy"
    shutil.copytree(data, copy)
    (patch,) = (copy / "history").glob("*/1.patch*")
    patch.write_bytes(patch.read_bytes()[:-1])
    broken = onrecord("verify", str(copy))
    (problem,) = broken.stdout.splitlines()
    assert f"{patch} is damaged: it breaks off before its end" in problem
    assert (broken.returncode, "not whole: 1 problem found" in broken.stderr) == (1, True)
    neither = onrecord("verify", str(tmp_path))
    assert (neither.returncode, "no data directory and no backup" in neither.stderr) == (1, True)
    refused = onrecord("backup", str(tmp_path / "backup"), "--data", str(copy))
    assert (refused.returncode, "breaks off" in refused.stderr, "Traceback" in refused.stderr) == (
        1,
        True,
        False,
    )
    assert not (tmp_path / "backup").exists()
