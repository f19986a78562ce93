"""Packed files: read as they were written, by any gzip, and no harmed one is taken for whole."""

from __future__ import annotations

import gzip
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.graph.engine.disk import packed


def written(*pieces: bytes, size: int | None = None) -> bytes:
    file = BytesIO()
    packed.write(file, pieces, sum(map(len, pieces)) if size is None else size)
    return file.getvalue()


@given(st.lists(st.binary(max_size=300), max_size=5), st.integers(1, 400))
def test_what_was_written_is_read_piece_by_piece(pieces: list[bytes], size: int) -> None:
    content = b"".join(pieces)
    assert gzip.decompress(written(*pieces)) == content
    reader = packed.Unpacked(BytesIO(written(*pieces)))
    read = list(iter(lambda: reader.read(size), b""))
    assert b"".join(read) == content
    assert all(len(piece) <= size for piece in read)


def test_one_content_has_one_file() -> None:
    assert written(b"a" * 9000) == written(b"a" * 4500, b"a" * 4500)


def test_a_large_file_is_read_in_pieces_that_take_little_memory() -> None:
    reader = packed.Unpacked(BytesIO(written(*[bytes(1 << 20)] * 64)))
    assert sum(len(piece) for piece in iter(lambda: reader.read(1 << 16), b"")) == 64 << 20


def test_no_byte_can_be_lost_or_added_or_changed() -> None:
    whole = written(b"".join(b"%d\n" % number for number in range(3000)))
    harmed = [whole[:-1], whole[:-9], whole[:12], b"", whole + b"\0", whole + whole]
    harmed += [whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :] for at in range(0, len(whole), 7)]
    harmed += [whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :] for at in range(10)]
    for content in harmed:
        with pytest.raises(ValueError, match=r"packed|breaks off|unpacked|follows"):
            packed.Unpacked(BytesIO(content)).read()
