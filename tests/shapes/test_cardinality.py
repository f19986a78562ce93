"""What each kind of thing must have, and what it may have only one of, written out here by hand."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from tests.harness.graphs.world import FACTS, GRAPH

from onrecord.graph import terms
from onrecord.graph.changes import ChangeSet
from onrecord.graph.validation.report import Report
from onrecord.graph.validation.validate import validate

BASE = terms.DEFAULT_BASE

REQUIRED = {
    "actor/people": "rdfs:label",
    "place/land": "rdfs:label",
    "weapon/one": "rdfs:label category",
    "topic/talks": "rdfs:label",
    "rule/either-or": "rdfs:label",
    "tenure/ann": "holder institution post",
    "document/gazette-report": "rdfs:label publisher",
    "document/gazette-report/1": "versionOf readAs",  # what a full text needs besides: test_shapes.py
    "excerpt/own": "ofVersion exact",
    "event/strike": "rdfs:label begin end datePrecision place",
    "statement/ann": "speaker rendering",
    "rendering/ann": "mode reportedIn evidence",
    "rendering/ann/relay-1": "position by",
    "claim/drones": "claimant stance measure",
    "claim/culprit": "responsible concerns",
    "claim/hit": "targetKind evidence",
    "claim/wish": "holder attitude toward",
    "claim/date": "subject predicate",
    "assessment/drones": "assesses verdict assessedBy assessedOn",
    "editor/ed": "rdfs:label",
    "platform/radio": "rdfs:label",
    "relation/hit-culprit": "rdf:subject rdf:predicate rdf:object",
    "identity/paper": "rdf:subject rdf:predicate rdf:object assessedBy assessedOn",
    "commit/second": "rdfs:label version added removed prov:endedAtTime",
    "history/2": "rdfs:label prov:wasGeneratedBy",
    "author/ann": "rdfs:label",
}

SINGLE = {
    "actor/land": "side",
    "tenure/ann": "holder institution from until",
    "place/land": "latitude longitude",
    "document/gazette-report": "publisher language",
    "document/gazette-report/1": "versionOf published publishedAt readAs retrieved sha256 textLicence characters",
    "document/post/row": "rowKey",
    "excerpt/said": "ofVersion exact prefix suffix start end",
    "event/strike": "begin end datePrecision",
    "statement/ann": "speaker saidOn saidAt",
    "rendering/ann": "mode text reportedIn attributedTo",
    "rendering/ann/relay-1": "position by",
    "claim/drones": "claimant stance asOfFrom asOfUntil measure atLeast atMost",
    "claim/roughly": "estimate",
    "claim/hit": "targetRole",
    "claim/wish": "holder attitude",
    "claim/date": "subject predicate value",
    "assessment/drones": "assesses verdict assessedOn",
    "relation/hit-culprit": "rdf:subject rdf:predicate rdf:object derivedBy",
    "identity/paper": "rdf:subject rdf:predicate rdf:object assessedOn",
    "commit/first": "rdfs:comment version added removed prov:endedAtTime prov:wasAssociatedWith",
    "commit/second": "prov:used",
    "history/2": "prov:wasGeneratedBy prov:wasRevisionOf",
}

ONCE_IN_A_LANGUAGE = {
    "actor/ann": "rdfs:label",
    "tenure/ann": "post",
    "document/gazette-report/1": "headline",
    "rendering/ann": "reportingVerb describedAs",
}


def iri(name: str) -> ox.NamedNode:
    prefix, colon, local = name.partition(":")
    return ox.NamedNode(terms.PREFIXES[prefix] + local if colon else terms.REC + name)


def pairs(table: dict[str, str]) -> list[tuple[ox.NamedNode, ox.NamedNode]]:
    return [
        (ox.NamedNode(BASE + subject), iri(name))
        for subject, names in table.items()
        for name in names.split()
    ]


def after(removed: set[ox.Quad], added: set[ox.Quad]) -> Report:
    store = ox.Store()
    store.extend(FACTS)
    return validate(ChangeSet(frozenset(removed), frozenset(added)), store)


def local(name: ox.NamedNode) -> str:
    return name.value.rpartition("#")[2]


def said(report: Report, text: str) -> set[tuple[str, str | None]]:
    return {(result.focus, result.path) for result in report.results if text in result.message}


def test_what_is_required_is_missed() -> None:
    removed = {fact for fact in FACTS if (fact.subject, fact.predicate) in pairs(REQUIRED)}
    missed = said(after(removed, set()), "' is missing.")
    assert {(s.value, p.value) for s, p in pairs(REQUIRED)} - missed == set()


def test_what_is_not_required_is_not_missed() -> None:
    """Take away everything else but types: no more may be missed than what depends on others' facts."""
    kept = {iri("rdf:type"), *(predicate for _, predicate in pairs(REQUIRED))}
    removed = {fact for fact in FACTS if fact.predicate not in kept}
    missed = {name for _, name in said(after(removed, set()), "' is missing.") if name}
    assert missed == set()


@pytest.mark.parametrize(
    "value", [ox.NamedNode(BASE + "topic/talks"), ox.Literal("another")], ids=["thing", "text"]
)
def test_what_may_be_said_once_is_refused_when_said_twice(value: ox.NamedNode | ox.Literal) -> None:
    report = after(set(), {ox.Quad(subject, predicate, value, GRAPH) for subject, predicate in pairs(SINGLE)})
    for subject, predicate in pairs(SINGLE):
        found = said(report, f"There is more than one '{local(predicate)}'.")
        assert (subject.value, predicate.value) in found


def test_what_may_be_said_once_in_a_language_is_refused_when_said_twice() -> None:
    again = ox.Literal("Again", language="en")
    report = after(
        set(), {ox.Quad(subject, predicate, again, GRAPH) for subject, predicate in pairs(ONCE_IN_A_LANGUAGE)}
    )
    for subject, predicate in pairs(ONCE_IN_A_LANGUAGE):
        assert (subject.value, predicate.value) in said(report, f"'{local(predicate)}' stands twice in 'en'.")


def test_what_may_be_said_often_may_be_said_twice() -> None:
    """Taken from those the record needs to be free with: several places, weapons, intermediaries, topics."""
    twice = {
        ("event/strike", "weapon", "weapon/two"),
        ("event/talks", "place", "place/land"),
        ("event/talks", "place", "place/town"),
        ("statement/ann", "about", "event/strike"),
        ("statement/ann", "addressee", "actor/gazette"),
        ("event/talks", "participant", "actor/land"),
        ("claim/drones", "ofParty", "actor/people"),
        ("rendering/ann", "evidence", "excerpt/own"),
        ("claim/drones", "concerns", "actor/people"),
        ("claim/drones", "weaponIncluding", "weapon/plane"),
        ("claim/culprit", "responsible", "actor/land"),
        ("claim/wish", "toward", "actor/land"),
        ("assessment/drones", "basis", "claim/hit"),
    }
    added = {ox.Quad(ox.NamedNode(BASE + s), iri(p), ox.NamedNode(BASE + o), GRAPH) for s, p, o in twice}
    report = after(set(), added)
    assert report.conforms, report.text()
