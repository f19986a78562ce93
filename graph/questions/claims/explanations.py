"""Why two claims contradict each other, in a sentence, from what they say."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from onrecord.graph.questions.claims.accounts import bounds
from onrecord.graph.questions.things.statements import Claim
from onrecord.graph.text import phrases

_UNITS: Final = (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1)))


def against(claim: Claim, other: Claim) -> str:
    """Why a claim, `this` in the sentence, and another cannot both be right as they stand."""
    who = phrases.listed([name.text for name in other.claimants]) or "somebody else"
    if claim.is_asserted != other.is_asserted:
        if claim.is_asserted:
            return f"Both cannot be right: {who} {_stance(other)} it."
        return f"Both cannot be right: {who} asserts what this {_stance(claim)}."
    if claim.kind == other.kind == "QuantityClaim":
        return _counts(claim, other, who)
    here, there = (phrases.plain(phrases.content(one)) for one in (claim, other))
    return f"They do not agree: {here}, it says here; {there}, says {who}."


def _counts(claim: Claim, other: Claim, who: str) -> str:
    here, there = phrases.amount(claim), phrases.amount(other)
    if not claim.is_cumulative:
        return f"Both cannot be right: {who} counts {there}, this counts {here}, and it was over when they counted."
    lower = claim.highest is not None and claim.highest < (other.lowest or 0)
    late, early = (claim, other) if lower else (other, claim)
    gap = _gap(late, early)
    if lower and gap:
        return f"Both cannot be right: this count was lower, {gap} after {who} had counted {there}."
    if lower:
        return f"Both cannot be right: this count was lower, and no earlier than that of {who}, {there}."
    return f"Both cannot be right: {who} counted fewer, {there}, {f'{gap} after' if gap else 'and no earlier than'} this count."


def _gap(late: Claim, early: Claim) -> str:
    """How long after one count the other was made, at the least, in the largest unit that fits; "" where it may be none."""
    ends = [end for _, end in bounds(early.as_of_until)]
    begins = [begin for begin, _ in bounds(late.as_of_from)]
    gap = begins[0] - ends[0] if begins and ends else timedelta()
    for unit, size in _UNITS:
        if gap >= size:
            number = gap // size
            article = "an" if unit == "hour" else "a"
            return f"at least {article} {unit}" if number == 1 else f"at least {number} {unit}s"
    return ""


def _stance(claim: Claim) -> str:
    return claim.stance.text if claim.stance else "disputes"
