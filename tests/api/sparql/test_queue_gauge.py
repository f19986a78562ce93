"""/metrics tells how many queries wait for a reader, apart from those that run."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from pathlib import Path

from onrecord.api import create_app
from onrecord.graph.errors import OnrecordError
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

ENDLESS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"VALUES ?v{i} {{ {'1 ' * 99} }}" for i in range(6)) + " }"


def test_queries_that_wait_are_told_apart_from_those_that_run(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", readers=1, query_seconds=120, seeds=False, shapes=False)
    with Ledger.open(settings) as ledger:
        client = create_app(ledger, settings).test_client()

        def waiting() -> float:
            found = re.search(r"^onrecord_queries_waiting (\S+)$", client.get("/metrics").text, re.MULTILINE)
            assert found is not None
            return float(found[1])

        def ask() -> None:
            with contextlib.suppress(OnrecordError):
                ledger.query(ENDLESS)

        assert waiting() == 0
        running = [threading.Thread(target=ask) for _ in range(3)]
        for thread in running:
            thread.start()
        until = time.monotonic() + 60
        while waiting() != 2 and time.monotonic() < until:
            time.sleep(0.02)
        assert waiting() == 2
        ledger.close()
        for thread in running:
            thread.join()
