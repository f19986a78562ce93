"""A network as a networkx graph, and in the formats that networkx writes: GraphML and GML."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from onrecord.graph.questions.network.shown import Network
from onrecord.graph.text.xml import xml_safe

if TYPE_CHECKING:
    import networkx as nx

AttributeValue = str | int | float | bool


def graph(network: Network, base: str) -> nx.MultiDiGraph[str]:
    """Nodes are IRIs; edges have the kind as their key. What is not known has no attribute: none is None, none a list."""
    import networkx as nx  # noqa: PLC0415  half a second that only this needs

    found: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node in network.nodes:
        attributes: dict[str, AttributeValue | None] = {
            "label": node.label, "id_here": node.iri.removeprefix(base), "kind": node.kind, "side": node.side,
            "step": node.step, "count": node.count, **network.measures.get(node.iri, {}),
            "same_as": " ".join(name.iri for name in node.same),
        }  # fmt: skip
        found.add_node(node.iri, **_known(attributes))
    for edge in network.edges:
        words = dict.fromkeys(item.word.text for item in edge.because if item.word)
        attributes = {
            "kind": edge.kind.name, "label": edge.kind.label, "weight": edge.count, "directed": not edge.kind.undirected,
            "begin": edge.begin, "end": edge.end, "on_word_of": "; ".join(words),
            "sentences": " | ".join(dict.fromkeys(item.sentence for item in edge.because)),
            "evidence": " ".join(dict.fromkeys(item.thing for item in edge.because)),
            "links": " ".join(dict.fromkeys(item.link for item in edge.because if item.link)),
        }  # fmt: skip
        found.add_edge(edge.source, edge.target, key=edge.kind.name, **_known(attributes))
    return found


def _known(attributes: dict[str, AttributeValue | None]) -> dict[str, AttributeValue]:
    return {
        name: xml_safe(value) if isinstance(value, str) else value
        for name, value in attributes.items()
        if value is not None and value != ""
    }


def graphml(network: Network, base: str) -> str:
    """The network in GraphML."""
    from networkx.readwrite.graphml import GraphMLWriter  # noqa: PLC0415

    # Line by line, as generate_graphml() has it, other ends of lines within a name would be lost.
    writer = GraphMLWriter(named_key_ids=True)
    writer.add_graph_element(graph(network, base))
    # Readers of XML take one that is not written so for a line end.
    return f"{writer}\n".replace("\r", "&#13;")


def gml(network: Network, base: str) -> str:
    """The network in GML, whose nodes are called by their labels: by label and name here where two have the same."""
    import networkx as nx  # noqa: PLC0415

    found = graph(network, base)
    labels = Counter(data["label"] for _, data in found.nodes(data=True))
    names: dict[str, str] = {}
    for iri, data in found.nodes(data=True):
        label, distinct = data["label"], f"{data['label']} ({data['id_here']})"
        # Somebody may be called as another is told apart.
        names[iri] = (
            label if labels[label] == 1 else f"{distinct} <{iri}>" if distinct in labels else distinct
        )
    for iri, data in found.nodes(data=True):
        del data["label"]
        data["iri"] = iri
    for *_, data in found.edges(data=True):
        data["relation"] = data.pop("label")
    # In GML an underscore ends the name of an attribute.
    plain: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for iri, data in found.nodes(data=True):
        plain.add_node(names[iri], **{_camel(name): value for name, value in data.items()})
    for source, target, key, data in found.edges(data=True, keys=True):
        plain.add_edge(
            names[source], names[target], key=key, **{_camel(n): value for n, value in data.items()}
        )
    return "\n".join(nx.generate_gml(plain)) + "\n"


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(part.title() for part in others)
