"""What validation found: what is wrong, where, and how to mend it, in words, as JSON and as a SHACL report.

Apart from validate.py, so that the front can show a report without importing rdflib.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.errors import OnrecordError

SHAPES: Final = "https://w3id.org/onrecord/shapes#"
_SH: Final = terms.PREFIXES["sh"]
MOST_RESULTS: Final = 1_000
_MOST_CHARACTERS: Final = 1 << 20
_ALIKE: Final = 10
"""So many results of one shape and property are written out in words."""
_WORST_FIRST: Final = ("Violation", "Warning", "Info")


@dataclass(frozen=True, slots=True)
class Result:
    """One thing that is wrong.

    `focus` is the IRI of the node it is wrong with, `path` the property (or the path, as in SPARQL) and `value` the
    value it is wrong with, as N-Triples writes it. `shape` is the rule that says so: an IRI of shapes/, or of
    graph/validation/wellformed.py. `source` is the graph that describes the node, where one does.
    """

    focus: str
    message: str
    path: str | None = None
    value: str | None = None
    shape: str | None = None
    severity: str = "Violation"
    source: str | None = None

    def __str__(self) -> str:
        where = f"{self.focus} ({_readable(self.path)})" if self.path else self.focus
        return f"{where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Report:
    """What validation found, in a settled order; `complete` is whether that is everything."""

    results: tuple[Result, ...] = ()
    complete: bool = True

    @classmethod
    def of(cls, found: Iterable[Result]) -> Report:
        """The report of what is found until it is more than anybody mends at once: looking for it ends there."""
        results, size = [], 0
        for result in found:
            results.append(result)
            size += len(result.focus) + len(result.message) + len(result.value or "")
            if len(results) >= MOST_RESULTS or size > _MOST_CHARACTERS:
                return cls(in_order(results), complete=False)
        return cls(in_order(results))

    @property
    def conforms(self) -> bool:
        """Whether nothing is wrong: only then may the change be made."""
        return not self.results

    def text(self) -> str:
        """The report for a reader, one paragraph a node; of what is wrong alike with many things, the first and how many more."""
        if self.conforms:
            return "Everything is as the shapes ask."
        count = len(self.results)
        more = "" if self.complete else " first, what else there is was not looked for"
        lines = [f"{count} thing{'s' if count > 1 else ''} to mend{more}:"]
        focus = None
        met: Counter[tuple[str | None, str | None]] = Counter()
        first: dict[tuple[str | None, str | None], str] = {}
        for result in self.results:
            kind = result.shape, result.path
            met[kind] += 1
            path = f"{_readable(result.path)}: " if result.path else ""
            first.setdefault(kind, f"{path}{result.message}")
            if met[kind] > _ALIKE:
                continue
            if result.focus != focus:
                focus = result.focus
                lines.append(f"\n{focus}" + (f"  (in {result.source})" if result.source else ""))
            lines.append(f"  - {path}{result.message}")
        more_alike = [(times - _ALIKE, first[kind]) for kind, times in met.items() if times > _ALIKE]
        if more_alike:
            lines.append("\nLeft out here:")
            lines += [f"  - {times:,} more like this: {line}" for times, line in more_alike]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON."""
        results = [asdict(result) for result in self.results]
        return {"conforms": self.conforms, "complete": self.complete, "results": results}

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Report:
        """The report that to_dict wrote."""
        return cls(tuple(Result(**result) for result in value["results"]), value["complete"])

    def to_rdf(self) -> str:
        """The report as the SHACL recommendation words it, in N-Triples."""
        text = io.BytesIO()
        ox.serialize(self._triples(), text, ox.RdfFormat.N_TRIPLES)
        return text.getvalue().decode()

    def _triples(self) -> Iterator[ox.Triple]:
        report, kind = ox.BlankNode(), ox.NamedNode(terms.RDF_TYPE)
        yield ox.Triple(report, kind, _sh("ValidationReport"))
        yield ox.Triple(report, _sh("conforms"), ox.Literal(self.conforms))
        for result in self.results:
            node = ox.BlankNode()
            yield ox.Triple(report, _sh("result"), node)
            yield ox.Triple(node, kind, _sh("ValidationResult"))
            focus = result.focus if result.focus.startswith("_:") else f"<{result.focus}>"
            yield ox.Triple(node, _sh("focusNode"), _term(focus))
            yield ox.Triple(node, _sh("resultSeverity"), _sh(result.severity))
            yield ox.Triple(node, _sh("resultMessage"), ox.Literal(result.message, language="en"))
            if result.path and result.path.startswith("http") and not re.search(r"\||/http", result.path):
                yield ox.Triple(node, _sh("resultPath"), ox.NamedNode(result.path))
            if result.value:
                yield ox.Triple(node, _sh("value"), _term(result.value))
            if result.shape:
                yield ox.Triple(node, _sh("sourceShape"), ox.NamedNode(result.shape))


class Rejected(OnrecordError):  # noqa: N818  (named like its siblings in errors.py)
    """The change does not satisfy the shapes; nothing was changed."""

    def __init__(self, message: str, report: Report) -> None:
        super().__init__(message)
        self.report = report

    def to_dict(self) -> dict[str, Any]:
        """This error as JSON, with the report in full."""
        return {"error": type(self).__name__, "message": self.message, "report": self.report.to_dict()}


def in_order(results: Iterable[Result]) -> tuple[Result, ...]:
    """The results without repetitions: by node, the worst first."""
    return tuple(
        sorted(
            set(results),
            key=lambda r: (r.focus, _WORST_FIRST.index(r.severity), r.path or "", r.message, r.value or ""),
        )
    )


def _readable(path: str) -> str:
    """A property or path with its IRIs shortened: rec:asserts/rec:claimant."""
    return re.sub(r"https?://[^#|^]+#\w+", lambda iri: terms.short(iri[0]), path)


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SH + name)


def _term(text: str) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """The term that N-Triples writes so."""
    line = f"<urn:x> <urn:x> {text} ."
    term = next(iter(ox.parse(line, format=ox.RdfFormat.N_TRIPLES))).object
    assert isinstance(term, ox.NamedNode | ox.BlankNode | ox.Literal)  # noqa: S101  (for the type checker)
    return term
