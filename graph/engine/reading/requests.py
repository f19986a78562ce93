"""What a reader can be asked: one class a request, and the snapshot that it is asked of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from onrecord.graph.engine.processes import frames
from onrecord.graph.engine.processes.requests import Codec


class Snapshot(NamedTuple):
    """The directory of a snapshot, and how it is opened: the MiB that a request may allocate beside it, up to how many quads it is
    held in memory, and whether its version is the newest."""

    path: str
    megabytes: int
    quads: int
    newest: bool


class Evaluate(NamedTuple):
    """Evaluate the query that is sent with it; the fields are those of base.Query, with pairs in place of mappings.

    `union`: the default graph is the union of all graphs where the query does not say otherwise; `rows`: at most so many.
    """

    base: str
    bounds: tuple[int, int, int] | None
    default: Sequence[str] | None
    named: Sequence[str] | None
    union: bool
    formats: Sequence[tuple[str, str | None]]
    rows: int
    matches: Sequence[tuple[str, Sequence[str]]]


class Export(NamedTuple):
    """The graph, or one graph of it, as a file; see Engine.export."""

    format: str
    graph: str | None
    without: Sequence[str]
    current: bool


class Table(NamedTuple):
    """A table of claims, statements or relations; see Engine.table."""

    table: str
    format: str
    fallen: bool


class Graph(NamedTuple):
    """One graph, None for the default one, as the graph store protocol gives it."""

    graph: str | None
    format: str


class GraphNames(NamedTuple):
    """The names of all graphs."""


class Prepare(NamedTuple):
    """Say what kind of result the query that is sent with it has, its columns, and what a graph needs to be seen by it."""

    bounds: tuple[int, int, int] | None
    base: str


class Convert(NamedTuple):
    """Write the result that is sent with it, which is another server's, as our own are written: at most so many rows. See
    conversion.Sent; the base is that of the template."""

    kind: str
    formats: Sequence[tuple[str, str | None]]
    rows: int
    base: str
    rewritten: bool
    columns: Sequence[str]
    table: str
    template: str | None


Request = Evaluate | Export | Table | Graph | GraphNames | Prepare | Convert
_CODEC: Final[Codec[Request]] = Codec("reader", Evaluate, Export, Table, Graph, GraphNames, Prepare, Convert)


def header(request: Request, snapshot: Snapshot, seconds: float) -> bytes:
    """A request of a snapshot, which may compute so many seconds, ready to be sent."""
    # Of a query little differs but its text. (Graphs that a client names may be many, and are hardly named twice.)
    if isinstance(request, Evaluate) and not (request.default or request.named or request.matches):
        return _of_a_few(request, snapshot, seconds)
    return _encoded(request, snapshot, seconds)


def _encoded(request: Request, snapshot: Snapshot, seconds: float) -> bytes:
    return frames.encoded({**_CODEC.frame(request)[0], "snapshot": snapshot, "seconds": seconds})


_of_a_few: Final = lru_cache(maxsize=64)(_encoded)


def read(header_: Mapping[str, Any]) -> tuple[Request, Snapshot, float]:
    """The request that was sent with this header, the snapshot that it is asked of, and how long it may compute."""
    return _CODEC.read(header_), Snapshot(*header_["snapshot"]), header_["seconds"]
