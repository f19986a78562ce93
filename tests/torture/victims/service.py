"""The service as its operator starts it, on a free port, and what is seen of it from outside."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from tests.torture.victims.victim import alive, descendants

TOKEN: Final = "torture-" + "0123456789abcdef" * 2
"""The administrator's token of services under torture; they listen on the loopback address only."""

_STARTING: Final = 60.0


@dataclass(frozen=True)
class Reply:
    """An answer, read to its end. Status 0 where the connection broke before there was one."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    seconds: float
    whole: bool

    @property
    def cut(self) -> bool:
        """Whether it looks like success and is not complete."""
        return 200 <= self.status < 300 and not self.whole


class Service:
    """`onrecord serve` over a data directory. Settings are given as fields of Settings."""

    def __init__(self, data: Path, **settings: object) -> None:
        self.data = data
        self.port = int(str(settings.get("port") or _free_port()))
        self._log = data.parent / f"{data.name}-{self.port}.log"
        given = {f"ONRECORD_{name.upper()}": str(value) for name, value in settings.items()}
        clean = {name: value for name, value in os.environ.items() if not name.startswith("ONRECORD_")}
        environment = {
            **clean,
            "ONRECORD_DATA": str(data),
            "ONRECORD_PORT": str(self.port),
            "ONRECORD_ADMIN_TOKEN": TOKEN,
            **given,
        }
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "onrecord", "serve"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        try:
            self.wait()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def wait(self, seconds: float = _STARTING) -> None:
        """Wait until it answers."""
        until = time.monotonic() + seconds
        while not self.small():
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the service does not answer: {self.log()[-800:]}")
            time.sleep(0.05)

    def log(self) -> str:
        """What it said."""
        return self._log.read_text(errors="replace")

    def stop(self) -> None:
        """End it in order; and by force, with whatever it started, where that fails."""
        started = [self.process.pid, *descendants(self.process.pid)]
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=20)
        for pid in started:
            if alive(pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def front(self) -> int | None:
        """The process that answers: the only child of the one that was started."""
        listing = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        children = listing.read_text().split() if listing.exists() else []
        return int(children[0]) if children else None

    def children(self, module: str = "") -> list[int]:
        """The processes of the engine, or those of one kind: reader, writer, gate."""
        return [pid for pid in descendants(self.process.pid) if _name(pid).startswith(f"onrecord-{module}")]

    def small(self, seconds: float = 60.0) -> bool:
        """Whether a small query is answered, and rightly."""
        reply = self.ask("ASK {}", seconds=seconds)
        return reply.status == 200 and b'"boolean":true' in reply.body

    def ask(self, query: str, seconds: float = 60.0) -> Reply:
        """A query, posted as it is."""
        return self.post_query(query.encode("utf-8", "surrogatepass"), seconds)

    def post_query(self, body: bytes, seconds: float = 60.0) -> Reply:
        """The bytes of a query, whatever they are."""
        return self.send("POST", "/sparql", body, {"Content-Type": "application/sparql-query"}, seconds)

    def update(self, text: str) -> Reply:
        """An update with the administrator's token."""
        headers = {"Content-Type": "application/sparql-update", "Authorization": f"Bearer {TOKEN}"}
        return self.send("POST", "/sparql", text.encode("utf-8", "surrogatepass"), headers)

    def put(
        self, graph: str, body: bytes, kind: str = "text/turtle", method: str = "PUT", **headers: str
    ) -> Reply:
        """A graph, put in its place."""
        headers = {"Content-Type": kind, "Authorization": f"Bearer {TOKEN}", **headers}
        return self.send(method, f"/store?{urllib.parse.urlencode({'graph': graph})}", body, headers)

    def send(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        seconds: float = 60.0,
    ) -> Reply:
        """One request, and its answer in full."""
        return exchange(self.port, method, path, body, headers, seconds)

    def send_raw(self, data: bytes, quiet: float = 0.4, seconds: float = 30.0) -> bytes:
        """Bytes as they are, and whatever comes back until the other side closes or is quiet so long."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as connection:
            with contextlib.suppress(OSError):
                connection.sendall(data)
            found = b""
            with contextlib.suppress(OSError):
                connection.settimeout(quiet)
                while piece := connection.recv(65536):
                    found += piece
            return found


def exchange(  # noqa: PLR0917
    port: int,
    method: str,
    path: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    seconds: float = 60.0,
) -> Reply:
    """One request to this port of the machine, and its answer in full."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    began = time.monotonic()
    try:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            # A body that is too long may be refused before it is all sent.
            connection.request(method, path, body, dict(headers or {}))
        return _received(connection, began)
    except (OSError, http.client.HTTPException):
        return Reply(0, b"", {}, time.monotonic() - began, whole=False)
    finally:
        connection.close()


def _received(connection: http.client.HTTPConnection, began: float) -> Reply:
    response = connection.getresponse()
    whole = True
    try:
        content = response.read()
    except http.client.IncompleteRead as error:
        content, whole = error.partial, False
    found = {name.lower(): value for name, value in response.getheaders()}
    return Reply(response.status, content, found, time.monotonic() - began, whole)


def memory(pids: list[int]) -> int:
    """Bytes that processes hold for themselves (not shared, not mapped from files)."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("RssAnon:"):
                    total += int(line.split()[1]) << 10
    return total


def processor_seconds(pids: list[int]) -> float:
    """Processor time that processes have used so far."""
    ticks = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text()
    except OSError:
        return ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


CLIENTS: Final = 4


def at_once(work: Callable[[int], None]) -> None:
    """The same by several clients, each with its number."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(work, range(CLIENTS)))


@contextlib.contextmanager
def seeded(scratch: Path, name: str, **settings: object) -> Iterator[Service]:
    """A service that builds itself from the seeds in a directory of its own."""
    with Service(scratch / name, **settings) as service:
        yield service
