"""Whose request it is, as the running server sees it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
from tests.torture.victims.service import Service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that listens for IPv6 and IPv4 alike, behind a proxy on this machine that says X-Forwarded-For."""
    data = tmp_path_factory.mktemp("proxied") / "data"
    with Service(
        data, seeds=0, shapes=0, host="::", trusted_proxies="127.0.0.1", proxy_header="X-Forwarded-For"
    ) as running:
        yield running


@pytest.fixture(scope="module")
def undeclared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The same by default: which header the proxy sets is not said."""
    data = tmp_path_factory.mktemp("undeclared") / "data"
    with Service(data, seeds=0, shapes=0, host="::", trusted_proxies="127.0.0.1") as running:
        yield running


@pytest.fixture(scope="module")
def forwarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The same behind a proxy that says Forwarded."""
    data = tmp_path_factory.mktemp("forwarded") / "data"
    with Service(
        data, seeds=0, shapes=0, host="::", trusted_proxies="127.0.0.1", proxy_header="Forwarded"
    ) as running:
        yield running


def client(service: Service, headers: bytes) -> str:
    """The client of a request with these headers, as the log has it."""
    number = f"n{time.monotonic_ns()}"
    service.send_raw(
        b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-ID: %b\r\n%b\r\n"
        % (number.encode(), headers),
        quiet=60,
    )
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for line in service.log().splitlines():
            if number in line:
                return str(json.loads(line)["client"])
        time.sleep(0.05)
    raise AssertionError(f"no line of {number} in the log")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (b"", "127.0.0.1"),
        (b"X-Forwarded-For: 192.0.2.1\r\n", "192.0.2.1"),
        (b"X-Forwarded-For: ::ffff:192.0.2.1\r\n", "192.0.2.1"),
        (b"X-Forwarded-For: 198.51.100.9\r\nX-Forwarded-For: 192.0.2.1\r\n", "192.0.2.1"),
    ],
)
def test_a_client_of_ipv4_is_known_on_a_socket_for_both_families(
    service: Service, headers: bytes, expected: str
) -> None:
    assert client(service, headers) == expected


SPELLINGS = [
    b"X_Forwarded_For",
    b"X-Forwarded_For",
    b"x_forwarded-for",
    b"X_FORWARDED_FOR",
    b"X-Forwarded-For",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("before", [True, False])
def test_unless_the_header_is_named_no_client_chooses_its_address(
    undeclared: Service, spelling: bytes, before: bool
) -> None:
    told, forged = b"X-Forwarded-For: 192.0.2.1\r\n", spelling + b": 198.51.100.9\r\n"
    forged += b"Forwarded: for=198.51.100.9\r\n"
    assert client(undeclared, forged + told if before else told + forged) == "127.0.0.1"


def test_a_start_says_what_is_to_be_set_or_known(
    undeclared: Service, service: Service, forwarded: Service
) -> None:
    assert "Set it to Forwarded" in undeclared.log()
    assert "X_Forwarded_For" in service.log()
    assert "WARNING: ONRECORD" not in forwarded.log()


@pytest.mark.parametrize(
    "headers",
    [
        *(spelling + b": 198.51.100.9\r\n" for spelling in SPELLINGS),
        b"X_Forwarded_Host: evil.example\r\nX_Forwarded_Proto: https\r\nX_Forwarded_For: 198.51.100.9\r\n",
        b"X-Forwarded-For: 198.51.100.9\r\nX_Forwarded_For: 198.51.100.9\r\nX-Forwarded_For: 198.51.100.9\r\n",
        b"For_warded: for=198.51.100.9\r\nForwarded_: for=198.51.100.9\r\n_Forwarded: for=198.51.100.9\r\n",
        b"HTTP_Forwarded: for=198.51.100.9\r\n",
    ],
)
@pytest.mark.parametrize("before", [True, False])
def test_no_name_that_a_client_may_send_outranks_the_proxys_forwarded(
    forwarded: Service, headers: bytes, before: bool
) -> None:
    told = b"FORWARDED: for=192.0.2.1\r\n"
    assert client(forwarded, headers + told if before else told + headers) == "192.0.2.1"
    assert client(forwarded, headers) == "127.0.0.1"


def test_a_proxy_that_extends_what_a_client_sends_has_the_last_word(forwarded: Service) -> None:
    assert client(forwarded, b"Forwarded: for=198.51.100.9, for=192.0.2.1\r\n") == "192.0.2.1"
    assert client(forwarded, b"Forwarded: for=198.51.100.9\r\nForwarded: for=192.0.2.1\r\n") == "192.0.2.1"
