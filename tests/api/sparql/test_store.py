"""The graph store at /store, one behaviour a test."""

from __future__ import annotations

import gzip
from typing import Any, cast

import pytest
from flask.testing import FlaskClient
from tests.harness.fakes import ADMIN, STORER, UPDATER, Writable, with_tokens

from onrecord.api import create_app
from onrecord.graph.settings import Settings

TURTLE = b"<urn:s> <urn:p> 1 ."
BASE = "https://w3id.org/onrecord/"
KNOWN = "/store?graph=urn:known"
NEW = "/store?graph=urn:new"
BOUNDARY = "x-edge"
FORM = f"multipart/form-data; boundary={BOUNDARY}"


@pytest.fixture
def ledger() -> Writable:
    return Writable(graphs={None: b"", "urn:known": TURTLE})


@pytest.fixture
def client(ledger: Writable) -> FlaskClient:
    return with_tokens(create_app(cast(Any, ledger), Settings())).test_client()


def put(client: FlaskClient, path: str, **headers: str) -> Any:
    return client.put(path, data=TURTLE, content_type="text/turtle", headers={**STORER, **headers})


def test_a_graph_is_read_without_a_token(client: FlaskClient) -> None:
    response = client.get(KNOWN)
    assert (response.status_code, response.content_type) == (200, "text/turtle; charset=utf-8")
    assert response.data == TURTLE


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/n-triples", "application/n-triples; charset=utf-8"),
        ("application/rdf+xml;q=0.9, text/turtle;q=0.1", "application/rdf+xml"),
        ("application/ld+json", "application/ld+json"),
        ("text/html, */*;q=0.1", "text/turtle; charset=utf-8"),
    ],
)
def test_a_graph_comes_as_the_client_likes_it(client: FlaskClient, accept: str, kind: str) -> None:
    assert client.get(KNOWN, headers={"Accept": accept}).content_type == kind


def test_a_client_whom_nothing_suits_is_told_what_there_is(client: FlaskClient) -> None:
    response = client.get(KNOWN, headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert "text/turtle" in response.get_json()["offers"]


def test_the_default_graph_is_read_by_its_parameter(client: FlaskClient) -> None:
    assert client.get("/store?default").status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
def test_a_graph_that_is_not_there_is_not_found(client: FlaskClient, method: str) -> None:
    assert client.open(NEW, method=method, headers=STORER).status_code == 404


def test_head_tells_what_get_would_and_sends_nothing(client: FlaskClient) -> None:
    get, head = client.get(KNOWN), client.head(KNOWN)
    assert (head.status_code, head.data) == (200, b"")
    for name in ("Content-Type", "Content-Length", "ETag", "Vary"):
        assert head.headers[name] == get.headers[name]


def test_what_the_client_holds_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get(KNOWN).headers["ETag"]
    assert client.get(KNOWN, headers={"If-None-Match": tag}).status_code == 304


def test_a_graph_that_is_new_is_created(client: FlaskClient, ledger: Writable) -> None:
    response = put(client, NEW)
    assert (response.status_code, response.data, response.headers["Onrecord-Version"]) == (
        201,
        response.data,
        "8",
    )
    assert ledger.last == {
        "graph": "urn:new",
        "parts": [(TURTLE, "text/turtle")],
        "base": "urn:new",
        "author": "storer",
        "message": "",
        "if_version": None,
    }


def test_a_graph_that_was_there_is_replaced_without_a_word(client: FlaskClient) -> None:
    response = put(client, KNOWN)
    assert (response.status_code, response.data) == (204, b"")
    assert "Content-Type" not in response.headers


def test_a_graph_is_named_by_its_address_under_the_base(client: FlaskClient, ledger: Writable) -> None:
    put(client, "/store/person/1.ttl")
    assert ledger.last["graph"] == f"{BASE}person/1.ttl"
    assert client.get("/store/person/1.ttl").data == TURTLE


def test_a_direct_address_in_the_parameter_names_the_same_graph(
    client: FlaskClient, ledger: Writable
) -> None:
    put(client, "/store?graph=http://localhost/store/person/1.ttl")
    assert ledger.last["graph"] == f"{BASE}person/1.ttl"


def test_a_character_that_no_iri_holds_stays_encoded(client: FlaskClient, ledger: Writable) -> None:
    put(client, "/store/a%20b%25")
    assert ledger.last["graph"] == f"{BASE}a%20b%25"


def test_the_parameter_is_decoded_once(client: FlaskClient, ledger: Writable) -> None:
    put(client, "/store?graph=http://www.example/%2531.ttl")
    assert ledger.last["graph"] == "http://www.example/%31.ttl"


def test_a_graph_posted_to_nowhere_is_made_and_found_at_its_location(
    client: FlaskClient, ledger: Writable
) -> None:
    response = client.post("/store", data=TURTLE, content_type="text/turtle", headers=STORER)
    assert response.status_code == 201
    location = response.headers["Location"]
    assert client.get(location).data == TURTLE
    assert client.get("/store", query_string={"graph": f"http://localhost{location}"}).data == TURTLE
    assert ledger.last["graph"].startswith(f"{BASE}graph/")


def test_two_graphs_posted_to_nowhere_are_two(client: FlaskClient) -> None:
    sent = [client.post("/store", data=TURTLE, content_type="text/turtle", headers=STORER) for _ in range(2)]
    assert sent[0].headers["Location"] != sent[1].headers["Location"]


def test_what_is_posted_is_added(client: FlaskClient, ledger: Writable) -> None:
    response = client.post(KNOWN, data=b"\n" + TURTLE, content_type="text/turtle", headers=STORER)
    assert response.status_code == 204
    assert ledger.graphs["urn:known"] == TURTLE + b"\n" + TURTLE


def part(content: bytes, kind: str | None = "text/turtle", name: str = "a") -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}.ttl"\r\n'
    head += "" if kind is None else f"Content-Type: {kind}\r\n"
    return head.encode() + b"\r\n" + content + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


def test_a_form_of_documents_is_taken_in_one_write(client: FlaskClient, ledger: Writable) -> None:
    body = part(TURTLE) + part(b"[]", "application/ld+json; charset=UTF-8") + END
    assert client.post(NEW, data=body, content_type=FORM, headers=STORER).status_code == 201
    assert ledger.last["parts"] == [(TURTLE, "text/turtle"), (b"[]", "application/ld+json")]
    assert len(ledger.calls) == 1


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (415, part(TURTLE, None) + END, FORM),
        (415, part(TURTLE, "image/png") + END, FORM),
        (400, END, FORM),
        (400, b"", FORM),
        (400, b"nonsense", FORM),
        (400, part(TURTLE), FORM),
        (400, b"--x-edge\r\nContent-Type: text/turtle\r\n\r\nx\r\n" + END, FORM),
        (400, part(TURTLE) + END, "multipart/form-data"),
        (413, part(TURTLE) * 101 + END, FORM),
    ],
)
def test_a_form_that_holds_no_documents_is_refused(
    client: FlaskClient, ledger: Writable, status: int, body: bytes, kind: str
) -> None:
    response = client.post(NEW, data=body, content_type=kind, headers=STORER)
    assert response.status_code == status
    assert ledger.calls == []


@pytest.mark.parametrize(
    "path",
    [
        "/store",
        "/store?graph=urn:a&graph=urn:b",
        "/store?graph=urn:a&default",
        "/store?default=yes",
        "/store?graph=relative",
        "/store?graph=",
        "/store?graph=urn:a%20b",
        "/store?graph=%FF",
        "/store/a?graph=urn:a",
        "/store/a?default",
    ],
)
def test_a_graph_that_is_not_named_once_is_refused(client: FlaskClient, path: str) -> None:
    for response in (client.get(path), put(client, path)):
        assert response.status_code == 400
        assert len(response.get_json()["detail"]) > 20


@pytest.mark.parametrize("kind", ["text/plain", "image/png", "", "text/turtle; charset=utf-16"])
def test_what_is_no_rdf_graph_is_refused_with_what_is_taken(
    client: FlaskClient, ledger: Writable, kind: str
) -> None:
    response = client.put(NEW, data=TURTLE, content_type=kind, headers=STORER)
    assert response.status_code == 415
    assert ledger.calls == []


def test_a_client_with_a_wrong_type_is_told_the_right_ones(client: FlaskClient) -> None:
    response = client.put(NEW, data=TURTLE, content_type="text/plain", headers=STORER)
    assert "text/turtle" in response.headers["Accept-Post"]


def test_a_body_packed_with_gzip_is_unpacked(client: FlaskClient, ledger: Writable) -> None:
    body = gzip.compress(TURTLE[:9]) + gzip.compress(TURTLE[9:])
    sent = client.put(
        NEW, data=body, content_type="text/turtle", headers={**STORER, "Content-Encoding": "gzip"}
    )
    assert sent.status_code == 201
    assert ledger.last["parts"] == [(TURTLE, "text/turtle")]


def test_a_body_packed_otherwise_is_refused_unread(client: FlaskClient, ledger: Writable) -> None:
    response = put(client, NEW, **{"Content-Encoding": "br"})
    assert (response.status_code, response.headers["Accept-Encoding"]) == (415, "identity, gzip")
    assert ledger.calls == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (gzip.compress(bytes(50 << 20), 1, mtime=0), 413),
        (gzip.compress(b"#" * 600, mtime=0) + gzip.compress(b"#" * 600, mtime=0), 413),
        (gzip.compress(TURTLE, mtime=0)[:-3], 400),
        (TURTLE, 400),
    ],
)
def test_a_bomb_or_what_is_no_gzip_is_refused(ledger: Writable, body: bytes, status: int) -> None:
    app = with_tokens(create_app(cast(Any, ledger), Settings(upload_kilobytes=1 if status == 413 else 64)))
    headers = {**STORER, "Content-Encoding": "gzip"}
    response = app.test_client().put(NEW, data=body, content_type="text/turtle", headers=headers)
    assert response.status_code == status
    assert ledger.calls == []


@pytest.mark.parametrize("kind", ["application/n-quads", "application/trig; charset=utf-8"])
def test_a_dataset_posted_to_nowhere_goes_to_the_graphs_that_it_names(
    client: FlaskClient, ledger: Writable, kind: str
) -> None:
    body = b"<http://example.org/a> <http://example.org/p> 'x' <http://example.org/g> ."
    response = client.post("/store", data=body, content_type=kind, headers=STORER)
    assert (response.status_code, "Location" in response.headers) == (200, False)
    assert response.get_json()["version"] == ledger.version
    assert ledger.last["loaded"] == [(body, kind.partition(";")[0], None)]


def test_a_document_over_the_limit_is_refused_by_the_name_of_the_limit(ledger: Writable) -> None:
    app = with_tokens(create_app(cast(Any, ledger), Settings(upload_kilobytes=1)))
    response = app.test_client().put(NEW, data=b"#" * 2000, content_type="text/turtle", headers=STORER)
    assert response.status_code == 413
    assert "ONRECORD_UPLOAD_KILOBYTES" in response.get_json()["detail"]


def test_a_document_may_be_longer_than_a_query(client: FlaskClient) -> None:
    body = TURTLE + b"#" * (300 << 10)
    assert client.put(NEW, data=body, content_type="text/turtle", headers=STORER).status_code == 201


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
@pytest.mark.parametrize(("headers", "status"), [({}, 401), (UPDATER, 403)])
def test_only_who_may_writes(
    client: FlaskClient, ledger: Writable, method: str, headers: dict[str, str], status: int
) -> None:
    response = client.open(KNOWN, method=method, data=TURTLE, content_type="text/turtle", headers=headers)
    assert response.status_code == status
    assert ledger.calls == []


def test_a_graph_is_removed(client: FlaskClient) -> None:
    assert client.delete(KNOWN, headers=ADMIN).status_code == 204
    assert client.get(KNOWN).status_code == 404


def test_a_method_there_is_not_is_told_which_there_are(client: FlaskClient) -> None:
    for path in (KNOWN, "/store/a"):
        response = client.patch(path, data=TURTLE, headers=STORER)
        assert response.status_code == 405
        assert set(response.headers["Allow"].split(", ")) == {
            "GET",
            "HEAD",
            "PUT",
            "POST",
            "DELETE",
            "OPTIONS",
        }


def test_the_tag_of_a_read_guards_the_write_that_follows(client: FlaskClient, ledger: Writable) -> None:
    tag = client.get(KNOWN).headers["ETag"]
    assert put(client, KNOWN, **{"If-Match": tag}).status_code == 204
    assert ledger.last["if_version"] == 7
    assert put(client, KNOWN, **{"If-Match": tag}).status_code == 412


@pytest.mark.parametrize("header", ["If-Match", "If-None-Match"])
def test_a_tag_of_another_graph_at_the_same_version_names_nothing_here(
    client: FlaskClient, ledger: Writable, monkeypatch: pytest.MonkeyPatch, header: str
) -> None:
    tag = client.get(KNOWN).headers["ETag"]
    monkeypatch.setattr(ledger, "commit_id", lambda _: "urn:uuid:another")
    response = put(client, KNOWN, **{header: tag})
    if header == "If-None-Match":
        assert response.status_code == 204
        return
    assert response.status_code == 412
    assert tag in response.get_json()["detail"]
    assert not ledger.calls


def test_a_tag_of_the_store_is_strong_as_if_match_wants_it(client: FlaskClient) -> None:
    assert client.get(KNOWN).headers["ETag"].startswith('"7-')


@pytest.mark.parametrize(
    ("path", "header", "status"),
    [
        (KNOWN, "If-None-Match", 412),
        (NEW, "If-None-Match", 201),
        (KNOWN, "If-Match", 204),
        (NEW, "If-Match", 412),
    ],
)
def test_a_star_asks_whether_there_is_a_graph(
    client: FlaskClient, path: str, header: str, status: int
) -> None:
    assert put(client, path, **{header: "*"}).status_code == status


def test_a_graph_that_must_be_new_is_made_at_the_version_it_was_looked_for(
    client: FlaskClient, ledger: Writable
) -> None:
    put(client, NEW, **{"If-None-Match": "*"})
    assert ledger.last["if_version"] == 7


def test_a_graph_that_must_be_new_is_tried_again_when_something_else_was_written(
    client: FlaskClient, ledger: Writable
) -> None:
    ledger.overtaken = 2
    assert put(client, NEW, **{"If-None-Match": "*"}).status_code == 201
    assert [given["if_version"] for _, given in ledger.calls] == [7, 8, 9]


def test_a_write_for_one_version_is_not_tried_again(client: FlaskClient, ledger: Writable) -> None:
    ledger.overtaken = 1
    assert put(client, KNOWN, **{"If-Match": '"7"'}).status_code == 412
    assert len(ledger.calls) == 1


def test_a_preflight_is_told_what_may_be_sent(client: FlaskClient) -> None:
    response = client.options("/store/a", headers={"Access-Control-Request-Method": "PUT"})
    assert response.status_code == 204
    assert "PUT" in response.headers["Access-Control-Allow-Methods"]
    assert "If-Match" in response.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in response.headers
