"""SPARQL Update on a scratch copy.

WHERE is asked as a query, since only queries can be given a data set: the union of all graphs, or the graphs that the
request names. Its solutions then go into the templates as VALUES, over an empty store: what comes to stand there is
what the operation inserts, or deletes. So an operation costs what it finds and changes, not what the graph holds,
and the difference is known without comparing anything.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar, cast

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, QuerySolutions, Store

from onrecord.graph import terms
from onrecord.graph.errors import QueryRefused, UpdateFailed, UpdateRefused, UpdateSyntax
from onrecord.graph.settings import Settings
from onrecord.graph.sparql import lookups, mistakes, screening
from onrecord.graph.sparql.operations import Graphs, Operation, parse_operations, with_prologues_first
from onrecord.graph.sparql.rewriting.rewrite import Rewritten, rewrite, rewrite_update
from onrecord.graph.sparql.tokens import Token, place, tokenize
from onrecord.graph.writing.scratch import GraphName, Scratch
from onrecord.graph.writing.skolem import name_blank_nodes

_ROWS: Final = 5_000
_ABSENT: Final = "DROP GRAPH <urn:onrecord:absent> ; "
_PLACE: Final = re.compile(r"error at (\d+):(\d+):")
_BLANK: Final = f"urn:onrecord:blank:{secrets.token_hex(8)}:"
"""VALUES take no blank nodes, so they travel as IRIs that nobody else can have written."""


@dataclass(frozen=True, slots=True)
class UpdateContext:
    """What an update is evaluated against beside the graph: base IRI, default graph and limits."""

    base: str
    default: GraphName
    """Where quads go that are written to no graph: in a plain store the default graph, else a named one."""
    settings: Settings

    @property
    def plain(self) -> bool:
        """Whether this is a plain store: the default graph is a real one, and blank nodes are kept."""
        return isinstance(self.default, DefaultGraph)


def update(
    scratch: Scratch, text: str, context: UpdateContext, using: Sequence[str], named: Sequence[str]
) -> None:
    """Make all of an update's operations, one after the other.

    UpdateSyntax, UpdateRefused or UpdateFailed says what is wrong; the scratch copy has to be undone then.
    """
    screening.screen_update(text, context.settings)
    rewritten = rewrite_update(text)
    tokens = list(tokenize(rewritten.text, spaces=False))
    _check(text, rewritten, tokens, context)
    operations = list(parse_operations(rewritten.text, tokens))
    given = _Given(using, named) if using or named else None
    limits = _limits(context.settings)
    for operation in operations:
        if operation.where is not None:
            screening.screen(f"SELECT * WHERE {operation.where}", limits)
            _Run(scratch, context, operation).refuse_lookups(operation.where)
        if given is not None and operation.names_data_set:
            raise UpdateRefused(
                "the request names graphs (using-graph-uri, using-named-graph-uri), and so does the update with WITH or "
                "USING: leave one of them out"
            )
        if operation.verb == "LOAD" and not operation.silent:
            raise UpdateRefused(
                "LOAD is not run here, since it would send requests elsewhere: fetch the document and send it to /store"
            )
    for operation in operations:
        _Run(scratch, context, operation).run(given)


def _limits(settings: Settings) -> Settings:
    """What an update matches is a query like any other, in a text that may be longer."""
    return replace(settings, query_kilobytes=2 * settings.update_kilobytes + 1)


def _check(text: str, rewritten: Rewritten, tokens: list[Token], context: UpdateContext) -> None:
    """The syntax first, of the whole text; then what it would reach."""
    # The parser reads everything before the first operation is run, and this first one fails.
    checked, begin, length = with_prologues_first(rewritten.text, tokens, _ABSENT)
    try:
        Store().update(checked + mistakes.PADDING, base_iri=context.base, prefixes=dict(terms.PREFIXES))
    except SyntaxError as error:
        # The parser reads no text with a prologue between its operations.
        words = [token.text.upper() for token in tokens]
        ahead = words[words.index(";") :] if ";" in words else []
        again = None if {"PREFIX", "BASE"} & set(ahead) else Store().update
        found = mistakes.explain(
            text, _moved_back(str(error), rewritten.text, checked, begin, length), rewritten, again
        )
        raise UpdateSyntax(
            found.message.replace("the query ", "the update "), found.line, found.column
        ) from None
    except (RuntimeError, OSError):
        pass
    for token in tokens:
        if token.kind == "word":
            screening.refuse_service(token)


def _moved_back(message: str, text: str, checked: str, begin: int, length: int) -> str:
    """The parser's message with its place in the text as it was sent."""

    def moved(match: re.Match[str]) -> str:
        at = mistakes.offset(checked, int(match[1]), int(match[2]))
        line, column = place(text, at if at <= begin else max(begin, at - length))
        return f"error at {line}:{column}:"

    return _PLACE.sub(moved, message, count=1)


@dataclass(frozen=True, slots=True)
class _Given:
    """The data set that the request names beside the text."""

    using: Sequence[str]
    named: Sequence[str]


@dataclass(slots=True)
class _Run:
    """One operation while it is run."""

    scratch: Scratch
    context: UpdateContext
    operation: Operation

    def run(self, given: _Given | None) -> None:
        operation = self.operation
        match operation.verb:
            case "INSERT DATA":
                self.scratch.add(self._named(self._filled(f"INSERT DATA {operation.insert}")))
            case "DELETE DATA":
                # Over an empty store, what is to be deleted is found by inserting it.
                self.scratch.remove(self._filled(f"INSERT DATA {operation.insert}"))
            case "MODIFY":
                self._modify(given)
            case "LOAD":
                pass
            case "CREATE":
                self._create()
            case "CLEAR" | "DROP":
                self._empty()
            case _:
                self._copy()

    def _modify(self, given: _Given | None) -> None:
        operation = self.operation
        template = f"{operation.delete or ''} {operation.insert or ''}"
        variables, fresh = _look_at(template)
        rows = self._rows(variables, given, distinct=not fresh)
        target = self._iri(operation.with_) if operation.with_ is not None else None
        deleted: set[Quad] = set()
        inserted: set[Quad] = set()
        for values in _values(variables, rows):
            if operation.delete is not None:
                deleted |= self._filled(f"INSERT {operation.delete} WHERE {{ {values} }}", target)
            if operation.insert is not None:
                inserted |= self._filled(f"INSERT {operation.insert} WHERE {{ {values} }}", target)
        self.scratch.remove(deleted)
        self.scratch.add(self._named(inserted))

    def _rows(
        self, variables: Sequence[str], given: _Given | None, *, distinct: bool
    ) -> list[tuple[str, ...]]:
        """The solutions of WHERE, of each what the templates need, as VALUES writes them."""
        options = {
            "base_iri": self.context.base,
            "prefixes": dict(terms.PREFIXES),
            **self._data_set(given),
        }
        screened = screening.screen(
            f"{self.operation.prologue}SELECT * WHERE {self.operation.where}", _limits(self.context.settings)
        )
        try:
            rewritten = rewrite(screened, lambda question: self.scratch.store.query(question, **options))
            solutions = self.scratch.store.query(rewritten.text, **options, **rewritten.arguments)
            found = cast("QuerySolutions", solutions)
            held = {variable.value for variable in found.variables}
            rows = (tuple(_value(row[name] if name in held else None) for name in variables) for row in found)
            return list(dict.fromkeys(rows)) if distinct else list(rows)
        except (SyntaxError, RuntimeError, ValueError, OSError) as error:
            raise QueryRefused(f"the update cannot be evaluated: {error}") from None

    def _data_set(self, given: _Given | None) -> dict[str, Any]:
        operation = self.operation
        if given is not None:
            return {"default_graph": _nodes(given.using), "named_graphs": _nodes(given.named)}
        if operation.using or operation.using_named:
            return {
                "default_graph": [self._iri(name) for name in operation.using],
                "named_graphs": [self._iri(name) for name in operation.using_named],
            }
        if operation.with_ is not None:
            return {"default_graph": [self._iri(operation.with_)]}
        return {} if self.context.plain else {"use_default_graph_as_union": True}

    def _filled(self, text: str, target: GraphName | None = None) -> set[Quad]:
        """The quads that an INSERT makes over an empty store, those without a graph in the graph they go to."""
        store = Store()
        store.update(
            f"{self.operation.prologue}{text}", base_iri=self.context.base, prefixes=dict(terms.PREFIXES)
        )
        home = self.context.default if target is None else target
        return {filled for quad in store if (filled := _unmarked(quad, home)) is not None}

    def _named(self, quads: Iterable[Quad]) -> Iterable[Quad]:
        return quads if self.context.plain else name_blank_nodes(quads, self.context.base)

    # Whole graphs

    def _create(self) -> None:
        (graph,) = self._graphs(self.operation.target)
        if self.scratch.has(graph):
            self._fail(f"there is a graph {graph} already")
        elif isinstance(graph, NamedNode):
            self.scratch.create(graph)

    def _empty(self) -> None:
        target = self.operation.target
        graphs = self._graphs(target)
        if target is not None and target.kind == "one" and not self._has(graphs[0]):
            self._fail(f"there is no graph {graphs[0]}")
        for graph in graphs:
            was = self.scratch.has(graph)
            self.scratch.drop(graph)
            if self.operation.verb == "CLEAR" and was and isinstance(graph, NamedNode):
                self.scratch.create(graph)

    def _copy(self) -> None:
        (source,), (target,) = self._graphs(self.operation.source), self._graphs(self.operation.target)
        if not self._has(source):
            self._fail(f"there is no graph {source}")
            return
        if source == target:
            return
        copied = [
            Quad(quad.subject, quad.predicate, quad.object, target) for quad in self.scratch.quads(source)
        ]
        if self.operation.verb != "ADD":
            self.scratch.drop(target)
        self.scratch.add(copied)
        if not copied and isinstance(target, NamedNode):
            self.scratch.create(target)
        if self.operation.verb == "MOVE":
            self.scratch.drop(source)

    def _has(self, graph: GraphName) -> bool:
        return graph == self.context.default or self.scratch.has(graph)

    def _graphs(self, named: Graphs | None) -> list[GraphName]:
        assert named is not None  # noqa: S101  (for the type checker: these verbs have one)
        if named.kind == "one":
            return [self._iri(named.name)]
        if named.kind == "default":
            return [self.context.default]
        others = [graph for graph in self.scratch.graphs() if graph != self.context.default]
        return others if named.kind == "named" else [*others, self.context.default]

    def _fail(self, why: str) -> None:
        if not self.operation.silent:
            raise UpdateFailed(
                f"{self.operation.verb}: {why}; nothing was changed. {self.operation.verb} SILENT passes over this"
            )

    def refuse_lookups(self, where: str) -> None:
        """UpdateRefused where what has some words is looked for: the index is of what is there before the update."""
        for token in tokenize(where):
            if lookups.may_be_predicate(token) and self._iri(token.text).value == lookups.PREDICATE:
                raise UpdateRefused(
                    f"rec:{lookups.LOCAL} is for queries, not for what an update matches: ask for the things first, and "
                    "name them in the update with VALUES"
                )

    def _iri(self, name: str) -> NamedNode:
        """The graph that a name in the text means."""
        found = Store().query(
            f"{self.operation.prologue}SELECT ({name} AS ?g) {{}}",
            base_iri=self.context.base,
            prefixes=dict(terms.PREFIXES),
        )
        return cast("NamedNode", next(cast("QuerySolutions", found))["g"])


def _look_at(template: str) -> tuple[list[str], bool]:
    """The variables of a template, and whether it makes new blank nodes."""
    variables: dict[str, None] = {}
    fresh = False
    for token in tokenize(template):
        if token.kind == "var":
            variables[token.text[1:]] = None
        fresh = fresh or token.kind == "blank" or token.text in {"[", "("}
    return list(variables), fresh


def _values(variables: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """VALUES clauses that hold the rows, some thousands each."""
    heading = " ".join(f"?{name}" for name in variables)
    for begin in range(0, len(rows), _ROWS):
        block = "\n".join(f"({' '.join(row)})" for row in rows[begin : begin + _ROWS])
        yield f"VALUES ({heading}) {{ {block} }}"


def _value(term: object) -> str:
    if term is None:
        return "UNDEF"
    if isinstance(term, BlankNode):
        return f"<{_BLANK}{term.value}>"
    return str(term)


def _unmarked(quad: Quad, home: GraphName) -> Quad | None:
    """The quad with its blank nodes back and its graph; None where a blank node stands in a place it cannot."""
    graph = home if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name
    if _is_marked(quad.predicate) or _is_marked(graph):
        return None
    return Quad(_unmark(quad.subject), quad.predicate, _unmark(quad.object), graph)


_Any = TypeVar("_Any")


def _unmark(term: _Any) -> _Any | BlankNode:
    if isinstance(term, NamedNode) and term.value.startswith(_BLANK):
        return BlankNode(term.value[len(_BLANK) :])
    return term


def _is_marked(term: object) -> bool:
    return isinstance(term, NamedNode) and term.value.startswith(_BLANK)


def _nodes(iris: Iterable[str]) -> list[NamedNode]:
    try:
        return [NamedNode(iri) for iri in iris]
    except ValueError as error:
        raise UpdateRefused(f"a graph of the data set is named by no IRI: {error}") from None
