"""Behind a proxy: who the client really is, and at which address it knows us.

Why not granian's own helper (granian.utils.proxies): it takes over whatever text is forwarded, an address or not, and
knows neither X-Forwarded-Host nor IPv4 addresses on a socket for both families.

What a header says of the client is believed only of the proxies a setting names, since any client can send it. Of the
chain of addresses the last one that is no trusted proxy is the client; what stands before it cannot be trusted.

Which header an operator has to say, since a proxy passes on what a client sends under a name that it does not set itself:
Forwarded (RFC 7239), or X-Forwarded-For with -Proto and -Host. Of X-Forwarded-For it must drop the spellings with an underscore
too: WSGI gives X_Forwarded_For the same name, granian (2.8) keeps whichever of the two comes later, and nothing tells here
which that was. The name of the other cannot be spelled in two ways.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Final

from onrecord.graph.quoting import brief
from onrecord.graph.settings import SettingError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NONE: Final = "none"
FORWARDED: Final = "Forwarded"
X_FORWARDED: Final = "X-Forwarded-For"
IPNetwork = IPv4Network | IPv6Network
# Reading an address takes longer than looking one up, and a client asks more than once.
_ADDRESSES: Final = 4096
HOST: Final = re.compile(r"[A-Za-z0-9._-]{1,253}(?::\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](?::\d{1,5})?")
"""A host with its port, as a header may name it."""

_PAIR: Final = re.compile(r'\s*([A-Za-z]+)=(?:([^\s",;\\]+)|"([^",;\\]*)")\s*')
"""A pair of an element of Forwarded. What may be escaped or holds a separator is no part of an address, protocol or host."""
_NODE: Final = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::\d+)?|([0-9.]+)(?::\d+)?|([0-9A-Fa-f:.]+)")
"""An address with brackets or a port around it, and one of IPv6 without brackets, as nginx has it at hand."""


def networks(text: str) -> list[IPNetwork]:
    """The networks that a setting lists. SettingError names what is none."""
    found: list[IPNetwork] = []
    for part in text.replace(",", " ").split():
        try:
            found.append(ip_network(part, strict=False))
        except ValueError:
            raise SettingError(
                f"ONRECORD_TRUSTED_PROXIES: {brief(part)} is neither an address nor a network such as 10.0.0.0/8"
            ) from None
    return found


def warning(trusted: str, header: str) -> str:
    """What an operator who names proxies has to know of the header that they are believed in; nothing is "".

    Both are as the settings have them.
    """
    if not networks(trusted) or header == FORWARDED:
        return ""
    if header == X_FORWARDED:
        return (
            "ONRECORD_PROXY_HEADER=X-Forwarded-For is safe only behind proxies that drop headers whose names have an underscore: "
            "with X_Forwarded_For a client could pass for another. Where they can say Forwarded, set that instead"
        )
    return (
        "ONRECORD_TRUSTED_PROXIES names proxies, but ONRECORD_PROXY_HEADER does not say in which header they tell who the client "
        "is, so that all clients behind one count as one. Set it to Forwarded, or to X-Forwarded-For, and see that the proxies "
        "set that header themselves"
    )


def behind(application: WSGIApplication, trusted: Sequence[IPNetwork], header: str = NONE) -> WSGIApplication:
    """The application as it is reached through these proxies, of which `header` is believed."""
    is_trusted = lru_cache(_ADDRESSES)(lambda peer: _is_one_of(peer, trusted))
    told = _READ_IN.get(header)

    def reached(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        peer = environ["REMOTE_ADDR"] = unmapped(environ.get("REMOTE_ADDR", ""))
        if told is not None and is_trusted(peer):
            addresses, scheme, host = told(environ)
            environ["REMOTE_ADDR"] = client(peer, addresses, trusted)
            if scheme.lower() in ("http", "https"):
                environ["wsgi.url_scheme"] = scheme.lower()
            if HOST.fullmatch(host):
                environ["HTTP_HOST"] = host
        return application(environ, start)

    return reached


def _told_in_x_forwarded(environ: WSGIEnvironment) -> tuple[str, str, str]:
    """The chain of addresses, and by which protocol and under which name the last proxy was asked."""
    return (
        environ.get("HTTP_X_FORWARDED_FOR", ""),
        _last(environ.get("HTTP_X_FORWARDED_PROTO", "")),
        _last(environ.get("HTTP_X_FORWARDED_HOST", "")),
    )


def _told_in_forwarded(environ: WSGIEnvironment) -> tuple[str, str, str]:
    """The same. An element that cannot be read, or says a thing twice, has no address, which ends what is believed."""
    elements = [dict(_pairs(element)) for element in environ.get("HTTP_FORWARDED", "").split(",")]
    addresses = ",".join(element.get("for", "") for element in elements)
    return addresses, elements[-1].get("proto", ""), elements[-1].get("host", "")


_READ_IN: Final = {FORWARDED: _told_in_forwarded, X_FORWARDED: _told_in_x_forwarded}


def _pairs(element: str) -> Iterator[tuple[str, str]]:
    found = [_PAIR.fullmatch(pair) for pair in element.split(";")]
    names = [pair[1].lower() for pair in found if pair]
    if len(names) == len(found) == len(set(names)):
        yield from ((name, pair[2] or pair[3] or "") for name, pair in zip(names, found, strict=True) if pair)


def client(peer: str, forwarded: str, trusted: Sequence[IPNetwork]) -> str:
    """Who is at the far end of a chain of proxies, as far as it can be believed."""
    known = peer
    for part in reversed(forwarded.split(",")):
        if not _is_one_of(known, trusted):
            break
        try:
            known = unmapped(str(ip_address(_without_port(part.strip()))))
        except ValueError:
            break
    return known


def _without_port(node: str) -> str:
    """The address of a node as proxies write it in either header, some of them with the client's port; "" where that is none."""
    found = _NODE.fullmatch(node)
    return "" if found is None else str(found[1] or found[2] or found[3])


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
