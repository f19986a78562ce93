"""A network whose actors and quotations are called as nobody would call them: every format gives the names back as they are."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from tests.harness.graphs.formats import read_back
from tests.harness.graphs.store import InMemory

from onrecord.graph import terms
from onrecord.graph.questions.network.asked import wanted
from onrecord.graph.questions.network.formats import as_tables
from onrecord.graph.questions.network.formats.network_formats import FORMATS
from onrecord.graph.questions.network.shown import Network, network
from onrecord.graph.records.seeds import Seeds

B = terms.DEFAULT_BASE
LABEL = ox.NamedNode(terms.PREFIXES["rdfs"] + "label")
EXACT = ox.NamedNode(terms.REC + "exact")
DATES = {
    ox.NamedNode(terms.REC + name)
    for name in (
        *("saidOn", "saidAt", "published", "publishedAt", "begin", "end", "from", "until"),
        *("firstOn", "lastOn"),
    )
}
# The label of each actor, and what formats that hold no empty or unwritable label have in its place.
ODD = {
    "trump": ("🕊\ufe0f👩\u200d👩\u200d👧 𝔗rump", None),
    "putin": ("я" * 10_000, None),
    "zelensky": ("זלנסקי \u202eمرحبا\u202c العالم", None),
    "kyiv-independent": ('a "quoted" & <b> &amp; &#10; \\n [ ]', None),
    "leavitt": ("two\nlines\r\nand\u2028a\x85tab\t ", None),
    "lavrov": ("", "lavrov"),
    "peskov": ("Same", None),
    "russia": ("Same", None),
    "ukraine": ("Same (actor/russia)", None),
    "white-house": ("None", None),
    "ihor-klymenko": ("123", None),
    "reuters": ("_a_b", None),
}
WORDS = '\u200f«تصريح» 🔥\n=1+1;\t"x"'


@pytest.fixture(scope="module")
def found(seeds: Seeds) -> Network:
    named = {ox.NamedNode(f"{B}actor/{name}"): label for name, (label, _) in ODD.items()}
    graph = ox.NamedNode("urn:g")
    quads = [
        quad
        for quad in seeds.quads
        if not (quad.predicate == LABEL and quad.subject in named) and quad.predicate not in DATES
    ]
    quads = [
        ox.Quad(quad.subject, EXACT, ox.Literal(WORDS, language="ar"), quad.graph_name)
        if quad.predicate == EXACT
        else quad
        for quad in quads
    ]
    quads += [
        ox.Quad(actor, LABEL, ox.Literal(label, language="en"), graph) for actor, label in named.items()
    ]
    return network(InMemory(quads), wanted({}, B), evidence=None)


def names(found: Network) -> dict[str, str]:
    """IRI -> what the actor is called."""
    return {node.iri: node.label for node in found.nodes}


def written(found: Network, suffix: str) -> bytes:
    return FORMATS[suffix].write(found, B, 1)


def test_the_odd_ones_are_in_it_and_nothing_is_dated(found: Network) -> None:
    called = names(found)
    shown = {name for name in ODD if f"{B}actor/{name}" in called}
    assert len(shown) > 8
    for name in shown:
        label, instead = ODD[name]
        assert called[f"{B}actor/{name}"] == (instead or label)
    assert any(item.words == WORDS for edge in found.edges for item in edge.because)
    assert not any(item.date for edge in found.edges for item in edge.because)


@pytest.mark.parametrize("suffix", ["gexf", "graphml", "gml"])
def test_networkx_reads_every_name_back(found: Network, suffix: str) -> None:
    graph = read_back(written(found, suffix), suffix)
    assert graph.number_of_nodes() == len(found.nodes)
    assert graph.number_of_edges() == len(found.edges)
    called = names(found)
    for node, data in graph.nodes(data=True):
        if suffix == "gml":
            assert node.startswith(called[data["iri"]]), data["iri"]
        else:
            assert data["label"] == called[node]


def test_the_gexf_holds_the_words_as_they_are(found: Network) -> None:
    root = ET.fromstring(written(found, "gexf"))  # noqa: S314
    held = {
        value.get("value")
        for value in root.iter("{http://gexf.net/1.3}attvalue")
        if value.get("for") == "edge-words"
    }
    assert WORDS in held
    assert not list(root.iter("{http://gexf.net/1.3}spell"))


def test_the_tables_hold_them_too(found: Network) -> None:
    nodes = list(csv.DictReader(io.StringIO(as_tables.table(found, "nodes", B), newline="")))
    called = names(found)
    assert {row["Label"] for row in nodes} == set(called.values())
    evidence = list(csv.DictReader(io.StringIO(as_tables.table(found, "evidence", B), newline="")))
    assert WORDS in {row["words"] for row in evidence}
    assert {row["date"] for row in evidence} == {""}


def test_json_turtle_and_the_drawing_hold_them_too(found: Network) -> None:
    called = names(found)
    linked = json.loads(written(found, "json"))
    assert {node["iri"]: node["label"] for node in linked["nodes"]} == called
    elements = json.loads(FORMATS["cyjs"].write(found, B, 1))["elements"]
    assert {node["data"]["id"]: node["data"]["name"] for node in elements["nodes"]} == called
    triples = ox.parse(written(found, "ttl"), format=ox.RdfFormat.TURTLE)
    labels = {
        quad.subject.value: quad.object.value
        for quad in triples
        if quad.predicate == LABEL and quad.subject.value in called
    }  # type: ignore[union-attr]
    assert labels == called
    drawing = ET.fromstring(written(found, "svg"))  # noqa: S314
    titles = {title.text for title in drawing.iter("{http://www.w3.org/2000/svg}title")}
    assert {label for label in called.values() if "\r" not in label} <= titles
