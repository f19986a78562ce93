"""Who passed somebody's words on is no voice of its own: one speaker through two relays does not contradict itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.harness.graphs.trig import quads, settings_of

from onrecord.graph import terms
from onrecord.graph.changes import ChangeSet
from onrecord.graph.ledger import Ledger
from onrecord.graph.vocabulary import ontology

BASE = terms.DEFAULT_BASE


def said(name: str, who: str, through: str, count: int) -> str:
    return (
        f"<statement/{name}> a rec:Statement ; rec:speaker <actor/{who}> ; rec:asserts <claim/{name}> ; rec:rendering <rendering/{name}> . "
        f"<rendering/{name}> a rec:Rendering ; rec:relay <relay/{name}> . <relay/{name}> rec:position 1 ; rec:by <actor/{through}> . "
        f"<claim/{name}> a rec:QuantityClaim ; rec:claimant <actor/{who}> ; rec:stance rec:Asserts ; rec:concerns <event/strike> ; "
        f"rec:measure rec:launched ; rec:atLeast {count} ; rec:atMost {count} . "
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("other", "through", "pairs"),
    [
        # One speaker, through one agency and through two.
        ("minister", "agency", 0),
        ("minister", "channel", 0),
        # Two speakers, whom one agency passed on.
        ("general", "agency", 2),
    ],
)
def test_voices_are_those_of_speakers_and_not_of_relays(
    tmp_path: Path, other: str, through: str, pairs: int
) -> None:
    text = f"""@base <{BASE}> . @prefix rec: <ns#> .
    GRAPH <document/daily/a> {{ <event/strike> a rec:Strike .
      {said("one", "minister", "agency", 10)} {said("two", other, through, 12)} }}"""
    with Ledger.open(settings_of(tmp_path), _gate=False) as ledger:
        added = quads(text) | frozenset(ontology.vocabulary_quads(BASE))
        ledger.commit(ChangeSet(added=added), message="test", author="tests", derive=True)
        assert len(ledger.rows("SELECT ?a ?b WHERE { ?a rec:contradicts ?b }")) == pairs
