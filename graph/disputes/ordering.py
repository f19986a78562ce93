"""By what a list of disputes is sorted: of each pair of claims that contradict each other and still count, the first by name.

That claim has, in graph/derived, the first letters of its name. They are short, so that many are sorted without a look at the
names themselves: a page of the list is found without its first claims being read one by one. Beside them stands the moment by
which both of its earliest pair may have been said, so that a list by a moment is found without a look at each pair.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.disputes.standing import contradicting
from onrecord.graph.quads import DerivedTriple, literals, objects, subjects
from onrecord.graph.terms import rec
from onrecord.graph.text import dates

_SAID: Final = ("saidAt", "saidOn", "publishedAt", "published")
READS: Final = ("asOfFrom", "asserts", "assertedBy", *_SAID)
"""The properties that the moment depends on."""
SAYS: Final = ("disputeOrder", "disputeSince")
_DATE_TIME: Final = ox.NamedNode(terms.PREFIXES["xsd"] + "dateTime")
_LATER_YEAR: Final = re.compile(r"\d{5}")
_ALWAYS, _NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_LENGTH: Final = 16
"""Oxigraph keeps strings of up to 16 bytes where it compares them, and looks longer ones up."""
_COUNTS: Final = frozenset({rec("Stands"), rec("Contested")})


def key(iri: str) -> str:
    """What a claim is sorted by first; its IRI decides among those with the same."""
    return iri.rpartition("/")[2][:_LENGTH]


def triples(
    store: ox.Store, claim: ox.NamedNode, known: dict[ox.NamedNode, datetime]
) -> Iterator[DerivedTriple]:
    """The key of one claim and its moment; nothing where no pair begins with it. Their standings have to be in the store.

    `known` keeps what was found of the claims before.
    """
    others = [
        other
        for other in contradicting(store, claim)
        if other.value > claim.value and _counts(store, other) and _counts(store, claim)
    ]
    if others:
        yield claim, rec("disputeOrder"), ox.Literal(key(claim.value))
        since = min(max(_since(store, one, known) for one in (claim, other)) for other in others)
        yield claim, rec("disputeSince"), ox.Literal(since.isoformat(), datatype=_DATE_TIME)


def _since(store: ox.Store, claim: ox.NamedNode, known: dict[ox.NamedNode, datetime]) -> datetime:
    """From when on a claim may have been made: not before the moment it speaks of, nor all days on which it was said or printed."""
    if claim not in known:
        counted = _moments(literals(store, claim, "asOfFrom"))
        origins = subjects(store, "asserts", claim) | objects(store, claim, "assertedBy")
        said = (_moments(text for name in _SAID for text in literals(store, one, name)) for one in origins)
        known[claim] = max(
            [*counted, min((max(moments, default=_ALWAYS) for moments in said), default=_NEVER)]
        )
    return known[claim]


def _moments(texts: Iterable[str]) -> list[datetime]:
    """When each of these moments, or of these days in some time zone, may have begun."""
    return [_moment(text) for text in texts]


def _moment(text: str) -> datetime:
    found = dates.begin(text, dates.EASTERNMOST)
    if found is None:
        # Beyond the years 1 to 9999, or no moment at all.
        return _NEVER if _LATER_YEAR.match(text) else _ALWAYS
    try:
        return found.astimezone(UTC)
    except OverflowError:
        return _ALWAYS if found.year == 1 else _NEVER


def _counts(store: ox.Store, claim: ox.NamedNode) -> bool:
    return bool(objects(store, claim, "standing") & _COUNTS)
