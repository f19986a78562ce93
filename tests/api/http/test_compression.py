"""Compressed answers: who gets them, what they are called, and that they say the same."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from onrecord.api.http.compression import LEAST, accepts_gzip

LONG = {"query": "SELECT * WHERE { ?s ?p ?o } LIMIT 500"}
GZIP = {"Accept-Encoding": "gzip"}
PAGE = {"Accept": "text/html"}


def test_a_compressed_answer_says_the_same_in_fewer_bytes(client: FlaskClient) -> None:
    plain = client.get("/sparql", query_string=LONG)
    packed = client.get("/sparql", query_string=LONG, headers=GZIP)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 3


@pytest.mark.parametrize(
    "path",
    ["/", "/actors", "/export.ttl", "/export.nq", "/actor/peskov.ttl", "/static/onrecord.css", "/vocabulary"],
)
def test_whatever_is_text_is_compressed(client: FlaskClient, path: str) -> None:
    packed = client.get(path, headers=GZIP, buffered=True)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == client.get(path, buffered=True).data


def test_the_same_answer_is_compressed_to_the_same_bytes(client: FlaskClient) -> None:
    one, other = (client.get("/export.ttl", headers=GZIP) for _ in range(2))
    assert one.data == other.data


def test_what_is_short_is_left_as_it_is(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": "ASK {}"}, headers=GZIP)
    assert "Content-Encoding" not in response.headers
    assert len(response.data) < LEAST


def test_who_does_not_ask_gets_it_plain(client: FlaskClient) -> None:
    assert "Content-Encoding" not in client.get("/sparql", query_string=LONG).headers


@pytest.mark.parametrize("headers", [{}, GZIP])
def test_caches_are_told_that_the_answer_depends_on_the_encoding(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    response = client.get("/sparql", query_string=LONG, headers=headers)
    assert {"Accept", "Accept-Encoding"} <= set(response.vary)


@pytest.mark.parametrize(
    ("header", "answer"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("*", True),
        ("deflate, gzip;q=1.0, *;q=0.5", True),
        ("gzip;q=0.001", True),
        ("gzip;q=0.5, identity;q=0.5", True),
        ("", False),
        ("identity", False),
        ("br", False),
        ("gzip;q=0", False),
        ("*;q=1, gzip;q=0", False),
        ("gzip;q=0.2, identity;q=0.9", False),
        ("gzip;q=nonsense", False),
    ],
)
def test_the_weights_a_client_gives_are_heeded(header: str, answer: bool) -> None:
    assert accepts_gzip(parse_accept_header(header, Accept)) is answer


@pytest.mark.parametrize(
    "path", ["/static/onrecord.css", "/store?graph=https://w3id.org/onrecord/graph/reference"]
)
def test_a_strong_tag_names_the_compressed_bytes_apart(client: FlaskClient, path: str) -> None:
    plain = client.get(path, buffered=True).headers["ETag"]
    packed = client.get(path, headers=GZIP, buffered=True).headers["ETag"]
    assert packed == f'{plain[:-1]}-gzip"'


@pytest.mark.parametrize("path", ["/", "/static/onrecord.css", "/export.ttl", "/history"])
@pytest.mark.parametrize("asked", [{}, GZIP])
def test_the_tag_of_either_form_is_known_again(client: FlaskClient, path: str, asked: dict[str, str]) -> None:
    tag = client.get(path, headers=asked, buffered=True).headers["ETag"]
    again = client.get(path, headers={**asked, "If-None-Match": tag}, buffered=True)
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)


def test_head_tells_the_encoding_and_sends_nothing(client: FlaskClient) -> None:
    response = client.head("/export.ttl", headers=GZIP)
    assert response.headers["Content-Encoding"] == "gzip"
    assert response.data == b""
    assert "Content-Length" not in response.headers


def test_a_long_error_is_compressed_too(client: FlaskClient) -> None:
    response = client.get("/nowhere", headers={**GZIP, **PAGE})
    assert response.status_code == 404
    assert b"There is nothing at /nowhere" in gzip.decompress(response.data)
