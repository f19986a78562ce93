"""How far a child is with the files that it reads, told to the front now and then."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from onrecord.graph.engine.processes import frames
from onrecord.graph.writing.parsing.documents import RdfDocument

_EVERY: Final = 1 << 22
"""Progress is told each time so many bytes more were read."""


class Progress:
    """Counts what was read of some files, and sends it to the front now and then."""

    def __init__(self, channel: frames.Channel, documents: list[RdfDocument]) -> None:
        self._channel = channel
        self._total = sum(Path(document.path).stat().st_size for document in documents)
        self._read = self._told = 0
        self.quads = 0

    def note(self, read: int) -> None:
        """So many bytes more were read."""
        self._read += read
        if self._read - self._told >= _EVERY:
            self._told = self._read
            self.tell(self._read / max(1, self._total))

    def tell(self, share: float, doing: str = "reading") -> None:
        """What is done now, and the share of it that is done."""
        told = {"doing": doing, "share": min(1.0, share), "quads": self.quads}
        frames.send(self._channel, {"more": True, "progress": told})
