"""What changed between two versions of a document: claims gone, new and changed, each with the words it rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from onrecord.graph import terms
from onrecord.graph.ledger import Ledger
from onrecord.graph.questions.loader import LABEL, best, local_name

_SLOT: Final = frozenset(
    terms.REC + name
    for name in (
        "concerns", "measure", "weapon", "weaponOneOf", "scope", "ofParty", "targetRole", "subject", "predicate", "holder", "toward", "claimant",
    )
)  # fmt: skip
"""What makes two claims answers to one question; the answers are in the other properties."""

Facts = Mapping[str, Mapping[str, set[NamedNode | Literal]]]


@dataclass(frozen=True, slots=True, order=True)
class Made:
    """A claim as one version makes it: what it is called, and the words it rests on there, in the order of the text."""

    label: str
    words: tuple[str, ...]
    iri: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Claims of the old version only, of the new one only, those that changed (old, new), and how many are the same."""

    gone: tuple[Made, ...]
    new: tuple[Made, ...]
    changed: tuple[tuple[Made, Made], ...]
    same: int


def between(ledger: Ledger, old: str, new: str) -> Changes:
    """What changed between two versions in the graph, by their IRIs; UnknownGraph where there is no such version."""
    graphs = ledger.quads(old), ledger.quads(new)
    mentioned = {iri for quads in graphs for iri in _claims(_facts(quads))}
    values = " ".join(f"<{iri}>" for iri in sorted(mentioned))
    rows = ledger.rows(f"SELECT ?s ?p ?o WHERE {{ VALUES ?s {{ {values} }} ?s ?p ?o }}") if values else []
    described = [
        Quad(row["s"], NamedNode(row["p"].value), row["o"]) for row in rows if isinstance(row["s"], NamedNode)
    ]
    return compare(*graphs, described)


def compare(old: Iterable[Quad], new: Iterable[Quad], described: Iterable[Quad]) -> Changes:
    """What changed between the graphs of two versions; `described` says of their claims what neither graph does."""
    before, after = _facts(old), _facts(new)
    everything = _facts([*old, *new, *described])
    ours, theirs = (
        {iri: _made(iri, facts, everything) for iri in _claims(facts)} for facts in (before, after)
    )
    both = ours.keys() & theirs.keys()
    changed = [(ours[iri], theirs[iri]) for iri in both if ours[iri].words != theirs[iri].words]
    gone, new_ones = ours.keys() - both, theirs.keys() - both
    slots: dict[frozenset[object], tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for side, iris in enumerate((gone, new_ones)):
        for iri in iris:
            slots[_slot(iri, everything)][side].append(iri)
    pairs = [(one[0], other[0]) for one, other in slots.values() if len(one) == len(other) == 1]
    changed += [(ours[one], theirs[other]) for one, other in pairs]
    return Changes(
        tuple(sorted(ours[iri] for iri in gone - {one for one, _ in pairs})),
        tuple(sorted(theirs[iri] for iri in new_ones - {other for _, other in pairs})),
        tuple(sorted(changed)),
        sum(ours[iri].words == theirs[iri].words for iri in both),
    )


def _facts(quads: Iterable[Quad]) -> Facts:
    facts: dict[str, dict[str, set[NamedNode | Literal]]] = defaultdict(lambda: defaultdict(set))
    for quad in quads:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            facts[quad.subject.value][quad.predicate.value].add(quad.object)
    return facts


def _claims(facts: Facts) -> set[str]:
    """What a version makes as a claim: in its own voice, or under a statement it reports."""
    asserted = {claim.value for own in facts.values() for claim in own.get(terms.REC + "asserts", ())}
    return asserted | {iri for iri, own in facts.items() if terms.REC + "assertedBy" in own}


def _made(iri: str, facts: Facts, everything: Facts) -> Made:
    excerpts = [facts.get(one.value, {}) for one in facts.get(iri, {}).get(terms.REC + "evidence", ())]
    placed = sorted(
        (_number(one), words.value) for one in excerpts for words in one.get(terms.REC + "exact", ())
    )
    labels = everything.get(iri, {}).get(LABEL, ())
    label = best(label for label in labels if isinstance(label, Literal))
    return Made(label.value if label else local_name(iri), tuple(words for _, words in placed), iri)


def _number(excerpt: Mapping[str, set[NamedNode | Literal]]) -> int:
    return min((int(start.value) for start in excerpt.get(terms.REC + "start", ())), default=0)


def _slot(iri: str, everything: Facts) -> frozenset[object]:
    own = everything.get(iri, {})
    return frozenset((name, value) for name in _SLOT | {terms.RDF_TYPE} for value in own.get(name, ()))
