"""A process with a ledger in it that commits without end and checks what it sees: the victim of kills and power cuts.

Version n adds batch n and removes batch n-20, so that what a version must hold is known from its number alone. Each
line on standard output is one JSON object: opened, acknowledged, refused or wrong. As a program:
`python -m tests.torture.victims.ledgers DATA [SETTINGS]`, with more settings as JSON, such as those of a server that mirrors it.
"""

from __future__ import annotations

import json
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, Quad

from onrecord.graph import errors
from onrecord.graph.changes import ChangeSet
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

BATCH: Final = 40
KEPT: Final = 20
_EX: Final = "http://example.org/"
_COUNTS: Final = "SELECT ?s (COUNT(*) AS ?n) { ?s <http://example.org/p> ?o } GROUP BY ?s"


def batch(number: int) -> frozenset[Quad]:
    """The quads of one batch."""
    subject, predicate = NamedNode(f"{_EX}{number}"), NamedNode(_EX + "p")
    graph = NamedNode(f"{_EX}g{number % 3}")
    return frozenset(Quad(subject, predicate, Literal(f"{number} {i}"), graph) for i in range(BATCH))


def change(version: int) -> ChangeSet:
    """What makes this version of the one before."""
    gone = batch(version - KEPT) if version > KEPT else frozenset()
    return ChangeSet(added=batch(version), removed=gone)


def expected(version: int) -> dict[int, int]:
    """Batch -> how many of its quads a version holds."""
    return dict.fromkeys(range(max(1, version - KEPT + 1), version + 1), BATCH)


def seen(ledger: Ledger, version: int | None = None) -> tuple[int, dict[int, int]]:
    """The version that answered, and what it holds."""
    answer = ledger.query(_COUNTS, version=version)
    number = answer.version
    rows = json.loads(answer.read())["results"]["bindings"]
    return number, {int(row["s"]["value"].rpartition("/")[2]): int(row["n"]["value"]) for row in rows}


def settings(data: Path) -> Settings:
    """The settings of the victim: few snapshots, since each is checked at every start."""
    return Settings(data=data, readers=2, snapshots=3, query_seconds=120)


def faults(data: Path) -> tuple[int, list[str]]:
    """The version in a data directory, and what is wrong with it or with any snapshot or patch."""
    with Ledger.open(settings(data), _gate=False) as ledger:
        found = _check_versions(ledger)
        versions = [commit.version for commit in ledger.history()]
        if versions != list(range(ledger.version, 0, -1)):
            found.append(f"the history of version {ledger.version} has gaps: {versions[:5]}")
        return ledger.version, found


def _check_versions(ledger: Ledger) -> list[str]:
    found: list[str] = []
    for version in ledger.about()["versions"]:
        try:
            number, content = seen(ledger, version)
        except errors.OnrecordError as error:
            found.append(f"unreadable: snapshot {version}: {error}")
            continue
        if (number, content) != (version, expected(version)):
            found.append(f"torn: version {version} holds {content}")
    return found


_speaking = threading.Lock()


def _say(**words: Any) -> None:
    with _speaking:
        print(json.dumps(words), flush=True)


def _read_on(ledger: Ledger) -> None:
    while True:
        try:
            number, content = seen(ledger)
        except errors.OnrecordError as error:
            # A reader that is killed over a query is an error, said as such; anything else is told.
            if not isinstance(error, (errors.QueryMemory, errors.UnknownVersion)):
                _say(unread=f"{type(error).__name__}: {error}")
        else:
            if content != expected(number):
                _say(wrong=f"torn: version {number} was read as {content}")


def main() -> None:
    """Commit without end."""
    more = json.loads(sys.argv[2]) if len(sys.argv) > 2 else {}
    with Ledger.open(replace(settings(Path(sys.argv[1])), **more), _gate=False) as ledger:
        for fault in _check_versions(ledger):
            _say(wrong=fault)
        _say(opened=ledger.version, readers=[reader["pid"] for reader in ledger.about()["readers"]])
        threading.Thread(target=_read_on, args=(ledger,), daemon=True).start()
        while True:
            version = ledger.version + 1
            try:
                made = ledger.commit(change(version), message=str(version), author="torture")
            except errors.OnrecordError as error:
                _say(refused=f"{type(error).__name__}: {error}", version=ledger.version)
            else:
                about = ledger.about()
                readers = [reader["pid"] for reader in about["readers"]]
                pids = {"writer": about["writer"], "launcher": about["launcher"], "readers": readers}
                _say(acknowledged=made.version, **pids)


if __name__ == "__main__":
    main()
