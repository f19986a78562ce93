"""What was claimed of an event and of its parts, in order: by what was counted, by whose word it is, by the time of saying."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from onrecord.graph import terms
from onrecord.graph.questions.things.entities import Event, Tenure
from onrecord.graph.questions.things.loader import Name
from onrecord.graph.questions.things.statements import Claim
from onrecord.graph.text import dates

_ORDER: Final = ("TargetClaim", "ResponsibilityClaim", "PropertyClaim", "AttitudeClaim", "Claim")

SortKey = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What one source claims; `reports` are the claims that say the same of the same days, this one first.

    A source is the claimant, or the institution whose word it is (rec:ultimateSource). `since` and `until` bound when it was said.
    """

    claim: Claim
    sources: tuple[Name, ...]
    since: datetime | None
    until: datetime | None
    reports: list[Claim]

    @property
    def standing(self) -> str:
        """Stands, Contested, Superseded, Retracted or Refuted."""
        return self.claim.standing.iri.removeprefix(terms.REC) if self.claim.standing else "Stands"

    @property
    def counts(self) -> bool:
        """Whether it is a count that is asserted, and still counts."""
        return self.claim.is_asserted and self.standing in ("Stands", "Contested")

    @property
    def last(self) -> datetime | None:
        """The last moment at which it can have been said: where that is not known, the last that it speaks of."""
        spoken_of = [end for _, end in dates.bounds(self.claim.as_of_until)]
        return self.until or next(iter(spoken_of), None) or self.since

    @property
    def day(self) -> date | None:
        """The day of that moment, by the clock of its own time zone; a day ends where the next begins."""
        last = self.last
        if last is None or self.since == self.until:
            return last and last.date()
        return dates.shifted(last, timedelta(microseconds=-1)).date()

    def position(self) -> SortKey:
        """For sorting: by that day; of one day those whose minute is known come last, then by the count, exact ones last."""
        minute = self.until.isoformat() if self.until and self.since == self.until else ""
        return (
            (self.day or date.max).isoformat(),
            minute,
            self.claim.lowest or 0,
            self.claim.highest is not None,
            self.claim.iri,
        )


@dataclass(slots=True)
class Series:
    """The counts of one thing: a measure, of the same weapons, their origin and carrier, scope and party. `cumulative`: while people count, it only grows."""

    measure: Name | None
    cumulative: bool
    weapons: tuple[Name, ...]
    one_of: tuple[Name, ...]
    scope: tuple[Name, ...]
    of_party: tuple[Name, ...]
    launched_from: tuple[Name, ...]
    carriers: tuple[Name, ...]
    said: list[Said] = field(default_factory=list)

    @property
    def qualifiers(self) -> tuple[Name, ...]:
        """All that tells it from other counts by the same measure."""
        return (
            *self.weapons,
            *self.one_of,
            *self.scope,
            *self.of_party,
            *self.launched_from,
            *self.carriers,
        )

    @property
    def by_source(self) -> list[tuple[tuple[Name, ...], list[Said]]]:
        """Whose word, and their claims in the order of saying; who spoke last comes first."""
        return by_source(self.said)

    @property
    def newest(self) -> Said | None:
        """The last that was said and still counts; of those of one day, the highest."""
        return next((one for one in reversed(self.said) if one.counts and one.last), None)

    def position(self) -> SortKey:
        """For sorting: tolls first, what most was said of first."""
        return not self.cumulative, -len(self.said), self.measure.text if self.measure else "", _label(self)


@dataclass(frozen=True, slots=True)
class Account:
    """What was claimed of one event: counts as series, everything else by its kind."""

    event: Event
    series: list[Series]
    others: list[Said]

    @property
    def size(self) -> int:
        """How many claims that are."""
        every = [*self.others, *(one for series in self.series for one in series.said)]
        return sum(len(one.reports) for one in every)


def accounts(claims: Iterable[Claim], events: Sequence[Event]) -> list[Account]:
    """The claims on each of some events; those on which there are none are left out. A claim on two stands under both."""
    below: dict[str, list[Claim]] = {event.iri: [] for event in events}
    for claim in claims:
        for event in set(claim.events) & below.keys():
            below[event].append(claim)
    return [_account(event, below[event.iri]) for event in events if below[event.iri]]


def by_source(said: Iterable[Said]) -> list[tuple[tuple[Name, ...], list[Said]]]:
    """What was said, grouped by whose word it is: who spoke last comes first."""
    found: dict[tuple[Name, ...], list[Said]] = {}
    for one in said:
        found.setdefault(one.sources, []).append(one)
    return sorted(found.items(), key=lambda entry: entry[1][-1].position(), reverse=True)


def said_of(claim: Claim) -> Said:
    """A claim with whose word it is, and when it was said."""
    spoken, offices = [], []
    for statement in claim.statements:
        spoken += dates.bounds(statement.moment or statement.day)
        for tenure in statement.speaking_as:
            offices += [office] if (office := Tenure(claim.loader, tenure.iri).institution) else []
    read = [found for version in _versions(claim) for found in dates.bounds(version)]
    first = [begin for begin, _ in spoken]
    if not first:
        # In its own voice a document speaks when it is published; what a statement of an unknown day speaks of was over by then.
        first = (
            [begin for begin, _ in dates.bounds(claim.as_of_from)]
            if claim.statements
            else [begin for begin, _ in read]
        )
    ultimate = [claim.ultimate_source] if claim.ultimate_source else offices
    sources = tuple(dict.fromkeys(ultimate)) or tuple(claim.claimants)
    return Said(
        claim,
        sources,
        min(first, default=None),
        min((end for _, end in (*spoken, *read)), default=None),
        [claim],
    )


def _account(event: Event, claims: list[Claim]) -> Account:
    series: dict[SortKey, Series] = {}
    others: list[Said] = []
    alike: dict[SortKey, Said] = {}
    for one in sorted((said_of(claim) for claim in claims), key=Said.position):
        claim = one.claim
        thing = (claim.kind, claim.measure, *_qualifiers(claim))
        same = (
            *thing,
            one.sources,
            claim.stance,
            claim.counted,
            *_days(claim),
            one.standing,
        )
        if claim.kind != "QuantityClaim":
            others.append(one)
        elif same in alike:
            alike[same].reports.append(claim)
        else:
            alike[same] = one
            series.setdefault(thing, _series(claim)).said.append(one)
    others.sort(key=lambda one: _ORDER.index(one.claim.kind))
    return Account(event, sorted(series.values(), key=Series.position), others)


def _days(claim: Claim) -> tuple[str, str]:
    """The first and the last day that a claim speaks of, as each report gives them in a time zone of its own."""
    return dates.day(claim.as_of_from or ""), dates.last_day(claim.as_of_until or "")


def _series(claim: Claim) -> Series:
    weapons, one_of, scope, party, origins, carriers = _qualifiers(claim)
    return Series(claim.measure, claim.is_cumulative, weapons, one_of, scope, party, origins, carriers)


def _qualifiers(claim: Claim) -> tuple[tuple[Name, ...], ...]:
    every = (
        claim.weapons,
        claim.one_of,
        claim.scope,
        claim.of_party,
        claim.launched_from,
        claim.carriers,
    )
    return tuple(
        tuple(dict.fromkeys(claim.loader.name(name.merged or name.iri) for name in names)) for names in every
    )


def _versions(claim: Claim) -> list[str | None]:
    read = [claim.version] if claim.version else claim.sources
    return [version.published_at or version.day for version in read]


def _label(series: Series) -> str:
    return " ".join(name.text for name in series.qualifiers)
