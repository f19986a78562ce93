"""An index of words that follows a graph, version by version.

Once it is there, each commit has it follow in a thread, and a search that comes sooner brings in itself what is missing. A whole
index is made by a thread of its own. The index of an older version that is still kept is made when somebody asks for it, from
the newest one where what lies between them is little, and the last few of those stay.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final, Protocol

from pyoxigraph import Literal, NamedNode

from onrecord.graph import queryfiles, terms
from onrecord.graph.changes import from_patch
from onrecord.graph.errors import Busy, EngineFailure, OnrecordError
from onrecord.graph.queryfiles import asking_of
from onrecord.graph.rows import RowSource
from onrecord.graph.search.fulltext import Entry, FullText, Hit, Matches, State
from onrecord.graph.sparql.tokens import bind

KINDS: Final = ("actor", "event", "statement", "document", "claim", "place", "topic", "weapon")
"""What can be found, as IRIs begin."""
_BATCH: Final = 200
_STEPS: Final = 20
"""So many commits are followed one by one; after more, everything is read again."""
_TOUCHED: Final = 2000
"""As many things may they touch."""
_PATIENCE: Final = 5.0
"""How long a search waits for the index, in seconds."""
_PAUSE: Final = 1.0
_TRIES: Final = 5
_OLDER: Final = 2
"""Of so many older versions the index is kept."""
_VERSION_OF: Final = terms.REC + "versionOf"


class Graph(Protocol):
    """What is indexed: a graph with its versions, as the ledger has it."""

    @property
    def version(self) -> int:
        """The number of the newest version."""
        ...

    def commit_id(self, version: int) -> str:
        """What tells a version from that of the same number in another graph."""
        ...

    def at(self, version: int) -> RowSource:
        """What answers queries of our own from a version that is kept."""
        ...

    def patch(self, version: int) -> bytes:
        """What one commit changed, as an RDF Patch."""
        ...


class VersionedIndex:
    """The index of one graph, in files of a directory, which need not be there yet. Any number of threads may search."""

    def __init__(self, graph: Graph, directory: Path, base: str) -> None:
        self._graph = graph
        self._directory = directory
        self._base = base
        self._turn = threading.Lock()
        self._newest = self._file("words")
        self._older: dict[int, _Making] = {}
        self._following: threading.Thread | None = None

    def find(self, text: str, kind: str | None, limit: int) -> tuple[State, list[Hit], dict[str, str]]:
        """What FullText.find gives, and of which version: an older one while the index is made. Busy while there is none."""
        state = self._followed(_PATIENCE)
        return state, *self._newest.index.find(text, kind, limit)

    def matches(self, texts: Sequence[str], version: int | None, patience: float) -> tuple[State, Matches]:
        """What FullText.matches gives, of that version or the newest, and which it is. Busy while its index is made."""
        if version is not None and version != self._graph.version:
            return self._of_older(version, patience).matches(texts)
        end = time.monotonic() + patience
        while True:
            self._followed(max(0.0, end - time.monotonic()))
            state, found = self._newest.index.matches(texts)
            if state == self._state():
                return state, found
            if time.monotonic() > end:
                raise self._newest.not_made()

    def follow(self) -> None:
        """Have the index, where there is one, follow the graph meanwhile, so that the next search need not."""
        following = self._following
        if (following is None or not following.is_alive()) and self._newest.index.state() is not None:
            self._following = threading.Thread(target=self._follow, name="search index", daemon=True)
            self._following.start()

    def _follow(self) -> None:
        # Whatever keeps it from following (a graph that is being closed, say), the next search does it, and tells.
        with contextlib.suppress(Exception):
            while self._followed(_PATIENCE) != self._state():
                pass

    def _file(self, name: str) -> _Making:
        return _Making(FullText(self._directory / f"{name}.sqlite"), self._everything, self._nearby)

    def _of_older(self, version: int, patience: float) -> FullText:
        # Whether it is still kept; if not, this says so.
        self._graph.at(version).rows("SELECT * {} LIMIT 1")
        wanted = self._state(version)
        with self._turn:
            making = self._older.pop(version, None) or self._file(f"words-{version}")
            self._older[version] = making
            for old in list(self._older)[:-_OLDER]:
                self._older.pop(old)
            for path in self._directory.glob("words-*.sqlite*"):
                if path.name.partition(".")[0] not in {f"words-{kept}" for kept in self._older}:
                    path.unlink(missing_ok=True)
        if making.index.state() != wanted:
            making.begin(lambda: wanted)
            making.wait(patience)
            if making.index.state() != wanted:
                raise making.not_made()
        return making.index

    def _followed(self, patience: float) -> State:
        """The state of the newest index once it has followed the graph, as far as there is time for it."""
        newest = self._state()
        state = self._newest.index.state()
        if state == newest:
            return newest
        if state is None or not self._known(state) or newest.version - state.version > _STEPS:
            return self._made_meanwhile(patience)
        # Those that are not the first to see a commit wait for the first one.
        with self._turn:
            state, newest = self._newest.index.state(), self._state()
            if state and state != newest:
                touched = self._touched(state, newest, newest.version)
                if touched is None:
                    return self._made_meanwhile(patience)
                self._update(self._newest.index, touched, newest)
        return newest

    def _nearby(self, index: FullText, wanted: State) -> bool:
        """Make the index of an older version from the newest one; False where what lies between them is too much."""
        newest = self._newest.index.state()
        if newest is None or not self._known(newest) or index is self._newest.index:
            return False
        if not 0 < newest.version - wanted.version <= _STEPS:
            return False
        copied = self._newest.index.copy(index)
        touched = self._touched(wanted, copied, wanted.version)
        if touched is None:
            return False
        self._update(index, touched, wanted)
        return True

    def _state(self, version: int | None = None) -> State:
        number = self._graph.version if version is None else version
        return State(number, self._graph.commit_id(number))

    def _known(self, state: State) -> bool:
        """Whether a state is one of this graph: another one may have a version of the same number."""
        return (
            state.version <= self._graph.version and self._graph.commit_id(state.version) == state.commit_id
        )

    def _made_meanwhile(self, patience: float) -> State:
        """Have the whole index made, and wait a moment for it; the older one of this graph does until then."""
        self._newest.begin(self._state)
        self._newest.wait(patience)
        made = self._newest.index.state()
        if made and self._known(made):
            return made
        raise self._newest.not_made()

    def _everything(self, making: _Making, version: int) -> Iterator[Entry]:
        making.done, making.total = 0, 0
        things: list[str] = []
        for kind in KINDS:
            text = bind(question("things"), {"beginning": str(Literal(f"{self._base}{kind}/"))})
            things += [row["thing"].value for row in self._graph.at(version).rows(text)]
        making.total = len(things)
        for first in range(0, len(things), _BATCH):
            yield from self._entries(things[first : first + _BATCH], version)
            making.done = first + _BATCH

    def _entries(self, things: list[str], version: int) -> Iterator[Entry]:
        """The entries of some things; those of which nothing is said any more have none."""
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for row in self._graph.at(version).rows(asking_of(question("entries"), things)):
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

    def _touched(self, state: State, newest: State, version: int) -> set[str] | None:
        """The things whose entries in one of two versions may differ from the other's; None where they are too many to be read."""
        changed: set[str] = set()
        for number in range(state.version + 1, newest.version + 1):
            _, change = from_patch(self._graph.patch(number), f"the patch of version {number}")
            for quad in (*change.added, *change.removed):
                # A document is found by its versions' headlines, and they point at it.
                ends = (quad.subject, quad.object) if quad.predicate.value == _VERSION_OF else (quad.subject,)
                changed |= {end.value for end in ends if isinstance(end, NamedNode)}
            if len(changed) > _TOUCHED:
                return None
        return changed | self._above(changed, version)

    def _above(self, changed: Iterable[str], version: int) -> set[str]:
        """What is found by these things' words. Where a link between them was cut, its beginning is itself among what changed."""
        found: set[str] = set()
        every = sorted(changed)
        for first in range(0, len(every), _BATCH):
            text = asking_of(question("touched"), every[first : first + _BATCH])
            found |= {row["touched"].value for row in self._graph.at(version).rows(text)}
        return found

    def _update(self, index: FullText, touched: set[str], wanted: State) -> None:
        every = sorted(iri for iri in touched if self._kind(iri))
        entries = [
            entry
            for first in range(0, len(every), _BATCH)
            for entry in self._entries(every[first : first + _BATCH], wanted.version)
        ]
        index.update(entries, set(every) - {entry.iri for entry in entries}, wanted)


class _Making:
    """One file of the index, made whole by a thread of its own, and how far that is."""

    def __init__(
        self,
        index: FullText,
        everything: Callable[[_Making, int], Iterable[Entry]],
        nearby: Callable[[FullText, State], bool],
    ) -> None:
        self.index = index
        self.thread: threading.Thread | None = None
        self.done, self.total = 0, 0
        self._everything = everything
        self._nearby = nearby
        self._ready = threading.Event()
        self._failure = ""

    def begin(self, state: Callable[[], State]) -> None:
        """Have it made of the version that is then wanted, unless that goes on already."""
        if self.thread is None or not self.thread.is_alive():
            self._ready.clear()
            self.thread = threading.Thread(target=self._make, args=(state,), name="search index", daemon=True)
            self.thread.start()

    def wait(self, patience: float) -> None:
        """Wait until it is made or cannot be made, or so many seconds are over."""
        self._ready.wait(patience)

    def not_made(self) -> OnrecordError:
        """Why it is not there, or how far it is."""
        if self._failure:
            return EngineFailure(f"the index of words cannot be made: {self._failure}")
        done = (
            f"{100 * self.done // self.total} per cent of it is there" if self.total else "it has just begun"
        )
        return Busy(f"the index of words is being made, and {done}: search again in a moment", 2)

    def _make(self, wanted: Callable[[], State]) -> None:
        """Make the whole index, again where that fails because of others who want the same processes."""
        for _ in range(_TRIES):
            try:
                state = wanted()
                if not self._nearby(self.index, state):
                    self.index.replace(self._everything(self, state.version), state)
            except Exception as error:
                self._failure = str(error)
                time.sleep(_PAUSE)
            else:
                self._failure = ""
                break
        self._ready.set()


@cache
def question(name: str) -> str:
    """The text of one of the queries that the index is made by, by its file's name without the .rq."""
    return queryfiles.read(files(__package__) / f"{name}.rq").text
