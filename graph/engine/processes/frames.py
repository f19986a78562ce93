"""How the front and its children exchange messages: a JSON header and raw bytes, over a socket pair.

No pickle: a child that was taken over can send nonsense, but nothing that is run.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

_LENGTHS: Final = struct.Struct("!IQ")
_LARGEST_HEADER: Final = 64 << 20
_SMALL: Final = 128 << 10
_READ: Final = 64 << 10
_COMMON: Final = 1 << 10
_SLACK: Final = 0.05
_TIME: Final = struct.Struct("@ll")
_encode: Final = json.JSONEncoder(separators=(",", ":")).encode


class Hangup(Exception):  # noqa: N818  (an end, not an error: the child's loop leaves on it)
    """The other end has been closed."""


class Late(Exception):  # noqa: N818
    """The deadline passed before the frame was complete."""


class Channel:
    """One end of a socket pair, and what was read from it beyond the last frame.

    The kernel keeps the deadlines: Python's own would cost a second system call for each.
    """

    def __init__(self, end: socket.socket) -> None:
        end.setblocking(True)
        self._socket = end
        self._read = b""
        self._taken = 0
        """How much of what was read has been given out."""
        self._timeouts: dict[int, float] = {}

    def _holds(self) -> bool:
        return self._taken < len(self._read)

    def readable(self) -> bool:
        """Whether there is something unread. Hangup where the other end is closed and all has been read."""
        if self._holds():
            return True
        try:
            if self._socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT):
                return True
        except BlockingIOError:
            return False
        except OSError:
            pass
        raise Hangup

    def arrives(self, seconds: float) -> bool:
        """Wait at most so long for something unread, or for the other end to be closed; whether that came."""
        if not self._holds():
            # Read at once: to wait for it and then to read it would be two system calls.
            try:
                self._limit(socket.SO_RCVTIMEO, seconds)
                self._read, self._taken = self._socket.recv(_READ), 0
            except BlockingIOError:
                return False
            except OSError:
                pass  # the next read says so
        return True

    def send(self, data: bytes | bytearray, deadline: float | None) -> None:
        """Send all of this."""
        try:
            self._limit(socket.SO_SNDTIMEO, _left(deadline))
            self._socket.sendall(data)
        except BlockingIOError:
            raise Late from None
        except OSError:
            raise Hangup from None

    def exactly(self, length: int, deadline: float | None) -> bytes:
        """The next so many bytes."""
        end = self._taken + length
        if end <= len(self._read):
            found = self._read[self._taken : end]
            self._taken = end
            if not self._holds():
                self._read, self._taken = b"", 0
            return found
        pieces, missing = [self._read[self._taken :]], end - len(self._read)
        self._read, self._taken = b"", 0
        self._limit(socket.SO_RCVTIMEO, _left(deadline), shorter=True)
        while missing > 0:
            try:
                piece = self._socket.recv(max(_READ, min(missing, 16 * _READ)))
            except BlockingIOError:
                self._limit(socket.SO_RCVTIMEO, _left(deadline))
                continue
            except OSError:
                raise Hangup from None
            if not piece:
                raise Hangup
            if len(piece) > missing:
                self._read, self._taken = piece, missing
                piece = piece[:missing]
            pieces.append(piece)
            missing -= len(piece)
        return b"".join(pieces)

    def _limit(self, option: int, left: float, *, shorter: bool = False) -> None:
        """Have the kernel end reads, or sends, after so many seconds; 0 is no limit. A `shorter` one that is set will do, too."""
        set_ = self._timeouts.get(option, 0.0)
        # Mostly the limit is about what it was before.
        early = set_ > 0 and (not left or set_ <= left + _SLACK)
        if set_ == left or (early and (shorter or 0 < left <= set_)):
            return
        time_ = divmod(max(1, int(left * 1e6)) if left else 0, 10**6)
        self._socket.setsockopt(socket.SOL_SOCKET, option, _TIME.pack(*time_))
        self._timeouts[option] = left

    def close(self) -> None:
        """Close this end."""
        self._socket.close()


def _left(deadline: float | None) -> float:
    """The seconds up to a deadline; 0 where there is none. Late where it has passed."""
    if deadline is None:
        return 0.0
    left = deadline - time.monotonic()
    if left <= 0:
        raise Late
    return left


def encoded(header: Mapping[str, Any]) -> bytes:
    """A header as it is sent: to be kept, for those of which most are one of a few."""
    return _encode(header).encode()


def send(
    channel: Channel,
    header: dict[str, Any] | bytes,
    body: bytes | bytearray = b"",
    deadline: float | None = None,
) -> None:
    """Send one frame; Hangup where the other end is closed. The deadline is a reading of time.monotonic."""
    head = header if isinstance(header, bytes) else encoded(header)
    begin = _LENGTHS.pack(len(head), len(body)) + head
    if len(body) <= _SMALL:
        channel.send(begin + body, deadline)
    else:
        channel.send(begin, deadline)
        channel.send(body, deadline)


def receive(channel: Channel, deadline: float | None = None) -> tuple[dict[str, Any], bytes]:
    """The next frame. The deadline is a reading of time.monotonic."""
    head_length, body_length = _LENGTHS.unpack(channel.exactly(_LENGTHS.size, deadline))
    if head_length > _LARGEST_HEADER:
        raise Hangup
    head = channel.exactly(head_length, deadline)
    header = _decoded(head) if head_length <= _COMMON else json.loads(head)
    return dict(header), channel.exactly(body_length, deadline)


@lru_cache(maxsize=64)
def _decoded(head: bytes) -> dict[str, Any]:
    """A header read once: most are one of a few. What it holds is not to be changed."""
    header: dict[str, Any] = json.loads(head)
    return header
