"""Three replicas of one service behind nginx: no wrong answer and no failed one, whatever happens to one of them."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.torture.service import TOKEN, Reply, Service, exchange

from onrecord.graph.engine.disk.commit_log import CommitLog

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        shutil.which("nginx") is None, reason="nginx is not installed (apt-get install nginx-light)"
    ),
]

DEPLOY = Path(__file__).parents[3] / "deploy" / "nginx-replicas.conf"
LONG = 120.0
GRAPH = "http://example.org/g"


def replica(data: Path, of: Service) -> Service:
    # A plain store, as the service it follows is; that would be found out, but `serve` warns before.
    return Service(
        data,
        replica_of=f"http://127.0.0.1:{of.port}",
        replica_token=TOKEN,
        replica_seconds=0.1,
        access_log=0,
        readers=2,
    )


def put(writer: Service, number: int) -> None:
    body = f'<http://example.org/s> <http://example.org/p> "{number}" .'
    assert writer.put(GRAPH, body.encode()).status in {201, 204}


def version(service: Service) -> int:
    return int(service.send("GET", "/health").body.split()[-1] or 0)


def wait_for(service: Service, wanted: int) -> None:
    until = time.monotonic() + LONG
    while version(service) != wanted:
        assert time.monotonic() < until, service.log()[-2000:]
        time.sleep(0.05)


@contextlib.contextmanager
def balanced(ports: list[int], scratch: Path) -> Iterator[int]:
    """nginx with the file of deploy/ over these ports of the machine; the port that it listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = DEPLOY.read_text()
    servers = "\n".join(f"    server 127.0.0.1:{number} max_fails=1 fail_timeout=1s;" for number in ports)
    head, rest = given.split("    # replicas\n")
    _, tail = rest.split("    # end of replicas\n")
    site = scratch / "site.conf"
    site.write_text((head + servers + "\n" + tail).replace("listen 80;", f"listen 127.0.0.1:{port};"))
    paths = " ".join(
        f"{kind}_temp_path {scratch}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = scratch / "nginx.conf"
    main.write_text(
        f"daemon off; pid {scratch}/nginx.pid; error_log {scratch}/error.log; events {{}}\n"
        f"http {{ access_log off; {paths} include {site}; }}\n"
    )
    process = subprocess.Popen(["nginx", "-e", str(scratch / "error.log"), "-c", str(main)])
    try:
        until = time.monotonic() + LONG
        while exchange(port, "GET", "/health").status != 200:
            assert time.monotonic() < until, (scratch / "error.log").read_text()
            assert process.poll() is None, (scratch / "error.log").read_text()
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(LONG)


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
