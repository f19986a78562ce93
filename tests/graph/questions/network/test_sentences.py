"""What a relation rests on is told in one sentence, also where a claim has no words of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.harness.graphs.toll import BASE
from tests.harness.graphs.trig import ledger_of

from onrecord.graph.ledger import Ledger
from onrecord.graph.questions.network.because import sentence
from onrecord.graph.questions.things.loader import Loader
from onrecord.graph.questions.things.statements import Claim

STRIKE = "Strike on Kyiv, 28 August 2025"


@pytest.fixture(scope="module")
def claims(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    text = f"""@base <{BASE}> . @prefix rec: <ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
GRAPH <graph/x> {{
  rec:hit rdfs:label "hit"@en . rec:aimedAt rdfs:label "aimed at"@en . rec:killed rdfs:label "killed"@en .
  rec:school rdfs:label "school"@en . rec:airBase rdfs:label "air base"@en .
  <actor/a> a rec:Person ; rdfs:label "Ada"@en . <actor/b> a rec:State ; rdfs:label "Bland"@en .
  <event/s> a rec:Strike ; rdfs:label "{STRIKE}"@en . <event/t> a rec:Strike ; rdfs:label "Strike on Lviv"@en .
  <claim/hit> a rec:TargetClaim ; rdfs:label "Hit: school ({STRIKE})"@en ; rec:claimant <actor/a> ; rec:stance rec:Asserts ;
    rec:concerns <event/s> ; rec:targetRole rec:hit ; rec:targetKind rec:school .
  <claim/aimed> a rec:TargetClaim ; rdfs:label "Aimed at: air base"@en ; rec:claimant <actor/a> ; rec:stance rec:Asserts ;
    rec:targetRole rec:aimedAt ; rec:targetKind rec:airBase .
  <claim/no-hit> a rec:TargetClaim ; rdfs:label "Denied: hit: school ({STRIKE})"@en ; rec:claimant <actor/a> ; rec:stance rec:Denies ;
    rec:concerns <event/s> ; rec:targetRole rec:hit ; rec:targetKind rec:school .
  <claim/did> a rec:ResponsibilityClaim ; rdfs:label "Responsible: Bland ({STRIKE})"@en ; rec:claimant <actor/a> ; rec:stance rec:Asserts ;
    rec:concerns <event/s> ; rec:responsible <actor/b> .
  <claim/did-both> a rec:ResponsibilityClaim ; rdfs:label "Responsible: Bland (several)"@en ; rec:claimant <actor/a> ; rec:stance rec:Doubts ;
    rec:concerns <event/s> , <event/t> ; rec:responsible <actor/b> .
  <claim/count> a rec:QuantityClaim ; rdfs:label "25 killed"@en ; rec:claimant <actor/a> ; rec:stance rec:Denies ;
    rec:measure rec:killed ; rec:atLeast 25 ; rec:atMost 25 .
  <claim/own> a rec:TargetClaim ; rdfs:label "The school was hit twice"@en ; rec:claimant <actor/a> ; rec:stance rec:Asserts ;
    rec:targetRole rec:hit ; rec:targetKind rec:school .
}}"""
    with ledger_of(tmp_path_factory.mktemp("sentences"), text) as ledger:
        yield ledger


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("hit", f"Ada wrote what was hit: school ({STRIKE})"),
        ("aimed", "Ada wrote what was aimed at: air base"),
        ("no-hit", f"Ada denied that school was hit ({STRIKE})"),
        ("did", f"Ada wrote that {STRIKE}, was carried out by Bland"),
        ("did-both", f"Ada doubted that {STRIKE} and Strike on Lviv were carried out by Bland"),
        ("count", "Ada denied: 25 killed"),
        ("own", "Ada wrote that the school was hit twice"),
    ],
)
def test_a_claim_is_a_sentence(claims: Ledger, name: str, expected: str) -> None:
    assert sentence(Claim(Loader(claims), f"{BASE}claim/{name}")) == expected
