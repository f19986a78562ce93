"""Backups: taken beside a running ledger, restored whole or not at all, and verified in between."""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from onrecord.graph import backups, errors
from onrecord.graph.changes import ChangeSet, from_patch, to_patch
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

Adding = Callable[..., ChangeSet]


@pytest.fixture
def backup(ledger: Ledger, settings: Settings, adding: Adding, tmp_path: Path) -> Path:
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


def test_the_dump_is_n_quads_that_any_store_reads(backup: Path, ledger: Ledger) -> None:
    with gzip.open(backup / "graph.nq.gz") as dump:
        assert len(list(parse(dump.read(), RdfFormat.N_QUADS))) == 5


def test_tokens_are_no_part_of_a_backup(settings: Settings, ledger: Ledger, backup: Path) -> None:
    assert sorted(path.name for path in backup.iterdir()) == ["backup.json", "graph.nq.gz", "history"]


def test_a_backup_needs_a_directory_of_its_own(ledger: Ledger, settings: Settings, backup: Path) -> None:
    with pytest.raises(errors.BackupRefused, match="not empty"):
        backups.make(ledger, settings.data, backup)


def test_nothing_is_restored_over_what_is_there(backup: Path, settings: Settings, ledger: Ledger) -> None:
    before = ledger.export("nquads").read()
    with pytest.raises(errors.BackupRefused, match="not empty"):
        backups.restore(backup, settings)
    assert ledger.export("nquads").read() == before


def harm_patch(backup: Path) -> None:
    path = backup / "history" / "000" / "1.patch"
    path.write_bytes(path.read_bytes().replace(b"a 1", b"a 7"))


def tell_another_story(backup: Path) -> None:
    """A patch that is whole, and listed with its sum, but does not lead to what was dumped."""
    path = backup / "history" / "000" / "2.patch"
    commit, change = from_patch(path.read_bytes(), path.name)
    path.write_bytes(to_patch(commit, ChangeSet(added=frozenset(sorted(change.added, key=str)[1:]))))
    contents = json.loads((backup / "backup.json").read_text())
    contents["patches"]["history/000/2.patch"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (backup / "backup.json").write_text(json.dumps(contents))


def lose_patch(backup: Path) -> None:
    (backup / "history" / "000" / "2.patch").unlink()


def harm_dump(backup: Path) -> None:
    (backup / "graph.nq.gz").write_bytes(gzip.compress(b""))


def cut_dump(backup: Path) -> None:
    path = backup / "graph.nq.gz"
    path.write_bytes(path.read_bytes()[:-12])


def harm_contents(backup: Path) -> None:
    (backup / "backup.json").write_text("{")


def list_a_stranger(backup: Path) -> None:
    path = backup / "backup.json"
    contents = json.loads(path.read_text())
    contents["patches"]["../../etc/passwd"] = contents["patches"].pop("history/000/2.patch")
    path.write_text(json.dumps(contents))


def lose_contents(backup: Path) -> None:
    (backup / "backup.json").unlink()


@pytest.mark.parametrize(
    "harm",
    [harm_patch, tell_another_story, lose_patch, harm_dump, cut_dump, harm_contents, list_a_stranger, lose_contents],
)  # fmt: skip
def test_a_backup_that_is_not_whole_is_refused_and_leaves_nothing(
    harm: Callable[[Path], None], backup: Path, settings: Settings
) -> None:
    harm(backup)
    there = elsewhere(settings)
    with pytest.raises(errors.BackupRefused):
        backups.restore(backup, there)
    assert not there.data.exists()
    assert list(there.data.parent.glob(".restoring-*")) == []


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
