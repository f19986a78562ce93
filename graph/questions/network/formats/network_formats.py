"""The formats in which a network is taken away, in one table."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from onrecord.graph import formats
from onrecord.graph.questions.network.formats import as_json
from onrecord.graph.questions.network.formats.as_gexf import gexf
from onrecord.graph.questions.network.formats.as_graph import gml, graphml
from onrecord.graph.questions.network.formats.as_svg import svg
from onrecord.graph.questions.network.formats.as_tables import TABLES, archive, table
from onrecord.graph.questions.network.formats.as_turtle import turtle
from onrecord.graph.questions.network.shown import SHOWN, Network


@dataclass(frozen=True, slots=True)
class NetworkFormat:
    """A format: its name, which is its suffix too, what it is called, and how a network of a version is written in it.

    `evidence` is how many pieces of evidence each edge needs, None for all; `is_file` whether people keep it as a file.
    """

    suffix: str
    label: str
    media_type: str
    write: Callable[[Network, str, int], bytes]
    evidence: int | None = None
    is_file: bool = True


def _text(write: Callable[[Network, str], str]) -> Callable[[Network, str, int], bytes]:
    return lambda network, base, _: write(network, base).encode()


def _json(network: Network, base: str, version: int) -> bytes:
    return (json.dumps(as_json.document(network, base, version), ensure_ascii=False) + "\n").encode()


def _cytoscape(network: Network, base: str, _: int) -> bytes:
    return (json.dumps(as_json.cytoscape(network, base), ensure_ascii=False) + "\n").encode()


FORMATS: Final = {
    one.suffix: one
    for one in (
        NetworkFormat("json", "JSON (node-link)", "application/json", _json, SHOWN, is_file=False),
        NetworkFormat("gexf", "GEXF (Gephi)", "application/gexf+xml", _text(gexf)),
        NetworkFormat("graphml", "GraphML", "application/graphml+xml", _text(graphml)),
        NetworkFormat("gml", "GML", "text/vnd.gml", _text(gml)),
        NetworkFormat("cyjs", "JSON (Cytoscape)", "application/json", _cytoscape),
        NetworkFormat("csv", "CSV: edges, nodes or evidence", formats.CSV.media_type, _text(lambda network, base: table(network, TABLES[0], base))),
        NetworkFormat("zip", "CSV: nodes, edges and evidence", "application/zip", lambda network, base, _: archive(network, base)),
        NetworkFormat("ttl", "Turtle", formats.TURTLE.media_type, lambda network, base, _: turtle(network, base)),
        NetworkFormat("svg", "SVG (picture)", "image/svg+xml", _text(svg), 0, is_file=False),
    )
}  # fmt: skip
