"""The first record against the article it was read from, and the article's text kept out of the repository."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from onrecord.graph.records import quotations, yaml_ld
from onrecord.graph.records.record_file import RecordFile

ROOT = Path(__file__).resolve().parents[2]
RECORD = ROOT / "seeds" / "documents" / "kyiv-independent-2025-08-28" / "record.yaml"
LONGEST = 64
"""Characters of the publisher's own running text that may stand in one piece."""


@pytest.fixture(scope="module")
def record() -> RecordFile:
    return yaml_ld.load(RECORD)


def test_every_quotation_stands_in_the_article_at_its_offsets(record: RecordFile, article: Path) -> None:
    assert len(record.quotations) > 50
    assert quotations.verify(record, article) == []


def spoken(text: str) -> list[range]:
    """Where the text quotes somebody: those words are the speaker's, to be quoted whole."""
    return [range(match.start(), match.end()) for match in re.finditer('"[^"]*"', text)]


def test_the_publishers_own_words_are_quoted_in_short_pieces_only(record: RecordFile, article: Path) -> None:
    speech = spoken(article.read_text(encoding="utf-8"))
    long = [
        quotation.exact
        for quotation in record.quotations
        if not any(quotation.start >= span.start and quotation.end <= span.stop for span in speech)
        and quotation.end - quotation.start > LONGEST
    ]
    assert long == []


@pytest.mark.slow
def test_no_running_text_of_the_article_is_in_the_repository(article: Path) -> None:
    text = article.read_text(encoding="utf-8")
    speech = {place for span in spoken(text) for place in span}
    body = text.index("\n\n")  # the headline above it is recorded as the publisher's wording
    windows = [
        text[start : start + 100]
        for start in range(body, len(text) - 100, 10)
        if sum(place in speech for place in range(start, start + 100)) < 50
    ]
    assert len(windows) > 100
    listed = subprocess.run(
        ["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        file = ROOT / name
        if file.is_file():
            content = re.sub(r"\s+", " ", file.read_text(encoding="utf-8", errors="ignore"))
            assert not [window for window in windows if re.sub(r"\s+", " ", window) in content], name
