"""Programs of ours, each a fork of one process that has loaded what they need: a test run starts them by the hundred.

A program is otherwise as if it had been started: it has the arguments, environment, limits, directory and files that it would
have had, and ends as it would. Where the environment says how Python itself starts, it has to be started: see `fits`.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from onrecord.graph.engine.processes import forkserver, sandbox
from onrecord.graph.validation.shapes import shapes
from onrecord.graph.vocabulary import ontology

COMMAND: Final = "onrecord"
FORK_SERVER: Final = forkserver.__name__
_SUBJECTS: Final = (
    "authoring",
    "importing",
    "loading",
    "operating",
    "querying",
    "records",
    "serving",
    "tables",
)
_LOADED: Final = (
    *(f"onrecord.commands.{name}" for name in _SUBJECTS),
    "onrecord.graph.ledger",
    "onrecord.graph.records.seeds",
    "onrecord.graph.validation.fast",
    "onrecord.graph.validation.validate",
    "onrecord.graph.writing.editor",
    "onrecord.graph.writing.gate",
)
_LIMITS: Final = (resource.RLIMIT_DATA, resource.RLIMIT_NOFILE, resource.RLIMIT_AS, resource.RLIMIT_FSIZE)
_LONGEST: Final = 256 << 10
_FILES: Final = 8


class Forked:
    """What is used of subprocess.Popen, for a program that was forked."""

    def __init__(self, pid: int, handle: int, loader: socket.socket) -> None:
        self.pid = pid
        self._handle = handle
        self._loader = loader

    def kill(self) -> None:
        """Kill it, if it has not ended."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def wait(self, seconds: float | None = None) -> int:
        """Its exit status, negative for a signal, once it has ended; called once. TimeoutError after so many seconds."""
        self._loader.settimeout(seconds)
        status = int(self._loader.recv(_LONGEST) or -signal.SIGKILL)
        self._loader.close()
        os.close(self._handle)
        return status


class _Loader:
    """The process that has the modules loaded, as its callers know it: where it takes orders, and its environment."""

    def __init__(self, environment: Mapping[str, str], address: bytes) -> None:
        self.environment = dict(environment)
        self.address = address

    def start(self) -> None:
        """Start it, if that was not done."""
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        listener.bind("")  # the kernel finds a name for it
        listener.listen(64)
        self.address = listener.getsockname()
        # It ends with the thread that starts it, which has to last as long as this process.
        started = threading.Event()
        threading.Thread(target=self._run, args=(listener, started), name="loader", daemon=True).start()
        started.wait()

    def _run(self, listener: socket.socket, started: threading.Event) -> None:
        with listener:
            process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(listener.fileno()), str(os.getpid())],
                stdin=subprocess.DEVNULL, pass_fds=(listener.fileno(),), cwd=Path(__file__).parents[3],
                env=self.environment | {"RUST_BACKTRACE": "0"},
            )  # fmt: skip
        started.set()
        process.wait()

    def fork(self, order: Mapping[str, Any], files: Sequence[int]) -> Forked:
        """Have a program forked."""
        with _starting:
            if not self.address:
                self.start()
        channel = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        channel.connect(self.address)
        socket.send_fds(channel, [json.dumps(order).encode()], files)
        answer, handles, *_ = socket.recv_fds(channel, _LONGEST, 1)
        return Forked(int(answer), handles[0], channel)


_loader: _Loader | None = None
_starting: Final = threading.Lock()


def use(address: bytes = b"") -> None:
    """Have programs forked from here on by the process at this address; or by one that starts, once it is needed, with the
    environment that there is now."""
    global _loader  # noqa: PLW0603
    _loader = _Loader(os.environ, address)


def fits(environment: Mapping[str, str]) -> bool:
    """Whether a program with this environment may be forked here: what Python, the C library and Oxigraph read of it when
    they start is what this process began with."""
    return _loader is not None and (_of_python(_loader.environment) == _of_python(environment))


def fork(
    program: str,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    files: Sequence[int],
    *,
    session: bool = False,
) -> Forked:
    """Run COMMAND or FORK_SERVER, with these files as its input, output and errors; a fork server gets the others, too."""
    order = {
        "program": program,
        "arguments": list(arguments),
        "environment": dict(environment),
        "directory": os.getcwd(),
        "umask": _umask(),
        "limits": [resource.getrlimit(limit) for limit in _LIMITS],
        "session": session,
    }
    assert _loader is not None
    return _loader.fork(order, files)


def _of_python(environment: Mapping[str, str]) -> dict[str, str]:
    """What is read only when a process starts. Where a fork finds modules, it knows already."""
    read = ("PYTHON", "LD_", "MALLOC_", "GLIBC_", "LC_", "LANG", "RUST_LOG", "RUST_MIN")
    return {name: value for name, value in environment.items() if name.startswith(read)}


def _umask() -> int:
    # Asking the system for it would set it.
    status = dict(line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["Umask"], 8)


def main() -> None:
    """`-m tests.harness.programs.loaded FD PARENT`: fork programs on order, until the tests are over."""
    listener, parent = socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2])
    sandbox.die_with(parent)
    for module in _LOADED:
        importlib.import_module(module)
    ontology.superclasses()
    shapes()
    # Commands have their fork servers from here, too.
    importlib.import_module("tests.harness.programs.forkservers").use(listener.getsockname())
    forkserver.load()
    running: dict[int, socket.socket] = {}
    waiting = select.poll()
    waiting.register(listener, select.POLLIN)
    while True:
        for ready, _ in waiting.poll():
            if ready != listener.fileno():
                waiting.unregister(ready)
                _ended(ready, running.pop(ready))
                continue
            caller, _ = listener.accept()
            message, files, *_ = socket.recv_fds(caller, _LONGEST, _FILES)
            ours = os.getpid()
            pid = os.fork()
            if not pid:
                for held in (listener, caller, *running.values()):
                    held.close()
                for handle in running:
                    os.close(handle)
                _become(json.loads(message), files, ours)
                return
            handle = os.pidfd_open(pid)
            socket.send_fds(caller, [str(pid).encode()], [handle])
            for file in files:
                os.close(file)
            running[handle] = caller
            waiting.register(handle, select.POLLIN)


def _ended(handle: int, caller: socket.socket) -> None:
    found = os.waitid(os.P_PIDFD, handle, os.WEXITED)
    assert found is not None
    status = found.si_status if found.si_code == os.CLD_EXITED else -found.si_status
    with caller, contextlib.suppress(OSError):
        caller.send(str(status).encode())
    os.close(handle)


def _become(order: dict[str, Any], files: list[int], parent: int) -> None:
    """Be the program that was ordered, from its first line to its last."""
    if order["session"]:
        os.setsid()
    for number, file in enumerate(files[:3]):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(order["environment"])
    time.tzset()
    os.chdir(order["directory"])
    os.umask(order["umask"])
    for limit, value in zip(_LIMITS, order["limits"], strict=True):
        resource.setrlimit(limit, value)
    if order["program"] == FORK_SERVER:
        sys.argv[1:] = [str(files[3]), str(parent)]
        forkserver.main()
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for usual in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(usual, signal.SIG_DFL)
    for name, stream, mode in (
        ("stdin", sys.stdin, "r"),
        ("stdout", sys.stdout, "w"),
        ("stderr", sys.stderr, "w"),
    ):
        fresh = open(stream.fileno(), mode, encoding=stream.encoding, errors=stream.errors, closefd=False)  # noqa: SIM115
        setattr(sys, name, fresh)
        setattr(sys, f"__{name}__", fresh)
    sys.path[0] = order["directory"]
    sys.argv[1:] = order["arguments"]
    runpy.run_module(order["program"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
