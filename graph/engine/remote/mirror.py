"""Our commits brought to another SPARQL server, in order, so that it holds what our newest version holds.

How far it is stands there itself: graph/history describes each commit, and the update that makes a commit's change there
adds the description, in one operation, where that of the commit before is the newest. A large change goes in parts, which
may be made twice, and the description last; what a server is given at first is marked until all of it is there. So a mirror
that was left in the middle of anything is not level, nobody reads from it through us, and it goes on from there.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Final, Protocol

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from onrecord.graph import terms
from onrecord.graph.changes import Commit, as_stored, from_patch, stored_literals
from onrecord.graph.engine.base import Answer, Bookkeeping
from onrecord.graph.engine.remote.service import RemoteServer
from onrecord.graph.errors import EngineFailure, OnrecordError

log = logging.getLogger("onrecord.mirror")

_PART: Final = 500
"""Quads in one update. Servers compile an update before they run it, some into code with limits of its own."""
_AGAIN: Final = 2.0
"""Seconds after which what failed is tried again."""
_LOOK: Final = 5.0
"""Seconds after which it is looked whether the server still holds what it held."""
_LOOKING: Final = 30.0
"""Seconds that this may take."""
_XSD: Final = terms.PREFIXES["xsd"]
PROBES: Final[tuple[Literal, ...]] = (
    *(
        Literal(value, datatype=NamedNode(_XSD + kind))
        for kind, value in (
            *(
                ("integer", "25"),
                ("integer", "-9223372036854775808"),
                ("decimal", "1.5"),
                ("decimal", "100.0"),
            ),
            *(
                ("double", "1.0E6"),
                ("boolean", "true"),
                ("boolean", "false"),
                ("gYear", "2025"),
                ("gYearMonth", "2025-08"),
            ),
            *(("date", "2025-08-28"), ("date", "2025-08-28Z"), ("dateTime", "2025-08-28T03:00:00")),
            *(("dateTime", "2025-08-28T03:00:00Z"), ("dateTime", "2025-08-28T03:00:00.5+03:00")),
            *(("anyURI", "http://example.org/%20"), ("string", ""), ("string", "Київ 😀")),
            ("string", 'a "quoted" \\ text\nof two lines'),
        )
    ),
    *(Literal("Київ", language="uk"), Literal("theatre", language="en-gb")),
)
"""Literals of the kinds that the data has."""


class CommitSource(Protocol):
    """The engine whose commits are mirrored; each of these is as base.Engine has it."""

    @property
    def version(self) -> int: ...

    def commit_id(self, version: int) -> str: ...

    def patch(self, version: int) -> bytes: ...

    def export(self, format_: str) -> Answer: ...


class AnotherGraph(EngineFailure):
    """The server holds something else than a mirror of this graph; nothing is written there."""


class Mirror:
    """Keeps a server level with an engine, in a thread."""

    def __init__(
        self, service: RemoteServer, source: CommitSource, bookkeeping: Bookkeeping, base: str
    ) -> None:
        self._service = service
        self._source = source
        self._bookkeeping = bookkeeping
        self._base = base
        self._history = bookkeeping.graph(base)
        self._loading = NamedNode(f"{base}mirror/loading")
        self._probes = NamedNode(f"{base}mirror/probes")
        self._wanted = threading.Event()
        self._ended = False
        self._examined = False
        self.level: int | None = None
        """The version that the server holds, whole; None while that is not known or something is under way."""
        self.epoch = 0
        """Another number each time something is written there: what was read meanwhile is of no known version."""
        self.problem: str | None = None
        """Why it is not level; None where it is, or is on its way."""
        self.rewritten = False
        """Whether the server writes some literals in another form than our store does."""

    def start(self) -> None:
        """Bring the server to the newest version, now and after each wake(), in a thread."""
        threading.Thread(target=self._run, name="onrecord-mirror", daemon=True).start()
        self.wake()

    def wake(self) -> None:
        """There is a newer version."""
        self._wanted.set()

    def doubt(self) -> None:
        """The server did not answer a query: it may have ended since, and hold something else when it is back."""
        self.epoch += 1
        self.level = None
        self._wanted.set()

    def stop(self) -> None:
        """Write nothing more."""
        self._ended = True
        self._wanted.set()

    def _run(self) -> None:
        while not self._ended:
            self._wanted.wait(_LOOK if self.problem is None else _AGAIN)
            self._wanted.clear()
            try:
                self.catch_up()
            except OnrecordError as error:
                if not self._ended:
                    self._note(error.message)
            except Exception:
                log.exception("the mirror cannot be kept level")
                self._note("an unforeseen error; the log says which")

    def _note(self, problem: str) -> None:
        if self.problem != problem:
            log.warning("the mirror is not level, this machine answers: %s", problem)
        self.epoch += 1
        self.level, self.problem, self._examined = None, problem, False

    def catch_up(self) -> None:
        """Bring the server to the newest version. AnotherGraph where it holds something else; MirrorFailed."""
        if self.level == self._source.version and self.holds(self.level):
            return
        epoch, there = self.epoch, self._state()
        if not self._examined:
            self._examine(empty=there == 0)
        while not self._ended:
            epoch, there = self.epoch, self._state()
            if there == self._source.version:
                break
            if there:
                self._push(there + 1)
            else:
                self._load()
        if self.problem is not None:
            log.info("the mirror is level at version %d", there)
        # (What doubts it meanwhile has it looked at again.)
        self.level, self.problem = there if epoch == self.epoch else None, None

    def holds(self, version: int) -> bool:
        """Whether the server holds one of our versions, whole, and no later one. MirrorFailed, QueryTimeout."""
        found = (
            f"SELECT ?commit ?other {{ {{ GRAPH {self._history} {{ ?commit <{terms.REC}version> {version} }} }} "
            f"UNION {{ GRAPH {self._history} {{ ?other <{terms.REC}version> {version + 1} }} }} "
            f"UNION {{ GRAPH {self._loading} {{ ?other ?p ?o }} }} }}"
        )
        rows = self._service.select(found, seconds=_LOOKING)
        commits = [row["commit"].value if "commit" in row else "" for row in rows]
        return commits == [self._source.commit_id(version)]

    def _state(self) -> int:
        """The newest version that is there whole, which has to be one of ours; 0 for none, or for a load that was not finished."""
        loading = f"SELECT ?first {{ GRAPH {self._loading} {{ ?s ?p ?first }} }}"
        under_way = self._service.select(loading, seconds=_LOOKING)
        if under_way:
            self._check_ours(1, under_way[0]["first"].value)
            return 0
        newest = (
            f"SELECT ?version ?commit {{ GRAPH {self._history} {{ ?commit a <{terms.REC}Commit> ; <{terms.REC}version> ?version }} }} "
            "ORDER BY DESC(?version) LIMIT 1"
        )
        rows = self._service.select(newest, seconds=_LOOKING)
        if not rows:
            return 0
        version = int(rows[0]["version"].value)
        self._check_ours(version, rows[0]["commit"].value)
        return version

    def _check_ours(self, version: int, commit: str) -> None:
        if version > self._source.version or commit != self._source.commit_id(version):
            raise AnotherGraph(
                f"{self._service.url} holds version {version} of another graph, or another service writes there ({commit}); nothing "
                "is written there. Give this service a store of its own, or empty that one"
            )

    def _examine(self, *, empty: bool) -> None:
        """Find out, once a connection, what is there beside us and what the server does to literals."""
        names = {
            row["g"].value for row in self._service.select("SELECT ?g { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
        }
        system = sorted(filter(self._is_system, names))
        foreign = sorted(names.difference(system, (self._probes.value,)))
        if foreign and empty and self._loading.value not in names:
            raise AnotherGraph(
                f"{self._service.url} holds graphs that are not of this service, such as <{foreign[0]}>, and queries would see "
                "them; give it a store of its own"
            )
        self._service.pragmas = "".join(
            f"DEFINE input:{kind}-graph-exclude <{name}> " for name in system for kind in ("default", "named")
        )
        self._service.own_names = frozenset(
            row["name"].value
            for name in system
            for pattern in ("?s ?name ?o", "?s a ?name")
            for row in self._service.select(f"SELECT DISTINCT ?name {{ GRAPH <{name}> {{ {pattern} }} }}")
        )
        self._probe()
        self._examined = True

    def _is_system(self, name: str) -> bool:
        return self._service.dialect.system.fullmatch(name) is not None

    def _probe(self) -> None:
        """Write literals and read them back: as they are, in another form of the same value, or as something else."""
        graph = self._probes
        stored = stored_literals(PROBES)
        numbered = {f"{graph.value}/{n}": stored.get(literal, literal) for n, literal in enumerate(PROBES)}
        predicate = NamedNode(terms.REC + "probe")
        quads = [Quad(NamedNode(name), predicate, literal, graph) for name, literal in numbered.items()]
        self.epoch += 1
        self.level = None
        self._service.update(_data("INSERT", quads))
        try:
            everything = f"SELECT ?s ?o {{ ?s {predicate} ?o }}"
            self._service.find_union(
                lambda parameters: len(self._service.select(everything, parameters)) == len(numbered)
            )
            found = {
                row["s"].value: row["o"] for row in self._service.select(everything, self._service.union)
            }
        finally:
            self._service.update(_data("DELETE", quads))
        changed = {name for name, literal in numbered.items() if found[name] != literal}
        read = as_stored(Quad(NamedNode(name), predicate, found[name], graph) for name in numbered)
        lost = sorted(
            str(numbered[q.subject.value])
            for q in read
            if isinstance(q.subject, NamedNode) and q.object != numbered[q.subject.value]
        )
        if lost:
            raise AnotherGraph(
                f"{self._service.url} does not keep literals as they are: {', '.join(lost)}; what was checked would not be what is "
                f"answered. {self._service.dialect.makes_others or 'Use another server'}"
            )
        self.rewritten = bool(changed)

    # Writing

    def _load(self) -> None:
        """Everything of the newest version, into a server that has nothing yet, or an unfinished load."""
        self.epoch += 1
        self.level = None
        first = NamedNode(self._source.commit_id(1))
        mark = [Quad(self._loading, NamedNode(terms.REC + "loading"), first, self._loading)]
        self._service.update(_data("INSERT", mark))
        for row in self._service.select("SELECT ?g { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"):
            if row["g"] != self._loading and not self._is_system(row["g"].value):
                # What an earlier load left, of a version that is not the newest any more.
                self._service.update(f"DROP SILENT GRAPH {row['g']}")
        for part in _parts(_quads(self._source.export("nquads"))):
            self._service.update(_data("INSERT", part))
            if self._ended:
                return
        self._service.update(_data("DELETE", mark))

    def _push(self, version: int) -> None:
        commit, change = from_patch(self._source.patch(version), f"the patch of version {version}")
        change = change.outside(self._history)
        described = self._bookkeeping.describe(commit, self._base)
        self.epoch += 1
        self.level = None
        removed, added = change.removed, change.added
        if len(removed) + len(added) > _PART:
            for verb, quads in (("DELETE", removed), ("INSERT", added)):
                for part in _parts(quads):
                    self._service.update(_data(verb, part))
            removed = added = frozenset()
        self._service.update(self._step(commit, removed, [*added, *described]))

    def _step(self, commit: Commit, removed: Iterable[Quad], added: Iterable[Quad]) -> str:
        """One operation that makes a change where the commit before is the newest one."""
        before = self._source.commit_id(commit.version - 1)
        where = f"GRAPH {self._history} {{ <{before}> <{terms.REC}version> {commit.version - 1} }}"
        guard = f"FILTER NOT EXISTS {{ GRAPH {self._history} {{ ?other <{terms.REC}version> {commit.version} }} }}"
        taken = f"DELETE {{ {_groups(removed)} }} " if removed else ""
        return f"{taken}INSERT {{ {_groups(added)} }} WHERE {{ {where} {guard} }}"


def _quads(answer: Answer) -> Iterator[Quad]:
    rest = b""
    for piece in answer.chunks():
        whole, end, rest = (rest + piece).rpartition(b"\n")
        yield from parse(whole + end, RdfFormat.N_QUADS)


def _parts(quads: Iterable[Quad]) -> Iterator[list[Quad]]:
    part: list[Quad] = []
    for quad in quads:
        part.append(quad)
        if len(part) == _PART:
            yield part
            part = []
    if part:
        yield part


def _data(verb: str, quads: Iterable[Quad]) -> str:
    return f"{verb} DATA {{ {_groups(quads)} }}"


def _groups(quads: Iterable[Quad]) -> str:
    name: Callable[[Quad], str] = lambda quad: str(quad.graph_name)  # noqa: E731
    return " ".join(
        f"GRAPH {graph} {{ {' '.join(f'{q.subject} {q.predicate} {q.object} .' for q in group)} }}"
        for graph, group in groupby(sorted(quads, key=name), name)
    )
