"""Actors that are said to be the same are one node, in the network, between two and in what is taken away, until that is taken back."""

from __future__ import annotations

import csv
import io
import json
from itertools import chain

import networkx as nx
import pyoxigraph as ox
import pytest
from tests.harness.graphs.store import Followed, InMemory

from onrecord.graph import terms
from onrecord.graph.questions.network.asked import Wanted, wanted, wanted_pair
from onrecord.graph.questions.network.formats import as_json, as_tables
from onrecord.graph.questions.network.formats.network_formats import FORMATS
from onrecord.graph.questions.network.shown import Network, network, pair
from onrecord.graph.relations.merging import twins
from onrecord.graph.relations.network import of_actor, relations
from onrecord.graph.vocabulary.ontology import vocabulary_quads

B = terms.DEFAULT_BASE
GRAPH = ox.NamedNode(B + "graph/reference")
HEAD = f"@base <{B}> . @prefix rec: <ns#> . " + "".join(
    f"@prefix {name}: <{iri}> . " for name, iri in terms.PREFIXES.items() if name != "rec"
)
IDENTITY = """<identity/one> a rec:Identity ; rdf:subject <actor/zora> ; rdf:predicate owl:sameAs ; rdf:object <actor/ann> ;
  rec:assessedBy <editor/ed> ; rec:assessedOn "2025-09-01"^^xsd:date ; rec:note "One person, spelt in two ways."@en .
"""


def said(name: str, speaker: str, about: str, day: int, to: str = "") -> str:
    addressee = f"; rec:addressee <actor/{to}>" if to else ""
    return (
        f"<statement/{name}> a rec:Statement ; rec:speaker <actor/{speaker}> ; rec:about <actor/{about}> {addressee} ; "
        f'rec:saidOn "2025-08-0{day}"^^xsd:date .\n'
    )


WORLD = (
    "".join(
        f'<actor/{name}> a rec:Person ; rdfs:label "{name.title()}"@en .\n'
        for name in ("ann", "bob", "cid", "zora")
    )
    + '<event/talks> a rec:Meeting ; rec:participant <actor/bob> , <actor/zora> ; rec:begin "2025-08-05T10:00:00Z"^^xsd:dateTime .\n'
    + said("1", "ann", "bob", 1)
    + said("2", "zora", "bob", 2)
    + said("3", "zora", "ann", 3)
    + said("4", "cid", "zora", 4, to="zora")
)


def quads(turtle: str) -> set[ox.Quad]:
    parsed = ox.parse((HEAD + turtle).encode(), format=ox.RdfFormat.TURTLE)
    return {ox.Quad(q.subject, q.predicate, q.object, GRAPH) for q in parsed}


@pytest.fixture(scope="module")
def merged() -> InMemory:
    return InMemory([*vocabulary_quads(), *quads(WORLD + IDENTITY)])


@pytest.fixture(scope="module")
def apart() -> InMemory:
    return InMemory([*vocabulary_quads(), *quads(WORLD)])


def edges(found: Network) -> set[tuple[str, str, str, int]]:
    return {(e.kind.name, e.source.removeprefix(B), e.target.removeprefix(B), e.count) for e in found.edges}


AS_ONE = {
    ("spoke-about", "actor/ann", "actor/bob", 2),
    ("spoke-about", "actor/cid", "actor/ann", 1),
    ("spoke-to", "actor/cid", "actor/ann", 1),
    ("met-with", "actor/ann", "actor/bob", 1),
}
AS_TWO = {
    ("spoke-about", "actor/ann", "actor/bob", 1),
    ("spoke-about", "actor/zora", "actor/bob", 1),
    ("spoke-about", "actor/zora", "actor/ann", 1),
    ("spoke-about", "actor/cid", "actor/zora", 1),
    ("spoke-to", "actor/cid", "actor/zora", 1),
    ("met-with", "actor/bob", "actor/zora", 1),
}


@pytest.mark.parametrize(
    "given",
    [{}, {"ego": "ann", "steps": "2"}, {"ego": "zora", "steps": "2"}, {"ego": "bob", "steps": "2"}, {"ego": "zora", "steps": "2", "standing": "all"}],
    ids=str,
)  # fmt: skip
def test_they_are_one_node_from_whichever_it_is_asked(
    merged: InMemory, apart: InMemory, given: dict[str, str]
) -> None:
    asked = wanted(given, B)
    found = network(merged, asked)
    assert edges(found) == AS_ONE
    assert {node.iri.removeprefix(B) for node in found.nodes} == {"actor/ann", "actor/bob", "actor/cid"}
    assert edges(network(apart, asked)) == AS_TWO


def test_within_a_time_and_with_all_their_evidence_they_are_one(merged: InMemory) -> None:
    found = network(
        merged, wanted({"ego": "zora", "from": "2025-08-02", "until": "2025-08-04"}, B), evidence=None
    )
    assert edges(found) == {
        ("spoke-about", "actor/ann", "actor/bob", 1),
        ("spoke-about", "actor/cid", "actor/ann", 1),
        ("spoke-to", "actor/cid", "actor/ann", 1),
    }


def test_the_node_says_who_else_it_is_and_on_which_ground(merged: InMemory, apart: InMemory) -> None:
    found = network(merged, wanted({"ego": "bob"}, B))
    (node,) = [node for node in found.nodes if node.iri == B + "actor/ann"]
    assert [name.iri for name in node.same] == [B + "actor/zora"]
    assert node.identities == [B + "identity/one"]
    told = {node["id"]: node for node in as_json.document(found, B, 1)["nodes"]}  # type: ignore[attr-defined]
    assert told["actor/ann"]["sameAs"] == [{"iri": B + "actor/zora", "label": "Zora"}]
    assert told["actor/ann"]["identities"] == [B + "identity/one"]
    assert "sameAs" not in told["actor/bob"]
    assert all(not node.same for node in network(apart, wanted({}, B)).nodes)


def test_what_is_taken_away_has_one_node_that_names_the_other(merged: InMemory) -> None:
    found = network(merged, wanted({}, B), evidence=None)
    gexf = nx.read_gexf(io.BytesIO(FORMATS["gexf"].write(found, B, 1)))
    assert set(gexf.nodes) == {B + "actor/ann", B + "actor/bob", B + "actor/cid"}
    assert gexf.nodes[B + "actor/ann"]["sameAs"] == B + "actor/zora"
    (row,) = [
        row
        for row in csv.DictReader(io.StringIO(as_tables.table(found, "nodes", B)))
        if row["Id"] == B + "actor/ann"
    ]
    assert row["sameAs"] == B + "actor/zora"
    triples = ox.parse(FORMATS["ttl"].write(found, B, 1), format=ox.RdfFormat.TURTLE)
    same = ox.NamedNode(terms.PREFIXES["owl"] + "sameAs")
    assert [(t.subject, t.object) for t in triples if t.predicate == same] == [
        (ox.NamedNode(B + "actor/zora"), ox.NamedNode(B + "actor/ann"))
    ]
    graphml = FORMATS["graphml"].write(found, B, 1).decode()
    assert "actor/zora" in graphml
    assert 'source="' + B + 'actor/zora"' not in graphml


def test_between_two_either_name_leads_to_the_same(merged: InMemory, apart: InMemory) -> None:
    for name in ("ann", "zora"):
        found = pair(merged, wanted_pair({"a": name, "b": "bob"}, B))
        assert edges(found) == {
            ("spoke-about", "actor/ann", "actor/bob", 2),
            ("met-with", "actor/ann", "actor/bob", 1),
        }
        assert json.loads(json.dumps(as_json.pair(found, B, 1)))["a"]["id"] == "actor/ann"
    ways = network(merged, Wanted(ego=B + "actor/cid", to=B + "actor/bob", steps=4)).paths
    assert ways == [[B + "actor/cid", B + "actor/ann", B + "actor/bob"]]
    assert network(apart, Wanted(ego=B + "actor/cid", to=B + "actor/bob", steps=4)).paths == [
        [B + "actor/cid", B + "actor/zora", B + "actor/bob"]
    ]


def test_between_two_that_are_the_same_it_is_said_that_they_are(merged: InMemory) -> None:
    found = pair(merged, wanted_pair({"a": "ann", "b": "zora"}, B))
    assert found.edges == []
    assert "said to be the same" in found.messages[0]
    assert as_json.pair(found, B, 1)["timeline"] == []


def test_the_graph_for_networkx_and_the_page_of_an_actor_have_them_as_one(merged: InMemory) -> None:
    ends = chain.from_iterable((r.source, r.target) for r in relations(merged))
    assert B + "actor/zora" not in set(ends)
    for name in ("ann", "zora"):
        of_page = of_actor(twins(merged, [B + f"actor/{name}"]))
        kinds = {row["kind"].value.partition(" ")[0] for row in merged.rows(of_page)}
        assert kinds == {row[0] for row in AS_ONE}


def test_a_merge_that_comes_and_goes_is_followed() -> None:
    followed = Followed(beside=vocabulary_quads())
    followed.change(quads(WORLD))
    before = followed.derived()
    identity = quads(IDENTITY)
    assert followed.change(identity) == followed.from_scratch()
    assert followed.change(quads(said("5", "bob", "zora", 6))) == followed.from_scratch()
    assert followed.change(quads(said("5", "bob", "zora", 6)) | identity) == followed.from_scratch()
    assert followed.derived() == before
