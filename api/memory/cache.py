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
from typing import Final, Generic, TypeVar

from onrecord.graph.ledger import Answer

_WORDS: Final = ("now", "rand", "uuid", "bnode", "service")
# The parser wants no space around a keyword, so FILTERNOW() is a call; one found in a comment costs a hit, no more.
# SERVICE runs only where it stands by itself (graph/federation/clauses.py), so names that end in it cost nothing.
_FICKLE: Final = re.compile(r"(?:now|rand|uuid|bnode|(?<![^\s{}.])service)(?!\w)", re.IGNORECASE)
_SHARE: Final = 8
_OVERHEAD: Final = 512

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def is_steady(query: str) -> bool:
    """Whether a query has the same answer each time. One with escapes in it may hide anything, and counts as fickle."""
    lowered = query.lower()
    if "\\u" in lowered:
        return False
    return not any(word in lowered for word in _WORDS) or _FICKLE.search(query) is None


def key(*parts: object) -> bytes:
    """A short key for a question, however long that is."""
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).digest()


class VersionCache(Generic[_Key, _Value]):
    """Values of the newest version, up to so many bytes in all; the longest unasked go first.

    One value may take one part in `share` of the room, so that a few large ones do not push all others out.
    """

    def __init__(self, limit: int, share: int) -> None:
        self.limit = limit
        self.size = 0
        self.misses = 0
        self._largest = limit // share
        self._version = -1
        self._lock = threading.Lock()
        self._kept: OrderedDict[_Key, tuple[_Value, int]] = OrderedDict()

    def fits(self, size: int) -> bool:
        """Whether a value of so many bytes is kept at all."""
        return size <= self._largest

    def get(self, version: int, key: _Key) -> _Value | None:
        """The value at this version, if it is here."""
        with self._lock:
            found = self._kept.get(key) if version == self._version else None
            if found is None:
                self.misses += 1
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, version: int, key: _Key, value: _Value, size: int) -> None:
        """Keep a value that fits; one of an older version is passed over, the first of a newer one removes all others."""
        with self._lock:
            if version > self._version:
                self._kept.clear()
                self.size, self._version = 0, version
            if version == self._version and key not in self._kept:
                self._kept[key] = value, size
                self.size += size
                while self.size > self.limit:
                    _, (_, freed) = self._kept.popitem(last=False)
                    self.size -= freed


@dataclass(frozen=True, slots=True)
class _Kept:
    kind: str
    format: str
    body: bytes
    rows: int | None

    def answer(self, version: int) -> Answer:
        """An answer that can be read."""
        answer = Answer(version)
        answer.kind, answer.format, answer.rows = self.kind, self.format, self.rows
        answer.write(self.body)
        return answer


class AnswerCache:
    """Answers of the newest version; see VersionCache."""

    def __init__(self, limit: int) -> None:
        self._cache: VersionCache[bytes, _Kept] = VersionCache(limit, _SHARE)

    @property
    def limit(self) -> int:
        """The room in bytes; 0 where nothing is kept."""
        return self._cache.limit

    @property
    def size(self) -> int:
        """Bytes that are taken."""
        return self._cache.size

    @property
    def misses(self) -> int:
        """How often an answer was not here."""
        return self._cache.misses

    def get(self, version: int, asked: bytes) -> Answer | None:
        """The answer at this version, if it is here."""
        kept = self._cache.get(version, asked)
        return None if kept is None else kept.answer(version)

    def put(self, asked: bytes, answer: Answer) -> Answer:
        """Keep an answer under the version it was given for, where it fits; gives back one that can be read."""
        if not self._cache.fits(answer.length + _OVERHEAD):
            return answer
        kept = _Kept(answer.kind, answer.format, answer.read(), answer.rows)
        self._cache.put(answer.version, asked, kept, answer.length + _OVERHEAD)
        return kept.answer(answer.version)
