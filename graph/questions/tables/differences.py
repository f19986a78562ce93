"""Differences between versions as JSON and CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from onrecord.graph.changes import Commit
from onrecord.graph.questions.differences import Difference
from onrecord.graph.questions.tables.jsonld import as_csv
from onrecord.graph.questions.tables.tables import Row

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
