"""What each server is told in its own way, held against what its manual says."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Store
from tests.harness.programs import sparql_servers

from onrecord.graph.engine.remote import dialects
from onrecord.graph.engine.remote.service import N_TRIPLES, RemoteServer
from onrecord.graph.errors import MirrorFailed
from onrecord.graph.settings import Settings

SUBJECT = "<http://aws.amazon.com/neptune/vocab/v01/QueryHints#Query>"
HINT = "<http://aws.amazon.com/neptune/vocab/v01/QueryHints#queryTimeout>"


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("Virtuoso/07.20.3229 (Linux) x86_64-pc-linux-gnu", {"timeout": "12000"}),
        ("Apache Jena Fuseki (5.2.0)", {"timeout": "12"}),
        ("GraphDB/10.8.0 RDF4J/4.3.15", {"timeout": "12", "infer": "false"}),
        ("qlever", {"timeout": "12s"}),
        ("neptune", {}),
        ("oxigraph/0.5.13", {}),
        ("another", {}),
    ],
)
def test_a_time_limit_is_told_in_the_servers_own_way(server: str, expected: dict[str, str]) -> None:
    assert dialects.of(server).limit(12.0) == expected


def test_each_server_that_a_setting_may_name_is_known_and_no_other() -> None:
    choices = Settings.__dataclass_fields__["store_server"].metadata["choices"]
    assert choices == ("", *dialects._DIALECTS)


@pytest.mark.parametrize(
    "expected",
    [
        "SELECT * {% ?s ?p ?o }",
        "PREFIX x: <urn:x> SELECT ?s (EXISTS { ?s ?p ?o } AS ?e) FROM <urn:g> WHERE {% ?s ?p ?o }",
        "ASK {% <urn:a> ?p ?o }",
        "CONSTRUCT { ?s ?p ?o . <urn:x> <urn:y> '{' } WHERE {% ?s ?p ?o }",
        "CONSTRUCT { } {% ?s ?p ?o }",
        "DESCRIBE ?s {% ?s ?p <urn:c> }",
        "SELECT ?s {% { SELECT ?s { ?s ?p ?o } LIMIT 1 } UNION { ?s ?p '{' } } # {",
    ],
)
def test_neptune_is_told_it_in_the_query_where_its_pattern_begins(expected: str) -> None:
    text = expected.replace("%", "")
    limited = dialects.of("neptune").limited(text, 12.0)
    assert limited == expected.replace("%", f" {SUBJECT} {HINT} 12000 . ")
    Store().query(limited)  # (is a query)


@pytest.mark.parametrize("text", ["CONSTRUCT WHERE { ?s ?p ?o }", "DESCRIBE <urn:a>", "ASK", ""])
def test_a_query_that_has_no_place_for_it_stays_as_it_is(text: str) -> None:
    assert dialects.of("neptune").limited(text, 12.0) == text


def test_virtuoso_is_asked_for_no_graph_since_it_cuts_them_off_unsaid() -> None:
    assert dialects.of("Virtuoso").cuts_graphs


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # (these are there when Debian's is started for the first time)
        ("http://www.w3.org/ns/ldp#", True),
        ("http://localhost:8890/sparql", True),
        ("http://www.openlinksw.com/schemas/virtrdf#", True),
        ("http://localhost:8890/DAV/", True),
        # and this where its configuration names no DefaultHost
        ("http://localuriqaserver/sparql", True),
        ("https://w3id.org/onrecord/graph/reference", False),
        ("http://localhost:8890/DAV/mine", False),
        ("urn:g", False),
    ],
)
def test_the_graphs_that_virtuoso_has_of_its_own_are_known(name: str, expected: bool) -> None:
    assert (dialects.of("Virtuoso").system.fullmatch(name) is not None) == expected
    assert dialects.of("").system.fullmatch(name) is None


@pytest.mark.slow
def test_virtuoso_says_that_it_cut_rows_off_and_of_graphs_it_does_not(tmp_path: Path) -> None:
    """Where this fails, it says so of graphs too, and may be asked for them."""
    if missing := sparql_servers.SERVERS["virtuoso"].missing():
        pytest.skip(missing)
    with sparql_servers.virtuoso(tmp_path / "server", rows=10) as there:
        server = RemoteServer(Settings(**there.settings))
        triples = " ".join(f"<urn:s{number}> <urn:p> <urn:o> ." for number in range(50))
        server.select("SELECT * { ?s <urn:p> ?o }")  # (and it says who it is)
        server.update(f"INSERT DATA {{ GRAPH <urn:g> {{ {triples} }} }}")
        with pytest.raises(MirrorFailed, match="only a part"):
            server.select("SELECT * { ?s <urn:p> ?o }")
        graph = server.query("CONSTRUCT { ?s <urn:p> ?o } { ?s <urn:p> ?o }", N_TRIPLES, 20, 1 << 20)
        assert graph.count(b"<urn:p>") < 50
        server.close()
