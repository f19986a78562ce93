"""The commands, one module a subject, and what they share. Each loads what it needs when it runs, so that --help is quick."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click


def data_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """--data, which every command has that touches a graph."""
    return click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        help="Directory that holds the graph. [ONRECORD_DATA]",
    )(command)


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
