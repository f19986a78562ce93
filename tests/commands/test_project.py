"""A project from its first command on: made, filled, checked, built, served."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.harness.commands import onrecord

pytestmark = pytest.mark.slow

ACTOR = "id: graph/reference\nactors:\n  - {id: actor/anna, type: Person, label: {en: Anna}}\n"


def test_a_project_is_made_checked_and_built_without_the_seeds(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    made = onrecord("init", str(mine))
    assert made.returncode == 0, made.stderr
    assert str(mine / "onrecord.toml") in made.stdout
    (mine / "onrecord.toml").write_text("seeds = false\n", encoding="utf-8")
    record = mine / "reference" / "mine.yaml"
    record.write_text(ACTOR, encoding="utf-8")
    assert "2 records valid" in onrecord("validate", str(mine)).stdout
    assert "Version 1" in onrecord("build", str(mine)).stderr
    asked = onrecord("query", "SELECT ?x WHERE { ?x a rec:Person }", "--project", str(mine))
    assert asked.stdout.splitlines() == ["x", "https://w3id.org/onrecord/actor/anna"]
    assert "already; nothing was changed" in onrecord("build", str(mine)).stderr
    record.write_text(ACTOR.replace("anna", "Anna"), encoding="utf-8")
    broken = onrecord("build", str(mine))
    assert broken.returncode == 1
    assert f"{record}:3: 'actor/Anna' is not a name for an IRI" in broken.stderr


def test_serving_a_project_builds_its_graph_first(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    onrecord("init", str(mine))
    (mine / "onrecord.toml").write_text("seeds = false\nhost = '192.0.2.1'\n", encoding="utf-8")
    # Nothing is served: an address that cannot be had ends it once the graph is there.
    said = onrecord("serve", "--project", str(mine))
    assert "Version 1" in said.stderr
    assert said.returncode == 1
    assert (mine / "onrecord-data").is_dir()


def test_what_is_no_project_is_said_to_be_none(tmp_path: Path) -> None:
    for command in (("build",), ("validate",), ("serve", "--project"), ("claims", "x", "--project")):
        said = onrecord(*command, str(tmp_path))
        assert said.returncode == 1
        assert "is no project" in said.stderr
        assert "onrecord init" in said.stderr


def test_what_makes_a_folder_with_files_a_project_is_said_and_does(tmp_path: Path) -> None:
    (tmp_path / "incidents.csv").touch()
    refused = onrecord("import", "--list", "--project", str(tmp_path))
    assert refused.returncode == 1
    assert "onrecord.toml cannot be read" in refused.stderr
    assert "An empty file of that name makes it one" in refused.stderr
    (tmp_path / "onrecord.toml").touch()
    assert onrecord("import", "--list", "--project", str(tmp_path)).returncode == 0
