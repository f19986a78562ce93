"""Lists in pages, by key: a page begins after the last thing of the page before, not at a number.

So a page costs the same wherever it stands, and nothing is shown twice or left out when things are added meanwhile. A list
is asked by one query or by several, one behind the other: those dated, then those undated. The query gives ?thing
and, but where all have none, ?key, by which it sorts; among equal keys the IRI decides. It compares with < and > where to
begin (?from, ?after) and sorts by ASC() and DESC(): read backwards, these are exchanged. Where it begins at the beginning,
the lines that compare are left out. Its LIMITs are those of a page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from pyoxigraph import Literal, NamedNode

from onrecord.graph import terms
from onrecord.graph.errors import UnknownPlace
from onrecord.graph.queryfiles import union
from onrecord.graph.questions import question
from onrecord.graph.sparql.tokens import bind

if TYPE_CHECKING:
    from onrecord.graph.ledger import RowSource, Term

_COMPARING: Final = re.compile(r"^ *(?:FILTER|UNION) .*\?(?:from|after)\b.*\n", re.MULTILINE)
_LIMIT: Final = re.compile(r" LIMIT \d+")
_BY_IRI: Final = re.compile(r"(?:ORDER BY)? ASC\(STR\(\?thing\)\)")
_DIRECTED: Final = re.compile(r"\b(?:ASC|DESC)(?=\()|[<>](?==? \?)")
_REVERSED: Final = {"ASC": "DESC", "DESC": "ASC", "<": ">", ">": "<"}
_MORE_ALIKE: Final = 100
"""So many things more than a page has are asked for where many have one key: they are the most with one that are sorted here."""

# What a key of each datatype looks like: anything else would be compared with nothing, and the page be empty.
_LEXICAL: Final = {
    "date": re.compile(r"-?\d{4,}-\d\d-\d\d(Z|[+-]\d\d:\d\d)?"),
    "dateTime": re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?"),
    "integer": re.compile(r"-?\d{1,18}"),
}

_Thing = TypeVar("_Thing")
_Other = TypeVar("_Other")


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys that the first things of a list have, as SPARQL writes them; `all` where no other thing has any."""

    keys: Sequence[str]
    all: bool

    def fill(self, text: str) -> str:
        """A query that holds an empty `VALUES ?has`, put of these."""
        return text.replace("VALUES ?has { }", f"VALUES ?has {{ {' '.join(self.keys)} }}")


class KeysOf(Protocol):
    """Tells which keys so many things or more have, that come first in a list, or first after a place in it.

    Things that do not belong into the list may have them too. None where the whole list has to be looked at.
    """

    def __call__(
        self, ledger: RowSource, wanted: int, start: Key | None, *, backwards: bool, **iris: str
    ) -> Keys | None: ...


@dataclass(frozen=True, slots=True)
class ListQuery:
    """One query of a list: its file's name, and the datatype of its keys (None for strings, "" where it has none).

    `alike` tells that many things have one key, which is a string: then few of all the IRIs are compared. With `by_key` the
    query `…_by_key` lists the things that have some keys, and is asked of those which it says.
    """

    name: str
    datatype: str | None = None
    alike: bool = False
    by_key: KeysOf | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A place in a list: that of a thing (its IRI), and the value it is sorted by ("" where it has none)."""

    value: str
    thing: str


@dataclass(frozen=True, slots=True)
class Page(Generic[_Thing]):
    """Some things of a list; `previous` is where the page before ends, `following` where the next begins: None for none."""

    things: list[_Thing]
    previous: Key | None
    following: Key | None

    def of(self, make: Callable[[list[_Thing]], list[_Other]]) -> Page[_Other]:
        """The same page of what is made from its things."""
        return Page(make(self.things), self.previous, self.following)


class Part(list[_Thing]):
    """The first things of a list; `query` is the SPARQL text that gives all of them, None where these are all."""

    def __init__(self, things: Sequence[_Thing], query: str | None = None) -> None:
        super().__init__(things)
        self.query = query

    def of(self, make: Callable[[list[_Thing]], list[_Other]]) -> Part[_Other]:
        """The same part of what is made from its things."""
        return Part(make(self), self.query)


def page(
    ledger: RowSource,
    queries: Sequence[ListQuery],
    size: int,
    *,
    after: Key | None = None,
    before: Key | None = None,
    **iris: str,
) -> Page[Key]:
    """The things after a key, or those before one; from the beginning where neither is given. Raises UnknownPlace."""
    start, backwards = after or before, after is None and before is not None
    order = list(reversed(queries)) if backwards else list(queries)
    if start is not None:
        # Those without a key are asked for by the last query, if they are asked for apart.
        place = queries[-1] if start.value == "" else queries[0]
        if place.datatype and not _LEXICAL[place.datatype].fullmatch(start.value):
            raise UnknownPlace(
                f"{start.value!r} is no {place.datatype}, by which the list is sorted: follow its links from its beginning"
            )
        order = order[order.index(place) :]
    found: list[Key] = []
    for position, query in enumerate(order):
        wanted = size + 1 - len(found)
        begin = None if position else start
        rows = None
        if query.by_key is not None:
            rows = _by_key(ledger, query, query.by_key, wanted, begin, backwards=backwards, **iris)
        if rows is None and query.alike:
            rows = _sorted_here(ledger, query, wanted, begin, backwards=backwards, **iris)
        if rows is None:
            rows = _keys(ledger.rows(text_of(query, wanted, begin, backwards=backwards), **iris))
        found += rows
        if len(found) > size:
            break
    shown, more = found[:size], len(found) > size
    if backwards:
        shown.reverse()
    first, last = (shown[0], shown[-1]) if shown else (None, None)
    if backwards:
        return Page(shown, first if more else None, last)
    return Page(shown, first if start is not None else None, last if more else None)


def _sorted_here(
    ledger: RowSource,
    query: ListQuery,
    wanted: int,
    start: Key | None,
    *,
    backwards: bool,
    **iris: str,
) -> list[Key] | None:
    """The first of a list, those of one key sorted by IRI here; None where too many have the last one's key to have them all.

    The engine looks up each IRI that it sorts by, however many stand before the first: that costs more than to find them.
    """
    limit = wanted + _MORE_ALIKE
    text = _BY_IRI.sub("", text_of(query, limit, start, backwards=backwards))
    rows = _keys(ledger.rows(text, **iris))
    if len(rows) == limit and rows[wanted - 1].value == rows[-1].value:
        return None
    groups = groupby(rows, key=lambda row: row.value)
    ordered = [
        key for _, some in groups for key in sorted(some, key=lambda key: key.thing, reverse=backwards)
    ]
    return ordered[:wanted]


def _by_key(  # noqa: PLR0913
    ledger: RowSource,
    query: ListQuery,
    keys_of: KeysOf,
    wanted: int,
    start: Key | None,
    *,
    backwards: bool,
    **iris: str,
) -> list[Key] | None:
    """The first of a list, found by what keys they have; None where they are to be looked for in all of it."""
    asked = text_of(ListQuery(f"{query.name}_by_key", query.datatype), wanted, start, backwards=backwards)
    several = wanted
    while (having := keys_of(ledger, several, start, backwards=backwards, **iris)) is not None:
        rows = _keys(ledger.rows(having.fill(asked), **iris)) if having.keys else []
        if len(rows) == wanted or having.all:
            return rows
        several *= 4
    return None


def _keys(rows: Iterable[Mapping[str, Term]]) -> list[Key]:
    return [Key(row["key"].value if "key" in row else "", row["thing"].value) for row in rows]


def part(ledger: RowSource, name: str, size: int, **iris: str) -> Part[str]:
    """The IRIs of the first things of a list that is asked by one query."""
    text = text_of(ListQuery(name), size + 1, None, backwards=False)
    found = [row["thing"].value for row in ledger.rows(text, **iris)]
    return Part(found[:size], whole(name, **iris) if len(found) > size else None)


def parts(
    ledger: RowSource, sizes: Mapping[str, int], by_key: Mapping[str, KeysOf] | None = None, **iris: str
) -> dict[str, Part[str]]:
    """As part(), of several lists at once, by name, so many things of each; they are sorted by keys that are strings, the last
    first, if by any. `by_key` are those that can be found by keys, as ListQuery has it.

    Of equal keys, and of things without one, some are taken: to compare all their IRIs would cost as much as finding them.
    """
    known: dict[str, list[Key]] = {}
    for name, keys_of in (by_key or {}).items():
        keys = _by_key(ledger, ListQuery(name), keys_of, sizes[name] + 1, None, backwards=False, **iris)
        if keys is not None:
            known[name] = keys
    texts = {
        name: bind(
            _BY_IRI.sub("", text_of(ListQuery(name), size + 1, None, backwards=False)),
            _terms(iris),
        )
        for name, size in sizes.items()
        if name not in known
    }
    asked = ledger.rows(union(texts, "list")) if texts else []
    rows = sorted(asked, key=lambda row: row["thing"].value)
    rows.sort(key=lambda row: row["key"].value if "key" in row else "", reverse=True)
    found = {name: [key.thing for key in known.get(name, ())] for name in sizes}
    for row in rows:
        found[row["list"].value].append(row["thing"].value)
    return {
        name: Part(things[: sizes[name]], whole(name, **iris) if len(things) > sizes[name] else None)
        for name, things in found.items()
    }


def whole(name: str, **iris: str) -> str:
    """The SPARQL text that gives a whole list."""
    text = _LIMIT.sub("", _COMPARING.sub("", question(name)))
    return bind(text, _terms(iris))


def _terms(iris: Mapping[str, str]) -> dict[str, str]:
    return {variable: str(NamedNode(iri)) for variable, iri in iris.items()}


def text_of(query: ListQuery, limit: int, start: Key | None, *, backwards: bool) -> str:
    """The SPARQL text of the first things of a list, so many, after a place in it where one is given."""
    text = _LIMIT.sub(f" LIMIT {limit:d}", question(query.name))
    if backwards:
        text = _DIRECTED.sub(lambda match: _REVERSED[match.group()], text)
    if start is None:
        return _COMPARING.sub("", text)
    datatype = None if not query.datatype else NamedNode(terms.PREFIXES["xsd"] + query.datatype)
    return bind(
        text, {"from": str(Literal(start.value, datatype=datatype)), "after": str(Literal(start.thing))}
    )
