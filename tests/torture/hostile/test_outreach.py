"""Whatever is asked, sent or uploaded, the service opens no connection: a listener hears nothing."""

from __future__ import annotations

from pathlib import Path
from typing import cast
from urllib.request import urlopen

import pytest
from pyoxigraph import QuerySolutions, Store
from tests.torture.hostile import outreach
from tests.torture.hostile.attacks import OUTREACH, reach
from tests.torture.run import Run

from onrecord.graph.errors import QueryRefused
from onrecord.graph.settings import Settings
from onrecord.graph.sparql.rewriting.rewrite import rewrite
from onrecord.graph.sparql.screening import screen

pytestmark = pytest.mark.slow


def in_the_engine(text: str) -> None:
    rewritten = rewrite(screen(text, Settings()), Store().query)
    list(cast("QuerySolutions", Store().query(rewritten.text, **rewritten.arguments)))


@pytest.mark.parametrize("name", outreach.SERVICES)
def test_no_disguise_of_service_reaches_the_engine(name: str) -> None:
    # A call that got through would end otherwise: nothing listens there. A name that runs into the next word is a
    # name by the grammar, though not by the engine's: rewritten, it is no SPARQL.
    with pytest.raises((QueryRefused, SyntaxError)):
        in_the_engine(outreach.SERVICES[name]("http://127.0.0.1:9/"))


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
