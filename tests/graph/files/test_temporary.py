"""Temporary directories: what a killed process left goes with the next that is made, and nothing else does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from onrecord.graph.files import temporary
from onrecord.graph.files.temporary import TemporaryDirectory

HOLDING = """
import sys
from onrecord.graph.files.temporary import TemporaryDirectory
held = TemporaryDirectory("import")
(held.path / "spool").write_text("x")
print(held.path, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary directories are made, and nobody else makes any; each is old enough at once."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(temporary, "_SETTLED", -1.0)
    return tmp_path


def _another() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLDING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_what_a_killed_process_left_goes_and_what_a_living_one_holds_stays() -> None:
    with _another() as killed, _another() as living:
        left, held = (
            Path(one.stdout.readline().strip()) for one in (killed, living) if one.stdout is not None
        )
        with TemporaryDirectory("import"):
            assert left.is_dir()
            assert held.is_dir()
        killed.send_signal(signal.SIGKILL)
        killed.wait(timeout=60)
        with TemporaryDirectory("verify") as mine:
            assert not left.exists()
            assert (held / "spool").read_text() == "x"
            assert mine.path.is_dir()
        assert not mine.path.exists()
        living.kill()


def test_what_has_just_been_made_is_not_taken_for_left(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(temporary, "_SETTLED", 3600.0)
    new = Path(tempfile.mkdtemp(prefix="onrecord-temporary-import-", dir=place))
    temporary.sweep()
    assert new.is_dir()


def test_nothing_of_others_goes(place: Path) -> None:
    """Data directories are called as people like, and links lead anywhere."""
    data, elsewhere = place / "onrecord-data", place / "elsewhere"
    for directory in (data, elsewhere):
        directory.mkdir()
        (directory / "kept").touch()
    (place / "onrecord-temporary-link").symlink_to(elsewhere)
    (place / "onrecord-temporary-file").touch()
    temporary.sweep()
    assert (data / "kept").exists()
    assert (elsewhere / "kept").exists()
    assert sorted(os.listdir(place)) == [
        "elsewhere",
        "onrecord-data",
        "onrecord-temporary-file",
        "onrecord-temporary-link",
    ]
