"""The command line: `onrecord serve | build | validate | query | export | version`. Each setting is also ONRECORD_…"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from onrecord.graph.errors import OnrecordError
from onrecord.graph.settings import SettingError, Settings, table

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


def _data_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        help="Directory that holds the graph. [ONRECORD_DATA]",
    )(command)


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
@_data_option
def serve(host: str | None, port: int | None, data: Path | None) -> None:
    """Serve the graph over HTTP; build it from the seeds first where there is none."""
    from onrecord.api.server import run  # noqa: PLC0415  commands that serve nothing start without it
    from onrecord.graph.ledger import Ledger  # noqa: PLC0415

    settings = Settings.read({"host": host, "port": port, "data": data})
    if not Ledger.exists(settings):
        with Ledger.open(settings) as ledger:
            _build(ledger, settings)
    run(settings)


@main.command()
@_data_option
def build(data: Path | None) -> None:
    """Bring the seeds into the graph as one checked commit; graphs that seeds do not fill stay as they are."""
    from onrecord.graph.ledger import Ledger  # noqa: PLC0415

    settings = Settings.read({"data": data})
    with Ledger.open(settings) as ledger:
        _build(ledger, settings)


def _build(ledger: Any, settings: Settings) -> None:
    from onrecord.graph.build import build as commit_seeds  # noqa: PLC0415
    from onrecord.graph.build import read_seeds  # noqa: PLC0415
    from onrecord.graph.yaml_reader import RecordError  # noqa: PLC0415

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
    from onrecord.graph.check import check_files  # noqa: PLC0415

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
@_data_option
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
@_data_option
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


def _write(answer: Any) -> None:
    for chunk in answer.chunks():
        sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()


def _say(line: str) -> None:
    click.echo(line, err=True)


if __name__ == "__main__":
    main()
