"""The front door of the graph: ask, write, export. What lies behind it is private.

>>> with Ledger.open(Settings.read()) as ledger:                                        # doctest: +SKIP
...     print(ledger.query("SELECT * { ?s ?p ?o } LIMIT 3").read().decode())
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Self

from pyoxigraph import NamedNode, Quad, QueryResultsFormat, RdfFormat, parse

from onrecord.graph import engine as engines
from onrecord.graph import formats, provenance, terms
from onrecord.graph.changes import REVERT, ChangeSet, Commit, from_patch, quads_of_patch
from onrecord.graph.engine.base import DEFAULT_FORMATS, Answer, Engine, Figures, Query
from onrecord.graph.engine.figures import Scope
from onrecord.graph.engine.processes.launcher import Launcher
from onrecord.graph.errors import BadChange, NotAcceptable, UnknownGraph
from onrecord.graph.exports import tabular
from onrecord.graph.quoting import brief
from onrecord.graph.rows import RowSource, Term, solutions
from onrecord.graph.search.versioned import VersionedIndex
from onrecord.graph.settings import Settings
from onrecord.graph.sparql import lookups, screening
from onrecord.graph.writing.client import Note, Writing
from onrecord.graph.writing.parsing.documents import RdfDocument
from onrecord.graph.writing.requests import Apply, Delete, Edit, Post, Put, Update
from onrecord.graph.writing.transactions import Transactions

if TYPE_CHECKING:
    from onrecord.graph.federation.federation import Federation

_EXPORTS: Final = list(formats.by_name(formats.EXPORTS))
_STORE_FORMATS: Final = list(formats.by_name((*formats.GRAPHS, *formats.DATASETS)))
_AS_GRAPH: Final = {formats.N_QUADS.name: formats.N_TRIPLES.name, formats.TRIG.name: formats.TURTLE.name}

__all__ = ["DEFAULT_FORMATS", "Answer", "Ledger", "RowSource", "Term"]


class Ledger:
    """A graph with its history. Any number of threads may read; writes queue up."""

    def __init__(
        self, engine: Engine, writing: Writing | None, settings: Settings, *, gate: bool = True
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._bounds = screening.Bounds(
            settings.query_kilobytes, settings.query_nesting, settings.query_patterns
        )
        self._federation: Federation | None = None
        if settings.service_hosts:
            from onrecord.graph.federation.federation import Federation  # noqa: PLC0415  (it brings TLS, and few want it)

            self._federation = Federation(settings)
        self._transactions = Transactions(engine, writing, settings, gate=gate)
        self.words = VersionedIndex(self, settings.data / "search", settings.base)

    @classmethod
    def open(cls, settings: Settings, *, _gate: bool = True) -> Ledger:
        """Open the data directory, making it where there is none. StoreLocked where another process has it."""
        return cls._open(settings, read_only=False, gate=_gate)

    @classmethod
    def open_read_only(cls, settings: Settings) -> Ledger:
        """Open the newest version in a data directory, beside a server that has it; NoGraph where there is none."""
        return cls._open(settings, read_only=True, gate=True)

    @classmethod
    def _open(cls, settings: Settings, *, read_only: bool, gate: bool) -> Ledger:
        launcher = Launcher()
        engine = engines.open(settings, launcher, read_only=read_only, bookkeeping=provenance.__name__)
        writes = not read_only and not settings.replica_of
        return cls(engine, Writing(settings, launcher) if writes else None, settings, gate=gate)

    @staticmethod
    def exists(settings: Settings) -> bool:
        """Whether the data directory holds a graph with at least one commit."""
        return engines.exists(settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the child processes and give the directory back; a commit under way is let finish first."""
        self._transactions.close()

    @property
    def version(self) -> int:
        """The number of the last commit; 0 for an empty graph."""
        return self._engine.version

    def commit_id(self, version: int) -> str:
        """What tells a version from that of the same number in another store: the id of its commit; "" for none."""
        return self._engine.commit_id(version)

    @property
    def directory(self) -> Path:
        """Where the graph is kept, and what is made from it and can be made again."""
        return self._settings.data

    @property
    def history_graph(self) -> str | None:
        """The IRI of the graph that describes the commits; None in a plain store, which has none."""
        return None if self._engine.plain else provenance.graph(self._settings.base).value

    @property
    def scope(self) -> Scope:
        """What figures count as data."""
        return Scope(plain=True) if self._engine.plain else Scope.of(self._settings.base)

    @property
    def graphs_not_data(self) -> list[str]:
        """The graphs that the service keeps for itself, which the dumps leave out and figures do not count."""
        return [] if self._engine.plain else terms.not_data(self._settings.base)

    def query(
        self,
        text: str,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        formats: Mapping[str, str | None] = DEFAULT_FORMATS,
        version: int | None = None,
    ) -> Answer:
        """Run a query from outside: screened, limited in time, memory and size.

        The default graph is the union of all graphs, unless graphs are given here or by FROM in the text; those given here
        outrank those in the text. The prefixes of terms.PREFIXES need no declaring. rec:matchesText finds what has some words,
        by the index of this version; Busy while that is made. `formats` says for each kind of result ("solutions", "boolean",
        "graph") which format it is wanted in, None for none.
        """
        named = bool(default_graphs or named_graphs)
        query = Query(
            text,
            self._bounds,
            default_graphs=tuple(default_graphs) if named else None,
            named_graphs=tuple(named_graphs) if named else None,
            formats=formats,
            version=version,
        )
        texts = [] if self._engine.plain else lookups.wanted(text)
        if texts:
            state, found = self.words.matches(texts, version, self._settings.query_seconds)
            query = replace(query, matches=found, version=state.version)
        if self._federation is not None:
            query = self._federation.carried_out(query, self._engine.query)
        return self._engine.query(query)

    def rows(
        self, text: str, *, default_graphs: Sequence[str] | None = None, **bindings: str | Term
    ) -> list[dict[str, Term]]:
        """The rows of a SELECT of our own, unscreened; a variable without value has no key.

        A binding puts an IRI (or a term) in the place of a variable, in the patterns and the plain SELECT list. Where
        default graphs are given, they alone are the data set.
        """
        return self._rows(Query.ours(text, default_graphs, bindings))

    def at(self, version: int | None) -> RowSource:
        """What answers rows() from a version that is still kept, UnknownVersion where it is not; for None, this ledger."""
        return self if version is None else _At(self, version)

    def _rows(self, query: Query) -> list[dict[str, Term]]:
        return solutions(self._engine.query(query).read(), QueryResultsFormat.TSV)

    def export(
        self, format: str, graph: str | None = None, *, version: int | None = None, current: bool = False
    ) -> Answer:
        """The graph, or one named graph, as "turtle", "nquads" or "trig" (else NotAcceptable); the same graph gives the same bytes.

        With `current`, without the claims that no longer stand and what would pass them on as facts: see exports/current.py.
        """
        if format not in _EXPORTS:
            raise NotAcceptable(
                f"no export is called {brief(format)}; there are {', '.join(_EXPORTS)}", _EXPORTS
            )
        without = self.graphs_not_data if graph is None else ()
        return self._engine.export(format, graph, version, without=without, current=current)

    def table(self, name: str, format: str, *, version: int | None = None, fallen: bool = False) -> Answer:
        """A table of tabular.TABLES, as "csv" or "parquet": claims that stand or are contested, or, if `fallen`, all of them.

        NotAcceptable for other names; NotInstalled where Parquet cannot be written here.
        """
        if name not in tabular.TABLES or format not in tabular.FORMATS:
            raise NotAcceptable(
                f"there is no table {brief(name)} as {brief(format)}; there are {', '.join(tabular.TABLES)} as "
                f"{', '.join(tabular.FORMATS)}",
                list(tabular.FORMATS.values()),
            )
        return self._engine.table(name, format, version, fallen=fallen)

    def quads(self, graph: str) -> list[Quad]:
        """The quads of one named graph; UnknownGraph where there is none of that name."""
        return list(parse(self._engine.export("nquads", graph).read(), RdfFormat.N_QUADS))

    def graph_names(self) -> list[str]:
        """The IRIs of the named graphs, sorted."""
        return self._engine.graph_names()

    def figures(self) -> Figures | None:
        """How much there is of what at the newest version, as the commit kept it; None where none did: see figures.py."""
        return self._engine.figures()

    def commit(self, change: ChangeSet, *, message: str, author: str, derive: bool = False) -> Commit:
        """Make a change once the shapes allow it; Rejected carries the report of what they do not.

        When this returns, the change is on disk and every later query sees it; when it raises, nothing has
        changed. A change without effect makes no version: the commit returned has the present one and no counts.
        With `derive`, graph/derived is made again from all that is then in the graph, whatever the change says of it.
        """
        return self.commit_rows(change.rows, message=message, author=author, derive=derive)

    def commit_rows(self, rows: bytes, *, message: str, author: str, derive: bool = False) -> Commit:
        """As commit(), of a change given as the rows of a ChangeSet, its literals as the store writes them."""
        return self._followed(self._transactions.commit(rows, message, author, derive=derive))

    def try_rows(self, rows: bytes) -> None:
        """Work a change out and check it as commit_rows() with `derive` does, and make none; the same errors."""
        self._transactions.rehearse(rows)

    def check_writable(self) -> None:
        """Raise where no change is taken: it was opened for reading only, or as a replica (ReplicaReadOnly)."""
        self._engine.check_writable()

    def follow(self, patch: bytes) -> Commit:
        """Make the next commit of another ledger here, as its patch() gives it: for replicas, which make no others.

        It was checked where it was made. StoreDamaged where it is not whole or does not follow on what is here.
        """
        return self._followed(self._transactions.follow(patch))

    # Requests of others, read and evaluated by the editor

    def update(  # noqa: PLR0913  (all but the text by name)
        self,
        text: str,
        *,
        using_graphs: Sequence[str] = (),
        using_named_graphs: Sequence[str] = (),
        author: str,
        message: str = "",
        if_version: int | None = None,
    ) -> Commit:
        """Make a SPARQL update: all of its operations as one checked commit, or none of them.

        WHERE without GRAPH sees what a query sees. What is written to no graph goes to graph/default. UpdateSyntax,
        UpdateRefused, UpdateFailed, Protected, Rejected and PreconditionFailed say why nothing was changed.
        """
        body = screening.check_size(text, "update", self._settings.update_kilobytes)
        request = Update(body, using_graphs, using_named_graphs)
        return self._edited(request, message, author, if_version)[0]

    def store_get(self, graph: str | None, format: str) -> Answer:
        """One graph, None for the default one: "turtle", "ntriples", "rdfxml", "jsonld", "nquads" or "trig". UnknownGraph; NotAcceptable."""
        if format not in _STORE_FORMATS:
            raise NotAcceptable(
                f"a graph does not come as {brief(format)}; there are {', '.join(_STORE_FORMATS)}",
                _STORE_FORMATS,
            )
        if graph is not None or self._engine.plain:
            return self._engine.graph(graph, format)
        try:
            return self._engine.graph(terms.graph_iri("default", self._settings.base), format)
        except UnknownGraph:
            # It is there by definition; a query that finds nothing is an empty graph in every format.
            nothing = "CONSTRUCT {} WHERE { FILTER(false) }"
            answer = self._engine.query(Query(nothing, formats={"graph": _AS_GRAPH.get(format, format)}))
            answer.format = format
            return answer

    def store_exists(self, graph: str) -> bool:
        """Whether there is a named graph of that name."""
        return graph in self.graph_names()

    def store_write(  # noqa: PLR0913
        self,
        graph: str | None,
        parts: Sequence[tuple[bytes, str]],
        *,
        whole: bool,
        base: str,
        author: str,
        message: str = "",
        if_version: int | None = None,
    ) -> tuple[Commit, bool]:
        """Make documents, each with its media type, the whole of a graph, or else add them to it; and whether there was none
        before."""
        request = (Put if whole else Post).of(_iri(graph), parts, base)
        return self._edited(request, message, author, if_version)

    def load(
        self,
        documents: Sequence[RdfDocument],
        *,
        author: str,
        message: str = "",
        if_version: int | None = None,
        note: Note | None = None,
    ) -> Commit:
        """Add what files say to all the graphs that they name, and take out what those say that remove, as one commit.

        For changes of any size: the files, and the change they come to, are not held in this process; files of N-Quads
        are read in steady memory. What is there already, or gone, is no change; what follows from the change is derived,
        the shapes are asked, and an error names the file (and the line, where it can be told) and leaves all as it was.
        An importer writes what comes to one file of N-Quads and what goes to another, and calls this with
        [RdfDocument.of(coming, base), replace(RdfDocument.of(going, base), removes=True)]. Work that may take long opens its
        ledger with Settings.unhurried(). `note` is told how far it is.
        """
        return self._followed(self._transactions.load(documents, message, author, if_version, note))

    def store_delete(
        self, graph: str | None, *, author: str, message: str = "", if_version: int | None = None
    ) -> Commit:
        """Remove a named graph, or empty the default one; UnknownGraph where there is none."""
        return self._edited(Delete(_iri(graph)), message, author, if_version)[0]

    def revert(self, version: int, *, author: str) -> Commit:
        """Undo what one commit changed, as a commit of its own; what has changed since then stays as it is."""
        _, change = from_patch(self.patch(version), f"the patch of version {version}")
        return self._edited(Apply(change.inverse().rows), f"{REVERT}{version}", author, None)[0]

    def _edited(
        self, request: Edit, message: str, author: str, if_version: int | None
    ) -> tuple[Commit, bool]:
        commit, created = self._transactions.edit(request, message, author, if_version)
        return self._followed(commit), created

    def _followed(self, commit: Commit) -> Commit:
        """The commit, which the index of words follows meanwhile."""
        self.words.follow()
        return commit

    def about(self) -> dict[str, Any]:
        """How the engine runs, for those who operate it: its versions, and the process ids of its children."""
        return self._engine.about() | self._transactions.about()

    def history(self, newest: int | None = None, limit: int | None = None) -> list[Commit]:
        """The commits, newest first: so many, from a version down; all of them without these."""
        return self._engine.history(newest, limit)

    def patch(self, version: int) -> bytes:
        """What one commit changed, as an RDF Patch; UnknownCommit."""
        return self._engine.patch(version)

    def changed(self, version: int) -> tuple[Iterator[Quad], Iterator[Quad]]:
        """What one commit removed, and what it added, read a piece at a time; UnknownCommit."""
        removed, added = (
            quads_of_patch(self._engine.patch_pieces(version, as_packed=False)[0], added=side)
            for side in (False, True)
        )
        return removed, added

    def snapshot(self, version: int) -> dict[str, tuple[int, str]]:
        """The files that a version is kept in, with sizes and SHA-256, for replicas; UnknownVersion where it is not kept."""
        return self._engine.snapshot(version)

    def snapshot_file(self, version: int, name: str) -> IO[bytes]:
        """One of them, opened; UnknownVersion where there is none of that name, or the version is not kept."""
        return self._engine.snapshot_file(version, name)

    def patch_pieces(self, version: int, *, as_packed: bool) -> tuple[Iterator[bytes], int, bool]:
        """The same a piece at a time, how many bytes all are, and whether they are packed with gzip, as they are only where that
        is wanted. It is whole before the first is given."""
        return self._engine.patch_pieces(version, as_packed=as_packed)


@dataclass(frozen=True, slots=True)
class _At:
    """A version of a ledger."""

    ledger: Ledger
    version: int

    def rows(
        self, text: str, *, default_graphs: Sequence[str] | None = None, **bindings: str | Term
    ) -> list[dict[str, Term]]:
        """As Ledger.rows."""
        return self.ledger._rows(Query.ours(text, default_graphs, bindings, self.version))


def _iri(graph: str | None) -> str | None:
    try:
        return None if graph is None else NamedNode(graph).value
    except ValueError as error:
        raise BadChange(f"<{graph}> names no graph: {error}; give an absolute IRI") from None
