"""The editor: the child process that reads strangers' RDF and evaluates updates, on a copy of the graph in memory.

It answers with the difference that a request would make and makes none: the copy is as it was again when the answer
is out. What it had wrong, or was made to eat, dies with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pyoxigraph import DefaultGraph, NamedNode, Quad

from onrecord.graph import provenance, terms
from onrecord.graph.changes import ChangeSet, as_stored
from onrecord.graph.disputes import rules
from onrecord.graph.engine.disk import snapshots
from onrecord.graph.engine.disk.history import History
from onrecord.graph.engine.processes import frames, sandbox
from onrecord.graph.errors import EngineFailure, OnrecordError, Protected, UnknownGraph
from onrecord.graph.settings import Settings
from onrecord.graph.writing import uploads
from onrecord.graph.writing.evaluate import Way, update
from onrecord.graph.writing.scratch import Graph, Scratch
from onrecord.graph.writing.skolem import name_blank_nodes

_PIECE: Final = 1 << 20
_FAR: Final = 200
"""So many versions behind, the copy is made anew from the snapshot instead of following the history."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A request, and what it is made of."""

    request: Mapping[str, Any]
    body: bytes


class _Copy(Scratch):
    """The graph without its bookkeeping where an update says ALL or NAMED: what nobody writes is not what they mean."""

    history: Graph | None = None

    def graphs(self) -> list[Graph]:
        """The named graphs, but graph/history."""
        return [graph for graph in super().graphs() if graph != self.history]


class Editor:
    """The copy, and the ways in which requests change it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._limited = False
        self._version = -1
        self._scratch = _Copy()
        default: Graph = DefaultGraph()
        if not settings.plain:
            default = NamedNode(terms.graph_iri("default", settings.base))
        self._way = Way(settings.base, default, settings)

    def sync(self, version: int) -> None:
        """Bring the copy to a version."""
        data = self._settings.data
        if not 0 <= version - self._version <= _FAR or self._version < 0:
            self._scratch = _Copy(snapshots.open_(snapshots.path(data, version)))
        else:
            history = History(data / "history")
            for missing in range(self._version + 1, version + 1):
                commit, change = history.read(missing)
                if not self._way.plain:
                    self._scratch.add(provenance.describe(commit, self._way.base))
                self._scratch.apply(change)
        if not self._way.plain:
            self._scratch.history = provenance.graph(self._way.base)
        self._version = version
        if not self._limited:
            sandbox.limit_memory(self._settings.worker_megabytes)
            self._limited = True

    def edit(self, edit: Edit) -> tuple[ChangeSet, dict[str, Any]]:
        """The change that a request asks for, and what else there is to say of it."""
        try:
            said = self._try(edit)
            if not self._way.plain:
                if edit.request["do"] != "apply":
                    for graph in {quad.graph_name for quad in self._scratch.removed | self._scratch.added}:
                        self._refuse_protected(graph)
                    self._refuse_forged(self._scratch.added)
                self._derive(always=bool(said.pop("derived", False)))
            change = ChangeSet(
                frozenset(self._scratch.removed), frozenset(self._scratch.added), plain=self._way.plain
            )
        except OnrecordError:
            self._scratch.undo()
            raise
        except BaseException:
            self._version = -1  # nobody knows what the copy is now
            raise
        self._scratch.undo()
        return change, said

    def _try(self, edit: Edit) -> dict[str, Any]:
        request = edit.request
        match request["do"]:
            case "update":
                update(self._scratch, edit.body.decode(), self._way, request["using"], request["named"])
                return {}
            case "put" | "post":
                return self._upload(edit)
            case "delete":
                graph = self._graph(request["graph"])
                if request["graph"] is not None and not self._scratch.has(graph):
                    raise UnknownGraph(f"there is no graph {graph}, so there is nothing to delete")
                self._refuse_protected(graph)
                self._scratch.drop(graph)
                return {}
            case "apply":
                return self._apply(ChangeSet.from_rows(edit.body, plain=True))
            case other:
                raise EngineFailure(f"the editor knows no request called {other!r}")

    def _upload(self, edit: Edit) -> dict[str, Any]:
        request = edit.request
        graph = self._graph(request["graph"])
        created = request["graph"] is not None and not self._scratch.has(graph)
        self._refuse_protected(graph)
        new: set[Quad] = set()
        begin = 0
        parts = request["parts"]
        for number, (length, media_type) in enumerate(parts, 1):
            body = edit.body[begin : begin + length]
            begin += length
            name = f"part {number}" if len(parts) > 1 else "the document"
            read = as_stored(uploads.read(body, media_type, request["base"], graph, name))
            new |= read if self._way.plain else name_blank_nodes(read, self._way.base)
        if request["do"] == "put":
            self._scratch.remove([quad for quad in self._scratch.quads(graph) if quad not in new])
        self._scratch.add(new)
        return {"created": created}

    def _apply(self, change: ChangeSet) -> dict[str, Any]:
        if self._way.plain:
            self._scratch.remove(change.removed)
            self._scratch.add(change.added)
            return {}
        # What was derived is derived anew, from the graph as it is by now; what was committed stays committed.
        derived = NamedNode(terms.graph_iri("derived", self._way.base))
        kept = {derived, provenance.graph(self._way.base)}
        self._scratch.remove(quad for quad in change.removed if quad.graph_name not in kept)
        self._scratch.add(quad for quad in change.added if quad.graph_name not in kept)
        return {"derived": derived.value in change.graphs()}

    def _graph(self, iri: str | None) -> Graph:
        return self._way.default if iri is None else NamedNode(iri)

    def _refuse_protected(self, graph: Graph) -> None:
        if not self._way.plain and graph in self._protected():
            raise Protected(
                f"{graph} is kept by the service itself and cannot be written: the vocabulary comes with the program, "
                "what is derived follows from the claims, and the history from the commits. Nothing was changed"
            )

    def _refuse_forged(self, added: Iterable[Quad]) -> None:
        # Queries see the union of all graphs, where an invented commit would look like one that was made.
        for quad in added:
            if quad.predicate.value == terms.RDF_TYPE and quad.object in provenance.KINDS:
                raise Protected(
                    f"{quad.subject} cannot be made a {quad.object}: the service itself describes its commits, in "
                    "graph/history. Nothing was changed"
                )

    def _protected(self) -> set[Graph]:
        return {NamedNode(terms.graph_iri(name, self._way.base)) for name in terms.PROTECTED}

    def _derive(self, *, always: bool) -> None:
        scratch = self._scratch
        if not always and not rules.concerned(scratch.removed | scratch.added):
            return
        graph = NamedNode(terms.graph_iri("derived", self._way.base))
        derived = as_stored(rules.derive(scratch.store, self._way.base))
        scratch.remove([quad for quad in scratch.quads(graph) if quad not in derived])
        scratch.add(derived)


def serve(channel: frames.Channel) -> None:
    """Work out one difference after another."""
    request, _ = frames.receive(channel)
    told = request["settings"]
    editor = Editor(Settings(**told | {"data": Path(told["data"])}))
    while True:
        request, body = frames.receive(channel)
        try:
            if request["do"] == "sync":
                editor.sync(request["version"])
                answer: dict[str, Any] = {}
            else:
                change, answer = editor.edit(Edit(request, body))
                for begin in range(0, len(change.rows), _PIECE):
                    frames.send(channel, {"more": True}, change.rows[begin : begin + _PIECE])
        except OnrecordError as error:
            answer = error.to_dict()
        frames.send(channel, answer)


def main(birth: sandbox.Birth) -> None:
    """Be this child."""
    sandbox.main(serve, birth)
