"""A service whose replicas are tested, and what they hold."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from onrecord.graph import errors
from onrecord.graph.ledger import Ledger

TOKEN = "a-token-of-sixteen"


class Writer:
    """A service with a ledger, as its replicas see it. `spoil` may change what it sends, by path."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.spoil: dict[str, Callable[[bytes], bytes | int]] = {}
        self.short: set[str] = set()
        self.broken: dict[str, int] = {}
        """Path -> after how many bytes its next answer breaks off."""
        self.asked: list[str] = []
        self.ranges: list[str] = []
        self.tokens: set[str] = set()
        writer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                writer.asked.append(self.path)
                writer.ranges.append(self.headers.get("Range", ""))
                writer.tokens.add(self.headers.get("Authorization", ""))
                found = writer.found(self.path)
                status = found if isinstance(found, int) else 200
                body = b"" if isinstance(found, int) else found
                whole = len(body)
                if status == 200 and writer.ranges[-1]:
                    status, body = (
                        206,
                        body[int(writer.ranges[-1].removeprefix("bytes=").removesuffix("-")) :],
                    )
                if self.path in writer.broken:
                    whole, body = len(body), body[: writer.broken.pop(self.path)]
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "/elsewhere")
                missing = whole - len(body) if status == 200 else 0
                self.send_header(
                    "Content-Length", str(len(body) + missing + 100 * (self.path in writer.short))
                )
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()

    def found(self, path: str) -> bytes | int:
        if path == "/snapshots":
            version = self.ledger.version
            document = {"version": version, "commit": self.ledger.commit_id(version), "plain": False}
            body = json.dumps({**document, "base": "https://example.org/"}).encode()
        elif path.startswith("/snapshots/"):
            try:
                body = self.of_snapshot(*path.split("/")[2:])
            except errors.UnknownVersion:
                return 410
        else:
            body = self.ledger.patch(int(path.removeprefix("/history/").removesuffix(".patch")))
        return self.spoil.get(path, lambda text: text)(body)

    def of_snapshot(self, version: str, name: str = "") -> bytes:
        if not name:
            return json.dumps({"files": self.ledger.snapshot(int(version))}).encode()
        with self.ledger.snapshot_file(int(version), name) as file:
            return file.read()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def quietly(_line: str) -> None:
    """Say nothing."""


def patches(data: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (data / "history").glob("*/*")}
