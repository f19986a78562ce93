"""What can be asked to be written: one class a request, which travels to the editor as a JSON header and a body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Self


@dataclass(frozen=True, slots=True)
class Sync:
    """Bring the editor's copy of the graph to a version; changes nothing."""

    version: int
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Update:
    """A SPARQL update (UTF-8), and the graphs that the protocol names as the data set of its WHERE clauses."""

    body: bytes
    using: Sequence[str] = ()
    named: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Upload:
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


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove a named graph, or empty the default one (None)."""

    graph: str | None
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Apply:
    """Make a change that was worked out before, given as its rows, and derive again what follows from it."""

    body: bytes


@dataclass(frozen=True, slots=True)
class Load:
    """Add what files say to the graphs that they name, or take it out; `documents` are parsing.documents.RdfDocument as JSON.

    The rows of the change go to a file.
    """

    documents: Sequence[Mapping[str, Any]]
    rows: str
    body: bytes = b""


Edit = Update | Put | Post | Delete | Apply | Load
Request = Sync | Edit
_KINDS: Final[Mapping[str, type[Request]]] = {
    kind.__name__: kind for kind in (Sync, Update, Put, Post, Delete, Apply, Load)
}


def header(request: Request) -> dict[str, Any]:
    """All of a request but its body, as JSON."""
    values = {item.name: getattr(request, item.name) for item in fields(request) if item.name != "body"}
    return {"request": type(request).__name__, **values}


def read(header_: Mapping[str, Any], body: bytes) -> Request:
    """The request that was sent with this header and body."""
    values = dict(header_)
    return _KINDS[values.pop("request")](body=body, **values)
