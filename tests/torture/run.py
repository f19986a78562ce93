"""A scenario's run: its rounds, the figures they leave, and the file from which a run that was stopped goes on."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class Skipped(Exception):  # noqa: N818  (no error: this machine cannot do it, and the message says why)
    """The scenario cannot be run here."""


@dataclass
class Run:
    """One run of one scenario. Counters add up, peaks keep the worst, samples are kept for their percentiles."""

    rounds: int
    scratch: Path
    save: Callable[[], None] = lambda: None
    done: int = 0
    seconds: float = 0.0
    counters: dict[str, int] = field(default_factory=dict)
    peaks: dict[str, float] = field(default_factory=dict)
    samples: dict[str, list[float]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[int]:
        """The numbers of the rounds that are left; a round counts once its body is through."""
        while self.done < self.rounds:
            began = time.monotonic()
            yield self.done
            self.done += 1
            self.seconds += time.monotonic() - began
            self.save()

    def count(self, name: str, by: int = 1) -> None:
        """Add to a counter; adding nothing makes it appear in the table."""
        self.counters[name] = self.counters.get(name, 0) + by

    def peak(self, name: str, value: float) -> None:
        """Keep the largest value."""
        self.peaks[name] = max(value, self.peaks.get(name, -math.inf))

    def sample(self, name: str, value: float) -> None:
        """Keep one of many values."""
        self.samples.setdefault(name, []).append(round(value, 5))

    def note(self, text: str) -> None:
        """Keep a sentence about something that went wrong; the first twenty."""
        if len(self.notes) < 20:
            self.notes.append(text)

    def figures(self) -> dict[str, float]:
        """Every figure by its name."""
        found: dict[str, float] = {**self.counters, **self.peaks}
        for name, values in self.samples.items():
            found |= {f"{name} p50": percentile(values, 50), f"{name} p99": percentile(values, 99)}
        return found

    def state(self) -> dict[str, Any]:
        """What to write down so as to go on later."""
        kept = ("done", "seconds", "counters", "peaks", "samples", "notes")
        return {name: getattr(self, name) for name in kept}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what was written down."""
        for name, value in state.items():
            setattr(self, name, value)


@dataclass(frozen=True)
class Scenario:
    """One kind of torture: how it is done, how often, and which figures it must not pass."""

    name: str
    about: str
    rounds: int
    short: int
    body: Callable[[Run], None]
    most: Mapping[str, float] = field(default_factory=dict)
    least: Mapping[str, float] = field(default_factory=dict)
    """Per round, so that a short run can be judged by the same table."""
    timed: frozenset[str] = frozenset()
    """Figures that a busy machine spoils, and that a short run is not judged by."""

    def faults(self, run: Run, *, short: bool = False) -> list[str]:
        """What was not as it must be, in words."""
        figures = run.figures()
        found = [
            f"{name}: {figures.get(name, math.nan):g}, at most {limit:g}"
            for name, limit in self.most.items()
            if not figures.get(name, math.nan) <= limit and not (short and name in self.timed)
        ]
        found += [
            f"{name}: {figures.get(name, 0):g}, at least {limit * run.done:g}"
            for name, limit in self.least.items()
            if not figures.get(name, 0) >= limit * run.done
        ]
        return found


def percentile(values: list[float], percent: float) -> float:
    """The value below which so many percent lie; nan of nothing."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)] if ordered else math.nan


class State:
    """The JSON file of a run that may be stopped and taken up again."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._runs: dict[str, Any] = json.loads(path.read_text()) if path and path.exists() else {}

    def begin(self, scenario: Scenario, rounds: int, scratch: Path) -> Run:
        """The run of a scenario, where it was left."""
        run = Run(rounds, scratch)
        run.restore(self._runs.get(scenario.name, {}))
        run.save = lambda: self._write(scenario.name, run)
        return run

    def _write(self, name: str, run: Run) -> None:
        self._runs[name] = run.state()
        if self._path is not None:
            temporary = self._path.with_suffix(".tmp")
            temporary.write_text(json.dumps(self._runs))
            temporary.replace(self._path)
