"""How long `onrecord load` takes beside Oxigraph's own bulk load, then `onrecord export`, and how much memory each has.

`python -m bench.loads [QUADS…]`: a generated graph in N-Quads into a plain store, the peers in turn, several rounds; each a
program of its own. The memory is what all processes of a program had at once, without the files that they map.
"""

from __future__ import annotations

import contextlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
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


def run(command: Sequence[str]) -> tuple[float, int]:
    """The seconds that a command takes, and the most MiB of memory that it and its descendants had at once."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        most = 0
        ended = threading.Event()

        def watch() -> None:
            nonlocal most
            while not ended.wait(0.05):
                most = max(most, sum(map(_anonymous, _tree(process.pid))))

        watching = threading.Thread(target=watch)
        watching.start()
        said = process.communicate()[1]
        seconds = time.perf_counter() - start
        ended.set()
        watching.join()
    if process.returncode:
        raise RuntimeError(said.decode(errors="replace"))
    return seconds, most >> 10


def _tree(pid: int) -> Iterator[int]:
    yield pid
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in (thread / "children").read_text().split():
                yield from _tree(int(child))


def _anonymous(pid: int) -> int:
    with contextlib.suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/status").read_text().partition("RssAnon:")[2].split()[0])
    return 0


def measure(quads: int, scratch: Path, note: Callable[[str], None]) -> dict[str, tuple[float, int]]:
    """Peer -> the median of its seconds, and the most MiB."""
    file = scratch / f"{quads}.nq"
    with file.open("w") as written:
        written.writelines(generate.lines(quads))
    found: dict[str, list[tuple[float, int]]] = {}
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
        name: (statistics.median(seconds for seconds, _ in runs), max(memory for _, memory in runs))
        for name, runs in found.items()
    }


def main() -> None:
    """Measure and print."""
    print(f"{'quads':>10}  {'':<22}{'seconds':>9}{'/ bulk_load':>13}{'MiB':>8}")
    for quads in [int(word) for word in sys.argv[1:]] or _QUADS:
        with tempfile.TemporaryDirectory() as scratch:
            found = measure(quads, Path(scratch), lambda dot: print(dot, end="", file=sys.stderr, flush=True))
        least = found["pyoxigraph bulk_load"][0]
        for name, (seconds, memory) in found.items():
            print(f"{quads:>10,}  {name:<22}{seconds:>9.2f}{seconds / least:>13.2f}{memory:>8,}")


if __name__ == "__main__":
    main()
