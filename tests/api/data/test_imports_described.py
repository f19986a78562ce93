"""Anyone who takes the data away learns which of it comes under which terms: in DCAT, on /about, and graph by graph."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import Graph, Namespace, URIRef

from onrecord.api import create_app
from onrecord.graph.importers import runner
from onrecord.graph.importers.model import Importer, Record
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCTERMS = Namespace("http://purl.org/dc/terms/")
VOID = Namespace("http://rdfs.org/ns/void#")
BASE = "https://w3id.org/onrecord/"
SHARE_ALIKE = "https://creativecommons.org/licenses/by-sa/4.0/"
SHARED, UNSTATED = f"{BASE}graph/import/shared-alike", f"{BASE}graph/import/unstated"


def importer(name: str, licence: str | None, rights: str) -> Importer:
    def records(*_: object) -> Iterator[Record]:
        record = Record("1", BASE)
        record.describe(f"event/{name}", "Event", label={"en": f"Event of {name}"})
        yield record

    return Importer(
        name,
        f"Table {name}",
        f"document/{name}",
        "actor/x",
        "https://x.example/",
        licence,
        rights,
        "x",
        lambda _: iter(()),
        records,
    )


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    settings = Settings(data=tmp_path_factory.mktemp("imports") / "data")
    with Ledger.open(settings, _gate=False) as ledger:
        runner.run(
            ledger, importer("shared-alike", SHARE_ALIKE, "Pass it on under the same licence."), [], BASE
        )
        runner.run(ledger, importer("unstated", None, "Do not pass it on."), [Path(__file__)], BASE)
        yield create_app(ledger, settings).test_client()


@pytest.fixture(scope="module")
def described(client: FlaskClient) -> Graph:
    return Graph().parse(
        data=client.get("/.well-known/void", headers={"Accept": "text/turtle"}).data, format="turtle"
    )


def test_each_import_is_a_data_set_with_its_licence_if_one_is_stated(described: Graph) -> None:
    dataset = URIRef("http://localhost/.well-known/void#dataset")
    assert set(described.objects(dataset, VOID.subset)) == {URIRef(SHARED), URIRef(UNSTATED)}
    assert described.value(URIRef(SHARED), DCTERMS.license) == URIRef(SHARE_ALIKE)
    assert described.value(URIRef(UNSTATED), DCTERMS.license) is None
    assert str(described.value(URIRef(UNSTATED), DCTERMS.rights)) == "Do not pass it on."
    assert described.value(URIRef(SHARED), DCTERMS.source) == URIRef(f"{BASE}document/shared-alike")


def test_each_import_can_be_taken_alone(described: Graph, client: FlaskClient) -> None:
    (file,) = described.objects(described.value(URIRef(SHARED), DCAT.distribution), DCAT.downloadURL)
    alone = Graph().parse(data=client.get(str(file).removeprefix("http://localhost")).data, format="turtle")
    assert (URIRef(SHARED), DCTERMS.license, URIRef(SHARE_ALIKE)) in alone
    assert {str(subject) for subject in alone.subjects()} == {SHARED, f"{BASE}event/shared-alike"}


def test_a_dump_of_everything_says_which_terms_hold_for_what_and_claims_none_for_all(
    described: Graph,
) -> None:
    everything = URIRef("http://localhost/.well-known/void#export.ttl")
    assert described.value(everything, DCTERMS.license) is None
    words = str(described.value(everything, DCTERMS.rights))
    assert f"<{SHARED}>): {SHARE_ALIKE}" in words
    assert f"<{UNSTATED}>): no licence is stated. Do not pass it on." in words


def test_about_says_so_to_people(client: FlaskClient) -> None:
    page = client.get("/about").get_data(as_text=True)
    assert f'<a href="{SHARE_ALIKE}">' in page
    assert "Table unstated</b>: no licence is stated. Do not pass it on." in page
    alone = f"/export.nq?graph={SHARED}"
    assert f'href="{alone}"'.replace(":", "%3A") in page or f'href="{alone}"' in page
    assert client.get(alone).status_code == 200
