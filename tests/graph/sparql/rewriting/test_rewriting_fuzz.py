"""Random queries: what is rewritten has the answer of what is not, wherever the engine reads the query rightly."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.harness.asking import BASE, PREFIXES, answer, raw, store

from onrecord.graph.settings import Settings
from onrecord.graph.sparql.rewriting.parsing.patterns import parse
from onrecord.graph.sparql.rewriting.rewrite import rewrite
from onrecord.graph.sparql.screening import screen
from onrecord.graph.sparql.tokens import tokenize

pytestmark = pytest.mark.slow

DATA = store(
    """
    ex:a ex:p ex:b, ex:c ; ex:n 1, 2 ; ex:l "x", "y"@en . ex:b ex:p ex:d ; ex:n 3 . ex:d ex:q ex:a .
    GRAPH ex:g { ex:a ex:p ex:c . ex:c ex:n 4 }
    """
)
_variables = st.sampled_from(["?a", "?b", "?c", "?z", "$y"])
_constants = st.sampled_from(["ex:a", "ex:b", "<http://example.org/d>", "1", '"x"', '"y"@en'])
_terms = st.one_of(_variables, _constants)
_paths = st.sampled_from(
    ["ex:p", "ex:n", "^ex:p", "ex:p/ex:q", "(ex:p|ex:q)+", "!ex:p", "ex:p/ex:p*", "(^ex:p)/ex:n", "a", "?y"]
)
_spaces = st.sampled_from([" ", "\n", "\t", " # ?q {\n"])


def _joined(*parts: object) -> st.SearchStrategy[str]:
    return st.tuples(*(part if isinstance(part, st.SearchStrategy) else st.just(part) for part in parts)).map(
        lambda found: "".join(map(str, found))
    )


_objects = st.one_of(
    _terms, _joined("[ ", _paths, " ", _terms, " ]"), _joined("( ", _terms, " ", _terms, " )"), st.just("[]")
)
_triples = _joined(
    st.one_of(_variables, st.just("ex:a"), st.just("_:b")),
    _spaces,
    _paths,
    " ",
    _objects,
    st.sampled_from(["", " ; ex:n ?c", " , ex:c", " ;"]),
)
_numbers = st.sampled_from(["1", "2.5", "?c", "?b", "STRLEN(STR(?a))", "(1 + 2)", "-3"])
_booleans = st.one_of(
    _joined(_numbers, st.sampled_from([" < ", "<=", " > ", " = ", " != "]), _numbers),
    _joined("BOUND(", _variables, ")"),
    _joined("REGEX(STR(", _variables, "), '", st.sampled_from(["a", "^http", "[a-c]$", "x|y", "n.t"]), "')"),
    _joined(_variables, " IN (", _terms, ", ", _constants, ")"),
    _joined("sameTerm(", _terms, ", ", _terms, ")"),
)
_expressions = st.recursive(
    _booleans,
    lambda inner: st.one_of(
        _joined("(", inner, st.sampled_from([" && ", "||"]), inner, ")"),
        _joined("!(", inner, ")"),
        _joined("IF(", inner, ", ", inner, ", false)"),
        _joined("COALESCE(", inner, ", ", inner, ")"),
    ),
    max_leaves=4,
)


def _parts(group: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        _joined("OPTIONAL ", group),
        _joined(group, " UNION ", group),
        _joined("MINUS ", group),
        _joined("FILTER(", _expressions, ")"),
        _joined("FILTER NOT EXISTS ", group),
        _joined("GRAPH ex:g ", group),
        _joined("GRAPH ?g { ?a ex:p ?c OPTIONAL ", group, "}"),
        _joined("BIND(", _expressions, " AS ?new", st.integers(0, 99), ")"),
        _joined("VALUES (?z ?v) { (", _constants, " UNDEF) (UNDEF ", _constants, ") }"),
        _joined("{ SELECT ?z ?a ", group, " ORDER BY ?z }"),
        _joined("{ SELECT * WHERE ", group, " }"),
        _joined("{ SELECT ?z (COUNT(*) AS ?n) ", group, " GROUP BY ?z }"),
        _joined("{ SELECT DISTINCT ?y (?a AS ?s", st.integers(0, 99), ") ", group, " }"),
        group,
    )


_groups = st.recursive(
    _joined("{ ", _triples, " }"),
    lambda group: st.one_of(
        _joined("{ ", _triples, _spaces, _parts(group), " }"),
        _joined("{", _parts(group), " . ", _triples, ". }"),
        _joined("{ ", _parts(group), _spaces, _parts(group), "}"),
    ),
    max_leaves=5,
)


def _of_engine(text: str) -> list[str] | None:
    """The variables that the engine finds in a query; None where it is none."""
    try:
        found = ox.Store().query(text, base_iri=BASE, prefixes=PREFIXES)
    except SyntaxError:
        return None
    assert isinstance(found, ox.QuerySolutions)
    return [variable.value for variable in found.variables]


@settings(max_examples=300)
@given(_groups)
def test_the_variables_of_a_pattern_are_those_that_the_engine_finds(group: str) -> None:
    text = f"SELECT * WHERE {group}"
    variables = _of_engine(text)
    if variables is None:
        return
    found = parse(list(tokenize(text, spaces=False))).selects[0]
    assert sorted(found.variables) == sorted(variables)


def _rows(
    found: bool | tuple[list[str], list[tuple[str | None, ...]]],
) -> Counter[frozenset[tuple[str, str]]]:
    assert isinstance(found, tuple)
    names, rows = found
    return Counter(
        frozenset(
            (name, value)
            for name, value in zip(names, row, strict=True)
            if value is not None and value[:2] != "_:"
        )
        for row in rows
    )


@settings(max_examples=300)
@given(_groups)
def test_a_query_that_the_engine_reads_rightly_keeps_its_answer(group: str) -> None:
    text = f"SELECT * WHERE {group}"
    if _of_engine(text) is None or "GRAPH ?g" in group:
        return  # GRAPH ?g around subqueries, VALUES and MINUS is what the engine does not read rightly
    assert _rows(answer(text, DATA)) == _rows(raw(text, DATA))


@settings(max_examples=300)
@given(_groups, st.sampled_from(["SELECT ?a ?z", "ASK", "CONSTRUCT { ?a ?b ?z }", "SELECT (COUNT(*) AS ?n)"]))
def test_a_text_that_holds_nothing_to_rewrite_stays_as_it_is(group: str, head: str) -> None:
    text = f"{head} WHERE {group}"
    for misread in ("GRAPH ?g", "<=", "< ", "> ", "n.t", "IF("):
        text = text.replace(misread, {"GRAPH ?g": "GRAPH ex:g", "n.t": "n"}.get(misread, "= "))
    screened = screen(text, Settings())
    assert rewrite(screened, lambda _: True).text == text


_steps = st.recursive(
    st.sampled_from(["a", "ex:p", "<http://example.org/q>", "^ex:p", "!ex:p", "!(a|^ex:p)"]),
    lambda path: st.one_of(
        st.builds("{}{}".format, st.builds("({})".format, path) | st.just("ex:p"), st.sampled_from("*?+")),
        st.builds("{}/{}".format, path, path),
        st.builds("{}|{}".format, path, path),
    ),
    max_leaves=5,
)
_ends = st.sampled_from(["?s", "?o", "ex:a", "1", "[]", "_:b"])


@settings(max_examples=500)
@given(_ends, st.lists(st.tuples(_steps, st.lists(_ends, min_size=1, max_size=2)), min_size=1, max_size=2))
def test_no_path_of_length_zero_at_a_constant_is_passed_over(
    subject: str, verbs: list[tuple[str, list[str]]]
) -> None:
    text = f"ASK {{ {subject} {' ; '.join(f'{path} ' + ' , '.join(objects) for path, objects in verbs)} }}"
    found = parse(list(tokenize(text, spaces=False)))
    if any(triples.paths for group in found.groups for triples, _ in group.triples):
        assert screen(text, Settings()).suspect


@settings(max_examples=200)
@given(
    st.text(st.sampled_from("?ax:.\\'\"<>{}()[]|/*+!^=&;,#@1 \n\u00e9")),
    st.sampled_from(["SELECT * {", "ASK {", ""]),
)
def test_no_text_breaks_the_rewriting(text: str, head: str) -> None:
    from onrecord.graph.errors import OnrecordError  # noqa: PLC0415

    try:
        screened = screen(head + text, Settings())
        screened = screened.__class__(screened.has_dataset, screened.decoded, screened.tokens, suspect=True)
        rewritten = rewrite(screened, lambda _: False)
    except OnrecordError:
        return
    assert all(0 <= rewritten.back(at) <= len(head + text) for at in range(len(rewritten.text)))
