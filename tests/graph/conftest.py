"""Fixtures of the engine's tests: empty ledgers that take any change, and quads to put into them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from onrecord.graph.changes import ChangeSet
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

EX = "http://example.org/"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings over an empty directory, with limits that tests can reach quickly."""
    return Settings(data=tmp_path / "data", query_seconds=120, worker_megabytes=256, result_megabytes=4)


@pytest.fixture
def meddle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Has a ledger's processes that start from here on run this code first, as long as its file is there."""

    def write(code: str) -> Path:
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        file = tmp_path / "sitecustomize.py"
        file.write_text(code)
        return file

    return write


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """small_disk(40): a disk of 40 MiB."""
    disk = tmp_path / "disk"

    def make(megabytes: int) -> Path:
        if os.geteuid() != 0:
            pytest.skip("only root can mount a small disk to fill")
        disk.mkdir()
        mounting = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(disk)]
        mounted = subprocess.run(mounting, check=False, capture_output=True, text=True)
        if mounted.returncode:
            pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
        return disk

    yield make
    if disk.is_mount():
        subprocess.run(["umount", str(disk)], check=True)


@pytest.fixture
def ledger(settings: Settings) -> Iterator[Ledger]:
    """An empty ledger without shapes, so that any quad will do."""
    with Ledger.open(settings, _gate=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger without shapes for all tests of a module; they use it through `emptied`."""
    settings = Settings(data=tmp_path_factory.mktemp("shared"), query_seconds=120)
    with Ledger.open(settings, _gate=False) as opened:
        yield opened


@pytest.fixture
def emptied(shared: Ledger) -> Ledger:
    """An empty ledger without shapes, though not at version 0: opening one for each test takes its time."""
    everything = frozenset(parse(shared.export("nquads").read(), RdfFormat.N_QUADS))
    shared.commit(ChangeSet(removed=everything), message="empty again", author="tester")
    return shared


@pytest.fixture
def plain_settings(settings: Settings) -> Settings:
    """Settings of a plain store, over an empty directory of its own."""
    return replace(settings, data=settings.data.with_name("plain"), seeds=False, shapes=False)


@pytest.fixture(scope="module")
def shared_plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A plain store for all tests of a module; they use it through `plain`."""
    settings = Settings(data=tmp_path_factory.mktemp("plain"), query_seconds=120, seeds=False, shapes=False)
    with Ledger.open(settings) as opened:
        yield opened


@pytest.fixture
def plain(shared_plain: Ledger) -> Ledger:
    """An empty plain store, though not at version 0."""
    shared_plain.update("DROP ALL", author="tester")
    return shared_plain


@pytest.fixture(scope="session")
def quads() -> Callable[..., frozenset[Quad]]:
    """quads("a", 3, graph="g"): <a/0>, <a/1>, <a/2>, each with the literal of its number, in the graph g."""

    def make(name: str, count: int = 1, graph: str = "g") -> frozenset[Quad]:
        node = NamedNode(f"{EX}{graph}")
        return frozenset(
            Quad(NamedNode(f"{EX}{name}/{i}"), NamedNode(f"{EX}p"), Literal(f"{name} {i}"), node)
            for i in range(count)
        )

    return make


@pytest.fixture
def adding(quads: Callable[..., frozenset[Quad]]) -> Callable[..., ChangeSet]:
    """adding("a", 3): the change that adds quads("a", 3)."""
    return lambda *args, **kwargs: ChangeSet(added=quads(*args, **kwargs))


@pytest.fixture
def count() -> Callable[[Ledger], int]:
    """How many triples the union of all graphs holds, as a query sees it, without what describes the commits."""

    def counted(ledger: Ledger) -> int:
        written = (
            f"?s ?p ?o FILTER NOT EXISTS {{ GRAPH <{ledger.history_graph or 'urn:none'}> {{ ?s ?p ?o }} }}"
        )
        value = ledger.rows(f"SELECT (COUNT(*) AS ?n) {{ {written} }}")[0]["n"].value
        return int(value)

    return counted
