"""Where a name in the graph leads on this site."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote

from onrecord.graph import terms
from onrecord.graph.text.textfragments import UNSAFE, is_web
from onrecord.graph.vocabulary import ontology

_VERSION: Final = re.compile(r"/document/[^/]+/[^/]+\.html")
_PATH: Final = "/:@!$&'()*+,;=-._~"
# Browsers take out segments of dots.
_MISREAD: Final = re.compile(r"/|(?:.*/)?\.{1,2}(?:/|$)")


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
    if _MISREAD.match(stem) or UNSAFE.search(stem):
        return None
    return f"/{quote(stem, safe=_PATH)}{suffix}{mark}{quote(fragment, safe=_PATH)}"


def page(iri: str, base: str) -> str | None:
    """What a link to a name should say: its page here, its own address on the web, or None where it has neither."""
    path = local(iri, base, ".html")
    if path is None:
        return iri if is_web(iri) else None
    stem, mark, fragment = path.partition("#")
    if mark and _VERSION.fullmatch(stem):
        # A server is not told the fragment, and has to find the page of the version on which the passage stands.
        return f"{stem}?passage={quote(unquote(fragment), safe='')}#{fragment}"
    return path


def short(iri: str, base: str) -> str:
    """An IRI as people write it: rec:Actor, actor/peskov, or in full."""
    for prefix, namespace in terms.PREFIXES.items():
        if iri.startswith(namespace) and namespace != iri:
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri.removeprefix(base) or iri


def public(iri: str, base: str, root: str) -> str | None:
    """The whole address of the page on a name, where the public reaches this site at `root`; None where that is not known."""
    path = local(iri, base, ".html")
    return f"{root}{path}" if root and path is not None else None
