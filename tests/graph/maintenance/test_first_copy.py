"""The first copy: a new replica takes the newest snapshot, file by file, and goes on where that broke off."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.graph.maintenance.writers import Writer, patches, quietly

from onrecord.graph import errors
from onrecord.graph.changes import ChangeSet
from onrecord.graph.ledger import Ledger
from onrecord.graph.maintenance import replication
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

Adding = Callable[..., ChangeSet]


def files_of(writer: Writer) -> dict[str, int]:
    """The files of the newest snapshot, with their sizes."""
    version = writer.ledger.version
    return {name: size for name, (size, _) in writer.ledger.snapshot(version).items()}


def store_is_of_the_copy(data: Path) -> bool:
    """Whether the store was not made of the history, as far as the checkpoint tells."""
    return (data / "checkpoint").read_text().startswith("2\n") and (data / "store" / "CURRENT").exists()


def test_a_new_replica_takes_the_newest_snapshot_and_does_not_make_the_store_of_the_commits(
    writer: Writer, ledger: Ledger, following: Settings, settings: Settings, adding: Adding
) -> None:
    served = replace(replication.prepare(following, quietly), base=settings.base)
    assert {path for path in writer.asked if path.startswith("/snapshots/2/")} == {
        f"/snapshots/2/{name}" for name in files_of(writer)
    }
    assert store_is_of_the_copy(following.data)
    assert [path.name for path in (following.data / "snapshots").iterdir()] == ["2"]
    assert not (following.data / "first-copy").exists()
    with Ledger.open(served) as replica:
        follower = replication.Follower(replica, served)
        assert replica.export("nquads").read() == ledger.export("nquads").read()
        ledger.commit(adding("c", 4), message="three", author="x")
        follower.once()
        assert replica.export("nquads").read() == ledger.export("nquads").read()


def test_a_first_copy_that_breaks_off_anywhere_goes_on_there(
    writer: Writer, ledger: Ledger, following: Settings, settings: Settings, tmp_path: Path
) -> None:
    for number, (name, size) in enumerate(sorted(files_of(writer).items())):
        if size < 2:
            continue
        given = replace(following, data=tmp_path / f"replica{number}")
        writer.broken[f"/snapshots/2/{name}"] = size // 2
        with pytest.raises(replication.Unreachable, match=f"/snapshots/2/{name}"):
            replication.prepare(given, quietly)
        assert not Ledger.exists(given)
        assert not (given.data / "store").exists()
        writer.asked.clear()
        writer.ranges.clear()
        replication.prepare(given, quietly)
        assert writer.ranges[writer.asked.index(f"/snapshots/2/{name}")] == f"bytes={size // 2}-"
        # What had arrived is not asked for again.
        assert {path.rpartition("/")[2] for path in writer.asked if path.startswith("/snapshots/2/")} == {
            other for other in files_of(writer) if other >= name
        }
        with Ledger.open(replace(given, base=settings.base)) as replica:
            assert replica.export("nquads").read() == ledger.export("nquads").read()


def test_a_file_that_does_not_arrive_as_it_is_there_is_not_taken(
    writer: Writer, ledger: Ledger, following: Settings, settings: Settings
) -> None:
    name = max(files_of(writer), key=lambda name: files_of(writer)[name])
    path = f"/snapshots/2/{name}"
    writer.spoil[path] = lambda body: body[:-1] + bytes([body[-1] ^ 1])
    for _ in range(2):
        with pytest.raises(replication.Unreachable, match="did not arrive as it is there"):
            replication.prepare(following, quietly)
    assert not (following.data / "store").exists()
    writer.spoil.clear()
    replication.prepare(following, quietly)
    with Ledger.open(replace(following, base=settings.base)) as replica:
        assert replica.export("nquads").read() == ledger.export("nquads").read()


def test_where_the_snapshot_is_dropped_meanwhile_a_newer_one_is_taken_and_what_they_share_is_not_asked_again(
    writer: Writer, ledger: Ledger, following: Settings, settings: Settings, adding: Adding
) -> None:
    last = max(files_of(writer))
    writer.broken[f"/snapshots/2/{last}"] = 1
    with pytest.raises(replication.Unreachable):
        replication.prepare(following, quietly)
    before = ledger.snapshot(2)
    for number in range(settings.snapshots + 1):
        ledger.commit(adding(f"n{number}", 2), message="more", author="x")
    newest = ledger.version
    writer.asked.clear()
    replication.prepare(following, quietly)
    same = [name for name, found in ledger.snapshot(newest).items() if before.get(name) == found]
    assert not {f"/snapshots/{newest}/{name}" for name in same if name != last} & set(writer.asked)
    with Ledger.open(replace(following, base=settings.base)) as replica:
        assert replica.version == newest
        assert replica.export("nquads").read() == ledger.export("nquads").read()


def test_a_replica_that_is_killed_between_the_copy_and_the_last_commit_goes_on_and_uses_the_copy(
    writer: Writer, ledger: Ledger, following: Settings, settings: Settings
) -> None:
    writer.short.add("/history/2.patch")
    with pytest.raises(errors.ReplicationFailed):
        replication.prepare(following, quietly)
    assert sorted(patches(following.data)) == ["1.patch"]
    writer.short.clear()
    writer.asked.clear()
    replication.prepare(following, quietly)
    assert not [path for path in writer.asked if path.startswith("/snapshots/")]
    assert store_is_of_the_copy(following.data)
    with Ledger.open(replace(following, base=settings.base)) as replica:
        assert replica.export("nquads").read() == ledger.export("nquads").read()


def test_a_service_that_gives_no_snapshots_is_followed_by_its_commits_alone(
    writer: Writer, ledger: Ledger, following: Settings, settings: Settings
) -> None:
    writer.spoil["/snapshots/2"] = lambda _: 404
    replication.prepare(following, quietly)
    assert not (following.data / "store").exists()
    with Ledger.open(replace(following, base=settings.base)) as replica:
        assert replica.export("nquads").read() == ledger.export("nquads").read()


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "", ".hidden", "a/b"])
def test_no_file_is_written_outside_of_the_copy(name: str, writer: Writer, following: Settings) -> None:
    listed = json.dumps({"files": {name: [1, "0" * 64]}}).encode()
    writer.spoil["/snapshots/2"] = lambda _: listed
    with pytest.raises(replication.Unreachable, match="names a file"):
        replication.prepare(following, quietly)
