"""Why a change could not be written, or the store not be opened: what the system says, in words, with the remedy."""

from __future__ import annotations

from pathlib import Path

from onrecord.graph.errors import OnrecordError, StorageFull, is_full, unwritable


class Broken(Exception):  # noqa: N818
    """The change was withdrawn, and this process has to end: its store can no longer be trusted."""

    def __init__(self, error: OnrecordError) -> None:
        super().__init__(error.message)
        self.error = error


def refused(error: Exception, data: Path) -> OnrecordError:
    """The error of a change that could not be written, given the one that the system raised."""
    if is_full(error):
        return StorageFull(
            f"there is no space left for {data}; nothing was changed, and reading goes on. Free some space and try again"
        )
    return unwritable(f"the change could not be written under {data} ({error}); nothing was changed", error)


def cannot_open(error: OSError | OnrecordError, data: Path) -> OnrecordError:
    """The error of a store that cannot be opened."""
    if isinstance(error, OnrecordError):
        return error
    if is_full(error):
        return StorageFull(
            f"there is no space left to open the store in {data}; nothing was changed. Free some space and try again"
        )
    return unwritable(f"the store in {data} cannot be opened: {error}", error)
