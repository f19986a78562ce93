"""What a replica follows: /snapshots says which version is the newest; /history/<version>.patch has each commit, byte for byte.

A new one takes the files of that version first: /snapshots/<version> lists them, and each can be had from any byte on.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import IO, Final

from flask import Blueprint, Response, request

from onrecord.api.access.auth import require
from onrecord.api.http.answers import json_response
from onrecord.api.http.context import ledger, settings

blueprint = Blueprint("snapshots", __name__)


@blueprint.get("/snapshots")
def newest() -> Response:
    """The newest version, the id of its commit, the base of the IRIs, and whether this is a plain store."""
    require("replica")
    version = ledger().version
    document = {
        "version": version,
        "commit": ledger().commit_id(version),
        "base": settings().base,
        "plain": settings().plain,
        "patch": "/history/{version}.patch",
        "files": "/snapshots/{version}",
    }
    return _json(document)


@blueprint.get("/snapshots/<int:version>")
def files(version: int) -> Response:
    """The files of a version that is kept, each with its size and SHA-256."""
    require("replica")
    return _json(
        {"version": version, "files": ledger().snapshot(version), "file": "/snapshots/{version}/{name}"}
    )


@blueprint.get("/snapshots/<int:version>/<name>")
def file(version: int, name: str) -> Response:
    """One of these files, or what follows of it from the byte on that Range: bytes=N- names."""
    require("replica")
    opened = ledger().snapshot_file(version, name)
    size = os.fstat(opened.fileno()).st_size
    found = _FROM.fullmatch(request.headers.get("Range", ""))
    first = int(found[1]) if found else 0
    if found and first >= size:
        opened.close()
        return Response(status=416, headers={"Content-Range": f"bytes */{size}"})
    opened.seek(first)
    response = Response(_pieces(opened), 206 if found else 200, content_type="application/octet-stream")
    response.content_length = size - first
    response.call_on_close(opened.close)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = "no-store"
    if found:
        response.headers["Content-Range"] = f"bytes {first}-{size - 1}/{size}"
    return response


_FROM: Final = re.compile(r"bytes=([0-9]{1,18})-")
_PIECE: Final = 1 << 20


def _pieces(opened: IO[bytes]) -> Iterator[bytes]:
    with opened:
        while piece := opened.read(_PIECE):
            yield piece


def _json(document: object) -> Response:
    response = json_response(document, indent=2)
    response.headers["Cache-Control"] = "no-store"
    return response
