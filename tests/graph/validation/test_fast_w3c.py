"""The fast engine and pyshacl over the W3C's SHACL suite: which cases the two see differently, and why that does no harm."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyshacl
import pytest
import rdflib
from rdflib import SH

engine = pytest.importorskip("shacl", reason="the extra `fast` is not installed")

SUITE = Path(__file__).parents[4].joinpath("shared", "w3c", "shacl")

DIFFERENT: dict[str, str] = {
    "sparql/pre-binding/shapesGraph-001.ttl": "asks for the shapes as a graph of the data ($shapesGraph), which a processor "
    "need not offer: pyshacl fails over it, the fast engine does not. No shape of ours asks",
    "sparql/pre-binding/unsupported-sparql-004.ttl": "a nested SELECT that does not give $this, which a processor has to refuse: "
    "pyshacl does, the fast engine does not. No shape of ours nests one",
}
"""The cases of the W3C's suite of which the two say something else, and why that does no harm here."""


def cases() -> Iterator[Path]:
    return (
        file
        for file in sorted(SUITE.rglob("*.ttl"))
        if file.name != "manifest.ttl" and "-shapes" not in file.name
    )


@pytest.mark.slow
@pytest.mark.skipif(not SUITE.is_dir(), reason="the W3C's SHACL suite is not in ../shared/w3c/shacl")
def test_both_agree_on_the_suite_of_the_w3c() -> None:
    looked_at, differing = 0, set()
    for file in cases():
        whole = rdflib.Graph().parse(file, format="turtle")
        for action in whole.objects(
            None, rdflib.URIRef("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#action")
        ):
            looked_at += 1
            data, shapes = (_graph(whole, action, which, file) for which in ("dataGraph", "shapesGraph"))
            if _by_pyshacl(data, shapes) != _by_the_fast_one(data, shapes):
                differing.add(str(file.relative_to(SUITE)))
    assert looked_at > 100
    assert differing == DIFFERENT.keys()


def _graph(whole: rdflib.Graph, action: rdflib.term.Node, which: str, file: Path) -> rdflib.Graph:
    named = str(whole.value(action, rdflib.URIRef("http://www.w3.org/ns/shacl-test#" + which)))
    return (
        whole
        if named == file.as_uri()
        else rdflib.Graph().parse(named.removeprefix("file://"), format="turtle")
    )


def _by_pyshacl(data: rdflib.Graph, shapes: rdflib.Graph) -> object:
    try:
        conforms, report, _ = pyshacl.validate(data, shacl_graph=shapes, advanced=False)
    except Exception:
        return "failure"
    if not isinstance(report, rdflib.Graph):
        return "failure"
    results = report.objects(None, SH.result)
    return conforms, sorted(
        focus for result in results if (focus := _named(report.value(result, SH.focusNode)))
    )


def _named(term: object) -> str | None:
    return term.n3() if isinstance(term, rdflib.URIRef | rdflib.Literal) else None


def _by_the_fast_one(data: rdflib.Graph, shapes: rdflib.Graph) -> object:
    try:
        compiled = engine.Shapes.from_text(shapes.serialize(format="nt"), "ntriples")
        report = compiled.validate_text(data.serialize(format="nt"), "ntriples")
    except ValueError:
        return "failure"
    return report.conforms, sorted(r.focus_node for r in report.results if r.focus_node[0] != "_")
