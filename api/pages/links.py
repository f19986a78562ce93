"""Where a name in the graph leads on this site, and where a quotation stands on its publisher's page."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlsplit

from onrecord.graph import terms
from onrecord.graph.vocabulary import ontology

_WEB: Final = ("http", "https")
_PATH: Final = "/:@!$&'()*+,;=-._~"
# Browsers drop control characters from addresses, read a backslash as a slash, and take out segments of dots.
_UNSAFE: Final = re.compile(r"[\x00-\x20\x7f\\]")
_MISREAD: Final = re.compile(r"/|(?:.*/)?\.{1,2}(?:/|$)")
# A text fragment names the first and last words of a long passage, since whole ones make unwieldy addresses.
_WHOLE_WORDS: Final = 12
_END_WORDS: Final = 5


def local(iri: str, base: str, suffix: str = "") -> str | None:
    """The path on this site for a name under the base, or for a term of the vocabulary.

    The suffix names one form of the description; for a name with a fragment, that of what it is a part of.
    None where a browser would read the path as another one, or as another host's address.
    """
    if iri.startswith(terms.REC):
        listed = iri in ontology.members() or iri in ontology.schemes()
        return f"/vocabulary{'/words' if listed else ''}#{quote(iri.removeprefix(terms.REC))}"
    if not iri.startswith(base) or iri == base:
        return None
    stem, mark, fragment = iri.removeprefix(base).partition("#")
    if _MISREAD.match(stem) or _UNSAFE.search(stem):
        return None
    return f"/{quote(stem, safe=_PATH)}{suffix}{mark}{quote(fragment, safe=_PATH)}"


def page(iri: str, base: str) -> str | None:
    """What a link to a name should say: its page here, its own address on the web, or None where it has neither."""
    path = local(iri, base, ".html")
    if path is None:
        return iri if is_web(iri) else None
    return path


def is_web(address: str) -> bool:
    """Whether an address can be followed safely: http or https, with a host. `javascript:` and such cannot."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in _WEB and bool(parts.netloc) and not _UNSAFE.search(address)


def short(iri: str, base: str) -> str:
    """An IRI as people write it: rec:Actor, actor/peskov, or in full."""
    for prefix, namespace in terms.PREFIXES.items():
        if iri.startswith(namespace) and namespace != iri:
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri.removeprefix(base) or iri


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
