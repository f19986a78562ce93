"""`onrecord build` and `onrecord validate`: records on their way into the graph."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.commands import data_option, refusing, say
from onrecord.graph.settings import Settings

if TYPE_CHECKING:
    from onrecord.graph.ledger import Ledger


@click.command()
@data_option
def build(data: Path | None) -> None:
    """Bring the seeds into the graph as one checked commit; graphs that seeds do not fill stay as they are."""
    from onrecord.graph.ledger import Ledger  # noqa: PLC0415

    settings = Settings.read({"data": data})
    with Ledger.open(settings) as ledger:
        build_from_seeds(ledger, settings)


def build_from_seeds(ledger: Ledger, settings: Settings) -> None:
    """Commit the seeds and say on stderr what came of it. Raises ClickException where a seed is wrong."""
    from onrecord.graph.records.build import build as commit_seeds  # noqa: PLC0415
    from onrecord.graph.records.seeds import read_seeds  # noqa: PLC0415

    say("Building the graph from the seeds …")
    with refusing():
        seeds = read_seeds(settings.base)
    commit = commit_seeds(ledger, seeds, lambda line: say(f"  {line}"))
    if commit is None:
        say("The seeds are in the graph already; nothing was changed.")
    else:
        say(f"Version {commit.version}: {commit.added:,} quads added, {commit.removed:,} removed.")


@click.command()
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
        say(str(problem))
    if problems:
        raise click.ClickException(
            f"{len(problems)} problem{'s' if len(problems) > 1 else ''} found; nothing was changed."
        )
    click.echo(summary)


COMMANDS = (build, validate)
