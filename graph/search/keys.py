"""Keys under which a thing is found by its names, kept in graph/names by each commit from what it touched.

A key is of one kind of thing, and is a whole name in Latin letters, "actor/=ivan franko"; a word of one, "actor/franko"; or
the consonants of a longer word, "actor/~frnk", which stay the same in most other spellings. What may be meant by a name is
found by exact keys alone, so looking costs what is found and not what the graph holds; names.py then tells whether what was
found is alike, and why.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.quads import Delta
from onrecord.graph.search.names import NAMING, words

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


def derive(quads: Iterable[ox.Quad], base: str = terms.DEFAULT_BASE) -> frozenset[ox.Quad]:
    """All quads of graph/names that follow from these."""
    store = ox.Store()
    store.extend(quad for quad in quads if quad.predicate.value in NAMING)
    return frozenset(quad for _, added in steps(store, None, base) for quad in added)


def steps(
    store: ox.Store, changed: Iterable[ox.Quad] | None, base: str = terms.DEFAULT_BASE
) -> Iterator[Delta]:
    """What a change of these quads, which the store has seen, takes from graph/names and adds to it; without them, all."""
    graph = ox.NamedNode(terms.graph_iri("names", base))
    if changed is None:
        before = set(store.quads_for_pattern(None, None, None, graph))
        naming = (store.quads_for_pattern(None, ox.NamedNode(name), None, None) for name in NAMING)
        things = {quad.subject for found in naming for quad in found}
    else:
        things = {quad.subject for quad in changed if quad.predicate.value in NAMING}
        before = {quad for thing in things for quad in store.quads_for_pattern(thing, KEY, None, graph)}
    after = {
        ox.Quad(thing, KEY, ox.Literal(f"{kind}/{key}"), graph)
        for thing in things
        if isinstance(thing, ox.NamedNode)
        and (kind := thing.value.removeprefix(base).partition("/")[0]) in KINDS
        for key in _keys(_called(store, thing))
    }
    if before != after:
        yield before - after, after - before


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
