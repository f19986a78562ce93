"""Answers of SPARQL servers, compared: what they say, not how they write it."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import pyoxigraph as ox

from onrecord.graph import terms

TABLE: Final = "application/sparql-results+json"
GRAPH: Final = "application/n-triples"
_NUMBERS: Final = frozenset(
    terms.PREFIXES["xsd"] + name
    for name in ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger")
)

Answer = Counter[tuple[Any, ...]]
"""Rows, or triples, and how often each is there."""


def read(media_type: str, body: bytes, *, is_graph: bool) -> Answer:
    """An answer: a table in JSON, or a graph in any format. ValueError where it is neither."""
    if is_graph:
        try:
            # A graph is a set: a server may write a triple twice.
            return Counter(
                {
                    (str(t.subject), str(t.predicate), _of_graph(t.object)): 1
                    for t in ox.parse(
                        body, ox.RdfFormat.from_media_type(media_type) or ox.RdfFormat.N_TRIPLES
                    )
                }
            )
        except SyntaxError as error:
            raise ValueError(str(error)) from None
    said = json.loads(body)
    if "boolean" in said:
        return Counter([(bool(said["boolean"]),)])
    names = sorted(said["head"]["vars"])
    return Counter(
        tuple((name, _of_table(row[name])) for name in names if name in row)
        for row in said["results"]["bindings"]
    )


def _of_table(term: dict[str, str]) -> tuple[str, ...]:
    if term["type"] in {"literal", "typed-literal"}:
        return _literal(term["value"], term.get("datatype", ""), term.get("xml:lang", ""))
    return (term["type"], term["value"])


def _of_graph(term: object) -> tuple[str, ...]:
    if isinstance(term, ox.Literal):
        return _literal(term.value, term.datatype.value, term.language or "")
    return ("uri", str(getattr(term, "value", term)))


def _literal(value: str, datatype: str, language: str) -> tuple[str, ...]:
    """A literal by its value: 1, 1.0 and "01" are one number, Z and +00:00 one time zone, EN and en one language."""
    if language:
        return ("text", value, language.lower())
    if datatype in _NUMBERS:
        try:
            return ("number", str(Decimal(value).normalize()))
        except InvalidOperation:
            return ("number", value)
    if datatype == terms.PREFIXES["xsd"] + "dateTime":
        return ("moment", value.replace("+00:00", "Z"))
    short = datatype.removeprefix(terms.PREFIXES["xsd"]).replace("string", "")
    return ("literal", value, short)


def difference(ours: Answer, theirs: Answer) -> str:
    """What another answer lacks, and what it has more; "" where both say the same."""
    lacks, more = (ours - theirs).total(), (theirs - ours).total()
    return ", ".join(
        part for part in (f"{lacks:,} less" if lacks else "", f"{more:,} more" if more else "") if part
    )
