"""How much there is of each kind, summed up from what each commit keeps, is what counting everything finds."""

from __future__ import annotations

import pytest
from tests.harness.updating import do

from onrecord.graph.ledger import Ledger
from onrecord.graph.questions import counted

CLASSES = """
    rec:Person rdfs:subClassOf rec:Actor . rec:Institution rdfs:subClassOf rec:Actor . rec:State rdfs:subClassOf rec:Institution .
    rec:NewsOutlet rdfs:subClassOf rec:Institution . rec:GovernmentBody rdfs:subClassOf rec:Institution .
    rec:Strike rdfs:subClassOf rec:Event . <https://example.org/Blogger> rdfs:subClassOf rec:Person .
"""
"""As graph/vocabulary has it, but for somebody's own class."""


def kept(ledger: Ledger) -> list[tuple[str, int]]:
    figures = ledger.figures()
    assert figures is not None
    assert figures.classes is not None
    return figures.classes


def test_a_thing_of_several_classes_is_counted_once(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    do(
        ledger,
        f"""INSERT DATA {{ {CLASSES}
            <actor/a> a rec:State . <actor/b> a rec:NewsOutlet, rec:GovernmentBody, rec:State . <actor/c> a rec:GovernmentBody .
            <actor/d> a rec:Person, <https://example.org/Blogger> . <actor/e> a rec:Person . <actor/f> a rec:NewsOutlet, rec:State .
            <event/a> a rec:Strike, rec:Event . <event/b> a rec:Event . <event/c> a rec:Strike . <statement/a> a rec:Statement .
        }}""",
    )
    counts = {"Actor": 6, "Event": 3, "Statement": 1}
    assert counted.kinds(ledger) == counted.kinds(ledger, kept(ledger)) == counts
    monkeypatch.setattr(counted, "_MOST", 0)  # all things are counted
    assert counted.kinds(ledger, kept(ledger)) == counts


@pytest.mark.slow
def test_an_invented_graph_has_as_many_of_each_kind_as_are_counted(invented: Ledger) -> None:
    found = counted.kinds(invented, kept(invented))
    assert found == counted.kinds(invented)
    assert {"Actor", "Event", "Statement", "Claim", "Document"} == found.keys()
    assert min(found.values()) > 10
