"""Replicas: they hold the very commits of the service they follow, whole and in order, or they say why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.graph.maintenance.writers import TOKEN, Writer, patches, quietly

from onrecord.graph import errors
from onrecord.graph.changes import ChangeSet
from onrecord.graph.engine.disk.commit_log import CommitLog
from onrecord.graph.ledger import Ledger
from onrecord.graph.maintenance import replication
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

Adding = Callable[..., ChangeSet]


def test_a_replica_has_the_same_commits_and_the_same_quads(
    writer: Writer, ledger: Ledger, following: Settings, settings: Settings
) -> None:
    served = replication.prepare(following, quietly)
    assert served.base == "https://example.org/"
    assert patches(following.data) == patches(settings.data)
    with Ledger.open(replace(served, base=settings.base)) as replica:
        assert replica.export("nquads").read() == ledger.export("nquads").read()
        assert replica.commit_id(2) == ledger.commit_id(2)
        assert replica.history() == ledger.history()
    assert writer.tokens == {f"Bearer {TOKEN}"}


def test_a_replica_that_is_served_takes_over_what_is_committed_from_then_on(
    writer: Writer, ledger: Ledger, following: Settings, settings: Settings, adding: Adding
) -> None:
    replication.catch_up(following, quietly)
    with Ledger.open(following) as replica:
        follower = replication.Follower(replica, following)
        ledger.commit(adding("c", 4), message="three", author="x")
        ledger.commit(adding("a", 3).inverse(), message="four", author="x")
        follower.once()
        assert (replica.version, follower.behind) == (4, 0)
        assert replica.export("nquads").read() == ledger.export("nquads").read()
        assert patches(following.data) == patches(settings.data)
        assert follower.silent < 60
        # What it had before is still read.
        later = "SELECT ?o { <http://example.org/c/0> ?p ?o }"
        assert [len(replica.at(version).rows(later)) for version in (2, 3)] == [0, 1]


def test_a_replica_refuses_changes_and_names_the_service_that_takes_them(
    writer: Writer, following: Settings, adding: Adding
) -> None:
    replication.catch_up(following, quietly)
    with Ledger.open(following) as replica:
        for change in (
            lambda: replica.update("INSERT DATA { <a> <b> 1 }", author="t"),
            lambda: replica.commit(adding("z", 1), message="", author="t"),
            lambda: replica.revert(1, author="t"),
            lambda: replica.store_delete(None, author="t"),
        ):
            with pytest.raises(errors.ReplicaReadOnly, match=writer.url):
                change()
        assert replica.version == 2


SPOILED: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda text: text[:-40],
    "one byte is another": lambda text: text.replace(
        b"TX .\n", b"TX .\nA <urn:x> <urn:y> <urn:z> <urn:g> .\n"
    ),
    "another author": lambda text: text.replace(b'author "x"', b'author "z"'),
    "no patch at all": lambda _: b"<!DOCTYPE html><title>Welcome</title>",
    "empty": lambda _: b"",
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_patch_that_does_not_arrive_as_it_was_committed_is_not_taken_and_asked_for_again(
    how: str, writer: Writer, ledger: Ledger, following: Settings, adding: Adding
) -> None:
    replication.catch_up(following, quietly)
    with Ledger.open(following) as replica:
        follower = replication.Follower(replica, following)
        before = replica.export("nquads").read()
        ledger.commit(adding("c", 4), message="three", author="x")
        writer.spoil["/history/3.patch"] = SPOILED[how]
        with pytest.raises(errors.ReplicationFailed, match=r"/history/3\.patch"):
            follower.once()
        assert not follower.fatal
        assert (replica.version, follower.behind) == (2, 1)
        assert replica.export("nquads").read() == before
        writer.spoil.clear()
        follower.once()
        assert replica.export("nquads").read() == ledger.export("nquads").read()


def test_the_patch_of_another_version_is_not_taken(writer: Writer, following: Settings) -> None:
    writer.spoil["/history/2.patch"] = lambda _: writer.ledger.patch(1)
    with pytest.raises(errors.ReplicationFailed, match=r"/history/2\.patch is that of version 1"):
        replication.catch_up(following, quietly)
    assert CommitLog(following.data / "history").last() == 1


def test_a_transfer_that_is_cut_short_goes_on_after_the_last_patch_that_arrived(
    writer: Writer, following: Settings, settings: Settings
) -> None:
    writer.short.add("/history/2.patch")
    with pytest.raises(errors.ReplicationFailed, match="100 more expected"):
        replication.catch_up(following, quietly)
    assert sorted(patches(following.data)) == ["1.patch"]
    writer.short.clear()
    writer.asked.clear()
    replication.catch_up(following, quietly)
    assert "/history/1.patch" not in writer.asked[2:]
    assert patches(following.data) == patches(settings.data)


def test_a_patch_that_was_damaged_here_is_taken_again(
    writer: Writer, following: Settings, settings: Settings
) -> None:
    replication.catch_up(following, quietly)
    path = CommitLog(following.data / "history").path(1)
    path.write_bytes(path.read_bytes()[:-9])
    lines: list[str] = []
    replication.catch_up(following, lines.append)
    assert patches(following.data) == patches(settings.data)
    assert lines == [f"{path} is damaged; it is taken again from {writer.url}"]


def test_without_the_service_what_is_here_is_served_and_nothing_is_served_where_nothing_is_here(
    writer: Writer, following: Settings, tmp_path: Path
) -> None:
    replication.catch_up(following, quietly)
    with Ledger.open(following):
        pass
    writer.close()
    lines: list[str] = []
    served = replication.prepare(following, lines.append)
    assert served.base == following.base
    assert served.shapes
    assert writer.url in lines[0]
    with Ledger.open(served) as replica:
        follower = replication.Follower(replica, following)
        with pytest.raises(replication.Unreachable, match="cannot be had"):
            follower.once()
        assert (replica.version, follower.fatal) == (2, False)
    with pytest.raises(replication.Unreachable, match="cannot be had"):
        replication.prepare(replace(following, data=tmp_path / "another"), quietly)


def test_another_history_is_never_mixed_with_the_one_that_is_here(
    writer: Writer, ledger: Ledger, following: Settings, adding: Adding, tmp_path: Path
) -> None:
    replication.catch_up(following, quietly)
    before = patches(following.data)
    with Ledger.open(Settings(data=tmp_path / "restored"), _gate=False) as other:
        other.commit(adding("q", 1), message="one", author="x")
        writer.ledger = other
        with Ledger.open(following) as replica:
            follower = replication.Follower(replica, following)
            for _ in range(3):  # it has fewer commits, then as many, then more
                with pytest.raises(errors.ReplicationFailed, match="does not follow"):
                    follower.once()
                assert follower.fatal
                other.commit(adding(f"r{other.version}", 1), message="more", author="x")
            assert replica.version == 2
        with pytest.raises(errors.ReplicationFailed, match="commit 2 is another one there"):
            replication.prepare(following, quietly)
    assert patches(following.data) == before


def test_the_token_goes_nowhere_else(writer: Writer, following: Settings) -> None:
    writer.spoil["/snapshots"] = lambda _: 302
    with pytest.raises(errors.ReplicationFailed, match="answered 302, a redirect"):
        replication.prepare(following, quietly)
    assert "/elsewhere" not in writer.asked


@pytest.mark.parametrize(
    ("status", "told"), [(401, "--scope replica"), (403, "--scope replica"), (503, "503")]
)
def test_what_the_service_answers_is_told_with_the_remedy(
    status: int, told: str, writer: Writer, following: Settings
) -> None:
    writer.spoil["/snapshots"] = lambda _: status
    with pytest.raises(errors.ReplicationFailed, match=told):
        replication.prepare(following, quietly)


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b"null", b'{"version": "x"}', b"[" * 100_000, b"\xff"])
def test_an_answer_that_is_no_description_is_no_service_to_follow(
    text: bytes, writer: Writer, following: Settings
) -> None:
    writer.spoil["/snapshots"] = lambda _: text
    with pytest.raises(errors.ReplicationFailed, match="is not what a replica can follow"):
        replication.prepare(following, quietly)


@pytest.mark.parametrize(
    "url",
    ["graph.example.org", "ftp://x/", "file:///etc/passwd", "http://", "https://a:b@x/", "http://x/?a=b"],
)
def test_what_is_no_address_of_a_service_is_refused(url: str) -> None:
    with pytest.raises(errors.ReplicationFailed, match="ONRECORD_REPLICA_OF"):
        replication.FollowedService(url, "")
