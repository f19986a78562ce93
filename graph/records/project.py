"""A project: a directory with one's own records and reference data, and onrecord.toml, its settings."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from onrecord.graph.errors import OnrecordError
from onrecord.graph.settings import ENVIRONMENT_PREFIX, Settings, secrets

SETTINGS: Final = "onrecord.toml"
_DATA: Final = "onrecord-data"


class BadProject(OnrecordError):  # noqa: N818
    """A directory is no project, or none can be made there; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project's directory and what its onrecord.toml sets."""

    root: Path
    stated: Mapping[str, Any]

    @classmethod
    def read(cls, root: Path) -> Project:
        """The project in a directory; BadProject where it has none, or its settings cannot be read."""
        path = root / SETTINGS
        try:
            stated = tomllib.loads(path.read_bytes().decode("utf-8"))
        except OSError as error:
            filled = root.is_dir() and any(root.iterdir())  # where 'onrecord init' makes none
            remedy = (
                "An empty file of that name makes it one; 'onrecord init DIR' makes a new one elsewhere"
                if filled
                else f"'onrecord init {root}' makes one"
            )
            raise BadProject(
                f"{root} is no project: {SETTINGS} cannot be read ({error.strerror}). {remedy}"
            ) from None
        except UnicodeDecodeError:
            raise BadProject(f"{path} is not UTF-8: save it as UTF-8") from None
        except tomllib.TOMLDecodeError as error:
            raise BadProject(f"{path} is not TOML: {error}") from None
        known = {item.name for item in fields(Settings)}
        for name, value in stated.items():
            if name not in known:
                raise BadProject(
                    f"{path}: there is no setting '{name}'; docs/settings.md lists them, here in lower case without ONRECORD_"
                )
            if ENVIRONMENT_PREFIX + name.upper() in secrets():
                raise BadProject(
                    f"{path}: '{name}' is a secret and the file is meant to be shared: set it as {ENVIRONMENT_PREFIX}{name.upper()}"
                )
            if not isinstance(value, str | int | float):
                raise BadProject(f"{path}: '{name}' takes a text, a number, true or false")
        return cls(root, stated)

    @classmethod
    def around(cls, path: Path) -> Project | None:
        """The project that a file lies in, if it lies in one."""
        root = next((above for above in path.resolve().parents if (above / SETTINGS).is_file()), None)
        return None if root is None else cls.read(root)

    def environment(self, environment: Mapping[str, str]) -> dict[str, str]:
        """What the project sets as ONRECORD_… variables, under those there are already; paths start from the project."""
        values = {ENVIRONMENT_PREFIX + name.upper(): str(value) for name, value in self.stated.items()}
        data = self.root / str(self.stated.get("data", _DATA))
        return {**values, ENVIRONMENT_PREFIX + "DATA": str(data), **environment}

    def files(self) -> list[Path]:
        """Its record files, sorted: all .yaml and .yml under reference/ and records/."""
        return sorted(
            path
            for room in ("reference", "records")
            for path in (self.root / room).rglob("*")
            if path.suffix in {".yaml", ".yml"} and path.is_file()
        )

    def texts(self) -> dict[str, Path]:
        """The files under texts/, which the project keeps to itself, by the sha256 of what they hold."""
        found = {}
        for path in sorted((self.root / "texts").rglob("*")):
            with suppress(OSError):  # what cannot be read verifies nothing
                if path.is_file():
                    found[hashlib.sha256(path.read_bytes()).hexdigest()] = path
        return found
