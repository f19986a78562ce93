"""The index over a ledger: what is found follows every commit, and no index that is not the ledger's own is believed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.graph import terms
from onrecord.graph.errors import Busy, UnknownVersion
from onrecord.graph.ledger import Ledger
from onrecord.graph.search import versioned
from onrecord.graph.search.fulltext import State
from onrecord.graph.search.versioned import VersionedIndex
from onrecord.graph.settings import Settings

BASE = terms.DEFAULT_BASE
PATIENCE = 60.0


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


def index_of(ledger: Ledger, tmp_path: Path, base: str = BASE) -> VersionedIndex:
    return VersionedIndex(ledger, tmp_path, base)


def found(index: VersionedIndex, ledger: Ledger, text: str) -> list[str]:
    state, hits, _ = index.find(text, None, 50)
    assert state.version == ledger.version
    return [hit.iri.removeprefix(BASE) for hit in hits]


def test_what_a_commit_adds_changes_and_removes_is_followed(ledger: Ledger, tmp_path: Path) -> None:
    searched = index_of(ledger, tmp_path)
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
    searched = index_of(ledger, tmp_path)
    assert found(searched, ledger, "ada") == ["actor/ada"]
    monkeypatch.setattr(versioned, "_STEPS", 1)
    monkeypatch.setattr(versioned, "_PATIENCE", 60.0)
    for name in ("ben", "cleo", "dan"):
        put(ledger, f'<actor/{name}> a rec:Person ; rdfs:label "{name}"@en .')
    assert found(searched, ledger, "cleo") == ["actor/cleo"]


def test_a_commit_that_touches_very_much_has_it_made_again(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched = index_of(ledger, tmp_path)
    assert found(searched, ledger, "ada") == ["actor/ada"]
    monkeypatch.setattr(versioned, "_TOUCHED", 2)
    monkeypatch.setattr(versioned, "_PATIENCE", 60.0)
    put(ledger, " ".join(f'<actor/{n}> a rec:Person ; rdfs:label "number {n}"@en .' for n in range(9)))
    assert len(found(searched, ledger, "number")) == 9


def test_another_opening_goes_on_with_the_index_it_finds(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(index_of(ledger, tmp_path), ledger, "ada") == ["actor/ada"]
    monkeypatch.setattr(versioned._Making, "_make", lambda *_: pytest.fail("made again"))
    put(ledger, '<actor/ben> a rec:Person ; rdfs:label "Ben"@en .')
    again = index_of(ledger, tmp_path)
    assert (found(again, ledger, "ada"), found(again, ledger, "ben")) == (["actor/ada"], ["actor/ben"])


@pytest.mark.parametrize("state", [State(1, "urn:another"), State(99, "urn:another")])
def test_the_index_of_another_graph_is_not_believed(ledger: Ledger, tmp_path: Path, state: State) -> None:
    searched = index_of(ledger, tmp_path)
    searched._newest.index.replace([], state)
    assert found(searched, ledger, "ada") == ["actor/ada"]


def test_while_it_is_made_the_older_one_answers_and_says_so_or_it_is_said_how_far_it_is(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    at = ledger.at

    def waiting(version: int) -> object:
        go_on.wait(60)
        return at(version)

    monkeypatch.setattr(versioned, "_PATIENCE", 0.01)
    monkeypatch.setattr(ledger, "at", waiting)
    searched = index_of(ledger, tmp_path)
    with pytest.raises(Busy, match="being made"):
        searched.find("ada", None, 50)
    go_on.set()
    assert searched._newest.thread is not None
    searched._newest.thread.join(60)
    assert found(searched, ledger, "ada") == ["actor/ada"]
    go_on.clear()
    monkeypatch.setattr(versioned, "_STEPS", 0)
    put(ledger, '<actor/ben> a rec:Person ; rdfs:label "Ben"@en .')
    state, hits, _ = searched.find("ada", None, 50)
    assert ([hit.iri for hit in hits], state.version, ledger.version) == ([f"{BASE}actor/ada"], 1, 2)
    with pytest.raises(Busy, match="being made"):
        searched.matches(["ada"], None, 0.01)
    go_on.set()
    searched._newest.thread.join(60)
    assert found(searched, ledger, "ben") == ["actor/ben"]


def test_many_who_search_at_once_after_a_commit_find_the_same(ledger: Ledger, tmp_path: Path) -> None:
    searched = index_of(ledger, tmp_path)
    assert found(searched, ledger, "ada") == ["actor/ada"]
    put(ledger, '<actor/ben> a rec:Person ; rdfs:label "Ben"@en .')
    seen: list[list[str]] = []
    threads = [threading.Thread(target=lambda: seen.append(found(searched, ledger, "ben"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert seen == [["actor/ben"]] * 8


def test_it_is_searched_for_in_a_graph_with_another_base(tmp_path: Path) -> None:
    with Ledger.open(Settings(data=tmp_path / "d", shapes=False, seeds=False), _gate=False) as plain:
        plain.update(
            'INSERT DATA { <https://elsewhere.example/actor/a> a <x:p> ; rdfs:label "Ada" }', author="t"
        )
        assert found(index_of(plain, tmp_path, "https://elsewhere.example/"), plain, "ada") == [
            "https://elsewhere.example/actor/a"
        ]


def test_an_older_version_has_an_index_of_its_own_while_it_is_kept(ledger: Ledger, tmp_path: Path) -> None:
    index = index_of(ledger, tmp_path)
    ada, ben = f"{BASE}actor/ada", f"{BASE}actor/ben"
    put(ledger, '<actor/ben> a rec:Person ; rdfs:label "Ben Ada"@en .')
    change(ledger, '<actor/ada> a rec:Person ; rdfs:label "Ada Byron"@en')
    wanted = {1: (ada,), 2: (ada, ben), None: (ben,), 3: (ben,)}
    for version in (1, None, 2, 3, 1):
        state, found_there = index.matches(["ada"], version, PATIENCE)
        assert (state.version, found_there) == (version or 3, {"ada": wanted[version]})
    for number in range(3):
        put(ledger, f'<actor/n{number}> a rec:Person ; rdfs:label "Ada {number}"@en .')
        index.matches(["ada"], 3 + number, PATIENCE)
    kept = sorted(path.name for path in tmp_path.glob("words-*.sqlite"))
    assert kept == ["words-4.sqlite", "words-5.sqlite"]
    with pytest.raises(UnknownVersion):
        index.matches(["ada"], 99, PATIENCE)


def test_the_index_of_an_older_version_is_made_from_the_newest_one(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(ledger, '<statement/s> a rec:Statement ; rdfs:label "A statement"@en ; rec:rendering <rendering/r> .')
    put(ledger, '<rendering/r> rec:text "all that ada said" .')
    change(ledger, '<actor/ada> rdfs:label "Ada Byron"@en', '<actor/ada> rdfs:label "Augusta Byron"@en')
    change(ledger, "<statement/s> rec:rendering <rendering/r>")
    index = index_of(ledger, tmp_path)
    assert found(index, ledger, "byron") == ["actor/ada"]

    def refused(*_: object) -> Iterator[object]:
        raise AssertionError("all of it was read")

    monkeypatch.setattr(VersionedIndex, "_everything", refused)
    ada, said = f"{BASE}actor/ada", f"{BASE}statement/s"
    # Of each version what was called Ada then, and what had her name in its words.
    for version, wanted in ((1, (ada,)), (2, (ada,)), (3, (ada, said)), (4, (said,))):
        state, matches = index.matches(["ada"], version, PATIENCE)
        assert (state.version, matches["ada"]) == (version, wanted)
    assert index.matches(["ada"], None, PATIENCE)[1] == {"ada": ()}


def test_a_commit_has_the_index_follow_that_somebody_has_searched_in(ledger: Ledger) -> None:
    put(ledger, '<actor/ben> a rec:Person ; rdfs:label "Ben"@en .')
    assert ledger.words._newest.index.state() is None
    assert found(ledger.words, ledger, "ben") == ["actor/ben"]
    put(ledger, '<actor/cay> a rec:Person ; rdfs:label "Cay"@en .')
    assert ledger.words._following is not None
    ledger.words._following.join(60)
    assert ledger.words._newest.index.state() == State(ledger.version, ledger.commit_id(ledger.version))
