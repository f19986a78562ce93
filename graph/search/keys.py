"""Keys under which a thing is found by its names, kept in graph/names by each commit from what it touched.

A key is of one kind of thing, and is a whole name in Latin letters, "actor/=ivan franko"; a word of one, "actor/franko"; or
the consonants of a longer word, "actor/~frnk", which stay the same in most other spellings. What may be meant by a name is
found by exact keys alone, so looking costs what is found and not what the graph holds; names.py then tells whether what was
found is alike, and why.

What may be an actor has the first two and three letters of each English label as keys too, "actor/^iv" and "actor/^iva", as
the list of actors by name sorts them: a page of it looks at those that begin alike, not at all. `KEPT` tells that all have such
keys; in a graph that an older version made they have them once everything is derived again (`onrecord build`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.quads import Delta
from onrecord.graph.search.names import NAMING, words
from onrecord.graph.vocabulary import ontology

KEY: Final = ox.NamedNode(terms.REC + "nameKey")
KINDS: Final = ("actor", "editor", "event", "place", "platform", "topic", "weapon")
"""The kinds of things that are looked up by a name, as their IRIs begin."""
_LONG: Final = 4
"""Words of fewer letters are looked up as they are: their consonants say too little."""
_LONGEST: Final = 12
"""Of so many consonants the first are taken, of so many words the longest: nobody's name has more."""
_TELLING: Final = 4
"""Of so many words, the longest, other spellings are looked up."""
_CONSONANTS: Final = "bcdfhklmnprstvxz"
KEPT: Final = "actor/^kept"
"""The key of graph/names itself, where whatever may be an actor has its keys by how its labels begin."""
_ACTOR: Final = terms.REC + "Actor"
_LABEL: Final = ox.NamedNode(terms.PREFIXES["rdfs"] + "label")
_TYPE: Final = ox.NamedNode(terms.RDF_TYPE)
_READ: Final = {*NAMING, _TYPE.value}
_OWN: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
"""Letters that each have a key of their own; all others have one with those that sort between the same of these."""
_SORTED: Final = "".join(sorted(f" !{_OWN};~"))
"""How letters sort in keys. A space is no letter: the text ended before, or is not told apart any further."""


def derive(quads: Iterable[ox.Quad], base: str = terms.DEFAULT_BASE) -> frozenset[ox.Quad]:
    """All quads of graph/names that follow from these."""
    store = ox.Store()
    store.extend(quad for quad in quads if quad.predicate.value in _READ)
    return frozenset(quad for _, added in steps(store, None, base) for quad in added)


def steps(
    store: ox.Store, changed: Iterable[ox.Quad] | None, base: str = terms.DEFAULT_BASE
) -> Iterator[Delta]:
    """What a change of these quads, which the store has seen, takes from graph/names and adds to it; without them, all."""
    graph = ox.NamedNode(terms.graph_iri("names", base))
    kept = ox.Quad(graph, KEY, ox.Literal(KEPT), graph)
    if changed is None:
        before = set(store.quads_for_pattern(None, None, None, graph))
        naming = (store.quads_for_pattern(None, ox.NamedNode(name), None, None) for name in NAMING)
        things = {quad.subject for found in naming for quad in found}
    else:
        things = {
            quad.subject
            for quad in changed
            if quad.predicate.value in NAMING or (quad.predicate == _TYPE and _may_be_of_actors(quad.object))
        }
        before = {quad for thing in things for quad in store.quads_for_pattern(thing, KEY, None, graph)}
    after = {
        ox.Quad(thing, KEY, ox.Literal(key), graph)
        for thing in things
        if isinstance(thing, ox.NamedNode)
        for key in _keys_of(store, thing, base)
    }
    if before != after:
        others = (quad for quad in store.quads_for_pattern(None, KEY, None, graph) if quad not in before)
        other = next(others, None)
        if other == kept and not after and next(others, None) is None:
            before.add(kept)  # nothing has a key any more
        elif other is None and after and (changed is None or not any(_others(store, things, base))):
            after.add(kept)
        yield before - after, after - before


def _keys_of(store: ox.Store, thing: ox.NamedNode, base: str) -> Iterator[str]:
    kind = thing.value.removeprefix(base).partition("/")[0]
    if kind in KINDS:
        yield from (f"{kind}/{key}" for key in _keys(_called(store, thing)))
    if _may_be_actor(store, thing, base):
        for label in _english(store, thing):
            yield from beginning(label.lower())


def _others(store: ox.Store, but: set[Any], base: str) -> Iterator[bool]:
    """For each thing with a label, but for these, whether it may be an actor."""
    for quad in store.quads_for_pattern(None, _LABEL, None, None):
        thing = quad.subject
        if isinstance(thing, ox.NamedNode) and thing not in but:
            yield _may_be_actor(store, thing, base)


def _may_be_actor(store: ox.Store, thing: ox.NamedNode, base: str) -> bool:
    if thing.value.startswith(f"{base}actor/"):
        return True
    kinds = (quad.object for quad in store.quads_for_pattern(thing, _TYPE, None, None))
    return thing.value not in ontology.subjects() and any(map(_may_be_of_actors, kinds))


def _may_be_of_actors(kind: object) -> bool:
    """Whether a class is one of actors, or somebody's own, which may be made one at any time."""
    return isinstance(kind, ox.NamedNode) and (
        kind.value not in ontology.classes() or kind.value in ontology.below(_ACTOR)
    )


def _english(store: ox.Store, thing: ox.NamedNode) -> set[str]:
    labels = (quad.object for quad in store.quads_for_pattern(thing, _LABEL, None, None))
    return {
        label.value
        for label in labels
        if isinstance(label, ox.Literal) and (label.language or "").lower().partition("-")[0] == "en"
    }


def beginning(text: str) -> tuple[str, str]:
    """The keys of how a text begins, by two letters and by three; they sort as such texts do, where these differ in so many.

    Behind a letter that has none of its own nothing is told apart.
    """
    letters = ""
    for letter in text[:3]:
        if letter not in _OWN:
            letters += "!" if letter < "0" else ";" if letter < "a" else "~"
            break
        letters += letter
    return f"actor/^{letters.ljust(2)[:2]}", f"actor/^{letters.ljust(3)}"


@cache
def beginnings(key: str | None = None) -> tuple[str, ...]:
    """All keys of two letters as they sort, or all of three that begin as one of two does."""
    if key is not None:
        return tuple(f"{key}{letter}" for letter in _SORTED)
    return tuple(f"actor/^{one}{two}" for one in _SORTED for two in (_SORTED if one != " " else " "))


def _called(store: ox.Store, thing: ox.NamedNode) -> set[str]:
    """The names of a thing, with the one that its IRI ends in."""
    naming = (store.quads_for_pattern(thing, ox.NamedNode(name), None, None) for name in NAMING)
    given = {quad.object.value for found in naming for quad in found if isinstance(quad.object, ox.Literal)}
    return given | ({slug(thing.value)} if given else set())


def slug(iri: str) -> str:
    """The name in which an IRI ends: "ivan franko" of actor/ivan-franko."""
    return iri.rpartition("/")[2].replace("-", " ")


def _keys(names: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for name in names:
        in_it = words(name)
        if in_it:
            found |= {whole(in_it), *in_it, *(key for word in in_it if (key := _consonants(word)))}
    return found


def whole(name: Iterable[str]) -> str:
    """The key of a whole name, given as its words."""
    return f"={' '.join(name)}"


def _consonants(word: str) -> str | None:
    if len(word) < _LONG or not word.isalpha():
        return None
    return "~" + re.sub("[aeiou]", "", word)[:_LONGEST]


def near(name: Iterable[str]) -> list[set[str]]:
    """The keys of words that may be other spellings of a name's: vowels at will, a consonant more, less, other or exchanged."""
    return [keys for word in longest(name)[:_TELLING] if (keys := _near(word))]


def _near(word: str) -> set[str]:
    key = _consonants(word)
    if key is None:
        return set()
    cuts = [(key[1:place], key[place:]) for place in range(1, len(key) + 1)]
    slips = {
        key[1:],
        *(left + right[1:] for left, right in cuts if right),
        *(left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1),
        *(left + letter + right[1:] for left, right in cuts for letter in _CONSONANTS if right),
        *(left + letter + right for left, right in cuts for letter in _CONSONANTS),
    }
    return {f"~{slip[:_LONGEST]}" for slip in slips if slip}


def longest(name: Iterable[str]) -> list[str]:
    """The words of a name that say most, the longest first."""
    return sorted(dict.fromkeys(name), key=lambda word: (-len(word), word))[:_LONGEST]
