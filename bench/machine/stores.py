"""Data directories with an invented graph and what is derived from it, made once and kept for the next run.

They stand in onrecord-bench under the system's directory for temporary files, named by their size and by the generator
that made them. To derive what follows from a million quads takes many minutes, so they are kept where rules change since:
then a line says so.
"""

from __future__ import annotations

import contextlib
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

from pyoxigraph import QuerySolutions, RdfFormat, Store, parse

from bench import generate, mix
from onrecord import ontology
from onrecord.graph import disputes, relations
from onrecord.graph.changes import ChangeSet
from onrecord.graph.engine.disk import snapshots
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

FOLDER: Final = Path(tempfile.gettempdir()) / "onrecord-bench"
_DERIVING: Final = (disputes, relations)
_HOUR: Final = 3600.0
"""Seconds; to make a million quads at once, and derive what follows from them, takes longer than a request may."""


def directory(quads: int) -> Path:
    """A data directory of a graph of that many quads, and some more that are derived."""
    kept = FOLDER / f"{quads}-{_hash(generate, ontology)}"
    rules = kept / "rules"
    if not kept.exists():
        making = kept.with_suffix(".making")
        shutil.rmtree(making, ignore_errors=True)
        began = time.monotonic()
        _say(f"inventing {quads:,} quads, kept in {kept}")
        text = "".join(generate.lines(quads)).encode()
        change = ChangeSet(added=frozenset(parse(text, RdfFormat.N_QUADS)))
        settings = Settings(
            data=making,
            update_seconds=_HOUR,
            validation_seconds=_HOUR,
            commit_seconds=_HOUR,
            change_megabytes=8192,
            worker_megabytes=8192,
        )
        _say("deriving what follows from them; of a million that takes some ten minutes")
        with Ledger.open(settings, _gate=False) as ledger:
            ledger.commit(change, message="an invented graph", author="bench", derive=True)
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
