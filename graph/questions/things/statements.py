"""What was said and on what it rests: statements, their renderings, claims, and the excerpts under both.

A date no source gives is None; a count keeps both its bounds; of two weapons a source leaves open, both stand.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable
from dataclasses import replace

from pyoxigraph import Literal

from onrecord.graph import attributes
from onrecord.graph.attributes import Attribute, Thing
from onrecord.graph.questions.things import fetched
from onrecord.graph.questions.things.entities import Version
from onrecord.graph.questions.things.fetched import Fetched
from onrecord.graph.questions.things.listing import Part, whole
from onrecord.graph.questions.things.loader import Loader, Name, best
from onrecord.graph.text import phrases

MOST_AGAINST = 10
"""How many of the claims that contradict one are shown with it."""
_RESTING = (
    ("evidence", "assertedBy", "reportedIn", "speakingAs", "measure", "relay"),
    ("ofVersion",),
    ("versionOf",),
)
"""The steps from claims, statements and renderings to all that a page shows with them."""


class Excerpt(Fetched):
    """The words something rests on: `start` and `end` count characters of the version's text, from 0."""

    exact = attributes.given(attributes.text("exact"), "")
    prefix = attributes.given(attributes.text("prefix"), "")
    suffix = attributes.given(attributes.text("suffix"), "")
    start = attributes.given(attributes.number("start"), 0)
    end = attributes.given(attributes.number("end"), 0)
    has_offsets = Attribute(lambda excerpt: bool(excerpt.facts.texts(excerpt.iri, "start")))
    version = fetched.first_linked(lambda: Version, "ofVersion")

    @property
    def language(self) -> str | None:
        """The language of the text it was cut from."""
        document = self.version.document if self.version else None
        return document.language if document else None


class Sourced(Fetched):
    """Something that rests on excerpts."""

    _evidence = fetched.linked(lambda: Excerpt, "evidence")

    @property
    def evidence(self) -> list[Excerpt]:
        """In the order of the text."""
        return sorted(self._evidence, key=lambda excerpt: (excerpt.start, excerpt.end))


class Rendering(Sourced):
    """How one source worded a statement."""

    is_direct = attributes.flag("mode", "Direct")
    is_partial = attributes.flag("mode", "Partial")
    is_indirect = attributes.flag("mode", "Indirect")
    texts = attributes.texts("text")
    described_as = attributes.texts("describedAs")
    channels = attributes.names("channel")
    translates = fetched.linked(lambda: Rendering, "translates")
    condenses = fetched.linked(lambda: Rendering, "condenses")
    _relays = fetched.linked(lambda: Relay, "relay")
    attributed_to = attributes.names("attributedTo")
    version = fetched.first_linked(lambda: Version, "reportedIn")

    @property
    def relays(self) -> list[Name]:
        """Who passed it on, from the speaker to the source."""
        in_order = sorted(self._relays, key=lambda relay: (relay.position or 0, relay.iri))
        return [name for relay in in_order for name in relay.by]

    @property
    def verb(self) -> Literal | None:
        """The source's verb of saying, in the language that pages prefer."""
        return best(self.loader.texts(self.iri, "reportingVerb"))


class Relay(Fetched):
    """Who passed a statement on (one actor), and at which place in the order, from 1."""

    position = attributes.number("position")
    by = attributes.names("by")


class Statement(Fetched, phrases.ActOfSaying):
    """One act of saying, and what it says."""

    speaking_as = attributes.names("speakingAs")
    moment = attributes.text("saidAt")
    addressees = attributes.names("addressee")
    _renderings = fetched.linked(lambda: Rendering, "rendering")
    _claims = fetched.linked(lambda: Claim, "asserts")

    @property
    def renderings(self) -> list[Rendering]:
        """The original first, where others translate it; then whole quotations, those before what was made from them."""
        every = self._renderings
        made_from = {one.iri: {other.iri for other in (*one.translates, *one.condenses)} for one in every}
        originals = {other.iri for one in every for other in one.translates}

        def depth(iri: str, seen: frozenset[str] = frozenset()) -> int:
            below = made_from.get(iri, set()) - seen
            return 1 + max(depth(other, seen | {iri}) for other in below) if below else 0

        def rank(rendering: Rendering) -> tuple[bool, bool, bool, int, int]:
            iri = rendering.iri
            later = iri not in originals or bool(made_from[iri])
            return later, not rendering.is_direct, not rendering.texts, depth(iri), _first_position(rendering)

        return sorted(every, key=rank)

    @property
    def versions(self) -> list[Version]:
        """Where it was read, each once."""
        return list(dict.fromkeys(one.version for one in self.renderings if one.version))

    @property
    def passages(self) -> list[Excerpt]:
        """Everything it and its claims rest on, in the order of the text, a passage read twice only once."""
        found = {
            (
                excerpt.version.iri if excerpt.version else "",
                excerpt.start,
                excerpt.end,
                excerpt.exact,
            ): excerpt
            for resting in (*self.renderings, *self.claims)
            for excerpt in resting.evidence
        }
        return [found[place] for place in sorted(found)]

    @property
    def claims(self) -> list[Claim]:
        """What it asserts, denies or doubts, in the order of the text."""
        return sorted(self._claims, key=Claim.position)


class Claim(Sourced, phrases.ClaimContent):
    """What is asserted, denied or doubted, by a statement or (then `version` is given) in a document's own voice."""

    claimants = attributes.names("claimant")
    ultimate_source = attributes.first_name("ultimateSource")
    stance = attributes.first_name("stance")
    proposition = Attribute(lambda claim: replace(claim.name, text=phrases.without_stance(claim.name.text)))
    is_asserted = attributes.flag("stance", "Asserts")
    version = fetched.first_linked(lambda: Version, "assertedBy")
    statements = fetched.linking(lambda: Statement, "asserts")
    assessments = fetched.linking(lambda: Assessment, "assesses")
    supported_by = fetched.linking(lambda: Claim, "supports")
    supersedes = fetched.linked(lambda: Claim, "supersedes")
    superseded_by = fetched.linking(lambda: Claim, "supersedes")
    standing = attributes.first_name("standing")
    standing_reason = attributes.texts("standingReason")
    standing_rests_on = attributes.names("standingRestsOn")

    @property
    def through(self) -> list[Name]:
        """Through whom alone it is known: who passed on all that tells of it; none where some source had it from the claimant."""
        return [self.loader.name(iri) for iri in self.loader.follow_back([self.iri], "through")]

    def position(self) -> tuple[int, str]:
        """Where in its text it is first made; for sorting."""
        return _first_position(self), self.iri

    @property
    def is_cumulative(self) -> bool:
        """Whether what it counts can only grow while people count."""
        return self.measure is not None and Thing(self.facts, self.measure.iri).has("countKind", "Cumulative")

    @property
    def counted(self) -> tuple[int | None, int | None, int | None]:
        """Its bounds and its estimate."""
        return self.at_least, self.at_most, self.estimate

    @property
    def lowest(self) -> int | None:
        """The least that it may mean: its lower bound, or its estimate, or its upper bound."""
        return next(
            (number for number in (self.at_least, self.estimate, self.at_most) if number is not None), None
        )

    @property
    def highest(self) -> int | None:
        """Its upper bound, or its estimate; None where it sets no limit."""
        return self.estimate if self.at_most is None else self.at_most

    @property
    def events(self) -> list[str]:
        """The IRIs of what it is on: an event mostly, or one of its parts."""
        return [*self.loader.iris(self.iri, "concerns"), *self.loader.iris(self.iri, "subject")]

    @property
    def sources(self) -> list[Version]:
        """Every version of a document it was read from."""
        iris = {excerpt.version.iri for excerpt in self.evidence if excerpt.version}
        return [Version(self.loader, iri) for iri in sorted(iris)]

    @property
    def contradicted_by(self) -> Part[Claim]:
        """Both ways: a contradiction holds for either side. Some of them, where there are many."""
        every = self.loader.against(self.iri)
        query = whole("claims_against", claim=self.iri) if len(every) > MOST_AGAINST else None
        return Part([Claim(self.loader, iri) for iri in every[:MOST_AGAINST]], query)

    def grounds(self, other: Claim) -> list[Name]:
        """The rules that found this claim and another to contradict each other; none where an editor did."""
        return [self.loader.name(rule) for rule in self.loader.grounds(self.iri).get(other.iri, ())]


class Assessment(Fetched):
    """Somebody's judgement on a claim."""

    verdicts = attributes.names("verdict")
    by = attributes.names("assessedBy")
    day = attributes.text("assessedOn")
    basis = attributes.names("basis")


def _first_position(thing: Sourced) -> int:
    """What stands at a known place of a text comes before what does not."""
    return next((excerpt.start for excerpt in thing.evidence if excerpt.has_offsets), sys.maxsize)


def fetch_statements(
    loader: Loader,
    statements: Iterable[str],
    claims: Iterable[str] = (),
    *,
    explained: int = 0,
    opposed: bool = False,
) -> list[Statement]:
    """Statements with all that a page shows of them, in the order given; and claims, fetched with theirs.

    Of a claim that stands against one of them, it is fetched who makes it; of so many against each of `claims` that are
    `explained`, also what it says; `opposed`: of all, what they rest on, too.
    """
    wanted, claims = list(dict.fromkeys(statements)), list(claims)
    loader.fetch_along([*wanted, *claims], "rendering", "relay", "asserts")
    renderings = loader.follow(wanted, "rendering")
    asserted = loader.follow(wanted, "asserts")
    _fetch_claims(
        loader,
        [*asserted, *claims],
        renderings,
        opposed=opposed,
        explained=(explained, claims),
        brief=set(claims).difference(asserted) if explained else (),
    )
    return [Statement(loader, iri) for iri in wanted]


def fetch_claims(loader: Loader, claims: Iterable[str]) -> list[Claim]:
    """Claims with what they rest on, who makes them, and the first that stands against each, in the order given."""
    wanted = list(dict.fromkeys(claims))
    _fetch_claims(loader, wanted, explained=(1, wanted), brief=set(wanted))
    return [Claim(loader, iri) for iri in wanted]


def fetch_sources(loader: Loader, things: Iterable[str]) -> None:
    """Have claims, statements and renderings fetched with all that a page shows of what they rest on."""
    loader.fetch_through(things, *_RESTING)


def _fetch_claims(  # noqa: PLR0913
    loader: Loader,
    claims: list[str],
    renderings: Iterable[str] = (),
    *,
    explained: tuple[int, list[str]],
    opposed: bool = False,
    brief: Collection[str] = (),
) -> None:
    """Claims and the sources of renderings, a step for all of them at once: as few queries as there are steps.

    Of those that stand against a `brief` one only the explained are fetched: whose the others are is not shown.
    """
    most, shown = explained
    linked = loader.follow(claims, "supersedes")
    loader.follow_back(claims, "against", "supports", "supersedes", "assesses", "asserts", "through")
    following = loader.follow_back(claims, "supports", "supersedes")
    loader.mention(following)
    linked += following
    linked += [
        other
        for claim in claims
        for other in loader.against(claim)[: most if claim in brief else MOST_AGAINST]
    ]
    whole = list(dict.fromkeys([*claims, *linked])) if opposed else claims
    saying = loader.follow_back(whole, "asserts", "through")
    loader.mention(saying)
    resting = [*whole, *loader.follow_back(whole, "asserts"), *loader.follow_back(claims, "assesses")]
    fetch_sources(loader, [*resting, *renderings])
    if opposed:
        loader.fetch(linked)
    loader.fetch([other for claim in shown for other in loader.against(claim)[:most]])
    loader.fetch_only(linked, "claimant")
