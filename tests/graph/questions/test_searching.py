"""Search over a ledger: what is found follows every commit, and no index that is not the ledger's own is believed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from onrecord.graph import terms
from onrecord.graph.errors import BadParameter, Busy
from onrecord.graph.ledger import Ledger
from onrecord.graph.questions import searching
from onrecord.graph.questions.searching import Search
from onrecord.graph.search.fulltext import State
from onrecord.graph.settings import Settings

BASE = terms.DEFAULT_BASE


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    settings = Settings(data=tmp_path / "data", query_seconds=120, shapes=False)
    with Ledger.open(settings, _gate=False) as opened:
        put(opened, '<actor/ada> a rec:Person ; rdfs:label "Ada Byron"@en .')
        yield opened


def put(ledger: Ledger, triples: str) -> int:
    text = f"BASE <{BASE}> INSERT DATA {{ GRAPH <document/d/1> {{ {triples} }} }}"
    return ledger.update(text, author="test").version


def change(ledger: Ledger, gone: str, new: str = "") -> int:
    text = f"BASE <{BASE}> DELETE {{ GRAPH ?g {{ {gone} }} }} INSERT {{ GRAPH ?g {{ {new} }} }} WHERE {{ GRAPH ?g {{ {gone} }} }}"
    return ledger.update(text, author="test").version


def search(ledger: Ledger, tmp_path: Path, base: str = BASE) -> Search:
    return Search(ledger, tmp_path / "words.sqlite", base)


def found(searched: Search, ledger: Ledger, text: str, kind: str | None = None) -> list[str]:
    result = searched.find(ledger, text, kind)
    assert result.version == ledger.version
    return [one.hit.iri.removeprefix(BASE) for one in result.results]


def test_the_words_of_a_quotation_lead_to_its_statement(seeded: Ledger, tmp_path: Path) -> None:
    searched = search(seeded, tmp_path)
    assert found(searched, seeded, "цели уничтожаются") == ["statement/peskov-2025-08-28-negotiations"]
    assert found(searched, seeded, "Пєсков")[0] == "actor/peskov"
    assert found(searched, seeded, "murdering civilians") == ["document/kyiv-independent-2025-08-28"]
    assert "event/2025-08-28-strike-on-kyiv" in found(searched, seeded, "strike Kyiv", "event")


def test_a_claim_that_no_longer_stands_is_called_so(seeded: Ledger, tmp_path: Path) -> None:
    results = search(seeded, tmp_path).find(seeded, "deadliest strike on Kyiv of the year", "claim").results
    standings = {one.hit.iri: one.standing and one.standing.text for one in results}
    assert standings[f"{BASE}claim/2025-07-29-date"] == "refuted"


def test_what_a_commit_adds_changes_and_removes_is_followed(ledger: Ledger, tmp_path: Path) -> None:
    searched = search(ledger, tmp_path)
    assert found(searched, ledger, "ada") == ["actor/ada"]
    put(ledger, '<statement/s> a rec:Statement ; rdfs:label "A statement"@en ; rec:rendering <rendering/r> .')
    assert found(searched, ledger, "statement") == ["statement/s"]
    put(ledger, '<rendering/r> rec:text "Вона сказала це"@uk ; rec:evidence <document/d/1#x> .')
    assert found(searched, ledger, "сказала") == ["statement/s"]
    put(ledger, '<document/d/1#x> rec:exact "engine of numbers" .')
    assert found(searched, ledger, "engine") == ["statement/s"]
    put(
        ledger,
        '<document/d/1> rec:versionOf <document/d> ; rec:headline "A headline"@en . <document/d> a rec:Document .',
    )
    assert found(searched, ledger, "headline") == ["document/d"]
    change(ledger, "<document/d/1> rec:versionOf <document/d>")
    assert found(searched, ledger, "headline") == []
    change(ledger, '<rendering/r> rec:text "Вона сказала це"@uk')
    assert found(searched, ledger, "сказала") == []
    last = change(ledger, "<statement/s> rec:rendering <rendering/r>")
    assert found(searched, ledger, "engine") == []
    ledger.revert(last, author="test")
    assert found(searched, ledger, "engine") == ["statement/s"]
    change(ledger, '<actor/ada> a rec:Person ; rdfs:label "Ada Byron"@en')
    assert found(searched, ledger, "ada") == []


def test_after_many_commits_it_is_made_again(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched = search(ledger, tmp_path)
    assert found(searched, ledger, "ada") == ["actor/ada"]
    monkeypatch.setattr(searching, "_STEPS", 1)
    monkeypatch.setattr(searching, "_PATIENCE", 60.0)
    for name in ("ben", "cleo", "dan"):
        put(ledger, f'<actor/{name}> a rec:Person ; rdfs:label "{name}"@en .')
    assert found(searched, ledger, "cleo") == ["actor/cleo"]


def test_a_commit_that_touches_very_much_has_it_made_again(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched = search(ledger, tmp_path)
    assert found(searched, ledger, "ada") == ["actor/ada"]
    monkeypatch.setattr(searching, "_TOUCHED", 2)
    monkeypatch.setattr(searching, "_PATIENCE", 60.0)
    put(ledger, " ".join(f'<actor/{n}> a rec:Person ; rdfs:label "number {n}"@en .' for n in range(9)))
    assert len(found(searched, ledger, "number")) == 9


def test_another_opening_goes_on_with_the_index_it_finds(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(search(ledger, tmp_path), ledger, "ada") == ["actor/ada"]
    monkeypatch.setattr(Search, "_make", lambda _: pytest.fail("made again"))
    put(ledger, '<actor/ben> a rec:Person ; rdfs:label "Ben"@en .')
    again = search(ledger, tmp_path)
    assert (found(again, ledger, "ada"), found(again, ledger, "ben")) == (["actor/ada"], ["actor/ben"])


@pytest.mark.parametrize("state", [State(1, "urn:another"), State(99, "urn:another")])
def test_the_index_of_another_graph_is_not_believed(ledger: Ledger, tmp_path: Path, state: State) -> None:
    searched = search(ledger, tmp_path)
    searched._index.replace([], state)
    assert found(searched, ledger, "ada") == ["actor/ada"]


def test_while_it_is_made_the_older_one_answers_and_says_so_or_it_is_said_how_far_it_is(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    rows_at = ledger.rows_at

    def waiting(version: int, text: str) -> object:
        go_on.wait(60)
        return rows_at(version, text)

    monkeypatch.setattr(searching, "_PATIENCE", 0.01)
    monkeypatch.setattr(ledger, "rows_at", waiting)
    searched = search(ledger, tmp_path)
    with pytest.raises(Busy, match="being made"):
        searched.find(ledger, "ada")
    go_on.set()
    assert searched._thread is not None
    searched._thread.join(60)
    assert found(searched, ledger, "ada") == ["actor/ada"]
    go_on.clear()
    monkeypatch.setattr(searching, "_STEPS", 0)
    put(ledger, '<actor/ben> a rec:Person ; rdfs:label "Ben"@en .')
    older = searched.find(ledger, "ada")
    assert ([one.hit.iri for one in older.results], older.version, older.newest) == (
        [f"{BASE}actor/ada"],
        1,
        2,
    )
    go_on.set()
    searched._thread.join(60)
    assert found(searched, ledger, "ben") == ["actor/ben"]


def test_many_who_search_at_once_after_a_commit_find_the_same(ledger: Ledger, tmp_path: Path) -> None:
    searched = search(ledger, tmp_path)
    assert found(searched, ledger, "ada") == ["actor/ada"]
    put(ledger, '<actor/ben> a rec:Person ; rdfs:label "Ben"@en .')
    seen: list[list[str]] = []
    threads = [threading.Thread(target=lambda: seen.append(found(searched, ledger, "ben"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert seen == [["actor/ben"]] * 8


@pytest.mark.parametrize(("text", "kind", "named"), [("x" * 201, None, "200"), ("x", "person", "actor")])
def test_what_cannot_be_searched_for_is_named(
    ledger: Ledger, tmp_path: Path, text: str, kind: str | None, named: str
) -> None:
    with pytest.raises(BadParameter, match=named):
        search(ledger, tmp_path).find(ledger, text, kind)


def test_it_is_searched_for_in_a_graph_with_another_base(
    copy_of_built: Callable[[], Path], tmp_path: Path
) -> None:
    with Ledger.open(Settings(data=tmp_path / "d", shapes=False, seeds=False), _gate=False) as plain:
        plain.update(
            'INSERT DATA { <https://elsewhere.example/actor/a> a <x:p> ; rdfs:label "Ada" }', author="t"
        )
        result = Search(plain, tmp_path / "w.sqlite", "https://elsewhere.example/").find(plain, "ada")
        assert [one.hit.iri for one in result.results] == ["https://elsewhere.example/actor/a"]
