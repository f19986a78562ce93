"""What a replica follows: /snapshots says which version is the newest; /history/<version>.patch has each commit, byte for byte."""

from __future__ import annotations

import json

from flask import Blueprint, Response

from onrecord.api.access.auth import require
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
    }
    text = json.dumps(document, indent=2) + "\n"
    return Response(text, content_type="application/json", headers={"Cache-Control": "no-store"})
