"""The checkpoint: which version is surely in the store of a data directory, and whether its commits are described there."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from onrecord.graph.engine.disk.commit_log import CommitLog, open_file
from onrecord.graph.errors import StoreDamaged

_LONGEST_MARKS: Final = 64 << 10


def checkpoint(data: Path) -> Path:
    """The file that says which version is surely in the store, and under which base its commits are described there."""
    return data / "checkpoint"


def check_complete(data: Path, history: CommitLog) -> None:
    """Raise StoreDamaged where the newest patches are damaged, or one is missing that the store has had."""
    done = checkpointed(data)
    if done > history.last():
        raise StoreDamaged(
            f"{history.path(done)} is missing, though the store has had it: put back the file from a backup"
        )
    history.check_newest()


def checkpointed(data: Path) -> int:
    """The version that is surely in the store; 0 where none is."""
    try:
        return int(_marks(data)[0])
    except (IndexError, ValueError):
        return 0


def bases(data: Path) -> list[str]:
    """The base under which the commits of a store are described in it, if they are: one, or none."""
    return _marks(data)[1:]


def described_under(data: Path) -> str | None:
    """The base under which the commits of a store are described in it; None where they are not."""
    return next(iter(bases(data)), None)


def is_undescribed(data: Path, base: str) -> bool:
    """Whether the store was last written without bookkeeping under this base."""
    marks = _marks(data)
    return bool(marks) and marks[1:] != [base]


def _marks(data: Path) -> list[str]:
    path = checkpoint(data)
    try:
        with open_file(path) as file:
            marks = file.read(_LONGEST_MARKS).decode(errors="replace").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StoreDamaged(
            f"the checkpoint {path} cannot be read ({error.strerror}): remove it, and the next start replays the history"
        ) from None
    # Where it was harmed, the whole history is replayed, which costs time and nothing else.
    return marks if marks and marks[0].isdecimal() else [""]
