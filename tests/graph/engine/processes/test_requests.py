"""Requests between processes arrive as they were sent, whichever child they are for."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from onrecord.graph.engine.committing import requests as committing
from onrecord.graph.engine.processes import frames
from onrecord.graph.engine.processes.requests import Codec
from onrecord.graph.engine.reading import requests as reading
from onrecord.graph.errors import EngineFailure
from onrecord.graph.writing import requests as writing

COMMIT = {"version": 3, "author": "a"}
SENT: list[tuple[Codec[Any], Any]] = [
    (committing.OPENING, committing.Open("/data", None)),
    (committing.COMMITS, committing.Make(COMMIT, b"A <s> <p> <o> .\n")),
    (committing.COMMITS, committing.MakeStaged(COMMIT, "/data/rows", "/data/store")),
    (committing.COMMITS, committing.Prepare("/data/rows", "/data/store", 1, 0)),
    (committing.COMMITS, committing.Follow(b"H version 3 .\n")),
    (writing.BEGIN, writing.Begin({"data": "/data"})),
    (writing.EDITOR, writing.Sync(7)),
    (writing.EDITOR, writing.Update(b"CLEAR ALL", ["urn:g"], [])),
    (writing.EDITOR, writing.Put(b"<s> <p> <o> .", "urn:g", "urn:base", [[13, "text/turtle"]])),
    (writing.EDITOR, writing.Post(b"", None, "urn:base", [])),
    (writing.EDITOR, writing.Delete(None)),
    (writing.EDITOR, writing.Apply(b"A <s> <p> <o> .\n")),
    (writing.EDITOR, writing.Load([{"path": "x.nq"}], "/data/rows")),
    (writing.GATE, writing.Check("/data/snapshots/1", 512, True, None, b"A <s> <p> <o> .\n")),
    (writing.GATE, writing.Check("/data/snapshots/1", 512, False, "/data/rows")),
    (writing.LOADER, writing.BulkLoad([{"path": "x.nq"}], "/data/x", "/data/snapshots/1", 512)),
]  # fmt: skip
ASKED = [
    reading.Evaluate("urn:base", None, None, None, True, [["boolean", "json"]], 10, []),
    reading.Evaluate("urn:base", [1, 2, 3], ["urn:g"], [], False, [["graph", None]], 10, [["a", ["urn:x"]]]),
    reading.Export("trig", "urn:g", ["urn:h"], True),
    reading.Table("claims", "csv", False),
    reading.Graph(None, "turtle"),
    reading.GraphNames(),
    reading.Prepare([1, 2, 3], "urn:base"),
    reading.Convert("graph", [["graph", "turtle"]], 10, "urn:base", True, ["a", "b"], "xml", "CONSTRUCT {}"),
]  # fmt: skip


@pytest.mark.parametrize(("codec", "request_"), SENT)
def test_a_request_arrives_as_it_was_sent(codec: Codec[Any], request_: Any) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        frames.send(frames.Channel(ours), *codec.frame(request_))
        got = codec.read(*frames.receive(frames.Channel(theirs)))
    assert (type(got), got) == (type(request_), request_)


@pytest.mark.parametrize("request_", ASKED)
def test_a_request_to_a_reader_arrives_with_its_snapshot_and_its_limit(request_: Any) -> None:
    snapshot = reading.Snapshot("/data/snapshots/1", 512, 1000, True)
    hashable = request_._replace(
        **{
            name: tuple(map(tuple, value))
            for name, value in request_._asdict().items()
            if name in {"formats", "matches"}
        }
    )
    ours, theirs = socket.socketpair()
    with ours, theirs:
        frames.send(frames.Channel(ours), reading.header(hashable, snapshot, 2.5))
        header, _ = frames.receive(frames.Channel(theirs))
    got, of, seconds = reading.read(header)
    assert (type(got), got, of, seconds) == (type(request_), request_, snapshot, 2.5)


def test_a_request_that_a_child_does_not_know_is_named() -> None:
    header, body = committing.COMMITS.frame(committing.Follow(b""))
    with pytest.raises(EngineFailure, match="the gate knows no request called 'Follow'"):
        writing.GATE.read(header, body)
