"""The servers under comparison, each started on a free port over the same exported graph."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Server:
    """A running SPARQL endpoint: its name with version, the address queries go to, and its process, where that is known."""

    name: str
    host: str
    port: int
    path: str
    pid: int = 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def _running(command: list[str], url: str, environment: dict[str, str] | None = None) -> Iterator[int]:
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **(environment or {})},
    )
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(url, timeout=2).read()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{' '.join(command)} does not answer at {url}") from None
                time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)


_PROBE = "?query=ASK%7B%7D"


@contextlib.contextmanager
def onrecord(data: Path, python: str = sys.executable) -> Iterator[Server]:
    """This project, or the version of it that the interpreter `python` has installed, over the data directory as built."""
    port = _free_port()
    settings = {"ONRECORD_DATA": str(data), "ONRECORD_PORT": str(port)}
    command = [python, "-m", "onrecord", "serve"]
    with _running(command, f"http://127.0.0.1:{port}/sparql{_PROBE}", settings) as pid:
        yield Server("onrecord", "127.0.0.1", port, "/sparql", pid)


@contextlib.contextmanager
def oxigraph(triples: Path, scratch: Path) -> Iterator[Server]:
    """Oxigraph's own server, read only, over the same triples in its default graph."""
    binary = Path(sys.executable).with_name("oxigraph")
    store = scratch / "oxigraph"
    load = [str(binary), "load", "--location", str(store), "--file", str(triples)]
    subprocess.run(load, check=True, capture_output=True)
    port = _free_port()
    command = [str(binary), "serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}"]
    with _running(command, f"http://127.0.0.1:{port}/query{_PROBE}"):
        yield Server("oxigraph serve", "127.0.0.1", port, "/query")


@contextlib.contextmanager
def rdflib_endpoint(triples: Path) -> Iterator[Server]:
    """rdflib-endpoint over the same triples in memory."""
    binary = Path(sys.executable).with_name("rdflib-endpoint")
    port = _free_port()
    command = [str(binary), "serve", str(triples), "--host", "127.0.0.1", "--port", str(port)]
    with _running(command, f"http://127.0.0.1:{port}/{_PROBE}"):
        yield Server("rdflib-endpoint", "127.0.0.1", port, "/")
