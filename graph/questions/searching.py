"""Search: an index of words (graph/search/fulltext.py) that follows the ledger, version by version.

What a few commits changed is brought in by the next search; a whole index is made by a thread of its own. Meanwhile the
index of an older version answers, if there is one, and says of which it is.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from onrecord.graph import terms
from onrecord.graph.changes import from_patch
from onrecord.graph.errors import BadParameter, Busy, EngineFailure
from onrecord.graph.questions import asking_of, question
from onrecord.graph.questions.things.loader import Loader, Name
from onrecord.graph.search.fulltext import LONGEST, Entry, FullText, Hit, State
from onrecord.graph.sparql.tokens import bind

if TYPE_CHECKING:
    from onrecord.graph.ledger import Ledger, RowSource

KINDS: Final = ("actor", "event", "statement", "document", "claim", "place", "topic", "weapon")
"""What can be found, as IRIs begin."""
MOST: Final = 50
"""How many results an answer has at most."""
_BATCH: Final = 200
_STEPS: Final = 20
"""So many commits are followed one by one; after more, everything is read again."""
_TOUCHED: Final = 2000
"""As many things may they touch."""
_PATIENCE: Final = 5.0
"""How long a search waits for the index, in seconds."""
_PAUSE: Final = 1.0
_TRIES: Final = 5
_VERSION_OF: Final = terms.REC + "versionOf"


@dataclass(frozen=True, slots=True)
class Result:
    """One thing that was found, what it is called, and how it stands where it is a claim."""

    hit: Hit
    name: Name
    standing: Name | None


@dataclass(frozen=True, slots=True)
class Found:
    """The results at a version of the graph, which is older than `newest` while the index is made again.

    `instead` holds words that occur nowhere, each with the word that was looked for in its place.
    """

    results: list[Result]
    instead: dict[str, str]
    version: int
    newest: int


class Search:
    """Search in one ledger, with its index in a file of the data directory."""

    def __init__(self, ledger: Ledger, path: Path, base: str) -> None:
        self._ledger = ledger
        self._index = FullText(path)
        self._base = base
        self._turn = threading.Lock()
        self._thread: threading.Thread | None = None
        self._ready = threading.Event()
        self._done, self._total = 0, 0
        self._failure = ""

    def find(self, source: RowSource, text: str, kind: str | None = None, limit: int = MOST) -> Found:
        """What has all words of a text, the likest first. BadParameter; Busy while there is no index yet."""
        if kind is not None and kind not in KINDS:
            raise BadParameter(
                f"{kind[:50]!r} is no kind of thing to search for: give one of {', '.join(KINDS)}"
            )
        if len(text) > LONGEST:
            raise BadParameter(
                f"a search may have {LONGEST} characters, and this has {len(text)}: give fewer words"
            )
        state = self._followed()
        hits, instead = self._index.find(text, kind, min(limit, MOST))
        loader = Loader(source)
        loader.mention(hit.iri for hit in hits)
        loader.fetch(hit.iri for hit in hits if hit.kind == "claim")
        results = [Result(hit, loader.name(hit.iri), _standing(loader, hit)) for hit in hits]
        return Found(results, instead, state.version, self._ledger.version)

    def _followed(self) -> State:
        """The state of the index once it has followed the ledger, as far as there is time for it."""
        newest = self._newest()
        state = self._index.state()
        if state == newest:
            return newest
        if state is None or not self._known(state) or newest.version - state.version > _STEPS:
            return self._made_meanwhile(state)
        # Whoever is not the first to see a commit waits for the first one.
        with self._turn:
            state, newest = self._index.state(), self._newest()
            if state and state != newest:
                touched = self._touched(state, newest)
                if touched is None:
                    return self._made_meanwhile(state)
                self._update(touched, newest)
        return newest

    def _newest(self) -> State:
        version = self._ledger.version
        return State(version, self._ledger.commit_id(version))

    def _known(self, state: State) -> bool:
        """Whether a state is one of this ledger: another one may have a version of the same number."""
        return (
            state.version <= self._ledger.version and self._ledger.commit_id(state.version) == state.commit_id
        )

    def _made_meanwhile(self, state: State | None) -> State:
        """Have the whole index made, and wait a moment for it; the older one of this ledger does until then."""
        if self._thread is None or not self._thread.is_alive():
            self._ready.clear()
            self._thread = threading.Thread(target=self._make, name="search index", daemon=True)
            self._thread.start()
        self._ready.wait(_PATIENCE)
        made = self._index.state()
        if made and self._known(made):
            return made
        if state and self._known(state):
            return state
        if self._failure:
            raise EngineFailure(
                f"the index of words cannot be made in {self._ledger.directory}: {self._failure}"
            )
        done = (
            f"{100 * self._done // self._total} per cent of it is there"
            if self._total
            else "it has just begun"
        )
        raise Busy(f"the index of words is being made, and {done}: search again in a moment", 2)

    def _make(self) -> None:
        """Make the whole index, again where that fails because of others who want the same processes."""
        for _ in range(_TRIES):
            try:
                newest = self._newest()
                self._index.replace(self._everything(newest.version), newest)
            except Exception as error:
                self._failure = str(error)
                time.sleep(_PAUSE)
            else:
                self._failure = ""
                break
        self._ready.set()

    def _everything(self, version: int) -> Iterator[Entry]:
        self._done, self._total = 0, 0
        things: list[str] = []
        for kind in KINDS:
            text = bind(question("search_things"), {"beginning": str(Literal(f"{self._base}{kind}/"))})
            things += [row["thing"].value for row in self._ledger.rows_at(version, text)]
        self._total = len(things)
        for first in range(0, len(things), _BATCH):
            yield from self._entries(things[first : first + _BATCH], version)
            self._done = first + _BATCH

    def _entries(self, things: list[str], version: int) -> Iterator[Entry]:
        """The entries of some things; those of which nothing is said any more have none."""
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for row in self._ledger.rows_at(version, asking_of(question("search_entries"), things)):
            found[row["thing"].value][row["column"].value].append(row["text"].value)
        for iri, texts in found.items():
            kind = self._kind(iri)
            if kind:
                day = max(texts["day"], default=None)
                yield Entry(
                    iri, kind, tuple(sorted(texts["names"])), tuple(sorted(texts["words"])), day and day[:10]
                )

    def _kind(self, iri: str) -> str | None:
        kind, slash, rest = iri.removeprefix(self._base).partition("/")
        # A version of a document, and what has a name within another thing, is found by that.
        whole = kind in KINDS and slash and "/" not in rest and "#" not in rest
        return kind if iri.startswith(self._base) and whole else None

    def _touched(self, state: State, newest: State) -> set[str] | None:
        """The things whose entries may differ between two versions; None where they are too many to be read one by one."""
        changed: set[str] = set()
        for version in range(state.version + 1, newest.version + 1):
            _, change = from_patch(self._ledger.patch(version), f"the patch of version {version}")
            for quad in (*change.added, *change.removed):
                # A document is found by its versions' headlines, and they point at it.
                ends = (quad.subject, quad.object) if quad.predicate.value == _VERSION_OF else (quad.subject,)
                changed |= {end.value for end in ends if isinstance(end, NamedNode)}
            if len(changed) > _TOUCHED:
                return None
        return changed | self._above(changed, newest.version)

    def _above(self, changed: Iterable[str], version: int) -> set[str]:
        """What is found by these things' words. Where a link between them was cut, its beginning is itself among what changed."""
        found: set[str] = set()
        every = sorted(changed)
        for first in range(0, len(every), _BATCH):
            text = asking_of(question("search_touched"), every[first : first + _BATCH])
            found |= {row["touched"].value for row in self._ledger.rows_at(version, text)}
        return found

    def _update(self, touched: set[str], newest: State) -> None:
        every = sorted(iri for iri in touched if self._kind(iri))
        entries = [
            entry
            for first in range(0, len(every), _BATCH)
            for entry in self._entries(every[first : first + _BATCH], newest.version)
        ]
        self._index.update(entries, set(every) - {entry.iri for entry in entries}, newest)


def _standing(loader: Loader, hit: Hit) -> Name | None:
    found = loader.iris(hit.iri, "standing") if hit.kind == "claim" else []
    return loader.name(found[0]) if found else None
