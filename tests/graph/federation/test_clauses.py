"""SERVICE in the text of a query: what is found there, what is sent, what an answer becomes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final, cast

import pytest
from hypothesis import assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, RdfFormat, Store
from tests.harness.programs.elsewhere import TRIPLE, table

from onrecord.graph.errors import OnrecordError, QueryRefused, QuerySyntax
from onrecord.graph.federation.clauses import Federated, NotResults, as_values, read
from onrecord.graph.settings import Settings
from onrecord.graph.sparql.screening import screen


def found(text: str) -> Federated:
    federated = read(text, 4)
    assert federated is not None
    return federated


@pytest.mark.parametrize(
    ("text", "address", "silent", "pattern", "variables"),
    [
        ("SELECT * { SERVICE <https://a/> { ?s ?p $o } }", "https://a/", False, "{ ?s ?p $o }", "s p o"),
        ("select*{service<https://a/>{?s?p?o}}", "https://a/", False, "{?s?p?o}", "s p o"),
        (
            "SELECT * {{} SERVICE SILENT <https://a/> {{ ?x a ?x }} }",
            "https://a/",
            True,
            "{{ ?x a ?x }}",
            "x",
        ),
        ("PREFIX e: <https://a/> ASK { ?x ?y ?z.SERVICE e:b {} }", "https://a/b", False, "{}", ""),
        (
            "PREFIX e: <https://b/> PREFIX e: <https://a/> ASK { SERVICE e: {} }",
            "https://a/",
            False,
            "{}",
            "",
        ),
        ("ASK { SERVICE#}\n<https://a/>#{\n{ #}\n '}' } }", "https://a/", False, "{ #}\n '}' }", ""),
        ("ASK { SERVICE wd:Q1 {} }", "http://www.wikidata.org/entity/Q1", False, "{}", ""),
        (
            r"ASK { SERVICE <https://a/> { ?s ?p 'é\u0022}' } }",
            "https://a/",
            False,
            r"{ ?s ?p 'é\u0022}' }",
            "s p",
        ),
    ],
)
def test_a_clause_is_found_with_its_address_and_pattern(
    text: str, address: str, silent: bool, pattern: str, variables: str
) -> None:
    federated = found(text)
    (clause,) = federated.clauses
    assert (clause.address, clause.silent is not None) == (address, silent)
    assert federated.pattern(clause) == pattern
    assert clause.variables == tuple(variables.split())
    assert federated.answered(["{}"]).replace(" ", "") == (
        text[: clause.start] + "{}" + text[text.index(pattern) + len(pattern) :]
    ).replace(" ", "")


def test_what_is_parsed_here_is_as_long_and_has_graph_for_service() -> None:
    text = "SELECT * {\n service silent <https://a/> { ?a ?b 'SERVICE' }\n SERVICE<https://b/>{} }"
    assert found(text).local == (
        "SELECT * {\n GRAPH          <https://a/> { ?a ?b 'SERVICE' }\n GRAPH  <https://b/>{} }"
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "SELECT * { VALUES ?u { <https://a/> } SERVICE ?u { ?s ?p ?o } }",
            r"column 47: .* not to what \?u stands",
        ),
        ("ASK { SERVICE <https://a/> { SERVICE <https://b/> {} } }", "column 30: a SERVICE within another"),
        ("ASK {" + " SERVICE <https://a/> {}" * 5 + "}", "more than 4 SERVICE"),
        (r"ASK { SERVICE <https://a/> {} ?a\u0062 ?c ?d }", r"escapes in strings alone"),
        ("ASK { SERVICE <https://a/> {} } # \\u007D", r"escapes in strings alone"),
        (r"PREFIX e: <https://a/> ASK { SERVICE e:\~x {} }", "not put together from escapes"),
        ("ASK { SERVICE <https://a/> { ?a²b ?c ?d } }", "'²' is not sent on"),
    ],
)
def test_what_could_be_read_in_two_ways_or_is_not_sent_on_is_refused(text: str, why: str) -> None:
    with pytest.raises(QueryRefused, match=why):
        read(text, 4)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("ASK { SERVICE { ?s ?p ?o } }", 15),
        ("ASK { SERVICE <https://a/> ?s ?p ?o }", 28),
        ("ASK { SERVICE SILENT }", 22),
        ("ASK { SERVICE <https://a/> { ?s ?p ?o ", 28),
        ("ASK { SERVICE nope:x {} }", 15),
        ("ASK { SERVICE", 14),
    ],
)
def test_what_a_clause_lacks_is_said_with_its_place(text: str, column: int) -> None:
    with pytest.raises(QuerySyntax) as caught:
        read(text, 4)
    assert (caught.value.line, caught.value.column) == (1, column)


def test_the_question_is_complete_without_what_readers_take_for_granted() -> None:
    text = "PREFIX skos: <urn:s:> BASE <b/> # mine\nSELECT ?x { SERVICE <https://a/> { ?x rdfs:label ?y ; skos:z <q> } }"
    federated = found(text)
    sent = federated.request(federated.clauses[0], "https://base.example/")
    assert "rdfs: <http://www.w3.org/2000/01/rdf-schema#>" in sent
    assert "PREFIX owl:" not in sent
    assert sent.count("skos:") == 2
    store = Store()
    row = "<urn:x> <http://www.w3.org/2000/01/rdf-schema#label> 1 ; <urn:s:z> <https://base.example/b/q> ."
    store.load(row, RdfFormat.TURTLE)
    assert len(list(cast("QuerySolutions", store.query(sent)))) == 1


def test_the_query_in_the_documentation_is_one_that_is_sent_on() -> None:
    page = Path(__file__).resolve().parents[3] / "docs" / "federation.md"
    (text,) = re.findall(r"```sparql\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    federated = found(text)
    (clause,) = federated.clauses
    assert clause.address == "https://query.wikidata.org/sparql"
    assert clause.variables == ("item", "born")
    assert _parses(federated.request(clause, "https://base.example/"))


_PLACES: Final = [
    *(
        "?s ?p ?o .",
        "?s ?p 'X' .",
        '?s ?p """X""" .',
        "FILTER(?aX)",
        "FILTER(?a<?bX)",
        "FILTER(?a<?bX>\n)",
        "#X\n",
    ),
    *(
        "?s ?p :aX .",
        "?s ?p 1X .",
        "?s ?p 'a'@enX .",
        "{ ?s ?p _:bX }",
        "VALUES ?q {<http://e/X>}",
        "?s ?p true.",
        "X",
    ),
    *(
        "SERVICE <https://a/> { ?s ?p 'X' }",
        "SERVICE SILENT <https://a/> {X}",
        "UNION",
        "OPTIONAL",
        "GRAPH ?g",
        "{",
    ),
    *(
        "}",
        "SERVICE:x { X }",
        "EXISTS",
        "FILTER NOT EXISTS",
        "SERVICE <https://a/> { FILTER(?a<?bX) }",
        "a.1.",
    ),
]
_HARD: Final = [
    "'",
    '"',
    "'''",
    "#",
    "\n",
    "<",
    ">",
    "?b",
    "\\'",
    r"\u0022",
    "#>",
    "<x#",
    ":",
    "..",
    ".1.",
    "}",
    "{",
    "é",
    " ",
    "&&",
]
places = st.tuples(st.sampled_from(_PLACES), st.lists(st.sampled_from(_HARD), max_size=2).map("".join)).map(
    lambda pair: pair[0].replace("X", pair[1])
)


_NOTHING: Final = Store()


def _parses(text: str) -> bool:
    try:
        _NOTHING.query(text)
    except SyntaxError:
        return False
    except (OSError, RuntimeError, ValueError):
        return True
    return True


@hypothesis_settings(max_examples=60)
@given(st.lists(places, max_size=2), st.lists(places, max_size=2), st.sampled_from(["", " ", "\n", "."]))
def test_what_passes_with_graph_is_right_with_service_and_runs_without_it(
    before: list[str], after: list[str], between: str
) -> None:
    call = "SERVICE <https://a/> { ?s ?p 'o' }"
    text = f"PREFIX : <https://a/> SELECT * {{ {between.join([*before, call, *after])} }}"
    try:
        federated = read(text, 9)
        assume(federated is not None)
        assert federated is not None
        screen(federated.local, Settings())
    except OnrecordError:
        return
    if not _parses(federated.local):
        return
    # No port 443 of `a` is called: a SELECT is not evaluated until its rows are asked for.
    assert _parses(text)
    run = federated.answered(["{ VALUES (?s) { ('SERVICE') } }"] * len(federated.clauses))
    assert _parses(run)
    screen(run, Settings())
    for clause in federated.clauses:
        assert _parses(federated.request(clause, "https://base.example/"))


# The answer

iris = st.sampled_from(["urn:a", "http://e/ä?b=c#d", "http://e/'(),;", "mailto:a@b"]).map(NamedNode)
strings = st.text(st.characters(exclude_categories=["Cs"])) | st.text(
    st.sampled_from("\"\\'\n\r\t{}<>@^?\u2028\0")
)
literals = st.one_of(
    strings.map(Literal),
    st.tuples(strings, st.sampled_from(["en", "uk", "zh-hant"])).map(
        lambda pair: Literal(pair[0], language=pair[1])
    ),
    st.tuples(strings, iris).map(lambda pair: Literal(pair[0], datatype=pair[1])),
)
cells = st.one_of(st.none(), iris, literals, st.sampled_from("ab").map(BlankNode))


def as_json(term: Any) -> dict[str, str]:
    if isinstance(term, Literal):
        kind = {"xml:lang": term.language} if term.language else {"datatype": term.datatype.value}
        return {"type": "literal", "value": term.value, **kind}
    return {"type": "uri" if isinstance(term, NamedNode) else "bnode", "value": term.value}


@hypothesis_settings(max_examples=60)
@given(st.lists(st.tuples(cells, cells), max_size=5))
def test_every_term_comes_through_as_it_was_sent(rows: list[tuple[Any, Any]]) -> None:
    sent = [{n: as_json(t) for n, t in zip("xy", row, strict=True) if t is not None} for row in rows]
    group = as_values(table(["y", "x"], *sent), ["x", "y"], "urn:blank:", 1 << 20)
    got = cast("QuerySolutions", Store().query(f"SELECT ?x ?y {group}", base_iri="https://b/"))
    labels: dict[str, str] = {}

    def kept(term: Any) -> Any:
        if not isinstance(term, BlankNode):
            return term
        return NamedNode(labels.setdefault(term.value, f"urn:blank:{len(labels)}"))

    assert [tuple(row) for row in got] == [tuple(map(kept, row)) for row in rows]


@pytest.mark.parametrize(
    ("body", "group"),
    [
        (table([]), "{ VALUES () {  } }"),
        (table([], {}, {}), "{ VALUES () { () () } }"),
        (
            table(["a", "b"], {"a": {"type": "uri", "value": "urn:a"}}),
            "{ VALUES (?b ?a) { (UNDEF <urn:a>) } }",
        ),
        # A column that was not asked for would bind what it likes in the rest of the query.
        (table(["x", "a"], {"x": {"type": "uri", "value": "urn:x"}}), "{ VALUES (?a) { (UNDEF) } }"),
    ],
)
def test_the_rows_become_values_of_the_pattern_s_own_variables(body: bytes, group: str) -> None:
    assert as_values(body, ["b", "a"], "urn:", 1000) == group


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{}", b"[]", b"null", b"\xff", b"<sparql/>", b"[" * 200_000, b'{"head":{},"boolean":true}'),
        *(b"1" * 5000, b'{"head":{"vars":5},"results":{"bindings":[]}}', b'{"head":{"vars":[[]]},"results":{}}'),
        *(b'{"head":{},"results":{"bindings":{}}}', b'{"head":{},"results":{"bindings":[1]}}'),
        *(table(["a"], {"a": cell}) for cell in (TRIPLE, {"type": "uri"}, {"type": [], "value": ""}, {"type": "x", "value": ""})),
        table(["a"], {"a": {"type": "uri", "value": "urn:a> } SERVICE <urn:b"}}),
        table(["a"], {"a": {"type": "uri", "value": "relative"}}),
        table(["a"], {"a": {"type": "literal", "value": 3}}),
        table(["a"], {"a": {"type": "literal", "value": "\ud800"}}),
        table(["a"], {"a": {"type": "literal", "value": "x", "xml:lang": "en } {"}}),
        table(["a"], {"a": {"type": "literal", "value": "x", "datatype": "urn:a> } {"}}),
        table(["a"], {"a": {"type": "literal", "value": "x", "datatype": 5}}),
        table(["a"], {"a": "x"}),  # type: ignore[dict-item]
        # A few bytes a row, and each spelled out as UNDEF.
        table(["a"], *[{}] * 20_000),
    ],
)  # fmt: skip
def test_what_is_no_table_is_not_taken_over(body: bytes) -> None:
    with pytest.raises(NotResults):
        as_values(body, ["a"], "urn:", 100_000)


def test_triple_terms_however_deep_are_refused_and_kill_nobody() -> None:
    # pyoxigraph's own parser of results ends the process over this.
    deep = b'{"type":"triple","value":{"object":' * 20_000 + b"1" + b"}}" * 20_000
    with pytest.raises(NotResults):
        as_values(
            b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":' + deep + b"}]}}", ["a"], "urn:", 1 << 20
        )
