"""The words an unknown one may have been meant to be."""

from __future__ import annotations

from onrecord.graph.text.suggestions import nearest, of_which_it_is_a_part


def test_the_most_alike_comes_first_and_the_alphabet_settles_ties() -> None:
    assert nearest("peskof", ["peskov", "zelensky", "pesko"], limit=2) == ["pesko", "peskov"]
    assert nearest("ab", ["ax", "bx", "aa"], limit=2, at_least=0.5) == ["aa", "ax"]


def test_what_is_not_alike_enough_is_not_suggested() -> None:
    assert nearest("peskov", ["xqxqxq"]) == []
    assert nearest("abcd", ["abxy"], at_least=0.5) == ["abxy"]
    assert nearest("abcd", ["abxy"], at_least=0.51) == []


def test_a_name_is_suggested_by_one_of_its_words() -> None:
    known = ["reportingVerb", "verbal", "targetRole", "saidOn", "saidAt"]
    assert of_which_it_is_a_part("verb", known) == ["reportingVerb"]
    assert of_which_it_is_a_part("Role", known) == ["targetRole"]
    assert of_which_it_is_a_part("said", known) == ["saidAt", "saidOn"]
    assert of_which_it_is_a_part("erb", known) == []
