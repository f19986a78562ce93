"""`onrecord init`, `onrecord build` and `onrecord validate`: records on their way into the graph."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.commands import Location, location_options, refusing, say
from onrecord.graph.settings import Settings

if TYPE_CHECKING:
    from onrecord.graph.ledger import Ledger
    from onrecord.graph.records.project import Project


@click.command()
@click.argument("directory", type=click.Path(path_type=Path), metavar="DIR")
def init(directory: Path) -> None:
    """Make a project: a directory for records of your own, with its settings, a README and a check for CI."""
    from onrecord.graph.authoring.new_project import make  # noqa: PLC0415

    for path in make(directory):
        click.echo(path)
    say(f"Next: onrecord build {directory}, then onrecord serve --project {directory}")


@click.command()
@click.argument("directory", required=False, type=click.Path(path_type=Path), metavar="[DIR]")
@click.option(
    "--put-back",
    is_flag=True,
    help="State again what was taken out through the service and is still in a record.",
)
@location_options
def build(directory: Path | None, put_back: bool, location: Location) -> None:
    """Bring records into the graph as one checked commit: a project's, or, without DIR, the package's seeds.

    What records no longer say is taken back; what was stated through the service stays.
    """
    from onrecord.graph.ledger import Ledger  # noqa: PLC0415

    if directory is not None and location.root is not None:
        raise click.UsageError("Give the project once: as DIR, or as --project.")
    project, settings = Location(directory or location.root, location.data).open()
    with Ledger.open(settings) as ledger:
        build_from_records(ledger, settings, project, put_back=put_back)


def build_from_records(
    ledger: Ledger, settings: Settings, project: Project | None, *, put_back: bool = False
) -> None:
    """Commit a project's records, or the seeds, and say on stderr what came of it. ClickException where one is wrong."""
    from onrecord.graph.records import build as building  # noqa: PLC0415
    from onrecord.graph.records.seeds import read_project, read_seeds  # noqa: PLC0415

    what = "seeds" if project is None else "records"
    say(f"Building the graph from the {what} …")
    with refusing():
        if project is None:
            read = read_seeds(settings.base)
        else:
            read = read_project(project, settings.base, with_seeds=settings.seeds)
    message = building.SEEDS if project is None else building.RECORDS
    commit = building.build(ledger, read, lambda line: say(f"  {line}"), message=message, put_back=put_back)
    if commit is None:
        say(f"The {what} are in the graph already; nothing was changed.")
    else:
        say(f"Version {commit.version}: {commit.added:,} quads added, {commit.removed:,} removed.")


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…|DIR")
@click.option(
    "--text",
    type=click.Path(path_type=Path),
    help="The article that one of the records was read from: verify every quotation in it.",
)
def validate(files: tuple[Path, ...], text: Path | None) -> None:
    """Check records, or a project's directory, against one another, the reference data and the shapes. Writes nothing."""
    from onrecord.graph.records.check import check_files  # noqa: PLC0415
    from onrecord.graph.records.project import Project  # noqa: PLC0415

    directory = files[0] if len(files) == 1 and files[0].is_dir() else None
    project, settings = Location(directory, None).open()
    paths = list(files)
    if project is not None:
        paths = project.files()
        if not paths:
            raise click.ClickException(
                f"{directory} holds no .yaml or .yml under reference/ or records/: nothing to check"
            )
    elif (project := Project.around(files[0])) is not None:
        settings = Settings.read({}, project.environment(os.environ))
    with_seeds = project is None or settings.seeds
    problems, summary = check_files(paths, text, settings.base, project=project, with_seeds=with_seeds)
    for problem in problems:
        say(str(problem))
    if problems:
        raise click.ClickException(
            f"{len(problems)} problem{'s' if len(problems) > 1 else ''} found; nothing was changed."
        )
    click.echo(summary)


COMMANDS = (init, build, validate)
