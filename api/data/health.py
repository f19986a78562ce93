"""For the people who run the service: /health, /ready and /metrics."""

from __future__ import annotations

from flask import Blueprint, Response

from onrecord.api.http.context import follower, ledger, settings
from onrecord.api.http.metrics import CONTENT_TYPE, metrics
from onrecord.graph import formats
from onrecord.graph.errors import ReplicationFailed

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> Response:
    """That the process answers, and with which version."""
    return _plain(f"ok {ledger().version}\n")


@blueprint.get("/ready")
def ready() -> Response:
    """That a query is answered; else the error that prevents it, with its status.

    A replica says how far behind it is, and is not ready where it follows another history than the one it has.
    """
    ledger().query("ASK {}", formats={"boolean": formats.JSON.name}).close()
    follows = follower()
    if follows is None:
        return _plain(f"ready {ledger().version}\n")
    if follows.fatal:
        raise ReplicationFailed(follows.problem or "the history there is not the one here")
    heard = "never heard" if follows.silent == float("inf") else f"heard {follows.silent:.0f} s ago"
    problem = f"; {follows.problem}" if follows.problem else ""
    return _plain(
        f"ready {ledger().version}, {follows.behind} behind {settings().replica_of} ({heard}){problem}\n"
    )


@blueprint.get("/metrics")
def figures() -> Response:
    """What is counted and timed since the start, in the text format of Prometheus."""
    return Response(metrics().text(), content_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})


def _plain(text: str) -> Response:
    return Response(text, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})
