"""The production server: granian with one worker process, which is the front, and threads in it."""

from __future__ import annotations

import contextlib
import errno
import math
import os
import resource
import signal
import socket
import sys
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from onrecord.api.http import proxies
from onrecord.graph.errors import OnrecordError

if TYPE_CHECKING:
    from collections.abc import Callable

    from onrecord.graph.settings import Settings


_CONNECTIONS_A_THREAD: Final = 4
_SPARE_FILES: Final = 128
_LEAST_FILES: Final = 256
_GRACE: Final = 3
_MOST_HEAD: Final = 128 << 10
"""Bytes of a request line and headers that a connection may hold: the server takes addresses of up to 64 KiB."""
_ENDING: Final = (signal.SIGTERM, signal.SIGINT)
# What is sent to have a log opened or settings read again, or comes when a terminal is closed. There is nothing to do.
_IDLE: Final = (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)


class TooFewFiles(OnrecordError):  # noqa: N818
    """The system lets this process open too few files to serve anything."""


class CannotListen(OnrecordError):  # noqa: N818  named like its siblings in graph/errors.py
    """The address cannot be listened on."""


def run(settings: Settings) -> None:
    """Serve until told to stop (SIGINT or SIGTERM). Raises CannotListen where the port is taken or not allowed,
    and TooFewFiles."""
    from granian import Granian  # noqa: PLC0415  only this process needs it
    from granian.constants import HTTPModes, Interfaces  # noqa: PLC0415
    from granian.http import HTTP1Settings  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    told = proxies.warning(settings.trusted_proxies, settings.proxy_header)
    if told:
        say(f"WARNING: {told}")
    _check(settings.host, settings.port)
    settings = _within_limit(settings)
    # The worker reads its settings where every other process does.
    os.environ.update(settings.environment())
    server = Granian(
        "onrecord.api.server.wsgi:create",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=settings.threads,
        # A connection beyond these waits to be accepted; one too many would make accepting fail, over and over.
        backpressure=connections(settings),
        # Neither the first byte of HTTP/2's preface nor its streams are waited for with a time limit.
        http=HTTPModes.http1,
        # This is the limit of a connection that idles between two requests as well.
        http1_settings=HTTP1Settings(
            header_read_timeout=math.ceil(settings.slow_seconds * 1000), max_buffer_size=_MOST_HEAD
        ),
        websockets=False,
        log_level=LogLevels.error,  # its only warning is about the number of threads, which is meant
        respawn_failed_workers=True,
        # Requests that came before the end are answered, within the time by the clock that a query has.
        workers_kill_timeout=math.ceil(settings.query_seconds * settings.wall_factor) + _GRACE,
        process_name=None,
    )
    _stop_on_signals(server.signal_handler_interrupt)
    server.serve()


def say(line: str) -> None:
    """Tell the operator something, on stderr, if anything can be written there."""
    with contextlib.suppress(OSError):
        print(f"onrecord: {line}.", file=sys.stderr, flush=True)


def connections(settings: Settings) -> int:
    """How many connections may be open at once: four for each thread, if so many files may be."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(1, min(_CONNECTIONS_A_THREAD * settings.threads, files - _others(settings)))


def _others(settings: Settings) -> int:
    # A thread that sends a long answer holds the file it lies in.
    return settings.threads + _SPARE_FILES


def _within_limit(settings: Settings) -> Settings:
    """The settings, with as few threads as the files suffice for that this process may open; all that it may, it may from here on."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _CONNECTIONS_A_THREAD * settings.threads + _others(settings)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
    if hard < _LEAST_FILES:
        raise TooFewFiles(
            f"this process may open {hard} files (ulimit -n), which is not enough to serve anything: let it open {wanted}"
        )
    if hard >= wanted:
        return settings
    # Else there would be threads without a connection, and one client that idles keep all others waiting.
    fewer = replace(settings, threads=(hard - _SPARE_FILES) // (_CONNECTIONS_A_THREAD + 1))
    say(
        f"WARNING: this process may open {hard} files (ulimit -n), so it has {fewer.threads} threads and takes "
        f"{connections(fewer)} connections at once. For ONRECORD_THREADS={settings.threads}, let it open {wanted}"
    )
    return fewer


def _stop_on_signals(stop: Callable[[], None]) -> None:
    """Have a thread wait for signals, which all other threads of this process block from here on, and stop on some.

    A handler of Python's would lose some: one that the worker inherits takes the signal that is meant for the worker, Python
    forgets what reaches a process while it is forked, and granian's waits for ever for a lock if its own thread holds it.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, (*_ENDING, *_IDLE))
    os.register_at_fork(after_in_child=_end_at_once)

    def wait() -> None:
        while True:
            number = signal.Signals(signal.sigwait((*_ENDING, *_IDLE)))
            if number in _ENDING:
                stop()
            else:
                say(
                    f"{number.name} was received and means nothing here: settings are read at a start. Going on"
                )

    threading.Thread(target=wait, daemon=True, name="signals").start()


def _end_at_once() -> None:
    # Until the worker has handlers of its own. What came meanwhile has waited.
    for number in _ENDING:
        signal.signal(number, signal.SIG_DFL)
    take_signals()


def take_signals() -> None:
    """Unblock in this thread the signals that end, which the process that started this one has blocked."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)


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
