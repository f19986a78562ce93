"""An import on a cluster of two workers beside the same in one process: `python -m bench.cluster [QUADS]`.

An invented register of incidents (the importer of docs/importing.md) becomes parts, everything checked: once in one process, once with
two workers of a scheduler on this machine, of which one is killed when half of the rows are read. What comes of both has to
be the same, byte for byte. Of ten million quads (the default) each takes about ten minutes of computing and 8 GB of disk.
"""

from __future__ import annotations

import hashlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.harness.programs import clusters

_QUADS_A_ROW: Final = 24
"""A row comes to so many quads, about."""
_QUADS: Final = 10_000_000


def _onrecord(*words: str, told: Callable[[str], None] = lambda _: None) -> str:
    """What a command says at its end; `told` hears each line when it is said."""
    last = ""
    command = [sys.executable, "-m", "onrecord", *words]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr or ():
            last = line.strip()
            print(f"  {time.strftime('%X')} {last}", file=sys.stderr, flush=True)
            told(last)
    if process.returncode:
        raise RuntimeError(last)
    return last


class _Watch:
    """Seconds by the clock and of computing since it was made, and the most MiB of one process so far."""

    def __init__(self) -> None:
        self._began, self._computed = time.perf_counter(), self._computing()

    @staticmethod
    def _computing() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    def __str__(self) -> str:
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
        clock, computed = time.perf_counter() - self._began, self._computing() - self._computed
        return f"{clock:,.0f} s by the clock, {computed:,.0f} of computing, at most {most:,} MiB in a process"


def _digest(folder: Path) -> tuple[str, int]:
    """Of all parts, one after the other, with the number of their lines."""
    digest, lines = hashlib.sha256(), 0
    for path in sorted(folder.glob("part-*.nq")):
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
                lines += piece.count(b"\n")
    return digest.hexdigest(), lines


def main() -> None:
    """Measure and print."""
    quads = int(sys.argv[1]) if len(sys.argv) > 1 else _QUADS
    rows = quads // _QUADS_A_ROW
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        project = clusters.incidents(scratch / "project")
        table = project / "incidents.csv"
        with table.open("w", encoding="utf-8") as file:
            file.writelines(clusters.table(rows))
        data = str(scratch / "data")
        _onrecord("build", "--data", data)
        words = ["import", "incidents", str(table), "--project", str(project), "--data", data, "--parts"]
        watch = _Watch()
        said = _onrecord(*words, str(scratch / "one"))
        print(f"one process: {watch}; {said}", flush=True)
        (scratch / "cluster").mkdir()
        watch = _Watch()
        with clusters.running(scratch / "cluster", workers=1) as cluster:
            doomed = [cluster.worker()]

            def kill_in_the_middle(line: str) -> None:
                read = line.removesuffix(" rows read").replace(",", "")
                if doomed and read.isdecimal() and int(read) >= rows / 2:
                    os.kill(doomed.pop().pid, signal.SIGKILL)
                    cluster.worker()
                    print(f"  one worker killed after {read} rows, and replaced", file=sys.stderr, flush=True)

            said = _onrecord(
                *words, str(scratch / "two"), "--scheduler", cluster.address, told=kill_in_the_middle
            )
        print(f"two workers, {'none' if doomed else 'one'} killed in the middle: {watch}; {said}", flush=True)
        one, two = _digest(scratch / "one"), _digest(scratch / "two")
        print(
            f"{one[1]:,} and {two[1]:,} quads; {'the same, byte for byte' if one == two else 'NOT THE SAME'}"
        )
        if one != two:
            sys.exit(1)


if __name__ == "__main__":
    main()
