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
    broken = "\n" in exact.strip() and len(words) > 1
    if len(words) <= _WHOLE_WORDS and not broken:
        wanted = _fragment(" ".join(words))
    else:
        # Whole words are looked for within one paragraph, and so is each end: of several paragraphs, an end is one line's.
        ends = min(_END_WORDS, len(words) // 2)
        start = exact.strip().splitlines()[0].split()[:ends] if broken else words[:ends]
        last = exact.strip().splitlines()[-1].split()[-ends:] if broken else words[-ends:]
        wanted = f"{_fragment(' '.join(start))},{_fragment(' '.join(last))}"
    return f"{url}{'' if '#' in url else '#'}:~:text={wanted}"


def _fragment(text: str) -> str:
    """Percent-encoded; a hyphen too, which would mean something here."""
    return quote(text, safe="").replace("-", "%2D")
