"""What a text mentions, by rules that propose and never decide: names we know, quotations, reporting verbs, figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from onrecord.graph.records.passages import TextRange
from onrecord.graph.search.names import Names, words

_WORD: Final = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")
_LONGEST: Final = 6
_CERTAIN: Final = 99
_PART: Final = 95
_SENTENCE_END: Final = re.compile(r"(?<!\b[A-ZА-ЯІЇЄҐ])[.!?…]+[\"”»]?\s+(?=[^\W\d_a-zа-яіїєґ]|[\"“«„])|\n+")
_QUOTES: Final = re.compile(r"\"([^\"\n]+)\"|“([^”\n]+)”|«([^»\n]+)»|„([^“”\n]+)[“”]")
_VERBS: Final = re.compile(
    r"\b(?:(?:repeatedly|also|has|have|had|later|earlier) ){0,2}"
    r"(?:said|says|told|claimed|claims|claiming|reported|reports|stated|wrote|writes|announced|added|confirmed|denied|warned|questioning|"
    r"сказав|сказала|заявив|заявила|повідомив|повідомила|повідомили|написав|написала|додав|"
    r"сказал|сообщил|сообщила|сообщили|заявил|написал|добавил)\b"
)
_UNITS: Final = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_NUMBER: Final = re.compile(
    rf"(?<![\w.,-])(?:\d{{1,3}}(?:,\d{{3}})+|\d+|{'|'.join(_UNITS[1:])})(?![\w%]|[.,]\d)", re.IGNORECASE
)
_BOUND: Final = re.compile(
    r"(at least|more than|over|up to|at most|about|around|some|nearly)\s+$", re.IGNORECASE
)
_DATE: Final = re.compile(
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+$|\b(?:of|since|in)\s+$"
)
_MONTHS: Final = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAY: Final = re.compile(r"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? (\d{1,2})\b")
_MEASURES: Final = (
    (re.compile(r"\bchildren\b"), "killedChildren"),
    (re.compile(r"\bcivilians\b"), "killedCivilians"),
    (re.compile(r"\b(?:killed|killing|kills|dead|died|deaths|fatalities|murdering)\b"), "killed"),
    (re.compile(r"\b(?:wounded|injured|injuring|injuries)\b"), "injured"),
)
_LOST: Final = re.compile(
    r"\b(?:kill\w*|dead|died|deaths?|fatalit\w+|murder\w*|wound\w*|injur\w*)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name we know: what it names, and where."""

    iri: str
    place: TextRange


@dataclass(frozen=True, slots=True)
class QuotedWords:
    """Words in quotation marks, without the marks."""

    place: TextRange


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its noun: the words that show it, the bounds, what it may count, and of which weapon."""

    place: TextRange
    bounds: dict[str, int]
    measure: str
    weapon: str | None


def sentences(text: str) -> Iterator[TextRange]:
    """Where each sentence stands, line ends and the space between left out."""
    start = 0
    for end in [*(match for match in _SENTENCE_END.finditer(text)), None]:
        stop = len(text) if end is None else end.end()
        piece = text[start:stop]
        if piece.strip():
            yield TextRange(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()))
        start = stop


def mentioned(text: str, names: Names, within: TextRange) -> list[Mention]:
    """Each name we know in a stretch of the text, the longest at each place, that names one thing alone."""
    found = []
    tokens = [match.span() for match in _WORD.finditer(text, within.start, within.end)]
    index = 0
    while index < len(tokens):
        for length in range(min(_LONGEST, len(tokens) - index), 0, -1):
            place = TextRange(tokens[index][0], tokens[index + length - 1][1])
            iri = _named(text[place.start : place.end], names)
            if iri:
                found.append(Mention(iri, place))
                index += length - 1
                break
        index += 1
    return found


# The same words stand in a text many times, and a draft looks at each sentence more than once.
@lru_cache(maxsize=16_384)
def _named(words_: str, names: Names) -> str | None:
    """The one thing that these words name: whole, in the plural, or a person by the last word of the name."""
    if "\n" in words_ or not (words_[0].isupper() or words_[0].isdigit() or " " not in words_):
        return None
    plain = re.sub(r"['’]s$", "", words_)
    forms = dict.fromkeys((plain, plain.removesuffix("s"))) if len(plain) > 3 else {plain: None}
    for form in forms:
        for match in (matches := names.resolve(form)):
            if match.likeness >= _CERTAIN and (len(matches) == 1 or match.iri.partition("/actor/")[1]):
                return match.iri
        surname = [
            match.iri
            for match in matches
            if match.likeness == _PART
            and "/actor/" in match.iri
            and words(form)
            and words(match.name)[-1:] == words(form)[-1:]
        ]
        if len(surname) == 1 and plain[0].isupper() and len(plain) > 3:
            return surname[0]
    return None


def quotations(text: str, within: TextRange) -> list[QuotedWords]:
    """What stands in quotation marks in a stretch of the text; a comma or full stop before the closing mark left out."""
    found = []
    for match in _QUOTES.finditer(text, within.start, within.end):
        number = match.lastindex or 0
        start, end = match.span(number)
        while end > start and text[end - 1] in ",.":
            end -= 1
        found.append(QuotedWords(TextRange(start, end)))
    return found


def verbs(text: str, within: TextRange) -> list[TextRange]:
    """Each verb of saying in a stretch of the text, but for those inside quotations."""
    quoted = [quotation.place for quotation in quotations(text, within)]
    return [
        TextRange(*match.span())
        for match in _VERBS.finditer(text, within.start, within.end)
        if not any(place.start <= match.start() < place.end for place in quoted)
    ]


def day(text: str, within: TextRange, year: int) -> str | None:
    """The one day that a stretch of the text names by month and day, in this year; None where it names none or several."""
    days = {
        f"{year}-{_MONTHS.index(month.lower()) + 1:02}-{int(number):02}"
        for month, number in _DAY.findall(text[within.start : within.end])
    }
    return days.pop() if len(days) == 1 else None


def figures(text: str, names: Names, within: TextRange) -> list[Figure]:
    """Numbers that count the killed, the injured or weapons, each with the words up to its noun."""
    found = []
    weapons = [mention for mention in mentioned(text, names, within) if "/weapon/" in mention.iri]
    for match in _NUMBER.finditer(text, within.start, within.end):
        if _DATE.search(text, within.start, match.start()):
            continue
        following = text[match.end() : min(within.end, match.end() + 60)]
        clause = re.split(r"[,;.:]| including | among ", following)[0]
        value = match[0].lower()
        number = _UNITS.index(value) if value in _UNITS else int(value.replace(",", ""))
        bound = _BOUND.search(text, max(within.start, match.start() - 12), match.start())
        start = bound.start() if bound else match.start()
        weapon = next(
            (one for one in weapons if match.start() <= one.place.start < match.end() + len(clause)), None
        )
        noun = next(
            ((pattern.search(clause), kind) for pattern, kind in _MEASURES if pattern.search(clause)), None
        )
        if weapon is not None:
            found.append(
                Figure(TextRange(start, weapon.place.end), _bounds(number, bound), "launched", weapon.iri)
            )
        elif (people := re.search(r"\bpeople\b", clause)) and (
            lost := _loss(text, match.end(), clause, within)
        ):
            found.append(
                Figure(TextRange(start, match.end() + people.end()), _bounds(number, bound), lost, None)
            )
        elif noun and noun[0] and _loss(text, match.end(), clause, within):
            found.append(
                Figure(TextRange(start, match.end() + noun[0].end()), _bounds(number, bound), noun[1], None)
            )
    return found


def _loss(text: str, end: int, clause: str, within: TextRange) -> str | None:
    """Whether a number counts the killed or the injured: by the word of its own clause, else by the nearest of the sentence."""
    losses = list(_LOST.finditer(text, within.start, within.end))
    own = next((found for found in losses if end <= found.start() < end + len(clause)), None)
    nearest = own or min(losses, key=lambda found: abs(found.start() - end), default=None)
    return nearest and ("injured" if nearest[0].lower().startswith(("wound", "injur")) else "killed")


def _bounds(number: int, bound: re.Match[str] | None) -> dict[str, int]:
    word = bound[1].lower() if bound else ""
    if word in {"at least", "more than", "over"}:
        return {"atLeast": number + (word != "at least")}
    if word in {"up to", "at most"}:
        return {"atMost": number}
    return {"estimate" if word else "exactly": number}
