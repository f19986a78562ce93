"""What holds for all commands: the help, the version, and settings that do not fit."""

from __future__ import annotations

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
