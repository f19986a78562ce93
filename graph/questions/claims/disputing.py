"""Lists of claims by how they stand, and of those that contradict each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from onrecord.graph import terms
from onrecord.graph.errors import BadParameter
from onrecord.graph.questions.tables import tables
from onrecord.graph.questions.things import listing
from onrecord.graph.questions.things.listing import Key, ListQuery, Page
from onrecord.graph.questions.things.loader import Loader, Name
from onrecord.graph.questions.things.statements import Claim, fetch_claims
from onrecord.graph.text import dates

if TYPE_CHECKING:
    from onrecord.graph.ledger import RowSource

PAGE = 50
SORTED: Final[Mapping[str, tuple[ListQuery, ...]]] = {
    "moment": (ListQuery("claims_by_moment", "dateTime"), ListQuery("claims_of_no_moment", "")),
    "name": (ListQuery("claims_by_name"),),
}
"""How claims can be sorted -> the queries of the list."""
_FIRST: Final = "ORDER BY ?key LIMIT 101"
"""How disputes_table.rq finds claims with which pairs begin, enough where each begins one."""
_FEWER: Final = "ORDER BY ?key LIMIT 34"
"""Most begin several, so a third of them are looked at first: as many pairs as a page has are the first of all, too."""
STANDINGS: Final = tuple(name.lower() for name in tables.STANDINGS)
_DENIAL, _SIDES, _KINDS, _FARTHEST = 40.0, 30.0, 20.0, 50.0


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two claims that contradict each other, what they are on, and the rules that found it: none where an editor did."""

    one: Claim
    other: Claim
    concerns: list[Name]
    rules: list[Name]

    @property
    def sharpness(self) -> float:
        """The more, the less both can be reconciled: opposed sides, a denial, counts far apart. For sorting, no measure."""
        found = (
            _SIDES
            if _sides(self.one) and _sides(self.other) and _sides(self.one) != _sides(self.other)
            else 0.0
        )
        if self.one.is_asserted != self.other.is_asserted:
            return found + _DENIAL
        if self.one.kind == "QuantityClaim":
            low, high = sorted((self.one.lowest or 0, self.other.lowest or 0))
            return found + _FARTHEST * (1 - low / high if high else 0)
        return found + _KINDS

    @property
    def latest(self) -> str:
        """The latest moment that either speaks of, as text that sorts."""
        ends = [end for one in (self.one, self.other) for _, end in dates.bounds(one.as_of_until)]
        return max(ends).isoformat() if ends else ""


ORDERS: Final[Mapping[str, Callable[[Dispute], tuple[object, ...]]]] = {
    "sharpest": lambda dispute: (-dispute.sharpness, dispute.one.iri, dispute.other.iri),
    "latest": lambda dispute: (_descending(dispute.latest), dispute.one.iri, dispute.other.iri),
    "claim": lambda dispute: (dispute.one.name.text, dispute.one.iri, dispute.other.iri),
}
"""How the disputes of a page can be sorted."""


def claims(  # noqa: PLR0913
    ledger: RowSource,
    standing: str,
    sort: str = "moment",
    *,
    as_of: str | None = None,
    after: Key | None = None,
    before: Key | None = None,
) -> Page[Claim]:
    """Claims of one of STANDINGS; with `as_of`, a day, those that speak of it or of what was before it. BadParameter."""
    if standing not in STANDINGS:
        raise BadParameter(f"{standing[:50]!r} is no standing: give one of {', '.join(STANDINGS)}")
    if sort not in SORTED:
        raise BadParameter(f"{sort[:50]!r} is no order of claims: give one of {', '.join(SORTED)}")
    if as_of is not None and after is None and before is None:
        ends = [end for _, end in dates.bounds(as_of)]
        if not ends or sort != "moment":
            raise BadParameter(
                f"asOf={as_of[:50]!r} has to be a day, such as 2025-08-28, in a list that is sorted by moment"
            )
        after = Key(ends[0].isoformat(), "")
    found = listing.page(
        ledger, SORTED[sort], PAGE, after=after, before=before, standing=terms.REC + standing.capitalize()
    )
    loader = Loader(ledger)
    return found.of(lambda keys: fetch_claims(loader, [key.thing for key in keys]))


def disputes(
    ledger: RowSource,
    standings: Sequence[str] | None = None,
    sort: str = "sharpest",
    after: Key | None = None,
    moment: str | None = None,
) -> Page[Dispute]:
    """Claims that contradict each other, a page of pairs, sorted within it; by a moment, as in tables.disputes. BadParameter."""
    if sort not in ORDERS:
        raise BadParameter(f"{sort[:50]!r} is no order of disputes: give one of {', '.join(ORDERS)}")
    found = pairs(ledger, standings, after, moment)
    loader = Loader(ledger)
    loader.mention(one for pair in found.things for one in (*pair.concerns, *pair.rules))
    fetch_claims(loader, [claim for pair in found.things for claim in pair.claims])
    return found.of(lambda rows: sorted((pair.dispute(loader) for pair in rows), key=ORDERS[sort]))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two claims that contradict each other, as IRIs, before anything is fetched of them."""

    claims: tuple[str, str]
    concerns: tuple[str, ...]
    rules: tuple[str, ...]

    def dispute(self, loader: Loader) -> Dispute:
        """The same with what a loader has fetched."""
        one, other = (Claim(loader, iri) for iri in self.claims)
        return Dispute(
            one, other, [loader.name(iri) for iri in self.concerns], [loader.name(iri) for iri in self.rules]
        )


def pairs(
    ledger: RowSource,
    standings: Sequence[str] | None = None,
    after: Key | None = None,
    moment: str | None = None,
) -> Page[Pair]:
    """A page of them; of claims that still count, where no standings are given."""
    place = None if after is None else (after.value, after.thing)
    table = tables.disputes(standings=standings, moment=moment, after=place, described=False)
    rows = table.rows(ledger.rows(table.query.replace(_FIRST, _FEWER)))
    following = table.following(rows)
    if following is None:
        rows = table.rows(ledger.rows(table.query))
        following = table.following(rows)
    # A claim of two claimants has a row for each.
    found = {(str(row["one"]), str(row["other"])): row for row in rows}
    made = [
        Pair(claims, _list(row.get("concerns")), _list(row.get("rules"))) for claims, row in found.items()
    ]
    return Page(made, None, None if following is None else Key(*following))


def _list(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


def _sides(claim: Claim) -> set[str]:
    return {name.side for name in claim.claimants if name.side}


def _descending(text: str) -> tuple[int, ...]:
    """A key that sorts texts backwards, the longer of two that begin alike first."""
    return (*(-ord(letter) for letter in text), 1)
