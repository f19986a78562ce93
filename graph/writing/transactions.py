"""Changes as transactions: one at a time, worked out, checked against the shapes, and committed whole or not at all."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final

from onrecord.graph.changes import Commit
from onrecord.graph.engine.base import Engine, Staged
from onrecord.graph.engine.disk import staging
from onrecord.graph.errors import Busy, EngineFailure, PreconditionFailed
from onrecord.graph.settings import Settings
from onrecord.graph.validation.report import Rejected
from onrecord.graph.writing.client import Edited, Note, Writing
from onrecord.graph.writing.parsing.documents import RdfDocument, places
from onrecord.graph.writing.requests import Apply, Edit

_PATIENCE: Final = 30.0
_LARGE: Final = 4 << 20
"""Rows of more bytes are brought into the store while they are checked."""


class Transactions:
    """Makes changes in an engine. Any number of threads may ask; each waits for its turn, and only few may wait.

    Without a `writing`, and where the engine takes no changes, each method raises. After any error nothing has changed.
    """

    def __init__(self, engine: Engine, writing: Writing | None, settings: Settings, *, gate: bool) -> None:
        self._engine = engine
        self._writing = writing
        self._settings = settings
        self._gated = gate and settings.shapes
        self._turn = threading.Lock()
        self._waiting = threading.Semaphore(settings.writers + 1)

    def close(self) -> None:
        """Close the engine, once a change under way is made; one that takes longer than half a minute is cut short."""
        finished = self._turn.acquire(timeout=_PATIENCE)
        try:
            if self._writing is not None:
                self._writing.close()
            self._engine.close()
        finally:
            if finished:
                self._turn.release()

    def about(self) -> dict[str, Any]:
        """As Ledger.about, of the processes that work changes out."""
        return {} if self._writing is None else self._writing.about()

    def commit(self, rows: bytes, message: str, author: str, *, derive: bool) -> Commit:
        """Make a change given as rows; with `derive`, what follows from it is worked out first."""
        with self._turn:
            self._engine.check_writable()
            if not derive:
                return self._commit(rows, message, author)
            with self._worked_out(Apply(rows)) as edited:
                return self._commit(edited.change, message, author)

    def rehearse(self, rows: bytes) -> None:
        """Work out what follows from a change, and check it, without making it."""
        with self._turn:
            self._engine.check_writable()
            with self._worked_out(Apply(rows)) as edited:
                self._check(edited.change)

    def follow(self, patch: bytes) -> Commit:
        """Make the next commit of another ledger."""
        with self._turn:
            return self._engine.follow(patch)

    def edit(self, request: Edit, message: str, author: str, if_version: int | None) -> tuple[Commit, bool]:
        """Make what a request comes to; and whether that made a graph that was not there."""
        with self._next_turn(if_version), self._worked_out(request) as edited:
            commit = self._commit(edited.change, message, author)
            return commit, edited.created and bool(commit.added)

    def load(
        self,
        documents: Sequence[RdfDocument],
        message: str,
        author: str,
        if_version: int | None,
        note: Note | None,
    ) -> Commit:
        """Make a change of any size, which files give."""
        with self._next_turn(if_version), staging.fresh(self._settings.data) as directory:
            staged = self._writer().load(documents, self._engine.version, directory, note)
            if staged.added or staged.removed:
                try:
                    staged = self._checked(staged)
                except Rejected as error:
                    raise _placed(error, documents) from None
            return self._engine.commit(staged, message=message, author=author)

    @contextmanager
    def _next_turn(self, if_version: int | None) -> Iterator[None]:
        """Wait to be the only writer, of this version where one is given. Each that waits holds a thread, so only few may."""
        if not self._waiting.acquire(blocking=False):
            raise Busy(
                f"{self._settings.writers} writes wait already (ONRECORD_WRITERS); try again in a moment", 1
            )
        try:
            with self._turn:
                self._expect(if_version)
                self._engine.check_writable()
                yield
        finally:
            self._waiting.release()

    def _expect(self, version: int | None) -> None:
        newest = self._engine.version
        if version is not None and version != newest:
            raise PreconditionFailed(
                f"the graph is at version {newest} by now, not at {version}; nothing was changed. Look at what "
                "it is now, and make the change again",
                newest,
            )

    def _writer(self) -> Writing:
        if self._writing is None:
            raise EngineFailure(f"{self._settings.data} was opened for reading only")
        return self._writing

    @contextmanager
    def _worked_out(self, request: Edit) -> Iterator[Edited]:
        """What a request comes to at the newest version; what is in files is gone afterwards."""
        edited = self._writer().edit(request, self._engine.version)
        try:
            yield edited
        finally:
            if isinstance(edited.change, Staged):
                staging.remove(edited.change.rows.parent)

    def _commit(self, change: bytes | Staged, message: str, author: str) -> Commit:
        if isinstance(change, Staged) and (change.added or change.removed):
            change = self._checked(change)
        elif change:
            self._check(change)
        if isinstance(change, Staged) and not (change.added or change.removed):
            change = change.rows.read_bytes()  # all of it follows from what there was, and yet it is a change
        return self._engine.commit(change, message=message, author=author)

    def _checked(self, change: Staged) -> Staged:
        """The change once it is checked. While a large one is, the writer makes it in a copy of the store: in vain where it is refused."""
        if not self._gated or change.store is not None or change.rows.stat().st_size < _LARGE:
            self._check(change)
            return change
        with ThreadPoolExecutor(1, "ahead of the commit") as beside:
            prepared = beside.submit(self._engine.prepare, change)
            self._check(change)
        return prepared.result()

    def _check(self, change: bytes | Staged) -> None:
        if self._gated:
            rows = change.rows if isinstance(change, Staged) else change
            report = self._writer().check(rows, self._engine.version)
            if not report.conforms:
                raise Rejected(f"the shapes refuse the change; nothing was changed. {report.text()}", report)


def _placed(error: Rejected, documents: Sequence[RdfDocument]) -> Rejected:
    """The same refusal, with where the files describe what is at fault."""
    things = dict.fromkeys(
        result.focus for result in error.report.results if not result.focus.startswith("_:")
    )
    found = places(documents, things)
    if not found:
        return error
    return Rejected("\n".join([error.message, "", "In the files:", *found]), error.report)
