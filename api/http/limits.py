"""What one client, and all of them together, may make this process hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from onrecord.api.http.problems import plain_problem

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST_HEADER_BYTES: Final = 32 << 10
"""Bytes that the headers of one request may have, names and values together."""


def with_limited_headers(application: WSGIApplication) -> WSGIApplication:
    """The application, to which no request comes whose headers are too large in all: 431."""

    def limited(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        size = sum(len(name) + len(str(environ[name])) for name in environ if name.startswith("HTTP_"))
        if size > MOST_HEADER_BYTES:
            message = f"The headers of the request are {size} bytes in all: send at most {MOST_HEADER_BYTES}."
            return plain_problem(start, 431, message)
        return application(environ, start)

    return limited
