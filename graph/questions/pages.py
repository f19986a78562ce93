"""What each page shows, fetched: one function a page, each returning what its template reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from pyoxigraph import Literal, NamedNode

from onrecord.graph import terms
from onrecord.graph.questions import ask, named
from onrecord.graph.questions.comparison import Column, Section, compare
from onrecord.graph.questions.shelf import Name, Shelf, local_name
from onrecord.graph.questions.things import Actor, Document, Event, Thing, Version
from onrecord.graph.questions.words import (
    Claim,
    Excerpt,
    Statement,
    fetch_claims,
    fetch_statements,
)
from onrecord.graph.relations import network

if TYPE_CHECKING:
    from onrecord.graph.ledger import Ledger, Term

_LATEST = 6
PAGE = 50
_Listed = TypeVar("_Listed")


@dataclass(frozen=True, slots=True)
class Related:
    """One relation of an actor: `outward` where the actor is at its beginning, `other` at its other end."""

    label: str
    other: Name
    outward: bool
    begin: str | None
    end: str | None
    evidence: list[Name]


@dataclass(frozen=True, slots=True)
class ActorPage:
    actor: Actor
    said: list[Statement]
    ascribed: list[Statement]
    said_of: list[Statement]
    written_of: list[Claim]
    attributed: list[Claim]
    passed_on: list[Statement]
    events: list[Event]
    relations: list[Related]


def actor(ledger: Ledger, iri: str) -> ActorPage:
    """Who somebody is, what they said, what was said of them, and how they stand to others."""
    shelf = Shelf(ledger)
    said = named(ledger, "statements_by", "statement", actor=iri)
    ascribed = named(ledger, "statements_ascribed", "statement", actor=iri)
    said_of = named(ledger, "statements_about", "statement", thing=iri)
    passed_on = named(ledger, "passed_on_by", "statement", actor=iri)
    shelf.follow(shelf.follow_back([iri], "holder") + shelf.follow_back([iri], "institution"), "institution")
    fetch_statements(shelf, said + ascribed + said_of + passed_on)
    attributed = named(ledger, "attitudes_attributed", "claim", actor=iri)
    written_of = named(ledger, "claims_about", "claim", thing=iri)
    fetch_claims(shelf, attributed + written_of)
    events = named(ledger, "events_of", "event", actor=iri)
    shelf.fetch(events)
    related = network.relations(ledger, actor=iri)
    shelf.fetch(evidence for relation in related for evidence in relation.evidence)
    return ActorPage(
        Actor(shelf, iri),
        [Statement(shelf, found) for found in said],
        [Statement(shelf, found) for found in ascribed],
        [Statement(shelf, found) for found in said_of],
        sorted((Claim(shelf, claim) for claim in written_of), key=Claim.position),
        [Claim(shelf, claim) for claim in attributed],
        [Statement(shelf, found) for found in passed_on],
        [Event(shelf, event) for event in events],
        [
            Related(
                relation.label,
                shelf.name(relation.target if relation.source == iri else relation.source),
                relation.source == iri,
                relation.begin,
                relation.end,
                [shelf.name(evidence) for evidence in relation.evidence],
            )
            for relation in related
        ],
    )


def statement(ledger: Ledger, iri: str) -> Statement:
    """A statement, with the claims that stand against its own and what those rest on."""
    shelf = Shelf(ledger)
    found = fetch_statements(shelf, [iri])[0]
    against = [other for claim in found.claims for other in claim.contradicted_by]
    fetch_statements(shelf, [other.iri for claim in against for other in claim.statements])
    return found


@dataclass(frozen=True, slots=True)
class EventPage:
    event: Event
    parts: list[Event]
    columns: list[Column]
    sections: list[Section]
    statements: list[Statement]


def event(ledger: Ledger, iri: str) -> EventPage:
    """An event and its parts, with every claim on them side by side."""
    shelf = Shelf(ledger)
    parts = named(ledger, "event_parts", "part", event=iri)
    shelf.fetch({iri, *parts})
    events = [Event(shelf, part) for part in _nested(shelf, iri, set(parts))]
    claims = [found for part in events for found in named(ledger, "event_claims", "claim", event=part.iri)]
    said = named(ledger, "statements_about", "statement", thing=iri)
    columns, sections = compare(sorted(fetch_claims(shelf, claims), key=Claim.position), events)
    return EventPage(events[0], events[1:], columns, sections, fetch_statements(shelf, said))


def _nested(shelf: Shelf, whole: str, parts: set[str]) -> list[str]:
    """An event, then each of its parts, followed by that part's own."""
    parts.discard(whole)
    own = sorted(part for part in parts if whole in shelf.iris(part, "partOf"))
    parts.difference_update(own)
    return [whole, *(deeper for part in own for deeper in _nested(shelf, part, parts))]


@dataclass(frozen=True, slots=True)
class ClaimPage:
    claim: Claim
    statements: list[Statement]


def claim(ledger: Ledger, iri: str) -> ClaimPage:
    """A claim, and the statements that make it."""
    shelf = Shelf(ledger)
    found = fetch_claims(shelf, [iri])[0]
    return ClaimPage(found, fetch_statements(shelf, [made_in.iri for made_in in found.statements]))


@dataclass(frozen=True, slots=True)
class Passage:
    """An excerpt, and the statements and claims that rest on it."""

    excerpt: Excerpt
    resting: list[Name]


@dataclass(frozen=True, slots=True)
class VersionPage:
    version: Version
    passages: list[Passage]


@dataclass(frozen=True, slots=True)
class DocumentPage:
    document: Document
    versions: list[VersionPage]
    own_voice: list[Claim]
    statements: list[Statement]


def document(ledger: Ledger, iri: str) -> DocumentPage:
    """A document: its versions, every passage read from them, what it says itself and whom it quotes."""
    shelf = Shelf(ledger)
    said = named(ledger, "document_statements", "statement", document=iri)
    own = named(ledger, "document_claims", "claim", document=iri)
    statements, claims = fetch_statements(shelf, said), fetch_claims(shelf, own)
    found = Document(shelf, iri)
    shelf.fetch([iri, *shelf.follow_back([iri], "versionOf")])
    versions = [VersionPage(read, _passages(shelf, read.iri)) for read in found.versions]
    return DocumentPage(found, versions, claims, statements)


def version(ledger: Ledger, iri: str) -> VersionPage:
    """One version of a document, with every passage read from it."""
    shelf = Shelf(ledger)
    shelf.fetch(shelf.follow([iri], "versionOf"))
    return VersionPage(Version(shelf, iri), _passages(shelf, iri))


def _passages(shelf: Shelf, version: str) -> list[Passage]:
    resting: dict[str, list[str]] = {}
    for row in ask(shelf.ledger, "version_excerpts", version=version):
        resting.setdefault(row["excerpt"].value, []).append(row["resting"].value)
    based = [thing for things in resting.values() for thing in things]
    shelf.fetch([*resting, *based])
    shelf.fetch(shelf.follow_back(based, "rendering"))
    passages = []
    for excerpt, things in resting.items():
        # A rendering has no name; its statement has.
        told = [
            statement for thing in things for statement in shelf.follow_back([thing], "rendering") or [thing]
        ]
        passages.append(
            Passage(Excerpt(shelf, excerpt), [shelf.name(thing) for thing in dict.fromkeys(told)])
        )
    return passages


@dataclass(frozen=True, slots=True)
class Home:
    counts: dict[str, int]
    statements: list[Statement]
    disagreements: list[tuple[Claim, Claim]]


def home(ledger: Ledger) -> Home:
    """How much there is, what was said last, and where claims contradict each other."""
    shelf = Shelf(ledger)
    counts = {
        row["kind"].value.removeprefix(terms.REC): int(row["count"].value) for row in ask(ledger, "counts")
    }
    latest = named(ledger, "statements", "statement", limit=_LATEST)
    pairs = [
        (row["one"].value, row["other"].value) for row in ask(ledger, "disagreements", limit=_LATEST * 2)
    ]
    fetch_claims(shelf, [claim for pair in pairs for claim in pair])
    return Home(
        counts,
        fetch_statements(shelf, latest),
        [(Claim(shelf, one), Claim(shelf, other)) for one, other in pairs],
    )


@dataclass(frozen=True, slots=True)
class Listing(Generic[_Listed]):
    """One page of a list; `more` where another page follows."""

    things: list[_Listed]
    more: bool


def statements(ledger: Ledger, page: int) -> Listing[Statement]:
    """The statements on one page of the list, counted from 1."""
    rows = ask(ledger, "statements", limit=PAGE + 1, offset=(page - 1) * PAGE)
    shown = [row["statement"].value for row in rows[:PAGE]]
    return Listing(fetch_statements(Shelf(ledger), shown), len(rows) > PAGE)


def events(ledger: Ledger, page: int) -> Listing[Event]:
    """The events on one page of the list, counted from 1."""
    shelf = Shelf(ledger)
    rows = ask(ledger, "events", limit=PAGE + 1, offset=(page - 1) * PAGE)
    shown = [row["event"].value for row in rows[:PAGE]]
    shelf.fetch(shown)
    return Listing([Event(shelf, found) for found in shown], len(rows) > PAGE)


def actors(ledger: Ledger) -> list[tuple[Actor, int]]:
    """Every actor by name, with how many statements of theirs there are."""
    shelf = Shelf(ledger)
    counts = {row["actor"].value: int(row["said"].value) for row in ask(ledger, "actors")}
    shelf.fetch(counts)
    found = [(Actor(shelf, iri), count) for iri, count in counts.items()]
    return sorted(found, key=lambda entry: entry[0].name.text.casefold())


def documents(ledger: Ledger) -> list[Document]:
    """Every document, the one published last first."""
    shelf = Shelf(ledger)
    listed = list(dict.fromkeys(named(ledger, "documents", "document")))
    shelf.fetch([*listed, *shelf.follow_back(listed, "versionOf")])
    return [Document(shelf, iri) for iri in listed]


@dataclass(frozen=True, slots=True)
class ThingPage:
    """Anything that has no page of its own kind: what is said of it and what points at it."""

    thing: Thing
    facts: list[tuple[Name, list[Name | Term]]]
    pointing: list[tuple[Name, Name]]


def thing(ledger: Ledger, iri: str) -> ThingPage:
    """All that is said of a thing, property by property, and the first hundred things that point at it."""
    shelf = Shelf(ledger)
    facts = shelf.facts(iri)
    pointing = [(row["property"].value, row["other"].value) for row in ask(ledger, "pointing", thing=iri)]
    shelf.fetch(other for _, other in pointing)
    shelf.fetch(facts)
    return ThingPage(
        Thing(shelf, iri),
        [
            (
                shelf.name(property_),
                [shelf.name(value.value) if isinstance(value, NamedNode) else value for value in values],
            )
            for property_, values in sorted(facts.items())
        ],
        [(shelf.name(property_), shelf.name(other)) for property_, other in pointing],
    )


@dataclass(frozen=True, slots=True)
class Word:
    """A term of the vocabulary: what it is called, what it means, and the classes it connects."""

    name: Name
    meaning: list[Literal]
    broader: list[Name]
    domain: list[Name]
    range: list[Name]


@dataclass(frozen=True, slots=True)
class WordList:
    """The terms of one kind (Class, ObjectProperty, DatatypeProperty) or the words of one closed list, `listing` then."""

    kind: str
    listing: Name | None
    words: list[Word]


def vocabulary(ledger: Ledger) -> list[WordList]:
    """The terms of the ontology, and the closed lists with their words."""
    shelf = Shelf(ledger)
    rows = ask(ledger, "terms")
    shelf.fetch(row["term"].value for row in rows)
    found: dict[str, WordList] = {}
    for row in rows:
        kind, scheme = local_name(row["type"].value), row.get("scheme")
        heading = kind if scheme is None else scheme.value
        words = found.setdefault(heading, WordList(kind, scheme and shelf.name(scheme.value), [])).words
        words.append(_word(shelf, row["term"].value))
    return list(found.values())


def _word(shelf: Shelf, iri: str) -> Word:
    def names(*properties: str) -> list[Name]:
        return [shelf.name(other) for name in properties for other in shelf.iris(iri, name)]

    meaning = [*shelf.texts(iri, "rdfs:comment"), *shelf.texts(iri, "skos:definition")]
    return Word(
        shelf.name(iri),
        meaning,
        names("rdfs:subClassOf", "rdfs:subPropertyOf", "skos:broader"),
        names("rdfs:domain"),
        names("rdfs:range"),
    )
