"""The tolls of 28 August 2025 hour by hour, through the API: worked out by hand from the table of 17 reports, not from answers.

Two reports, WION and TimesLIVE, rest on the word of Ukrainian officials and give the same figures of the same day: one row.
One report, of 28 or 29 August, gives a second figure, for the Darnytskyi district. So 17 reports are 17 rows: 16 of Kyiv, one of
the district. No report gives an hour.
"""

from __future__ import annotations

import csv
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from tests.conftest import SHARED

from onrecord.graph import terms

CLAIMS = "/api/events/2025-08-28-strike-on-kyiv/claims?measure=killed"
KYIV, DISTRICT = (f"{terms.DEFAULT_BASE}place/{name}" for name in ("kyiv", "darnytskyi-district"))
THE_29TH = {("exactly", 23, "Tymur Tkachenko"), ("exactly", 23, "State Emergency Service of Ukraine"),
            ("exactly", 23, "Kyiv City Prosecutor's Office"), ("exactly", 25, "State Emergency Service of Ukraine")}  # fmt: skip


def cases(name: str) -> Any:
    path = SHARED / "cases" / name
    if not path.exists():
        pytest.skip(f"{name} lies in ../shared/cases, which is absent here")
    return path


def rows(client: FlaskClient, more: str) -> list[dict[str, Any]]:
    answer = client.get(CLAIMS + more)
    assert answer.status_code == 200
    assert answer.json["next"] is None
    found: list[dict[str, Any]] = answer.json["claims"]
    return found


def figures(found: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return sorted((row["qualifier"], row["atLeast"]) for row in found if row["scope"] == [KYIV])


def test_all_that_was_said_is_there_two_reports_of_one_word_once(client: FlaskClient) -> None:
    with cases("toll_by_report.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    expected = [
        ("at least" if row["qualifier"] == "at least" else "exactly", int(row["killed"])) for row in table
    ]
    expected.remove(("at least", 15))  # given twice, by WION and TimesLIVE
    found = rows(client, "&standing=all")
    assert figures(found) == sorted(expected)
    (twice,) = (row for row in found if row["atLeast"] == 15)
    assert [report.rpartition("/")[2] for report in twice["reports"]] == [
        "timeslive-2025-08-28-killed",
        "wion-2025-08-28-killed",
    ]
    (district,) = (row for row in found if row["scope"] == [DISTRICT])
    assert (district["qualifier"], district["atLeast"]) == ("at least", 12)
    assert len(found) == 17


def test_there_are_the_twelve_distinct_values_of_the_case_and_none_contradicts_another(
    client: FlaskClient,
) -> None:
    (c1,) = (case for case in json.loads(cases("conflicts.json").read_text("utf-8")) if case["id"] == "c1")
    found = rows(client, "&standing=all")
    assert sorted({value for _, value in figures(found)}) == c1["values"]
    assert {row["standing"] for row in found} == {"Stands", "Superseded"}
    tolls = {report for row in found for report in row["reports"]}
    disputes = client.get("/api/disputes?standing=all").json["disputes"]
    assert disputes
    assert not [one for one in disputes if one["id"] in tolls and one["contradicts"]["id"] in tolls]


def test_the_latest_is_25_by_the_emergency_service_and_12_of_them_in_one_district(
    client: FlaskClient,
) -> None:
    found = {row["scope"][0]: row for row in rows(client, "&latest=true")}
    assert found.keys() == {KYIV, DISTRICT}
    latest = found[KYIV]
    assert (latest["qualifier"], latest["atLeast"], latest["atMost"]) == ("exactly", 25, 25)
    assert latest["source"] == f"{terms.DEFAULT_BASE}actor/state-emergency-service"
    assert (found[DISTRICT]["qualifier"], found[DISTRICT]["atLeast"]) == ("at least", 12)


def test_by_noon_is_what_may_have_been_said_by_then_and_nothing_of_it_for_certain(
    client: FlaskClient,
) -> None:
    found = rows(client, "&asOf=2025-08-28T12:00:00Z")
    # The reports of 28 August, and the one of "28/29": any of them may be of the evening, so none is sure to be of before noon.
    values = [4, 8, 10, 12, 14, 15, 18, 19, 21, 22, 25]
    assert figures(found) == sorted([*(("at least", value) for value in values), ("exactly", 10)])
    assert {row["certain"] for row in found} == {False}
    assert rows(client, "&latest=true&asOf=2025-08-28T12:00:00Z") == []


def test_when_the_day_is_over_everywhere_its_reports_are_certain_and_the_undated_one_is_not(
    client: FlaskClient,
) -> None:
    # The 28th ends last in the zone twelve hours behind UTC: at noon UTC on the 29th.
    found = rows(client, "&asOf=2025-08-29T12:00:00Z")
    surely = figures([row for row in found if row["certain"]])
    # By the editors, 8, 10, 12 and 14 had been brought up to date by 18, and the exact 10 by 15, all on that day.
    assert surely == [("at least", value) for value in (4, 15, 18, 19, 21, 22)]
    open_ = [row for row in found if not row["certain"]]
    assert ("at least", 25) in figures(open_)
    assert {
        (row["qualifier"], row["atLeast"], row["sourceName"])
        for row in open_
        if row["qualifier"] == "exactly"
    } == THE_29TH
    assert [row["certain"] for row in found] == sorted((row["certain"] for row in found), reverse=True)
    (latest,) = rows(client, "&latest=true&asOf=2025-08-29T12:00:00Z")
    assert (latest["qualifier"], latest["atLeast"]) == ("at least", 22)
    before = rows(client, "&asOf=2025-08-29T11:59:59Z")
    assert {row["certain"] for row in before} == {False}


def test_before_the_strike_nobody_had_said_anything(client: FlaskClient) -> None:
    assert rows(client, "&asOf=2025-08-27T12:00:00Z") == []


def test_both_sides_words_on_what_was_hit_are_one_dispute_a_pair(client: FlaskClient) -> None:
    (c3,) = (case for case in json.loads(cases("conflicts.json").read_text("utf-8")) if case["id"] == "c3")
    assert c3["values"].keys() == {"Russian MoD / Peskov", "Kellogg/Tkachenko/KI"}
    answer = client.get("/api/disputes?event=event/2025-08-28-strike-on-ukraine").json
    sides = [(one, one["contradicts"]) for one in answer["disputes"]]
    found = {frozenset(side["claimantName"] for side in pair) for pair in sides}
    assert found == {
        frozenset({"Kyiv Independent", "Dmitry Peskov"}),
        frozenset({"Kyiv Independent", "Russian Ministry of Defence"}),
    }
    for pair in sides:
        assert all(side["words"] and side["standing"] == "Contested" for side in pair)


def test_the_wrong_date_is_out_of_the_tables_and_there_on_demand(client: FlaskClient) -> None:
    (c4,) = (case for case in json.loads(cases("conflicts.json").read_text("utf-8")) if case["id"] == "c4")
    assert "July 29" in c4["values"]["Kyiv Independent source article"]
    address = "/api/events/2025-07-29-strike-on-kyiv/claims"
    named = f"{terms.DEFAULT_BASE}claim/2025-07-29-date"
    current = client.get(address).json["claims"]
    assert named not in {row["id"] for row in current}
    assert "On July 29" not in {row.get("words") for row in current}
    (refuted,) = client.get(f"{address}?standing=refuted").json["claims"]
    assert (refuted["id"], refuted["words"], refuted["standing"]) == (named, "On July 29", "Refuted")
    assert refuted["standingReason"] == "An assessment found it wrong."


@pytest.mark.parametrize("day", [27, 28])
def test_the_night_is_found_by_the_day_on_which_it_began_and_by_that_on_which_it_ended(
    client: FlaskClient, day: int
) -> None:
    zone = "+03:00"
    query = f"""SELECT ?event WHERE {{ ?event rec:begin ?begin ; rec:end ?end
      FILTER (?begin < "2025-08-{day + 1}T00:00:00{zone}"^^xsd:dateTime && ?end > "2025-08-{day}T00:00:00{zone}"^^xsd:dateTime) }}"""
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/csv"}).text
    found = {line.rpartition("/")[2] for line in answer.split()}
    assert {"2025-08-28-strike-on-ukraine", "2025-08-28-drone-wave"} <= found
    # The missiles came from three to six in the morning of the 28th.
    assert ("2025-08-28-missile-wave" in found) == (day == 28)


def test_a_count_that_only_an_agency_passed_on_says_so_and_its_neighbours_do_not(client: FlaskClient) -> None:
    path = "/api/events/2025-08-28-strike-on-kyiv/claims"
    rows = client.get(f"{path}?standing=all").json["claims"]
    base = "https://w3id.org/onrecord/"
    relayed = {row["id"].removeprefix(base): row["via"] for row in rows if "via" in row}
    # VietnamPlus had it through Reuters; Glavnoe names nobody between. TimesLIVE had through Reuters what WION had without.
    assert relayed["claim/vietnamplus-2025-08-28-killed"] == [f"{base}actor/reuters"]
    assert "claim/glavnoe-2025-08-29-killed" not in relayed
    both = {f"{base}claim/{paper}-2025-08-28-killed" for paper in ("timeslive", "wion")}
    (row,) = (row for row in rows if both <= set(row["reports"]))
    assert "via" not in row
    table = client.get(f"{path}?standing=all&accept=text/csv").text.splitlines()
    assert table[0].endswith(",via")
    assert sum(line.endswith(f"{base}actor/reuters") for line in table) == sum(
        via == [f"{base}actor/reuters"] for via in relayed.values()
    )
