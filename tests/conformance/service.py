"""The services that can be measured, and how each is started.

CONFORMANCE_SERVICE says which: `onrecord`, `oxigraph` (the server of PyPI's package of that name, for comparison), or the
addresses of one that runs already, parts divided by spaces:

    query=http://127.0.0.1:3030/sparql update=http://… store=http://… [token=…] [default=urn:…]

`default` is the named graph that stands for the default graph, for a service that has none. The service must be empty,
and is emptied many times over.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.conformance.protocols.wire import Wire
from tests.conformance.results import JSON
from tests.conformance.target import HarnessError, Service

VARIABLE: Final = "CONFORMANCE_SERVICE"
DEFAULT: Final = "onrecord"
_START_SECONDS: Final = 60.0


def chosen() -> str:
    """Which service is measured: `onrecord`, `oxigraph` or the addresses given."""
    return os.environ.get(VARIABLE, "").strip() or DEFAULT


@contextlib.contextmanager
def running(directory: Path) -> Iterator[Service]:
    """The service that was chosen, started where it has to be; `directory` is for its data and its log."""
    match chosen():
        case "onrecord":
            started = _onrecord(directory)
        case "oxigraph":
            started = _oxigraph(directory)
        case addresses:
            started = _attached(addresses)
    with started as service, contextlib.closing(service.wire):
        if service.holds_anything():
            raise HarnessError(f"{service.name} is not empty, and the tests would delete what it holds")
        yield service


@contextlib.contextmanager
def _onrecord(directory: Path) -> Iterator[Service]:
    port, token = _free_port(), secrets.token_urlsafe(24)
    command = [sys.executable, "-m", "onrecord", "serve", "--no-seeds", "--no-shapes"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--data", str(directory / "data")]
    root = f"http://127.0.0.1:{port}"
    wire = Wire(root, token)
    service = Service("onrecord", f"{root}/sparql", f"{root}/sparql", f"{root}/store", wire)
    with _process(command, {"ONRECORD_ADMIN_TOKEN": token}, directory / "log", service):
        yield service


@contextlib.contextmanager
def _oxigraph(directory: Path) -> Iterator[Service]:
    beside = Path(sys.executable).parent / "oxigraph"
    binary = str(beside) if beside.exists() else shutil.which("oxigraph")
    if binary is None:
        raise HarnessError("there is no oxigraph command: pip install oxigraph, or choose another service")
    port = _free_port()
    command = [binary, "serve", "--location", str(directory / "data"), "--bind", f"127.0.0.1:{port}"]
    root = f"http://127.0.0.1:{port}"
    service = Service("oxigraph", f"{root}/query", f"{root}/update", f"{root}/store", Wire(root))
    with _process(command, {}, directory / "log", service):
        yield service


@contextlib.contextmanager
def _attached(addresses: str) -> Iterator[Service]:
    given = dict(part.split("=", 1) for part in addresses.split() if "=" in part)
    missing = [name for name in ("query", "update", "store") if name not in given]
    if missing:
        raise HarnessError(
            f"{VARIABLE}={addresses!r}: {', '.join(missing)} is missing; onrecord or oxigraph do alone"
        )
    wire = Wire(given["query"], given.get("token"))
    yield Service(given["query"], given["query"], given["update"], given["store"], wire, given.get("default"))


@contextlib.contextmanager
def _process(
    command: Sequence[str], variables: Mapping[str, str], log: Path, service: Service
) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env={**os.environ, **variables}
        )
    try:
        _wait(process, service, log)
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], service: Service, log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise HarnessError(f"{service.name} ended at once:\n{log.read_text(errors='replace')[-2000:]}")
        with contextlib.suppress(OSError):
            if service.query("ASK {}", JSON).ok:
                return
        service.wire.close()
        time.sleep(0.05)
    raise HarnessError(
        f"{service.name} did not answer within {_START_SECONDS:.0f} s:\n{log.read_text(errors='replace')[-2000:]}"
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
