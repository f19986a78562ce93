"""The claims on one event by one measure, and the newest of them: expected values are worked out by hand from the invented toll (tests/harness/graphs/toll.py)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.harness.graphs.toll import BASE, STRIKE, TOLL, claim
from tests.harness.graphs.trig import ledger_of

from onrecord.graph import terms
from onrecord.graph.errors import BadParameter
from onrecord.graph.ledger import Ledger
from onrecord.graph.questions.tables import series, tables

NOON = "2025-08-28T12:00:00Z"


@pytest.fixture(scope="module")
def toll(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with ledger_of(tmp_path_factory.mktemp("toll"), TOLL) as ledger:
        yield ledger


def names(rows: list[tables.Row]) -> list[str]:
    return sorted(str(row["claim"]).removeprefix(BASE + "claim/") for row in rows)


def claims(ledger: Ledger, event: str, measure: str, **asked: Any) -> list[tables.Row]:
    def make(after: tables.Cursor) -> tables.Table:
        return tables.claims(event, measure=measure, after=after, **asked)

    return [row for page in tables.pages(ledger.rows, make) for row in page]


def test_everything_that_was_said_is_there_whatever_its_standing(toll: Ledger) -> None:
    rows = claims(toll, STRIKE, "killed", standings=tables.STANDINGS)
    assert names(rows) == ["mayor-1", "paper", "part", "police", "rescue-1", "rescue-2"]
    assert rows[0]["claim"] == claim("rescue-2")  # it speaks of the latest moment


def test_two_reports_of_one_sources_word_are_one_row(toll: Ledger) -> None:
    (mayor,) = (
        row for row in claims(toll, STRIKE, "killed", standings=tables.STANDINGS) if row["atLeast"] == 8
    )
    assert mayor["claims"] == [claim("mayor-1"), claim("mayor-2")]
    assert mayor["documents"] == [BASE + "document/daily", BASE + "document/weekly"]
    assert mayor["words"] in ("at least eight | no fewer than eight", "no fewer than eight | at least eight")


def test_a_spokesman_speaks_for_the_office(toll: Ledger) -> None:
    (early,) = (
        row for row in claims(toll, STRIKE, "killed", standings=tables.STANDINGS) if row["atLeast"] == 12
    )
    assert (early["source"], early["claimant"]) == (BASE + "actor/rescue", BASE + "actor/spokesman")
    assert (early["sourceName"], early["claimantName"]) == ("The rescue service", "The spokesman")


def test_a_row_says_its_bounds_as_words_and_when_it_was_said(toll: Ledger) -> None:
    rows = {names([row])[0]: row for row in claims(toll, STRIKE, "killed", standings=tables.STANDINGS)}
    assert [rows[name]["qualifier"] for name in ("mayor-1", "rescue-2")] == ["at least", "exactly"]
    assert (rows["mayor-1"]["atLeast"], "atMost" in rows["mayor-1"]) == (8, False)
    assert (rows["mayor-1"]["saidFrom"], rows["mayor-1"]["saidUntil"]) == (
        "2025-08-28T00:00:00",
        "2025-08-28T09:30:00Z",  # a paper of that minute has it
    )
    assert rows["rescue-1"]["saidFrom"] == rows["rescue-1"]["saidUntil"] == "2025-08-28T10:00:00Z"
    assert rows["paper"]["standing"] == terms.REC + "Refuted"
    assert rows["paper"]["standingReason"] == "An assessment found it wrong."
    (injured,) = claims(toll, STRIKE, "injured", standings=tables.STANDINGS)
    assert (injured["qualifier"], injured["estimate"]) == ("about", 50)


def test_by_a_moment_is_what_had_been_said_and_counted_then(toll: Ledger) -> None:
    rows = claims(toll, STRIKE, "killed", moment=NOON)
    # What superseded the early count came a day later; what was refuted or retracted since is not passed off as current.
    assert names(rows) == ["mayor-1", "part", "rescue-1"]
    assert all(row["certain"] is True for row in rows)
    assert names(claims(toll, STRIKE, "killed", moment="2025-08-31T12:00:00Z")) == [
        "mayor-1",
        "part",
        "rescue-2",
    ]
    assert claims(toll, STRIKE, "killed", moment="2025-08-26T12:00:00Z") == []


def test_what_may_have_been_said_by_a_moment_is_marked(toll: Ledger) -> None:
    rows = claims(toll, STRIKE, "killed", moment="2025-08-28T09:00:00Z")
    # A paper of half past nine has the mayor's words of that day, so they were said by then.
    assert [(names([row])[0], row["certain"]) for row in rows] == [("mayor-1", False)]
    rows = claims(toll, STRIKE, "killed", moment="2025-08-28T09:59:59Z")
    assert {names([row])[0]: row["certain"] for row in rows} == {"mayor-1": True, "part": True}


def test_the_latest_is_one_count_of_each_thing_that_was_counted(toll: Ledger) -> None:
    assert names(series.latest(toll, STRIKE, "killed")) == ["part", "rescue-2"]
    assert names(series.latest(toll, STRIKE, "killed", NOON)) == ["part", "rescue-1"]


def test_nothing_is_said_of_another_event(toll: Ledger) -> None:
    assert names(claims(toll, BASE + "event/other", "killed", standings=tables.STANDINGS)) == ["other"]
    assert series.latest(toll, BASE + "event/none", "killed") == []


@pytest.mark.parametrize(
    ("measure", "moment"), [("kiled", NOON), ("killed", "noon"), ("killed", "2025-08-28T12:00:00")]
)
def test_what_cannot_be_read_is_named(toll: Ledger, measure: str, moment: str) -> None:
    with pytest.raises(BadParameter, match=r"kill?ed|2025-08-28T12:00:00Z"):
        series.latest(toll, STRIKE, measure, moment)
