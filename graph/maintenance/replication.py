"""Replicas: a data directory that has the very commits of another service, taken from it over HTTP, one after the other.

A commit travels as its patch, which holds its own checksum and the id of the commit before it. So what arrives is what was
committed, in order and whole, or it is not taken; a transfer that is cut short goes on after the last patch that arrived.
A new replica takes a snapshot first (first_copy.py), so that it need not make the store of all commits again.
"""

from __future__ import annotations

import io
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from onrecord.graph.changes import check_patch
from onrecord.graph.engine.disk import lock, mode
from onrecord.graph.engine.disk.checkpoint import described_under
from onrecord.graph.engine.disk.commit_log import CommitLog
from onrecord.graph.errors import OnrecordError, ReplicationFailed, StoreDamaged
from onrecord.graph.ledger import Ledger
from onrecord.graph.maintenance import first_copy
from onrecord.graph.maintenance.followed_service import FollowedService, Newest, Unreachable
from onrecord.graph.settings import Settings

log = logging.getLogger("onrecord.replica")


def prepare(settings: Settings, say: Callable[[str], None]) -> Settings:
    """Make a data directory ready to be served as a replica, and return the settings it is to be served with: the base and
    the kind of store are those of the service that it follows. Where that cannot be reached, what is here is served.

    ReplicationFailed where nothing is here, or something else than the other service's history.
    """
    try:
        newest = catch_up(settings, say)
        base, plain = newest.base, newest.plain
    except Unreachable as error:
        base, plain = described_under(settings.data) or settings.base, mode.is_plain(settings.data)
        if not Ledger.exists(settings) or first_copy.is_pending(settings.data):
            raise
        say(f"WARNING: {error.message}. What is here is served, and asked for again")
    return replace(settings, base=base, seeds=not plain, shapes=not plain)


def catch_up(settings: Settings, say: Callable[[str], None]) -> Newest:
    """Bring the history of a data directory that nobody has open to what the other service has, and say on the way how far
    it is. A patch that was damaged here is taken again. The store is made from the history when the directory is opened.

    ReplicationFailed where the service cannot be reached, or its history is not the one that is here.
    """
    source = FollowedService(settings.replica_of, settings.replica_token)
    newest = source.newest()
    data = settings.data.absolute()
    own = lock.Lock(data)
    try:
        history = CommitLog(data / "history")
        history.directory.mkdir(exist_ok=True)
        history.sweep()
        have = history.last()
        if not have and newest.plain and not mode.is_plain(data):
            mode.mark(data)
        _mend(history, source, have, say)
        _check_same(history, source, newest, have)
        copy = first_copy.take(source, data, newest, have, say)
        for version in range(have + 1, newest.version + 1):
            try:
                history.append(version, source.patch(version))
            except StoreDamaged as error:
                raise ReplicationFailed(_other(source, data, error.message)) from None
            except OSError as error:
                raise ReplicationFailed(
                    f"the patch of version {version} cannot be kept in {data}: {error}"
                ) from None
            say(f"{version:,} of {newest.version:,} commits are here")
        if copy is not None:
            first_copy.install(copy, data, "" if newest.plain else newest.base)
    finally:
        own.release()
    return newest


def _mend(history: CommitLog, source: FollowedService, have: int, say: Callable[[str], None]) -> None:
    """Take again what was damaged here since it was written."""
    for version in history.damaged():
        say(f"{history.path(version)} is damaged; it is taken again from {source.url}")
        history.replace(version, source.patch(version))
    if have:
        history.check_newest()


def _check_same(history: CommitLog, source: FollowedService, newest: Newest, have: int) -> None:
    if not have:
        return
    if newest.version < have:
        why = f"it has {newest.version} commits and here are {have}"
        raise ReplicationFailed(_other(source, history.directory.parent, why))
    there = (
        newest.commit if newest.version == have else check_patch(io.BytesIO(source.patch(have)), "").commit.id
    )
    if there != history.commit(have).id:
        raise ReplicationFailed(
            _other(source, history.directory.parent, f"commit {have} is another one there than here")
        )


def _other(source: FollowedService, data: Path, why: str) -> str:
    return (
        f"{data} does not follow {source.url}: {why}. What is here stays as it is; to follow that service from its first commit "
        "on, give a directory that is not there yet"
    )


class Follower:
    """Follows a service while its replica is served: asks it again and again what is new, and takes it over."""

    def __init__(self, ledger: Ledger, settings: Settings) -> None:
        self._ledger = ledger
        self._settings = settings
        self._source = FollowedService(settings.replica_of, settings.replica_token)
        self._ended = threading.Event()
        self._heard: float | None = None
        self._there = ledger.version
        self.problem: str | None = None
        """Why it cannot go on; None where it can."""
        self.fatal = False
        """Whether that stays so until an operator does something: the histories are not the same one."""

    @property
    def behind(self) -> int:
        """How many versions it is behind what the service last said."""
        return max(0, self._there - self._ledger.version)

    @property
    def silent(self) -> float:
        """Seconds since the service was last heard; infinite before it ever was."""
        return float("inf") if self._heard is None else time.monotonic() - self._heard

    def heard(self, version: int) -> None:
        """Note that the service has said that this is its newest version."""
        self._heard = time.monotonic()
        self._there = version

    def start(self) -> None:
        """Follow in a thread, until stop()."""
        threading.Thread(target=self._run, name="onrecord-follower", daemon=True).start()

    def stop(self) -> None:
        """Take nothing more."""
        self._ended.set()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self.once()
            except OnrecordError as error:
                if self.problem != error.message:
                    log.warning("not following: %s", error)
                self.problem = error.message
            except Exception:
                log.exception("not following")
                self.problem = "an unforeseen error; the log says which"
            else:
                if self.problem:
                    log.info("following %s again, at version %d", self._source.url, self._ledger.version)
                self.problem, self.fatal = None, False
            self._ended.wait(self._settings.replica_seconds)

    def once(self) -> None:
        """Take over all that is new. ReplicationFailed where it cannot be had or taken; reading goes on with what is here."""
        newest = self._source.newest()
        self.heard(newest.version)
        have = self._ledger.version
        self.fatal = newest.version < have or (
            newest.version == have and newest.commit != self._ledger.commit_id(have)
        )
        if self.fatal:
            why = f"it is at version {newest.version} ({newest.commit}), and here is {have} ({self._ledger.commit_id(have)})"
            raise ReplicationFailed(_other(self._source, self._settings.data, why))
        while self._ledger.version < newest.version and not self._ended.is_set():
            patch = self._source.patch(self._ledger.version + 1)
            try:
                self._ledger.follow(patch)
            except StoreDamaged as error:
                # The patch is whole, so it is another history's.
                self.fatal = True
                raise ReplicationFailed(_other(self._source, self._settings.data, error.message)) from None
            self.heard(newest.version)
