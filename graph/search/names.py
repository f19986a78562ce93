"""Names, as people write them, among the names that records give: in any script and spelling, with the reason."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import pyoxigraph as ox

from onrecord.graph import terms

NAMING: Final = (terms.PREFIXES["rdfs"] + "label", terms.PREFIXES["skos"] + "altLabel")
"""The properties that give names."""
_KINDS: Final = frozenset({"actor", "editor", "place", "platform", "weapon"})
"""The kinds of things that are known by a name, as their IRIs begin; the labels of others describe them."""
_ALIKE: Final = 84.0
"""From this similarity of two words, of 100, on they may be one in two spellings."""
_SHORT: Final = 4
"""Words of fewer letters are alike only if they are the same: a letter less or more makes another word of them."""
TITLES: Final = frozenset(
    [
        "president",
        "minister",
        "premier",
        "chancellor",
        "mayor",
        "governor",
        "general",
        "admiral",
        "colonel",
        "major",
        "captain",
        "marshal",
        "secretary",
        "ambassador",
        "speaker",
        "senator",
        "king",
        "pope",
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "professor",
        "spokesman",
        "spokesperson",
        "spokeswoman",
        "leader",
        "chief",
        "head",
        "commander",
        "президент",
        "президента",
        "міністр",
        "мер",
        "речник",
        "голова",
        "генерал",
        "полковник",
        "прем’єр",
        "посол",
        "міністра",
        "губернатор",
        "командувач",
        "секретар",
        "пан",
        "министр",
        "мэр",
        "представитель",
        "глава",
        "генералы",
        "премьер",
        "секретарь",
        "командующий",
        "господин",
        "министра",
        "губернатора",
    ]
)
"""Words before a name that are no part of it."""
_ADJECTIVE: Final = re.compile(r"(?<=[kt])(?:oho|omu|oiu|oi|im)$")
"""The cases of a name that is declined as an adjective, as words() spells them: Зеленського, Зеленскому."""
_SPELLINGS: Final = (
    (
        re.compile(r"\bx(?=\d)"),
        "kh",
    ),  # the Cyrillic letter of designations such as Х-47, typed on a Latin keyboard
    (re.compile(r"shch|sch"), "sh"),
    (re.compile(r"kh|g"), "h"),  # Луганськ is Luhansk from Ukrainian, Lugansk from Russian
    (re.compile(r"dzh|zh|j(?=[aeou])"), "z"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"ck|q"), "k"),
    (re.compile(r"w"), "v"),
    (re.compile(r"[iyj]+"), "i"),
    (re.compile(r"i(?=[aeou])"), ""),
    (re.compile(r"(?<=[a-z])e\b"), ""),
    (re.compile(r"([a-z])\1+"), r"\1"),
)
"""What one name's spellings in Latin letters differ in, written one way; in this order."""


@dataclass(frozen=True, slots=True)
class Match:
    """A thing whose name a word may be, and why: `likeness` goes to 100, the same letters."""

    iri: str
    name: str
    likeness: float
    reason: str

    @property
    def because(self) -> str:
        """The reason, with the name to which it applies."""
        return f"“{self.name}”: {self.reason}"


class Names:
    """Every label and other name of actors, places, weapons and the like that some quads give."""

    def __init__(self, quads: Iterable[ox.Quad], base: str = terms.DEFAULT_BASE) -> None:
        self._names: dict[str, set[str]] = defaultdict(set)
        for quad in quads:
            if quad.predicate.value in NAMING and isinstance(quad.subject, ox.NamedNode):
                kind = quad.subject.value.removeprefix(base).partition("/")[0]
                if kind in _KINDS and isinstance(quad.object, ox.Literal):
                    self._names[quad.subject.value].add(quad.object.value)

    def items(self) -> list[tuple[str, list[str]]]:
        """Each thing with its names, sorted."""
        return sorted((iri, sorted(names)) for iri, names in self._names.items())

    def resolve(self, name: str, beginning: str = "") -> list[Match]:
        """The things that a name may stand for, the likeliest first; several where it may stand for several.

        With a `beginning`, only things whose IRIs begin so. Where some have the very name, those that have it in part are
        left out, and where some have it in part, those that are merely spelt alike.
        """
        return likeliest(name, {iri: names for iri, names in self.items() if iri.startswith(beginning)})


def likeliest(name: str, things: Mapping[str, Iterable[str]]) -> list[Match]:
    """The things, of these with their names, that a name may stand for, as Names.resolve has it."""
    found = []
    for iri, names in things.items():
        matches = [match for own in names if (match := _match(iri, own, name))]
        if matches:
            found.append(max(matches, key=lambda match: match.likeness))
    best = max((match.likeness for match in found), default=0.0)
    least = next((level for level in (_LATIN, _PART) if best >= level), 0.0)
    return sorted(
        (match for match in found if match.likeness >= least),
        key=lambda match: (-match.likeness, match.iri),
    )


_SAME: Final = 100.0
_LATIN: Final = 99.0
_PART: Final = 95.0


def _match(iri: str, own: str, name: str) -> Match | None:
    if own.casefold() == name.strip().casefold():
        return Match(iri, own, _SAME, "the same name")
    ours, theirs = words(own), words(name)
    if not theirs or not ours:
        return None
    if ours == theirs:
        return Match(iri, own, _LATIN, "the same in Latin letters")
    if set(theirs) <= set(ours) and any(len(word) >= _SHORT or word[0].isdigit() for word in theirs):
        return Match(iri, own, _PART, "a part of the name")
    likeness = _likeness(ours, theirs)
    if likeness:
        return Match(iri, own, likeness, "spelt alike")
    reason = _addressed(ours, theirs)
    return Match(iri, own, _PART, reason) if reason else None


def _addressed(ours: tuple[str, ...], theirs: tuple[str, ...]) -> str | None:
    """Why words that are not all in a name may be it: a title before it, or initials.

    The first initial has to be that of another of its words, a second may be a patronymic's.
    """
    plain = tuple(word for word in theirs if word not in _titles())
    if plain[-1:] == ours[-1:] and plain != theirs and set(plain) <= set(ours):
        return "a part of the name, with a title"
    initials = [word for word in theirs if len(word) == 1 and word.isalpha()]
    rest = [word for word in theirs if word not in initials]
    others = [word for word in ours if word not in rest]
    if (
        initials
        and rest
        and len(rest) + len(others) == len(ours)
        and any(one.startswith(initials[0]) for one in others)
    ):
        return "a part of the name, with initials"
    return None


@cache
def _titles() -> frozenset[str]:
    return frozenset(word for title in TITLES for word in words(title))


def _likeness(ours: tuple[str, ...], theirs: tuple[str, ...]) -> float:
    """How alike the words are of which the shorter name consists; 0 where one of them is like none of the other's."""
    from rapidfuzz import fuzz  # noqa: PLC0415

    fewer, more = sorted((theirs, ours), key=len)
    if _digits(ours) and _digits(theirs) and not _digits(ours) & _digits(theirs):
        return 0.0
    if all(len(word) < _SHORT for word in fewer):
        return 0.0  # an abbreviation says too little
    least = _SAME
    for word in fewer:
        best = max(
            _SAME
            if word == other
            else 0.0
            if min(len(word), len(other)) < _SHORT or word[0].isdigit()
            else max(fuzz.ratio(word, other), fuzz.ratio(_nominative(word), _nominative(other)))
            for other in more
        )
        least = min(least, best)
    # A word of the shorter name that is like none of the longer one's makes them two names.
    return min(least, _PART - 1) if least >= _ALIKE and (len(fewer) == len(theirs) or len(fewer) > 1) else 0.0


def _nominative(word: str) -> str:
    return _ADJECTIVE.sub("i", word)


def _digits(names: tuple[str, ...]) -> set[str]:
    return {word for word in names if word[0].isdigit()}


@lru_cache(maxsize=65536)
def words(name: str) -> tuple[str, ...]:
    """The words of a name in Latin letters, spelt one way, so that its spellings in other scripts have the same.

    A number is a word of its own: "Х-47М2" and "Kh-47M2" are both h, 47, m, 2.
    """
    from anyascii import anyascii  # noqa: PLC0415

    plain = re.sub(r"(?<=[^\W\d_])['’ʼ`ʹ]", "", name)
    latin = re.sub(r"(?<=[a-z])'", "", anyascii(plain).casefold())
    # A designation is one word before its first number: X-47, Kh-47, Kh47.
    latin = re.sub(r"\b([a-z]{1,3})[-‐–\s]+(?=\d)", r"\1", latin)
    for pattern, instead in _SPELLINGS:
        latin = pattern.sub(instead, latin)
    return tuple(re.findall(r"[a-z]+|\d+", latin))
