"""Why two claims contradict each other, in a sentence, from what they say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from onrecord.graph.attributes import Name
from onrecord.graph.questions.things.statements import Claim
from onrecord.graph.text import dates, phrases

_UNITS: Final = (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1)))


def against(claim: Claim, other: Claim) -> str:
    """Why a claim, `this` in the sentence, and another cannot both be right as they stand."""
    return _explained(claim, other, None)


def between(one: Claim, other: Claim) -> str:
    """As against(), with both claimants named."""
    return _explained(one, other, _whose(one, "one source"))


def _explained(claim: Claim, other: Claim, me: str | None) -> str:
    """`me` is whose the claim is; None for what is called `this`."""
    who = _whose(other, "somebody else")
    if claim.is_asserted != other.is_asserted:
        if claim.is_asserted:
            return f"Both cannot be right: {who} {_stance(other)} {'it' if me is None else f'what {me} asserts'}."
        return f"Both cannot be right: {who} asserts what {me or 'this'} {_stance(claim)}."
    if claim.kind == other.kind == "QuantityClaim":
        return _counts(claim, other, who, me)
    on, (here, there) = _differing(claim, other)
    return f"They do not agree{on}: {here}, {f'says {me}' if me else 'it says here'}; {there}, says {who}."


def _whose(claim: Claim, nobody: str) -> str:
    return phrases.listed([name.text for name in claim.claimants]) or nobody


def _differing(claim: Claim, other: Claim) -> tuple[str, list[str]]:
    """On what two claims of one kind differ, where that can be said apart; and what each says."""
    both = (claim, other)
    if claim.kind == other.kind == "TargetClaim":
        roles = [one.target_role.text if one.target_role else "" for one in both]
        if roles[0] and roles[0] == roles[1]:
            return f" on what was {roles[0]}", [_listed(one.target_kinds) for one in both]
    if claim.kind == other.kind == "ResponsibilityClaim":
        return " on who is responsible", [_listed(one.responsible) for one in both]
    return "", [phrases.plain(phrases.content(one)) for one in both]


def _listed(names: Sequence[Name]) -> str:
    return phrases.listed([name.text for name in names])


def _counts(claim: Claim, other: Claim, who: str, me: str | None) -> str:
    here, there = phrases.amount(claim), phrases.amount(other)
    if not claim.is_cumulative:
        return f"Both cannot be right: {who} counts {there}, {me or 'this'} counts {here}, and it was over when they counted."
    lower = claim.highest is not None and claim.highest < (other.lowest or 0)
    late, early = (claim, other) if lower else (other, claim)
    gap = _gap(late, early)
    count = f"the count of {me}, {here}," if me else "this count"
    if lower and gap:
        return f"Both cannot be right: {count} was lower, {gap} after {who} had counted {there}."
    if lower:
        return f"Both cannot be right: {count} was lower, and no earlier than that of {who}, {there}."
    when = f"{gap} after" if gap else "and no earlier than"
    return f"Both cannot be right: {who} counted fewer, {there}, {when} {count.removesuffix(',')}."


def _gap(late: Claim, early: Claim) -> str:
    """How long after one count the other was made, at the least, in the largest unit that fits; "" where it may be none."""
    ends = [end for _, end in dates.bounds(early.as_of_until)]
    begins = [begin for begin, _ in dates.bounds(late.as_of_from)]
    gap = begins[0] - ends[0] if begins and ends else timedelta()
    for unit, size in _UNITS:
        if gap >= size:
            number = gap // size
            article = "an" if unit == "hour" else "a"
            return f"at least {article} {unit}" if number == 1 else f"at least {number} {unit}s"
    return ""


def _stance(claim: Claim) -> str:
    return claim.stance.text if claim.stance else "disputes"
