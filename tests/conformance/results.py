"""Query results read from their formats: XML, JSON, CSV, TSV, and the result-set vocabulary of the test suites.

Written for this purpose alone, so that what the service writes is not read by the library it was written with.
"""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox
from tests.conformance.comparison import MismatchError
from tests.conformance.terms import XSD, Row, Term, blank, iri, literal, of_engine, text

XML: Final = "application/sparql-results+xml"
JSON: Final = "application/sparql-results+json"
CSV: Final = "text/csv"
TSV: Final = "text/tab-separated-values"

_SPARQL: Final = "{http://www.w3.org/2005/sparql-results#}"
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_RESULT_SET: Final = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"


@dataclass(frozen=True, slots=True)
class Table:
    """The solutions of a SELECT, in the order they were given."""

    variables: tuple[str, ...]
    solutions: tuple[Mapping[str, Term], ...]

    def rows(self, *, ordered: bool) -> list[Row]:
        """Rows over the sorted variables; where order counts, each row carries its place as one more term."""
        names = sorted(self.variables)
        found = [tuple(solution.get(name) for name in names) for solution in self.solutions]
        return [(*row, text(str(place))) for place, row in enumerate(found)] if ordered else list(found)


Result = Table | bool


def read_results(body: bytes, media_type: str) -> Result:
    """The results in a body of one of the four media types. Raises MismatchError where it is not well-formed."""
    try:
        return READERS[media_type](body)
    except (ET.ParseError, ValueError, KeyError, TypeError) as error:
        raise MismatchError(f"not well-formed {media_type}: {error!r}\n{body[:500]!r}") from None


def _xml(body: bytes) -> Result:
    root = ET.fromstring(body)  # noqa: S314  it comes from the service under test or from the suite
    if root.tag != _SPARQL + "sparql":
        raise ValueError(f"the root element is {root.tag}")
    boolean = root.find(_SPARQL + "boolean")
    if boolean is not None:
        return _boolean((boolean.text or "").strip())
    head, results = root.find(_SPARQL + "head"), root.find(_SPARQL + "results")
    if head is None or results is None:
        raise ValueError("head or results is missing")
    names = tuple(variable.attrib["name"] for variable in head.findall(_SPARQL + "variable"))
    solutions = [
        {binding.attrib["name"]: _xml_term(binding[0]) for binding in result.findall(_SPARQL + "binding")}
        for result in results.findall(_SPARQL + "result")
    ]
    return _table(names, solutions)


def _xml_term(element: ET.Element) -> Term:
    value = element.text or ""
    match element.tag.removeprefix(_SPARQL):
        case "uri":
            return iri(value)
        case "bnode":
            return blank(value)
        case "literal":
            return literal(value, element.get("datatype", ""), element.get(_LANGUAGE, ""))
    raise ValueError(f"a binding holds {element.tag}")


def _json(body: bytes) -> Result:
    document = json.loads(body)
    if "boolean" in document:
        if not isinstance(document["boolean"], bool):
            raise ValueError(f"the boolean is {document['boolean']!r}")
        return document["boolean"]
    solutions = [
        {name: _json_term(term) for name, term in solution.items()}
        for solution in document["results"]["bindings"]
    ]
    return _table(tuple(document["head"]["vars"]), solutions)


def _json_term(term: Mapping[str, Any]) -> Term:
    match term["type"]:
        case "uri":
            return iri(term["value"])
        case "bnode":
            return blank(term["value"])
        case "literal":
            return literal(term["value"], term.get("datatype", ""), term.get("xml:lang", ""))
    raise ValueError(f"a binding is of type {term['type']}")


def _csv(body: bytes) -> Result:
    header, *lines = csv.reader(io.StringIO(body.decode(), newline=""))
    # A line without anything on it is the one way to write that the only variable is unbound.
    cells = [line or [""] for line in lines]
    return _lines(tuple(header), cells, lambda cell: blank(cell[2:]) if cell.startswith("_:") else text(cell))


def _tsv(body: bytes) -> Result:
    header, *lines = [line.rstrip("\r").split("\t") for line in body.decode().removesuffix("\n").split("\n")]
    if not all(name.startswith("?") for name in header):
        raise ValueError(f"the header is {header}: each variable begins with ?")
    return _lines(tuple(name[1:] for name in header), lines, _tsv_term)


def _lines(names: tuple[str, ...], lines: list[list[str]], read: Callable[[str], Term]) -> Table:
    if any(len(line) != len(names) for line in lines):
        raise ValueError(f"a line has not the {len(names)} cells of the header")
    return _table(
        names, [{n: read(cell) for n, cell in zip(names, line, strict=True) if cell} for line in lines]
    )


_TSV_TERM: Final = re.compile(
    r"""<(?P<iri>[^<>"{}|^`\\\x00-\x20]*)>
      | _:(?P<blank>\S+)
      | "(?P<string>(?:[^"\\\n\r]|\\.)*)" (?: @(?P<language>[A-Za-z0-9-]+) | \^\^<(?P<datatype>[^<>\s]+)> )?
      | (?P<integer>[+-]?[0-9]+)
      | (?P<decimal>[+-]?[0-9]*\.[0-9]+)
      | (?P<double>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+)
      | (?P<boolean>true|false)""",
    re.VERBOSE,
)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_ESCAPED: Final = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


def _tsv_term(cell: str) -> Term:
    found = _TSV_TERM.fullmatch(cell)
    if found is None:
        raise ValueError(f"{cell!r} is not a term in the syntax of Turtle")
    parts = found.groupdict()
    if parts["iri"] is not None:
        return iri(parts["iri"])
    if parts["blank"] is not None:
        return blank(parts["blank"])
    if parts["string"] is not None:
        value = _ESCAPE.sub(_unescape, parts["string"])
        return literal(value, parts["datatype"] or "", parts["language"] or "")
    datatype = next(name for name in ("integer", "decimal", "double", "boolean") if parts[name] is not None)
    return literal(cell, XSD + datatype)


def _unescape(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else _ESCAPED[found[3]]


def read_result_set(triples: ox.Dataset) -> Result | None:
    """Results written in the result-set vocabulary; None where the graph is not such a one."""

    def values(subject: Any, name: str) -> list[Any]:
        wanted = ox.NamedNode(_RESULT_SET + name)
        return [quad.object for quad in triples.quads_for_subject(subject) if quad.predicate == wanted]

    sets = list(triples.quads_for_object(ox.NamedNode(_RESULT_SET + "ResultSet")))
    if not sets:
        return None
    head = sets[0].subject
    for answer in values(head, "boolean"):
        return _boolean(answer.value)
    solutions = [
        {
            values(binding, "variable")[0].value: of_engine(values(binding, "value")[0])
            for binding in values(solution, "binding")
        }
        for solution in values(head, "solution")
    ]
    return _table(tuple(name.value for name in values(head, "resultVariable")), solutions)


def _boolean(value: str) -> bool:
    if value not in ("true", "false"):
        raise ValueError(f"the boolean is {value!r}")
    return value == "true"


def _table(names: tuple[str, ...], solutions: list[dict[str, Term]]) -> Table:
    stray = {name for solution in solutions for name in solution} - set(names)
    if stray or len(set(names)) != len(names):
        raise ValueError(f"the header {names} does not fit the solutions: {sorted(stray)}")
    return Table(names, tuple(solutions))


READERS: Final[Mapping[str, Callable[[bytes], Result]]] = {XML: _xml, JSON: _json, CSV: _csv, TSV: _tsv}
