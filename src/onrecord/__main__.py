"""The command line. Each setting is also a variable, ONRECORD_…; what operators do stands in operating.py."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from onrecord import operating
from onrecord.graph.errors import OnrecordError
from onrecord.graph.settings import SettingError, Settings, table
from onrecord.operating import data_option

_EPILOG = "Settings, as environment variables (a .env file is not read):\n\n\b\n" + "\n".join(
    f"{name:<28}{help_} ({default})" for name, default, help_ in table()
)


class _Friendly(click.Group):
    """Turns every error a user can cause into a message and exit code 1; anything else keeps its traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (OnrecordError, SettingError) as error:
            raise click.ClickException(str(error)) from None
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(141)


@click.group(
    cls=_Friendly,
    epilog=_EPILOG,
    context_settings={"max_content_width": 110, "help_option_names": ["-h", "--help"]},
)
def main() -> None:
    """onrecord: who did what, who said what, and on whose word.

    A knowledge graph of actors, events and attributed statements, with a SPARQL service and pages over it.
    """


@main.command()
@click.option("--host", help="Address to listen on. [ONRECORD_HOST]")
@click.option("--port", type=int, help="Port to listen on. [ONRECORD_PORT]")
@click.option(
    "--seeds/--no-seeds", default=None, help="Whether to build the graph from the seeds. [ONRECORD_SEEDS]"
)
@click.option(
    "--shapes/--no-shapes", default=None, help="Whether the shapes check every change. [ONRECORD_SHAPES]"
)
@data_option
def serve(
    host: str | None, port: int | None, seeds: bool | None, shapes: bool | None, data: Path | None
) -> None:
    """Serve the graph over HTTP; build it from the seeds first where there is none."""
    from onrecord.api.http.proxies import networks  # noqa: PLC0415  commands that serve nothing start without it
    from onrecord.api.server.granian import run  # noqa: PLC0415
    from onrecord.graph.federation.fetch import hosts  # noqa: PLC0415
    from onrecord.graph.ledger import Ledger  # noqa: PLC0415

    settings = Settings.read({"host": host, "port": port, "data": data, "seeds": seeds, "shapes": shapes})
    # What is wrong with these is to be told here, and not by a worker that is started again and again.
    networks(settings.trusted_proxies)
    hosts(settings.service_hosts)
    _warn(settings)
    if settings.seeds and not Ledger.exists(settings):
        with Ledger.open(settings) as ledger:
            _build(ledger, settings)
    run(settings)


def _warn(settings: Settings) -> None:
    if settings.plain:
        _say(
            "WARNING: a plain store is served (no seeds, no shapes). It takes any RDF from whoever has a token, checks "
            "nothing, has a default graph of its own, and shows little on the pages."
        )
    elif not settings.shapes:
        _say("WARNING: changes are not held against the shapes (ONRECORD_SHAPES=0).")


@main.command()
@data_option
def build(data: Path | None) -> None:
    """Bring the seeds into the graph as one checked commit; graphs that seeds do not fill stay as they are."""
    from onrecord.graph.ledger import Ledger  # noqa: PLC0415

    settings = Settings.read({"data": data})
    with Ledger.open(settings) as ledger:
        _build(ledger, settings)


def _build(ledger: Any, settings: Settings) -> None:
    from onrecord.graph.records.build import build as commit_seeds  # noqa: PLC0415
    from onrecord.graph.records.seeds import read_seeds  # noqa: PLC0415
    from onrecord.graph.records.yaml_reader import RecordError  # noqa: PLC0415

    _say("Building the graph from the seeds …")
    try:
        seeds = read_seeds(settings.base)
    except RecordError as error:
        raise click.ClickException(f"{error}\nNothing was changed.") from None
    commit = commit_seeds(ledger, seeds, lambda line: _say(f"  {line}"))
    if commit is None:
        _say("The seeds are in the graph already; nothing was changed.")
    else:
        _say(f"Version {commit.version}: {commit.added:,} quads added, {commit.removed:,} removed.")


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option(
    "--text",
    type=click.Path(path_type=Path),
    help="The article one record was read from: verify every quotation in it.",
)
def validate(files: tuple[Path, ...], text: Path | None) -> None:
    """Check records, against one another, the reference data and the shapes. Writes nothing."""
    from onrecord.graph.records.check import check_files  # noqa: PLC0415

    if text is not None and len(files) != 1:
        raise click.UsageError(
            "--text goes with one record: an article is the source of one document version"
        )
    problems, summary = check_files(list(files), text, Settings.read().base)
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        raise click.ClickException(
            f"{len(problems)} problem{'s' if len(problems) > 1 else ''} found; nothing was changed."
        )
    click.echo(summary)


@main.command()
@click.argument("sparql")
@click.option(
    "--format",
    "format_",
    default=None,
    help="json, xml, csv, tsv; turtle, ntriples, rdfxml, jsonld for graphs. [csv, turtle]",
)
@data_option
def query(sparql: str, format_: str | None, data: Path | None) -> None:
    """Ask a SPARQL query of the graph; - reads it from standard input. Works beside a running server."""
    from onrecord.graph.ledger import Ledger  # noqa: PLC0415

    settings = Settings.read({"data": data})
    text = sys.stdin.read() if sparql == "-" else sparql
    chosen = {"solutions": format_ or "csv", "boolean": format_ or "csv", "graph": format_ or "turtle"}
    with Ledger.open_read_only(settings) as ledger:
        _write(ledger.query(text, formats=chosen))


@main.command()
@click.option(
    "--format",
    "format_",
    type=click.Choice(["turtle", "nquads", "trig"]),
    default="turtle",
    show_default=True,
)
@click.option("--graph", help="IRI of one named graph; all of them without it.")
@data_option
def export(format_: str, graph: str | None, data: Path | None) -> None:
    """Write the graph to standard output, byte for byte the same for the same content."""
    from onrecord.graph.ledger import Ledger  # noqa: PLC0415

    settings = Settings.read({"data": data})
    with Ledger.open_read_only(settings) as ledger:
        _write(ledger.export(format_, graph))


@main.command()
def version() -> None:
    """Print the version of the program."""
    import onrecord  # noqa: PLC0415

    click.echo(onrecord.__version__)


for _command in operating.COMMANDS:
    main.add_command(_command)


def _write(answer: Any) -> None:
    for chunk in answer.chunks():
        sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()


def _say(line: str) -> None:
    click.echo(line, err=True)


if __name__ == "__main__":
    main()
