"""What holds for all commands: the help, the version, and settings that do not fit."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.harness.commands import onrecord

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
