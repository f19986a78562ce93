"""Relations added up by pair and kind, in graph/derived: how many things each rests on, which, and from when to when.

A change is followed from the things it touched on which relations rest (see touched.py), so that a commit costs what it
changes. Kinds that are looked for among given actors only are not added up: there would be as many as pairs of actors.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, cast

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.quads import Delta, DerivedTriple, is_said, solutions
from onrecord.graph.queryfiles import Said, said_of
from onrecord.graph.relations import keys, merging
from onrecord.graph.relations.kinds import Kind, bringing, kinds
from onrecord.graph.relations.touched import things as touched
from onrecord.graph.terms import rec
from onrecord.graph.text import dates

RelationKey = tuple[str, str, str]
"""Kind, source and target: the name of the one, the IRIs of the others."""
DaySpan = tuple[str | None, str | None]
RestsOn = dict[RelationKey, dict[ox.NamedNode, DaySpan]]
"""By pair and kind: what a relation rests on, and its first and last day there."""

_BATCH: Final = 1000
_FEW: Final = 100
"""Of so many things it is cheaper to look which a kind may rest on than to have the engine read a query that finds nothing."""
_MANY: Final = 5000
"""When so many things are touched, looking at all of them is quicker."""


_TYPE: Final = ox.NamedNode(terms.RDF_TYPE)
_LABEL: Final = ox.NamedNode(terms.PREFIXES["rdfs"] + "label")
_DATE: Final = ox.NamedNode(terms.PREFIXES["xsd"] + "date")
_INTEGER: Final = ox.NamedNode(terms.PREFIXES["xsd"] + "integer")
RESTS_ON: Final = rec("relationRestsOn")
_MERGED: Final = rec("mergedAs")
_FIRST: Final = rec("firstOn")
_LAST: Final = rec("lastOn")


def kind_triples(base: str) -> Iterator[DerivedTriple]:
    """The kinds themselves, with what they mean."""
    for kind in bringing():
        node = kind_node(base, kind.name)
        yield node, _TYPE, rec("RelationKind")
        yield node, _LABEL, ox.Literal(kind.label, language="en")
        yield node, rec("note"), ox.Literal(kind.definition, language="en")
        yield node, keys.KEY, ox.Literal(keys.KEPT)


def kind_node(base: str, name: str) -> ox.NamedNode:
    """The IRI of a kind."""
    return ox.NamedNode(f"{base}relation-kind/{name}")


def node(base: str, key: RelationKey) -> ox.NamedNode:
    """The IRI of a relation that was added up."""
    kind, source, target = key
    return ox.NamedNode(terms.mint(f"{base}relation", kind, [source, target]))


def triples(base: str, key: RelationKey, rests_on: Mapping[ox.NamedNode, DaySpan]) -> Iterator[DerivedTriple]:
    """What is said of one relation that rests on these things; nothing where it rests on none."""
    if not rests_on:
        return
    kind, source, target = key
    relation = node(base, key)
    yield relation, _TYPE, rec("Relation")
    yield relation, rec("relationKind"), kind_node(base, kind)
    yield relation, rec("relationFrom"), ox.NamedNode(source)
    yield relation, rec("relationTo"), ox.NamedNode(target)
    yield relation, rec("relationCount"), ox.Literal(str(len(rests_on)), datatype=_INTEGER)
    firsts = [first for first, _ in rests_on.values() if first is not None]
    lasts = [last for _, last in rests_on.values() if last is not None]
    if kinds()[kind].lasting and len(lasts) < len(rests_on):
        lasts = []
    if firsts:
        yield relation, _FIRST, ox.Literal(min(firsts, key=dates.day_order), datatype=_DATE)
    last = max(lasts, key=dates.day_order, default=None)
    if last is not None:
        yield relation, _LAST, ox.Literal(last, datatype=_DATE)
    for text in keys.of_relation((source, target), len(rests_on), last, lasting=kinds()[kind].lasting):
        yield relation, keys.KEY, ox.Literal(text)
    for thing in rests_on:
        yield relation, RESTS_ON, thing


def followed(store: ox.Store, graph: ox.NamedNode, changed: Iterable[ox.Quad] | None, base: str) -> Delta:
    """What a change, which the store has seen, takes from this graph and adds to it. Without a change, all is added up again."""
    changed = None if changed is None else list(changed)
    things = None if changed is None else touched(store, changed, _MANY)
    if things is not None and changed is not None:
        things |= _of_moved(store, changed)
    if things is None or len(things) > _MANY:
        before = {
            quad
            for kind in ("Relation", "RelationKind")
            for node in store.quads_for_pattern(None, _TYPE, rec(kind), graph)
            for quad in store.quads_for_pattern(node.subject, None, None, graph)
        }
        every = [
            triple for key, rests_on in found(store, None).items() for triple in triples(base, key, rests_on)
        ]
        after = {ox.Quad(*triple, graph) for triple in (*kind_triples(base), *every)}
        return before - after, after - before
    removed: set[ox.Quad] = set()
    added: set[ox.Quad] = set()
    now = found(store, things)
    keyed = _keyed(store, graph)
    once = {
        cast("ox.NamedNode", quad.subject)
        for thing in things
        for quad in store.quads_for_pattern(None, RESTS_ON, thing, graph)
    }
    for key in {*now, *(_key(store, relation, graph, base) for relation in once)}:
        before = set(store.quads_for_pattern(node(base, key), None, None, graph))
        rests_on = _others(store, key, before, things) | now.get(key, {})
        after = {
            ox.Quad(*triple, graph)
            for triple in triples(base, key, rests_on)
            if keyed or triple[1] != keys.KEY
        }
        removed |= before - after
        added |= after - before
    if added:
        kinds_of_it = {ox.Quad(*triple, graph) for triple in kind_triples(base)}
        added |= {quad for quad in kinds_of_it if quad not in store and (keyed or quad.predicate != keys.KEY)}
    return removed, added


def _keyed(store: ox.Store, graph: ox.NamedNode) -> bool:
    """Whether relations have keys: all of them or, where a version that knew no keys added them up, none until all are again."""
    kept = store.quads_for_pattern(None, keys.KEY, ox.Literal(keys.KEPT), graph)
    there = store.quads_for_pattern(None, _TYPE, rec("RelationKind"), graph)
    return next(kept, None) is not None or next(there, None) is None


def _of_moved(store: ox.Store, changed: Iterable[ox.Quad]) -> set[ox.NamedNode]:
    """What the relations rest on of those that this change says to be the same as others, or no longer says so."""
    moved = {quad.subject for quad in changed if quad.predicate == _MERGED}
    blocks = [
        f"VALUES ?{end} {{ {actor} }}" for actor in sorted(moved, key=str) for end in ("source", "target")
    ]
    found = (
        solution["evidence"]
        for kind in (bringing() if moved else ())
        for block in blocks
        for solution in solutions(store, kind.starting(block))
    )
    return {thing for thing in found if isinstance(thing, ox.NamedNode)}


def _key(store: ox.Store, relation: ox.NamedNode, graph: ox.NamedNode, base: str) -> RelationKey:
    kind, source, target = (
        cast("ox.NamedNode", next(store.quads_for_pattern(relation, rec(name), None, graph)).object).value
        for name in ("relationKind", "relationFrom", "relationTo")
    )
    return kind.removeprefix(f"{base}relation-kind/"), source, target


def _others(
    store: ox.Store, key: RelationKey, before: Iterable[ox.Quad], things: Collection[ox.NamedNode]
) -> dict[ox.NamedNode, DaySpan]:
    """What a relation rests on beside these things, with days that come to the same first and last one."""
    value = {
        quad.predicate: cast("ox.Literal", quad.object)
        for quad in before
        if quad.predicate in (_FIRST, _LAST)
    }
    rested_on = {cast("ox.NamedNode", quad.object) for quad in before if quad.predicate == RESTS_ON}
    others = rested_on.difference(things)
    if not others:
        return {}
    if others == rested_on:
        first, last = (value[name].value if name in value else None for name in (_FIRST, _LAST))
        return dict.fromkeys(others, (first, last))
    return found(store, others, [kinds()[key[0]]]).get(key, {})


def found(
    store: ox.Store, things: Collection[ox.NamedNode] | None, of: Iterable[Kind] | None = None
) -> RestsOn:
    """The relations that rest on these things, each with those of them; without things, all there are. `of`: of these kinds only."""
    relations: RestsOn = defaultdict(dict)
    for kind in bringing() if of is None else of:
        for solution in _solutions(store, kind, things):
            thing = cast("ox.NamedNode", solution["evidence"])
            if things is not None and thing not in things:
                continue
            source, target = solution["source"], solution["target"]
            if not isinstance(source, ox.NamedNode) or not isinstance(target, ox.NamedNode):
                continue
            one = {end.value: _stands_for(store, end) for end in (source, target)}
            ends = merging.ends(kind, source.value, target.value, one)
            if ends is None:
                continue
            span = _span(solution["begin"], solution["end"], kind)
            of_pair = relations[kind.name, *ends]
            of_pair[thing] = _earlier(of_pair[thing], span) if thing in of_pair else span
    return relations


def _solutions(
    store: ox.Store, kind: Kind, things: Collection[ox.NamedNode] | None
) -> Iterator[ox.QuerySolution]:
    if things is None:
        said = said_of(kind.text, kind.found_from[0])
        texts = [kind.text] if is_said(store, None, said) else []
    else:
        texts = [
            kind.starting(f"VALUES ?{variable} {{ {block} }}")
            for variable in kind.found_from
            for block in _blocks(store, things, said_of(kind.text, variable))
        ]
    for text in texts:
        yield from solutions(store, text)


def _blocks(store: ox.Store, things: Collection[ox.NamedNode], said: Sequence[Said]) -> Iterator[str]:
    ordered = sorted(things, key=str)
    if len(ordered) <= _FEW:
        ordered = [thing for thing in ordered if is_said(store, thing, said)]
    for first in range(0, len(ordered), _BATCH):
        yield " ".join(map(str, ordered[first : first + _BATCH]))


def _stands_for(store: ox.Store, end: ox.NamedNode) -> str:
    """The IRI under which a thing is added up: its own, or that of the one that stands for all that are the same."""
    found = store.quads_for_pattern(end, _MERGED, None, None)
    return min(
        (quad.object.value for quad in found if isinstance(quad.object, ox.NamedNode)), default=end.value
    )


def _span(begin: object, end: object, kind: Kind) -> DaySpan:
    first, last = (
        dates.day(bound.value) or None if isinstance(bound, ox.Literal) else None for bound in (begin, end)
    )
    # What lasts and has no end known has none; what is an act on a day begins and ends on it.
    return (first, last) if kind.lasting else (first or last, last or first)


def _earlier(one: DaySpan, other: DaySpan) -> DaySpan:
    first, last = (
        [bound for bound in bounds if bound is not None] for bounds in zip(one, other, strict=True)
    )
    return min(first, key=dates.day_order, default=None), min(last, key=dates.day_order, default=None)
