"""Words in a text: every place where they stand, and, where they do not, what stands there that is most like them."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterator
from itertools import zip_longest
from typing import Final, NamedTuple

from rapidfuzz import fuzz

_RESEMBLES: Final = 60.0
"""Below this similarity, of 100, a passage is no candidate for a misquotation."""
_AROUND: Final = 30
_SHOWN_DIFFERENCES: Final = 3
_IN_NUMBERS: Final = frozenset(".,'’\u00a0\u202f\u2009")
"""What may stand between two digits of one number."""
_FOLDS: Final = {
    **dict.fromkeys("‘’‚‛′ʼ`´", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": "...",
    "\u200b": "",
    "\u00ad": "",
}


class TextRange(NamedTuple):
    """Where words stand: `start` and `end` in characters of the text, from 0."""

    start: int
    end: int


def find(words: str, text: str, prefix: str = "", suffix: str = "") -> list[TextRange]:
    """Every place where the words stand letter for letter, whole, with these words around them.

    "31 missiles" does not stand in "131 missiles", nor in "1,131 missiles".
    """
    return [
        place
        for place in find_letters(words, text)
        if text.endswith(prefix, 0, place.start)
        and text.startswith(suffix, place.end)
        and not _cuts(text, place.start)
        and not _cuts(text, place.end)
    ]


def find_letters(words: str, text: str) -> list[TextRange]:
    """Every place where the letters stand, inside longer words and numbers too; overlapping ones included."""
    found = []
    start = text.find(words)
    while start >= 0:
        found.append(TextRange(start, start + len(words)))
        start = text.find(words, start + 1)
    return found


def _cuts(text: str, place: int) -> bool:
    """Whether a word or number goes on from before a place to after it."""
    if not 0 < place < len(text):
        return False
    if unicodedata.category(text[place])[0] == "M" or "\u200d" in {text[place - 1], text[place]}:
        return True  # what follows belongs to the letter or the picture before it
    before, after = _letter(text, place - 1, -1), _letter(text, place, 1)
    if before.isalnum() and after.isalnum():
        # Scripts without letter case, such as Chinese or Thai, are written without spaces, or attach what is a word elsewhere.
        return "Lo" not in {unicodedata.category(before), unicodedata.category(after)}
    return bool(
        (after in _IN_NUMBERS and before.isdigit() and text[place + 1 : place + 2].isdigit())
        or (before in _IN_NUMBERS and after.isdigit() and text[max(0, place - 2) : place - 1].isdigit())
    )


def _letter(text: str, place: int, step: int) -> str:
    """What stands there, or beyond marks on a letter and soft hyphens, which end no word; "" beyond an end of the text."""
    while 0 <= place < len(text) and (text[place] == "\u00ad" or unicodedata.category(text[place])[0] == "M"):
        place += step
    return text[place] if 0 <= place < len(text) else ""


def nearest(words: str, text: str) -> str:
    """In a sentence: the passage that differs in its quotes, dashes, spaces or capitals only, else the one most like the words."""
    folded, back = _folded(text)
    wanted, _ = _folded(words)
    alike = find(wanted, folded) if wanted else []
    if alike:
        place = TextRange(back[alike[0].start], back[alike[0].end])
        more = f" (and at {len(alike) - 1} more)" if len(alike) > 1 else ""
    else:
        like = fuzz.partial_ratio_alignment(words, text)
        if like is None or like.score < _RESEMBLES:
            return "Nothing in the text resembles it: was it read from another document?"
        place, more = _whole_words(TextRange(like.dest_start, like.dest_end), words, text), ""
    there = text[place.start : place.end]
    return f"Nearest: {there!r} at start: {place.start}, end: {place.end}{more}; {differences(words, there)}"


def differences(ours: str, theirs: str) -> str:
    """What the text has otherwise than the words given, letter by letter, the first few."""
    if ours != theirs and unicodedata.normalize("NFC", ours) == unicodedata.normalize("NFC", theirs):
        place = next(place for place, (a, b) in enumerate(zip_longest(ours, theirs)) if a != b)
        mine, other = (
            " ".join(f"U+{ord(one):04X}" for one in text[place : place + 2]) for text in (ours, theirs)
        )
        return f"they look the same, but the text has {other} where the record has {mine}: copy the words from the text"
    found = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        mine, other = _visible(ours[i:j]), _visible(theirs[k:m])
        found.append(
            f"the text has {other} where the record has {mine}"
            if mine and other
            else f"the text has {other} more"
            if other
            else f"the text lacks {mine}"
        )
    more = f", and {len(found) - _SHOWN_DIFFERENCES} more" if len(found) > _SHOWN_DIFFERENCES else ""
    return ", ".join(found[:_SHOWN_DIFFERENCES]) + more


def surroundings(place: TextRange, text: str) -> str:
    """The words in what stands before and after them, on one line."""
    before = text[max(0, place.start - _AROUND) : place.start]
    after = text[place.end : place.end + _AROUND]
    shown = f"{before}[{text[place.start : place.end]}]{after}"
    return " ".join(f"“…{shown}…”".split())


def short(words: str) -> str:
    """Words in quotation marks, the middle of long ones left out."""
    return f"“{words}”" if len(words) <= 60 else f"“{words[:40]}…{words[-15:]}”"


def _folded(text: str) -> tuple[str, list[int]]:
    """The text with one kind of quote, dash, space and letter case, and for each character where it came from."""
    out: list[str] = []
    back: list[int] = []
    for place, letter in _composed(text):
        folded = " " if letter.isspace() else _FOLDS.get(letter, letter).casefold()
        if folded == " " and out and out[-1] == " ":
            continue
        for one in folded:
            out.append(one)
            back.append(place)
    return "".join(out), [*back, len(text)]


def _composed(text: str) -> Iterator[tuple[int, str]]:
    """The letters of a text with their accents in one character where there is one, each with where it begins."""
    begin = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or not unicodedata.combining(text[end]):
            for letter in unicodedata.normalize("NFC", text[begin:end]):
                yield begin, letter
            begin = end


def _whole_words(place: TextRange, words: str, text: str) -> TextRange:
    """A passage found by likeness, moved to begin and end where words do, as those sought do."""
    start, end = place
    while start < end and words[0].isalnum() and not text[start].isalnum():
        start += 1
    while end > start and words[-1].isalnum() and not text[end - 1].isalnum():
        end -= 1
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return TextRange(start, end)


def _visible(letters: str) -> str:
    """Letters in quotes; one that is easily taken for another, with its number and name."""
    if len(letters) == 1 and not letters.isalnum():
        return f"{letters!r} (U+{ord(letters):04X} {unicodedata.name(letters, 'control character').lower()})"
    return repr(letters) if letters else ""
