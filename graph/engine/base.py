"""What any engine can do, and the answer it gives. The ledger knows engines by this protocol alone."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Protocol, Self

from pyoxigraph import NamedNode, Quad, Store

from onrecord.graph.changes import Commit
from onrecord.graph.rows import Term
from onrecord.graph.sparql.tokens import bind

if TYPE_CHECKING:
    from onrecord.graph.sparql.screening import Bounds

DEFAULT_FORMATS: Final[Mapping[str, str | None]] = {"solutions": "json", "boolean": "json", "graph": "turtle"}
"""Result kind -> format, where the request does not say."""

MEMORY: Final = 1 << 20
"""Bytes of an answer that are held in memory; what is longer goes to a temporary file."""

MOST_GRAPHS: Final = 1000
"""Of so many graphs figures say how large they are, the first by name: a query lists the others."""

_CHUNK: Final = 64 << 10

Count = tuple[str, int]


class Answer:
    """A complete result, spooled: its length is known, and the query can no longer fail while it is read.

    Servers turn an exception in mid-stream into a complete response, so nothing is streamed that is not complete.
    """

    def __init__(self, version: int) -> None:
        self.kind = ""
        self.format = ""
        self.version = version
        self.length = 0
        self.rows: int | None = None
        self._pieces: list[bytes] = []
        self._file: IO[bytes] | None = None

    def write(self, data: bytes) -> None:
        """Append some bytes; for engines only."""
        if self._file is None and self.length + len(data) > MEMORY:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115
            self._file.writelines(self._pieces)
            self._pieces.clear()
        if self._file is None:
            self._pieces.append(data)
        else:
            self._file.write(data)
        self.length += len(data)

    def chunks(self) -> Iterator[bytes]:
        """The result in pieces; can be read once, and is closed at the end."""
        try:
            if self._file is None:
                yield from self._pieces
                return
            self._file.seek(0)
            while piece := self._file.read(_CHUNK):
                yield piece
        finally:
            self.close()

    def read(self) -> bytes:
        """The whole result; can be read once."""
        return b"".join(self.chunks())

    def close(self) -> None:
        """Free the memory or the file that it holds."""
        self._pieces = []
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        # Without a warning: an answer need not be read.
        self.close()


@dataclass(frozen=True, slots=True)
class Query:
    """A query and its data set. Where both graphs are None, FROM and FROM NAMED in the text decide.

    A query from outside has bounds, and is screened by them; our own have none. `matches` has, for each text that it
    looks for with rec:matchesText, what is found.
    """

    text: str
    bounds: Bounds | None = None
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    formats: Mapping[str, str | None] = field(default_factory=lambda: DEFAULT_FORMATS)
    version: int | None = None
    matches: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def ours(
        cls,
        text: str,
        default_graphs: Sequence[str] | None,
        bindings: Mapping[str, str | Term],
        version: int | None = None,
    ) -> Self:
        """A SELECT of our own, its rows as TSV, which is half as long as JSON; a binding puts an IRI (or a term) in the place of a
        variable. ValueError for what is no IRI."""
        graphs = None if default_graphs is None else tuple(default_graphs)
        terms = {
            name: str(NamedNode(value) if isinstance(value, str) else value)
            for name, value in bindings.items()
        }
        return cls(bind(text, terms), default_graphs=graphs, formats={"solutions": "tsv"}, version=version)


@dataclass(frozen=True, slots=True)
class Staged:
    """A change in files: its rows, each of which has effect, and how many of them count on either side (Commit).

    `store` is a copy of the store, in the data directory, in which it was made already.
    """

    rows: Path
    added: int
    removed: int
    store: Path | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """How much there is of what, at one version; None where it could not be counted within a query's limits.

    `everything` is how many triples a query meets; what the service keeps for itself, of its commits and of names, is not among the
    totals, classes and properties. A triple in two graphs counts twice. `graphs` are the first MOST_GRAPHS by name.
    """

    version: int
    everything: int | None
    totals: dict[str, int] | None
    classes: list[Count] | None
    properties: list[Count] | None
    graphs: list[Count] | None


class Bookkeeping(Protocol):
    """A module that says what the store tells of its own commits, in a graph of their own.

    It follows from the headers of the commits alone, so no patch holds it: the writer adds it with each commit, a replay
    makes it again, and a commit that is withdrawn takes it along.
    """

    def graph(self, base: str) -> NamedNode:
        """The graph of that; the base is the one under which the data's IRIs are minted."""
        ...

    def describe(self, commit: Commit, base: str) -> frozenset[Quad]:
        """What it says of a commit, as the store keeps it."""
        ...

    def retraction(self, commit: Commit, base: str, store: Store) -> frozenset[Quad]:
        """What goes from the store when this commit did not happen."""
        ...


class Engine(Protocol):
    """Keeps the graph: answers queries of any version that is kept, and takes one change at a time."""

    @property
    def version(self) -> int:
        """The newest version, which is the number of the last commit."""
        ...

    @property
    def plain(self) -> bool:
        """Whether this is a plain store: a real default graph, blank nodes, and no bookkeeping."""
        ...

    def commit_id(self, version: int) -> str:
        """The id of the commit that made a version, "" where there is none; costs nothing for the newest thousand."""
        ...

    def query(self, query: Query) -> Answer:
        """The whole answer, or an error that says why there is none."""
        ...

    def export(
        self,
        format_: str,
        graph: str | None = None,
        version: int | None = None,
        *,
        without: Sequence[str] = (),
        current: bool = False,
    ) -> Answer:
        """One graph, or all but some, or what is current of that: "turtle", "nquads" or "trig"."""
        ...

    def table(self, name: str, format_: str, version: int | None = None, *, fallen: bool = False) -> Answer:
        """A table of tabular.TABLES, as "csv" or "parquet"; `fallen`: with claims that no longer stand."""
        ...

    def graph(self, name: str | None, format_: str) -> Answer:
        """One graph, None for the default graph, in any format of a graph; UnknownGraph."""
        ...

    def graph_names(self) -> list[str]:
        """The named graphs, sorted."""
        ...

    def figures(self) -> Figures | None:
        """How much there is of what at the newest version, as it was kept with it; None where it was not."""
        ...

    def check_writable(self) -> None:
        """Raise where nothing can be written: it was opened for reading only, or what it writes to is gone (DataMoved)."""
        ...

    def prepare(self, change: Staged) -> Staged:
        """The same change, of which what can be is done beside its rows before it is known whether it will be committed.

        Until then nobody sees anything of it; what is made goes with the directory of the rows.
        """
        ...

    def commit(self, change: bytes | Staged, *, message: str, author: str) -> Commit:
        """Make a change, given as the rows of its ChangeSet, durably and unchecked; one caller at a time."""
        ...

    def follow(self, patch: bytes) -> Commit:
        """Make the next commit of another engine's history here, as its patch has it: the same id, time and bytes.

        StoreDamaged where the patch is not whole, or does not follow on what is here; then nothing has changed.
        """
        ...

    def history(self, newest: int | None = None, limit: int | None = None) -> list[Commit]:
        """The commits, newest first: so many, from a version down; all of them without these."""
        ...

    def patch(self, version: int) -> bytes:
        """The RDF Patch of a commit; UnknownCommit."""
        ...

    def patch_pieces(self, version: int, *, as_packed: bool) -> tuple[Iterator[bytes], int, bool]:
        """The same a piece at a time, how many bytes all are, and whether they are packed with gzip, as they are only where that
        is wanted. It is whole before the first is given."""
        ...

    def snapshot(self, version: int) -> dict[str, tuple[int, str]]:
        """The files that a version is kept in, with sizes and SHA-256, for replicas; UnknownVersion where it is not kept."""
        ...

    def snapshot_file(self, version: int, name: str) -> IO[bytes]:
        """One of them, opened; UnknownVersion. What is open can be read to its end, also once the version is not kept any more."""
        ...

    def about(self) -> dict[str, Any]:
        """How the engine runs, for operators."""
        ...

    def close(self) -> None:
        """End all child processes and give the data directory back; commits that were acknowledged are safe already."""
        ...
