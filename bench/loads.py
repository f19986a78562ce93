"""How long `onrecord load` takes beside Oxigraph's own bulk load, then `onrecord export`, and how much memory each has.

`python -m bench.loads [QUADS…]`: a generated graph in N-Quads into a plain store, the peers in turn, several rounds; each a
program of its own. The memory is what all processes of a program had at once, without the files that they map; the computing
is that of all of them, which other work on the machine lengthens less than the time by the clock.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench import generate

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


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command takes: seconds by the clock and of computing, and the most MiB of memory at once."""

    seconds: float
    computing: float
    megabytes: int


def run(command: Sequence[str]) -> Cost:
    """Run a command, and tell what it and its descendants took."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        most, computing = 0, 0.0
        ended = threading.Event()

        def watch() -> None:
            nonlocal most, computing
            while not ended.wait(0.05):
                processes = list(tree(process.pid))
                most = max(most, sum(map(anonymous, processes)))
                computing = max(computing, sum(map(_computed, processes)))

        watching = threading.Thread(target=watch)
        watching.start()
        said = process.communicate()[1]
        seconds = time.perf_counter() - start
        ended.set()
        watching.join()
    if process.returncode:
        raise RuntimeError(said.decode(errors="replace"))
    return Cost(seconds, computing, most >> 10)


def tree(pid: int) -> Iterator[int]:
    """A process and all that it started, by their ids."""
    yield pid
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in (thread / "children").read_text().split():
                yield from tree(int(child))


def _computed(pid: int) -> float:
    """Seconds of computing of a process, and of those of its children that have ended."""
    with contextlib.suppress(OSError, IndexError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def anonymous(pid: int) -> int:
    """KiB of memory of a process, without files that it maps."""
    with contextlib.suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/status").read_text().partition("RssAnon:")[2].split()[0])
    return 0


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
