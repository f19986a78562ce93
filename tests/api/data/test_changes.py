"""What changed between two versions of a document: an invented article that was revised, and the one that the seeds have.

Of the old version: killed (at least 8), launched (9), a building hit, and the mayor's word that it is over. The new one says
25 killed instead, has the launches in other words, the building in the same, and a claim of who did it; of the mayor's word it
has nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
import rdflib
from flask.testing import FlaskClient
from tests.harness.graphs.trig import ledger_of, settings_of
from tests.harness.pages import Page

from onrecord.api import create_app
from onrecord.graph import terms
from onrecord.graph.questions.tables import tables

BASE = terms.DEFAULT_BASE
CHANGES = "/api/documents/daily/changes"
PAGE = "/documents/daily/changes"


def claim(  # noqa: PLR0917
    name: str, kind: str, more: str, words: tuple[str, ...], version: str, claimant: str = "daily"
) -> str:
    evidence = ", ".join(f"<document/daily/{version}#{name}-{n}>" for n in range(len(words)))
    excerpts = " ".join(
        f'<document/daily/{version}#{name}-{n}> a rec:Excerpt ; rec:ofVersion <document/daily/{version}> ; rec:start {n + 1} ; rec:exact "{text}" .'
        for n, text in enumerate(words)
    )
    own = f"rec:assertedBy <document/daily/{version}> ;" if claimant == "daily" else ""
    return (
        f'<claim/{name}> a rec:{kind} ; rdfs:label "{name}"@en ; rec:claimant <actor/{claimant}> ; rec:stance rec:Asserts ; {own} '
        f"rec:concerns <event/strike> ; {more} ; rec:evidence {evidence} . {excerpts}"
    )


REVISED = f"""
@base <{BASE}> . @prefix rec: <ns#> . @prefix rdfs: <{terms.PREFIXES["rdfs"]}> . @prefix xsd: <{terms.PREFIXES["xsd"]}> .
GRAPH <document/daily/a> {{
  <document/daily> a rec:Document ; rdfs:label "An article"@en .
  <document/daily/a> a rec:DocumentVersion ; rdfs:label "First"@en ; rec:versionOf <document/daily> ; rec:published "2025-08-28"^^xsd:date .
  {claim("killed", "QuantityClaim", "rec:measure rec:killed ; rec:atLeast 8", ("at least eight",), "a")}
  {claim("launched", "QuantityClaim", "rec:measure rec:launched ; rec:atLeast 9", ("nine fell", "all nine"), "a")}
  {claim("building", "TargetClaim", "rec:targetKind rec:building", ("a building burnt",), "a")}
  {claim("over", "PropertyClaim", "rec:subject <event/strike> ; rec:predicate rec:ended", ("it is over",), "a", "mayor")}
  <statement/mayor> a rec:Statement ; rec:speaker <actor/mayor> ; rec:asserts <claim/over> .
}}
GRAPH <document/daily/b> {{
  <document/daily/b> a rec:DocumentVersion ; rdfs:label "Second"@en ; rec:versionOf <document/daily> ; rec:published "2025-08-29"^^xsd:date ;
    rec:revises <document/daily/a> .
  {claim("killed-2", "QuantityClaim", "rec:measure rec:killed ; rec:atLeast 25 ; rec:supersedes <claim/killed>", ("25 were killed",), "b")}
  {claim("launched", "QuantityClaim", "rec:measure rec:launched ; rec:atLeast 9", ("nine came",), "b")}
  {claim("building", "TargetClaim", "rec:targetKind rec:building", ("a building burnt",), "b")}
  {claim("who", "ResponsibilityClaim", "rec:responsible <actor/north>", ("the north",), "b")}
}}
"""


@pytest.fixture(scope="module")
def revised(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with ledger_of(tmp_path_factory.mktemp("revised"), REVISED) as ledger:
        yield create_app(ledger, settings_of(ledger.directory)).test_client()


EXPECTED = [
    {"change": "changed", "id": "killed-2", "label": "killed-2", "words": "25 were killed",
     "was": {"id": "killed", "label": "killed", "words": "at least eight"}},
    {"change": "changed", "id": "launched", "label": "launched", "words": "nine came",
     "was": {"id": "launched", "label": "launched", "words": "nine fell | all nine"}},
    {"change": "gone", "id": "over", "label": "over", "words": "it is over"},
    {"change": "new", "id": "who", "label": "who", "words": "the north"},
]  # fmt: skip


def shortened(rows: Any) -> Any:
    for row in rows:
        for side in (row, row.get("was", {})):
            if "id" in side:
                side["id"] = side["id"].removeprefix(f"{BASE}claim/")
    return rows


@pytest.mark.parametrize(
    ("more", "words", "expected"),
    [
        ("rec:measure rec:killed ; rec:atLeast 8", "at least eight", []),
        ("rec:measure rec:killed ; rec:atLeast 8", "eight or more", [("changed", "renamed")]),
        ("rec:measure rec:killed ; rec:atLeast 9", "at least eight", [("changed", "renamed")]),
        ("rec:measure rec:killed ; rec:atLeast 8 ; rec:atMost 8", "at least eight", [("changed", "renamed")]),
        (
            "rec:measure rec:injured ; rec:atLeast 8",
            "at least eight",
            [("gone", "killed"), ("new", "renamed")],
        ),
    ],
)
def test_the_same_answer_in_the_same_words_is_the_same_claim_under_any_name(
    tmp_path: Any, more: str, words: str, expected: list[tuple[str, str]]
) -> None:
    named = claim(
        "killed-2",
        "QuantityClaim",
        "rec:measure rec:killed ; rec:atLeast 25 ; rec:supersedes <claim/killed>",
        ("25 were killed",),
        "b",
    )
    text = REVISED.replace(named, claim("renamed", "QuantityClaim", more, (words,), "b"))
    assert text != REVISED
    others = {"launched", "over", "who"}
    with ledger_of(tmp_path, text) as ledger:
        client = create_app(ledger, settings_of(ledger.directory)).test_client()
        for query, turned in (("", {}), ("?from=b&to=a", {"gone": "new", "new": "gone"})):
            rows = shortened(client.get(CHANGES + query).json["changes"])
            told = {
                (
                    turned.get(row["change"], row["change"]),
                    row["was"]["id"] if turned and "was" in row else row["id"],
                )
                for row in rows
            }
            assert {(change, name) for change, name in told if name not in others} == set(expected)


@pytest.mark.parametrize("query", ["", "?from=a&to=b", f"?from={BASE}document/daily/a&to=document/daily/b"])
def test_claims_changed_gone_and_new_are_told_with_their_words(revised: FlaskClient, query: str) -> None:
    answer = revised.get(CHANGES + query)
    assert answer.status_code == 200
    assert shortened(answer.json["changes"]) == EXPECTED


def test_backwards_what_was_new_is_gone(revised: FlaskClient) -> None:
    rows = shortened(revised.get(f"{CHANGES}?from=b&to=a").json["changes"])
    assert [(row["change"], row["id"]) for row in rows] == [
        ("changed", "killed"), ("changed", "launched"), ("gone", "who"), ("new", "over"),
    ]  # fmt: skip
    assert revised.get(f"{CHANGES}?from=a&to=a").json["changes"] == []


def test_where_a_question_has_several_answers_none_is_taken_for_the_heir_of_another(
    tmp_path: Any,
) -> None:
    two = claim("killed-3", "QuantityClaim", "rec:measure rec:killed ; rec:atLeast 26", ("26",), "b")
    text = REVISED.replace("  <document/daily/b> a", f"  {two}\n  <document/daily/b> a")
    with ledger_of(tmp_path / "data", text) as ledger:
        rows = shortened(
            create_app(ledger, settings_of(ledger.directory)).test_client().get(CHANGES).json["changes"]
        )
    assert [(row["change"], row["id"]) for row in rows] == [
        ("changed", "launched"), ("gone", "killed"), ("gone", "over"),
        ("new", "killed-2"), ("new", "killed-3"), ("new", "who"),
    ]  # fmt: skip


def test_the_two_latest_are_those_of_the_version_that_is_asked(tmp_path: Any) -> None:
    third = f"""@base <{BASE}> . @prefix rec: <ns#> . @prefix xsd: <{terms.PREFIXES["xsd"]}> .
      GRAPH <document/daily/c> {{ <document/daily/c> a rec:DocumentVersion ; rec:versionOf <document/daily> ; rec:published "2025-08-30"^^xsd:date . }}"""
    with ledger_of(tmp_path / "data", REVISED, third) as ledger:
        client = create_app(ledger, settings_of(ledger.directory)).test_client()
        assert shortened(client.get(f"{CHANGES}?version=1").json["changes"]) == EXPECTED
        # From b to c everything is gone.
        assert {row["change"] for row in client.get(CHANGES).json["changes"]} == {"gone"}


def test_the_query_gives_the_same_rows_at_the_endpoint(revised: FlaskClient) -> None:
    answer = revised.get(CHANGES).json
    rows = list(csv.DictReader(io.StringIO(revised.get(CHANGES, headers={"Accept": "text/csv"}).text)))
    assert [row["change"] for row in rows] == ["changed", "changed", "gone", "new"]
    for asked in (
        revised.get(answer["sparql"], headers={"Accept": "text/csv"}),
        revised.post("/sparql", data={"query": answer["query"]}, headers={"Accept": "text/csv"}),
    ):
        assert list(csv.DictReader(io.StringIO(asked.text))) == rows
    text = revised.get(CHANGES, headers={"Accept": "application/sparql-query"})
    assert text.text == answer["query"]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph")  # rdflib's own reader of JSON-LD uses it
def test_the_json_is_rdf_that_stands_in_the_graph(revised: FlaskClient) -> None:
    read = rdflib.Graph().parse(data=revised.get(CHANGES).data, format="json-ld")
    whole = rdflib.Graph().parse(data=revised.get("/export.ttl").data, format="turtle")
    assert len(read) == 4
    assert not [triple for triple in read if triple not in whole]


def test_pages_follow_each_other_until_the_last(
    revised: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = tables.question("changes_table").replace("LIMIT 100", "LIMIT 1")
    monkeypatch.setattr(tables, "PAGE", 1)
    monkeypatch.setattr(tables, "question", lambda _: text)
    found, address = [], CHANGES
    while address is not None:
        answer = revised.get(address).json
        found += shortened(answer["changes"])
        address = answer["next"]
    assert found == EXPECTED


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/api/documents/dayly/changes", 404, "document/dayly"),
        (f"{CHANGES}?from=a", 400, "`to` is missing"),
        (f"{CHANGES}?from=a&to=c", 400, "read: a, b"),
        (f"{CHANGES}?from=a&to=document/weekly/b1", 400, "names no version"),
        (f"{CHANGES}?form=a&to=b", 400, "there are from, to"),
        (f"{CHANGES}?from=a&from=b&to=b", 400, "give it once"),
        (f"{CHANGES}?after=x", 400, "no place in this list"),
        (f"{PAGE}?from=a", 400, "is missing"),
        ("/documents/dayly/changes", 404, "document/dayly"),
    ],
)
def test_what_is_wrong_is_said_with_the_remedy(
    revised: FlaskClient, address: str, status: int, said: str
) -> None:
    answer = revised.get(address)
    assert answer.status_code == status
    assert said in (answer.json["detail"] if answer.is_json else answer.text)


def test_people_read_the_same_on_a_page_that_the_version_leads_to(revised: FlaskClient) -> None:
    for path in ("/document/daily.html", "/document/daily/b.html"):
        links = [address for address in Page(revised.get(path).text).values("href") if "/changes?" in address]
        assert links
        text = " ".join(Page(revised.get(links[0]).text).text.split())
        for words in (
            "Changed (2)",
            "at least eight",
            "25 were killed",
            "Gone (1)",
            "it is over",
            "New (1)",
            "the north",
        ):
            assert words in text
        assert "a building burnt" not in text


def test_the_article_that_the_seeds_have_twice_raised_its_count(client: FlaskClient) -> None:
    rows = client.get("/api/documents/moscow-times-2025-08-28/changes").json["changes"]
    assert {row["change"] for row in rows} == {"changed"}
    (killed,) = (row for row in rows if row["id"].endswith("18-2025-08-28-killed"))
    assert (killed["was"]["label"], killed["label"]) == (
        "At least 14 killed, in Kyiv",
        "At least 18 killed, in Kyiv",
    )
