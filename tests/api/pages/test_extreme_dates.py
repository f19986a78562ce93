"""Dates at the ends of what there is: years 1 and 9999, before and beyond them, each in every place that a date may have.

A store holds them all, and a slip such as 9025 for 2025 is one. Every page and export has to show them.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from tests.harness.graphs.trig import quads

from onrecord.api import create_app
from onrecord.graph.changes import ChangeSet
from onrecord.graph.disputes import derivation
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

DAYS = ("0001-01-01", "9999-06-01", "9999-12-31", "9025-08-28", "10000-01-01", "-0044-03-15", "999999-01-01")
MOMENTS = [f"{day}T{time}" for day in DAYS for time in ("00:00:00Z", "00:00:00+14:00", "23:59:59-14:00")]


def _of(number: int, moment: str) -> str:
    """An actor with a tenure, an event, and three counts of its dead: said at this moment, on its day, and nobody knows when."""
    day, at = f'"{moment.partition("T")[0]}"^^xsd:date', f'"{moment}"^^xsd:dateTime'
    claims = "".join(
        f"""
  <claim/{number}-{count}> a rec:QuantityClaim ; rdfs:label "count"@en ; rec:claimant <actor/{number}> ; rec:concerns <event/{number}> ;
    rec:measure rec:Killed ; rec:atLeast {count} ; rec:atMost {count} ; rec:asOfFrom {begin} ; rec:asOfUntil {end} ;
    rec:assertedBy <statement/{number}-{count}> .
  <statement/{number}-{count}> a rec:Statement ; rdfs:label "said"@en ; rec:speaker <actor/{number}> ; {said} rec:about <event/{number}> ; rec:asserts <claim/{number}-{count}> ;
    rec:rendering <statement/{number}-{count}/r> .
  <statement/{number}-{count}/r> rec:mode rec:Direct ; rec:text "said"@en ; rec:reportedIn <document/{number}/v> ."""
        for count, begin, end, said in (
            (3, at, at, f"rec:saidOn {day} ; rec:saidAt {at} ;"),
            (5, '"2025-08-28T00:00:00Z"^^xsd:dateTime', at, f"rec:saidOn {day} ;"),
            (7, at, at, ""),
        )
    )
    return f"""GRAPH <document/{number}/v> {{
  <actor/{number}> a rec:Person ; rdfs:label "Actor {number}"@en .
  <tenure/{number}> a rec:Tenure ; rec:holder <actor/{number}> ; rec:post "post"@en ; rdfs:label "post"@en ;
    rec:institution <actor/0> ; rec:from {'"1999-01-01"^^xsd:date' if number % 2 else day} ; rec:until {day} .
  <document/{number}> a rec:Document ; rdfs:label "Document"@en ; rec:publisher <actor/0> ; rec:language "en" .
  <document/{number}/v> a rec:DocumentVersion ; rec:versionOf <document/{number}> ; rec:headline "Headline"@en ;
    rec:published {day} ; rec:publishedAt {at} ; rec:retrieved {at} ; rec:readAs rec:FullText .
  <event/{number}> a rec:Strike ; rdfs:label "Strike {number}"@en ; rec:begin {at} ; rec:end {at} ; rec:perpetrator <actor/0> .
{claims}
}}
"""


GRAPHS = "".join(_of(number, moment) for number, moment in enumerate(MOMENTS))
TEXT = f"""
@base <https://w3id.org/onrecord/> . @prefix rec: <ns#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
GRAPH <graph/vocabulary> {{
  rec:Person rdfs:subClassOf rec:Actor . rec:Strike rdfs:subClassOf rec:Event . rec:QuantityClaim rdfs:subClassOf rec:Claim .
  rec:Killed a rec:Measure , rec:CumulativeMeasure ; skos:prefLabel "killed"@en .
}}
{GRAPHS}"""
NAMED = [
    f"/{name}.html"
    for number in range(len(MOMENTS))
    for name in (
        f"actor/{number}",
        f"event/{number}",
        f"claim/{number}-3",
        f"statement/{number}-5",
        f"document/{number}",
        f"document/{number}/v",
    )
]
LISTS = [
    *("/", "/actors", "/events", "/claims", "/disputes", "/documents", "/network", "/feed.atom", "/sitemap.xml", "/events.json"),
    *("/api/statements", "/api/disputes", "/network.json?most=10", "/statements?via=actor/0", "/events?to=0001-01-01"),
    *("/claims?asOf=9999-12-31", "/disputes?asOf=0001-01-01", "/network?from=0001-01-01&until=9999-12-31", "/search?q=Strike"),
    *("/export/claims.csv", "/export/claims.parquet", "/export/current.ttl", "/export.trig", "/relation?from=actor/1&to=actor/0"),
]  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    stated = quads(TEXT)
    with Ledger.open(Settings(data=tmp_path_factory.mktemp("dates")), _gate=False) as ledger:
        ledger.commit(ChangeSet(added=stated | derivation.derive(stated)), message="dates", author="test")
        yield create_app(ledger, Settings()).test_client()


def test_every_page_of_a_thing_with_such_dates_is_shown(client: FlaskClient) -> None:
    assert {path: status for path in NAMED if (status := client.get(path).status_code) != 200} == {}


def test_every_list_and_export_of_them_is_shown(client: FlaskClient) -> None:
    found = {path: client.get(path) for path in LISTS}
    assert {path: response.text for path, response in found.items() if response.status_code >= 500} == {}


@pytest.mark.parametrize("name", ["from", "to"])
def test_every_such_date_may_be_asked_for_or_is_refused_by_name(client: FlaskClient, name: str) -> None:
    for path in ("/events", "/events.json"):
        for moment in (*DAYS, *MOMENTS):
            response = client.get(path, query_string={name: moment})
            assert response.status_code in {200, 400}, (path, moment)
            if response.status_code == 400:
                assert moment in response.get_json()["detail"]
