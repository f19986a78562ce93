"""What somebody wrote, in a message about it: so short that the message stays one, whatever was sent."""

from __future__ import annotations

import re
from typing import Final

MOST: Final = 200
"""Characters up to which a text is quoted whole: a path or an address should be."""
_KEPT: Final = 150
_LONG_WORD: Final = re.compile(r"\S{401,}")
_OF_A_WORD: Final = 200
_MESSAGE: Final = 3000
_OF_A_MESSAGE: Final = 1000


def brief(text: object) -> str:
    """A text as Python writes it, in quotes and with escapes; where it is long its beginning, and how long it is."""
    whole = text if isinstance(text, str) else repr(text)
    if len(whole) <= MOST:
        return repr(text)
    # (of a value that is no text, the beginning of how Python writes it)
    begun = f"{whole[:_KEPT]}…"
    return f"{repr(begun) if isinstance(text, str) else begun} ({len(whole):,} characters)"


def without_long_words(message: str) -> str:
    """A message in which no name or address takes up more than a few lines: of longer ones the beginning, and how long they are."""
    return _LONG_WORD.sub(lambda word: f"{word[0][:_OF_A_WORD]}… ({len(word[0]):,} characters)", message)


def shortened(message: str) -> str:
    """A message that nobody's words make long: as without_long_words, and of a longer one its beginning and its end."""
    message = without_long_words(message)
    if len(message) <= _MESSAGE:
        return message
    return f"{message[:_OF_A_MESSAGE]} … ({len(message):,} characters in all) … {message[-_OF_A_MESSAGE:]}"
