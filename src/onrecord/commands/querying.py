"""`onrecord query`, `onrecord export` and `onrecord version`: answers on standard output."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.commands import data_option
from onrecord.graph.formats import ANSWERS, CSV, EXPORTS, GRAPHS, TURTLE, by_name
from onrecord.graph.settings import Settings

if TYPE_CHECKING:
    from onrecord.graph.engine.base import Answer


@click.command()
@click.argument("sparql")
@click.option(
    "--format",
    "format_",
    default=None,
    help=f"{', '.join(by_name(ANSWERS))}; {', '.join(by_name(GRAPHS))} for graphs. [{CSV.name}, {TURTLE.name}]",
)
@data_option
def query(sparql: str, format_: str | None, data: Path | None) -> None:
    """Ask a SPARQL query of the graph; - reads it from standard input. Works beside a running server."""
    from onrecord.graph.ledger import Ledger  # noqa: PLC0415

    settings = Settings.read({"data": data})
    text = sys.stdin.read() if sparql == "-" else sparql
    chosen = {
        "solutions": format_ or CSV.name,
        "boolean": format_ or CSV.name,
        "graph": format_ or TURTLE.name,
    }
    with Ledger.open_read_only(settings) as ledger:
        _write(ledger.query(text, formats=chosen))


@click.command()
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(by_name(EXPORTS))),
    default=TURTLE.name,
    show_default=True,
)
@click.option(
    "--current",
    is_flag=True,
    help="Leave out claims that were refuted, retracted or superseded, and what would pass them on as facts.",
)
@click.option("--graph", help="IRI of one named graph; all of them without it.")
@data_option
def export(format_: str, current: bool, graph: str | None, data: Path | None) -> None:
    """Write the graph to standard output, byte for byte the same for the same content."""
    from onrecord.graph.ledger import Ledger  # noqa: PLC0415

    settings = Settings.read({"data": data})
    with Ledger.open_read_only(settings) as ledger:
        _write(ledger.export(format_, graph, current=current))


@click.command()
def version() -> None:
    """Print the version of the program."""
    import onrecord  # noqa: PLC0415

    click.echo(onrecord.__version__)


def _write(answer: Answer) -> None:
    for chunk in answer.chunks():
        sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()


COMMANDS = (query, export, version)
