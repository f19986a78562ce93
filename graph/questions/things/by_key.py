"""Of a list those keys behind which its first things are, so that a page looks at these things and not at all of the list.

Of names they are how names begin, see graph/search/keys.py; of statements the days on which something was said: also of those
by or about an actor, where there are so many of them that some stand on any day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal

from onrecord.graph.questions import ask, question
from onrecord.graph.questions.things import listing
from onrecord.graph.questions.things.listing import Key, Keys, ListQuery
from onrecord.graph.search import keys

if TYPE_CHECKING:
    from onrecord.graph.ledger import RowSource, Term

_MOST_DAYS: Final = 400
"""So many days are fetched; all are counted for them in any case."""
_BUSY: Final = 2000
"""Where an actor has a part in more statements or claims than so many, it may be in each tenth of all."""
_SHARE: Final = 12
_MOST_LOOKED_AT: Final = 3000
"""So many statements are looked at for some of one actor; where these are not enough, all of the actor's are."""
_MOST: Final = 1000
"""So many names are counted at most, as beginnings.rq has it."""
_MANY: Final = 150
"""Where more names than so many begin with the same two letters, those with the same three are told apart."""


def days(ledger: RowSource, wanted: int, start: Key | None, *, backwards: bool, **_: str) -> Keys | None:
    """The days of so many statements or more, as listing.KeysOf has it; None where more are wanted than _MOST_DAYS have."""
    text = _days_of("statement_days", "date", start, backwards=backwards)
    return _enough(ledger.rows(text), wanted, start)


def _days_of(name: str, datatype: str | None, start: Key | None, *, backwards: bool) -> str:
    return listing.text_of(ListQuery(name, datatype), _MOST_DAYS, start, backwards=backwards)


def _enough(rows: Sequence[Mapping[str, Term]], wanted: int, start: Key | None) -> Keys | None:
    """The first of some days that have so many statements or more."""
    found: list[str] = []
    held = 0
    for row in rows:
        found.append(str(row["key"]))
        # Of those of the day from which the list is asked for some stand before it.
        held += 0 if start is not None and row["key"].value == start.value else int(row["count"].value)
        if held >= wanted:
            return Keys(found, all=False)
    return Keys(found, all=True) if len(rows) < _MOST_DAYS else None


class OfActor:
    """The days of the statements by or about one `actor`, where there are very many, as listing.KeysOf has it; else None.

    How many there are, and how many statements there are on the days of all, is asked once for both lists of a page.
    """

    def __init__(self) -> None:
        self._counts: dict[str, int] | None = None
        self._days: dict[str, Sequence[Mapping[str, Term]]] = {}

    def by(
        self, ledger: RowSource, wanted: int, start: Key | None, *, backwards: bool, **iris: str
    ) -> Keys | None:
        """Of what the actor said."""
        often = self._often("statements_by", ledger, wanted, iris["actor"])
        return self._of_late(ledger, wanted, start, backwards=backwards) if often else None

    def about(
        self, ledger: RowSource, wanted: int, start: Key | None, *, backwards: bool, **iris: str
    ) -> Keys | None:
        """Of what was said of it."""
        often = self._often("statements_about", ledger, wanted, iris["actor"])
        return self._of_late(ledger, wanted, start, backwards=backwards) if often else None

    def _often(self, name: str, ledger: RowSource, wanted: int, actor: str) -> bool:
        if wanted * _SHARE > _MOST_LOOKED_AT:
            return False
        if self._counts is None:
            rows = ask(ledger, "actor_parts", actor=actor)
            self._counts = {row["list"].value: int(row["count"].value) for row in rows}
        return self._counts.get(name, 0) > _BUSY and "same" not in self._counts

    def _of_late(self, ledger: RowSource, wanted: int, start: Key | None, *, backwards: bool) -> Keys | None:
        if (start is not None and start.value == "") or (start is None and backwards):
            return None  # at the end stand those without a day
        text = _days_of("statement_dates", None, start, backwards=backwards)
        if text not in self._days:
            self._days[text] = ledger.rows(text)
        found = _enough(self._days[text], wanted * _SHARE, start)
        return None if found is None or found.all else found


def names(ledger: RowSource, wanted: int, start: Key | None, *, backwards: bool, **_: str) -> Keys | None:
    """How so many names or more begin, as listing.KeysOf has it.

    None where no such keys are kept, and where more names than can be counted are wanted.
    """
    from_two, from_three = (None, None) if start is None else keys.beginning(start.value)
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
            return Keys(_literals(found), all=False)
    return Keys(_literals(found), all=True) if sum(counts.values()) < _MOST - 1 else None


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
    text = question("beginnings").replace(
        "VALUES ?key { }", f"VALUES ?key {{ {' '.join(_literals(asked))} }}"
    )
    return {row["key"].value: int(row["count"].value) for row in ledger.rows(text)}


def _literals(values: Iterable[str]) -> list[str]:
    return [str(Literal(value)) for value in values]
