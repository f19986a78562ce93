"""An invented graph of our own model, of any size: `python -m bench.generate 1000000 > graph.nq`.

The same seed gives the same quads, and a smaller graph is the beginning of a larger one, so that what is asked of a thing
in both has the same answer unless the thing is one that many speak of. Shaped as such graphs are: events come in bursts of
documents, a few actors speak and are spoken of most (the more often, the more they were before), most appear once or
twice. What it holds passes the shapes. Nobody and nothing in it exists.
"""

from __future__ import annotations

import hashlib
import random
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final

from onrecord.graph import terms
from onrecord.graph.vocabulary import ontology

_BEGIN: Final = datetime(2014, 2, 20, tzinfo=UTC)
_HOURS_BETWEEN_EVENTS: Final = 9.0
_CHARACTERS: Final = 8000
"""The length of every document's text."""
_MOST_DOCUMENTS: Final = 400
"""Of one event."""
_SYLLABLES: Final = (
    "ba",
    "den",
    "ko",
    "lim",
    "ora",
    "pet",
    "rus",
    "sel",
    "tav",
    "um",
    "ver",
    "yan",
    "zo",
    "mir",
    "gal",
    "hol",
)
_CYRILLIC: Final = str.maketrans("abdeghiklmnoprstuvyz", "абдеґгіклмнопрстувиз")
_SIDES: Final = ("UkrainianSide", "RussianSide", "ThirdParty")
_WEAPONS: Final = ("drone", "cruise", "ballistic", "bomb")
_TARGETS: Final = ("residentialBuilding", "militaryInfrastructure", "energyInfrastructure", "school")
_MEASURES: Final = ("killed", "injured", "launched", "intercepted", "buildingsDamaged")
_ATTITUDES: Final = ("interestedIn", "wants", "fears", "opposes", "doubts")
_PREDICATES: Final = ("rejected", "accepted", "seeks", "intensified")

Facts = Iterable[tuple[str, str]]
"""Properties (short names of ours, or with their prefix) and values, as N-Triples writes them."""


def lines(quads: int, seed: int = 1, base: str = terms.DEFAULT_BASE) -> Iterator[str]:
    """N-Quads lines, at least this many in all: the vocabulary first, then documents until there are enough."""
    written = 0
    for quad in ontology.vocabulary_quads(base):
        written += 1
        yield f"{quad} .\n"
    for line in _World(seed, base).lines():
        # A document is never cut in two: the empty line after each is where to stop.
        if not line:
            if written >= quads:
                return
            continue
        written += 1
        yield line


class _World:
    """What has been invented so far."""

    def __init__(self, seed: int, base: str) -> None:
        self._random = random.Random(seed)  # noqa: S311  (an invented graph is no secret)
        self._base = base
        self._numbers = {
            kind: count(1) for kind in ("actor", "event", "statement", "claim", "document", "place")
        }
        self._publishers: list[str] = []
        self._places: list[str] = []
        # An actor stands here once for each time it was mentioned: who is drawn from it is drawn by fame.
        self._mentions: list[str] = []
        self._posts: dict[str, str] = {}
        self._claims: dict[tuple[str, str], str] = {}
        self._own: dict[tuple[str, ...], tuple[str, datetime]] = {}
        self._lines: list[str] = []

    def lines(self) -> Iterator[str]:
        """Lines without end; an empty one after what belongs together."""
        self._graph = self._iri("graph", "reference")
        self._reference()
        moment = _BEGIN
        while True:
            yield from self._take()
            moment += timedelta(hours=self._random.expovariate(1 / _HOURS_BETWEEN_EVENTS))
            parts = [self._new("event")]
            published = moment
            for number in range(min(_MOST_DOCUMENTS, int(self._random.paretovariate(1.1)))):
                published += timedelta(hours=self._random.expovariate(1 / 5))
                self._document(published, parts, moment, first=not number)
                yield from self._take()

    def _take(self) -> list[str]:
        taken, self._lines = [*self._lines, ""], []
        return taken

    # How things are written

    def _iri(self, kind: str, name: object) -> str:
        return f"<{self._base}{kind}/{name}>"

    def _new(self, kind: str) -> str:
        return self._iri(kind, f"g-{next(self._numbers[kind])}")

    def _say(self, subject: str, kind: str, facts: Facts) -> None:
        self._lines.append(f"{subject} <{terms.RDF_TYPE}> {_word(kind)} {self._graph} .\n")
        for name, value in facts:
            prefix, colon, local = name.partition(":")
            property_ = f"<{terms.PREFIXES[prefix]}{local}>" if colon else _word(name)
            self._lines.append(f"{subject} {property_} {value} {self._graph} .\n")

    def _name(self, syllables: int = 4) -> str:
        parts = self._random.choices(_SYLLABLES, k=syllables)
        half = syllables // 2
        return f"{''.join(parts[:half])} {''.join(parts[half:])}".title()

    def _labels(self, name: str) -> Facts:
        yield "rdfs:label", f'"{name}"@en'
        yield "rdfs:label", f'"{name.lower().translate(_CYRILLIC).title()}"@uk'

    # Actors, places, weapons

    def _reference(self) -> None:
        for side in _SIDES:
            self._actor("State", [("side", _word(side))])
        for category in _WEAPONS:
            facts = [("rdfs:label", f'"{category} g"@en'), ("category", _word(category))]
            self._say(self._iri("weapon", f"g-{category}"), "WeaponType", facts)
        self._publishers = [self._actor("NewsOutlet") for _ in range(20)]
        self._mentions = [
            self._actor("Person", [("side", _word(self._random.choice(_SIDES)))]) for _ in range(12)
        ]
        for _ in range(60):
            self._place()

    def _actor(self, kind: str, facts: Facts = ()) -> str:
        actor, name = self._new("actor"), self._name()
        self._say(actor, kind, [*self._labels(name), ("skos:altLabel", f'"{name.upper()}"@en'), *facts])
        return actor

    def _somebody(self) -> str:
        """An actor: now and then a new one, with or without a post in an institution; else one by fame."""
        if self._random.random() < 0.12:
            actor = self._actor("Person")
            if self._random.random() < 0.4:
                self._tenure(actor)
        else:
            actor = self._random.choice(self._mentions)
        self._mentions.append(actor)
        return actor

    def _tenure(self, person: str) -> None:
        body = self._actor(
            "GovernmentBody", [("unitOf", self._iri("actor", f"g-{self._random.randint(1, 3)}"))]
        )
        post = self._posts[person] = self._iri("tenure", person.rpartition("/")[2].rstrip(">"))
        facts = [("holder", person), ("institution", body), ("post", '"spokesperson"@en')]
        self._say(
            post,
            "Tenure",
            [*facts, ("from", _date(_BEGIN - timedelta(days=30))), *self._labels(self._name())],
        )

    def _place(self) -> str:
        place = self._new("place")
        within = [("within", self._random.choice(self._places))] if len(self._places) > 3 else []
        latitude, longitude = self._random.uniform(44, 52), self._random.uniform(22, 40)
        facts = [
            ("latitude", _typed(f"{latitude:.4f}", "decimal")),
            ("longitude", _typed(f"{longitude:.4f}", "decimal")),
        ]
        self._say(place, "Place", [*self._labels(self._name(3)), *facts, *within])
        self._places.append(place)
        return place

    # Documents, and what is read from them

    def _document(self, published: datetime, events: list[str], happened: datetime, *, first: bool) -> None:
        document = self._new("document")
        version = f"{document[:-1]}/v1>"
        self._graph, self._version, self._position = version, version, 0
        publisher = self._random.choice(self._publishers)
        facts = [
            ("publisher", publisher),
            ("language", _typed("uk" if self._random.random() < 0.3 else "en", "language")),
            ("url", _typed(f"https://example.org/{document.rpartition('/')[2][:-1]}", "anyURI")),
        ]
        self._say(document, "Document", [("rdfs:label", f'"Report of {published:%d %B %Y}"@en'), *facts])
        facts = [
            ("versionOf", document),
            ("headline", f'"{self._name(6)}"@en'),
            ("published", _date(published)),
            ("retrieved", _moment(published + timedelta(hours=2))),
            ("readAs", _word("FullText")),
            ("sha256", f'"{hashlib.sha256(version.encode()).hexdigest()}"'),
            ("characters", _typed(_CHARACTERS, "integer")),
        ]
        self._say(version, "DocumentVersion", facts)
        if first:
            self._events(events, happened)
        for _ in range(self._random.randint(0, 3)):
            claim = self._claim(publisher, events, published, [("assertedBy", version)])
            self._say(*claim)
        for _ in range(self._random.randint(1, 5)):
            self._statement(published, events, happened)

    def _events(self, events: list[str], happened: datetime) -> None:
        """Describe the event, which is the first, and parts of it (or of a part) that are invented here."""
        events += [self._new("event") for _ in range(self._random.choice((0, 0, 0, 1, 1, 4)))]
        place = self._random.choice(self._places) if self._random.random() < 0.9 else self._place()
        for number, event in enumerate(events):
            whole = [("partOf", events[self._random.randrange(number)])] if number else []
            facts = [
                ("rdfs:label", f'"Strike of {happened:%d %B %Y} on {self._name(2)}"@en'),
                ("begin", _moment(happened)),
                ("end", _moment(happened + timedelta(hours=5))),
                ("datePrecision", _word("Hour")),
                ("place", place),
                ("weapon", self._iri("weapon", f"g-{self._random.choice(_WEAPONS)}")),
            ]
            if self._random.random() < 0.5:
                facts.append(("perpetrator", self._somebody()))
            self._say(event, "Strike", [*facts, *whole])

    def _statement(self, published: datetime, events: list[str], happened: datetime) -> None:
        statement, speaker = self._new("statement"), self._somebody()
        rendering = f"{statement[:-1]}/r1>"
        facts = [
            ("rdfs:label", f'"{self._name(2)} said so"@en'),
            ("speaker", speaker),
            ("rendering", rendering),
        ]
        said = max(happened, published - timedelta(days=self._random.randint(0, 2)))
        if self._random.random() < 0.9:
            facts.append(("saidOn", _date(said)))
        if speaker in self._posts:
            facts.append(("speakingAs", self._posts[speaker]))
        if self._random.random() < 0.2:
            addressee = self._somebody()
            if addressee != speaker:
                facts.append(("addressee", addressee))
        facts.append(("about", self._random.choice([*events, self._somebody()])))
        claims = [self._claim(speaker, events, said) for _ in range(self._random.choice((0, 1, 1, 1, 2, 3)))]
        self._say(statement, "Statement", [*facts, *(("asserts", claim[0]) for claim in claims)])
        for claim in claims:
            self._say(*claim)
        mode = self._random.choice(("Direct", "Partial", "Indirect"))
        worded = [
            ("mode", _word(mode)),
            ("text", f'"{" ".join(self._random.choices(_SYLLABLES, k=9))}"@en'),
            ("reportingVerb", '"said"@en'),
            ("reportedIn", self._version),
            ("evidence", self._excerpt()),
        ]
        if self._random.random() < 0.1:
            relay = f"{rendering[:-1]}/relay-1>"
            worded.append(("relay", relay))
            by = self._somebody()
            while by == speaker:  # who passes on nothing of their own
                by = self._somebody()
            self._say(relay, "Relay", [("position", _typed(1, "integer")), ("by", by)])
        if self._random.random() < 0.05:
            named = self._somebody()
            if named != speaker:
                worded.append(("attributedTo", named))
        self._say(rendering, "Rendering", worded)

    def _claim(
        self, claimant: str, events: list[str], said: datetime, facts: Facts = ()
    ) -> tuple[str, str, list[tuple[str, str]]]:
        claim, event = self._new("claim"), self._random.choice(events)
        kind, its = self._content(event)
        common = [
            ("rdfs:label", f'"{self._name(3)}"@en'),
            ("claimant", claimant),
            ("stance", _word("Asserts" if self._random.random() < 0.9 else "Denies")),
            ("asOfFrom", _moment(said - timedelta(hours=self._random.choice((0, 6))))),
            ("asOfUntil", _moment(said)),
            ("concerns", event),
            ("evidence", self._excerpt()),
        ]
        # The last claim of the kind on the event, where there is one, is now and then contradicted or brought up to date.
        earlier = self._claims.get((event, kind))
        if earlier is not None and self._random.random() < 0.1:
            common.append(("contradicts", earlier))
        # One that answers the same question, of the same claimant and said before, is brought up to date.
        question = (event, kind, claimant, next((value for name, value in its if name == "measure"), ""))
        own, before = self._own.get(question, ("", said))
        if before < said and self._random.random() < 0.5:
            common.append(("supersedes", own))
        self._claims[event, kind] = claim
        self._own[question] = claim, said
        return claim, kind, [*common, *its, *facts]

    def _content(self, event: str) -> tuple[str, list[tuple[str, str]]]:
        choose = self._random.choice
        kind = choose(
            ("QuantityClaim",) * 3 + ("TargetClaim", "ResponsibilityClaim", "AttitudeClaim", "PropertyClaim")
        )
        if kind == "QuantityClaim":
            least = self._random.randint(0, 60)
            bounds = [
                ("atLeast", _typed(least, "integer")),
                ("atMost", _typed(least + choose((0, 0, 5)), "integer")),
            ]
            return kind, [("measure", _word(choose(_MEASURES))), *bounds]
        if kind == "TargetClaim":
            return kind, [
                ("targetKind", _word(choose(_TARGETS))),
                ("targetRole", _word(choose(("aimedAt", "hit")))),
            ]
        if kind == "ResponsibilityClaim":
            return kind, [("responsible", self._somebody())]
        if kind == "AttitudeClaim":
            return kind, [
                ("holder", self._somebody()),
                ("attitude", _word(choose(_ATTITUDES))),
                ("toward", event),
            ]
        return kind, [
            ("subject", self._somebody()),
            ("predicate", _word(choose(_PREDICATES))),
            ("object", event),
        ]

    def _excerpt(self) -> str:
        exact = " ".join(self._random.choices(_SYLLABLES, k=12))
        start = self._position = (self._position + 97) % (_CHARACTERS - 200)
        excerpt = f"{self._version[:-1]}#c{start}-{start + len(exact)}>"
        facts = [
            ("ofVersion", self._version),
            ("exact", f'"{exact}"'),
            ("start", _typed(start, "integer")),
            ("end", _typed(start + len(exact), "integer")),
        ]
        self._say(excerpt, "Excerpt", facts)
        return excerpt


def _word(name: str) -> str:
    return f"<{terms.REC}{name}>"


def _typed(value: object, datatype: str) -> str:
    return f'"{value}"^^<{terms.PREFIXES["xsd"]}{datatype}>'


def _date(moment: datetime) -> str:
    return _typed(f"{moment:%Y-%m-%d}", "date")


def _moment(moment: datetime) -> str:
    return _typed(f"{moment:%Y-%m-%dT%H:%M:%SZ}", "dateTime")


if __name__ == "__main__":
    sys.stdout.writelines(lines(int(sys.argv[1])))
