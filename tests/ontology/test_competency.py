"""The questions the graph must answer, each with the rows worked out from the article by hand."""

from __future__ import annotations

import csv
import io
from collections import Counter
from importlib.resources import files

import pytest

from onrecord.graph import queryfiles, terms
from onrecord.graph.ledger import Ledger
from onrecord.graph.queryfiles import QueryFile

DIRECTORY = files("onrecord.ontology") / "competency"
QUESTIONS = queryfiles.in_directory(DIRECTORY)


def test_there_are_at_least_24_questions_each_in_plain_words() -> None:
    assert len(QUESTIONS) >= 24
    for question in QUESTIONS:
        assert question.title.endswith("?"), question.name


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_the_graph_answers_as_the_article_does(question: QueryFile, seeded: Ledger) -> None:
    expected = list(csv.reader(io.StringIO((DIRECTORY / f"{question.name}.csv").read_text(encoding="utf-8"))))
    with seeded.query(question.text, formats={"solutions": "csv", "boolean": "csv", "graph": None}) as answer:
        answered = list(csv.reader(io.StringIO(answer.read().decode())))
    shortened = [[_short(cell) for cell in row] for row in answered]
    assert shortened[0] == expected[0]
    assert len(expected) > 1, "a question without an expected row would pass on an empty graph"
    assert Counter(map(tuple, shortened[1:])) == Counter(map(tuple, expected[1:]))


def _short(cell: str) -> str:
    return cell.replace(terms.REC, "rec:").replace(terms.DEFAULT_BASE, "")
