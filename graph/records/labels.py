"""Labels for claims and statements that a record gives none: the words that the pages use for the same content."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.records.yaml_ld import Record
from onrecord.graph.text import phrases

_LABEL: Final = ox.NamedNode(terms.PREFIXES["rdfs"] + "label")

Facts = dict[str, dict[str, list[ox.NamedNode | ox.Literal]]]


def complete(records: Sequence[Record], surroundings: Iterable[ox.Quad]) -> list[Record]:
    """The records with an English label for each claim and statement that they describe and do not name.

    `surroundings` hold the names of what these records mention and do not describe, such as words of the vocabulary.
    """
    facts: Facts = defaultdict(lambda: defaultdict(list))
    for quad in [*surroundings, *(quad for record in records for quad in record.quads)]:
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.Literal):
            facts[quad.subject.value][quad.predicate.value].append(quad.object)
    return [replace(record, quads=record.quads | _labels(record, facts)) for record in records]


def _labels(record: Record, facts: Facts) -> frozenset[ox.Quad]:
    graph = ox.NamedNode(record.graph)
    made = set()
    for iri in record.lines:
        own = facts[iri]
        if own.get(_LABEL.value):
            continue
        kinds = {kind.value.removeprefix(terms.REC) for kind in own.get(terms.RDF_TYPE, ())}
        kind = next((kind for kind in kinds if kind.endswith("Claim")), None)
        if kind:
            words = _claim(_Claim(facts, iri, kind))
        elif "Statement" in kinds:
            words = _statement(_Names(facts, iri))
        else:
            continue
        if words:
            made.add(
                ox.Quad(ox.NamedNode(iri), _LABEL, ox.Literal(phrases.capital(words), language="en"), graph)
            )
    return frozenset(made)


def _claim(claim: _Claim) -> str:
    words = phrases.plain(phrases.content(claim))
    concerned = claim.of("concerns")
    if claim.kind in {"TargetClaim", "ResponsibilityClaim"} and concerned:
        words += f" ({phrases.listed([name.text for name in concerned])})"
    return phrases.with_stance(claim.stance, words)


def _statement(names: _Names) -> str:
    """Who spoke, when, and of what: "Dmitry Peskov, 28 August 2025, on Strike on Kyiv; Peace talks"."""
    said = names.values("saidOn") or names.values("saidAt")
    speaker = phrases.listed([name.text for name in names.of("speaker")])
    about = "; ".join(name.text for name in names.of("about"))
    of_what = f", on {about}" if about else ""
    return f"{speaker}, {phrases.day(said[0].value) if said else 'undated'}{of_what}" if speaker else ""


@dataclass(frozen=True, slots=True)
class _Name:
    text: str


class _Names:
    """What the properties of one thing lead to, by name."""

    def __init__(self, facts: Facts, iri: str) -> None:
        self._facts = facts
        self._iri = iri

    def values(self, name: str) -> list[ox.NamedNode | ox.Literal]:
        """The values of a property, sorted."""
        values = self._facts[self._iri].get(terms.REC + name, ())
        return sorted(set(values), key=lambda value: (value.value, str(value)))

    def of(self, name: str) -> list[phrases.Named]:
        """What the values of a property are called."""
        return [_Name(self._called(value.value)) for value in self.values(name)]

    def one(self, name: str) -> phrases.Named | None:
        """What the first value of a property is called."""
        return next(iter(self.of(name)), None)

    def number(self, name: str) -> int | None:
        """The first value of a property as a whole number."""
        text = self.text(name)
        return None if text is None else int(text)

    def text(self, name: str) -> str | None:
        """The first value of a property as it is written."""
        return next((value.value for value in self.values(name)), None)

    @property
    def stance(self) -> str:
        """Asserts, Denies or Doubts."""
        return (self.text("stance") or "Asserts").removeprefix(terms.REC)

    def _called(self, iri: str) -> str:
        labels = [label for label in self._facts[iri].get(_LABEL.value, ()) if isinstance(label, ox.Literal)]
        english = [label for label in labels if label.language == "en"]
        best = min(english or labels, key=lambda label: (label.language or "", label.value), default=None)
        return best.value if best else iri.rstrip("/#").rpartition("#")[2].rpartition("/")[2]


class _Claim(_Names):
    """A claim as phrases reads it."""

    def __init__(self, facts: Facts, iri: str, kind: str) -> None:
        super().__init__(facts, iri)
        self.kind = kind
        self.name = _Name("")
        self.at_least, self.at_most = self.number("atLeast"), self.number("atMost")
        self.estimate = self.number("estimate")
        self.as_of_from, self.as_of_until = self.text("asOfFrom"), self.text("asOfUntil")
        self.measure, self.target_role = self.one("measure"), self.one("targetRole")
        self.attitude, self.predicate = self.one("attitude"), self.one("predicate")
        self.weapons, self.including = self.of("weapon"), self.of("weaponIncluding")
        self.one_of, self.of_party = self.of("weaponOneOf"), self.of("ofParty")
        self.launched_from, self.carriers = self.of("launchedFrom"), self.of("carrier")
        self.scope, self.target_kinds = self.of("scope"), self.of("targetKind")
        self.responsible, self.holders = self.of("responsible"), self.of("holder")
        self.toward, self.subject = self.of("toward"), self.of("subject")
        self.objects = self.of("object")
        self.literal = [value for value in self.values("value") if isinstance(value, ox.Literal)]
