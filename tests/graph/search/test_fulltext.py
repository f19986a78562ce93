"""The index of words by itself: what is found, in which order, and what a change that fails leaves."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.graph.errors import QueryRefused, QueryTimeout
from onrecord.graph.search import fulltext
from onrecord.graph.search.fulltext import CLOSED, OPENED, Entry, FullText, State

FIRST = State(1, "urn:one")
ENTRIES = [
    Entry("x:peskov", "actor", ("Dmitry Peskov", "Дмитро Пєсков", "Дмитрий Песков"), ()),
    Entry("x:zelensky", "actor", ("Volodymyr Zelensky", "Володимир Зеленський"), ()),
    Entry(
        "x:said",
        "statement",
        ("Dmitry Peskov on strikes",),
        ("Удары успешные, цели уничтожаются.", "strikes on air bases"),
        "2025-08-28",
    ),
    Entry("x:later", "statement", ("Another on strikes",), ("strikes on air bases",), "2025-08-29"),
    Entry("x:luhansk", "place", ("Луганськ", "Луганск"), ()),
]


@pytest.fixture
def index(tmp_path: Path) -> FullText:
    made = FullText(tmp_path / "search" / "words.sqlite")
    made.replace(ENTRIES, FIRST)
    return made


def found(index: FullText, text: str, kind: str | None = None, limit: int = 10) -> list[str]:
    return [hit.iri.removeprefix("x:") for hit in index.find(text, kind, limit)[0]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("peskov", ["peskov", "said"]),
        ("PESKOV", ["peskov", "said"]),
        ("Пєсков", ["peskov", "said"]),
        ("Песков", ["peskov", "said"]),
        ("pesk", ["peskov", "said"]),
        ("Zelenskyy", ["zelensky"]),
        ("Зеленский", ["zelensky"]),
        ("Lugansk", ["luhansk"]),
        ("цели", ["said"]),
        ("strikes цели", ["said"]),
        ("bases", ["later", "said"]),
        ("pe strikes", []),
        ("nothing", []),
        ("", []),
        ("!?*", []),
    ],
)
def test_things_are_found_by_name_and_word_in_any_script_and_spelling(
    index: FullText, text: str, expected: list[str]
) -> None:
    assert found(index, text) == expected


def test_a_slip_finds_what_is_spelt_alike_and_says_so(index: FullText) -> None:
    hits, instead = index.find("peskof", None, 5)
    assert ([hit.iri for hit in hits], instead) == (["x:peskov", "x:said"], {"peskof": "peskov"})


def test_results_are_of_the_kind_and_number_asked_for(index: FullText) -> None:
    assert found(index, "peskov", "statement") == ["said"]
    assert found(index, "peskov", limit=1) == ["peskov"]


def test_the_words_found_are_marked(index: FullText) -> None:
    ((hit,), _) = index.find("цели", None, 5)
    assert f"{OPENED}цели{CLOSED}" in hit.excerpt


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "'",
        '" OR names : *',
        "NEAR(a b)",
        "a AND NOT b",
        "names:x",
        "^x",
        "-x",
        "(",
        "\x00",
        "x" * 5000,
        "𝔘" * 300,
        "a " * 3000,
        "\x02a\x03",
        "%_",
        "; DROP TABLE entries",
    ],
)
def test_hostile_text_is_text(index: FullText, text: str) -> None:
    index.find(text, None, 5)
    assert found(index, "peskov") == ["peskov", "said"]


def test_a_change_puts_things_in_and_takes_them_out(index: FullText) -> None:
    changed = Entry("x:peskov", "actor", ("The spokesman",), ())
    index.update([changed, Entry("x:new", "actor", ("Somebody new",), ())], ["x:said"], State(2, "urn:two"))
    assert index.state() == State(2, "urn:two")
    assert (found(index, "peskov"), found(index, "spokesman"), found(index, "new")) == (
        [],
        ["peskov"],
        ["new"],
    )
    assert found(index, "bases") == ["later"]


def test_a_change_that_breaks_off_leaves_the_index_as_it_was(index: FullText) -> None:
    def broken() -> Iterator[Entry]:
        yield Entry("x:half", "actor", ("Half seen",), ())
        raise KeyboardInterrupt

    for change in (index.replace, lambda entries, state: index.update(entries, ["x:peskov"], state)):
        with pytest.raises(KeyboardInterrupt):
            change(broken(), State(2, "urn:two"))
        assert index.state() == FIRST
        assert (found(index, "half"), found(index, "peskov")) == ([], ["peskov", "said"])


def test_readers_see_nothing_of_a_change_under_way(index: FullText) -> None:
    seen = []

    def slow() -> Iterator[Entry]:
        yield Entry("x:half", "actor", ("Half seen",), ())
        seen.append((found(index, "half"), found(index, "peskov"), index.state()))

    index.replace(slow(), State(2, "urn:two"))
    assert seen == [([], ["peskov", "said"], FIRST)]
    assert (found(index, "half"), found(index, "peskov")) == (["half"], [])


@pytest.mark.parametrize("damage", ["junk", "empty", "cut", "layout", "missing"])
def test_a_file_that_cannot_be_read_is_no_index_and_is_begun_again(
    index: FullText, tmp_path: Path, damage: str
) -> None:
    path = tmp_path / "search" / "words.sqlite"
    if damage == "layout":
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA user_version = 99")
        connection.close()
    elif damage == "missing":
        path.unlink()
    else:
        whole = path.read_bytes()
        path.write_bytes({"junk": b"junk" * 5000, "empty": b"", "cut": whole[:5000]}[damage])
    assert index.state() is None
    index.replace(ENTRIES, FIRST)
    assert index.state() == FIRST
    assert found(index, "peskov") == ["peskov", "said"]


def test_what_takes_too_long_is_given_up_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = FullText(tmp_path / "words.sqlite")
    index.replace(
        (Entry(f"x:{n}", "actor", (f"alike {n} alike",), ("alike " * 20,)) for n in range(3000)), FIRST
    )
    monkeypatch.setattr(fulltext, "_SECONDS", -1.0)
    monkeypatch.setattr(fulltext, "_STEPS", 100)
    with pytest.raises(QueryTimeout, match="longer ones"):
        index.find("alike", None, 5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("strikes", ["later", "said"]),
        ("strik", []),
        ("strik*", ["later", "said"]),
        ("Strikes DMITRY", ["said"]),
        ("strik* Another", ["later"]),
        ("peskov", ["peskov", "said"]),
        ("Пєсков", ["peskov", "said"]),
        ("Пес*", ["peskov", "said"]),
        ("air bases -later NOT", []),
        ('"air" (bases)', ["later", "said"]),
    ],
)
def test_a_query_finds_whole_words_and_beginnings_where_a_star_says_so(
    index: FullText, text: str, expected: list[str]
) -> None:
    state, found_ = index.matches([text, "luhansk"])
    assert state == FIRST
    assert [iri.removeprefix("x:") for iri in found_[text]] == expected
    assert found_["luhansk"] == ("x:luhansk",)


@pytest.mark.parametrize("text", ["", " * ", "!?", "a " * 13, "x" * 201])
def test_a_query_that_looks_for_no_words_or_too_many_is_refused(index: FullText, text: str) -> None:
    with pytest.raises(QueryRefused, match="1 to 12 words"):
        index.matches([text])


def test_a_query_for_words_that_very_much_has_is_refused_and_not_cut(
    index: FullText, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fulltext, "MOST_MATCHES", 2)
    assert len(index.matches(["strikes"])[1]["strikes"]) == 2
    monkeypatch.setattr(fulltext, "MOST_MATCHES", 1)
    with pytest.raises(QueryRefused, match="more than 1 things have the words 'strikes'"):
        index.matches(["strikes"])
