"""python -m tests.torture [names…] [--rounds N] [--short] [--resume FILE] [--list]"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from pathlib import Path

from tests.torture.run import Run, Scenario, Skipped, State
from tests.torture.scenarios import SCENARIOS


def main(words: list[str] | None = None) -> int:
    """Run scenarios, print a table, and tell by the status whether all was as it must be."""
    asked = _parser().parse_args(words)
    # As on Ctrl-C, so that what was started or mounted is put away.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    if asked.list:
        for scenario in SCENARIOS.values():
            print(f"{scenario.name:<12}{scenario.rounds:>6} rounds   {scenario.about}")
        return 0
    unknown = [name for name in asked.names if name not in SCENARIOS]
    if unknown:
        print(f"no scenario is called {unknown[0]!r}; there are {', '.join(SCENARIOS)}", file=sys.stderr)
        return 2
    state = State(asked.resume)
    good = True
    with tempfile.TemporaryDirectory(prefix="onrecord-torture-", dir=asked.scratch) as scratch:
        for scenario in SCENARIOS.values():
            if not asked.names or scenario.name in asked.names:
                rounds = scenario.short if asked.short else asked.rounds or scenario.rounds
                run = state.begin(scenario, rounds, Path(scratch))
                good = _one(scenario, run, short=asked.short) and good
    return 0 if good else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("names", nargs="*", help="scenarios to run; all of them without a name")
    parser.add_argument("--list", action="store_true", help="list the scenarios")
    parser.add_argument("--rounds", type=int, help="how many rounds, instead of the scenario's own number")
    parser.add_argument("--short", action="store_true", help="a few seconds of each")
    parser.add_argument(
        "--resume", type=Path, metavar="FILE", help="keep the state in this file, and go on from it"
    )
    parser.add_argument(
        "--scratch", type=Path, metavar="DIR", help="where to work, instead of the system's /tmp"
    )
    return parser


def _one(scenario: Scenario, run: Run, *, short: bool) -> bool:
    print(f"{scenario.name}: {scenario.about}", flush=True)
    save = run.save

    def tell_and_save() -> None:
        print(f"  {run.done} of {run.rounds} rounds after {run.seconds:,.0f} s", file=sys.stderr, flush=True)
        save()

    run.save = tell_and_save
    try:
        scenario.body(run)
    except Skipped as reason:
        print(f"  skipped: {reason}\n", flush=True)
        return True
    faults = scenario.faults(run, short=short)
    print(f"  {run.done} rounds in {run.seconds:,.0f} s")
    for name, value in run.figures().items():
        print(f"  {name:<44}{_figure(value):>12}")
    for note in run.notes:
        print(f"  note: {note}")
    for fault in faults:
        print(f"  WRONG  {fault}")
    print("  as it must be\n" if not faults else "", flush=True)
    return not faults


def _figure(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"


if __name__ == "__main__":
    sys.exit(main())
