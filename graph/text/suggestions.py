""" "Did you mean …?": the known words that are spelt most like an unknown one, and the question that names them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence


def nearest(word: str, known: Iterable[str], *, limit: int = 1, at_least: float = 0.6) -> list[str]:
    """Up to `limit` known words, the most alike first; of equals, the first in the alphabet.

    Likeness goes from 0 to 1 (the same): twice the letters that both have in the same order, divided by all letters.
    """
    from rapidfuzz import fuzz, process  # noqa: PLC0415  (only a mistake needs it, and every worker imports this)

    found = process.extract(
        word, sorted(set(known)), scorer=fuzz.ratio, limit=limit, score_cutoff=100 * at_least
    )
    return [other for other, _, _ in found]


def of_which_it_is_a_part(word: str, known: Iterable[str], *, limit: int = 3) -> list[str]:
    """Up to `limit` known names in camelCase that have the word among theirs, in the order of the alphabet: verb, reportingVerb."""
    parts = re.compile(r"[A-Za-z][a-z]*")
    return [name for name in sorted(set(known)) if word.casefold() in map(str.casefold, parts.findall(name))][
        :limit
    ]


def did_you_mean(alike: Sequence[str], otherwise: str = "") -> str:
    """The question that ends a message about an unknown name; what to say `otherwise`, where nothing is like it."""
    return f"did you mean {' or '.join(alike)}?" if alike else otherwise
