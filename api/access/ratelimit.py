"""No more than so many requests a second for each client: a bucket of tokens each, refilled steadily."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from flask import Flask, request

from onrecord.api.http.problems import BadRequest
from onrecord.api.http.proxies import group
from onrecord.graph.settings import Settings

# A client that changes its address with each request costs this much memory at most; the longest unseen are forgotten.
_MOST_CLIENTS: Final = 20_000
EXEMPT: Final = frozenset({"health.health", "health.ready", "health.figures", "static"})
"""Endpoints that are answered however often they are asked."""


class Buckets:
    """One bucket for each client, `size` requests deep, filled by `rate` requests a second."""

    def __init__(self, rate: float, size: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._size = size
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> float:
        """0 where the client may go on; else the seconds until it may."""
        with self._lock:
            now = self._clock()
            left, since = self._buckets.pop(client, (float(self._size), now))
            left = min(float(self._size), left + (now - since) * self._rate)
            wait = 0.0 if left >= 1 else (1 - left) / self._rate
            self._buckets[client] = (left if wait else left - 1, now)
            if len(self._buckets) > _MOST_CLIENTS:
                self._buckets.popitem(last=False)
            return wait


def install(app: Flask, settings: Settings) -> None:
    """Hold every client to the rate the settings give, if they give one."""
    if not settings.client_requests:
        return
    buckets = Buckets(settings.client_requests, settings.client_burst)

    def limit() -> None:
        if request.endpoint in EXEMPT:
            return
        wait = buckets.take(group(request.remote_addr or ""))
        if wait:
            raise BadRequest(
                429,
                f"More than {settings.client_requests:g} requests a second came from your address "
                "(ONRECORD_CLIENT_REQUESTS): wait a little, and ask for more at a time.",
                Retry_After=str(math.ceil(wait)),
            )

    app.before_request(limit)
