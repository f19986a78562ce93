"""The loader: the child process that loads files of RDF into a copy of a plain store, which then takes the store's place.

Whatever goes wrong in it ends with this process, and the copy is removed. What it makes is the copy and the rows of the
change, each of which has effect; its memory does not grow with the files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse, serialize

from onrecord.graph.changes import as_stored
from onrecord.graph.engine import opened
from onrecord.graph.engine.disk import snapshots
from onrecord.graph.engine.processes import frames, sandbox
from onrecord.graph.errors import OnrecordError, StorageFull, is_full
from onrecord.graph.files import sorting
from onrecord.graph.writing import requests
from onrecord.graph.writing.parsing.documents import RdfDocument, chunks
from onrecord.graph.writing.progress import Progress

_XSD: Final = rb'"\^\^<http://www\.w3\.org/2001/XMLSchema#'
_DAY: Final = rb"[1-9][0-9]{3}-[01][0-9]-[0-3][0-9]"
_TIME: Final = rb"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{0,16}[1-9])?"
_ZONE: Final = rb"(?:Z|[+-](?!00:00)[01][0-9]:[0-5][0-9])?"
_AS_STORED: Final = (
    rb"(?:0|-?[1-9][0-9]{0,17})" + _XSD + rb"integer>|" + _DAY + _ZONE + _XSD + rb"date>|"
    + _DAY + _TIME + _ZONE + _XSD + rb'dateTime>|[^"\n]*' + _XSD + rb"(?:anyURI|language)>"
)  # fmt: skip
"""Literals that the store writes as they are, seen by their form; a day that no calendar has it keeps as it is sent."""
_STORED_OTHERWISE: Final = re.compile(
    rb'"(?!' + _AS_STORED + rb')[^"\n]*"\^\^<[^>\n]+>|"@[a-z0-9-]*[A-Z][A-Za-z0-9-]*'
)
"""Literals that the store may write otherwise than they are sent: others with a datatype, or a language not in lower case."""
_UPPER: Final = re.compile(rb'"@[a-z0-9-]*[A-Z]')
_ESCAPED: Final = re.compile(rb'\\"?[^"\\\n]*"\^\^<')
_REMEMBERED: Final = 200_000
_MANY: Final = 50_000


def load(
    documents: list[RdfDocument], directory: Path, snapshot: Path, progress: Progress, megabytes: int
) -> int:
    """Make the copy, directory/store, and directory/rows; and return how many quads are new."""
    before = opened.snapshot(snapshot)
    target, rows = directory / "store", directory / "rows"
    empty = next(iter(before), None) is None
    if not empty:
        snapshots.copy(snapshot, target)
    store = opened.store(target)
    sandbox.limit_memory(megabytes)
    known: Callable[[Quad], bool] | None = None if empty else before.__contains__
    canonical = _Canonical()
    with rows.open("wb") as file:
        opened.bulk_extend(store, _written(documents, file, progress, known, canonical))
    progress.tell(1.0, "writing")
    if empty and progress.quads > _MANY:
        store.optimize()
    store.flush()
    added = len(store) - len(before)
    if added != progress.quads:
        # One quad may stand twice in the files; the rows have to be what changed.
        unique = directory / "unique"
        with unique.open("wb") as file, rows.open("rb") as all_:
            file.writelines(sorting.sorted_lines(all_, directory))
        unique.replace(rows)
    return added


def _written(
    documents: list[RdfDocument],
    rows: IO[bytes],
    progress: Progress,
    known: Callable[[Quad], bool] | None,
    canonical: _Canonical,
) -> Iterator[Quad]:
    """The quads of the files as they are loaded; the rows of those that are not known are written on the way."""
    for document in documents:
        default = DefaultGraph() if document.graph is None else NamedNode(document.graph)
        for chunk, sent in chunks(document, default, progress.note):
            new: list[Quad] = chunk
            if not canonical.holds(sent):
                new = list(as_stored(chunk))
            if known is not None:
                new = [quad for quad in new if not known(quad)]
            text = sent if new is chunk else serialize(new, format=RdfFormat.N_QUADS) or b""
            if text:
                rows.write(b"A " + text[:-1].replace(b"\n", b"\nA ") + b"\n")
            progress.quads += len(new)
            yield from new


class _Canonical:
    """Tells whether the literals of a text of N-Quads are written as the store writes them. Remembers those it has seen."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()

    def holds(self, text: bytes) -> bool:
        """Whether all are, as far as can be told quickly."""
        whole: list[bytes] = []
        if _ESCAPED.search(text) is not None:
            # Few lines, of which the pattern below would find parts of literals.
            lines = text.split(b"\n")
            whole = [line for line in lines if b"\\" in line]
            text = b"\n".join([line for line in lines if b"\\" not in line])
        found = set(_STORED_OTHERWISE.findall(text)) - self._seen
        if any(literal.startswith(b'"@') for literal in found) or any(map(_UPPER.search, whole)):
            return False
        whole += [b"<urn:x> <urn:x> " + literal + b" ." for literal in found]
        objects = {quad.object for quad in parse(b"\n".join(whole), RdfFormat.N_QUADS)} if whole else set()
        quads = [Quad(_X, _X, literal) for literal in objects if isinstance(literal, Literal)]
        if as_stored(quads) != frozenset(quads):
            return False
        if len(self._seen) > _REMEMBERED:
            self._seen.clear()
        self._seen |= found
        return True


_X: Final = NamedNode("urn:x")


def serve(channel: frames.Channel) -> None:
    """Load once."""
    header, _ = frames.receive(channel)
    request = requests.LOADER.read(header)
    documents = [RdfDocument(**document) for document in request.documents]
    progress = Progress(channel, documents)
    try:
        with sandbox.limit_computing(header.get("seconds", 0)):
            added = load(
                documents,
                Path(request.directory),
                Path(request.snapshot),
                progress,
                request.megabytes,
            )
        answer: dict[str, Any] = {"added": added}
    except OnrecordError as error:
        answer = error.to_dict()
    except (OSError, RuntimeError) as error:
        if not is_full(error):
            raise
        answer = StorageFull("there is no space left to load the files; nothing was changed").to_dict()
    frames.send(channel, answer)


def main(spawn: sandbox.Spawn) -> None:
    """Run this child."""
    sandbox.main(serve, spawn)
