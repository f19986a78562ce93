"""One SPARQL server as we speak to it: whom we trust, what we say who we are, and what counts as a whole answer."""

from __future__ import annotations

import gzip
import hashlib
import re
import socket
from typing import Any

import pytest
from tests.harness.programs.elsewhere import AUTHORITY, HOST, Elsewhere, response, table

from onrecord.graph import errors
from onrecord.graph.engine.remote.service import JSON, N_TRIPLES, RemoteServer
from onrecord.graph.settings import SettingError, Settings

ANY = "SELECT * { ?s ?p ?o }"
YES = response(table(["s"]), connection="close")
TRIPLES = b"<urn:a> <urn:b> <urn:c> .\n" * 100


@pytest.fixture(autouse=True)
def _names_lead_here(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def found(host: Any, *rest: Any, **more: Any) -> Any:
        return real("127.0.0.1" if str(host).endswith(".example") else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", found)


def ask(
    there: Elsewhere, accept: str = JSON, *, scheme: str = "http", host: str = HOST, **given: str
) -> bytes:
    server = RemoteServer(Settings(store=f"{scheme}://{host}:{there.port}/sparql", **given))  # type: ignore[arg-type]
    try:
        return server.query(ANY, accept, 20, 1 << 20)
    finally:
        server.close()


def header(request: bytes, name: str) -> str | None:
    found = re.search(rf"^{name}: *(.*?)\r$", request.decode(), re.IGNORECASE | re.MULTILINE)
    return found and found[1]


# Whom we trust


def test_a_certificate_of_an_authority_that_is_named_is_taken() -> None:
    with Elsewhere(YES) as there:
        assert ask(there, scheme="https", store_authority=str(AUTHORITY)) == table(["s"])


@pytest.mark.parametrize(
    ("host", "given"),
    [(HOST, {}), ("another.example", {"store_authority": str(AUTHORITY)})],
    ids=["an authority that nobody knows", "another name"],
)
@pytest.mark.parametrize("way", ["basic", "digest", "bearer"])
def test_to_a_server_whose_certificate_does_not_hold_nothing_is_said(
    host: str, given: dict[str, str], way: str
) -> None:
    with Elsewhere(YES) as there:
        given |= {"store_password": "secret", "store_auth": way}
        with pytest.raises(errors.MirrorFailed, match="cannot be reached"):
            ask(there, scheme="https", host=host, **given)
        assert there.heard == []


@pytest.mark.parametrize("text", [None, "no certificate\n"])
def test_what_is_no_file_of_certificates_is_refused(text: str | None, tmp_path: Any) -> None:
    file = tmp_path / "authority.pem"
    if text is not None:
        file.write_text(text)
    with pytest.raises(SettingError, match=r"ONRECORD_STORE_AUTHORITY: .*authority\.pem"):
        RemoteServer(Settings(store="https://endpoint.example/", store_authority=str(file)))


# Who we are


@pytest.mark.parametrize(
    ("way", "expected"),
    # (RFC 7617 has this pair of words as its example.)
    [("basic", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), ("bearer", "Bearer open sesame")],
)
def test_who_asks_is_said_with_each_request(way: str, expected: str) -> None:
    with Elsewhere(YES) as there:
        given = {"store_user": "Aladdin", "store_password": "open sesame", "store_auth": way}
        ask(there, scheme="https", store_authority=str(AUTHORITY), **given)
        assert [header(request, "Authorization") for request in there.heard] == [expected]


def test_a_digest_answers_the_challenge_and_never_says_the_password() -> None:
    challenge = 'Digest realm="SPARQL", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c0", qop="auth", algorithm=MD5'

    def speak(caller: socket.socket, request: bytes) -> None:
        if header(request, "Authorization") is None:
            caller.sendall(response(b"", "401 Unauthorized", www_authenticate=challenge, connection="close"))
        else:
            caller.sendall(YES)

    with Elsewhere(speak) as there:
        given = {"store_user": "Mufasa", "store_password": "Circle of Life", "store_auth": "digest"}
        assert ask(there, scheme="https", store_authority=str(AUTHORITY), **given) == table(["s"])
        said = header(there.heard[-1], "Authorization") or ""
    part = dict(re.findall(r'(\w+)="?([^",]+)', said))
    # RFC 7616, section 3.4.1.
    first = hashlib.md5(b"Mufasa:SPARQL:Circle of Life", usedforsecurity=False).hexdigest()
    second = hashlib.md5(f"POST:{part['uri']}".encode(), usedforsecurity=False).hexdigest()
    text = f"{first}:{part['nonce']}:{part['nc']}:{part['cnonce']}:auth:{second}"
    assert part["response"] == hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    assert all(b"Circle of Life" not in request for request in there.heard)


def test_who_is_turned_away_is_told_the_status() -> None:
    with (
        Elsewhere(response(b"who are you", "401 Unauthorized", connection="close"), tls=False) as there,
        pytest.raises(errors.MirrorFailed, match="401: who are you; look at ONRECORD_STORE_USER"),
    ):
        ask(there, store_user="a", store_password="b")


def test_of_a_certificate_it_is_said_what_is_wrong_and_where_its_authority_is_named() -> None:
    with (
        Elsewhere(YES) as there,
        pytest.raises(
            errors.MirrorFailed, match=r"its certificate does not hold: .*ONRECORD_STORE_AUTHORITY"
        ),
    ):
        ask(there, scheme="https")


def test_of_a_page_that_tells_an_error_the_words_are_told() -> None:
    page = b"<html><head><title>no</title><style>p {}</style></head><body><h1>Not</h1> <b>here</b>, &lt;urn:g&gt;</body></html>"
    with (
        Elsewhere(response(page, "404 Not Found", "text/html", connection="close"), tls=False) as there,
        pytest.raises(errors.MirrorFailed, match=r"answered 404: Not here , &lt;urn:g&gt;$"),
    ):
        ask(there)


def test_of_rows_that_were_cut_off_it_is_said_which_limit_to_raise() -> None:
    with (
        Elsewhere(response(table(["s"]), x_sparql_maxrows="100", connection="close"), tls=False) as there,
        pytest.raises(errors.MirrorFailed, match=r"only a part of the answer, .* 100 rows: raise that there"),
    ):
        ask(there)


def test_who_leads_elsewhere_is_not_followed() -> None:
    moved = response(b"", "301 Moved Permanently", location="http://192.0.2.1/", connection="close")
    with (
        Elsewhere(moved, tls=False) as there,
        pytest.raises(errors.MirrorFailed, match=r"answered 301: .*; name the address that it leads to"),
    ):
        ask(there)


# What is a whole answer


def chunked(*pieces: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/n-triples\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    return head + b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)


def test_a_graph_that_says_where_it_ends_is_whole() -> None:
    for said in (response(TRIPLES, connection="close"), chunked(TRIPLES, b"")):
        with Elsewhere(said, tls=False) as there:
            assert ask(there, N_TRIPLES) == TRIPLES


@pytest.mark.parametrize(
    "said",
    [
        response(TRIPLES, connection="close")[:-26],
        chunked(TRIPLES),
        response(TRIPLES, content_length=""),
        response(gzip.compress(TRIPLES)[:-9], content_encoding="gzip", connection="close"),
        response(gzip.compress(TRIPLES)[:-9], content_encoding="gzip", content_length=""),
        response(TRIPLES, x_sql_state="42000", connection="close"),
        response(TRIPLES, x_sparql_maxrows="100", connection="close"),
    ],
    ids=[
        *("less than its length", "no last chunk", "no length", "packed and cut", "packed and no length"),
        *("another state", "so many rows"),
    ],
)
def test_a_graph_of_which_a_part_may_be_missing_is_none(said: bytes) -> None:
    with Elsewhere(said, tls=False) as there, pytest.raises(errors.MirrorFailed):
        ask(there, N_TRIPLES)


@pytest.mark.parametrize(
    ("server", "status", "body"),
    [
        ("", "504 Gateway Timeout", b""),
        ("", "408 Request Timeout", b""),
        ("fuseki", "503 Service Unavailable", b"Query timed out"),
        ("graphdb", "503 Service Unavailable", b"Query evaluation took too long"),
        ("neptune", "500 Internal Server Error", b'{"code":"TimeLimitExceededException"}'),
        ("qlever", "429 Too Many Requests", b"Operation timed out."),
    ],
)
def test_a_server_that_says_it_stopped_a_query_at_its_limit_is_a_timeout(
    server: str, status: str, body: bytes
) -> None:
    with (
        Elsewhere(response(body, status, connection="close"), tls=False) as there,
        pytest.raises(errors.QueryTimeout, match="stopped the query at its time limit"),
    ):
        ask(there, store_server=server)


@pytest.mark.parametrize(("server", "status"), [("neptune", "500 Error"), ("", "503 Busy"), ("", "429 Busy")])
def test_another_error_is_none(server: str, status: str) -> None:
    with (
        Elsewhere(response(b"busy", status, connection="close"), tls=False) as there,
        pytest.raises(errors.MirrorFailed, match="busy"),
    ):
        ask(there, store_server=server)


def test_the_name_that_an_operator_gives_a_server_goes_before_its_own() -> None:
    with Elsewhere(response(table(["s"]), server="nginx", connection="close"), tls=False) as there:
        ask(there, store_server="qlever")
        ask(there)
        assert b"timeout=20s" in there.heard[0]
        assert b"timeout" not in there.heard[1]


def test_a_query_of_our_own_has_no_limit_that_a_server_might_refuse() -> None:
    with Elsewhere(response(table(["s"]), server="Virtuoso/07.20", connection="close"), tls=False) as there:
        server = RemoteServer(Settings(store=f"http://{HOST}:{there.port}/sparql"))
        assert server.select(ANY) == server.select(ANY) == []
        assert b"timeout" not in there.heard[1]
        server.close()
