"""Every scenario by its name, in the order in which they run."""

from __future__ import annotations

from typing import Final

from tests.torture import bad_inputs, crashes, damage, gate, load, mirrors, writing
from tests.torture.hostile import attacks, slow
from tests.torture.run import Scenario

SCENARIOS: Final[dict[str, Scenario]] = {
    scenario.name: scenario
    for scenario in (
        crashes.KILLS,
        crashes.POWERCUT,
        *mirrors.KILLS.values(),
        attacks.HOSTILE,
        attacks.OUTREACH,
        writing.DISKFULL,
        writing.INCREMENTS,
        writing.RACES,
        writing.BACKUPS,
        load.LOAD,
        slow.SLOW,
        bad_inputs.BAD_INPUTS,
        damage.DAMAGE,
        gate.GATE,
    )
}
