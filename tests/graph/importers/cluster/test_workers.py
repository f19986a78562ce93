"""Workers: what they make is what one process makes, whoever dies; and whoever cannot be used is named."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.harness.commands import onrecord
from tests.harness.programs import clusters
from tests.harness.programs.clusters import LONG, LocalCluster

from onrecord.graph import errors
from onrecord.graph.importers.cluster import work, workers
from onrecord.graph.importers.cluster.workers import Cluster, ClusterFailed
from onrecord.graph.importers.model import Row

_BLOCKING = """

import os, pathlib, time
from dataclasses import replace

_HERE = pathlib.Path({folder!r})


def _waiting(rows, around):
    if (_HERE / "wait").exists():
        (_HERE / f"pid-{{os.getpid()}}").touch()
        while (_HERE / "wait").exists():
            time.sleep(0.02)
    yield from records(rows, around)


IMPORTER = replace(IMPORTER, records=_waiting)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cluster")


@pytest.fixture(scope="module")
def cluster(folder: Path) -> Iterator[LocalCluster]:
    with clusters.running(folder) as running:
        yield running


@pytest.fixture(scope="module")
def project(folder: Path) -> Path:
    """A project whose importer waits as long as there is a file "wait", and says in whose process."""
    made = clusters.incidents(folder / "project", _BLOCKING.format(folder=str(folder)))
    header, *lines = clusters.table(40)
    bad = "I-x,05/03/2025,1,Region 1,Place,1,1,1,Paper,One person was killed.\n"
    (made / "incidents.csv").write_text("".join([header, *lines[:3], bad, *lines[3:]]), encoding="utf-8")
    return made


def words(project: Path, data: Path, *more: str) -> list[str]:
    csv = str(project / "incidents.csv")
    return ["import", "incidents", csv, "--project", str(project), "--data", str(data), *more]


def parts(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.glob("part-*.nq"))]


@pytest.mark.slow
def test_two_workers_of_which_one_is_killed_in_the_middle_make_what_one_process_makes(
    cluster: LocalCluster, project: Path, built: Path, folder: Path, tmp_path: Path
) -> None:
    alone = onrecord(*words(project, built, "--parts", str(tmp_path / "one")))
    assert alone.returncode == 3, alone.stderr
    wait = folder / "wait"
    wait.touch()
    more = ("--scheduler", cluster.address, "--partition-rows", "4", "--parts", str(tmp_path / "two"))
    command = [sys.executable, "-m", "onrecord", *words(project, built, *more)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as together:
        deadline = time.monotonic() + LONG
        while len(held := list(folder.glob("pid-*"))) < 2:
            assert together.poll() is None, together.stderr.read() if together.stderr else ""
            assert time.monotonic() < deadline
            time.sleep(0.05)
        os.kill(int(held[0].name.removeprefix("pid-")), 9)
        wait.unlink()
        said = together.communicate(timeout=4 * LONG)[1]
    assert together.returncode == 3, said
    assert "41 rows in 11 partitions" in said
    assert parts(tmp_path / "two") == parts(tmp_path / "one") != []
    refused = [line for line in alone.stderr.splitlines() if "refused:" in line]
    assert [line for line in said.splitlines() if "refused:" in line] == refused
    assert "incidents.csv:5: event_date is" in refused[0]
    cluster.worker()


@pytest.mark.slow
def test_without_parts_what_the_workers_make_is_committed_as_ever(
    cluster: LocalCluster, project: Path, copy_of_built: Any
) -> None:
    data = copy_of_built()
    tried = onrecord(*words(project, data, "--scheduler", cluster.address, "--dry-run"))
    assert tried.returncode == 3, tried.stderr
    assert "Would be: 40 rows added" in tried.stderr
    done = onrecord(*words(project, data))
    assert done.returncode == 3, done.stderr
    again = onrecord(*words(project, data, "--scheduler", cluster.address, "--partition-rows", "8"))
    assert "41 rows read; nothing changed." in again.stderr


def test_a_scheduler_that_does_not_answer_is_named() -> None:
    with pytest.raises(ClusterFailed, match=r"tcp://127\.0\.0\.1:1 does not answer.*dask scheduler"):
        with_patience(0.5, "tcp://127.0.0.1:1")


@pytest.mark.parametrize("address", ["localhost:8786", "", "8786"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ClusterFailed, match="write it as tcp://host:8786"):
        Cluster(address)


def test_nothing_that_dask_logs_reaches_the_user() -> None:
    Cluster("tcp://127.0.0.1:8786")
    loggers = [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]
    assert "distributed.client" in loggers
    assert not [name for name in loggers if logging.getLogger(name).isEnabledFor(logging.CRITICAL)]


def test_an_address_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ClusterFailed, match="http://127"):
        with_patience(0.5, "http://127.0.0.1:1")


def with_patience(seconds: float, address: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workers, "_SECONDS", seconds)
        with Cluster(address):
            pass


def test_without_dask_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(errors.NotInstalled, match=r"pip install 'onrecord\[cluster\]'"):
        Cluster("tcp://127.0.0.1:8786")


class Killed(Exception):  # noqa: N818
    """As Dask's, of a task that ended so many workers."""

    allowed_failures = 3


class Future:
    """What a worker made, or why it did not."""

    def __init__(self, outcome: Any) -> None:
        self.outcome = outcome

    def result(self, **_: Any) -> Any:
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome


class Dask:
    """A scheduler whose workers answer what a test has them answer."""

    KilledWorker = Killed
    client = SimpleNamespace(FutureCancelledError=TimeoutError)

    def __init__(self, versions: Any = None, releases: Any = None, outcomes: Any = ()) -> None:
        self.versions = {"tcp://w1": work.release()["onrecord"]} if versions is None else versions
        self.releases = {"tcp://w1": work.release()} if releases is None else releases
        self.outcomes = list(outcomes)
        self.sent = 0
        self.status = "running"
        self.loop = None

    def Client(self, *_: Any, **__: Any) -> Dask:  # noqa: N802
        return self

    def close(self, timeout: float) -> None:
        pass

    def wait_for_workers(self, *_: Any, **__: Any) -> None:
        if not self.versions:
            raise TimeoutError

    def run(self, function: Any, *_: Any, **__: Any) -> Any:
        return self.releases if function is work.release else self.versions

    def scatter(self, *_: Any, **__: Any) -> str:
        self.sent += 1
        return "sent"

    def nthreads(self) -> dict[str, int]:
        return {"tcp://w1": 1}

    def submit(self, *_: Any, **__: Any) -> Future:
        return Future(self.outcomes.pop(0))

    def as_completed(self, **_: Any) -> Any:
        return Done()


class Done(list[Future]):
    """As Dask's as_completed."""

    add = list.append

    def __next__(self) -> Future:
        return self.pop(0)


@pytest.fixture
def over(monkeypatch: pytest.MonkeyPatch) -> Any:
    """over(**answers): a cluster whose workers answer so."""

    def made(**answers: Any) -> tuple[Cluster, Dask]:
        dask = Dask(**answers)
        monkeypatch.setitem(sys.modules, "distributed", dask)
        return Cluster("tcp://scheduler:8786"), dask

    return made


RELEASE = work.release()


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"versions": {}}, r"tcp://scheduler:8786 has no workers: start some \(dask worker"),
        (
            {"versions": {"tcp://w7": metadata.PackageNotFoundError("onrecord")}},
            rf"the worker tcp://w7 has no onrecord: install onrecord {RELEASE['onrecord']} there",
        ),
        (
            {"versions": {"tcp://w1": RELEASE["onrecord"], "tcp://w7": "0.0.9"}},
            rf"the worker tcp://w7 has onrecord 0\.0\.9 \(here {RELEASE['onrecord']}\)",
        ),
        (
            {"releases": {"tcp://w7": RELEASE | {"files": "0123456789ab"}}},
            "the worker tcp://w7 has other files of onrecord",
        ),
        ({"releases": {"tcp://w7": AttributeError("release")}}, "the worker tcp://w7 has other files of onrecord"),
        ({"releases": {"tcp://w7": RELEASE | {"pyoxigraph": "0.4.0"}}}, r"tcp://w7 has pyoxigraph 0\.4\.0 \(here"),
    ],
)  # fmt: skip
def test_a_worker_that_might_make_something_else_is_named_before_any_work(
    over: Any, answers: Any, told: str
) -> None:
    cluster, _ = over(**answers)
    with pytest.raises(ClusterFailed, match=told), cluster:
        pass


def made(cluster: Cluster, count: int) -> list[Any]:
    job = work.Job("incidents", None, "https://w3id.org/onrecord/", gated=False, fast=True, release=RELEASE)
    given = [(number, [Row("incidents.csv", number + 2, {})]) for number in range(count)]
    with cluster:
        return list(cluster.outcomes(job, work.Surrounding("1", "g", b""), iter(given)))


def test_a_partition_that_ends_workers_one_after_another_is_named(over: Any) -> None:
    cluster, _ = over(outcomes=["first", Killed("x")])
    with pytest.raises(
        ClusterFailed, match=r"partition 1, of 1 rows from incidents\.csv:3 on, ended 4 workers.*memory"
    ):
        made(cluster, 2)


def test_where_all_that_held_the_graph_are_gone_it_is_sent_again(over: Any) -> None:
    lost = Dask.client.FutureCancelledError()
    cluster, dask = over(outcomes=["first", lost, "second"])
    assert made(cluster, 2) == ["first", "second"]
    assert dask.sent == 2


def test_a_scheduler_that_is_lost_ends_it_with_nothing_changed(over: Any) -> None:
    cluster, dask = over(outcomes=[Dask.client.FutureCancelledError()])
    dask.status = "closed"
    with pytest.raises(ClusterFailed, match=r"were lost\. Nothing was changed"):
        made(cluster, 1)


def test_a_worker_that_joined_later_with_another_release_works_on_nothing() -> None:
    job = work.Job("incidents", None, "", gated=False, fast=True, release=RELEASE | {"files": "0"})
    with pytest.raises(work.WrongWorker, match="other files of onrecord"):
        work.work(job, work.Surrounding("1", "g", b""), 0, [])
