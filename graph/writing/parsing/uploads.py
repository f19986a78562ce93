"""RDF that is sent to be stored, read. Nothing is fetched for it: a remote JSON-LD context is an error."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import IO, Final

from pyoxigraph import Literal, Quad, RdfFormat, Triple, parse

from onrecord.graph.errors import UnknownFormat, UploadSyntax
from onrecord.graph.formats import (
    DATASETS,
    GRAPHS,
    JSON_LD,
    N_QUADS,
    N_TRIPLES,
    RDF_XML,
    Format,
    by_media_type,
)
from onrecord.graph.sparql.bases import Bases
from onrecord.graph.writing.parsing import rdfxml
from onrecord.graph.writing.scratch import GraphName

_FORMATS: Final = by_media_type((*GRAPHS, *DATASETS))
"""The last two may hold no named graph: which graph it is, the request says."""

_WORDS: Final = {
    "No LoadDocumentCallback": "its @context is to be fetched from elsewhere, and nothing is fetched here: write the "
    "context into the document",
    "Named graphs are not allowed": "it holds a named graph, where the triples of one graph are wanted: send each graph "
    "to its own address, or all of them to /store without a graph",
}


def read(
    body: bytes, media_type: str, base: str, graph: GraphName, part: str = "the document"
) -> Iterator[Quad]:
    """The triples of a document as quads of a graph, their blank nodes like no others. UploadSyntax says what is wrong."""
    for quad in parsed(body, media_type, base, part, named_graphs=False):
        if isinstance(quad.object, Triple):
            raise UploadSyntax(
                f"{quad} holds a triple term, which RDF 1.1 does not know: say it with rdf:Statement"
            )
        yield Quad(quad.subject, quad.predicate, quad.object, graph)


def parsed(
    body: bytes | IO[bytes],
    media_type: str,
    base: str,
    part: str = "the document",
    *,
    named_graphs: bool = True,
) -> Iterator[Quad]:
    """What a document of any format says, read as the standards have it where Oxigraph 0.5 reads it otherwise.

    Only what needs no such mending may be a file: no RDF/XML or JSON-LD, and no base with dot segments in it.
    UnknownFormat for another media type, UploadSyntax for what is wrong in the document.
    """
    format_ = _FORMATS.get(media_type.partition(";")[0].strip().lower())
    if format_ is None:
        raise UnknownFormat(f"{part} is {media_type}: send {', '.join(_FORMATS)}", list(_FORMATS))
    bases = Bases()
    if not isinstance(body, bytes):
        pass
    elif format_ is RDF_XML:
        body = rdfxml.plainer(body, part, bases)
    else:
        body = body.removeprefix(BOM_UTF8)
        if b"base" in body.lower() and format_ not in (N_TRIPLES, N_QUADS):
            body = bases.marked_in(body.decode("utf-8", "surrogateescape"), json=format_ is JSON_LD).encode(
                "utf-8", "surrogateescape"
            )
    try:
        base = bases.marked(base)
        quads: Iterator[Quad] = parse(
            body,
            format_.engine,
            base_iri=base,
            without_named_graphs=not named_graphs,
            rename_blank_nodes=True,
        )
        if format_ in (RDF_XML, JSON_LD):
            quads = (_of_its_format(quad, format_) for quad in quads)
        yield from map(bases.restored, quads) if bases else quads
    except SyntaxError as error:
        raise _wrong(error, part, media_type) from None
    except ValueError as error:
        raise UploadSyntax(f"{part} cannot be read: {error}") from None


def _of_its_format(quad: Quad, format_: Format[RdfFormat]) -> Quad:
    """The quad without what stands for nothing in RDF/XML, and without the direction that JSON-LD 1.1 leaves out of RDF."""
    value = quad.object
    if not isinstance(value, Literal):
        return quad
    if format_ is RDF_XML and value.language == rdfxml.NO_LANGUAGE:
        value = Literal(value.value)
    elif format_ is JSON_LD and value.direction is not None:
        value = Literal(value.value, language=value.language)
    else:
        return quad
    return Quad(quad.subject, quad.predicate, value, quad.graph_name)


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
