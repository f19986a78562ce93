"""Patches as clients take them: whole, a small piece at a time, and looked through once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from onrecord.graph.changes import Commit
from onrecord.graph.engine.disk.commit_log import CommitLog
from onrecord.graph.errors import StoreDamaged

COMMIT = Commit(1, "urn:uuid:1", datetime(2025, 8, 28, tzinfo=UTC), "ann", "because", 1, 0)
LONG = b"".join(b"A <urn:s> <urn:p> <urn:o%d> .\n" % number for number in range(20_000))


@pytest.fixture(params=[LONG, LONG[:30]], ids=["packed", "plain"])
def history(request: pytest.FixtureRequest, tmp_path: Path) -> CommitLog:
    log = CommitLog(tmp_path)
    log.write(COMMIT, request.param)
    return log


@pytest.mark.parametrize("as_packed", [True, False])
def test_the_pieces_of_a_patch_are_small_and_as_long_as_is_said(history: CommitLog, as_packed: bool) -> None:
    path = history.path(1)
    is_packed = path.suffix == ".gz"
    expected = path.read_bytes() if as_packed else history.text(1)
    for _ in range(2):
        pieces, length, packed = history.pieces(1, as_packed=as_packed)
        found = list(pieces)
        assert (b"".join(found), length, packed) == (expected, len(expected), as_packed and is_packed)
        assert max(map(len, found)) <= 64 << 10


def test_a_patch_is_read_to_its_end_once_and_again_when_its_file_is_another(
    history: CommitLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[range] = []
    check = history.check
    monkeypatch.setattr(history, "check", lambda versions: (checked.append(versions), check(versions)))
    for _ in range(3):
        history.pieces(1, as_packed=False)
    assert checked == [range(1, 2)]
    path = history.path(1)
    harmed = bytearray(path.read_bytes())
    harmed[-20] ^= 1
    path.write_bytes(harmed)
    for _ in range(2):
        with pytest.raises(StoreDamaged, match=path.name):
            history.pieces(1, as_packed=False)
    path.unlink()
    with pytest.raises(StoreDamaged, match="missing"):
        history.pieces(1, as_packed=False)
