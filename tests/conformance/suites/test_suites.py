"""That the suites are whole, and that what is excluded has to be."""

from __future__ import annotations

from collections import Counter

import pytest
from tests.conformance.comparison import MismatchError
from tests.conformance.evaluation import RUN, run_query
from tests.conformance.suites.cases import ABSENT, COUNTS, KINDS, cases, kind, present
from tests.conformance.suites.exclusions import EXCLUSIONS, GROUPS, Exclusion
from tests.conformance.suites.manifest import SUITES, Case, read_manifest
from tests.conformance.target import Engine, Service

pytestmark = pytest.mark.skipif(not present(), reason=ABSENT)

OF_ENGINE = [excluded for excluded in EXCLUSIONS if excluded.of == "engine"]
MOST_OF_ENGINE = 20


def _case(excluded: Exclusion) -> Case:
    return next(case for case in cases() if case.id == excluded.case)


@pytest.mark.parametrize("relative", COUNTS)
def test_a_manifest_lists_as_many_cases_as_it_should(relative: str) -> None:
    assert len(read_manifest(relative)) == COUNTS[relative]


def test_of_each_kind_there_are_as_many_cases_as_there_should_be() -> None:
    assert Counter(map(kind, cases())) == KINDS


def test_case_names_are_unique() -> None:
    assert (
        len({case.id for case in cases()})
        == len({case.iri for case in cases()})
        == sum(COUNTS.values())
        == 545
    )


def test_every_suite_is_run_or_left_out_for_a_reason() -> None:
    run = {relative.partition("/")[0] for relative in COUNTS}
    assert run | set(GROUPS) == {path.name for path in SUITES.iterdir() if path.is_dir()}
    assert not run & set(GROUPS)


def test_every_file_that_a_case_names_is_there() -> None:
    named = [
        file
        for case in cases()
        for data in (case.data, case.after)
        for file in (case.text, case.result, *data.default, *(file for _, file in data.named))
        if file is not None
    ]
    assert [file.iri for file in named if not file.path.is_file()] == []


def test_no_case_puts_two_documents_into_one_graph() -> None:
    """Each is sent by PUT, and the second would take the place of the first."""
    for case in cases():
        assert len(case.data.default) <= 1
        assert len({name for name, _ in case.data.named}) == len(case.data.named)


def test_exclusions_name_cases_that_there_are_and_each_once() -> None:
    names = [excluded.case for excluded in EXCLUSIONS]
    assert set(names) <= {case.id for case in cases()}
    assert len(names) == len(set(names))


def test_no_more_is_excluded_for_the_engine_than_was_found() -> None:
    assert len(OF_ENGINE) <= MOST_OF_ENGINE


@pytest.mark.parametrize("excluded", OF_ENGINE, ids=lambda excluded: excluded.case)
def test_what_is_excluded_for_the_engine_fails_in_the_engine_alone(excluded: Exclusion) -> None:
    case = _case(excluded)
    with pytest.raises(MismatchError):
        RUN[kind(case)](Engine(), case)


@pytest.mark.parametrize(
    "excluded", [e for e in OF_ENGINE if e.right_by_value], ids=lambda excluded: excluded.case
)
def test_where_literals_are_written_otherwise_the_answer_is_right_by_value(
    service: Service, excluded: Exclusion
) -> None:
    run_query(service, _case(excluded), values=True)
