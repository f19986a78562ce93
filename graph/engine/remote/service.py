"""One SPARQL 1.1 server, as we speak to it: queries, updates, what it does of its own accord, and what it says when it gave up."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth

from onrecord.graph import formats, terms
from onrecord.graph.engine.remote import dialects
from onrecord.graph.errors import EngineFailure, MirrorFailed, QueryTimeout, ResultTooLarge
from onrecord.graph.rows import Term, solutions
from onrecord.graph.settings import SettingError, Settings

JSON: Final = formats.JSON.media_type
N_TRIPLES: Final = "application/n-triples"
_CONNECTING: Final = 5.0
_PIECE: Final = 64 << 10
_SMALL: Final = 64 << 20
_UPDATING: Final = 600.0
"""Seconds that one update may take there."""

# What makes the union of all graphs the default graph, where it is not already.
_UNIONS: Final[Sequence[dict[str, str]]] = (
    {},
    {"union-default-graph": "true"},
    {"default-graph-uri": "urn:x-arq:UnionGraph"},
    {"default-graph-uri": "tag:stardog:api:context:all"},
)


class _Bearer(AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class RemoteServer:
    """A server, at the addresses of the settings. Any number of threads may ask it."""

    def __init__(self, settings: Settings) -> None:
        self.url = _checked(settings.store, "ONRECORD_STORE")
        self._update = _checked(settings.store_update or settings.store, "ONRECORD_STORE_UPDATE")
        self._session = requests.Session()
        # Neither .netrc nor the variables of proxies: what is sent and to whom stands in the settings alone.
        self._session.trust_env = False
        self._session.headers["User-Agent"] = terms.user_agent()
        adapter = HTTPAdapter(pool_connections=2, pool_maxsize=settings.readers + settings.queue)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, adapter)
        self._auth = _auth(settings)
        self.name = ""
        """What it calls itself, "" before it was asked anything."""
        self.union: dict[str, str] = {}
        """The parameters by which its default graph is the union of all graphs."""
        self.pragmas = ""
        """What a query has to begin with there, so that it does not see what is the server's own."""

    @property
    def dialect(self) -> dialects.Dialect:
        """What it does in its own way."""
        return dialects.of(self.name)

    def select(self, text: str, parameters: Mapping[str, str] | None = None) -> list[dict[str, Term]]:
        """The rows of a SELECT of our own."""
        body = self.query(text, JSON, _UPDATING, _SMALL, list((parameters or {}).items()))
        try:
            return solutions(body)
        except (SyntaxError, ValueError, TypeError) as error:
            raise MirrorFailed(f"{self.url} answered a SELECT with what is no table ({error})") from None

    def query(
        self, text: str, accept: str, seconds: float, most: int, parameters: Sequence[tuple[str, str]] = ()
    ) -> bytes:
        """The answer to a query, whole; within so many seconds by the clock and so many bytes.

        QueryTimeout and ResultTooLarge where it is more; MirrorFailed where there is none, or only a part.
        """
        until = time.monotonic() + seconds
        fields = [("query", text), *self.dialect.limit(seconds).items(), *parameters]
        with self._post(self.url, fields, accept, (_CONNECTING, seconds)) as response:
            if response.headers.get("X-SQL-State") == "S1TAT" or response.status_code in {408, 504}:
                raise QueryTimeout(
                    f"{self.url} stopped the query at its time limit; ask for less, or add LIMIT"
                )
            if "X-SPARQL-MaxRows" in response.headers or "X-SQL-State" in response.headers:
                raise MirrorFailed(f"{self.url} sent only a part of the answer")
            if response.status_code != 200:
                raise MirrorFailed(f"{self.url} answered {response.status_code}: {_said(response)}")
            return self._read(response, until, most)

    def _read(self, response: requests.Response, until: float, most: int) -> bytes:
        body = bytearray()
        try:
            for piece in response.iter_content(_PIECE):
                body += piece
                if len(body) > most:
                    raise ResultTooLarge(
                        f"the result is larger than {most >> 20} MiB; add LIMIT, or export the graph"
                    )
                if time.monotonic() > until:
                    raise QueryTimeout(f"{self.url} did not answer in time; ask for less, or add LIMIT")
        except requests.RequestException as error:
            raise MirrorFailed(f"{self.url} broke off its answer ({type(error).__name__})") from None
        return bytes(body)

    def update(self, text: str) -> None:
        """Make an update; MirrorFailed where the server does not say that it was made: it may have been, all the same."""
        with self._post(
            self._update, [(self.dialect.update_field, text)], "*/*", (_CONNECTING, _UPDATING)
        ) as response:
            if not 200 <= response.status_code < 300:
                raise MirrorFailed(f"{self._update} answered {response.status_code}: {_said(response)}")

    def _post(
        self, url: str, fields: Sequence[tuple[str, str]], accept: str, timeout: tuple[float, float]
    ) -> requests.Response:
        # A form, since Virtuoso hangs over a query that is the body itself.
        try:
            response = self._session.post(
                url, data=list(fields), headers={"Accept": accept}, auth=self._auth, timeout=timeout, stream=True,
                allow_redirects=False,
            )  # fmt: skip
        except requests.ReadTimeout:
            raise QueryTimeout(f"{url} did not answer in time; ask for less, or add LIMIT") from None
        except requests.RequestException as error:
            raise MirrorFailed(f"{url} cannot be reached ({type(error).__name__})") from None
        self.name = response.headers.get("Server", "")
        return response

    def find_union(self, seen: Callable[[dict[str, str]], bool]) -> None:
        """Find out by which parameters a query sees the union of all graphs; EngineFailure where there are none."""
        for parameters in _UNIONS:
            if seen(parameters):
                self.union = parameters
                return
        raise EngineFailure(
            f"{self.url} has no default graph that is the union of all graphs, which the data is written for: set it so there "
            "(for Fuseki unionDefaultGraph)"
        )

    def close(self) -> None:
        """Close its connections."""
        self._session.close()


def _checked(url: str, setting: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.fragment or "@" in parts.netloc:
        raise SettingError(
            f"{setting}: {url!r} is no address of a SPARQL service; write it as https://host/sparql, without name or password"
        )
    return url


def _auth(settings: Settings) -> AuthBase | None:
    if not settings.store_password:
        return None
    if settings.store_auth == "bearer":
        return _Bearer(settings.store_password)
    kind: Any = HTTPDigestAuth if settings.store_auth == "digest" else HTTPBasicAuth
    made: AuthBase = kind(settings.store_user, settings.store_password)
    return made


def _said(response: requests.Response) -> str:
    """The beginning of what a server says of an error."""
    try:
        text = next(response.iter_content(2048), b"").decode("utf-8", "replace")
    except requests.RequestException:
        return "without a reason"
    return " ".join(text.split())[:300] or "without a reason"
