"""The commands, one module a subject, and what they share. Each loads what it needs when it runs, so that --help is quick."""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onrecord.graph.settings import Settings

if TYPE_CHECKING:
    from onrecord.graph.records.project import Project


@dataclass(frozen=True, slots=True)
class Location:
    """Where a command works: the directory of a project, and that of a graph, as far as they were given."""

    root: Path | None
    data: Path | None

    def open(self, **given: Any) -> tuple[Project | None, Settings]:
        """The project, if one was given, and the settings that hold for it; BadProject where the directory is none."""
        from onrecord.graph.records.project import Project  # noqa: PLC0415

        project = None if self.root is None else Project.read(self.root)
        environment = None if project is None else project.environment(os.environ)
        return project, Settings.read({**given, "data": self.data}, environment)

    def settings(self, **given: Any) -> Settings:
        """The settings alone, with the same values given; those of the environment and of the project fill the rest."""
        return self.open(**given)[1]


def location_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--project and --data, which every command has that touches a graph; it gets them as `location`."""

    @click.option(
        "--project",
        "root",
        type=click.Path(path_type=Path, file_okay=False),
        help="Directory of a project: its settings, and with them its graph and its records.",
    )
    @click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        help="Directory that holds the graph. [ONRECORD_DATA]",
    )
    @functools.wraps(command)
    def with_location(*args: Any, root: Path | None, data: Path | None, **given: Any) -> Any:
        return command(*args, location=Location(root, data), **given)

    return with_location


def clean_up_on_sigterm() -> None:
    """Have SIGTERM end the command as Ctrl-C does, so that what it has half made is removed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def say(line: str) -> None:
    """Tell the user something that is not the command's result: on stderr."""
    click.echo(line, err=True)


@contextlib.contextmanager
def refusing() -> Iterator[None]:
    """End the command with the problems of a record, each on a line of its own, where it has any."""
    from onrecord.graph.records.yaml_reader import RecordError  # noqa: PLC0415

    try:
        yield
    except RecordError as error:
        raise click.ClickException(f"{error}\nNothing was changed.") from None
