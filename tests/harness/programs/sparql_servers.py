"""SPARQL servers of others, started for tests: Oxigraph's from PyPI, Virtuoso from Debian."""

from __future__ import annotations

import atexit
import contextlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import requests

_STARTING = 120.0
_ATTEMPTS = 3
_VIRTUOSO = ["virtuoso-t", "+configfile", "virtuoso.ini", "+foreground"]
_CONFIGURATION = """
[Database]
DatabaseFile = {place}/virtuoso.db
ErrorLogFile = {place}/virtuoso.log
LockFile = {place}/virtuoso.lck
TransactionFile = {place}/virtuoso.trx
xa_persistent_file = {place}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {place}/temp.db
TransactionFile = {place}/temp.trx
[Parameters]
ServerPort = {internal}
ServerThreads = 100
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
DirsAllowed = {place}
[HTTPServer]
ServerPort = {port}
ServerRoot = {place}
ServerThreads = 50
MaxKeepAlives = 50
KeepAliveTimeout = 15
[SPARQL]
ResultSetMaxRows = {rows}
{more}
"""


class Ended(Exception):  # noqa: N818
    """A server ended where it should have begun to answer."""


@dataclass(frozen=True)
class Server:
    """A running server, with the settings by which it is reached, its process, and the port of Virtuoso's SQL."""

    url: str
    settings: dict[str, Any] = field(default_factory=dict)
    pid: int = 0
    sql_port: int = 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def oxigraph(place: Path, port: int | None = None, *, union: bool = False) -> Iterator[Server]:
    """Oxigraph's own server, over a directory; `union`: queries see all graphs as one where they name none."""
    port = port or free_port()
    binary = Path(sys.executable).with_name("oxigraph")
    command = [str(binary), "serve", "--location", str(place), "--bind", f"127.0.0.1:{port}"]
    command += ["--union-default-graph"] if union else []
    url = f"http://127.0.0.1:{port}"
    with _running(command, f"{url}/query") as pid:
        yield Server(url, {"store": f"{url}/query", "store_update": f"{url}/update"}, pid)


def has_virtuoso() -> bool:
    return shutil.which("virtuoso-t") is not None


@contextlib.contextmanager
def virtuoso(place: Path, buffers: int = 20_000, rows: int = 1_000_000, more: str = "") -> Iterator[Server]:
    """Virtuoso, over an empty directory, whose files it may read; it may hold so many pages of 8 KiB in memory, and answer with so
    many rows. `more` are lines for the section SPARQL of its configuration."""
    shutil.copytree(_empty_virtuoso(), place)
    given = {"store_user": "dba", "store_password": "of-tests", "store_auth": "digest"}
    with contextlib.ExitStack() as stack:
        for attempt in range(_ATTEMPTS):
            port, internal = _configure(place, buffers, rows, more)
            url = f"http://127.0.0.1:{port}"
            try:
                pid = stack.enter_context(_running(_VIRTUOSO, f"{url}/sparql", place))
                break
            except Ended:
                # Another program may have taken the port meanwhile: Virtuoso takes seconds to come to it.
                if attempt + 1 == _ATTEMPTS:
                    raise
        yield Server(
            url, {"store": f"{url}/sparql", "store_update": f"{url}/sparql-auth", **given}, pid, internal
        )


@cache
def _empty_virtuoso() -> Path:
    """The directory of an empty database, made once by this process: that takes longer than to start one."""
    made = Path(tempfile.mkdtemp(prefix="onrecord-virtuoso-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    _configure(made, 20_000)
    ended = subprocess.run(
        [*_VIRTUOSO, "+pwdold", "dba", "+pwddba", "of-tests"], check=False, capture_output=True, cwd=made
    )
    assert (made / "virtuoso.db").exists(), ended.stderr
    return made


def _configure(place: Path, buffers: int, rows: int = 1_000_000, more: str = "") -> tuple[int, int]:
    """Write the configuration of a Virtuoso over this directory, with ports that are free: HTTP's and SQL's."""
    port, internal = free_port(), free_port()
    dirty = buffers * 3 // 4
    (place / "virtuoso.ini").write_text(
        _CONFIGURATION.format(
            place=place, port=port, internal=internal, buffers=buffers, dirty=dirty, rows=rows, more=more
        )
    )
    return port, internal


@contextlib.contextmanager
def _running(command: list[str], url: str, directory: Path | None = None) -> Iterator[int]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=directory)
    try:
        until = time.monotonic() + _STARTING
        while True:
            with contextlib.suppress(requests.RequestException):
                if requests.post(url, data={"query": "ASK {}"}, timeout=5).ok:
                    break
            if process.poll() is not None:
                raise Ended(command)
            assert time.monotonic() < until, command
            time.sleep(0.1)
        yield process.pid
    finally:
        process.kill()
        process.wait()


@dataclass(frozen=True)
class Kind:
    """A kind of server: how one is started over a directory that is not there yet, and why it cannot be here, "" where it can."""

    start: Callable[[Path], contextlib.AbstractContextManager[Server]]
    missing: Callable[[], str] = lambda: ""


SERVERS: Final[dict[str, Kind]] = {
    "oxigraph": Kind(oxigraph),
    "virtuoso": Kind(
        virtuoso,
        lambda: (
            "" if has_virtuoso() else "Virtuoso is not installed (apt-get install virtuoso-opensource-7-bin)"
        ),
    ),
}
"""All that tests of any server are put to, by name."""
