"""Query evaluation, result formats and query syntax."""

from __future__ import annotations

import pytest
from tests.conformance.evaluation import run_query, run_syntax
from tests.conformance.suites.cases import each
from tests.conformance.suites.manifest import Case
from tests.conformance.target import Service

pytestmark = pytest.mark.slow


@each("query")
def test_a_query_has_the_solutions_the_suite_expects(service: Service, case: Case) -> None:
    run_query(service, case)


@each("query results in CSV, TSV and JSON")
def test_results_are_written_as_their_format_has_it(service: Service, case: Case) -> None:
    run_query(service, case)


@each("query syntax")
def test_a_query_is_taken_or_refused_for_its_syntax(service: Service, case: Case) -> None:
    run_syntax(service, case)
