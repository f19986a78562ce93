"""A ledger's Answer as an HTTP response: complete, with its length, and with an ETag that its version makes exact."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from flask import Response, request

import onrecord
from onrecord.api.http.context import asking
from onrecord.api.http.metrics import metrics
from onrecord.api.http.negotiation import choose
from onrecord.graph import formats
from onrecord.graph.changes import Commit
from onrecord.graph.formats import by_media_type
from onrecord.graph.ledger import Answer
from onrecord.graph.settings import Settings

RESULTS: Final = by_media_type(formats.ANSWERS, older=True)
"""Media types of tables and of yes or no, as the server would choose; the last ones are asked for by old clients."""

GRAPHS: Final = by_media_type(formats.GRAPHS, older=True)
"""Media types of graphs, in the same order of liking."""

OFFERS: Final = [*RESULTS, *GRAPHS]
"""All of them."""

_TEXT: Final = ("text/", "application/n-triples", "application/n-quads", "application/trig")


# Keep it, but ask each time whether it still holds.
_ASK_AGAIN: Final = ("Cache-Control", "no-cache")


def content_type(media_type: str) -> str:
    """The media type with its charset, where the type has one."""
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


def fingerprint(settings: Settings) -> str:
    """What answers depend on beside the graph: the release of this program, and the settings that show in what it sends."""
    shown = (onrecord.__version__, settings.base, settings.plain, settings.service_hosts, settings.public_url)
    return hashlib.sha256(repr(shown).encode()).hexdigest()


@lru_cache(maxsize=64)
def commit_mark(commit_id: str) -> str:
    """What an ETag says of a commit: another graph may have as many commits, and none of the same id."""
    return hashlib.sha256(commit_id.encode()).hexdigest()[:12]


def entity_tag(state: tuple[str, str, int], *parts: object) -> str:
    """The ETag of the answer to one question, which the parts name, in one state (see Asking.state).

    Weak, since a store may give the same rows in another order.
    """
    fingerprint, commit_id, version = state
    digest = hashlib.sha256(repr((fingerprint, *parts)).encode("utf-8", "surrogatepass")).hexdigest()[:20]
    return f'W/"{version}-{commit_mark(commit_id)}-{digest}"'


def query_tag(
    state: tuple[str, str, int],
    query: str,
    media_types: Mapping[str, str | None],
    *data_set: tuple[str, ...],
) -> str:
    """entity_tag() for the answer to a query of a data set, its default graphs and its named graphs, if they are given."""
    return entity_tag(state, query, data_set or ((), ()), sorted(media_types.items()))


def etag(version: int, *parts: object) -> str:
    """entity_tag() for the application that answers this request."""
    return entity_tag(asking().state(version), *parts)


def strong(tag: str) -> str:
    """The same tag for bytes that are always the same, and good for If-Match."""
    return tag.removeprefix("W/")


def write_response(commit: Commit, status: int = 200) -> Response:
    """The response to a write: the version it made and how many quads it added and removed; 204 has no body."""
    metrics().committed(changed=bool(commit.added or commit.removed))
    written = {"version": commit.version, "added": commit.added, "removed": commit.removed}
    body = b"" if status == 204 else json.dumps(written).encode() + b"\n"
    response = Response(body, status, content_type="application/json" if body else None)
    if not body:
        del response.headers["Content-Type"]
    response.headers["Onrecord-Version"] = str(commit.version)
    response.headers["Cache-Control"] = "no-store"
    return response


def json_response(document: object, indent: int | None = None) -> Response:
    """A document of our own as JSON, its letters of all scripts as they are, with an end of line."""
    text = json.dumps(document, ensure_ascii=False, indent=indent) + "\n"
    return Response(text, content_type="application/json")


def not_modified(tag: str) -> Response | None:
    """304, where the client holds this answer already; asked before any work is done."""
    held = request.if_none_match
    # `*` would call any answer current, also to a question that has none.
    if held.star_tag or not held.contains_weak(strong(tag).strip('"')):
        return None
    return _cached(Response(status=304), tag)


def conditional(tag: str, make: Callable[[], Response]) -> Response:
    """304, where the client holds the answer with this tag; else the response, which is made only then, with the tag."""
    return not_modified(tag) or _cached(make(), tag)


def send(answer: Answer, media_type: str, tag: str | None) -> Response:
    """The whole answer. The server never has to guess where it ends, so a broken connection shows as one."""
    response = Response(answer.chunks(), headers=headers_of(answer, media_type, tag))
    # A HEAD request reads none of it, and a client may leave half-way.
    response.call_on_close(answer.close)
    return response


def headers_of(answer: Answer, media_type: str, tag: str | None) -> list[tuple[str, str]]:
    """The headers of a response that is an answer; without a tag it is not to be kept."""
    return [
        ("Content-Type", content_type(media_type)),
        ("Content-Length", str(answer.length)),
        ("Onrecord-Version", str(answer.version)),
        *([("Cache-Control", "no-store")] if tag is None else [("ETag", tag), _ASK_AGAIN]),
    ]


def _cached(response: Response, tag: str) -> Response:
    response.headers["ETag"] = tag
    response.headers.update([_ASK_AGAIN])
    return response
