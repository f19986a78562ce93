"""The invented graph that measurements are made on."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from bench.generate import lines
from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from onrecord.graph import terms
from onrecord.graph.changes import ChangeSet
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def small() -> list[Quad]:
    """A graph with some hundred statements."""
    return list(parse("".join(lines(15_000)).encode(), RdfFormat.N_QUADS))


def test_it_passes_the_shapes(small: list[Quad], tmp_path: Path) -> None:
    with Ledger.open(Settings(data=tmp_path)) as ledger:
        commit = ledger.commit(ChangeSet(added=frozenset(small)), message="invented", author="tester")
    assert commit.added == len(small)


def test_it_is_the_same_each_time_and_no_quad_comes_twice(small: list[Quad]) -> None:
    again = "".join(lines(15_000))
    assert list(parse(again.encode(), RdfFormat.N_QUADS)) == small
    assert len(set(small)) == len(small)
    assert "".join(lines(15_000, seed=2)) != again


def test_a_smaller_graph_is_the_beginning_of_a_larger_one() -> None:
    larger = list(lines(9_000))
    smaller = list(lines(5_000))
    assert larger[: len(smaller)] == smaller
    assert 5_000 <= len(smaller) < 7_000
    assert len(larger) >= 9_000


def test_few_are_named_often_and_most_seldom() -> None:
    speaker = NamedNode(terms.REC + "speaker")
    quads = parse("".join(lines(60_000)).encode(), RdfFormat.N_QUADS)
    said = Counter(quad.object for quad in quads if quad.predicate == speaker)
    assert len(said) > 100
    often = sum(times for _, times in said.most_common(len(said) // 10))
    assert often > said.total() / 3
    assert sorted(said.values())[len(said) // 2] <= 3


def test_it_holds_every_kind_of_thing_that_pages_show(small: list[Quad]) -> None:
    kinds = {
        quad.object.value.removeprefix(terms.REC) for quad in small if quad.predicate.value == terms.RDF_TYPE
    }
    assert kinds >= {
        "Person", "State", "GovernmentBody", "NewsOutlet", "Tenure", "Place", "WeaponType", "Document", "DocumentVersion",
        "Strike", "Statement", "Rendering", "Excerpt", "QuantityClaim", "TargetClaim", "ResponsibilityClaim",
        "AttitudeClaim", "PropertyClaim",
    }  # fmt: skip
    properties = {quad.predicate.value.removeprefix(terms.REC) for quad in small}
    assert properties >= {
        "partOf",
        "contradicts",
        "supersedes",
        "relay",
        "attributedTo",
        "speakingAs",
        "addressee",
    }
