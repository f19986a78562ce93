"""Which manifests are run, and how many cases each has to hold: an empty or shortened suite must not pass as a whole one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

import pytest
from tests.conformance.comparison import MismatchError
from tests.conformance.service import chosen
from tests.conformance.suites.exclusions import EXCLUSIONS
from tests.conformance.suites.fetch import SPARQL
from tests.conformance.suites.manifest import SUITES, Case, read_manifest

ABSENT: Final = SPARQL.absent

# Manifest -> number of cases it lists.
COUNTS: Final[Mapping[str, int]] = {
    "add/manifest.ttl": 8,
    "aggregates/manifest.ttl": 47,
    "basic-update/manifest.ttl": 13,
    "bind/manifest.ttl": 10,
    "bindings/manifest.ttl": 11,
    "cast/manifest.ttl": 6,
    "clear/manifest.ttl": 4,
    "construct/manifest.ttl": 7,
    "copy/manifest.ttl": 6,
    "csv-tsv-res/manifest.ttl": 6,
    "delete-data/manifest.ttl": 6,
    "delete-insert/manifest.ttl": 17,
    "delete-where/manifest.ttl": 6,
    "delete/manifest.ttl": 19,
    "drop/manifest.ttl": 4,
    "exists/manifest.ttl": 6,
    "functions/manifest.ttl": 75,
    "graph-store-protocol/manifest-direct.ttl": 4,
    "graph-store-protocol/manifest-indirect.ttl": 9,
    "grouping/manifest.ttl": 6,
    "json-res/manifest.ttl": 4,
    "move/manifest.ttl": 6,
    "negation/manifest.ttl": 12,
    "project-expression/manifest.ttl": 7,
    "property-path/manifest.ttl": 33,
    "protocol/manifest.ttl": 34,
    "service-description/manifest.ttl": 3,
    "subquery/manifest.ttl": 14,
    "syntax-query/manifest.ttl": 94,
    "syntax-update-1/manifest.ttl": 54,
    "syntax-update-2/manifest.ttl": 1,
    "update-silent/manifest.ttl": 13,
}

# What a case does -> how many there are of it, over all manifests.
KINDS: Final[Mapping[str, int]] = {
    "query": 225,
    "query results in CSV, TSV and JSON": 10,
    "update": 94,
    "query syntax": 103,
    "update syntax": 63,
    "protocol": 34,
    "graph store": 13,
    "service description": 3,
}


def present() -> bool:
    """Whether the suites are here."""
    return SUITES.is_dir()


@cache
def cases() -> tuple[Case, ...]:
    """Every case of every manifest."""
    return tuple(case for relative in COUNTS for case in read_manifest(relative))


def kind(case: Case) -> str:
    """Which of KINDS a case is of."""
    match case.type:
        case "ProtocolTest":
            return "protocol"
        case "GraphStoreProtocolTest":
            return "graph store"
        case "ServiceDescriptionTest":
            return "service description"
        case "UpdateEvaluationTest":
            return "update"
        case "QueryEvaluationTest" | "CSVResultFormatTest":
            formats = case.suite in ("csv-tsv-res", "json-res")
            return "query results in CSV, TSV and JSON" if formats else "query"
    return "update syntax" if case.of_update else "query syntax"


def each(name: str) -> Callable[..., pytest.MarkDecorator]:
    """Parametrise a test over the cases of one kind; what is known to fail is expected to, and noticed when it does not."""
    if not present():
        absent = pytest.param(None, marks=pytest.mark.skip(reason=ABSENT), id="absent")
        return pytest.mark.parametrize("case", [absent])
    reasons = {
        excluded.case: excluded.reason for excluded in EXCLUSIONS if excluded.of in ("engine", chosen())
    }
    found = [case for case in cases() if kind(case) == name]
    return pytest.mark.parametrize("case", [_parameter(case, reasons.get(case.id)) for case in found])


def _parameter(case: Case, reason: str | None) -> object:
    marks = [] if reason is None else [pytest.mark.xfail(reason=reason, raises=MismatchError, strict=True)]
    return pytest.param(case, id=case.id, marks=marks)
