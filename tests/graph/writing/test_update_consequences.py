"""SPARQL Update: what follows from one, by the shapes, by the rules, and in the history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Store
from tests.harness.updating import BASE, EX, do, triples, unchanged

from onrecord.graph import errors
from onrecord.graph.changes import ChangeSet
from onrecord.graph.disputes import derivation
from onrecord.graph.ledger import Ledger
from onrecord.graph.records.build import build
from onrecord.graph.records.seeds import Seeds
from onrecord.graph.settings import Settings
from onrecord.graph.validation.report import Rejected

pytestmark = pytest.mark.slow


@pytest.fixture
def ledger(emptied: Ledger) -> Ledger:
    return emptied


@pytest.fixture(scope="module")
def full(copy_of_built: Callable[[], Path]) -> Iterator[Ledger]:
    """The seeds, with their shapes, to be written to. No test may rely on what another left."""
    with Ledger.open(Settings(data=copy_of_built(), query_seconds=120)) as opened:
        yield opened


# With shapes, over the seeds


def test_what_the_shapes_refuse_changes_nothing(full: Ledger) -> None:
    version = full.version
    with pytest.raises(Rejected, match="rec:Nonsense") as caught:
        do(
            full,
            "INSERT DATA { <actor/x> a rec:Person ; rdfs:label 'X'@en } ; INSERT DATA { <actor/y> a rec:Nonsense }",
        )
    assert caught.value.report.results
    assert full.version == version
    assert full.rows("SELECT * { <https://w3id.org/onrecord/actor/x> ?p ?o }") == []


def test_what_is_derived_follows_the_claims_in_the_same_commit(full: Ledger, tmp_path: Path) -> None:
    def contradictions() -> set[str]:
        return {str(row["a"]) for row in full.rows("SELECT ?a { ?a rec:contradicts ?b }")}

    (one,) = full.rows("SELECT ?c ?g ?t { GRAPH ?g { ?c a rec:TargetClaim ; rec:targetKind ?t } FILTER EXISTS { ?c rec:contradicts ?d } } ORDER BY ?c LIMIT 1")  # fmt: skip
    before = contradictions()
    assert str(one["c"]) in before
    commit = full.update(f"DELETE WHERE {{ GRAPH {one['g']} {{ {one['c']} ?p ?o }} }} ; DELETE {{ GRAPH ?g {{ ?s ?p {one['c']} }} }} WHERE {{ GRAPH ?g {{ ?s ?p {one['c']} }} FILTER(!CONTAINS(STR(?g), 'derived')) }}", author="t")  # fmt: skip
    assert str(one["c"]) not in contradictions()
    _, change = (
        commit,
        ChangeSet.from_rows(full.patch(commit.version).partition(b"TX .\n")[2].removesuffix(b"TC .\n")),
    )
    assert NamedNode(BASE + "graph/derived") in {quad.graph_name for quad in change.removed}
    full.revert(commit.version, author="t")
    assert contradictions() == before


def test_building_again_keeps_what_is_derived_from_other_graphs(ledger: Ledger, seeds: Seeds) -> None:
    def contradictions() -> int:
        return len(ledger.rows("SELECT ?a ?b { ?a rec:contradicts ?b }"))

    build(ledger, seeds)
    before = contradictions()
    (one,) = ledger.rows("SELECT ?c { ?c a rec:TargetClaim ; rec:contradicts ?d } ORDER BY ?c LIMIT 1")
    do(
        ledger,
        f"INSERT {{ GRAPH :g {{ :copy ?p ?o }} }} WHERE {{ {one['c']} ?p ?o FILTER(?p != rec:contradicts) }}",
    )
    after = contradictions()
    assert after > before
    with unchanged(ledger):
        assert build(ledger, seeds) is None
    do(
        ledger,
        "DELETE { GRAPH ?g { ?s skos:prefLabel ?l } } WHERE { GRAPH ?g { ?s skos:prefLabel ?l } FILTER(?g = <graph/reference>) }",
    )
    build(ledger, seeds)
    assert contradictions() == after


def test_only_triples_that_something_derived_depends_on_have_anything_derived(seeds: Seeds) -> None:
    one_of_each = {quad.predicate.value: quad for quad in seeds.quads}
    concerned = {name for name, quad in one_of_each.items() if list(derivation.steps(Store(), [quad]))}
    assert BASE + "ns#atLeast" in concerned
    assert BASE + "ns#exact" not in concerned
    assert "http://www.w3.org/2004/02/skos/core#altLabel" not in concerned


# History


def test_reverting_undoes_one_commit_and_leaves_the_later_ones(ledger: Ledger) -> None:
    do(ledger, "INSERT DATA { :a :p 1, 2 }")
    do(ledger, "DELETE DATA { :a :p 1 } ; INSERT DATA { :a :p 3 }")
    first = ledger.version - 1
    commit = ledger.revert(first, author="me")
    assert (commit.message, commit.added, commit.removed) == (f"Revert version {first}", 0, 1)
    assert [line.split('"')[1] for line in triples(ledger, None)] == ["3"]
    with unchanged(ledger):
        ledger.revert(first, author="me")  # it is undone already


def test_the_patch_of_a_commit_says_what_it_changed(ledger: Ledger) -> None:
    do(ledger, "INSERT DATA { :a :p 1 }", message="one")
    patch = ledger.patch(ledger.version).decode()
    assert f"A <{EX}a> <{EX}p> " in patch
    assert 'H message "one" .' in patch


def test_a_commit_that_never_was_is_unknown(ledger: Ledger) -> None:
    do(ledger, "INSERT DATA { :a :p 1 }")
    for version in (-1, 0, ledger.version + 1):
        with pytest.raises(errors.UnknownCommit, match=f"the last one is {ledger.version}"):
            ledger.patch(version)
        with pytest.raises(errors.UnknownCommit):
            ledger.revert(version, author="me")


def test_a_directory_keeps_the_mode_it_was_made_in(settings: Settings, plain_settings: Settings) -> None:
    for mode in (settings, plain_settings):
        with Ledger.open(mode, _gate=False) as made:
            do(made, "INSERT DATA { :a :p 1 }")
    with pytest.raises(errors.WrongMode, match="plain store would let go bad"):
        Ledger.open(replace(settings, seeds=False, shapes=False))
    with pytest.raises(errors.WrongMode, match="--no-seeds --no-shapes"):
        Ledger.open(replace(plain_settings, seeds=True))
    with Ledger.open_read_only(replace(plain_settings, seeds=True)) as reading:
        assert reading.rows("SELECT * { ?s ?p ?o }")
        assert reading.rows("SELECT * { GRAPH ?g { ?s ?p ?o } }") == []
