"""What a child process does to itself before it touches anything: limits, no network, death with its parent."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final, NamedTuple

from onrecord.graph.engine.processes import frames

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NAME: Final = 15
_CLONE_NEWUSER: Final = 0x10000000
_CLONE_NEWNET: Final = 0x40000000
NO_NETWORK: Final = "none"
"""What a child says of its network when it has left the host's."""

STACK: Final = 256 << 20
"""Bytes of stack for a thread that parses text from outside: parsers recurse, and this is enough for some 68,000 levels."""


class Spawn(NamedTuple):
    """How a child was forked: the descriptor of its channel, the process that forked it, and what it is to prepare."""

    descriptor: int
    parent: int
    preload: str


class Renew(Exception):  # noqa: N818  (no error: a child's loop leaves on it)
    """Go on in a new thread, whose priority was not lowered (see priority.py): only root may raise one again."""


def main(
    serve: Callable[[frames.Channel], None], spawn: Spawn, prepare: Callable[[str], None] | None = None
) -> None:
    """Run a child until its parent is gone; `prepare` gets the preload before the child says that it is ready."""
    network = _enter(spawn.parent)
    channel = frames.Channel(socket.socket(fileno=spawn.descriptor))
    # Only a new thread can have a stack of another size.
    threading.stack_size(STACK)

    def begin() -> None:
        if prepare is not None and spawn.preload:
            prepare(spawn.preload)
        frames.send(channel, {"hello": os.getpid(), "network": network})
        serve(channel)

    work = begin
    while True:
        thread = threading.Thread(target=_run, args=(work,))
        with without_limit():  # of which the query before may have left nothing
            thread.start()
        thread.join()
        _await_end_of(thread)
        work = partial(serve, channel)


def _await_end_of(thread: threading.Thread) -> None:
    # It is joined a moment before the system has ended it. A thread that begins in that moment gets a stack beside the old one, which
    # is kept for the next: as much less is left of the memory that queries may take.
    while os.path.exists(f"/proc/self/task/{thread.native_id}"):
        time.sleep(0.0005)


def _run(work: Callable[[], None]) -> None:
    status = 0
    try:
        work()
    except Renew:
        return
    except frames.Hangup:
        pass
    except BaseException:  # a panic in Oxigraph is no Exception
        sys.excepthook(*sys.exc_info())
        status = 1
    sys.stderr.flush()
    # Without any clean-up: closing a store that has just failed can hang or abort.
    os._exit(status)


def _enter(parent: int) -> str:
    libc = ctypes.CDLL(None, use_errno=True)
    network = _leave_network(libc)
    # After the namespaces: the kernel drops this request when a process changes its credentials.
    die_with(parent)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return network


def die_with_parent() -> None:
    """Have the kernel kill this process when the thread that started it ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def die_with(parent: int) -> None:
    """Die with this parent, and ignore the signals that are meant for the front."""
    die_with_parent()
    if os.getppid() != parent:
        os._exit(1)
    # Ctrl-C in a terminal, its end, or a signal to all processes of a service: the front ends its children itself.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def take_name(name: str) -> None:
    """Set the name that ps and top show; up to 15 bytes."""
    ctypes.CDLL(None).prctl(_PR_SET_NAME, name.encode(), 0, 0, 0)


def _leave_network(libc: Any) -> str:
    # An ordinary user may make a network namespace only inside a user namespace of its own.
    flags = _CLONE_NEWNET if os.geteuid() == 0 else _CLONE_NEWNET | _CLONE_NEWUSER
    if libc.unshare(flags) == 0:
        return NO_NETWORK
    return f"shared ({os.strerror(ctypes.get_errno())})"


def limit_memory(megabytes: int) -> None:
    """Let this process allocate so many MiB more than it holds now; call it once all is opened and imported."""
    # RLIMIT_DATA and not RLIMIT_AS: it counts what a process can fill (heap, stacks and private writable maps),
    # while AS also counts mapped files and what allocators merely reserve, ten times the memory that is used.
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (_held() + (megabytes << 20), most))


@contextlib.contextmanager
def without_limit() -> Iterator[None]:
    """Lift that limit for a while, for work of our own that needs much for a moment."""
    limit, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (limit, most))


@contextlib.contextmanager
def limit_computing(seconds: float) -> Iterator[None]:
    """Have the kernel end this process with SIGPROF once it has computed so many seconds, in all its threads; 0 is no limit."""
    # A handler would not do: Python calls it in the main thread, which a long step of Oxigraph's may keep waiting.
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _held() -> int:
    with open("/proc/self/status", "rb") as status:
        for line in status:
            if line.startswith(b"VmData:"):
                return int(line.split()[1]) << 10
    return 0
