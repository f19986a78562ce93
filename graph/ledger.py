"""The front door of the graph: ask, write, export. What lies behind it is private.

>>> with Ledger.open(Settings.read()) as ledger:                                        # doctest: +SKIP
...     print(ledger.query("SELECT * { ?s ?p ?o } LIMIT 3").read().decode())
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Self

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
)

from onrecord.graph import exports, screening
from onrecord.graph.changes import ChangeSet, Commit
from onrecord.graph.engine.base import DEFAULT_FORMATS, Answer, Engine, Query
from onrecord.graph.engine.embedded import EmbeddedEngine
from onrecord.graph.errors import BadChange, NotAcceptable, Rejected, UnknownGraph
from onrecord.graph.settings import Settings

Term = NamedNode | BlankNode | Literal
"""What a cell of a result row holds; our own queries ask for no triple terms."""

_PATIENCE: Final = 30.0

__all__ = ["DEFAULT_FORMATS", "Answer", "Ledger", "Term"]


class Ledger:
    """A graph with its history. Any number of threads may read; writes queue up."""

    def __init__(self, engine: Engine, settings: Settings, *, gate: bool = True) -> None:
        self._engine = engine
        self._settings = settings
        self._gated = gate
        self._writing = threading.Lock()

    @classmethod
    def open(cls, settings: Settings, *, _gate: bool = True) -> Ledger:
        """Open the data directory, making it where there is none. StoreLocked where another process has it."""
        return cls(EmbeddedEngine(settings), settings, gate=_gate)

    @classmethod
    def open_read_only(cls, settings: Settings) -> Ledger:
        """Open the newest version in a data directory, beside a server that has it; NoGraph where there is none."""
        return cls(EmbeddedEngine(settings, read_only=True), settings)

    @staticmethod
    def exists(settings: Settings) -> bool:
        """Whether the data directory holds a graph with at least one commit."""
        return EmbeddedEngine.holds_commits(settings.data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the child processes and give the directory back; a commit under way is let finish first."""
        finished = self._writing.acquire(timeout=_PATIENCE)
        try:
            self._engine.close()
        finally:
            if finished:
                self._writing.release()

    @property
    def version(self) -> int:
        """The number of the last commit; 0 for an empty graph."""
        return self._engine.version

    def query(
        self,
        text: str,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        formats: Mapping[str, str | None] = DEFAULT_FORMATS,
        version: int | None = None,
    ) -> Answer:
        """Run a stranger's query: screened, limited in time, memory and size.

        The default graph is the union of all graphs, unless graphs are given here or by FROM in the text; those
        given here outrank those in the text. The prefixes of terms.PREFIXES need no declaring. `formats` says
        for each kind of result ("solutions", "boolean", "graph") which format it is wanted in, None for none.
        """
        found = screening.screen(text, self._settings)
        named = bool(default_graphs or named_graphs)
        return self._engine.query(
            Query(
                text,
                default_graphs=tuple(default_graphs) if named else None,
                named_graphs=tuple(named_graphs) if named else None,
                union=not found.has_dataset,
                formats=formats,
                version=version,
            )
        )

    def rows(self, text: str, **bindings: str | Term) -> list[dict[str, Term]]:
        """The rows of a SELECT of our own, unscreened; a variable without value has no key.

        A binding puts an IRI (or a term) in the place of a variable, in the patterns and the plain SELECT list.
        """
        text = screening.bind(text, {name: _term(value) for name, value in bindings.items()})
        answer = self._engine.query(Query(text, formats={"solutions": "json"}))
        results = parse_query_results(answer.read(), QueryResultsFormat.JSON)
        assert isinstance(results, QuerySolutions)  # noqa: S101  (for the type checker)
        names = [variable.value for variable in results.variables]
        return [
            {name: value for name, value in zip(names, row, strict=True) if isinstance(value, Term)}
            for row in results
        ]

    def export(self, format: str, graph: str | None = None) -> Answer:
        """The graph, or one named graph, as "turtle", "nquads" or "trig"; the same graph gives the same bytes."""
        if format not in exports.FORMATS:
            raise NotAcceptable(
                f"no export is called {format!r}; there are {', '.join(exports.FORMATS)}", exports.FORMATS
            )
        return self._engine.export(format, graph)

    def quads(self, graph: str) -> list[Quad]:
        """The quads of one named graph; UnknownGraph where there is none of that name."""
        return list(parse(self._engine.export("nquads", graph).read(), RdfFormat.N_QUADS))

    def graph_names(self) -> list[str]:
        """The IRIs of the named graphs, sorted."""
        return self._engine.graph_names()

    def commit(self, change: ChangeSet, *, message: str, author: str) -> Commit:
        """Make a change once the shapes allow it; Rejected carries the report of what they do not.

        When this returns, the change is on disk and every later query sees it; when it raises, nothing has
        changed. A change without effect makes no version: the commit returned has the present one and no counts.
        """
        with self._writing:
            return self._commit(change, message, author)

    def put_graph(self, graph: str, quads: Iterable[Quad], *, message: str, author: str) -> Commit:
        """Make these quads the whole of one named graph."""
        new = frozenset(quads)
        for quad in new:
            if quad.graph_name != NamedNode(graph):
                raise BadChange(f"{quad} is not in <{graph}>, the graph that is put")
        with self._writing:
            try:
                old = self.quads(graph)
            except UnknownGraph:
                old = []
            return self._commit(ChangeSet.between(old, new), message, author)

    def _commit(self, change: ChangeSet, message: str, author: str) -> Commit:
        if change and self._gated:
            report = self._engine.check(change)
            if not report.conforms:
                raise Rejected(f"the shapes refuse the change; nothing was changed. {report.text()}", report)
        return self._engine.commit(change, message=message, author=author)

    def about(self) -> dict[str, Any]:
        """How the engine runs: its versions and its readers, for those who operate it."""
        return self._engine.about()

    def history(self) -> list[Commit]:
        """Every commit, newest first."""
        return self._engine.history()


def _term(value: str | Term) -> str:
    return str(NamedNode(value) if isinstance(value, str) else value)
