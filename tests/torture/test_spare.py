"""Nobody pays for somebody else's query: what follows a kill is answered by a reader that was ready before it."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

import pytest
from tests.torture.victims import ledgers
from tests.torture.victims.victim import alive, descendants

from onrecord.graph.changes import ChangeSet
from onrecord.graph.errors import QueryTimeout
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o . ?q ?r ?s }"


def readers() -> set[int]:
    """The reader processes of all ledgers that are open here."""
    found = set()
    for pid in descendants(os.getpid()):
        with contextlib.suppress(OSError):
            if Path(f"/proc/{pid}/comm").read_text().startswith("onrecord-reader"):
                found.add(pid)
    return found


def test_the_query_after_a_kill_does_not_wait_for_a_process_to_start(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, readers=1, query_seconds=1)
    others = readers()
    with Ledger.open(settings, _gate=False) as ledger:
        ledger.commit(ChangeSet(added=ledgers.batch(1)), message="m", author="a")
        ledger.query("ASK {}").close()
        until = time.monotonic() + 60
        while len(before := readers() - others) < 2 and time.monotonic() < until:
            time.sleep(0.01)  # the spare one starts beside
        (killed,) = (reader["pid"] for reader in ledger.about()["readers"])
        with pytest.raises(QueryTimeout):
            ledger.query(FOREVER)
        ledger.query("ASK {}").close()
        (answered,) = (reader["pid"] for reader in ledger.about()["readers"])
        assert answered != killed
        assert answered in before
        until = time.monotonic() + 60
        while alive(killed) and time.monotonic() < until:
            time.sleep(0.01)
        assert not alive(killed)
