r"""Patterns and replacements of XPath: what is translated for the engine means what elementpath makes of it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal
from tests.harness.asking import raw

from onrecord.graph.sparql.rewriting.regexes import matches, native, replace

TEXTS = [
    "",
    "a",
    "ab",
    "abc",
    "a b",
    "x-x",
    "é",
    "_",
    "+a",
    "a\nb",
    "a\rb",
    "12",
    "a.b$",
    "aaa",
    "ab\n",
    "ΑΒ",
    "&~",
    "]",
]
_PIECES = [
    "a",
    "b",
    "[a-c]",
    "[^a-c]",
    "[a-z-[aeiou]]",
    "[^a-z-[b]]",
    "[a-z-[b-y-[m]]]",
    "\\d",
    "\\D",
    "\\w",
    "\\W",
    "\\s",
    "\\S",
    ".",
    "(a|b)",
    "(?:b)",
    "^",
    "$",
    "\\p{L}",
    "\\P{Lu}",
    "[\\w-]",
    "[\\s,]",
    "[^\\p{P}]",
    "\\p{P}",
    "\\.",
    "[\\-x]",
    "-",
    "x{2}",
    "\\$",
    "é",
    "[\\n-z]",
    "_",
    "+",
    "*",
    "?",
    "|",
    "{1,2}",
    "{2,}",
    "(",
    ")",
    "[",
    "]",
    "&&",
    "[&&a]",
    "[a~~b]",
    "[a--b]",
    "[+--]",
    "[--z]",
    "[^]",
    "[]",
    "[z-a]",
    "{2,1}",
    "\\/",
    "\\_",
    "*?",
    "++",
    "(?i)",
    "[.]",
    "[*-a]",
]
_patterns = st.lists(st.sampled_from([*_PIECES, " ", "#"]), max_size=5).map("".join)
_flags = st.sampled_from(["", "i", "s", "m", "x", "q", "si", "mx", "k"])


def of_engine(pattern: str, flags: str, text: str) -> bool:
    """Whether the engine's own REGEX finds a pattern."""
    found = raw(f"ASK {{ FILTER(REGEX({Literal(text)}, {Literal(pattern)}, {Literal(flags)})) }}")
    assert isinstance(found, bool)
    return found


@pytest.mark.slow
@settings(max_examples=400)
@given(_patterns, _flags, st.sampled_from(TEXTS))
def test_a_translated_pattern_finds_what_the_function_finds(pattern: str, flags: str, text: str) -> None:
    translated = native(pattern, flags)
    if translated is not None:
        found = matches(Literal(text), Literal(pattern), Literal(flags))
        assert found is not None
        assert of_engine(translated.pattern, translated.flags, text) is (found.value == "true")


@pytest.mark.slow
@settings(max_examples=300)
@given(
    st.lists(st.sampled_from(["a", "(a)", "(b)", "[a-c]", "(.)", "((a)|b)", "-", "(?:b)"]), min_size=1, max_size=4).map("".join),
    st.lists(st.sampled_from(["$1", "$2", "$0", "$12", "$", "\\$", "\\\\", "\\", "x", "3", "{1}", "_"]), max_size=4).map("".join),
    st.sampled_from(["", "i", "q"]),
    st.sampled_from(["aab-", "ba", "cab", "a$b", "x"]),
)  # fmt: skip
def test_a_translated_replacement_makes_what_the_function_makes(
    pattern: str, replacement: str, flags: str, text: str
) -> None:
    translated = native(pattern, flags, replacement)
    if translated is None:
        return
    arguments = ", ".join(
        str(Literal(each)) for each in (text, translated.pattern, translated.replacement, translated.flags)
    )
    made = replace(Literal(text), Literal(pattern), Literal(replacement), Literal(flags))
    assert raw(f"SELECT (REPLACE({arguments}) AS ?x) {{}}") == (["x"], [(str(made),)])


@pytest.mark.parametrize(
    "pattern",
    ["[", "(", ")", "a)", "*a", "a**", "a++", "a{2,1}", "a{,2}", "a{1", "[z-a]", "[]", "[[:alpha:]]", "(?=a)", "(?<x>a)",
     "(?P<x>a)", "\\x61", "\\u0061", "\\A", "\\z", "\\p{Foo}", "\\p{L", "[a-\\d]", "a{99999999999}"],
)  # fmt: skip
def test_a_pattern_that_is_none_of_xpaths_is_an_error(pattern: str) -> None:
    assert native(pattern, "") is None
    assert matches(Literal("a"), Literal(pattern)) is None
    assert replace(Literal("a"), Literal(pattern), Literal("b")) is None


@pytest.mark.parametrize(
    ("pattern", "flags"),
    [
        ("^http://[a-z]+/", "i"),
        ("a|b|c", ""),
        ("[0-9]{4}-[0-9]{2}", ""),
        ("Київ", ""),
        ("^a$", ""),
        ("(a)(b)?c*", ""),
    ],
)
def test_a_plain_pattern_stays_as_it_is(pattern: str, flags: str) -> None:
    assert native(pattern, flags) == (pattern, flags, "")


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("\\bbar\\b", "foo bar", True),
        ("\\bar", "foo bar", False),
        ("a\\/b", "a/b", True),
        ("(?i)ABC", "abc", True),
        ("\\'\\\"\\@", "'\"@", True),
    ],
)
def test_what_every_engine_takes_beyond_the_standard_is_taken(pattern: str, text: str, found: bool) -> None:
    translated = native(pattern, "")
    assert translated is not None
    assert of_engine(translated.pattern, translated.flags, text) is found
    assert matches(Literal(text), Literal(pattern)) == Literal(found)


def test_translating_takes_linear_time() -> None:
    for pattern in (
        "[a-z-[aeiou]]" * 4_000,
        "(" * 30_000,
        "[" * 30_000,
        "a{1,2}" * 8_000,
        "\\" * 30_001,
        "[a-" * 20_000,
    ):
        begin = time.process_time()
        native(pattern, "")
        assert time.process_time() - begin < 5
