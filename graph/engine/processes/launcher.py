"""The front's side of the fork server, the process that all other children are forked from.

The front forks nothing else itself: a fork stops all its threads until the child has a program of its own, for
milliseconds on a busy machine. And a child that is forked with its modules loaded need not load them.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Final

import onrecord
from onrecord.graph.errors import EngineFailure
from onrecord.graph.settings import secrets

log = logging.getLogger("onrecord.engine")

_SECONDS: Final = 30.0
_LONGEST: Final = 64 << 10


class Child:
    """A forked process. Once `ended` is set, `status` is its exit status, negative for a signal.

    `orphaned` tells that it did not end by itself: the fork server was gone, and it ends with that.
    """

    def __init__(self, pid: int, handle: int) -> None:
        self.pid = pid
        self.status: int | None = None
        self.orphaned = False
        self.ended = threading.Event()
        # A pidfd: unlike a pid, it never comes to mean another process.
        self._handle = handle
        self._lock = threading.Lock()

    def kill(self) -> None:
        """Kill it; any thread may."""
        with self._lock, contextlib.suppress(ProcessLookupError):
            if self._handle >= 0:
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def has_ended(self) -> bool:
        """Whether it has ended; true at once, while `ended` waits for the fork server's report."""
        with self._lock:
            return self._handle < 0 or bool(self._poll(0))

    def _poll(self, seconds: float) -> list[tuple[int, int]]:
        waiting = select.poll()
        waiting.register(self._handle, select.POLLIN)
        return waiting.poll(seconds * 1000)

    def reap(self) -> None:
        """Kill it and wait for it here: the fork server is gone, so nobody will report its exit."""
        self.kill()
        self._poll(_SECONDS)
        self.orphaned = True
        self.finished(-signal.SIGKILL)

    def finished(self, status: int) -> None:
        """Note that it has ended, and how."""
        with self._lock:
            os.close(self._handle)
            self._handle = -1
        self.status = status
        self.ended.set()


class Launcher:
    """Starts child processes, and runs work in the background that nobody wants to wait for."""

    def __init__(self) -> None:
        self._tasks: queue.SimpleQueue[Callable[[], Any] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._server: _ForkServer | None = None
        threading.Thread(target=self._run, name="onrecord-launcher", daemon=True).start()

    def _run(self) -> None:
        while (task := self._tasks.get()) is not None:
            try:
                task()
            except Exception:
                log.exception("a task in the background failed")

    @property
    def pid(self) -> int | None:
        """The fork server's process id, once a child has been started."""
        server = self._server
        return None if server is None else server.pid

    def run_later(self, task: Callable[[], Any]) -> None:
        """Run this in the background thread, after the tasks before it."""
        self._tasks.put(task)

    def start(self, module: str, preload: str, files: Sequence[int]) -> Child:
        """Start a child that runs a module and has copies of these files.

        `preload` tells it what to prepare before it is ready. OSError where it cannot be started,
        EngineFailure once this is closed.
        """
        with self._lock:
            if self._closed:
                raise EngineFailure("the ledger is closed")
            for _ in range(2):
                if self._server is None:
                    self._server = _ForkServer()
                try:
                    return self._server.fork(module, preload, files)
                except _Gone:
                    self._server.end()
                    self._server = None
        raise OSError("the fork server died twice")

    def close(self) -> None:
        """Kill all children that are left, and start no more."""
        with self._lock:
            self._closed = True
            if self._server is not None:
                self._server.end()
        self._tasks.put(None)


class _Gone(Exception):  # noqa: N818
    """The fork server has died."""


def start_server(descriptor: int) -> subprocess.Popen[bytes]:
    """Start a fork server that takes its orders from this file. It ends with the thread that calls this."""
    return subprocess.Popen(  # noqa: S603  (our own interpreter and module)
        [
            *(sys.executable, "-P", "-m", "onrecord.graph.engine.processes.forkserver"),
            *(str(descriptor), str(os.getpid())),
        ],
        stdin=subprocess.DEVNULL,
        pass_fds=(descriptor,),
        env=server_environment(),
        # A session of its own, which many kernels give its share of the processor: see priority.py.
        start_new_session=True,
    )


def server_environment() -> dict[str, str]:
    """The environment of a fork server: ours, without what is secret."""
    # A backtrace of Rust's would push the cause out of what is kept of a child's stderr.
    environment = {**os.environ, "PYTHONPATH": _import_path(), "RUST_BACKTRACE": "0"}
    for secret in secrets():
        environment.pop(secret, None)
    return environment


class _ForkServer:
    """A running onrecord.graph.engine.processes.forkserver, and the thread that listens to it."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.pid = 0
        self._children: dict[int, Child] = {}
        self._forked: queue.SimpleQueue[Child | OSError | None] = queue.SimpleQueue()
        started: Future[None] = Future()
        # The kernel ties "kill me when my parent dies" to the thread that forked, so this one stays as long as it.
        self._thread = threading.Thread(
            target=self._run, args=(theirs, started), name="onrecord-forkserver", daemon=True
        )
        self._thread.start()
        started.result()

    def _run(self, theirs: socket.socket, started: Future[None]) -> None:
        try:
            process = start_server(theirs.fileno())
        except BaseException as error:
            self._socket.close()
            started.set_exception(error)
            return
        finally:
            theirs.close()
        self.pid = process.pid
        started.set_result(None)
        try:
            self._listen()
        finally:
            process.kill()
            process.wait()
            for child in self._children.values():
                child.reap()
            self._forked.put(None)
            self._socket.close()

    def _listen(self) -> None:
        while True:
            try:
                message, handles, *_ = socket.recv_fds(self._socket, _LONGEST, 1, socket.MSG_CMSG_CLOEXEC)
            except OSError:
                return
            if not message:
                return
            report = json.loads(message)
            if "forked" in report:
                child = self._children[report["forked"]] = Child(report["forked"], handles[0])
                self._forked.put(child)
            elif "ended" in report:
                self._children.pop(report["ended"]).finished(report["status"])
            else:
                self._forked.put(OSError(report["error"]))

    def fork(self, module: str, preload: str, files: Sequence[int]) -> Child:
        """Fork a child; for one caller at a time."""
        order = json.dumps({"module": module, "preload": preload}).encode()
        try:
            socket.send_fds(self._socket, [order], list(files))
            found = self._forked.get(timeout=_SECONDS)
        except (OSError, queue.Empty):
            raise _Gone from None
        if found is None:
            raise _Gone
        if isinstance(found, OSError):
            raise found
        return found

    def end(self) -> None:
        """Kill it, and with it all its children."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()


def _import_path() -> str:
    # A child has to import the same onrecord that its parent runs.
    ours = str(Path(onrecord.__file__).parent.parent)
    others = os.environ.get("PYTHONPATH", "")
    return os.pathsep.join([ours, *filter(None, others.split(os.pathsep))])
