"""The servers under comparison, each started on a free port over the same quads; queries see all graphs as one."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from tests.harness.programs import sparql_servers

TOKEN: Final = "a-token-of-the-measurements"  # noqa: S105  (of a server that only this machine reaches)
LIMIT: Final = 60
"""Seconds that a query may take."""
_PROBE: Final = "?query=ASK%7B%7D"
_PAGES: Final = 100_000
"""Of 8 KiB, that Virtuoso may hold in memory."""


@dataclass(frozen=True)
class Server:
    """A running SPARQL endpoint: its name, the address queries go to, and the process that it is."""

    name: str
    host: str
    port: int
    path: str
    pid: int = 0
    sql_port: int = 0


@contextlib.contextmanager
def _running(command: list[str], url: str, environment: dict[str, str] | None = None) -> Iterator[int]:
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **(environment or {})},
    )
    try:
        deadline = time.monotonic() + 600
        while True:
            try:
                urllib.request.urlopen(url, timeout=2).read()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{' '.join(command)} does not answer at {url}") from None
                time.sleep(0.02)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:  # it goes on with a query that nobody waits for
            process.kill()
            process.wait()


@contextlib.contextmanager
def onrecord(
    data: Path, python: str = sys.executable, more: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """This project, or the version of it that the interpreter `python` has installed, over the data directory as built.

    `more` are other settings, by the names of their variables.
    """
    port = sparql_servers.free_port()
    settings = {
        "ONRECORD_DATA": str(data),
        "ONRECORD_PORT": str(port),
        "ONRECORD_QUERY_SECONDS": str(LIMIT),
        "ONRECORD_ADMIN_TOKEN": TOKEN,
        **(more or {}),
    }
    command = [python, "-m", "onrecord", "serve"]
    with _running(command, f"http://127.0.0.1:{port}/sparql{_PROBE}", settings) as pid:
        yield Server("onrecord", "127.0.0.1", port, "/sparql", pid)


@contextlib.contextmanager
def oxigraph(store: Path) -> Iterator[Server]:
    """Oxigraph's own server over a store, which may be a copy of one of our snapshots."""
    with sparql_servers.oxigraph(store, union=True) as server:
        yield _of("oxigraph serve", server)


@contextlib.contextmanager
def virtuoso(place: Path) -> Iterator[Server]:
    """Virtuoso over an empty database; see load_virtuoso."""
    with sparql_servers.virtuoso(place, buffers=_PAGES) as server:
        yield _of("Virtuoso", server)


def load_virtuoso(server: Server, quads: Path, place: Path) -> None:
    """Load N-Quads in bulk, as its manual has it: without a log, and made durable at the end."""
    file = place / "quads.nq"
    os.link(quads, file)
    # 512: N-Quads. Without it each graph is lost.
    words = f"log_enable(2, 1); DB.DBA.TTLP_MT (file_to_string_output ('{file}'), '', 'urn:default', 512); checkpoint;"
    command = ["isql-vt", str(server.sql_port), "dba", "of-tests", f"exec={words}"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    if "*** Error" in done.stdout + done.stderr:
        raise RuntimeError(done.stdout + done.stderr)


@contextlib.contextmanager
def rdflib_endpoint(quads: Path) -> Iterator[Server]:
    """rdflib-endpoint over the same quads in memory."""
    port = sparql_servers.free_port()
    command = [_script("rdflib-endpoint"), "serve", str(quads), "--host", "127.0.0.1", "--port", str(port)]
    with _running(command, f"http://127.0.0.1:{port}/{_PROBE}") as pid:
        yield Server("rdflib-endpoint", "127.0.0.1", port, "/", pid)


def missing() -> dict[str, str]:
    """Peer -> why it cannot be measured here."""
    found = {}
    for name, script in (("oxigraph serve", "oxigraph"), ("rdflib-endpoint", "rdflib-endpoint")):
        if not Path(_script(script)).exists():
            found[name] = "not installed (pip install -e '.[bench]')"
    if not (sparql_servers.has_virtuoso() and shutil.which("isql-vt")):
        found["Virtuoso"] = "not installed (apt-get install virtuoso-opensource-7-bin)"
    return found


def _script(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def _of(name: str, server: sparql_servers.Server) -> Server:
    at = urlsplit(server.settings["store"])
    return Server(name, str(at.hostname), at.port or 80, at.path, server.pid, server.sql_port)
