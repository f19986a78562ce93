"""Lists by name, of which a page looks only at the names that begin alike: by the keys of how they begin, see graph/search/keys.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal

from onrecord.graph.questions import question
from onrecord.graph.search import keys

if TYPE_CHECKING:
    from onrecord.graph.ledger import RowSource

_MOST: Final = 1000
"""So many names are counted at most, as beginnings.rq has it."""
_MANY: Final = 150
"""Where more names than so many begin with the same two letters, those with the same three are told apart."""


@dataclass(frozen=True, slots=True)
class Beginnings:
    """Keys of the names that come first in a list; `all` where no other has any."""

    keys: Sequence[str]
    all: bool


def first(ledger: RowSource, wanted: int, start: str | None, *, backwards: bool) -> Beginnings | None:
    """The keys of so many names or more, which come first after a name, if one is given.

    None where no such keys are kept, and where more names than can be counted are wanted.
    """
    from_two, from_three = (None, None) if start is None else keys.beginning(start)
    ordered = _after(keys.beginnings(), from_two, backwards=backwards)
    counts = _counts(ledger, [keys.KEPT, *ordered])
    if counts.pop(keys.KEPT, 0) == 0:
        return None
    found: list[str] = []
    held = 0
    for key, many in _told_apart(ledger, counts, ordered, from_two, from_three, backwards=backwards):
        found.append(key)
        # Of those that begin as the name after which the list is asked for some stand before it.
        held += 0 if key in {from_two, from_three} else many
        if held >= wanted:
            return Beginnings(found, all=False)
    return Beginnings(found, all=True) if sum(counts.values()) < _MOST - 1 else None


def _told_apart(  # noqa: PLR0913
    ledger: RowSource,
    counts: Mapping[str, int],
    ordered: Sequence[str],
    from_two: str | None,
    from_three: str | None,
    *,
    backwards: bool,
) -> Iterator[tuple[str, int]]:
    """The keys that have names, in order, with how many: of two letters, of three where many names begin with the same two."""
    for key in ordered:
        if counts.get(key, 0) > _MANY:
            finer = _after(keys.beginnings(key), from_three if key == from_two else None, backwards=backwards)
            parts = _counts(ledger, finer)
            yield from ((part, parts[part]) for part in finer if part in parts)
        elif key in counts:
            yield key, counts[key]


def _after(ordered: Sequence[str], key: str | None, *, backwards: bool) -> list[str]:
    if backwards:
        return [one for one in reversed(ordered) if key is None or one <= key]
    return [one for one in ordered if key is None or one >= key]


def _counts(ledger: RowSource, asked: Sequence[str]) -> dict[str, int]:
    """How many names have each of these keys, of the first _MOST in this order."""
    text = filled(question("beginnings"), "key", asked)
    return {row["key"].value: int(row["count"].value) for row in ledger.rows(text)}


def filled(text: str, variable: str, values: Sequence[str]) -> str:
    """A query that holds an empty VALUES of this variable, put of these strings."""
    terms = " ".join(str(Literal(value)) for value in values)
    return text.replace(f"VALUES ?{variable} {{ }}", f"VALUES ?{variable} {{ {terms} }}")
