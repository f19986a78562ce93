"""Excerpts in the texts that are kept: checked, and with the words around them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal

from onrecord.graph import questions
from onrecord.graph.errors import StoreDamaged

if TYPE_CHECKING:
    from onrecord.graph.files.texts import Texts
    from onrecord.graph.ledger import RowSource
    from onrecord.graph.questions.things.statements import Excerpt

_AROUND: Final = 160
"""About so many characters are shown on each side."""


@dataclass(frozen=True, slots=True)
class ExcerptContext:
    """Where an excerpt stands in the text that is kept. `holds`: the same words are there; else there is no context."""

    holds: bool
    sha256: str
    licence: str
    before: str = ""
    after: str = ""


def context(excerpt: Excerpt, texts: Texts) -> ExcerptContext | None:
    """An excerpt in its text; None where the text is not kept, or not whole, or the excerpt says no place in it."""
    version = excerpt.version
    if version is None or not (version.sha256 and version.text_licence and excerpt.has_offsets):
        return None
    try:
        text = texts.get(version.sha256)
    except StoreDamaged:
        return None
    if text is None:
        return None
    start, end = excerpt.start, excerpt.end
    if text[start:end] != excerpt.exact:
        return ExcerptContext(False, version.sha256, version.text_licence)
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    # Whole words, and a mark where the text goes on.
    if start > _AROUND:
        before = "… " + re.sub(r"\A\S*\s+", "", before)
    if end + _AROUND < len(text):
        after = re.sub(r"\s+\S*\Z", "", after) + " …"
    return ExcerptContext(True, version.sha256, version.text_licence, before, after)


def licences(ledger: RowSource, sha256: str) -> list[str]:
    """Under which licences a text may be passed on, by the versions of the graph that have it; none where none does."""
    rows = ledger.rows(questions.question("text_licences"), sha256=Literal(sha256))
    return sorted(row["licence"].value for row in rows)
