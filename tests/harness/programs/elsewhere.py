"""Another service for SERVICE to ask: a real listener on the loopback address, by TLS, for the name endpoint.example."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import parse_qs

from pyoxigraph import QueryResultsFormat, QuerySolutions, Store

from onrecord.graph.federation.fetch import Fetcher, SocketAddress

HOST: Final = "endpoint.example"
JSON: Final = "application/sparql-results+json"

# A certificate for that name, good until 2120, by an authority whose key is gone; nothing but these tests trusts it.
_HERE: Final = Path(__file__).parent
CERTIFICATE: Final = _HERE / "elsewhere.pem"
AUTHORITY: Final = _HERE / "elsewhere-authority.pem"

TRIPLE: Final[dict[str, Any]] = {"type": "triple", "value": {}}
"""A value that is no RDF 1.1 term."""

Speaker = Callable[[socket.socket, bytes], None]
"""What says something to a caller, given the request."""


def response(body: bytes, status: str = "200 OK", kind: str = JSON, **more: str) -> bytes:
    """An HTTP response; `content_length=""` leaves that header out."""
    headers = {"Content-Type": kind, "Content-Length": str(len(body))}
    headers |= {name.replace("_", "-").title(): value for name, value in more.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value)
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def table(names: Sequence[str], *rows: dict[str, Any]) -> bytes:
    """SPARQL results in JSON."""
    return json.dumps({"head": {"vars": list(names)}, "results": {"bindings": list(rows)}}).encode()


def saying(text: bytes) -> Speaker:
    """Says this, whatever it is asked."""
    return lambda caller, _: caller.sendall(text)


def over(store: Store) -> Speaker:
    """Answers queries from a store, as a SPARQL service does."""

    def answer(caller: socket.socket, request: bytes) -> None:
        results = store.query(query_in(request))
        assert isinstance(results, QuerySolutions)
        body = results.serialize(format=QueryResultsFormat.JSON)
        caller.sendall(response(body or b"", connection="close"))

    return answer


def query_in(request: bytes) -> str:
    """The query of a request, sent as a form or by itself."""
    body = request.partition(b"\r\n\r\n")[2].decode()
    return parse_qs(body)["query"][0] if b"x-www-form-urlencoded" in request.lower() else body


class Elsewhere:
    """Counts who connects, notes what they send, and answers each as it is told."""

    def __init__(self, speak: Speaker | bytes, *, tls: bool = True) -> None:
        self.speak = saying(speak) if isinstance(speak, bytes) else speak
        self.calls = 0
        self.heard: list[bytes] = []
        self._context: ssl.SSLContext | None = None
        if tls:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(CERTIFICATE)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def fetcher(self, **given: Any) -> Fetcher:
        """A fetcher that is led here by every name, and takes this one address for public."""
        context = ssl.create_default_context(cafile=str(AUTHORITY))
        given = {"allowed": {"127.0.0.1"}.__contains__, "resolve": self.resolve, "context": context} | given
        return Fetcher(**given)

    def resolve(self, _host: str, _port: int) -> list[SocketAddress]:
        """The one address that leads here."""
        return [(socket.AF_INET, ("127.0.0.1", self.port))]

    def _listen(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            self.calls += 1
            with contextlib.suppress(OSError), caller:
                caller.settimeout(60)
                self._answer(caller)

    def _answer(self, caller: socket.socket) -> None:
        if self._context is None:
            self._speak(caller)
            return
        with self._context.wrap_socket(caller, server_side=True) as secured:
            self._speak(secured)

    def _speak(self, caller: socket.socket) -> None:
        said = b""
        while not _is_whole(said) and (piece := caller.recv(65536)):
            said += piece
        self.heard.append(said)
        self.speak(caller, said)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # This ends the waiting for callers, where closing alone would not.
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(60)
        self._socket.close()


def _is_whole(request: bytes) -> bool:
    head, end, body = request.partition(b"\r\n\r\n")
    lengths = [
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length")
    ]
    # Who greets with TLS where none is spoken waits for an answer.
    return request[:1] == b"\x16" or (bool(end) and len(body) >= sum(lengths))
