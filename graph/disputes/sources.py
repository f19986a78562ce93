"""On whose word a claim rests in the end: what a person says for an office, or while holding a post in it, is the office's.

The ultimate source is the institution for which the claimant spoke; where the statement names no post, that in which they
held one on the day, if it is only one; else the claimant. Of things said to be the same, it is the one they are merged as.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from onrecord.graph.disputes import identities
from onrecord.graph.quads import DerivedTriple, Quads, literals, objects, subjects
from onrecord.graph.terms import rec
from onrecord.graph.text import dates

READS = ("claimant", "asserts", "speakingAs", "saidOn", "holder", "institution", "from", "until")
"""The properties that it depends on, beside identities."""
SAYS = ("ultimateSource",)


def triples(store: ox.Store, claim: ox.NamedNode) -> Iterator[DerivedTriple]:
    """The ultimate source of one claim; nothing where nobody claims it."""
    source = _source(store, claim)
    if source is not None:
        yield claim, rec("ultimateSource"), source


def _source(store: Quads, claim: ox.NamedNode) -> ox.NamedNode | None:
    claimants = objects(store, claim, "claimant")
    if not claimants:
        return None
    merged = {identities.merged(store, office) for office in _offices(store, claim)}
    return next(iter(merged)) if len(merged) == 1 else identities.merged(store, min(claimants, key=str))


def voices(store: Quads, claim: ox.NamedNode) -> set[ox.NamedNode]:
    """All whose word the claim may be: the claimant, the institutions they speak for or had a post in, and their twins."""
    return identities.twins(store, objects(store, claim, "claimant") | _offices(store, claim))


def same_voice(store: Quads, one: ox.NamedNode, other: ox.NamedNode) -> bool:
    """Whether two claims are one voice's: of one claimant, of a person and an office of theirs, or of two who spoke for one office.

    Also where nobody claims one of them, as long as that is so.
    """
    claimed = [objects(store, claim, "claimant") for claim in (one, other)]
    if not all(claimed) or claimed[0] & claimed[1] or one_claimant(store, one, other):
        return True
    return _source(store, one) == _source(store, other)


def one_claimant(store: Quads, one: ox.NamedNode, other: ox.NamedNode) -> bool:
    """Whether two claims are of one claimant, or of a person and an office of theirs; not of two who hold posts in one office."""
    claimants = [identities.twins(store, objects(store, claim, "claimant")) for claim in (one, other)]
    return bool(claimants[0] & voices(store, other) or claimants[1] & voices(store, one))


def _offices(store: Quads, claim: ox.NamedNode) -> set[ox.NamedNode]:
    """The institutions for which the claimant spoke; where no post is named, those in which they may have held one then."""
    statements = subjects(store, "asserts", claim)
    tenures = {tenure for statement in statements for tenure in objects(store, statement, "speakingAs")}
    if not tenures:
        days = {day for statement in statements for day in literals(store, statement, "saidOn")}
        people = identities.twins(store, objects(store, claim, "claimant"))
        held = {tenure for person in people for tenure in subjects(store, "holder", person)}
        tenures = {tenure for tenure in held if all(_may_have_lasted(store, tenure, day) for day in days)}
    return {office for tenure in tenures for office in objects(store, tenure, "institution")}


def _may_have_lasted(store: Quads, tenure: ox.NamedNode, day: str) -> bool:
    """Whether a day is not outside a tenure; days are compared as written, without their time zones."""
    first, last = day_orders(literals(store, tenure, "from")), day_orders(literals(store, tenure, "until"))
    return all(
        all(begin <= when for begin in first) and all(when <= end for end in last)
        for when in day_orders([day])
    )


def day_orders(texts: Iterable[str]) -> list[tuple[int, str]]:
    """What days are compared by; a text that is no day bounds nothing."""
    return [dates.day_order(day) for day in map(dates.day, texts) if day]
