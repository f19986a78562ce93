"""One SPARQL 1.1 server, as we speak to it: queries, updates, what it does of its own accord, and what it says when it gave up."""

from __future__ import annotations

import itertools
import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final
from urllib.parse import urlencode, urlsplit
from weakref import WeakSet

import requests
import urllib3
from requests.auth import HTTPDigestAuth
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from onrecord.graph import formats, terms
from onrecord.graph.engine.remote import dialects
from onrecord.graph.errors import EngineFailure, MirrorFailed, QueryTimeout, ResultTooLarge
from onrecord.graph.quoting import brief
from onrecord.graph.rows import Term, solutions
from onrecord.graph.settings import SettingError, Settings

JSON: Final = formats.JSON.media_type
N_TRIPLES: Final = "application/n-triples"
_CONNECTING: Final = 5.0
_PIECE: Final = 64 << 10
_SMALL: Final = 64 << 20
_UPDATING: Final = 600.0
"""Seconds that one update may take there."""

_TAGS: Final = re.compile(
    r"<(?:style|script|head)\b.*?</(?:style|script|head)>|<!?/?[a-z][^<>]*>", re.IGNORECASE | re.DOTALL
)
"""What pages of servers have beside their words."""

# What makes the union of all graphs the default graph, where it is not already.
_UNIONS: Final[Sequence[dict[str, str]]] = (
    {},
    {"union-default-graph": "true"},
    {"default-graph-uri": "urn:x-arq:UnionGraph"},
    {"default-graph-uri": "tag:stardog:api:context:all"},
)


class _Acknowledging(urllib3.connection.HTTPConnection):
    """A connection that acknowledges the first part of an answer at once: a server that sends an answer in several parts may
    wait for that, and the system puts it off by 40 ms otherwise."""

    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]  # (as in the class below it)
        """The answer."""
        if self.sock is not None and hasattr(socket, "TCP_QUICKACK"):
            # (it holds for what comes next, and no longer)
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        return super().getresponse()


class _Plain(urllib3.HTTPConnectionPool):
    ConnectionCls = _Acknowledging


class RemoteServer:
    """A server, at the addresses of the settings. Any number of threads may ask it."""

    def __init__(self, settings: Settings) -> None:
        self.url = _checked(settings.store, "ONRECORD_STORE")
        self._update = _checked(settings.store_update or settings.store, "ONRECORD_STORE_UPDATE")
        self._headers = {
            "User-Agent": terms.user_agent(),
            # Packed, a graph that breaks off could not be told from a whole one.
            "Accept-Encoding": "identity",
            "Content-Type": "application/x-www-form-urlencoded",
            **_authorization(settings),
        }
        # (requests, which can answer a challenge, takes a millisecond more for each query than the library that it stands on.)
        self._pool = urllib3.PoolManager(
            2,
            maxsize=settings.readers + settings.queue,
            ca_certs=_authority(settings),
            cert_reqs="CERT_REQUIRED",
        )
        self._pool.pool_classes_by_scheme = {**self._pool.pool_classes_by_scheme, "http": _Plain}
        self._session = requests.Session()
        # Neither .netrc nor the variables of proxies: what is sent and to whom stands in the settings alone.
        self._session.trust_env = False
        self._session.verify = _authority(settings)
        if settings.store_password and settings.store_auth == "digest":
            self._session.auth = HTTPDigestAuth(settings.store_user, settings.store_password)
        self._server = settings.store_server
        self._challenging: set[str] = set()
        """The addresses that want a digest."""
        self._sockets: WeakSet[socket.socket] = WeakSet()
        self._connections = itertools.count(1)
        self.connected = 0
        """Another number whenever something was answered on a new connection: the server may have been started again."""
        self.name = ""
        """What it calls itself, "" before it was asked anything."""
        self.union: dict[str, str] = {}
        """The parameters by which its default graph is the union of all graphs."""
        self.pragmas = ""
        """What a query has to begin with there, so that it does not see what is the server's own."""
        self.own_names: frozenset[str] = frozenset()
        """The predicates and classes of what is the server's own."""

    @property
    def dialect(self) -> dialects.Dialect:
        """What it does in its own way."""
        return dialects.of(self._server or self.name)

    def select(
        self, text: str, parameters: Mapping[str, str] | None = None, *, seconds: float = _UPDATING
    ) -> list[dict[str, Term]]:
        """The rows of a SELECT of our own, which the server is told no limit for: some refuse one above their own.
        MirrorFailed where none come."""
        fields = [("query", text), *(parameters or {}).items()]
        body = self._asked(fields, JSON, seconds, _SMALL)
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
        dialect = self.dialect
        fields = [("query", dialect.limited(text, seconds)), *dialect.limit(seconds).items(), *parameters]
        return self._asked(fields, accept, seconds, most)

    def _asked(self, fields: Sequence[tuple[str, str]], accept: str, seconds: float, most: int) -> bytes:
        until = time.monotonic() + seconds
        with self._post(self.url, fields, accept, (_CONNECTING, seconds)) as response:
            headers, status = response.headers, response.status
            if headers.get("X-SQL-State") == "S1TAT" or status in {408, 504}:
                raise self._stopped()
            if (rows := headers.get("X-SPARQL-MaxRows")) is not None:
                raise MirrorFailed(
                    f"{self.url} sent only a part of the answer, since it may send {rows[:20]} rows: raise that there (Virtuoso calls "
                    "it ResultSetMaxRows)"
                )
            if "X-SQL-State" in headers:
                raise MirrorFailed(f"{self.url} sent only a part of the answer")
            if status != 200:
                said, (limit, words) = _said(response), self.dialect.stopped
                if status == limit and words in said:
                    raise self._stopped()
                raise MirrorFailed(_refused(self.url, status, said))
            if accept == N_TRIPLES and not _has_an_end(response):
                raise MirrorFailed(f"{self.url} sent a graph of which nobody can tell whether it is whole")
            return self._read(response, until, most)

    def _stopped(self) -> QueryTimeout:
        return QueryTimeout(f"{self.url} stopped the query at its time limit; ask for less, or add LIMIT")

    def _read(self, response: urllib3.BaseHTTPResponse, until: float, most: int) -> bytes:
        body = bytearray()
        try:
            for piece in response.stream(_PIECE):
                body += piece
                if len(body) > most:
                    raise ResultTooLarge(
                        f"the result is larger than {most >> 20} MiB; add LIMIT, or export the graph"
                    )
                if time.monotonic() > until:
                    raise QueryTimeout(f"{self.url} did not answer in time; ask for less, or add LIMIT")
        except urllib3.exceptions.HTTPError as error:
            raise MirrorFailed(f"{self.url} broke off its answer ({type(error).__name__})") from None
        return bytes(body)

    def update(self, text: str) -> None:
        """Make an update; MirrorFailed where the server does not say that it was made: it may have been, all the same."""
        with self._post(
            self._update, [(self.dialect.update_field, text)], "*/*", (_CONNECTING, _UPDATING)
        ) as response:
            if not 200 <= response.status < 300:
                raise MirrorFailed(_refused(self._update, response.status, _said(response)))

    def _post(
        self, url: str, fields: Sequence[tuple[str, str]], accept: str, timeout: tuple[float, float]
    ) -> urllib3.BaseHTTPResponse:
        # A form, since Virtuoso hangs over a query that is the body itself.
        body, headers = urlencode(fields), {**self._headers, "Accept": accept}
        try:
            if url not in self._challenging:
                response = self._pool.request(
                    "POST", url, body=body, headers=headers, timeout=urllib3.Timeout(*timeout),
                    preload_content=False, redirect=False, retries=False,
                )  # fmt: skip
                if response.status == 401 and self._session.auth is not None:
                    response.close()
                    self._challenging.add(url)
            if url in self._challenging:
                response = self._session.post(
                    url, data=body, headers=headers, timeout=timeout, stream=True, allow_redirects=False
                ).raw
        except (urllib3.exceptions.ReadTimeoutError, requests.ReadTimeout):
            raise QueryTimeout(f"{url} did not answer in time; ask for less, or add LIMIT") from None
        except (urllib3.exceptions.HTTPError, requests.RequestException) as error:
            raise MirrorFailed(f"{url} cannot be reached ({_reason(error)})") from None
        self.name = response.headers.get("Server", "")
        used = getattr(response.connection, "sock", None)  # (none where it is closed after each answer)
        if used is None or used not in self._sockets:
            self.connected = next(self._connections)
        if used is not None:
            self._sockets.add(used)
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
        self._pool.clear()


def _checked(url: str, setting: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.fragment or "@" in parts.netloc:
        raise SettingError(
            f"{setting}: {brief(url)} is no address of a SPARQL service; write it as https://host/sparql, without name or password"
        )
    return url


def _authority(settings: Settings) -> str:
    """The file of certificates by which a server's own is checked. SettingError where it cannot be read as that."""
    named = settings.store_authority
    try:
        ssl.create_default_context(cafile=named or None)
    except OSError as error:  # (what is no certificate is one, too)
        raise SettingError(
            f"ONRECORD_STORE_AUTHORITY: {brief(named)} cannot be read as certificates ({error.strerror or error}); name a file in PEM"
        ) from None
    return named or DEFAULT_CA_BUNDLE_PATH


def _has_an_end(response: urllib3.BaseHTTPResponse) -> bool:
    """Whether a body that breaks off is noticed: N-Triples have no end of their own, and neither does what is packed."""
    headers = response.headers
    is_framed = "Content-Length" in headers or headers.get("Transfer-Encoding", "").lower() == "chunked"
    return is_framed and headers.get("Content-Encoding", "identity").lower() == "identity"


def _authorization(settings: Settings) -> dict[str, str]:
    """The header that says who asks; none where that is said in answer to a challenge."""
    if not settings.store_password or settings.store_auth == "digest":
        return {}
    if settings.store_auth == "bearer":
        return {"Authorization": f"Bearer {settings.store_password}"}
    return urllib3.make_headers(basic_auth=f"{settings.store_user}:{settings.store_password}")


def _refused(url: str, status: int, said: str) -> str:
    remedy = ""
    if status in {401, 403}:
        remedy = "; look at ONRECORD_STORE_USER, ONRECORD_STORE_PASSWORD and ONRECORD_STORE_AUTH"
    elif 300 <= status < 400:
        remedy = "; name the address that it leads to"
    return f"{url} answered {status}: {said}{remedy}"


def _reason(error: BaseException) -> str:
    """What went wrong, by the first cause that says anything of the connection's safety."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, ssl.SSLCertVerificationError):
            return (
                f"its certificate does not hold: {found.verify_message}; where an authority of your own signed it, name that in "
                "ONRECORD_STORE_AUTHORITY"
            )
        if isinstance(found, ssl.SSLError):
            return f"it speaks no TLS that we know: {found.reason}; where it speaks none, write http://"
        found = found.__cause__ or found.__context__
    return type(error).__name__


def _said(response: urllib3.BaseHTTPResponse) -> str:
    """The beginning of what a server says of an error."""
    try:
        text = next(iter(response.stream(2048)), b"").decode("utf-8", "replace")
    except urllib3.exceptions.HTTPError:
        return "without a reason"
    if "html" in response.headers.get("Content-Type", ""):
        text = _TAGS.sub(" ", text)
    return " ".join(text.split())[:300] or "without a reason"
