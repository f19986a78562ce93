"""Repeated questions answered before Flask is asked: the whole response, by the bytes of the request.

For a question asked again, finding out what is asked costs more than the answer. Here a GET of /sparql whose address and
whose Accept and Accept-Encoding are the same, byte for byte, at the same version, gets the same response. The version is
looked at each time, as in cache.py, so nothing old is ever sent; a conditional request takes the long way.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from onrecord.api import operations

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from onrecord.api.metrics import Metrics
    from onrecord.graph.ledger import Ledger

KEEP: Final = "onrecord.keep"
"""Set in a request's environment to the version its response is good for, and for no other."""

_LONGEST: Final = 64 << 10
_OVERHEAD: Final = 2 << 10
_LONG_WAY: Final = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE")
_access: Final = logging.getLogger("onrecord.access")

_Key = tuple[str, str | None, str | None]


@dataclass(frozen=True, slots=True)
class _Kept:
    status: str
    headers: list[tuple[str, str]]
    body: bytes


class Shortcut:
    """An application with its last responses before it, up to so many bytes of them."""

    def __init__(self, application: WSGIApplication, ledger: Ledger, metrics: Metrics, limit: int) -> None:
        self._application = application
        self._ledger = ledger
        self._metrics = metrics
        self._limit = limit
        self._lock = threading.Lock()
        self._version = -1
        self._size = 0
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """The response that is here, or that of the application."""
        if environ["REQUEST_METHOD"] != "GET" or environ["PATH_INFO"] != "/sparql":
            return self._application(environ, start)
        if any(name in environ for name in _LONG_WAY):
            return self._application(environ, start)
        asked = (environ["QUERY_STRING"], environ.get("HTTP_ACCEPT"), environ.get("HTTP_ACCEPT_ENCODING"))
        began = time.perf_counter()
        kept = self._find(asked)
        if kept is None:
            return self._keep(asked, environ, start)
        number = operations.fit_id(environ.get("HTTP_X_REQUEST_ID", ""))
        self._metrics.request("GET", "/sparql", 200)
        self._metrics.answered(len(kept.body), kept=True)
        if _access.isEnabledFor(logging.INFO):
            line = {
                "id": number,
                "method": "GET",
                "path": "/sparql",
                "status": 200,
                "seconds": round(time.perf_counter() - began, 6),
                "bytes": len(kept.body),
                "client": environ.get("REMOTE_ADDR"),
            }
            _access.info("request", extra={"onrecord": line})
        start(kept.status, [*kept.headers, ("X-Request-ID", number)])
        return [kept.body]

    def _find(self, asked: _Key) -> _Kept | None:
        with self._lock:
            if self._version != self._ledger.version:
                return None
            kept = self._kept.get(asked)
            if kept is not None:
                self._kept.move_to_end(asked)
            return kept

    def _keep(self, asked: _Key, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        told: list[tuple[str, list[tuple[str, str]]]] = []

        def noting(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            told.append((status, headers))
            return start(status, headers, *rest)

        pieces = self._application(environ, noting)
        version = environ.get(KEEP)
        if version is None or len(told) != 1 or not told[0][0].startswith("200"):
            return pieces
        status, headers = told[0]
        length = next((int(value) for name, value in headers if name.lower() == "content-length"), _LONGEST)
        if length >= _LONGEST:
            return pieces
        try:
            body = b"".join(pieces)
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()
        lasting = [(name, value) for name, value in headers if name.lower() != "x-request-id"]
        self._put(int(version), asked, _Kept(status, lasting, body))
        return [body]

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


def _weight(asked: _Key, kept: _Kept) -> int:
    return len(kept.body) + sum(len(part or "") for part in asked) + _OVERHEAD
