"""What a name may stand for: things by the keys of their names, judged by how alike the names are.

Each lookup reads a bounded number of things by exact keys, so it costs what may be meant and not what the graph holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal

from onrecord.graph.questions import ask_of, question
from onrecord.graph.search import keys
from onrecord.graph.search.names import Match, likeliest, words

if TYPE_CHECKING:
    from onrecord.graph.ledger import RowSource

KINDS: Final = keys.KINDS
"""The kinds of things that can be found by a name."""
NAMED: Final = tuple(kind for kind in KINDS if kind not in {"event", "topic"})
"""Those of them whose names are names; the others are called by descriptions, in which any name may stand."""
LONGEST: Final = 300
"""How many characters a name may have; what is longer is nobody's."""
_MANY: Final = 100
"""How many things of one kind are looked at for one lookup; among more that share a key, a longer name is needed."""


def resolve(ledger: RowSource, name: str, kinds: Sequence[str] = NAMED) -> list[Match]:
    """The things of some kinds that a name may stand for, the likeliest first, as search.names.Names has it.

    A kind is how IRIs begin: actor, place. What has the name, whole or in part, is asked for first; only
    where nothing has it, what is merely spelt alike.
    """
    its_words = words(name) if len(name) <= LONGEST else ()
    if not its_words:
        return []
    exact = [[[keys.whole(its_words)]], [[word] for word in keys.longest(its_words)]]
    spelt_alike = [[found] for found in keys.near(its_words)]
    return _found(ledger, name, kinds, exact) or _found(ledger, name, kinds, spelt_alike)


def _found(
    ledger: RowSource, name: str, kinds: Sequence[str], lookups: Iterable[Sequence[Collection[str]]]
) -> list[Match]:
    """Of each lookup the things that have one of the keys of each of its sets; of these, those whose names are alike."""
    asked = [_lookup(kind, sets) for sets in lookups for kind in kinds]
    if not asked:
        return []
    text = f"SELECT DISTINCT ?thing WHERE {{ {' UNION '.join(asked)} }}"
    things = [row["thing"].value for row in ledger.rows(text)]
    named: dict[str, list[str]] = defaultdict(list)
    for row in ask_of(ledger, question("called"), things):
        named[row["thing"].value].append(row["name"].value)
    for thing, its_names in named.items():
        its_names.append(keys.slug(thing))
    return likeliest(name, named)


def _lookup(kind: str, sets: Sequence[Collection[str]]) -> str:
    patterns = " ".join(_pattern(number, kind, each) for number, each in enumerate(sets))
    return f"{{ SELECT ?thing WHERE {{ {patterns} }} LIMIT {_MANY} }}"


def _pattern(number: int, kind: str, each: Collection[str]) -> str:
    literals = [str(Literal(f"{kind}/{key}")) for key in sorted(each)]
    if len(literals) == 1:
        return f"?thing rec:nameKey {literals[0]} ."
    return f"VALUES ?key{number} {{ {' '.join(literals)} }} ?thing rec:nameKey ?key{number} ."
