"""The addresses of static files, and the scripts that `make scripts` bundled, if it was run: pages read well without them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Final

from flask import Flask, current_app, url_for
from markupsafe import Markup

_KEY: Final = "onrecord.assets"
_SCRIPT: Final = Markup('<script type="module" src="{}"></script>')
_PRELOAD: Final = Markup('<link rel="modulepreload" href="{}">')


class Assets:
    """The static files in a folder. `mark` tells one set of bundled scripts from another."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        manifest = folder / "dist" / "manifest.json"
        read = manifest.read_bytes() if manifest.exists() else b"{}"
        self.mark: Final = hashlib.sha256(read).hexdigest()[:10]
        self._entries: dict[str, dict[str, str | list[str]]] = json.loads(read)
        self._fingerprints: dict[str, str] = {}

    def asset(self, name: str) -> str:
        """A static file's address, which changes when the file does, so that browsers may keep it."""
        if name not in self._fingerprints:
            content = (self._folder / name).read_bytes()
            self._fingerprints[name] = hashlib.sha256(content).hexdigest()[:10]
        return url_for("static", filename=name, v=self._fingerprints[name])

    def script(self, name: str) -> Markup:
        """The tags that load a bundled script and what it imports; nothing where there are no bundles."""
        entry = self._entries.get(name)
        if entry is None:
            return Markup()
        tags = [_SCRIPT.format(url_for("static", filename=f"dist/{entry['file']}"))]
        tags += [_PRELOAD.format(url_for("static", filename=f"dist/{file}")) for file in entry["imports"]]
        return Markup("\n").join(tags)


def install(app: Flask) -> None:
    """Give an application's templates asset() and script()."""
    app.extensions[_KEY] = found = Assets(Path(app.static_folder or ""))
    app.jinja_env.globals |= {"asset": found.asset, "script": found.script}


def mark() -> str:
    """What tells the scripts on this application's pages from others of the same release."""
    found: Assets = current_app.extensions[_KEY]
    return found.mark
