"""`onrecord serve` before it serves: its warnings."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.harness.commands import onrecord

pytestmark = pytest.mark.slow


def test_serving_a_plain_store_is_warned_of_loudly(tmp_path: Path) -> None:
    # Nothing is served: a port that cannot be had ends it after the warning.
    said = onrecord("serve", "--no-seeds", "--no-shapes", "--data", str(tmp_path), "--host", "192.0.2.1")
    assert "WARNING: a plain store is served" in said.stderr
    assert said.returncode == 1
    assert "WARNING: changes are not held against the shapes" in onrecord(
        "serve", "--no-seeds", "--data", str(tmp_path), "--host", "192.0.2.1", ONRECORD_SHAPES="0", ONRECORD_SEEDS="1"
    ).stderr + onrecord("serve", "--no-shapes", "--data", str(tmp_path / "b"), "--host", "192.0.2.1").stderr  # fmt: skip
