"""The README's promises: its answers are the graph's, its table of settings the program's."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import table

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sparql\n(.*?)```\n\n(\|.*?)\n\n", README, re.DOTALL)


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]


def test_the_readme_shows_five_queries() -> None:
    assert len(QUERIES) == 5


@pytest.mark.parametrize(("query", "shown"), QUERIES)
def test_the_answers_shown_are_the_real_ones(query: str, shown: str, seeded: Ledger) -> None:
    header, _, *rows = shown.splitlines()
    with seeded.query(query, formats={"solutions": "csv", "boolean": None, "graph": None}) as answer:
        answered = list(csv.reader(io.StringIO(answer.read().decode())))
    assert answered == [cells(header), *map(cells, rows)]


def test_every_setting_is_documented_with_its_default() -> None:
    shown = README.partition("<!-- settings -->")[2].partition("<!-- /settings -->")[0]
    rows = [cells(line) for line in shown.strip().splitlines()[2:]]
    assert rows == [[f"`{name}`", f"`{default}`", help_] for name, default, help_ in table()]
