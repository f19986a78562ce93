"""A long query lets others go first, among the service's own processes, and the next query of its reader does not."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from onrecord.graph.engine.processes import priority, sandbox
from onrecord.graph.engine.reading import reader
from onrecord.graph.engine.reading.requests import Snapshot
from onrecord.graph.errors import QueryTimeout
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

LONG = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(6)) + " }"


def priorities(ledger: Ledger) -> set[int]:
    """Of all threads of the readers but their main ones, against this process."""
    pids = [reader["pid"] for reader in ledger.about()["readers"]]
    threads = [(pid, int(thread)) for pid in pids for thread in os.listdir(f"/proc/{pid}/task")]
    own = os.getpriority(os.PRIO_PROCESS, 0)
    return {os.getpriority(os.PRIO_PROCESS, thread) - own for pid, thread in threads if pid != thread}


def serves_at_its_own(pid: int) -> bool:
    """Whether the newest thread of a reader, which answers, has the priority of its process."""
    serving = max(int(thread) for thread in os.listdir(f"/proc/{pid}/task"))
    return os.getpriority(os.PRIO_PROCESS, serving) == os.getpriority(os.PRIO_PROCESS, pid)


@pytest.mark.slow
def test_a_long_query_goes_behind_others_and_a_short_one_after_it_does_not(tmp_path: Path) -> None:
    with Ledger.open(Settings(data=tmp_path, readers=1, query_seconds=3, shapes=False)) as ledger:
        ledger.update(
            "INSERT DATA { " + " ".join(f"<urn:s{n}> <urn:p> {n} ." for n in range(300)) + " }", author="t"
        )
        # On a busy machine a small query may take long by the clock, and go behind others itself.
        until = time.monotonic() + 60
        while ledger.rows("SELECT * { ?s ?p ?o } LIMIT 1") and priorities(ledger) != {0}:
            assert time.monotonic() < until

        def ask() -> None:
            with pytest.raises(QueryTimeout):
                ledger.query(LONG)

        asking = threading.Thread(target=ask)
        asking.start()
        lowered = set()
        while asking.is_alive() and lowered <= {0}:
            lowered = priorities(ledger)
            time.sleep(0.02)
        asking.join()
        assert max(lowered) in {priority._AMONG_SIBLINGS, priority._AMONG_ALL}


def test_a_query_that_others_kept_from_computing_goes_behind_nobody(tmp_path: Path) -> None:
    with Ledger.open(Settings(data=tmp_path, readers=1, shapes=False)) as ledger:
        ledger.rows("SELECT * { ?s ?p ?o } LIMIT 1")
        (reader,) = (reader["pid"] for reader in ledger.about()["readers"])
        os.kill(reader, signal.SIGSTOP)
        asking = threading.Thread(target=lambda: ledger.query("ASK {}"))
        asking.start()
        time.sleep(4 * priority.SECONDS)
        lowered = priorities(ledger)
        os.kill(reader, signal.SIGCONT)
        asking.join()
        assert lowered == {0}


def test_after_a_query_that_went_behind_its_reader_goes_on_at_its_own_priority(tmp_path: Path) -> None:
    with Ledger.open(Settings(data=tmp_path, readers=1, shapes=False)) as ledger:
        ledger.update("INSERT DATA { <urn:s> <urn:p> 1 }", author="t")
        ledger.rows("SELECT * { ?s ?p ?o } LIMIT 1")
        (reader,) = ledger.about()["readers"]
        priority.lower(reader["pid"])
        assert max(priorities(ledger)) > 0
        # What notices it is the query after which it is so.
        ledger.rows("SELECT * { ?s ?p ?o } LIMIT 1")
        assert [ledger.rows("SELECT ?o { ?s <urn:p> ?o }")[0]["o"].value for _ in range(3)] == ["1"] * 3
        # (on a busy machine the last of them may have gone behind others itself)
        until = time.monotonic() + 60
        while not serves_at_its_own(reader["pid"]):
            assert time.monotonic() < until
            ledger.rows("SELECT * { ?s ?p ?o } LIMIT 1")
        assert ledger.about()["readers"][0]["pid"] == reader["pid"]


def test_an_older_version_is_opened_behind_others_once(monkeypatch: pytest.MonkeyPatch) -> None:
    stepped: list[str] = []
    opened = {"/newest", "/open"}
    monkeypatch.setattr(reader, "_snapshots", Opening(opened))
    monkeypatch.setattr(priority, "step_back", lambda: stepped.append("back"))
    for path, newest in (("/newest", True), ("/newer", True), ("/open", False)):
        reader._open(Snapshot(path, 1, 1, newest))
    assert not stepped
    for _ in range(2):
        reader._open(Snapshot("/old", 1, 1, newest=False))
    assert stepped == ["back"]


class Opening(set[str]):
    """Snapshots by their paths alone."""

    def open(self, path: str, *_: object, **__: object) -> None:
        self.add(path)


def test_a_thread_that_steps_back_has_the_priority_of_those_that_are_lowered() -> None:
    seen: list[int] = []

    def work() -> None:
        before = priority.current()
        priority.step_back()
        seen.append(priority.current() - before)

    thread = threading.Thread(target=work)
    own = priority.current()
    thread.start()
    thread.join()
    assert seen[0] in {priority._AMONG_SIBLINGS, priority._AMONG_ALL}
    assert priority.current() == own


def test_a_reader_that_goes_on_in_new_threads_holds_the_stack_of_one(tmp_path: Path) -> None:
    def held(pid: int) -> int:
        with open(f"/proc/{pid}/status") as status:
            return next(int(line.split()[1]) << 10 for line in status if line.startswith("VmData:"))

    with Ledger.open(Settings(data=tmp_path, readers=1, shapes=False)) as ledger:
        ledger.rows("SELECT * { ?s ?p ?o } LIMIT 1")
        (reader,) = ledger.about()["readers"]
        first, after = held(reader["pid"]), []
        for _ in range(20):
            priority.lower(reader["pid"])
            for _ in range(2):  # the first notices it, the second is answered by the new thread
                ledger.rows("SELECT * { ?s ?p ?o } LIMIT 1")
            after.append(held(reader["pid"]))
        assert ledger.about()["readers"][0]["pid"] == reader["pid"]
    assert max(after) < first + sandbox.STACK / 2


@pytest.mark.parametrize(
    ("cgroup", "enabled", "in_a_container", "expected"),
    [
        ("0::/\n", "1", False, True),
        ("0::/\n", "0", False, False),
        ("0::/\n", "1", True, False),
        ("0::/system.slice/onrecord.service\n", "0", True, True),
        ("0::/user.slice/user-1000.slice/session-2.scope\n", "1", True, False),
        ("9:name=systemd:/user.slice\n2:cpuacct,cpu:/\n0::/\n", "1", False, True),
        ("1:cpu,cpuacct:/docker/1a2b\n", "1", False, False),
    ],
)
def test_a_group_of_ones_own_is_a_service_or_a_session_that_no_control_group_holds(
    cgroup: str, enabled: str, in_a_container: bool, expected: bool, tmp_path: Path
) -> None:
    for name, text in (("self/cgroup", cgroup), ("sys/kernel/sched_autogroup_enabled", enabled)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    groups = tmp_path / "groups"
    groups.mkdir()
    if in_a_container:
        (groups / "cgroup.events").touch()
    assert priority.shares_by_group(tmp_path, groups) is expected


def test_where_the_system_does_not_say_how_it_shares_there_is_no_group(tmp_path: Path) -> None:
    assert not priority.shares_by_group(tmp_path, tmp_path)
