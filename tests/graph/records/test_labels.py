"""A claim without a label gets the words of its content, with the names of what it mentions."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.graph import terms
from onrecord.graph.records import labels, yaml_ld
from onrecord.graph.records.seeds import load_all
from onrecord.graph.vocabulary import ontology

REFERENCE = Path(__file__).resolve().parents[3] / "seeds" / "reference"
RECORD = """\
id: document/some-paper/quoted
type: DocumentVersion
versionOf: {id: document/some-paper, type: Document, label: {en: A paper}, publisher: actor/kyiv-independent}
readAs: QuotationOnly
events:
  - {id: event/one, type: Strike, label: {en: Strike on Kyiv}}
  - {id: event/two, type: Strike, label: {en: "Strike, night to 28 August 2025"}}
statements:
  - id: statement/one
    speaker: actor/peskov
    saidOn: 2025-08-28
    about: event/one
    asserts:
      - {id: claim/one, evidence: x, CLAIM}
"""


@pytest.mark.parametrize(
    ("claim", "label"),
    [
        ("measure: launched, exactly: 598, weapon: weapon/drone, weaponIncluding: weapon/shahed", "598 launched (Drone, including Shahed attack drone)"),
        ("measure: killed, atLeast: 21, scope: place/kyiv", "At least 21 killed, in Kyiv"),
        ("measure: killed, estimate: 30, ofParty: actor/russia", "About 30 killed, of Russia"),
        ("measure: launched, exactly: 2, launchedFrom: place/kyiv, carrier: weapon/kn-23, scope: place/kyiv", "2 launched, from Kyiv, carried by KN-23, in Kyiv"),
        ("measure: launched, atLeast: 1, atMost: 9, weaponOneOf: [weapon/kn-23, weapon/iskander-m]", "1 to 9 launched (Iskander-M or KN-23; the source does not say which)"),
        ("targetKind: building, concerns: event/one, stance: Denies", "Denied: hit or aimed at: building (Strike on Kyiv)"),
        ("responsible: actor/russia, concerns: event/one", "Responsible: Russia (Strike on Kyiv)"),
        ("holder: actor/putin, attitude: dislikes, toward: actor/zelensky", "Vladimir Putin dislikes Volodymyr Zelensky"),
        ("holder: actor/zelensky, attitude: readyFor, toward: actor/putin", "Volodymyr Zelensky is ready for Vladimir Putin"),
        ("subject: event/two, predicate: happenedOn, value: {literal: 2025-08-28, type: xsd:date}", "Strike, night to 28 August 2025, happened on 28 August 2025"),
        ("subject: event/one, predicate: happenedOn, value: {literal: 2025-08-28, type: xsd:date}", "Strike on Kyiv happened on 28 August 2025"),
        ("label: {uk: Моя}, measure: killed, exactly: 1", "Моя"),
    ],
)  # fmt: skip
def test_a_claims_words(tmp_path: Path, claim: str, label: str) -> None:
    assert labels_of(tmp_path, RECORD.replace("CLAIM", claim))["claim/one"] == label


def test_a_statements_words(tmp_path: Path) -> None:
    record = RECORD.replace("CLAIM", "measure: killed, exactly: 1")
    assert labels_of(tmp_path, record)["statement/one"] == "Dmitry Peskov, 28 August 2025, on Strike on Kyiv"
    two = record.replace("about: event/one", "about: [event/one, actor/russia]")
    assert (
        labels_of(tmp_path, two)["statement/one"]
        == "Dmitry Peskov, 28 August 2025, on Russia; Strike on Kyiv"
    )
    undated = record.replace("    saidOn: 2025-08-28\n    about: event/one\n", "")
    assert labels_of(tmp_path, undated)["statement/one"] == "Dmitry Peskov, undated"


def labels_of(directory: Path, text: str) -> dict[str, str]:
    path = directory / "record.yaml"
    path.write_text(text, encoding="utf-8")
    reference, problems = load_all(sorted(REFERENCE.glob("*.yaml")), terms.DEFAULT_BASE)
    assert problems == []
    first, *_ = labels.complete([yaml_ld.load(path), *reference], ontology.vocabulary_quads())
    return {
        quad.subject.value.removeprefix(terms.DEFAULT_BASE): quad.object.value
        for quad in first.quads
        if quad.predicate.value == terms.PREFIXES["rdfs"] + "label"
    }
