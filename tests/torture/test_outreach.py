"""Whatever is asked, sent or uploaded, the service opens no connection: a listener hears nothing."""

from __future__ import annotations

from pathlib import Path
from urllib.request import urlopen

import pytest
from tests.torture import outreach
from tests.torture.hostile import OUTREACH, reach
from tests.torture.run import Run

from onrecord.graph.errors import QueryRefused
from onrecord.graph.settings import Settings
from onrecord.graph.sparql.screening import screen

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", outreach.SERVICES)
def test_no_disguise_of_service_passes_the_screening(name: str) -> None:
    with pytest.raises(QueryRefused):
        screen(outreach.SERVICES[name]("http://127.0.0.1:9/"), Settings())


def test_a_listener_hears_nothing_of_the_service_and_all_of_those_who_do_call(tmp_path: Path) -> None:
    run = Run(1, tmp_path)
    reach(run)
    assert OUTREACH.faults(run) == [], run.notes
    assert run.counters["attempts"] >= 200
    # An ordinary client, and Oxigraph's SERVICE without our guard.
    assert run.peaks["controls heard by the listener"] == 2
    # With root, the listener also stood within the readers' own networks, and a call made there was counted.
    assert run.peaks.get("controls counted in a reader's network", 1) == 1


def test_a_listener_answers_so_that_callers_go_on() -> None:
    with outreach.Listener() as listener:
        assert b"bindings" in urlopen(listener.address, timeout=60).read()
        assert listener.heard[0].startswith(b"GET / HTTP/1.1")
