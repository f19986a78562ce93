"""A token as the password of Basic authentication: what it opens, for which clients, and for whom it does not."""

from __future__ import annotations

import threading
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from urllib.error import HTTPError

import pytest
from flask.testing import FlaskClient
from rdflib import Dataset, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLUpdateStore
from SPARQLWrapper import JSON, POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import Unauthorized
from tests.harness.fakes import Writable, with_tokens
from werkzeug.serving import WSGIRequestHandler, make_server

from onrecord.api import create_app
from onrecord.graph.files.access_tokens import AccessTokens
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

UPDATE = "INSERT DATA { <urn:s> <urn:p> 1 }"


def basic(pair: str, scheme: str = "Basic") -> dict[str, str]:
    return {"Authorization": f"{scheme} {b64encode(pair.encode()).decode()}"}


@pytest.fixture
def ledger() -> Writable:
    return Writable()


@pytest.fixture
def client(ledger: Writable) -> FlaskClient:
    return with_tokens(create_app(cast(Any, ledger), Settings())).test_client()


def updated(client: FlaskClient, headers: dict[str, str]) -> Any:
    return client.post("/sparql", data={"update": UPDATE}, headers=headers)


@pytest.mark.parametrize("user", ["", "ann", "Ганна", "token", "u-token"])
def test_the_password_is_the_token_and_the_user_anybody(
    client: FlaskClient, ledger: Writable, user: str
) -> None:
    assert updated(client, basic(f"{user}:u-token")).status_code == 200
    assert updated(client, basic(f"{user}:u-token", "bAsIc ")).status_code == 200
    assert ledger.last["author"] == "updater"


def test_the_scopes_are_those_of_the_token(client: FlaskClient, ledger: Writable) -> None:
    refused = updated(client, basic("x:s-token"))
    assert refused.status_code == 403
    assert "`update`" in refused.get_json()["detail"]
    assert not ledger.calls
    put = {"path": "/store?graph=urn:g", "data": b"", "content_type": "text/turtle"}
    assert client.put(**put, headers=basic("x:s-token")).status_code == 201
    assert client.put(**put, headers=basic("x:a-token")).status_code == 204
    assert client.put(**put, headers=basic("x:u-token")).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        basic("u-token"),
        basic("u-token:"),
        basic("x:unknown"),
        basic(":"),
        basic("x:u-token:"),
        basic("x: u-token"),
        {"Authorization": "Basic"},
        {"Authorization": "Basic !"},
        {"Authorization": "Basic /////w=="},
        {"Authorization": "Basic u-token"},
        {"Authorization": "Bearer eDp1LXRva2Vu"},
        {"Authorization": 'Digest username="x"'},
    ],
)
def test_who_sends_no_known_token_is_offered_both_ways(
    client: FlaskClient, ledger: Writable, headers: dict[str, str]
) -> None:
    response = updated(client, headers)
    assert response.status_code == 401
    offered = response.www_authenticate
    assert offered is not None
    challenge = response.headers["WWW-Authenticate"]
    assert challenge.startswith('Bearer realm="onrecord"')
    assert challenge.endswith(', Basic realm="onrecord", charset="UTF-8"')
    assert not ledger.calls
    assert all(secret not in response.text for secret in ("u-token", "eDp1", "unknown"))


@pytest.mark.parametrize(
    "header", [("Origin", "https://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site")]
)
def test_a_password_that_a_browser_kept_writes_nothing_for_other_sites(
    client: FlaskClient, ledger: Writable, header: tuple[str, str]
) -> None:
    response = updated(client, {**basic("x:u-token"), header[0]: header[1]})
    assert response.status_code == 403
    assert "Bearer" in response.get_json()["detail"]
    assert not ledger.calls
    without = updated(client, {header[0]: header[1]})
    assert (without.status_code, "Basic" in without.headers["WWW-Authenticate"]) == (401, False)
    assert updated(client, {"Authorization": "Bearer u-token", header[0]: header[1]}).status_code == 200


# Clients that know nothing else


class Quiet(WSGIRequestHandler):
    """A server without a log of its own."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a service over a plain store, and tokens by what they open."""
    data: Path = tmp_path_factory.mktemp("running")
    settings = Settings(data=data, seeds=False, shapes=False, query_seconds=120)
    tokens = {scope: AccessTokens(settings).create(scope, [scope]) for scope in ("update", "store")}
    with Ledger.open(settings) as opened:
        server = make_server(
            "127.0.0.1", 0, create_app(opened, settings), threaded=True, request_handler=Quiet
        )
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", tokens
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.slow
def test_sparqlwrapper_with_credentials(running: tuple[str, dict[str, str]]) -> None:
    address, tokens = running
    wrapper = SPARQLWrapper(f"{address}/sparql", returnFormat=JSON)
    wrapper.setMethod(POST)
    wrapper.setQuery("INSERT DATA { <urn:wrapper> <urn:p> 'так' }")
    wrapper.setCredentials("anybody", "wrong")
    with pytest.raises(Unauthorized):
        wrapper.query()
    wrapper.setCredentials("anybody", tokens["store"])
    with pytest.raises(HTTPError, match="403"):
        wrapper.query()
    wrapper.setCredentials("anybody", tokens["update"])
    wrapper.query()
    wrapper.setQuery("SELECT ?o { <urn:wrapper> ?p ?o }")
    found: Any = wrapper.query().convert()
    assert [row["o"]["value"] for row in found["results"]["bindings"]] == ["так"]


@pytest.mark.filterwarnings("ignore:.*(default_graph|ConjunctiveGraph|default_context):DeprecationWarning")
def test_rdflib_with_auth(running: tuple[str, dict[str, str]]) -> None:
    address, tokens = running
    endpoint = f"{address}/sparql"
    store = SPARQLUpdateStore(endpoint, endpoint, auth=("anybody", tokens["update"]), autocommit=True)
    graph = Dataset(store).graph(URIRef("urn:g"))
    graph.add((URIRef("urn:rdflib"), URIRef("urn:p"), Literal("a\r\nb")))
    assert [str(value) for value in graph.objects(URIRef("urn:rdflib"))] == ["a\r\nb"]
    refused = SPARQLUpdateStore(endpoint, endpoint, auth=("anybody", tokens["store"]), autocommit=True)
    with pytest.raises(HTTPError, match="403"):
        refused.add((URIRef("urn:x"), URIRef("urn:p"), Literal(1)))
