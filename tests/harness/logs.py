"""What a service says of itself: its figures and its log."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from onrecord.api.http.logs import Json


def figure(client: FlaskClient, name: str, **labels: str) -> float:
    for family in text_string_to_metric_families(client.get("/metrics").text):
        for sample in family.samples:
            if sample.name == name and labels.items() <= sample.labels.items():
                return float(sample.value)
    return 0.0


def logged(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [
        json.loads(Json().format(record)) for record in caplog.records if record.name == "onrecord.access"
    ]
