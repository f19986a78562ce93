"""What was said and on what it rests: statements, their renderings, claims, and the excerpts under both.

As thin as things.py. A date no source gives is None; a count keeps both its bounds; of two weapons a source leaves
open, both stand.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Literal

from onrecord.graph import terms
from onrecord.graph.questions.shelf import Name, Shelf, best
from onrecord.graph.questions.things import Thing, Version


class Excerpt(Thing):
    """The words something rests on, and where they stand in the text of a version."""

    @property
    def exact(self) -> str:
        return self._text("exact") or ""

    @property
    def prefix(self) -> str:
        return self._text("prefix") or ""

    @property
    def suffix(self) -> str:
        return self._text("suffix") or ""

    @property
    def start(self) -> int:
        return self._number("start") or 0

    @property
    def end(self) -> int:
        return self._number("end") or 0

    @property
    def version(self) -> Version | None:
        return next((Version(self._shelf, iri) for iri in self._shelf.iris(self.iri, "ofVersion")), None)

    @property
    def language(self) -> str | None:
        """The language of the text it was cut from."""
        document = self.version.document if self.version else None
        return document.language if document else None


class Sourced(Thing):
    """Something that rests on excerpts."""

    @property
    def evidence(self) -> list[Excerpt]:
        """In the order of the text."""
        found = [Excerpt(self._shelf, iri) for iri in self._shelf.iris(self.iri, "evidence")]
        return sorted(found, key=lambda excerpt: (excerpt.start, excerpt.end))


class Rendering(Sourced):
    """How one source worded a statement."""

    @property
    def mode(self) -> Name | None:
        return self._name("mode")

    @property
    def is_direct(self) -> bool:
        return self._is("Direct")

    @property
    def is_partial(self) -> bool:
        return self._is("Partial")

    @property
    def is_indirect(self) -> bool:
        return self._is("Indirect")

    @property
    def texts(self) -> list[Literal]:
        return self._shelf.texts(self.iri, "text")

    @property
    def verb(self) -> Literal | None:
        return best(self._shelf.texts(self.iri, "reportingVerb"))

    @property
    def via(self) -> list[Name]:
        return self._names("via")

    @property
    def attributed_to(self) -> list[Name]:
        return self._names("attributedTo")

    @property
    def version(self) -> Version | None:
        return next((Version(self._shelf, iri) for iri in self._shelf.iris(self.iri, "reportedIn")), None)

    def _is(self, mode: str) -> bool:
        return terms.REC + mode in self._shelf.iris(self.iri, "mode")


class Statement(Thing):
    """One act of saying."""

    @property
    def speakers(self) -> list[Name]:
        """One, but for a joint statement."""
        return self._names("speaker")

    @property
    def speaking_as(self) -> list[Name]:
        return self._names("speakingAs")

    @property
    def day(self) -> str | None:
        """When it was said; None where no source says."""
        return self._text("saidOn") or self._text("saidAt")

    @property
    def addressees(self) -> list[Name]:
        return self._names("addressee")

    @property
    def about(self) -> list[Name]:
        return self._names("about")

    @property
    def renderings(self) -> list[Rendering]:
        """Whole quotations first, then in the order of the text."""
        found = [Rendering(self._shelf, iri) for iri in self._shelf.iris(self.iri, "rendering")]

        def rank(rendering: Rendering) -> tuple[bool, bool, int]:
            first = next((excerpt.start for excerpt in rendering.evidence), 0)
            return not rendering.is_direct, not rendering.texts, first

        return sorted(found, key=rank)

    @property
    def versions(self) -> list[Version]:
        """Where it was read, each once."""
        return list(dict.fromkeys(one.version for one in self.renderings if one.version))

    @property
    def passages(self) -> list[Excerpt]:
        """Everything it and its claims rest on, in the order of the text, a passage read twice only once."""
        found = {
            (excerpt.version.iri if excerpt.version else "", excerpt.start, excerpt.end): excerpt
            for resting in (*self.renderings, *self.claims)
            for excerpt in resting.evidence
        }
        return [found[place] for place in sorted(found)]

    @property
    def claims(self) -> list[Claim]:
        found = [Claim(self._shelf, iri) for iri in self._shelf.iris(self.iri, "asserts")]
        return sorted(found, key=Claim.position)


class Claim(Sourced):
    """What is asserted, denied or doubted, by a statement or in a document's own voice."""

    def position(self) -> tuple[int, str]:
        """Where in its text it is first made."""
        return next((excerpt.start for excerpt in self.evidence), 0), self.iri

    @property
    def kind(self) -> str:
        """QuantityClaim, TargetClaim, ResponsibilityClaim, AttitudeClaim, PropertyClaim; else Claim."""
        kinds = ("QuantityClaim", "TargetClaim", "ResponsibilityClaim", "AttitudeClaim", "PropertyClaim")
        return next((kind for kind in kinds if self.is_a(kind)), "Claim")

    @property
    def claimants(self) -> list[Name]:
        return self._names("claimant")

    @property
    def stance(self) -> Name | None:
        return self._name("stance")

    @property
    def is_asserted(self) -> bool:
        return terms.REC + "Asserts" in self._shelf.iris(self.iri, "stance")

    @property
    def concerns(self) -> list[Name]:
        return self._names("concerns")

    @property
    def as_of(self) -> str | None:
        return self._text("asOf")

    @property
    def measure(self) -> Name | None:
        return self._name("measure")

    @property
    def at_least(self) -> int | None:
        return self._number("atLeast")

    @property
    def at_most(self) -> int | None:
        return self._number("atMost")

    @property
    def weapons(self) -> list[Name]:
        return self._names("weapon")

    @property
    def including(self) -> list[Name]:
        """Weapons the count includes some of."""
        return self._names("weaponIncluding")

    @property
    def one_of(self) -> list[Name]:
        """Weapons of which each item counted is one; the source does not say which."""
        return self._names("weaponOneOf")

    @property
    def scope(self) -> list[Name]:
        return self._names("scope")

    @property
    def target_kinds(self) -> list[Name]:
        return self._names("targetKind")

    @property
    def responsible(self) -> list[Name]:
        return self._names("responsible")

    @property
    def holders(self) -> list[Name]:
        return self._names("holder")

    @property
    def attitude(self) -> Name | None:
        return self._name("attitude")

    @property
    def toward(self) -> list[Name]:
        return self._names("toward")

    @property
    def subject(self) -> list[Name]:
        return self._names("subject")

    @property
    def predicate(self) -> Name | None:
        return self._name("predicate")

    @property
    def objects(self) -> list[Name]:
        return self._names("object")

    @property
    def literal(self) -> list[Literal]:
        return self._shelf.texts(self.iri, "value")

    @property
    def statements(self) -> list[Statement]:
        """The statements that make it."""
        return [Statement(self._shelf, iri) for iri in self._shelf.follow_back([self.iri], "asserts")]

    @property
    def version(self) -> Version | None:
        """The version of a document that makes it in its own voice."""
        return next((Version(self._shelf, iri) for iri in self._shelf.iris(self.iri, "assertedBy")), None)

    @property
    def sources(self) -> list[Version]:
        """Every version of a document it was read from."""
        iris = {excerpt.version.iri for excerpt in self.evidence if excerpt.version}
        return [Version(self._shelf, iri) for iri in sorted(iris)]

    @property
    def contradicted_by(self) -> list[Claim]:
        """Both ways: a contradiction holds for either side."""
        return self._claims(
            self._shelf.iris(self.iri, "contradicts") + self._shelf.follow_back([self.iri], "contradicts")
        )

    def grounds(self, other: Claim) -> list[Name]:
        """The rules that found this claim and another to contradict each other; none where an editor did."""
        pair = {self.iri, other.iri}
        found = []
        for relation in self._shelf.follow_back(sorted(pair), "rdf:subject"):
            ends = {end for name in ("rdf:subject", "rdf:object") for end in self._shelf.iris(relation, name)}
            if ends == pair and terms.REC + "contradicts" in self._shelf.iris(relation, "rdf:predicate"):
                found += self._shelf.iris(relation, "derivedBy")
        return [self._shelf.name(rule) for rule in dict.fromkeys(found)]

    @property
    def assessments(self) -> list[Assessment]:
        return [Assessment(self._shelf, iri) for iri in self._shelf.follow_back([self.iri], "assesses")]

    @property
    def supported_by(self) -> list[Claim]:
        return self._claims(self._shelf.follow_back([self.iri], "supports"))

    @property
    def supersedes(self) -> list[Claim]:
        return self._claims(self._shelf.iris(self.iri, "supersedes"))

    @property
    def superseded_by(self) -> list[Claim]:
        return self._claims(self._shelf.follow_back([self.iri], "supersedes"))

    def _claims(self, iris: Iterable[str]) -> list[Claim]:
        return [Claim(self._shelf, iri) for iri in sorted(set(iris))]


class Assessment(Thing):
    """Somebody's judgement on a claim."""

    @property
    def verdicts(self) -> list[Name]:
        return self._names("verdict")

    @property
    def by(self) -> list[Name]:
        return self._names("assessedBy")

    @property
    def day(self) -> str | None:
        return self._text("assessedOn")

    @property
    def basis(self) -> list[Name]:
        return self._names("basis")


def fetch_statements(shelf: Shelf, statements: Iterable[str]) -> list[Statement]:
    """Statements with all that a page shows of them, in the order given."""
    wanted = list(dict.fromkeys(statements))
    renderings = shelf.follow(wanted, "rendering")
    _fetch_sources(shelf, shelf.follow(renderings, "evidence"), shelf.follow(renderings, "reportedIn"))
    fetch_claims(shelf, shelf.follow(wanted, "asserts"))
    return [Statement(shelf, iri) for iri in wanted]


def fetch_claims(shelf: Shelf, claims: Iterable[str]) -> list[Claim]:
    """Claims with what they rest on, who makes them and what stands against them, in the order given."""
    wanted = list(dict.fromkeys(claims))
    linked = shelf.follow(wanted, "contradicts", "supersedes")
    for link in ("contradicts", "supports", "supersedes"):
        linked += shelf.follow_back(wanted, link)
    every = [*wanted, *linked]
    _fetch_sources(shelf, shelf.follow(every, "evidence"), shelf.follow(every, "assertedBy"))
    shelf.fetch(shelf.follow_back(every, "asserts"))
    return [Claim(shelf, iri) for iri in wanted]


def _fetch_sources(shelf: Shelf, excerpts: Iterable[str], versions: Iterable[str]) -> None:
    shelf.fetch(shelf.follow([*shelf.follow(excerpts, "ofVersion"), *versions], "versionOf"))
