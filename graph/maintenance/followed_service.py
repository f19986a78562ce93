"""The service that a replica follows, as it is spoken to: over HTTP, with a token, without redirects."""

from __future__ import annotations

import http.client
import io
import json
import re
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import IO, Any, Final
from urllib.parse import quote, urlsplit

from onrecord.graph import terms
from onrecord.graph.changes import check_patch
from onrecord.graph.errors import ReplicationFailed, StoreDamaged
from onrecord.graph.quoting import brief

_SECONDS: Final = 30.0
"""How long the other service may stay silent, in the middle of an answer too."""
_PIECE: Final = 1 << 20
_SMALL: Final = 1 << 20
"""Bytes of what it says of itself, at most."""
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class Newest:
    """What a service says of itself to its replicas: its newest version with the id of the commit that made it ("" for
    none), the base of its IRIs, and whether it is a plain store."""

    version: int
    commit: str
    base: str
    plain: bool


class Unreachable(ReplicationFailed):
    """The other service does not answer, or not as it should: it may later."""


class NotThere(Unreachable):
    """The other service has no such thing, or not any more."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Redirects are answered as errors: the token is for the address that it was given for."""


class FollowedService:
    """The service that is followed, at an address, with the token that it wants."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ReplicationFailed(
                f"ONRECORD_REPLICA_OF: {brief(url)} is no address of a service; write it as https://graph.example.org/"
            )
        if "@" in parts.netloc:
            raise ReplicationFailed(
                "ONRECORD_REPLICA_OF: put the token into ONRECORD_REPLICA_TOKEN, not into the address"
            )
        self.url = url.rstrip("/")
        self._headers = {
            "User-Agent": terms.user_agent(),
            "Accept-Encoding": "identity",
        }
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        secured = urllib.request.HTTPSHandler(context=ssl.create_default_context())
        self._opener = urllib.request.build_opener(_NoRedirects(), secured)

    def newest(self) -> Newest:
        """What it has; Unreachable where that cannot be had."""
        text = self._get("/snapshots", "application/json", _SMALL)
        try:
            found = json.loads(text)
            newest = Newest(
                int(found["version"]), str(found["commit"]), str(found["base"]), found["plain"] is True
            )
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise Unreachable(f"{self.url}/snapshots is not what a replica can follow ({error})") from None
        return newest

    def patch(self, version: int) -> bytes:
        """The patch of a version, whole; Unreachable where it cannot be had or is not as it was committed."""
        text = self._get(f"/history/{version}.patch", "*/*")
        try:
            found = check_patch(io.BytesIO(text), f"{self.url}/history/{version}.patch").commit.version
        except StoreDamaged as error:
            raise Unreachable(error.message.partition(". Put back")[0]) from None
        if found != version:
            raise Unreachable(f"{self.url}/history/{version}.patch is that of version {found}")
        return text

    def snapshot(self, version: int) -> dict[str, tuple[int, str]]:
        """The files of the snapshot of a version, with sizes and SHA-256; NotThere where it is not kept there (any more)."""
        text = self._get(f"/snapshots/{version}", "application/json", _SMALL)
        try:
            files = {
                str(name): (int(size), str(sha)) for name, (size, sha) in json.loads(text)["files"].items()
            }
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise Unreachable(f"{self.url}/snapshots/{version} is no list of files ({error})") from None
        odd = next((name for name in files if not _NAME.fullmatch(name)), None)
        if odd is not None:
            raise Unreachable(
                f"{self.url}/snapshots/{version} names a file {brief(odd)}, which no snapshot has"
            )
        return files

    def download(self, version: int, name: str, file: IO[bytes]) -> None:
        """Append to a file what is missing in it of one of a snapshot; what arrived stays in it whatever happens then."""
        have = file.tell()
        wanted = {"Range": f"bytes={have}-"} if have else {}
        path = f"/snapshots/{version}/{quote(name)}"
        with self._open(path, "*/*", wanted) as response:
            if response.status != 206:
                file.seek(0)
                file.truncate()
            try:
                while piece := response.read1(_PIECE):
                    file.write(piece)
            except (OSError, http.client.HTTPException) as error:
                raise Unreachable(f"{self.url}{path} broke off: {error or type(error).__name__}") from None

    def _get(self, path: str, accept: str, most: int | None = None) -> bytes:
        try:
            with self._open(path, accept, {}) as response:
                found: bytes = response.read(most)
                return found
        except (OSError, http.client.HTTPException) as error:
            raise self._away(path, error) from None

    def _open(self, path: str, accept: str, more: dict[str, str]) -> http.client.HTTPResponse:
        address = self.url + path
        request = urllib.request.Request(address, headers={**self._headers, **more, "Accept": accept})  # noqa: S310  (http or https)
        try:
            response: http.client.HTTPResponse = self._opener.open(request, timeout=_SECONDS)
        except urllib.error.HTTPError as error:
            with error:
                kind = NotThere if error.code in {404, 410} else Unreachable
                raise kind(f"{address} answered {error.code}{_hint(error.code)}") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise self._away(path, error) from None
        return response

    def _away(self, path: str, error: Exception) -> Unreachable:
        why = getattr(error, "reason", None) or error
        return Unreachable(f"{self.url}{path} cannot be had: {why or type(error).__name__}")


def _hint(status: int) -> str:
    if status in {401, 403}:
        return ": give ONRECORD_REPLICA_TOKEN a token that `onrecord token create NAME --scope replica` made there"
    if 300 <= status < 400:
        return ", a redirect, and none is followed: give the address that it leads to"
    return ""
