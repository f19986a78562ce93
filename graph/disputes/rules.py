"""Which claims contradict one another, by named rules.

A rule is a file, <name>.rq. Its first line says it in words, `# label: definition`, and the next ones its label in other
languages, `# label@uk: …`; it selects the two claims of each contradiction as ?a and ?b. The contradiction is stated in both
directions, with the rule that found it, so that a reader can ask on whose word two claims are said to be at odds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Final, cast

import pyoxigraph as ox

from onrecord.graph import queryfiles, terms
from onrecord.graph.disputes import counts
from onrecord.graph.quads import DerivedTriple, is_said, objects, reached, solutions
from onrecord.graph.queryfiles import said_of
from onrecord.graph.sparql.tokens import tokenize
from onrecord.graph.terms import rec

_GROUP: Final = re.compile(r"\?a a rec:(\w+)")
"""How each group of a rule begins: with the one kind of claims that the rule compares."""
_COUNTS: Final = re.compile(r"\?a [^.]*rec:measure \?measure\b")
"""What a rule that compares counts says of the one and of the other."""
_STANCE: Final = re.compile(r"\?a a rec:QuantityClaim ; rec:stance rec:(\w+)")
_COUNT_KIND: Final = re.compile(r"\?measure rec:countKind rec:(\w+)")
"""What a rule that compares counts says of the one count, and of what is counted: cheaper looked up than asked for."""
_A_PART: Final = "?part rec:partOf+ ?whole ."
_A_WHOLE: Final = "?whole rec:partOf+ ?part ."
_WITHIN: Final = re.compile(r"FILTER \(\?began - \?later [^()]*\)")
"""How a rule looks for the parts of an event, or for those that it is a part of, and says how far apart both may have begun."""
_MANY_PARTS: Final = 200
_AT_ONCE: Final = 100
"""So many are judged at once: of many more, the engine would look at all claims first."""


_RDF: Final = terms.PREFIXES["rdf"]
SUBJECT: Final = ox.NamedNode(_RDF + "subject")
PREDICATE: Final = ox.NamedNode(_RDF + "predicate")
OBJECT: Final = ox.NamedNode(_RDF + "object")
CONTRADICTS: Final = ox.NamedNode(terms.REC + "contradicts")
_TYPE: Final = ox.NamedNode(terms.RDF_TYPE)
_LABEL: Final = ox.NamedNode(terms.PREFIXES["rdfs"] + "label")


def triples(
    store: ox.Store, base: str, claims: Iterable[ox.NamedNode] | None = None
) -> Iterator[DerivedTriple]:
    """What the rules find, with themselves; given claims, only contradictions in which one of these has a part."""
    claims = None if claims is None else set(claims)
    counted = counts.of_all(store) if claims is None else ((), counts.with_part(store, claims))
    for file in queryfiles.in_package("onrecord.graph.disputes"):
        rule = ox.NamedNode(f"{base}rule/{file.name}")
        yield from described(rule, file.label, file.definition)
        compared = _of_kind(store, file.text, claims)
        if compared is not None and not compared:
            found = set()  # to have the engine read the rule costs more than to look for what it compares
        elif counted is not None and _COUNTS.search(file.text):
            found = _counted(store, file.text, *counted)
        else:
            found = _found(store, file.text, compared)
        for pair in found:
            for one, other in (pair, pair[::-1]):
                yield from related(
                    base, rule, f"Contradiction found by the rule “{file.label}”", (one, CONTRADICTS, other)
                )


@cache
def labels() -> dict[str, dict[str, str]]:
    """Name of each rule -> language -> its label."""
    return {file.name: file.labels for file in queryfiles.in_package("onrecord.graph.disputes")}


def described(rule: ox.NamedNode, label: str, definition: str) -> Iterator[DerivedTriple]:
    """What is said of a rule itself."""
    yield rule, _TYPE, rec("Rule")
    yield rule, _LABEL, ox.Literal(label, language="en")
    yield rule, rec("note"), ox.Literal(definition, language="en")


def related(
    base: str, rule: ox.NamedNode, label: str, found: tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode]
) -> Iterator[DerivedTriple]:
    """One claim, what it does to another, and that claim, with the relation that says which rule found it."""
    one, name, other = found
    relation = ox.NamedNode(
        terms.mint(f"{base}relation", rule.value.rpartition("/")[2], [one.value, other.value])
    )
    yield found
    yield relation, _TYPE, rec("ClaimRelation")
    yield relation, _LABEL, ox.Literal(label, language="en")
    yield relation, SUBJECT, one
    yield relation, PREDICATE, name
    yield relation, OBJECT, other
    yield relation, rec("derivedBy"), rule


def _of_kind(store: ox.Store, text: str, claims: set[ox.NamedNode] | None) -> set[ox.NamedNode] | None:
    """Of these claims those that a rule compares; None for all, unless there are none of their kind."""
    (name,) = set(_GROUP.findall(text))
    kind = rec(name)
    if claims is None:
        there = next(store.quads_for_pattern(None, _TYPE, kind, None), None) is not None
        there = there and all(is_said(store, None, said_of(text, side)) for side in "ab")
        return None if there else set()
    return {claim for claim in claims if next(store.quads_for_pattern(claim, _TYPE, kind, None), None)}


def _found(store: ox.Store, text: str, claims: set[ox.NamedNode] | None) -> set[counts.ClaimPair]:
    """What a rule finds among all claims, or with one of these as either."""
    if claims is None:
        return _pairs(store, text)
    found: set[counts.ClaimPair] = set()
    for near, some in _by_what_is_near(store, text, claims).items():
        as_one = as_other = text
        if near is not None:
            as_one = text.replace(_A_PART, f"VALUES (?part ?whole) {{ {near} }}")
            as_other = text.replace(_A_WHOLE, f"VALUES (?whole ?part) {{ {near} }}")
        # In each of its groups: what stands outside of a UNION does not narrow what is looked for in it.
        for side, query in (("a", as_one), ("b", as_other)):
            said = said_of(text, side)
            asked = [claim for claim in some if len(some) > _AT_ONCE or is_said(store, claim, said)]
            if asked:
                found |= _pairs(store, query, f"?{side} {{ {' '.join(sorted(map(str, asked)))} }}")
    return found


def _by_what_is_near(
    store: ox.Store, text: str, claims: Iterable[ox.NamedNode]
) -> dict[str | None, list[ox.NamedNode]]:
    """These claims by what _near() gives of what they concern, where a rule asks for what is near, and that has many parts.

    To look at each part of an event above very many costs far more than to go once through the days of all events.
    """
    within = _WITHIN.search(text)
    found: dict[str | None, list[ox.NamedNode]] = {}
    known: dict[frozenset[ox.NamedNode], str | None] = {}
    for claim in claims:
        events = frozenset(objects(store, claim, "concerns"))
        if within is not None and events not in known:
            many = any(_has_many_parts(store, event) for event in events)
            known[events] = _near(store, events, within.group()) if many else None
        found.setdefault(known.get(events), []).append(claim)
    return found


def _has_many_parts(store: ox.Store, event: ox.NamedNode) -> bool:
    parts, waiting = set[ox.NamedNode](), [event]
    while waiting and len(parts) <= _MANY_PARTS:
        below = islice(store.quads_for_pattern(None, rec("partOf"), waiting.pop(), None), _MANY_PARTS + 1)
        new = {quad.subject for quad in below if isinstance(quad.subject, ox.NamedNode)} - parts
        parts |= new
        waiting += new
    return len(parts) > _MANY_PARTS


def _near(store: ox.Store, events: frozenset[ox.NamedNode], within: str) -> str:
    """The parts of these events, each with that of which it is one, that began `within` what a rule's FILTER says of its beginning."""
    began = {
        str(quad.object)
        for event in events
        for quad in store.quads_for_pattern(event, rec("begin"), None, None)
        if isinstance(quad.object, ox.Literal)
    }
    query = f"SELECT DISTINCT ?near WHERE {{ VALUES ?began {{ {' '.join(sorted(began))} }} ?near rec:begin ?later {within} }}"
    near = {row["near"] for row in solutions(store, query)}
    pairs = (
        f"({part} {whole})"
        for part in near
        if isinstance(part, ox.NamedNode)
        for whole in reached(store, objects(store, part, "partOf"), "partOf") & events
    )
    return " ".join(sorted(pairs))


def _counted(
    store: ox.Store, text: str, claims: Iterable[ox.NamedNode], pairs: Sequence[counts.ClaimPair]
) -> set[counts.ClaimPair]:
    """What a rule that compares counts finds with one of these claims as ?a, and which of these pairs, either way round."""
    may_be_one = _one_of_pair(store, text)
    ways = (f"({one} {other})" for a, b in pairs for one, other in ((a, b), (b, a)) if may_be_one(one))
    batches = [
        f"?a {{ {batch} }}" for batch in _batches(sorted(str(one) for one in claims if may_be_one(one)))
    ]
    batches += [f"(?a ?b) {{ {batch} }}" for batch in _batches(ways)]
    return {pair for batch in batches for pair in _pairs(store, text, batch)}


def _one_of_pair(store: ox.Store, text: str) -> Callable[[ox.NamedNode], bool]:
    """Tells whether a claim may be ?a of a rule: it has the stance, and counts something of the kind, that the rule names."""
    stances, kinds = set(_STANCE.findall(text)), set(_COUNT_KIND.findall(text))

    @cache
    def is_of_kind(measure: ox.NamedNode) -> bool:
        found = {kind.value.removeprefix(terms.REC) for kind in objects(store, measure, "countKind")}
        return not kinds.isdisjoint(found)

    @cache
    def may_be_one(claim: ox.NamedNode) -> bool:
        held = {stance.value.removeprefix(terms.REC) for stance in objects(store, claim, "stance")}
        if stances and stances.isdisjoint(held):
            return False
        return not kinds or any(map(is_of_kind, objects(store, claim, "measure")))

    return may_be_one


def _batches(values: Iterable[str]) -> Iterator[str]:
    left = iter(values)
    while batch := list(islice(left, _AT_ONCE)):
        yield " ".join(batch)


def _pairs(store: ox.Store, text: str, values: str | None = None) -> set[counts.ClaimPair]:
    query = text if values is None else _GROUP.sub(lambda group: f"VALUES {values} {group.group()}", text)
    return {cast("counts.ClaimPair", (solution["a"], solution["b"])) for solution in solutions(store, query)}


@cache
def predicates() -> frozenset[str]:
    """The predicates that the rules look at: each names in its text all of those it does."""
    named = {terms.RDF_TYPE}
    for file in queryfiles.in_package("onrecord.graph.disputes"):
        for token in tokenize(file.text):
            if token.kind == "name":
                prefix, _, local = token.text.partition(":")
                named.add(terms.PREFIXES[prefix] + local)
            elif token.kind == "iri":
                named.add(token.text[1:-1])
    return frozenset(named)
