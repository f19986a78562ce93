"""Backups: taken beside a running ledger, restored whole or not at all, and verified in between."""

from __future__ import annotations

import errno
import gzip
import hashlib
import json
import os
import re
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Quad, RdfFormat, parse
from tests.harness.graphs.patches import to_patch

from onrecord.graph import errors
from onrecord.graph.changes import ChangeSet, from_patch
from onrecord.graph.files.texts import Texts
from onrecord.graph.ledger import Ledger
from onrecord.graph.maintenance import backups
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

Adding = Callable[..., ChangeSet]


@pytest.fixture
def backup(ledger: Ledger, adding: Adding, settings: Settings, tmp_path: Path) -> Path:
    """A backup of two commits."""
    ledger.commit(adding("a", 3), message="one", author="x")
    ledger.commit(adding("b", 2, graph="h"), message="two", author="y")
    backups.make(ledger, settings.data, tmp_path / "backup")
    return tmp_path / "backup"


def elsewhere(settings: Settings) -> Settings:
    return replace(settings, data=settings.data.with_name("restored"))


def test_what_is_restored_is_the_graph_with_its_history(
    ledger: Ledger, backup: Path, settings: Settings
) -> None:
    assert backups.restore(backup, elsewhere(settings)) == 2
    with Ledger.open(elsewhere(settings), _gate=False) as restored:
        assert restored.history() == ledger.history()
        assert restored.export("nquads").read() == ledger.export("nquads").read()
        assert restored.update("INSERT DATA { <a> <b> 1 }", author="t").version == 3


def test_the_texts_that_are_kept_come_along_and_one_that_was_harmed_is_found(
    ledger: Ledger, settings: Settings, tmp_path: Path
) -> None:
    sha256 = Texts(settings.data).put("Українці!")
    backups.make(ledger, settings.data, tmp_path / "backup")
    backups.restore(tmp_path / "backup", elsewhere(settings))
    assert Texts(elsewhere(settings).data).get(sha256) == "Українці!"
    kept = Texts(tmp_path / "backup").path(sha256)
    for harm, said in (
        (lambda: kept.write_text("x"), "is not as it was written"),
        (kept.unlink, "is missing"),
    ):
        harm()
        with pytest.raises(errors.BackupRefused, match=f"{sha256}.txt {said}"):
            backups.restore(tmp_path / "backup", replace(settings, data=tmp_path / "again"))
        assert not (tmp_path / "again").exists()


def test_the_dump_is_n_quads_that_any_store_reads(backup: Path, ledger: Ledger) -> None:
    with gzip.open(backup / "graph.nq.gz") as dump:
        assert len(list(parse(dump.read(), RdfFormat.N_QUADS))) == 5


def test_tokens_are_no_part_of_a_backup(settings: Settings, ledger: Ledger, backup: Path) -> None:
    assert sorted(path.name for path in backup.iterdir()) == ["backup.json", "graph.nq.gz", "history"]


def test_a_backup_needs_a_directory_of_its_own(ledger: Ledger, backup: Path, settings: Settings) -> None:
    with pytest.raises(errors.BackupRefused, match="not empty"):
        backups.make(ledger, settings.data, backup)


def test_nothing_is_restored_over_what_is_there(backup: Path, settings: Settings, ledger: Ledger) -> None:
    before = ledger.export("nquads").read()
    with pytest.raises(errors.BackupRefused, match="not empty"):
        backups.restore(backup, settings)
    assert ledger.export("nquads").read() == before


PATCH = "history/000/2.patch"


def harm_patch(backup: Path) -> None:
    path = backup / "history" / "000" / "1.patch"
    path.write_bytes(path.read_bytes().replace(b"a 1", b"a 7"))


def tell_another_story(backup: Path) -> None:
    """A patch that is whole, and listed with its sum, but does not lead to what was dumped."""
    path = backup / PATCH
    commit, change = from_patch(path.read_bytes(), path.name)
    path.write_bytes(to_patch(commit, ChangeSet(added=frozenset(sorted(change.added, key=str)[1:]))))
    list_it(backup)


def claim_a_large_version(backup: Path) -> None:
    path = backup / PATCH
    path.write_bytes(path.read_bytes().replace(b'H version "2"', b'H version "40000000"'))
    list_it(backup)


def list_it(backup: Path) -> None:
    sum_ = hashlib.sha256((backup / PATCH).read_bytes()).hexdigest()
    say(lambda contents: contents["patches"].update({PATCH: sum_}))(backup)


def lose(name: str) -> Callable[[Path], None]:
    return lambda backup: (backup / name).unlink()


def write(name: str, content: bytes) -> Callable[[Path], None]:
    def harm(backup: Path) -> None:
        (backup / name).write_bytes(content)

    return harm


def harm_dump(backup: Path) -> None:
    """In the middle of what is packed, where gzip itself finds out and not its end."""
    path = backup / "graph.nq.gz"
    packed = bytearray(path.read_bytes())
    packed[len(packed) // 2 : len(packed) // 2 + 8] = b"\xff" * 8
    path.write_bytes(packed)


def cut_dump(backup: Path) -> None:
    path = backup / "graph.nq.gz"
    path.write_bytes(path.read_bytes()[:-12])


def say(what: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    """Have backup.json say something else."""

    def harm(backup: Path) -> None:
        contents = json.loads((backup / "backup.json").read_text())
        what(contents)
        (backup / "backup.json").write_text(json.dumps(contents))

    return harm


def list_a_stranger(contents: dict[str, Any]) -> None:
    contents["patches"]["../../etc/passwd"] = contents["patches"].pop(PATCH)


def put(name: str, make: Callable[[Path], object]) -> Callable[[Path], None]:
    """Something else in the place of a file."""

    def harm(backup: Path) -> None:
        (backup / name).rename(backup / "aside")
        make(backup / name)

    return harm


def link_aside(path: Path) -> None:
    path.symlink_to(Path("../.." if "history" in str(path) else ".") / "aside")


def link_to_nowhere(path: Path) -> None:
    path.symlink_to("nowhere")


HARMS = {
    "a row is another": harm_patch,
    "another story": tell_another_story,
    "a patch claims a large version": claim_a_large_version,
    "a patch is lost": lose(PATCH),
    "a patch is empty": write(PATCH, b""),
    "the dump is lost": lose("graph.nq.gz"),
    "the dump is harmed": harm_dump,
    "the dump is cut": cut_dump,
    "the dump is empty": write("graph.nq.gz", b""),
    "the dump is of nothing": write("graph.nq.gz", gzip.compress(b"")),
    "the dump is no gzip": write("graph.nq.gz", b"no gzip"),
    "the dump is a bomb": write("graph.nq.gz", gzip.compress(bytes(64 << 20), 1)),
    "no contents": lose("backup.json"),
    "contents cut": write("backup.json", b"{"),
    "contents of another shape": write("backup.json", b"[]"),
    "contents in no encoding": write("backup.json", b"\xff\xfe\x00"),
    "contents nested deep": write("backup.json", b"[" * 200_000),
    "a stranger is listed": say(list_a_stranger),
    "patches are a list": say(lambda contents: contents.update(patches=list(contents["patches"]))),
    "a checksum is none": say(lambda contents: contents["patches"].update({PATCH: 7})),
    "plain is a word": say(lambda contents: contents.update(plain="yes")),
    **{
        f"version {version}": say(lambda contents, version=version: contents.update(version=version))  # type: ignore[misc]
        for version in (40_000_000, 10**30, -1, 0, 1, 2.0, "2", True, None)
    },
    **{
        f"{name} is {kind}": put(name, make)
        for name in ("backup.json", "graph.nq.gz", PATCH)
        for kind, make in {
            "a pipe": os.mkfifo,
            "a directory": Path.mkdir,
            "a link": link_aside,
            "a link to nowhere": link_to_nowhere,
        }.items()
    },
    "history is a file": put("history", lambda path: path.write_bytes(b"")),
}


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_a_backup_that_is_not_whole_is_refused_and_leaves_nothing(
    harm: Callable[[Path], None], whole: Path, tmp_path: Path
) -> None:
    backup = tmp_path / "backup"
    shutil.copytree(whole, backup)
    harm(backup)
    there = Settings(data=tmp_path / "restored")
    with pytest.raises(errors.BackupRefused) as caught:
        backups.restore(backup, there)
    assert str(backup) in caught.value.message
    assert ".restoring-" not in caught.value.message
    assert "Nothing was changed" in caught.value.message
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup"]


@pytest.fixture(scope="module")
def closed(whole: Path) -> Path:
    """The data directory it was made of."""
    return whole.with_name("data")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, quads: Callable[..., frozenset[Quad]]) -> Path:
    """A backup of two commits, to be copied."""
    directory = tmp_path_factory.mktemp("whole")
    with Ledger.open(Settings(data=directory / "data"), _gate=False) as ledger:
        ledger.commit(ChangeSet(added=quads("a", 3)), message="one", author="x")
        ledger.commit(ChangeSet(added=quads("b", 2, graph="h")), message="two", author="x")
        backups.make(ledger, directory / "data", directory / "backup")
    return directory / "backup"


@pytest.mark.parametrize("what", ["missing", "a file"])
def test_what_is_no_backup_is_said_to_be_none(what: str, tmp_path: Path) -> None:
    if what == "a file":
        (tmp_path / "backup").write_text("")
    with pytest.raises(errors.BackupRefused, match=r"backup is no backup: it has no backup\.json"):
        backups.restore(tmp_path / "backup", Settings(data=tmp_path / "restored"))


@pytest.mark.parametrize("what", ["a file", "under a file", "a loop", "a full directory", "no name"])
def test_nothing_is_restored_where_it_cannot_stand(what: str, whole: Path, tmp_path: Path) -> None:
    place = tmp_path / "restored"
    match what:
        case "a file":
            place.write_text("kept")
        case "under a file":
            place.write_text("kept")
            place = place / "data"
        case "a loop":
            place.symlink_to(place)
        case "a full directory":
            place.mkdir()
            (place / "file").write_text("kept")
        case "no name":
            place = place / ("x" * 300)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(errors.BackupRefused, match=re.escape(str(place))):
        backups.restore(whole, Settings(data=place))
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in before] in (
        [],
        [tmp_path / "restored"],
    )


def test_a_link_to_an_empty_directory_is_restored_into(whole: Path, tmp_path: Path) -> None:
    (tmp_path / "disk" / "graph").mkdir(parents=True)
    (tmp_path / "data").symlink_to(tmp_path / "disk" / "graph")
    assert backups.restore(whole, Settings(data=tmp_path / "data")) == 2
    assert (tmp_path / "disk" / "graph" / "history" / "000" / "2.patch").is_file()
    assert (tmp_path / "data").is_symlink()


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOSPC, "no space left"), (errno.EDQUOT, "no space left"), (errno.EACCES, "Permission denied"), (errno.EROFS, "Read-only")],
)  # fmt: skip
def test_what_the_system_refuses_is_said_and_leaves_nothing(
    number: int, said: str, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number), "a file")

    monkeypatch.setattr(backups, "_copy", refuse)
    with pytest.raises(errors.BackupRefused, match=f"cannot be restored.*{said}.*Nothing was changed"):
        backups.restore(whole, Settings(data=tmp_path / "restored"))
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_said_when_the_store_is_built(
    whole: Path, tmp_path: Path, small_disk: Callable[[int], Path]
) -> None:
    disk = small_disk(1)
    filler = disk / "filler"
    filler.write_bytes(b"x" * (900 << 10))
    with pytest.raises(errors.BackupRefused, match="no space left"):
        backups.restore(whole, Settings(data=disk / "restored"))
    assert list(disk.iterdir()) == [filler]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-6])


def change_author(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'author "x"', b'author "y"'))


def change_row(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b" 0", b" 1"))


def take_the_other(path: Path) -> None:
    path.write_bytes(path.with_name("2.patch" if path.name == "1.patch" else "1.patch").read_bytes())


@pytest.mark.parametrize("harm", [Path.unlink, cut, change_author, change_row, take_the_other])
@pytest.mark.parametrize("version", [1, 2])
def test_no_backup_is_made_of_a_history_that_is_not_whole(
    harm: Callable[[Path], None], version: int, closed: Path, tmp_path: Path
) -> None:
    settings = Settings(data=tmp_path / "data")
    shutil.copytree(closed, settings.data)
    patch = settings.data / "history" / "000" / f"{version}.patch"
    harm(patch)
    with (
        pytest.raises(errors.OnrecordError, match=re.escape(str(patch))),
        Ledger.open_read_only(settings) as beside,
    ):
        backups.make(beside, settings.data, tmp_path / "backup")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]


def test_a_plain_store_is_restored_as_one(settings: Settings, tmp_path: Path) -> None:
    plain = replace(settings, seeds=False, shapes=False)
    with Ledger.open(plain) as ledger:
        ledger.update("INSERT DATA { _:a <http://e/p> [] }", author="t")
        backups.make(ledger, plain.data, tmp_path / "backup")
        before = ledger.export("nquads").read()
    backups.restore(tmp_path / "backup", elsewhere(settings))
    with Ledger.open(elsewhere(plain)) as restored:
        assert restored.export("nquads").read() == before


def test_backups_taken_while_others_write_restore_and_verify(settings: Settings, tmp_path: Path) -> None:
    few = replace(settings, snapshots=2)
    stop = threading.Event()
    with Ledger.open(few, _gate=False) as ledger:
        ledger.update("INSERT DATA { <a> <n> 0 }", author="t")

        def write() -> None:
            count = 0
            while not stop.is_set():
                count += 1
                ledger.update(f"INSERT DATA {{ <a> <n> {count} }}", author="t")

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for number in range(3):
                with Ledger.open_read_only(few) as beside:
                    backups.make(beside, few.data, tmp_path / f"backup-{number}")
        finally:
            stop.set()
            writer.join()
    versions = []
    for number in range(3):
        target = replace(settings, data=tmp_path / f"restored-{number}")
        versions.append(backups.restore(tmp_path / f"backup-{number}", target))
        with Ledger.open_read_only(target) as restored:
            assert restored.rows("SELECT (COUNT(*) AS ?n) { ?s <n> ?o }")[0]["n"].value == str(versions[-1])
    assert versions == sorted(versions)
