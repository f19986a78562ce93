"""The commands that help to write a record, as a user types them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.harness.commands import onrecord

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
RECORD = ROOT / "seeds" / "documents" / "kyiv-independent-2025-08-28" / "record.yaml"
OFFSETS = re.compile(r'\{start: \d+, end: \d+, exact: ("(?:[^"\\]|\\.)*")\}')


def test_the_first_records_evidence_is_anchored_where_it_stands(tmp_path: Path, article: Path) -> None:
    """But for two words that the article has twice: those are refused, and then anchored by what stands before them."""
    whole = RECORD.read_text(encoding="utf-8")
    copy = tmp_path / "record.yaml"
    bare = OFFSETS.sub(r"\1", whole)
    assert bare != whole
    copy.write_text(bare, encoding="utf-8")
    refused = onrecord("anchor", str(copy), "--text", str(article))
    assert refused.returncode == 1
    assert copy.read_text(encoding="utf-8") == bare
    twice = re.findall(r"“(.*)” stands (?:twice|\d+ times)", refused.stderr)
    assert twice
    assert set(twice) == {"remains interested in continuing negotiations"}
    first = '"remains interested in continuing negotiations"'
    said_which = re.sub(f"(- |evidence: )({first})", r"\1{exact: \2, nth: 1}", bare)
    copy.write_text(said_which, encoding="utf-8")
    done = onrecord("anchor", str(copy), "--text-dir", str(article.parent))
    assert done.returncode == 0, done.stderr
    assert copy.read_text(encoding="utf-8") == whole


def test_a_text_is_asked_for(tmp_path: Path) -> None:
    assert "--text FILE or --text-dir DIR" in onrecord("anchor", str(RECORD)).stderr


def test_a_draft_never_overwrites_and_says_what_to_do(tmp_path: Path) -> None:
    text, record = tmp_path / "article.txt", tmp_path / "record.yaml"
    text.write_text("Headline\nNothing happened.\n", encoding="utf-8")
    record.write_text("mine", encoding="utf-8")
    refused = onrecord("draft", "https://example.org/a", "--text", str(text), "-o", str(record))
    assert refused.returncode == 1
    assert f"{record} is there already" in refused.stderr
    assert "remove it, or give another name with -o" in refused.stderr
    assert record.read_text(encoding="utf-8") == "mine"


def test_a_draft_knows_the_names_of_the_project_it_lies_in_and_other_drafts_are_not_in_the_way(
    tmp_path: Path,
) -> None:
    project, text = tmp_path / "mine", tmp_path / "article.txt"
    text.write_text("Headline\n“We closed the bridge at once”, Olha Dzyuba said.\n", encoding="utf-8")
    assert onrecord("init", str(project)).returncode == 0
    (project / "reference" / "actors.yaml").write_text(
        "id: graph/reference\nactors:\n  - {id: actor/dzyuba, type: Person, label: {en: Olha Dzyuba}}\n",
        encoding="utf-8",
    )
    for name in ("one", "two"):
        record = project / "records" / f"{name}.yaml"
        done = onrecord("draft", "https://example.org/a", "--text", str(text), "-o", str(record))
        assert done.returncode == 0, done.stderr
        assert "speaker: actor/dzyuba" in record.read_text(encoding="utf-8")
