"""How long `onrecord load` takes beside Oxigraph's own bulk load, then `onrecord export`, and how much memory each has.

`python -m bench.loads [QUADS…]`: a generated graph in N-Quads into a plain store, the peers in turn, several rounds; each a
program of its own. The memory is what all processes of a program had at once, without the files that they map; the computing
is that of all of them, which other work on the machine lengthens less than the time by the clock.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from bench import generate
from bench.machine.processes import Cost, run

_ROUNDS: Final = 3
_QUADS: Final = (100_000, 1_000_000)
_BULK_LOAD: Final = (
    "import sys, pyoxigraph as ox; s = ox.Store(sys.argv[1]); s.bulk_load(path=sys.argv[2], format=ox.RdfFormat.N_QUADS); "
    "s.flush()"
)


def peers(python: str, data: Path, file: Path) -> dict[str, Sequence[str]]:
    """The name of each peer, and its command."""
    scripts = Path(python).parent
    return {
        "pyoxigraph bulk_load": [python, "-c", _BULK_LOAD, str(data), str(file)],
        "oxigraph load": [str(scripts / "oxigraph"), "load", "--location", str(data), "--file", str(file)],
        "onrecord load": [
            *(str(scripts / "onrecord"), "load", "--no-seeds", "--no-shapes", "--data", str(data), str(file)),
        ],
    }


def measure(quads: int, scratch: Path, note: Callable[[str], None]) -> dict[str, Cost]:
    """Peer -> the medians of its seconds, and the most MiB."""
    file = scratch / f"{quads}.nq"
    with file.open("w") as written:
        written.writelines(generate.lines(quads))
    found: dict[str, list[Cost]] = {}
    for _ in range(_ROUNDS):
        for name, command in peers(sys.executable, scratch / "data", file).items():
            found.setdefault(name, []).append(run(command))
            shutil.rmtree(scratch / "data")
        note(".")
    onrecord = peers(sys.executable, scratch / "data", file)["onrecord load"]
    run(onrecord)
    for words in ("turtle", "nquads", "trig", "turtle --current"):
        command = [onrecord[0], "export", "--data", str(scratch / "data"), "--format", *words.split()]
        found[f"export {words}"] = [run(command)]
    return {
        name: Cost(
            statistics.median(one.seconds for one in runs),
            statistics.median(one.computing for one in runs),
            max(one.megabytes for one in runs),
        )
        for name, runs in found.items()
    }


def main() -> None:
    """Measure and print."""
    print(f"{'quads':>10}  {'':<24}{'seconds':>9}{'ratio':>7}{'computing':>11}{'ratio':>7}{'MiB':>6}")
    for quads in [int(word) for word in sys.argv[1:]] or _QUADS:
        with tempfile.TemporaryDirectory() as scratch:
            found = measure(quads, Path(scratch), lambda dot: print(dot, end="", file=sys.stderr, flush=True))
        least = found["pyoxigraph bulk_load"]
        for name, cost in found.items():
            print(
                f"{quads:>10,}  {name:<24}{cost.seconds:>9.2f}{cost.seconds / least.seconds:>7.2f}"
                f"{cost.computing:>11.2f}{cost.computing / least.computing:>7.2f}{cost.megabytes:>6,}"
            )


if __name__ == "__main__":
    main()
