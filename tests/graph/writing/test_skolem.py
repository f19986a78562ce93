"""Names for blank nodes: of their content alone, and within a second of computing, whatever they are made of."""

from __future__ import annotations

import resource
from collections.abc import Callable
from itertools import pairwise, permutations

import pytest
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad

from onrecord.graph.errors import BadChange
from onrecord.graph.writing.skolem import name_blank_nodes

pytestmark = pytest.mark.slow

BASE = "http://e/"
P, G, REST = NamedNode("http://e/p"), NamedNode("http://e/g"), NamedNode("http://e/rest")


def nodes(count: int, label: str = "b") -> list[BlankNode]:
    return [BlankNode(f"{label}{number}") for number in range(count)]


def clique(count: int, label: str = "b") -> set[Quad]:
    return {Quad(one, P, other, G) for one, other in permutations(nodes(count, label), 2)}


def list_of(count: int) -> set[Quad]:
    cells = nodes(count)
    return {Quad(cell, P, Literal("1"), G) for cell in cells} | {
        Quad(cell, REST, following, G) for cell, following in pairwise(cells)
    }


@pytest.mark.parametrize(
    "poison",
    [
        lambda: clique(9),
        lambda: clique(40),
        lambda: clique(9) | clique(9, "c"),
        lambda: list_of(1_000),
        lambda: list_of(20_000),
    ],
    ids=["9 nodes", "40 nodes", "two cliques", "a list", "a list that the engine's stack cannot hold"],
)
def test_nodes_too_much_alike_are_refused_after_a_second_of_computing(
    poison: Callable[[], set[Quad]],
) -> None:
    quads = poison()
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with pytest.raises(BadChange, match=r"blank nodes of the change are too much alike.*Give them IRIs"):
        name_blank_nodes(quads, BASE)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 2


@pytest.mark.parametrize("quads", [clique(5), list_of(50), list_of(2)])
def test_nodes_of_which_the_same_is_said_have_the_names_of_their_canonical_form(quads: set[Quad]) -> None:
    labels = {node for quad in quads for node in (quad.subject, quad.object) if isinstance(node, BlankNode)}
    again = {
        Quad(*(BlankNode(f"x{t.value}") if isinstance(t, BlankNode) else t for t in (q.subject, q.predicate, q.object)), G)
        for q in quads
    }  # fmt: skip
    named = name_blank_nodes(quads, BASE)
    assert named == name_blank_nodes(again, BASE)
    assert len({quad.subject for quad in named} | {quad.object for quad in named if isinstance(quad.object, NamedNode)}) == len(labels)  # fmt: skip
    # Named back, they are the graph that was given.
    back = {Quad(*(BlankNode(t.value.rpartition("/")[2]) if isinstance(t, NamedNode) and "genid" in t.value else t for t in (q.subject, q.predicate, q.object)), G) for q in named}  # fmt: skip
    given, returned = Dataset(quads), Dataset(back)
    for dataset in (given, returned):
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    assert given == returned


def test_any_number_of_nodes_that_differ_are_named() -> None:
    cells = nodes(5_000)
    distinct = {Quad(cell, P, Literal(str(number)), G) for number, cell in enumerate(cells)} | {
        Quad(cell, REST, following, G) for cell, following in pairwise(cells)
    }
    assert len({quad.subject for quad in name_blank_nodes(distinct, BASE)}) == 5_000
