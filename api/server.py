"""The production server: granian with one worker process, which is the front, and threads in it."""

from __future__ import annotations

import errno
import os
import socket
from typing import TYPE_CHECKING

from onrecord.graph.errors import OnrecordError

if TYPE_CHECKING:
    from onrecord.graph.settings import Settings


class CannotListen(OnrecordError):  # noqa: N818  named like its siblings in graph/errors.py
    """The address cannot be listened on."""


def run(settings: Settings) -> None:
    """Serve until told to stop (SIGINT or SIGTERM). Raises CannotListen where the port is taken or not allowed."""
    from granian import Granian  # noqa: PLC0415  only this process needs it
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    _check(settings.host, settings.port)
    # The worker reads its settings where every other process does.
    os.environ.update(settings.environment())
    Granian(
        "onrecord.api.wsgi:create",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=settings.threads,
        backpressure=settings.threads * 8,
        websockets=False,
        log_level=LogLevels.error,  # its only warning is about the number of threads, which is meant
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        process_name=None,
    ).serve()


def _check(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reason = "another program listens there" if error.errno == errno.EADDRINUSE else str(error)
        message = f"cannot listen on {host}:{port} ({reason}): give another --port, or stop the other program"
        raise CannotListen(message) from None
