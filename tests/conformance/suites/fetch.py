"""Bring the W3C's suites from their public repositories, each at one commit, and check that they are what this project runs.

    python -m tests.conformance.suites.fetch        `make conformance` does this, and runs the suites

CONFORMANCE_REPOSITORY and CONFORMANCE_JSONLD_REPOSITORY name other places to take them from, such as clones on this
machine. The suites are never part of this repository: they are kept in .w3c/, which git does not track.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[3]
_BESIDE: Final = ROOT.parent / "shared" / "w3c"
_BROUGHT: Final = ROOT / ".w3c"


@dataclass(frozen=True, slots=True)
class Suite:
    """A folder of a public repository at one commit; `digest` is what digest() gives for it there."""

    name: str
    repository: str
    commit: str
    folder: str
    digest: str
    variable: str = "CONFORMANCE_REPOSITORY"

    @property
    def path(self) -> Path:
        """Where it lies: beside the repository where it is there, else where `make conformance` puts it."""
        beside = _BESIDE / self.name
        return beside if beside.is_dir() else _BROUGHT / self.name

    @property
    def absent(self) -> str:
        """What is said where it is not here."""
        return f"the W3C's suite is not here ({self.path}): `make conformance` brings it, and runs it"


SPARQL: Final = Suite(
    "sparql11",
    "https://github.com/w3c/rdf-tests",
    "b11096a3fb9a2e92b8f9c30325711d2ab6de7bdb",
    "sparql/sparql11",
    "7150c11068c7252e66ab5d22f29c59a071f69ec21ce2e143eb05c2759f46c455",
)
RDF: Final = Suite(
    "rdf11",
    SPARQL.repository,
    SPARQL.commit,
    "rdf/rdf11",
    "15157ddd1e4463711ca2ca276458a9b334a1641511b992f30f368d86920b7ea3",
)
JSON_LD: Final = Suite(
    "json-ld",
    "https://github.com/w3c/json-ld-api",
    "92f07705a0c0ac27aa9bc6fe1322dcc9fad0114d",
    "tests",
    "8f3c3e7486ea61b4a97a4e6fac11a9127c5721c40b01511df257dc61ca3eee90",
    "CONFORMANCE_JSONLD_REPOSITORY",
)
SUITES: Final = (SPARQL, RDF, JSON_LD)


class FetchError(RuntimeError):
    """The suite cannot be had, or is another one; the message says why and what to do."""


def digest(folder: Path) -> str:
    """SHA-256 over the names and contents of a folder's files; templates of the W3C's own web pages do not count."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".haml":
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            found.update(f"{content} {path.relative_to(folder).as_posix()}\n".encode())
    return found.hexdigest()


def fetch(suite: Suite, repository: str, target: Path) -> None:
    """Put the suite into `target`, in place of what is there. Raises FetchError, and leaves `target` as it was."""
    if shutil.which("git") is None:
        raise FetchError("there is no git here, which brings the suite: install it (apt-get install git)")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as name:
        scratch = Path(name)
        _git(scratch, "init", "--quiet")
        try:
            _git(scratch, "fetch", "--quiet", "--depth=1", repository, suite.commit)
        except FetchError as error:
            raise FetchError(
                f"{repository} does not give commit {suite.commit}: {error}\nWhere there is no network, say where a clone of "
                f"{suite.repository} is: {suite.variable}=/path/to/{suite.repository.rpartition('/')[2]} make conformance"
            ) from None
        _git(scratch, "-c", "core.autocrlf=false", "checkout", "--quiet", suite.commit, "--", suite.folder)
        found = digest(scratch / suite.folder)
        if found != suite.digest:
            raise FetchError(
                f"what {repository} holds in {suite.folder} at {suite.commit} has the digest {found}, not {suite.digest}: "
                f"it is not the suite that this project is measured with, and was not kept"
            )
        shutil.rmtree(target, ignore_errors=True)
        (scratch / suite.folder).rename(target)


def _git(folder: Path, *words: str) -> None:
    # No question is asked of someone who may not be there, and a silent network is given up after a minute.
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    patience = ["-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=60"]
    done = subprocess.run(
        ["git", *patience, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise FetchError(f"git {words[0]} failed: {done.stderr.strip() or f'exit code {done.returncode}'}")


def main(suites: Iterable[Suite] = SUITES) -> None:
    """Fetch the suites that are not here already, whole; say what was done."""
    for suite in suites:
        where = suite.path
        if where.is_dir() and digest(where) == suite.digest:
            print(f"The W3C's suite is here already: {where}")
            continue
        if where.is_dir() and where.parent == _BESIDE:
            sys.exit(f"Error: {where} is not the W3C's suite at {suite.commit}: mend it or move it away")
        repository = os.environ.get(suite.variable, "").strip() or suite.repository
        try:
            fetch(suite, repository, where)
        except FetchError as error:
            sys.exit(f"Error: {error}")
        print(f"The W3C's suite was brought from {repository} at {suite.commit} to {where}")


if __name__ == "__main__":
    main()
