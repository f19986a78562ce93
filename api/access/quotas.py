"""What one client, and all of them together, may make this process hold."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from werkzeug.wsgi import ClosingIterator

from onrecord.api.http.problems import BadRequest, plain_problem
from onrecord.api.http.proxies import group
from onrecord.api.memory.held import PIECE, RETRY_AFTER, Held

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST_HEADER_BYTES: Final = 32 << 10
"""Bytes that the headers of one request may have, names and values together."""

MOST_DISCARDED: Final = 64 << 20
"""Bytes of a body that are read on after an error was sent."""

DISCARD_SECONDS: Final = 10.0
"""Seconds for which that is done."""


def with_bodies_read_on(application: WSGIApplication) -> WSGIApplication:
    """The application; after it has refused a request unread, the body is read on and discarded, within bounds.

    The server closes a connection whose request it has not read, which resets it: a client that still sends would see
    that, and not the answer.
    """

    def reading_on(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        has_body = environ.get("CONTENT_LENGTH", "") not in ("", "0") or "HTTP_TRANSFER_ENCODING" in environ
        # Who sends Expect waits for the answer before it sends a body.
        if not has_body or "HTTP_EXPECT" in environ:
            return application(environ, start)
        refused = False

        def noting(status: str, *given: Any) -> Any:
            nonlocal refused
            refused = status >= "4"
            return start(status, *given)

        answer = application(environ, noting)
        if not refused:
            return answer
        return ClosingIterator(_and_then_discard(answer, environ["wsgi.input"]), lambda: _close(answer))

    return reading_on


def _and_then_discard(answer: Iterable[bytes], body: Any) -> Iterator[bytes]:
    yield from answer
    left, until = MOST_DISCARDED, time.monotonic() + DISCARD_SECONDS
    with contextlib.suppress(BadRequest):  # too many bodies are being read already
        while left > 0 and time.monotonic() < until:
            piece = body.read(min(left, PIECE))
            if not piece:
                break
            left -= len(piece)


def with_limited_headers(application: WSGIApplication) -> WSGIApplication:
    """The application, to which no request comes whose headers are too large in all: 431."""

    def limited(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        size = sum([len(name) + len(value) for name, value in environ.items() if name[:5] == "HTTP_"])
        if size > MOST_HEADER_BYTES:
            message = f"The headers of the request are {size} bytes in all: send at most {MOST_HEADER_BYTES}."
            return plain_problem(start, 431, message)
        return application(environ, start)

    return limited


def with_answers_held(application: WSGIApplication, held: Held) -> WSGIApplication:
    """The application, whose answers are counted as held until the client has taken them; 503 where there is no room."""

    def holding(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        begun: list[Any] = []

        def noting(*given: Any) -> Callable[[bytes], None]:
            begun[:] = given
            return _no_write

        answer = application(environ, noting)
        length = _length(environ, begun[1])
        if length <= PIECE:
            start(*begun)
            return answer
        client = group(environ.get("REMOTE_ADDR", ""))
        size = held.take(client, length)
        if size is None:
            _close(answer)
            return plain_problem(start, 503, held.message(), Retry_After=RETRY_AFTER)
        start(*begun)
        # (a generator that was never begun is closed without its `finally`)
        return ClosingIterator(
            _in_pieces(answer), [lambda: _close(answer), _once(held.give_back, client, size)]
        )

    return holding


def _no_write(_: bytes) -> None:
    raise NotImplementedError("nothing here writes to what start_response returns")


def _length(environ: WSGIEnvironment, headers: list[tuple[str, str]]) -> int:
    if environ["REQUEST_METHOD"] == "HEAD":
        return 0
    for name, value in headers:
        if name == "Content-Length" or name.lower() == "content-length":
            return int(value)
    return 0


def _in_pieces(answer: Iterable[bytes]) -> Iterator[bytes]:
    # The server takes over each piece whole, and asks for the next when its client has room for it.
    for part in answer:
        for first in range(0, len(part), PIECE):
            yield part[first : first + PIECE]


def _once(give_back: Callable[[str, int], None], client: str, size: int) -> Callable[[], None]:
    left = [size]
    return lambda: give_back(client, left.pop()) if left else None


def _close(answer: Iterable[bytes]) -> None:
    close = getattr(answer, "close", None)
    if close is not None:
        close()
