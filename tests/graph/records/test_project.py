"""A project of one's own: what it begins with, its settings, and its records with the seeds or without."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.graph.authoring.new_project import make
from onrecord.graph.records.check import check_files
from onrecord.graph.records.project import BadProject, Project
from onrecord.graph.records.seeds import read_project
from onrecord.graph.records.yaml_reader import RecordError
from onrecord.graph.settings import Settings

BASE = "https://w3id.org/onrecord/"
ACTOR = "id: graph/reference\nactors:\n  - {id: actor/anna, type: Person, label: {en: Anna}}\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    make(tmp_path / "mine")
    return Project.read(tmp_path / "mine")


def test_a_new_project_is_valid_as_it_is(project: Project) -> None:
    problems, summary = check_files(project.files(), None, project=project)
    assert problems == []
    assert summary.startswith("1 record valid")
    assert {path.name for path in project.root.iterdir()} == {"records", "reference", "onrecord.toml", "README.md", ".gitignore", ".github"}  # fmt: skip


def test_the_record_in_its_readme_is_valid(project: Project) -> None:
    shown = (project.root / "README.md").read_text(encoding="utf-8").partition("whole record:\n\n")[2]
    lines = [line[4:] for line in shown.partition("\n\n`docs")[0].splitlines()]
    assert len(lines) > 15
    path = project.root / "records" / "harbour.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    problems, _ = check_files(project.files(), None, project=project, with_seeds=False)
    assert problems == []


def test_the_seeds_are_in_or_out(project: Project) -> None:
    (project.root / "reference" / "mine.yaml").write_text(ACTOR, encoding="utf-8")
    with_seeds = read_project(project, BASE, with_seeds=True)
    without = read_project(project, BASE, with_seeds=False)
    assert {Path(record.file).name for record in without.records} == {"actors.yaml", "mine.yaml"}
    assert len(with_seeds.records) > len(without.records)
    assert any(quad.subject.value == f"{BASE}actor/anna" for quad in without.quads)  # type: ignore[union-attr]
    assert not any(quad.subject.value == f"{BASE}actor/peskov" for quad in without.quads)  # type: ignore[union-attr]


def test_what_the_seeds_describe_is_not_described_again(project: Project) -> None:
    (project.root / "reference" / "mine.yaml").write_text(ACTOR.replace("anna", "peskov"), encoding="utf-8")
    with pytest.raises(RecordError, match="actor/peskov is described a second time"):
        read_project(project, BASE, with_seeds=True)
    read_project(project, BASE, with_seeds=False)


def test_a_variable_counts_before_the_file_and_the_file_before_the_default(project: Project) -> None:
    (project.root / "onrecord.toml").write_text("port = 9000\nseeds = false\nthreads = 7\n", encoding="utf-8")
    settings = Settings.read({}, Project.read(project.root).environment({"ONRECORD_PORT": "9001"}))
    assert (settings.port, settings.seeds, settings.threads) == (9001, False, 7)
    assert settings.data == project.root / "onrecord-data"


def test_a_project_is_found_from_any_file_in_it(project: Project, tmp_path: Path) -> None:
    found = Project.around(project.root / "records" / "a" / "record.yaml")
    assert found is not None
    assert found.root == project.root
    assert Project.around(tmp_path / "record.yaml") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sedes = true", "there is no setting 'sedes'"),
        ("seeds = ", "is not TOML: "),
        (
            "admin_token = 'x'",
            "is a secret and the file is meant to be shared: set it as ONRECORD_ADMIN_TOKEN",
        ),
        ("seeds = [1]", "'seeds' takes a text, a number, true or false"),
    ],
)
def test_settings_that_cannot_be_read_are_refused(project: Project, text: str, message: str) -> None:
    (project.root / "onrecord.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadProject) as refused:
        Project.read(project.root)
    assert message in refused.value.message
    assert "onrecord.toml" in refused.value.message


def test_no_project_is_made_over_something(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "kept").write_text("x", encoding="utf-8")
    with pytest.raises(BadProject, match="not an empty directory"):
        make(tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["kept"]
    with pytest.raises(BadProject, match="onrecord init"):
        Project.read(tmp_path / "mine")
