"""Slow clients are cut off, so that they hold neither threads nor connections that others need.

A body that comes slowly and an answer that is taken slowly each hold a thread of the server, which knows no time limit
for either. So every connection is looked at now and then. One that moves less than LEAST_SPEED bytes a second for
ONRECORD_SLOW_SECONDS is ended where it is in the middle of a body or an answer; and where many are, the slowest go at
once. A connection whose request is being worked on has nothing to move, and is left alone: it is known by the moment
at which its last byte came.
"""

from __future__ import annotations

import logging
import math
import queue
import threading
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, Protocol

from werkzeug.wsgi import ClosingIterator

from onrecord.api.http.problems import BadRequest

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from onrecord.api.server.sockets import Connection

log = logging.getLogger("onrecord.slow_clients")

LEAST_SPEED: Final = 1024.0
"""Bytes a second below which a connection is slow."""

SECONDS_IF_MANY: Final = 2.0
"""Seconds for which a connection may be slow where many are."""
SECONDS_IF_ENDING: Final = 1.0
"""Seconds for which a connection may be slow where the process is to end, or idle where there is room for no more."""

_MEMORY: Final = 2.0
"""Seconds over which speed is averaged."""
_DISPATCH: Final = 3.0
"""Seconds that may pass between the last byte of a request and the start of the work on it."""
_CALM: Final = 1.0
_BUSY: Final = 0.25
_LOG_SECONDS: Final = 10.0


class Connections(Protocol):
    """The connections of this process; sockets.Watched are the real ones."""

    listening: bool

    def look(self) -> list[Connection]:
        """What there is now; `listening` tells whether new ones are still let in."""
        ...

    def end(self, connection: Connection) -> bool:
        """Break a connection off; False where it is gone already."""
        ...


class _Track:
    """How one connection has moved so far."""

    __slots__ = ("_at", "_moved", "since", "slow_since", "speed")

    def __init__(self, moved: int, now: float) -> None:
        self._moved = moved
        self._at = self.since = self.slow_since = now
        self.speed = 0.0

    def move(self, moved: int, now: float) -> None:
        passed = max(now - self._at, 1e-3)
        kept = math.exp(-passed / _MEMORY)
        self.speed = self.speed * kept + (moved - self._moved) / passed * (1 - kept)
        self._moved, self._at = moved, now
        if self.speed >= LEAST_SPEED:
            self.slow_since = now

    def is_idle(self, now: float) -> bool:
        return self.speed < LEAST_SPEED and now - self.since >= SECONDS_IF_ENDING


class SlowClients:
    """An application whose slow clients are cut off.

    `places` is how many requests are worked on at once; those that are received or sent take up none.
    More than `most_transfers` bodies, or answers, that take their time are too many; so are bodies, however fast, that are half
    as many more, and further ones are answered 503. An eighth of `connections` is kept free for newcomers.
    """

    def __init__(  # noqa: PLR0913  (all but two by name)
        self,
        application: WSGIApplication,
        watched: Connections,
        *,
        seconds: float,
        places: int,
        most_transfers: int,
        connections: int,
    ) -> None:
        self._application = application
        self._watched = watched
        self._seconds = seconds
        self._most_transfers = most_transfers
        self._most_connections = connections
        self._listened = False
        self._tracks: dict[int, _Track] = {}
        # By thread: whose request it is, and since when.
        self._working: dict[int, tuple[str, float]] = {}
        self._reading: dict[int, tuple[str, float]] = {}
        self._sending: dict[int, tuple[str, float]] = {}
        self._places: queue.SimpleQueue[None] = queue.SimpleQueue()
        for _ in range(places):
            self._places.put(None)
        self._wanted = threading.Event()

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """The application's answer; meanwhile its request is known to be worked on."""
        thread, address = threading.get_ident(), str(environ.get("REMOTE_ADDR", ""))
        if "CONTENT_LENGTH" in environ or "HTTP_TRANSFER_ENCODING" in environ:
            environ["wsgi.input"] = _Body(self, environ["wsgi.input"], address)
        self._working[thread] = (address, time.monotonic())
        self._places.get()
        try:
            answer = self._application(environ, start)
        finally:
            self._places.put(None)
            del self._working[thread]
        # A list is taken over by the server whole, and its thread is free again.
        if isinstance(answer, list):
            return answer
        # (a generator that was never begun is closed without its `finally`)
        return ClosingIterator(self._sent(answer, address), getattr(answer, "close", None))

    def admit_body(self) -> float:
        """The time at which the reading of a body begins; 503 where too many are being read."""
        if len(self._reading) >= self._most_transfers * 3 // 2:
            self._wanted.set()
            raise BadRequest(
                503,
                f"{len(self._reading)} requests are being received already, and those that come too slowly are cut off: "
                "try again in a moment.",
                Retry_After="1",
            )
        return time.monotonic()

    def read(self, source: Any, size: int, address: str, since: float) -> bytes:
        """A piece of a body, while its request is known to wait for its client."""
        thread = threading.get_ident()
        self._reading[thread] = (address, since)
        # What is read on after the answer was given is no work.
        worked = self._working.pop(thread, None) is not None
        if worked:
            self._places.put(None)
        try:
            piece: bytes = source.read(size)
        finally:
            if worked:
                self._working[thread] = (address, time.monotonic())
            del self._reading[thread]
            if worked:
                self._places.get()
        return piece

    def _sent(self, answer: Iterable[bytes], address: str) -> Iterator[bytes]:
        thread = threading.get_ident()
        self._sending[thread] = (address, time.monotonic())
        try:
            yield from answer
        finally:
            self._sending.pop(thread, None)

    def watch(self) -> None:
        """Look after the connections from now on, in a thread of its own."""
        threading.Thread(target=self._watch, name="onrecord-slow-clients", daemon=True).start()

    def _watch(self) -> None:
        ended, told = 0, -math.inf
        while True:
            busy = bool(self._reading)
            try:
                now = time.monotonic()
                just = self.end_slow_connections(now)
                ended, busy = ended + just, busy or just > 0
                if ended and now - told >= _LOG_SECONDS:
                    log.warning(
                        "%d connections were ended that were slow, or idle while others waited", ended
                    )
                    ended, told = 0, now
            except Exception:
                log.exception("slow connections could not be looked for")
            self._wanted.wait(_BUSY if busy else _CALM)
            self._wanted.clear()

    def end_slow_connections(self, now: float) -> int:
        """Look at every connection, end those that are too slow, and return how many those were."""
        present = self._watched.look()
        tracks: dict[int, _Track] = {}
        for connection in present:
            track = self._tracks.get(connection.inode)
            if track is None:
                track = _Track(connection.moved, now)
            else:
                track.move(connection.moved, now)
            tracks[connection.inode] = track
        self._tracks = tracks
        surplus = self._connections_to_end(present, now)
        return sum(self._watched.end(connection) for connection in present if connection.inode in surplus)

    def _connections_to_end(self, present: list[Connection], now: float) -> set[int]:
        """Which connections to end."""
        # (copies, since other threads change them meanwhile; making one is a single step)
        readings, sendings = list(self._reading.values()), list(self._sending.values())
        working = list(self._working.values())
        taking = [c for c in present if c.unsent]
        resting = [c for c in present if not c.unsent and not _is_waited_on(c, working)]
        # Who is connected was let in once.
        self._listened = self._listened or self._watched.listening or bool(present)
        if self._listened and not self._watched.listening:
            return self._slow(taking + resting, SECONDS_IF_ENDING, now)
        # Which of its address's connections a body comes by is not known. Any that may be it is too slow for anything.
        overdue = {address for address, since in readings if now - since >= self._seconds}
        going = self._slow(taking + [c for c in resting if c.peer in overdue], self._seconds, now)
        for threads, among in ((readings, resting), (sendings, taking)):
            lasting = [address for address, since in threads if now - since >= SECONDS_IF_MANY]
            if len(lasting) > self._most_transfers:
                clients = set(lasting)
                theirs = [c for c in among if c.peer in clients]
                going |= self._slowest(theirs, len(lasting) - self._most_transfers, now)
        if len(present) > self._most_connections * 7 // 8:
            quiet = [c for c in resting if self._tracks[c.inode].is_idle(now)]
            quiet.sort(key=lambda c: c.heard)
            going.update(c.inode for c in quiet[: len(present) - self._most_connections // 2])
        return going

    def _slow(self, among: list[Connection], seconds: float, now: float) -> set[int]:
        return {c.inode for c in among if now - self._tracks[c.inode].slow_since >= seconds}

    def _slowest(self, among: list[Connection], surplus: int, now: float) -> set[int]:
        """The connections that are slow, if only for a moment; and as many more as are too many."""
        slow = self._slow(among, SECONDS_IF_MANY, now)
        rest = [
            c for c in among if c.inode not in slow and now - self._tracks[c.inode].since >= SECONDS_IF_MANY
        ]
        rest.sort(key=lambda c: self._tracks[c.inode].speed)
        return slow | {c.inode for c in rest[: max(0, surplus - len(slow))]}


def _is_waited_on(connection: Connection, working: list[tuple[str, float]]) -> bool:
    return any(
        address == connection.peer and began - _DISPATCH <= connection.heard <= began + _BUSY
        for address, began in working
    )


class _Body:
    """A request's body, of which it is known while somebody waits for it."""

    __slots__ = ("_address", "_clients", "_since", "_source")

    def __init__(self, clients: SlowClients, source: Any, address: str) -> None:
        self._clients = clients
        self._source = source
        self._address = address
        self._since: float | None = None

    def read(self, size: int = -1) -> bytes:
        """So many bytes, or fewer at the end. 503 where too many bodies are being read."""
        if self._since is None:
            self._since = self._clients.admit_body()
        return self._clients.read(self._source, size, self._address, self._since)
