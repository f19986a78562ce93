"""How many rows a result has, counted while it is written: the engine writes rows without saying how many.

What is counted are the seams between rows. That is exact but for one case, which counts too many: in JSON a text that
holds `,{}` or ends with `"}},{` is taken for a seam.
"""

from __future__ import annotations

from typing import Final

from onrecord.graph.errors import ResultTooLarge

_TAIL: Final = 16


class RowCounter:
    """Counts the rows of one table, and stops it when there are too many."""

    def __init__(self, format_: str, most: int) -> None:
        self.counted = 0
        self._format = format_
        self._most = most
        self._tail = b""
        self._begun = False
        self._quoted = False

    def take(self, piece: bytes | bytearray) -> None:
        """The next piece of the table. ResultTooLarge once there are too many rows in it."""
        match self._format:
            case "json":
                self._json(piece)
            case "xml":
                self.counted += self._seams(b"<result>", piece)
            case "csv":
                self._csv(piece)
            case _:
                self.counted += piece.count(b"\n") - self._header(piece)
        self._tail = (self._tail + piece[-_TAIL:])[-_TAIL:]
        if self.counted > self._most:
            raise too_many(self._most)

    def _header(self, piece: bytes | bytearray) -> int:
        # The first line names the columns.
        if self._begun or not piece:
            return 0
        self._begun = True
        return 1

    def _json(self, piece: bytes | bytearray) -> None:
        if not self._begun and self._seams(b'"bindings":[{"', piece):
            self._begun = True
            self.counted += 1
        self.counted += self._seams(b'"}},{"', piece)
        if b"{}" in self._tail + piece[:1] or b"{}" in piece:
            # Rows in which nothing is bound, and those that come after one.
            self.counted += sum(self._seams(seam, piece) for seam in (b",{}", b"[{}", b'{},{"'))

    def _csv(self, piece: bytes | bytearray) -> None:
        parts = piece.split(b'"')
        outside = parts[1::2] if self._quoted else parts[0::2]
        self.counted += sum(part.count(b"\n") for part in outside) - self._header(piece)
        self._quoted ^= len(parts) % 2 == 0

    def _seams(self, seam: bytes, piece: bytes | bytearray) -> int:
        # As much of the piece before as may hold a seam's beginning, and not a whole one.
        return (self._tail[-(len(seam) - 1) :] + piece).count(seam)


def too_many(most: int) -> ResultTooLarge:
    """The error for a result with more rows, or triples, than there may be."""
    return ResultTooLarge(
        f"the result has more than {most:,} rows (ONRECORD_RESULT_ROWS); add LIMIT, or export the graph"
    )
