"""Search, as people and programs see it: what the index of words finds, with its names and standings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from onrecord.graph.errors import BadParameter
from onrecord.graph.questions.things.loader import Loader, Name
from onrecord.graph.search.fulltext import LONGEST, Hit
from onrecord.graph.search.versioned import KINDS

if TYPE_CHECKING:
    from onrecord.graph.ledger import Ledger, RowSource

MOST: Final = 50
"""How many results an answer has at most."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One thing that was found, what it is called, and how it stands where it is a claim."""

    hit: Hit
    name: Name
    standing: Name | None


@dataclass(frozen=True, slots=True)
class Found:
    """The results at a version of the graph, which is older than `newest` while the index is made again.

    `instead` holds words that occur nowhere, each with the word that was looked for in its place.
    """

    results: list[SearchResult]
    instead: dict[str, str]
    version: int
    newest: int


def search(ledger: Ledger, source: RowSource, text: str, kind: str | None = None, limit: int = MOST) -> Found:
    """What has all words of a text, the likest first. BadParameter; Busy while there is no index yet."""
    if kind is not None and kind not in KINDS:
        raise BadParameter(f"{kind[:50]!r} is no kind of thing to search for: give one of {', '.join(KINDS)}")
    if len(text) > LONGEST:
        raise BadParameter(
            f"a search may have {LONGEST} characters, and this has {len(text)}: give fewer words"
        )
    state, hits, instead = ledger.words.find(text, kind, min(limit, MOST))
    loader = Loader(source)
    loader.mention(hit.iri for hit in hits)
    loader.fetch(hit.iri for hit in hits if hit.kind == "claim")
    results = [SearchResult(hit, loader.name(hit.iri), _standing(loader, hit)) for hit in hits]
    return Found(results, instead, state.version, ledger.version)


def _standing(loader: Loader, hit: Hit) -> Name | None:
    found = loader.iris(hit.iri, "standing") if hit.kind == "claim" else []
    return loader.name(found[0]) if found else None
