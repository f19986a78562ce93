"""What holds for all commands: the help, the version, and settings that do not fit."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from tests.harness.commands import onrecord

from onrecord.__main__ import main
from onrecord.graph.settings import table


def test_help_names_every_command_and_every_setting_with_its_default() -> None:
    said = onrecord("--help").stdout
    for command in ("serve", "build", "validate", "query", "export", "version"):
        assert f"  {command} " in said
    for name, default, _ in table():
        assert name in said
        assert default in said


def test_version_prints_the_packages_version() -> None:
    assert onrecord("version").stdout == "0.1.0\n"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("ONRECORD_PORT", "eighty", "'eighty' is not a whole number"),
        ("ONRECORD_QUERY_SECONDS", "-1", "is below 0.05"),
        ("ONRECORD_QUERY_SECONDS", "nan", "'nan' is not a number"),
        ("ONRECORD_QUERY_SECONDS", "inf", "'inf' is above 1000000"),
        ("ONRECORD_WALL_FACTOR", "1e308", "'1e308' is above 1000"),
        ("ONRECORD_WORKER_MEGABYTES", "99999999999999", "is above 2147483647"),
        ("ONRECORD_PORT", "65536", "'65536' is above 65535, the most it can be"),
        ("ONRECORD_BASE", "https://example.org", "must end in '/' or '#'"),
    ],
)
def test_a_setting_that_does_not_fit_is_named_with_its_value(
    name: str, value: str, message: str, tmp_path: Path
) -> None:
    asked = onrecord("build", "--data", str(tmp_path / "d"), **{name: value})
    assert asked.returncode == 1
    assert name in asked.stderr
    assert message in asked.stderr
    assert "Traceback" not in asked.stderr


def test_the_admin_token_is_shown_in_no_help() -> None:
    assert "hush" not in onrecord("--help", ONRECORD_ADMIN_TOKEN="hush-hush-hush-hush").stdout


def _commands(group: click.Group, above: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{above}{name} ")
        else:
            yield above + name, command


def test_every_command_that_opens_a_graph_takes_it_by_its_directory_or_by_its_project() -> None:
    taken = {
        name: {option for parameter in command.params for option in parameter.opts}
        for name, command in _commands(main)
    }
    # Those that only read or write files, and replica, which makes its directory.
    without = {"init", "validate", "anchor", "revise", "draft", "resolve", "version", "replica"}
    assert {name for name, options in taken.items() if "--data" not in options} == without
    assert {name for name, options in taken.items() if "--project" not in options} == without - {
        "draft",
        "resolve",
    }


def test_what_is_given_in_two_ways_is_asked_for_once(tmp_path: Path) -> None:
    for command in ("build", "verify"):
        asked = onrecord(command, str(tmp_path), "--project", str(tmp_path))
        assert asked.returncode == 2
        assert "once" in asked.stderr


@pytest.mark.parametrize("asked", [("--help",), ("import", "--list"), ("validate", "--help")])
def test_an_output_that_takes_no_more_is_told_without_a_traceback(asked: tuple[str, ...]) -> None:
    """/dev/full is a disk on which there is no room."""
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "onrecord", *asked], stdout=full, stderr=subprocess.PIPE, check=False
        )
    said = ended.stderr.decode()
    assert ended.returncode == 1
    assert said.startswith("Error: No space left on device: standard output")
    assert said.count("\n") == 1


def test_records_whose_changes_are_asked_for_and_that_are_not_there_are_named(tmp_path: Path) -> None:
    asked = onrecord("changes", str(tmp_path / "old.yaml"), "document/a/b", "--data", str(tmp_path))
    assert asked.returncode == 1
    assert asked.stderr.startswith(f"Error: {tmp_path / 'old.yaml'}: there is no such file")


@pytest.mark.slow
def test_versions_that_are_no_iris_are_none_that_the_graph_knows(built: Path) -> None:
    asked = onrecord("changes", "a b", "<c>", "--data", str(built))
    assert (asked.returncode, asked.stderr.count("\n")) == (1, 1)
    assert "the graph knows no version <https://w3id.org/onrecord/a b>" in asked.stderr
