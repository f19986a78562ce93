"""Fork servers that are forked themselves, for the ledgers that tests open by the hundred.

Each ledger has a fork server (graph/engine/processes/), a Python that loads the modules of its children first. Here one
process loads them, and a ledger's fork server is a fork of that. It is the same otherwise: its environment, limits, directory,
session and outputs are those that it would have had. Where the environment says how Python itself starts, as in tests that
meddle with that, it is started as ever; so it is by the commands and services that tests start as processes of their own.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Final

from onrecord.graph.engine.processes import forkserver, launcher, sandbox

_LIMITS: Final = (resource.RLIMIT_DATA, resource.RLIMIT_NOFILE, resource.RLIMIT_AS, resource.RLIMIT_FSIZE)
_LONGEST: Final = 256 << 10
_started_as_ever: Final = launcher.start_server


class _Forked:
    """What is used of subprocess.Popen, for a process that another one forked."""

    def __init__(self, pid: int, handle: int) -> None:
        self.pid = pid
        self._handle = handle

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def wait(self) -> None:
        ended = select.poll()
        ended.register(self._handle, select.POLLIN)
        ended.poll()
        os.close(self._handle)


class _Loaded:
    """The process that has the modules loaded."""

    def __init__(self) -> None:
        self.environment = _of_python(launcher.server_environment())
        self.owner = os.getpid()
        self.lock = threading.Lock()
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # It ends with the thread that starts it, which has to last as long as this process.
        started = threading.Event()
        threading.Thread(target=self._run, args=(theirs, started), name="fork servers", daemon=True).start()
        started.wait()

    def _run(self, theirs: socket.socket, started: threading.Event) -> None:
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.harness.programs.forkservers", str(theirs.fileno()), str(os.getpid())],
                stdin=subprocess.DEVNULL, pass_fds=(theirs.fileno(),), cwd=Path(__file__).parents[3],
                env=launcher.server_environment(),
            )  # fmt: skip
        started.set()
        process.wait()

    def fork(self, descriptor: int) -> _Forked:
        order = {
            "environment": launcher.server_environment(),
            "directory": os.getcwd(),
            "umask": _umask(),
            "limits": [resource.getrlimit(limit) for limit in _LIMITS],
        }
        with self.lock:
            socket.send_fds(self._socket, [json.dumps(order).encode()], [descriptor, 1, 2])
            answer, handles, *_ = socket.recv_fds(self._socket, _LONGEST, 1)
        return _Forked(int(answer), handles[0])


_loaded: _Loaded | None = None
_loading: Final = threading.Lock()


def use() -> None:
    """Have ledgers of this process start their fork servers so from here on."""
    launcher.start_server = _start_server


def _start_server(descriptor: int) -> Any:
    global _loaded  # noqa: PLW0603
    with _loading:
        if _loaded is None:
            _loaded = _Loaded()
    if _loaded.owner != os.getpid() or _loaded.environment != _of_python(launcher.server_environment()):
        return _started_as_ever(descriptor)
    return _loaded.fork(descriptor)


def _of_python(environment: dict[str, str]) -> dict[str, str]:
    """What is read only when Python, the C library or Oxigraph starts."""
    return {
        name: value
        for name, value in environment.items()
        if name.startswith(("PYTHON", "LD_", "MALLOC_", "GLIBC_", "RUST"))
    }


def _umask() -> int:
    # Asking the system for it would set it.
    status = dict(line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["Umask"], 8)


def main() -> None:
    """`-m tests.harness.programs.forkservers FD PARENT`: fork a fork server on order, until the tests are over."""
    orders, parent = socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2])
    sandbox.die_with(parent)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps them
    forkserver.load()
    while True:
        message, files, *_ = socket.recv_fds(orders, _LONGEST, 3)
        if not message:
            return
        ours = os.getpid()
        pid = os.fork()
        if not pid:
            orders.close()
            _become(json.loads(message), files, ours)
        handle = os.pidfd_open(pid)
        socket.send_fds(orders, [str(pid).encode()], [handle])
        for file in (*files, handle):
            os.close(file)


def _become(order: dict[str, Any], files: list[int], parent: int) -> None:
    try:
        os.setsid()
        os.dup2(files[1], 1)
        os.dup2(files[2], 2)
        for file in files[1:]:
            os.close(file)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.environ.clear()
        os.environ.update(order["environment"])
        os.chdir(order["directory"])
        os.umask(order["umask"])
        for limit, value in zip(_LIMITS, order["limits"], strict=True):
            resource.setrlimit(limit, value)
        sys.argv[1:] = [str(files[0]), str(parent)]
        forkserver.main()
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()
