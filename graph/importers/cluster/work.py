"""What is done with one partition of an import: its records, their quads, and what the shapes say of them.

It runs in a worker, on whatever machine, beside a copy of the graph that was sent there; the same partition gives the same
result wherever and however often it is worked on.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

import onrecord
from onrecord import graph as _graph
from onrecord import ontology, shapes
from onrecord.graph import quads
from onrecord.graph.engine import opened
from onrecord.graph.engine.disk import snapshots
from onrecord.graph.errors import OnrecordError, UnknownVersion
from onrecord.graph.files.temporary import TemporaryDirectory
from onrecord.graph.importers import discovery
from onrecord.graph.importers.model import Importer, Refusal, Row, Surroundings
from onrecord.graph.importers.spool import RecordLines, undescribed

_PACKAGES: Final = (_graph, ontology, shapes)
_FILES: Final = {".py", ".rq", ".ttl", ".jsonld"}
_ONE: Final = threading.Lock()
"""Partitions are worked on one at a time in a process: rdflib is changed while it checks."""


@dataclass(frozen=True, slots=True)
class Job:
    """What holds for all partitions of an import.

    `source` is the file of a project's own importer, its name and text; None for one that is installed. With `gated`,
    the shapes are asked, at first by the fast engine with `fast`.
    """

    importer: str
    source: tuple[str, str] | None
    base: str
    gated: bool
    fast: bool
    release: dict[str, str]


@dataclass(frozen=True, slots=True)
class PartitionOutcome:
    """What came of a partition; the report is that of the gate, as a dictionary."""

    said: list[RecordLines]
    refused: list[Refusal]
    report: dict[str, Any] | None


class WrongWorker(OnrecordError):  # noqa: N818
    """A worker is not of this version of the program, so it might make something else of the same rows."""


@cache
def release() -> dict[str, str]:
    """What has to be the same wherever partitions of one import are worked on: versions, and the hash of the program's files."""
    digest = hashlib.sha256()
    for package in _PACKAGES:
        folder = Path(str(package.__file__)).parent
        for path in sorted(path for path in folder.rglob("*") if path.suffix in _FILES):
            digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    names = ("pyoxigraph", "pyshacl", "rdflib")
    return {
        "onrecord": onrecord.__version__,
        **{name: metadata.version(name) for name in names},
        "files": digest.hexdigest()[:12],
    }


@dataclass(frozen=True, slots=True)
class Surrounding:
    """A graph beside which rows are worked on: a snapshot packed as one file, and the graph of the import, which is left out."""

    name: str
    graph: str
    packed: bytes


def pack(data: Path, version: int, name: str, graph: str) -> Surrounding:
    """A version of the graph, to be sent to workers; `name` tells it from others. UnknownVersion where it is not kept any more."""
    packed = io.BytesIO()
    with snapshots.held(data, version) as held:
        if not held:
            raise UnknownVersion(f"version {version} was dropped meanwhile: run the import again")
        with tarfile.open(fileobj=packed, mode="w") as archive:
            archive.add(snapshots.path(data, version), ".")
    return Surrounding(name, graph, packed.getvalue())


class _Around:
    """As the runner's: what an importer may ask of the graph, all but that of its import."""

    def __init__(self, store: ox.Store, base: str) -> None:
        self._store = store
        self.base = base

    def rows(self, query: str) -> list[dict[str, Any]]:
        return quads.rows(self._store, query)


class _Unpacked:
    """The surrounding that was last worked beside, as a store of this process."""

    def __init__(self) -> None:
        self._name: tuple[str, str] | None = None
        self._folder: TemporaryDirectory | None = None
        self._store: ox.Store | None = None

    def open(self, surrounding: Surrounding) -> ox.Store:
        name = surrounding.name, surrounding.graph
        if self._store is None or self._name != name:
            self._store = self._name = None
            if self._folder is not None:
                self._folder.cleanup()
            self._folder = TemporaryDirectory("around")
            with tarfile.open(fileobj=io.BytesIO(surrounding.packed)) as archive:
                archive.extractall(self._folder.path, filter="data")
            store = opened.store(self._folder.path)
            store.remove_graph(ox.NamedNode(surrounding.graph))
            self._store, self._name = store, name
        return self._store


_unpacked: Final = _Unpacked()


def work(job: Job, surrounding: Surrounding, number: int, rows: Sequence[Row]) -> PartitionOutcome:
    """What the rows of a partition say, and what the shapes say of that. WrongWorker; BadImporter."""
    if job.release != release():
        raise WrongWorker(different(job.release, release()))
    importer = _importer(job.importer, job.source)
    with _ONE:
        store = _unpacked.open(surrounding)
        around = _Around(store, job.base)
        said, refused = _said(importer, rows, around, number)
        report = None
        if job.gated:
            new = undescribed((line for one in said if one.shared for line in one.lines), around)
            report = _check(
                [line for one in said if not one.shared for line in one.lines] + [*new], store, fast=job.fast
            )
    return PartitionOutcome(said, refused, report)


def _said(
    importer: Importer, rows: Sequence[Row], around: Surroundings, number: int
) -> tuple[list[RecordLines], list[Refusal]]:
    said: list[RecordLines] = []
    refused: list[Refusal] = []
    graph = importer.graph(around.base)
    for item in importer.records(rows, around):
        if isinstance(item, Refusal):
            refused.append(item)
        else:
            said.append(replace(RecordLines.of(item, graph), partition=number))
    return said, refused


def check(said: Iterable[str], surrounding: Surrounding, *, fast: bool) -> dict[str, Any]:
    """What the gate says of these lines of N-Quads, beside a graph."""
    with _ONE:
        return _check(said, _unpacked.open(surrounding), fast=fast)


def _check(said: Iterable[str], store: ox.Store, *, fast: bool) -> dict[str, Any]:
    from onrecord.graph.validation.fast import Engines  # noqa: PLC0415  (it takes its time to load)
    from onrecord.graph.validation.validate import validate  # noqa: PLC0415

    rows = "".join(f"A {line}\n" for line in sorted(set(said)))
    return validate(rows.encode(), store, Engines(fast=fast)).to_dict()


def different(wanted: dict[str, str], found: dict[str, str]) -> str:
    """In what two releases differ, and what to do."""
    differs = [name for name in wanted if wanted[name] != found.get(name)]
    if differs == ["files"]:
        return f"has other files of onrecord {wanted['onrecord']} than this machine: install the same ones on both"
    named = ", ".join(
        f"{name} {found.get(name)} (here {wanted[name]})" for name in differs if name != "files"
    )
    return f"has {named}: install the same versions on both"


@cache
def _importer(name: str, source: tuple[str, str] | None) -> Importer:
    return discovery.find(name) if source is None else discovery.from_source(*source)
