"""The suite is brought whole, at its commit, or not at all, with a message that says what to do."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from tests.conformance.suites.fetch import SPARQL, SUITES, FetchError, Suite, digest, fetch, main

FOLDER = SPARQL.folder


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository such as the W3C's, with one file in its suite, and another outside it."""
    where = tmp_path / "rdf-tests"
    (where / FOLDER / "add").mkdir(parents=True)
    (where / FOLDER / "add" / "add-01.ru").write_bytes(b"ADD :g1 TO :g2\r\n")
    (where / "README.md").write_text("tests")
    git(where, "init", "--quiet")
    git(where, "add", ".")
    git(where, "-c", "user.name=W", "-c", "user.email=w@example.org", "commit", "--quiet", "-m", "one")
    return where


def git(where: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=where, check=True, capture_output=True, text=True).stdout


def test_a_suite_is_brought_from_a_repository_and_nothing_else_with_it(
    repository: Path, tmp_path: Path
) -> None:
    target = tmp_path / "brought" / "suite"
    target.mkdir(parents=True)
    (target / "left-over").touch()
    commit = git(repository, "rev-parse", "HEAD").strip()
    fetch(replace(SPARQL, commit=commit, digest=digest(repository / FOLDER)), repository.as_uri(), target)
    assert [path.relative_to(target).as_posix() for path in target.rglob("*.*")] == ["add/add-01.ru"]
    assert (target / "add" / "add-01.ru").read_bytes() == b"ADD :g1 TO :g2\r\n"
    assert [path.name for path in target.parent.iterdir()] == ["suite"]


def test_a_suite_that_has_another_content_is_not_kept(repository: Path, tmp_path: Path) -> None:
    target = tmp_path / "suite"
    target.mkdir()
    (target / "before").touch()
    commit = git(repository, "rev-parse", "HEAD").strip()
    with pytest.raises(FetchError, match="is not the suite that this project is measured with"):
        fetch(replace(SPARQL, commit=commit), repository.as_uri(), target)
    assert [path.name for path in target.iterdir()] == ["before"]


def test_the_digest_tells_a_changed_a_renamed_and_a_missing_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    (tmp_path / "b").write_text("2")
    seen = {digest(tmp_path)}
    (tmp_path / "b").write_text("3")
    seen.add(digest(tmp_path))
    (tmp_path / "b").rename(tmp_path / "c")
    seen.add(digest(tmp_path))
    (tmp_path / "c").unlink()
    seen.add(digest(tmp_path))
    (tmp_path / "page.haml").write_text("%html")
    seen.add(digest(tmp_path))
    assert len(seen) == 4


def test_a_repository_that_cannot_be_reached_is_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(FetchError) as told:
        fetch(SPARQL, (tmp_path / "nowhere").as_uri(), tmp_path / "suite")
    assert "nowhere" in str(told.value)
    assert SPARQL.commit in str(told.value)
    assert f"{SPARQL.variable}=/path/to/rdf-tests make conformance" in str(told.value)
    assert list(tmp_path.iterdir()) == []


def test_without_git_it_is_said_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FetchError, match="there is no git here"):
        fetch(SPARQL, "https://example.org/", tmp_path / "suite")


def test_the_command_ends_with_a_message_and_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SPARQL.variable, (tmp_path / "nowhere").as_uri())
    with pytest.raises(SystemExit, match=r"Error: .*nowhere does not give commit"):
        main([replace(SPARQL, name=f"not-there-{tmp_path.name}")])


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_what_is_run_is_the_suite_at_its_commit(suite: Suite) -> None:
    if not suite.path.is_dir():
        pytest.skip(suite.absent)
    assert digest(suite.path) == suite.digest
