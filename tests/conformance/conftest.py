"""The service under test, one process for the session, and the EARL report."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from tests.conformance import service as services
from tests.conformance.earl import write_report
from tests.conformance.suites.cases import ABSENT, present
from tests.conformance.target import Service

REPORT: Final = "CONFORMANCE_EARL"
_PROPERTY: Final = "w3c-case"
_outcomes: dict[str, str] = {}


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A running service, which each test empties first."""
    if not present():
        pytest.skip(ABSENT)
    with services.running(tmp_path_factory.mktemp("service")) as started:
        yield started


@pytest.fixture(autouse=True)
def _named_in_the_report(request: pytest.FixtureRequest) -> None:
    case = getattr(request.node, "callspec", None) and request.node.callspec.params.get("case")
    if case is not None and "service" in request.fixturenames:
        request.node.user_properties.append((_PROPERTY, case.iri))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note how a case went. A case that is expected to fail, and does, has failed all the same."""
    case = dict(report.user_properties).get(_PROPERTY)
    if case is None or (report.when != "call" and report.passed):
        return
    if "XPASS" in str(report.longrepr):
        outcome = "passed"
    elif hasattr(report, "wasxfail") or report.failed:
        outcome = "failed"
    else:
        outcome = "passed" if report.passed else "untested"
    _outcomes[str(case)] = outcome


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the report where the environment says, once: with -n, in the process that gathers the others' results."""
    path = os.environ.get(REPORT)
    if path and _outcomes and not hasattr(session.config, "workerinput"):
        write_report(Path(path), services.chosen(), _outcomes)
