"""How the front and its children talk: frames of a JSON header and raw bytes over a socket pair.

No pickle: a child that went wrong can send nonsense, but nothing that runs.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from typing import Any, Final

_LENGTHS: Final = struct.Struct("!IQ")
_LARGEST_HEADER: Final = 64 << 20


class Hangup(Exception):  # noqa: N818  (an end, not an error: the child's loop leaves on it)
    """The other side is gone."""


class Late(Exception):  # noqa: N818
    """The deadline passed before the frame was complete."""


def send(channel: socket.socket, header: dict[str, Any], body: bytes | bytearray = b"") -> None:
    """Send one frame; Hangup where nobody listens any more."""
    head = json.dumps(header, separators=(",", ":")).encode()
    try:
        channel.sendall(_LENGTHS.pack(len(head), len(body)) + head)
        if body:
            channel.sendall(body)
    except TimeoutError:
        raise Late from None
    except OSError:
        raise Hangup from None


def receive(channel: socket.socket, deadline: float | None = None) -> tuple[dict[str, Any], bytes]:
    """The next frame. The deadline is a reading of time.monotonic."""
    head_length, body_length = _LENGTHS.unpack(_exactly(channel, _LENGTHS.size, deadline))
    if head_length > _LARGEST_HEADER:
        raise Hangup
    head = _exactly(channel, head_length, deadline)
    body = _exactly(channel, body_length, deadline)
    return json.loads(head), body


def _exactly(channel: socket.socket, length: int, deadline: float | None) -> bytes:
    buffer = bytearray(length)
    view = memoryview(buffer)
    while view:
        try:
            if deadline is not None:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise Late
                channel.settimeout(left)
            else:
                channel.settimeout(None)
            count = channel.recv_into(view)
        except TimeoutError:
            raise Late from None
        except OSError:
            raise Hangup from None
        if not count:
            raise Hangup
        view = view[count:]
    return bytes(buffer)
