"""Whole graphs from outside: read, replaced, added to, removed; in every format, and nothing is fetched for them."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from pyoxigraph import RdfFormat, parse

from onrecord.graph import errors
from onrecord.graph.changes import ChangeSet
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

EX = "http://example.org/"
BASE = "https://w3id.org/onrecord/"
TURTLE = "text/turtle"
G = EX + "g"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    settings = Settings(data=tmp_path_factory.mktemp("store"), update_seconds=4, worker_megabytes=256)
    with Ledger.open(settings, _gate=False) as opened:
        yield opened


@pytest.fixture
def ledger(shared: Ledger) -> Ledger:
    """An empty ledger without shapes, though not at version 0."""
    everything = frozenset(parse(shared.export("nquads").read(), RdfFormat.N_QUADS))
    shared.commit(ChangeSet(removed=everything), message="empty again", author="tester")
    return shared


def put(
    ledger: Ledger, graph: str | None, *texts: str, kind: str = TURTLE, **more: object
) -> tuple[int, int, bool]:
    """Replace a graph; how many quads came and went, and whether the graph was made."""
    parts = [(text.encode(), kind) for text in texts]
    commit, created = ledger.store_write(graph, parts, whole=True, base=EX, author="tester", **more)  # type: ignore[arg-type]
    return commit.added, commit.removed, created


def post(ledger: Ledger, graph: str | None, *texts: str, kind: str = TURTLE) -> tuple[int, int, bool]:
    parts = [(text.encode(), kind) for text in texts]
    commit, created = ledger.store_write(graph, parts, whole=False, base=EX, author="tester")
    return commit.added, commit.removed, created


def test_putting_makes_a_graph_and_then_replaces_it(ledger: Ledger) -> None:
    assert put(ledger, G, "<a> <p> 1, 2 .") == (2, 0, True)
    assert put(ledger, G, "<a> <p> 2, 3 .") == (1, 1, False)
    assert put(ledger, G, "<a> <p> 2, 3 .") == (0, 0, False)


def test_posting_adds_every_part(ledger: Ledger) -> None:
    assert post(ledger, G, "<a> <p> 1 .", "<a> <p> 2 .") == (2, 0, True)
    assert post(ledger, G, "<a> <p> 2, 3 .") == (1, 0, False)


def test_the_default_graph_is_always_there(ledger: Ledger) -> None:
    assert ledger.store_get(None, "ntriples").read() == b""
    assert put(ledger, None, "<a> <p> 1 .") == (1, 0, False)
    assert b"<http://example.org/a>" in ledger.store_get(None, "ntriples").read()
    assert ledger.store_delete(None, author="t").removed == 1
    assert ledger.store_delete(None, author="t").removed == 0


def test_a_graph_that_is_deleted_is_gone(ledger: Ledger) -> None:
    put(ledger, G, "<a> <p> 1 .")
    assert ledger.store_exists(G)
    assert ledger.store_delete(G, author="t").removed == 1
    assert not ledger.store_exists(G)
    with pytest.raises(errors.UnknownGraph, match=G):
        ledger.store_delete(G, author="t")
    with pytest.raises(errors.UnknownGraph, match=G):
        ledger.store_get(G, "turtle")


@pytest.mark.parametrize(
    ("name", "format_"),
    [
        ("turtle", RdfFormat.TURTLE),
        ("ntriples", RdfFormat.N_TRIPLES),
        ("rdfxml", RdfFormat.RDF_XML),
        ("jsonld", RdfFormat.JSON_LD),
        ("nquads", RdfFormat.N_QUADS),
        ("trig", RdfFormat.TRIG),
    ],
)
@pytest.mark.parametrize("graph", [G, None])
def test_a_graph_is_had_in_every_format(
    ledger: Ledger, name: str, format_: RdfFormat, graph: str | None
) -> None:
    empty = ledger.store_get(None, name).read()
    assert list(parse(empty, format_)) == []
    put(ledger, graph, "<a> <p> 1, 'x'@en, <b> .")
    assert len(list(parse(ledger.store_get(graph, name).read(), format_))) == 3


def test_a_format_there_is_not_is_answered_with_those_there_are(ledger: Ledger) -> None:
    with pytest.raises(errors.NotAcceptable) as caught:
        ledger.store_get(None, "n3")
    assert "turtle" in caught.value.offers


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (TURTLE, "@prefix : <http://example.org/> . :a :p 1 ."),
        ("text/turtle; charset=utf-8", "<a> <p> 1 ."),
        ("Application/N-Triples", f'<{EX}a> <{EX}p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .'),
        ("application/rdf+xml", f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="{EX}"><rdf:Description rdf:about="a"><p rdf:datatype="http://www.w3.org/2001/XMLSchema#integer">1</p></rdf:Description></rdf:RDF>'),
        ("application/ld+json", '{"@context": {"p": "http://example.org/p"}, "@id": "a", "p": 1}'),
        ("application/n-quads", f'<{EX}a> <{EX}p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .'),
        ("application/trig", "<a> <p> 1 ."),
    ],
)  # fmt: skip
def test_every_format_is_read_and_relative_iris_belong_to_the_base(
    ledger: Ledger, kind: str, text: str
) -> None:
    put(ledger, G, text, kind=kind)
    assert ledger.store_get(G, "ntriples").read().decode().split()[:2] == [f"<{EX}a>", f"<{EX}p>"]


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        (TURTLE, "<a> <p>\n  x:y .", "line 2, column 3: the document cannot be read: it is no text/turtle: The prefix x:"),
        ("application/ld+json", '{"@id": "a" "b"}', "line 1, column 13"),
        ("application/rdf+xml", "<a>", "cannot be read"),
        (TURTLE, "<a> <p> <b", "cannot be read"),
        ("application/trig", "<g> { <a> <p> 1 }", "send each graph to its own address"),
        ("application/n-quads", "<http://e/a> <http://e/p> <http://e/b> <http://e/g> .", "its own address"),
        (TURTLE, "<a> <p> <<( <a> <p> 1 )>> .", "RDF 1.1"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_its_place(ledger: Ledger, kind: str, text: str, said: str) -> None:
    with pytest.raises((errors.UploadSyntax, errors.BadChange)) as caught:
        put(ledger, G, text, kind=kind)
    assert said in caught.value.message
    assert not ledger.store_exists(G)


def test_the_part_that_cannot_be_read_is_named(ledger: Ledger) -> None:
    with pytest.raises(errors.UploadSyntax, match="part 2 cannot be read"):
        put(ledger, G, "<a> <p> 1 .", "<a> <p> .")


def test_an_unknown_media_type_is_answered_with_those_there_are(ledger: Ledger) -> None:
    with pytest.raises(errors.UnknownFormat, match="text/csv") as caught:
        put(ledger, G, "a,b", kind="text/csv")
    assert TURTLE in caught.value.offers


def test_blank_nodes_of_two_documents_are_not_one_but_the_same_document_sent_twice_is(ledger: Ledger) -> None:
    assert post(ledger, G, "_:a <p> 1 .", "_:a <p> 2 .") == (2, 0, True)
    lines = ledger.store_get(G, "ntriples").read().decode().splitlines()
    assert len({line.split()[0] for line in lines}) == 2
    assert all(line.startswith(f"<{BASE}genid/") for line in lines)
    assert put(ledger, G, "_:z <p> 2 . _:y <p> 1 .") == (0, 0, False)


def test_the_shape_of_blank_nodes_decides_their_names_not_their_labels_or_order(ledger: Ledger) -> None:
    one = "_:a <p> _:b . _:b <p> _:c . _:c <p> _:a . _:a <q> 1 ."
    other = "_:n <q> 01 . _:m <p> _:n . _:k <p> _:m . _:n <p> _:k ."
    put(ledger, G, one)
    assert put(ledger, G, other) == (0, 0, False)
    assert put(ledger, G, other.replace("01", "2"))[1] == 4


def test_a_plain_store_keeps_blank_nodes_and_a_real_default_graph(settings: Settings) -> None:
    with Ledger.open(replace(settings, seeds=False, shapes=False)) as plain:
        put(plain, None, "_:a <p> [] .")
        put(plain, G, "_:a <p> [] .")
        assert plain.store_get(None, "ntriples").read().count(b"_:") == 2
        assert plain.graph_names() == [G]
        assert len(list(parse(plain.export("trig").read(), RdfFormat.TRIG))) == 2
        assert plain.query("SELECT * { ?s ?p ?o }", formats={"solutions": "csv"}).read().count(b"\r\n") == 2


@pytest.mark.parametrize("name", ["vocabulary", "derived", "history"])
def test_protected_graphs_are_not_written_even_without_effect(ledger: Ledger, name: str) -> None:
    graph = f"{BASE}graph/{name}"
    with pytest.raises(errors.Protected, match=graph):
        put(ledger, graph, "<a> <p> 1 .")
    with pytest.raises(errors.Protected, match=graph):
        post(ledger, graph, "")


def test_a_stale_version_stops_a_write(ledger: Ledger) -> None:
    version = ledger.version
    put(ledger, G, "<a> <p> 1 .", if_version=version)
    with pytest.raises(errors.PreconditionFailed):
        put(ledger, G, "<a> <p> 2 .", if_version=version)
    with pytest.raises(errors.PreconditionFailed):
        ledger.store_delete(G, author="t", if_version=version)


def test_a_name_that_is_no_iri_is_refused(ledger: Ledger) -> None:
    with pytest.raises(errors.BadChange, match="absolute IRI"):
        put(ledger, "not an iri", "<a> <p> 1 .")


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A server that must hear nothing, and what it heard."""
    heard: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", heard
        server.shutdown()
        thread.join()


def test_nothing_is_fetched_for_what_is_sent(ledger: Ledger, listener: tuple[str, list[str]]) -> None:
    address, heard = listener
    sent = [
        ("application/ld+json", f'{{"@context": "{address}/context", "@id": "a", "p": 1}}'),
        ("application/ld+json", f'{{"@context": {{"@import": "{address}/context"}}, "@id": "a"}}'),
        ("application/rdf+xml", f'<!DOCTYPE x SYSTEM "{address}/dtd"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'),
        ("application/rdf+xml", f'<!DOCTYPE x [<!ENTITY e SYSTEM "{address}/entity">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="a"><p xmlns="{EX}">&e;</p></rdf:Description></rdf:RDF>'),
        (TURTLE, f"<a> <http://www.w3.org/2002/07/owl#imports> <{address}/imported> ."),
    ]  # fmt: skip
    for kind, text in sent:
        with suppress(errors.UploadSyntax):
            put(ledger, G, text, kind=kind)
    for text in (f"LOAD <{address}/x>", f"LOAD SILENT <{address}/x>", f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE SILENT <{address}/x> {{ ?s ?p ?o }} }}"):  # fmt: skip
        with suppress(errors.QueryRefused):
            ledger.update(text, author="t")
    assert heard == []


BOMB = '<!DOCTYPE x [<!ENTITY a0 "{}">{}]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="http://e/a"><p xmlns="http://e/">&a9;</p></rdf:Description></rdf:RDF>'.format(
    "x" * 100, "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("application/rdf+xml", BOMB),
        ("application/ld+json", '{"@id":"a","http://e/p":' * 60_000 + "1" + "}" * 60_000),
        (TURTLE, "<a> <p> " + "[ <p> " * 200_000 + "1" + "]" * 200_000 + " ."),
        (TURTLE, "<a> <p> " + "(" * 200_000 + ")" * 200_000 + " ."),
        (TURTLE, " ".join(f"_:a{i} <p> _:a{j} ." for i in range(40) for j in range(40) if i != j)),
        (TURTLE, gzip.compress(b"<a> <p> 1 ." * 1000, mtime=0).decode("latin-1")),
    ],
    ids=[
        "entities",
        "nested objects",
        "nested nodes",
        "nested lists",
        "a symmetry of blank nodes",
        "compressed",
    ],
)
def test_what_is_made_to_hurt_ends_within_the_limits_and_changes_nothing(
    ledger: Ledger, kind: str, text: str
) -> None:
    put(ledger, G, "<kept> <p> 1 .")
    with suppress(errors.OnrecordError):
        put(ledger, EX + "other", text, kind=kind)
    assert b"kept" in ledger.store_get(G, "ntriples").read()
    assert put(ledger, G, "<kept> <p> 2 .") == (1, 1, False)


def test_more_writers_than_may_wait_are_sent_away(settings: Settings) -> None:
    with Ledger.open(replace(settings, writers=0, update_seconds=3), _gate=False) as ledger:
        slow = "INSERT { <a> <p> ?n } WHERE { " + " ".join(f"VALUES ?v{n} {{ {' '.join('1' * 60)} }}" for n in range(6)) + " BIND(1 AS ?n) }"  # fmt: skip
        outcomes: list[str] = []

        def write() -> None:
            try:
                ledger.update(slow, author="t")
            except errors.OnrecordError as error:
                outcomes.append(type(error).__name__)

        threads = [threading.Thread(target=write) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["Busy", "Busy", "UpdateTimeout"]
        assert ledger.update("INSERT DATA { <a> <p> 1 }", author="t").added == 1
