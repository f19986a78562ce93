"""Replicas: a data directory that has the very commits of another service, taken from it over HTTP, one after the other.

A commit travels as its patch, which holds its own checksum and the id of the commit before it. So what arrives is what was
committed, in order and whole, or it is not taken; a transfer that is cut short goes on after the last patch that arrived.
"""

from __future__ import annotations

import http.client
import io
import json
import logging
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from onrecord.graph import terms
from onrecord.graph.changes import check_patch
from onrecord.graph.engine.disk import lock, mode
from onrecord.graph.engine.disk.commit_log import CommitLog
from onrecord.graph.engine.writer import described_under
from onrecord.graph.errors import OnrecordError, ReplicationFailed, StoreDamaged
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

log = logging.getLogger("onrecord.replica")

_SECONDS: Final = 30.0
"""How long the other service may stay silent, in the middle of an answer too."""
_SMALL: Final = 1 << 20
"""Bytes of what it says of itself, at most."""


@dataclass(frozen=True, slots=True)
class Newest:
    """What a service says of itself to its replicas: its newest version with the id of the commit that made it ("" for
    none), the base of its IRIs, and whether it is a plain store."""

    version: int
    commit: str
    base: str
    plain: bool


class Unreachable(ReplicationFailed):
    """The other service does not answer, or not as it should: it may later."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Redirects are answered as errors: the token is for the address that it was given for."""


class FollowedService:
    """The service that is followed, at an address, with the token that it wants."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ReplicationFailed(
                f"ONRECORD_REPLICA_OF: {url!r} is no address of a service; write it as https://graph.example.org/"
            )
        if "@" in parts.netloc:
            raise ReplicationFailed(
                "ONRECORD_REPLICA_OF: put the token into ONRECORD_REPLICA_TOKEN, not into the address"
            )
        self.url = url.rstrip("/")
        self._headers = {
            "User-Agent": terms.user_agent(),
            "Accept-Encoding": "identity",
        }
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        secured = urllib.request.HTTPSHandler(context=ssl.create_default_context())
        self._opener = urllib.request.build_opener(_NoRedirects(), secured)

    def newest(self) -> Newest:
        """What it has; Unreachable where that cannot be had."""
        text = self._get("/snapshots", "application/json", _SMALL)
        try:
            found = json.loads(text)
            newest = Newest(
                int(found["version"]), str(found["commit"]), str(found["base"]), found["plain"] is True
            )
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise Unreachable(f"{self.url}/snapshots is not what a replica can follow ({error})") from None
        return newest

    def patch(self, version: int) -> bytes:
        """The patch of a version, whole; Unreachable where it cannot be had or is not as it was committed."""
        text = self._get(f"/history/{version}.patch", "*/*")
        try:
            found = check_patch(io.BytesIO(text), f"{self.url}/history/{version}.patch").commit.version
        except StoreDamaged as error:
            raise Unreachable(error.message.partition(". Put back")[0]) from None
        if found != version:
            raise Unreachable(f"{self.url}/history/{version}.patch is that of version {found}")
        return text

    def _get(self, path: str, accept: str, most: int | None = None) -> bytes:
        address = self.url + path
        request = urllib.request.Request(address, headers={**self._headers, "Accept": accept})  # noqa: S310  (http or https)
        try:
            with self._opener.open(request, timeout=_SECONDS) as response:
                found: bytes = response.read(most)
                return found
        except urllib.error.HTTPError as error:
            with error:
                raise Unreachable(f"{address} answered {error.code}{_hint(error.code)}") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            why = getattr(error, "reason", None) or error
            raise Unreachable(f"{address} cannot be had: {why or type(error).__name__}") from None


def _hint(status: int) -> str:
    if status in {401, 403}:
        return ": give ONRECORD_REPLICA_TOKEN a token that `onrecord token create NAME --scope replica` made there"
    if 300 <= status < 400:
        return ", a redirect, and none is followed: give the address that it leads to"
    return ""


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
        if not Ledger.exists(settings):
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
