"""The engine whose graph is on another SPARQL server too: that one answers what is asked of the newest version.

This machine keeps the commits, which are the truth, and a store and snapshots for what needs them: checks, older versions,
exports. While the mirror is not level with the newest version, or does not answer, this machine answers.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import lru_cache
from importlib import import_module
from typing import Any, Final, cast

from onrecord.graph import errors, formats, terms
from onrecord.graph.changes import Commit
from onrecord.graph.engine.base import Answer, Bookkeeping, Query, Staged
from onrecord.graph.engine.embedded import EmbeddedEngine
from onrecord.graph.engine.limits import Limit
from onrecord.graph.engine.processes.launcher import Launcher
from onrecord.graph.engine.reading import requests
from onrecord.graph.engine.remote.construct import as_rows
from onrecord.graph.engine.remote.dialects import Dialect
from onrecord.graph.engine.remote.mirror import Mirror
from onrecord.graph.engine.remote.service import N_TRIPLES, RemoteServer
from onrecord.graph.settings import Settings
from onrecord.graph.sparql import screening
from onrecord.graph.sparql.tokens import tokenize

log = logging.getLogger("onrecord.mirror")

_LARGER: Final = 4
"""A result in JSON or N-Triples is up to so many times larger than in the format that was asked for."""
_TEXTS: Final = 1_000
"""Of so many queries it is kept what kind of result they have."""


class RemoteEngine(EmbeddedEngine):
    """The engine of this machine, with a mirror that is asked first."""

    def __init__(self, settings: Settings, launcher: Launcher, *, bookkeeping: str) -> None:
        service = RemoteServer(settings)
        super().__init__(settings, launcher, bookkeeping=bookkeeping)
        if self.plain:
            self.close()
            raise errors.WrongMode(
                "a plain store has no history in the graph, by which a mirror is kept level: unset ONRECORD_STORE, and use that "
                "server itself"
            )
        module = cast("Bookkeeping", import_module(bookkeeping))
        self._service = service
        self._mirror = Mirror(service, self, module, settings.base)
        self._kind = lru_cache(_TEXTS)(self._kind_of)
        self._answered = self._fallen_back = 0
        self._mirror.start()

    def query(self, query: Query) -> Answer:
        version, epoch = self.version, self._mirror.epoch
        if query.matches or query.version not in {None, version} or self._mirror.level != version:
            # (What has some words is found by an index on this machine.)
            return super().query(query)
        connected = self._service.connected
        try:
            answer = self._ask(query, version)
            # A server that was started again may hold something else since it was looked at.
            is_level = self._service.connected == connected or self._mirror.holds(version)
        except errors.QueryTimeout:
            # (also where it went silent)
            self._mirror.doubt()
            raise
        except errors.MirrorFailed as error:
            log.warning("a query is answered by this machine: %s", error)
            self._mirror.doubt()
            self._fallen_back += 1
            return super().query(query)
        if answer is None:
            return super().query(query)
        if self._mirror.epoch != epoch or not is_level:
            # Something was written meanwhile, so nobody knows of which version this is.
            answer.close()
            if not is_level:
                self._mirror.doubt()
            return super().query(replace(query, version=version))
        self._answered += 1
        return answer

    def _ask(self, query: Query, version: int) -> Answer | None:
        """The server's answer; None where it is not asked, since it would answer otherwise than we do."""
        bounds = query.bounds
        if bounds is not None:
            screening.check_size(query.text, "query", bounds.query_kilobytes)
        kind, has_data_set, columns, needed = self._kind(query.text, bounds)
        service = self._service
        rows = None
        if kind == "graph" and service.dialect.cuts_graphs:
            rows = as_rows(query.text)
            if rows is None:
                return None
        # To leave graphs out doubles what some queries take, so it is done where they may hold an answer.
        is_ours = needed is not None and needed.isdisjoint(service.own_names)
        pragmas = "" if is_ours else service.pragmas
        asked = query.text if rows is None else rows.query
        text = _sent(asked, service.dialect, pragmas, self._settings.base)
        if query.formats.get(kind) is None or text is None:
            return None
        limit = Limit.of(self._settings, "QUERY_SECONDS", self._settings.result_megabytes)
        # (A yes or no is small, and some write it as a table of their own.)
        table = formats.JSON if kind == "boolean" else service.dialect.tables
        body = service.query(
            text,
            N_TRIPLES if kind == "graph" and rows is None else table.media_type,
            limit.wall,
            _LARGER * self._settings.result_megabytes << 20,
            self._data_set(query, has_data_set=has_data_set),
        )
        request = requests.Convert(
            kind,
            tuple(query.formats.items()),
            self._settings.result_rows,
            self._settings.base,
            self._mirror.rewritten,
            columns if rows is None else rows.columns,
            table.name,
            None if rows is None else rows.template,
        )
        return self._read(request, body, version, limit)[1]

    def _kind_of(
        self, text: str, bounds: screening.Bounds | None
    ) -> tuple[str, bool, list[str], frozenset[str] | None]:
        """What kind of result a query has, whether it names its data set, the columns of a table, and what a graph needs to be
        seen by it (graph/sparql/rewriting/needed.py); an error where it is not one that we run."""
        request = requests.Prepare(bounds, self._settings.base)
        limit = Limit.of(self._settings, "QUERY_SECONDS")
        reply, answer = self._read(request, text.encode(), None, limit)
        answer.close()
        names = reply["needed"]
        return reply["kind"], reply["data_set"], reply["columns"], None if names is None else frozenset(names)

    def _data_set(self, query: Query, *, has_data_set: bool) -> list[tuple[str, str]]:
        if query.default_graphs is None and query.named_graphs is None:
            return [] if has_data_set else list(self._service.union.items())
        return [
            *(("default-graph-uri", graph) for graph in query.default_graphs or ()),
            *(("named-graph-uri", graph) for graph in query.named_graphs or ()),
        ]

    def commit(self, change: bytes | Staged, *, message: str, author: str) -> Commit:
        committed = super().commit(change, message=message, author=author)
        self._mirror.wake()
        return committed

    def about(self) -> dict[str, Any]:
        mirror = self._mirror
        return super().about() | {
            "mirror": {
                "url": self._service.url,
                "server": self._service.name,
                "level": mirror.level,
                "problem": mirror.problem,
                "answered": self._answered,
                "fallen_back": self._fallen_back,
            }
        }

    def close(self) -> None:
        if not self._closed and not self.plain:
            self._mirror.stop()
            self._service.close()
        super().close()


@lru_cache(_TEXTS)
def _sent(text: str, dialect: Dialect, pragmas: str, base: str) -> str | None:
    """The query with the base and the prefixes that need no declaring here, all in front of its first line; None where the
    server would answer it otherwise."""
    tokens = list(tokenize(text, spaces=False))
    if dialect.otherwise(tokens):
        return None
    used = {token.text.partition(":")[0] for token in tokens if token.kind == "name"}
    prefixes = "".join(f"PREFIX {name}: <{iri}> " for name, iri in terms.PREFIXES.items() if name in used)
    has_base = any(token.kind == "word" and token.text.upper() == "BASE" for token in tokens)
    return f"{pragmas}{'' if has_base else f'BASE <{base}> '}{prefixes}{text}"
