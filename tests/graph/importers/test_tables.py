"""Files become rows with their lines; what is wrong with a file or a row is said with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.graph.importers import tables
from onrecord.graph.importers.model import BadFile, Refusal, Row


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "file"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_row_has_the_line_on_which_it_begins_though_cells_span_lines(tmp_path: Path) -> None:
    path = written(tmp_path, '\ufeffa,b\r\n1,"two\r\nlines"\r\n3,4\r\n')
    rows = list(tables.csv_rows(path, ["a", "b"]))
    assert rows == [
        Row(str(path), 2, {"a": "1", "b": "two\r\nlines"}),
        Row(str(path), 4, {"a": "3", "b": "4"}),
    ]


def test_a_row_with_cells_missing_is_refused_and_the_next_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, "a,b\n1\n\n3,4,5\n6,7\n")
    refused = [
        (item.line, item.reason[:11]) if isinstance(item, Refusal) else item["a"]
        for item in tables.csv_rows(path, [])
    ]
    assert refused == [(2, "has 1 cells"), (4, "has 3 cells"), "6"]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", r"has no column 'a' \(it is empty\)"),
        ("b" * 9_000 + "\n", r"has no column 'a' \(its columns are b{400} …\)"),
        ("b,c\n", r"has no column 'a' \(its columns are b, c\)"),
        (b"a\n\xff\n", r"file:2: is not UTF-8 \(invalid start byte\)"),
        ('a\n"b"c\n', "is not CSV"),
        ("b;a\n1,5;2\n", "file: has ';' between its cells and no comma: save it with commas between them"),
        ("b\t a\n1\t2\n", r"file: has '\\t' between its cells"),
    ],
)
def test_a_file_that_is_none_of_the_kind_is_named_with_the_reason(
    tmp_path: Path, text: str | bytes, wrong: str
) -> None:
    with pytest.raises(BadFile, match=wrong):
        list(tables.csv_rows(written(tmp_path, text), ["a"]))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("", "file: is empty. Give the"), ("a,b\n", "file:1: is not JSON: Expecting value. Give the")],
)
def test_a_file_that_holds_no_json_is_named_with_the_remedy(tmp_path: Path, text: str, wrong: str) -> None:
    with pytest.raises(BadFile, match=wrong):
        list(tables.json_rows(written(tmp_path, text)))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    for read in (tables.json_rows, tables.jsonl_rows, lambda path: tables.csv_rows(path, [])):
        with pytest.raises(BadFile, match="nowhere: cannot be read"):
            list(read(tmp_path / "nowhere"))


def test_json_lines_that_are_none_are_refused_one_by_one(tmp_path: Path) -> None:
    path = written(tmp_path, '{"a": 1}\n\n{"a": \n[1]\n{"a": 2}\n')
    found = [
        (item.line, item.reason) if isinstance(item, Refusal) else item["a"]
        for item in tables.jsonl_rows(path)
    ]
    assert found == [
        1,
        (3, "is not JSON: Expecting value at character 8"),
        (4, "is no JSON object but '[1]'"),
        2,
    ]


def test_a_json_array_gives_its_objects_by_number(tmp_path: Path) -> None:
    path = written(tmp_path, '[{"a": 1}, 5, {"a": 2}]')
    found = [
        (item.line, item["a"]) if isinstance(item, Row) else item.line for item in tables.json_rows(path)
    ]
    assert found == [(1, 1), 2, (3, 2)]
    path.write_text('[{"a": NaN}]')
    assert [item["a"] for item in tables.json_rows(path) if isinstance(item, Row)] == [None]
    path.write_text('[{"a": -Infinity}]')
    with pytest.raises(BadFile, match="-Infinity is no number"):
        list(tables.json_rows(path))
    with pytest.raises(BadFile, match="is no JSON array"):
        list(tables.json_rows(written(tmp_path, "{}")))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("\n \n", "file: is empty"),
        (
            "a,b\n" * 100,
            r"file: none of its first 100 lines is a JSON object that can be read \(the first is not JSON",
        ),
    ],
)
def test_a_file_without_json_lines_is_named(tmp_path: Path, text: str, wrong: str) -> None:
    with pytest.raises(BadFile, match=wrong):
        list(tables.jsonl_rows(written(tmp_path, text)))


def test_lines_before_the_first_that_is_json_are_refused_in_their_order(tmp_path: Path) -> None:
    path = written(tmp_path, "x\n" * 99 + '{"a": 1}\n' + "x\n" * 200)
    found = list(tables.jsonl_rows(path))
    assert [item.line for item in found] == list(range(1, 301))
    assert [item.line for item in found if not isinstance(item, Refusal)] == [100]


def test_what_a_terminal_would_obey_is_not_repeated_to_it(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"PK\x03\x04\x1b[2J\xe2\x80\xae,b\n1,2\n")
    with pytest.raises(BadFile) as refused:
        list(tables.csv_rows(path, ["a"]))
    assert str(refused.value).isprintable()
    assert r"its columns are PK\x03\x04\x1b[2J\u202e, b" in str(refused.value)
