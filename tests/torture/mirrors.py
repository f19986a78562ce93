"""Kills of a service whose graph is on another server too: what that one holds afterwards is a whole version, or nobody reads it."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from tests.harness.programs import sparql_servers
from tests.harness.programs.sparql_servers import Kind, Server
from tests.torture.run import Run, Scenario, Skipped
from tests.torture.victims import ledgers
from tests.torture.victims.victim import Victim

from onrecord.graph.ledger import Ledger

_LEVEL: Final = 600.0
"""Seconds: also where the machine stands still for minutes."""
_NONE: Final = ("acknowledged lost", "torn", "unreadable", "not level in ten minutes", "children left behind")


def kills(run: Run, server: str, kind: Kind) -> None:
    """In each round the front is killed while it commits and brings its commits to the server; then both are looked at."""
    if missing := kind.missing():
        raise Skipped(missing)
    for name in _NONE:
        run.count(name, 0)
    data = run.scratch / f"mirrored-{server}"
    with kind.start(run.scratch / f"server-{server}") as there:
        for round_ in run:
            chance = random.Random(round_)  # noqa: S311  (moments, no secrets)
            victim = Victim(data, run, **there.settings)
            try:
                if not victim.wait_for(1 + chance.randrange(4)):
                    run.note(f"round {round_}: no commit in a minute")
                time.sleep(chance.uniform(0, 0.15))
            finally:
                victim.end()
            run.count("kills")
            _look(run, data, victim.acknowledged, there)


def _look(run: Run, data: Path, acknowledged: int, server: Server) -> None:
    with Ledger.open(replace(ledgers.settings(data), **server.settings), _gate=False) as ledger:
        version = ledger.version
        if version < acknowledged:
            run.count("acknowledged lost", acknowledged - version)
            run.note(f"version {acknowledged} was acknowledged, and {version} is there")
        until = time.monotonic() + _LEVEL
        while ledger.about()["mirror"]["level"] != version:
            if time.monotonic() > until:
                run.count("not level in ten minutes")
                run.note(str(ledger.about()["mirror"]))
                return
            time.sleep(0.02)
        before = ledger.about()["mirror"]["answered"]
        seen = ledgers.seen(ledger)
        run.count("looked at on the server", ledger.about()["mirror"]["answered"] - before)
        if seen != (version, ledgers.expected(version)):
            run.count("torn")
            run.note(f"torn: version {version} was read as {seen}")


def _scenario(name: str, server: str, kind: Kind) -> Scenario:
    return Scenario(
        name,
        f"kill -9 of a front that mirrors its commits to {server}",
        rounds=500,
        short=2,
        body=partial(kills, server=server, kind=kind),
        most=dict.fromkeys(_NONE, 0),
        least={"kills": 1, "commits acknowledged": 1, "looked at on the server": 1},
    )


KILLS: Final = {
    server: _scenario("mirror" if server == "oxigraph" else server, server, kind)
    for server, kind in sparql_servers.SERVERS.items()
}
"""One for each kind of server."""
