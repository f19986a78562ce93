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
    ],
)
def test_the_client_is_the_last_who_is_no_trusted_proxy(peer: str, forwarded: str, found: str) -> None:
    assert client(peer, forwarded, TRUSTED) == found


def seen(trusted: str, peer: str, **headers: str) -> tuple[str | None, str]:
    app = Flask("seen")
    app.wsgi_app = proxies.behind(app.wsgi_app, networks(trusted))  # type: ignore[method-assign,assignment]

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


def test_one_customer_of_ipv6_is_one_client() -> None:
    assert group("2001:db8::1") == group("2001:db8::ffff") != group("2001:db8:0:1::1")
    assert group("192.0.2.1") != group("192.0.2.2")
    assert group("::ffff:192.0.2.1") == group("192.0.2.1") != group("::ffff:192.0.2.2")
    assert group("unknown") == "unknown"


def test_a_setting_that_names_no_network_is_refused(seeded: Ledger) -> None:
    with pytest.raises(SettingError, match=r"ONRECORD_TRUSTED_PROXIES: '10\.0\.0\.0/99'"):
        create_app(seeded, Settings(trusted_proxies="10.0.0.0/99"))
