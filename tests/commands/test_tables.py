"""`onrecord claims` and `onrecord disputes` as a user types them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from tests.harness.commands import onrecord

from onrecord.graph import terms

pytestmark = pytest.mark.slow
BASE = terms.DEFAULT_BASE
KYIV = "2025-08-28-strike-on-kyiv"


def test_claims_are_shown_as_a_table_for_people(built: Path) -> None:
    asked = onrecord("claims", KYIV, "--measure", "killed", "--latest", "--data", str(built))
    assert asked.returncode == 0
    head, *rows = asked.stdout.splitlines()
    assert head.split("  ")[0] == "AS OF"
    assert len(rows) == 2
    (whole,) = (row for row in rows if "State Emergency Service" in row)
    assert whole.endswith("1        stands")
    assert "2 claims in version 1" in asked.stderr


def test_the_person_is_shown_with_the_institution_whose_word_it_is(built: Path) -> None:
    whole = onrecord("claims", "2025-08-28-strike-on-ukraine", "--data", str(built)).stdout
    assert "Dmitry Peskov (Kremlin press service)" in whole


def test_a_claim_that_is_known_through_somebody_alone_is_shown_with_whom(built: Path) -> None:
    """Two papers have Leavitt's words from Reuters, and none has them from herself; of the interior ministry's two reports one is
    from AP and one from NPR. The first record has Peskov's words without a relay too.
    """
    whole = onrecord("claims", "2025-08-28-strike-on-ukraine", "--data", str(built)).stdout
    head, *rows = whole.splitlines()
    assert head.endswith("VIA")
    (unhappy,) = (row for row in rows if "Trump was not happy about the news" in row)
    assert unhappy.endswith("  Reuters")
    (children,) = (row for row in rows if "At least 2 children killed, in Kyiv" in row)
    assert children.endswith("  Associated Press, NPR")
    assert all(row.endswith(("stands", "contested")) for row in rows if "Peskov" in row)


def test_by_a_moment_it_is_told_whether_it_surely_was_said(built: Path) -> None:
    asked = onrecord(
        *(
            "claims",
            f"event/{KYIV}",
            "--measure",
            "killed",
            "--as-of",
            "2025-08-29T12:00:00Z",
            "--data",
            str(built),
        )
    )
    assert asked.stdout.startswith("SAID BY THEN")
    said = [line.split()[0] for line in asked.stdout.splitlines()[1:]]
    assert said == ["yes"] * 6 + ["maybe"] * (len(said) - 6)
    assert len(said) > 6


def test_claims_are_given_to_programs_as_csv_and_as_json_that_the_api_gives(built: Path) -> None:
    words = (
        "claims",
        f"{BASE}event/{KYIV}",
        "--measure",
        "killed",
        "--standing",
        "all",
        "--data",
        str(built),
    )
    rows = list(csv.DictReader(io.StringIO(onrecord(*words, "--format", "csv").stdout)))
    assert len(rows) == 17
    document = json.loads(onrecord(*words, "--format", "json").stdout)
    assert [row["id"] for row in document["claims"]] == [row["claim"] for row in rows]
    assert document["@context"]["claims"] == "@graph"
    assert document["version"] == 1


def test_disputes_are_shown_with_both_sides(built: Path) -> None:
    words = ("disputes", "--event", "2025-08-28-strike-on-ukraine", "--data", str(built))
    asked = onrecord(*words)
    assert asked.returncode == 0
    assert any("Peskov" in line and "target-kinds" in line for line in asked.stdout.splitlines())
    found = json.loads(onrecord(*words, "--format", "json").stdout)["disputes"]
    assert len(found) == len(asked.stdout.splitlines()) - 1
    assert all(one["words"] and one["contradicts"]["words"] for one in found)
    assert "0 disputes" in onrecord(*words, "--measure", "killed").stderr


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("claims", "2025-08-28-strike-on-kiyv"), 1, "did you mean 2025-08-28-strike-on-kyiv"),
        (("claims", "https://example.org/none"), 1, "lists its events"),
        (("claims", "a b"), 1, "names no event"),
        (("claims", KYIV, "--measure", "kiled"), 1, "did you mean killed?"),
        (("claims", KYIV, "--as-of", "noon"), 1, "2025-08-28T12:00:00Z"),
        (("claims", KYIV, "--standing", "true"), 1, "superseded"),
        (("claims", KYIV, "--latest"), 2, "give --measure"),
        (("disputes", "--event", "2025-08-28-strike-on-kiyv"), 1, "did you mean 2025-08-28-strike-on-kyiv"),
        (("disputes", "--standing", "open"), 1, "contested"),
    ],
)
def test_what_is_wrong_is_said_with_the_remedy(
    built: Path, words: tuple[str, ...], status: int, said: str
) -> None:
    asked = onrecord(*words, "--data", str(built))
    assert (asked.returncode, asked.stdout) == (status, "")
    assert said in asked.stderr
    assert "Traceback" not in asked.stderr


def test_a_directory_without_a_graph_is_named_with_the_remedy(tmp_path: Path) -> None:
    asked = onrecord("claims", KYIV, "--data", str(tmp_path / "none"))
    assert asked.returncode == 1
    assert "onrecord build" in asked.stderr
