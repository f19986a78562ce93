"""Clauses in GRAPH that the engine does not answer for each graph by itself, spread out over the graphs."""

from __future__ import annotations

from typing import Final

from onrecord.graph.errors import QueryRefused
from onrecord.graph.sparql.edits import Piece
from onrecord.graph.sparql.rewriting.parsing.syntax import Group, Span
from onrecord.graph.sparql.rewriting.source import Source

_MOST: Final = 64
"""Over how many graphs a pattern may be spread out that the engine does not try in each by itself."""


def rewrite_graph(source: Source, span: Span, group: Group) -> None:
    """Have a group in GRAPH answered for each graph by itself, where the engine would not. QueryRefused where they are too many."""
    name = source.text(Span(span.begin + 1, span.begin + 2))
    loose = group.anywhere and not group.in_graph
    if name[0] not in "?$":
        if loose and not source.holds(f"GRAPH {name} {{}}"):
            # Nothing is true in a graph that is not there.
            source.edits.replace(*source.place(span), "VALUES () {}")
        return
    if not group.apart and not loose:
        return
    graphs = source.graphs()
    if len(graphs) > _MOST:
        raise QueryRefused(
            f"{source.line_and_column(span)}: a subquery or VALUES in GRAPH {name} would have to be answered in each of "
            f"{len(graphs):,} graphs by itself, and that is done for up to {_MOST}: name the graph, or put it "
            f"outside of GRAPH {name}"
        )
    pieces: list[Piece] = ["{ "]
    for number, graph in enumerate(graphs):
        pieces += [" UNION " if number else "", f"{{ VALUES {name} {{ {graph} }} GRAPH {graph} "]
        pieces += [source.place(group.span), " }"]
    pieces.append(" }" if graphs else f" VALUES {name} {{}} }}")
    source.edits.replace(*source.place(span), *pieces)
