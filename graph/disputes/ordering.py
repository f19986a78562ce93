"""By what a list of disputes is sorted: of each pair of claims that contradict each other and still count, the first by name.

That claim has, in graph/derived, the first letters of its name. They are short, so that many are sorted without a look at the
names themselves: a page of the list is found without its first claims being read one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from onrecord.graph.disputes.rules import Triple
from onrecord.graph.disputes.standing import contradicting
from onrecord.graph.disputes.view import objects
from onrecord.graph.terms import rec

SAYS: Final = ("disputeOrder",)
_LENGTH: Final = 16
"""Oxigraph keeps strings of up to 16 bytes where it compares them, and looks longer ones up."""
_COUNTS: Final = frozenset({rec("Stands"), rec("Contested")})


def key(iri: str) -> str:
    """What a claim is sorted by first; its IRI decides among those with the same."""
    return iri.rpartition("/")[2][:_LENGTH]


def triples(store: ox.Store, claim: ox.NamedNode) -> Iterator[Triple]:
    """The key of one claim; nothing where no pair begins with it. The claims' standings have to be in the store."""
    if _counts(store, claim) and any(
        other.value > claim.value and _counts(store, other) for other in contradicting(store, claim)
    ):
        yield claim, rec("disputeOrder"), ox.Literal(key(claim.value))


def _counts(store: ox.Store, claim: ox.NamedNode) -> bool:
    return bool(objects(store, claim, "standing") & _COUNTS)
