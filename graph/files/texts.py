"""The text store: texts of sources that are openly licensed, kept beside the graph, each under the SHA-256 of its bytes.

The graph says which version of which document has which text, and under which licence (rec:sha256, rec:textLicence);
the files say nothing but the text. With it, an excerpt can be checked, and shown with the words around it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from onrecord.graph.errors import StoreDamaged
from onrecord.graph.files import atomic

FOLDER: Final = "texts"
_NAME: Final = re.compile(r"[0-9a-f]{64}")


def digest(text: str) -> str:
    """The SHA-256 of a text in UTF-8, as rec:sha256 gives it."""
    return hashlib.sha256(text.encode()).hexdigest()


class Texts:
    """The texts that are kept in a data directory."""

    def __init__(self, data: Path) -> None:
        self.folder = data / FOLDER

    def path(self, sha256: str) -> Path:
        """Where the text with this hash is kept, or would be."""
        return self.folder / sha256[:2] / f"{sha256}.txt"

    def put(self, text: str) -> str:
        """Keep a text, and return its hash. Its file is on disk then, whole; one that was harmed is written again."""
        sha256 = digest(text)
        path = self.path(sha256)
        if not self._whole(sha256):
            path.parent.mkdir(parents=True, exist_ok=True)
            with atomic.replacing(path) as file:
                file.write(text.encode())
            for directory in (path.parent, self.folder, self.folder.parent):
                atomic.sync(directory)
        return sha256

    def get(self, sha256: str) -> str | None:
        """The text with this hash; None where it is not kept. StoreDamaged where it is not as it was written."""
        if not _NAME.fullmatch(sha256):
            return None
        path = self.path(sha256)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        if hashlib.sha256(content).hexdigest() != sha256:
            raise StoreDamaged(
                f"the text {path} is not as it was written: put it back from a backup, or import its data set again"
            )
        return content.decode()

    def _whole(self, sha256: str) -> bool:
        try:
            return self.get(sha256) is not None
        except StoreDamaged:
            return False

    def copy(self, into: Texts) -> None:
        """Keep there too what is kept here."""
        for sha256 in self.kept():
            text = self.get(sha256)
            if text is not None:
                into.put(text)

    def kept(self) -> Iterator[str]:
        """The hashes of all texts, in order."""
        for path in sorted(self.folder.glob("??/*.txt")):
            if _NAME.fullmatch(path.stem) and path == self.path(path.stem):
                yield path.stem
