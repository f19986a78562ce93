"""A network as tables: its nodes, its edges, and the evidence with its own columns. Gephi and spreadsheets read them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Final

from onrecord.graph.questions.network.edges import Edge
from onrecord.graph.questions.network.shown import Network
from onrecord.graph.questions.things.loader import Name

TABLES: Final = ("edges", "nodes", "evidence")
_COLUMNS: Final = {
    "nodes": ("Id", "Label", "kind", "side", "step", "count", "connections", "between", "community", "sameAs"),
    "edges": ("Id", "Source", "Target", "Type", "Label", "kind", "Weight", "begin", "end", "onWordOf"),
    "evidence": (
        "edge", "source", "sourceLabel", "kind", "target", "targetLabel", "sentence", "words", "language", "onWordOf",
        "date", "publisher", "link", "quotation", "statement", "claim", "standing", "document", "evidence",
    ),
}  # fmt: skip

_Cell = str | int | float | None


def table(network: Network, name: str, base: str) -> str:
    """One of TABLES in CSV; a cell without a value is empty."""
    rows = {"nodes": _nodes, "edges": _edges, "evidence": _evidence}[name](network, base)
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow(_COLUMNS[name])
    writer.writerows(rows)
    return output.getvalue()


def archive(network: Network, base: str) -> bytes:
    """All of TABLES in one zip, the same bytes for the same network."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as files:
        for name in TABLES:
            files.writestr(zipfile.ZipInfo(f"{name}.csv"), table(network, name, base))
    return output.getvalue()


def _name(edge: Edge, base: str) -> str:
    return " ".join((edge.kind.name, edge.source.removeprefix(base), edge.target.removeprefix(base)))


def _nodes(network: Network, _: str) -> Iterator[Sequence[_Cell]]:
    for node in network.nodes:
        found = network.measures.get(node.iri, {})
        own = (node.iri, node.label, node.kind, node.side, node.step, node.count)
        measured = (found.get(name) for name in ("connections", "between", "community"))
        yield *own, *measured, " ".join(name.iri for name in node.same)


def _edges(network: Network, base: str) -> Iterator[Sequence[_Cell]]:
    for edge in network.edges:
        words = "; ".join(dict.fromkeys(item.word.text for item in edge.because if item.word))
        type_ = "Undirected" if edge.kind.undirected else "Directed"
        ends = (_name(edge, base), edge.source, edge.target, type_)
        yield *ends, edge.kind.label, edge.kind.name, edge.count, edge.begin, edge.end, words


def _evidence(network: Network, base: str) -> Iterator[Sequence[_Cell]]:
    labels = {node.iri: node.label for node in network.nodes}
    for edge in network.edges:
        ends = (edge.source, labels[edge.source], edge.kind.name, edge.target, labels[edge.target])
        for item in edge.because:
            named = (_text(item.word), item.date, _text(item.source), item.link)
            iris = (item.quotation, item.statement, item.claim, item.standing, item.version, item.thing)
            yield _name(edge, base), *ends, item.sentence, item.words, item.language, *named, *iris


def _text(name: Name | None) -> str | None:
    return None if name is None else name.text
