"""A newer copy of each data set yields exactly the rows that were added, corrected and gone; the same one nothing."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from pyoxigraph import Quad
from tests.graph.importers.test_damaged_files import OBJECTS, TABLES, as_csv, as_json, objects, read, table
from tests.harness.importing import Said

from onrecord.graph import terms
from onrecord.graph.importers.model import Importer
from onrecord.graph.importers.spool import Spool, lines

CORRECTED = {
    "personnel": ("personnel", 123_456),
    "missile-attacks": ("launched", "7"),
    "mod-russia": ("text_snippet", "Nothing was shot down."),
    "unscon": ("A0", "Direct_NegEval"),
    "totals": ("tank", 123_456),
    "oryx": ("losses_total", 123_456),
    "resistinua": ("topics", ["Інше"]),
}


def copies(name: str) -> tuple[Importer, bytes, bytes, bytes]:
    """An importer with a copy, and two newer ones: without the first row, and with the one in the middle corrected."""
    column, value = CORRECTED[name]
    if name in TABLES:
        rows = table(name)
        corrected = [list(row) for row in rows]
        place = rows[0].index(column)
        row = corrected[len(rows) // 2]
        if name == "unscon":  # a label needs a target
            value = "Challenge" if row[place] == value else value
            row[rows[0].index("A2")] = "Underspecified"
        row[place] = str(value)
        assert corrected != rows
        return TABLES[name][0], as_csv(rows), as_csv([rows[0], *rows[2:]]), as_csv(corrected)
    items = objects(name)
    corrected_items = [dict(item) for item in items]
    corrected_items[len(items) // 2][column] = value
    return OBJECTS[name][0], *(as_json(name, some) for some in (items, items[1:], corrected_items))


def by_key(said: Said, importer: Importer) -> dict[str, set[Quad]]:
    """What is said of each row, by its key; what is of common use is none."""
    found: dict[str, set[Quad]] = defaultdict(set)
    for record in said.records:
        if not record.shared:
            found[record.key] |= record.quads(importer.graph(terms.DEFAULT_BASE))
    return found


def differences(before: Said, after: Said, importer: Importer) -> dict[str, list[str]]:
    """As an import tells them."""
    graph = importer.graph(terms.DEFAULT_BASE)
    with Spool() as spool:
        for record in sorted(after.records, key=lambda record: record.shared):
            spool.say(record.key, lines(record.quads(graph)), is_row=not record.shared)
        spool.leave(line for record in before.records for line in lines(record.quads(graph)))
        return spool.differences(importer.key_of)


@pytest.mark.parametrize("name", CORRECTED)
def test_the_same_copy_changes_nothing(name: str, tmp_path: Path) -> None:
    importer, copy, _, _ = copies(name)
    said = read(importer, copy, tmp_path)
    assert differences(said, read(importer, copy, tmp_path), importer) == {
        "added": [],
        "corrected": [],
        "gone": [],
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", CORRECTED)
def test_a_newer_copy_differs_by_the_rows_that_differ(name: str, tmp_path: Path) -> None:
    importer, copy, shorter, corrected = (
        item if isinstance(item, Importer) else read(copies(name)[0], item, tmp_path) for item in copies(name)
    )
    assert isinstance(importer, Importer)
    for before, after in ((copy, shorter), (shorter, copy), (copy, corrected)):
        assert isinstance(before, Said)
        assert isinstance(after, Said)
        old, new = by_key(before, importer), by_key(after, importer)
        found = differences(before, after, importer)
        added, gone = set(new) - set(old), set(old) - set(new)
        changed = {key for key in set(old) & set(new) if old[key] != new[key]}
        assert bool(changed) == bool(found["corrected"])
        if (
            name == "unscon"
        ):  # what a unit shares with its paragraph is no addition: one of the two is corrected
            told = set().union(*found.values())
            assert all(key in told or key.partition(" ")[0] in told for key in added | gone)
        else:
            assert changed >= set(found["corrected"])
            assert found["added"] == sorted(added)
            assert found["gone"] == sorted(gone)


def test_a_correction_of_losses_that_is_gone_is_told_by_the_key_by_which_it_was_added(tmp_path: Path) -> None:
    importer, totals = OBJECTS["totals"][0], objects("totals")[:2]
    correction = {
        "date": totals[1]["date"],
        "day": 3,
        "tank": -1,
        "APC": 0,
        "personnel": 0,
    }

    def copy(*rows: dict[str, object]) -> Said:
        return read(importer, as_json("totals", list(rows)), tmp_path)

    without, with_it = copy(*totals), copy(*totals, correction)
    key = f"correction {totals[1]['date']}"
    assert differences(without, with_it, importer)["added"] == [key]
    found = differences(with_it, without, importer)
    assert found["gone"] == [key]
    assert found["corrected"] in ([], [f"equipment {totals[1]['date']}"])
