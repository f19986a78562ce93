"""An invented graph with all that is derived from it, made piece by piece: what a graph of ten million quads takes neither hours nor memory for.

What is said of an event, its parts and the claims on them stands in documents that follow one another (bench/generate.py), so that
what follows for claims is derived piece by piece, given who held which post until then. Relations rest on things of many pieces: each
piece gives what it has of them, sorted, and they are added up over all. A test holds the outcome against deriving everything at once.
"""

from __future__ import annotations

import heapq
import re
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import ExitStack
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, TypeVar

import pyoxigraph as ox

from bench import generate
from onrecord.graph import terms
from onrecord.graph.changes import as_stored
from onrecord.graph.disputes import derivation
from onrecord.graph.engine.base import Staged
from onrecord.graph.engine.disk import staging
from onrecord.graph.ledger import Ledger
from onrecord.graph.relations import aggregates
from onrecord.graph.search import keys
from onrecord.graph.settings import Settings
from onrecord.graph.vocabulary import ontology

PIECE: Final = 100_000
"""Quads of a piece, and those of the event that it ends in."""
_PROCESSES: Final = 2
_AT_ONCE: Final = 20_000
"""So many relations are written at once."""
_BASE: Final = terms.DEFAULT_BASE
_DERIVED: Final = ox.NamedNode(terms.graph_iri("derived"))
_FOLLOWING: Final = tuple(f"<{terms.graph_iri(name)}> .\n".encode() for name in terms.FOLLOWING)
_DOCUMENT: Final = f"<{terms.RDF_TYPE}> <{terms.REC}Document> "
_EVENT: Final = f"<{terms.RDF_TYPE}> <{terms.REC}Strike> "
_NAMED: Final = re.compile(rf"<{re.escape(_BASE)}(?:actor|tenure)/[^>]+>")
_KEPT: Final = re.compile(
    rf"(<{re.escape(_BASE)}(?:actor|tenure)/[^>]+>) <(?:{re.escape(terms.RDF_TYPE)}|"
    rf"{terms.REC}(?:unitOf|side|holder|institution|from))> "
)
"""What of actors and posts later pieces depend on."""

_R = TypeVar("_R")

_Row = list[str]
"""Of a relation: its kind, source, target, one thing that it rests on, and its first and last day there, "" for none."""


def make(quads: int, data: Path, piece: int = PIECE) -> None:
    """Make a data directory with an invented graph of so many quads as its first commit."""
    settings = Settings(data=data, commit_seconds=36_000, worker_megabytes=8192)
    with Ledger.open(settings, _gate=False) as ledger, staging.fresh(data) as directory:
        made = derived(quads, directory, piece)
        _say("loading")
        store = ox.Store(directory / "store")
        for file in made:
            store.bulk_load(path=str(file), format=ox.RdfFormat.N_QUADS)
        _say("compacting")
        store.optimize()
        store.flush()
        del store
        rows, counted = directory / "rows", 0
        with rows.open("wb") as target:
            for file in made:
                lines = file.read_bytes().splitlines(keepends=True)
                counted += sum(not line.endswith(_FOLLOWING) for line in lines)
                target.writelines(b"A " + line for line in lines)
                file.unlink()
        _say(f"committing, {counted:,} quads beside those that follow")
        # A change that is made already has no door of its own: what is given to the ledger, it works out.
        ledger._engine.commit(
            Staged(rows, counted, 0, directory / "store"), message="an invented graph", author="bench"
        )


def derived(quads: int, directory: Path, piece: int = PIECE) -> list[Path]:
    """Files of N-Quads in a directory, in which each quad of the graph and of what is derived from it stands once."""
    _say(f"inventing {quads:,} quads, and deriving what follows for their claims")
    found: list[Path] = []
    common: set[str] = set()
    with ProcessPoolExecutor(_PROCESSES, get_context("spawn")) as pool:
        texts = enumerate(_with_context(_pieces(generate.lines(quads), piece)))
        pieces = (
            ("".join(own), "".join(context), directory / f"{number}.nq") for number, (own, context) in texts
        )
        for path, said_by_all in _in_turn(pool, _derive, pieces):
            found.append(path)
            common |= said_by_all
        _say("adding up relations")
        relations = directory / "relations.nq"
        with ExitStack() as files, relations.open("wb") as target:
            rows = heapq.merge(*(files.enter_context(path.with_suffix(".rows").open()) for path in found))
            each_once = (row.rstrip("\n").split("\t") for row, _ in groupby(rows))
            keyed = groupby(each_once, key=lambda row: row[:3])
            batches = ((batch,) for batch in _batches(list(group) for _, group in keyed))
            target.writelines(_in_turn(pool, _added_up, batches))
            target.write("".join(sorted(common)).encode())
    return [*found, relations]


def _in_turn(pool: Executor, call: Callable[..., _R], given: Iterable[tuple[Any, ...]]) -> Iterator[_R]:
    """What calls return, in order; few are ahead, so that what is given does not wait in memory."""
    waiting: deque[Future[_R]] = deque()
    for arguments in given:
        waiting.append(pool.submit(call, *arguments))
        if len(waiting) > 2 * _PROCESSES:
            yield waiting.popleft().result()
    for each in waiting:
        yield each.result()


def _pieces(lines: Iterable[str], size: int) -> Iterator[list[str]]:
    """The lines in pieces of this size or more, each of which begins with the first document on an event."""
    piece: list[str] = []
    document: list[str] = []
    for line in lines:
        if _DOCUMENT in line:
            piece += document
            document = []
        elif _EVENT in line and len(piece) >= size:
            yield piece
            piece = []
        document.append(line)
    yield piece + document


def _with_context(pieces: Iterable[list[str]]) -> Iterator[tuple[list[str], list[str]]]:
    """Each piece, with what was said before of the actors and posts that it names, and of those that these lead to."""
    said: dict[str, list[str]] = {}
    led_to_by: dict[str, list[str]] = {}
    for piece in pieces:
        ahead = {name for line in piece for name in _NAMED.findall(line)}
        seen: set[str] = set()
        context: list[str] = []
        while ahead:
            name = ahead.pop()
            if name not in seen:
                seen.add(name)
                context += said.get(name, ())
                ahead.update(other for line in said.get(name, ()) for other in _NAMED.findall(line))
                ahead.update(led_to_by.get(name, ()))
        yield piece, context
        for line in piece:
            kept = _KEPT.match(line)
            if kept:
                said.setdefault(kept[1], []).append(line)
                if "tenure/" in kept[1]:
                    for other in _NAMED.findall(line)[1:]:
                        led_to_by.setdefault(other, []).append(kept[1])


def _derive(text: str, context: str, path: Path) -> tuple[Path, set[str]]:
    """Write a piece with what follows from it, and beside it its part of relations; and what is said of rules and keys, as all pieces say it."""
    store = ox.Store()
    own = as_stored(ox.parse(text.encode(), ox.RdfFormat.N_QUADS))
    store.extend(own)
    store.extend(ontology.vocabulary_quads(_BASE))
    store.extend(ox.parse(context.encode(), ox.RdfFormat.N_QUADS))
    for _, added in derivation._of_claims(store, None, _BASE):
        store.extend(as_stored(added))
    rows = sorted(
        "\t".join((*key, thing.value, *(bound or "" for bound in span))) + "\n"
        for key, resting in aggregates.found(store, None).items()
        for thing, span in resting.items()
    )
    path.with_suffix(".rows").write_text("".join(rows))
    everywhere = f"<{_BASE}rule/", f"<{terms.graph_iri('names', _BASE)}> "
    following = _lines([*store.quads_for_pattern(None, None, None, _DERIVED), *as_stored(keys.derive(own))])
    with path.open("w") as file:
        file.writelines(_lines(own))
        file.writelines(line for line in following if not line.startswith(everywhere))
    common = {line for line in following if line.startswith(everywhere)}
    return path, common.union(_lines(ox.Quad(*triple, _DERIVED) for triple in aggregates.kind_triples(_BASE)))


def _lines(quads: Iterable[ox.Quad]) -> list[str]:
    return (ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").decode().splitlines(keepends=True)


def _batches(groups: Iterator[list[_Row]]) -> Iterator[list[list[_Row]]]:
    batch: list[list[_Row]] = []
    for group in groups:
        batch.append(group)
        if len(batch) >= _AT_ONCE:
            yield batch
            batch = []
    yield batch


def _added_up(groups: list[list[_Row]]) -> bytes:
    """The quads of relations, each given by its rows."""
    quads = (
        ox.Quad(*triple, _DERIVED)
        for rows in groups
        for triple in aggregates.triples(
            _BASE,
            (rows[0][0], rows[0][1], rows[0][2]),
            {ox.NamedNode(thing): (first or None, last or None) for *_, thing, first, last in rows},
        )
    )
    return ox.serialize(as_stored(quads), format=ox.RdfFormat.N_QUADS) or b""


def _say(text: str) -> None:
    print(f"{time.strftime('%X')} {text}", file=sys.stderr, flush=True)
