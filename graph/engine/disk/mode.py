"""Whether a data directory holds a plain store or a graph of ours; a directory never changes from one to the other."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from onrecord.graph.errors import WrongMode
from onrecord.graph.files import atomic
from onrecord.graph.settings import Settings

_MARK: Final = "plain"


def is_plain(data: Path) -> bool:
    """Whether the directory holds a plain store."""
    return (data / _MARK).is_file()


def mark(data: Path) -> None:
    """Say that a directory holds a plain store."""
    with atomic.replacing(data / _MARK) as file:
        file.write(b"A plain store: serve it with ONRECORD_SEEDS=0 and ONRECORD_SHAPES=0, as it was made.\n")
    atomic.sync(data)


def check(settings: Settings, *, new: bool, read_only: bool) -> None:
    """WrongMode where a directory was made in the other mode than the settings ask for; a new one takes theirs."""
    plain = is_plain(settings.data)
    if read_only or plain == settings.plain:
        return
    if new and settings.plain:
        mark(settings.data)
        return
    if new:
        (settings.data / _MARK).unlink()
        atomic.sync(settings.data)
        return
    if plain:
        raise WrongMode(
            f"{settings.data} holds a plain store, made without seeds and shapes: serve it so (--no-seeds --no-shapes), or "
            "set ONRECORD_DATA to another directory"
        )
    raise WrongMode(
        f"{settings.data} holds a graph with shapes, which a plain store would let go bad: set ONRECORD_DATA to another "
        "directory, or leave out --no-seeds and --no-shapes"
    )
