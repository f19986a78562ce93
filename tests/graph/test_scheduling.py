"""What answers in a moment runs as soon as it is woken; what computes long takes turns. Only where the kernel has such slices."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord.graph import scheduling
from onrecord.graph.engine.processes import priority
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings


def seen(work: Callable[[], None] = lambda: None) -> int:
    """The slice of a new thread after it has done this."""
    found: list[int] = []
    thread = threading.Thread(target=lambda: (work(), found.append(scheduling.slice_of())))
    thread.start()
    thread.join()
    return found[0]


def slices(pid: int) -> set[int]:
    """Those of all threads of a process."""
    return {scheduling.slice_of(int(thread)) for thread in os.listdir(f"/proc/{pid}/task")}


USUAL = seen()
needs_slices = pytest.mark.skipif(
    not USUAL or seen(scheduling.run_when_woken) == USUAL,
    reason="this kernel has no slices of a thread's own",
)


@needs_slices
def test_what_answers_has_shorter_slices_than_all_others_and_can_give_them_back() -> None:
    assert seen(scheduling.run_when_woken) < USUAL
    assert seen(lambda: (scheduling.run_when_woken(), scheduling.take_turns())) == USUAL  # type: ignore[arg-type, return-value]


@needs_slices
def test_threads_have_the_slices_of_the_one_that_starts_them() -> None:
    inner: list[int] = []
    seen(lambda: (scheduling.run_when_woken(), inner.append(seen())))  # type: ignore[arg-type, return-value]
    assert inner[0] < USUAL


@needs_slices
def test_a_reader_answers_at_once_until_it_computes_long_and_the_writer_takes_turns(tmp_path: Path) -> None:
    with Ledger.open(Settings(data=tmp_path, readers=1, shapes=False)) as ledger:
        ledger.update("INSERT DATA { <urn:s> <urn:p> 1 }", author="t")
        about = ledger.about()
        (reader,) = (found["pid"] for found in about["readers"])
        # On a busy machine a small query may take long, and its reader take turns after it; the next thread does not.
        until = time.monotonic() + 60
        while ledger.rows("SELECT * { ?s ?p ?o } LIMIT 1") and min(slices(reader)) == USUAL:
            assert time.monotonic() < until
        assert slices(about["launcher"]) == slices(about["writer"]) == {USUAL}
        priority.lower(reader)
        assert slices(reader) == {USUAL}


def test_a_policy_that_an_operator_chose_is_left_alone() -> None:
    def chosen() -> None:
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
        scheduling.run_when_woken()
        policies.append(os.sched_getscheduler(0))

    policies: list[int] = []
    seen(chosen)
    assert policies == [os.SCHED_BATCH]


def test_where_the_machine_has_no_such_call_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "pdp11")
    assert scheduling.slice_of() == 0
    assert seen(scheduling.run_when_woken) == 0
