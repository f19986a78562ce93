"""SERVICE to allowed hosts, the whole way: the answer, the order of things, the limits, and who is never called."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any, cast

import pytest
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, QuerySolutions, RdfFormat, Store
from pyoxigraph import parse_query_results as parsed
from tests.harness.programs.elsewhere import HOST, TRIPLE, Elsewhere, over, query_in, response, table
from tests.torture.hostile import outreach

from onrecord.graph import terms
from onrecord.graph.changes import ChangeSet
from onrecord.graph.errors import (
    Busy,
    OnrecordError,
    QueryRefused,
    QuerySyntax,
    ServiceFailed,
    ServiceTimeout,
)
from onrecord.graph.federation.federation import Federation
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

AT = f"https://{HOST}/sparql"


DATA = """
PREFIX : <urn:>
GRAPH :g { :a :p 1 , 2 . :b :p 2 . :c :q :a . }
"""
THERE = """
PREFIX : <urn:> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
:a rdfs:label "A"@en , "А"@uk . :b rdfs:label "B \\"quoted\\" {"@en ; :knows [ :n 5 ] . :d rdfs:label "D"@en . :a :p 1 .
"""


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    settings = Settings(data=tmp_path_factory.mktemp("federated"), readers=1, service_hosts=HOST)
    with Ledger.open(settings, _gate=False) as opened:
        data = Store()
        data.load(DATA, RdfFormat.TRIG)
        opened.commit(ChangeSet(added=frozenset(data)), message="data", author="test")
        yield opened


@pytest.fixture(scope="module")
def remote() -> Store:
    store = Store()
    store.load(THERE, RdfFormat.TURTLE)
    return store


def ask(ledger: Ledger, there: Elsewhere, text: str, **limits: Any) -> list[dict[str, Any]]:
    settings = replace(ledger._settings, **limits)
    ledger._federation = Federation(settings, there.fetcher())
    rows = parsed(ledger.query(text).read(), QueryResultsFormat.JSON)
    assert isinstance(rows, QuerySolutions)
    names = [variable.value for variable in rows.variables]
    return [{name: row[name] for name in names if row[name] is not None} for row in rows]


QUERIES = [
    "SELECT * { ?x :p ?n SERVICE <AT> { ?x rdfs:label ?l } }",
    "SELECT * { SERVICE <AT> { ?x rdfs:label ?l FILTER(LANG(?l) = 'en') } ?x :p ?n }",
    "SELECT * { ?x :p ?n OPTIONAL { SERVICE <AT> { ?x rdfs:label ?l FILTER(LANG(?l) = 'uk') } } }",
    "SELECT * { ?x :p ?n MINUS { SERVICE <AT> { ?x :knows ?y } } }",
    "SELECT * { { ?x :q ?n } UNION { SERVICE <AT> { ?x rdfs:label ?l OPTIONAL { ?x :p ?n } } } }",
    "SELECT ?x (COUNT(?l) AS ?n) { ?x :p ?m SERVICE <AT> { SELECT ?x ?l { ?x rdfs:label ?l } ORDER BY ?l } } GROUP BY ?x",
    "SELECT * { ?x :p ?n FILTER EXISTS { SERVICE <AT> { ?x :knows ?y } } }",
    "SELECT * { ?x :p ?n FILTER NOT EXISTS { SERVICE <AT> { ?x :p ?n } } }",
    "SELECT * { ?x :p ?n SERVICE <AT> { :a :p 1 } }",
    "SELECT * { ?x :p ?n SERVICE <AT> { :a :p 3 } }",
    "SELECT * { ?x :p ?n SERVICE <AT> {} }",
    "SELECT * { SERVICE <AT> { ?x :p ?n } SERVICE SILENT <AT> { ?x rdfs:label ?l } }",
    "SELECT * { SERVICE <AT> { VALUES ?x { :a UNDEF } { ?x :p ?n } UNION { ?y rdfs:label ?l } } ?x :p ?n }",
    "SELECT * { { SELECT ?x { SERVICE <AT> { ?x rdfs:label ?l } } LIMIT 9 } ?x :p ?n } ORDER BY ?x",
]


@pytest.mark.parametrize("query", QUERIES)
def test_an_answer_is_what_oxigraph_gives_when_it_calls_itself(
    query: str, ledger: Ledger, remote: Store
) -> None:
    prologue = "PREFIX : <urn:> "
    here = Store()
    here.load(DATA, RdfFormat.TRIG)
    with Elsewhere(over(remote), tls=False) as plain:
        called = query.replace("AT", f"http://127.0.0.1:{plain.port}/")
        rows = cast(
            "QuerySolutions",
            here.query(prologue + called, use_default_graph_as_union=True, prefixes=dict(terms.PREFIXES)),
        )
        names = [variable.value for variable in rows.variables]
        expected = Counter(
            frozenset((name, str(row[name])) for name in names if row[name] is not None) for row in rows
        )
    with Elsewhere(over(remote)) as there:
        got = ask(ledger, there, prologue + query.replace("AT", AT))
    assert Counter(frozenset((name, str(term)) for name, term in row.items()) for row in got) == expected


def test_within_graph_the_answer_is_joined_to_what_each_graph_holds(ledger: Ledger, remote: Store) -> None:
    # Oxigraph, calling itself, gives nothing here. Of :a there are two values and two labels, of :b one each.
    with Elsewhere(over(remote)) as there:
        text = f"PREFIX : <urn:> SELECT * {{ GRAPH ?g {{ ?x :p ?n SERVICE <{AT}> {{ ?x rdfs:label ?l }} }} }}"
        rows = ask(ledger, there, text)
    assert Counter(row["x"].value for row in rows) == {"urn:a": 4, "urn:b": 1}
    assert {row["g"] for row in rows} == {NamedNode("urn:g")}


def test_a_blank_node_of_another_service_is_one_iri_within_its_answer(ledger: Ledger, remote: Store) -> None:
    one = f"SERVICE <{AT}> {{ ?x <urn:knows> ?y . ?y <urn:n> ?n }}"
    with Elsewhere(over(remote)) as there:
        (row,) = ask(ledger, there, f"SELECT * {{ {one} {one.replace('?y', '?z')} }}")
        (again,) = ask(ledger, there, f"SELECT * {{ {one} }}")
    assert row["y"].value.startswith("urn:onrecord:blank:")
    # Two answers: nobody said that their nodes are the same.
    assert len({row["y"], row["z"], again["y"]}) == 3


def test_from_still_replaces_the_union_of_all_graphs(ledger: Ledger, remote: Store) -> None:
    with Elsewhere(over(remote)) as there:
        text = (
            f"SELECT ?x FROM <urn:none> {{ SERVICE <{AT}> {{ ?x <urn:p> 1 }} OPTIONAL {{ ?x <urn:p> ?n }} }}"  # noqa: S608
        )
        assert ask(ledger, there, text) == [{"x": NamedNode("urn:a")}]
        assert len(ask(ledger, there, text.replace("FROM <urn:none> ", ""))) == 2


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (response(table([]), "500 Oh"), ServiceFailed),
        (response(b"{}"), ServiceFailed),
        (response(table(["x"], {"x": TRIPLE})), ServiceFailed),
        (response(b"x" * 2000), ServiceFailed),
    ],
)
def test_a_failure_is_an_error_and_silent_makes_it_one_empty_solution(
    said: bytes, error: type[OnrecordError], ledger: Ledger
) -> None:
    text = f"SELECT * {{ <urn:b> <urn:p> ?n SERVICE <{AT}> {{ ?x <urn:p> ?n }} }}"
    with Elsewhere(said) as there:
        with pytest.raises(error, match=rf"SERVICE <{AT}>"):
            ask(ledger, there, text, service_kilobytes=1)
        silent = ask(ledger, there, text.replace("SERVICE", "SERVICE SILENT"), service_kilobytes=1)
    assert silent == [{"n": Literal(2)}]


def test_all_calls_of_a_query_together_take_no_longer_than_a_query_may(ledger: Ledger) -> None:
    with Elsewhere(lambda *_: None) as there:
        ledger._federation = Federation(
            replace(ledger._settings, query_seconds=0.05, service_seconds=9),
            there.fetcher(resolve=lambda *_: _late()),
        )
        with pytest.raises(ServiceTimeout, match=r"within 0\.0"):
            ledger.query(f"ASK {{ SERVICE <{AT}> {{}} }}")
        assert there.calls == 0


def _late() -> list[Any]:
    time.sleep(0.2)
    return []


def test_large_answers_pass_the_limits_on_what_is_asked(ledger: Ledger) -> None:
    rows = [{"x": {"type": "literal", "value": f"SERVICE {n}"}} for n in range(6000)]
    with Elsewhere(response(table(["x"], *rows))) as there:
        text = f"SELECT (COUNT(*) AS ?n) {{ SERVICE <{AT}> {{ ?x ?y ?z }} }}"
        assert ask(ledger, there, text) == [{"n": Literal(6000)}]


def test_a_clause_may_stand_as_deep_as_any_pattern(ledger: Ledger) -> None:
    depth = Settings().query_nesting - 1
    row = {"x": {"type": "uri", "value": "urn:x"}}
    with Elsewhere(response(table(["x"], row))) as there:
        text = f"SELECT * {'{' * depth} SERVICE <{AT}> {{ ?x ?y ?z }} {'}' * depth}"
        assert ask(ledger, there, text) == [{"x": NamedNode("urn:x")}]
        with pytest.raises(QueryRefused, match="QUERY_NESTING"):
            ask(ledger, there, text.replace("?x ?y ?z", "{}"))
        assert there.calls == 1


@pytest.mark.parametrize(
    ("text", "error", "why"),
    [
        (f"SELECT * {{ SERVICE <{AT}> {{ ?s ?p }} }}", QuerySyntax, "^line 1, column "),
        (f"SELECT * {{ {{}} UNION SERVICE <{AT}> {{ ?s ?p ?o }} }}", QuerySyntax, "^line 1, column "),
        (f"SELECT * {{ OPTIONAL SERVICE <{AT}> {{ ?s ?p ?o }} }}", QuerySyntax, "`SERVICE`"),
        (f"SELECT * {{ SERVICE <{AT}> {{ ?s ?p ?o }} UNION {{}} }}", QuerySyntax, "^line 1, column "),
        (f"CONSTRUCT {{ SERVICE <{AT}> {{}} }} WHERE {{}}", QuerySyntax, "^line 1, column "),
        (f"SELECT * {{ SERVICE <{AT}> {{ {'?s ?p ?o . ' * 101} }} }}", QueryRefused, "QUERY_PATTERNS"),
        (f"SELECT * {{ SERVICE <{AT}> {{}} }} #{'x' * (64 << 10)}", QueryRefused, "QUERY_KILOBYTES"),
        (f"INSERT DATA {{ SERVICE <{AT}> {{}} }}", QueryRefused, "only queries"),
        (
            f"SELECT * {{ SERVICE <{AT}> {{}} SERVICE <https://evil.org/> {{}} }}",
            QueryRefused,
            "SERVICE_HOSTS",
        ),
        (
            f"SELECT * {{ SERVICE <{AT}> {{}} SERVICE SILENT <https://evil.org/> {{}} }}",
            QueryRefused,
            "SERVICE_HOSTS",
        ),
        (f"SELECT * {{ SERVICE <{AT}> {{}} ?s ?p 1SERVICE <{AT}> {{}} }}", QueryRefused, "white space"),
        (f"SELECT * {{ SERVICE <https://{chr(0xD800)}/> {{}} }}", QueryRefused, "surrogate"),
    ],
)
def test_a_query_that_could_not_run_here_calls_nobody(
    text: str, error: type[OnrecordError], why: str, ledger: Ledger
) -> None:
    with Elsewhere(response(table([]))) as there:
        with pytest.raises(error, match=why):
            ask(ledger, there, text)
        assert there.calls == 0


def test_the_place_of_a_mistake_is_that_in_the_text_as_it_was_sent(ledger: Ledger) -> None:
    with Elsewhere(response(table([]))) as there, pytest.raises(QuerySyntax) as caught:
        ask(ledger, there, f"SELECT * {{\n service silent <{AT}> {{ ?s ?p ?o }} \n ?a ?b oops:c }}")
    assert (caught.value.line, caught.value.column) == (3, 8)


def test_updates_call_nobody(ledger: Ledger) -> None:
    with Elsewhere(response(table([]))) as there:
        ledger._federation = Federation(ledger._settings, there.fetcher())
        with pytest.raises(QueryRefused, match="SERVICE is not run here"):
            ledger.update(f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{AT}> {{ ?s ?p ?o }} }}", author="test")
        assert there.calls == 0


def test_who_waits_for_other_services_leaves_threads_to_others(ledger: Ledger) -> None:
    with Elsewhere(response(table([]))) as there:
        settings = replace(ledger._settings, threads=4)
        ledger._federation = federation = Federation(settings, there.fetcher())
        text = f"ASK {{ SERVICE <{AT}> {{}} }}"
        with federation._turn(), pytest.raises(Busy, match="1 queries wait"):
            ledger.query(text)
        assert there.calls == 0
        ledger.query(text)
        assert there.calls == 1


@pytest.mark.parametrize("name", outreach.SERVICES)
def test_a_listener_named_in_the_setting_hears_nothing_of_any_disguise(name: str, ledger: Ledger) -> None:
    with Elsewhere(response(table([]))) as there:
        address = f"https://127.0.0.1:{there.port}/"
        ledger._federation = Federation(replace(ledger._settings, service_hosts=f"127.0.0.1:{there.port}"))
        with pytest.raises(OnrecordError):
            ledger.query(outreach.SERVICES[name](address))
        assert there.calls == 0


def test_without_the_address_check_that_listener_would_hear() -> None:
    heard = 0
    for made in outreach.SERVICES.values():
        with Elsewhere(response(table([]))) as there:
            settings = Settings(service_hosts=f"127.0.0.1:{there.port}")
            federated = None
            with suppress(OnrecordError):
                federated = Federation(settings, there.fetcher())._read(
                    made(f"https://127.0.0.1:{there.port}/")
                )
            heard += federated is not None
    assert heard >= 20


def test_the_sent_question_is_the_pattern_and_nothing_of_the_rest(ledger: Ledger) -> None:
    with Elsewhere(response(table(["x"]))) as there:
        ask(ledger, there, f"SELECT * {{ ?x <urn:secret> 'ours' SERVICE <{AT}> {{ ?x a rec:Person }} }}")
    assert query_in(there.heard[0]).split("\n") == [
        "BASE <https://w3id.org/onrecord/>",
        f"PREFIX rec: <{terms.REC}>",
        "",
        "SELECT * WHERE { ?x a rec:Person }",
    ]


def test_without_the_setting_there_is_nothing_that_could_call(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    assert Settings().service_hosts == ""
    ledger = Ledger(cast(Any, None), None, Settings(data=tmp_path_factory.mktemp("none")))
    assert ledger._federation is None
