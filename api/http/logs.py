"""An id for each request, and a line of log.

A line of log is JSON: what was asked of which address, by whom, how it ended, how long it took. What stands behind the
question mark is left out, since it may be private, and so are headers: no token is ever in a log.
"""

from __future__ import annotations

import contextlib
import json
import logging
import random
import re
import sys
import threading
import time
from datetime import UTC, datetime
from functools import lru_cache
from logging.handlers import MemoryHandler
from typing import TYPE_CHECKING, Final, TextIO

from flask import Flask, Response, g, request

from onrecord.api.http import compression
from onrecord.api.http.metrics import metrics

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
_LINES: Final = 1000
_FLUSH_SECONDS: Final = 0.2
_LOG: Final = "onrecord"
_encode: Final = json.JSONEncoder(ensure_ascii=False, default=str).encode
_access: Final = logging.getLogger("onrecord.access")
_REQUEST: Final = vars(
    logging.makeLogRecord(
        {"name": _access.name, "levelno": logging.INFO, "levelname": "INFO", "msg": "request"}
    )
)


def install(app: Flask) -> None:
    """Number, compress, count and log what an application answers. To be installed first, so that it comes last."""
    app.before_request(_begin)
    app.after_request(_finish)


def request_id() -> str:
    """The number of this request: the client's own where it gave a fit one."""
    if "request_id" not in g:
        g.request_id = fit_id(request.headers.get("X-Request-ID", ""))
    return str(g.request_id)


def fit_id(given: str) -> str:
    """The number a client gave, where it is fit to be one, or a new one."""
    return given if given and _ID.fullmatch(given) else f"{random.getrandbits(64):016x}"


def _begin() -> None:
    g.began = time.perf_counter()
    compression.understand_tags()


def _finish(response: Response) -> Response:
    response.headers["X-Request-ID"] = request_id()
    response = compression.compress(response)
    route = request.url_rule.rule if request.url_rule is not None else "(none)"
    method = request.method if request.method in _METHODS else "(other)"
    metrics().request(method, route, response.status_code)
    length = 0 if request.method == "HEAD" else response.content_length
    log_request(
        request.environ,
        request_id(),
        response.status_code,
        length=length,
        began=g.get("began"),
        author=g.get("author"),
    )
    return response


def log_request(  # noqa: PLR0913
    environ: WSGIEnvironment,
    number: str,
    status: int,
    *,
    length: int | None,
    began: float | None,
    author: str | None = None,
) -> None:
    """Write the line of a request that was answered, if they are wanted; `began` is by time.perf_counter()."""
    if not _access.isEnabledFor(logging.INFO):
        return
    line: dict[str, object] = {
        "id": number,
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
        "status": status,
        "seconds": 0.0 if began is None else round(time.perf_counter() - began, 6),
        "bytes": length,
        "client": environ.get("REMOTE_ADDR"),
    }
    if author is not None:
        line["author"] = author
    # (of the other ways to log one, half is spent on finding out which line of the program does)
    record, now = logging.LogRecord.__new__(logging.LogRecord), time.time()
    record.__dict__.update(_REQUEST, created=now, msecs=now % 1 * 1000, onrecord=line)
    _access.handle(record)


@lru_cache(maxsize=4)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


class Json(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """One JSON object without a line end: time (UTC), level, logger, then what the record carries."""
        extra = getattr(record, "onrecord", None)
        line = dict(extra) if isinstance(extra, dict) else {"message": record.getMessage()}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        # What every line begins with needs no escapes.
        time_ = f"{_second(int(record.created))}.{int(record.msecs):03d}+00:00"
        begin = f'{{"time": "{time_}", "level": "{record.levelname.lower()}", "logger": "{record.name}", '
        return begin + _encode(line).removeprefix("{")


class Lines(MemoryHandler):
    """Collects records, and writes the lines of many at once: a write for each would have the requests wait for one another."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(_LINES, flushLevel=logging.WARNING)
        self._stream = stream
        self._lost = 0
        self.setFormatter(Json())

    def flush(self) -> None:
        """Write what is collected. Where that cannot be, as on a full disk, it is lost, and how much was is the next line."""
        with self.lock or contextlib.nullcontext():
            records, self.buffer = self.buffer, []
            lines = []
            for record in records:
                try:
                    lines.append(f"{self.format(record)}\n")
                except Exception:
                    self.handleError(record)
            if lines:
                self._write(lines)

    def _write(self, lines: list[str]) -> None:
        if self._lost:
            told = f"{self._lost:,} lines of the log could not be written before this one"
            record = logging.makeLogRecord({"name": _LOG, "levelname": "WARNING", "msg": told})
            lines = [f"{self.format(record)}\n", *lines]
        try:
            self._stream.write("".join(lines))
            self._stream.flush()
        except OSError:
            # Whoever logs is about to answer a request, and does so without a log too.
            self._lost += len(lines) - bool(self._lost)
        else:
            self._lost = 0


def log_to_stderr(*, access: bool) -> None:
    """Write the log of this process on stderr, one line of JSON each; every request too, if wanted."""
    # Nothing of this is written; see "Optimization" in the documentation of logging.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    handler = Lines(sys.stderr)
    threading.Thread(target=_flush, args=(handler,), name="onrecord-log", daemon=True).start()
    log = logging.getLogger(_LOG)
    log.handlers = [handler]
    log.propagate = False
    log.setLevel(logging.INFO)
    _access.setLevel(logging.INFO if access else logging.WARNING)


def _flush(handler: Lines) -> None:
    while True:
        time.sleep(_FLUSH_SECONDS)
        handler.flush()
