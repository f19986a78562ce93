"""The tables over HTTP: JSON that is RDF, CSV, the query that gives the same rows; over the invented toll and the seeds."""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rdflib
from flask.testing import FlaskClient
from tests.harness.graphs.toll import BASE, TOLL, claim
from tests.harness.graphs.trig import ledger_of, settings_of

from onrecord.api import create_app
from onrecord.graph import terms
from onrecord.graph.questions.tables import tables

CLAIMS = "/api/events/strike/claims"
ADDRESSES = [
    CLAIMS,
    f"{CLAIMS}?measure=killed&standing=all",
    f"{CLAIMS}?measure=killed&asOf=2025-08-28T12:00:00Z",
    f"{CLAIMS}?asOf=2025-08-28T15:00:00%2B03:00",
    f"{CLAIMS}?measure=killed&latest=true",
    f"{CLAIMS}?measure=killed&latest=true&asOf=2025-08-28T12:00:00Z&version=1",
    "/api/statements",
    "/api/statements?speaker=actor/mayor",
    "/api/statements?about=event/strike&from=2025-08-28&to=2025-08-28",
    "/api/disputes",
    "/api/disputes?standing=all",
    "/api/disputes?event=event/strike&measure=killed",
    "/api/disputes?event=event/strike&measure=killed&asOf=2025-08-30T12:00:00Z",
]


@pytest.fixture(scope="module")
def toll(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with ledger_of(tmp_path_factory.mktemp("toll"), TOLL) as ledger:
        yield create_app(ledger, settings_of(ledger.directory)).test_client()


def ids(answer: Any) -> list[str]:
    return [row["id"].rpartition("/")[2] for row in answer["claims"]]


def test_the_default_is_what_stands_or_is_contested(toll: FlaskClient) -> None:
    assert sorted(ids(toll.get(f"{CLAIMS}?measure=killed").json)) == ["mayor-1", "part", "rescue-2"]
    assert sorted(ids(toll.get(f"{CLAIMS}?measure=killed&standing=refuted").json)) == ["paper"]
    assert len(ids(toll.get(f"{CLAIMS}?measure=killed&standing=all").json)) == 6


def test_the_latest_count_of_each_thing_counted_is_asked_for_by_name(toll: FlaskClient) -> None:
    assert ids(toll.get(f"{CLAIMS}?measure=killed&latest=true").json) == ["rescue-2", "part"]
    by_noon = toll.get(f"{CLAIMS}?measure=killed&latest=true&asOf=2025-08-28T12:00:00Z").json
    assert sorted(ids(by_noon)) == ["part", "rescue-1"]


def test_a_claim_says_who_what_when_where_it_was_read_and_how_it_stands(toll: FlaskClient) -> None:
    (row,) = (row for row in toll.get(CLAIMS).json["claims"] if row["id"] == claim("mayor-1"))
    row.pop("words")
    assert row == {
        "id": claim("mayor-1"),
        "type": "QuantityClaim",
        "reports": [claim("mayor-1"), claim("mayor-2")],
        "label": "At least eight killed",
        "concerns": [BASE + "event/strike"],
        "source": BASE + "actor/mayor",
        "sourceName": "The mayor",
        "claimant": BASE + "actor/mayor",
        "claimantName": "The mayor",
        "madeIn": [BASE + "statement/mayor-1", BASE + "statement/mayor-2"],
        "stance": "Asserts",
        "measure": "killed",
        "qualifier": "at least",
        "atLeast": 8,
        "asOfFrom": "2025-08-28T06:00:00Z",
        "asOfUntil": "2025-08-28T09:00:00Z",
        "saidFrom": "2025-08-28T00:00:00",
        "saidUntil": "2025-08-28T09:30:00Z",
        "versions": [BASE + "document/daily/1", BASE + "document/weekly/1"],
        "documents": [BASE + "document/daily", BASE + "document/weekly"],
        "standing": "Stands",
        "standingReason": "None.",
    }


def test_a_statement_comes_with_its_wordings_and_a_dispute_with_both_sides(toll: FlaskClient) -> None:
    (statement,) = toll.get("/api/statements?speaker=actor/mayor").json["statements"]
    assert statement["rendering"] == [
        {
            "id": BASE + "rendering/mayor-1",
            "type": "Rendering",
            "mode": "Direct",
            "reportingVerb": {"en": "said"},
            "text": {"en": "At least eight"},
            "reportedIn": BASE + "document/daily/1",
            "document": BASE + "document/daily",
        }
    ]
    (dispute,) = toll.get("/api/disputes").json["disputes"]
    assert (dispute["id"], dispute["claimantName"], dispute["words"]) == (
        claim("mayor-1"),
        "The mayor",
        "at least eight",
    )
    assert dispute["contradicts"]["id"] == claim("rescue-2")
    assert dispute["contradicts"]["standing"] == "Contested"
    assert dispute["rules"] == [BASE + "rule/r"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_query_gives_the_same_rows_at_the_endpoint(toll: FlaskClient, address: str) -> None:
    answer = toll.get(address)
    assert answer.json["version"] == int(answer.headers["Onrecord-Version"]) == 1
    rows = list(csv.DictReader(io.StringIO(toll.get(address, headers={"Accept": "text/csv"}).text)))
    assert rows
    for asked in (
        toll.get(answer.json["sparql"], headers={"Accept": "text/csv"}),
        toll.post("/sparql", data={"query": answer.json["query"]}, headers={"Accept": "text/csv"}),
    ):
        assert asked.status_code == 200
        twin = list(csv.DictReader(io.StringIO(asked.text)))
        # The store lists the members of a cell in an order of its own.
        # (through whom alone it is known is asked beside it)
        columns = [name for name in rows[0] if name != "via"]
        shown = [{name: sorted(row[name].split(" ")) for name in columns} for row in twin]
        assert shown == [{name: sorted(row[name].split(" ")) for name in columns} for row in rows]
    text = toll.get(address, headers={"Accept": "application/sparql-query"})
    assert (text.mimetype, text.text) == ("application/sparql-query", answer.json["query"])


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph")  # rdflib's own reader of JSON-LD uses it
@pytest.mark.parametrize("address", ADDRESSES)
def test_the_json_is_rdf_that_stands_in_the_graph(toll: FlaskClient, address: str) -> None:
    read = rdflib.Graph().parse(data=toll.get(address).data, format="json-ld")
    whole = rdflib.Graph().parse(data=toll.get("/export.ttl").data, format="turtle")
    inferred = rdflib.URIRef(terms.REC + "contradicts")  # symmetric: said of one of the two at least
    assert len(read) > 5
    for subject, predicate, value in read:
        there = (subject, predicate, value) in whole
        assert there or (predicate == inferred and (value, predicate, subject) in whole), (
            subject,
            predicate,
            value,
        )


def test_what_is_asked_by_its_end_is_what_is_asked_in_full(toll: FlaskClient) -> None:
    for short, whole in (
        ("/api/statements?speaker=mayor", "/api/statements?speaker=actor/mayor"),
        ("/api/disputes?event=strike", "/api/disputes?event=event/strike"),
    ):
        assert (
            toll.get(short, headers={"Accept": "text/csv"}).text
            == toll.get(whole, headers={"Accept": "text/csv"}).text
        )


@pytest.mark.parametrize(
    ("moment", "same"),
    [
        ("2025-08-28T12:00:00Z", "2025-08-28T15:00:00%2B03:00"),
        ("2025-08-28T00:30:00%2B03:00", "2025-08-27T21:30:00Z"),
    ],
)
def test_a_moment_is_the_same_in_every_time_zone(toll: FlaskClient, moment: str, same: str) -> None:
    one, other = (ids(toll.get(f"{CLAIMS}?measure=killed&asOf={asked}").json) for asked in (moment, same))
    assert one == other


def test_before_and_after_all_time_there_is_nothing_or_all(toll: FlaskClient) -> None:
    assert ids(toll.get(f"{CLAIMS}?measure=killed&asOf=0001-01-01T00:00:00Z").json) == []
    assert ids(toll.get(f"{CLAIMS}?measure=killed&latest=true&asOf=2999-01-01T00:00:00Z").json) == ids(
        toll.get(f"{CLAIMS}?measure=killed&latest=true").json
    )


def test_programs_choose_the_form_by_accept_or_in_the_address(toll: FlaskClient) -> None:
    for accept, kind in (("application/ld+json", "application/ld+json"), ("*/*", "application/json")):
        assert toll.get(CLAIMS, headers={"Accept": accept}).mimetype == kind
    assert toll.get(f"{CLAIMS}?accept=text/csv").content_type == "text/csv; charset=utf-8"
    refused = toll.get(CLAIMS, headers={"Accept": "image/png"})
    assert (refused.status_code, refused.mimetype) == (406, "application/problem+json")


def test_pages_follow_each_other_until_the_last(toll: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ids(toll.get(f"{CLAIMS}?standing=all").json)
    text = tables.question("claims_table").replace("LIMIT 100", "LIMIT 2")
    monkeypatch.setattr(tables, "PAGE", 2)
    monkeypatch.setattr(tables, "question", lambda _: text)
    found: list[str] = []
    address = f"{CLAIMS}?standing=all"
    while address is not None:
        answer = toll.get(address)
        found += ids(answer.json)
        address = answer.json["next"]
        assert ('rel="next"' in answer.headers["Link"]) == (address is not None)
        if address is not None:
            assert f"<{address}>" in answer.headers["Link"]
    assert found == whole
    assert len(whole) == 7


def test_where_no_statement_has_a_day_the_first_page_has_those_without_one(tmp_path: Path) -> None:
    said = f"@base <{BASE}> . @prefix rec: <ns#> . GRAPH <graph/x> {{ <statement/u> a rec:Statement ; rec:speaker <actor/quiet> . }}"
    with ledger_of(tmp_path, TOLL, said) as ledger:
        client = create_app(ledger, settings_of(ledger.directory)).test_client()
        answer = client.get("/api/statements?speaker=actor/quiet").json
        assert [row["id"] for row in answer["statements"]] == [BASE + "statement/u"]
        assert answer["next"] is None
        assert "\r\n" in client.get("/api/statements?speaker=actor/quiet&accept=text/csv").text.strip()


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        (f"{CLAIMS}?measure=kiled", 400, "did you mean killed"),
        (f"{CLAIMS}?asOf=noon", 400, "2025-08-28T12:00:00Z"),
        (f"{CLAIMS}?latest=true", 400, "give `measure` with it"),
        (f"{CLAIMS}?latest=yes&measure=killed", 400, "`latest=true`"),
        (f"{CLAIMS}?latest=true&measure=killed&standing=all", 400, "no `standing`"),
        ("/api/events/strik/claims?latest=true&measure=killed", 404, "event/strik"),
        (f"{CLAIMS}?standing=true", 400, "superseded"),
        (f"{CLAIMS}?mesure=killed", 400, "there are measure, asOf"),
        (f"{CLAIMS}?measure=killed&measure=injured", 400, "give it once"),
        (f"{CLAIMS}?after=x", 400, "no place in this list"),
        (f"{CLAIMS}?after=WyJhIl0", 400, "from its beginning"),
        (
            f"{CLAIMS}?after={'W' * 20_000}",
            400,
            "no place in this list",
        ),  # lists in lists, deeper than any reader goes
        (f"{CLAIMS}?after={base64.urlsafe_b64encode(b'[' * 20_000).decode()}", 400, "no place in this list"),
        (f"{CLAIMS}?after=WzEsIDJd", 400, "no place in this list"),
        (f"{CLAIMS}?after=", 400, "no place in this list"),
        (f"{CLAIMS}?measure=KILLED", 400, "did you mean killed"),
        (f"{CLAIMS}?measure=загиблі", 400, "did you mean killed"),
        (f"{CLAIMS}?measure=", 400, "there are"),
        (f"{CLAIMS}?asOf=2025-08-28T12:00:00", 400, "time zone"),
        (f"{CLAIMS}?asOf=2025-08-28", 400, "time zone"),
        (f"{CLAIMS}?asOf=2025-02-30T00:00:00Z", 400, "no moment"),
        (f"{CLAIMS}?standing=stands,", 400, "no standing"),
        (f"{CLAIMS}?version=1.0", 400, "number of a version"),
        (f"{CLAIMS}?version=9", 410, "version"),
        ("/api/statements?from=2025-08-29&to=2025-08-28", 400, "exchange them"),
        ("/api/statements?to=2025-08-28Z", 400, "2025-08-28"),
        ("/api/statements?speaker=", 400, "`speaker` is empty"),
        ("/api/statements?speaker=maior", 404, "actor/maior"),
        ("/api/disputes?event=strik", 404, "event/strik"),
        ("/events.json?from=2025-08-29&to=2025-08-28", 400, "exchange them"),
        ("/api/events/strik/claims", 404, "event/strik"),
        ("/api/events/a b/claims", 400, "names nothing"),
        ("/api/statements?from=yesterday", 400, "2025-08-28"),
        ("/api/statements?speaker=actor/maior", 404, "actor/maior"),
        ("/api/statements?about=https://example.org/none", 404, "https://example.org/none"),
        ("/api/statements?after=WyJ4IiwieSJd", 400, "no day"),
        ("/api/disputes?over=x", 400, "there are event, measure, asOf, standing, after"),
        ("/api/disputes?asOf=2025-08-29", 400, "give day, time and time zone"),
        ("/api/disputes?event=event/strik", 404, "event/strik"),
        ("/api/disputes?measure=kiled", 400, "did you mean killed"),
    ],
)
def test_what_is_wrong_is_said_with_the_remedy(
    toll: FlaskClient, address: str, status: int, said: str
) -> None:
    answer = toll.get(address)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert said in answer.json["detail"]


def test_an_answer_can_be_had_again_from_its_version(toll: FlaskClient) -> None:
    assert toll.get(f"{CLAIMS}?version=1").json["claims"] == toll.get(CLAIMS).json["claims"]


def test_the_seeds_are_told_with_their_sources(client: FlaskClient) -> None:
    answer = client.get("/api/events/2025-08-28-strike-on-ukraine/claims?measure=launched").json
    assert {row["sourceName"] for row in answer["claims"]} == {"Ukrainian Air Force"}
    assert sorted(row["atLeast"] for row in answer["claims"] if row["source"].endswith("air-force")) == [
        2,
        9,
        20,
        31,
        598,
    ]
    assert json.dumps(answer)
