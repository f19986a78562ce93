"""How the front and its children exchange messages: a JSON header and raw bytes, over a socket pair.

No pickle: a child that was taken over can send nonsense, but nothing that is run.
"""

from __future__ import annotations

import json
import select
import socket
import struct
import time
from collections.abc import Hashable
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
        self._held = b""
        self._timeouts: dict[int, float] = {}
        self._poll = select.poll()
        self._poll.register(end, select.POLLIN)

    def readable(self) -> bool:
        """Whether there is something unread. Hangup where the other end is closed and all has been read."""
        if self._held:
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
        if self._held:
            return True
        return bool(self._poll.poll(seconds * 1000))

    def send(self, data: bytes | bytearray, deadline: float | None) -> None:
        """Send all of this."""
        try:
            self._wait(socket.SO_SNDTIMEO, deadline)
            self._socket.sendall(data)
        except BlockingIOError:
            raise Late from None
        except OSError:
            raise Hangup from None

    def exactly(self, length: int, deadline: float | None) -> bytes:
        """The next so many bytes."""
        if length <= len(self._held):
            found, self._held = self._held[:length], self._held[length:]
            return found
        pieces, missing = [self._held], length - len(self._held)
        self._held = b""
        while missing > 0:
            try:
                self._wait(socket.SO_RCVTIMEO, deadline)
                piece = self._socket.recv(max(_READ, min(missing, 16 * _READ)))
            except BlockingIOError:
                raise Late from None
            except OSError:
                raise Hangup from None
            if not piece:
                raise Hangup
            if len(piece) > missing:
                piece, self._held = piece[:missing], piece[missing:]
            pieces.append(piece)
            missing -= len(piece)
        return b"".join(pieces)

    def _wait(self, option: int, deadline: float | None) -> None:
        left = 0.0
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise Late
        set_ = self._timeouts.get(option, 0.0)
        # For the kernel 0 means no limit. Mostly the limit is about what it was before.
        if set_ == left or (left and set_ and left <= set_ <= left + _SLACK):
            return
        time_ = divmod(max(1, int(left * 1e6)) if left else 0, 10**6)
        self._socket.setsockopt(socket.SOL_SOCKET, option, _TIME.pack(*time_))
        self._timeouts[option] = left

    def close(self) -> None:
        """Close this end."""
        self._socket.close()


@lru_cache(maxsize=64)
def encoded(header: tuple[tuple[str, Hashable], ...]) -> bytes:
    """The header that has these items, ready to be sent: for those of which most are one of a few."""
    return _encode(dict(header)).encode()


def send(
    channel: Channel,
    header: dict[str, Any] | bytes,
    body: bytes | bytearray = b"",
    deadline: float | None = None,
) -> None:
    """Send one frame; Hangup where the other end is closed. The deadline is a reading of time.monotonic."""
    head = header if isinstance(header, bytes) else _encode(header).encode()
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
