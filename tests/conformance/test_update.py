"""Update evaluation and update syntax."""

from __future__ import annotations

import pytest
from tests.conformance.evaluation import run_syntax, run_update
from tests.conformance.suites.cases import each
from tests.conformance.suites.manifest import Case
from tests.conformance.target import Service

pytestmark = pytest.mark.slow


@each("update")
def test_an_update_leaves_the_state_the_suite_expects(service: Service, case: Case) -> None:
    run_update(service, case)


@each("update syntax")
def test_an_update_is_taken_or_refused_for_its_syntax(service: Service, case: Case) -> None:
    run_syntax(service, case)
