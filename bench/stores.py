"""Data directories with an invented graph and what is derived from it, made once and kept for the next run.

They stand in onrecord-bench under the system's directory for temporary files, named by their size and by what made them.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Final

from pyoxigraph import RdfFormat, parse

from bench import generate
from onrecord.graph.changes import ChangeSet
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

_HOUR: Final = 3600.0
"""Seconds; to make a million quads at once, and derive what follows from them, takes longer than a request may."""


def directory(quads: int) -> Path:
    """A data directory of a graph of that many quads, and some more that are derived."""
    kept = Path(tempfile.gettempdir()) / "onrecord-bench" / f"{quads}-{_made_by()}"
    if not kept.exists():
        making = kept.with_suffix(".making")
        shutil.rmtree(making, ignore_errors=True)
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
        with Ledger.open(settings, _gate=False) as ledger:
            ledger.commit(change, message="an invented graph", author="bench", derive=True)
        making.rename(kept)
    return kept


def copy(quads: int, into: Path) -> Path:
    """A copy of it that may be written, within a directory."""
    target = into / str(quads)
    shutil.copytree(directory(quads), target)
    return target


def _made_by() -> str:
    """A hash of what decides what the graph holds."""
    digest = hashlib.sha256(Path(generate.__file__).read_bytes())
    for file in chain(*(files(f"onrecord.{name}").iterdir() for name in ("ontology", "graph.disputes"))):
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
