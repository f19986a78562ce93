"""What a text mentions, by rules that propose and never decide: names we know, quotations, reporting verbs, figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from onrecord.graph.records.passages import TextRange
from onrecord.graph.search.names import TITLES, Names, words

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
_COUNTED: Final = {
    **{word: number for number, word in enumerate(_UNITS) if number},
    **{
        word: number
        for number, several in enumerate(
            (
                "один одна одного одну",
                "два дві две двоє двое двох",
                "три троє трое трьох трёх трех",
                "чотири четыре четверо чотирьох четырех четырёх",
                "п’ять п'ять пʼять пять п’ятеро пятеро п’ятьох пяти",
                "шість шесть шестеро шести",
                "сім семь семеро семи",
                "вісім восемь восьмеро восьми",
                "дев’ять дев'ять девʼять девять",
                "десять десятеро десяти",
            ),
            1,
        )
        for word in several.split()
    },
}
"""Numbers as words, in English, Ukrainian and Russian."""
_NUMBER: Final = re.compile(
    rf"(?<![\w.,-])(?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,3}}(?:[\u00a0\u202f]\d{{3}})+|\d+|{'|'.join(sorted(_COUNTED, key=len, reverse=True))})(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)
_AT_LEAST: Final = frozenset(
    {"at least", "щонайменше", "принаймні", "не менше", "по меньшей мере", "как минимум", "не менее"}
)
_MORE: Final = frozenset({"more than", "over", "понад", "більше", "более", "больше", "свыше"})
_AT_MOST: Final = frozenset({"up to", "at most", "не більше", "не более"})
_ROUGHLY: Final = frozenset(
    {"about", "around", "some", "nearly", "близько", "приблизно", "около", "примерно", "почти", "майже"}
)
_BOUND: Final = re.compile(
    rf"\b({'|'.join(sorted(_AT_LEAST | _MORE | _AT_MOST | _ROUGHLY, key=len, reverse=True))})\s+$",
    re.IGNORECASE,
)
_MONTH_FOLLOWS: Final = re.compile(
    r"\s+(?:(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|"
    r"Nov|Dec)\b|січня|лютого|березня|квітня|травня|червня|липня|серпня|вересня|жовтня|листопада|грудня|января|февраля|марта|апреля|мая|"
    r"июня|июля|августа|сентября|октября|ноября|декабря|року|рік|года?\b|(?:a\.?m\.?|p\.?m\.?)\b)"
)
"""A day of the month, a year or an hour is no count."""
_DATE: Final = re.compile(
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+$|\b(?:of|since|in)\s+$"
)
_MONTHS: Final = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAY: Final = re.compile(r"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? (\d{1,2})\b")
_MEASURES: Final = (
    (re.compile(r"\b(?:children|дітей|дитини|детей|ребёнка|ребенка)\b"), "killedChildren"),
    (re.compile(r"\bcivilians\b"), "killedCivilians"),
    (
        re.compile(
            r"\b(?:killed|killing|kills|dead|died|deaths|fatalities|murdering|загин\w+|загибл\w+|вбит\w+|погиб\w+|убит\w+)\b"
        ),
        "killed",
    ),
    (
        re.compile(r"\b(?:wounded|injured|injuring|injuries|поранен\w+|постражда\w+|ранен\w+|пострада\w+)\b"),
        "injured",
    ),
)
_NOUN_BEFORE: Final = re.compile(
    r"\bof (?:the |all |people )*(?P<noun>(?:dead|killed|deaths|fatalities|wounded|injured|injuries) (?:at|to|as)\s+)$",
    re.IGNORECASE,
)
"""What stands before a number that belongs to the noun before it: "the number of dead at 11 and of injured at 34"."""
_NO_NOUN_AFTER: Final = re.compile(r"\s*(?:$|[,;.:]|(?:and|but|while|by|on|as of)\b)", re.IGNORECASE)
_PEOPLE: Final = re.compile(r"\b(?:people|людей|люди|людини|осіб|особи|человека?)\b")
_LOST: Final = re.compile(
    r"\b(?:kill\w*|dead|died|deaths?|fatalit\w+|murder\w*|wound\w*|injur\w*|загин\w+|загибл\w+|вбит\w+|погиб\w+|убит\w+|"
    r"поранен\w+|постражда\w+|ранен\w+|пострада\w+)\b",
    re.IGNORECASE,
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
            if iri and not (
                length == 1 and index and _has_another_first_name(text, tokens[index - 1], place, iri, names)
            ):
                found.append(Mention(iri, place))
                index += length - 1
                break
        index += 1
    return found


def _has_another_first_name(
    text: str, before: tuple[int, int], place: TextRange, iri: str, names: Names
) -> bool:
    """Whether a surname alone stands behind the first name of somebody else: Serhii Zelenskyi is not Volodymyr Zelensky."""
    word = text[before[0] : before[1]]
    if (
        text[before[1] : place.start] != " "
        or not word[0].isupper()
        or word.isupper()
        or "/actor/" not in iri
    ):
        return False
    if word.lower() in _TITLES or word.endswith(("'s", "’s")) or _named(word, names):
        return False
    own = {
        part for thing, several in names.items() if thing == iri for name in several for part in words(name)
    }
    surname = words(text[place.start : place.end])
    return set(surname) < own and not set(words(word)) & own


_TITLES: Final = TITLES | frozenset(
    [
        "and",
        "but",
        "with",
        "while",
        "when",
        "as",
        "if",
        "since",
        "after",
        "before",
        "та",
        "і",
        "й",
        "и",
        "а",
        "але",
        "но",
    ]
)
"""Words with a capital letter before a surname that are no first name."""
_BODIES: Final = re.compile(
    r"(?i)\b(?:ministry|service|administration|forces?|office|government|police|council|agency|army|guard|company|department|committee|"
    r"authorit\w+|university|bank|court|parliament|railways?|міністерств\w+|служб\w+|адміністраці\w+|сил\w*|уряд\w*|поліці\w+|рад\w|агентств\w+|армі\w+|"
    r"министерств\w+|администраци\w+|правительств\w+|полици\w+|совет\w*|арми\w+|компани\w+)$"
)


def is_body(name: str) -> bool:
    """Whether a name seems to be that of an institution, by its last word."""
    return bool(_BODIES.search(name.strip()))


# The same words stand in a text many times, and a draft looks at each sentence more than once.
@lru_cache(maxsize=16_384)
def _named(words_: str, names: Names) -> str | None:
    """The one thing that these words name: whole, in the plural, or a person by the last word of the name."""
    if "\n" in words_ or not (words_[0].isupper() or words_[0].isdigit() or " " not in words_):
        return None
    plain = re.sub(r"['’]s$", "", words_)
    for form in _forms(plain):
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
        if len(surname) == 1 and plain[0].isupper() and len(plain) > 3 and not is_body(form):
            return surname[0]
    return None


def _forms(plain: str) -> dict[str, None]:
    """A name, and what it may be the plural or a case of, in English, Ukrainian and Russian."""
    if len(plain) <= 3:
        return {plain: None}
    stem = _ENDING.sub("", plain)
    cases = (stem, f"{stem}а", f"{stem}ь") if " " not in plain and stem and _CYRILLIC.search(plain) else ()
    return dict.fromkeys((plain, plain.removesuffix("s"), *cases))


_CYRILLIC: Final = re.compile("[а-яіїєґ]")
_ENDING: Final = re.compile(r"(?:ами|ям|ам|ах|ів|їв|ов|ев|ей|ом|ем|у|и|і|ы|а|я|е)$")


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
        if _DATE.search(text, within.start, match.start()) or _MONTH_FOLLOWS.match(text, match.end()):
            continue
        following = text[match.end() : min(within.end, match.end() + 60)]
        clause = re.split(r"[,;.:]| including | among ", following)[0]
        value = match[0].lower()
        number = _COUNTED[value] if value in _COUNTED else int(re.sub(r"\D", "", value))
        bound = _BOUND.search(text, max(within.start, match.start() - 20), match.start())
        start = bound.start() if bound else match.start()
        before = _NOUN_BEFORE.search(text, within.start, start)
        if before and _NO_NOUN_AFTER.match(following):
            measure = next(kind for pattern, kind in _MEASURES if pattern.search(before["noun"].lower()))
            place = TextRange(before.start("noun"), match.end())
            found.append(Figure(place, _bounds(number, bound), measure, None))
            continue
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
        elif (people := _PEOPLE.search(clause)) and (lost := _loss(text, match.end(), clause, within)):
            found.append(
                Figure(TextRange(start, match.end() + people.end()), _bounds(number, bound), lost, None)
            )
        elif noun and noun[0] and (lost := _loss(text, match.end(), clause, within)):
            measure = noun[1].replace("killed", lost)  # children killed, or children injured
            found.append(
                Figure(TextRange(start, match.end() + noun[0].end()), _bounds(number, bound), measure, None)
            )
    return found


_HURT: Final = ("wound", "injur", "поранен", "постражда", "ранен", "пострада")


def _loss(text: str, end: int, clause: str, within: TextRange) -> str | None:
    """Whether a number counts the killed or the injured: by the word of its own clause, else by the nearest of the sentence."""
    losses = list(_LOST.finditer(text, within.start, within.end))
    own = next((found for found in losses if end <= found.start() < end + len(clause)), None)
    begin = within.start + max(text[within.start : end].rfind(mark) for mark in ",;:") + 1
    before = next((found for found in reversed(losses) if begin <= found.start() < end), None)
    nearest = own or before or min(losses, key=lambda found: abs(found.start() - end), default=None)
    return nearest and ("injured" if nearest[0].lower().startswith(_HURT) else "killed")


def _bounds(number: int, bound: re.Match[str] | None) -> dict[str, int]:
    word = bound[1].lower() if bound else ""
    if word in _AT_LEAST | _MORE:
        return {"atLeast": number + (word in _MORE)}
    if word in _AT_MOST:
        return {"atMost": number}
    return {"estimate" if word else "exactly": number}
