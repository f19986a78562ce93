"""The address of a passage on its publisher's page, as a text fragment, which browsers scroll to."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlsplit

_WEB: Final = ("http", "https")
# Browsers drop control characters from addresses and read a backslash as a slash.
UNSAFE: Final = re.compile(r"[\x00-\x20\x7f\\]")
# A text fragment names the first and last words of a long passage, since whole ones make unwieldy addresses.
_WHOLE_WORDS: Final = 12
_END_WORDS: Final = 5


def is_web(address: str) -> bool:
    """Whether an address can be followed safely: http or https, with a host. `javascript:` and such cannot."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in _WEB and bool(parts.netloc) and not UNSAFE.search(address)


def at_the_words(url: str, exact: str) -> str | None:
    """The address of a page, scrolled to a passage of it where the browser knows text fragments."""
    if not is_web(url):
        return None
    words = exact.split()
    if not words:
        return url
    if len(words) <= _WHOLE_WORDS:
        wanted = _fragment(" ".join(words))
    else:
        wanted = f"{_fragment(' '.join(words[:_END_WORDS]))},{_fragment(' '.join(words[-_END_WORDS:]))}"
    return f"{url}{'' if '#' in url else '#'}:~:text={wanted}"


def _fragment(text: str) -> str:
    """Percent-encoded; a hyphen too, which would mean something here."""
    return quote(text, safe="").replace("-", "%2D")
