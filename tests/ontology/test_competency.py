"""The questions the graph must answer, each with the rows worked out from the article by hand."""

from __future__ import annotations

import csv
import io
from collections import Counter
from importlib.resources import files

import pytest

from onrecord.graph import terms
from onrecord.graph.ledger import Ledger

DIRECTORY = files("onrecord.ontology") / "competency"
QUESTIONS = sorted(file.name.removesuffix(".rq") for file in DIRECTORY.iterdir() if file.name.endswith(".rq"))


def test_there_are_at_least_24_questions_each_in_plain_words() -> None:
    assert len(QUESTIONS) >= 24
    for name in QUESTIONS:
        first = (DIRECTORY / f"{name}.rq").read_text(encoding="utf-8").partition("\n")[0]
        assert first.startswith("# ")
        assert first.endswith("?")


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_graph_answers_as_the_article_does(name: str, seeded: Ledger) -> None:
    expected = list(csv.reader(io.StringIO((DIRECTORY / f"{name}.csv").read_text(encoding="utf-8"))))
    query = (DIRECTORY / f"{name}.rq").read_text(encoding="utf-8")
    with seeded.query(query, formats={"solutions": "csv", "boolean": "csv", "graph": None}) as answer:
        answered = list(csv.reader(io.StringIO(answer.read().decode())))
    shortened = [[_short(cell) for cell in row] for row in answered]
    assert shortened[0] == expected[0]
    assert len(expected) > 1, "a question without an expected row would pass on an empty graph"
    assert Counter(map(tuple, shortened[1:])) == Counter(map(tuple, expected[1:]))


def _short(cell: str) -> str:
    return cell.replace(terms.REC, "rec:").replace(terms.DEFAULT_BASE, "")
