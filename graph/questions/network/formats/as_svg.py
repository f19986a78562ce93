"""A network as a picture that needs no script: the first actor in the middle, the others in rings by their distance."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from typing import Final
from xml.etree import ElementTree as ET

from onrecord.graph.questions.network.shown import Network, Node
from onrecord.graph.text.xml import xml_safe

_RING: Final = 110
_ROOM: Final = 34
"""How much of a ring an actor takes at least."""
_WIDE: Final = 1.35
"""How many times as wide as high a ring is: names are read along."""
_MARGIN: Final = 24
_SHORT: Final = 30
_LETTER: Final = 7.4
"""How wide a letter of a name is, about."""
_PLAIN: Final = re.compile(r"\w+(?:/\w[\w-]*)+")
_COLOURS: Final = {"UkrainianSide": "#2463b0", "RussianSide": "#a8481a"}
_PALETTE: Final = ("#2f6fb5", "#b5462f", "#3a7d44", "#7a4fa3", "#a3771f", "#2a7f86", "#a33a6b", "#666666")
_NEUTRAL: Final = "#5a6270"
_LINE: Final = "#8a8a8a"


def svg(network: Network, base: str) -> str:
    """The picture; the same network gives the same one. Each actor and each line has a title that says what it is."""
    places = _places(network)
    left, top, width, height = _frame(network, places)
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"{left:.0f} {top:.0f} {width:.0f} {height:.0f}",
            "role": "img",
            "font-family": "sans-serif",
        },
    )
    ET.SubElement(root, "title").text = "Relations between actors"
    ground = {"x": f"{left:.0f}", "y": f"{top:.0f}", "width": f"{width:.0f}", "height": f"{height:.0f}"}
    ET.SubElement(root, "rect", ground | {"fill": "#ffffff"})
    lines = ET.SubElement(root, "g", {"stroke": _LINE, "fill": "none"})
    pairs: dict[tuple[str, str], list[str]] = defaultdict(list)
    weights: dict[tuple[str, str], int] = defaultdict(int)
    names = {node.iri: node.label for node in network.nodes}
    for edge in network.edges:
        pair = (min(edge.source, edge.target), max(edge.source, edge.target))
        pairs[pair].append(f"{names[edge.source]} {edge.kind.label} {names[edge.target]} ({edge.count})")
        weights[pair] += edge.count
    for pair, sentences in sorted(pairs.items()):
        (x1, y1), (x2, y2) = (places[end] for end in pair)
        width = min(6.0, 1 + math.log2(weights[pair]))
        ends = {name: f"{value:.1f}" for name, value in (("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2))}
        line = ET.SubElement(lines, "line", ends | {"stroke-width": f"{width:.1f}", "stroke-opacity": "0.6"})
        ET.SubElement(line, "title").text = xml_safe("\n".join(sentences))
    for node in network.nodes:
        _draw(root, node, places[node.iri], _colour(node, network), base)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


def _places(network: Network) -> dict[str, tuple[float, float]]:
    """Where each actor stands: in rings by how far it is from the first."""
    rings: dict[int, list[Node]] = defaultdict(list)
    for node in network.nodes:
        rings[(0 if network.wanted.ego else 1) if node.step is None else node.step].append(node)
    places: dict[str, tuple[float, float]] = {}
    radius = 0.0
    for step in sorted(rings):
        ring = sorted(rings[step], key=lambda node: (node.side or "~", node.label, node.iri))
        if step == 0 and len(ring) == 1:
            places[ring[0].iri] = (0.0, 0.0)
            continue
        radius = max(radius + _RING, len(ring) * _ROOM / math.tau)
        # Down the right half and up the left, at equal heights from each other, so that no name is in another's way.
        half = -(-len(ring) // 2)
        for number, node in enumerate(ring):
            right = number < half
            row, rows = (number, half) if right else (len(ring) - 1 - number, len(ring) - half)
            y = radius * (2 * (row + 0.5) / rows - 1)
            x = _WIDE * math.sqrt(radius**2 - y**2)
            places[node.iri] = (x if right else -x, y)
    return places


def _frame(network: Network, places: dict[str, tuple[float, float]]) -> tuple[float, float, float, float]:
    """Left, top, width and height of what holds everybody with their names."""
    xs, ys = [0.0], [0.0]
    for node in network.nodes:
        x, y = places[node.iri]
        away = _MARGIN + _LETTER * len(_called(node))
        xs += [x - away, x + _MARGIN] if _is_left(x) else [x - _MARGIN, x + away]
        ys += [y - _MARGIN, y + _MARGIN]
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


def _is_left(x: float) -> bool:
    """Whether a name stands to the left of what it names."""
    return x < -1


def _called(node: Node) -> str:
    return node.label if len(node.label) <= _SHORT else node.label[: _SHORT - 1].rstrip() + "…"


def _colour(node: Node, network: Network) -> str:
    match network.wanted.colour:
        case "side":
            return _COLOURS.get(node.side or "", _NEUTRAL)
        case "kind":
            kinds = sorted({other.kind for other in network.nodes})
            return _PALETTE[kinds.index(node.kind) % len(_PALETTE)]
    return _PALETTE[(int(network.measures.get(node.iri, {}).get("community", 8)) - 1) % len(_PALETTE)]


def _draw(root: ET.Element, node: Node, place: tuple[float, float], colour: str, base: str) -> None:
    x, y = place
    radius = min(16.0, 6 + math.log2(1 + node.count))
    stem = node.iri.removeprefix(base)
    # A plain name only: browsers would read some others as another host's address.
    known = node.iri.startswith(base) and _PLAIN.fullmatch(stem)
    link = ET.SubElement(root, "a", {"href": f"/{stem}.html"}) if known else root
    shape = {"fill": colour, "stroke": "#ffffff", "stroke-width": "1.5"}
    # Sides differ by shape too, for those who see no colours; an actor on none is drawn as a third party, as on the page.
    if node.side == "UkrainianSide":
        drawn = ET.SubElement(
            link, "circle", {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": f"{radius:.1f}"} | shape
        )
    elif node.side == "RussianSide":
        corner = {
            "x": f"{x - radius:.1f}",
            "y": f"{y - radius:.1f}",
            "width": f"{2 * radius:.1f}",
            "height": f"{2 * radius:.1f}",
        }
        drawn = ET.SubElement(link, "rect", corner | shape)
    else:
        points = ((x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y))
        drawn = ET.SubElement(
            link, "polygon", {"points": " ".join(f"{a:.1f},{b:.1f}" for a, b in points)} | shape
        )
    ET.SubElement(drawn, "title").text = xml_safe(node.label)
    away = radius + 5
    text = ET.SubElement(
        link,
        "text",
        {
            "x": f"{x - away if _is_left(x) else x + away:.1f}",
            "y": f"{y + 4.5:.1f}",
            "text-anchor": "end" if _is_left(x) else "start",
            "font-size": "13",
            "font-weight": "600",
            "fill": "#222222",
        },
    )
    text.text = xml_safe(_called(node))
