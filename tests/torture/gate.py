"""The gate's fast engine held against pyshacl, over changes without end (tests/harness/engines.py)."""

from __future__ import annotations

from typing import Final

from tests.harness import engines
from tests.torture.run import Run, Scenario

_CASES: Final = 50
"""Changes a round."""


def gate(run: Run) -> None:
    """Have both judge one change after the other."""
    for name in ("missed by the fast engine", "made up by the fast engine", "failures of the fast engine"):
        run.count(name, 0)
    for number in run:
        for case in range(number * _CASES, (number + 1) * _CASES):
            found = engines.judge(engines.change(case), engines.world())
            run.count("changes")
            run.count("changes left to pyshacl", found.left)
            run.count("changes with a fault", bool(found.pyshacl))
            run.count("nodes at fault", len(found.pyshacl))
            run.count("missed by the fast engine", len(found.missed))
            run.count("made up by the fast engine", len(found.made_up))
            run.count("failures of the fast engine", bool(found.raised))
            if found.raised or found.fast != found.pyshacl:
                run.note(f"change {case}: {found}")


GATE: Final = Scenario(
    "gate",
    "the fast engine of the gate and pyshacl over generated changes",
    rounds=60,
    short=1,
    body=gate,
    most={"missed by the fast engine": 0, "made up by the fast engine": 0, "failures of the fast engine": 0},
    least={"changes with a fault": 25},
)
