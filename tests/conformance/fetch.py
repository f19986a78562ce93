"""Bring the W3C's SPARQL 1.1 suite from its public repository, at one commit, and check that it is what this project runs.

    python -m tests.conformance.fetch        `make conformance` does this, and runs the suite

CONFORMANCE_REPOSITORY names another place to take it from, such as a clone on this machine. The suite is never part of this
repository: it is kept in .w3c/, which git does not track.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
VARIABLE: Final = "CONFORMANCE_REPOSITORY"
REPOSITORY: Final = "https://github.com/w3c/rdf-tests"
COMMIT: Final = "b11096a3fb9a2e92b8f9c30325711d2ab6de7bdb"
FOLDER: Final = "sparql/sparql11"
DIGEST: Final = "7150c11068c7252e66ab5d22f29c59a071f69ec21ce2e143eb05c2759f46c455"
"""What digest() gives for that folder at that commit."""

BESIDE: Final = ROOT.parent / "shared" / "w3c" / "sparql11"
BROUGHT: Final = ROOT / ".w3c" / "sparql11"


class FetchError(RuntimeError):
    """The suite cannot be had, or is another one; the message says why and what to do."""


def suite() -> Path:
    """Where the suite lies: beside the repository where it is there, else where `make conformance` puts it."""
    return BESIDE if BESIDE.is_dir() else BROUGHT


def digest(folder: Path) -> str:
    """SHA-256 over the names and contents of a folder's files; templates of the W3C's own web pages do not count."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".haml":
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            found.update(f"{content} {path.relative_to(folder).as_posix()}\n".encode())
    return found.hexdigest()


def fetch(repository: str, target: Path, commit: str = COMMIT, expected: str = DIGEST) -> None:
    """Put the suite into `target`, in place of what is there. Raises FetchError, and leaves `target` as it was."""
    if shutil.which("git") is None:
        raise FetchError("there is no git here, which brings the suite: install it (apt-get install git)")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as name:
        scratch = Path(name)
        _git(scratch, "init", "--quiet")
        _git(scratch, "fetch", "--quiet", "--depth=1", repository, commit, source=repository)
        _git(scratch, "-c", "core.autocrlf=false", "checkout", "--quiet", commit, "--", FOLDER)
        found = digest(scratch / FOLDER)
        if found != expected:
            raise FetchError(
                f"what {repository} holds in {FOLDER} at {commit} has the digest {found}, not {expected}: "
                f"it is not the suite that this project is measured with, and was not kept"
            )
        shutil.rmtree(target, ignore_errors=True)
        (scratch / FOLDER).rename(target)


def _git(folder: Path, *words: str, source: str = "") -> None:
    # No question is asked of someone who may not be there, and a silent network is given up after a minute.
    environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    patience = ["-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=60"]
    done = subprocess.run(
        ["git", *patience, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = done.stderr.strip() or f"exit code {done.returncode}"
        if not source:
            raise FetchError(f"git {words[0]} failed: {said}")
        raise FetchError(
            f"{source} does not give commit {COMMIT}: {said}\n"
            f"Where there is no network, say where a clone of {REPOSITORY} is: {VARIABLE}=/path/to/rdf-tests make conformance"
        )


def main() -> None:
    """Fetch the suite unless it is here already, whole; say what was done."""
    where = suite()
    if where.is_dir() and digest(where) == DIGEST:
        print(f"The W3C's suite is here already: {where}")
        return
    if where == BESIDE:
        sys.exit(f"Error: {where} is not the W3C's suite at {COMMIT}: mend it or move it away")
    repository = os.environ.get(VARIABLE, "").strip() or REPOSITORY
    try:
        fetch(repository, where)
    except FetchError as error:
        sys.exit(f"Error: {error}")
    print(f"The W3C's suite was brought from {repository} at {COMMIT} to {where}")


if __name__ == "__main__":
    main()
