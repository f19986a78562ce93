"""What XML 1.0 can hold, and text written so that XML readers give it back as it was.

The serialisers of the engine write any character as it is. XML 1.0 has no way to write most control characters, and its
readers take a carriage return that is not written as `&#13;` for a line end.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Final, Protocol, cast

from pyoxigraph import RdfFormat, Triple, serialize

from onrecord.graph.errors import NotAcceptable
from onrecord.graph.formats import GRAPHS, RDF_XML, TABLES, XML

_NAME: Final = re.compile(r"[^\W\d][\w.\-]*\Z")
_NEVER: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# The same in UTF-8.
_NEVER_BYTES: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_CONTROLS: Final = bytes({*range(0x20)} - {*b"\t\n\r"})
_LONG_NEVER: Final = ("\ufffe".encode(), "\uffff".encode())
_BINDING: Final = b'<binding name="'
_OTHER_GRAPHS: Final = [one.name for one in GRAPHS if one is not RDF_XML]
_OTHER_TABLES: Final = [one.name for one in TABLES if one is not XML]


def xml_safe(text: str) -> str:
    """A text with U+FFFD for what XML cannot hold."""
    return _NEVER.sub("\ufffd", text)


class Sink(Protocol):
    """What takes bytes."""

    def write(self, data: bytes, /) -> object:
        """Take some bytes."""
        ...


class XmlWriter:
    """Passes on what the engine writes as XML, carriage returns escaped; `finish` is to be called at the end.

    NotAcceptable names a character that XML cannot hold, and the variable of the result that has it.
    """

    def __init__(self, output: Sink) -> None:
        self._output = output
        self._held = bytearray()
        self._variable = b""

    def write(self, data: bytes) -> int:
        """Take some bytes; they are passed on up to the end of the last tag, so that each tag is seen whole."""
        end = data.rfind(b">") + 1 + len(self._held)
        self._held += data
        if end > len(self._held) - len(data):
            self._pass_on(bytes(self._held[:end]))
            del self._held[:end]
        return len(data)

    def flush(self) -> None:
        """Nothing: what is held is not complete."""

    def finish(self) -> None:
        """Pass on the rest."""
        self._pass_on(bytes(self._held))
        self._held.clear()

    def _pass_on(self, data: bytes) -> None:
        never = _never(data)
        last = data.rfind(_BINDING, 0, never.start() if never else len(data))
        if last >= 0:
            begin = last + len(_BINDING)
            self._variable = data[begin : data.index(b'"', begin)]
        if never is not None:
            raise NotAcceptable(
                f"a value of ?{self._variable.decode()} holds {_code(never[0].decode())}, a character that XML 1.0 cannot; ask "
                f"for {_or(_OTHER_TABLES)}",
                _OTHER_TABLES,
            )
        self._output.write(data.replace(b"\r", b"&#13;"))


def _never(data: bytes) -> re.Match[bytes] | None:
    """The first character that XML cannot hold. Nearly always there is none, which this tells ten times as fast as the pattern."""
    if len(data.translate(None, _CONTROLS)) == len(data) and not any(one in data for one in _LONG_NEVER):
        return None
    return _NEVER_BYTES.search(data)


def serialized_graph(triples: Iterable[Triple], format_: RdfFormat, prefixes: Mapping[str, str]) -> bytes:
    """A graph in one of the formats of graphs. NotAcceptable where RDF/XML cannot hold it."""
    output = io.BytesIO()
    write_graph(triples, format_, output, prefixes)
    return output.getvalue()


def write_graph(
    triples: Iterable[Triple], format_: RdfFormat, output: Sink, prefixes: Mapping[str, str]
) -> None:
    """Write a graph in one of the formats of graphs. NotAcceptable where RDF/XML cannot hold it."""
    if format_ != RdfFormat.RDF_XML:
        serialize(triples, cast("IO[bytes]", output), format_, prefixes=dict(prefixes))
        return
    writer = XmlWriter(output)
    serialize(map(_checked, triples), cast("IO[bytes]", writer), format_, prefixes=dict(prefixes))
    writer.finish()


def _checked(triple: Triple) -> Triple:
    for one in _with_nested(triple):
        if not _NAME.search(one.predicate.value):
            raise NotAcceptable(
                f"{one.predicate} ends in no XML name; ask for {_or(_OTHER_GRAPHS)}", _OTHER_GRAPHS
            )
        never = _NEVER.search(getattr(one.object, "value", ""))
        if never is not None:
            raise NotAcceptable(
                f"a value of {one.predicate} of {one.subject} holds {_code(never[0])}, a character that XML 1.0 cannot; ask for "
                f"{_or(_OTHER_GRAPHS)}",
                _OTHER_GRAPHS,
            )
    return triple


def _with_nested(triple: Triple) -> Iterator[Triple]:
    yield triple
    while isinstance(triple.object, Triple):
        triple = triple.object
        yield triple


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"


def _or(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
