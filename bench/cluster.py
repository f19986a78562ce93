"""An import on a cluster of two workers beside the same in one process: `python -m bench.cluster [QUADS]`.

An invented register of incidents (the importer of docs/importing.md) becomes parts, everything checked: once in one process, once with
two workers of a scheduler on this machine, of which one is killed in the middle. Seconds are by the clock; what comes of both has to
be the same, byte for byte. Of ten million quads (the default) each takes about ten minutes of computing and 4 GB of disk.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Final

from tests.harness.programs import clusters

_QUADS_A_ROW: Final = 24
"""A row comes to so many quads, about."""
_QUADS: Final = 10_000_000


def _onrecord(*words: str) -> tuple[float, list[str]]:
    """Seconds that a command takes, and what it says."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "onrecord", *words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return time.perf_counter() - start, done.stderr.splitlines()


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
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        project = clusters.incidents(scratch / "project")
        table = project / "incidents.csv"
        with table.open("w", encoding="utf-8") as file:
            file.writelines(clusters.table(quads // _QUADS_A_ROW))
        data = str(scratch / "data")
        _onrecord("build", "--data", data)
        words = ["import", "incidents", str(table), "--project", str(project), "--data", data, "--parts"]
        alone, _ = _onrecord(*words, str(scratch / "one"))
        print(f"one process: {alone:,.0f} s", flush=True)
        (scratch / "cluster").mkdir()
        with clusters.running(scratch / "cluster", workers=1) as cluster:
            doomed = cluster.worker()
            killer = threading.Timer(alone / 4, lambda: (os.kill(doomed.pid, 9), cluster.worker()))
            killer.start()
            together, said = _onrecord(*words, str(scratch / "two"), "--scheduler", cluster.address)
            killer.cancel()
        print(
            f"two workers, one killed after {alone / 4:,.0f} s and replaced: {together:,.0f} s; {said[1].strip()}"
        )
        one, two = _digest(scratch / "one"), _digest(scratch / "two")
        print(
            f"{one[1]:,} and {two[1]:,} quads; {'the same, byte for byte' if one == two else 'NOT THE SAME'}"
        )
        if one != two:
            sys.exit(1)


if __name__ == "__main__":
    main()
