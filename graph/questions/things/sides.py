"""On which sides of the war somebody is by a post: those of the institutions in which it is held, or was.

Attitudes have a holder as posts have, and of an actor there may be tens of thousands. Of few names.rq looks up which are posts;
where there are many, the posts that there are are listed once, while they are not too many, and who holds one is found there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from onrecord.graph.questions import ask_of, question

if TYPE_CHECKING:
    from onrecord.graph.ledger import RowSource

_MANY: Final = 500
"""From so many on it is looked up of some only which are posts; names.rq counts and looks up no more."""
_MOST_LISTED: Final = 50_000
"""So many posts are listed, as institutions_of.rq has it; of more, nobody's are found there."""


def by_post(ledger: RowSource, things: Iterable[str], held: int) -> Mapping[str, set[str]]:
    """Thing -> the IRIs of the sides that it is on by its posts, where it holds too much to look that up; those on none are not in it.

    `held` says how many posts and attitudes they have, as far as names.rq counts them: where that looked all up, nothing is found.
    """
    if held < _MANY:
        return {}
    wanted = set(things)
    institutions = _institutions(ledger, wanted)
    if institutions is None:
        return _sides(ledger, "sides_by_post", wanted)
    one = _sides(ledger, "sides_of", {one for some in institutions.values() for one in some})
    return {
        thing: found
        for thing, some in institutions.items()
        if (found := set[str]().union(*(one.get(institution, ()) for institution in some)))
    }


def _sides(ledger: RowSource, name: str, things: Iterable[str]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in ask_of(ledger, question(name), things):
        found[row["thing"].value].add(row["side"].value)
    return found


def _institutions(ledger: RowSource, things: Iterable[str]) -> Mapping[str, set[str]] | None:
    """Thing -> the institutions in which it holds or held a post; None where there are too many posts to list them."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in ask_of(ledger, question("institutions_of"), things):
        if "listed" in row:
            if int(row["listed"].value) >= _MOST_LISTED:
                return None
        else:
            found[row["thing"].value].add(row["institution"].value)
    return found
