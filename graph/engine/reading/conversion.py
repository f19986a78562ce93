"""Results that another SPARQL server has sent, read whole and written as our own are: what is cut short or no result is an error."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from typing import Any, Final

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
)

from onrecord.graph.changes import as_stored, stored_literals
from onrecord.graph.engine.reading import counting, results
from onrecord.graph.errors import MirrorFailed

_TYPED: Final = re.compile(rb'"datatype"\s*:\s*"([^"\\]*)"\s*,\s*"value"\s*:\s*"([^"\\]*)"')
"""A literal with its datatype in a table in JSON, as Virtuoso writes it, without escapes in either."""
_AS_OURS: Final[set[tuple[bytes, bytes]]] = set()
"""Datatypes and values that our store writes just so, found before: days and counts come again and again."""
_MOST_AS_OURS: Final = 50_000
_ASKED: Final = "__ASK_RETVAL"
"""The variable in which Virtuoso answers ASK, as a table of one number."""


def convert(  # noqa: PLR0913
    body: bytes,
    kind: str,
    format_: str,
    pipe: results.Pipe,
    most: int,
    *,
    rewritten: bool,
    columns: Sequence[str] = (),
) -> int:
    """Write a result ("solutions", "boolean", "graph") in a format; its rows or triples.

    Tables come as JSON, graphs as N-Triples. With `rewritten`, literals are as another store writes them, and are brought
    to the form that ours has. The columns of a table come in the order that is given. Raises MirrorFailed.
    """
    try:
        if kind == "graph":
            quads = parse(body, RdfFormat.N_TRIPLES)
            triples = sorted({quad.triple for quad in (as_stored(quads) if rewritten else quads)}, key=str)
            if len(triples) > most:
                raise counting.too_many(most)
            results.write_graph(triples, format_, pipe)  # type: ignore[arg-type]
            return len(triples)
        text = _table(body, kind) if rewritten or kind == "boolean" else body
        found = parse_query_results(io.BytesIO(text), QueryResultsFormat.JSON)
        if isinstance(found, QuerySolutions) and _differ([name.value for name in found.variables], columns):
            found = parse_query_results(io.BytesIO(_ordered(text, columns)), QueryResultsFormat.JSON)
        if isinstance(found, QueryBoolean if kind == "boolean" else QuerySolutions):
            return results.write(found, format_, pipe, most)
    except (SyntaxError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise MirrorFailed(f"what it sent cannot be read: {error}") from None
    raise MirrorFailed("what it sent is a result of another kind")


def _differ(found: list[str], columns: Sequence[str]) -> bool:
    """Whether the same columns come in another order: that of SELECT * is each server's own."""
    return found != list(columns) and sorted(found) == sorted(columns)


def _ordered(body: bytes, columns: Sequence[str]) -> bytes:
    document = json.loads(body)
    document["head"]["vars"] = list(columns)
    return json.dumps(document).encode()


def _table(body: bytes, kind: str) -> bytes:
    """A table or a yes or no with its literals as our store writes them; the very body of a table where they are so already."""
    typed = _TYPED.findall(body)
    if kind == "solutions" and len(typed) == body.count(b'"datatype"'):
        # (to find them in the text takes half of what it takes to read it)
        new = set(typed) - _AS_OURS
        if not stored_literals(
            [Literal(value.decode(), datatype=NamedNode(type_.decode())) for type_, value in new]
        ):
            if len(_AS_OURS) + len(new) > _MOST_AS_OURS:
                _AS_OURS.clear()
            _AS_OURS.update(new)
            return body
    document = json.loads(body)
    if kind == "boolean":
        return json.dumps(_boolean(document)).encode()
    cells = [cell for row in document["results"]["bindings"] for cell in row.values() if "datatype" in cell]
    literals = {Literal(cell["value"], datatype=NamedNode(cell["datatype"])) for cell in cells}
    stored = {
        (before.datatype.value, before.value): after for before, after in stored_literals(literals).items()
    }
    for cell in cells:
        if (after := stored.get((cell["datatype"], cell["value"]))) is not None:
            cell["value"], cell["datatype"] = after.value, after.datatype.value
    return json.dumps(document).encode()


def _boolean(document: Any) -> Any:
    if "boolean" in document:
        return document
    rows = document["results"]["bindings"]
    value = bool(rows) and rows[0][_ASKED]["value"] not in {"0", "false"}
    return {"head": {}, "boolean": value}
