"""Many writers at once, and processes killed under them: no update is lost, doubled or half made."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from pyoxigraph import Store
from tests.harness.whole_store import validate_all

from onrecord.graph import errors
from onrecord.graph.engine.disk import snapshots
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings
from onrecord.graph.validation.report import Rejected

pytestmark = pytest.mark.slow

EX = "http://example.org/"
START = f"INSERT DATA {{ <{EX}a> <{EX}n> 0 }}"
INCREMENT = (
    f"DELETE {{ ?a <{EX}n> ?n }} INSERT {{ ?a <{EX}n> ?m }} WHERE {{ ?a <{EX}n> ?n BIND(?n + 1 AS ?m) }}"
)


def value(ledger: Ledger) -> int:
    """What the one counter is at; there must be one."""
    (row,) = ledger.rows(f"SELECT ?n {{ <{EX}a> <{EX}n> ?n }}")
    return int(row["n"].value)


def all_at_once(work: Callable[[int], None], threads: int) -> None:
    """Run it in so many threads; what one of them raises is raised here."""
    failures: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            failures.append(error)

    running = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    if failures:
        raise failures[0]


def test_increments_of_many_threads_add_up(ledger: Ledger) -> None:
    ledger.update(START, author="t")
    all_at_once(lambda _: [ledger.update(INCREMENT, author="t") for _ in range(50)], 4)  # type: ignore[arg-type, return-value]
    assert value(ledger) == 200
    assert ledger.version == 201


def test_of_changes_made_for_one_version_one_is_made(ledger: Ledger) -> None:
    made: list[int] = []

    def race(number: int) -> None:
        with suppress(errors.PreconditionFailed):
            made.append(
                ledger.update(f"INSERT DATA {{ <{EX}a> <{EX}n> {number} }}", author="t", if_version=0).version
            )

    all_at_once(race, 6)
    assert made == [1]


@pytest.fixture(scope="module")
def full(copy_of_built: Callable[[], Path]) -> Iterator[Ledger]:
    with Ledger.open(Settings(data=copy_of_built(), query_seconds=120)) as opened:
        yield opened


def test_changes_that_are_right_alone_and_wrong_together_are_not_both_made(full: Ledger) -> None:
    """Check-then-insert: each tenure is in order by itself, and no two of a round may stand beside each other."""
    for round_ in range(5):
        made: list[int] = []

        def race(number: int, round_: int = round_, made: list[int] = made) -> None:
            with suppress(Rejected):
                full.update(
                    f"""INSERT DATA {{ GRAPH <http://example.org/{number}> {{ <tenure/race-{round_}-{number}> a rec:Tenure ;
                        rdfs:label "A tenure"@en ; rec:holder <actor/rutland> ; rec:institution <actor/wesleyan-university> ;
                        rec:post "Post {round_}"@en ; rec:from "2001-01-0{number + 1}"^^xsd:date }} }}""",
                    author="t",
                )
                made.append(number)

        all_at_once(race, 3)
        assert len(made) == 1
    store = Store.read_only(str(snapshots.path(full._settings.data, full.version)))
    assert validate_all(store).conforms


@contextmanager
def killing(ledger: Ledger, who: str, kills: int) -> Iterator[threading.Event]:
    """Kill a process of the ledger's so many times while the body runs; the event says when that is done."""
    done = threading.Event()
    chance = random.Random(who)  # noqa: S311

    def kill() -> None:
        left = kills
        until = time.monotonic() + 60
        while left and time.monotonic() < until:
            time.sleep(chance.uniform(0.01, 0.4))
            pid = ledger.about()[who]
            if pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    left -= 1
        done.set()

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield done
    finally:
        thread.join()


@pytest.mark.parametrize("who", ["writer", "editor"])
def test_what_was_acknowledged_is_what_was_made_while_a_process_is_killed(ledger: Ledger, who: str) -> None:
    ledger.update(START, author="t")
    acknowledged = 0
    with killing(ledger, who, 10) as done:
        # On a busy machine a process may be killed before it ever wrote: some commits have to be among it.
        while not done.is_set() or acknowledged < 3:
            with suppress(errors.EngineFailure, errors.UpdateMemory):
                acknowledged += ledger.update(INCREMENT, author="t").added
    assert value(ledger) == acknowledged
    ledger.update(INCREMENT, author="t")
    assert value(ledger) == acknowledged + 1


COUNTING = f"""
import sys
from pathlib import Path
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings
with Ledger.open(Settings(data=Path(sys.argv[1])), _gate=False) as ledger:
    if not ledger.version:
        ledger.update({START!r}, author="t")
    while True:
        ledger.update({INCREMENT!r}, author="t")
        print(ledger.version, flush=True)
"""


def test_no_acknowledged_update_is_lost_with_a_killed_front(settings: Settings, tmp_path: Path) -> None:
    acknowledged = 0
    for kill in range(4):
        with (tmp_path / f"said-{kill}").open("w+") as said:
            process = subprocess.Popen([sys.executable, "-c", COUNTING, str(settings.data)], stdout=said)
            until = time.monotonic() + 60
            while not (tmp_path / f"said-{kill}").stat().st_size and time.monotonic() < until:
                time.sleep(0.02)
            time.sleep(0.05 * kill)
            process.kill()
            process.wait()
            acknowledged = int((tmp_path / f"said-{kill}").read_text().split()[-1])
        with Ledger.open(settings, _gate=False) as ledger:
            assert ledger.version in (acknowledged, acknowledged + 1)
            assert value(ledger) == ledger.version - 1
