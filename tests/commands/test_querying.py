"""`onrecord query` and `onrecord export` as a user types them: what they print, where, and how they end."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.harness.commands import onrecord

pytestmark = pytest.mark.slow


def test_query_prints_csv(built: Path) -> None:
    asked = onrecord(
        "query",
        "SELECT ?least WHERE { <claim/ki-2025-08-28-killed> rec:atLeast ?least }",
        "--data",
        str(built),
    )
    assert asked.stdout.split() == ["least", "21"]
    assert asked.returncode == 0


def test_query_prints_csv_for_excel(built: Path) -> None:
    asked = onrecord(
        *("query", 'SELECT ?x { VALUES ?x { "=1+1" -5 "Київ" } }', "--format", "excel", "--data", str(built))
    )
    assert asked.stdout.split() == ["\ufeffx", "'=1+1", "-5", "Київ"]


def test_a_format_that_is_none_or_of_another_kind_is_refused_with_those_there_are(built: Path) -> None:
    for query, format_, offer in (
        ("ASK {}", "yaml", "csv"),
        ("ASK {}", "turtle", "csv"),
        ("CONSTRUCT WHERE { ?s a ?t }", "excel", "turtle"),
    ):
        asked = onrecord("query", query, "--format", format_, "--data", str(built))
        assert (asked.returncode, asked.stdout) == (1, "")
        assert offer in asked.stderr
        assert "Traceback" not in asked.stderr


def test_query_reads_standard_input_and_the_data_directory_from_the_environment(built: Path) -> None:
    asked = onrecord(
        "query", "-", "--format", "json", stdin="ASK { ?s a rec:Strike }", ONRECORD_DATA=str(built)
    )
    assert '"boolean":true' in asked.stdout.replace(" ", "")


def test_a_query_with_an_error_is_refused_with_line_and_column(built: Path) -> None:
    asked = onrecord("query", "SELECT ?s WHERE {\n ?s ?p }", "--data", str(built))
    assert asked.returncode == 1
    assert "line 2" in asked.stderr
    assert "Traceback" not in asked.stderr


def test_a_directory_without_a_graph_is_named_with_the_remedy(tmp_path: Path) -> None:
    asked = onrecord("query", "ASK {}", "--data", str(tmp_path / "none"))
    assert asked.returncode == 1
    assert str(tmp_path / "none") in asked.stderr
    assert "onrecord build" in asked.stderr
    assert not (tmp_path / "none").exists()


def test_export_prints_the_same_turtle_twice(built: Path) -> None:
    one, other = (onrecord("export", "--data", str(built)) for _ in range(2))
    assert one.returncode == 0
    assert one.stdout.startswith("@prefix ")
    assert one.stdout == other.stdout


def test_export_of_an_unknown_graph_is_refused(built: Path) -> None:
    asked = onrecord("export", "--graph", "https://example.org/none", "--data", str(built))
    assert asked.returncode == 1
    assert "https://example.org/none" in asked.stderr


def test_export_leaves_out_on_demand_what_no_longer_stands(built: Path) -> None:
    whole, current = (
        onrecord("export", *options, "--data", str(built)).stdout for options in ((), ("--current",))
    )
    assert "claim/2025-07-29-date" in whole
    assert "claim/2025-07-29-date" not in current
    assert "claim/ki-2025-07-29-killed" in current


def test_network_writes_the_relations_around_an_actor_in_the_format_asked_for(built: Path) -> None:
    asked = onrecord(
        *(
            "network",
            "--ego",
            "peskov",
            "--steps",
            "2",
            "--from",
            "2025-08-20",
            "--format",
            "gexf",
            "--data",
            str(built),
        )
    )
    assert asked.returncode == 0, asked.stderr
    assert asked.stdout.startswith(
        '<?xml version="1.0" encoding="UTF-8"?>\n<gexf xmlns="http://gexf.net/1.3"'
    )
    assert 'label="Dmitry Peskov"' in asked.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--ego", "peskow-nobody"], "does not know"),
        (["--ego", "peskov", "--format", "xls"], "gexf"),
        (["--ego", "peskov", "--from", "soon"], "from=soon is no day"),
        (["--ego", "peskov", "--table", "nodes"], "--format csv"),
    ],
)
def test_a_network_that_cannot_be_written_is_refused_in_words(
    built: Path, words: list[str], said: str
) -> None:
    asked = onrecord("network", *words, "--data", str(built))
    assert asked.returncode != 0
    assert said in asked.stderr
    assert "Traceback" not in asked.stderr
