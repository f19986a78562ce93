"""A network taken away: each format is read back, holds what is shown and the words it rests on, and nothing that is none."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import networkx as nx
import pyoxigraph as ox
import pytest
from tests.harness.graphs.formats import read_back
from tests.harness.graphs.store import InMemory

from onrecord.graph import terms
from onrecord.graph.questions.network import measures
from onrecord.graph.questions.network.asked import wanted
from onrecord.graph.questions.network.formats.network_formats import FORMATS
from onrecord.graph.questions.network.shown import Network, network
from onrecord.graph.records.seeds import Seeds

B = terms.DEFAULT_BASE
TRUMP, PUTIN, ZELENSKY = (B + f"actor/{name}" for name in ("trump", "putin", "zelensky"))
VIEW = (TRUMP, PUTIN, "attributes-a-view-to")
GEXF = "{http://gexf.net/1.3}"


@pytest.fixture(scope="module")
def source(seeds: Seeds) -> InMemory:
    # What no XML can hold, and what means something in most formats.
    hostile = ox.Literal('<b>"Трамп"&\x0b;=1+1</b>', language="en")
    label = ox.NamedNode(terms.PREFIXES["rdfs"] + "label")
    return InMemory(
        [*seeds.quads, ox.Quad(ox.NamedNode(B + "actor/europeans"), label, hostile, ox.NamedNode("urn:g"))]
    )


@pytest.fixture(scope="module")
def found(source: InMemory) -> Network:
    return network(source, wanted({"ego": "trump", "steps": "2"}, B), evidence=None)


def written(found: Network, suffix: str) -> bytes:
    return FORMATS[suffix].write(found, B, 1)


def triples_of(found: Network) -> set[tuple[str, str, str]]:
    return {(edge.source, edge.target, edge.kind.name) for edge in found.edges}


@pytest.mark.slow
@pytest.mark.parametrize("suffix", FORMATS)
def test_the_same_network_gives_the_same_bytes(source: InMemory, suffix: str) -> None:
    asked = wanted({"ego": "trump", "steps": "2"}, B)
    once, again = (written(network(source, asked, evidence=None), suffix) for _ in range(2))
    assert once == again


@pytest.mark.parametrize("suffix", ["gexf", "graphml", "gml"])
def test_networkx_reads_it_back_and_nothing_in_it_is_none_or_a_list(found: Network, suffix: str) -> None:
    graph = read_back(written(found, suffix), suffix)
    assert isinstance(graph, nx.MultiDiGraph)
    iris = {node: node if suffix != "gml" else data["iri"] for node, data in graph.nodes(data=True)}
    assert {(iris[s], iris[t], data["kind"]) for s, t, data in graph.edges(data=True)} == triples_of(found)
    assert set(iris.values()) == {node.iri for node in found.nodes}
    assert graph.number_of_edges() == len(found.edges)
    values = [
        value
        for _, data in [*graph.nodes(data=True), *((edge[:2], edge[2]) for edge in graph.edges(data=True))]
        for name, value in data.items()
        if name not in ("spells", "viz")
    ]
    assert all(isinstance(value, str | int | float | bool) for value in values)
    assert not {"None", "none", "nan", "()", "[]"} & {str(value) for value in values}
    (view,) = (data for s, t, data in graph.edges(data=True) if (iris[s], iris[t], data["kind"]) == VIEW)
    assert (
        view["sentences"]
        == "Donald Trump said on 25 August 2025 that Vladimir Putin dislikes Volodymyr Zelensky"
    )
    assert "claim/trump-2025-08-25-dislike" in view["evidence"]
    assert view["links"].endswith("#:~:text=he%20doesn%27t%20like%20him")


def test_the_gexf_is_as_version_1_3_of_the_format_has_it(found: Network) -> None:
    root = ET.fromstring(written(found, "gexf"))  # noqa: S314
    assert (root.tag, root.get("version")) == (GEXF + "gexf", "1.3")
    assert [child.tag for child in root] == [GEXF + "meta", GEXF + "graph"]
    graph = root[1]
    assert (graph.get("mode"), graph.get("timeformat"), graph.get("defaultedgetype")) == (
        "dynamic",
        "date",
        "directed",
    )
    assert [child.tag.removeprefix(GEXF) for child in graph] == ["attributes", "attributes", "nodes", "edges"]
    read = {
        "string": str,
        "anyURI": str,
        "integer": int,
        "double": float,
        "boolean": {"true": True, "false": False}.__getitem__,
    }
    types = {}
    for declared in graph.findall(GEXF + "attributes"):
        assert declared.get("mode") == "static"
        types[declared.get("class")] = {one.attrib["id"]: one.attrib["type"] for one in declared}
    assert set(types) == {"node", "edge"}
    nodes = [node.attrib["id"] for node in graph.findall(f"{GEXF}nodes/{GEXF}node")]
    edges = graph.findall(f"{GEXF}edges/{GEXF}edge")
    assert len(set(nodes)) == len(nodes) > 5
    assert len({edge.attrib["id"] for edge in edges}) == len(edges) == len(found.edges)
    assert all(edge.attrib["source"] in nodes and edge.attrib["target"] in nodes for edge in edges)
    assert {edge.attrib["type"] for edge in edges} == {"directed"}
    assert all(float(edge.attrib["weight"]) >= 1 for edge in edges)
    for kind, elements in (("node", graph.findall(f"{GEXF}nodes/{GEXF}node")), ("edge", edges)):
        for element in elements:
            assert element.attrib["label"]
            assert [child.tag.removeprefix(GEXF) for child in element] in (
                ["attvalues"],
                ["attvalues", "spells"],
            )
            for value in element[0]:
                read[types[kind][value.attrib["for"]]](value.attrib["value"])
            for spell in element.iter(GEXF + "spell"):
                days = [
                    date.fromisoformat(spell.attrib[bound])
                    for bound in ("start", "end")
                    if bound in spell.attrib
                ]
                assert days
                assert days == sorted(days)


def test_an_edge_of_the_gexf_lives_on_the_days_of_what_it_rests_on(found: Network) -> None:
    root = ET.fromstring(written(found, "gexf"))  # noqa: S314
    spells = {
        edge.attrib["id"]: {(spell.get("start"), spell.get("end")) for spell in edge.iter(GEXF + "spell")}
        for edge in root.iter(GEXF + "edge")
    }
    assert spells["is-said-to actor/putin actor/zelensky"] == {
        ("2025-08-22", "2025-08-22"),
        ("2025-08-25", "2025-08-25"),
    }
    assert spells["holds-post-in actor/trump actor/usa"] == {
        ("2017-01-20", "2021-01-20"),
        ("2025-01-20", None),
    }
    assert spells["part-of actor/white-house actor/usa"] == set()


def test_the_tables_are_nodes_edges_and_evidence_that_fit_together(found: Network) -> None:
    with zipfile.ZipFile(io.BytesIO(written(found, "zip"))) as files:
        tables = {
            name: list(csv.DictReader(io.StringIO(files.read(name).decode(), newline="")))
            for name in files.namelist()
        }
    assert set(tables) == {"nodes.csv", "edges.csv", "evidence.csv"}
    nodes = {row["Id"]: row for row in tables["nodes.csv"]}
    edges = {row["Id"]: row for row in tables["edges.csv"]}
    assert {(row["Source"], row["Target"], row["kind"]) for row in edges.values()} == triples_of(found)
    assert all(row["Source"] in nodes and row["Target"] in nodes for row in edges.values())
    assert {row["edge"] for row in tables["evidence.csv"]} == set(edges)
    (row,) = (
        r for r in tables["evidence.csv"] if r["edge"] == "attributes-a-view-to actor/trump actor/putin"
    )
    assert (row["words"], row["onWordOf"], row["date"], row["publisher"], row["standing"]) == (
        "he doesn't like him", "Donald Trump", "2025-08-25", "Kyiv Independent", "Stands",
    )  # fmt: skip
    assert "None" not in {cell for rows in tables.values() for row in rows for cell in row.values()}
    one = list(csv.DictReader(io.StringIO(written(found, "csv").decode(), newline="")))
    assert one == tables["edges.csv"]


def test_the_turtle_says_what_each_relation_rests_on_down_to_the_words(found: Network) -> None:
    store = ox.Store()
    store.load(written(found, "ttl"), format=ox.RdfFormat.TURTLE)
    rows = store.query(
        f"SELECT ?words ?count WHERE {{ ?r a rec:Relation ; rec:relationFrom <{TRUMP}> ; rec:relationTo <{PUTIN}> ; rec:relationCount ?count ; "
        f"rec:relationKind <{B}relation-kind/attributes-a-view-to> ; rec:relationRestsOn/rec:evidence/rec:exact ?words }}",
        prefixes={"rec": terms.REC},
    )
    assert isinstance(rows, ox.QuerySolutions)
    assert [(row["words"].value, row["count"].value) for row in rows] == [("he doesn't like him", "1")]


def test_the_json_for_cytoscape_has_elements_with_data(found: Network) -> None:
    graph = nx.cytoscape_graph(json.loads(written(found, "cyjs")))
    assert graph.number_of_edges() == len(found.edges)
    assert set(graph) == {node.iri for node in found.nodes}


def test_the_picture_has_everybody_by_name_and_shape_and_every_pair_with_its_relations(
    found: Network,
) -> None:
    text = written(found, "svg").decode()
    root = ET.fromstring(text)  # noqa: S314
    svg = "{http://www.w3.org/2000/svg}"
    # One of the shapes is what all stand on.
    shapes = [one for shape in ("circle", "rect", "polygon") for one in root.iter(svg + shape)]
    assert len(shapes) == 1 + len(found.nodes)
    pairs = {frozenset((edge.source, edge.target)) for edge in found.edges}
    assert len(list(root.iter(svg + "line"))) == len(pairs)
    titles = "\n".join(title.text or "" for title in root.iter(svg + "title"))
    assert "Donald Trump attributes a view to Vladimir Putin (1)" in titles
    # Its only colours are attributes: a page's policy forbids styles.
    assert not {"style", "class"} & {name for element in root.iter() for name in element.attrib}
    assert not list(root.iter(svg + "style"))


def test_the_picture_links_plain_names_under_the_base_and_no_others(found: Network) -> None:
    odd = replace(found, nodes=[replace(node) for node in found.nodes])
    odd.nodes[0].iri, odd.nodes[1].iri, odd.edges = B + "/elsewhere.example", B + "actor/../../x", []
    root = ET.fromstring(written(odd, "svg"))  # noqa: S314
    links = {link.attrib["href"] for link in root.iter("{http://www.w3.org/2000/svg}a")}
    assert links == {f"/{node.iri.removeprefix(B)}.html" for node in odd.nodes[2:]}


def test_what_is_central_and_what_belongs_together_is_said_of_each_actor(found: Network) -> None:
    trump = found.measures[TRUMP]
    others = {
        end
        for edge in found.edges
        for end in (edge.source, edge.target)
        if TRUMP in (edge.source, edge.target)
    }
    assert trump["connections"] == len(others - {TRUMP})
    assert set(trump) == {"connections", "between", "community"}
    assert found.messages == []


def test_what_would_take_too_long_is_told_and_not_worked_out(
    found: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [node.iri for node in found.nodes]
    pairs = {frozenset((edge.source, edge.target)) for edge in found.edges}
    monkeypatch.setattr(measures, "MOST_PAIRS", len(pairs) - 1)
    monkeypatch.setattr(measures, "MOST_WORK", len(pairs) * len(names) - 1)
    told = measures.left_out(len(names), found.edges)
    assert [f"{len(pairs)} related pairs are too many" in sentence for sentence in told] == [True, True]
    of_each = measures.measures(measures.simple(names, found.edges))
    assert {name for measured in of_each.values() for name in measured} == {"connections"}
    monkeypatch.undo()
    assert measures.left_out(len(names), found.edges) == []
