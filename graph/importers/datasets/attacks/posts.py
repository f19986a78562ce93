"""One post of the table as a record: its document, its statement, the strikes it tells of with their parts, and its figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from onrecord.graph.importers import joins
from onrecord.graph.importers.datasets.attacks import place_names, user_accounts
from onrecord.graph.importers.datasets.attacks.attack_rows import MEASURES, PRECISIONS, Attack, hashed
from onrecord.graph.importers.model import Record, web_address
from onrecord.graph.text import phrases

DOCUMENT: Final = "document/missile-attacks-daily"
PUBLISHER: Final = "actor/ua-air-defense-tracker"
ATTACKER: Final = "actor/russia"
_NOON: Final = 12


@dataclass(frozen=True, slots=True)
class Night:
    """Rows of one post that overlap in time: one strike."""

    source: str
    attacks: tuple[Attack, ...]

    @property
    def begin(self) -> datetime:
        """When the first attack began."""
        return min(attack.begin for attack in self.attacks)

    @property
    def end(self) -> datetime:
        """When the last attack ended."""
        return max(attack.end for attack in self.attacks)

    @property
    def national(self) -> tuple[Attack, ...]:
        """Those rows that are about the whole country."""
        return tuple(attack for attack in self.attacks if attack.national)


def nights(source: str, attacks: Iterable[Attack]) -> list[Night]:
    """The rows of a post by strikes: those that overlap in time, as long as all are within a day and a half."""
    found: list[list[Attack]] = []
    for attack in sorted(attacks, key=lambda attack: (attack.begin, attack.end, attack.key)):
        last = found[-1] if found else []
        latest = max((one.end for one in last), default=None)
        if (
            latest is not None
            and attack.begin <= latest
            and max(latest, attack.end) - last[0].begin <= joins.LONGEST
        ):
            last.append(attack)
        else:
            found.append([attack])
    return [Night(source, tuple(night)) for night in found]


@dataclass
class AttackPost:
    """One post on its way into a record."""

    base: str
    source: str
    version: str
    held: joins.KnownPost | None
    others: Mapping[str, list[joins.ClaimedCount]]

    def __post_init__(self) -> None:
        self.account = user_accounts.find(self.source)
        self.name = f"missile-attacks-{hashed([self.source])}"
        self.out = Record(self.source, self.base)

    @cached_property
    def speaker(self) -> str:
        """Who says it; of an account that is not known, the table itself is all there is to name."""
        return self.account.actor if self.account else PUBLISHER

    @property
    def given(self) -> str | None:
        """The address of the post as the table gives it; None where it gives none."""
        if self.source.startswith("https://"):
            return self.source
        return f"{self.account.address}{self.source}" if self.account else None

    def record(self, found: Sequence[tuple[Night, joins.Strike | None]]) -> Record:
        """The document, the statement and the strikes of the post, of which some may be strikes that others describe."""
        days = phrases.listed(sorted({phrases.day(night.end.isoformat()) for night, _ in found}))
        who = self.account.label if self.account else "Post of no account that is known"
        document = self.version.rpartition("/")[0]
        if self.held is None:
            label = {"en": f"{who}: post on {days}"}
            address = self.given and web_address(self.given)
            self.out.describe(document, "Document", label=label, publisher=self.speaker, url=address)
        joined = [strike for _, strike in found if strike is not None]
        self.out.describe(
            self.version,
            "DocumentVersion",
            label={"en": f"{who} on {days}, as rows of a data set"},
            versionOf=document,
            readAs="TableRow",
            readIn=DOCUMENT,
            rowKey=self.source,
            note={"en": [_ground(strike) for strike in joined]} if joined else None,
        )
        names = self._names([night for night, _ in found])
        events = [self._strike(*pair, name) for pair, name in zip(found, names, strict=True)]
        evidence = {
            self.out.passage(self.version, attack.times) for night, _ in found for attack in night.attacks
        }
        claims = [
            claim
            for event, (night, strike) in zip(events, found, strict=True)
            for claim in self._claims(event, night, strike)
        ]
        if self.account:
            self._statement(f"{who} on {days}", sorted(set(events)), sorted(evidence), claims)
        return self.out

    def _statement(self, label: str, events: list[str], evidence: list[str], claims: list[str]) -> None:
        assert self.account is not None  # noqa: S101  (for the type checker)
        rendering = f"rendering/{self.name}"
        self.out.describe(
            rendering, "Rendering", mode="Indirect", reportedIn=self.version, channel=f"platform/{self.account.platform}", evidence=evidence
        )  # fmt: skip
        statement = (self.held and self.held.statement) or f"statement/{self.name}"
        known = self.held is not None and self.held.statement is not None
        self.out.describe(
            statement,
            "Statement",
            label=None if known else {"en": label},
            speaker=self.speaker,
            about=events,
            rendering=rendering,
            asserts=claims,
        )

    def _names(self, found: Iterable[Night]) -> list[str]:
        """The names of strikes, by when each began: what a newer copy has before or after it changes none."""
        names: dict[str, None] = {}
        for night in found:
            name = f"event/{self.name}-{night.begin:%Y-%m-%d-%H%M}"
            names[name if name not in names else f"{name}-{night.attacks[0].key}"] = None
        return list(names)

    def _strike(self, night: Night, strike: joins.Strike | None, name: str) -> str:
        """The strike of one night, with a part for each of several rows; its IRI."""
        event = strike.iri if strike is not None else self._event(name, night.attacks, None, "")
        if len(night.attacks) > 1 or strike is not None:
            for attack in night.attacks:
                self._event(self._part(attack), (attack,), event, attack.weapons.text())
        return event

    def _part(self, attack: Attack) -> str:
        return f"event/{self.name}-{attack.key}"

    def _event(self, name: str, attacks: Sequence[Attack], whole: str | None, weapons: str) -> str:
        begin, end = min(attack.begin for attack in attacks), max(attack.end for attack in attacks)
        precision = min((attack.precision for attack in attacks), key=PRECISIONS.index)
        places = list(dict.fromkeys(place for attack in attacks for place in attack.places))
        unsaid = not places
        places = places or [place_names.PLACES["ukraine"]]
        where = phrases.listed([place.label for place in places])
        return self.out.describe(
            name,
            "Strike",
            label={"en": f"{weapons or 'Attack'} on {where}, {span(begin, end, precision)}"},
            begin=begin,
            end=end,
            datePrecision=precision,
            place=[f"place/{place.slug}" for place in places],
            partOf=whole,
            perpetrator=ATTACKER,
            weapon=_unique(f"weapon/{slug}" for attack in attacks for slug in attack.weapons.types()),
            launchedFrom=_unique(
                f"place/{place.slug}" for attack in attacks for place in attack.launched_from
            ),
            carrier=_unique(f"weapon/{slug}" for attack in attacks for slug in attack.carriers),
            note={"en": "The table names no place, and is of attacks on Ukraine."} if unsaid else None,
        )

    def _claims(self, event: str, night: Night, strike: joins.Strike | None) -> Iterator[str]:
        """Each figure of each row as a claim: of the part of its row, and, where it is of the whole country, of the strike."""
        alone = len(night.attacks) == 1 and strike is None
        for attack in night.attacks:
            twins = sum(other.national and other.weapons == attack.weapons for other in night.attacks)
            concerns = {event} if alone else {self._part(attack)}
            if attack.national and twins == 1:
                concerns.add(event)
            for column, count in attack.counts.items():
                yield self._claim(attack, column, count, sorted(concerns), self.others.get(event, ()))

    def _claim(
        self,
        attack: Attack,
        column: str,
        count: int,
        concerns: list[str],
        others: Sequence[joins.ClaimedCount],
    ) -> str:
        measure = MEASURES[column]
        figures = ("launched", "destroyed") if column in ("launched", "destroyed") else ("num_hit_location", "num_fall_fragment_location")  # fmt: skip
        words = {"launched": "launched", "destroyed": "intercepted", "num_hit_location": "places hit by",
                 "num_fall_fragment_location": "places where debris fell of"}[column]  # fmt: skip
        named = (
            f"{attack.weapons.text()}: {count:,} {words}"
            if figures[0] == "launched"
            else f"{count:,} {words} {attack.weapons.text()}"
        )
        # Rules compare counts of one weapon; where something hit is a count of places.
        mine = Record("", self.base)
        types = frozenset(mine.iri(f"weapon/{slug}") for slug in attack.weapons.types())
        same = [
            other
            for other in others
            if other.claimant == mine.iri(self.speaker)
            and other.measure.rpartition("#")[2] == measure
            and other.bounds == (count, count)
            and other.weapons & types
        ]
        claim = self.out.describe(
            f"claim/{self.name}-{attack.key}-{measure.lower()}",
            "QuantityClaim",
            label={"en": named},
            claimant=self.speaker,
            stance="Asserts",
            assertedBy=None if self.account else self.version,
            concerns=concerns,
            measure=measure,
            atLeast=count,
            atMost=count,
            **attack.weapons.keys(),
            evidence=[
                self.out.passage(self.version, attack.times),
                self.out.passage(self.version, ",".join(attack.row[name] for name in figures)),
            ],
            supports=[other.iri for other in same],
        )
        for other in same:
            joins.support(self.out, claim, other)
        return claim


def span(begin: datetime, end: datetime, precision: str) -> str:
    """When it was, in the words of a headline: "night to 28 August 2025", "16 May 2026"."""
    if (
        precision != "Day"
        and begin.hour >= _NOON > end.hour
        and end.date() - begin.date() == timedelta(days=1)
    ):
        return f"night to {phrases.day(end.isoformat())}"
    if begin.date() == end.date():
        clock = "" if precision == "Day" else f", {begin:%H:%M} to {end:%H:%M}"
        return f"{phrases.day(end.isoformat())}{clock}"
    return f"{phrases.day(begin.isoformat())} to {phrases.day(end.isoformat())}"


def _ground(strike: joins.Strike) -> str:
    return (
        f"Taken for the strike “{strike.label}” (<{strike.iri}>): on the whole country, by the same attacker, in the same night, and "
        "no other strike fits. If that is wrong, state of this version rec:keptApartFrom the strike, and import again."
    )


def _unique(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(items))
