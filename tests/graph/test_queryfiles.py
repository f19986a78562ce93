"""Query files: the first line says what they are for."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.graph import queryfiles

PACKAGES = ["onrecord.graph.questions", "onrecord.graph.relations", "onrecord.graph.disputes"]


def test_a_file_has_its_name_title_and_text(tmp_path: Path) -> None:
    (tmp_path / "b.rq").write_text("# spoke to: addressed a statement: to\nASK {}\n")
    (tmp_path / "a.rq").write_text("# Who?\nASK {}\n")
    (tmp_path / "c.csv").write_text("x\n")
    first, second = queryfiles.in_directory(tmp_path)
    assert (first.name, first.title, first.label, first.definition) == ("a", "Who?", "Who?", "")
    assert (second.label, second.definition) == ("spoke to", "addressed a statement: to")
    assert second.text.endswith("ASK {}\n")


@pytest.mark.parametrize("text", ["", "ASK {}", "#title\nASK {}", "# \nASK {}"])
def test_a_file_without_a_title_is_refused_by_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.rq").write_text(text)
    with pytest.raises(ValueError, match=r"a\.rq does not say what it is for"):
        queryfiles.in_directory(tmp_path)


@pytest.mark.parametrize("package", PACKAGES)
def test_every_query_of_ours_says_what_it_is_for(package: str) -> None:
    assert len(queryfiles.in_package(package)) >= 2
