"""Differences between versions as JSON, CSV and Atom."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from onrecord.graph.changes import Commit
from onrecord.graph.questions.differences import Difference
from onrecord.graph.questions.tables.jsonld import as_csv
from onrecord.graph.questions.tables.tables import Row
from onrecord.graph.text.xml import xml_safe

COLUMNS: Final = (
    *(
        "change",
        "claim",
        "kind",
        "label",
        "standingBefore",
        "standing",
        "standingReason",
        "changed",
        "because",
    ),
    *("versions", "messages"),
)
"""The columns of the CSV; lists have spaces between, messages lines."""


def as_json(found: Sequence[Difference]) -> list[dict[str, Any]]:
    """Each difference as an object: what changed, how, and because of what."""
    return [
        _without_nothing(
            {
                **_claim(one),
                "changed": [
                    {"property": value.property, "before": list(value.before), "after": list(value.after)}
                    for value in one.values
                ],
                "because": [
                    _without_nothing(
                        {
                            "how": ground.how,
                            "by": ground.by,
                            "label": ground.label,
                            "verdict": ground.verdict,
                            "note": ground.note,
                        }
                    )
                    for ground in one.because
                ],
                "commits": [_commit(commit) for commit in one.commits],
            }
        )
        for one in found
    ]


def _claim(one: Difference) -> dict[str, str]:
    return {
        "change": one.change,
        "claim": one.claim,
        "kind": one.kind,
        "label": one.label,
        "standingBefore": one.standing_before,
        "standing": one.standing,
        "standingReason": one.reason,
    }


def _commit(commit: Commit) -> dict[str, Any]:
    return {
        "version": commit.version,
        "time": commit.time.isoformat(),
        "author": commit.author,
        "message": commit.message,
    }


def _without_nothing(value: dict[str, Any]) -> dict[str, Any]:
    return {name: content for name, content in value.items() if content not in ("", [])}


def as_table(found: Sequence[Difference]) -> str:
    """One line a claim."""
    rows: list[Row] = [
        {
            **_claim(one),
            "changed": [value.property for value in one.values],
            "because": [f"{ground.how} {ground.by}" for ground in one.because],
            "versions": [str(commit.version) for commit in one.commits],
            "messages": "\n".join(commit.message for commit in one.commits if commit.message),
        }
        for one in found
    ]
    return as_csv(COLUMNS, rows)


_NEVER: Final = datetime.fromtimestamp(0, UTC)


def as_atom(
    found: Sequence[Difference], before: int, after: int, root: str, page: Callable[[str], str] = str
) -> str:
    """A feed with an entry a claim: `root` is the address of the service, without a slash at its end, `page` gives that of a claim's page."""
    address = f"{root}/history/diff?from={before}&to={after}"
    feed = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom"})
    _say(feed, "title", f"onrecord: claims that differ between versions {before} and {after}")
    _say(feed, "id", address)
    own = {"rel": "self", "type": "application/atom+xml", "href": f"{address}&accept=application/atom%2Bxml"}
    ET.SubElement(feed, "link", own)
    ET.SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": f"{root}/history"})
    _say(feed, "updated", _in_utc(found[-1].commits[-1].time if found else _NEVER))
    _say(ET.SubElement(feed, "author"), "name", "onrecord")
    for one in found:
        entry = ET.SubElement(feed, "entry")
        _say(entry, "id", f"{one.claim}#versions-{before}-{after}")
        _say(entry, "title", f"{one.change.capitalize()}: {one.label or one.claim}")
        ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": page(one.claim)})
        _say(entry, "updated", _in_utc(one.commits[-1].time))
        ET.SubElement(entry, "category", {"term": one.change})
        _say(entry, "summary", " ".join(_sentences(one)), type="text")
    ET.indent(feed)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(feed, encoding="unicode")}\n'


def _say(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = xml_safe(text)


def _in_utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _sentences(one: Difference) -> Iterator[str]:
    """What changed of a claim and why, for people."""
    if one.standing_before and one.standing and one.standing_before != one.standing:
        yield f"It was {one.standing_before} and is {one.standing}."
    if one.reason:
        yield one.reason
    for value in one.values:
        yield f"{value.property}: {', '.join(value.before)} → {', '.join(value.after)}."
    for ground in one.because:
        note = f" ({ground.note})" if ground.note else ""
        yield f"{ground.how}: {ground.label or ground.by}{note}."
    yield from (commit.message for commit in one.commits if commit.message)
