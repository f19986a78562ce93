"""The commands as a user types them: what they print, where, and how they end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from onrecord.graph.settings import table

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "seeds" / "documents" / "kyiv-independent-2025-08-28" / "record.yaml"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph built by the command."""
    directory = tmp_path_factory.mktemp("cli") / "data"
    built = onrecord("build", "--data", str(directory))
    assert built.returncode == 0, built.stderr
    return directory


def onrecord(*words: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ONRECORD_")}
    return subprocess.run(
        [sys.executable, "-m", "onrecord", *words],
        input=stdin, capture_output=True, text=True, timeout=120, env=clean | environment, check=False,
    )  # fmt: skip


def test_help_names_every_command_and_every_setting_with_its_default() -> None:
    said = onrecord("--help").stdout
    for command in ("serve", "build", "validate", "query", "export", "version"):
        assert f"  {command} " in said
    for name, default, _ in table():
        assert name in said
        assert default in said


def test_version_prints_the_packages_version() -> None:
    assert onrecord("version").stdout == "0.1.0\n"


def test_query_prints_csv(data: Path) -> None:
    asked = onrecord(
        "query", "SELECT ?least WHERE { ?c rec:measure rec:killed ; rec:atLeast ?least }", "--data", str(data)
    )
    assert asked.stdout.split() == ["least", "21"]
    assert asked.returncode == 0


def test_query_reads_standard_input_and_the_data_directory_from_the_environment(data: Path) -> None:
    asked = onrecord(
        "query", "-", "--format", "json", stdin="ASK { ?s a rec:Strike }", ONRECORD_DATA=str(data)
    )
    assert '"boolean":true' in asked.stdout.replace(" ", "")


def test_a_query_with_an_error_is_refused_with_line_and_column(data: Path) -> None:
    asked = onrecord("query", "SELECT ?s WHERE {\n ?s ?p }", "--data", str(data))
    assert asked.returncode == 1
    assert "line 2" in asked.stderr
    assert "Traceback" not in asked.stderr


def test_a_directory_without_a_graph_is_named_with_the_remedy(tmp_path: Path) -> None:
    asked = onrecord("query", "ASK {}", "--data", str(tmp_path / "none"))
    assert asked.returncode == 1
    assert str(tmp_path / "none") in asked.stderr
    assert "onrecord build" in asked.stderr
    assert not (tmp_path / "none").exists()


def test_export_prints_the_same_turtle_twice(data: Path) -> None:
    one, other = (onrecord("export", "--data", str(data)) for _ in range(2))
    assert one.returncode == 0
    assert one.stdout.startswith("@prefix ")
    assert one.stdout == other.stdout


def test_export_of_an_unknown_graph_is_refused(data: Path) -> None:
    asked = onrecord("export", "--graph", "https://example.org/none", "--data", str(data))
    assert asked.returncode == 1
    assert "https://example.org/none" in asked.stderr


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
    text = RECORD.read_text(encoding="utf-8").replace("        atMost: 598\n", "        atMost: 597\n")
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


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("ONRECORD_PORT", "eighty", "'eighty' is not a whole number"),
        ("ONRECORD_QUERY_SECONDS", "-1", "is below 0.05"),
        ("ONRECORD_BASE", "https://example.org", "must end in '/' or '#'"),
    ],
)
def test_a_setting_that_does_not_fit_is_named_with_its_value(
    name: str, value: str, message: str, tmp_path: Path
) -> None:
    asked = onrecord("build", "--data", str(tmp_path / "d"), **{name: value})
    assert asked.returncode == 1
    assert name in asked.stderr
    assert message in asked.stderr
    assert "Traceback" not in asked.stderr
