"""Every setting, once: the command line, the environment, the documentation and /about read this table."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_type_hints

ENVIRONMENT_PREFIX = "ONRECORD_"


class SettingError(ValueError):
    """A setting has a value it cannot take; the message names the variable, the value and what is taken."""


def _setting(default: Any, help_: str, *, least: float | None = None) -> Any:
    return field(default=default, metadata={"help": help_, "least": least})


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can set. Each field is also the environment variable ONRECORD_<FIELD, upper case>."""

    host: str = _setting("127.0.0.1", "address the server listens on")
    port: int = _setting(8000, "port the server listens on", least=0)
    data: Path = _setting(Path("onrecord-data"), "directory that holds the store, its history and snapshots")
    base: str = _setting("https://w3id.org/onrecord/", "IRI under which the data's IRIs are minted")
    query_seconds: float = _setting(10.0, "time limit of one query, in seconds", least=0.05)
    export_seconds: float = _setting(300.0, "time limit of one export, in seconds", least=0.05)
    validation_seconds: float = _setting(300.0, "time limit of checking one change, in seconds", least=0.05)
    readers: int = _setting(2, "reader processes, which is how many queries run at once", least=1)
    queue: int = _setting(32, "queries that may wait for a reader; further ones are answered 503", least=0)
    worker_megabytes: int = _setting(1024, "memory limit of one reader process, in MiB", least=64)
    result_megabytes: int = _setting(64, "size limit of one query's result, in MiB", least=1)
    request_kilobytes: int = _setting(256, "size limit of a request's body, in KiB", least=1)
    upload_kilobytes: int = _setting(16384, "size limit of an RDF document that is sent, in KiB", least=1)
    query_kilobytes: int = _setting(64, "size limit of a query's text, in KiB", least=1)
    query_nesting: int = _setting(200, "how deep a query's brackets may nest", least=1)
    query_patterns: int = _setting(100, "how many triple patterns a query may hold", least=1)
    snapshots: int = _setting(8, "how many of the newest versions stay readable", least=1)
    threads: int = _setting(32, "threads of the front process", least=1)

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
                value = types[item.name](raw)
            except ValueError:
                raise SettingError(f"{name}: {raw!r} is not {_article(types[item.name])}") from None
            least = item.metadata["least"]
            if least is not None and value < least:
                raise SettingError(f"{name}: {raw} is below {least}, the least it can be")
            values[item.name] = value
        if "base" in values and not values["base"].endswith(("/", "#")):
            raise SettingError(
                f"ONRECORD_BASE: {values['base']!r} must end in '/' or '#', since names are appended to it"
            )
        return cls(**values)

    def environment(self) -> dict[str, str]:
        """These settings as ONRECORD_… variables, to hand them to a child process."""
        return {
            ENVIRONMENT_PREFIX + item.name.upper(): str(getattr(self, item.name)) for item in fields(self)
        }


def _article(kind: type) -> str:
    return {int: "a whole number", float: "a number"}.get(kind, f"a {kind.__name__}")


def table() -> list[tuple[str, str, str]]:
    """(variable, default, help) of every setting, in order."""
    return [
        (ENVIRONMENT_PREFIX + f.name.upper(), str(f.default), f.metadata["help"]) for f in fields(Settings)
    ]
