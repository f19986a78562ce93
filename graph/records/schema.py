"""What a record may say: its keys, and the words and values that each takes, by ontology/context.jsonld and the ontology."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.quoting import brief
from onrecord.graph.text.suggestions import did_you_mean, nearest, of_which_it_is_a_part
from onrecord.graph.validation.datatypes import shown, unreadable
from onrecord.graph.vocabulary import ontology

RELATIONS: Final = frozenset({"contradicts", "supports", "supersedes", "retracts"})
"""The words for how one claim bears on another."""
_IDENTITIES: Final = frozenset({"sameAs", "differentFrom"})
"""The words for whether two things are one."""

LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""What a language tag looks like."""

_KINDS: Final = {
    "Actor": "actor",
    "Assessment": "assessment",
    "Claim": "claim",
    "ClaimRelation": "relation",
    "Document": "document",
    "DocumentVersion": "document",
    "Editor": "editor",
    "Event": "event",
    "Identity": "identity",
    "Place": "place",
    "Platform": "platform",
    "Rendering": "rendering",
    "Statement": "statement",
    "Tenure": "tenure",
    "Topic": "topic",
    "WeaponType": "weapon",
}
"""What the ids of the things of a class begin with, and of those of the classes under it."""

_ANYTHING: Final = re.compile(r"(?s).*")
_TAKES: Final = {
    "xsd:date": (_ANYTHING, "a date such as 2025-08-28"),
    "xsd:dateTime": (
        re.compile(r".*(Z|[+-]\d\d:\d\d)"),
        "a moment with its offset from UTC, such as 2025-08-28T03:00:00+03:00, not a bare date",
    ),
    "xsd:integer": (
        re.compile(r"-?(0|[1-9][0-9]*)"),
        "a whole number in digits alone, such as 1000, of at most 64 bits",
    ),
    "xsd:decimal": (_ANYTHING, "a decimal number such as 50.45"),
    "xsd:language": (LANGUAGE, "a language tag such as en, uk or ru"),
    "xsd:anyURI": (re.compile(r"https?://.+"), "a web address that begins with http:// or https://"),
}
"""What is asked of a value beside that the store can read it, and what to say where either is not so."""


@dataclass(frozen=True, slots=True)
class TermDefinition:
    """What the context says of one key: the property it stands for and how its values are read."""

    iri: str
    coerced: str | None
    by_language: bool


@cache
def context() -> dict[str, Any]:
    """The content of `@context` in ontology/context.jsonld."""
    text = files("onrecord.ontology").joinpath("context.jsonld").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)["@context"]
    return found


@cache
def keys(under: str | None = None) -> dict[str, TermDefinition]:
    """The keys a node may have; the node under a key with a context of its own (evidence) reads some differently."""
    known = context()
    if under is not None and isinstance(known.get(under), dict):
        known = {**known, **known[under].get("@context", {})}
    found = {}
    for name, value in known.items():
        if name.startswith("@") or (isinstance(value, str) and not value.startswith("@")):
            continue
        definition = {"@id": value} if isinstance(value, str) else value
        found[name] = TermDefinition(
            definition["@id"], definition.get("@type"), definition.get("@container") == "@language"
        )
    return found


@cache
def single() -> frozenset[str]:
    """The properties, as the context names them, of which the shapes let a thing have one value only."""
    sh, found = terms.PREFIXES["sh"], set()
    for file in files("onrecord.shapes").iterdir():
        if file.name.endswith(".ttl"):
            triples = list(ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE))
            once = {t.subject for t in triples if t.predicate.value == f"{sh}maxCount" and _is_one(t.object)}
            found |= {t.object for t in triples if t.predicate.value == f"{sh}path" and t.subject in once}
    return frozenset(terms.short(path.value) for path in found if isinstance(path, ox.NamedNode))


def _is_one(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> bool:
    return isinstance(term, ox.Literal) and term.value == "1"


@cache
def sections() -> frozenset[str]:
    """The keys on top of a record under which its things stand in lists."""
    return frozenset(name for name, key in keys().items() if key.iri == "@included")


def unknown_key(name: str) -> str:
    """What to say of a key that is none."""
    if name == "<<":
        return "'<<' is a YAML merge key: write the keys out, or share them with 'each:'"
    instead = ontology.replaced().get(terms.REC + name)
    if instead is None:
        return f"unknown key '{name}'{_nearest(name, {*keys(), 'each', 'exactly'})}"
    used = " and ".join(f"'{term.removeprefix(terms.REC)}'" for term in instead)
    return f"'{name}' belongs to an earlier version of the ontology: use {used}; docs/migrations/ moves a record over"


def class_problem(value: Any) -> str | None:
    """What to say of a class that is none; None for one of the ontology."""
    known = _local(ontology.classes())
    return None if value in known else f"'{value}' is no class of the ontology{_nearest(str(value), known)}"


def id_problem(name: str, kind: object) -> str | None:
    """What to say of an id that begins as those of other things do, of a thing of this class; None for a class that is none."""
    above = ontology.superclasses().get(f"{terms.REC}{kind}", frozenset())
    begins = {_KINDS[one] for one in _local(above) if one in _KINDS}
    if not begins or "#" in name or ":" in name or name.partition("/")[0].casefold() in begins:
        return None
    (begin,) = begins
    return f"'{name}' is the id of a {kind}: it begins with '{begin}/'"


def word_problem(value: Any, iri: str) -> str | None:
    """What to say of a word that is not on the closed list of a key (by its property); the message shows the whole list."""
    known = RELATIONS | _IDENTITIES if iri == "rdf:predicate" else _list_of(iri)
    if value in known:
        return None
    there_are = f"There are {', '.join(sorted(known))}"
    close = sorted(known & _local(ontology.called(str(value)))) or nearest(str(value), known)
    meant = did_you_mean([f"'{one}'" for one in close[:1]])
    return f"'{value}' is no word that this key takes: {meant}{' ' if meant else ''}{there_are}"


def word_iri(word: str, iri: str) -> str:
    """A word of such a list as JSON-LD has to have it: those of OWL are not in our own namespace."""
    return f"owl:{word}" if iri == "rdf:predicate" and word in _IDENTITIES else word


def literal_problem(value: Any, name: str, datatype: str, iri: str) -> str | None:
    """What to say of a value that a key cannot have, given its datatype as the record writes it, and that one's IRI."""
    text = str(value)
    if ":" not in datatype:
        return f"'type' is {brief(datatype)}: it takes a datatype such as xsd:date"
    try:
        wrong = unreadable([ox.Literal(text, datatype=ox.NamedNode(iri))])
    except ValueError:
        return f"'type' is {brief(datatype)}: it takes a datatype such as xsd:date"
    beside, such_as = _TAKES.get(datatype, (_ANYTHING, None))
    if such_as is not None and (isinstance(value, bool) or wrong or not beside.fullmatch(text)):
        seen = shown(text) if len(text) > 80 else repr(value)
        return f"'{name}' is {seen}: it takes {such_as}"
    return f"'{name}': {wrong.popitem()[1]}" if wrong else None


@cache
def _list_of(iri: str) -> frozenset[str]:
    """The words of the closed list that is the range of a property (as the context names it); of all lists, if none is."""
    known = ontology.properties().get(iri.replace("rec:", terms.REC, 1))
    members = ontology.members()
    fitting = _local(name for name, kinds in members.items() if known and known.range in kinds)
    return fitting or _local(members)


def _local(iris: Iterable[str]) -> frozenset[str]:
    return frozenset(iri.removeprefix(terms.REC) for iri in iris if iri.startswith(terms.REC))


def _nearest(word: str, known: Iterable[str]) -> str:
    there_are = "see ontology/context.jsonld and docs/records.md for those there are"
    names = set(known)
    alike = of_which_it_is_a_part(word, names) or nearest(word, names)
    return ": " + did_you_mean([f"'{one}'" for one in alike], there_are)
