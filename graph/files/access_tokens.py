"""Tokens: who may write, and what. Only their hashes are kept, in one file that a running server rereads.

A token has some 256 random bits, so a plain SHA-256 of it cannot be guessed back, and looking one up costs nothing.
The file is replaced whole, never edited in place: a reader sees the old list or the new one.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import hmac
import json
import os
import re
import secrets
import stat
import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from onrecord.graph.errors import BadToken, StoreDamaged
from onrecord.graph.files import atomic
from onrecord.graph.quoting import brief
from onrecord.graph.settings import Settings

SCOPES: Final[Mapping[str, str]] = {
    "update": "SPARQL Update at /sparql",
    "store": "whole graphs at /store",
    "replica": "what a replica follows, at /snapshots",
    "admin": "everything",
}
"""Scope -> what it opens."""

ADMIN: Final = "admin"
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_NAME: Final = re.compile(r"[\w][\w .@+-]{0,63}")
_PREFIX: Final = "onrecord-"


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What is kept of a token: whom it was made for, what it opens, when it was made, and its hash."""

    name: str
    scopes: frozenset[str]
    created: datetime
    sha256: str

    def opens(self, scope: str) -> bool:
        """Whether the holder may do this."""
        return scope in self.scopes or ADMIN in self.scopes

    def to_dict(self) -> dict[str, Any]:
        """This token as JSON."""
        return {
            "name": self.name,
            "scopes": sorted(self.scopes),
            "created": self.created.isoformat(),
            "sha256": self.sha256,
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> AccessToken:
        """The token that to_dict wrote; ValueError, KeyError or TypeError for anything else."""
        name, scopes, sha256 = value["name"], value["scopes"], value["sha256"]
        if not (isinstance(name, str) and isinstance(scopes, list) and set(scopes) <= SCOPES.keys()):
            raise ValueError(f"{brief(name)} is no name, or its scopes are not among {', '.join(SCOPES)}")
        if not _DIGEST.fullmatch(sha256):
            raise ValueError(f"the sha256 of {brief(name)} is not 64 hexadecimal digits")
        return cls(name, frozenset(scopes), datetime.fromisoformat(value["created"]), sha256)


class AccessTokens:
    """The tokens of a data directory, and the one that the settings give. Any number of threads may look them up."""

    def __init__(self, settings: Settings) -> None:
        self.path = settings.data / "tokens.json"
        self._first = None
        if settings.admin_token:
            self._first = AccessToken(
                ADMIN, frozenset({ADMIN}), datetime.fromtimestamp(0, UTC), _hash(settings.admin_token)
            )
        self._seen: tuple[int, ...] | None = None
        self._known: tuple[AccessToken, ...] = ()
        self._lock = threading.Lock()

    def holder(self, token: str) -> AccessToken | None:
        """Whose token this is; None where it is nobody's, or was revoked."""
        wanted = _hash(token)
        # Every hash is looked at, whether one fits or not, so that the time taken tells nothing.
        fitting = [known for known in self._all() if hmac.compare_digest(known.sha256, wanted)]
        return fitting[0] if fitting else None

    def known(self) -> list[AccessToken]:
        """The tokens there are, by name; the one of the settings is not among them."""
        return sorted(self._read(), key=lambda token: token.name)

    def create(self, name: str, scopes: Collection[str]) -> str:
        """Make a token and return it: this is the only time it can be seen. BadToken where name or scopes are none."""
        if not _NAME.fullmatch(name):
            raise BadToken(
                f"{brief(name)} cannot be the name of a token: use up to 64 letters, digits, spaces or any of . _ @ + -"
            )
        if name.casefold().split(" ")[0] == "onrecord":
            raise BadToken(
                f"{brief(name)} cannot be the name of a token: commits by names that begin with onrecord are the program's own, "
                "and the next build takes back what a build added. Choose another name"
            )
        if not scopes or not set(scopes) <= SCOPES.keys():
            unknown = ", ".join(sorted(set(scopes) - SCOPES.keys())) or "none at all"
            raise BadToken(f"a token opens one or more of {', '.join(SCOPES)}, not {brief(unknown)}")
        secret = _PREFIX + secrets.token_urlsafe(32)
        with self._changing() as tokens:
            if name == ADMIN and self._first is not None:
                raise BadToken("the token of ONRECORD_ADMIN_TOKEN is called admin: choose another name")
            if any(token.name == name for token in tokens):
                raise BadToken(
                    f"there is a token called {brief(name)} already: revoke it first, or choose another name"
                )
            tokens.append(AccessToken(name, frozenset(scopes), datetime.now(UTC), _hash(secret)))
        return secret

    def revoke(self, name: str) -> None:
        """Make a token worthless, at once and for every running server on this directory. BadToken for an unknown name."""
        with self._changing() as tokens:
            kept = [token for token in tokens if token.name != name]
            if len(kept) == len(tokens):
                there = ", ".join(sorted(token.name for token in tokens)) or "none"
                hint = " (ONRECORD_ADMIN_TOKEN is taken back by unsetting it)" if name == ADMIN else ""
                raise BadToken(f"there is no token called {brief(name)}; there is {there}{hint}")
            tokens[:] = kept

    def _all(self) -> tuple[AccessToken, ...]:
        known = self._read()
        return known if self._first is None else (self._first, *known)

    def _read(self) -> tuple[AccessToken, ...]:
        with self._lock:
            seen = self._stamp()
            if seen != self._seen:
                self._known = self._load()
                self._seen = seen
            return self._known

    def _stamp(self) -> tuple[int, ...] | None:
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unreadable(error) from None
        # A new file each time, so even two changes within one tick of the clock differ.
        return (found.st_ino, found.st_mtime_ns, found.st_size)

    def _load(self) -> tuple[AccessToken, ...]:
        try:
            if not stat.S_ISREG(self.path.stat().st_mode):
                # Reading a pipe would wait for ever.
                raise self._damaged("it is not a file")
            return tuple(
                AccessToken.from_dict(entry) for entry in json.loads(self.path.read_text())["tokens"]
            )
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise self._unreadable(error) from None
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise self._damaged(error) from None

    def _damaged(self, why: object) -> StoreDamaged:
        return StoreDamaged(
            f"the list of tokens {self.path} is damaged ({why}), so nobody can write: put back a copy of it, or remove it and "
            "make the tokens again"
        )

    def _unreadable(self, error: OSError) -> StoreDamaged:
        return StoreDamaged(
            f"the list of tokens {self.path} cannot be read ({error.strerror}), so nobody can write: give the file to the user "
            "that the service runs as (chown)"
        )

    @contextlib.contextmanager
    def _changing(self) -> Iterator[list[AccessToken]]:
        """The tokens, to be changed in place; two commands at once wait for each other."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # (opening a pipe to write alone would wait for ever)
            descriptor = os.open(self.path.parent / ".tokens.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
            with open(descriptor, "rb", buffering=0) as lock:
                self._hand_over(lock.fileno())
                fcntl.flock(lock, fcntl.LOCK_EX)
                tokens = list(self._load())
                yield tokens
                self._save(tokens)
        except OSError as error:
            raise BadToken(f"{self.path} cannot be written: {error}") from None

    def _save(self, tokens: list[AccessToken]) -> None:
        text = json.dumps({"tokens": [token.to_dict() for token in tokens]}, indent=2) + "\n"
        with atomic.replacing(self.path, 0o600) as file:
            self._hand_over(file.fileno())
            file.write(text.encode())
        # Or a token that was revoked would be back after a power cut.
        atomic.sync(self.path.parent)

    def _hand_over(self, descriptor: int) -> None:
        """What root makes belongs to the owner of the directory, as whom the service runs."""
        if os.geteuid() == 0:
            owner = self.path.parent.stat()
            os.fchown(descriptor, owner.st_uid, owner.st_gid)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
