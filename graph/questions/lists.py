"""What the start page and the pages with lists show, fetched: one function a page, each returning what its template reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal

from onrecord.graph import terms
from onrecord.graph.questions import ask, ask_of, listing, question
from onrecord.graph.questions.entities import Actor, Document, Event
from onrecord.graph.questions.listing import Key, ListQuery, Page
from onrecord.graph.questions.loader import Loader, Name, local_name
from onrecord.graph.questions.statements import Claim, Statement, fetch_statements
from onrecord.graph.vocabulary import ontology

if TYPE_CHECKING:
    from onrecord.graph.ledger import RowSource

PAGE = 50
_LATEST = 6
_STATEMENTS: Final = (ListQuery("statements_dated", "date"), ListQuery("statements_undated", ""))
_DOCUMENTS: Final = (ListQuery("documents_dated", "date"), ListQuery("documents_undated", ""))
_ACTORS: Final = (ListQuery("actors_named"), ListQuery("actors_unnamed", ""))
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
    counts: dict[str, int]
    statements: list[Statement]
    disagreements: list[tuple[Claim, Claim]]


def home(ledger: RowSource) -> HomeView:
    """How much there is, what was said last, and some claims that contradict each other."""
    loader = Loader(ledger)
    counts = {
        row["kind"].value.removeprefix(terms.REC): int(row["count"].value) for row in ask(ledger, "counts")
    }
    latest = [key.thing for key in listing.page(ledger, _STATEMENTS, _LATEST).things]
    pairs = sorted((row["one"].value, row["other"].value) for row in ask(ledger, "disagreements"))
    statements = fetch_statements(loader, latest, [claim for pair in pairs for claim in pair])
    return HomeView(counts, statements, [(Claim(loader, one), Claim(loader, other)) for one, other in pairs])


def statements(ledger: RowSource, *, after: Key | None = None, before: Key | None = None) -> Page[Statement]:
    """Statements, the latest first, those undated last."""
    found = listing.page(ledger, _STATEMENTS, PAGE, after=after, before=before)
    return found.of(lambda keys: fetch_statements(Loader(ledger), [key.thing for key in keys]))


def statements_of(
    ledger: RowSource, part: str, iri: str, *, after: Key | None = None, before: Key | None = None
) -> tuple[Name, Page[Statement]]:
    """What somebody or something is called, and the statements in which it has a part, a key of OF_AN_ACTOR."""
    loader = Loader(ledger)
    found = listing.page(ledger, [ListQuery(OF_AN_ACTOR[part])], PAGE, after=after, before=before, actor=iri)
    shown = found.of(lambda keys: fetch_statements(loader, [key.thing for key in keys]))
    return loader.name(iri), shown


def events(ledger: RowSource, *, after: Key | None = None, before: Key | None = None) -> Page[Event]:
    """Events, the latest first."""
    loader = Loader(ledger)
    found = listing.page(ledger, _EVENTS, PAGE, after=after, before=before)
    loader.fetch(key.thing for key in found.things)
    return found.of(lambda keys: [Event(loader, key.thing) for key in keys])


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
class Changes:
    """What the versions of the ontology changed, in words, and each term that was replaced, with those to use instead."""

    version: str | None
    notes: list[Literal]
    replaced: list[tuple[Name, list[Name], list[Literal]]]


def changes(ledger: RowSource) -> Changes:
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
