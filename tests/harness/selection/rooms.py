"""Which files differ from what everybody has, by git, and in which folders the tests of them stand."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

TESTS: Final = PurePosixPath("tests")
_SOURCES: Final = PurePosixPath("src/onrecord")
_BASES: Final = ("origin/HEAD", "origin/main", "main")
_ELSEWHERE: Final = {"api/templates": "api/pages", "api/static": "api/pages"}
"""Folders whose tests stand in those of another."""
_SECONDS: Final = 60


@dataclass(frozen=True)
class Difference:
    """The files that differ, as paths from the root; from what, in words; and what kept us from knowing more, "" if nothing did."""

    files: frozenset[str]
    since: str
    problem: str = ""


def difference(root: Path, since: str | None = None) -> Difference:
    """What differs from a commit, in commits, in the work tree and in files that git does not know yet.

    The commit is that at which we left origin's main branch; where there is no origin, main; on main itself, the last commit.
    `since` names another. A wrong name is a ValueError.
    """
    if not shutil.which("git") or _git(root, "rev-parse", "--show-toplevel") is None:
        return Difference(frozenset(), "", "these sources are in no git repository, or there is no git")
    if Path(_git(root, "rev-parse", "--show-toplevel") or "") != root.resolve():
        return Difference(frozenset(), "", "these sources are in no git repository of their own")
    if since is not None and _git(root, "rev-parse", "--verify", "--quiet", f"{since}^{{commit}}") is None:
        raise ValueError(f"--since {since}: git knows no such commit; name one as `git log` does")
    if _git(root, "rev-parse", "--verify", "--quiet", "HEAD") is None:
        return Difference(_unknown_to_git(root), "nothing: there is no commit yet")
    name = since or next(
        (name for name in _BASES if _git(root, "rev-parse", "--verify", "--quiet", name) is not None), "HEAD"
    )
    commit, problem = _git(root, "merge-base", name, "HEAD"), ""
    if commit is None:
        problem = f"git finds no common ancestor with {name} (a shallow clone? `git fetch --unshallow`): commits do not count"
        commit, name = "HEAD", "HEAD"
    changed = _git(root, "diff", "--name-only", "--no-renames", "-z", commit) or ""
    files = frozenset(filter(None, changed.split("\0"))) | _unknown_to_git(root)
    return Difference(files, name, problem)


def _unknown_to_git(root: Path) -> frozenset[str]:
    listed = _git(root, "ls-files", "--others", "--exclude-standard", "-z") or ""
    return frozenset(filter(None, listed.split("\0")))


def _git(root: Path, *words: str) -> str | None:
    """What git says; None where it fails."""
    said = subprocess.run(
        ["git", *words], cwd=root, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    return said.stdout.rstrip("\n") if said.returncode == 0 else None


def rooms(root: Path, files: Iterable[str]) -> frozenset[str]:
    """The folders of tests/ that hold the tests of these files, without the folders below them.

    Tests mirror the rooms: those of graph/writing/gate.py stand in tests/graph/writing, and those of a folder that has none
    of its own in the nearest above it. A file of no room, such as README.md, has its tests in tests/ itself.
    """
    return frozenset(str(_room(root, PurePosixPath(file))) for file in files)


def _room(root: Path, file: PurePosixPath) -> PurePosixPath:
    if file.is_relative_to(_SOURCES):
        file = file.relative_to(_SOURCES)
    elsewhere = next((tests for room, tests in _ELSEWHERE.items() if file.is_relative_to(room)), None)
    folder = file.parent if file.is_relative_to(TESTS) else TESTS / (elsewhere or file.parent)
    while not any((root / folder).glob("test_*.py")) and folder != TESTS:
        folder = folder.parent
    return folder
