"""Asking another service: to which addresses, over which connection, for how long, and what is taken for an answer."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from tests.harness.programs.elsewhere import HOST, JSON, Elsewhere, response, table

from onrecord.graph.errors import OnrecordError, QueryRefused, ServiceFailed, ServiceTimeout
from onrecord.graph.federation.fetch import Endpoint, Fetcher, SocketAddress, endpoint, hosts, is_public
from onrecord.graph.settings import SettingError

TO = Endpoint(f"https://{HOST}/sparql", HOST, 443, "/sparql")
EMPTY = table([])


@pytest.mark.parametrize(
    "address",
    [
        *("93.184.216.34", "8.8.8.8", "1.1.1.1", "100.63.255.255", "172.32.0.1", "223.255.255.254"),
        *("2606:4700:4700::1111", "2a00:1450:4001:80b::200e", "2620:0:862:ed1a::1"),
        *("::ffff:8.8.8.8", "64:ff9b::8.8.8.8"),
    ],
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255"),  # noqa: S104
        *("192.168.1.1", "169.254.169.254", "100.64.0.1", "100.127.255.255", "192.0.0.1", "192.0.2.1"),
        *("198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1", "224.0.0.1", "239.1.2.3", "240.0.0.1"),
        *("255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254"),
        *("ff02::1", "2001:db8::1", "3fff::1", "100::1", "5f00::1"),
        # What stands for an IPv4 address: mapped, compatible, translated, NAT64 of two kinds, 6to4, Teredo, ISATAP.
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::8.8.8.8"),
        *("::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b:1::8.8.8.8"),
        *("2002:7f00:1::", "2002:a00:1::1", "2002:808:808::1", "2001:0:7f00:1::", "2001::1"),
        *("fe80::5efe:10.0.0.1", "2606:4700::1%1"),
        # What no look-up gives.
        *("", "localhost", "127.1", "2130706433", "0x7f.1", "[::1]", "8.8.8.8:80", "８.8.8.8"),
    ],
)
def test_any_other_address_is_not_public(address: str) -> None:
    assert not is_public(address)


def test_the_setting_lists_hosts_with_their_ports() -> None:
    assert hosts("query.wikidata.org, Example.ORG:8443 [2606:4700::1]:444,") == {
        ("query.wikidata.org", 443),
        ("example.org", 8443),
        ("2606:4700::1", 444),
    }
    assert hosts("") == frozenset()


@pytest.mark.parametrize(
    "entry",
    [
        "https://a.org",
        "a.org/sparql",
        "*.org",
        "a.org:0",
        "a.org:65536",
        "a@b.org",
        ".org",
        "a.org:",
        "ä.org",
    ],
)
def test_what_is_no_host_is_named_when_the_service_starts(entry: str) -> None:
    with pytest.raises(SettingError, match="ONRECORD_SERVICE_HOSTS: '"):
        hosts(f"query.wikidata.org,{entry}")


ALLOWED = hosts("a.org,b.org:8443,93.184.216.34")


@pytest.mark.parametrize(
    ("iri", "where"),
    [
        ("https://a.org/sparql", ("a.org", 443, "/sparql")),
        ("https://A.org", ("a.org", 443, "/")),
        ("https://a.org:443/x?y=z&q=1#f", ("a.org", 443, "/x?y=z&q=1")),
        ("https://b.org:8443/", ("b.org", 8443, "/")),
        ("HTTPS://a.org/%7Eä", ("a.org", 443, "/%7E%C3%A4")),
        ("https://93.184.216.34/", ("93.184.216.34", 443, "/")),
    ],
)
def test_an_address_leads_to_a_host_of_the_setting(iri: str, where: tuple[str, int, str]) -> None:
    found = endpoint(iri, ALLOWED)
    assert (found.host, found.port, found.target) == where


@pytest.mark.parametrize(
    "iri",
    [
        *("http://a.org/", "https://b.org/", "https://a.org:8443/", "https://sub.a.org/", "https://a.org./"),
        *(
            "https://a.org@evil.org/",
            "https://evil.org/a.org",
            "https://a.org.evil.org/",
            "https://u:p@a.org/",
        ),
        *("https://@a.org/", "https://a.org:0/", "https://a.org:99999/", "https://a.org:x/", "https://[::1/"),
        *("//a.org/", "/sparql", "", "https:///a.org", "https:a.org", "file:///etc/passwd", "ftp://a.org/"),
        *("https://ａ.org/", "https://a%2Eorg/", "https://a.org\\@evil.org/", "urn:a.org"),
    ],
)
def test_an_address_that_leads_elsewhere_is_refused(iri: str) -> None:
    with pytest.raises(QueryRefused, match=r"is not run"):
        endpoint(iri, ALLOWED)


def test_a_host_that_is_not_listed_is_refused_by_the_name_of_the_setting() -> None:
    with pytest.raises(
        QueryRefused, match=r"evil\.org is none of .*\(93\.184\.216\.34, a\.org, b\.org:8443\).*SERVICE_HOSTS"
    ):
        endpoint("https://evil.org/", ALLOWED)


def test_the_question_arrives_as_the_protocol_says() -> None:
    with Elsewhere(response(EMPTY)) as there:
        assert there.fetcher().fetch(TO, "SELECT * WHERE { ?ä ?b 'c+d&e' }", 5, 64) == EMPTY
    head, _, body = there.heard[0].decode().partition("\r\n\r\n")
    line, *headers = head.split("\r\n")
    assert line == "POST /sparql HTTP/1.1"
    assert body == "query=SELECT+%2A+WHERE+%7B+%3F%C3%A4+%3Fb+%27c%2Bd%26e%27+%7D"
    assert {"Host: endpoint.example", f"Accept: {JSON}", "Accept-Encoding: identity"} < set(headers)
    assert not [line for line in headers if line.lower().startswith(("cookie", "authorization", "referer"))]


@pytest.mark.parametrize("port", [443, 8443])
def test_the_host_is_named_with_its_port_where_it_is_not_the_usual_one(port: int) -> None:
    with Elsewhere(response(EMPTY)) as there:
        there.fetcher().fetch(Endpoint("", HOST, port, "/"), "", 5, 64)
    assert (b"\r\nHost: endpoint.example:8443\r\n" in there.heard[0]) is (port == 8443)


def _refused(there: Elsewhere, fetcher: Fetcher) -> str:
    """That a fetch is refused, and nobody was called for it; gives back what is said of it."""
    with pytest.raises(QueryRefused) as caught:
        fetcher.fetch(TO, "SELECT * WHERE {}", 5, 64)
    assert there.calls == 0
    return caught.value.message


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1", "10.0.0.1"], ["10.0.0.1", "127.0.0.1"], ["127.0.0.1", "::1"]]
)
def test_one_private_address_among_public_ones_is_enough_to_refuse(
    addresses: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    def resolve(_: str, __: int) -> Sequence[SocketAddress]:
        # The listener's address stands for the public ones.
        return [(socket.AF_INET, (address, there.port)) for address in addresses]

    with Elsewhere(response(EMPTY)) as there:
        message = _refused(there, there.fetcher(resolve=resolve))
    assert "ONRECORD_SERVICE_HOSTS" in message
    # The one who asks does not learn what the name stands for within the operator's network.
    assert not [address for address in addresses if address in message]
    assert ("10.0.0.1" in caplog.text) is ("10.0.0.1" in addresses)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0.0.0.0", "::ffff:127.0.0.1", "::1"],  # noqa: S104
)
def test_a_listener_on_the_loopback_address_hears_nothing_however_it_is_named(host: str) -> None:
    with Elsewhere(response(EMPTY)) as there:
        to = endpoint(
            f"https://{f'[{host}]' if ':' in host else host}:{there.port}/",
            hosts(f"{f'[{host}]' if ':' in host else host}:{there.port}"),
        )
        # As the service has it, but for the certificate: with the address check this is all that keeps it.
        with pytest.raises((QueryRefused, ServiceFailed)) as caught:
            Fetcher(context=there.fetcher().context).fetch(to, "", 5, 64)
        assert there.calls == 0
        # Where the machine has no such name at all, there is nobody to be reached.
        assert "not public" in caught.value.message or "cannot be reached" in caught.value.message
        if host == "127.0.0.1":
            assert isinstance(caught.value, QueryRefused)
            with pytest.raises(ServiceFailed, match="TLS"):
                Fetcher(allowed=lambda _: True, context=there.fetcher().context).fetch(to, "", 5, 64)
            assert there.calls == 1  # so it would have been heard


def test_the_name_is_looked_up_once_and_never_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with Elsewhere(response(EMPTY)) as there, Elsewhere(response(EMPTY)) as trap:
        answers = [there.resolve("", 0), trap.resolve("", 0)]
        fetcher = there.fetcher(resolve=lambda *_: answers.pop(0))
        for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
            monkeypatch.setattr(socket, name, lambda *_, **__: pytest.fail("looked up a second time"))
        assert fetcher.fetch(TO, "", 5, 64) == EMPTY
    assert (there.calls, trap.calls, len(answers)) == (1, 0, 1)


def test_the_next_address_is_tried_where_one_takes_no_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        gone = closed.getsockname()
    with Elsewhere(response(EMPTY)) as there:
        fetcher = there.fetcher(resolve=lambda *_: [(socket.AF_INET, gone), *there.resolve("", 0)])
        assert fetcher.fetch(TO, "", 5, 64) == EMPTY
        with pytest.raises(ServiceFailed, match="cannot be reached: Connection refused"):
            there.fetcher(resolve=lambda *_: [(socket.AF_INET, gone)]).fetch(TO, "", 5, 64)


@pytest.mark.parametrize("error", [socket.gaierror(-2, "Name or service not known"), UnicodeError("label")])
def test_a_host_that_cannot_be_found_is_said_to_be(error: Exception) -> None:
    def resolve(_: str, __: int) -> Sequence[SocketAddress]:
        raise error

    with pytest.raises(ServiceFailed, match=r"cannot be reached: (Name or service not known|label)"):
        Fetcher(resolve=resolve).fetch(TO, "", 5, 64)


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with Elsewhere(response(EMPTY)) as there, Elsewhere(b"", tls=False) as proxy:
        for name in ("https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}/")
        there.fetcher().fetch(TO, "", 5, 64)
    assert (there.calls, proxy.calls) == (1, 0)


def test_a_certificate_for_another_name_is_refused_before_anything_is_sent() -> None:
    with Elsewhere(response(EMPTY)) as there:
        other = Endpoint("https://other.example/", "other.example", 443, "/")
        with pytest.raises(ServiceFailed, match=r"by TLS: .*not valid for 'other\.example'"):
            there.fetcher().fetch(other, "SELECT", 5, 64)
    assert there.heard in ([], [b""])


def test_a_certificate_that_nobody_vouches_for_is_refused_before_anything_is_sent() -> None:
    with Elsewhere(response(EMPTY)) as there:
        fetcher = there.fetcher(context=Fetcher().context)
        with pytest.raises(ServiceFailed, match="by TLS: unable to get local issuer certificate"):
            fetcher.fetch(TO, "SELECT", 5, 64)
    assert there.heard in ([], [b""])


def test_what_speaks_no_tls_is_refused() -> None:
    with Elsewhere(response(EMPTY), tls=False) as there, pytest.raises(ServiceFailed, match="TLS"):
        there.fetcher().fetch(TO, "", 0.5, 64)


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 SocketAddress", "303 See Other", "307 Temporary", "308 Permanent"]
)
def test_a_redirect_is_not_followed(status: str) -> None:
    with Elsewhere(response(EMPTY)) as trap:
        moved = response(EMPTY, status, location=f"https://{HOST}:{trap.port}/")
        with (
            Elsewhere(moved) as there,
            pytest.raises(ServiceFailed, match="a redirect, and none is followed"),
        ):
            there.fetcher().fetch(TO, "", 5, 64)
    assert (there.calls, trap.calls) == (1, 0)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (response(EMPTY, "400 Bad Request"), "answered 400 and no results"),
        (response(EMPTY, "500 Oh"), "answered 500"),
        (response(EMPTY, "206 Partial Content"), "answered 206"),
        (response(b"", "204 No Content"), "answered 204"),
        (response(EMPTY, kind="text/html"), "sent 'text/html', where application/sparql-results"),
        (response(EMPTY, kind="application/json"), "sent 'application/json'"),
        (response(EMPTY, kind=""), "sent 'text/plain'"),
        (response(EMPTY, content_encoding="gzip"), r"sent its answer packed \('gzip'\)"),
        (response(b"x" * 65537), "sent more than 64 KiB .ONRECORD_SERVICE_KILOBYTES"),
        (response(b"x" * 65537, content_length=""), "sent more than 64 KiB"),
        (
            response(b"11000\r\n" + b"x" * 0x11000, transfer_encoding="chunked", content_length=""),
            "more than 64",
        ),
        (response(b"1\r\nx\r\n" * 60000, transfer_encoding="chunked", content_length=""), "more than 64 KiB"),
        (
            b"HTTP/1.1 200 OK\r\n" + b"X-A: " + b"a" * 70000 + b"\r\n\r\n",
            "speak HTTP as it should .LineTooLong",
        ),
        (b"HTTP/1.1 200 OK\r\n" + b"X-A: a\r\n" * 200 + b"\r\n", "speak HTTP as it should"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 9000, "more than 64 KiB"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "speak HTTP as it should .BadStatusLine"),
        (b"", "speak HTTP as it should .RemoteDisconnected"),
        (response(b"5\r\nab", transfer_encoding="chunked", content_length=""), "speak HTTP as it should"),
    ],
)
def test_what_is_no_answer_is_said_to_be_none(said: bytes, why: str) -> None:
    with Elsewhere(said) as there, pytest.raises(ServiceFailed, match=why) as caught:
        there.fetcher().fetch(TO, "", 5, 64)
    assert f"SERVICE <https://{HOST}/sparql>" in caught.value.message
    assert not isinstance(caught.value, ServiceTimeout)


def test_an_answer_as_long_as_the_limit_is_taken() -> None:
    body = b" " * (64 << 10)
    with Elsewhere(response(body, kind=f"{JSON};charset=utf-8", content_encoding="identity")) as there:
        assert there.fetcher().fetch(TO, "", 5, 64) == body


def _dripping(text: bytes) -> Callable[[Any, bytes], None]:
    def drip(caller: Any, _: bytes) -> None:
        # Each byte well within any limit on waiting for one; all of them take seconds.
        for position in range(len(text)):
            caller.sendall(text[position : position + 1])
            time.sleep(0.05)

    return drip


MINUTE = 60.0
WHOLE = response(table(["a"], *[{}] * 40))


@pytest.mark.parametrize(
    "speak",
    [
        _dripping(WHOLE),
        lambda caller, _: (caller.sendall(WHOLE[:-60]), _dripping(WHOLE[-60:])(caller, b"")),
        lambda caller, _: caller.recv(1),  # until the other side is gone
    ],
    ids=["the head drips", "the body drips", "nothing comes"],
)
def test_the_deadline_holds_for_the_whole_exchange(speak: Callable[[Any, bytes], None]) -> None:
    with Elsewhere(speak) as there:
        began = time.monotonic()
        with pytest.raises(ServiceTimeout, match=r"within 0\.4 s \(ONRECORD_SERVICE_SECONDS\)"):
            there.fetcher().fetch(TO, "", 0.4, 64)
        assert 0.3 < time.monotonic() - began < MINUTE


def test_the_deadline_holds_while_the_name_is_looked_up() -> None:
    over = threading.Event()

    def resolve(_: str, __: int) -> Sequence[SocketAddress]:
        over.wait(2 * MINUTE)
        return []

    began = time.monotonic()
    with pytest.raises(ServiceTimeout):
        Fetcher(resolve=resolve).fetch(TO, "", 0.3, 64)
    assert time.monotonic() - began < MINUTE
    over.set()


def test_the_deadline_holds_while_the_connection_is_secured() -> None:
    # Connections are taken by the system, and nobody says a word.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        found: list[SocketAddress] = [(socket.AF_INET, silent.getsockname())]
        began = time.monotonic()
        with pytest.raises(ServiceTimeout):
            Fetcher(allowed=lambda _: True, resolve=lambda *_: found).fetch(TO, "", 0.3, 64)
        assert time.monotonic() - began < MINUTE


def test_no_time_left_is_no_time_to_call() -> None:
    with Elsewhere(response(EMPTY)) as there:
        with pytest.raises(ServiceTimeout):
            there.fetcher().fetch(TO, "", 0.0, 64)
        assert there.calls == 0


def test_the_fetcher_of_the_service_checks_addresses_names_and_certificates() -> None:
    ours = Fetcher()
    assert ours.allowed is is_public
    assert ours.context.check_hostname
    assert ours.context.verify_mode is ssl.CERT_REQUIRED


def test_errors_fit_into_json() -> None:
    for error in (ServiceFailed("a"), ServiceTimeout("b")):
        assert isinstance(error, OnrecordError)
        assert json.loads(json.dumps(error.to_dict()))["message"] == error.message
