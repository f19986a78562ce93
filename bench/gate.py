"""What checking a change costs, with the fast engine and with pyshacl alone, in the same run: `python -m bench.gate 20000 100000`.

First the check of an upload of so many invented quads to an empty graph, each engine in a process of its own: seconds until
it is ready (modules loaded, shapes compiled), of computing and by the clock, and the most memory it held. Then small
updates of a graph of ten thousand quads, whole and their check alone, by the clock, medians. `--upload` measures whole uploads
instead: evaluated, derived, checked and committed.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from bench import generate
from bench.commits import Timed
from bench.machine import stores
from onrecord.graph import terms
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

_ENGINES: Final = {"pyshacl alone": False, "fast": True}
_UPDATES: Final = 40
_SMALL: Final = 10_000


def _check(quads: int, *, fast: bool) -> dict[str, Any]:
    """The figures of one process that checks one upload."""
    rows = b"".join(sorted(f"A {line}".encode() for line in generate.lines(quads)))
    began = time.perf_counter()
    from onrecord.graph.validation.fast import Engines  # noqa: PLC0415  (their loading is measured)
    from onrecord.graph.validation.validate import validate  # noqa: PLC0415

    engines = Engines(fast=fast)
    small = b"".join(rows.partition(b"\n")[:2])
    validate(small, ox.Store(), engines)
    ready, clock, computed = time.perf_counter() - began, time.perf_counter(), time.process_time()
    report = validate(rows, ox.Store(), engines)
    assert report.conforms, report.text()
    return {
        "quads": rows.count(b"\n"),
        "start": ready,
        "computing": time.process_time() - computed,
        "clock": time.perf_counter() - clock,
        "MiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _apart(quads: int, *, fast: bool) -> dict[str, float]:
    words = [sys.executable, "-m", "bench.gate", "--one", str(quads), str(int(fast))]
    return json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)  # type: ignore[no-any-return]


def _print_checks(sizes: list[int]) -> None:
    print(f"{'check of an upload':<28}{'quads':>9}{'start s':>9}{'computing s':>13}{'clock s':>9}{'MiB':>7}")
    for size in sizes:
        took = []
        for name, fast in _ENGINES.items():
            found = _apart(size, fast=fast)
            took.append(found["computing"])
            print(
                f"{name:<28}{found['quads']:>9,}{found['start']:>9.2f}{found['computing']:>13.2f}"
                f"{found['clock']:>9.2f}{found['MiB']:>7.0f}",
                flush=True,
            )
        print(f"{'':<28}{took[0] / took[1]:.1f} times as fast in computing")


def _print_updates(scratch: Path) -> None:
    print(f"\n{'small update, p50 of ' + str(_UPDATES):<37}{'ms':>9}{'check ms':>10}")
    ledgers = []
    for name, fast in _ENGINES.items():
        data = stores.copy(_SMALL, scratch / str(fast))
        ledger = Ledger.open(Settings(data=data, fast_shapes=fast))
        ledgers.append((name, ledger, Timed(ledger), []))
        ledger.update(_note(0), author="bench")  # starts the processes
    for number in range(1, _UPDATES + 1):
        # In turn, so that a slow minute of the machine falls on both.
        for _, ledger, timed, rounds in ledgers:
            began = time.perf_counter()
            ledger.update(_note(number), author="bench")
            rounds.append((time.perf_counter() - began, timed.took["check"]))
    for name, ledger, _, rounds in ledgers:
        whole, check = (statistics.median(column) * 1000 for column in zip(*rounds, strict=True))
        print(f"{name:<37}{whole:>9.1f}{check:>10.1f}")
        ledger.close()


def _note(number: int) -> str:
    graph, actor = f"{terms.DEFAULT_BASE}graph/reference", f"{terms.DEFAULT_BASE}actor/g-5"
    return f'INSERT DATA {{ GRAPH <{graph}> {{ <{actor}> rec:note "Note {number}."@en }} }}'


def _print_uploads(sizes: list[int], scratch: Path) -> None:
    print(f"{'whole upload':<28}{'quads':>9}{'s':>8}{'edit':>8}{'check':>8}{'commit':>8}")
    for size in sizes:
        body = "".join(
            f"{line.rstrip()[:-1].rpartition(' <')[0]} .\n" for line in generate.lines(size)
        ).encode()
        for name, fast in _ENGINES.items():
            settings = Settings(
                data=scratch / f"{size}-{fast}",
                seeds=False,
                fast_shapes=fast,
                update_seconds=3600,
                validation_seconds=3600,
                worker_megabytes=8192,
            )
            with Ledger.open(settings) as ledger:
                timed = Timed(ledger)
                began = time.perf_counter()
                ledger.store_write(
                    f"{terms.DEFAULT_BASE}graph/upload",
                    [(body, "application/n-triples")],
                    whole=True,
                    base="urn:x",
                    author="bench",
                )
                whole = time.perf_counter() - began
            parts = "".join(f"{timed.took[part]:>8.1f}" for part in ("edit", "check", "commit"))
            print(f"{name:<28}{size:>9,}{whole:>8.1f}{parts}", flush=True)


def main(words: list[str]) -> None:
    """Measure and print."""
    if words[:1] == ["--one"]:
        print(json.dumps(_check(int(words[1]), fast=words[2] == "1")))
        return
    sizes = [int(word) for word in words if word.isdigit()] or [20_000, 100_000]
    with tempfile.TemporaryDirectory() as scratch:
        if "--upload" in words:
            _print_uploads(sizes, Path(scratch))
        else:
            _print_checks(sizes)
            _print_updates(Path(scratch))


if __name__ == "__main__":
    main(sys.argv[1:])
