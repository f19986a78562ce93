"""The short form of a record is the long one: the same quads, and what a thing says itself counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.graph import terms
from onrecord.graph.records import yaml_ld
from onrecord.graph.records.check import check_files
from onrecord.graph.records.record_file import RecordFile
from onrecord.graph.records.yaml_reader import RecordError

HEAD = """\
id: document/some-paper/quoted
type: DocumentVersion
versionOf: {id: document/some-paper, type: Document, label: {en: A paper}, publisher: actor/kyiv-independent, language: en}
readAs: QuotationOnly
"""
LONG = (
    HEAD
    + """\
events:
  - {id: event/one, type: Strike, label: {en: One}, place: place/kyiv, begin: 2025-08-27T12:00:00+03:00, end: 2025-08-28T12:00:00+03:00, datePrecision: Night}
  - {id: event/two, type: Strike, label: {en: Two}, place: place/kyiv, begin: 2025-08-27T12:00:00+03:00, end: 2025-08-28T00:00:00+03:00, datePrecision: Night}
statements:
  - id: statement/s
    type: Statement
    speaker: actor/peskov
    rendering:
      - {id: rendering/r, mode: Indirect, reportingVerb: {en: said}, evidence: [{exact: said}]}
      - {id: rendering/q, mode: Direct, text: {en: We seek a deal}, reportingVerb: {en: said}, evidence: [{exact: We seek a deal}, {exact: said}]}
    asserts:
      - {id: claim/a, type: QuantityClaim, claimant: actor/peskov, stance: Asserts, concerns: event/one, asOfFrom: 2025-08-28T00:00:00Z, measure: launched, atLeast: 9, atMost: 9, evidence: [{exact: nine}]}
      - {id: claim/b, type: TargetClaim, claimant: actor/peskov, stance: Denies, concerns: event/one, targetKind: building, evidence: [{exact: building}]}
      - {id: claim/c, type: AttitudeClaim, claimant: actor/peskov, stance: Asserts, concerns: event/one, holder: actor/russia, attitude: interestedIn, toward: topic/peace-deal, evidence: [{exact: seeks}]}
claims:
  - {id: claim/d, type: PropertyClaim, assertedBy: document/some-paper/quoted, claimant: actor/kyiv-independent, stance: Asserts, concerns: event/two, subject: event/two, predicate: happenedOn, value: {literal: 2025-08-28, type: xsd:date}, evidence: [{exact: on}]}
  - {id: claim/e, type: QuantityClaim, assertedBy: document/some-paper/quoted, claimant: actor/kyiv-independent, stance: Asserts, concerns: event/two, measure: killed, atLeast: 4, scope: place/kyiv, evidence: [{exact: four}]}
"""
)
SHORT = (
    HEAD
    + """\
each:
  Strike: {begin: 2025-08-27T12:00:00+03:00, end: 2025-08-28T12:00:00+03:00, datePrecision: Night}
  QuantityClaim: {asOfFrom: 2025-08-28T00:00:00Z, scope: place/kyiv}
events:
  - {id: event/one, type: Strike, label: {en: One}, place: place/kyiv}
  - {id: event/two, type: Strike, label: {en: Two}, place: place/kyiv, end: 2025-08-28T00:00:00+03:00}
statements:
  - id: statement/s
    speaker: actor/peskov
    rendering: [{id: rendering/r, reportingVerb: {en: said}, evidence: said}, {id: rendering/q, mode: Direct, reportingVerb: {en: said}, evidence: [We seek a deal, said]}]
    each: {Claim: {concerns: event/one}, QuantityClaim: {scope: place/kyiv}}
    asserts:
      - {id: claim/a, measure: launched, exactly: 9, evidence: nine, scope: ~}
      - {id: claim/b, stance: Denies, targetKind: building, evidence: building}
      - {id: claim/c, holder: actor/russia, attitude: interestedIn, toward: topic/peace-deal, evidence: [seeks]}
claims:
  - {id: claim/d, subject: event/two, predicate: happenedOn, value: {literal: 2025-08-28, type: xsd:date}, evidence: "on"}
  - {id: claim/e, concerns: event/two, measure: killed, atLeast: 4, asOfFrom: ~, evidence: four}
"""
)


def load(directory: Path, text: str) -> RecordFile:
    path = directory / "record.yaml"
    path.write_text(text, encoding="utf-8")
    return yaml_ld.load(path)


def test_the_short_form_says_what_the_long_one_does(tmp_path: Path) -> None:
    long, short = load(tmp_path, LONG), load(tmp_path, SHORT)
    assert short.quads == long.quads
    assert len(long.quads) > 60


def test_what_is_named_from_its_content_has_one_name_in_every_form(tmp_path: Path) -> None:
    nameless = SHORT.replace("id: rendering/r, ", "")
    assert (
        load(tmp_path, nameless).quads
        == load(tmp_path, nameless.replace("evidence: said", "evidence: [{exact: said}]")).quads
    )


def test_a_claim_that_a_statement_names_is_the_statements(tmp_path: Path) -> None:
    text = HEAD + (
        "statements:\n  - {id: statement/s, speaker: actor/peskov, asserts: [claim/a], "
        "rendering: {reportingVerb: {en: said}, evidence: said}}\n"
        "claims:\n  - {id: claim/a, claimant: actor/peskov, measure: killed, exactly: 4, evidence: four}\n"
    )
    predicates = {quad.predicate.value for quad in load(tmp_path, text).quads}
    assert terms.REC + "assertedBy" not in predicates


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("exactly: 9", "exactly: nine", 17, "'exactly' is 'nine': it takes a whole number"),
        ("exactly: 9", "exactly: 9, atLeast: 9", 17, "'exactly' is both bounds of the count"),
        ("Strike: {begin", "Meeting: {begin", 6, "'each' says what every Meeting has, and there is none below it"),
        ("Strike: {begin", "Stryke: {begin", 6, "'each' names 'Stryke', which is no class of the ontology"),
        ("Strike: {begin", "Strike: {id: event/x, begin", 6, "'id' is a thing's own and cannot be shared"),
        ("each: {Claim: {concerns: event/one}, QuantityClaim: {scope: place/kyiv}}", "each: event/one", 15, "'each' takes what the things of a class share"),
        ("targetKind: building, ", "", 18, "what kind of claim this is does not follow from its keys: give it one of 'measure', 'targetKind'"),
        ("targetKind: building, ", "targetKind: building, measure: killed, ", 18, "from its keys 'measure' and 'targetKind'"),
    ],
)  # fmt: skip
def test_what_cannot_be_inherited_is_said(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    assert old in SHORT
    with pytest.raises(RecordError) as refused:
        load(tmp_path, SHORT.replace(old, new, 1))
    assert [problem for problem in refused.value.problems if problem.line == line and message in problem.message], refused.value  # fmt: skip


def test_the_short_form_is_valid_beside_the_seeds(tmp_path: Path) -> None:
    path = tmp_path / "record.yaml"
    path.write_text(SHORT, encoding="utf-8")
    problems, summary = check_files([path], None)
    assert problems == []
    assert summary.startswith("1 record valid")
