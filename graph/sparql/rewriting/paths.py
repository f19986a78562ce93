"""Paths of length zero from or to a term that the data do not hold: the engine passes over them."""

from __future__ import annotations

from typing import cast

from onrecord.graph.errors import QueryRefused
from onrecord.graph.sparql.edits import Piece
from onrecord.graph.sparql.rewriting.parsing.syntax import Group, Span, Triples, ZeroLengthPath
from onrecord.graph.sparql.rewriting.source import Source


def rewrite_triples(source: Source, triples: Triples, behind: int, group: Group) -> None:
    """Have the paths among these triples found that the engine passes over; they go in at token `behind`. QueryRefused where
    there is no way to say it."""
    missed = [path for path in triples.paths if _misses(source, path, group.graph)]
    if not missed:
        return
    if any(not path.matches for path in missed):
        where = source.line_and_column(missed[0].verb)
        raise QueryRefused(
            f"{where}: a path that may have length zero, between a blank node in brackets and a "
            "term that the graph does not hold, cannot be evaluated here: use a variable in the place of the blank node"
        )
    pieces: list[Piece] = []
    for verb, objects in triples.verbs:
        kept = [source.place(o) for o in objects if not any(path.object is o for path in missed)]
        if kept:
            pieces += [" ; " if pieces else "", source.place(verb), " "]
            for number, piece in enumerate(kept):
                pieces += [" , " if number else "", piece]
    if pieces or triples.rest:
        pieces = [source.place(triples.subject), " ", *pieces]
    elif source.follows(triples.span, "."):
        triples = Triples(Span(triples.span.begin, triples.span.end + 1), triples.subject)
    source.edits.replace(*source.place(triples.span), *pieces)
    begin = source.tokens[behind].start
    for path in missed:
        source.edits.put(begin, *_zero_length(source, path, group.graph))


def _misses(source: Source, path: ZeroLengthPath, graph: Span | None) -> bool:
    """Whether the path has a solution of length zero that the engine does not find."""
    term, other = _ends(source, path)
    if term is None:
        return False
    if other is not None and not source.holds(f"FILTER(sameTerm({source.text(term)}, {source.text(other)}))"):
        return False
    constant = source.text(term)
    inside = f"{{ {constant} ?p ?o }} UNION {{ ?s ?p {constant} }}"
    if graph is None:
        return not source.holds(inside)
    name = source.text(graph)
    if name[0] not in "?$":
        return not source.holds(f"GRAPH {name} {{ {inside} }}") and source.holds(f"GRAPH {name} {{}}")
    return source.holds(f"GRAPH ?g {{}} FILTER NOT EXISTS {{ GRAPH ?g {{ {inside} }} }}")


def _zero_length(source: Source, path: ZeroLengthPath, graph: Span | None) -> tuple[str, ...]:
    term, _ = _ends(source, path)
    constant = source.text(cast("Span", term))
    variable = next(
        (source.text(end) for end in (path.subject, path.object) if source.tokens[end.begin].kind == "var"),
        None,
    )
    rows = " ".join([f"({constant if variable else ''})"] * path.matches)
    values = f"VALUES ({variable or ''}) {{ {rows} }}"
    if graph is None or source.tokens[graph.begin].kind != "var":
        return (f" {{ {values} }} ",)
    # Graph by graph, and what the engine finds itself in those that hold the term.
    name = source.text(graph)
    inside = f"{{ {constant} ?p ?o }} UNION {{ ?s ?p {constant} }}"
    found = " ".join(map(source.text, (path.subject, path.verb, path.object)))
    return (
        f" {{ {{ {found} }} UNION {{ GRAPH {name} {{}} {values} FILTER NOT EXISTS {{ GRAPH {name} {{ {inside} }} }} }} }} ",
    )


def _ends(source: Source, path: ZeroLengthPath) -> tuple[Span | None, Span | None]:
    """The constant of a path, and the other one if both ends are constants."""
    constants = [
        end
        for end in (path.subject, path.object)
        if end.end > end.begin and source.tokens[end.begin].kind not in {"var", "blank", "open"}
    ]
    return (constants[0] if constants else None), (constants[1] if len(constants) > 1 else None)
