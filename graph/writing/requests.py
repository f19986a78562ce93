"""What can be asked of those who prepare a write: one class a request. Most are for the editor; one for the gate, one for the loader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, Self

from onrecord.graph.engine.processes.requests import Codec


class Begin(NamedTuple):
    """The first request to an editor: the settings that it works by, without the secrets."""

    settings: Mapping[str, Any]


class Sync(NamedTuple):
    """Bring the editor's copy of the graph to a version; changes nothing."""

    version: int


class Update(NamedTuple):
    """A SPARQL update (UTF-8), and the graphs that the protocol names as the data set of its WHERE clauses."""

    body: bytes
    using: Sequence[str] = ()
    named: Sequence[str] = ()


class Upload(NamedTuple):
    """Documents for one graph, None for the default one; `parts` has the length and the media type of each."""

    body: bytes
    graph: str | None
    base: str
    parts: Sequence[tuple[int, str]]

    @classmethod
    def of(cls, graph: str | None, documents: Sequence[tuple[bytes, str]], base: str) -> Self:
        """An upload of these documents, each with its media type; relative IRIs are resolved against the base."""
        parts = [(len(body), media_type) for body, media_type in documents]
        return cls(b"".join(body for body, _ in documents), graph, base, parts)

    def documents(self) -> Iterator[tuple[bytes, str]]:
        """Each document with its media type."""
        begin = 0
        for length, media_type in self.parts:
            yield self.body[begin : begin + length], media_type
            begin += length


class Put(Upload):
    """Make documents the whole of a graph."""

    __slots__ = ()


class Post(Upload):
    """Add documents to a graph."""

    __slots__ = ()


class Delete(NamedTuple):
    """Remove a named graph, or empty the default one (None)."""

    graph: str | None


class Apply(NamedTuple):
    """Make a change that was worked out before, given as its rows, and derive again what follows from it."""

    body: bytes


class Load(NamedTuple):
    """Add what files say to the graphs that they name, or take it out; `documents` are parsing.documents.RdfDocument as JSON.

    The rows of the change go to a file.
    """

    documents: Sequence[Mapping[str, Any]]
    rows: str


class Check(NamedTuple):
    """Say what the shapes find in a snapshot after a change: its rows are the body, or in the file `rows`."""

    snapshot: str
    megabytes: int
    fast: bool
    rows: str | None = None
    body: bytes = b""


class BulkLoad(NamedTuple):
    """Load files into a copy of the plain store of a snapshot, which is made in a directory; `documents` as in Load."""

    documents: Sequence[Mapping[str, Any]]
    directory: str
    snapshot: str
    megabytes: int


Edit = Update | Put | Post | Delete | Apply | Load
Request = Sync | Edit
BEGIN: Final[Codec[Begin]] = Codec("editor", Begin)
EDITOR: Final[Codec[Request]] = Codec("editor", Sync, Update, Put, Post, Delete, Apply, Load)
GATE: Final[Codec[Check]] = Codec("gate", Check)
LOADER: Final[Codec[BulkLoad]] = Codec("loader", BulkLoad)
