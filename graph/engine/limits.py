"""What one request may take: time, size, memory; and the errors that say it took more."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass

from onrecord.graph import errors
from onrecord.graph.engine.base import Answer
from onrecord.graph.engine.processes.worker import Died


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a reader may take, the setting that says so, and how much it may yield (None: as much as there is)."""

    seconds: float
    setting: str
    megabytes: int | None = None

    def passed(self) -> errors.QueryTimeout:
        """The error to raise when the time is over."""
        return errors.QueryTimeout(
            f"stopped at the time limit of {self.seconds:g} s (ONRECORD_{self.setting}); ask for less, or add LIMIT"
        )

    def into(self, answer: Answer) -> Callable[[bytes], None]:
        """A sink that fills the answer until it is too large."""

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


def reader_died(died: Died, megabytes: int) -> errors.OnrecordError:
    """What a reader's death most likely means to the one whose query it ran."""
    if died.lacked_memory:
        return errors.QueryMemory(
            f"the query needed more than {megabytes} MiB of memory (ONRECORD_WORKER_MEGABYTES) and was stopped; ask for "
            "less"
        )
    unsortable = errors.unsortable(died.words)
    if unsortable is not None:
        return unsortable
    if died.status == -signal.SIGKILL:
        return errors.QueryMemory(
            "the process that ran the query was killed by the system, as happens when memory runs short; ask for less"
        )
    return errors.EngineFailure(f"the process that ran the query died: {died}")
