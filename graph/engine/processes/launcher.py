"""The process that all other children are forked from, seen from the front.

The front forks nothing else itself: that stops all its threads until the child has a program of its own, for
milliseconds on a busy machine. And what is forked with its modules loaded need not load them.
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
    """A forked process. When it has `ended`, its `status` is as subprocess has it."""

    def __init__(self, pid: int, handle: int) -> None:
        self.pid = pid
        self.status: int | None = None
        self.ended = threading.Event()
        # A number may belong to another process by the time it is used; this cannot.
        self._handle = handle
        self._lock = threading.Lock()

    def kill(self) -> None:
        """End it, from whatever thread."""
        with self._lock, contextlib.suppress(ProcessLookupError):
            if self._handle >= 0:
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def lost(self) -> None:
        """See to its end oneself: who forked it is no more, so that nobody tells."""
        self.kill()
        waiting = select.poll()
        waiting.register(self._handle, select.POLLIN)
        waiting.poll(_SECONDS * 1000)
        self.over(-signal.SIGKILL)

    def over(self, status: int) -> None:
        """Note that it has ended."""
        with self._lock:
            os.close(self._handle)
            self._handle = -1
        self.status = status
        self.ended.set()


class Nursery:
    """Starts children, and does in turn what nobody wants to wait for."""

    def __init__(self) -> None:
        self._orders: queue.SimpleQueue[Callable[[], Any] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._forking: _Forking | None = None
        threading.Thread(target=self._run, name="onrecord-nursery", daemon=True).start()

    def _run(self) -> None:
        while (work := self._orders.get()) is not None:
            try:
                work()
            except Exception:
                log.exception("what was to be done in the background failed")

    @property
    def pid(self) -> int | None:
        """The process that forks the others, once there has been need of one."""
        forking = self._forking
        return None if forking is None else forking.pid

    def later(self, work: Callable[[], Any]) -> None:
        """Have this done in another thread, after what was to be done before."""
        self._orders.put(work)

    def start(self, module: str, word: str, files: Sequence[int]) -> Child:
        """Start a child that has copies of these files; OSError where that cannot be."""
        with self._lock:
            if self._closed:
                raise EngineFailure("the ledger is closed")
            for _ in range(2):
                if self._forking is None:
                    self._forking = _Forking()
                try:
                    return self._forking.fork(module, word, files)
                except _Gone:
                    self._forking.end()
                    self._forking = None
        raise OSError("the process that starts all others died twice")

    def close(self) -> None:
        """End all children that are left, and start no more."""
        with self._lock:
            self._closed = True
            if self._forking is not None:
                self._forking.end()
        self._orders.put(None)


class _Gone(Exception):  # noqa: N818
    """The process that forks is no more."""


class _Forking:
    """A running onrecord.graph.engine.processes.forkserver, and the thread that listens to it."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.pid = 0
        self._children: dict[int, Child] = {}
        self._forked: queue.SimpleQueue[Child | OSError | None] = queue.SimpleQueue()
        begun: Future[None] = Future()
        # The kernel ties "kill me when my parent dies" to the thread that forked, so this one stays as long as it.
        self._thread = threading.Thread(
            target=self._keep, args=(theirs, begun), name="onrecord-forking", daemon=True
        )
        self._thread.start()
        begun.result()

    def _keep(self, theirs: socket.socket, begun: Future[None]) -> None:
        # A backtrace of Rust's would push the cause out of what is kept of a child's words.
        environment = {**os.environ, "PYTHONPATH": _import_path(), "RUST_BACKTRACE": "0"}
        for secret in secrets():
            environment.pop(secret, None)
        try:
            process = subprocess.Popen(  # noqa: S603  (our own interpreter and module)
                [
                    *(sys.executable, "-P", "-m", "onrecord.graph.engine.processes.forkserver"),
                    *(str(theirs.fileno()), str(os.getpid())),
                ],
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env=environment,
                process_group=0,
            )
        except BaseException as error:
            self._socket.close()
            begun.set_exception(error)
            return
        finally:
            theirs.close()
        self.pid = process.pid
        begun.set_result(None)
        try:
            self._listen()
        finally:
            process.kill()
            process.wait()
            for child in self._children.values():
                child.lost()
            self._forked.put(None)
            self._socket.close()

    def _listen(self) -> None:
        while True:
            try:
                said, handles, *_ = socket.recv_fds(self._socket, _LONGEST, 1, socket.MSG_CMSG_CLOEXEC)
            except OSError:
                return
            if not said:
                return
            news = json.loads(said)
            if "forked" in news:
                child = self._children[news["forked"]] = Child(news["forked"], handles[0])
                self._forked.put(child)
            elif "ended" in news:
                self._children.pop(news["ended"]).over(news["status"])
            else:
                self._forked.put(OSError(news["error"]))

    def fork(self, module: str, word: str, files: Sequence[int]) -> Child:
        """One child more; for one caller at a time."""
        order = json.dumps({"module": module, "word": word}).encode()
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
        """End it, and with it all its children."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()


def _import_path() -> str:
    # A child imports the very onrecord its parent runs, from wherever that came.
    ours = str(Path(onrecord.__file__).parent.parent)
    others = os.environ.get("PYTHONPATH", "")
    return os.pathsep.join([ours, *filter(None, others.split(os.pathsep))])
