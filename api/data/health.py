"""For the people who run the service: /health, /ready and /metrics."""

from __future__ import annotations

from flask import Blueprint, Response

from onrecord.api.http.context import ledger
from onrecord.api.http.metrics import CONTENT_TYPE, metrics
from onrecord.graph import formats

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> Response:
    """That the process answers, and with which version."""
    return _plain(f"ok {ledger().version}\n")


@blueprint.get("/ready")
def ready() -> Response:
    """That a query is answered; else the error that prevents it, with its status."""
    ledger().query("ASK {}", formats={"boolean": formats.JSON.name}).close()
    return _plain(f"ready {ledger().version}\n")


@blueprint.get("/metrics")
def figures() -> Response:
    """The figures, for Prometheus."""
    return Response(metrics().text(), content_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})


def _plain(text: str) -> Response:
    return Response(text, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})
