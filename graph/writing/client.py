"""The front's side of the editor: it is started when first needed, told the version, asked, and killed past its limits."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from onrecord.graph import errors
from onrecord.graph.changes import ChangeSet
from onrecord.graph.engine.processes import frames
from onrecord.graph.engine.processes.worker import Died, Worker
from onrecord.graph.settings import Settings


class Editing:
    """The one editor of an engine; one caller at a time."""

    def __init__(self, settings: Settings, spawn: Callable[[str], Worker]) -> None:
        self._settings = settings
        self._spawn = spawn
        self._worker: Worker | None = None

    @property
    def pid(self) -> int | None:
        """The editor's process id, while there is one."""
        worker = self._worker
        return None if worker is None else worker.pid

    def edit(self, version: int, request: dict[str, Any], body: bytes) -> tuple[ChangeSet, dict[str, Any]]:
        """What a request would change in a version, and what else the editor says; every failure leaves all as it was."""
        try:
            worker = self._at(version)
        except Died as died:
            self.stop()
            raise errors.EngineFailure(
                f"the process that works out changes cannot hold the graph ({died}); nothing was changed. If it lacked "
                "memory, raise ONRECORD_WORKER_MEGABYTES"
            ) from None
        except frames.Late:
            self.stop()
            raise errors.EngineFailure(
                f"copying the graph took longer than {self._settings.validation_seconds:g} s (ONRECORD_VALIDATION_SECONDS); "
                "nothing was changed. Raise the limit"
            ) from None
        rows = bytearray()

        def sink(piece: bytes) -> None:
            if len(rows) + len(piece) > self._settings.change_megabytes << 20:
                raise errors.ResultTooLarge(
                    f"the change is larger than {self._settings.change_megabytes} MiB (ONRECORD_CHANGE_MEGABYTES); nothing "
                    "was changed. Make it in parts"
                )
            rows.extend(piece)

        try:
            reply = worker.ask(request, body, seconds=self._settings.update_seconds, sink=sink)
        except frames.Late:
            self.stop()
            raise errors.UpdateTimeout(
                f"stopped at the time limit of {self._settings.update_seconds:g} s (ONRECORD_UPDATE_SECONDS); nothing was "
                "changed. Do less at a time"
            ) from None
        except Died as died:
            self.stop()
            raise self._died(died) from None
        except errors.ResultTooLarge:
            self.stop()
            raise
        if "error" in reply:
            raise errors.from_dict(reply)
        return ChangeSet.from_rows(bytes(rows), plain=self._settings.plain), reply

    def _at(self, version: int) -> Worker:
        if self._worker is None or not self._worker.alive():
            self.stop()
            self._worker = self._spawn("onrecord.graph.writing.editor")
            self._worker.tell({"settings": _told(self._settings)})
        reply = self._worker.ask(
            {"do": "sync", "version": version}, seconds=self._settings.validation_seconds
        )
        if "error" in reply:
            raise errors.from_dict(reply)
        return self._worker

    def stop(self) -> None:
        """End the editor; the next edit starts another."""
        if self._worker is not None:
            self._worker.kill()
            self._worker = None

    def _died(self, died: Died) -> errors.OnrecordError:
        megabytes = self._settings.worker_megabytes
        if died.lacked_memory:
            return errors.UpdateMemory(
                f"stopped at the memory limit of {megabytes} MiB (ONRECORD_WORKER_MEGABYTES); nothing was changed. Do less "
                "at a time"
            )
        unsortable = errors.unsortable(died.words)
        if unsortable is not None:
            return unsortable
        if died.status == -signal.SIGKILL:
            return errors.UpdateMemory(
                "the process that worked out the change was killed by the system, as happens when memory runs short; "
                "nothing was changed. Do less at a time"
            )
        if died.status == -signal.SIGSEGV or "overflowed its stack" in died.words:
            return errors.UpdateRefused(
                "the parser gave up on what was sent: it nests too deep; nothing was changed"
            )
        return errors.EngineFailure(
            f"the process that worked out the change died: {died}; nothing was changed"
        )


def _told(settings: Settings) -> dict[str, Any]:
    """The settings as JSON, without what is none of the editor's business."""
    told = {f.name: getattr(settings, f.name) for f in fields(settings) if not f.metadata["secret"]}
    return told | {"data": str(settings.data)}
