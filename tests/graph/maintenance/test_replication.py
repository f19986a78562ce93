"""Replicas: they hold the very commits of the service they follow, whole and in order, or they say why not."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from onrecord.graph import errors
from onrecord.graph.changes import ChangeSet
from onrecord.graph.engine.disk.commit_log import CommitLog
from onrecord.graph.ledger import Ledger
from onrecord.graph.maintenance import replication
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

Adding = Callable[..., ChangeSet]
TOKEN = "a-token-of-sixteen"


class Writer:
    """A service with a ledger, as its replicas see it. `spoil` may change what it sends, by path."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.spoil: dict[str, Callable[[bytes], bytes | int]] = {}
        self.short: set[str] = set()
        self.broken: dict[str, int] = {}
        """Path -> after how many bytes its next answer breaks off."""
        self.asked: list[str] = []
        self.ranges: list[str] = []
        self.tokens: set[str] = set()
        writer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                writer.asked.append(self.path)
                writer.ranges.append(self.headers.get("Range", ""))
                writer.tokens.add(self.headers.get("Authorization", ""))
                found = writer.found(self.path)
                status = found if isinstance(found, int) else 200
                body = b"" if isinstance(found, int) else found
                whole = len(body)
                if status == 200 and writer.ranges[-1]:
                    status, body = (
                        206,
                        body[int(writer.ranges[-1].removeprefix("bytes=").removesuffix("-")) :],
                    )
                if self.path in writer.broken:
                    whole, body = len(body), body[: writer.broken.pop(self.path)]
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "/elsewhere")
                missing = whole - len(body) if status == 200 else 0
                self.send_header(
                    "Content-Length", str(len(body) + missing + 100 * (self.path in writer.short))
                )
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()

    def found(self, path: str) -> bytes | int:
        if path == "/snapshots":
            version = self.ledger.version
            document = {"version": version, "commit": self.ledger.commit_id(version), "plain": False}
            body = json.dumps({**document, "base": "https://example.org/"}).encode()
        elif path.startswith("/snapshots/"):
            try:
                body = self.of_snapshot(*path.split("/")[2:])
            except errors.UnknownVersion:
                return 410
        else:
            body = self.ledger.patch(int(path.removeprefix("/history/").removesuffix(".patch")))
        return self.spoil.get(path, lambda text: text)(body)

    def of_snapshot(self, version: str, name: str = "") -> bytes:
        if not name:
            return json.dumps({"files": self.ledger.snapshot(int(version))}).encode()
        with self.ledger.snapshot_file(int(version), name) as file:
            return file.read()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def writer(ledger: Ledger, adding: Adding) -> Iterator[Writer]:
    """A writer with two commits."""
    ledger.commit(adding("a", 3), message="one", author="x")
    ledger.commit(adding("b", 2, graph="h"), message="two", author="y")
    service = Writer(ledger)
    yield service
    service.close()


@pytest.fixture
def following(writer: Writer, settings: Settings, tmp_path: Path) -> Settings:
    """The settings of a replica that is not there yet."""
    return replace(settings, data=tmp_path / "replica", replica_of=writer.url, replica_token=TOKEN)


def quietly(_line: str) -> None:
    """Say nothing."""


def patches(data: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (data / "history").glob("*/*")}


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
        assert [len(replica.rows_at(version, later)) for version in (2, 3)] == [0, 1]


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


# The first copy


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
