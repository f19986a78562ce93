"""Queries that the engine misreads, rewritten to what it reads rightly; docs/engine-faults.md lists the faults.

Everything here works on tokens, and changes no more of a text than it has to. What cannot be rewritten is refused. A
text that is not understood here is left to the engine, which says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from onrecord.graph.sparql.bases import resolved
from onrecord.graph.sparql.edits import Edits, Moved, decode
from onrecord.graph.sparql.rewriting.calls import Calls
from onrecord.graph.sparql.rewriting.graphs import rewrite_graph
from onrecord.graph.sparql.rewriting.lookups import rewrite_lookups
from onrecord.graph.sparql.rewriting.parsing.patterns import parse
from onrecord.graph.sparql.rewriting.parsing.syntax import (
    Call,
    Comparison,
    Division,
    NotUnderstood,
    Select,
    Span,
)
from onrecord.graph.sparql.rewriting.paths import rewrite_triples
from onrecord.graph.sparql.rewriting.single_tokens import rewrite_single_tokens
from onrecord.graph.sparql.rewriting.source import Ask, Source
from onrecord.graph.sparql.screening import Screened
from onrecord.graph.sparql.tokens import Token, tokenize

_FORMS: Final = frozenset(["SELECT", "CONSTRUCT", "ASK", "DESCRIBE"])


class Rewritten(NamedTuple):
    """A text for the engine, how it came about, and the functions it calls."""

    text: str
    steps: tuple[Moved, ...] = ()
    arguments: Mapping[str, Any] = MappingProxyType({})
    """More arguments for Store.query."""

    def back(self, position: int) -> int:
        """Where this position of the text was in the text that the user sent."""
        for step in reversed(self.steps):
            position = step.back(position)
        return position


def rewrite(screened: Screened, ask: Ask, matches: Mapping[str, Sequence[str]] | None = None) -> Rewritten:
    """A query as the engine reads it rightly. QueryRefused where there is no way to say it to the engine.

    `matches` has what is found for each text that the query looks for with rec:matchesText; without it, that is a
    property like any other.
    """
    decoded = screened.decoded
    steps = (*screened.before, decoded)
    tokens = screened.tokens
    looked_up = None if matches is None else rewrite_lookups(decoded.text, tokens, ask, matches)
    if looked_up is not None:
        steps = (*steps, looked_up)
        tokens = list(tokenize(looked_up.text, tokens[0].start, spaces=False))
    text = steps[-1].text
    if not screened.suspect and looked_up is None:
        return Rewritten(text, steps)
    try:
        source = _rewritten(text, tokens, ask)
    except NotUnderstood:
        return _with_names(steps, tokens)
    moved = source.edits.applied()
    return Rewritten(moved.text, (*steps, moved), source.arguments)


def rewrite_update(text: str) -> Rewritten:
    """An update with its names as the engine reads them rightly. Each WHERE is a query, and rewritten as one."""
    unescaped = decode(text)
    decoded = resolved(unescaped.text)
    return _with_names((unescaped, decoded), list(tokenize(decoded.text, spaces=False)))


def _with_names(steps: tuple[Moved, ...], tokens: Sequence[Token]) -> Rewritten:
    edits = Edits(steps[-1].text)
    rewrite_single_tokens(edits, tokens)
    moved = edits.applied()
    return Rewritten(moved.text, (*steps, moved))


def _rewritten(text: str, tokens: Sequence[Token], ask: Ask) -> Source:
    """A query with all its changes. Raises NotUnderstood."""
    found = parse(tokens)
    form = next(t for t in tokens if t.kind == "word" and t.text.upper() in _FORMS)
    source = Source(text, tokens, ask, text[: form.start], found.data_set)
    rewrite_single_tokens(source.edits, tokens)
    for number, select in enumerate(found.selects):
        if found.blanks or (number == 0 and form.text.upper() == "SELECT"):
            _star(source, select, always=bool(found.blanks))
    calls = Calls(source, grouped=any(select.grouped for select in found.selects))
    for expression in found.expressions:
        match expression:
            case Call():
                calls.call(expression)
            case Comparison():
                calls.comparison(expression)
            case Division():
                calls.division(expression)
    for call, place in found.blanks:
        calls.blank(call, place)
    for group in found.groups:
        for triples, behind in group.triples:
            rewrite_triples(source, triples, behind, group)
        for minus, shared in group.minus:
            if not shared and group.graph is not None and tokens[group.graph.begin].kind == "var":
                # Without a variable in common MINUS takes nothing away; the engine takes that of GRAPH for one.
                source.edits.replace(*source.place(minus))
    for span, group in found.graphs:
        rewrite_graph(source, span, group)
    return source


def _star(source: Source, select: Select, *, always: bool) -> None:
    """SELECT * with its columns in the order of first mention; the engine sorts them."""
    names = list(select.variables)
    if select.star is not None and not select.grouped and names and (always or names != sorted(names)):
        columns = " ".join(f"?{name}" for name in names)
        source.edits.replace(*source.place(Span(select.star, select.star + 1)), columns)
