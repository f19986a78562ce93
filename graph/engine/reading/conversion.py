"""Results that another SPARQL server has sent, read whole and written as our own are: what is cut short or no result is an error."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, unescape

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
)

from onrecord.graph import formats, terms
from onrecord.graph.changes import as_stored, stored_literals
from onrecord.graph.engine.reading import counting, results
from onrecord.graph.errors import MirrorFailed

_TYPED: Final = re.compile(rb'"datatype"\s*:\s*"([^"\\]*)"\s*,\s*"value"\s*:\s*"([^"\\]*)"')
"""A literal with its datatype in a table in JSON, as Virtuoso writes it, without escapes in either."""
_TYPED_IN_XML: Final = re.compile(rb'(<literal datatype=")([^"]*)(">)([^<]*)(?=</literal>)')
"""The same in XML."""
_SPACE_BEFORE: Final = re.compile(rb"(<literal[^>]*>)([ \t\r\n]+)")
_SPACE_BEHIND: Final = re.compile(rb"([ \t\r\n]+)(?=</literal>)")
_END_OF_SPACE: Final = tuple(space + b"</literal>" for space in (b" ", b"\t", b"\r", b"\n"))
_HEAD: Final = re.compile(rb"<head>.*?</head>", re.DOTALL)
_WHOLE: Final = b"</sparql>"
_AS_OURS: Final[set[tuple[bytes, bytes]]] = set()
"""Datatypes and values that our store writes just so, found before: days and counts come again and again."""
_MOST_AS_OURS: Final = 50_000
_QUOTE: Final = {'"': "&quot;"}
_UNQUOTE: Final = {"&quot;": '"', "&apos;": "'"}
_ASKED: Final = "__ASK_RETVAL"
"""The variable in which Virtuoso answers ASK, as a table of one number."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A result as it was sent ("solutions", "boolean", "graph"): tables as JSON, or in the format that `table` names, XML; graphs as
    N-Triples, or as the table of rows by which a template makes them.

    With `rewritten`, literals are as another store writes them, and are brought to the form that ours has. The columns of a
    table come in the order that is given.
    """

    body: bytes
    kind: str
    columns: Sequence[str] = ()
    table: str = formats.JSON.name
    template: str | None = None
    """The beginning of a CONSTRUCT, to the end of its template."""
    rewritten: bool = True


def convert(sent: Sent, format_: str, pipe: results.Pipe, most: int, base: str = terms.DEFAULT_BASE) -> int:
    """Write a result in a format; its rows or triples. Raises MirrorFailed."""
    try:
        if sent.kind != "graph":
            found = _boolean(sent) if sent.kind == "boolean" else _solutions(sent)
            return results.write(found, format_, pipe, most)
        if sent.template is not None:
            return results.write(_graph_of_rows(_solutions(sent), sent.template, base), format_, pipe, most)
        quads = parse(sent.body, RdfFormat.N_TRIPLES)
        triples = sorted({quad.triple for quad in (as_stored(quads) if sent.rewritten else quads)}, key=str)
        if len(triples) > most:
            raise counting.too_many(most)
        results.write_graph(triples, format_, pipe)  # type: ignore[arg-type]
        return len(triples)
    except (SyntaxError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise MirrorFailed(f"what it sent cannot be read: {error}") from None


def _solutions(sent: Sent) -> QuerySolutions:
    if sent.table == formats.XML.name:
        return _read_xml(sent.body, sent.columns, rewritten=sent.rewritten)
    body = _rewritten_json(sent.body) if sent.rewritten else sent.body
    found = _table(body, QueryResultsFormat.JSON)
    if _differ(found, sent.columns):
        document = json.loads(body)
        document["head"]["vars"] = list(sent.columns)
        found = _table(json.dumps(document).encode(), QueryResultsFormat.JSON)
    return found


def _table(body: bytes, format_: QueryResultsFormat) -> QuerySolutions:
    found = parse_query_results(io.BytesIO(body), format_)
    if not isinstance(found, QuerySolutions):
        raise TypeError("it is no table")
    return found


def _boolean(sent: Sent) -> QueryBoolean:
    document = json.loads(sent.body)
    if "boolean" not in document:
        rows = document["results"]["bindings"]
        value = bool(rows) and rows[0][_ASKED]["value"] not in {"0", "false"}
        document = {"head": {}, "boolean": value}
    found = parse_query_results(json.dumps(document).encode(), QueryResultsFormat.JSON)
    if not isinstance(found, QueryBoolean):
        raise TypeError("it is no yes or no")
    return found


def _graph_of_rows(rows: QuerySolutions, template: str, base: str) -> QueryTriples:
    """The graph that a CONSTRUCT makes of its rows."""
    names = " ".join(str(variable) for variable in rows.variables)
    values = " ".join(f"({' '.join('UNDEF' if term is None else str(term) for term in row)})" for row in rows)
    used = {name: iri for name, iri in terms.PREFIXES.items() if f"{name}:" in template}
    query = f"{template} WHERE {{ VALUES ({names}) {{ {values} }} }}"
    found = Store().query(query, base_iri=base, prefixes=used)
    if not isinstance(found, QueryTriples):
        raise TypeError("it is no graph")
    return found


def _differ(found: QuerySolutions, columns: Sequence[str]) -> bool:
    """Whether the same columns come in another order: that of SELECT * is each server's own."""
    names = [variable.value for variable in found.variables]
    return names != list(columns) and sorted(names) == sorted(columns)


def _read_xml(body: bytes, columns: Sequence[str], *, rewritten: bool) -> QuerySolutions:
    """A table in XML; ValueError where its end is missing, which its reader does not mind."""
    if not body.rstrip().endswith(_WHOLE):
        raise ValueError("its end is missing")
    # Its reader leaves out the space around a literal, unless that is written as references.
    if _SPACE_BEFORE.search(body):
        body = _SPACE_BEFORE.sub(lambda found: found[1] + _referred(found[2]), body)
    if any(end in body for end in _END_OF_SPACE):
        body = _SPACE_BEHIND.sub(lambda found: _referred(found[1]), body)
    if rewritten:
        body = _rewritten_xml(body)
    found = _table(body, QueryResultsFormat.XML)
    if _differ(found, columns):
        head = "".join(f'<variable name="{name}"/>' for name in columns)
        found = _table(_HEAD.sub(f"<head>{head}</head>".encode(), body, count=1), QueryResultsFormat.XML)
    return found


def _referred(space: bytes) -> bytes:
    return b"".join(b"&#%d;" % byte for byte in space)


def _rewritten_xml(body: bytes) -> bytes:
    """The table with its literals as our store writes them."""
    new = {(found[1], found[3]) for found in _TYPED_IN_XML.findall(body)} - _AS_OURS
    read = {raw: Literal(_plain(raw[1]), datatype=NamedNode(_plain(raw[0]))) for raw in new}
    as_ours = stored_literals(set(read.values()))
    stored = {raw: as_ours[literal] for raw, literal in read.items() if literal in as_ours}
    _remember(new.difference(stored))
    if not stored:
        return body

    def put(found: re.Match[bytes]) -> bytes:
        after = stored.get((found[2], found[4]))
        if after is None:
            return found[0]
        type_, value = escape(after.datatype.value, _QUOTE), escape(after.value)
        return found[1] + type_.encode() + found[3] + value.encode()

    return _TYPED_IN_XML.sub(put, body)


def _plain(text: bytes) -> str:
    """What is written in XML so, where it refers to no character by its number."""
    return unescape(text.decode(), _UNQUOTE)


def _remember(as_ours: set[tuple[bytes, bytes]]) -> None:
    if len(_AS_OURS) + len(as_ours) > _MOST_AS_OURS:
        _AS_OURS.clear()
    _AS_OURS.update(as_ours)


def _rewritten_json(body: bytes) -> bytes:
    """The table with its literals as our store writes them; the very body where they are so already."""
    typed = _TYPED.findall(body)
    if len(typed) == body.count(b'"datatype"'):
        # (to find them in the text takes half of what it takes to read it)
        new = set(typed) - _AS_OURS
        if not stored_literals(
            [Literal(value.decode(), datatype=NamedNode(type_.decode())) for type_, value in new]
        ):
            _remember(new)
            return body
    document = json.loads(body)
    cells = [cell for row in document["results"]["bindings"] for cell in row.values() if "datatype" in cell]
    literals = {Literal(cell["value"], datatype=NamedNode(cell["datatype"])) for cell in cells}
    stored = {
        (before.datatype.value, before.value): after for before, after in stored_literals(literals).items()
    }
    for cell in cells:
        if (after := stored.get((cell["datatype"], cell["value"]))) is not None:
            cell["value"], cell["datatype"] = after.value, after.datatype.value
    return json.dumps(document).encode()
