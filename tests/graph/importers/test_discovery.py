"""Importers are found in the package, among entry points, and in a project."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.graph.importers import discovery
from onrecord.graph.importers.discovery import BadImporter

OWN = """
from onrecord.graph.importers.model import Importer
IMPORTER = Importer("{}", "Own", "document/own", "actor/own", "https://own.example/", None, "", "own.csv", lambda f: iter(()), lambda r, a: iter(()))
"""


def project(tmp_path: Path, text: str) -> Path:
    (tmp_path / "importers").mkdir()
    (tmp_path / "importers" / "own.py").write_text(text, encoding="utf-8")
    return tmp_path


def test_those_of_the_package_are_found_by_name() -> None:
    assert {"missile-attacks", "mod-russia"} <= set(discovery.all_importers())
    assert discovery.find("mod-russia").title == "Posts of the Russian Ministry of Defence on Telegram"


def test_one_of_a_project_is_found_there_and_nowhere_else(tmp_path: Path) -> None:
    root = project(tmp_path, OWN.format("own"))
    assert discovery.find("own", root).takes == "own.csv"
    with pytest.raises(BadImporter, match="there is no importer 'own'"):
        discovery.find("own")


def test_a_file_of_a_project_may_have_dataclasses_with_annotations_as_text(tmp_path: Path) -> None:
    own = "from __future__ import annotations\nfrom dataclasses import KW_ONLY, dataclass\n"
    row = "@dataclass\nclass Row:\n    _: KW_ONLY\n    count: int\n"
    assert discovery.find("own", project(tmp_path, own + row + OWN.format("own"))).name == "own"


def test_a_name_that_is_misspelt_brings_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(BadImporter, match="did you mean 'missile-attacks'"):
        discovery.find("missile-attack")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (OWN.format("mod-russia"), "both offer an importer 'mod-russia'"),
        ("IMPORTER = 3", "offers no importer"),
        ("x = 1", "offers no importer"),
        ("import nothing_of_that_name", "ModuleNotFoundError"),
        ("def", "SyntaxError"),
        (OWN.format("No name"), "names no importer"),
    ],
)
def test_a_module_that_offers_none_is_named_with_the_reason(tmp_path: Path, text: str, wrong: str) -> None:
    with pytest.raises(BadImporter, match=wrong) as caught:
        discovery.all_importers(project(tmp_path, text))
    assert "own.py" in str(caught.value)
