"""Formats of networks, read back by networkx."""

from __future__ import annotations

import io
from typing import Any

import networkx as nx


def read_back(text: bytes, suffix: str) -> Any:
    """The networkx graph that a file in one of the formats that networkx reads holds: gexf, graphml or gml."""
    file = io.BytesIO(text)
    match suffix:
        case "gexf":
            return nx.read_gexf(file, version="1.3")
        case "graphml":
            return nx.read_graphml(file, force_multigraph=True)
        case "gml":
            return nx.read_gml(file)
    raise ValueError(suffix)
