"""How the graph is kept: one writer, immutable snapshots, readers that can be killed. It judges nothing it is given.

base.py      the Engine protocol, the query it is asked and the answer it gives
embedded.py  the engine on this machine, over one data directory
replica.py   the same, whose commits come from another service
remote/      the same, with a mirror on another SPARQL server
reading/     the child processes that answer queries, and how results are written
committing/  the child process that has the store open for writing, and the front's side of it
figures.py   how much a store holds of what, followed from what each commit touched
limits.py    what one request may take, and what the death of a child means
opened.py    stores and snapshots, opened; versions.py says which snapshots there are and which are being read
processes/   child processes, without RDF: how they are forked, asked, confined, prioritised and killed
disk/        the files of a data directory, without processes: commit log, checkpoint, snapshots, lock, mode
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onrecord.graph.engine.base import Engine
    from onrecord.graph.engine.processes.launcher import Launcher
    from onrecord.graph.settings import Settings


def open(
    settings: Settings, launcher: Launcher, *, read_only: bool = False, bookkeeping: str | None = None
) -> Engine:
    """The engine that the settings ask for. It closes the launcher, which starts its child processes, with itself.

    `bookkeeping` names a module that is a base.Bookkeeping: what the engine keeps beside the graph about its commits.
    Raises StoreLocked where another process writes there, and NoGraph where there is nothing to read.
    """
    from onrecord.graph.engine.embedded import EmbeddedEngine  # noqa: PLC0415  (children need only parts of this room)
    from onrecord.graph.engine.replica import ReplicaEngine  # noqa: PLC0415

    if settings.store and bookkeeping is not None and not read_only:
        from onrecord.graph.engine.remote.engine import RemoteEngine  # noqa: PLC0415

        return RemoteEngine(settings, launcher, bookkeeping=bookkeeping)
    kind = ReplicaEngine if settings.replica_of else EmbeddedEngine
    return kind(settings, launcher, read_only=read_only, bookkeeping=bookkeeping)


def exists(settings: Settings) -> bool:
    """Whether the settings lead to a graph with at least one commit."""
    from onrecord.graph.engine.embedded import EmbeddedEngine  # noqa: PLC0415

    return EmbeddedEngine.holds_commits(settings.data)
