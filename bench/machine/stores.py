"""Data directories with an invented graph and what is derived from it, made once and kept for the next run.

They stand in onrecord-bench under the system's directory for temporary files, named by their size and by the generator
that made them. To derive what follows from many quads takes minutes, so they are kept where rules change since: then a line says so.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Final

from pyoxigraph import QuerySolutions, RdfFormat, Store

from bench import generate, mix
from bench.machine import graphs
from onrecord import ontology
from onrecord.graph import disputes, relations
from onrecord.graph.engine.disk import snapshots
from onrecord.graph.engine.disk.checkpoint import checkpoint
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

FOLDER: Final = Path(tempfile.gettempdir()) / "onrecord-bench"
_DERIVING: Final = (disputes, relations)


def directory(quads: int) -> Path:
    """A data directory of a graph of that many quads, and some more that are derived."""
    kept = FOLDER / f"{quads}-{_hash(generate, ontology)}"
    rules = kept / "rules"
    FOLDER.mkdir(exist_ok=True)
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # others who want it too wait for it
        if not kept.exists():
            making = kept.with_suffix(".made")
            shutil.rmtree(making, ignore_errors=True)
            began = time.monotonic()
            _say(f"making a graph of {quads:,} quads, kept in {kept}")
            graphs.make(quads, making)
            (making / rules.name).write_text(_hash(*_DERIVING))
            making.rename(kept)
            _say(f"made in {time.monotonic() - began:.0f} s")
        elif not rules.exists() or rules.read_text() != _hash(*_DERIVING):
            _say(f"{kept} was derived by other rules than those of now; remove it to make it again")
    return kept


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """A directory for copies, removed afterwards; beside the stores, so that copies may share their files."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as name:
        yield Path(name)


def copy(quads: int, into: Path) -> Path:
    """A copy of it that may be written, within a directory. Files that never change are shared."""
    target = into / str(quads)
    shutil.copytree(directory(quads), target, copy_function=_link)
    return target


def describe(data: Path) -> None:
    """Have the commits of a copy described in its graph, by which a mirror is known: a store that was made in pieces may lack that."""
    mark = checkpoint(data)
    # Without the base under which they are described, a start takes the store for older than descriptions.
    mark.write_text(mark.read_text().splitlines()[0])
    Ledger.open(Settings(data=data), _gate=False).close()


def newest(data: Path) -> Path:
    """The newest snapshot in a data directory."""
    return snapshots.path(data, max(snapshots.versions(data)))


def dumped(data: Path, into: Path) -> tuple[Path, list[mix.Question], int]:
    """The newest snapshot as a file of N-Quads in a directory, the query mix over it, and how many quads it holds."""
    store = Store.read_only(str(newest(data)))
    file = into / "quads.nq"
    store.dump(file, RdfFormat.N_QUADS)

    def ask(query: str) -> list[str]:
        found = store.query(query, use_default_graph_as_union=True)
        assert isinstance(found, QuerySolutions)
        return [str(row["x"]) for row in found]

    return file, mix.questions(ask), len(store)


def _link(source: str, target: str) -> None:
    if source.endswith((".sst", ".patch")):
        Path(target).hardlink_to(source)
    else:
        shutil.copy2(source, target)


def _hash(*packages: ModuleType) -> str:
    """Of the files of modules and packages."""
    digest = hashlib.sha256()
    for package in packages:
        found = files(package).iterdir() if hasattr(package, "__path__") else [Path(str(package.__file__))]
        for file in sorted(found, key=lambda file: file.name):
            if file.is_file() and not file.name.endswith(".pyc"):
                digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
