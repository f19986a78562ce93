"""Query files: the first line says what they are for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from onrecord.graph import queryfiles

PACKAGES = ["onrecord.graph.questions", "onrecord.graph.relations", "onrecord.graph.disputes"]


def test_a_file_has_its_name_title_and_text(tmp_path: Path) -> None:
    (tmp_path / "b.rq").write_text(
        "# spoke to: addressed a statement: to\n# label@uk: звертається до\nASK {}\n"
    )
    (tmp_path / "a.rq").write_text("# Who?\nASK {}\n")
    (tmp_path / "c.csv").write_text("x\n")
    first, second = queryfiles.in_directory(tmp_path)
    assert (first.name, first.title, first.label, first.definition) == ("a", "Who?", "Who?", "")
    assert (second.label, second.definition) == ("spoke to", "addressed a statement: to")
    assert second.labels == {"en": "spoke to", "uk": "звертається до"}
    assert first.labels == {"en": "Who?"}
    assert second.text.endswith("ASK {}\n")


@pytest.mark.parametrize("text", ["", "ASK {}", "#title\nASK {}", "# \nASK {}"])
def test_a_file_without_a_title_is_refused_by_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.rq").write_text(text)
    with pytest.raises(ValueError, match=r"a\.rq does not say what it is for"):
        queryfiles.in_directory(tmp_path)


@pytest.mark.parametrize("package", PACKAGES)
def test_every_query_of_ours_says_what_it_is_for(package: str) -> None:
    assert len(queryfiles.in_package(package)) >= 2


@pytest.mark.parametrize("package", ["onrecord.graph.relations", "onrecord.graph.disputes"])
def test_what_pages_name_by_a_file_has_a_label_in_each_of_their_languages(package: str) -> None:
    for file in queryfiles.in_package(package):
        assert list(file.labels) == ["en", "uk", "ru"], file.name
        for language in ("uk", "ru"):
            assert re.fullmatch(r"[а-яёєіїґ ,\-]+", file.labels[language]), file.name


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT * WHERE {\n  ?x rec:a ?y ; rec:b rec:C , ?z ; rec:d ?e .\n}", [{("rec:a", None), ("rec:b", "rec:C"), ("rec:d", None)}]),
        ("SELECT * WHERE {\n  ?y rec:a ?x .\n  ?x rec:b ?y .\n  FILTER EXISTS { ?x rec:c ?z }\n}", [{("rec:b", None)}]),
        ("SELECT * WHERE {\n  { ?x rec:a ?y }\n  UNION { ?x rec:b ?y . FILTER(?y != rec:C) ?x rec:d ?e }\n}", [{("rec:a", None)}, {("rec:b", None)}]),
        ("SELECT * WHERE {\n  ?x rec:a/rec:b ?y ; rec:c|rec:d ?z ; rec:e* ?y ; ^rec:f ?y ; ?p ?y .\n}", [set()]),
        ("SELECT * WHERE {\n  { ?y rec:a ?x }\n  UNION { ?x rec:b ?y }\n}", [set(), {("rec:b", None)}]),
        ("SELECT * WHERE {\n  OPTIONAL { ?x rec:a ?y }\n}", [set()]),
        ("SELECT * WHERE {\n  ?xy rec:a ?y .\n  # ?x rec:b ?y .\n}", [set()]),
    ],
)  # fmt: skip
def test_what_a_query_says_of_a_variable_is_what_all_that_it_finds_has(
    text: str, said: list[set[tuple[str, str | None]]]
) -> None:
    assert list(queryfiles.said_of(text, "x")) == said
