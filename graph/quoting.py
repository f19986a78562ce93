"""What somebody wrote, in a message about it: so short that the message stays one, whatever was sent."""

from __future__ import annotations

from typing import Final

MOST: Final = 80
"""Characters up to which a text is quoted whole."""
_KEPT: Final = 60


def brief(text: object) -> str:
    """A text as Python writes it, in quotes and with escapes; where it is long its beginning, and how long it is."""
    whole = text if isinstance(text, str) else repr(text)
    if len(whole) <= MOST:
        return repr(text)
    # (of a value that is no text, the beginning of how Python writes it)
    begun = f"{whole[:_KEPT]}…"
    return f"{repr(begun) if isinstance(text, str) else begun} ({len(whole):,} characters)"
