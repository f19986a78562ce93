"""Counts are compared by what they count: with long series as without, and at a cost that does not grow with their square."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Final

import pyoxigraph as ox
import pytest

from onrecord.graph import terms
from onrecord.graph.disputes import counts, rules

BASE: Final = terms.DEFAULT_BASE
REC: Final = terms.REC
GRAPH: Final = ox.NamedNode(BASE + "graph/import/made")
Contradictions = set[tuple[str, str]]


def found(store: ox.Store, *claims: str) -> Contradictions:
    asked = [ox.NamedNode(BASE + name) for name in claims] or None
    return {
        (one.value.removeprefix(BASE), str(getattr(other, "value", "")).removeprefix(BASE))
        for one, name, other in rules.triples(store, BASE, asked)
        if name == rules.CONTRADICTS
    }


def both(*pairs: tuple[str, str]) -> Contradictions:
    return {*pairs, *(pair[::-1] for pair in pairs)}


def count(store: ox.Store, name: str, claimant: str, day: date, **given: int | str) -> str:
    """A count of tanks lost, as of a day."""
    claim = ox.NamedNode(f"{BASE}claim/{name}")

    def say(key: str, value: ox.NamedNode | ox.Literal) -> None:
        store.add(ox.Quad(claim, ox.NamedNode(REC + key), value, GRAPH))

    store.add(ox.Quad(claim, ox.NamedNode(terms.RDF_TYPE), ox.NamedNode(REC + "QuantityClaim"), GRAPH))
    for key, value in {
        "claimant": f"actor/{claimant}",
        "concerns": given.pop("concerns", "topic/losses"),
        "ofParty": "actor/land",
    }.items():
        say(key, ox.NamedNode(f"{BASE}{value}"))
    say("measure", ox.NamedNode(REC + "tanksLost"))
    say("stance", ox.NamedNode(REC + "Asserts"))
    for key, moment in (("asOfFrom", day), ("asOfUntil", day + timedelta(days=1))):
        say(
            key,
            ox.Literal(f"{moment}T00:00:00+02:00", datatype=ox.NamedNode(terms.PREFIXES["xsd"] + "dateTime")),
        )
    for key, value in given.items():
        say(key, ox.Literal(value) if isinstance(value, int) else ox.NamedNode(BASE + value))
    return f"claim/{name}"


@pytest.fixture
def series() -> ox.Store:
    """A staff's total each day for 300 days, 10 more a day: 10 on the first of January 2023, 3,000 on the last day."""
    store = ox.Store()
    topic = ox.NamedNode(BASE + "topic/losses")
    store.add(ox.Quad(topic, ox.NamedNode(terms.RDF_TYPE), ox.NamedNode(REC + "Topic"), GRAPH))
    kinds = (ox.NamedNode(REC + "countKind"), ox.NamedNode(REC + "Cumulative"))
    store.add(ox.Quad(ox.NamedNode(REC + "tanksLost"), *kinds, GRAPH))
    for day in range(300):
        total = 10 * (day + 1)
        count(
            store,
            f"staff-{day}",
            "staff",
            date(2023, 1, 1) + timedelta(days=day),
            atLeast=total,
            atMost=total,
        )
    return store


def test_a_series_does_not_contradict_itself_even_where_it_falls(series: ox.Store) -> None:
    fallen = count(series, "staff-fall", "staff", date(2023, 12, 1), atLeast=5, atMost=5)
    assert found(series) == found(series, fallen) == set()


def test_a_lower_bound_below_a_series_contradicts_nothing(series: ox.Store) -> None:
    seen = count(series, "seen", "counter", date(2023, 10, 1), atLeast=1673)
    assert found(series) == found(series, seen) == set()


def test_a_rival_above_a_later_total_of_a_series_contradicts_just_the_totals_below_it(
    series: ox.Store,
) -> None:
    # 45 at the end of 3 January, when the staff had 30; of the days from the 4th on, only the 4th (40) is below it.
    rival = count(series, "rival", "counter", date(2023, 1, 3), atLeast=45)
    assert (
        found(series)
        == found(series, rival)
        == found(series, "claim/staff-3")
        == both((rival, "claim/staff-3"))
    )
    assert found(series, "claim/staff-4") == set()


@pytest.mark.parametrize("limit", [{"weapon": "weapon/t-72"}, {"scope": "place/kyiv"}])
def test_a_rival_within_other_limits_is_not_compared(limit: dict[str, str], series: ox.Store) -> None:
    rival = count(series, "rival", "counter", date(2023, 1, 3), atLeast=45, **limit)
    assert found(series) == found(series, rival) == set()


def test_limits_that_are_the_same_thing_are_compared(series: ox.Store) -> None:
    one, other = (ox.NamedNode(f"{BASE}weapon/{name}") for name in ("t-72", "t72"))
    for thing, twin in ((one, other), (other, one)):
        series.add(ox.Quad(thing, ox.NamedNode(terms.PREFIXES["owl"] + "sameAs"), twin, GRAPH))
        series.add(ox.Quad(thing, ox.NamedNode(REC + "mergedAs"), one, GRAPH))
    early = count(series, "early", "counter", date(2023, 1, 3), atLeast=45, weapon="weapon/t72")
    late = count(series, "late", "other", date(2023, 1, 9), atMost=40, weapon="weapon/t-72")
    assert found(series) == found(series, early) == both((early, late))


def test_where_few_claims_have_rivals_only_these_are_asked_about(
    series: ox.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = ox.NamedNode(BASE + "topic/other")
    series.add(ox.Quad(topic, ox.NamedNode(terms.RDF_TYPE), ox.NamedNode(REC + "Topic"), GRAPH))
    early = count(series, "early", "counter", date(2023, 1, 3), atLeast=45, concerns="topic/other")
    late = count(series, "late", "other", date(2023, 1, 9), atMost=40, concerns="topic/other")
    monkeypatch.setattr(counts, "LONG", 10_000)
    assert counts.of_all(series) == ({ox.NamedNode(BASE + name) for name in (early, late)}, [])
    assert found(series) == both((early, late))


@pytest.mark.slow
def test_with_long_series_beside_them_the_other_counts_are_compared_as_ever(
    series: ox.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(7)  # noqa: S311
    for number in range(60):
        claimant, weapon = (
            draw.choice(["counter", "other", "third"]),
            draw.choice(["weapon/t-72", "weapon/t-80"]),
        )
        least = draw.randrange(3000)
        day = date(2023, 1, 1) + timedelta(days=draw.randrange(300))
        bounds = draw.choice([{"atLeast": least}, {"atMost": least}, {"atLeast": least, "atMost": least}])
        count(series, f"made-{number}", claimant, day, **bounds, **({"weapon": weapon} if number % 3 else {}))
    # One query over all claims is the reference; it is the slow way, which long series are spared.
    monkeypatch.setattr(counts, "LONG", 10_000)
    usual = found(series)
    assert len(usual) > 100
    for long in (1, 50, 200):
        monkeypatch.setattr(counts, "LONG", long)
        assert found(series) == usual
    monkeypatch.setattr(counts, "LONG", 10_000)
    monkeypatch.setattr(counts, "_PART", 0)  # as where few claims have rivals
    assert counts.of_all(series) is not None
    assert found(series) == usual
    every = {
        quad.subject.value.removeprefix(BASE)
        for quad in series.quads_for_pattern(None, ox.NamedNode(REC + "claimant"), None, None)
    }
    assert found(series, *every) == usual
