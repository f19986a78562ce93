"""What the page on one thing shows, fetched: one function a kind, each returning what its template reads.

Lists on such a page are Parts: the first few things, and the query that gives them all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from onrecord.graph.attributes import Thing
from onrecord.graph.questions import ask
from onrecord.graph.questions.claims.accounts import Account, accounts
from onrecord.graph.questions.network.edges import Edge
from onrecord.graph.questions.network.newest import newest
from onrecord.graph.questions.tables import revisions, tables
from onrecord.graph.questions.tables.revisions import VersionClaim
from onrecord.graph.questions.things import by_key, listing
from onrecord.graph.questions.things.entities import Actor, Document, Event, Tenure, Version
from onrecord.graph.questions.things.listing import Key, Page, Part
from onrecord.graph.questions.things.loader import Loader, Name
from onrecord.graph.questions.things.loader import relation as relation_name
from onrecord.graph.questions.things.statements import Claim, Excerpt, Statement, fetch_statements
from onrecord.graph.relations import merging

if TYPE_CHECKING:
    from onrecord.graph.ledger import RowSource, Term

FEW = 20
"""How many of each list are shown on a page that has several."""
FEWER = 10
"""As many of the lists on an actor's page that stand behind what it said: who is spoken of much has many of each."""
RELATIONS = 5
"""How many of an actor's relations of each kind, in each direction, are shown on its page."""
_OF_AN_ACTOR: Final = {
    "statements_by": FEW,
    "statements_ascribed": FEWER,
    "statements_about": FEWER,
    "statements_relayed": FEWER,
    "attitudes_attributed": FEWER,
    "claims_about": FEWER,
    "events_of": FEW,
    "tenures_of": FEW,
    "tenures_in": FEW,
}
"""The lists on an actor's page, and how many things of each it shows."""
CLAIMS = 100
"""How many claims of an event are shown at once."""
EXPLAINED = 3
"""Of how many claims against each of them it is said why, as accounts.html has it."""
PAGE = 50
"""How many claims of a document and how many statements in it are shown, and how many passages of each version."""
PASSAGES = 200
"""How many passages of a version are shown at once."""


@dataclass(frozen=True, slots=True)
class Related:
    """One relation of an actor: `outward` where the actor is at its beginning, `other` at its other end.

    It rests on `count` things, of which `evidence` names some.
    """

    kind: Name
    other: Name
    outward: bool
    begin: str | None
    end: str | None
    count: int
    evidence: list[Name]


@dataclass(frozen=True, slots=True)
class ActorView:
    """What is fetched for an actor's page; `ascribed` are statements that a source ascribes to it and others made."""

    actor: Actor
    tenures: Part[Tenure]
    posts_filled: Part[Tenure]
    statements: Part[Statement]
    ascribed: Part[Statement]
    statements_about: Part[Statement]
    claims_about: Part[Claim]
    attitudes: Part[Claim]
    relayed: Part[Statement]
    events: Part[Event]
    relations: Part[Related]

    @property
    def topics(self) -> list[tuple[Name, list[Statement]]]:
        """What the statements shown are about, each with them: what most are about comes first."""
        found: dict[Name, list[Statement]] = {}
        for statement in self.statements:
            for name in statement.about:
                found.setdefault(name, []).append(statement)
        return sorted(found.items(), key=lambda topic: (-len(topic[1]), topic[0].text))


def actor(ledger: RowSource, iri: str) -> ActorView:
    """Who somebody is, what they said, what was said of them, and how they stand to others."""
    loader = Loader(ledger)

    one = merging.merged(ledger, [iri]).get(iri, iri)
    related, more_related = newest(ledger, one, RELATIONS)
    often = by_key.OfActor()
    # Who has few relations is in few statements.
    by_days = {"statements_by": often.by, "statements_about": often.about} if more_related else {}
    found = listing.parts(ledger, _OF_AN_ACTOR, by_days, actor=iri)
    made, ascribed, about, relayed, attitudes, claims_about, events, held, filled = found.values()
    loader.mention(one for edge, evidence in related for one in (edge.source, edge.target, *evidence))
    loader.fetch([iri, *held, *filled, *events])
    fetch_statements(loader, [*made, *ascribed, *about, *relayed], [*attitudes, *claims_about])

    def statements(iris: Iterable[str]) -> list[Statement]:
        return [Statement(loader, one) for one in iris]

    return ActorView(
        Actor(loader, iri),
        held.of(lambda iris: [Tenure(loader, one) for one in iris]),
        filled.of(lambda iris: [Tenure(loader, one) for one in iris]),
        made.of(statements),
        ascribed.of(statements),
        about.of(statements),
        claims_about.of(lambda iris: sorted((Claim(loader, one) for one in iris), key=Claim.position)),
        attitudes.of(lambda iris: [Claim(loader, one) for one in iris]),
        relayed.of(statements),
        events.of(lambda iris: [Event(loader, one) for one in iris]),
        Part(
            [_related(loader, edge, evidence, one) for edge, evidence in related],
            listing.whole("relations_newest", actor=one) if more_related else None,
        ),
    )


def _related(loader: Loader, edge: Edge, evidence: list[str], actor: str) -> Related:
    outward = edge.source == actor
    return Related(
        relation_name(edge.kind),
        loader.name(edge.target if outward else edge.source),
        outward,
        edge.begin,
        edge.end,
        edge.count,
        [loader.name(thing) for thing in evidence],
    )


def statement(ledger: RowSource, iri: str) -> Statement:
    """A statement, with the claims that stand against its own and what those rest on."""
    loader = Loader(ledger)
    return fetch_statements(loader, [iri], opposed=True)[0]


@dataclass(frozen=True, slots=True)
class EventView:
    """`claims` is the page of the claims that stand in `accounts`: of the event, then of its parts. `query` gives all of them."""

    event: Event
    parts: Part[Event]
    claims: Page[Claim]
    accounts: list[Account]
    statements: Part[Statement]
    query: str

    @property
    def documents(self) -> list[Version]:
        """What the claims shown were read from, the latest first."""
        found = {version for claim in self.claims.things for version in claim.sources}
        return sorted(found, key=lambda version: (version.published or "", version.iri), reverse=True)

    @property
    def judged(self) -> list[Claim]:
        """The claims shown on which there is an assessment."""
        return [claim for claim in self.claims.things if claim.assessments]


def event(ledger: RowSource, iri: str, *, after: Key | None = None, before: Key | None = None) -> EventView:
    """An event and its parts, with what was claimed of them and said about them."""
    loader = Loader(ledger)
    queries = [listing.ListQuery("event_claims", alike=True)]
    found = listing.page(ledger, queries, CLAIMS, after=after, before=before, event=iri)
    first = listing.parts(ledger, {"event_parts": FEW, "statements_about": FEW}, event=iri, actor=iri)
    parts, about = first.values()
    statements = about.of(
        lambda iris: fetch_statements(
            loader, iris, [claim.thing for claim in found.things], explained=EXPLAINED
        )
    )
    claims = found.of(lambda keys: [Claim(loader, key.thing) for key in keys])
    events = _with_parts(loader, iri, {*parts, *(event for claim in claims.things for event in claim.events)})
    return EventView(
        Event(loader, iri),
        parts.of(lambda iris: [event for event in events if event.iri in iris]),
        claims,
        accounts(claims.things, events),
        statements,
        listing.whole("event_claims", event=iri),
    )


def _with_parts(loader: Loader, whole: str, others: set[str]) -> list[Event]:
    """An event, then those of the others that are parts of it, each followed by its own parts."""
    loader.fetch_along([whole, *others], "partOf", "place")
    found = {whole, *others}
    level = others
    while level := set(loader.follow(level, "partOf")) - found:
        found |= level
    below: dict[str, list[str]] = {}
    for one in sorted(found):
        for larger in loader.iris(one, "partOf"):
            below.setdefault(larger, []).append(one)
    ordered: dict[str, None] = {}
    waiting = [whole]
    while waiting:
        one = waiting.pop()
        if one not in ordered:
            ordered[one] = None
            waiting += reversed(below.get(one, []))
    return [Event(loader, one) for one in ordered]


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim, the statements that make it, and what the same voice says of the same with another stance."""

    claim: Claim
    statements: list[Statement]
    otherwise: list[Claim]


def claim(ledger: RowSource, iri: str) -> ClaimView:
    """A claim, with the statements that make it."""
    loader = Loader(ledger)
    otherwise = [row["other"].value for row in ask(ledger, "otherwise", claim=iri)]
    made = fetch_statements(loader, loader.follow_back([iri], "asserts"), [iri, *otherwise], opposed=True)
    return ClaimView(Claim(loader, iri), made, [Claim(loader, one) for one in otherwise])


@dataclass(frozen=True, slots=True)
class Passage:
    """An excerpt, and the statements and claims that rest on it."""

    excerpt: Excerpt
    resting: list[Name]


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version of a document, and a page of the passages that were read from it."""

    version: Version
    passages: Page[Passage]


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document: the latest versions, the claims it makes in its own voice, the statements of others in it."""

    document: Document
    versions: list[VersionView]
    own_voice: Part[Claim]
    statements: Part[Statement]


def document(ledger: RowSource, iri: str) -> DocumentView:
    """A document: its versions, what was read from them, what it says itself and whom it quotes."""
    loader = Loader(ledger)
    own = listing.part(ledger, "document_claims", PAGE, document=iri)
    quoted = listing.part(ledger, "document_statements", PAGE, document=iri)
    statements = quoted.of(lambda iris: fetch_statements(loader, iris, own))
    loader.fetch([iri, *loader.follow_back([iri], "versionOf")])
    found = Document(loader, iri)
    versions = [VersionView(read, _passages(loader, read.iri, PAGE)) for read in found.versions[:FEW]]
    return DocumentView(
        found, versions, own.of(lambda iris: [Claim(loader, one) for one in iris]), statements
    )


@dataclass(frozen=True, slots=True)
class ChangesView:
    """Two versions of a document, and the first changes between them; `more` tells that there are others."""

    document: Document
    earlier: Version
    later: Version
    changed: list[tuple[VersionClaim, VersionClaim]]
    gone: list[VersionClaim]
    new: list[VersionClaim]
    more: bool


def changes(ledger: RowSource, document: str, earlier: str | None, later: str | None) -> ChangesView:
    """What changed between two versions of a document: see revisions.choose for which. BadParameter."""
    old, new = revisions.choose(ledger, document, earlier, later)
    table = tables.changes(old, new)
    rows = table.rows(ledger.rows(table.query))
    loader = Loader(ledger)
    loader.fetch([document, old, new])
    claim_of = revisions.claim_of
    return ChangesView(
        Document(loader, document),
        Version(loader, old),
        Version(loader, new),
        [(claim_of(row, "old"), claim_of(row, "new")) for row in rows if row["change"] == "changed"],
        [claim_of(row, "old") for row in rows if row["change"] == "gone"],
        [claim_of(row, "new") for row in rows if row["change"] == "new"],
        table.following(rows) is not None,
    )


def version(
    ledger: RowSource,
    iri: str,
    *,
    after: Key | None = None,
    before: Key | None = None,
    passage: str | None = None,
) -> VersionView:
    """One version of a document, with passages that were read from it: from the beginning on, or from a place.

    With the fragment of a `passage`, those among which it stands; from the beginning on where there is none of that name.
    """
    loader = Loader(ledger)
    loader.fetch(loader.follow([iri], "versionOf"))
    if passage is not None:
        shown = _passages(loader, iri, PASSAGES)
        wanted = f"{iri}#{passage}"
        if shown.following is None or any(wanted == one.excerpt.iri for one in shown.things):
            return VersionView(Version(loader, iri), shown)
        after = _before(loader, iri, wanted)
    return VersionView(Version(loader, iri), _passages(loader, iri, PASSAGES, after, before))


def _passages(
    loader: Loader, version: str, size: int, after: Key | None = None, before: Key | None = None
) -> Page[Passage]:
    queries = [listing.ListQuery("version_excerpts", "integer")]
    found = listing.page(loader.ledger, queries, size, after=after, before=before, version=version)
    excerpts = [key.thing for key in found.things]
    resting = loader.follow_back(excerpts, "evidence")
    loader.fetch([*excerpts, *resting, *loader.follow_back(resting, "rendering")])
    return found.of(lambda keys: [_passage(loader, key.thing) for key in keys])


def _before(loader: Loader, version: str, excerpt: str) -> Key | None:
    """The place right before an excerpt of a version; None where it has no such excerpt."""
    try:
        found = Excerpt(loader, excerpt)
        if version not in loader.iris(excerpt, "ofVersion"):
            return None
    except ValueError:
        return None  # a fragment that no IRI has
    place = Key(str(found.start if found.has_offsets else -1), excerpt)
    queries = [listing.ListQuery("version_excerpts", "integer")]
    earlier = listing.page(loader.ledger, queries, 1, before=place, version=version).things
    return earlier[0] if earlier else None


def _passage(loader: Loader, excerpt: str) -> Passage:
    # A rendering has no name; its statement has.
    named = [
        one
        for thing in loader.follow_back([excerpt], "evidence")
        for one in loader.follow_back([thing], "rendering") or [thing]
    ]
    return Passage(Excerpt(loader, excerpt), [loader.name(one) for one in dict.fromkeys(named)])


@dataclass(frozen=True, slots=True)
class ThingView:
    """Anything that has no page of its own kind: what is said of it and what points at it."""

    thing: Thing
    facts: list[tuple[Name, list[Name | Term]]]
    pointing: list[tuple[Name, Name]]


def thing(ledger: RowSource, iri: str) -> ThingView:
    """All that is said of a thing, property by property, and a hundred things that point at it."""
    loader = Loader(ledger)
    facts = loader.everything(iri)
    rows = ask(ledger, "pointing", thing=iri)
    pointing = sorted((row["property"].value, row["other"].value) for row in rows)
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
