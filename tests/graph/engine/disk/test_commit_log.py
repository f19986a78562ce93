"""The log of commits: what it reads again, and when."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from onrecord.graph.changes import ChangeSet, Commit, with_counts
from onrecord.graph.engine.disk.commit_log import CommitLog
from onrecord.graph.errors import StoreDamaged


def write(log: CommitLog, version: int, quads: int = 1) -> None:
    added = frozenset(
        Quad(NamedNode("urn:s"), NamedNode("urn:p"), Literal(f"{version} {number}"), NamedNode("urn:g"))
        for number in range(quads)
    )
    change = ChangeSet(added=added)
    commit = Commit(version, f"urn:{version}", datetime(2026, 1, 1, tzinfo=UTC), "a", "m", 0, 0)
    log.write(with_counts(commit, change), change.rows)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The versions whose patches were read to their end."""
    found: list[int] = []
    checked = CommitLog.checked

    def noted(log: CommitLog, version: int, suffix: str = ".patch") -> object:
        found.append(version)
        return checked(log, version, suffix)

    monkeypatch.setattr(CommitLog, "checked", noted)
    return found


# The larger is packed.
@pytest.mark.parametrize("quads", [1, 2000])
def test_a_commit_costs_the_same_however_large_the_one_before_it_was(
    tmp_path: Path, read: list[int], quads: int
) -> None:
    log = CommitLog(tmp_path)
    write(log, 1, quads)
    write(log, 2)
    write(log, 3)
    assert read == []
    # Who did not write it reads it once.
    other = CommitLog(tmp_path)
    write(other, 4)
    write(other, 5)
    assert read == [3]
    later = CommitLog(tmp_path)
    later.check_newest()
    read.clear()
    write(later, 6)
    assert read == []


@pytest.mark.parametrize("quads", [1, 2000])
def test_one_that_was_changed_since_is_found(tmp_path: Path, quads: int) -> None:
    log = CommitLog(tmp_path)
    write(log, 1)
    write(log, 2, quads)
    path = log.path(2)
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(StoreDamaged):
        write(log, 3)
    assert log.last() == 2
