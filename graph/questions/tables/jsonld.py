"""Rows of the tables as JSON that is RDF when it is expanded, and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

from onrecord.graph import terms
from onrecord.graph.questions.tables.tables import Row, Value, csv_cell

_WORDS: Final = frozenset({"kind", "stance", "measure", "standing", "oneStanding", "otherStanding", "mode"})
"""Columns that hold terms of the vocabulary, which JSON names without their namespace."""


def _in_english(term: str) -> dict[str, str]:
    return {"@id": term, "@language": "en"}


def _things(*names: str) -> dict[str, dict[str, str]]:
    return {name: {"@id": f"rec:{name}", "@type": "@id"} for name in names}


def _typed(datatype: str, *names: str) -> dict[str, dict[str, str]]:
    return {name: {"@id": f"rec:{name}", "@type": f"xsd:{datatype}"} for name in names}


CONTEXT: Final[Mapping[str, object]] = {
    "@version": 1.1,
    "@vocab": terms.REC,
    **{prefix: terms.PREFIXES[prefix] for prefix in ("rec", "rdfs", "xsd")},
    "id": "@id",
    "type": "@type",
    "claims": "@graph",
    "statements": "@graph",
    "disputes": "@graph",
    "changes": "@graph",
    "label": _in_english("rdfs:label"),
    "standingReason": _in_english("rec:standingReason"),
    **_things("claimant", "concerns", "weapon", "weaponOneOf", "ofParty", "scope", "launchedFrom", "carrier"),
    **_things("contradicts"),
    **_things("speaker", "speakingAs", "about", "asserts", "rendering", "reportedIn"),
    **{name: {"@id": f"rec:{name}", "@type": "@vocab"} for name in ("stance", "measure", "standing", "mode")},
    **_typed("integer", "atLeast", "atMost", "estimate"),
    **_typed("dateTime", "asOfFrom", "asOfUntil", "saidAt"),
    **_typed("date", "saidOn"),
    **{name: {"@id": f"rec:{name}", "@container": "@language"} for name in ("text", "reportingVerb")},
    # What is worked out for the reader is no triple of the graph.
    **dict.fromkeys(
        ("version", "query", "sparql", "next", "source", "sourceName", "claimantName", "qualifier", "words")
    ),
    **dict.fromkeys(("madeIn", "saidFrom", "saidUntil", "certain", "versions", "documents", "speakerName")),
    **dict.fromkeys(("document", "rules", "reports", "change", "was", "via")),
}
"""The JSON-LD context of these documents."""


def claims(rows: Sequence[Row]) -> list[dict[str, object]]:
    """The claims of a table of claims, each with its reports."""
    renamed = {"claims": "reports", "statements": "madeIn"}
    return [
        {"id": row["claim"], "type": _word(row, "kind")}
        | {renamed.get(name, name): value for name, value in _cells(row, without=("claim", "kind")).items()}
        for row in rows
    ]


def statements(rows: Sequence[Row]) -> list[dict[str, object]]:
    """The statements of a table of statements, each with its renderings."""
    wording = ("rendering", "mode", "verb", "verbLanguage", "text", "language", "version", "document")
    found: dict[Value, dict[str, Any]] = {}
    for row in rows:
        iri = str(row["statement"])
        if iri not in found:
            found[iri] = {
                "id": iri,
                "type": "Statement",
                **_cells(row, without=("statement", "claims", *wording)),
            }
            if "claims" in row:
                found[iri]["asserts"] = row["claims"]
        if "rendering" in row:
            found[iri].setdefault("rendering", []).append(_rendering(row))
    return list(found.values())


def _rendering(row: Row) -> dict[str, object]:
    found: dict[str, object] = {"id": row["rendering"], "type": "Rendering"}
    if "mode" in row:
        found["mode"] = _word(row, "mode")
    for name, column, language in (("reportingVerb", "verb", "verbLanguage"), ("text", "text", "language")):
        if column in row:
            found[name] = {str(row.get(language, "@none")): row[column]}
    if "version" in row:
        found["reportedIn"] = row["version"]
    return found | ({"document": row["document"]} if "document" in row else {})


def disputes(rows: Sequence[Row]) -> list[dict[str, object]]:
    """The disputes of a table of them: one claim, with the other that it contradicts."""

    def side(row: Row, which: str) -> dict[str, object]:
        cells = _cells(row, without=())
        own = {name.removeprefix(which): value for name, value in cells.items() if name.startswith(which)}
        return {"id": row[which]} | {name[0].lower() + name[1:]: value for name, value in own.items() if name}

    return [
        side(row, "one")
        | {name: row[name] for name in ("concerns", "rules", "certain") if name in row}
        | {"contradicts": side(row, "other")}
        for row in rows
    ]


def changes(rows: Sequence[Row]) -> list[dict[str, object]]:
    """The changes of a table of them: a claim as it is now, or as it was if it is gone; `was` is how it was before."""

    def side(row: Row, which: str) -> dict[str, object]:
        named = {"id": which, "label": f"{which}Label", "words": f"{which}Words"}
        return {name: row[column] for name, column in named.items() if column in row}

    return [
        {"change": row["change"]}
        | (side(row, "old") if row["change"] == "gone" else side(row, "new"))
        | ({"was": side(row, "old")} if row["change"] == "changed" else {})
        for row in rows
    ]


def _cells(row: Row, without: Sequence[str]) -> dict[str, object]:
    return {
        name: _word(row, name) if name in _WORDS else value
        for name, value in row.items()
        if name not in without and name != "orderedBy"
    }


def _word(row: Row, name: str) -> str:
    return str(row[name]).removeprefix(terms.REC)


def as_csv(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """A table as CSV (RFC 4180), with its columns named in the first line."""
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow(columns)
    writer.writerows([csv_cell(row.get(column)) for column in columns] for row in rows)
    return output.getvalue()
