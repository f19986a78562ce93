"""A plain GET of /sparql answered before Flask is asked, which would cost several times what a small query does.

Plain is a request with a query and nothing else in its address, by a program. All others go on to the application, and
so does an error: with what is known of it, so that nothing is worked out twice. A request whose address and whose Accept
and Accept-Encoding are the same, byte for byte, gets the same response at the same version without being read at all;
the version is looked at each time, as in cache.py, so nothing old is ever sent.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from onrecord.api.http import compression, logs
from onrecord.api.http.answers import OFFERS, content_type, etag, formats_for, negotiated
from onrecord.api.http.cache import is_steady
from onrecord.api.http.headers import FOR_ANY_ORIGIN, HEADERS
from onrecord.api.http.negotiation import prefers_page
from onrecord.api.sparql.protocol import unmarked

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from onrecord.api.http.asking import Asking
    from onrecord.graph.ledger import Answer

FAILED: Final = "onrecord.failed"
"""In a request's environment: the error that its query ended with already."""

# One response may take this part of the room, so that a few large ones do not push all others out.
_SHARE: Final = 16
_OVERHEAD: Final = 2 << 10
_LONG_WAY: Final = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE")
# The library's own decoding takes longer than all else here: a query's prologue is full of escapes.
_BYTES: Final = {f"{byte:02{case}}".encode(): bytes([byte]) for byte in range(256) for case in "xX"}
_BYTES.update(
    {f"{a}{b}".encode(): bytes([int(f"{a}{b}", 16)]) for a in "abcdefABCDEF" for b in "abcdefABCDEF"}
)
_ALWAYS: Final = [*HEADERS.items(), *FOR_ANY_ORIGIN.items()]
_access: Final = logging.getLogger("onrecord.access")

_Headers = list[tuple[str, str]]
_Key = tuple[str, str | None, str | None]


@dataclass(frozen=True, slots=True)
class _Kept:
    headers: _Headers
    body: bytes
    rows: int | None


class Shortcut:
    """An application with the short way before it, which keeps responses up to so many bytes."""

    def __init__(self, application: WSGIApplication, asking: Asking, limit: int) -> None:
        self._application = application
        self._asking = asking
        self._limit = limit
        self._lock = threading.Lock()
        self._version = -1
        self._size = 0
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """The response to a plain query, or that of the application."""
        began = time.perf_counter()
        answered = self._answered(environ)
        if answered is None:
            return self._application(environ, start)
        headers, length, body = answered
        number = logs.fit_id(environ.get("HTTP_X_REQUEST_ID", ""))
        self._asking.metrics.request("GET", "/sparql", 200)
        if _access.isEnabledFor(logging.INFO):
            line = {
                "id": number,
                "method": "GET",
                "path": "/sparql",
                "status": 200,
                "seconds": round(time.perf_counter() - began, 6),
                "bytes": length,
                "client": environ.get("REMOTE_ADDR"),
            }
            _access.info("request", extra={"onrecord": line})
        start("200 OK", [*headers, ("X-Request-ID", number)])
        return body

    def _answered(self, environ: WSGIEnvironment) -> tuple[_Headers, int, Iterable[bytes]] | None:
        """The headers, the length and the body of the response; None where the application has to make it."""
        plain = environ["REQUEST_METHOD"] == "GET" and environ["PATH_INFO"] == "/sparql"
        if not plain or any(name in environ for name in _LONG_WAY):
            return None
        accept, encodings = environ.get("HTTP_ACCEPT"), environ.get("HTTP_ACCEPT_ENCODING")
        asked = (environ["QUERY_STRING"], accept, encodings)
        kept = self._find(asked)
        if kept is not None:
            self._asking.metrics.answered(len(kept.body), kept.rows, kept=True)
            return kept.headers, len(kept.body), [kept.body]
        query, media_types = _plain_query(asked[0]), _media_types(accept)
        if query is None or media_types is None:
            return None
        try:
            answer = self._asking.anew(query, formats_for(media_types))
        except Exception as error:  # the application tells it, whatever it is
            environ[FAILED] = error
            return None
        steady = is_steady(query)
        headers, answer = _response(answer, query, media_types, encodings, steady=steady)
        length = answer.length
        if not steady or length > self._limit // _SHARE:
            return headers, length, answer.chunks()
        body = answer.read()
        self._put(answer.version, asked, _Kept(headers, body, answer.rows))
        return headers, length, [body]

    def _find(self, asked: _Key) -> _Kept | None:
        with self._lock:
            if self._version != self._asking.ledger.version:
                return None
            kept = self._kept.get(asked)
            if kept is not None:
                self._kept.move_to_end(asked)
            return kept

    def _put(self, version: int, asked: _Key, kept: _Kept) -> None:
        with self._lock:
            if version > self._version:
                self._kept.clear()
                self._size, self._version = 0, version
            if version == self._version and asked not in self._kept:
                self._kept[asked] = kept
                self._size += _weight(asked, kept)
                while self._size > self._limit:
                    self._size -= _weight(*self._kept.popitem(last=False))


def _plain_query(address: str) -> str | None:
    """The query in an address that holds nothing else; None where there is more to it, or anything wrong."""
    name, _, value = address.partition("=")
    if name != "query" or "&" in value:
        return None
    first, *escaped = value.replace("+", " ").encode("latin-1").split(b"%")
    try:
        text = b"".join([first, *[_BYTES[part[:2]] + part[2:] for part in escaped]]).decode()
    except (KeyError, UnicodeDecodeError):
        return None
    return unmarked(text) or None


@lru_cache(maxsize=256)
def _media_types(accept: str | None) -> Mapping[str, str | None] | None:
    """What each kind of result is to be sent as; None for a browser, which gets a page."""
    return None if prefers_page(accept, OFFERS) else negotiated(accept)


@lru_cache(maxsize=256)
def _compressed(encodings: str) -> bool:
    return compression.wanted(parse_accept_header(encodings, Accept))


def _response(
    answer: Answer, query: str, media_types: Mapping[str, str | None], encodings: str | None, *, steady: bool
) -> tuple[_Headers, Answer]:
    headers = [
        ("Content-Type", content_type(media_types[answer.kind] or "")),
        ("Onrecord-Version", str(answer.version)),
    ]
    vary = "Accept"
    if steady:
        headers += [
            ("ETag", etag(answer.version, query, (), (), sorted(media_types.items()))),
            ("Cache-Control", "no-cache"),
        ]
    else:
        headers.append(("Cache-Control", "no-store"))
    if answer.length >= compression.LEAST:
        vary += ", Accept-Encoding"
        if encodings is not None and _compressed(encodings):
            packed = compression.squeezed(answer.chunks())
            packed.version, packed.rows = answer.version, answer.rows
            answer = packed
            headers.append(("Content-Encoding", "gzip"))
    return [*headers, ("Vary", vary), ("Content-Length", str(answer.length)), *_ALWAYS], answer


def _weight(asked: _Key, kept: _Kept) -> int:
    return len(kept.body) + sum(len(part or "") for part in asked) + _OVERHEAD
