"""Where the graph is too large for memory the editor works on a copy on disk: what it answers is the same, and no snapshot changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Quad

from onrecord.graph import errors
from onrecord.graph.engine import opened
from onrecord.graph.engine.disk import snapshots
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings
from onrecord.graph.writing import editor
from onrecord.graph.writing.requests import Update

EX = "http://example.org/"
MANY = "INSERT DATA { " + " ".join(f"<{EX}s{n}> <{EX}p> {n} ." for n in range(50)) + " }"
UPDATES = [
    MANY,
    f"INSERT {{ ?s <{EX}q> ?n }} WHERE {{ ?s <{EX}p> ?n FILTER (?n < 10) }}",
    f"DELETE WHERE {{ ?s <{EX}p> 7 }} ; INSERT DATA {{ GRAPH <{EX}g> {{ <{EX}s7> <{EX}r> 7 }} }}",
    f"DROP GRAPH <{EX}g>",
]
ALL = f"SELECT * {{ GRAPH ?g {{ ?s ?p ?o }} FILTER (STRSTARTS(STR(?s), '{EX}')) }} ORDER BY ?g ?s ?p ?o"


def contents(data: Path, version: int) -> set[Quad]:
    return set(opened.snapshot(snapshots.path(data, version)))


@pytest.fixture(autouse=True)
def _unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    # An editor has a process of its own, whose memory it limits for good; here it is in that of the tests.
    monkeypatch.setattr(editor.sandbox, "limit_memory", lambda _: None)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "disk", memory_quads=10, shapes=False)


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    with Ledger.open(settings) as opened_:
        yield opened_


def test_updates_on_disk_come_to_what_they_come_to_in_memory(ledger: Ledger, tmp_path: Path) -> None:
    with Ledger.open(Settings(data=tmp_path / "memory", shapes=False)) as other:
        for text in UPDATES:
            counts = [
                (made.added, made.removed)
                for made in (one.update(text, author="t") for one in (ledger, other))
            ]
            assert counts[0] == counts[1]
            assert ledger.query(ALL).read() == other.query(ALL).read()
    assert not editor.workplace(tmp_path / "memory").exists()


def test_a_snapshot_stays_as_it_was_while_its_copy_is_changed(settings: Settings) -> None:
    with Ledger.open(settings) as ledger:
        ledger.update(MANY, author="t")
        version = ledger.version
    before = contents(settings.data, version)
    apart = editor.Editor(settings)
    apart.sync(version)
    made = apart.edit(Update(f"DELETE WHERE {{ ?s <{EX}p> ?n }}".encode()))
    assert len(made.change.removed) == 50
    assert editor.workplace(settings.data).is_dir()
    apart.edit(Update(f"INSERT DATA {{ <{EX}a> <{EX}p> 1 }}".encode()))
    assert contents(settings.data, version) == before
    assert not snapshots.harmed(snapshots.path(settings.data, version))


def test_after_a_large_commit_the_copy_is_made_again(settings: Settings) -> None:
    with Ledger.open(settings) as ledger:
        ledger.update(f"INSERT DATA {{ <{EX}a> <{EX}p> 1 }}", author="t")
        apart = editor.Editor(settings)
        apart.sync(1)
        ledger.update(MANY, author="t")
        apart.sync(2)
        assert (editor.workplace(settings.data) / "2").is_dir()
        assert len(apart.edit(Update(f"DELETE WHERE {{ ?s <{EX}p> ?n }}".encode())).change.removed) == 51


def test_a_full_disk_is_said_and_the_next_change_is_worked_out(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Ledger.open(settings) as ledger:
        ledger.update(MANY, author="t")
    apart = editor.Editor(settings)
    apart.sync(1)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    insertion = Update(f"INSERT DATA {{ <{EX}a> <{EX}p> 1 }}".encode())
    with monkeypatch.context() as patched:
        patched.setattr(apart._scratch, "add", full)
        with pytest.raises(errors.StorageFull, match="nothing was changed"):
            apart.edit(insertion)
    apart.sync(1)
    assert len(apart.edit(insertion).change.added) == 1
