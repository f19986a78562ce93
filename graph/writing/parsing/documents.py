"""Files of RDF, read a piece at a time: of one graph or of many, packed with gzip or not.

N-Quads, N-Triples, TriG and Turtle take the same memory whatever their length; RDF/XML and JSON-LD are held whole.
"""

from __future__ import annotations

import gzip
import re
import zlib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import FileIO
from itertools import count, islice
from pathlib import Path
from typing import IO, Final, Self, cast

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse, serialize

from onrecord.graph import formats, terms
from onrecord.graph.changes import check_quad
from onrecord.graph.errors import BadChange, UnknownFormat, UploadSyntax
from onrecord.graph.formats import Format, by_name
from onrecord.graph.quoting import brief
from onrecord.graph.sparql import bases
from onrecord.graph.writing.parsing import uploads
from onrecord.graph.writing.scratch import GraphName

FORMATS: Final = (*formats.GRAPHS, *formats.DATASETS)
_BY_SUFFIX: Final[dict[str, Format[RdfFormat]]] = {f".{one.suffix}": one for one in FORMATS} | {
    ".xml": formats.RDF_XML,
    ".owl": formats.RDF_XML,
    ".json": formats.JSON_LD,
}
_MAGIC: Final = b"\x1f\x8b"
_CHUNK: Final = 20_000
_PIECE: Final = 1 << 20
_LONGEST_BASE: Final = 4096
_MOST_PLACES: Final = 10
_LINES: Final = (formats.N_QUADS.media_type, formats.N_TRIPLES.media_type)
# What RDF 1.1 does not know, or a word in a text that looks like it: only then each quad is looked at.
_STRANGE: Final = re.compile(rb'<<\(|"@[A-Za-z0-9-]*--|"\^\^<http://www\.w3\.org/1999/02/22-rdf-syntax-ns#')
# Each of what the pattern finds holds one of these, and they are found several times as fast.
_STRANGE_PARTS: Final = (b"<<(", b"--", b'"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#')
_STRANGE_MARKS: Final = (b"<<(", b"--ltr", b"--rtl", b"langString")


@dataclass(frozen=True, slots=True)
class RdfDocument:
    """A file of RDF: what is in it, what messages call it, and the graph for what stands in none (None: the default one).

    What it says is added, or, where it `removes`, taken out. Relative IRIs are resolved against the base.
    """

    path: str
    media_type: str
    name: str
    base: str
    graph: str | None = None
    removes: bool = False

    @classmethod
    def of(
        cls,
        path: Path,
        base: str,
        graph: str | None = None,
        format_: str | None = None,
        *,
        name: str | None = None,
    ) -> Self:
        """A file, its format told by the suffix of its name (.nq, .trig, .ttl, .nt, .rdf, .jsonld, each also with .gz) where none is given.

        UnknownFormat, and BadChange where there is no such file, or where `graph` is no IRI.
        """
        name = name or str(path)
        try:
            if graph is not None:
                NamedNode(graph)
        except ValueError:
            raise BadChange(
                f"{brief(graph)} is no absolute IRI, and so names no graph: give one such as {terms.DEFAULT_BASE}graph/mine; nothing was changed"
            ) from None
        try:
            with path.open("rb") as file:
                file.read(1)
        except OSError as error:
            raise BadChange(f"{name} cannot be read: {error.strerror}; nothing was changed") from None
        suffixes = [suffix.lower() for suffix in Path(name).suffixes if suffix.lower() != ".gz"]
        found = by_name(FORMATS).get(format_) if format_ else _BY_SUFFIX.get(suffixes[-1] if suffixes else "")
        if found is None:
            known = ", ".join(sorted(_BY_SUFFIX))
            raise UnknownFormat(
                f"{name} has no suffix that tells its format, with or without .gz: {known}. Name it (--format)",
                list(by_name(FORMATS)),
            )
        return cls(str(path.absolute()), found.media_type, name, base, graph)

    def place(self, mark: bytes, is_it: Callable[[Quad], bool]) -> str:
        """Where in the file the first such quad stands, in whose line is this mark: "file, line 7"; else the file alone."""
        if self.media_type in _LINES:
            with self._open(lambda _: None) as file:
                for number, line in zip(count(1), file, strict=False):
                    if mark in line and any(map(is_it, parse(line, RdfFormat.N_QUADS))):
                        return f"{self.name}, line {number}"
        return self.name

    def _open(self, note: Callable[[int], None]) -> IO[bytes]:
        """The file, unpacked, from behind a byte order mark; told how many of its bytes were read."""
        file = open(self.path, "rb")  # noqa: SIM115  (closed with what is returned)
        opened: IO[bytes] = cast("IO[bytes]", _Noted(file, note))
        if file.read(2) == _MAGIC:
            file.seek(0)
            unpacked = gzip.GzipFile(fileobj=opened)
            unpacked.myfileobj = cast("FileIO", file)  # to be closed with it
            opened = cast("IO[bytes]", unpacked)
        else:
            file.seek(0)
        begin = opened.read(len(BOM_UTF8))
        if begin != BOM_UTF8:
            opened.seek(0)
        return opened


def places(documents: Sequence[RdfDocument], things: Iterable[str]) -> list[str]:
    """Where the files first describe these things, for the first of them: "IRI: file, line 7"; only for formats of lines."""
    found = []
    for thing in islice(things, _MOST_PLACES):
        node = NamedNode(thing)
        for document in documents:
            place = document.place(f"<{thing}>".encode(), lambda quad, node=node: quad.subject == node)  # type: ignore[misc]
            if place != document.name:
                found.append(f"{thing}: {place}")
                break
    return found


class _Noted:
    """A file that tells how far it was read."""

    def __init__(self, file: IO[bytes], note: Callable[[int], None]) -> None:
        self._file = file
        self._note = note

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._note(len(data))
        return data

    def __getattr__(self, name: str) -> object:
        return getattr(self._file, name)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def chunks(
    document: RdfDocument, default: GraphName, note: Callable[[int], None]
) -> Iterator[tuple[list[Quad], bytes]]:
    """What a file says, thousands of quads at a time, with their N-Quads text; `default` is for what stands in no graph.

    UploadSyntax names the file and the line. `note` is told how many bytes were read each time.
    """
    quads = _quads(document, note)
    rename = not isinstance(default, DefaultGraph)
    while chunk := list(islice(quads, _CHUNK)):
        if rename:
            chunk = [
                Quad(q.subject, q.predicate, q.object, default)
                if isinstance(q.graph_name, DefaultGraph)
                else q
                for q in chunk
            ]
        text = serialize(chunk, format=RdfFormat.N_QUADS) or b""
        if any(mark in text for mark in _STRANGE_PARTS) and _STRANGE.search(text):
            _refuse_strange(document, chunk)
        yield chunk, text


def _refuse_strange(document: RdfDocument, chunk: list[Quad]) -> None:
    for quad in chunk:
        try:
            check_quad(quad, plain=True)
        except BadChange as error:
            place = next(
                (
                    found
                    for mark in _STRANGE_MARKS
                    if (found := document.place(mark, _is_strange)) != document.name
                ),
                document.name,
            )
            raise UploadSyntax(f"{place}: {error.message}") from None


def _is_strange(quad: Quad) -> bool:
    try:
        check_quad(quad, plain=True)
    except BadChange:
        return True
    return False


def _quads(document: RdfDocument, note: Callable[[int], None]) -> Iterator[Quad]:
    try:
        with document._open(note) as file:
            held = _has_to_be_held(document)
            yield from uploads.parsed(
                file.read() if held else file, document.media_type, document.base, document.name
            )
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UploadSyntax(f"{document.name} cannot be unpacked: {error}") from None
    except OSError as error:
        raise UploadSyntax(f"{document.name} cannot be read: {error.strerror or error}") from None


def _has_to_be_held(document: RdfDocument) -> bool:
    """Whether the document is mended before it is read, for which all of it is needed."""
    if document.media_type in _LINES:
        return False
    if document.media_type not in (formats.TURTLE.media_type, formats.TRIG.media_type):
        return True
    before = b""
    with document._open(lambda _: None) as file:
        while piece := file.read(_PIECE):
            if b"base" in piece.lower() and bases.to_be_marked((before + piece).decode("utf-8", "replace")):
                return True
            before = piece[-_LONGEST_BASE:]
    return False
