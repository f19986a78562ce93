"""Exports over HTTP."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from pyarrow import parquet
from pyoxigraph import NamedNode, RdfFormat, parse
from rdflib import Graph

from onrecord.graph import terms
from onrecord.graph.changes import as_stored
from onrecord.graph.errors import NotInstalled
from onrecord.graph.records.seeds import Seeds

TYPES = {
    "ttl": "text/turtle; charset=utf-8",
    "nq": "application/n-quads; charset=utf-8",
    "trig": "application/trig; charset=utf-8",
}


@pytest.mark.parametrize("suffix", TYPES)
def test_an_export_is_a_file_named_after_its_version(client: FlaskClient, suffix: str) -> None:
    response = client.get(f"/export.{suffix}")
    assert (response.status_code, response.content_type) == (200, TYPES[suffix])
    assert response.headers["Content-Disposition"] == f'attachment; filename="onrecord-version-1.{suffix}"'
    assert int(response.headers["Content-Length"]) == len(response.data)
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.slow
@pytest.mark.parametrize("suffix", TYPES)
def test_what_is_current_is_a_file_of_its_own_without_what_was_refuted(
    client: FlaskClient, suffix: str
) -> None:
    whole, response = client.get(f"/export.{suffix}"), client.get(f"/export/current.{suffix}")
    assert (response.status_code, response.content_type) == (200, TYPES[suffix])
    assert 'filename="onrecord-version-1-current.' in response.headers["Content-Disposition"]
    assert "claim/2025-07-29-date" in whole.text
    assert "claim/2025-07-29-date" not in response.text
    held = {"If-None-Match": whole.headers["ETag"]}
    assert client.get(f"/export/current.{suffix}", headers=held).status_code == 200
    held = {"If-None-Match": response.headers["ETag"]}
    assert client.get(f"/export/current.{suffix}", headers=held).status_code == 304
    assert client.get(f"/export.{suffix}", headers=held).status_code == 200


def test_of_one_graph_too_what_is_current_can_be_had_alone(client: FlaskClient) -> None:
    response = client.get(
        "/export/current.ttl", query_string={"graph": terms.graph_iri("assessments"), "version": 1}
    )
    assert "assessment/2025-07-29-date" not in response.text
    assert "rendering/ki-2025-08-28-peskov" in response.text
    assert 'filename="onrecord-version-1-current-assessments.ttl"' in response.headers["Content-Disposition"]


@pytest.mark.parametrize(("suffix", "format_"), [("nq", RdfFormat.N_QUADS), ("trig", RdfFormat.TRIG)])
def test_an_export_with_graph_names_holds_every_quad(
    client: FlaskClient, seeds: Seeds, suffix: str, format_: RdfFormat
) -> None:
    names = NamedNode(terms.graph_iri("names"))  # serves the service alone
    data = frozenset(quad for quad in seeds.quads if quad.graph_name != names)
    assert set(parse(client.get(f"/export.{suffix}").data, format_)) == as_stored(data)


def test_one_graph_can_be_had_alone(client: FlaskClient, seeds: Seeds) -> None:
    name = terms.graph_iri("reference")
    response = client.get("/export.ttl", query_string={"graph": name})
    expected = sum(quad.graph_name.value == name for quad in seeds.quads)
    assert len(Graph().parse(data=response.data, format="turtle")) == expected
    assert 'filename="onrecord-version-1-reference.ttl"' in response.headers["Content-Disposition"]


def test_a_graph_nobody_knows_is_not_found(client: FlaskClient) -> None:
    response = client.get("/export.ttl", query_string={"graph": "https://example.org/none"})
    assert response.status_code == 404
    assert response.get_json()["type"] == "/about#problem-unknown-graph"


def test_two_graphs_at_once_are_refused(client: FlaskClient) -> None:
    assert client.get("/export.ttl?graph=a&graph=b").status_code == 400


def test_a_format_that_is_not_offered_is_not_found(client: FlaskClient) -> None:
    assert client.get("/export.xlsx").status_code == 404


def test_an_export_the_client_holds_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get("/export.ttl").headers["ETag"]
    assert client.get("/export.ttl", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/export.nq", headers={"If-None-Match": tag}).status_code == 200
    alone = client.get(
        "/export.ttl", query_string={"graph": terms.graph_iri("reference")}, headers={"If-None-Match": tag}
    )
    assert alone.status_code == 200


def test_a_version_that_is_kept_is_exported_as_it_was(client: FlaskClient) -> None:
    response = client.get("/export.nq?version=1")
    assert response.status_code == 200
    assert response.data == client.get("/export.nq").data


def test_a_version_that_is_not_kept_is_gone(client: FlaskClient) -> None:
    assert client.get("/export.nq?version=999").status_code == 410


@pytest.mark.parametrize(
    "query", ["version=new", "version=1&version=1", "graph=urn:a&graph=urn:b", "graph=%FF"]
)
def test_an_export_that_is_not_asked_for_plainly_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/export.nq?{query}").status_code == 400


@pytest.mark.parametrize("table", ["claims", "statements", "relations"])
def test_a_table_comes_as_parquet_and_as_csv_with_the_same_rows(client: FlaskClient, table: str) -> None:
    packed, text = client.get(f"/export/{table}.parquet"), client.get(f"/export/{table}.csv")
    assert packed.content_type == "application/vnd.apache.parquet"
    assert text.content_type == "text/csv; charset=utf-8"
    assert f"onrecord-version-1-{table}.parquet" in packed.headers["Content-Disposition"]
    column = table.removesuffix("s")
    rows = list(csv.DictReader(io.StringIO(text.text, newline="")))
    assert parquet.read_table(io.BytesIO(packed.data))[column].to_pylist() == [row[column] for row in rows]
    assert len(rows) > 20


def test_claims_that_fell_are_in_the_table_where_they_are_asked_for(client: FlaskClient) -> None:
    assert "claim/2025-07-29-date" not in client.get("/export/claims.csv").text
    assert "claim/2025-07-29-date" in client.get("/export/claims.csv?standing=all").text
    assert client.get("/export/claims.csv?standing=refuted").status_code == 400
    assert client.get("/export/claims.csv?measure=killed").status_code == 400
    assert client.get("/export/claims.xlsx").status_code == 404


def test_what_is_not_installed_is_said(failing: Callable[[Exception], FlaskClient]) -> None:
    response = failing(NotInstalled("pip install 'onrecord[parquet]'")).get("/export/claims.parquet")
    assert (response.status_code, response.get_json()["detail"]) == (501, "pip install 'onrecord[parquet]'")
