"""The front's side of the editor and the gate: started when first needed, asked, and killed past their limits."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

from onrecord.graph import errors
from onrecord.graph.engine.base import Staged
from onrecord.graph.engine.disk import snapshots, staging
from onrecord.graph.engine.limits import Limit, Task, cause
from onrecord.graph.engine.processes.launcher import Launcher
from onrecord.graph.engine.processes.worker import Died, OutOfTime, Worker, start
from onrecord.graph.settings import Settings
from onrecord.graph.validation.report import Report
from onrecord.graph.writing import requests
from onrecord.graph.writing.parsing.documents import RdfDocument

Note = Callable[[dict[str, Any]], None]
"""Told how far long work is: what is done now ("doing"), the "share" of it that is done, and how many "quads" there are."""

log = logging.getLogger("onrecord.validation")

_LARGE: Final = 16 << 20
"""After rows of more bytes a process ends, and gives back its memory, before the next one works on them."""
_FAST_PART: Final = 0.25
"""Of the time that checking a change may take, what the fast engine may: where it hangs, pyshacl still has all of it."""
_EDIT: Final = Task(
    "worked out the change",
    "nothing was changed",
    "do less at a time",
    errors.UpdateMemory,
    errors.UpdateRefused,
)


@dataclass(frozen=True, slots=True)
class Edited:
    """What a request comes to: the change it makes, as rows or, where it is large, in a file, and whether its graph is a new one.

    The file is alone in a directory of staging.make(), which whoever asked has to remove.
    """

    change: bytes | Staged
    created: bool


class Writing:
    """Works changes out and checks them, without making any. For one caller at a time."""

    def __init__(self, settings: Settings, launcher: Launcher) -> None:
        self._settings = settings
        self._launcher = launcher
        self._editor: Worker | None = None
        self._gate: Worker | None = None
        self._fallbacks = dict.fromkeys(("ended", "failed", "disagreed"), 0)

    def edit(self, request: requests.Request, version: int) -> Edited:
        """What a request would change in a version. After any error all is as it was."""
        editor = self._editor_at(version)
        rows = bytearray()

        def sink(piece: bytes) -> None:
            self._check_size(len(rows) + len(piece))
            rows.extend(piece)

        reply = self._work_out(editor, *requests.EDITOR.frame(request), "Do less at a time", sink=sink)
        if "rows" not in reply:
            return Edited(bytes(rows), reply["created"])
        staged = Staged(Path(reply["rows"]), reply["added"], reply["removed"])
        try:
            if _is_large(staged.rows):
                self._drop_editor()
            self._check_size(staged.rows.stat().st_size)
        except errors.ResultTooLarge:
            staging.remove(staged.rows.parent)
            raise
        return Edited(staged, reply["created"])

    def _check_size(self, rows: int) -> None:
        if rows > self._settings.change_megabytes << 20:
            raise errors.ResultTooLarge(
                f"the change is larger than {self._settings.change_megabytes} MiB (ONRECORD_CHANGE_MEGABYTES); nothing "
                "was changed. Make it in parts"
            )

    def load(
        self, documents: Sequence[RdfDocument], version: int, directory: Path, note: Note | None = None
    ) -> Staged:
        """What the files would change in a version, worked out in a directory for it; `note` is told how far that is."""
        worker, frame = self._loading(documents, version, directory)
        try:
            reply = self._work_out(worker, *frame, "Load less at a time, or raise the limit", note=note)
        finally:
            if worker is not self._editor:
                worker.kill()
            elif _is_large(directory / "rows"):
                self._drop_editor()
        store = directory / "store"
        rows = directory / "rows"
        return Staged(rows, reply["added"], reply.get("removed", 0), store if store.exists() else None)

    def _work_out(
        self, worker: Worker, header: dict[str, Any], body: bytes, advice: str, **told: Any
    ) -> dict[str, Any]:
        """The reply of who works a change out. Whatever ends it early is an error that says so, and the editor goes."""
        limit = Limit.of(self._settings, "UPDATE_SECONDS")
        try:
            reply = worker.ask(header, body, seconds=limit.seconds, wall=limit.wall, **told)
        except OutOfTime as over:
            self._drop_editor()
            raise errors.UpdateTimeout(f"{limit.passed(over)}; nothing was changed. {advice}") from None
        except Died as died:
            self._drop_editor()
            raise cause(died, _EDIT, self._settings.worker_megabytes) from None
        except errors.ResultTooLarge:
            self._drop_editor()
            raise
        if "error" in reply:
            raise errors.from_dict(reply)
        return reply

    def _loading(
        self, documents: Sequence[RdfDocument], version: int, directory: Path
    ) -> tuple[Worker, tuple[dict[str, Any], bytes]]:
        """Who works out what files change, and what it is to be asked."""
        files = [asdict(document) for document in documents]
        if self._settings.plain and not any(document.removes for document in documents):
            snapshot = str(snapshots.path(self._settings.data, version))
            whole = requests.BulkLoad(files, str(directory), snapshot, self._settings.worker_megabytes)
            return start(self._launcher, "onrecord.graph.writing.bulk_loader"), requests.LOADER.frame(whole)
        part = requests.Load(files, str(directory / "rows"))
        return self._editor_at(version), requests.EDITOR.frame(part)

    def _editor_at(self, version: int) -> Worker:
        """The editor, its copy of the graph brought to a version."""
        limit = Limit.of(self._settings, "VALIDATION_SECONDS")
        try:
            if self._editor is None or not self._editor.alive():
                self._drop_editor()
                self._editor = start(self._launcher, "onrecord.graph.writing.editor")
                self._editor.tell(requests.BEGIN.frame(requests.Begin(_public(self._settings)))[0])
            sync = requests.EDITOR.frame(requests.Sync(version))
            reply = self._editor.ask(*sync, seconds=limit.seconds, wall=limit.wall)
        except Died as died:
            self._drop_editor()
            raise errors.EngineFailure(
                f"the process that works out changes cannot hold the graph ({died}); nothing was changed. If it lacked "
                "memory, raise ONRECORD_WORKER_MEGABYTES"
            ) from None
        except OutOfTime as over:
            self._drop_editor()
            raise errors.EngineFailure(
                f"copying the graph was {limit.passed(over)}; nothing was changed. Raise the limit"
            ) from None
        if "error" in reply:
            raise errors.from_dict(reply)
        return self._editor

    def check(self, rows: bytes | Path, version: int) -> Report:
        """What the shapes say of a version after a change, given as the rows of its ChangeSet, or as the file they are in."""
        limit = Limit.of(self._settings, "VALIDATION_SECONDS")
        if self._settings.fast_shapes:
            try:
                part = replace(limit, seconds=limit.seconds * _FAST_PART)
                return self._check(rows, version, part, fast=True)
            except (OutOfTime, Died) as error:
                self._drop_gate()
                self._fallbacks["ended"] += 1
                why = error if isinstance(error, Died) else "it was out of time"
                log.warning("the process with the fast engine ended (%s): pyshacl checks the change", why)
        try:
            return self._check(rows, version, limit, fast=False)
        except OutOfTime as over:
            self._drop_gate()
            raise errors.EngineFailure(
                f"checking the change was {limit.passed(over)}; nothing was changed. Make smaller changes, or raise the "
                "limit"
            ) from None
        except Died as died:
            self._drop_gate()
            raise errors.EngineFailure(
                f"the process that checks changes died ({died}); nothing was changed. If it lacked memory, make smaller "
                "changes, or raise ONRECORD_WORKER_MEGABYTES"
            ) from None

    def _check(self, rows: bytes | Path, version: int, limit: Limit, *, fast: bool) -> Report:
        if self._gate is None or not self._gate.alive():
            self._drop_gate()
            self._gate = start(self._launcher, "onrecord.graph.writing.gate")
        snapshot = str(snapshots.path(self._settings.data, version))
        request = requests.Check(snapshot, self._settings.worker_megabytes, fast)
        request = request._replace(body=rows) if isinstance(rows, bytes) else request._replace(rows=str(rows))
        reply = self._gate.ask(*requests.GATE.frame(request), seconds=limit.seconds, wall=limit.wall)
        if isinstance(rows, Path) and _is_large(rows):
            self._drop_gate()
        if "error" in reply:
            raise errors.from_dict(reply)
        for why in ("failed", "disagreed"):
            self._fallbacks[why] += reply[why]
        return Report.from_dict(reply["report"])

    def about(self) -> dict[str, Any]:
        """The process ids of the editor and the gate, None where there is none; how often pyshacl had to check instead of
        the fast engine: since its process `ended`, since it `failed`, since the two `disagreed`.
        """
        editor, gate = self._editor, self._gate
        return {
            "editor": editor and editor.pid,
            "gate": gate and gate.pid,
            "shapes_fallbacks": dict(self._fallbacks),
        }

    def close(self) -> None:
        """End both processes; the next request would start others."""
        self._drop_editor()
        self._drop_gate()

    def _drop_editor(self) -> None:
        if self._editor is not None:
            self._editor.kill()
            self._editor = None

    def _drop_gate(self) -> None:
        if self._gate is not None:
            self._gate.kill()
            self._gate = None


def _is_large(rows: Path) -> bool:
    return rows.exists() and rows.stat().st_size > _LARGE


def _public(settings: Settings) -> dict[str, Any]:
    """The settings as JSON, without the secrets."""
    values = {f.name: getattr(settings, f.name) for f in fields(settings) if not f.metadata["secret"]}
    return values | {"data": str(settings.data.absolute())}
