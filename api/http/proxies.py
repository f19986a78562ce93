"""Behind a proxy: who the client really is, and at which address it knows us.

Why not granian's own helper (granian.utils.proxies): it takes over whatever text is forwarded, an address or not, and
knows neither X-Forwarded-Host nor IPv4 addresses on a socket for both families.

X-Forwarded-For, -Proto and -Host are believed only of the proxies a setting names, since any client can send them. Of the
chain of addresses the last one that is no trusted proxy is the client; what stands before it cannot be trusted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Final

from onrecord.graph.settings import SettingError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

IPNetwork = IPv4Network | IPv6Network
# Reading an address takes longer than looking one up, and a client asks more than once.
_ADDRESSES: Final = 4096
_HOST: Final = re.compile(r"[A-Za-z0-9.-]{1,253}(?::\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](?::\d{1,5})?")


def networks(text: str) -> list[IPNetwork]:
    """The networks that a setting lists. SettingError names what is none."""
    found: list[IPNetwork] = []
    for part in text.replace(",", " ").split():
        try:
            found.append(ip_network(part, strict=False))
        except ValueError:
            raise SettingError(
                f"ONRECORD_TRUSTED_PROXIES: {part!r} is neither an address nor a network such as 10.0.0.0/8"
            ) from None
    return found


def behind(application: WSGIApplication, trusted: Sequence[IPNetwork]) -> WSGIApplication:
    """The application as it is reached through these proxies."""
    is_trusted = lru_cache(_ADDRESSES)(lambda peer: _is_one_of(peer, trusted))

    def reached(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        peer = environ["REMOTE_ADDR"] = unmapped(environ.get("REMOTE_ADDR", ""))
        if is_trusted(peer):
            environ["REMOTE_ADDR"] = client(peer, environ.get("HTTP_X_FORWARDED_FOR", ""), trusted)
            scheme = _last(environ.get("HTTP_X_FORWARDED_PROTO", "")).lower()
            if scheme in ("http", "https"):
                environ["wsgi.url_scheme"] = scheme
            host = _last(environ.get("HTTP_X_FORWARDED_HOST", ""))
            if _HOST.fullmatch(host):
                environ["HTTP_HOST"] = host
        return application(environ, start)

    return reached


def client(peer: str, forwarded: str, trusted: Sequence[IPNetwork]) -> str:
    """Who is at the far end of a chain of proxies, as far as it can be believed."""
    known = peer
    for part in reversed(forwarded.split(",")):
        if not _is_one_of(known, trusted):
            break
        try:
            known = unmapped(str(ip_address(part.strip())))
        except ValueError:
            break
    return known


@lru_cache(_ADDRESSES)
def unmapped(address: str) -> str:
    """The IPv4 address that a socket for both families shows as ::ffff:192.0.2.1; any other text as it is."""
    try:
        mapped = getattr(ip_address(address), "ipv4_mapped", None)
    except ValueError:
        return address
    return address if mapped is None else str(mapped)


@lru_cache(_ADDRESSES)
def group(address: str) -> str:
    """Whom a limit is for: an address, or the /64 network that one customer has in IPv6."""
    try:
        parsed = ip_address(unmapped(address))
    except ValueError:
        return address
    return str(parsed) if parsed.version == 4 else str(ip_network((parsed, 64), strict=False))


def _is_one_of(address: str, trusted: Sequence[IPNetwork]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in trusted)


def _last(header: str) -> str:
    return header.rpartition(",")[2].strip()
