"""RDF that is sent to be stored, read. Nothing is fetched for it: a remote JSON-LD context is an error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pyoxigraph import Quad, Triple, parse

from onrecord.graph.errors import UnknownFormat, UploadSyntax
from onrecord.graph.formats import DATASETS, GRAPHS, by_media_type
from onrecord.graph.writing.scratch import Graph

_FORMATS: Final = by_media_type((*GRAPHS, *DATASETS))
"""The last two may hold no named graph: which graph it is, the request says."""

_WORDS: Final = {
    "No LoadDocumentCallback": "its @context is to be fetched from elsewhere, and nothing is fetched here: write the "
    "context into the document",
    "Named graphs are not allowed": "it holds a named graph, where the triples of one graph are wanted: send each graph "
    "to its own address",
}


def read(body: bytes, media_type: str, base: str, graph: Graph, part: str = "the document") -> Iterator[Quad]:
    """The triples of a document as quads of a graph, their blank nodes like no others. UploadSyntax says what is wrong."""
    format_ = _FORMATS.get(media_type.partition(";")[0].strip().lower())
    if format_ is None:
        raise UnknownFormat(f"{part} is {media_type}: send {', '.join(_FORMATS)}", list(_FORMATS))
    try:
        found = parse(body, format_.engine, base_iri=base, without_named_graphs=True, rename_blank_nodes=True)
        for quad in found:
            yield _checked(quad, graph)
    except SyntaxError as error:
        raise _wrong(error, part, media_type) from None
    except ValueError as error:
        raise UploadSyntax(f"{part} cannot be read: {error}") from None


def _checked(quad: Quad, graph: Graph) -> Quad:
    if isinstance(quad.object, Triple):
        raise UploadSyntax(
            f"{quad} holds a triple term, which RDF 1.1 does not know: say it with rdf:Statement"
        )
    return Quad(quad.subject, quad.predicate, quad.object, graph)


def _wrong(error: SyntaxError, part: str, media_type: str) -> UploadSyntax:
    message = error.msg or str(error)
    why = next((words for mark, words in _WORDS.items() if mark in message), None)
    if why is None:
        # "Parser error at line 2 between columns 3 and 8: The prefix …"
        why = f"it is no {media_type}: {message.partition(': ')[2] or message}"
    where = ""
    if error.lineno is not None:
        where = f"line {error.lineno}, column {error.offset}: "
    return UploadSyntax(f"{where}{part} cannot be read: {why}", error.lineno, error.offset)
