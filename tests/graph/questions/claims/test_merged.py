"""Counts of merged things are counts of one thing, in the table, in series and on the page of an event, until the merge is undone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.harness.graphs.trig import ledger_of, quads

from onrecord.graph import terms
from onrecord.graph.changes import ChangeSet
from onrecord.graph.ledger import Ledger
from onrecord.graph.questions import views
from onrecord.graph.questions.tables import series, tables

BASE = terms.DEFAULT_BASE
EVENT = BASE + "event/strike"
HEAD = f"@base <{BASE}> . @prefix rec: <ns#> . @prefix xsd: <{terms.PREFIXES['xsd']}> .\n"


def count(name: str, weapon: str, place: str, at_least: int) -> str:
    return f"""<claim/{name}> a rec:QuantityClaim ; rec:claimant <actor/a> ; rec:stance rec:Asserts ; rec:standing rec:Stands ;
  rec:concerns <event/strike> ; rec:measure rec:killed ; rec:weapon <weapon/{weapon}> ; rec:scope <place/{place}> ;
  rec:atLeast {at_least} ; rec:atMost {at_least} ; rec:evidence <document/{name}/1#x> ;
  rec:asOfFrom "2025-08-28T0{at_least}:00:00Z"^^xsd:dateTime ; rec:asOfUntil "2025-08-28T0{at_least}:00:00Z"^^xsd:dateTime .
<document/{name}/1#x> a rec:Excerpt ; rec:ofVersion <document/{name}/1> .
"""


# The same count of one weapon in one place under two names each, in two reports; a later one; and one of another weapon.
WORLD = (
    HEAD
    + """GRAPH <graph/x> {
<event/strike> a rec:Strike . rec:killed rec:countKind rec:Cumulative .
"""
    + count("one", "kinzhal", "kyiv", 5)
    + count("two", "x-47", "kiev", 5)
    + count("three", "x-47", "kyiv", 7)
    + count("four", "shahed", "kyiv", 5)
    + "}"
)
MERGED = HEAD + "".join(
    f"GRAPH <graph/derived> {{ <{kind}/{one}> rec:mergedAs <{kind}/{first}> . }}\n"
    for kind, one, first in (
        ("weapon", "x-47", "kinzhal"),
        ("weapon", "kinzhal", "kinzhal"),
        ("place", "kyiv", "kiev"),
        ("place", "kiev", "kiev"),
    )
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with ledger_of(tmp_path, WORLD) as opened:
        yield opened


def change(ledger: Ledger, added: str = "", removed: str = "") -> None:
    ledger.commit(ChangeSet(added=quads(added), removed=quads(removed)), message="test", author="tests")


def rows(ledger: Ledger) -> set[tuple[str, ...]]:
    """Of each row: which claims it is of, the weapon and the place."""

    def make(after: tables.Cursor) -> tables.Table:
        return tables.claims(EVENT, measure="killed", standings=tables.STANDINGS, after=after)

    return {
        tuple(" ".join(row[name]).replace(BASE, "") for name in ("claims", "weapon", "scope"))  # type: ignore[arg-type]
        for page in tables.pages(ledger.rows, make)
        for row in page
    }


def latest(ledger: Ledger) -> set[str]:
    return {str(row["claim"]).removeprefix(BASE) for row in series.latest(ledger, EVENT, "killed")}


def on_page(ledger: Ledger) -> set[tuple[int, ...]]:
    """Of each series on the event's page: how many reports each of its counts has."""
    (account,) = views.event(ledger, EVENT).accounts
    return {tuple(len(said.reports) for said in one.said) for one in account.series}


APART = {
    ("claim/one", "weapon/kinzhal", "place/kyiv"),
    ("claim/two", "weapon/x-47", "place/kiev"),
    ("claim/three", "weapon/x-47", "place/kyiv"),
    ("claim/four", "weapon/shahed", "place/kyiv"),
}


def test_counts_of_merged_weapons_in_merged_places_are_one_row_and_one_series(ledger: Ledger) -> None:
    assert rows(ledger) == APART
    assert latest(ledger) == {"claim/one", "claim/two", "claim/three", "claim/four"}
    assert on_page(ledger) == {(1,)}
    change(ledger, added=MERGED)
    assert rows(ledger) == {
        ("claim/one claim/two", "weapon/kinzhal", "place/kiev"),
        ("claim/three", "weapon/kinzhal", "place/kiev"),
        ("claim/four", "weapon/shahed", "place/kiev"),
    }
    assert latest(ledger) == {"claim/three", "claim/four"}
    assert on_page(ledger) == {(2, 1), (1,)}


def test_a_merge_that_is_undone_leaves_them_apart(ledger: Ledger) -> None:
    change(ledger, added=MERGED)
    change(ledger, removed=MERGED)
    assert rows(ledger) == APART
    assert on_page(ledger) == {(1,)}
