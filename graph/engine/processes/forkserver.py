"""The process that forks all other children: small, with one thread, and with what most of them need loaded already.

It is told what to start over a socket, sent the files that are for the child, and tells when one has ended.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
from typing import Any, Final

from onrecord.graph.engine.processes import priority, sandbox

_LONGEST: Final = 64 << 10
_FILES: Final = 8


def main() -> None:
    """`-m onrecord.graph.engine.processes.forkserver FD PARENT`: fork when told, until nobody listens any more."""
    descriptor, parent = (int(word) for word in sys.argv[1:3])
    sandbox.die_with(parent)
    importlib.import_module(
        "onrecord.graph.engine.reader"
    )  # of which there are most, and for which somebody may be waiting
    priority.may_raise()
    # What is shared with all children is copied for each that touches it, as a collection would.
    gc.collect()
    gc.freeze()
    orders = socket.socket(fileno=descriptor)
    awake, waking = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    waiting = select.poll()
    waiting.register(awake, select.POLLIN)
    waiting.register(orders, select.POLLIN)
    while True:
        ready = {found for found, _ in waiting.poll()}
        if awake in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(awake, _LONGEST)
            _collect(orders)
        if orders.fileno() in ready:
            told, files, *_ = socket.recv_fds(orders, _LONGEST, _FILES)
            if not told:
                os._exit(0)
            _fork(orders, json.loads(told), files, (awake, waking))


def _collect(orders: socket.socket) -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            _tell(orders, {"ended": pid, "status": os.waitstatus_to_exitcode(status)})


def _tell(orders: socket.socket, news: dict[str, Any], *files: int) -> None:
    try:
        socket.send_fds(orders, [json.dumps(news).encode()], files)
    except OSError:
        # Nobody listens any more.
        os._exit(0)


def _fork(orders: socket.socket, order: dict[str, str], files: list[int], ours: tuple[int, int]) -> None:
    parent = os.getpid()
    try:
        pid = os.fork()
    except OSError as error:
        _tell(orders, {"error": f"a process cannot be forked: {error}"})
    else:
        if not pid:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for descriptor in ours:
                os.close(descriptor)
            orders.close()
            _become(order, files, parent)
        handle = os.pidfd_open(pid)
        _tell(orders, {"forked": pid}, handle)
        os.close(handle)
    finally:
        for descriptor in files:
            os.close(descriptor)


def _become(order: dict[str, str], files: list[int], parent: int) -> None:
    """Be the child. The first file is its channel, the second takes what it says, others it only has to hold."""
    try:
        os.setpgid(0, 0)
        priority.start_behind()
        for stream in (1, 2):
            os.dup2(files[1], stream)
        sandbox.take_name(f"onrecord-{order['module'].rpartition('.')[2]}")
        importlib.import_module(order["module"]).main(sandbox.Birth(files[0], parent, order["word"]))
    except BaseException:
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()
