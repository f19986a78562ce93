"""Whom a request comes from, with and without proxies that are trusted."""

from __future__ import annotations

import pytest
from flask import Flask, request

from onrecord.api import create_app
from onrecord.api.http import proxies
from onrecord.api.http.proxies import client, group, networks
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import SettingError, Settings

TRUSTED = networks("10.0.0.0/8, 127.0.0.1 fd00::/8")


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("10.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("10.0.0.1", "198.51.100.7, 203.0.113.5", "203.0.113.5"),
        ("10.0.0.1", "198.51.100.7, 10.2.2.2", "198.51.100.7"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.7, 10.2.2.2, 10.3.3.3", "198.51.100.7"),
        ("fd00::1", "2001:db8::9", "2001:db8::9"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.5, <script>", "10.0.0.1"),
        ("203.0.113.9", "198.51.100.7", "203.0.113.9"),
        ("10.0.0.1", "::ffff:203.0.113.5", "203.0.113.5"),
        ("10.0.0.1", "198.51.100.7, ::ffff:10.2.2.2", "198.51.100.7"),
        ("10.0.0.1", "198.51.100.7:49152, 203.0.113.5:49153, 10.2.2.2:80", "203.0.113.5"),
        ("10.0.0.1", "[2001:db8::9]:49152", "2001:db8::9"),
        ("10.0.0.1", "203.0.113.5:49152:1", "10.0.0.1"),
    ],
)
def test_the_client_is_the_last_who_is_no_trusted_proxy(peer: str, forwarded: str, found: str) -> None:
    assert client(peer, forwarded, TRUSTED) == found


def seen(
    trusted: str, peer: str, header: str = proxies.X_FORWARDED, **headers: str
) -> tuple[str | None, str]:
    app = Flask("seen")
    app.wsgi_app = proxies.behind(app.wsgi_app, networks(trusted), header)  # type: ignore[method-assign,assignment]

    @app.get("/")
    def index() -> list[str | None]:
        return [request.remote_addr, request.url_root]

    response = app.test_client().get("/", headers=headers, environ_overrides={"REMOTE_ADDR": peer})
    remote, root = response.get_json()
    return remote, root


FORWARDED = {
    "X-Forwarded-For": "203.0.113.5",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "data.example.org",
}


def test_a_trusted_proxy_is_believed() -> None:
    assert seen("10.0.0.0/8", "10.0.0.1", **FORWARDED) == ("203.0.113.5", "https://data.example.org/")


@pytest.mark.parametrize("trusted", ["10.0.0.0/8", "10.0.0.1"])
def test_a_trusted_proxy_is_known_by_a_socket_for_both_families_too(trusted: str) -> None:
    assert seen(trusted, "::ffff:10.0.0.1", **FORWARDED) == ("203.0.113.5", "https://data.example.org/")


@pytest.mark.parametrize("trusted", ["", "10.0.0.0/8"])
def test_a_client_of_ipv4_has_one_address_whatever_the_socket(trusted: str) -> None:
    assert seen(trusted, "::ffff:203.0.113.9") == seen(trusted, "203.0.113.9")


@pytest.mark.parametrize("trusted", ["", "10.0.0.0/8"])
def test_nobody_else_is_believed(trusted: str) -> None:
    assert seen(trusted, "203.0.113.9", **FORWARDED) == ("203.0.113.9", "http://localhost/")


@pytest.mark.parametrize("host", ["a b", "x/y", "<script>", "a.example,b c", "h:123456"])
def test_a_host_that_is_none_is_passed_over(host: str) -> None:
    assert seen("10.0.0.0/8", "10.0.0.1", **{"X-Forwarded-Host": host})[1] == "http://localhost/"


@pytest.mark.parametrize(
    ("told", "found"),
    [
        # The examples of RFC 7239, section 4, whose addresses are some.
        ("for=192.0.2.43, for=198.51.100.17", "198.51.100.17"),
        ('For="[2001:db8:cafe::17]:4711"', "2001:db8:cafe::17"),
        ("for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60"),
        ('for=192.0.2.43, for="[2001:db8:cafe::17]"', "2001:db8:cafe::17"),
        ("for=192.0.2.43,for=10.2.2.2", "192.0.2.43"),
        ('for=192.0.2.43 ; proto=https , for="10.2.2.2:80"', "192.0.2.43"),
        ('for="2001:db8::9"', "2001:db8::9"),
        ('for="[::ffff:192.0.2.1]"', "192.0.2.1"),
        ("for=192.0.2.43, for=unknown", "10.0.0.1"),
        ("for=192.0.2.43, for=_hidden", "10.0.0.1"),
        ("for=192.0.2.43, proto=https", "10.0.0.1"),
        ("for=192.0.2.43,", "10.0.0.1"),
        ("192.0.2.43", "10.0.0.1"),
        ("for=192.0.2.43;host=x;for=198.51.100.9", "10.0.0.1"),
        ("for=192.0.2.43;For=198.51.100.9", "10.0.0.1"),
        ('for="192.0.2.43', "10.0.0.1"),
        # What a client begins is not what its proxy says behind it.
        ('for=", for=192.0.2.43', "192.0.2.43"),
        ('for="198.51.100.9\\", for=192.0.2.43', "192.0.2.43"),
        ("", "10.0.0.1"),
    ],
)
def test_the_client_is_told_in_forwarded_where_that_is_the_header(told: str, found: str) -> None:
    assert seen("10.0.0.0/8", "10.0.0.1", proxies.FORWARDED, Forwarded=told)[0] == found


def test_protocol_and_host_are_those_that_the_last_proxy_tells_in_forwarded() -> None:
    told = 'for=192.0.2.43;proto=http;host=a.example, for=10.2.2.2;proto=HTTPS;host="data.example.org:8443"'
    assert seen("10.0.0.0/8", "10.0.0.1", proxies.FORWARDED, Forwarded=told) == (
        "192.0.2.43",
        "https://data.example.org:8443/",
    )
    assert seen("", "10.0.0.1", proxies.FORWARDED, Forwarded=told) == ("10.0.0.1", "http://localhost/")


def test_of_the_two_headers_one_is_believed() -> None:
    both = {**FORWARDED, "Forwarded": "for=192.0.2.43;proto=https;host=a.example"}
    assert seen("10.0.0.0/8", "10.0.0.1", proxies.FORWARDED, **FORWARDED) == ("10.0.0.1", "http://localhost/")
    assert seen("10.0.0.0/8", "10.0.0.1", proxies.FORWARDED, **both) == ("192.0.2.43", "https://a.example/")
    assert seen("10.0.0.0/8", "10.0.0.1", **both) == ("203.0.113.5", "https://data.example.org/")


def test_one_customer_of_ipv6_is_one_client() -> None:
    assert group("2001:db8::1") == group("2001:db8::ffff") != group("2001:db8:0:1::1")
    assert group("192.0.2.1") != group("192.0.2.2")
    assert group("::ffff:192.0.2.1") == group("192.0.2.1") != group("::ffff:192.0.2.2")
    assert group("unknown") == "unknown"


def test_a_setting_that_names_no_network_is_refused(seeded: Ledger) -> None:
    with pytest.raises(SettingError, match=r"ONRECORD_TRUSTED_PROXIES: '10\.0\.0\.0/99'"):
        create_app(seeded, Settings(trusted_proxies="10.0.0.0/99"))


def test_of_no_header_that_was_not_named_anything_is_believed() -> None:
    told = {**FORWARDED, "Forwarded": "for=192.0.2.43;proto=https;host=a.example"}
    assert seen("10.0.0.0/8", "10.0.0.1", proxies.NONE, **told) == ("10.0.0.1", "http://localhost/")
    assert Settings().proxy_header == proxies.NONE


def test_who_names_proxies_is_told_what_their_header_has_to_be() -> None:
    assert [proxies.warning("", header) for header in (proxies.NONE, proxies.X_FORWARDED)] == ["", ""]
    assert proxies.warning("10.0.0.1", proxies.FORWARDED) == ""
    assert "Set it to Forwarded" in proxies.warning("10.0.0.1", proxies.NONE)
    assert "X_Forwarded_For" in proxies.warning("10.0.0.1", proxies.X_FORWARDED)
