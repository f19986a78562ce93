"""Each scenario of `python -m tests.torture` in a few seconds; the figures come from the long runs (docs/reliability.md)."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from tests.torture import mirrors
from tests.torture.__main__ import main
from tests.torture.run import Run, Scenario, Skipped, State, percentile
from tests.torture.scenarios import SCENARIOS

pytestmark = pytest.mark.slow

ELSEWHERE = {"hostile", "outreach", "slow", "kills", *(kills.name for kills in mirrors.KILLS.values())}
"""Their short forms are test_corpus.py, test_outreach.py, tests/api/server/test_slow_clients.py and tests/graph/engine/test_every_engine.py."""


@pytest.mark.parametrize("name", [name for name in SCENARIOS if name not in ELSEWHERE])
def test_a_short_run_finds_nothing_wrong(name: str, tmp_path: Path) -> None:
    scenario = SCENARIOS[name]
    run = Run(scenario.short, tmp_path)
    try:
        scenario.body(run)
    except Skipped as reason:
        pytest.skip(str(reason))
    assert run.done == scenario.short
    assert scenario.faults(run, short=True) == [], run.notes


def _counting(run: Run) -> None:
    for number in run:
        run.count("rounds")
        run.sample("numbers", number)
        if run.counters["rounds"] == 3 and run.rounds == 5:
            raise KeyboardInterrupt


COUNTING = Scenario("counting", "counts", 5, 1, _counting, most={"rounds": 5}, least={"rounds": 1})


def test_a_run_that_was_stopped_goes_on_after_its_last_full_round(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with pytest.raises(KeyboardInterrupt):
        _counting(State(file).begin(COUNTING, 5, tmp_path))
    resumed = State(file).begin(COUNTING, 6, tmp_path)
    assert (resumed.done, resumed.counters) == (2, {"rounds": 2})
    _counting(resumed)
    assert resumed.samples["numbers"] == [0, 1, 2, 3, 4, 5]


def test_figures_past_their_limits_and_figures_that_are_missing_are_faults(tmp_path: Path) -> None:
    run = Run(1, tmp_path, done=1)
    assert len(COUNTING.faults(run)) == 2
    run.count("rounds", 6)
    assert COUNTING.faults(run) == ["rounds: 6, at most 5"]


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(n) for n in range(1, 101)]
    assert (percentile(values, 50), percentile(values, 99), percentile([7.0], 99)) == (50, 99, 7)
    assert math.isnan(percentile([], 50))


def test_an_unknown_scenario_is_named_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nonsense"]) == 2
    assert "'nonsense'; there are kills, powercut" in capsys.readouterr().err


def test_the_list_names_every_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == list(SCENARIOS)
