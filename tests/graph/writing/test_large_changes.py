"""Changes of more than goes through the front: in files between the processes, which are gone afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any, cast

import pytest

from onrecord.graph.engine.base import Staged
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings
from onrecord.graph.validation.report import Rejected, Report, Result
from onrecord.graph.writing.client import Edited, Writing
from onrecord.graph.writing.transactions import Transactions

EX = "http://example.org/"
MANY = 25_000
"""Rows of some 200 bytes each: 5 MB."""


def triples(first: int, *, of: int = MANY) -> bytes:
    lines = (f'<{EX}a> <{EX}p> "{number:0150}" .\n' for number in range(first, first + of))
    return "".join(lines).encode()


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    settings = Settings(data=tmp_path_factory.mktemp("large") / "data", seeds=False, fast_shapes=False)
    with Ledger.open(settings, _gate=False) as opened:
        yield opened


def write(ledger: Ledger, body: bytes, **more: Any) -> Any:
    return ledger.store_write(
        f"{EX}g", [(body, "application/n-triples")], base=EX, author="tester", **{"whole": True} | more
    )[0]


def count(ledger: Ledger) -> int:
    (row,) = ledger.rows(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{EX}g> {{ ?s ?p ?o }} }}")
    return int(str(row["n"].value))


@pytest.mark.slow
def test_a_large_change_is_made_whole_recorded_and_taken_back(ledger: Ledger) -> None:
    commit = write(ledger, triples(0))
    assert (commit.added, commit.removed, count(ledger)) == (MANY, 0, MANY)
    assert ledger.patch(commit.version).count(b"\nA ") == MANY
    exchanged = write(ledger, triples(MANY // 2))
    assert (exchanged.added, exchanged.removed) == (MANY // 2, MANY // 2)
    small = write(ledger, triples(0, of=1), whole=False)
    assert (small.added, small.removed, count(ledger)) == (1, 0, MANY + 1)
    again = ledger.store_write(f"{EX}g", [(b"", "text/turtle")], whole=True, base=EX, author="tester")[0]
    assert (again.removed, count(ledger)) == (MANY + 1, 0)
    assert not (ledger.directory / "staging").exists()


@pytest.mark.slow
def test_a_large_change_that_the_shapes_refuse_leaves_nothing(tmp_path: Path) -> None:
    with Ledger.open(Settings(data=tmp_path / "data", seeds=False)) as ledger:
        before = ledger.version
        with pytest.raises(Rejected, match="The ontology knows no property"):
            write(ledger, triples(0))
        assert ledger.version == before
        assert count(ledger) == 0
        assert not (tmp_path / "data" / "staging").exists()


def test_a_large_change_of_which_nothing_counts_is_made_all_the_same(tmp_path: Path) -> None:
    """As after a new release of the program, by whose rules something else follows from what there is."""
    made: list[object] = []
    directory = tmp_path / "staged"
    directory.mkdir()
    (directory / "rows").write_bytes(b"A row\n")

    def commit(change: object, **_: object) -> object:
        made.append(change)
        return SimpleNamespace(added=0)

    engine = SimpleNamespace(version=1, commit=commit, check_writable=lambda: None)
    writing = SimpleNamespace(edit=lambda *_: Edited(Staged(directory / "rows", 0, 0), created=False))
    settings = Settings(data=tmp_path, seeds=False)
    transactions = Transactions(cast("Any", engine), cast("Writing", writing), settings, gate=False)
    transactions.commit(b"A row\n", "m", "a", derive=True)
    assert made == [b"A row\n"]
    assert not directory.exists()


def gated(tmp_path: Path, prepare: Any, check: Any) -> tuple[Transactions, list[Any], Path]:
    """Transactions of a change of 5 MB, with what stands for the engine and the gate, and what was committed."""
    made: list[Any] = []
    directory = tmp_path / "staged"
    directory.mkdir()
    (directory / "rows").write_bytes(triples(0))
    edited = Edited(Staged(directory / "rows", MANY, 0), created=False)

    def commit(change: Any, **_: object) -> object:
        made.append(change)
        return SimpleNamespace(added=MANY)

    engine = SimpleNamespace(version=1, commit=commit, prepare=prepare, check_writable=lambda: None)
    writing = SimpleNamespace(edit=lambda *_: edited, check=check)
    settings = Settings(data=tmp_path, seeds=False)
    return (
        Transactions(cast("Any", engine), cast("Writing", writing), settings, gate=True),
        made,
        directory,
    )


def test_a_large_change_is_made_ready_while_it_is_checked(tmp_path: Path) -> None:
    preparing = Event()

    def prepare(change: Staged) -> Staged:
        preparing.set()
        return replace(change, store=change.rows.with_name("store"))

    def check(*_: object) -> Report:
        assert preparing.wait(60)  # else one waits for the other
        return Report(())

    transactions, made, directory = gated(tmp_path, prepare, check)
    transactions.commit(b"A row\n", "m", "a", derive=True)
    assert [change.store for change in made] == [directory / "store"]


def test_a_large_change_that_is_refused_is_not_waited_for_in_vain_and_leaves_nothing(tmp_path: Path) -> None:
    refused, ended = Event(), Event()

    def prepare(change: Staged) -> Staged:
        assert refused.wait(60)
        (change.rows.parent / "store").mkdir()  # still at work when it is refused
        ended.set()
        return change

    def check(*_: object) -> Report:
        refused.set()
        return Report((Result("urn:x", "wrong"),))

    transactions, made, directory = gated(tmp_path, prepare, check)
    with pytest.raises(Rejected):
        transactions.commit(b"A row\n", "m", "a", derive=True)
    assert (made, ended.is_set(), directory.exists()) == ([], True, False)


@pytest.mark.slow
def test_a_large_change_that_cannot_be_made_ready_is_made_when_it_is_committed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Ledger.open(Settings(data=tmp_path / "data", seeds=False)) as ledger:
        transactions: Any = ledger._transactions
        transactions._check = lambda _: None
        engine: Any = ledger._engine
        prepare = engine.prepare

        def in_the_way(change: Staged) -> Staged:
            change.rows.with_name("store").write_text("a file where the copy is to be")
            return cast("Staged", prepare(change))

        engine.prepare = in_the_way
        commit = write(ledger, triples(0))
        assert (commit.added, count(ledger)) == (MANY, MANY)
        assert "could not be made ready ahead of its commit" in caplog.text
