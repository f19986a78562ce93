"""Headers that keep a browser from doing what no page of ours needs. On every response, errors and files included."""

from __future__ import annotations

from typing import Final

from flask import Flask, Response, g, request

CONTENT_SECURITY_POLICY: Final = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)

HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    # A literal in a CSV or Turtle download must never be taken for a page.
    "X-Content-Type-Options": "nosniff",
    # A source need not learn which statement its visitor was reading.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

FOR_ANY_ORIGIN: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Location, Retry-After, Content-Disposition, Link, Onrecord-Version, X-Request-ID",
}


def install(app: Flask) -> None:
    """Add the headers to everything an application answers."""
    app.after_request(_secure)


def _secure(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if "varies_by_accept" in g:
        response.vary.add("Accept")
    return response


def allow_any_origin(response: Response) -> Response:
    """For data: scripts of any site may read it, without credentials."""
    response.headers.update(FOR_ANY_ORIGIN)
    if request.method == "OPTIONS" and "Access-Control-Allow-Methods" not in response.headers:
        _permit(response, response.headers.get("Allow", "GET, HEAD, OPTIONS"))
    return response


def preflight(*methods: str) -> Response:
    """The answer to a browser that asks whether a script of another site may send a request.

    A script may send a token that it holds; there is nothing a browser would add by itself.
    """
    response = Response(status=204, headers={"Allow": ", ".join(sorted({*methods, "OPTIONS"}))})
    return _permit(response, ", ".join(methods))


def _permit(response: Response, methods: str) -> Response:
    response.headers["Access-Control-Allow-Methods"] = methods
    response.headers["Access-Control-Allow-Headers"] = (
        "Accept, Authorization, Content-Type, If-Match, If-None-Match, Onrecord-Message, X-Request-ID"
    )
    response.headers["Access-Control-Max-Age"] = "86400"
    return response
