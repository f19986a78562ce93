"""Three replicas of one service behind nginx: no wrong answer and no failed one, whatever happens to one of them."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
from pathlib import Path

import pytest
from tests.harness.programs.replicas import balanced, replica, wait_for
from tests.torture.victims.service import TOKEN, Reply, Service, exchange

from onrecord.graph.engine.disk.commit_log import CommitLog

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        shutil.which("nginx") is None, reason="nginx is not installed (apt-get install nginx-light)"
    ),
]

GRAPH = "http://example.org/g"


def put(writer: Service, number: int) -> None:
    body = f'<http://example.org/s> <http://example.org/p> "{number}" .'
    assert writer.put(GRAPH, body.encode()).status in {201, 204}


def asked(port: int) -> Reply:
    query = f"SELECT ?o {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}"
    headers = {"Content-Type": "application/sparql-query", "Accept": "text/csv"}
    return exchange(port, "POST", "/sparql", query.encode(), headers)


def check(port: int, times: int = 30) -> None:
    """Every answer is the one of the version that it says it is of."""
    for _ in range(times):
        reply = asked(port)
        assert reply.status == 200, reply
        assert reply.whole
        assert reply.body == b"o\r\n%d\r\n" % int(reply.headers["onrecord-version"])


def test_one_killed_one_damaged_and_the_writer_gone_reads_go_on_and_each_answer_is_right(
    tmp_path: Path,
) -> None:
    with contextlib.ExitStack() as running:
        writer = running.enter_context(Service(tmp_path / "writer", seeds=0, shapes=0, access_log=0))
        put(writer, 1)
        names = [tmp_path / f"replica{number}" for number in range(3)]
        replicas = [running.enter_context(replica(name, writer)) for name in names]
        port = running.enter_context(balanced([service.port for service in replicas], tmp_path))
        check(port)

        # One is killed with all its processes, while it takes over what is committed.
        put(writer, 2)
        os.killpg(replicas[0].process.pid, signal.SIGKILL)
        check(port)
        for number in (3, 4, 5):
            put(writer, number)
        for service in replicas[1:]:
            wait_for(service, 5)
        check(port)

        # It comes back with a patch that was damaged meanwhile, and has all commits again.
        path = CommitLog(names[0] / "history").path(1)
        path.write_bytes(path.read_bytes()[:-20])
        again = running.enter_context(replica(names[0], writer))
        wait_for(again, 5)
        assert "is damaged; it is taken again" in again.log()
        assert asked(again.port).body == b"o\r\n5\r\n"

        # The writer is gone for a while.
        writer.stop()
        check(port)
        assert b"0 behind" in again.send("GET", "/ready").body
        with Service(tmp_path / "writer", seeds=0, shapes=0, access_log=0, port=writer.port) as back:
            put(back, 6)
            for service in replicas[1:]:
                wait_for(service, 6)
            check(port)
            # A change that a client sends to the replicas is refused, and names the service that takes it.
            body = b"INSERT DATA { <http://example.org/a> <http://example.org/b> 1 }"
            headers = {"Content-Type": "application/sparql-update", "Authorization": f"Bearer {TOKEN}"}
            refused = exchange(port, "POST", "/sparql", body, headers)
            assert refused.status == 403
            assert str(writer.port).encode() in refused.body
