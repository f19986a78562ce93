"""Files of a data directory and of a backup, harmed at random: it is found, by name, and no backup of it is made or restored."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad
from tests.torture.run import Run, Scenario

from onrecord.graph.changes import ChangeSet
from onrecord.graph.errors import OnrecordError
from onrecord.graph.ledger import Ledger
from onrecord.graph.maintenance import backups
from onrecord.graph.maintenance.verification import verify
from onrecord.graph.settings import Settings

_COMMITS: Final = 12
_FAULTS: Final = ("not found", "unforeseen", "bad backups", "restored", "left behind")


def _made(directory: Path) -> None:
    settings = Settings(data=directory / "data", shapes=False)
    with Ledger.open(settings) as ledger:
        for number in range(_COMMITS):
            ledger.commit(
                ChangeSet(added=_batch(number), removed=_batch(number - 3)),
                message=f"{number}",
                author="torture",
            )
        backups.make(ledger, settings.data, directory / "backup")


def _batch(number: int) -> frozenset[Quad]:
    graph, predicate = NamedNode("http://e/g"), NamedNode("http://e/p")
    return frozenset(
        Quad(NamedNode(f"http://e/{number}/{row}"), predicate, Literal(f"{number} {row}"), graph)
        for row in range(50 if number >= 0 else 0)
    )


def _flip(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def _cut(path: Path, chance: random.Random) -> None:
    os.truncate(path, chance.randrange(path.stat().st_size))


def _lose(path: Path, _: random.Random) -> None:
    path.unlink()


def _swap(path: Path, chance: random.Random) -> None:
    """Another file of its directory in its place."""
    others = [
        other
        for other in path.parent.iterdir()
        if other.is_file() and other.read_bytes() != path.read_bytes()
    ]
    if others:
        shutil.copyfile(chance.choice(sorted(others)), path)
    else:
        path.unlink()


def _replace(make: Callable[[Path], object]) -> Callable[[Path, random.Random], None]:
    def harm(path: Path, _: random.Random) -> None:
        path.unlink()
        make(path)

    return harm


_HARMS: Final = (_flip, _flip, _cut, _lose, _swap, _replace(os.mkfifo), _replace(Path.mkdir))


def damage(run: Run) -> None:
    """In each round one file of a data directory and one of a backup are harmed."""
    for name in _FAULTS:
        run.count(name, 0)
    made = run.scratch / "made"
    if not made.exists():
        made.mkdir()
        _made(made)
    for round_ in run:
        chance = random.Random(round_)  # noqa: S311
        for kind in ("data", "backup"):
            place = run.scratch / f"round-{round_}"
            shutil.copytree(made / kind, place / kind)
            path = chance.choice(sorted(_files(place / kind)))
            chance.choice(_HARMS)(path, chance)
            run.count(f"{kind} harmed")
            try:
                fault = _look(place, kind)
            except Exception as error:
                fault, error_ = "unforeseen", error
                run.note(f"round {round_}: {path.name}: {error_!r}")
            if fault is not None:
                run.count(fault)
                run.note(f"round {round_}: {path.relative_to(place)}: {fault}")
            shutil.rmtree(place)


def _files(directory: Path) -> Iterator[Path]:
    """What is the truth, and what is made of it and read by others. The store is only compared."""
    for name in ("history", "snapshots"):
        yield from (path for path in (directory / name).rglob("*") if path.is_file() and path.stat().st_size)
    yield from (path for path in (directory / "backup.json", directory / "graph.nq.gz") if path.exists())


def _look(place: Path, kind: str) -> str | None:
    try:
        found = list(verify(place / kind, Settings(), lambda _: None))
    except OnrecordError as error:
        found = [error.message]
    if not found:
        return "not found"
    target = Settings(data=place / "restored", shapes=False)
    backup = place / "backup"
    try:
        if kind == "data":
            with Ledger.open_read_only(Settings(data=place / kind)) as ledger:
                backups.make(ledger, place / kind, backup)
        backups.restore(backup, target)
    except OnrecordError:
        if kind == "data" and backup.exists():
            return "bad backups"
        return "left behind" if sorted(path.name for path in place.iterdir()) != [kind] else None
    # Of a directory whose snapshots alone are harmed, a backup of one that is whole is a good one.
    return "restored" if kind == "backup" else None


DAMAGE: Final = Scenario(
    "damage",
    "files of data directories and backups cut, flipped, lost, exchanged, replaced by pipes and directories",
    rounds=300,
    short=4,
    body=damage,
    most=dict.fromkeys(_FAULTS, 0),
    least={"data harmed": 1, "backup harmed": 1},
)
