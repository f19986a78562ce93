"""What is kept in git: what we wrote, as text, and pictures of it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PICTURES = {"docs/event.png", "docs/events.png", "docs/home.png", "docs/network.png", "api/static/card.png"}
LARGEST = 256 * 1024


@pytest.fixture(scope="module")
def kept() -> list[str]:
    """The paths in git's index, from the root of the repository."""
    if not (ROOT / ".git").exists():
        pytest.skip("the sources did not come by git")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, timeout=60)
    return [path for path in listed.stdout.decode().split("\0") if path and (ROOT / path).is_file()]


def test_git_holds_text_and_our_pictures_and_no_built_package(kept: list[str]) -> None:
    binary = {path for path in kept if b"\0" in (ROOT / path).read_bytes()}
    assert binary == PICTURES


def test_nothing_in_git_is_larger_than_what_a_person_reads(kept: list[str]) -> None:
    assert [path for path in kept if (ROOT / path).stat().st_size > LARGEST] == []
