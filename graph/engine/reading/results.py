"""Results written in the formats that were asked for, counted on the way, and sent to the front in pieces."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, Final, Generic, TypeVar, cast

from pyoxigraph import Literal, NamedNode, QueryBoolean, QuerySolutions, QueryTriples, Triple

from onrecord.graph import formats, terms
from onrecord.graph.engine.processes import frames
from onrecord.graph.engine.reading import counting
from onrecord.graph.text import xml

_TABLES: Final = formats.by_name(formats.TABLES)
_GRAPHS: Final = formats.by_name(formats.GRAPHS)
_LINES: Final = frozenset({formats.CSV.name, formats.TSV.name, formats.EXCEL.name})
_PIECE: Final = 64 << 10
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_NUMERIC: Final = frozenset(
    terms.PREFIXES["xsd"] + name
    for name in (
        *("integer", "decimal", "double", "float", "long", "int", "short", "byte"),
        *("nonNegativeInteger", "nonPositiveInteger", "positiveInteger", "negativeInteger"),
        *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
)
# A cell is run if it begins like this, also behind what spreadsheets leave out. Programs that cut lines at semicolons
# or tabs, as Excel does in many countries, begin a cell behind these, whatever is quoted.
_RUN: Final = re.compile("[\\s\x00-\x1f\"'\ufeff\u200b]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_RUN_INSIDE: Final = re.compile('([;\t\r\n]"*)(?=[=+\\-@\uff1d\uff0b\uff0d\uff20])')

_Any = TypeVar("_Any")


class Pipe:
    """A file that sends what is written to it in frames. The rest, in `held`, goes with the reply if there is one."""

    def __init__(self, channel: frames.Channel) -> None:
        self._channel = channel
        self._count: Callable[[bytes | bytearray], None] | None = None
        self.held = bytearray()

    def count(self, rows: counting.RowCounter) -> None:
        """Count rows in what is written from now on."""
        self._count = rows.take

    def write(self, data: bytes) -> int:
        """Take some bytes."""
        self.held += data
        if len(self.held) >= _PIECE:
            self.counted()
            frames.send(self._channel, {"more": True}, self.held)
            self.held = bytearray()
        return len(data)

    def flush(self) -> None:
        """Nothing: pieces are sent when they are large enough."""

    def counted(self) -> None:
        """Count the rows in what is held; to be called before that is sent."""
        if self._count is not None:
            self._count(self.held)


def write(results: QuerySolutions | QueryBoolean | QueryTriples, format_: str, pipe: Pipe, most: int) -> int:
    """Write a result out, and return how many rows or triples it has."""
    output = cast("IO[bytes]", pipe)
    if isinstance(results, QueryTriples):
        numbered = _Numbered(results, most)
        write_graph(numbered, format_, output)
        return numbered.given
    if isinstance(results, QueryBoolean):
        if format_ in _LINES:
            # No standard defines this; one line is easy for scripts.
            output.write(b"true\n" if results else b"false\n")
        else:
            results.serialize(output, _TABLES[format_].engine)
        return 1
    if format_ == formats.EXCEL.name:
        solutions = _Numbered(results, most)
        _write_for_excel([variable.value for variable in results.variables], solutions, output)
        return solutions.given
    rows = counting.RowCounter(format_, most)
    pipe.count(rows)
    if format_ == formats.XML.name:
        writer = xml.XmlWriter(output)
        results.serialize(cast("IO[bytes]", writer), formats.XML.engine)
        writer.finish()
    else:
        results.serialize(output, _TABLES[format_].engine)
    pipe.counted()
    return rows.counted


def write_graph(triples: Iterable[Triple], format_: str, output: IO[bytes]) -> None:
    """Write a graph in one of the formats of graphs."""
    xml.write_graph(triples, _GRAPHS[format_].engine, output, terms.PREFIXES)


class _Numbered(Generic[_Any]):
    """Counts triples or rows while they are written, and stops them when there are too many."""

    def __init__(self, items: Iterable[_Any], most: int) -> None:
        self.given = 0
        self._items = items
        self._most = most

    def __iter__(self) -> Iterator[_Any]:
        for item in self._items:
            self.given += 1
            if self.given > self._most:
                raise counting.too_many(self._most)
            yield item


def _write_for_excel(names: Sequence[str], solutions: Iterable[Iterable[object]], output: IO[bytes]) -> None:
    """CSV that Excel takes for UTF-8, and in which no cell is run as a formula."""
    text = io.TextIOWrapper(cast("IO[bytes]", _Open(output)), "utf-8-sig", newline="", write_through=False)
    rows = csv.writer(text, "excel")
    rows.writerow(names)
    for solution in solutions:
        rows.writerow([_cell(term) for term in solution])
    text.flush()


class _Open(io.RawIOBase):
    """A binary file over a sink, as text files want it."""

    def __init__(self, output: IO[bytes]) -> None:
        self._output = output

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        return self._output.write(bytes(cast("bytes", data)))


def _cell(term: object) -> str:
    match term:
        case None:
            return ""
        case Literal() if term.datatype.value in _NUMERIC and _NUMBER.fullmatch(term.value):
            return term.value
        case Literal() | NamedNode():
            text = _RUN_INSIDE.sub(r"\1'", term.value)
        case _:
            text = str(term)
    return f"'{text}" if _RUN.match(text) else text
