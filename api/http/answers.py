"""A ledger's Answer as an HTTP response: complete, with its length, and with an ETag that its version makes exact."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Final

from flask import Response, request

import onrecord
from onrecord.api.http.metrics import metrics
from onrecord.api.http.negotiation import choose
from onrecord.graph import formats
from onrecord.graph.changes import Commit
from onrecord.graph.formats import by_media_type
from onrecord.graph.ledger import Answer

_RELEASE: Final = onrecord.__version__

RESULTS: Final = by_media_type(formats.TABLES, older=True)
"""Media types of tables and of yes or no, as the server would choose; the last ones are asked for by old clients."""

GRAPHS: Final = by_media_type(formats.GRAPHS, older=True)
"""Media types of graphs, in the same order of liking."""

OFFERS: Final = [*RESULTS, *GRAPHS]
"""All of them."""

_TEXT: Final = ("text/", "application/n-triples", "application/n-quads", "application/trig")


def content_type(media_type: str) -> str:
    """The media type with its charset, where the type has one to tell."""
    return f"{media_type}; charset=utf-8" if media_type.startswith(_TEXT) else media_type


def negotiated(accept: str | None) -> dict[str, str | None]:
    """Result kind -> the media type that the client likes best for it, None where it likes none."""
    table, graph = choose(accept, list(RESULTS)), choose(accept, list(GRAPHS))
    return {"solutions": table, "boolean": table, "graph": graph}


def formats_for(media_types: Mapping[str, str | None]) -> dict[str, str | None]:
    """Result kind -> the ledger's name of the format that has this media type."""
    return {
        kind: None if media_type is None else (GRAPHS if kind == "graph" else RESULTS)[media_type].name
        for kind, media_type in media_types.items()
    }


def etag(version: int, *parts: object) -> str:
    """A name for the answer to one question at one version.

    Weak, since a store may give the same rows in another order. Another release may word the same answer otherwise.
    """
    digest = hashlib.sha256(repr((_RELEASE, *parts)).encode()).hexdigest()[:20]
    return f'W/"{version}-{digest}"'


def strong(tag: str) -> str:
    """The same tag for bytes that are always the same, and good for If-Match."""
    return tag.removeprefix("W/")


def made(commit: Commit, status: int = 200) -> Response:
    """That a write was made, and which version it made; 204 says so without a body."""
    metrics().committed(changed=bool(commit.added or commit.removed))
    told = {"version": commit.version, "added": commit.added, "removed": commit.removed}
    body = b"" if status == 204 else json.dumps(told).encode() + b"\n"
    response = Response(body, status, content_type="application/json" if body else None)
    if not body:
        del response.headers["Content-Type"]
    response.headers["Onrecord-Version"] = str(commit.version)
    response.headers["Cache-Control"] = "no-store"
    return response


def unchanged(tag: str) -> Response | None:
    """304, where the client holds this answer already; asked before any work is done."""
    held = request.if_none_match
    # `*` would call any answer current, also to a question that has none.
    if held.star_tag or not held.contains_weak(strong(tag).strip('"')):
        return None
    return _cached(Response(status=304), tag)


def send(answer: Answer, media_type: str, tag: str | None) -> Response:
    """The whole answer. The server never has to guess where it ends, so a broken connection shows as one."""
    response = Response(answer.chunks(), content_type=content_type(media_type))
    response.content_length = answer.length
    # A HEAD request reads none of it, and a client may leave half-way.
    response.call_on_close(answer.close)
    response.headers["Onrecord-Version"] = str(answer.version)
    if tag is None:
        response.headers["Cache-Control"] = "no-store"
        return response
    return _cached(response, tag)


def _cached(response: Response, tag: str) -> Response:
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "no-cache"  # keep it, but ask each time whether it still holds
    return response
