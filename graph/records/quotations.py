"""A record's quotations held against the article they were read from, which itself never enters the graph."""

from __future__ import annotations

import hashlib
from pathlib import Path

from onrecord.graph.records import passages
from onrecord.graph.records.passages import short
from onrecord.graph.records.record_file import Quotation, RecordFile
from onrecord.graph.records.yaml_reader import Diagnostic


def verify(record: RecordFile, article: Path) -> list[Diagnostic]:
    """Every way in which the record's offsets, hash and length do not fit the article's text (UTF-8); [] if all fit."""
    try:
        data = article.read_bytes()
        text = data.decode("utf-8")
    except OSError as error:
        return [
            Diagnostic(
                str(article), 0, f"cannot be read ({error.strerror}): give the text the record was read from"
            )
        ]
    except UnicodeDecodeError:
        return [
            Diagnostic(str(article), 0, "is not UTF-8 text: give the plain text the record was read from")
        ]
    problems = []
    digest = hashlib.sha256(data).hexdigest()
    if record.sha256 != digest:
        stated = f"states {record.sha256}" if record.sha256 else "states none"
        problems.append(
            Diagnostic(
                record.file,
                0,
                f"the text's sha256 is {digest}, the record {stated}: is this the version that was read?",
            )
        )
        if record.sha256:
            return problems  # another text: nothing in it has to stand where the record says
    if record.characters is not None and record.characters != len(text):
        problems.append(
            Diagnostic(
                record.file, 0, f"the text has {len(text)} characters, the record states {record.characters}"
            )
        )
    for quotation in record.quotations:
        message = _mismatch(quotation, text)
        if message:
            problems.append(Diagnostic(record.file, quotation.line, message))
    return problems


def _mismatch(quotation: Quotation, text: str) -> str | None:
    start, end, exact = quotation.start, quotation.end, quotation.exact
    if text[start:end] != exact:
        return f"the text does not read {short(exact)} at {start}–{end}. {_nearest(quotation, text)}"
    before, after = (
        text[max(0, start - len(quotation.prefix)) : start],
        text[end : end + len(quotation.suffix)],
    )
    if before != quotation.prefix:
        return f"before {short(exact)} the text reads {before!r}, not {quotation.prefix!r}: mend 'prefix:'"
    if after != quotation.suffix:
        return f"after {short(exact)} the text reads {after!r}, not {quotation.suffix!r}: mend 'suffix:'"
    return None


def _nearest(quotation: Quotation, text: str) -> str:
    """Where the words stand instead; failing that, the passage most like them."""
    places = passages.find_letters(quotation.exact, text)
    if places:
        best = min(places, key=lambda place: abs(place.start - quotation.start))
        return f"It does at start: {best.start}, end: {best.end}"
    return passages.nearest(quotation.exact, text)
