"""Files packed with gzip, written and read a piece at a time.

Every byte of such a file means something: the head is always the same, and nothing may follow the end.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from typing import IO, Final

SUFFIX: Final = ".gz"
_GZIP: Final = 31
_BARE: Final = -15
_LEVEL: Final = 6
_FAST: Final = 1
_MANY: Final = 8 << 20
"""Above so many bytes, time counts for more than room."""
_HEAD: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""Without name, time and system."""
_TAIL: Final = struct.Struct("<II")
_PIECE: Final = 64 << 10


def write(file: IO[bytes], pieces: Iterable[bytes], size: int) -> None:
    """Write pieces, which are so many bytes in all, packed."""
    packer = zlib.compressobj(_FAST if size > _MANY else _LEVEL, zlib.DEFLATED, _BARE)
    file.write(_HEAD)
    checksum = 0
    for piece in pieces:
        checksum = zlib.crc32(piece, checksum)
        file.write(packer.compress(piece))
    file.write(packer.flush() + _TAIL.pack(checksum, size & 0xFFFFFFFF))


class Unpacked:
    """What a packed file holds, to be read from its beginning. ValueError where it is not as write() wrote it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._unpacker = zlib.decompressobj(_GZIP)
        self._begun = False

    def read(self, size: int = -1) -> bytes:
        """Up to so many bytes, all that are left for -1; none at the end only. ValueError where the file is not whole."""
        if size < 0:
            return b"".join(iter(lambda: self.read(_PIECE), b""))
        while not self._unpacker.eof:
            packed = self._unpacker.unconsumed_tail or self._file.read(_PIECE)
            if not self._begun and not packed.startswith(_HEAD):
                raise ValueError("it is not packed with gzip")
            self._begun = True
            try:
                piece = self._unpacker.decompress(packed, size)
            except zlib.error as error:
                raise ValueError(f"it cannot be unpacked: {error}") from None
            if piece:
                return piece
            if not packed and not self._unpacker.eof:
                raise ValueError("it breaks off before its end")
        if self._unpacker.unused_data or self._file.read(1):
            raise ValueError("something follows its end")
        return b""

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Unpacked:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
