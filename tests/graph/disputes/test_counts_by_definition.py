"""Pairs and triples of counts, drawn from all that a count may say, against the definition itself: is there an order in time
that lets both hold?

The definition is worked out here by trying orders, and not by the comparisons that the rules make.
"""

from __future__ import annotations

import random
from itertools import combinations
from typing import Final, NamedTuple

import pytest
from tests.graph.disputes.claims import claim, derived_from

from onrecord.graph import terms

INFINITE: Final = 10**9
BOUNDS: Final = [(25, 25), (23, 23), (24, 26), (25, None), (23, None), (None, 25), (None, 23), None]
"""The least and the most that are counted; None: about 24."""
MOMENTS: Final = {
    # how the two bounds are written, with the hours since the 28th began in Kyiv
    ("2025-08-28T09:00:00+03:00", "2025-08-28T09:00:00+03:00"): (9, 9),
    ("2025-08-28T06:00:00Z", "2025-08-28T06:00:00Z"): (9, 9),
    ("2025-08-28T09:00:00Z", "2025-08-28T09:00:00Z"): (12, 12),
    ("2025-08-28T00:00:00+03:00", "2025-08-29T00:00:00+03:00"): (0, 24),
    ("2025-08-29T00:00:00+03:00", "2025-08-30T00:00:00+03:00"): (24, 48),
    ("2025-08-28T12:00:00-04:00", "2025-08-29T12:00:00-04:00"): (19, 43),
    ("2025-08-29T00:00:00+03:00", None): (24, INFINITE),
    (None, "2025-08-28T12:00:00+03:00"): (-INFINITE, 12),
    (None, None): (-INFINITE, INFINITE),
}
SCOPES: Final = ["place:city", "place:city", "place:city", "place:oblast", None]
MEASURES: Final = {"killed": "grows", "injured": "grows", "launched": "is over", "missing": "rises and falls"}


class Count(NamedTuple):
    who: str
    bounds: tuple[int | None, int | None] | None
    written: tuple[str | None, str | None]
    scope: str | None

    def turtle(self, name: str, event: int, measure: str) -> str:
        content = f"rec:concerns <urn:event:{event}> ; rec:measure rec:{measure}"
        for key, value in zip(("atLeast", "atMost"), self.bounds or (None, None), strict=True):
            content += f" ; rec:{key} {value}" if value is not None else ""
        content += "" if self.bounds else " ; rec:estimate 24"
        for key, moment in zip(("asOfFrom", "asOfUntil"), self.written, strict=True):
            content += f' ; rec:{key} "{moment}"^^xsd:dateTime' if moment else ""
        content += f" ; rec:scope {self.scope}" if self.scope else ""
        return claim(name, "QuantityClaim", self.who, content)


def can_both_hold(one: Count, other: Count, kind: str) -> bool:
    """Whether there are moments within the bounds of both, in some order, at which both may be right."""
    if one.bounds is None or other.bounds is None or one.scope != other.scope:
        return True
    (least, most), (its_least, its_most) = (
        (low if low is not None else 0, high if high is not None else INFINITE)
        for low, high in (one.bounds, other.bounds)
    )
    alike = max(least, its_least) <= min(most, its_most)
    if kind == "is over":
        return alike
    (begin, end), (its_begin, its_end) = MOMENTS[one.written], MOMENTS[other.written]
    first, at_once, last = begin < its_end, max(begin, its_begin) <= min(end, its_end), its_begin < end
    if kind == "grows":
        return (first and least <= its_most) or (at_once and alike) or (last and its_least <= most)
    return first or last or (at_once and alike)


def superseding(one: Count, other: Count, kind: str) -> tuple[Count, Count] | None:
    """Of two counts of one voice that cannot both hold, the later and the earlier, where the order is known."""
    if one.who != other.who or kind == "rises and falls" or can_both_hold(one, other, kind):
        return None
    (begin, end), (its_begin, its_end) = MOMENTS[one.written], MOMENTS[other.written]
    before, after = end <= its_begin, its_end <= begin
    return None if before == after else (other, one) if before else (one, other)


@pytest.mark.slow
@pytest.mark.parametrize("measure", MEASURES)
def test_counts_contradict_if_no_order_lets_both_hold_and_one_voice_corrects_itself(measure: str) -> None:
    draw = random.Random(measure)  # noqa: S311
    kind, text, expected = MEASURES[measure], "", set()
    for event in range(1500):
        text += f"<urn:event:{event}> a rec:Strike .\n"
        counts = {
            f"{event}{letter}": Count(
                draw.choice("yzz"), draw.choice(BOUNDS), draw.choice(list(MOMENTS)), draw.choice(SCOPES)
            )
            for letter in "abc"
        }
        text += "".join(count.turtle(name, event, measure) for name, count in counts.items())
        pairs = list(combinations(counts, 2))
        found = [
            (one, other)
            if superseding(counts[one], counts[other], kind) == (counts[one], counts[other])
            else (other, one)
            for one, other in pairs
            if superseding(counts[one], counts[other], kind)
        ]
        fallen = {earlier for _, earlier in found}
        expected |= {("supersedes", *pair) for pair in found}
        expected |= {
            ("contradicts", *pair)
            for one, other in pairs
            if counts[one].who != counts[other].who
            and not {one, other} & fallen
            and not can_both_hold(counts[one], counts[other], kind)
            for pair in ((one, other), (other, one))
        }
    derived = {
        (quad.predicate.value.removeprefix(terms.REC), str(quad.subject)[11:-1], str(quad.object)[11:-1])
        for quad in derived_from(text)
        if quad.predicate.value in {terms.REC + "contradicts", terms.REC + "supersedes"}
    }
    assert derived == expected
    assert sum(name == "contradicts" for name, *_ in expected) > (5 if kind == "rises and falls" else 20)
    assert kind == "rises and falls" or sum(name == "supersedes" for name, *_ in expected) > 20
