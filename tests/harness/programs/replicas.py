"""Replicas of a service on this machine, and nginx before them with the file of deploy/."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.torture.victims.service import TOKEN, Service, exchange

DEPLOY = Path(__file__).parents[3] / "deploy" / "nginx-replicas.conf"
LONG = 120.0


def replica(data: Path, of: Service, readers: int = 2) -> Service:
    # A plain store, as the service it follows is; that would be found out, but `serve` warns before.
    return Service(
        data,
        replica_of=f"http://127.0.0.1:{of.port}",
        replica_token=TOKEN,
        replica_seconds=0.1,
        access_log=0,
        readers=readers,
    )


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
