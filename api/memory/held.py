"""How much is held for clients, against one limit."""

from __future__ import annotations

import threading
from typing import Final

PIECE: Final = 128 << 10
"""Bytes up to which nothing is counted."""

RETRY_AFTER: Final = "5"
"""Seconds after which a client may try again for whom there is no room."""


class Held:
    """Bytes that are held for clients, in memory or on disk: bodies that are received, answers that are not taken yet.

    One client may have half of the limit. What is larger than that counts as that much, so that it is never impossible.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._by_client: dict[str, int] = {}
        self.size = 0

    def take(self, client: str, size: int) -> int | None:
        """How many bytes are counted for the client from now on, to be given back; None where there is no room for them."""
        if size <= PIECE:
            return 0
        size = min(size, self._limit // 2)
        with self._lock:
            theirs = self._by_client.get(client, 0) + size
            if self.size + size > self._limit or theirs > self._limit // 2:
                return None
            self._by_client[client] = theirs
            self.size += size
        return size

    def give_back(self, client: str, size: int) -> None:
        """Count so many bytes no longer."""
        with self._lock:
            self.size -= size
            left = self._by_client.get(client, 0) - size
            if left > 0:
                self._by_client[client] = left
            else:
                self._by_client.pop(client, None)

    def message(self) -> str:
        """What a client is told for whom there is no room."""
        return (
            f"There is no room for this now: {self.size >> 20} of {self._limit >> 20} MiB are held for clients that send or take "
            "data slowly, and one client may have half of it (ONRECORD_HELD_MEGABYTES). Take the answers you asked for, "
            "then try again."
        )
