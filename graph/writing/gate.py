"""The gate: the child process that checks a change against the shapes before it is made."""

from __future__ import annotations

from onrecord.graph.changes import ChangeSet
from onrecord.graph.engine import opened
from onrecord.graph.engine.processes import frames, sandbox
from onrecord.graph.errors import OnrecordError


def serve(channel: frames.Channel) -> None:
    """Check one change after another."""
    from onrecord.graph.validation.validate import validate  # noqa: PLC0415  (after the greeting: it takes its time)

    snapshots = opened.Snapshots()
    while True:
        request, body = frames.receive(channel)
        try:
            before = snapshots.open(request["snapshot"], request["megabytes"])
            report = validate(ChangeSet.from_rows(body), before)
        except OnrecordError as error:
            frames.send(channel, error.to_dict())
        else:
            frames.send(channel, {"report": report.to_dict()})


def main(spawn: sandbox.Spawn) -> None:
    """Run this child."""
    sandbox.main(serve, spawn)
