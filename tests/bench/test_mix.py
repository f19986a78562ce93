"""The query mix and how its answers are compared; the measurements themselves are no tests."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter

import pytest
from bench import mix
from bench.generate import lines
from bench.peers import answers, chart, report
from bench.peers.comparison import Result, Times
from pyoxigraph import QueryBoolean, QuerySolutions, RdfFormat, Store


@pytest.fixture(scope="module")
def store() -> Store:
    """A small invented graph, without what is derived from it."""
    made = Store()
    made.load("".join(lines(9_000)).encode(), RdfFormat.N_QUADS)
    return made


@pytest.fixture(scope="module")
def questions(store: Store) -> list[mix.Question]:
    def ask(query: str) -> list[str]:
        found = store.query(query, use_default_graph_as_union=True)
        assert isinstance(found, QuerySolutions)
        return [str(row["x"]) for row in found]

    return mix.questions(ask)


def test_there_are_24_and_each_is_a_query_with_all_its_parameters(
    questions: list[mix.Question], store: Store
) -> None:
    assert len(questions) == 24
    derived = {
        "17-who-contradicts-whom",
        "16-disputes-of-an-event",
        "18-claims-by-standing",
        "20-relations-of-an-actor",
    }
    for question in questions:
        assert "$" not in question.text(0)
        found = store.query(question.text(0), use_default_graph_as_union=True)
        assert isinstance(found, QueryBoolean) or question.name in derived or any(True for _ in found), (
            question.name
        )


def test_a_query_asked_anew_has_another_text_and_the_same_answer(
    questions: list[mix.Question], store: Store
) -> None:
    first = next(question for question in questions if question.name.startswith("06"))
    texts = {first.text(2), first.unseen(2), first.unseen(2)}
    assert len(texts) == 3
    found = [sorted(map(str, store.query(text, use_default_graph_as_union=True))) for text in texts]  # type: ignore[arg-type]
    assert found[0] == found[1] == found[2]
    assert found[0]


def test_values_are_taken_from_the_busiest_on_at_growing_distances() -> None:
    assert mix.spread([str(n) for n in range(100)], 4) == ["0", "2", "9", "31"]  # 100 ** (k / 4), less one
    assert mix.spread(["only"], 4) == ["only"]
    with pytest.raises(ValueError, match="holds nothing"):
        mix.spread([], 4)


def table(*rows: str) -> bytes:
    return f'{{"head": {{"vars": ["a"]}}, "results": {{"bindings": [{", ".join(rows)}]}}}}'.encode()


def cell(value: str, datatype: str, kind: str = "literal") -> str:
    return f'{{"a": {{"type": "{kind}", "value": "{value}", "datatype": "http://www.w3.org/2001/XMLSchema#{datatype}"}}}}'


def test_answers_are_compared_by_what_they_say_not_by_how_they_write_it() -> None:
    ours = table(cell("1", "integer"), cell("2025-08-28T00:00:00Z", "dateTime"))
    theirs = table(cell("2025-08-28T00:00:00+00:00", "dateTime"), cell("1.0", "decimal", "typed-literal"))
    media_type = "application/sparql-results+json"
    read = [answers.read(media_type, body, is_graph=False) for body in (ours, theirs)]
    assert answers.difference(*read) == ""
    once, twice = (
        answers.read(media_type, table(*[cell("2", "integer")] * n), is_graph=False) for n in (1, 2)
    )
    assert (answers.difference(twice, once), answers.difference(once, twice)) == ("1 less", "1 more")
    graph = answers.read("text/turtle", b"<urn:a> <urn:b> 01 .", is_graph=True)
    assert graph == answers.read(
        "application/n-triples",
        b'<urn:a> <urn:b> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .',
        is_graph=True,
    )


def test_tables_mark_what_is_slower_than_the_aim_and_name_what_differs(questions: list[mix.Question]) -> None:
    times = {"onrecord": Times(3.0, 4.0, 5), "oxigraph serve": Times(2.0, 3.0, 5)}
    result = Result(
        questions[0], rows=7, differences={"Virtuoso": "2 less than the 7 of onrecord"}, unseen=times
    )
    machines = {name: report.Machine(memory=1) for name in times}
    text = report.tables(
        report.Run(100, 1000, machines, [result], left_out={"rdflib-endpoint": "not installed"})
    )
    assert "| 01-claims-of-a-statement | 7 | 3.0 (4.0) /  | 2.0 (3.0) /  | **1.50** |" in text
    assert "- 01-claims-of-a-statement, Virtuoso: 2 less than the 7 of onrecord" in text
    assert "rdflib-endpoint was not measured: not installed." in text
    assert "| memory, bytes a quad | 1,049 | 1,049 |" in text  # 1,048,576 over 1,000


def test_the_chart_has_a_dot_for_each_figure() -> None:
    picture = chart.draw("Milliseconds", {"one": {"a": 1.0, "b": 10.0}, "<two>": {"a": 100.0}}, ["a", "b"])
    root = ET.fromstring(picture)  # noqa: S314  (our own)
    titles = Counter(element.text for element in root.iter("{http://www.w3.org/2000/svg}title"))
    assert titles == {"one, a: 1.0 ms": 1, "one, b: 10.0 ms": 1, "<two>, a: 100.0 ms": 1}
