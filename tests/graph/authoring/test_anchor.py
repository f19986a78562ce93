"""Bare words become offsets: exactly, only where the place is certain, and with nothing else of the file touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.graph.authoring.anchor import anchor
from onrecord.graph.files.texts import digest
from onrecord.graph.records.yaml_reader import RecordError, quoted, read

TEXT = "Ракети: “31 missiles”, and 131 missiles; 598 drones. Later 598 drones, it\u2019s said — «без слів».\nEnd.\n"


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_bytes(TEXT.encode())
    return path


def record(tmp_path: Path, evidence: str, text: str = TEXT) -> Path:
    path = tmp_path / "record.yaml"
    head = f"# kept 🎉\nid: document/a/b # here\nsha256:   {digest(text)}\nclaims:\n  - id: claim/x\n    evidence:"
    path.write_bytes(f"{head}{evidence}\n    note: {{en: 'after'}}  # stays\n".encode())
    return path


def anchored(tmp_path: Path, text: Path, evidence: str) -> str:
    path = record(tmp_path, evidence)
    before, _, after = path.read_text(encoding="utf-8").partition(evidence)
    assert anchor(path, [text]) > 0
    written = path.read_text(encoding="utf-8")
    assert written.startswith(before)
    assert written.endswith(after)
    return written[len(before) : len(written) - len(after)]


def at(words: str, nth: int = 0) -> str:
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(words, start + 1)
    return f"start: {start}, end: {start + len(words)}"


@pytest.mark.parametrize(
    ("evidence", "written"),
    [
        (" 31 missiles", f" {{{at('31 missiles')}, exact: \"31 missiles\"}}"),
        (" [31 missiles, 'Later']", f" [{{{at('31 missiles')}, exact: \"31 missiles\"}}, {{{at('Later')}, exact: \"Later\"}}]"),
        ("\n      - Later # why\n      # and\n      - End.", f"\n      - {{{at('Later')}, exact: \"Later\"}} # why\n      # and\n      - {{{at('End.')}, exact: \"End.\"}}"),
        (" [{exact: 'Later'}]", f" [{{{at('Later')}, exact: 'Later'}}]"),
        ("\n      - exact: Later\n        prefix: '. '", f"\n      - start: {TEXT.index('Later')}\n        end: {TEXT.index('Later') + 5}\n        exact: Later\n        prefix: '. '"),
        (" [{exact: 598 drones, nth: 2}]", f" [{{{at('598 drones', 1)}, exact: 598 drones}}]"),
        (" [{nth: 1, exact: 598 drones}]", f" [{{{at('598 drones')}, exact: 598 drones}}]"),
        ("\n      - exact: 598 drones\n        nth: 2", f"\n      - start: {TEXT.index('598 drones, ')}\n        end: {TEXT.index('598 drones, ') + 10}\n        exact: 598 drones"),
        ("\n      - nth: 2\n        exact: 598 drones", f"\n      - start: {TEXT.index('598 drones, ')}\n        end: {TEXT.index('598 drones, ') + 10}\n        exact: 598 drones"),
        (" [{exact: 598 drones, prefix: 'Later '}]", f" [{{{at('598 drones', 1)}, exact: 598 drones, prefix: 'Later '}}]"),
        (" >-\n      Later 598\n      drones", f" {{{at('Later 598 drones')}, exact: \"Later 598 drones\"}}"),
        (" «без слів»", f" {{{at('«без слів»')}, exact: \"«без слів»\"}}"),
    ],
)  # fmt: skip
def test_words_get_their_offsets_and_the_rest_of_the_file_stays(
    tmp_path: Path, text: Path, evidence: str, written: str
) -> None:
    assert anchored(tmp_path, text, evidence) == written


@pytest.mark.parametrize(
    ("evidence", "messages"),
    [
        (
            " 598 drones",
            ["6: ", "stands twice in the text", "1: at", "2: at", "Later [598 drones]", "nth: 2"],
        ),
        ("\n      - Later\n      - 598 drones", ["8: ", "stands twice"]),
        (" [{exact: 598 drones, nth: 3}]", ["'nth: 3'", "twice"]),
        (" [{exact: 598 drones, prefix: 'Sooner '}]", ["correct 'prefix' or 'suffix'", "Later [598 drones]"]),
        (" it's said", ["'it’s said'", "RIGHT SINGLE QUOTATION MARK".lower(), "(U+0027 apostrophe)"]),
        (" said - «без", ["(U+2014 em dash) where the record has '-'"]),
        (" слів».  End", [r"'слів».\nEnd'"]),
        (" 58 drones", ["Nearest: '598 drones'", "the text has '9' more"]),
        (" 8 drones", ["inside a longer word or number only", "[8 drones]"]),
        (" Nobody was there at all", ["Nothing in the text resembles it"]),
    ],
)
def test_words_with_no_certain_place_are_refused_and_the_file_stays_as_it_was(
    tmp_path: Path, text: Path, evidence: str, messages: list[str]
) -> None:
    path = record(tmp_path, evidence)
    before = path.read_bytes()
    with pytest.raises(RecordError) as refused:
        anchor(path, [text])
    (problem,) = refused.value.problems
    assert [message for message in messages if message not in f"{problem.line}: {problem.message}"] == []
    assert path.read_bytes() == before


def test_where_somebody_can_answer_they_are_asked_with_each_place(tmp_path: Path, text: Path) -> None:
    path = record(tmp_path, " 598 drones")
    asked = []

    def second(words: str, places: object) -> int:
        asked.append((words, places))
        return 1

    anchor(path, [text], second)
    assert at("598 drones", 1) in path.read_text(encoding="utf-8")
    ((words, places),) = asked
    assert words == "598 drones"
    assert ["Later [598 drones]" in place for place in places] == [False, True]  # type: ignore[attr-defined]


def test_an_answer_of_neither_changes_nothing(tmp_path: Path, text: Path) -> None:
    path = record(tmp_path, " 598 drones")
    before = path.read_bytes()
    with pytest.raises(RecordError, match="stands twice"):
        anchor(path, [text], lambda *_: None)
    assert path.read_bytes() == before


def test_of_several_texts_the_one_whose_hash_is_stated_is_taken(tmp_path: Path, text: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("Later", encoding="utf-8")
    assert anchor(record(tmp_path, " Later"), [other, text]) == 1
    with pytest.raises(RecordError, match="give the text of this version"):
        anchor(record(tmp_path, " Later"), [other])


def test_what_has_offsets_and_what_names_an_excerpt_is_left_alone(tmp_path: Path, text: Path) -> None:
    path = record(tmp_path, " [{start: 1, end: 2, exact: x}, 'document/a/b#char=1,2']")
    assert anchor(path, [text]) == 0


def test_line_ends_and_the_byte_order_mark_are_kept(tmp_path: Path, text: Path) -> None:
    path = record(tmp_path, "\n      - Later\n      - {exact: End., nth: 1}")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    before = path.read_bytes()
    anchor(path, [text])
    after = path.read_bytes()
    assert after.count(b"\r\n") == before.count(b"\r\n") == after.count(b"\n")
    assert after.startswith(b"\xef\xbb\xbf#")


HARD = {
    # what the text says: (what the record has, the words of the refusal)
    "He said “three dead”.": ('"\\"three dead\\""', "U+201C left double quotation mark"),
    "Зелен\u0441ькии\u0306 \u0456хав": ('"Зеленський"', "U+0438 U+0306 where the record has U+0439"),
    "У Києві": ('"Києві\u0308"', "does not stand"),
    "The anti\u00adaircraft units": ("antiaircraft", "U+00AD soft hyphen"),
    "The anti\u00adaircraft guns": ("anti", "inside a longer word"),
    "598\u00a0drones": ("598 drones", "U+00A0 no-break space"),
    "1\u202f598 drones": ("1 598 drones", "U+202F narrow no-break space"),
    "Line one\r\nline two": ("Line one line two", "'\\r\\n' where the record has ' '"),
    "👨\u200d👩\u200d👧 together": ("👩", "inside a longer word"),
    "cafe\u0301 open": ("cafe", "inside a longer word"),
    "cafe\u0301s open": ('"cafe\u0301"', "inside a longer word"),
}


@pytest.mark.parametrize("said", HARD, ids=ascii)
def test_what_only_looks_the_same_is_refused_with_the_difference(tmp_path: Path, said: str) -> None:
    words, message = HARD[said]
    (tmp_path / "t.txt").write_bytes(said.encode())
    with pytest.raises(RecordError) as refused:
        anchor(record(tmp_path, f" [{words}]", said), [tmp_path / "t.txt"])
    (problem,) = refused.value.problems
    assert problem.line == 6
    assert message in problem.message


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("قال إن ثلاثة قتلوا في كييف 🎖 أمس", "ثلاثة قتلوا"),
        ("قال إن ثلاثة قتلوا في كييف 🎖 أمس", "🎖 أمس"),
        ("🎖🎖 удар", "удар"),
        ("one\u2028two three", "one\u2028two"),
        ("one\u0085two three", "one\u0085two"),
        ("three\ufeff dead", "three\ufeff dead"),
        ("Line one\r\nline two", "one\r\nline"),
        ("del\x7fete it", "del\x7fete"),
        ("cafe\u0301 open", "cafe\u0301"),
        ("\ufeffthree dead", "three"),
    ],
    ids=ascii,
)
def test_what_stands_there_is_found_by_its_characters_and_read_back_as_it_is(
    tmp_path: Path, said: str, words: str
) -> None:
    (tmp_path / "t.txt").write_bytes(said.encode())
    path = record(tmp_path, f" [{quoted(words)}]", said)
    assert anchor(path, [tmp_path / "t.txt"]) == 1
    (evidence,) = read(path)["claims"][0]["evidence"]
    assert (evidence["start"], evidence["end"], evidence["exact"]) == (
        said.index(words),
        said.index(words) + len(words),
        words,
    )
