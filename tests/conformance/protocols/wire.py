"""Plain HTTP with nothing added: the protocol cases send what no well-meaning client would."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether it is a success."""
        return 200 <= self.status < 300

    @property
    def media_type(self) -> str:
        """The media type without parameters, in lower case; empty where none was sent."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def is_syntax_error(self) -> bool:
        """Whether it says that the text is not SPARQL, rather than that it may not or cannot be run.

        Both may be a 400. A service that answers in problem details tells them apart by their type.
        """
        if self.status != 400:
            return False
        if self.media_type != "application/problem+json":
            return True
        return str(json.loads(self.body).get("type", "")).endswith("syntax")

    def __str__(self) -> str:
        return f"{self.status} {self.headers.get('content-type', '(no type)')} {self.body[:400]!r}"


class Wire:
    """A connection that is kept open, for requests sent one after the other."""

    def __init__(self, url: str, token: str | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname is None:
            raise ValueError(f"{url} is not an http address: the harness speaks to services on this machine")
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=SECONDS)
        self.token = token
        self._always = {} if token is None else {"Authorization": f"Bearer {token}"}

    def send(
        self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Reply:
        """Send these headers and no others but Host, Content-Length and the token, where there is one."""
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        sent = {**self._always, **(headers or {})}
        idle = self._connection.sock is not None
        try:
            return self._exchange(method, target, sent, body)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self._connection.close()
            if not idle:
                raise
            # A server may close an idle connection at any time; one that was just opened it may not.
            return self._exchange(method, target, sent, body)

    def _exchange(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        self._connection.request(method, target, body, dict(headers))
        response = self._connection.getresponse()
        received = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, received, response.read())

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
