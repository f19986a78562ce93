"""A network as JSON has it."""

from __future__ import annotations

from typing import Final

from onrecord.graph import terms
from onrecord.graph.questions.network.because import Because
from onrecord.graph.questions.network.edges import Edge
from onrecord.graph.questions.network.measures import MEANINGS
from onrecord.graph.questions.network.shown import Network, Node, timeline
from onrecord.graph.questions.things.loader import Name, relation, word
from onrecord.graph.relations.kinds import kinds

_FALLEN: Final = frozenset({"Contested", "Superseded", "Retracted", "Refuted"})
"""How claims stand of which that is said beside them."""


def document(found: Network, base: str, version: int) -> dict[str, object]:
    """The network as node-link data (edges go from `from` to `to`), with what was asked."""
    asked = found.wanted
    return {
        "version": version,
        "ego": asked.ego,
        "to": asked.to,
        "steps": asked.steps,
        "off": sorted(asked.off),
        "from": asked.begin,
        "until": asked.end,
        "asOf": asked.as_of,
        "colour": asked.colour,
        "standing": "all" if asked.fallen else "current",
        "most": asked.most,
        "directed": True,
        "multigraph": True,
        "kinds": [
            {
                "id": kind.name,
                "label": kind.label,
                **_own(relation(kind)),
                "definition": kind.definition,
                "directed": not kind.undirected,
                "off": kind.name in asked.off,
                "count": sum(edge.kind == kind for edge in found.edges),
            }
            for kind in kinds().values()
        ],
        "nodes": [
            {
                "iri": node.iri,
                "id": node.iri.removeprefix(base),
                "label": node.label,
                **_own(node.name),
                "kind": node.kind,
                "side": node.side,
                "count": node.count,
                "step": node.step,
                **_same(node),
                **found.measures.get(node.iri, {}),
            }
            for node in found.nodes
        ],
        "words": {name: _word(name) for name in sorted({node.kind for node in found.nodes} | _FALLEN)},
        "edges": [_edge(edge, base) for edge in found.edges],
        "paths": found.paths,
        "measures": MEANINGS,
        "messages": found.messages,
        "leftOut": found.left_out,
        "edgesLeftOut": found.edges_left_out,
    }


def pair(found: Network, base: str, version: int) -> dict[str, object]:
    """What relates two actors, `a` and `b`: its kinds, and the evidence in order of time."""
    nodes = {node.iri: node for node in found.nodes}
    ends = {
        name: {"iri": iri, "id": iri.removeprefix(base), "label": nodes[iri].label, "kind": nodes[iri].kind, "side": nodes[iri].side}
        for name, iri in (("a", str(found.wanted.ego)), ("b", str(found.wanted.to)))
    }  # fmt: skip
    edges = [
        {name: value for name, value in _edge(edge, base).items() if name not in ("because", "whole")}
        for edge in found.edges
    ]
    items = [
        {
            "kind": edge.kind.name,
            "label": edge.kind.label,
            "from": edge.source,
            "to": edge.target,
            **_because(item),
        }
        for edge, item in timeline(found)
    ]
    return {"version": version, **ends, "edges": edges, "timeline": items}


def cytoscape(found: Network, base: str) -> dict[str, object]:
    """The network as Cytoscape has it: elements, each with its data."""
    nodes = [
        {"data": {"id": node.iri, "value": node.iri, "name": node.label, "kind": node.kind, "count": node.count}
         | ({"side": node.side} if node.side else {}) | found.measures.get(node.iri, {})}
        for node in found.nodes
    ]  # fmt: skip
    edges = []
    for edge in found.edges:
        data = {name: value for name, value in _edge(edge, base).items() if value is not None}
        data |= {"id": data["key"], "source": data.pop("from"), "target": data.pop("to")}
        edges.append({"data": data})
    return {
        "data": {"name": "Relations between actors"},
        "directed": True,
        "multigraph": True,
        "elements": {"nodes": nodes, "edges": edges},
    }


def _edge(edge: Edge, base: str) -> dict[str, object]:
    words = [item.word for item in edge.because if item.word]
    source, target = edge.source.removeprefix(base), edge.target.removeprefix(base)
    return {
        "key": f"{edge.kind.name} {source} {target}",
        "kind": edge.kind.name,
        "label": edge.kind.label,
        "directed": not edge.kind.undirected,
        "from": edge.source,
        "to": edge.target,
        "begin": edge.begin,
        "end": edge.end,
        "count": edge.count,
        "onWordOf": [_named(name) for name in dict.fromkeys(words)],
        "sentence": edge.because[0].sentence if edge.because else None,
        "because": [_because(item) for item in edge.because],
        "whole": edge.whole,
    }


def _same(node: Node) -> dict[str, object]:
    """The actors of the graph that are the same as this one, and the statements that say so."""
    if not node.same:
        return {}
    return {"sameAs": [_named(name) for name in node.same], "identities": node.identities}


def _own(name: Name) -> dict[str, object]:
    """The name in its reader's language, where that is another: see loader.readers_of()."""
    text, language = name.own
    return {} if name.translated is None else {"own": {"text": text, "language": language}}


def _word(kind: str) -> dict[str, object]:
    """What to call a kind of actors, or how a claim stands, in its reader's language."""
    text, language = word(terms.REC + kind).own
    return {"label": text, "language": language}


def _named(name: Name | None) -> dict[str, object] | None:
    return None if name is None else {"iri": name.iri, "label": name.text}


def _because(item: Because) -> dict[str, object]:
    return {
        "sentence": item.sentence,
        "words": item.words,
        "language": item.language,
        "quotation": item.quotation,
        "statement": item.statement,
        "claim": item.claim,
        "evidence": item.thing,
        "standing": item.standing,
        "date": item.date,
        "begin": item.begin,
        "end": item.end,
        "onWordOf": _named(item.word),
        "source": _named(item.source),
        "document": item.version,
        "link": item.link,
    }
