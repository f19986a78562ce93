"""Partitions: rows that may be about one thing are together, and every row is in one of them, once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.harness.importing import Beside

from onrecord.graph.importers import discovery, tables
from onrecord.graph.importers.cluster import partitions
from onrecord.graph.importers.model import BadFile, Importer, Refusal, Row

Names = Callable[[Row], Iterable[str]]


def rows(files: Sequence[Path]) -> Iterator[Row | Refusal]:
    for path in files:
        yield from tables.csv_rows(path, ["key", "names"])


IMPORTER = Importer(
    "keys", "Keys", "document/keys", "actor/keys", "https://keys.example/", None, "", "keys.csv", rows, lambda *_: iter(()),
    together=lambda _: lambda row: row["names"].split(),
)  # fmt: skip


def divided(
    lines: Sequence[str], path: Path, size: int = 1, importer: Importer = IMPORTER
) -> list[list[str]]:
    """The keys of the rows in each partition."""
    path.write_text("\n".join(["key,names", *lines, ""]), encoding="utf-8")
    plan = partitions.plan(importer, [path], Beside(), size)
    found = sorted(partitions.read(importer, [path], plan))
    assert [number for number, _ in found] == list(range(plan.count))
    return [[row["key"] for row in rows] for _, rows in found]


def test_rows_that_share_a_name_are_together_wherever_they_stand(tmp_path: Path) -> None:
    assert divided(["a,x", "b,y", "c,z", "d,y", "e,x"], tmp_path / "k.csv") == [["a", "e"], ["b", "d"], ["c"]]


def test_so_are_those_that_others_lead_to(tmp_path: Path) -> None:
    assert divided(["a,x", "b,y", "c,z", "d,z x"], tmp_path / "k.csv") == [["a", "c", "d"], ["b"]]


def test_a_row_that_shares_nothing_is_by_itself(tmp_path: Path) -> None:
    assert divided(["a,", "b,", "c,x"], tmp_path / "k.csv") == [["a"], ["b"], ["c"]]


def test_partitions_are_filled_with_whole_groups(tmp_path: Path) -> None:
    lines = ["a,1", "b,2", "c,1", "d,3", "e,4", "f,5"]
    assert divided(lines, tmp_path / "k.csv", size=3) == [["a", "b", "c"], ["d", "e", "f"]]
    assert divided(lines, tmp_path / "k.csv", size=4) == [["a", "b", "c", "d"], ["e", "f"]]


def test_an_importer_that_does_not_say_has_one_partition(tmp_path: Path) -> None:
    silent = replace(IMPORTER, together=None)
    assert divided(["a,x", "b,y"], tmp_path / "k.csv", importer=silent) == [["a", "b"]]
    assert divided([], tmp_path / "k.csv", importer=silent) == []


@pytest.mark.slow
@given(st.lists(st.lists(st.integers(0, 12), max_size=3), max_size=25), st.integers(1, 5))
def test_every_row_is_in_one_partition_and_no_name_in_two(
    tmp_path_factory: pytest.TempPathFactory, names: list[list[int]], size: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    lines = [f"{number},{' '.join(map(str, row))}" for number, row in enumerate(names)]
    found = divided(lines, path, size)
    assert sorted(int(key) for part in found for key in part) == list(range(len(names)))
    assert all(part == sorted(part, key=int) for part in found)
    of: dict[int, int] = {}
    for number, part in enumerate(found):
        for key in part:
            for name in names[int(key)]:
                assert of.setdefault(name, number) == number


def test_rows_that_cannot_be_read_are_told_and_belong_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "k.csv"
    path.write_text("key,names\na,x\nb\nc,y\n", encoding="utf-8")
    plan = partitions.plan(IMPORTER, [path], Beside(), 1)
    assert [refusal.line for refusal in plan.refused] == [3]
    assert [row["key"] for _, rows in partitions.read(IMPORTER, [path], plan) for row in rows] == ["a", "c"]


@pytest.mark.parametrize("after", ["key,names\na,x\n", "key,names\na,x\nb,y\nc,z\n"])
def test_a_file_that_is_another_at_the_second_reading_is_told(tmp_path: Path, after: str) -> None:
    path = tmp_path / "k.csv"
    path.write_text("key,names\na,x\nb,y\n", encoding="utf-8")
    plan = partitions.plan(IMPORTER, [path], Beside(), 1)
    path.write_text(after, encoding="utf-8")
    with pytest.raises(BadFile, match="changed while they were read"):
        list(partitions.read(IMPORTER, [path], plan))


def test_the_importers_that_cannot_be_divided_are_those_that_the_page_says() -> None:
    assert [name for name, one in discovery.all_importers().items() if one.together is None] == ["losses"]
