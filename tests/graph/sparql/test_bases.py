"""What is relative to a base with dot segments is resolved as RFC 3986 has it, in queries and in updates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.harness.asking import answer, rows

from onrecord.graph.errors import QuerySyntax
from onrecord.graph.sparql.bases import has_dot_segments, resolve, resolved
from onrecord.graph.sparql.rewriting.rewrite import rewrite_update

# RFC 3986, section 5.4, with the base http://a/b/c/d;p?q: reference -> target.
EXAMPLES = {
    "g:h": "g:h",
    "g": "http://a/b/c/g",
    "./g": "http://a/b/c/g",
    "g/": "http://a/b/c/g/",
    "/g": "http://a/g",
    "//g": "http://g",
    "?y": "http://a/b/c/d;p?y",
    "g?y": "http://a/b/c/g?y",
    "#s": "http://a/b/c/d;p?q#s",
    "g#s": "http://a/b/c/g#s",
    "g?y#s": "http://a/b/c/g?y#s",
    ";x": "http://a/b/c/;x",
    "g;x": "http://a/b/c/g;x",
    "g;x?y#s": "http://a/b/c/g;x?y#s",
    "": "http://a/b/c/d;p?q",
    ".": "http://a/b/c/",
    "./": "http://a/b/c/",
    "..": "http://a/b/",
    "../": "http://a/b/",
    "../g": "http://a/b/g",
    "../..": "http://a/",
    "../../": "http://a/",
    "../../g": "http://a/g",
    "../../../g": "http://a/g",
    "../../../../g": "http://a/g",
    "/./g": "http://a/g",
    "/../g": "http://a/g",
    "g.": "http://a/b/c/g.",
    ".g": "http://a/b/c/.g",
    "g..": "http://a/b/c/g..",
    "..g": "http://a/b/c/..g",
    "./../g": "http://a/b/g",
    "./g/.": "http://a/b/c/g/",
    "g/./h": "http://a/b/c/g/h",
    "g/../h": "http://a/b/c/h",
    "g;x=1/./y": "http://a/b/c/g;x=1/y",
    "g;x=1/../y": "http://a/b/c/y",
    "g?y/./x": "http://a/b/c/g?y/./x",
    "g?y/../x": "http://a/b/c/g?y/../x",
    "g#s/./x": "http://a/b/c/g#s/./x",
    "g#s/../x": "http://a/b/c/g#s/../x",
    "http:g": "http:g",
}
OF_THE_PATH = ("", "?y", "#s")
"""They have no path of their own, and keep that of the base as it is."""


@pytest.mark.parametrize(
    "dotted", ["http://a/b/x/../c/d;p?q", "http://a/b/./c/d;p?q", "http://a/../y/z/../../b/c/d;p?q"]
)
@pytest.mark.parametrize(("reference", "target"), EXAMPLES.items())
def test_the_examples_of_rfc_3986_with_dots_in_the_base(dotted: str, reference: str, target: str) -> None:
    expected = target
    if reference in OF_THE_PATH:
        expected = target.replace("http://a/b/c/d;p?q", dotted).replace(
            "http://a/b/c/d;p", dotted.partition("?")[0]
        )
    assert resolve(reference, dotted) == expected
    if reference != "http:g":  # which RFC 3986 leaves to be read in two ways
        assert rows(f"BASE <{dotted}> SELECT ?x {{ VALUES ?x {{ <{reference}> }} }}") == [(f"<{expected}>",)]


@pytest.mark.parametrize(
    ("prologue", "term", "expected"),
    [
        ("BASE <http://a/bb/ccc/../>", "<../g>", "http://a/g"),
        ("BASE <http://a/bb/ccc/../>", "<g>", "http://a/bb/g"),
        ("BASE <http://a/bb/ccc/../>", "<>", "http://a/bb/ccc/../"),
        ("BASE <http://a/bb/ccc/../d;p?q>", "<?y#s>", "http://a/bb/ccc/../d;p?y#s"),
        ("BASE <http://a/bb/ccc/..>", "<../g>", "http://a/bb/g"),
        ("base<http://a/b/../c/>PREFIX p: <../x#>", "p:y", "http://a/x#y"),
        ("PREFIX p: <http://p/> BASE <http://a/b/../c/> BASE <d/e/> ", "<../g>", "http://a/c/d/g"),
        ("BASE <http://a/b/../c/> BASE <//z/y/../> ", "<../g>", "http://z/g"),
        ("BASE <http://a/b/../c/> BASE <http://z/y/>", "<../g>", "http://z/g"),
        ("BASE <http://a/b/c/> BASE <x/../y/>", "<../g>", "http://a/b/c/g"),
        ("BASE # <http://no/../>\n <http://a/\\u002e\\u002e/c/d/../>", "<../g>", "http://a/g"),
        ("BASE <https://Пример/а/б/../>", "<../ї>", "https://Пример/ї"),
        ("BASE <http://a/b/../c/>", "<http://x/y/../z>", "http://x/y/../z"),
    ],
)
def test_every_base_and_prefix_counts_from_where_it_stands(prologue: str, term: str, expected: str) -> None:
    assert rows(f"{prologue} SELECT ?x {{ VALUES ?x {{ {term} }} }}") == [(f"<{expected}>",)]


def test_patterns_find_what_they_name_and_strings_and_comparisons_stay() -> None:
    data = "<http://a/g> ex:p 5 . GRAPH <http://a/h> { ex:s ex:p 1 }"
    base = "BASE <http://a/bb/ccc/../> PREFIX ex: <http://example.com/>"
    assert rows(
        f'{base} SELECT ?o {{ <../g> ?p ?o FILTER("<../g>" != ?o && ?o<9&&10>?o) }}',
        data.replace("ex:", "<http://example.com/").replace("/p ", "/p> ").replace("/s ", "/s> "),
    ) == [("5",)]
    assert answer(f"{base} ASK {{ GRAPH <../h> {{ ?s ?p 1 }} }}", data) is True
    assert answer(f"{base} ASK FROM <../h> {{ ?s ?p 1 }}", data) is True


def test_a_mistake_is_told_at_its_place_in_the_text_that_was_sent() -> None:
    places = []
    for base in ("http://a/bb/ccc/../", "http://a/bb/"):
        with pytest.raises(QuerySyntax) as told:
            answer(f"BASE <{base}>\nSELECT * {{ <../g> <../g> <../g> . ?s ?p }}")
        places.append((told.value.line, told.value.column))
    assert places[0] == places[1] == (2, "SELECT * { <../g> <../g> <../g> . ?s ?p }".index("?s") + 1)


def test_an_update_writes_what_it_names() -> None:
    text = "BASE <http://a/bb/ccc/../> INSERT DATA { <../g> <p> <../h> } ; BASE <http://z/> DELETE WHERE { <x> ?p <../y> }"
    assert rewrite_update(text).text == (
        "BASE <http://a/bb/ccc/../> INSERT DATA { <http://a/g> <http://a/bb/p> <http://a/h> } ; "
        "BASE <http://z/> DELETE WHERE { <x> ?p <../y> }"
    )


@pytest.mark.parametrize("text", ["BASE <http://a/b/> ASK { <../x> ?p ?o }", "ASK { <../x/./y> ?p ?base }"])
def test_what_the_engine_resolves_rightly_is_left_to_it(text: str) -> None:
    assert resolved(text).text == text


@given(
    st.lists(st.sampled_from(["..", ".", "a", "", "b.c"]), max_size=8),
    st.lists(st.sampled_from(["..", ".", "x", ""]), min_size=1, max_size=8),
)
def test_no_dots_are_left_and_nothing_is_above_the_root(of_base: list[str], of_reference: list[str]) -> None:
    base = f"http://a/{'/'.join(of_base)}/z"
    reference = "/".join(of_reference)
    if has_dot_segments(base) and reference and not reference.startswith("//"):
        target = resolve(reference, base)
        assert target.startswith("http://a/")
        assert {".", ".."}.isdisjoint(target.split("/"))
