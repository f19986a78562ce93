"""Claims, statements and relations as tables for other programs: a row for each thing, in CSV or Parquet.

Rows are written as they are found, in the order of their IRIs, so that the memory does not grow with the table.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import islice
from typing import IO, Any, Final, cast

from pyoxigraph import Literal, NamedNode, Store

from onrecord.graph import formats, terms
from onrecord.graph.errors import NotInstalled
from onrecord.graph.files import sorting
from onrecord.graph.text import dates
from onrecord.graph.vocabulary import ontology

FORMATS: Final = {"csv": formats.CSV.media_type, "parquet": "application/vnd.apache.parquet"}
"""The formats of tables, each also its suffix, and their media types."""
_GROUP: Final = 10_000
"""Rows of a row group in Parquet, which are held at once."""
_NAMES: Final = 10_000
_LABEL: Final = NamedNode(terms.PREFIXES["rdfs"] + "label")
_TYPE: Final = NamedNode(terms.RDF_TYPE)
_COUNT: Final = ("Stands", "Contested")

Cell = str | int | date | datetime | list[str] | None
_IRI, _IRIS, _TEXT, _TEXTS, _INTEGER = "IRI", "IRIs", "text", "texts", "integer"
_MOMENT, _DAY = "moment", "day"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what is in it, and the property it comes from ("^" before it: what points at the thing)."""

    name: str
    holds: str
    property: str = ""
    about: str = ""


def _terms(*names: str) -> list[Column]:
    return [Column(name, _IRI, name, "a term of the vocabulary") for name in names]


def _lists(*names: str) -> list[Column]:
    return [Column(name, _IRIS, name) for name in names]


def _times(holds: str, *names: str) -> list[Column]:
    where = "; empty where it has no time zone" if holds == _MOMENT else ""
    return [
        one
        for name in names
        for one in (
            Column(name, holds, name, f"in years 1 to 9999{where}"),
            Column(f"{name}Text", _TEXT, name, "the same as it is written in the graph"),
        )
    ]


TABLES: Final[Mapping[str, tuple[Column, ...]]] = {
    "claims": (
        Column("claim", _IRI),
        Column("kind", _IRI, "", "the class of the claim"),
        Column("label", _TEXT, "label", "in English, if there is one"),
        Column("claimant", _IRI, "claimant"),
        Column("claimantName", _TEXT, "claimant/label"),
        Column("source", _IRI, "ultimateSource"),
        Column("sourceName", _TEXT, "ultimateSource/label"),
        *_terms("stance", "measure"),
        *(Column(name, _INTEGER, name) for name in ("atLeast", "atMost", "estimate")),
        *_lists(
            "concerns",
            "ofParty",
            "weapon",
            "weaponOneOf",
            "weaponIncluding",
            "scope",
            "launchedFrom",
            "carrier",
        ),
        *_lists("targetKind"),
        *_terms("targetRole"),
        *_lists("responsible", "holder"),
        *_terms("attitude"),
        *_lists("toward", "subject"),
        *_terms("predicate"),
        *_lists("object"),
        Column("value", _TEXTS, "value", "as it is written in the graph"),
        *_times(_MOMENT, "asOfFrom", "asOfUntil"),
        Column("statements", _IRIS, "^asserts", "in which it is made"),
        *_lists("assertedBy", "evidence", "contradicts", "supports", "supersedes", "retracts"),
        Column("assessments", _IRIS, "^assesses"),
        *_terms("standing"),
        Column("standingReason", _TEXT, "standingReason"),
    ),
    "statements": (
        Column("statement", _IRI),
        Column("label", _TEXT, "label", "in English, if there is one"),
        *_lists("speaker"),
        Column("speakerName", _TEXT, "speaker/label", "of the first speaker"),
        *_lists("speakingAs", "addressee", "about"),
        *_times(_DAY, "saidOn"),
        *_times(_MOMENT, "saidAt"),
        Column("claims", _IRIS, "asserts"),
        Column(
            "renderings",
            _IRIS,
            "rendering",
            "how sources word it; the next four columns have a place for each of these",
        ),
        Column("modes", _TEXTS, "rendering/mode"),
        Column("texts", _TEXTS, "rendering/text"),
        Column("languages", _TEXTS, "rendering/text@"),
        Column("reportedIn", _TEXTS, "rendering/reportedIn"),
    ),
    "relations": (
        Column("relation", _IRI),
        Column("kind", _IRI, "relationKind"),
        Column("from", _IRI, "relationFrom"),
        Column("fromName", _TEXT, "relationFrom/label"),
        Column("to", _IRI, "relationTo"),
        Column("toName", _TEXT, "relationTo/label"),
        Column("count", _INTEGER, "relationCount"),
        *_times(_DAY, "firstOn", "lastOn"),
        Column("restsOn", _IRIS, "relationRestsOn"),
    ),
}
"""The tables and their columns. Moments and days are typed, and stand a second time as the graph has them."""


def write(store: Store, output: IO[bytes], table: str, format_: str, *, fallen: bool = False) -> None:
    """Write a table; `fallen`: with claims that were refuted, retracted or superseded. NotInstalled where Parquet is not."""
    columns = TABLES[table]
    rows = _Rows(store, columns, fallen=fallen).of(table)
    if format_ == "csv":
        _write_csv(columns, rows, output)
    else:
        _write_parquet(columns, rows, output)


class _Rows:
    """Makes the rows of a table."""

    def __init__(self, store: Store, columns: tuple[Column, ...], *, fallen: bool) -> None:
        self._store = store
        self._columns = columns[1:]
        self._fallen = fallen
        self._name = lru_cache(_NAMES)(self._label)
        self._claims = ontology.below(terms.REC + "Claim")

    def of(self, table: str) -> Iterator[list[Cell]]:
        """The rows, by the IRI of what each is of."""
        kinds = {
            "claims": self._claims,
            "statements": {terms.REC + "Statement"},
            "relations": {terms.REC + "Relation"},
        }
        found = (
            quad.subject.value.encode() + b"\n"
            for kind in kinds[table]
            for quad in self._store.quads_for_pattern(None, _TYPE, NamedNode(kind), None)
            if isinstance(quad.subject, NamedNode)
        )
        for line in sorting.sorted_lines(found):
            thing = NamedNode(line[:-1].decode())
            if table != "claims" or self._counts(thing):
                said = self._said(thing)
                yield [thing.value, *(self._cell(column, thing, said) for column in self._columns)]

    def _counts(self, claim: NamedNode) -> bool:
        if self._fallen:
            return True
        standings = self._values(claim, "standing")
        return not standings or any(value.value == terms.REC + name for value in standings for name in _COUNT)

    def _said(self, thing: NamedNode) -> dict[str, list[NamedNode | Literal]]:
        said: dict[str, set[NamedNode | Literal]] = {}
        for quad in self._store.quads_for_pattern(thing, None, None, None):
            if isinstance(quad.object, NamedNode | Literal):
                said.setdefault(quad.predicate.value, set()).add(quad.object)
        return {name: sorted(values, key=str) for name, values in said.items()}

    def _values(self, thing: NamedNode, name: str) -> list[NamedNode | Literal]:
        predicate = _LABEL if name == "label" else NamedNode(terms.REC + name)
        quads = self._store.quads_for_pattern(thing, predicate, None, None)
        return sorted({q.object for q in quads if isinstance(q.object, NamedNode | Literal)}, key=str)

    def _cell(  # noqa: PLR0911  (a kind of column each)
        self, column: Column, thing: NamedNode, said: Mapping[str, list[NamedNode | Literal]]
    ) -> Cell:
        name, _, further = column.property.partition("/")
        if not name:
            kinds = (value.value for value in said.get(_TYPE.value, ()))
            return next((kind for kind in kinds if kind in self._claims), None)
        if name.startswith("^"):
            return self._pointing(thing, name[1:])
        if name == "label":
            return _english(said.get(_LABEL.value, ()))
        values = said.get(terms.REC + name, [])
        if further == "label":
            return self._name(values[0].value) if values else None
        if further:
            return [self._of_rendering(value.value, further) for value in values]
        if column.property == "asserts" and not self._fallen:
            values = [value for value in values if self._counts(NamedNode(value.value))]
        if column.holds in (_IRIS, _TEXTS):
            return [value.value for value in values]
        return _TYPED[column.holds](values[0].value) if values else None

    def _pointing(self, thing: NamedNode, name: str) -> list[str]:
        quads = self._store.quads_for_pattern(None, NamedNode(terms.REC + name), thing, None)
        return sorted({quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)})

    def _of_rendering(self, rendering: str, name: str) -> str:
        values = self._values(NamedNode(rendering), name.removesuffix("@"))
        if not values:
            return ""
        if name.endswith("@"):
            return getattr(values[0], "language", None) or ""
        return values[0].value

    def _label(self, thing: str) -> str | None:
        return _english(self._values(NamedNode(thing), "label"))


def _english(labels: list[NamedNode | Literal] | tuple[()]) -> str | None:
    found = [label for label in labels if isinstance(label, Literal)]
    english = next((label for label in found if label.language == "en"), None)
    label = english or next(iter(found), None)
    return None if label is None else label.value


def _integer(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    moment = dates.moment(text)
    try:
        return moment and moment.astimezone(UTC)
    except OverflowError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(dates.day(text))
    except ValueError:
        return None


_TYPED: Final[Mapping[str, Callable[[str], Cell]]] = {
    _IRI: str,
    _TEXT: str,
    _INTEGER: _integer,
    _MOMENT: _moment,
    _DAY: _day,
}


def _write_csv(columns: tuple[Column, ...], rows: Iterator[list[Cell]], output: IO[bytes]) -> None:
    """CSV (RFC 4180): between IRIs of a list stand spaces, between texts " | "."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([column.name for column in columns])
    for row in rows:
        writer.writerow([_written(column, cell) for column, cell in zip(columns, row, strict=True)])
        output.write(text.getvalue().encode())
        text.seek(0)
        text.truncate()
    output.write(text.getvalue().encode())


def _written(column: Column, cell: Cell) -> str:
    if isinstance(cell, list):
        return (" | " if column.holds == _TEXTS else " ").join(cell)
    return "" if cell is None else cell.isoformat() if isinstance(cell, date) else str(cell)


def _write_parquet(columns: tuple[Column, ...], rows: Iterator[list[Cell]], output: IO[bytes]) -> None:
    # Its own allocator reserves address space, which is counted as memory here.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    try:
        import pyarrow as pa  # noqa: PLC0415  (an extra, and large)
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError:
        raise NotInstalled(
            "Parquet needs pyarrow, which is not installed here: pip install 'onrecord[parquet]'. The same tables come as CSV "
            "without it"
        ) from None
    kinds: dict[str, Any] = {
        _IRI: pa.string(),
        _TEXT: pa.string(),
        _IRIS: pa.list_(pa.string()),
        _TEXTS: pa.list_(pa.string()),
        _INTEGER: pa.int64(),
        _MOMENT: pa.timestamp("us", tz="UTC"),
        _DAY: pa.date32(),
    }
    schema = pa.schema([pa.field(column.name, kinds[column.holds]) for column in columns])
    with parquet.ParquetWriter(
        pa.PythonFile(cast("Any", _Sink(output)), "w"), schema, compression="zstd"
    ) as writer:
        while group := list(islice(rows, _GROUP)):
            arrays = [
                pa.array([row[number] for row in group], field.type) for number, field in enumerate(schema)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


class _Sink:
    """A file as Parquet's writer wants it: it asks where it is."""

    closed = False

    def __init__(self, output: IO[bytes]) -> None:
        self._output = output
        self._written = 0

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._written += len(piece)
        self._output.write(piece)
        return len(piece)

    def tell(self) -> int:
        return self._written

    def flush(self) -> None:
        """Nothing: what is below sends pieces when they are large enough."""

    def close(self) -> None:
        self.closed = True
