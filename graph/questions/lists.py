"""What the start page and the pages with lists show, fetched: one function a page, each returning what its template reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from onrecord.graph import terms
from onrecord.graph.errors import BadParameter
from onrecord.graph.questions import ask, ask_of, counted, question
from onrecord.graph.questions.claims.disputing import ORDERS, Dispute, pairs
from onrecord.graph.questions.claims.tolls import Count, Side, Total, killed, totals
from onrecord.graph.questions.things import by_key, listing
from onrecord.graph.questions.things.entities import Actor, Document, Event
from onrecord.graph.questions.things.listing import Key, ListQuery, Page
from onrecord.graph.questions.things.loader import Loader, Name, local_name
from onrecord.graph.questions.things.statements import Statement, fetch_statements
from onrecord.graph.sparql.tokens import bind
from onrecord.graph.text import dates
from onrecord.graph.vocabulary import ontology
from onrecord.graph.vocabulary.expectations import expectations

if TYPE_CHECKING:
    from onrecord.graph.ledger import RowSource

PAGE = 50
_OCCURS: Final = {
    "Class": "example_of_class",
    "ObjectProperty": "example_of_property",
    "DatatypeProperty": "example_of_property",
    "Concept": "example_of_word",
}
"""Kind of term -> the query for something in which it occurs."""
DRAWN: Final = 500
"""How many events are drawn on a map and over time at most."""
_LATEST = 6
_EAST, _WEST = timedelta(hours=14), timedelta(hours=12)
"""So much sooner than in Greenwich a day begins in the first time zone, and so much later it ends in the last."""
_STATEMENTS: Final = (
    ListQuery("statements_dated", "date", by_key=by_key.days),
    ListQuery("statements_undated", ""),
)
_DOCUMENTS: Final = (ListQuery("documents_dated", "date"), ListQuery("documents_undated", ""))
_ACTORS: Final = (ListQuery("actors_named", by_key=by_key.names), ListQuery("actors_unnamed", ""))
_EVENTS: Final = (ListQuery("events", "dateTime"),)
OF_AN_ACTOR: Final[Mapping[str, str]] = {
    "speaker": "statements_by",
    "about": "statements_about",
    "via": "statements_relayed",
    "attributedTo": "statements_ascribed",
}
"""What an actor may have to do with a statement -> the query of the list."""


@dataclass(frozen=True, slots=True)
class HomeView:
    """`counts`: how many there are of each class, by its short name; the latest statements; the sharpest disputes."""

    counts: dict[str, int]
    statements: list[Statement]
    disputes: list[Dispute]


def home(ledger: RowSource, classes: Sequence[tuple[str, int]] | None = None) -> HomeView:
    """How much there is, what was said last, and where claims that still count contradict each other most sharply.

    `classes` as counted.kinds() has it.
    """
    counts = counted.kinds(ledger, classes)
    latest = [key.thing for key in listing.page(ledger, _STATEMENTS, _LATEST).things]
    opposed = pairs(ledger).things
    loader = Loader(ledger)
    loader.mention(one for pair in opposed for one in (*pair.concerns, *pair.rules))
    statements = fetch_statements(loader, latest, [claim for pair in opposed for claim in pair.claims])
    disputes = sorted((pair.dispute(loader) for pair in opposed), key=ORDERS["sharpest"])
    return HomeView(counts, statements, disputes[:_LATEST])


def first_of_each(ledger: RowSource) -> list[str]:
    """The IRIs of what the first page of each list shows: actors, events, statements and documents."""
    found = [listing.page(ledger, queries, PAGE) for queries in (_ACTORS, _EVENTS, _STATEMENTS, _DOCUMENTS)]
    return list(dict.fromkeys(key.thing for page in found for key in page.things))


def statements(ledger: RowSource, *, after: Key | None = None, before: Key | None = None) -> Page[Statement]:
    """Statements, the latest first, those undated last."""
    found = listing.page(ledger, _STATEMENTS, PAGE, after=after, before=before)
    return found.of(lambda keys: fetch_statements(Loader(ledger), [key.thing for key in keys]))


def statements_of(
    ledger: RowSource, part: str, iri: str, *, after: Key | None = None, before: Key | None = None
) -> tuple[Name, Page[Statement]]:
    """What somebody or something is called, and the statements in which it has a part, a key of OF_AN_ACTOR."""
    loader = Loader(ledger)
    often = by_key.OfActor()
    days = {"speaker": often.by, "about": often.about}.get(part)
    queries = [ListQuery(OF_AN_ACTOR[part], alike=True, by_key=days)]
    found = listing.page(ledger, queries, PAGE, after=after, before=before, actor=iri)
    shown = found.of(lambda keys: fetch_statements(loader, [key.thing for key in keys]))
    return loader.name(iri), shown


@dataclass(frozen=True, slots=True)
class EventsView:
    """Events, each with the newest count of those killed per side, and the sums over those shown with what they cover."""

    listing: Page[Event]
    killed: Mapping[str, Mapping[Side, Count]]
    totals: list[Total]


def events(  # noqa: PLR0913
    ledger: RowSource,
    *,
    earliest: str | None = None,
    latest: str | None = None,
    after: Key | None = None,
    before: Key | None = None,
    size: int | None = None,
    nameless: Sequence[str] = (),
) -> Page[Event]:
    """Events, the latest first; of those that were on two days or between them, where they are given. BadParameter.

    No names are looked for that the properties `nameless` lead to.

    A day is that of the event's own time zone, in which its bounds are written: a night that ends in Kyiv at half past midnight
    is on both days, whatever the day is in Greenwich then. Those that go on when the first day begins, such as that night, stand
    last: the fifty latest of them.
    """
    if earliest is not None and latest is not None and _begin(earliest) > _begin(latest):
        raise BadParameter(f"from={earliest} is after to={latest}: exchange them")
    begins = latest is not None and after is None and before is None
    if latest is not None and begins:
        after = Key(dates.shifted(_begin(latest), timedelta(days=1) + _WEST).isoformat(), "")
    found = listing.page(ledger, _EVENTS, size or PAGE, after=after, before=before)
    if latest is not None:
        _begin(latest)
        last = _order(latest)
        while begins and found.following and all(_order(key.value) > last for key in found.things):
            found = listing.page(ledger, _EVENTS, size or PAGE, after=found.following)
        found = Page(
            [key for key in found.things if _order(key.value) <= last], found.previous, found.following
        )
    if earliest is not None:
        begin, first = _begin(earliest), _order(earliest)
        over = [
            key
            for key in found.things
            if (dates.bounds(key.value) or [(begin, begin)])[0][0] < dates.shifted(begin, -_EAST)
        ]
        kept = [key for key in found.things if _order(key.value) >= first]
        following = None if over else found.following
        if following is None:
            kept += _going_on(ledger, begin, first)
        found = Page(kept, found.previous, following)
    loader = Loader(ledger, nameless=nameless)
    loader.fetch_through((key.thing for key in found.things), ("place", "weapon"))
    return found.of(lambda keys: [Event(loader, key.thing) for key in keys])


def _going_on(ledger: RowSource, begin: datetime, first: tuple[int, str]) -> list[Key]:
    """Events that began before a day, as they are written, and had not ended when it began: the latest fifty."""
    window = {"from": dates.shifted(begin, _WEST), "until": dates.shifted(begin, -_EAST)}
    moments = {
        name: str(Literal(moment.isoformat(), datatype=NamedNode(terms.PREFIXES["xsd"] + "dateTime")))
        for name, moment in window.items()
    }
    rows = ledger.rows(bind(question("events_during"), moments))
    found = [
        Key(row["key"].value, row["thing"].value)
        for row in rows
        if _order(row["key"].value) < first and dates.day_order(dates.last_day(row["end"].value)) >= first
    ]
    return found[:PAGE]


def _order(text: str) -> tuple[int, str]:
    """The day of a moment as it is written, to compare."""
    return dates.day_order(dates.day(text))


def events_with_tolls(  # noqa: PLR0913
    ledger: RowSource,
    earliest: str | None = None,
    latest: str | None = None,
    *,
    after: Key | None = None,
    before: Key | None = None,
    size: int | None = None,
    nameless: Sequence[str] = (),
) -> EventsView:
    """As events(), with how many were killed."""
    shown = events(
        ledger,
        earliest=earliest,
        latest=latest,
        after=after,
        before=before,
        size=size,
        nameless=nameless,
    )
    counts = killed(shown.things[0].loader, shown.things) if shown.things else {}
    return EventsView(shown, counts, totals(counts, shown.things))


def _begin(day: str) -> datetime:
    found = dates.bounds(day)
    if not found:
        raise BadParameter(f"{day[:50]!r} is no day: write it as 2025-08-28")
    return found[0][0]


def actors(
    ledger: RowSource, *, after: Key | None = None, before: Key | None = None
) -> Page[tuple[Actor, int]]:
    """Actors by their English name, those without one last, with how many statements of theirs there are."""
    loader = Loader(ledger)
    found = listing.page(ledger, _ACTORS, PAGE, after=after, before=before)
    shown = [key.thing for key in found.things]
    loader.fetch(shown)
    counts = {
        row["thing"].value: int(row["count"].value)
        for row in ask_of(ledger, question("statement_counts"), shown)
    }
    return found.of(lambda _: [(Actor(loader, iri), counts.get(iri, 0)) for iri in shown])


def documents(ledger: RowSource, *, after: Key | None = None, before: Key | None = None) -> Page[Document]:
    """Documents, each at the day of its latest version, the latest first, those undated last."""
    loader = Loader(ledger)
    found = listing.page(ledger, _DOCUMENTS, PAGE, after=after, before=before)
    loader.follow_back([key.thing for key in found.things], "versionOf")
    loader.fetch(
        [one for key in found.things for one in (key.thing, *loader.follow_back([key.thing], "versionOf"))]
    )

    def at_the_latest(keys: list[Key]) -> list[Document]:
        # The list has a row for each day on which a version was published.
        read = [(Document(loader, key.thing), key.value) for key in keys]
        return [
            document
            for document, day in read
            if day == max(version.day or "" for version in document.versions)
        ]

    return found.of(at_the_latest)


@dataclass(frozen=True, slots=True)
class VocabularyTerm:
    """A term of the vocabulary: what it is called, what it means, and the classes it connects."""

    name: Name
    meaning: list[Literal]
    broader: list[Name]
    domain: list[Name]
    range: list[Name]


@dataclass(frozen=True, slots=True)
class TermList:
    """The terms of one kind (Class, ObjectProperty, DatatypeProperty) or the members of one closed list, then `listing` is its name."""

    kind: str
    listing: Name | None
    terms: list[VocabularyTerm]


@dataclass(frozen=True, slots=True)
class OntologyChanges:
    """What the versions of the ontology changed, in words, and each term that was replaced, with those to use instead."""

    version: str | None
    notes: list[Literal]
    replaced: list[tuple[Name, list[Name], list[Literal]]]


def changes(ledger: RowSource) -> OntologyChanges:
    """The ontology's own change notes."""
    loader = Loader(ledger)
    whole, gone = terms.REC.removesuffix("#"), sorted(ontology.replaced())
    loader.fetch([whole, *gone])
    return OntologyChanges(
        next((found.value for found in loader.texts(whole, "owl:versionInfo")), None),
        loader.texts(whole, "skos:changeNote"),
        [
            (
                loader.name(old),
                [loader.name(new) for new in loader.iris(old, "dcterms:isReplacedBy")],
                loader.texts(old, "skos:changeNote"),
            )
            for old in gone
        ],
    )


def classes_query() -> str:
    """The query for how much there is of everything, by class."""
    return "SELECT ?class (COUNT(DISTINCT ?thing) AS ?things) WHERE { ?thing a ?class }\nGROUP BY ?class ORDER BY DESC(?things)"


def vocabulary_query(base: str) -> str:
    """A CONSTRUCT query for the whole vocabulary."""
    return bind(
        "CONSTRUCT { ?term ?property ?value } WHERE { GRAPH ?vocabulary { ?term ?property ?value } }",
        {"vocabulary": str(NamedNode(terms.graph_iri("vocabulary", base)))},
    )


def vocabulary(ledger: RowSource) -> list[TermList]:
    """The terms of the ontology, and the closed lists with their members."""
    loader = Loader(ledger)
    rows = ask(ledger, "terms")
    loader.fetch(row["term"].value for row in rows)
    found: dict[str, TermList] = {}
    for row in rows:
        kind, scheme = local_name(row["type"].value), row.get("scheme")
        heading = kind if scheme is None else scheme.value
        listed = found.setdefault(heading, TermList(kind, scheme and loader.name(scheme.value), []))
        listed.terms.append(_term(loader, row["term"].value))
    return list(found.values())


def _term(loader: Loader, iri: str) -> VocabularyTerm:
    def names(*properties: str) -> list[Name]:
        return [loader.name(other) for name in properties for other in loader.iris(iri, name)]

    meaning = [*loader.texts(iri, "rdfs:comment"), *loader.texts(iri, "skos:definition")]
    return VocabularyTerm(
        loader.name(iri),
        meaning,
        names("rdfs:subClassOf", "rdfs:subPropertyOf", "skos:broader"),
        names("rdfs:domain"),
        names("rdfs:range"),
    )


@dataclass(frozen=True, slots=True)
class TermView:
    """One term: what the shapes ask of it, in sentences, and `example`, a thing of the graph that is one, has it or is described with it.

    `value` is what the thing has for it, where the term is a property.
    """

    term: VocabularyTerm
    kind: str
    expected: Sequence[str]
    example: Name | None
    value: Literal | Name | None


def term(ledger: RowSource, name: str) -> TermView | None:
    """The term of the vocabulary with this name; None where there is none."""
    iri = terms.REC + name
    kinds = {row["term"].value: local_name(row["type"].value) for row in ask(ledger, "terms")}
    if iri not in kinds:
        return None
    found = ask(ledger, _OCCURS[kinds[iri]], term=iri)
    loader = Loader(ledger)
    loader.mention(one.value for row in found for one in row.values() if isinstance(one, NamedNode))
    example = value = None
    for row in found:
        example = loader.name(row["thing"].value)
        value = row.get("value")
    shown = loader.name(value.value) if isinstance(value, NamedNode) else value
    return TermView(
        _term(loader, iri),
        kinds[iri],
        expectations().get(iri, ()),
        example,
        shown if isinstance(shown, Literal | Name) else None,
    )
