"""Answers compressed with gzip for clients that take it, whole, so that the length is known before the first byte.

A strong ETag names bytes: the compressed ones have a tag of their own, which ends in -gzip. A client that sends such a
tag back is understood as if it had sent the other.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from typing import Any, Final

from flask import Response, g, request
from werkzeug.datastructures import Accept

from onrecord.graph.ledger import Answer

# Below this the saving is less than a packet.
LEAST: Final = 1024
_LEVEL: Final = 4
_TYPES: Final = re.compile(
    r"text/.*|application/(.*\+(json|xml)|json|xml|n-triples|n-quads|trig|rdf-patch|javascript)|image/svg\+xml"
)
_TAG: Final = re.compile(r'-gzip"')


def understand_tags() -> None:
    """Take the tags of compressed answers for those of the answers themselves. To be called before each request."""
    held = request.environ.get("HTTP_IF_NONE_MATCH", "")
    if '-gzip"' in held:
        request.environ["HTTP_IF_NONE_MATCH"] = _TAG.sub('"', held)
        g.held_compressed = True


def compress(response: Response) -> Response:
    """The response compressed, where the client wants that and it helps."""
    if response.status_code == 304:
        if g.get("held_compressed"):
            _mark(response)
        response.vary.add("Accept-Encoding")
        return response
    if not _worthwhile(response):
        return response
    response.vary.add("Accept-Encoding")
    if not accepts_gzip(request.accept_encodings):
        return response
    response.headers["Content-Encoding"] = "gzip"
    _mark(response)
    response.headers.pop("Accept-Ranges", None)
    if request.method == "HEAD":
        # Its length would take as much work as the answer itself.
        response.headers.pop("Content-Length", None)
        return response
    response.direct_passthrough = False
    if hasattr(response.response, "close"):
        response.call_on_close(response.response.close)
    packed = squeezed(response.iter_encoded())
    response.response = packed.chunks()
    response.call_on_close(packed.close)
    response.content_length = packed.length
    return response


def accepts_gzip(accepted: Accept) -> bool:
    """Whether gzip is accepted, and not less than nothing at all where that is rated too."""
    return 0 < accepted["gzip"] >= _rated(accepted, "identity")


def _rated(accepted: Accept, name: str) -> float:
    return next((float(quality) for value, quality in accepted if value.lower() == name), 0.0)


def _worthwhile(response: Response) -> bool:
    length = response.content_length
    return (
        response.status_code not in (204, 206)
        and response.status_code >= 200
        and "Content-Encoding" not in response.headers
        and _TYPES.fullmatch(response.mimetype or "") is not None
        and (length is None or length >= LEAST)
    )


def _mark(response: Response) -> None:
    tag = response.headers.get("ETag", "")
    if tag.startswith('"') and not tag.endswith('-gzip"'):
        response.headers["ETag"] = f'{tag[:-1]}-gzip"'


def squeezed(pieces: Iterable[bytes]) -> Answer:
    """The pieces, compressed with gzip."""
    # No time stamp in the header: the same answer is the same bytes. A large one goes to a file, as the answer itself does.
    squeezer: Any = zlib.compressobj(_LEVEL, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    packed = Answer(0)
    for piece in pieces:
        packed.write(squeezer.compress(piece))
    packed.write(squeezer.flush())
    return packed
