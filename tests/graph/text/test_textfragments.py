"""Addresses of passages."""

from __future__ import annotations

from onrecord.graph.text import textfragments


def test_a_short_passage_is_named_whole_in_a_text_fragment() -> None:
    found = textfragments.at_the_words("https://example.org/a", "nine Iskander-M, or KN-23")
    assert found == "https://example.org/a#:~:text=nine%20Iskander%2DM%2C%20or%20KN%2D23"


def test_a_long_passage_is_named_by_its_first_and_last_words() -> None:
    found = textfragments.at_the_words("https://example.org/a", "a b c d e f g h i j k l m n")
    assert found == "https://example.org/a#:~:text=a%20b%20c%20d%20e,j%20k%20l%20m%20n"


def test_an_address_with_a_fragment_keeps_it() -> None:
    assert (
        textfragments.at_the_words("https://example.org/a#part", "x") == "https://example.org/a#part:~:text=x"
    )


def test_an_address_that_is_not_the_web_has_no_passages() -> None:
    assert textfragments.at_the_words("javascript:alert(1)", "x") is None


def test_words_of_several_paragraphs_are_named_by_their_ends() -> None:
    found = textfragments.at_the_words("https://example.org/a", "the end of one.\n\nAnd the next")
    assert found == "https://example.org/a#:~:text=the%20end%20of,And%20the%20next"
    found = textfragments.at_the_words("https://example.org/a", "one\ntwo three four five six")
    assert found == "https://example.org/a#:~:text=one,four%20five%20six"


def test_quotes_dashes_commas_and_other_scripts_are_encoded() -> None:
    found = textfragments.at_the_words("https://example.org/a", '«Да», – he said: "no-one & all"')
    assert found == (
        "https://example.org/a#:~:text=%C2%AB%D0%94%D0%B0%C2%BB%2C%20%E2%80%93%20he%20said%3A%20%22no%2Done%20%26%20all%22"
    )
