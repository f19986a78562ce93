"""Every setting, once: the command line, the environment, the documentation and /about read this table."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_type_hints

from onrecord.graph.quoting import brief

ENVIRONMENT_PREFIX = "ONRECORD_"
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
_PUBLIC_URL = re.compile(r"https?://(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?/?")
_LEAST_TOKEN = 16
_DAY = 86_400.0
_MOST = 2**31 - 1
_MOST_SECONDS = 1_000_000
"""What a number, and a number of seconds, may be at most, so that the system's calls can take it, times a wall factor too."""


class SettingError(ValueError):
    """A setting has a value it cannot take; the message names the variable, the value and what is taken."""


def _setting(  # noqa: PLR0913  (each a property of the setting)
    default: Any,
    help_: str,
    *,
    least: float | None = None,
    most: int = _MOST,
    choices: tuple[str, ...] = (),
    secret: bool = False,
) -> Any:
    metadata = {"help": help_, "least": least, "most": most, "choices": choices, "secret": secret}
    # A secret stays out of repr(), since that is what ends up in logs.
    return field(default=default, repr=not secret, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can set. Each field is also the environment variable ONRECORD_<FIELD, upper case>."""

    host: str = _setting("127.0.0.1", "address the server listens on")
    port: int = _setting(8000, "port the server listens on", least=0, most=65_535)
    data: Path = _setting(Path("onrecord-data"), "directory that holds the store, its history and snapshots")
    base: str = _setting("https://w3id.org/onrecord/", "IRI under which the data's IRIs are minted")
    public_url: str = _setting(
        "",
        "address at which the public reaches the service, such as https://onrecord.example, for previews, feeds, sitemaps, "
        "descriptions and citations; without it, what has to name one names the Host that a request was sent to",
    )
    query_seconds: float = _setting(10.0, "time limit of one query, in seconds of computing", least=0.05)
    page_seconds: float = _setting(
        20.0, "time limit of one page, over all its queries, in seconds by the clock", least=0.05
    )
    export_seconds: float = _setting(300.0, "time limit of one export, in seconds of computing", least=0.05)
    validation_seconds: float = _setting(
        300.0, "time limit of checking one change, in seconds of computing", least=0.05
    )
    wall_factor: float = _setting(
        3.0,
        "how many times a limit in seconds of computing may pass by the clock, where a request has to wait for a busy "
        "processor or disk",
        least=1,
        most=1_000,
    )
    readers: int = _setting(4, "reader processes, which is how many queries run at once", least=1)
    queue: int = _setting(32, "queries that may wait for a reader; further ones are answered 503", least=0)
    worker_megabytes: int = _setting(1024, "memory limit of one reader process, in MiB", least=128)
    result_megabytes: int = _setting(64, "size limit of one query's result, in MiB", least=1)
    result_rows: int = _setting(1_000_000, "how many rows, or triples, one query's result may have", least=1)
    memory_quads: int = _setting(
        20_000,
        "up to how many quads a reader keeps the graph in memory, which makes queries several times as fast",
        least=0,
    )
    request_kilobytes: int = _setting(256, "size limit of a request's body, in KiB", least=1)
    query_kilobytes: int = _setting(64, "size limit of a query's text, in KiB", least=1)
    query_nesting: int = _setting(200, "how deep a query's brackets may nest", least=1)
    query_patterns: int = _setting(100, "how many triple patterns a query may hold", least=1)
    snapshots: int = _setting(8, "how many of the newest versions stay readable", least=1)
    threads: int = _setting(
        512,
        "threads of the front process, made when needed, which is how many requests may be under way at once; four "
        "times as many connections may be open",
        least=1,
    )
    cache_megabytes: int = _setting(
        64, "room for answers that may be asked for again, in MiB; 0 keeps none", least=0
    )
    held_megabytes: int = _setting(
        1024,
        "how much is held, in memory and on disk, for clients that send a body or take an answer, in MiB; further ones are "
        "answered 503, and one client may have half of it",
        least=1,
    )
    client_requests: float = _setting(
        0.0,
        "requests a second that one client may make; further ones are answered 429; 0 sets no limit",
        least=0,
    )
    client_burst: int = _setting(
        60, "requests that one client may make at once before that limit bites", least=1
    )
    trusted_proxies: str = _setting(
        "",
        "addresses or networks of proxies that are believed when they say who the client is, with commas between",
    )
    proxy_header: str = _setting(
        "none",
        "in which header they say it: Forwarded (RFC 7239), if they replace or extend what a client sends under that name; "
        "X-Forwarded-For (with -Proto and -Host), if they do, and drop headers whose names have an underscore; none is believed "
        "unless it is named here",
        choices=("none", "Forwarded", "X-Forwarded-For"),
    )
    access_log: bool = _setting(True, "whether each request is logged on stderr, as a line of JSON")
    seeds: bool = _setting(
        True, "whether `onrecord serve` builds the graph from the seeds where there is none"
    )
    shapes: bool = _setting(
        True, "whether changes are held against the shapes; without seeds and shapes it is a plain store"
    )
    fast_shapes: bool = _setting(
        True,
        "whether a fast engine, where it is installed, is asked first which parts of a change break the shapes; pyshacl then "
        "judges those alone, and all of the change where the fast engine fails or the two do not agree",
    )
    admin_token: str = _setting(
        "",
        "a first token, called admin, that opens everything: at least 16 letters, digits or any of - . _ ~ + /",
        secret=True,
    )
    update_seconds: float = _setting(
        30.0, "time limit of evaluating one update or reading one upload, in seconds of computing", least=0.05
    )
    commit_seconds: float = _setting(
        300.0, "time limit of writing one change to disk, in seconds by the clock", least=0.05
    )
    update_kilobytes: int = _setting(1024, "size limit of an update's text, in KiB", least=1)
    upload_kilobytes: int = _setting(
        16384, "size limit of RDF that is sent to the graph store, in KiB", least=1
    )
    change_megabytes: int = _setting(256, "size limit of what one update or upload changes, in MiB", least=1)
    writers: int = _setting(
        8, "updates and uploads that may wait their turn; further ones are answered 503", least=0
    )
    service_hosts: str = _setting(
        "",
        "hosts that SERVICE may ask, by https, as name or name:port with commas between; without any it is refused",
    )
    service_seconds: float = _setting(
        5.0, "time limit of one SERVICE, in seconds; all those of a query have the query's own", least=0.05
    )
    service_kilobytes: int = _setting(1024, "size limit of the answer to one SERVICE, in KiB", least=1)
    slow_seconds: float = _setting(
        20.0,
        "how long a client may send a body, or take an answer, at less than 1 KiB a second, take over a header, or "
        "keep a connection idle, in seconds",
        least=0.05,
    )
    store: str = _setting(
        "",
        "address of a SPARQL 1.1 query service that has a mirror of the graph and answers what is asked of the newest version",
    )
    store_update: str = _setting(
        "", "address of its update service, where that is another one, by which the mirror is kept level"
    )
    store_user: str = _setting("", "user name for both, for basic and digest authentication")
    store_password: str = _setting("", "password for both, or the bearer token", secret=True)
    store_auth: str = _setting(
        "basic", "how they are given: basic, digest or bearer", choices=("basic", "digest", "bearer")
    )
    store_authority: str = _setting(
        "",
        "file of certificates, in PEM, by which that server's own one is checked in place of the public authorities",
    )
    store_server: str = _setting(
        "",
        "what server it is, where its header Server does not say so (behind a proxy, say): virtuoso, fuseki, graphdb, neptune, qlever "
        "or oxigraph",
        choices=("", "virtuoso", "fuseki", "graphdb", "neptune", "qlever", "oxigraph"),
    )
    replica_of: str = _setting(
        "",
        "address of the service that this one is a replica of; it then takes its commits from there and refuses all others",
    )
    replica_token: str = _setting(
        "", "the token by which a replica asks for them, made there with the scope replica", secret=True
    )
    replica_seconds: float = _setting(
        2.0, "how often a replica asks for what is new, in seconds by the clock", least=0.05
    )
    isolation: str = _setting(
        "warn",
        "what to do where the system does not let child processes have no network: warn, or require, which is not to start",
        choices=("warn", "require"),
    )

    @classmethod
    def read(
        cls, given: Mapping[str, Any] | None = None, environment: Mapping[str, str] | None = None
    ) -> Settings:
        """Settings from what was given, else from ONRECORD_… variables, else the defaults.

        Raises SettingError where a value does not fit its setting's type or bound.
        """
        environment = os.environ if environment is None else environment
        types = get_type_hints(cls)
        values: dict[str, Any] = {}
        for item in fields(cls):
            name = ENVIRONMENT_PREFIX + item.name.upper()
            raw = (given or {}).get(item.name)
            if raw is None:
                raw = environment.get(name)
            if raw is None:
                continue
            try:
                value = _bool(raw) if types[item.name] is bool else types[item.name](raw)
            except ValueError:
                value = math.nan
            if value != value:  # noqa: PLR0124  (NaN, which float() reads too)
                raise SettingError(f"{name}: {brief(raw)} is not {_article(types[item.name])}")
            least = item.metadata["least"]
            if least is not None and value < least:
                raise SettingError(f"{name}: {brief(raw)} is below {least}, the least it can be")
            most = _MOST_SECONDS if item.name.endswith("_seconds") else item.metadata["most"]
            if least is not None and value > most:
                raise SettingError(f"{name}: {brief(raw)} is above {most}, the most it can be")
            choices = item.metadata["choices"]
            if choices and value not in choices:
                raise SettingError(f"{name}: {brief(raw)} is not one of {', '.join(choices)}")
            values[item.name] = value
        if "base" in values and not values["base"].endswith(("/", "#")):
            raise SettingError(
                f"ONRECORD_BASE: {brief(values['base'])} must end in '/' or '#', since names are appended to it"
            )
        _check_public_url(values.get("public_url", ""))
        _check_token(values.get("admin_token", ""))
        return cls(**values)

    @property
    def plain(self) -> bool:
        """Whether this is a plain store: RDF as it comes, in a real default graph, without anything of ours."""
        return not self.seeds and not self.shapes

    def unhurried(self) -> Settings:
        """These settings, with at least a day for each change: for commands that load or import large files."""
        limits = ("update_seconds", "validation_seconds", "commit_seconds")
        return replace(self, **{name: max(_DAY, getattr(self, name)) for name in limits})

    def environment(self) -> dict[str, str]:
        """These settings as ONRECORD_… variables, to hand them to a child process."""
        return {
            ENVIRONMENT_PREFIX + item.name.upper(): str(getattr(self, item.name)) for item in fields(self)
        }


def _check_public_url(url: str) -> None:
    """Refuse what is no address of a service: its pages lead to each other by paths that begin at its root."""
    if url and not _PUBLIC_URL.fullmatch(url):
        raise SettingError(
            f"ONRECORD_PUBLIC_URL: {brief(url)} is not the address of a service: give http:// or https:// and a host, with a port "
            "where it has one, and nothing after it, such as https://onrecord.example"
        )


def _check_token(token: str) -> None:
    """Refuse what no request could send, or anybody could guess; without saying it."""
    if token and not _TOKEN.fullmatch(token):
        raise SettingError(
            "ONRECORD_ADMIN_TOKEN: it holds characters that cannot be sent as a bearer token (RFC 6750, 2.1). Use letters, "
            "digits and - . _ ~ + /, with = at the end only"
        )
    if token and len(token) < _LEAST_TOKEN:
        raise SettingError(
            f"ONRECORD_ADMIN_TOKEN: it has fewer than {_LEAST_TOKEN} characters. Take a random one, such as `openssl rand "
            "-hex 32` prints"
        )


def _bool(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    try:
        return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[
            str(raw).strip().lower()
        ]
    except KeyError:
        raise ValueError from None


def _article(kind: type) -> str:
    named = {int: "a whole number", float: "a number", bool: "one of 1, true, yes, 0, false, no"}
    return named.get(kind, f"a {kind.__name__}")


def table() -> list[tuple[str, str, str]]:
    """(variable, default, help) of every setting, in order."""
    return [
        (ENVIRONMENT_PREFIX + f.name.upper(), _shown(f.default), f.metadata["help"]) for f in fields(Settings)
    ]


def secrets() -> frozenset[str]:
    """The variables whose values are nobody else's business: no page, log or child process may have them."""
    return frozenset(ENVIRONMENT_PREFIX + f.name.upper() for f in fields(Settings) if f.metadata["secret"])


def _shown(default: Any) -> str:
    if isinstance(default, bool):
        return str(int(default))
    return str(default)
