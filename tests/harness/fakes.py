"""A ledger that notes what it is told to write, over graphs that are bytes in a dictionary; and tokens by heart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from flask import Flask

from onrecord.api.access import auth
from onrecord.graph.changes import Commit
from onrecord.graph.engine.base import Answer
from onrecord.graph.errors import PreconditionFailed, UnknownGraph, UnknownVersion
from onrecord.graph.files.access_tokens import AccessToken
from onrecord.graph.writing.parsing.documents import RdfDocument

UPDATER: Final = {"Authorization": "Bearer u-token"}
STORER: Final = {"Authorization": "Bearer s-token"}
ADMIN: Final = {"Authorization": "Bearer a-token"}


def _token(name: str, scope: str) -> AccessToken:
    return AccessToken(name, frozenset({scope}), datetime(2025, 8, 28, tzinfo=UTC), "")


class Book:
    """Three tokens: one may update, one may store, one may do everything."""

    def holder(self, token: str) -> AccessToken | None:
        return {
            "u-token": _token("updater", "update"),
            "s-token": _token("storer", "store"),
            "a-token": _token("chief", "admin"),
        }.get(token)


@dataclass
class Writable:
    """Every write succeeds, makes a version and is noted in `calls`; `error` is raised instead where it is set.

    The first `overtaken` writes come too late: somebody else has made a version in between.
    """

    version: int = 7
    graphs: dict[str | None, bytes] = field(default_factory=lambda: {None: b""})
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    error: Exception | None = None
    overtaken: int = 0

    def about(self) -> dict[str, Any]:
        return {"waiting": 0}

    def _written(self, name: str, **given: Any) -> Commit:
        self.calls.append((name, given))
        if self.error is not None:
            raise self.error
        if self.overtaken:
            self.overtaken -= 1
            self.version += 1
            raise PreconditionFailed("the graph has moved on", self.version)
        self.version += 1
        return Commit(self.version, "urn:x", datetime(2025, 8, 28, tzinfo=UTC), given["author"], "", 3, 1)

    def commit_id(self, version: int) -> str:
        return f"urn:uuid:{version}"

    def update(self, text: str, **given: Any) -> Commit:
        return self._written("update", text=text, **given)

    def store_get(self, graph: str | None, format: str) -> Answer:
        if graph not in self.graphs:
            raise UnknownGraph(f"there is no graph <{graph}>")
        answer = Answer(self.version)
        answer.kind, answer.format = "graph", format
        answer.write(self.graphs[graph])
        return answer

    def store_exists(self, graph: str | None) -> bool:
        return graph in self.graphs

    def store_write(
        self, graph: str | None, parts: Sequence[tuple[bytes, str]], *, whole: bool, **given: Any
    ) -> tuple[Commit, bool]:
        commit = self._written("put" if whole else "post", graph=graph, parts=list(parts), **given)
        new = graph not in self.graphs
        before = b"" if whole else self.graphs.get(graph, b"")
        self.graphs[graph] = before + b"".join(content for content, _ in parts)
        return commit, new

    def load(self, documents: Sequence[RdfDocument], **given: Any) -> Commit:
        loaded = [(Path(one.path).read_bytes(), one.media_type, one.graph) for one in documents]
        return self._written("load", loaded=loaded, **given)

    def store_delete(self, graph: str | None, **given: Any) -> Commit:
        if graph not in self.graphs:
            raise UnknownGraph(f"there is no graph <{graph}>")
        commit = self._written("delete", graph=graph, **given)
        del self.graphs[graph]
        return commit

    @property
    def last(self) -> dict[str, Any]:
        """What the last write was told."""
        return self.calls[-1][1]


def with_tokens(app: Flask) -> Flask:
    app.extensions[auth.KEY] = Book()
    return app


def answer(version: int, body: bytes) -> Answer:
    made = Answer(version)
    made.kind, made.format = "solutions", "json"
    made.write(body)
    return made


class Counting:
    """A ledger whose answer is its version, and that counts how often it was asked."""

    def __init__(self) -> None:
        self.version = 1
        self.asked = 0

    def about(self) -> dict[str, Any]:
        return {"waiting": 0}

    def commit_id(self, version: int) -> str:
        return f"urn:uuid:{version}"

    def query(self, text: str, *, version: int | None = None, **_: Any) -> Answer:
        self.asked += 1
        if version not in (None, self.version):
            raise UnknownVersion(f"version {version} is not kept")
        return answer(self.version, f"{self.version} {text}".encode())
