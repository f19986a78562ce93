"""`onrecord query`, `onrecord export`, `onrecord network` and `onrecord version`: answers on standard output."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from onrecord.commands import Location, location_options
from onrecord.graph.formats import ANSWERS, CSV, EXPORTS, GRAPHS, TURTLE, by_name
from onrecord.graph.quoting import brief

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
@location_options
def query(sparql: str, format_: str | None, location: Location) -> None:
    """Ask a SPARQL query of the graph; - reads it from standard input. Works beside a running server."""
    from onrecord.graph.ledger import Ledger  # noqa: PLC0415

    settings = location.settings()
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
    type=click.Choice([*by_name(EXPORTS), "csv", "parquet"]),
    help=f"Of tables csv or parquet. [{TURTLE.name}; csv]",
)
@click.option(
    "--table",
    type=click.Choice(["claims", "statements", "relations"]),
    help="A table in place of the graph: a row each (docs/exports.md).",
)
@click.option(
    "--standing",
    type=click.Choice(["all"]),
    help="Of tables: with claims that were refuted, retracted or superseded.",
)
@click.option(
    "--current",
    is_flag=True,
    help="Leave out claims that were refuted, retracted or superseded, and what would pass them on as facts.",
)
@click.option("--graph", help="IRI of one named graph; all of them without it.")
@location_options
def export(  # noqa: PLR0913, PLR0917
    format_: str | None,
    table: str | None,
    standing: str | None,
    current: bool,
    graph: str | None,
    location: Location,
) -> None:
    """Write the graph, or a table of it, to standard output, byte for byte the same for the same content."""
    if format_ is not None and (table is None) == (format_ in ("csv", "parquet")):
        raise click.UsageError("--format csv and parquet are for --table, and the others for the graph")
    if standing is not None if table is None else current or graph is not None:
        raise click.UsageError("--standing is for --table; --current and --graph are for the graph")
    from onrecord.graph.ledger import Ledger  # noqa: PLC0415

    settings = location.settings()
    with Ledger.open_read_only(settings) as ledger:
        if table is not None:
            _write(ledger.table(table, format_ or "csv", fallen=standing == "all"))
        else:
            _write(ledger.export(format_ or TURTLE.name, graph, current=current))


@click.command()
@click.option("--ego", help="Whose network: an actor, such as peskov; everybody's without it.")
@click.option("--to", help="Another actor: the ways from one to the other.")
@click.option("--steps", help="How far from the first actor. [1; 4 to another actor]")
@click.option("--off", help="Kinds of relation that are left out, with commas between.")
@click.option("--from", "from_", help="Only what was so or was said on this day or later.")
@click.option("--until", help="Only what was so or was said on this day or earlier.")
@click.option("--as-of", "as_of", help="Only what was so, or had been said, by this day.")
@click.option("--colour", help="What the picture is coloured by: side, kind or community.")
@click.option("--standing", help="all: also what rests on claims that were refuted, retracted or superseded.")
@click.option("--most", help="How many actors to show at most. [100]")
@click.option(
    "--format",
    "format_",
    default="json",
    show_default=True,
    help="json, gexf, graphml, gml, cyjs, csv, zip, ttl or svg.",
)
@click.option("--table", help="Of csv: edges, nodes or evidence. [edges]")
@click.option("--version", help="Which version of the graph, while it is kept. [the newest]")
@location_options
def network(format_: str, table: str | None, location: Location, **given: str | None) -> None:
    """Write the relations between actors, each with the words it rests on; --format gexf is for Gephi."""
    from onrecord.graph.ledger import Ledger  # noqa: PLC0415
    from onrecord.graph.questions import is_described  # noqa: PLC0415
    from onrecord.graph.questions.network.asked import wanted  # noqa: PLC0415
    from onrecord.graph.questions.network.formats import as_tables  # noqa: PLC0415
    from onrecord.graph.questions.network.formats.network_formats import FORMATS  # noqa: PLC0415
    from onrecord.graph.questions.network.shown import network as shown  # noqa: PLC0415

    settings = location.settings()
    names = {"from_": "from", "as_of": "asOf"}
    asked = wanted(
        {names.get(name, name): value for name, value in given.items() if value is not None}, settings.base
    )
    if format_ not in FORMATS:
        raise click.UsageError(f"{brief(format_)} is no format of a network: there are {', '.join(FORMATS)}")
    if table is not None and (format_ != "csv" or table not in as_tables.TABLES):
        raise click.UsageError(f"--table is for --format csv: {', '.join(as_tables.TABLES)}")
    chosen = FORMATS[format_]
    with Ledger.open_read_only(settings) as ledger:
        source = ledger.at(asked.version)
        for iri in (asked.ego, asked.to):
            if iri is not None and not is_described(source, iri):
                raise click.UsageError(f"the graph does not know {iri}")
        found = shown(source, asked, evidence=chosen.evidence)
        written = chosen.write(
            found, settings.base, ledger.version if asked.version is None else asked.version
        )
        if table is not None:
            written = as_tables.table(found, table, settings.base).encode()
        sys.stdout.buffer.write(written)
        sys.stdout.buffer.flush()


@click.command()
def version() -> None:
    """Print the version of the program."""
    import onrecord  # noqa: PLC0415

    click.echo(onrecord.__version__)


def _write(answer: Answer) -> None:
    for chunk in answer.chunks():
        sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()


COMMANDS = (query, export, network, version)
