"""The connections of this process as the kernel sees them: who is at the other end, and how the bytes move.

The server does not say which connection a request came by, nor does it let go of a thread that waits for a body. What
it holds stands in /proc/self/fd all the same, and ending a connection there ends what waits for it. Linux only.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import stat
import struct
import termios
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_INFO: Final = 160
_LAST_HEARD: Final = struct.Struct("=52xI")
_MOVED: Final = struct.Struct("=120xQQ")
"""Of struct tcp_info: tcpi_last_data_recv in milliseconds; tcpi_bytes_acked and tcpi_bytes_received."""


@dataclass(frozen=True, slots=True)
class Connection:
    """One connection at one moment."""

    descriptor: int
    inode: int
    peer: str
    moved: int
    """Bytes that have come, and bytes whose arrival the other side has confirmed."""
    unsent: int
    """Bytes that were sent and are not confirmed yet."""
    heard: float
    """When the last byte came, by time.monotonic()."""


class Watched:
    """The connections that came in by this port, or by one this process was once seen to listen on."""

    def __init__(self, port: int = 0) -> None:
        self._ports = {port} - {0}
        self.listening = False

    def look(self) -> list[Connection]:
        """What there is now; `listening` tells whether new ones are still let in."""
        found: list[tuple[int, Connection]] = []
        listening = False
        for descriptor, inode, opened in _sockets():
            port = opened.getsockname()[1]
            if opened.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                self._ports.add(port)
                listening = True
                continue
            with contextlib.suppress(OSError):  # it was closed just now
                found.append((port, _measured(descriptor, inode, opened)))
        self.listening = listening
        return [connection for port, connection in found if port in self._ports]

    def end(self, connection: Connection) -> bool:
        """Break a connection off, even while it is used; False where it is gone already."""
        try:
            ours = os.dup(connection.descriptor)
        except OSError:
            return False
        try:
            # The number may belong to another connection by now; what the copy is, it stays.
            if os.fstat(ours).st_ino != connection.inode:
                return False
            with socket.socket(fileno=os.dup(ours)) as held:
                held.shutdown(socket.SHUT_RDWR)
        except OSError:
            return False
        finally:
            os.close(ours)
        return True


def _sockets() -> Iterator[tuple[int, int, socket.socket]]:
    for name in os.listdir("/proc/self/fd"):
        descriptor = int(name)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISSOCK(status.st_mode):
                continue
            opened = socket.socket(fileno=descriptor)
        except OSError:
            continue
        try:
            if opened.family in (socket.AF_INET, socket.AF_INET6) and opened.type == socket.SOCK_STREAM:
                yield descriptor, status.st_ino, opened
        finally:
            # It is not ours to close.
            opened.detach()


def _measured(descriptor: int, inode: int, opened: socket.socket) -> Connection:
    info = opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO)
    (quiet,) = _LAST_HEARD.unpack_from(info)
    acked, received = _MOVED.unpack_from(info)
    (unsent,) = struct.unpack("i", fcntl.ioctl(descriptor, termios.TIOCOUTQ, b"\0" * 4))
    peer = str(opened.getpeername()[0])
    return Connection(descriptor, inode, peer, acked + received, unsent, time.monotonic() - quiet / 1000)
