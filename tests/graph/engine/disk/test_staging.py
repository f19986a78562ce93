"""Directories in which changes are made ready."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from onrecord.graph.engine.disk import staging


def test_many_at_once_make_and_remove_theirs_without_being_in_each_others_way(tmp_path: Path) -> None:
    def make_and_remove(_: int) -> bool:
        path = staging.make(tmp_path)
        there = path.is_dir()
        staging.remove(path)
        return there

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(make_and_remove, range(2000)))
    assert list(tmp_path.iterdir()) == []
