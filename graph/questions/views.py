"""What each page shows, fetched: one function a page, each returning what its template reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from pyoxigraph import Literal, NamedNode

from onrecord.graph import terms
from onrecord.graph.questions import ask, named
from onrecord.graph.questions.attributes import Thing
from onrecord.graph.questions.comparison import Column, Section, compare
from onrecord.graph.questions.entities import Actor, Document, Event, Version
from onrecord.graph.questions.loader import Loader, Name, local_name
from onrecord.graph.questions.statements import (
    Claim,
    Excerpt,
    Statement,
    fetch_claims,
    fetch_statements,
)
from onrecord.graph.relations import network
from onrecord.graph.vocabulary import ontology

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
class ActorView:
    actor: Actor
    statements: list[Statement]
    ascribed: list[Statement]
    statements_about: list[Statement]
    claims_about: list[Claim]
    attitudes: list[Claim]
    relayed: list[Statement]
    events: list[Event]
    relations: list[Related]


def actor(ledger: Ledger, iri: str) -> ActorView:
    """Who somebody is, what they said, what was said of them, and how they stand to others."""
    loader = Loader(ledger)
    made = named(ledger, "statements_by", "statement", actor=iri)
    ascribed = named(ledger, "statements_ascribed", "statement", actor=iri)
    statements_about = named(ledger, "statements_about", "statement", thing=iri)
    relayed = named(ledger, "passed_on_by", "statement", actor=iri)
    loader.follow(
        loader.follow_back([iri], "holder") + loader.follow_back([iri], "institution"), "institution"
    )
    fetch_statements(loader, made + ascribed + statements_about + relayed)
    attitudes = named(ledger, "attitudes_attributed", "claim", actor=iri)
    claims_about = named(ledger, "claims_about", "claim", thing=iri)
    fetch_claims(loader, attitudes + claims_about)
    events = named(ledger, "events_of", "event", actor=iri)
    loader.fetch(events)
    related = network.relations(ledger, actor=iri)
    loader.fetch(evidence for relation in related for evidence in relation.evidence)
    return ActorView(
        Actor(loader, iri),
        [Statement(loader, found) for found in made],
        [Statement(loader, found) for found in ascribed],
        [Statement(loader, found) for found in statements_about],
        sorted((Claim(loader, claim) for claim in claims_about), key=Claim.position),
        [Claim(loader, claim) for claim in attitudes],
        [Statement(loader, found) for found in relayed],
        [Event(loader, event) for event in events],
        [
            Related(
                relation.label,
                loader.name(relation.target if relation.source == iri else relation.source),
                relation.source == iri,
                relation.begin,
                relation.end,
                [loader.name(evidence) for evidence in relation.evidence],
            )
            for relation in related
        ],
    )


def statement(ledger: Ledger, iri: str) -> Statement:
    """A statement, with the claims that stand against its own and what those rest on."""
    loader = Loader(ledger)
    found = fetch_statements(loader, [iri])[0]
    against = [other for claim in found.claims for other in claim.contradicted_by]
    fetch_statements(loader, [other.iri for claim in against for other in claim.statements])
    return found


@dataclass(frozen=True, slots=True)
class EventView:
    event: Event
    parts: list[Event]
    columns: list[Column]
    sections: list[Section]
    statements: list[Statement]


def event(ledger: Ledger, iri: str) -> EventView:
    """An event and its parts, with every claim on them side by side."""
    loader = Loader(ledger)
    parts = named(ledger, "event_parts", "part", event=iri)
    loader.fetch({iri, *parts})
    events = [Event(loader, part) for part in _nested(loader, iri, set(parts))]
    claims = [found for part in events for found in named(ledger, "event_claims", "claim", event=part.iri)]
    said = named(ledger, "statements_about", "statement", thing=iri)
    columns, sections = compare(sorted(fetch_claims(loader, claims), key=Claim.position), events)
    return EventView(events[0], events[1:], columns, sections, fetch_statements(loader, said))


def _nested(loader: Loader, whole: str, parts: set[str]) -> list[str]:
    """An event, then each of its parts, followed by that part's own."""
    parts.discard(whole)
    own = sorted(part for part in parts if whole in loader.iris(part, "partOf"))
    parts.difference_update(own)
    return [whole, *(deeper for part in own for deeper in _nested(loader, part, parts))]


@dataclass(frozen=True, slots=True)
class ClaimView:
    claim: Claim
    statements: list[Statement]


def claim(ledger: Ledger, iri: str) -> ClaimView:
    """A claim, and the statements that make it."""
    loader = Loader(ledger)
    found = fetch_claims(loader, [iri])[0]
    return ClaimView(found, fetch_statements(loader, [made_in.iri for made_in in found.statements]))


@dataclass(frozen=True, slots=True)
class Passage:
    """An excerpt, and the statements and claims that rest on it."""

    excerpt: Excerpt
    resting: list[Name]


@dataclass(frozen=True, slots=True)
class VersionView:
    version: Version
    passages: list[Passage]


@dataclass(frozen=True, slots=True)
class DocumentView:
    document: Document
    versions: list[VersionView]
    own_voice: list[Claim]
    statements: list[Statement]


def document(ledger: Ledger, iri: str) -> DocumentView:
    """A document: its versions, every passage read from them, what it says itself and whom it quotes."""
    loader = Loader(ledger)
    said = named(ledger, "document_statements", "statement", document=iri)
    own = named(ledger, "document_claims", "claim", document=iri)
    statements, claims = fetch_statements(loader, said), fetch_claims(loader, own)
    found = Document(loader, iri)
    loader.fetch([iri, *loader.follow_back([iri], "versionOf")])
    versions = [VersionView(read, _passages(loader, read.iri)) for read in found.versions]
    return DocumentView(found, versions, claims, statements)


def version(ledger: Ledger, iri: str) -> VersionView:
    """One version of a document, with every passage read from it."""
    loader = Loader(ledger)
    loader.fetch(loader.follow([iri], "versionOf"))
    return VersionView(Version(loader, iri), _passages(loader, iri))


def _passages(loader: Loader, version: str) -> list[Passage]:
    resting: dict[str, list[str]] = {}
    for row in ask(loader.ledger, "version_excerpts", version=version):
        resting.setdefault(row["excerpt"].value, []).append(row["resting"].value)
    based = [thing for things in resting.values() for thing in things]
    loader.fetch([*resting, *based])
    loader.fetch(loader.follow_back(based, "rendering"))
    passages = []
    for excerpt, things in resting.items():
        # A rendering has no name; its statement has.
        named_things = [
            statement for thing in things for statement in loader.follow_back([thing], "rendering") or [thing]
        ]
        passages.append(
            Passage(Excerpt(loader, excerpt), [loader.name(thing) for thing in dict.fromkeys(named_things)])
        )
    return passages


@dataclass(frozen=True, slots=True)
class HomeView:
    counts: dict[str, int]
    statements: list[Statement]
    disagreements: list[tuple[Claim, Claim]]


def home(ledger: Ledger) -> HomeView:
    """How much there is, what was said last, and where claims contradict each other."""
    loader = Loader(ledger)
    counts = {
        row["kind"].value.removeprefix(terms.REC): int(row["count"].value) for row in ask(ledger, "counts")
    }
    latest = named(ledger, "statements", "statement", limit=_LATEST)
    pairs = [
        (row["one"].value, row["other"].value) for row in ask(ledger, "disagreements", limit=_LATEST * 2)
    ]
    fetch_claims(loader, [claim for pair in pairs for claim in pair])
    return HomeView(
        counts,
        fetch_statements(loader, latest),
        [(Claim(loader, one), Claim(loader, other)) for one, other in pairs],
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
    return Listing(fetch_statements(Loader(ledger), shown), len(rows) > PAGE)


def events(ledger: Ledger, page: int) -> Listing[Event]:
    """The events on one page of the list, counted from 1."""
    loader = Loader(ledger)
    rows = ask(ledger, "events", limit=PAGE + 1, offset=(page - 1) * PAGE)
    shown = [row["event"].value for row in rows[:PAGE]]
    loader.fetch(shown)
    return Listing([Event(loader, found) for found in shown], len(rows) > PAGE)


def actors(ledger: Ledger) -> list[tuple[Actor, int]]:
    """Every actor by name, with how many statements of theirs there are."""
    loader = Loader(ledger)
    counts = {row["actor"].value: int(row["said"].value) for row in ask(ledger, "actors")}
    loader.fetch(counts)
    found = [(Actor(loader, iri), count) for iri, count in counts.items()]
    return sorted(found, key=lambda entry: entry[0].name.text.casefold())


def documents(ledger: Ledger) -> list[Document]:
    """Every document, the one published last first."""
    loader = Loader(ledger)
    listed = list(dict.fromkeys(named(ledger, "documents", "document")))
    loader.fetch([*listed, *loader.follow_back(listed, "versionOf")])
    return [Document(loader, iri) for iri in listed]


@dataclass(frozen=True, slots=True)
class ThingView:
    """Anything that has no page of its own kind: what is said of it and what points at it."""

    thing: Thing
    facts: list[tuple[Name, list[Name | Term]]]
    pointing: list[tuple[Name, Name]]


def thing(ledger: Ledger, iri: str) -> ThingView:
    """All that is said of a thing, property by property, and the first hundred things that point at it."""
    loader = Loader(ledger)
    facts = loader.facts(iri)
    pointing = [(row["property"].value, row["other"].value) for row in ask(ledger, "pointing", thing=iri)]
    loader.fetch(other for _, other in pointing)
    loader.fetch(facts)
    return ThingView(
        Thing(loader, iri),
        [
            (
                loader.name(property_),
                [loader.name(value.value) if isinstance(value, NamedNode) else value for value in values],
            )
            for property_, values in sorted(facts.items())
        ],
        [(loader.name(property_), loader.name(other)) for property_, other in pointing],
    )


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
class Changes:
    """What the versions of the ontology changed, in words, and each term that was replaced, with those to use instead."""

    version: str | None
    notes: list[Literal]
    replaced: list[tuple[Name, list[Name], list[Literal]]]


def changes(ledger: Ledger) -> Changes:
    """The ontology's own change notes."""
    loader = Loader(ledger)
    whole, gone = terms.REC.removesuffix("#"), sorted(ontology.replaced())
    loader.fetch([whole, *gone])
    return Changes(
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


def vocabulary(ledger: Ledger) -> list[TermList]:
    """The terms of the ontology, and the closed lists with their members."""
    loader = Loader(ledger)
    rows = ask(ledger, "terms")
    loader.fetch(row["term"].value for row in rows)
    found: dict[str, TermList] = {}
    for row in rows:
        kind, scheme = local_name(row["type"].value), row.get("scheme")
        heading = kind if scheme is None else scheme.value
        found_terms = found.setdefault(
            heading, TermList(kind, scheme and loader.name(scheme.value), [])
        ).terms
        found_terms.append(_term(loader, row["term"].value))
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
