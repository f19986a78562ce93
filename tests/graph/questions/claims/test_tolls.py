"""Counts of the killed per side, and their sums, over events made up for this; the right figures are worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.harness.graphs.trig import ledger_of

from onrecord.graph import terms
from onrecord.graph.errors import BadParameter
from onrecord.graph.ledger import Ledger
from onrecord.graph.questions import lists
from onrecord.graph.questions.claims import disputing, tolls
from onrecord.graph.questions.things.loader import local_name

BASE = terms.DEFAULT_BASE


def count(name: str, event: str, who: str, facts: str, standing: str = "Stands") -> str:
    return (
        f"<claim/{name}> a rec:QuantityClaim ; rec:concerns <event/{event}> ; rec:claimant <actor/{who}> ; rec:stance rec:Asserts ; "
        f'rec:measure rec:killed ; {facts} ; rdfs:label "{name}"@en . <claim/{name}> rec:standing rec:{standing} .'
    )


WORLD = f"""@base <{BASE}> . @prefix rec: <ns#> . @prefix rdfs: <{terms.PREFIXES["rdfs"]}> . @prefix xsd: <{terms.PREFIXES["xsd"]}> .
@prefix skos: <{terms.PREFIXES["skos"]}> .
GRAPH <graph/x> {{
  rec:killed rec:countKind rec:Cumulative .
  <actor/ua> a rec:State ; rec:side rec:UkrainianSide . <actor/ru> a rec:State ; rec:side rec:RussianSide . <actor/paper> a rec:NewsOutlet .
  <event/a> a rec:Strike ; rec:begin "2025-08-01T00:00:00Z"^^xsd:dateTime ; rec:place <place/city> .
  <event/part> a rec:Strike ; rec:begin "2025-08-01T01:00:00Z"^^xsd:dateTime ; rec:partOf <event/a> .
  <event/b> a rec:Strike ; rec:begin "2025-08-02T00:00:00Z"^^xsd:dateTime .
  <event/c> a rec:Strike ; rec:begin "2025-08-03T00:00:00Z"^^xsd:dateTime .
  {count("early", "a", "ua", 'rec:atLeast 9 ; rec:atMost 9 ; rec:asOfUntil "2025-08-01T06:00:00Z"^^xsd:dateTime')}
  {count("late", "a", "ua", 'rec:atLeast 7 ; rec:atMost 7 ; rec:asOfUntil "2025-08-02T06:00:00Z"^^xsd:dateTime')}
  {count("gone", "a", "ua", 'rec:atLeast 99 ; rec:atMost 99 ; rec:asOfUntil "2025-08-03T06:00:00Z"^^xsd:dateTime', "Refuted")}
  {count("district", "a", "ua", 'rec:atLeast 50 ; rec:atMost 50 ; rec:scope <place/district> ; rec:asOfUntil "2025-08-04T06:00:00Z"^^xsd:dateTime')}
  {count("city", "a", "ru", "rec:atLeast 2 ; rec:atMost 2 ; rec:scope <place/city>")}
  {count("of-part", "part", "ua", "rec:atLeast 3 ; rec:atMost 3")}
  {count("part-ru", "part", "paper", "rec:atLeast 1 ; rec:atMost 1")}
  {count("open", "b", "ua", "rec:atLeast 4", "Contested")}
  {count("about", "b", "ru", "rec:estimate 10")}
  {count("hurt", "c", "ru", "rec:atLeast 8").replace("rec:killed", "rec:injured")}
  <claim/late> rec:contradicts <claim/city> .
  <claim/open> rec:contradicts <claim/about> .
  <claim/early> rec:contradicts <claim/gone> .
}}"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with ledger_of(tmp_path_factory.mktemp("world"), WORLD) as ledger:
        yield ledger


@pytest.mark.parametrize("many", [0, 100])
def test_each_event_has_the_newest_count_of_each_side_that_still_counts(
    world: Ledger, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(tolls, "_MANY", many)
    found = {
        local_name(event): {
            side and local_name(side): (local_name(one.claim), one.least, one.exact)
            for side, one in sides.items()
        }
        for event, sides in lists.events_with_tolls(world).killed.items()
    }
    assert found == {
        "a": {"UkrainianSide": ("late", 7, True), "RussianSide": ("city", 2, True)},
        "part": {"UkrainianSide": ("of-part", 3, True), None: ("part-ru", 1, True)},
        "b": {"UkrainianSide": ("open", 4, False), "RussianSide": ("about", 10, False)},
        "c": {},
    }


def test_sums_say_what_they_cover_and_count_no_part_twice(world: Ledger) -> None:
    found = [
        (one.side and local_name(one.side), one.killed, one.exact, one.events)
        for one in lists.events_with_tolls(world).totals
    ]
    # 7 and at least 4 of the Ukrainian side: the 3 of the part are among the 7. 2 and about 10 of the Russian.
    assert sorted(found, key=str) == [
        ("RussianSide", 12, False, 2),
        ("UkrainianSide", 11, False, 2),
        (None, 1, True, 1),
    ]


@pytest.mark.parametrize(
    ("earliest", "latest", "expected"),
    [
        (None, None, ["c", "b", "part", "a"]),
        ("2025-08-02", None, ["c", "b"]),
        (None, "2025-08-02", ["b", "part", "a"]),
        ("2025-08-02", "2025-08-02", ["b"]),
        ("2025-09-01", None, []),
    ],
)
def test_events_of_a_period(
    world: Ledger, earliest: str | None, latest: str | None, expected: list[str]
) -> None:
    found = lists.events(world, earliest=earliest, latest=latest)
    assert [local_name(event.iri) for event in found.things] == expected


NIGHTS = {
    "across midnight in Kyiv, over before it in Greenwich": ("2025-08-27T23:30:00+03:00", "2025-08-28T00:30:00+03:00", "27 28"),
    "after midnight in Kyiv, before it in Greenwich": ("2025-08-28T00:30:00+03:00", "2025-08-28T02:00:00+03:00", "28"),
    "the drones and the missiles": ("2025-08-27T19:30:00+03:00", "2025-08-28T09:00:00+03:00", "27 28"),
    "until midnight": ("2025-08-27T20:00:00+03:00", "2025-08-28T00:00:00+03:00", "27"),
    "from midnight": ("2025-08-28T00:00:00+03:00", "2025-08-28T01:00:00+03:00", "28"),
    "the minute of midnight": ("2025-08-28T00:00:00+03:00", "2025-08-28T00:00:00+03:00", "28"),
    "the evening in Washington": ("2025-08-27T20:30:00-04:00", "2025-08-27T22:00:00-04:00", "27"),
    "a morning in Kamchatka": ("2025-08-28T08:00:00+12:00", "2025-08-28T09:00:00+12:00", "28"),
    "three days": ("2025-08-26T12:00:00+03:00", "2025-08-28T12:00:00+03:00", "26 27 28"),
    "the next night": ("2025-08-28T23:00:00+03:00", "2025-08-29T03:00:00+03:00", "28 29"),
}  # fmt: skip


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    events = "".join(
        f'<event/{name.replace(" ", "-").replace(",", "")}> a rec:Strike ; rec:begin "{begin}"^^xsd:dateTime ; rec:end "{end}"^^xsd:dateTime .'
        for name, (begin, end, _) in NIGHTS.items()
    )
    head = WORLD[: WORLD.index("GRAPH")]
    with ledger_of(tmp_path_factory.mktemp("nights"), f"{head} GRAPH <graph/x> {{ {events} }}") as ledger:
        yield ledger


@pytest.mark.parametrize("size", [None, 1, 3])
@pytest.mark.parametrize("day", ["25", "26", "27", "28", "29", "30"])
def test_a_night_is_on_both_its_days_as_its_own_time_zone_has_them(
    nights: Ledger, day: str, size: int | None
) -> None:
    expected = {
        name.replace(" ", "-").replace(",", "") for name, (*_, days) in NIGHTS.items() if day in days.split()
    }
    found: list[str] = []
    page = lists.events(nights, earliest=f"2025-08-{day}", latest=f"2025-08-{day}", size=size)
    found += [local_name(event.iri) for event in page.things]
    while page.following:
        page = lists.events(
            nights, earliest=f"2025-08-{day}", latest=f"2025-08-{day}", size=size, after=page.following
        )
        found += [local_name(event.iri) for event in page.things]
    assert sorted(found) == sorted(expected)


def test_what_is_no_day_is_named(world: Ledger) -> None:
    for given in ({"earliest": "yesterday"}, {"latest": "2025-13-01"}):
        with pytest.raises(BadParameter, match="no day"):
            lists.events(world, **given)


def test_disputes_are_those_that_still_count_the_sharpest_first(world: Ledger) -> None:
    found = disputing.disputes(world).things
    # Both sides' counts: 2 against 7 is farther apart than 4 against 10.
    assert [(local_name(one.one.iri), local_name(one.other.iri)) for one in found] == [
        ("city", "late"),
        ("about", "open"),
    ]
    every = disputing.disputes(world, ("Stands", "Contested", "Refuted")).things
    assert ("early", "gone") in [(local_name(one.one.iri), local_name(one.other.iri)) for one in every]


def test_disputes_are_sorted_as_asked(world: Ledger) -> None:
    assert [local_name(one.one.iri) for one in disputing.disputes(world, None, "claim").things] == [
        "about",
        "city",
    ]
    assert [local_name(one.one.iri) for one in disputing.disputes(world, None, "latest").things] == [
        "city",
        "about",
    ]


def test_claims_are_listed_by_standing_moment_and_name(world: Ledger) -> None:
    def names(*given: str, **more: str) -> list[str]:
        return [local_name(claim.iri) for claim in disputing.claims(world, *given, **more).things]

    assert names("refuted") == ["gone"]
    assert names("contested") == ["open"]
    assert names("stands")[:3] == ["district", "late", "early"]
    assert names("stands", "name")[:3] == ["about", "city", "district"]
    # On the second of August, what speaks of the fourth was not known.
    assert names("stands", as_of="2025-08-02")[:2] == ["late", "early"]
    assert sorted(names("stands")[3:]) == ["about", "city", "hurt", "of-part", "part-ru"]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"standing": "true"}, "standing"),
        ({"standing": "stands", "sort": "size"}, "order"),
        ({"standing": "stands", "as_of": "noon"}, "asOf"),
        ({"standing": "stands", "as_of": "2025-08-02", "sort": "name"}, "asOf"),
    ],
)
def test_what_a_list_of_claims_cannot_be_asked_is_named(
    world: Ledger, given: dict[str, str], named: str
) -> None:
    with pytest.raises(BadParameter, match=named):
        disputing.claims(world, **given)


def test_what_brought_claims_up_to_date_is_named_without_a_query_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = "".join(
        count(f"old-{number}", "a", "ua", f"rec:atLeast {number}", "Superseded")
        + count(f"new-{number}", "a", "ua", f"rec:atLeast {number + 1}")
        + f"<claim/new-{number}> rec:supersedes <claim/old-{number}> ."
        for number in range(1, 6)
    )
    with ledger_of(
        tmp_path, WORLD.replace("<claim/late> rec:contradicts", f"{pairs} <claim/late> rec:contradicts")
    ) as world:
        shown = disputing.claims(world, "superseded").things
        asked = []
        rows = world.rows
        monkeypatch.setattr(world, "rows", lambda *some, **more: (asked.append(some), rows(*some, **more))[1])
        newer = [one.name.text for claim in shown for one in claim.superseded_by]
    assert newer == [f"new-{number}" for number in range(1, 6)]
    assert len(asked) <= 1
