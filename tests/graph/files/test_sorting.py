"""Lines, sorted in bounded memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.graph.files import sorting


@pytest.mark.parametrize("held", [10, 1_000, 1 << 20])
def test_lines_come_in_the_order_of_their_bytes_each_once(
    held: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sorting, "_BYTES", held)
    lines = [f"{number * 7919 % 300:x} é\n".encode() for number in range(2_000)]
    assert list(sorting.sorted_lines(lines, tmp_path)) == sorted(set(lines))
    assert list(tmp_path.iterdir()) == []


def test_no_lines_are_no_lines() -> None:
    assert list(sorting.sorted_lines([])) == []
