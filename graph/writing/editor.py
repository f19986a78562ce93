"""The editor: the child process that reads uploads and evaluates updates, on a copy of the graph of its own.

It answers with the difference that a request would make, and makes none: afterwards the copy is as it was. Whatever
goes wrong in it ends with this process. A large graph is not copied into memory: see opened.copy().
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final, assert_never

from pyoxigraph import DefaultGraph, NamedNode, Quad

from onrecord.graph import garbage, provenance, terms
from onrecord.graph.changes import ChangeSet, as_stored
from onrecord.graph.disputes import derivation
from onrecord.graph.engine import opened
from onrecord.graph.engine.disk import snapshots, staging
from onrecord.graph.engine.disk.commit_log import CommitLog
from onrecord.graph.engine.processes import frames, sandbox
from onrecord.graph.errors import OnrecordError, Protected, StorageFull, UnknownGraph, is_full
from onrecord.graph.search import keys
from onrecord.graph.settings import Settings
from onrecord.graph.writing import requests
from onrecord.graph.writing.evaluate import UpdateContext, update
from onrecord.graph.writing.parsing import uploads
from onrecord.graph.writing.parsing.documents import RdfDocument, chunks
from onrecord.graph.writing.progress import Progress
from onrecord.graph.writing.scratch import GraphName, Scratch
from onrecord.graph.writing.skolem import has_blank_node, name_blank_nodes

_PIECE: Final = 1 << 20
_MANY: Final = 20_000
_LARGE: Final = 4 << 20
"""Rows of more bytes go to a file instead of through the front."""
_MOST: Final = 50_000
"""Of a change of more quads it is asked whether it is most of the graph."""
_FAR: Final = 200
"""If the copy is so many versions behind, it is made again from the snapshot instead of following the history; also where
they changed more than is kept in memory."""


@dataclass(frozen=True, slots=True)
class EditOutcome:
    """What a request comes to: the change it makes, and whether its graph is a new one."""

    change: ChangeSet
    created: bool


def workplace(data: Path) -> Path:
    """Where the editor of a data directory keeps its copy of a graph too large for memory; made again at each start."""
    return data / "editor"


class _Copy(Scratch):
    """The graph; where an update says ALL or NAMED, without graph/history, which nobody may write."""

    history: GraphName | None = None

    def graphs(self) -> list[GraphName]:
        """The named graphs, but graph/history."""
        return [graph for graph in super().graphs() if graph != self.history]


class Editor:
    """The copy, and what each kind of request does to it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.note: Callable[[int], None] = lambda _: None
        """Told how many bytes of the files that are loaded were read."""
        self._limited = False
        self._kept: object = None
        self._version = -1
        self._scratch = _Copy()
        default: GraphName = DefaultGraph()
        if not settings.plain:
            default = NamedNode(terms.graph_iri("default", settings.base))
        self._context = UpdateContext(settings.base, default, settings)
        self._derived = NamedNode(terms.graph_iri("derived", settings.base))
        self._names = NamedNode(terms.graph_iri("names", settings.base))
        self._protected = frozenset(
            NamedNode(terms.graph_iri(name, settings.base)) for name in terms.PROTECTED
        )

    def sync(self, version: int) -> None:
        """Bring the copy to a version."""
        history = CommitLog(self._settings.data / "history")
        missing = range(self._version + 1, version + 1)
        if (
            self._version < 0
            or version < self._version
            or len(missing) > _FAR
            or self._large(history, missing)
        ):
            self._copy(version)
        else:
            for number in missing:
                commit, change = history.read(number)
                if not self._context.plain:
                    self._scratch.add(provenance.describe(commit, self._context.base))
                self._scratch.apply(change)
        if not self._context.plain:
            self._scratch.history = provenance.graph(self._context.base)
        self._version = version
        if not self._limited:
            sandbox.limit_memory(self._settings.worker_megabytes)
            self._limited = True

    def _large(self, history: CommitLog, versions: Iterable[int]) -> bool:
        """Whether these commits changed more than is kept in memory."""
        commits = map(history.commit, versions)
        return sum(commit.added + commit.removed for commit in commits) > self._settings.memory_quads

    def _copy(self, version: int) -> None:
        data = self._settings.data
        directory = workplace(data)
        self._scratch = _Copy()  # which closes the copy before it
        shutil.rmtree(directory, ignore_errors=True)
        with sandbox.without_limit():
            found = opened.copy(
                snapshots.path(data, version), directory / str(version), self._settings.memory_quads
            )
        self._scratch = _Copy(found)

    def edit(self, request: requests.Edit) -> EditOutcome:
        """The change that a request asks for."""
        scratch = self._scratch
        try:
            created = self._carry_out(request)
            change = ChangeSet.of_stored(scratch.removed, scratch.added, plain=self._context.plain)
        except OnrecordError:
            scratch.undo()
            raise
        except BaseException as error:
            self._version = -1  # what the copy holds now is unknown
            if isinstance(error, OSError | RuntimeError) and is_full(error):
                raise StorageFull(
                    f"there is no space left for {workplace(self._settings.data)}, where changes are worked out; nothing was "
                    "changed, and reading goes on. Free some space and try again"
                ) from None
            raise
        if len(change.added) + len(change.removed) > _MANY:
            # To make the copy again takes less time than to take so much back. Until then there is none.
            self._version, self._scratch = -1, _Copy()
            self._kept = scratch, change
        else:
            scratch.undo()
        return EditOutcome(change, created)

    def let_go(self) -> None:
        """Let go of a large change and its copy, which takes a second: for when it is answered, and nobody waits."""
        self._kept = None

    def stage(self, rows: bytes) -> Path:
        """A new file of these rows, in a directory of its own; StorageFull where there is no space for it."""
        directory = staging.make(self._settings.data)
        try:
            (directory / "rows").write_bytes(rows)
        except OSError as error:
            staging.remove(directory)
            if not is_full(error):
                raise
            raise StorageFull(
                f"there is no space left for {directory.parent}, where changes are made ready; nothing was changed, and reading "
                "goes on. Free some space and try again"
            ) from None
        return directory / "rows"

    def counts(self, change: ChangeSet) -> dict[str, int]:
        """How many quads a change adds and removes, as a commit counts them: those that do not follow from others."""
        following = () if self._context.plain else (self._derived, self._names)
        return dict(zip(("added", "removed"), change.counts(*following), strict=True))

    def _carry_out(self, request: requests.Edit) -> bool:
        """Change the copy as asked, with all that follows; whether that made a graph."""
        created = rederive = False
        match request:
            case requests.Update():
                update(self._scratch, request.body.decode(), self._context, request.using, request.named)
            case requests.Put() | requests.Post():
                created = self._upload(request)
            case requests.Delete():
                self._delete(request)
            case requests.Load():
                for document in request.documents:
                    self._load(RdfDocument(**document))
            case requests.Apply():
                rederive = self._apply(ChangeSet.from_rows(request.body))
            case _:
                assert_never(request)
        if not self._context.plain:
            if not isinstance(request, requests.Apply):
                self._refuse_forbidden()
            self._derive(always=rederive)
        return created

    def _upload(self, request: requests.Put | requests.Post) -> bool:
        graph = self._graph(request.graph)
        created = request.graph is not None and not self._scratch.has(graph)
        self._refuse_protected(graph)
        new: set[Quad] = set()
        for number, (body, media_type) in enumerate(request.documents(), 1):
            name = f"part {number}" if len(request.parts) > 1 else "the document"
            read = as_stored(uploads.read(body, media_type, request.base, graph, name))
            new |= read if self._context.plain else name_blank_nodes(read, self._context.base)
        if isinstance(request, requests.Put):
            self._scratch.remove([quad for quad in self._scratch.quads(graph) if quad not in new])
        self._scratch.add(new)
        return created

    def _load(self, document: RdfDocument) -> None:
        """Add what a file says, or take it out. Only what is said of blank nodes is held, to name them."""
        make = self._scratch.remove if document.removes else self._scratch.add
        blank: list[Quad] = []
        for chunk, _ in chunks(document, self._graph(document.graph), self.note):
            quads = as_stored(chunk)
            for graph in {quad.graph_name for quad in quads}:
                if graph in self._protected and not self._context.plain:
                    self._refuse_protected(graph, _where(document, graph))
            if not self._context.plain:
                blank += [quad for quad in quads if has_blank_node(quad)]
                quads = frozenset(quad for quad in quads if not has_blank_node(quad))
            make(quads)
        make(name_blank_nodes(blank, self._context.base))

    def _delete(self, request: requests.Delete) -> None:
        graph = self._graph(request.graph)
        if request.graph is not None and not self._scratch.has(graph):
            raise UnknownGraph(f"there is no graph {graph}, so there is nothing to delete")
        self._refuse_protected(graph)
        self._scratch.drop(graph)

    def _apply(self, change: ChangeSet) -> bool:
        """Take a change over; whether it says that what is derived has changed."""
        kept = self._derived, self._names, provenance.graph(self._context.base)
        # What follows is derived from the graph as it is by now, and what was committed stays so.
        allowed = change if self._context.plain else change.outside(*kept)
        self._scratch.remove(allowed.removed)
        self._scratch.add(allowed.added)
        return allowed is not change and self._derived.value in change.graphs()

    def _graph(self, iri: str | None) -> GraphName:
        return self._context.default if iri is None else NamedNode(iri)

    def _refuse_protected(self, graph: GraphName, where: str = "") -> None:
        if not self._context.plain and graph in self._protected:
            raise Protected(
                f"{where}{graph} is kept by the service itself and cannot be written: the vocabulary comes with the program, "
                "what is derived follows from the claims, the keys of names from the names, and the history from the commits. "
                "Nothing was changed"
            )

    def _refuse_forbidden(self) -> None:
        for graph in {quad.graph_name for quad in chain(self._scratch.removed, self._scratch.added)}:
            self._refuse_protected(graph)
        # Queries see the union of all graphs, where a forged commit would look like a real one.
        for quad in self._scratch.added:
            if quad.predicate.value == terms.RDF_TYPE and quad.object in provenance.KINDS:
                raise Protected(
                    f"{quad.subject} cannot be made a {quad.object}: the service itself describes its commits, in "
                    "graph/history. Nothing was changed"
                )

    def _derive(self, *, always: bool) -> None:
        scratch = self._scratch
        many = len(scratch.removed) + len(scratch.added)
        # Where most of the graph is new, to look through the change for what it touched is in vain: it is all.
        always = always or (many > _MOST and len(scratch.store) < 2 * many)
        changed = None if always else scratch.removed | scratch.added
        for removed, added in chain(
            derivation.steps(scratch.store, changed, self._context.base),
            keys.steps(scratch.store, changed, self._context.base),
        ):
            scratch.remove(removed)
            scratch.add(as_stored(added))


def _where(document: RdfDocument, graph: GraphName) -> str:
    """Where a file first says something of a graph: "file, line 7: "."""
    return f"{document.place(str(graph).encode(), lambda quad: quad.graph_name == graph)}: "


def serve(channel: frames.Channel) -> None:
    """Work out one difference after another."""
    settings = requests.BEGIN.read(*frames.receive(channel)).settings
    editor = Editor(Settings(**{**settings, "data": Path(settings["data"])}))
    while True:
        header, body = frames.receive(channel)
        try:
            with sandbox.limit_computing(header.get("seconds", 0)), garbage.seldom():
                answer = _answer(editor, requests.EDITOR.read(header, body), channel)
            frames.send(channel, answer)
        except OnrecordError as error:
            frames.send(channel, error.to_dict())
        editor.let_go()


def _answer(editor: Editor, request: requests.Request, channel: frames.Channel) -> dict[str, Any]:
    if isinstance(request, requests.Sync):
        editor.sync(request.version)
        return {}
    if isinstance(request, requests.Load):
        return _load(editor, request, channel)
    outcome = editor.edit(request)
    rows, answer = outcome.change.rows, {"created": outcome.created, **editor.counts(outcome.change)}
    if len(rows) > _LARGE:
        return answer | {"rows": str(editor.stage(rows))}
    for begin in range(0, len(rows), _PIECE):
        frames.send(channel, {"more": True}, rows[begin : begin + _PIECE])
    return answer


def _load(editor: Editor, request: requests.Load, channel: frames.Channel) -> dict[str, Any]:
    progress = Progress(channel, [RdfDocument(**document) for document in request.documents])
    editor.note = progress.note
    change = editor.edit(request).change
    Path(request.rows).write_bytes(change.rows)
    return editor.counts(change)


def main(spawn: sandbox.Spawn) -> None:
    """Run this child."""
    sandbox.main(serve, spawn)
