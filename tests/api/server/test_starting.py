"""`onrecord serve` as it starts: what it cannot have is said, where its operator and its users look."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.harness.programs.isolation import REFUSED
from tests.torture.victims.service import Service

pytestmark = pytest.mark.slow


@pytest.fixture
def without_isolation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory's place, on a system where no process may leave the network."""
    (tmp_path / "sitecustomize.py").write_text(REFUSED)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path / "data"


def test_a_shared_network_is_in_the_log_the_metrics_and_on_the_page(without_isolation: Path) -> None:
    with Service(without_isolation, seeds=0, shapes=0) as service:
        assert (
            "WARNING: the processes that read strangers' texts cannot be kept from the network"
            in service.log()
        )
        assert b"\nonrecord_readers_on_network 1.0\n" in service.send("GET", "/metrics").body
        page = service.send("GET", "/about", headers={"Accept": "text/html"}).body
        assert b"Not isolated" in page
        assert b"Operation not permitted" in page


# A graph so large that counting takes longer than a query may.
COUNTING_IS_SLOW = """
import sys, time

if any("onrecord.graph.engine.processes.forkserver" in word for word in sys.orig_argv):
    from onrecord.graph.engine.reading import reader

    answer = reader._query

    def slow(store, request, text, pipe):
        time.sleep(60 if "COUNT" in text else 0)
        return answer(store, request, text, pipe)

    reader._query = slow
"""


def test_a_service_starts_however_long_it_takes_to_count_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(COUNTING_IS_SLOW)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Service(tmp_path / "data", seeds=0, shapes=0, query_seconds=1) as service:
        assert "(0 graphs, version 0, from " in service.log()
        assert "Traceback" not in service.log()
        assert service.ask("SELECT (COUNT(*) AS ?n) {}").status == 504


def test_where_isolation_is_required_a_shared_network_keeps_it_from_starting(without_isolation: Path) -> None:
    service = Service(without_isolation, seeds=0, shapes=0, isolation="require")
    try:
        assert service.process.wait(60) != 0
        assert "cannot be kept from the network" in service.log()
        assert "Traceback" not in service.log()
    finally:
        service.stop()


def limited(files: int, data: Path) -> subprocess.CompletedProcess[str]:
    """The server started where it may open so many files, and ended after its first words of that."""
    script = (
        "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv.pop(1)),) * 2);"
        "from onrecord.api.server.granian import _within_limit; from onrecord.graph.settings import Settings;"
        "_within_limit(Settings())"
    )
    return subprocess.run(
        [sys.executable, "-c", script, str(files)], cwd=data, check=False, capture_output=True, text=True
    )


def test_too_few_files_are_told_of_with_what_is_needed(tmp_path: Path) -> None:
    # Four connections for each of 512 threads, a file for each thread, and 128 to spare.
    assert limited(2_688, tmp_path).stderr == ""
    # Where that is too much, as many threads as have their connections: a fifth of what is left, and four times as many connections.
    for files, threads in ((1_000, 174), (256, 25)):
        told = limited(files, tmp_path).stderr
        assert (
            f"WARNING: this process may open {files} files (ulimit -n), so it has {threads} threads" in told
        )
        assert f"takes {4 * threads} connections at once. For ONRECORD_THREADS=512, let it open 2688" in told
    refused = limited(255, tmp_path)
    assert refused.returncode == 1
    assert "TooFewFiles: this process may open 255 files (ulimit -n), which is not enough" in refused.stderr
