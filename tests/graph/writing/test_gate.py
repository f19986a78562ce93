"""The gate answers whatever happens while it checks; what is wrong with us is not said to be a lack of memory."""

from __future__ import annotations

import logging
import socket
import threading
from pathlib import Path
from typing import Any, cast

import pyoxigraph as ox
import pytest

from onrecord.graph.changes import ChangeSet
from onrecord.graph.engine import opened
from onrecord.graph.engine.processes import frames
from onrecord.graph.engine.processes.launcher import Launcher
from onrecord.graph.engine.processes.worker import Died, OutOfTime
from onrecord.graph.settings import Settings
from onrecord.graph.validation import validate
from onrecord.graph.validation.report import Report
from onrecord.graph.writing import client, gate, requests


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
        frames.send(channel, *requests.GATE.frame(requests.Check("", 1, fast=False)))
        answer, _ = frames.receive(channel)
        assert answer["error"] == "EngineFailure"
        assert "could not be checked (ZeroDivisionError: so it is); nothing was changed" in answer["message"]
    ours.close()
    child.join(60)
    theirs.close()
    assert len([record for record in caplog.records if record.exc_info]) == 2


class _Process:
    """A gate whose fast engine ends its process, by a crash or out of time."""

    def __init__(self, error: Exception, asked: list[tuple[bool, float]]) -> None:
        self.pid, self._error, self._asked = 1, error, asked

    def alive(self) -> bool:
        return True

    def kill(self) -> None:
        self._asked.append((False, 0))

    def ask(self, header: dict[str, Any], *_: object, seconds: float, **__: object) -> dict[str, Any]:
        self._asked.append((header["fast"], seconds))
        if header["fast"]:
            raise self._error
        return {"report": Report().to_dict(), "failed": 0, "disagreed": 0}


@pytest.mark.parametrize("error", [Died(-11, ""), OutOfTime(by_clock=False)], ids=["crash", "time"])
def test_where_the_process_with_the_fast_engine_ends_another_checks_with_pyshacl_alone(
    error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    asked: list[tuple[bool, float]] = []
    monkeypatch.setattr(client, "start", lambda *_: _Process(error, asked))
    writing = client.Writing(Settings(data=tmp_path, validation_seconds=100), cast("Launcher", None))
    with caplog.at_level(logging.WARNING, logger="onrecord.validation"):
        assert writing.check(b"", 1).conforms
    # A hang of the fast engine leaves pyshacl all of the time it would have had.
    assert asked == [(True, 25), (False, 0), (False, 100)]
    assert writing.about()["shapes_fallbacks"] == {"ended": 1, "failed": 0, "disagreed": 0}
    assert "pyshacl checks the change" in caplog.text


def test_without_the_setting_pyshacl_alone_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[tuple[bool, float]] = []
    monkeypatch.setattr(client, "start", lambda *_: _Process(ZeroDivisionError(), asked))
    settings = Settings(data=tmp_path, validation_seconds=100, fast_shapes=False)
    assert client.Writing(settings, cast("Launcher", None)).check(b"", 1).conforms
    assert asked == [(False, 100)]
