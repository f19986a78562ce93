"""Fixtures shared by all rooms: where ../shared is, and graphs that hold the seeds."""

from __future__ import annotations

import fcntl
import gc
import os
import resource
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from bench.generate import lines
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from pyoxigraph import RdfFormat, parse
from tests.harness.commands import onrecord
from tests.harness.programs import forkservers, over_engine
from tests.harness.selection import plugin

from onrecord.graph.changes import ChangeSet
from onrecord.graph.ledger import Ledger
from onrecord.graph.records.seeds import Seeds, read_seeds
from onrecord.graph.settings import Settings

SHARED = Path(__file__).resolve().parents[2] / "shared"
MEMORY = Path("/dev/shm")  # noqa: S108
ENOUGH = 4 << 30
LONGEST = ("tests/torture/", "tests/test_wheel.py", "tests/docs/test_architecture.py", "tests/bench/")


def pytest_addoption(parser: pytest.Parser) -> None:
    """What `make check` runs."""
    plugin.options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Spare the processes that tests start what takes longest: compiling our modules, and waiting for the disk."""
    # Hundreds of processes start: where each compiles our modules for itself, that takes as long as all the tests.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    over_engine.use()
    forkservers.use()
    plugin.use(config)
    gc.disable()  # while tests are collected
    # A busy machine is no fault of what is tested.
    slow = [hypothesis.HealthCheck.too_slow]
    hypothesis.settings.register_profile("any machine", deadline=None, suppress_health_check=slow)
    hypothesis.settings.load_profile("any machine")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many queries another engine answered, where tests ran over one."""
    if over_engine.counted:
        terminalreporter.write_line(f"over {os.environ[over_engine.VARIABLE]}: {dict(over_engine.counted)}")


@pytest.fixture(autouse=True)
def _limits_of_this_process_stay() -> Iterator[None]:
    """A limit that a test leaves on this process would hold for the tests after it, and for what they start."""
    before = resource.getrlimit(resource.RLIMIT_DATA), resource.getrlimit(resource.RLIMIT_NOFILE)
    yield
    assert (resource.getrlimit(resource.RLIMIT_DATA), resource.getrlimit(resource.RLIMIT_NOFILE)) == before


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest tests, so that no process is alone with one at the end while the others have nothing left."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_collection_finish() -> None:
    """Spare each collection of garbage the tests themselves, a million objects that stay to the end, and collect less often."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


@pytest.fixture(scope="session")
def article() -> Path:
    """The text the first record was read from; it is not part of the repository."""
    path = SHARED / "seed" / "kyiv-independent-2025-08-28.txt"
    if not path.exists():
        pytest.skip("the article's text lies in ../shared/seed, which is absent here")
    return path


@pytest.fixture(scope="session")
def seeds() -> Seeds:
    """The package's own seeds, read once."""
    return read_seeds()


@pytest.fixture(scope="session")
def once(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Callable[[str, Callable[[Path], None]], Path]:
    """once(name, fill): a directory that fill() has filled, once for all processes of the run. Nobody writes to it."""
    base = tmp_path_factory.getbasetemp()

    def make(name: str, fill: Callable[[Path], None]) -> Path:
        directory = (base if worker_id == "master" else base.parent) / name
        with directory.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not directory.exists():
                fill(directory.with_suffix(".part"))
                directory.with_suffix(".part").rename(directory)
        return directory

    return make


@pytest.fixture(scope="session", autouse=True)
def _templates_compiled_once(once: Callable[[str, Callable[[Path], None]], Path]) -> None:
    """Each application compiles the templates that it shows, and tests make applications by the hundred."""
    directory = once("templates", lambda part: part.mkdir())
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(str(directory))}


@pytest.fixture(scope="session")
def built(once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """A directory that `onrecord build` has filled."""

    def build(data: Path) -> None:
        done = onrecord("build", "--data", str(data))
        assert done.returncode == 0, done.stderr

    return once("built", build)


@pytest.fixture(scope="session")
def copy_of_built(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Makes directories like `built` that may be written to."""
    return lambda: shutil.copytree(built, tmp_path_factory.mktemp("copy") / "data")


@pytest.fixture(scope="session")
def invented(
    once: Callable[[str, Callable[[Path], None]], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ledger]:
    """A ledger that holds an invented graph, with lists of more than a page. Shared, as `seeded` is."""

    def fill(data: Path) -> None:
        quads = frozenset(parse("".join(lines(20_000)).encode(), RdfFormat.N_QUADS))
        with Ledger.open(Settings(data=data), _gate=False) as ledger:
            ledger.commit(ChangeSet(added=quads), message="invented", author="tests")

    data = shutil.copytree(once("invented", fill), tmp_path_factory.mktemp("copy") / "data")
    with Ledger.open(Settings(data=data, query_seconds=20), _gate=False) as ledger:
        yield ledger


@pytest.fixture(scope="session")
def seeded(copy_of_built: Callable[[], Path]) -> Iterator[Ledger]:
    """A ledger that holds the seeds. Shared: tests that write open one of their own, over a copy_of_built()."""
    with Ledger.open(Settings(data=copy_of_built(), query_seconds=120)) as ledger:
        yield ledger
