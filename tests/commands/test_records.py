"""`onrecord build` and `onrecord validate` as a user types them: what they print, where, and how they end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.harness.commands import onrecord

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
RECORD = ROOT / "seeds" / "documents" / "kyiv-independent-2025-08-28" / "record.yaml"


@pytest.fixture(scope="module")
def data(copy_of_built: Callable[[], Path]) -> Path:
    """A graph built by the command, to be written to."""
    return copy_of_built()


def test_building_again_says_that_nothing_was_changed(data: Path) -> None:
    again = onrecord("build", "--data", str(data))
    assert again.returncode == 0
    assert "nothing was changed" in again.stderr


def test_validate_says_what_it_checked(article: Path) -> None:
    checked = onrecord("validate", str(RECORD), "--text", str(article))
    assert checked.returncode == 0, checked.stderr
    assert "1 record valid" in checked.stdout
    assert "verified against" in checked.stdout


def test_validate_prints_each_quotation_that_is_not_in_the_text_with_the_nearest(
    tmp_path: Path, article: Path
) -> None:
    copy = tmp_path / "record.yaml"
    text = RECORD.read_text(encoding="utf-8")
    copy.write_text(text.replace('exact: "31 missiles"', 'exact: "37 missiles"'), encoding="utf-8")
    checked = onrecord("validate", str(copy), "--text", str(article))
    line = next(n for n, row in enumerate(text.splitlines(), 1) if '"31 missiles"' in row)
    assert checked.returncode == 1
    assert f"{copy}:{line}: the text does not read “37 missiles”" in checked.stderr
    assert "'31 missiles'" in checked.stderr


def test_validate_finds_what_only_the_shapes_know_and_names_the_line(tmp_path: Path) -> None:
    copy = tmp_path / "record.yaml"
    text = RECORD.read_text(encoding="utf-8").replace(
        "        exactly: 598\n", "        atLeast: 598\n        atMost: 597\n"
    )
    copy.write_text(text, encoding="utf-8")
    checked = onrecord("validate", str(copy))
    line = next(
        n for n, row in enumerate(text.splitlines(), 1) if "id: claim/air-force-2025-08-28-drones" in row
    )
    assert checked.returncode == 1
    assert f"{copy}:{line}: " in checked.stderr


def test_validate_leaves_the_graph_as_it_was(data: Path, tmp_path: Path) -> None:
    before = onrecord("export", "--format", "nquads", "--data", str(data)).stdout
    broken = tmp_path / "record.yaml"
    broken.write_text("id: [", encoding="utf-8")
    assert onrecord("validate", str(broken), ONRECORD_DATA=str(data)).returncode == 1
    assert onrecord("export", "--format", "nquads", "--data", str(data)).stdout == before
