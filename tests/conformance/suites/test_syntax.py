"""The W3C's suites of RDF syntaxes, read as uploads are."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
import pytest
from tests.conformance.suites import fetch
from tests.conformance.suites.syntax import COUNTS, EXCLUSIONS, Case, cases

from onrecord.graph.errors import UploadSyntax
from onrecord.graph.writing.parsing.uploads import parsed

PRESENT = {suite: (fetch.JSON_LD if suite == "json-ld" else fetch.RDF).path.is_dir() for suite in COUNTS}


def absent(suite: str) -> pytest.MarkDecorator:
    wanted = fetch.JSON_LD if suite == "json-ld" else fetch.RDF
    return pytest.mark.skipif(not PRESENT[suite], reason=wanted.absent)


def parameters() -> Iterable[object]:
    for suite, here in PRESENT.items():
        if not here:
            yield pytest.param(None, marks=absent(suite), id=suite)
        for case in cases(suite) if here else ():
            reason = EXCLUSIONS.get(case.id)
            marks = [] if reason is None else [pytest.mark.xfail(reason=reason, strict=True)]
            yield pytest.param(case, id=case.id, marks=marks)


def canonical(quads: Iterable[ox.Quad]) -> ox.Dataset:
    found = ox.Dataset(quads)
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return found


@pytest.mark.parametrize("case", list(parameters()))
def test_a_document_is_read_as_the_suite_has_it(case: Case) -> None:
    document = case.document.read_bytes()
    if case.wrong:
        with pytest.raises(UploadSyntax):
            list(parsed(document, case.media_type, case.base))
        return
    found = list(parsed(document, case.media_type, case.base))
    if case.result is not None:
        assert canonical(found) == canonical(case.expected())


@pytest.mark.parametrize("suite", [pytest.param(suite, marks=absent(suite)) for suite in COUNTS])
def test_a_suite_is_whole(suite: str) -> None:
    found = [case.id for case in cases(suite)]
    assert len(found) == len(set(found)) == COUNTS[suite]
    assert {name for name in EXCLUSIONS if name.startswith(f"{suite}/")} <= set(found)


def test_no_more_is_excluded_than_was_found() -> None:
    assert len(EXCLUSIONS) == 31
    assert all(name.startswith("json-ld/") for name in EXCLUSIONS)
