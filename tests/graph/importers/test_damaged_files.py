"""A copy of a data set that differs in its form alone says the same; one that is damaged is refused by file, line and reason."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.graph.importers.datasets.attack_rows import problems
from tests.harness.importing import Said, data_set, said

from onrecord.graph.importers.datasets import losses, missile_attacks, mod_russia, resistinua, unscon
from onrecord.graph.importers.model import BadFile, Importer

ROWS = 40
TABLES = {
    "missile-attacks": (missile_attacks.IMPORTER, "missile_attacks_daily.csv"),
    "mod-russia": (mod_russia.IMPORTER, "mod_russia_2025-08-27_29.csv"),
    "unscon": (unscon.IMPORTER, "unscon_conflict_annotations_ecfa26d.csv"),
}
OBJECTS = {
    "totals": (losses.IMPORTER, "russia_losses_equipment_37655f8.json"),
    "personnel": (losses.IMPORTER, "russia_losses_personnel_37655f8.json"),
    "oryx": (losses.IMPORTER, "russia_losses_equipment_oryx_37655f8.json"),
    "resistinua": (resistinua.IMPORTER, "resistinua_2391318.jsonl"),
}
Table = list[list[str]]
Objects = list[dict[str, Any]]


def table(name: str) -> Table:
    return [list(row) for row in _table(name)]


def objects(name: str) -> Objects:
    return [dict(item) for item in _objects(name)]


@cache
def _table(name: str) -> Table:
    with data_set(TABLES[name][1]).open(encoding="utf-8-sig", newline="") as file:
        return [row for row, _ in zip(csv.reader(file), range(ROWS + 1), strict=False)]


@cache
def _objects(name: str) -> Objects:
    path = data_set(OBJECTS[name][1])
    text = path.read_text(encoding="utf-8-sig")
    found = map(json.loads, text.splitlines()) if path.suffix == ".jsonl" else json.loads(text)
    return list(found)[:ROWS]


def as_csv(rows: Table, end: str = "\n") -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator=end).writerows(rows)
    return text.getvalue().encode()


def as_json(name: str, items: Objects) -> bytes:
    if OBJECTS[name][1].endswith("l"):
        return "\n".join(map(json.dumps, items)).encode()
    return json.dumps(items).encode()


def read(importer: Importer, content: bytes, tmp_path: Path) -> Said:
    path = tmp_path / "copy"
    path.write_bytes(content)
    return said(importer, [path])


@pytest.fixture(scope="module")
def as_it_is(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Said]:
    """What an importer says of a copy that is neither in another form nor damaged, by the copy's name; worked out once."""
    directory = tmp_path_factory.mktemp("as-it-is")

    @cache
    def of(name: str) -> Said:
        if name in TABLES:
            return read(TABLES[name][0], as_csv(table(name)), directory)
        return read(OBJECTS[name][0], as_json(name, objects(name)), directory)

    return of


def columns_shuffled(rows: Table) -> Table:
    order = random.Random(3).sample(range(len(rows[0])), len(rows[0]))  # noqa: S311  (an order, no secret)
    return [[row[place] for place in order] for row in rows]


SAME_TABLES: dict[str, Callable[[Table], bytes]] = {
    "columns in another order": lambda rows: as_csv(columns_shuffled(rows)),
    "a byte order mark": lambda rows: b"\xef\xbb\xbf" + as_csv(rows),
    "ends of lines of Windows": lambda rows: as_csv(rows, "\r\n"),
    "a column more": lambda rows: as_csv([[*row, "surplus"] for row in rows]),
    "spaces around the names of columns": lambda rows: as_csv([[f" {cell} " for cell in rows[0]], *rows[1:]]),
    "each row twice": lambda rows: as_csv([rows[0], *(row for row in rows[1:] for _ in range(2))]),
    "rows in another order": lambda rows: as_csv([rows[0], *rows[:0:-1]]),
    "empty lines": lambda rows: b"\n".join(as_csv([row]) for row in rows),
    "packed": lambda rows: gzip.compress(as_csv(rows)),
    "NaN where there is nothing": lambda rows: as_csv([[cell or "NaN" for cell in row] for row in rows]),
    "nothing where there is a mark for it": lambda rows: as_csv(
        [[cell if cell != "_" else "" for cell in row] for row in rows]
    ),
}
SAME_OBJECTS: dict[str, Callable[[Objects], Objects]] = {
    "keys in another order": lambda items: [dict(reversed(item.items())) for item in items],
    "a key more": lambda items: [{**item, "surplus": 1} for item in items],
    "each row twice": lambda items: [*items, *items],
    "null for each key that a row has not": lambda items: [
        {key: item.get(key) for other in items for key in other} for item in items
    ],
    "numbers with a point": lambda items: [
        {key: float(value) if type(value) is int else value for key, value in item.items()} for item in items
    ],
    "NaN, as a program for tables writes it": lambda items: [
        {"surplus": float("nan"), **item} for item in items
    ],
    "rows in another order": lambda items: items[::-1],
}


@pytest.mark.parametrize("form", SAME_TABLES)
@pytest.mark.parametrize("name", TABLES)
def test_a_table_in_another_form_says_the_same(
    as_it_is: Callable[[str], Said], name: str, form: str, tmp_path: Path
) -> None:
    rows, importer, expected = table(name), TABLES[name][0], as_it_is(name)
    found = read(importer, SAME_TABLES[form](rows), tmp_path)
    assert len(expected.records) > 2
    assert found.quads == expected.quads
    assert len(found.refused) == len(expected.refused)


@pytest.mark.parametrize("form", SAME_OBJECTS)
@pytest.mark.parametrize("name", OBJECTS)
def test_objects_in_another_form_say_the_same(
    as_it_is: Callable[[str], Said], name: str, form: str, tmp_path: Path
) -> None:
    items, importer, expected = objects(name), OBJECTS[name][0], as_it_is(name)
    assert len(expected.records) > 2
    assert read(importer, as_json(name, SAME_OBJECTS[form](items)), tmp_path).quads == expected.quads


@pytest.mark.slow
@pytest.mark.parametrize("form", ["a byte order mark", "packed"])
@pytest.mark.parametrize("name", OBJECTS)
def test_files_of_objects_in_another_form_say_the_same(
    as_it_is: Callable[[str], Said], name: str, form: str, tmp_path: Path
) -> None:
    content, importer = as_json(name, objects(name)), OBJECTS[name][0]
    other = gzip.compress(content) if form == "packed" else b"\xef\xbb\xbf" + content
    assert read(importer, other, tmp_path).quads == as_it_is(name).quads


DAMAGED: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "in UTF-16": lambda content: content.decode().encode("utf-16"),
    "packed and cut": lambda content: gzip.compress(content)[:-20],
    "packed and something else": lambda content: gzip.compress(content)[:30] + content,
}


@pytest.mark.parametrize("damage", DAMAGED)
@pytest.mark.parametrize("name", [*TABLES, "totals", "resistinua"])
def test_a_damaged_file_is_refused_and_named(name: str, damage: str, tmp_path: Path) -> None:
    if name in TABLES:
        importer, content = TABLES[name][0], as_csv(table(name))
    else:
        importer, content = OBJECTS[name][0], as_json(name, objects(name))
    with pytest.raises(BadFile, match=str(tmp_path / "copy")):
        read(importer, DAMAGED[damage](content), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", TABLES)
def test_a_column_that_is_read_and_missing_or_there_twice_is_named(
    as_it_is: Callable[[str], Said], name: str, tmp_path: Path
) -> None:
    rows, importer, whole = table(name), TABLES[name][0], as_it_is(name).quads
    for place, column in enumerate(rows[0]):
        without = as_csv([row[:place] + row[place + 1 :] for row in rows])
        if not is_read(importer, column):
            assert read(importer, without, tmp_path).quads == whole, column
            continue
        with pytest.raises(BadFile, match=f"has no column '{column}'"):
            read(importer, without, tmp_path)
        with pytest.raises(BadFile, match=f"has the column '{column}' twice"):
            read(importer, as_csv([[*row, row[place]] for row in rows]), tmp_path)


READ = {
    "missile-attacks": missile_attacks.COLUMNS,
    "mod-russia": ("datetime", "oblasts", "text_snippet"),
    "unscon": ("file_id", "EDU_text", "EDU_char_offsets", "A0", "A2", "A3", "A4", "B1", "B2", "B3"),
}


def is_read(importer: Importer, column: str) -> bool:
    return column in READ[importer.name]


KEYS = {
    "missile-attacks": ("source", "launched", "999", "target_main"),
    "mod-russia": ("datetime", "text_snippet", "Другое", "drone_count"),
    "unscon": ("EDU_char_offsets", "A3", "Wrong", "Challenge"),
    "totals": ("date", "tank", 1, "surplus"),
    "personnel": ("date", "personnel", 1, "surplus"),
    "oryx": ("model", "losses_total", 999, "surplus"),
    "resistinua": ("id", "topics", ["Інше"], "surplus"),
}


@pytest.mark.parametrize("name", KEYS)
def test_two_rows_of_one_key_are_one_where_what_is_read_is_the_same_and_else_the_second_is_refused(
    name: str, tmp_path: Path
) -> None:
    _, read_column, value, unread = KEYS[name]
    if name in TABLES:
        head, *rows = table(name)
        objects_ = [dict(zip(head, row, strict=True)) for row in rows]
        importer = TABLES[name][0]

        def form(items: Objects) -> bytes:
            return as_csv([head, *([item[column] for column in head] for item in items)])
    else:
        objects_, importer = objects(name), OBJECTS[name][0]

        def form(items: Objects) -> bytes:
            return as_json(name, items)

    once = read(importer, form(objects_), tmp_path)
    same = read(importer, form([*objects_, {**objects_[0], unread: "9"}]), tmp_path)
    assert same.quads == once.quads
    # A column that the losses' importer does not know is said, as the other kinds of refusal are.
    assert [one.reason for one in same.refused if "has a column" not in one.reason] == [
        one.reason for one in once.refused
    ]
    other = read(importer, form([*objects_, {**objects_[0], read_column: value}]), tmp_path)
    assert other.quads == once.quads
    assert len(set(other.refused) - set(once.refused)) == 1


WRONG = (
    *("-5", "31/02/2025", "2025-02-31", "nan", "9" * 30, "abc", "  ", "1.5", "=1+1", "9999-12-31", "0001-01-01"),
    *("x" * 3000, "two\nlines", "{'a': nan}", "[", "a\0b", "\u202e", "20250101"),
)  # fmt: skip
WRONG_IN_JSON = (
    *(-5, None, 10**30, 1.5, True, "abc", "", "  ", [1], [[1]], {"a": 1}, "\ud800", "a\0b", "31/02/2025"),
    *("20250101", "9999-12-31", "0001-01-01", "2025-W01-1"),
)


@pytest.mark.slow
@pytest.mark.parametrize("name", TABLES)
def test_whatever_a_cell_holds_rows_are_taken_or_refused_and_others_go_in(name: str, tmp_path: Path) -> None:
    rows, importer = table(name), TABLES[name][0]
    last = min(len(rows), len(WRONG) + 1)
    for place in range(len(rows[0])):
        damaged = [list(row) for row in rows]
        for row, wrong in zip(damaged[1:last], WRONG, strict=False):
            row[place] = wrong
        found = read(importer, as_csv(damaged), tmp_path)
        # Each row is one or two lines, and none after those that were changed is refused.
        assert all(refusal.line <= 2 * last for refusal in found.refused), rows[0][place]
        assert len(found.refused) < last
        assert found.records
        assert not any("\\u0000" in str(quad) for quad in found.quads)


@pytest.mark.slow
@pytest.mark.parametrize("name", OBJECTS)
def test_whatever_a_value_is_rows_are_taken_or_refused_and_others_go_in(
    as_it_is: Callable[[str], Said], name: str, tmp_path: Path
) -> None:
    items, importer = objects(name), OBJECTS[name][0]
    whole = {refusal.line for refusal in as_it_is(name).refused}
    for key in items[0]:
        damaged = [dict(item) for item in items]
        for item, wrong in zip(damaged, WRONG_IN_JSON, strict=False):
            item[key] = wrong
        found = read(importer, as_json(name, damaged), tmp_path)
        assert {refusal.line for refusal in found.refused} - whole <= set(range(1, len(WRONG_IN_JSON) + 1)), (
            key
        )
        assert len(found.records) >= 2


@pytest.mark.parametrize("column", ["launched", "destroyed", "num_hit_location"])
def test_a_count_below_nothing_is_refused(column: str, tmp_path: Path) -> None:
    rows = table("missile-attacks")
    rows[1][rows[0].index(column)] = "-5"
    (refusal,) = read(missile_attacks.IMPORTER, as_csv(rows), tmp_path).refused
    assert (refusal.line, "'-5'" in refusal.reason, column in refusal.reason) == (2, True, True)


def test_json_that_is_nested_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="is not JSON that can be read"):
        read(losses.IMPORTER, b"[" * 100_000, tmp_path)
    (refusal,) = read(resistinua.IMPORTER, b"[" * 100_000, tmp_path).refused
    assert "is not JSON that can be read" in refusal.reason


ODD = '\u202e \u00a0 \u2028 \u200b \ufeff \u00ad \ue000 \ufdd0 \U0001fffe \U0001f396 x\u0301 <b> &amp; " \\ \t \r\n \x85 \x07'


@pytest.mark.slow
@pytest.mark.parametrize("name", ["missile-attacks", "mod-russia", "unscon", "resistinua"])
def test_no_character_in_a_row_makes_the_shapes_refuse_all_rows(name: str, tmp_path: Path) -> None:
    """A row with it goes in or is refused; what goes in meets the shapes."""
    texts = {"missile-attacks": "source", "mod-russia": "text_snippet", "unscon": "EDU_text"}
    odd = ODD.split(" ")
    if name in TABLES:
        head, *rows = table(name)
        place = head.index(texts[name])
        for number, (row, mark) in enumerate(zip(rows, odd, strict=False)):
            row[place] = f"{row[place][:20]}{mark}{row[place][20:]}"
            if name == "unscon":  # of as many characters as its offsets span, in a paragraph of its own
                row[head.index("file_id")] = f"UNSC_2014_SPV.{7000 + number}_spch015_Ukraine_03.txt"
                row[head.index("EDU_char_offsets")] = f"0-{len(row[place])}"
        importer, content = TABLES[name][0], as_csv([head, *rows])
    else:
        items = objects(name)
        for item, mark in zip(items, odd, strict=False):
            item["cities"] = [f"Місто{mark}"]
            for language in ("uk", "en"):
                item[language] = {key: f"{text[:4]}{mark}{text[4:]}" for key, text in item[language].items()}
        importer, content = OBJECTS[name][0], as_json(name, items)
    found = read(importer, content, tmp_path)
    assert len(found.records) > len(odd) // 2
    assert len(found.refused) <= 4
    assert not problems(found.quads)
