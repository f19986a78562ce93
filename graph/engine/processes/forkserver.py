"""The process that forks all other children: small, with one thread, and with what most of them need loaded already.

Over a socket it receives orders to fork, each with the files for the child, and it reports when a child has ended.
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

from onrecord.graph import scheduling
from onrecord.graph.engine.processes import sandbox

_LONGEST: Final = 64 << 10
_FILES: Final = 8


def main() -> None:
    """`-m onrecord.graph.engine.processes.forkserver FD PARENT`: fork on order, until the front is gone."""
    descriptor, parent = (int(word) for word in sys.argv[1:3])
    sandbox.die_with(parent)
    # Most children compute long at times; readers ask for more themselves.
    scheduling.take_turns()
    load()
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
            _report_ended(orders)
        if orders.fileno() in ready:
            order, files, *_ = socket.recv_fds(orders, _LONGEST, _FILES)
            if not order:
                os._exit(0)
            _fork(orders, json.loads(order), files, (awake, waking))


def load() -> None:
    """Load what children need, to be shared with them."""
    # Most children are readers, and a query may be waiting for one.
    importlib.import_module("onrecord.graph.engine.reading.reader")
    # Children share this memory until they write to it, which a garbage collection would do.
    gc.collect()
    gc.freeze()


def _report_ended(orders: socket.socket) -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            _report(orders, {"ended": pid, "status": os.waitstatus_to_exitcode(status)})


def _report(orders: socket.socket, report: dict[str, Any], *files: int) -> None:
    try:
        socket.send_fds(orders, [json.dumps(report).encode()], files)
    except OSError:
        # The front is gone.
        os._exit(0)


def _fork(orders: socket.socket, order: dict[str, str], files: list[int], ours: tuple[int, int]) -> None:
    parent = os.getpid()
    try:
        pid = os.fork()
    except OSError as error:
        _report(orders, {"error": f"a process cannot be forked: {error}"})
    else:
        if not pid:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for descriptor in ours:
                os.close(descriptor)
            orders.close()
            _run_child(order, files, parent)
        handle = os.pidfd_open(pid)
        _report(orders, {"forked": pid}, handle)
        os.close(handle)
    finally:
        for descriptor in files:
            os.close(descriptor)


def _run_child(order: dict[str, str], files: list[int], parent: int) -> None:
    """Run the child. The first file is its channel, the second its stdout and stderr; others are only to be kept open."""
    try:
        os.setpgid(0, 0)
        for stream in (1, 2):
            os.dup2(files[1], stream)
        sandbox.take_name(f"onrecord-{order['module'].rpartition('.')[2]}")
        importlib.import_module(order["module"]).main(sandbox.Spawn(files[0], parent, order["preload"]))
    except BaseException:
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()
