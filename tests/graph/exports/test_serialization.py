"""Exports: the same graph gives the same bytes, and the bytes give the same graph."""

from __future__ import annotations

import io
import random

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse

from onrecord.graph import terms
from onrecord.graph.exports import serialization
from onrecord.graph.exports.serialization import write
from onrecord.graph.files import sorting
from onrecord.graph.formats import EXPORTS, by_name

REC, XSD = terms.REC, terms.PREFIXES["xsd"]
PARSERS = {"turtle": RdfFormat.TURTLE, "nquads": RdfFormat.N_QUADS, "trig": RdfFormat.TRIG}

odd_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def iri(base: str, rest: str) -> NamedNode:
    """An IRI that ends in something odd, or plainly where that would be none."""
    try:
        return NamedNode(base + rest)
    except ValueError:
        return NamedNode(base + "plain")


odd_iris = st.builds(
    iri,
    st.sampled_from(["http://example.org/", REC, XSD, "urn:x:", terms.RDF_TYPE]),
    st.text("-._~!$&'()*+,;=:@/?#%aé0Ω\u00b7\u200c", max_size=6),
)
odd_literals = st.one_of(
    st.builds(Literal, odd_text),
    st.builds(
        lambda text, tag: Literal(text, language=tag),
        odd_text,
        st.sampled_from(["en", "uk", "zh-hant", "x-a"]),
    ),
    st.builds(lambda text, type_: Literal(text, datatype=type_), odd_text, odd_iris),
    st.builds(lambda n: Literal(str(n), datatype=NamedNode(XSD + "integer")), st.integers()),
)
graphs = st.sampled_from([NamedNode(f"http://example.org/graph/{n}") for n in "abc"] + [NamedNode(REC + "g")])
stores = st.frozensets(
    st.builds(Quad, odd_iris, odd_iris, st.one_of(odd_iris, odd_literals), graphs), max_size=12
)


def stored(quads: frozenset[Quad], seed: int = 0) -> Store:
    store = Store()
    shuffled = sorted(quads, key=str)
    random.Random(seed).shuffle(shuffled)  # noqa: S311
    for quad in shuffled:
        store.add(quad)
    return store


def exported(store: Store, format_: str, graph: str | None = None) -> bytes:
    output = io.BytesIO()
    write(store, output, format_, graph)
    return output.getvalue()


@given(stores)
@pytest.mark.slow
def test_an_export_reads_back_as_the_same_graph(quads: frozenset[Quad]) -> None:
    store = stored(quads)
    for format_ in ("nquads", "trig"):
        assert set(parse(exported(store, format_), PARSERS[format_])) == set(store)
    triples = {quad.triple for quad in store}
    assert {quad.triple for quad in parse(exported(store, "turtle"), RdfFormat.TURTLE)} == triples


@given(stores, st.integers(0, 99))
def test_the_order_in_which_quads_came_does_not_show(quads: frozenset[Quad], seed: int) -> None:
    one, other = stored(quads), stored(quads, seed)
    for format_ in by_name(EXPORTS):
        assert exported(one, format_) == exported(other, format_)


def quad(s: str, p: str, o: NamedNode | Literal, g: str = "http://example.org/g") -> Quad:
    return Quad(NamedNode(s), NamedNode(p), o, NamedNode(g))


SOME = frozenset(
    [
        quad("http://example.org/b", terms.PREFIXES["rdfs"] + "label", Literal("бе", language="uk")),
        quad("http://example.org/b", terms.RDF_TYPE, NamedNode(REC + "Actor")),
        quad("http://example.org/b", REC + "a", Literal('say "hi"\n')),
        quad("http://example.org/a", REC + "b", NamedNode("http://example.org/b")),
        quad("http://example.org/a", REC + "b", NamedNode("http://example.org/b"), "http://example.org/h"),
    ]
)


def test_turtle_reads_in_order_with_the_prefixes_it_uses() -> None:
    text = exported(stored(SOME), "turtle").decode()
    prefixes = [line.split()[1] for line in text.splitlines() if line.startswith("@prefix")]
    assert sorted(prefixes) == ["rdfs:", "rec:"]
    places = [
        text.index(piece) for piece in ("<http://example.org/a> rec:b", "<http://example.org/b> a rec:Actor")
    ]
    assert places == sorted(places)
    assert text.index("a rec:Actor") < text.index("rdfs:label") < text.index("rec:a ")


def test_turtle_merges_what_two_graphs_say() -> None:
    assert exported(stored(SOME), "turtle").count(b"rec:b") == 1


def test_one_graph_can_be_had_alone() -> None:
    store = stored(SOME)
    for format_ in by_name(EXPORTS):
        read = {q.triple for q in parse(exported(store, format_, "http://example.org/h"), PARSERS[format_])}
        assert read == {q.triple for q in SOME if q.graph_name == NamedNode("http://example.org/h")}


def test_another_library_reads_the_same(tmp_path: object) -> None:
    graph = rdflib.Graph().parse(data=exported(stored(SOME), "turtle"), format="turtle")
    assert len(graph) == 4
    label = graph.value(rdflib.URIRef("http://example.org/b"), rdflib.RDFS.label)
    assert label == rdflib.Literal("бе", lang="uk")


def test_an_empty_store_gives_an_empty_file() -> None:
    assert [exported(Store(), format_) for format_ in by_name(EXPORTS)] == [b"", b"", b""]


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="turtle, nquads, trig"):
        serialization.write(Store(), io.BytesIO(), "rdf")


@pytest.mark.slow
@given(stores)
def test_what_does_not_fit_into_memory_is_written_the_same(quads: frozenset[Quad]) -> None:
    store = stored(quads)
    with pytest.MonkeyPatch.context() as patch:
        whole = [exported(store, format_) for format_ in PARSERS]
        patch.setattr(sorting, "_BYTES", 200)
        patch.setattr(serialization, "_CHUNK", 3)
        assert [exported(store, format_) for format_ in PARSERS] == whole


def test_predicates_are_in_the_order_of_their_iris() -> None:
    p = ["http://example.org/p", "http://example.org/p/q", "http://example.org/p-q"]
    node = NamedNode("http://example.org/s")
    text = exported(stored(frozenset(Quad(node, NamedNode(one), node, node) for one in p)), "trig").decode()
    assert [text.index(f"<{one}>") for one in sorted(p)] == sorted(text.index(f"<{one}>") for one in p)


def test_a_graph_that_is_a_blank_node_is_not_left_out() -> None:
    node = NamedNode("http://example.org/s")
    store = stored(
        frozenset([Quad(node, node, node, BlankNode("g")), Quad(node, node, node, DefaultGraph())])
    )
    line = b"<http://example.org/s> <http://example.org/s> <http://example.org/s>"
    assert exported(store, "nquads") == line + b" .\n" + line + b" _:g .\n"
    assert set(parse(exported(store, "trig"), RdfFormat.TRIG)) == set(store)
