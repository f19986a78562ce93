"""What is wrong with a data directory or a backup is found, with the names of the files, and nothing else is."""

from __future__ import annotations

import gzip
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from onrecord.graph import errors, terms
from onrecord.graph.changes import ChangeSet
from onrecord.graph.engine.disk import snapshots
from onrecord.graph.files.access_tokens import AccessTokens
from onrecord.graph.files.texts import Texts
from onrecord.graph.ledger import Ledger
from onrecord.graph.maintenance import backups
from onrecord.graph.maintenance.verification import verify
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

Quads = Callable[..., frozenset[Quad]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, quads: Quads) -> Path:
    """A directory with the data of three commits, one of which removes what another added, and a backup of them."""
    directory = tmp_path_factory.mktemp("made")
    settings = Settings(data=directory / "data")
    with Ledger.open(settings, _gate=False) as ledger:
        ledger.commit(ChangeSet(added=quads("a", 30)), message="one", author="x")
        ledger.commit(ChangeSet(added=quads("b", 5, graph="h")), message="two", author="x")
        ledger.commit(
            ChangeSet(removed=quads("b", 5, graph="h"), added=quads("c")), message="three", author="x"
        )
        backups.make(ledger, settings.data, directory / "backup")
    AccessTokens(settings).create("bot", ["update"])
    return directory


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made / "data", tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def backup(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made / "backup", tmp_path / "backup")
    return tmp_path / "backup"


def found(directory: Path) -> list[str]:
    return list(verify(directory, Settings(), lambda _: None))


def noted(directory: Path) -> list[str]:
    notes: list[str] = []
    assert list(verify(directory, Settings(), notes.append)) == []
    return notes


def test_a_backup_of_a_graph_that_was_built_of_records_is_found_whole(
    copy_of_built: Callable[[], Path], tmp_path: Path
) -> None:
    # (it has graphs that no dump has, such as that of names)
    data = copy_of_built()
    with Ledger.open_read_only(Settings(data=data)) as ledger:
        assert f"{terms.DEFAULT_BASE}graph/names" in ledger.graph_names()
        backups.make(ledger, data, tmp_path / "backup")
    assert found(tmp_path / "backup") == []


def test_what_is_whole_is_found_whole_and_left_as_it_was(data: Path, backup: Path) -> None:
    def state(directory: Path) -> dict[Path, tuple[int, int]]:
        return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in directory.rglob("*")}

    before = state(data), state(backup)
    described = 9 + 4 + 3 + 2 * (10 + 5)  # commits, versions and their author, as docs/history.md has them
    assert noted(data) == [
        "all patches up to version 3 are whole",
        "4 snapshots were read",
        f"what is kept of version 3 was compared with a replay of the patches: {31 + described} quads",
    ]
    assert noted(backup) == [
        "all patches up to version 3 are whole",
        "graph.nq.gz holds what they lead to, version 3: 31 quads",
    ]
    assert (state(data), state(backup)) == before


def flip(path: Path) -> None:
    """In the second byte: in the midst of tokens.json a hash would become another, of which nobody can know."""
    content = bytearray(path.read_bytes())
    content[1] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("harm", [flip, cut, Path.unlink, pipe, directory])
@pytest.mark.parametrize(
    "name", ["history/000/1.patch", "history/000/2.patch", "history/000/3.patch", "tokens.json"]
)
def test_a_harmed_file_is_named(harm: Callable[[Path], None], name: str, data: Path) -> None:
    harm(data / name)
    if (name, harm) == ("tokens.json", Path.unlink):
        assert found(data) == []  # there need be none
    else:
        assert any(str(data / name) in problem for problem in found(data))


@pytest.mark.parametrize("harm", [flip, cut, Path.unlink, pipe, directory])
def test_every_harmed_file_of_a_snapshot_is_named(
    harm: Callable[[Path], None], data: Path, tmp_path: Path
) -> None:
    snapshot = data / "snapshots" / "3"
    files = sorted(file for file in snapshot.iterdir() if file.stat().st_size)
    assert len(files) > 10
    for file in files:
        copy = tmp_path / "copy"
        shutil.copytree(snapshot, copy)
        harm(copy / file.name)
        try:
            harmed = snapshots.harmed(copy)
        except ValueError as error:
            harmed = [str(error).partition(":")[0]]
        assert file.name in harmed
        shutil.rmtree(copy)
    harm(files[-1])
    assert any(files[-1].name in problem and str(snapshot) in problem for problem in found(data))


def test_a_store_and_a_snapshot_that_hold_something_else_are_told_of(data: Path) -> None:
    quad = Quad(NamedNode("http://e/s"), NamedNode("http://e/p"), Literal("forged"), NamedNode("http://e/g"))
    store = Store(data / "store")
    store.add(quad)
    store.remove(next(iter(store.quads_for_pattern(None, None, Literal("a 3"), None))))
    store.flush()
    del store
    shutil.rmtree(data / "snapshots" / "3")
    problems = found(data)
    assert [problem.startswith(f"the store {data / 'store'}") for problem in problems] == [True, True]
    assert "holds 1 quads" in problems[0]
    assert "forged" in problems[0]
    assert "lacks 1 quads" in problems[1]
    assert '"a 3"' in problems[1]


def test_a_gap_of_any_size_is_one_problem(data: Path) -> None:
    folder = data / "history" / "40000"
    folder.mkdir()
    shutil.copy(data / "history" / "000" / "1.patch", folder / "40000000.patch")
    problems = found(data)
    assert "000/4.patch is missing (and all up to 39999999)" in problems[0]
    assert "40000000.patch is damaged: it is that of version 1" in problems[1]
    assert len(problems) == 2


def test_a_last_patch_that_is_gone_is_missed_by_what_was_made_of_it(data: Path) -> None:
    (data / "history" / "000" / "3.patch").unlink()
    assert any("000/3.patch is missing" in problem for problem in found(data))
    (data / "checkpoint").unlink()
    assert any("snapshots/3 is of a version that has no patch" in problem for problem in found(data))


def test_a_plain_store_without_its_mark_is_told_of(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", seeds=False, shapes=False)
    with Ledger.open(settings) as ledger:
        ledger.update("INSERT DATA { [] <http://e/p> 1 }", author="t")
    assert found(settings.data) == []
    (settings.data / "plain").unlink()
    assert any("`plain` is missing" in problem for problem in found(settings.data))
    (settings.data / "plain").mkdir()
    assert any("is not a file" in problem for problem in found(settings.data))


@pytest.mark.parametrize("harm", [flip, cut, Path.unlink, pipe, directory])
@pytest.mark.parametrize("name", ["history/000/2.patch", "graph.nq.gz", "backup.json"])
def test_a_harmed_file_of_a_backup_is_named(harm: Callable[[Path], None], name: str, backup: Path) -> None:
    harm(backup / name)
    (problem,) = found(backup)
    assert name in problem


def test_a_dump_of_another_graph_is_told_of(backup: Path) -> None:
    (backup / "graph.nq.gz").write_bytes(gzip.compress(b"<http://e/s> <http://e/p> 1 .\n"))
    (problem,) = found(backup)
    assert "graph.nq.gz is not as it was written" in problem


def test_beside_a_running_server_all_but_its_store_is_verified(data: Path, quads: Quads) -> None:
    with Ledger.open(replace(Settings(), data=data, snapshots=2), _gate=False) as ledger:
        ledger.commit(ChangeSet(added=quads("d", 5)), message="four", author="x")
        assert "the store was not compared, since a server has it open" in noted(data)
        assert "all patches up to version 4 are whole" in noted(data)
        flip(data / "history" / "000" / "4.patch")
        assert any("4.patch" in problem for problem in found(data))


@pytest.mark.parametrize("what", ["nothing", "a file", "an empty directory"])
def test_what_is_neither_is_said_to_be_neither(what: str, tmp_path: Path) -> None:
    place = tmp_path / "place"
    if what == "a file":
        place.write_text("")
    elif what == "an empty directory":
        place.mkdir()
    with pytest.raises(errors.BackupRefused, match="no data directory and no backup"):
        found(place)


@pytest.mark.parametrize("place", ["data", "backup"])
def test_a_text_that_was_harmed_is_found(place: str, made: Path, tmp_path: Path) -> None:
    directory = tmp_path / place
    shutil.copytree(made / "data", directory)
    sha256 = Texts(directory).put("Українці!")
    if place == "backup":
        shutil.rmtree(directory)
        shutil.copytree(made / "backup", directory)
        Texts(directory).put("Українці!")
        contents = json.loads((directory / "backup.json").read_text())
        (directory / "backup.json").write_text(json.dumps({**contents, "texts": [sha256]}))
    assert found(directory) == []
    Texts(directory).path(sha256).write_text("x")
    (problem,) = found(directory)
    assert f"{sha256}.txt is not as it was written" in problem
