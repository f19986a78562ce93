"""Claims, figures and dates in words that keep what is not known: "at least 21", "night to 28 August 2025".

The pages link the names in a claim's words; a record's claim without a label gets the same words as its label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from pyoxigraph import Literal

from onrecord.graph import attributes
from onrecord.graph.attributes import Name, Thing

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


_LANGUAGES: Final = {
    "be": "Belarusian", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "pl": "Polish", "ru": "Russian",
    "tr": "Turkish", "uk": "Ukrainian", "zh": "Chinese",
}  # fmt: skip


_STANCES: Final = {"Denies": "Denied: ", "Doubts": "Doubted: "}
"""How the words of a claim begin that is not asserted, where they stand alone."""


_KINDS = ("QuantityClaim", "TargetClaim", "ResponsibilityClaim", "AttitudeClaim", "PropertyClaim")


class ClaimContent(Thing):
    """What is claimed. A count lies between `at_least` and `at_most`, None where that side is open, or is an `estimate` without
    bounds; it includes some of the weapons `including`; each item counted is one of `one_of`, where the source does not say which.
    """

    concerns = attributes.names("concerns")
    measure = attributes.first_name("measure")
    at_least = attributes.number("atLeast")
    at_most = attributes.number("atMost")
    estimate = attributes.number("estimate")
    as_of_from = attributes.text("asOfFrom")
    as_of_until = attributes.text("asOfUntil")
    weapons = attributes.names("weapon")
    including = attributes.names("weaponIncluding")
    one_of = attributes.names("weaponOneOf")
    of_party = attributes.names("ofParty")
    launched_from = attributes.names("launchedFrom")
    carriers = attributes.names("carrier")
    scope = attributes.names("scope")
    target_kinds = attributes.names("targetKind")
    target_role = attributes.first_name("targetRole")
    responsible = attributes.names("responsible")
    holders = attributes.names("holder")
    attitude = attributes.first_name("attitude")
    toward = attributes.names("toward")
    subject = attributes.names("subject")
    predicate = attributes.first_name("predicate")
    objects = attributes.names("object")
    literal = attributes.texts("value")

    @property
    def kind(self) -> str:
        """QuantityClaim, TargetClaim, ResponsibilityClaim, AttitudeClaim, PropertyClaim; else Claim."""
        return next((kind for kind in _KINDS if self.is_a(kind)), "Claim")


class ActOfSaying(Thing):
    """Who said something (one, but in a joint statement), on which day or at which moment, where a source says, and of what."""

    speakers = attributes.names("speaker")
    day = attributes.text("saidOn", "saidAt")
    about = attributes.names("about")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a closed list that says what is claimed: an attitude or a predicate, as an English sentence has it."""

    text: str
    name: Name


ClaimPart = str | Word | Literal | Name
"""A piece of a claim's words: plain words, a word of a closed list, a value, or a thing by its name."""


def content(claim: ClaimContent) -> list[ClaimPart]:
    """What is claimed, with nothing left out: bounds, alternatives, parts. The pieces follow each other without spaces."""
    if claim.kind == "QuantityClaim":
        return _quantity(claim)
    if claim.kind == "TargetClaim":
        role = claim.target_role.text if claim.target_role else "hit or aimed at"
        return [f"{role}: {listed([kind.text for kind in claim.target_kinds])}"]
    if claim.kind == "ResponsibilityClaim":
        return ["responsible: ", *_joined(claim.responsible)]
    if claim.kind == "AttitudeClaim":
        attitude = [Word(_predicate(claim.attitude.text), claim.attitude)] if claim.attitude else []
        return [*_as_subject(claim.holders), *attitude, " ", *_joined(claim.toward)]
    if claim.kind == "PropertyClaim":
        predicate = [Word(claim.predicate.text, claim.predicate)] if claim.predicate else []
        values = [part for value in claim.literal for part in (" ", value)]
        objects = [" ", *_joined(claim.objects)] if claim.objects else []
        return [*_as_subject(claim.subject), *predicate, *objects, *values]
    return [claim.name.text]


def with_stance(stance: str, words: str) -> str:
    """A claim's words as they stand alone, with what its stance (Asserts, Denies, Doubts) is."""
    return capital(_STANCES.get(stance, "") + words)


def without_stance(words: str) -> str:
    """The same words where the stance is said beside them."""
    for opening in _STANCES.values():
        if words.startswith(opening):
            return capital(words.removeprefix(opening))
    return words


def capital(words: str) -> str:
    """Words that begin a line."""
    return words[:1].upper() + words[1:]


def _predicate(attitude: str) -> str:
    """An attitude as what is said of somebody: "dislikes" is a verb; "ready for" and "curious about" are none."""
    first = attitude.partition(" ")[0]
    return attitude if first.endswith("s") and not first.endswith(("ss", "us")) else f"is {attitude}"


def _as_subject(names: Sequence[Name]) -> list[ClaimPart]:
    """The names, so that a sentence goes on: "Strike on Kyiv, 28 August 2025, " ends its apposition."""
    return [*_joined(names), ", " if names and "," in names[-1].text else " "]


def plain(parts: Sequence[ClaimPart]) -> str:
    """A claim's words as one text."""
    return "".join(_plain(part) for part in parts).strip()


def _plain(part: ClaimPart) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, Literal):
        return day(part.value) if part.datatype.value.endswith("#date") else part.value
    return part.text


def _quantity(claim: ClaimContent) -> list[ClaimPart]:
    out: list[ClaimPart] = [f"{amount(claim)} {claim.measure.text if claim.measure else 'counted'}"]
    if claim.one_of:
        out += [" (", *_joined(claim.one_of, "or"), "; the source does not say which)"]
    if claim.weapons:
        including = [", including ", *_joined(claim.including)] if claim.including else []
        out += [" (", *_joined(claim.weapons), *including, ")"]
    elif claim.including:
        out += [" (including ", *_joined(claim.including), ")"]
    if claim.of_party:
        out += [", of ", *_joined(claim.of_party)]
    if claim.launched_from:
        out += [", from ", *_joined(claim.launched_from)]
    if claim.carriers:
        out += [", carried by ", *_joined(claim.carriers)]
    if claim.scope:
        out += [", in ", *_joined(claim.scope)]
    return out


def _joined(names: Sequence[Name], joint: str = "and") -> list[ClaimPart]:
    """The names as `listed` puts them, each a piece of its own."""
    out: list[ClaimPart] = []
    for place, name in enumerate(names):
        if place:
            out.append(f" {joint} " if place == len(names) - 1 else ", ")
        out.append(name)
    return out


def amount(claim: ClaimContent) -> str:
    """A count within its bounds; an open bound is said."""
    low, high = claim.at_least, claim.at_most
    if claim.estimate is not None:
        return f"about {claim.estimate:,}"
    if low is None:
        return "a number not given" if high is None else f"at most {high:,}"
    if high is None:
        return f"at least {low:,}"
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def language(tag: str) -> str:
    """What a language is called; its tag where that is not one that is met often."""
    return _LANGUAGES.get(tag.partition("-")[0].lower(), tag)


def listed(names: list[str], joint: str = "and") -> str:
    """a, b and c"""
    *most, last = names or [""]
    return f"{', '.join(most)} {joint} {last}" if most else last


def day(text: str | None) -> str:
    """A date, or the date of a moment, in words; as it stands where it is neither."""
    parsed = _moment(text)
    return (text or "") if parsed is None else f"{parsed.day} {_MONTHS[parsed.month - 1]} {parsed.year}"


def moment(text: str | None) -> str:
    """A moment with its time and offset, in words."""
    parsed = _moment(text)
    if parsed is None or not isinstance(parsed, datetime):
        return day(text)
    offset = parsed.strftime("%z")
    zone = "" if not offset else " UTC" if offset == "+0000" else f" UTC{offset[:3]}:{offset[3:]}"
    return f"{day(text)}, {parsed:%H:%M}{zone}"


def as_of(claim: ClaimContent) -> str:
    """The moment a claim speaks of, no more exactly than it is known."""
    return within(claim.as_of_from, claim.as_of_until)


@lru_cache(1024)
def within(earliest: str | None, latest: str | None) -> str:
    """A moment between two others; "" where neither is known, one day or several where both are ends of days."""
    if earliest is None and latest is None:
        return ""
    if earliest is None or latest is None:
        return f"{moment(latest)} or earlier" if latest else f"{moment(earliest)} or later"
    if earliest == latest:
        return moment(earliest)
    start, end = _moment(earliest), _moment(latest)
    if (
        isinstance(start, datetime)
        and isinstance(end, datetime)
        and start.time() == end.time() == time()
        and start.date() < end.date()
    ):
        last = day((end - timedelta(days=1)).isoformat())
        return day(earliest) if last == day(earliest) else f"between {day(earliest)} and {last}"
    return f"between {moment(earliest)} and {moment(latest)}"


def span(begin: str | None, end: str | None, precision: str | None) -> str:
    """When something happened, no more exactly than the source has it."""
    start, finish = _moment(begin), _moment(end)
    if start is None or finish is None:
        return day(begin) or day(end) or "no date given"
    if precision == "Night":
        return f"night to {day(end)}"
    if precision == "Month":
        return f"{_MONTHS[start.month - 1]} {start.year}"
    if precision == "Year":
        return f"{start.year}"
    if precision == "Day" and start.day == finish.day:
        return day(begin)
    return moment(begin) if begin == end else f"between {moment(begin)} and {moment(end)}"


def _moment(text: str | None) -> date | datetime | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text) if len(text) == len("2025-08-28") else datetime.fromisoformat(text)
    except ValueError:
        return None
