"""Answers that were worked out before: the same question at the same version has the same answer.

The version is part of the key, so nothing here can be stale: a commit makes every entry unreachable by the time it is
acknowledged. What differs from one asking to the next (NOW, RAND, UUID, BNODE, what SERVICE brings) is not kept.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from onrecord.graph.ledger import Answer

_WORDS: Final = ("now", "rand", "uuid", "bnode", "service")
# The parser wants no space around a keyword, so FILTERNOW() is a call; one found in a comment costs a hit, no more.
# SERVICE runs only where it stands by itself (graph/federation/clauses.py), so names that end in it cost nothing.
_FICKLE: Final = re.compile(r"(?:now|rand|uuid|bnode|(?<![^\s{}.])service)(?!\w)", re.IGNORECASE)
# One answer may take this part of the room, so that a few large ones do not push all others out.
_SHARE: Final = 8
_OVERHEAD: Final = 512


def is_steady(query: str) -> bool:
    """Whether a query has the same answer each time. One with escapes in it may hide anything, and counts as fickle."""
    lowered = query.lower()
    if "\\u" in lowered:
        return False
    return not any(word in lowered for word in _WORDS) or _FICKLE.search(query) is None


def key(*parts: object) -> bytes:
    """What tells one question from another, however long it is."""
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True, slots=True)
class _Kept:
    kind: str
    format: str
    body: bytes
    rows: int | None


class Cache:
    """Answers of the newest version, up to so many bytes; the longest unasked go first."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self.misses = 0
        self._version = 0
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, _Kept] = OrderedDict()

    def get(self, version: int, asked: bytes) -> Answer | None:
        """The answer at this version, if it is here."""
        with self._lock:
            kept = self._kept.get(asked) if version == self._version else None
            if kept is None:
                self.misses += 1
                return None
            self._kept.move_to_end(asked)
        return _copy(version, kept)

    def put(self, asked: bytes, answer: Answer) -> Answer:
        """Keep an answer under the version it was given for, where it fits; gives back one that can be read."""
        if answer.length + _OVERHEAD > self.limit // _SHARE:
            return answer
        kept = _Kept(answer.kind, answer.format, answer.read(), answer.rows)
        with self._lock:
            if answer.version > self._version:
                self._kept.clear()
                self.size, self._version = 0, answer.version
            if answer.version == self._version and asked not in self._kept:
                self._kept[asked] = kept
                self.size += len(kept.body) + _OVERHEAD
                while self.size > self.limit:
                    _, gone = self._kept.popitem(last=False)
                    self.size -= len(gone.body) + _OVERHEAD
        return _copy(answer.version, kept)


def _copy(version: int, kept: _Kept) -> Answer:
    answer = Answer(version)
    answer.kind, answer.format, answer.rows = kept.kind, kept.format, kept.rows
    answer.write(kept.body)
    return answer
