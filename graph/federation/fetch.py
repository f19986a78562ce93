"""One question to one other SPARQL service: to a host that the operator has named, at a public address, or not at all.

The name is looked up once, every address it has must be public, and the connection goes to one of those very
addresses: there is no second look-up that could answer something else. No redirect is followed, no proxy, cookie or
password of the environment is used, and one deadline holds for the whole exchange, however slowly it drips.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import logging
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Final, cast
from urllib.parse import quote, urlencode, urlsplit

from onrecord.graph import formats, terms
from onrecord.graph.errors import QueryRefused, ServiceFailed, ServiceTimeout
from onrecord.graph.quoting import brief
from onrecord.graph.settings import SettingError

log = logging.getLogger("onrecord.federation")

RESULTS: Final = formats.JSON.media_type
_HTTPS: Final = 443
_ENTRY: Final = re.compile(
    r"(?:([A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)|\[([0-9A-Fa-f:.]{2,45})\])(?::(\d{1,5}))?"
)
# Room for the head of an answer and for the marks between its chunks.
_HEAD: Final = 64 << 10
_WITHIN: Final = "/%:@!$&'()*+,;=~-._?"

# Said here, since what Python calls global has changed from version to version. Of IPv6 only what is given out for
# use on the internet, without what carries or may carry an address of another kind: Teredo, 6to4, documentation.
_NOT_PUBLIC: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
)
_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")

SocketAddress = tuple[socket.AddressFamily, Any]
"""An address as the system's look-up gives it: its family, and what a socket connects to."""


def is_public(address: str) -> bool:
    """Whether this is an address of the public internet: not private, loopback, link-local, shared, multicast, reserved.

    IPv6 addresses that stand for an IPv4 address (mapped, NAT64) are as public as that one.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.scope_id is not None:
            return False
        inner = parsed.ipv4_mapped
        if inner is None and parsed in _NAT64:
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if parsed not in _UNICAST:
            return False
    return parsed.is_global and not any(
        parsed in network for network in _NOT_PUBLIC if network.version == parsed.version
    )


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A SPARQL service that may be asked: its address as written, and where that leads."""

    iri: str
    host: str
    port: int
    target: str


def hosts(setting: str) -> frozenset[tuple[str, int]]:
    """The hosts that a setting lists, each with its port. SettingError names what is none."""
    found = set()
    for entry in setting.replace(",", " ").split():
        match = _ENTRY.fullmatch(entry)
        if match is None or not 0 < int(match[3] or _HTTPS) < 1 << 16:
            raise SettingError(
                f"ONRECORD_SERVICE_HOSTS: {brief(entry)} is no host; list names such as query.wikidata.org, or name:port, with "
                "commas between"
            )
        found.add(((match[1] or match[2]).lower(), int(match[3] or _HTTPS)))
    return frozenset(found)


def endpoint(iri: str, allowed: frozenset[tuple[str, int]]) -> Endpoint:
    """Where a SERVICE leads; QueryRefused unless that is a host of the setting, by https."""
    try:
        parts = urlsplit(iri)
        host, port = parts.hostname or "", _HTTPS if parts.port is None else parts.port
    except ValueError as error:
        raise QueryRefused(f"SERVICE <{iri}> is not run: this is no address ({error})") from None
    if parts.scheme.lower() != "https":
        raise QueryRefused(
            f"SERVICE <{iri}> is not run: only addresses that begin with https:// are asked; write the whole address"
        )
    if "@" in parts.netloc:
        raise QueryRefused(f"SERVICE <{iri}> is not run: names and passwords are not sent to other services")
    if (host, port) not in allowed:
        listed = ", ".join(sorted(name if at == _HTTPS else f"{name}:{at}" for name, at in allowed))
        place = host if port == _HTTPS else f"{host}:{port}"
        raise QueryRefused(
            f"SERVICE <{iri}> is not run: {place} is none of the hosts that this service asks ({listed}). The operator "
            "lists them in ONRECORD_SERVICE_HOSTS"
        )
    target = quote(parts.path or "/", safe=_WITHIN) + (
        f"?{quote(parts.query, safe=_WITHIN)}" if parts.query else ""
    )
    return Endpoint(iri, host, port, target)


def resolve(host: str, port: int) -> list[SocketAddress]:
    """Every address of a host, as the system looks it up."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys((family, address) for family, _, _, _, address in found))


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Asks services. What it trusts is given to it once, by its maker: no setting and no request can loosen it."""

    allowed: Callable[[str], bool] = is_public
    resolve: Callable[[str, int], Sequence[SocketAddress]] = resolve
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def fetch(self, to: Endpoint, query: str, seconds: float, kilobytes: int) -> bytes:
        """The answer's body, whole and of the right type.

        QueryRefused where an address is not public, ServiceTimeout where it takes too long, ServiceFailed where there
        is no such answer; nothing is sent before the address and the certificate are found right.
        """
        wire = _Wire(time.monotonic() + seconds, (kilobytes << 10) + _HEAD)
        try:
            addresses = self._addresses(to, wire)
            with self._connected(to, addresses, wire) as plain:
                # What was connected is wrapped: the certificate is checked for the name, not for the address.
                plain.settimeout(wire.left())
                with self.context.wrap_socket(plain, server_hostname=to.host) as secured:
                    wire.socket = secured
                    return _exchange(to, query, wire, kilobytes)
        except TimeoutError:
            raise ServiceTimeout(
                f"SERVICE <{to.iri}> did not answer within {seconds:.3g} s (ONRECORD_SERVICE_SECONDS); ask it for less, or "
                "write SERVICE SILENT to go on without it"
            ) from None
        except _TooMuch:
            raise ServiceFailed(
                f"SERVICE <{to.iri}> sent more than {kilobytes} KiB (ONRECORD_SERVICE_KILOBYTES); ask it for less, or add "
                "LIMIT in a subquery"
            ) from None
        except ssl.SSLError as error:
            why = getattr(error, "verify_message", "") or error.reason or "the connection broke off"
            raise ServiceFailed(f"SERVICE <{to.iri}> cannot be asked safely by TLS: {why}") from None
        except http.client.HTTPException as error:
            raise ServiceFailed(
                f"SERVICE <{to.iri}> does not speak HTTP as it should ({type(error).__name__})"
            ) from None
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise ServiceFailed(f"SERVICE <{to.iri}> cannot be reached: {why}") from None

    def _addresses(self, to: Endpoint, wire: _Wire) -> list[SocketAddress]:
        """All addresses of the host, looked up once; QueryRefused unless each of them is public."""
        outcome: Future[Sequence[SocketAddress]] = Future()

        def look_up() -> None:
            try:
                outcome.set_result(self.resolve(to.host, to.port))
            except BaseException as error:
                outcome.set_exception(error)

        # The system's look-up has no deadline of ours; one that hangs ends by its own, and nobody waits for it.
        threading.Thread(target=look_up, name="onrecord-look-up", daemon=True).start()
        addresses = list(outcome.result(wire.left()))
        if not addresses:
            raise OSError("the host has no address")
        private = [address[0] for _, address in addresses if not self.allowed(address[0])]
        if private:
            # Which one it is may be the operator's secret, so it goes to the log alone.
            log.warning("SERVICE <%s> leads to %s, which is not public", to.iri, ", ".join(private))
            raise QueryRefused(
                f"SERVICE <{to.iri}> is not run: {to.host} leads to an address that is not public, and such are never "
                "asked, also where ONRECORD_SERVICE_HOSTS names the host"
            )
        return addresses

    def _connected(self, to: Endpoint, addresses: Sequence[SocketAddress], wire: _Wire) -> socket.socket:
        """A connection to the first of these addresses that takes one; each gets its part of the time."""
        failure: OSError = OSError("the host has no address")
        for position, (family, address) in enumerate(addresses):
            connection = socket.socket(family, socket.SOCK_STREAM)
            try:
                connection.settimeout(wire.left() / (len(addresses) - position))
                connection.connect(address)
            except OSError as error:
                connection.close()
                failure = error
            else:
                return connection
        log.info("SERVICE <%s>: none of %d addresses takes a connection", to.iri, len(addresses))
        raise failure


class _TooMuch(Exception):  # noqa: N818
    """More bytes came than there is room for."""


class _Wire:
    """A socket as http.client uses one, that keeps to a deadline and a number of bytes over all its calls."""

    def __init__(self, deadline: float, room: int) -> None:
        self.socket: ssl.SSLSocket | None = None
        self._deadline = deadline
        self._room = room

    def left(self) -> float:
        """The seconds that are left; TimeoutError where none are."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def _ready(self) -> ssl.SSLSocket:
        assert self.socket is not None  # noqa: S101  (for the type checker)
        self.socket.settimeout(self.left())
        return self.socket

    def sendall(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[self._ready().send(view) :]

    def receive(self, buffer: Any) -> int:
        count = self._ready().recv_into(buffer)
        self._room -= count
        if self._room < 0:
            raise _TooMuch
        return count

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self))

    def close(self) -> None:
        """http.client closes before it has read the body; the caller that connected closes instead."""


class _Reader(io.RawIOBase):
    def __init__(self, wire: _Wire) -> None:
        self._wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._wire.receive(buffer)


class _Connection(http.client.HTTPConnection):
    default_port = _HTTPS


def _exchange(to: Endpoint, query: str, wire: _Wire, kilobytes: int) -> bytes:
    connection = _Connection(to.host, to.port)
    connection.sock = cast("Any", wire)
    headers = {
        "Accept": RESULTS,
        "Accept-Encoding": "identity",
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": terms.user_agent(),
        "Connection": "close",
    }
    connection.request("POST", to.target, urlencode({"query": query}).encode(), headers)
    response = connection.getresponse()
    if 300 <= response.status < 400:
        raise ServiceFailed(
            f"SERVICE <{to.iri}> answered {response.status}, a redirect, and none is followed: write the address it leads to"
        )
    if response.status != 200:
        raise ServiceFailed(f"SERVICE <{to.iri}> answered {response.status} and no results")
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding != "identity":
        raise ServiceFailed(f"SERVICE <{to.iri}> sent its answer packed ({encoding[:40]!r}), unasked")
    kind = response.headers.get_content_type()
    if kind != RESULTS:
        raise ServiceFailed(f"SERVICE <{to.iri}> sent {kind[:80]!r}, where {RESULTS} was asked for")
    limit = kilobytes << 10
    body = response.read(limit + 1)
    if len(body) > limit:
        raise _TooMuch
    return body
