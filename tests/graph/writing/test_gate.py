"""The gate answers whatever happens while it checks; what is wrong with us is not said to be a lack of memory."""

from __future__ import annotations

import socket
import threading

import pyoxigraph as ox
import pytest

from onrecord.graph.changes import ChangeSet
from onrecord.graph.engine import opened
from onrecord.graph.engine.processes import frames
from onrecord.graph.validation import validate
from onrecord.graph.writing import gate


def test_a_fault_of_the_check_is_told_with_its_cause_and_the_next_change_is_checked(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(change: ChangeSet, *rest: object) -> object:
        raise ZeroDivisionError("so it is")

    monkeypatch.setattr(validate, "validate", failing)
    monkeypatch.setattr(opened.Snapshots, "open", lambda *_: ox.Store())
    ours, theirs = socket.socketpair()

    def run() -> None:
        with pytest.raises(frames.Hangup):
            gate.serve(frames.Channel(theirs))

    child = threading.Thread(target=run)
    child.start()
    channel = frames.Channel(ours)
    for _ in range(2):
        frames.send(channel, {"snapshot": "", "megabytes": 1})
        answer, _ = frames.receive(channel)
        assert answer["error"] == "EngineFailure"
        assert "could not be checked (ZeroDivisionError: so it is); nothing was changed" in answer["message"]
    ours.close()
    child.join(60)
    theirs.close()
    assert len([record for record in caplog.records if record.exc_info]) == 2
