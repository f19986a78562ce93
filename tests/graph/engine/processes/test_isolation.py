"""Where the system gives child processes no network of their own: nobody is left to think that it did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.harness.programs.isolation import REFUSED

from onrecord.graph import errors
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow


def test_a_shared_network_is_told_of(settings: Settings, meddle: Callable[[str], Path]) -> None:
    meddle(REFUSED)
    with Ledger.open(settings, _gate=False) as ledger:
        ledger.rows("SELECT * {}")
        assert ledger.about()["shared_network"] == "shared (Operation not permitted)"


def test_a_shared_network_is_refused_where_isolation_is_required(
    settings: Settings, meddle: Callable[[str], Path]
) -> None:
    meddle(REFUSED)
    required = replace(settings, isolation="require")
    with pytest.raises(errors.EngineFailure, match=r"shared \(Operation not permitted\).*ONRECORD_ISOLATION"):
        Ledger.open(required, _gate=False)
    # It let go of everything.
    Ledger.open(settings, _gate=False).close()


def test_where_there_is_isolation_requiring_it_changes_nothing(settings: Settings) -> None:
    with Ledger.open(settings, _gate=False) as ledger:
        ledger.rows("SELECT * {}")
        if ledger.about()["shared_network"] is not None:
            pytest.skip("this system gives no network namespaces")
    with Ledger.open(replace(settings, isolation="require"), _gate=False) as ledger:
        assert ledger.rows("SELECT * {}") == [{}]
        assert ledger.about()["shared_network"] is None
