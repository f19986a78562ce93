"""What an importer is made of: rows, refusals, records, and the description of the importer itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, Protocol, Self

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.errors import OnrecordError
from onrecord.graph.files.texts import digest
from onrecord.graph.records import schema

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LINE_END: Final = re.compile("\r\n?")
_NAMES: Final = frozenset({"label", "altLabel"})
_VERBATIM: Final = frozenset({"exact", "prefix", "suffix"})
_TYPE: Final = ox.NamedNode(terms.RDF_TYPE)
_ADDRESS: Final = "xsd:anyURI"
_UNSAFE: Final = re.compile(r"[^a-z0-9]+")


class BadFile(OnrecordError):  # noqa: N818
    """A file cannot be read as what the importer takes; the message names it, and says what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: its cells by column, and the line on which it begins, from 1 (of JSON: the number of the item)."""

    file: str
    line: int
    cells: Mapping[str, Any]

    def __getitem__(self, column: str) -> Any:
        """The cell of a column."""
        return self.cells[column]

    def says_as(self, other: Row, columns: Iterable[str]) -> bool:
        """Whether another row has the same in these columns, which are those that are read."""
        return all(self.cells.get(column) == other.cells.get(column) for column in columns)


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """A row that cannot be understood, with the reason; the others go in without it."""

    file: str
    line: int
    reason: str

    @classmethod
    def of(cls, row: Row, reason: str) -> Self:
        """The refusal of a row."""
        return cls(row.file, row.line, reason)

    def __str__(self) -> str:
        """The refusal as a line for the terminal."""
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True, slots=True, order=True)
class Remark(Refusal):
    """Something about a row that a person may want to look at; the row goes in."""


@dataclass(slots=True)
class Record:
    """What one row, or a few that belong together, says: things, described in the graph of the import.

    `key` is what names the row in its data set, as the summary shows it. With `shared`, the things are of common use
    (actors, places, weapons): whatever is described elsewhere in the graph is left as it is described there.
    """

    key: str
    base: str = terms.DEFAULT_BASE
    shared: bool = False
    triples: list[ox.Triple] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def keep(self, text: str) -> str:
        """Have a text kept in the text store, and return its hash: only one that may be passed on, with rec:textLicence."""
        self.texts.append(text)
        return digest(text)

    def describe(self, name: str, kind: str | Sequence[str], /, **keys: Any) -> str:
        """Describe one thing, or say more of it; returns its IRI.

        `name` is an IRI or begins with a kind: "claim/…". `keys` are those of a record in YAML, without underscores at their
        end (`from_`). A value may be a text, a number, a date, a datetime with its time zone, {language: text}, or a list of
        such; None and an empty list say nothing. A literal of a property claim's `value` is an ox.Literal. ValueError where
        a key, a word of a closed list or a value is none: that is a mistake in the importer, not in the file.
        """
        iri = self.iri(name)
        subject = ox.NamedNode(iri)
        kinds = [kind] if isinstance(kind, str) else kind
        for one in kinds:
            self.triples.append(ox.Triple(subject, _TYPE, _class(one)))
        known = schema.keys("evidence" if "Excerpt" in kinds else None)
        for key, value in keys.items():
            definition = known.get(key.rstrip("_"))
            if definition is None:
                raise ValueError(f"{name}: {schema.unknown_key(key)}")
            predicate = _node(definition.iri)
            for term in self._terms(name, key.rstrip("_"), definition, value):
                self.triples.append(ox.Triple(subject, predicate, term))
        return iri

    def passage(self, version: str, exact: str, **keys: Any) -> str:
        """Describe the words of a version that something rests on, and return the excerpt's IRI; the same words have one."""
        words = [exact, keys.get("prefix"), keys.get("suffix")]
        span = f"char={keys['start']},{keys['end']}" if "start" in keys else None
        name = span or terms.mint("", "quote", words).removeprefix("/").replace("-", "=", 1)
        return self.describe(f"{version}#{name}", "Excerpt", ofVersion=version, exact=exact, **keys)

    def iri(self, name: str) -> str:
        """The whole IRI of a name such as claim/…, or of one with a prefix of the context, such as wd:Q212."""
        if ":" not in name:
            return f"{self.base}{name}"
        return name if "://" in name else _expanded(name)

    def quads(self, graph: str) -> frozenset[ox.Quad]:
        """What the record says, in the graph of that IRI."""
        where = ox.NamedNode(graph)
        return frozenset(
            ox.Quad(triple.subject, triple.predicate, triple.object, where) for triple in self.triples
        )

    def _terms(
        self, name: str, key: str, definition: schema.TermDefinition, value: Any
    ) -> Iterator[ox.NamedNode | ox.Literal]:
        if definition.by_language:
            if value is not None and not isinstance(value, Mapping):
                raise ValueError(f"{name}: '{key}' needs a language: {{'en': …}}")
            for tag, texts in (value or {}).items():
                yield from (ox.Literal(_told(key, text), language=tag) for text in _listed(texts))
            return
        for item in _listed(value):
            if isinstance(item, ox.Literal | ox.NamedNode):
                yield item
            elif definition.coerced == "@id":
                yield ox.NamedNode(self.iri(item))
            elif definition.coerced == "@vocab":
                yield _word(str(item), definition.iri)
            else:
                datatype = definition.coerced or "xsd:string"
                text = item.isoformat() if isinstance(item, date | datetime) else _told(key, str(item))
                # What is no text in Python is what its datatype holds already.
                if isinstance(item, str) and datatype != "xsd:string":
                    _check(text, datatype, name, key)
                yield ox.Literal(text, datatype=_node(datatype))


def _told(key: str, text: str) -> str:
    """A text as the shapes take it, whatever wrote the file: names in one form of Unicode, and lines that end with U+000A.

    Words that are quoted stay as they stand.
    """
    if key in _VERBATIM:
        return text
    return _LINE_END.sub("\n", unicodedata.normalize("NFC", text) if key in _NAMES else text)


@cache
def _class(name: str) -> ox.NamedNode:
    if problem := schema.class_problem(name):
        raise ValueError(problem)
    return ox.NamedNode(terms.REC + name)


@cache
def _word(word: str, iri: str) -> ox.NamedNode:
    if problem := schema.word_problem(word, iri):
        raise ValueError(problem)
    known = schema.word_iri(word, iri)
    return _node(known) if ":" in known else ox.NamedNode(terms.REC + known)


def _check(text: str, datatype: str, name: str, key: str) -> None:
    if problem := schema.literal_problem(text, key, datatype, _expanded(datatype)):
        raise ValueError(f"{name}: {problem}")


class Surroundings(Protocol):
    """What an importer may ask of the graph into which it brings its rows, outside of its own graph."""

    @property
    def base(self) -> str:
        """What the IRIs of the graph begin with."""

    def rows(self, query: str) -> list[dict[str, Any]]:
        """The solutions of a SPARQL query over all but the graph of this import; prefixes of terms.PREFIXES need no declaring."""


def described(around: Surroundings, iris: Iterable[str]) -> set[str]:
    """Those of the things that another graph describes."""
    values = " ".join(f"<{iri}>" for iri in sorted(iris))
    if not values:
        return set()
    found = around.rows(f"SELECT DISTINCT ?thing WHERE {{ VALUES ?thing {{ {values} }} ?thing a ?kind }}")
    return {row["thing"].value for row in found}


def web_address(text: str) -> str | None:
    """A text, without blanks around it, as a value of `url`; None where it is no address of the web."""
    problem = schema.literal_problem(text.strip(), "url", _ADDRESS, _expanded(_ADDRESS))
    return None if problem else text.strip()


Records = Callable[[Iterable[Row], Surroundings], Iterator[Record | Refusal]]  # a Remark is one too
Rows = Callable[[Sequence[Path]], Iterator[Row | Refusal]]
KeyOf = Callable[[str, str], str]
Together = Callable[[Surroundings], Callable[[Row], Iterable[str]]]


@dataclass(frozen=True, slots=True)
class Importer:
    """One data set that can be imported.

    `document` is the rec:Dataset whose rows are read: versions that are rows of it name it with readIn. `licence` is the IRI of
    the licence under which its publisher gives it, None where none is stated; `rights` says in a sentence what follows from
    that for those who pass the graph on. `together` gives for a row the names of what other rows may be about too (its post,
    its event): on a cluster `records` gets rows that share a name at once, others perhaps not; without it, always all rows.
    `key_of` gives the key of a record by the IRI of its version and the rec:rowKey that stands there, where the two keys
    differ: a row that is gone has no record any more.
    """

    name: str
    title: str
    document: str
    publisher: str
    homepage: str
    licence: str | None
    rights: str
    takes: str
    rows: Rows
    records: Records
    together: Together | None = None
    key_of: KeyOf = lambda _, row_key: row_key

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} names no importer: use lower case a-z, 0-9 and hyphens")

    def graph(self, base: str) -> str:
        """The IRI of the graph that is this import's alone."""
        return f"{base}{terms.IMPORTS}{self.name}"


def slug(text: str, *, longest: int = 60) -> str:
    """A text as a part of an IRI: lower case a-z, digits and hyphens. Where that would lose letters, a hash keeps it apart."""
    made = _UNSAFE.sub("-", text.lower()).strip("-")
    if made.replace("-", "") == re.sub(r"[\W_]+", "", text.lower()) and 0 < len(made) <= longest:
        return made
    return f"{made[: longest - 9].strip('-')}-{terms.mint('', 'x', text)[-8:]}".lstrip("-")


@cache
def _node(name: str) -> ox.NamedNode:
    return ox.NamedNode(_expanded(name))


@cache
def _expanded(name: str) -> str:
    """A name with a prefix of the context, written out; as it is where it has none of them."""
    prefix, _, local = name.partition(":")
    namespace = schema.context().get(prefix)
    return f"{namespace}{local}" if isinstance(namespace, str) else name


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple | set | frozenset) else [value]
