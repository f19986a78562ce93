"""Answers that come as tables: claims on an event, statements, disputes. Each is one query that anybody can ask again.

A table's query is a file. Its parameters are variables; a line that names one which is not given is left out. A page
begins after the last row of the page before, as in things/listing.py; its query gives the rows of that page, no others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from onrecord.graph import terms
from onrecord.graph.disputes import ordering
from onrecord.graph.errors import BadParameter, UnknownPlace
from onrecord.graph.questions import question
from onrecord.graph.sparql.tokens import bind
from onrecord.graph.text import dates
from onrecord.graph.text.suggestions import did_you_mean, nearest
from onrecord.graph.vocabulary import ontology

if TYPE_CHECKING:
    from onrecord.graph.ledger import Term

PAGE: Final = 100
"""How many claims, statements or disputes a page has."""

STANDINGS: Final = ("Stands", "Contested", "Superseded", "Retracted", "Refuted")
CURRENT: Final = STANDINGS[:2]
"""The standings of claims that still count."""

_XSD: Final = terms.PREFIXES["xsd"]
_SELECTED: Final = re.compile(r"^SELECT DISTINCT (.+) WHERE \{$", re.MULTILINE)
_MARK: Final = re.compile(r" # \?\w+$", re.MULTILINE)
"""What a line ends in that stands in a query only where a parameter is given, without naming it otherwise."""
_NUMBERS: Final = frozenset({"atLeast", "atMost", "estimate"})

Value = str | int | bool | list[str]
Row = Mapping[str, Value]
"""A row: column -> value; a cell without a value has no key. Things are IRIs, lists of them are sorted."""
Cursor = Sequence[str] | None
"""Where a page begins: what Table.following gives; None for the first."""


@dataclass(frozen=True, slots=True)
class Table:
    """A page of a table: its query, its columns, which of them hold lists, and what its rows are sorted by."""

    query: str
    columns: tuple[str, ...]
    lists: frozenset[str]
    key: tuple[str, ...]
    undated_follow: bool = False

    def rows(self, solutions: Iterable[Mapping[str, Term]]) -> list[Row]:
        """The rows that the query's solutions mean."""
        return [
            {
                name: self._value(name, cell.value)
                for name, cell in solution.items()
                if name in self.columns and cell.value
            }
            for solution in solutions
        ]

    def following(self, rows: Sequence[Row]) -> tuple[str, ...] | None:
        """Where the next page begins: what `after` takes; None after the last."""
        places = [tuple(str(row.get(name, "")) for name in self.key) for row in rows]
        if len(set(places)) >= PAGE:
            return places[-1]
        return ("", "") if self.undated_follow else None

    def _value(self, name: str, text: str) -> Value:
        if name in self.lists:
            return sorted(text.split(" "))
        if name in _NUMBERS:
            return int(text)
        return text == "true" if name == "certain" else text


def claims(  # noqa: PLR0913
    event: str,
    *,
    measure: str | None = None,
    moment: str | None = None,
    standings: Sequence[str] | None = None,
    chosen: Sequence[str] | None = None,
    after: Sequence[str] | None = None,
) -> Table:
    """What each source says of an event (its IRI) and its parts, what speaks of the latest moment first.

    A source is the claimant, or the institution whose word it is. Given a moment, only what may have been said by
    then, with `certain` where it was, also if it was superseded later. Without `standings`, what counts; of the claims
    `chosen` alone (IRIs), where they are given. BadParameter.
    """
    at = None if moment is None else _moment(moment)
    open_ = moment is not None and standings is None
    kept = (*CURRENT, "Superseded") if open_ else standings or CURRENT
    return _table(
        "claims_table",
        ("orderedBy", "claim"),
        {
            "event": str(NamedNode(event)),
            "chosen": None if chosen is None else ", ".join(str(NamedNode(claim)) for claim in chosen),
            "onlyMeasure": None if measure is None else str(NamedNode(measure_of(measure))),
            "moment": at,
            "by": at if open_ else None,
            "atAnyTime": "true" if moment is None else None,
            "standings": _standings(kept),
        },
        _place(after, 2, "after", "afterClaim"),
        (
            "claims",
            "concerns",
            "statements",
            "weapon",
            "weaponOneOf",
            "ofParty",
            "scope",
            "launchedFrom",
            "carrier",
            "versions",
            "documents",
        ),
    )


def statements(  # noqa: PLR0913
    *,
    speaker: str | None = None,
    about: str | None = None,
    earliest: str | None = None,
    latest: str | None = None,
    standings: Sequence[str] | None = None,
    after: Sequence[str] | None = None,
) -> Table:
    """Statements of a speaker and about a thing (IRIs), said from one day to another, the latest first; those undated last.

    Given a day, undated ones are left out. Their claims are those with one of the standings, CURRENT without. BadParameter.
    """
    days = {"earliest": earliest, "latest": latest}
    if earliest is not None and latest is not None and _day(earliest) and _day(latest) and earliest > latest:
        raise BadParameter(f"from={earliest} is after to={latest}: exchange them")
    ranged = earliest is not None or latest is not None
    undated = after is not None and len(after) > 0 and after[0] == "" and not ranged
    by = None if speaker is None else str(NamedNode(speaker))
    place = _place(after, 2, "after", "afterThing")
    if after is not None and undated:
        place = dict.fromkeys(place) | {"afterUndated": place["afterThing"]}
    elif after is not None:
        place["after"] = _day(after[0])
    dated, missing = (None, "?undated") if undated else ("?saidOn", None)
    of_any = speaker is None and about is None
    return _table(
        "statements_table",
        ("saidOn", "statement"),
        {
            "bySpeaker": by if about is None else None,
            "alsoBySpeaker": None if about is None else by,
            "onThing": None if about is None else str(NamedNode(about)),
            **{name: None if day is None else _day(day) for name, day in days.items()},
            "dated": dated,
            "undated": missing,
            "datedOfAny": dated if of_any else None,
            "undatedOfAny": missing if of_any else None,
            "standings": _standings(standings or CURRENT),
        },
        {"afterUndated": None} | place,
        ("speakingAs", "about", "claims"),
        undated_follow=not undated and not ranged,
    )


def disputes(  # noqa: PLR0913
    *,
    event: str | None = None,
    measure: str | None = None,
    moment: str | None = None,
    standings: Sequence[str] | None = None,
    after: Sequence[str] | None = None,
    described: bool = True,
) -> Table:
    """Pairs of claims that contradict each other, both with one of the standings: CURRENT without. The first by name come first.

    Given an event (its IRI) or a measure, those over it; over an event are those over its parts too. Given a moment, only
    those of which both sides may have been said by then, with `certain` where both were. With `described` what they say, in
    words and labels, and who makes them is told too. BadParameter.
    """
    place = _place(after, 2, "after", "afterOther")
    # The keys in graph/derived are of pairs of which both still count.
    kept = set(standings or CURRENT) == set(CURRENT)
    return _table(
        "disputes_table",
        ("one", "other"),
        {
            "byOrder": f"<{terms.REC}disputeOrder>" if kept else None,
            "keptBy": f"<{terms.REC}{'disputeOrder' if moment is None else 'disputeSince'}>",
            "atAnyTime": "true" if moment is None else None,
            "described": "true" if described else None,
            "event": None if event is None else str(NamedNode(event)),
            "onlyMeasure": None if measure is None else str(NamedNode(measure_of(measure))),
            "moment": None if moment is None else _moment(moment),
            "standings": _standings(standings or CURRENT),
        },
        place | {"afterKey": None if after is None else str(Literal(ordering.key(after[0])))},
        ("concerns", "rules"),
    )


def changes(earlier: str, later: str, *, same: bool = False, after: Sequence[str] | None = None) -> Table:
    """What changed between two versions of a document (their IRIs): claims changed, gone, new; with `same`, the others too."""
    versions = {"earlier": str(NamedNode(earlier)), "later": str(NamedNode(later))}
    return _table(
        "changes_table",
        ("change", "key"),
        versions | {"leftOut": None if same else '"same"'},
        _place(after, 2, "afterChange", "afterKey"),
        (),
    )


def pages(
    read: Callable[[str], Iterable[Mapping[str, Term]]], make: Callable[[Cursor], Table]
) -> Iterator[list[Row]]:
    """The rows of all pages of a table, page by page; `make` gives the page that begins at a place, `read` asks its query."""
    after: Cursor = None
    while True:
        table = make(after)
        rows = table.rows(read(table.query))
        yield rows
        after = table.following(rows)
        if after is None:
            return


def csv_cell(value: Value | None) -> str:
    """A cell as CSV has it, and as the query gives it: lists with spaces between."""
    if isinstance(value, list):
        return " ".join(value)
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def standings_of(text: str | None) -> tuple[str, ...] | None:
    """The standings in a list such as "stands,superseded", or all of them for "all". BadParameter."""
    if text is None:
        return None
    if text == "all":
        return STANDINGS
    wanted = [name.strip().capitalize() for name in text.split(",")]
    for name in wanted:
        if name not in STANDINGS:
            known = ", ".join(one.lower() for one in STANDINGS)
            raise BadParameter(
                f"{name[:50]!r} is no standing: give all, or some of {known} with commas between"
            )
    return tuple(dict.fromkeys(wanted))


def measure_of(name: str) -> str:
    """The IRI of a measure by its name in the vocabulary, such as killed, or by its IRI. BadParameter."""
    iri = name if name.startswith(terms.REC) else terms.REC + name.removeprefix("rec:")
    known = [one for one, kinds in ontology.members().items() if terms.REC + "Measure" in kinds]
    if iri not in known:
        short = sorted(one.removeprefix(terms.REC) for one in known)
        alike = nearest(name, short) or [one for one in short if one.lower() == name.lower()]
        alike = alike or [one.removeprefix(terms.REC) for one in ontology.called(name) if one in known]
        meant = did_you_mean(alike[:1], f"there are {', '.join(short)}")
        raise BadParameter(f"{name[:50]!r} is no measure of the vocabulary: {meant}")
    return iri


def _table(  # noqa: PLR0913
    name: str,
    key: tuple[str, ...],
    given: Mapping[str, str | None],
    place: Mapping[str, str | None],
    lists: Sequence[str],
    *,
    undated_follow: bool = False,
) -> Table:
    text = question(name)
    selected = _SELECTED.search(text)
    assert selected is not None  # noqa: S101  (a file of ours)
    columns = tuple(column[1:] for column in selected[1].split())
    parameters = {**given, **place}
    for parameter, value in parameters.items():
        if value is None:
            text = re.sub(rf"^.*\?{parameter}\b.*\n", "", text, flags=re.MULTILINE)
    text = _MARK.sub("", text)
    terms_ = {parameter: value for parameter, value in parameters.items() if value is not None}
    return Table(bind(text, terms_), columns, frozenset(lists), key, undated_follow)


def _place(after: Sequence[str] | None, count: int, *names: str) -> dict[str, str | None]:
    if after is None:
        return dict.fromkeys(names)
    if len(after) != count:
        raise UnknownPlace("the list does not begin there: follow its links from its beginning")
    return {name: str(Literal(value)) for name, value in zip(names, after, strict=True)}


def _standings(names: Sequence[str]) -> str:
    return ", ".join(f"<{terms.REC}{name}>" for name in names)


def _moment(text: str) -> str:
    # In an address a plus sign is a space.
    found = dates.moment(text.replace(" ", "+"))
    if found is None:
        raise BadParameter(
            f"{text[:50]!r} is no moment: give day, time and time zone, such as 2025-08-28T12:00:00Z"
        )
    return str(Literal(found.isoformat(), datatype=NamedNode(_XSD + "dateTime")))


def _day(text: str) -> str:
    return str(Literal(dates.given_day(text), datatype=NamedNode(_XSD + "date")))
