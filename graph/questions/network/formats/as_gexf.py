"""A network in GEXF 1.3, which Gephi opens: each edge lives on the days of what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from xml.etree import ElementTree as ET

from onrecord.graph.questions.network.edges import Edge
from onrecord.graph.questions.network.formats.as_graph import AttributeValue
from onrecord.graph.questions.network.shown import Network, Node
from onrecord.graph.text import dates
from onrecord.graph.text.xml import xml_safe

_NAMESPACE: Final = "http://gexf.net/1.3"
_OF_NODES: Final = {
    "iri": "anyURI", "kind": "string", "side": "string", "step": "integer", "count": "integer",
    "sameAs": "string", "connections": "integer", "between": "double", "community": "integer",
}  # fmt: skip
_OF_EDGES: Final = {
    "kind": "string", "directed": "boolean", "begin": "string", "end": "string", "onWordOf": "string",
    "sentences": "string", "words": "string", "evidence": "string", "links": "string",
}  # fmt: skip


def gexf(network: Network, base: str) -> str:
    """The network in GEXF, with its attributes; an edge without a known day is there all the time."""
    root = ET.Element("gexf", {"xmlns": _NAMESPACE, "version": "1.3"})
    meta = ET.SubElement(root, "meta")
    ET.SubElement(meta, "creator").text = "onrecord"
    ET.SubElement(meta, "description").text = "Relations between actors, each with the words that it rests on"
    attributes = {"mode": "dynamic", "defaultedgetype": "directed", "timeformat": "date"}
    graph = ET.SubElement(root, "graph", attributes)
    for of, titles in (("node", _OF_NODES), ("edge", _OF_EDGES)):
        declared = ET.SubElement(graph, "attributes", {"class": of, "mode": "static"})
        for title, type_ in titles.items():
            ET.SubElement(declared, "attribute", {"id": f"{of}-{title}", "title": title, "type": type_})
    nodes = ET.SubElement(graph, "nodes")
    for node in network.nodes:
        element = ET.SubElement(nodes, "node", {"id": node.iri, "label": xml_safe(node.label)})
        _values(element, "node", _of_node(node, network))
    edges = ET.SubElement(graph, "edges")
    for edge in network.edges:
        place = " ".join((edge.kind.name, edge.source.removeprefix(base), edge.target.removeprefix(base)))
        element = ET.SubElement(
            edges, "edge",
            {"id": place, "source": edge.source, "target": edge.target, "type": "directed", "label": edge.kind.label,
             "weight": f"{edge.count}.0"},
        )  # fmt: skip
        _values(element, "edge", _of_edge(edge))
        _spells(element, edge)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _of_node(node: Node, network: Network) -> Mapping[str, AttributeValue | None]:
    own = {"iri": node.iri, "kind": node.kind, "side": node.side, "step": node.step, "count": node.count}
    own["sameAs"] = " ".join(name.iri for name in node.same)
    return own | network.measures.get(node.iri, {})


def _of_edge(edge: Edge) -> Mapping[str, AttributeValue | None]:
    return {
        "kind": edge.kind.name,
        "directed": not edge.kind.undirected,
        "begin": edge.begin,
        "end": edge.end,
        "onWordOf": "; ".join(dict.fromkeys(item.word.text for item in edge.because if item.word)),
        "sentences": " | ".join(dict.fromkeys(item.sentence for item in edge.because)),
        "words": " | ".join(dict.fromkeys(item.words for item in edge.because if item.words)),
        "evidence": " ".join(dict.fromkeys(item.thing for item in edge.because)),
        "links": " ".join(dict.fromkeys(item.link for item in edge.because if item.link)),
    }


def _values(element: ET.Element, of: str, values: Mapping[str, AttributeValue | None]) -> None:
    holder = ET.SubElement(element, "attvalues")
    for name, value in values.items():
        if value is not None and value != "":
            text = str(value).lower() if isinstance(value, bool) else xml_safe(str(value))
            ET.SubElement(holder, "attvalue", {"for": f"{of}-{name}", "value": text})


def _spells(element: ET.Element, edge: Edge) -> None:
    """The times in which an edge is there; a bound that is not known is open."""
    spans = sorted({(relation.begin or "", relation.end or "") for relation in edge.relations})
    known = [(dates.day(begin), dates.day(end)) for begin, end in spans if begin or end]
    if not known:
        return
    holder = ET.SubElement(element, "spells")
    for begin, end in dict.fromkeys(known):
        # Of an act of which only the last possible day is known, that day.
        start = begin or ("" if edge.kind.lasting else end)
        ET.SubElement(holder, "spell", {name: day for name, day in (("start", start), ("end", end)) if day})
