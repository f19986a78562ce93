"""What one request may take: time, size, memory; and the errors that say it took more."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

from onrecord.graph import errors
from onrecord.graph.engine.base import Answer
from onrecord.graph.engine.processes.worker import Died, OutOfTime
from onrecord.graph.settings import Settings


@dataclass(frozen=True, slots=True)
class Limit:
    """How many seconds a child may compute, and the setting that says so; how many times that may pass by the clock; and
    how many MiB it may answer with (None: any)."""

    seconds: float
    setting: str
    wall_factor: float
    megabytes: int | None = None

    @classmethod
    def of(cls, settings: Settings, setting: str, megabytes: int | None = None) -> Self:
        """The limit that a setting sets."""
        return cls(getattr(settings, setting.lower()), setting, settings.wall_factor, megabytes)

    @property
    def wall(self) -> float:
        """How many seconds may pass by the clock."""
        return self.seconds * self.wall_factor

    def passed(self, over: OutOfTime) -> str:
        """How a request whose time is over ended: "stopped at …"."""
        limit = f"time limit of {self.seconds:g} s (ONRECORD_{self.setting})"
        if not over.by_clock:
            return f"stopped at the {limit}, which counts computing"
        return (
            f"stopped after {self.wall:g} s by the clock, because this machine is busy: that is ONRECORD_WALL_FACTOR, "
            f"{self.wall_factor:g}, times the {limit} of computing"
        )

    def into(self, answer: Answer) -> Callable[[bytes], None]:
        """What puts pieces into the answer; ResultTooLarge once it is too large, StorageFull where there is no room."""

        def sink(piece: bytes) -> None:
            if self.megabytes is not None and answer.length + len(piece) > self.megabytes << 20:
                raise errors.ResultTooLarge(
                    f"the result is larger than {self.megabytes} MiB (ONRECORD_RESULT_MEGABYTES); add LIMIT, or export "
                    "the graph"
                )
            try:
                answer.write(piece)
            except OSError as error:
                raise errors.StorageFull(f"the result cannot be kept while it is sent: {error}") from None

        return sink


@dataclass(frozen=True, slots=True)
class Task:
    """What a child does, in words for its death: "the process that …", what is left of it, and what to do then.

    `memory` is the error where memory ran short; `too_deep` the one where the child's stack overflowed, None where the
    text it is given cannot do that.
    """

    doing: str
    outcome: str
    remedy: str
    memory: type[errors.QueryMemory]
    too_deep: type[errors.QueryRefused] | None = None


QUERY: Final = Task("ran the query", "there is no answer", "ask for less", errors.QueryMemory)


def cause(died: Died, task: Task, megabytes: int) -> errors.OnrecordError:
    """The error for the one whose task a child died of; megabytes is the child's memory limit, in MiB."""
    child = f"the process that {task.doing}"
    if died.lacked_memory:
        return task.memory(
            f"{child} needed more than {megabytes} MiB of memory (ONRECORD_WORKER_MEGABYTES) and was stopped; "
            f"{task.outcome}: {task.remedy}"
        )
    unsortable = errors.unsortable(died.output)
    if unsortable is not None:
        return unsortable
    if died.status == -signal.SIGKILL:
        return task.memory(
            f"{child} was killed by the system, as happens when memory runs short; {task.outcome}: {task.remedy}"
        )
    overflowed = died.status == -signal.SIGSEGV or "overflowed its stack" in died.output
    if overflowed and task.too_deep is not None:
        return task.too_deep(
            f"what was sent nests too deep for the parser; {task.outcome}: nest it less deep"
        )
    return errors.EngineFailure(f"{child} died: {died}; {task.outcome}")
