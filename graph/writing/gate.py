"""The gate: the child process that checks a change against the shapes before it is made."""

from __future__ import annotations

import logging
from pathlib import Path

from onrecord.graph.engine import opened
from onrecord.graph.engine.processes import frames, sandbox
from onrecord.graph.errors import EngineFailure, OnrecordError
from onrecord.graph.writing import requests

log = logging.getLogger("onrecord.validation")


def serve(channel: frames.Channel) -> None:
    """Check one change after another."""
    # After the greeting, since these take their time.
    from onrecord.graph.validation.fast import Engines  # noqa: PLC0415
    from onrecord.graph.validation.validate import validate  # noqa: PLC0415

    snapshots = opened.Snapshots()
    while True:
        header, body = frames.receive(channel)
        request = requests.GATE.read(header, body)
        engines = Engines(fast=request.fast)
        try:
            with sandbox.limit_computing(header.get("seconds", 0)):
                before = snapshots.open(request.snapshot, request.megabytes)
                rows = request.body if request.rows is None else Path(request.rows).read_bytes()
                report = validate(rows, before, engines)
        except OnrecordError as error:
            frames.send(channel, error.to_dict())
        except MemoryError:
            raise
        except Exception as error:
            log.exception("a change could not be checked")
            why = f"the change could not be checked ({type(error).__name__}: {error}); nothing was changed"
            frames.send(channel, EngineFailure(why).to_dict())
        else:
            frames.send(
                channel,
                {"report": report.to_dict(), "failed": engines.failed, "disagreed": engines.disagreed},
            )


def main(spawn: sandbox.Spawn) -> None:
    """Run this child."""
    sandbox.main(serve, spawn)
