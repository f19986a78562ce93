"""A plain GET of /sparql answered before Flask is asked, which would cost several times what a small query does.

Plain is a request with a query and nothing else in its address, by a program. All others go on to the application, and
so does an error: with what is known of it, so that nothing is worked out twice. A request whose address and whose Accept
and Accept-Encoding are the same, byte for byte, gets the same response at the same version without being read at all;
the version is looked at each time, as in api/memory/cache.py, so nothing old is ever sent.
"""

from __future__ import annotations

import binascii
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from onrecord.api.http import compression, logs
from onrecord.api.http.answers import OFFERS, formats_for, headers_of, negotiated, query_tag
from onrecord.api.http.headers import FOR_ANY_ORIGIN, HEADERS
from onrecord.api.http.negotiation import prefers_page
from onrecord.api.memory.cache import VersionCache, is_steady
from onrecord.api.sparql.protocol import unmarked

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from onrecord.api.http.asking import Asking
    from onrecord.graph.ledger import Answer

FAILED: Final = "onrecord.failed"
"""In a request's environment: the error that its query ended with already."""

_SHARE: Final = 16
_OVERHEAD: Final = 2 << 10
_NOT_PLAIN: Final = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE")
_ALWAYS: Final = [*HEADERS.items(), *FOR_ANY_ORIGIN.items()]

_Headers = list[tuple[str, str]]
_Key = tuple[str, str | None, str | None]


@dataclass(frozen=True, slots=True)
class _Kept:
    headers: _Headers
    body: bytes
    rows: int | None


class Shortcut:
    """An application with the shortcut before it, which keeps responses up to so many bytes."""

    def __init__(self, application: WSGIApplication, asking: Asking, limit: int) -> None:
        self._application = application
        self._asking = asking
        self._cache: VersionCache[_Key, _Kept] = VersionCache(limit, _SHARE)

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """The response to a plain query, or that of the application."""
        began = time.perf_counter()
        answered = self._answered(environ)
        if answered is None:
            return self._application(environ, start)
        headers, length, body = answered
        number = logs.fit_id(environ.get("HTTP_X_REQUEST_ID", ""))
        self._asking.metrics.request("GET", "/sparql", 200)
        logs.log_request(environ, number, 200, length=length, began=began)
        start("200 OK", [*headers, ("X-Request-ID", number)])
        return body

    def _answered(self, environ: WSGIEnvironment) -> tuple[_Headers, int, Iterable[bytes]] | None:
        """The headers, the length and the body of the response; None where the application has to make it."""
        plain = environ["REQUEST_METHOD"] == "GET" and environ["PATH_INFO"] == "/sparql"
        if not plain or not environ.keys().isdisjoint(_NOT_PLAIN):
            return None
        accept, encodings = environ.get("HTTP_ACCEPT"), environ.get("HTTP_ACCEPT_ENCODING")
        asked = (environ["QUERY_STRING"], accept, encodings)
        kept = self._cache.get(self._asking.ledger.version, asked)
        if kept is not None:
            self._asking.metrics.answered(len(kept.body), kept.rows, kept=True)
            return kept.headers, len(kept.body), [kept.body]
        query, media_types = _plain_query(asked[0]), _media_types(accept)
        if query is None or media_types is None:
            return None
        try:
            answer = self._asking.ask(query, formats_for(media_types), keep=False)
        except Exception as error:  # the application answers it, whatever it is
            environ[FAILED] = error
            return None
        steady = is_steady(query)
        tag = query_tag(self._asking.state(answer.version), query, media_types) if steady else None
        headers, answer = _response(answer, media_types[answer.kind] or "", encodings, tag)
        size = answer.length + sum(len(part or "") for part in asked) + _OVERHEAD
        if tag is None or not self._cache.fits(size):
            return headers, answer.length, answer.chunks()
        body = answer.read()
        self._cache.put(answer.version, asked, _Kept(headers, body, answer.rows), size)
        return headers, len(body), [body]


def _plain_query(address: str) -> str | None:
    """The query in an address that holds nothing else; None where there is more to it, or anything wrong."""
    name, _, value = address.partition("=")
    if name != "query" or "&" in value:
        return None
    escaped = value.replace("+", " ").replace("=", "%3D").encode("latin-1")
    if b"\n" in escaped or b"\r" in escaped:
        return None
    # Quoted-printable is the same with another mark. The library's own decoding takes longer than all else here: a query's
    # prologue is full of escapes.
    decoded = binascii.a2b_qp(escaped.replace(b"%", b"="))
    if len(decoded) != len(escaped) - 2 * escaped.count(b"%"):
        return None  # there are wrong escapes
    try:
        return unmarked(decoded.decode()) or None
    except UnicodeDecodeError:
        return None


@lru_cache(maxsize=256)
def _media_types(accept: str | None) -> Mapping[str, str | None] | None:
    """What each kind of result is to be sent as; None for a browser, which gets a page."""
    return None if prefers_page(accept, OFFERS) else negotiated(accept)


@lru_cache(maxsize=256)
def _compressed(encodings: str) -> bool:
    return compression.accepts_gzip(parse_accept_header(encodings, Accept))


def _response(
    answer: Answer, media_type: str, encodings: str | None, tag: str | None
) -> tuple[_Headers, Answer]:
    """The headers and the body, which is compressed where the client wants that and it helps."""
    vary, encoded = "Accept", []
    if answer.length >= compression.LEAST:
        vary += ", Accept-Encoding"
        if encodings is not None and _compressed(encodings):
            packed = compression.squeezed(answer.chunks())
            packed.version, packed.rows = answer.version, answer.rows
            answer, encoded = packed, [("Content-Encoding", "gzip")]
    return [*headers_of(answer, media_type, tag), *encoded, ("Vary", vary), *_ALWAYS], answer
