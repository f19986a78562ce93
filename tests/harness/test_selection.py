"""What `make check` runs: quick tests, and those of the rooms whose files differ."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from tests.harness.selection import plugin, quick, rooms

from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def described(source: str) -> ModuleType:
    """A module of that source."""
    module = ModuleType("described")
    exec(source, vars(module))  # noqa: S102
    return module


@pytest.mark.parametrize(
    "source",
    [
        "import subprocess",
        "from subprocess import run",
        "from onrecord.graph.ledger import Ledger",
        "from onrecord.graph import ledger as ledgers",
        "from onrecord.graph.validation.report import Report",
        "from tests.harness import commands",
        "from tests.harness.commands import onrecord",
    ],
)
def test_a_module_that_imports_what_takes_long_is_not_quick(source: str) -> None:
    assert quick.comes_to_long(described(source))


@pytest.mark.parametrize(
    "source", ["import json", "from onrecord.graph import terms", "one = 'subprocess'", ""]
)
def test_any_other_module_is_quick(source: str) -> None:
    assert not quick.comes_to_long(described(source))


def opening() -> Ledger:
    return Ledger.open(Settings())


def reading(ledger: Ledger) -> int:
    return ledger.version


def test_a_fixture_is_quick_unless_its_own_code_names_what_takes_long() -> None:
    assert quick.uses_long(opening)
    assert not quick.uses_long(reading)


def chosen(request: pytest.FixtureRequest, *where: str) -> tuple[set[str], dict[str, int]]:
    """The tests of this file that are chosen where these rooms differ, and what is said of all."""
    config: Any = SimpleNamespace(
        getoption=lambda name: name == "changed",
        workerinput={"changed": ("HEAD", "", [*where])},
        workeroutput={},
        hook=SimpleNamespace(pytest_deselected=lambda **_: None),
    )
    items = [item for item in request.session.items if item.path == Path(__file__)]
    plugin.Selection(config).pytest_collection_modifyitems(config, items)
    return {item.nodeid for item in items}, config.workeroutput["changed"]


def test_of_other_rooms_quick_ones_are_chosen(request: pytest.FixtureRequest) -> None:
    here = [item for item in request.session.items if item.path == Path(__file__)]
    assert chosen(request, "tests/graph") == (
        set(),
        {"quick": 0, "worked on": 0, "left": len(here)},
    )  # it runs git


def test_of_the_rooms_worked_on_all_are_chosen_that_are_not_slow(request: pytest.FixtureRequest) -> None:
    here = [item for item in request.session.items if item.path == Path(__file__)]
    names, counted = chosen(request, "tests/graph", "tests/harness")
    assert names == {item.nodeid for item in here if not item.get_closest_marker("slow")}
    assert counted == {"quick": 0, "worked on": len(names), "left": len(here) - len(names)}


@pytest.mark.parametrize(
    ("file", "room"),
    [
        ("graph/writing/gate.py", "tests/graph/writing"),
        ("graph/questions/network/formats/graphml.py", "tests/graph/questions/network/formats"),
        ("graph/ledger.py", "tests/graph"),
        ("src/onrecord/graph/ledger.py", "tests/graph"),
        ("src/onrecord/commands/loading.py", "tests/commands"),
        ("api/templates/event.html", "tests/api/pages"),
        ("api/static/site.css", "tests/api/pages"),
        ("api/scripts/network/view.ts", "tests/api/scripts"),
        ("shapes/actor.ttl", "tests/shapes"),
        ("tests/graph/writing/test_gate.py", "tests/graph/writing"),
        ("docs/records.md", "tests/docs"),
        ("README.md", "tests"),
        ("a/room/without/tests.py", "tests"),
    ],
)
def test_the_tests_of_a_file_mirror_its_folder(file: str, room: str) -> None:
    assert rooms.rooms(ROOT, [file]) == {room}


class Repository:
    """A repository of git with one commit, on main."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.git("init", "--quiet", "--initial-branch=main", str(root))
        self.commit("first.py")

    def git(self, *words: str) -> str:
        as_whom = [
            "-c",
            "user.name=Tester",
            "-c",
            "user.email=tester@example.org",
            "-c",
            "protocol.file.allow=always",
        ]
        done = subprocess.run(
            ["git", *as_whom, *words], cwd=self.root if self.root.is_dir() else None, check=True, text=True,
            capture_output=True, timeout=120,
        )  # fmt: skip
        return done.stdout.strip()

    def commit(self, *names: str) -> None:
        for name in names:
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(f"{name}\n")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", ", ".join(names))


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    return Repository(tmp_path / "sources")


def test_on_a_branch_all_counts_that_main_has_not(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "-b", "work")
    repository.commit("a/committed.py")
    (repository.root / "first.py").write_text("changed\n")
    repository.git("checkout", "--quiet", "-b", "later")
    (repository.root / "not known to git.py").touch()
    (repository.root / ".gitignore").write_text("*.log\n")
    (repository.root / "ignored.log").touch()
    found = rooms.difference(repository.root)
    assert found.files == {"a/committed.py", "first.py", "not known to git.py", ".gitignore"}
    assert (found.since, found.problem) == ("main", "")


def test_what_main_alone_has_does_not_count(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "-b", "work")
    repository.git("checkout", "--quiet", "main")
    repository.commit("b/theirs.py")
    repository.git("checkout", "--quiet", "work")
    repository.commit("a/ours.py")
    assert rooms.difference(repository.root).files == {"a/ours.py"}


def test_a_file_that_is_gone_or_moved_counts_where_it_was(repository: Repository) -> None:
    (repository.root / "moved").mkdir()
    repository.git("mv", "first.py", "moved/first.py")
    assert rooms.difference(repository.root).files == {"first.py", "moved/first.py"}


def test_on_main_what_origin_has_not_counts(repository: Repository, tmp_path: Path) -> None:
    repository.git("clone", "--quiet", str(repository.root), str(tmp_path / "clone"))
    clone = Repository.__new__(Repository)
    clone.root = tmp_path / "clone"
    assert rooms.difference(clone.root) == rooms.Difference(frozenset(), "origin/HEAD")
    clone.commit("c/not_pushed.py")
    assert rooms.difference(clone.root) == rooms.Difference(frozenset({"c/not_pushed.py"}), "origin/HEAD")


def test_on_main_without_an_origin_what_is_not_committed_counts(repository: Repository) -> None:
    repository.commit("second.py")
    (repository.root / "second.py").write_text("changed\n")
    assert rooms.difference(repository.root) == rooms.Difference(frozenset({"second.py"}), "main")


def test_another_commit_can_be_named(repository: Repository) -> None:
    repository.commit("second.py")
    repository.commit("third.py")
    assert rooms.difference(repository.root, "HEAD~1") == rooms.Difference(frozenset({"third.py"}), "HEAD~1")
    with pytest.raises(ValueError, match="--since nowhere: git knows no such commit"):
        rooms.difference(repository.root, "nowhere")


def test_in_a_shallow_clone_what_is_not_committed_counts_and_why_is_said(
    repository: Repository, tmp_path: Path
) -> None:
    repository.git("checkout", "--quiet", "-b", "work")
    repository.commit("a/ours.py")
    repository.git("checkout", "--quiet", "main")
    repository.commit("b/theirs.py")
    shallow = Repository.__new__(Repository)
    shallow.root = tmp_path / "shallow"
    address = f"file://{repository.root}"
    repository.git(
        "clone", "--quiet", "--depth=1", "--no-single-branch", "--branch=work", address, str(shallow.root)
    )
    (shallow.root / "new.py").touch()
    found = rooms.difference(shallow.root)
    assert found.files == {"new.py"}
    assert "shallow clone" in found.problem


def test_before_the_first_commit_all_files_count(tmp_path: Path, repository: Repository) -> None:
    fresh = tmp_path / "fresh"
    repository.git("init", "--quiet", str(fresh))
    (fresh / "new.py").touch()
    assert rooms.difference(fresh).files == {"new.py"}


@pytest.mark.parametrize("within", [False, True])
def test_without_a_repository_of_ours_no_file_counts_and_why_is_said(
    repository: Repository, tmp_path: Path, within: bool
) -> None:
    folder = (repository.root if within else tmp_path) / "folder"
    folder.mkdir()
    found = rooms.difference(folder)
    assert found.files == frozenset()
    assert "in no git repository" in found.problem


@pytest.mark.slow
def test_without_git_quick_tests_run_and_the_end_says_what_was_left_out(tmp_path: Path) -> None:
    words = [
        "--changed",
        "--collect-only",
        "-q",
        "-p",
        "no:cacheprovider",
        "tests/graph/test_lookups.py",
        "tests/graph/test_quoting.py",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words], cwd=ROOT, env=os.environ | {"GIT_DIR": str(tmp_path / "none")},
        capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    listed = {line for line in done.stdout.splitlines() if "::" in line}
    assert any(line.startswith("tests/graph/test_quoting.py") for line in listed)
    assert "tests/graph/test_lookups.py::test_changes_neither_match_by_it_nor_say_it" not in listed
    assert "--changed: these sources are in no git repository" in done.stdout
    assert f"chosen are 0 tests of these rooms and {len(listed)} of others" in done.stdout


def test_since_without_changed_is_refused() -> None:
    config: Any = SimpleNamespace(getoption=lambda name: name == "since" and "HEAD")
    with pytest.raises(pytest.UsageError, match="--since goes with --changed"):
        plugin.use(config)
