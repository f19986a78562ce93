"""The engine of a replica: the one on this machine, whose commits come from another service, and from nobody else."""

from __future__ import annotations

from onrecord.graph import errors
from onrecord.graph.engine.embedded import EmbeddedEngine


class ReplicaEngine(EmbeddedEngine):
    """Takes commits by follow() alone: the ledger asks check_writable() before all others."""

    def check_writable(self) -> None:
        raise errors.ReplicaReadOnly(
            f"this is a replica of {self._settings.replica_of} (ONRECORD_REPLICA_OF) and takes no changes; make them there"
        )
