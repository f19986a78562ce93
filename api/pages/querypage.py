"""The query page: a text area, examples, and the answer as a table, with links to take it away in other formats."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, make_response, render_template, request, url_for

from onrecord.api.http.problems import Problem
from onrecord.graph import formats, terms
from onrecord.graph.ledger import Answer
from onrecord.graph.vocabulary.examples import examples

MOST_ROWS: Final = 1000
# What a browser can still scroll. A larger answer is offered as a download instead of being read into this process.
MOST_BYTES: Final = 4 << 20
# The order in which people like to take them away.
_TABLES: Final = (formats.CSV, formats.EXCEL, formats.TSV, formats.JSON, formats.XML)
_PLAIN: Final = "http://www.w3.org/2001/XMLSchema#string"


@dataclass(frozen=True, slots=True)
class ShownCell:
    """One value of a row."""

    kind: str
    value: str
    language: str | None = None
    datatype: str | None = None


@dataclass(frozen=True, slots=True)
class ResultTable:
    """Rows to show, `total` of them in all; a yes or no is `truth`, a graph its Turtle in `text`."""

    variables: list[str]
    rows: list[list[ShownCell | None]]
    total: int
    truth: bool | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class QueryLine:
    """A line of the query for show; `at` is the offending character of the line the error is on."""

    number: int
    before: str
    at: str | None = None
    after: str = ""


def empty() -> Response:
    """The page before anything was asked."""
    query = (
        examples()[0].text
        if examples()
        else "SELECT ?thing ?label WHERE { ?thing rdfs:label ?label } LIMIT 10"
    )
    return _page(query)


def answered(query: str, answer: Answer, seconds: float) -> Response:
    """The page with a query, its answer, how many seconds that took, and where the answer is to be had in other formats."""
    downloads = [
        (one.label, f"{url_for('sparql.sparql')}?{_with_accept(one.media_type)}")
        for one in (formats.GRAPHS if answer.kind == "graph" else _TABLES)
    ]
    table = None
    if answer.length > MOST_BYTES:
        answer.close()
    else:
        table = read_table(answer)
    return _page(query, table=table, downloads=downloads, seconds=seconds, length=answer.length)


def failed(query: str, problem: Problem) -> Response:
    """The page with what is wrong with the query, at the place where it is wrong."""
    line, column = problem.more.get("line"), problem.more.get("column")
    listing = place(query, line, column) if line else []
    response = _page(query, problem=problem, listing=listing)
    response.status_code = problem.status
    response.headers.update(problem.headers)
    return response


def read_table(answer: Answer) -> ResultTable:
    """An answer in SPARQL JSON, or a graph in Turtle, for show."""
    raw = answer.read()
    if answer.kind == "graph":
        return ResultTable([], [], 0, text=raw.decode("utf-8"))
    document: dict[str, Any] = json.loads(raw)
    if answer.kind == "boolean":
        return ResultTable([], [], 1, truth=bool(document["boolean"]))
    variables: list[str] = document["head"]["vars"]
    bindings: list[dict[str, Any]] = document["results"]["bindings"]
    rows = [[_cell(row.get(name)) for name in variables] for row in bindings[:MOST_ROWS]]
    return ResultTable(variables, rows, len(bindings))


def place(query: str, line: int, column: int | None) -> list[QueryLine]:
    """The line an error is on, between its neighbours, with the character it is at."""
    lines = query.splitlines() or [""]
    line = min(max(line, 1), len(lines))
    shown = []
    for number in range(max(1, line - 2), min(len(lines), line + 1) + 1):
        text = lines[number - 1]
        if number == line and column is not None:
            start = min(max(column - 1, 0), len(text))
            shown.append(QueryLine(number, text[:start], text[start : start + 1] or " ", text[start + 1 :]))
        else:
            shown.append(QueryLine(number, text, "" if number == line else None))
    return shown


def _cell(binding: dict[str, Any] | None) -> ShownCell | None:
    if binding is None:
        return None
    datatype = binding.get("datatype")
    value = binding["value"]
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return ShownCell(binding["type"], text, binding.get("xml:lang"), None if datatype == _PLAIN else datatype)


def _with_accept(media_type: str) -> str:
    """This request's parameters, asking for another format."""
    kept = [(name, value) for name, value in request.values.items(multi=True) if name != "accept"]
    return urlencode([*kept, ("accept", media_type)])


def _page(query: str, **shown: Any) -> Response:
    return make_response(
        render_template(
            "query.html",
            query=query,
            examples=examples(),
            prefixes=dict(terms.PREFIXES),
            tables=[(one.label, one.media_type) for one in _TABLES],
            graphs=[(one.label, one.media_type) for one in formats.GRAPHS],
            **shown,
        )
    )
