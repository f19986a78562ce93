"""Screening: what is refused before any parser sees it, and what must never be refused."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pyoxigraph import Store

from onrecord.graph.errors import OnrecordError, QueryRefused, QuerySyntax
from onrecord.graph.settings import Settings
from onrecord.graph.sparql.rewriting.rewrite import rewrite
from onrecord.graph.sparql.screening import screen

SETTINGS = Settings()
LAX = Settings(query_nesting=10**6, query_patterns=10**6)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }",
        "select * { service silent <http://example.org/> { ?s ?p ?o } }",
        "SELECT * { SeRvIcE ?x { ?s ?p ?o } }",
        "SELECT * { SERVICE<http://example.org/>{} }",
        "SELECT * { SERVICESILENT<http://example.org/>{} }",
        r"SELECT * { S\u0045RVICE <http://example.org/> {} }",
        r"SELECT * { \U00000053ERVICE <http://example.org/> {} }",
        "PREFIX : <http://example.org/> SELECT * { SERVICE:x {} }",
        "SELECT * { ?s ?p true.SERVICE<http://example.org/>{} }",
        "SELECT * { ?s ?p 1SERVICE<http://example.org/>{} }",
        "SELECT * { # ' \n SERVICE <http://example.org/> {} # '\n }",
        "SELECT * { # a comment ends here\rSERVICE <http://example.org/> {} }",
        "SELECT * { ?s ?p '''it's''' . SERVICE <http://example.org/> {} }",
        "SELECT * { ?s ?p 'a\\\\' . SERVICE <http://example.org/> {} # '\n}",
        "SELECT * { FILTER(?a<?b#>\n) SERVICE <http://example.org/> {} #>\n }",
    ],
)
def test_service_is_refused_however_it_is_written(text: str) -> None:
    with pytest.raises(QueryRefused):
        screen(text, SETTINGS)


@pytest.mark.parametrize(
    "text",
    [
        'SELECT * { ?s ?p "SERVICE <x> {}" }',
        "SELECT * { ?s ?p '''a ' SERVICE \n''' }",
        'SELECT * { ?s ?p """ "SERVICE" """ }',
        r'SELECT * { ?s ?p "a\" SERVICE <x> {}" }',
        r'SELECT * { ?s ?p "a\u0022 SERVICE <x> {}" }',
        "SELECT * { ?s ?p ?o } # SERVICE <x> {}",
        "SELECT * { ?s <http://example.org/SERVICE#SERVICE> ?o }",
        "PREFIX ex: <http://example.org/> SELECT * { ?s ex:SERVICE ?o }",
        "PREFIX ex: <http://example.org/> SELECT * { ?s ex:web.service ?o }",
        r"PREFIX ex: <http://example.org/> SELECT * { ?s ex:a\#SERVICE ?o }",
        "SELECT ?service $SERVICE { ?service ?p $SERVICE }",
        "SELECT * { _:service ?p ?o }",
        "SELECT * { ?s ?p ?o FILTER(?o < 3 && ?o > 1) }",
        "SELECT * { VALUES (?a ?b) { (<http://example.org/#a> <http://example.org/#b>) } }",
        "SELECT * { ?s ?p ?o FILTER(?o IN (<http://example.org/#a>, <http://example.org/#b>)) }",
        "SELECT * { ?s (<http://example.org/#a>|<http://example.org/#b>)/<http://example.org/#c> ?o }",
        "SELECT * { ?x owl:unionOf (rec:Strike <http://www.w3.org/2002/07/owl#Thing>) }",
        "SELECT * { ?x owl:unionOf(rec:Strike <http://www.w3.org/2002/07/owl#Thing>) }",
        "SELECT * { ?x ?y ('a'@en <http://example.org/#a> ?z <http://example.org/#b>) }",
        "SELECT * { [] ?y [ ?z (1 <http://example.org/#a>) ] }",
        "CONSTRUCT { ?x owl:unionOf (rec:Strike <http://www.w3.org/2002/07/owl#Thing>) } WHERE { ?x ?y ?z }",
        "SELECT * { FILTER rec:f(?x, <http://example.org/#a>) FILTER rec:f (<http://example.org/#a>) }",
        "PREFIX service: <http://example.org/> SELECT * { ?s service:p service:o . service:s ?p ?o }",
        "PREFIX service: <http://example.org/> SELECT * { GRAPH service:g { ?s ?p ?o } }",
        "PREFIX service: <http://example.org/> SELECT * FROM service:g { ?s ?p ?o { ?s ?p ?q } }",
        "PREFIX service: <http://example.org/> DESCRIBE service:g { ?s ?p ?o }",
        "PREFIX my.service: <http://example.org/> ASK { my.service:a.b.service ?p ?o }",
        "PREFIX ex: <http://example.org/> SELECT * { ?s ?p ex:a.b.service, ex:a.b.service.c ; ex:service.a.b ?o }",
        "SELECT * { ?s ?p 'a'@en-service }",
        "PREFIX optional: <http://example.org/> PREFIX filter: <http://example.org/> ASK { optional:a filter:b filter:c }",
        "PREFIX insert: <http://example.org/> ASK { insert:delete a insert:a }",
        "PREFIX a: <http://example.org/> ASK { a:a a a:a }",
    ],
)
def test_the_word_is_harmless_in_strings_iris_comments_and_names(text: str) -> None:
    screen(text, SETTINGS)


_HARD = [
    "'",
    '"',
    "'''",
    '"""',
    "#",
    "\n",
    "\r",
    "<",
    ">",
    "?b",
    "a",
    "\\",
    "\\'",
    '\\"',
    r"\u0022",
    r"\u005C",
    "#>",
]
_HARD += [
    "<x#",
    ":",
    "%41",
    "\\#",
    "\\-",
    "..",
    ".1.",
    "@en",
    "--ltr",
    "^^",
    "\u2028",
    "\x85",
    "é",
    "1",
    "-",
    "&&",
    " ",
]
_PLACES = [
    "?s ?p ?o",
    "?s ?p 'X'",
    '?s ?p "X"',
    "?s ?p '''X'''",
    '?s ?p """X"""',
    "?s ?p <http://e/X>",
    "FILTER(?aX)",
]
_PLACES += [
    "FILTER(?a<?bX)",
    "FILTER(?a<?bX>\n)",
    "#X\n",
    "?s ?p :aX",
    "?s ?p 1X",
    "?s ?p 'a'@enX",
    "?s ?p 'a'^^:X",
]
_PLACES += ["?s ?p _:bX", "?s ?p ?vX", "VALUES ?q {<http://e/X>}", "?s ?p (1 <http://e/X>)"]
_CALLS = ["SERVICE <http://127.0.0.1:9/> {}", "SERVICE?b{}", "SERVICE:x{}"]
hard = st.lists(st.sampled_from(_HARD), max_size=4).map("".join)
patterns = st.lists(
    st.tuples(st.sampled_from(_PLACES), hard).map(lambda pair: pair[0].replace("X", pair[1])), max_size=3
)


@pytest.mark.slow
@hypothesis_settings(max_examples=400)
@given(patterns, st.sampled_from(_CALLS), patterns, st.sampled_from(["", ".", " ", "\n"]))
def test_whatever_the_parser_takes_for_service_is_refused(
    before: list[str], call: str, after: list[str], between: str
) -> None:
    text = "PREFIX : <http://127.0.0.1:9/> SELECT * { " + between.join([*before, call, *after]) + " }"
    # What passes is rewritten, since the parser ends a name with two dots too soon.
    try:
        read = rewrite(screen(text, LAX), lambda _: False).text
    except OnrecordError:
        return
    # If it parses with the word, and not with one like it, then the word was the keyword.
    assert not _parses(read) or _parses(read.replace("SERVICE", "SERVIXE"))


def test_a_call_behind_a_name_with_two_dots_is_part_of_the_name() -> None:
    for call in ("SERVICE ?x {}", "SERVICE <http://127.0.0.1:9/> {}", "SERVICE:x {}"):
        text = f"PREFIX : <http://127.0.0.1:9/> SELECT * {{ ?s ?p :a.1.{call} }}"
        assert _parses(text)
        read = rewrite(screen(text, LAX), lambda _: False).text
        assert not _parses(read) or _parses(read.replace("SERVICE", "SERVIXE"))


def _parses(text: str) -> bool:
    try:
        Store().query(text)
    except SyntaxError:
        return False
    except (OSError, RuntimeError, ValueError):
        return True  # it was read, and failed in being run: port 9 is never called
    return True


def test_the_size_limit_counts_bytes_and_is_named() -> None:
    limit = Settings(query_kilobytes=1)
    screen("SELECT * {} #" + "a" * 1011, limit)
    with pytest.raises(QueryRefused, match=r"1 KiB \(ONRECORD_QUERY_KILOBYTES\)"):
        screen("SELECT * {} #" + "é" * 600, limit)


@pytest.mark.parametrize("text", ["", "  \n\t"])
def test_an_empty_query_is_refused(text: str) -> None:
    with pytest.raises(QueryRefused, match="empty"):
        screen(text, SETTINGS)


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(QueryRefused, match="character 8"):
        screen("SELECT \ud800 {}", SETTINGS)


@pytest.mark.parametrize(("opening", "closing"), ["{}", "()", "[]"])
def test_nesting_is_limited_at_the_setting(opening: str, closing: str) -> None:
    limit = Settings(query_nesting=5)
    screen("ASK {" + opening * 4 + closing * 4 + "}", limit)
    with pytest.raises(QueryRefused, match="ONRECORD_QUERY_NESTING"):
        screen("ASK {" + opening * 5 + closing * 5 + "}", limit)


def test_brackets_that_do_not_nest_are_no_nesting() -> None:
    screen("ASK {" + "{}" * 1000 + "'" + "{" * 1000 + "' #" + "{" * 1000 + "\n}", LAX)


@pytest.mark.parametrize(
    ("text", "patterns_"),
    [
        ("ASK { ?s ?p ?o }", 1),
        ("ASK { ?s ?p ?o . ?s ?p ?o . }", 2),
        ("ASK { ?s ?p ?o ; ?q ?r , ?t . }", 3),
        ("ASK { ?s ?p ?o OPTIONAL { ?s ?p ?o } }", 2),
        ("ASK { ?s ?p ?o FILTER(?a = 1 || ?b IN (1, 2, 3)) ?s ?p ?o }", 2),
        ("ASK { [] ?p [ ?q ?r ; ?t ?u ] }", 3),
        ("ASK { ?s a/b/c ?o }", 3),
        ("ASK { GRAPH ?g { ?s ?p ?o } }", 1),
        ("ASK { VALUES ?x { 1 2 3 4 5 } ?s ?p ?x }", 1),
        ("ASK { VALUES (?x ?y) { (1 2) (3 4) (5 6) } ?s ?p ?x }", 1),
        ("CONSTRUCT { ?s ?p ?o . ?s ?p ?o . ?s ?p ?o } { ?s ?p ?o }", 1),
        ("ASK { { SELECT ?a ?b ?c ?d ?e WHERE { ?s ?p ?o } } }", 1),
        ("ASK { ?s ?p 'a . b . c ; d' }", 1),
        ("ASK { ?s ?p 1.5 . ?s ?p true.?s ?p 3 }", 3),
    ],
)
def test_triple_patterns_are_counted(text: str, patterns_: int) -> None:
    screen(text, Settings(query_patterns=patterns_))
    if patterns_ > 1:
        with pytest.raises(QueryRefused, match="ONRECORD_QUERY_PATTERNS"):
            screen(text, Settings(query_patterns=patterns_ - 1))


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("SELECT * { ?s ?p ?o }", False),
        ("SELECT * FROM <http://example.org/g> { ?s ?p ?o }", True),
        ("SELECT * from named <http://example.org/g> { ?s ?p ?o }", True),
        ("ASK FROM<http://example.org/g>{}", True),
        ("PREFIX : <http://example.org/> ASK FROM:g {}", True),
        ("PREFIX from: <http://example.org/> DESCRIBE from:g", False),
        ("SELECT ?from { ?from ?p 'FROM <g>' } # FROM <g>", False),
        ("SELECT * { ?s <http://example.org/FROM> ?o }", False),
    ],
)
def test_a_from_clause_is_found_where_there_is_one(text: str, has: bool) -> None:
    assert screen(text, SETTINGS).has_dataset is has


@pytest.mark.parametrize(
    "word", ["INSERT", "delete", "LOAD", "CLEAR", "Drop", "CREATE", "ADD", "MOVE", "COPY", "WITH"]
)
def test_an_update_is_no_query(word: str) -> None:
    with pytest.raises(QueryRefused, match="only queries"):
        screen(f"PREFIX ex: <http://example.org/> # SELECT\n {word} {{ ?s ?p ?o }}", SETTINGS)


def test_a_string_without_end_is_shown_where_it_begins() -> None:
    with pytest.raises(QuerySyntax) as caught:
        screen(r"SELECT * {" + "\n  ?s ?p '\\u0041', \"open }", SETTINGS)
    assert (caught.value.line, caught.value.column) == (2, 19)


@pytest.mark.parametrize(
    "piece",
    [
        "a.",
        '\\"""',
        "<a",
        ":.",
        "{",
        "(",
        "1.",
        "?a",
        "#\n",
        ":%4",
        "@a-",
        "_:a.",
        "a",
        "\\u0041",
        "'' ",
        ".",
        "é",
    ],
)
@pytest.mark.parametrize("head", ["", '"""', "<", "SELECT * {", ":", "'"])
def test_no_text_takes_long_to_look_at(head: str, piece: str) -> None:
    text = (head + piece * 32000)[:32000]
    begin = time.process_time()
    with contextlib.suppress(OnrecordError):
        screen(text, LAX)
    # Linear time is a tenth of this; quadratic time would be minutes.
    assert time.process_time() - begin < 2


@pytest.mark.parametrize(
    ("pattern", "suspect"),
    [
        ("?x a/rdfs:subClassOf* rec:Actor", False),
        ("?x a/^rdfs:subClassOf* rec:Actor", False),
        ("rec:Actor ^rdfs:subClassOf*/^a ?x", False),
        ("?x rdfs:subClassOf* ?y . ?y ^rdfs:subClassOf? ?z", False),
        ("?x rdfs:subClassOf* rec:Actor", True),
        ("?x rdfs:subClassOf* ?y, rec:Actor", True),
        ("?x a ?y ; rdfs:subClassOf* ?z", True),
        ("?x a|rdfs:subClassOf* rec:Actor", True),
        ("?x (a/rdfs:subClassOf*)? rec:Actor", True),
        ("?x rdfs:subClassOf*/rdfs:subClassOf? rec:Actor", True),
    ],
)
def test_only_paths_that_may_lead_from_a_constant_to_itself_are_looked_at(
    pattern: str, suspect: bool
) -> None:
    assert screen(f"SELECT ?x {{ {pattern} }}", SETTINGS).suspect is suspect


def test_where_the_body_begins_only_prefixes_were_declared() -> None:
    prologue = "PREFIX ex: <http://example.org/>\n# more\nprefix : <urn:x>\n"
    assert screen(f"{prologue}ASK {{}}", SETTINGS).body == len(prologue)
    # (what may hold a call, or name a data set, is looked at from its beginning)
    assert screen(f"{prologue}ASK FROM ex:g {{}}", SETTINGS).body == 0
