"""What a record leaves to be understood in view of others: labels of claims and statements, and whose a later version's claims are.

Labels are the words that the pages use for the same content. Who publishes a document is said by the record of one of its versions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.attributes import Name, expand, local_name
from onrecord.graph.records.record_file import RecordFile
from onrecord.graph.terms import rec
from onrecord.graph.text import phrases

_LABEL: Final = ox.NamedNode(terms.PREFIXES["rdfs"] + "label")

_Said = dict[str, dict[str, list[ox.NamedNode | ox.Literal]]]


def complete(records: Sequence[RecordFile], surroundings: Iterable[ox.Quad]) -> list[RecordFile]:
    """The records with an English label for each claim and statement that they describe and do not name, and with claimants.

    `surroundings` hold the names of what these records mention and do not describe, such as words of the vocabulary.
    """
    said: _Said = defaultdict(lambda: defaultdict(list))
    for quad in [*surroundings, *(quad for record in records for quad in record.quads)]:
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
            said[quad.subject.value][quad.predicate.value].append(quad.object)
    facts = _Facts(said)
    return [
        replace(record, quads=record.quads | _labels(record, facts) | _claimants(record, facts))
        for record in records
    ]


def _claimants(record: RecordFile, facts: _Facts) -> frozenset[ox.Quad]:
    """Of claims in the voice of a version whose document another record describes: the publisher."""
    return frozenset(
        ox.Quad(ox.NamedNode(iri), rec("claimant"), ox.NamedNode(publisher), ox.NamedNode(record.graph))
        for iri in record.lines
        if not facts.iris(iri, "claimant")
        for version in facts.iris(iri, "assertedBy")
        for document in facts.iris(version, "versionOf")
        for publisher in facts.iris(document, "publisher")
    )


def _labels(record: RecordFile, facts: _Facts) -> frozenset[ox.Quad]:
    graph = ox.NamedNode(record.graph)
    made = set()
    for iri in record.lines:
        said = phrases.ActOfSaying(facts, iri)
        if facts.texts(iri, "rdfs:label"):
            continue
        words = _statement(said) if said.is_a("Statement") else _claim(phrases.ClaimContent(facts, iri))
        if words:
            made.add(
                ox.Quad(ox.NamedNode(iri), _LABEL, ox.Literal(phrases.capital(words), language="en"), graph)
            )
    return frozenset(made)


def _claim(claim: phrases.ClaimContent) -> str:
    if claim.kind == "Claim":
        return ""
    words = phrases.plain(phrases.content(claim))
    if claim.kind in {"TargetClaim", "ResponsibilityClaim"} and claim.concerns:
        words += f" ({_listed(claim.concerns)})"
    stance = next(iter(claim.facts.iris(claim.iri, "stance")), "Asserts")
    return phrases.with_stance(stance.removeprefix(terms.REC), words)


def _statement(said: phrases.ActOfSaying) -> str:
    """Who spoke, when, and of what: "Dmitry Peskov, 28 August 2025, on Strike on Kyiv; Peace talks"."""
    speaker = _listed(said.speakers)
    about = "; ".join(name.text for name in said.about)
    of_what = f", on {about}" if about else ""
    return f"{speaker}, {phrases.day(said.day) if said.day else 'undated'}{of_what}" if speaker else ""


def _listed(names: Iterable[Name]) -> str:
    return phrases.listed([name.text for name in names])


class _Facts:
    """What records and their surroundings say, as the attributes of things read it."""

    def __init__(self, said: _Said) -> None:
        self._said = said

    def texts(self, thing: str, name: str) -> list[ox.Literal]:
        return [value for value in self._values(thing, name) if isinstance(value, ox.Literal)]

    def iris(self, thing: str, name: str) -> list[str]:
        return [value.value for value in self._values(thing, name) if isinstance(value, ox.NamedNode)]

    def name(self, thing: str) -> Name:
        labels = self.texts(thing, "rdfs:label")
        english = [label for label in labels if label.language == "en"]
        best = min(english or labels, key=lambda label: (label.language or "", label.value), default=None)
        return Name(thing, best.value if best else local_name(thing))

    def _values(self, thing: str, name: str) -> list[ox.NamedNode | ox.Literal]:
        found = self._said.get(thing, {}).get(expand(name), ())
        return sorted(set(found), key=lambda value: (value.value, str(value)))
