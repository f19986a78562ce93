"""`onrecord import`: data sets into the graph."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from onrecord.commands import Location, clean_up_on_sigterm, location_options, say

if TYPE_CHECKING:
    from onrecord.graph.importers.runner import Outcome

REFUSED: Final = 3
"""The exit code where some rows could not be understood, and the others went in."""
_MEGABYTES: Final = 4096
"""What a process of an import may hold: an import is one commit, and one of 360 thousand quads takes 1.1 GB."""
_MANY_GONE: Final = 10
"""Where more than one in so many rows is gone, it is said how to take that back."""
_SHOWN: Final = 20
"""So many rows of a kind are shown on a terminal."""


@click.command("import")
@click.argument("name", required=False, metavar="NAME")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--list", "listed", is_flag=True, help="List the importers, and change nothing.")
@click.option(
    "--dry-run",
    is_flag=True,
    help="Show what would be added, corrected and gone, ask the shapes, and change nothing.",
)
@click.option(
    "--strict", is_flag=True, help="Stop at the first row that cannot be understood, with nothing changed."
)
@click.option(
    "--put-back",
    is_flag=True,
    help="State again what was taken out through the service and is still in the files.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Have the workers of a Dask scheduler do the work: tcp://host:8786 (the extra `cluster`).",
)
@click.option(
    "--partition-rows",
    type=click.IntRange(min=1),
    help="Rows that are worked on at once, at least, with --scheduler or --parts. [1000]",
)
@click.option(
    "--parts",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write all that the files say, checked, as sorted N-Quads into a new directory, and leave the graph as it is.",
)
@location_options
def import_(  # noqa: PLR0913, PLR0917
    name: str | None,
    files: tuple[Path, ...],
    listed: bool,
    dry_run: bool,
    strict: bool,
    put_back: bool,
    scheduler: str | None,
    partition_rows: int | None,
    parts: Path | None,
    location: Location,
) -> None:
    """Bring a data set's FILEs into the graph as one checked commit, by the importer NAME. The server must be stopped.

    The importers in the folder importers/ of a --project are there too, and are run.

    The same files again change nothing; a newer copy of them changes just what differs. Ends with 3 where rows were refused.
    With --parts the server may run.
    """
    from onrecord.graph.importers import discovery, runner  # noqa: PLC0415
    from onrecord.graph.importers.cluster.divided import ROWS, Divided, write_parts  # noqa: PLC0415
    from onrecord.graph.importers.cluster.workers import Cluster, Here  # noqa: PLC0415
    from onrecord.graph.importers.model import Refusal, Remark  # noqa: PLC0415
    from onrecord.graph.ledger import Ledger  # noqa: PLC0415

    project, settings = location.open()
    root = None if project is None else project.root
    if listed:
        for importer in discovery.all_importers(root).values():
            click.echo(
                f"{importer.name}\t{importer.title}\t{importer.takes}\t{importer.licence or 'no licence stated'}"
            )
        return
    if name is None or not files:
        raise click.UsageError(
            "Give the importer's name and the files: onrecord import NAME FILE…; --list shows the names."
        )
    importer = discovery.find(name, root)
    clean_up_on_sigterm()
    megabytes = max(settings.worker_megabytes, _MEGABYTES)
    settings = replace(settings.unhurried(), worker_megabytes=megabytes)
    if parts is not None and (dry_run or put_back):
        raise click.UsageError("--parts leaves the graph as it is: give it without --dry-run and --put-back.")
    options = runner.Options(strict=strict, dry_run=dry_run, put_back=put_back)

    def progress(line: str) -> None:
        say(f"  {line}")

    def refused(refusal: Refusal) -> None:
        say(f"  {'note' if isinstance(refusal, Remark) else 'refused'}: {refusal}")

    say(f"Importing {importer.title} …")
    with (
        Ledger.open_read_only(settings) if parts else Ledger.open(settings) as ledger,
        Cluster(scheduler) if scheduler else Here() as workers,
    ):
        size = partition_rows or ROWS
        gated = parts is not None and settings.shapes
        divided = Divided(ledger, settings, workers, discovery.source(name, root), size, gated=gated)
        if parts is not None:
            outcome = write_parts(
                divided, importer, files, parts, options, progress=progress, refused=refused
            )
            say(f"{outcome.rows:,} rows read; {outcome.quads_added:,} quads written to {parts}.")
        else:
            outcome = runner.run(
                ledger,
                importer,
                files,
                settings.base,
                options,
                progress=progress,
                refused=refused,
                make=divided if scheduler else None,
            )
            _report(outcome, dry_run=dry_run)
    if outcome.refused:
        say(f"{outcome.refused_rows:,} rows were refused, as listed above.")
        sys.exit(REFUSED)


def _report(outcome: Outcome, *, dry_run: bool) -> None:
    """What came of an import: the rows that differ on standard output, the rest on stderr."""
    shown = _SHOWN if sys.stdout.isatty() else None
    for what in ("added", "corrected", "gone"):
        keys = getattr(outcome, what)
        for key in keys[:shown]:
            # A key may hold what ends a line.
            click.echo(f"{what}\t{' '.join(key.split())}")
        if shown is not None and len(keys) > shown:
            say(f"{what}: {len(keys) - shown:,} more; a file or a pipe gets them all")
    _explain(outcome)
    counts = (
        f"{len(outcome.added):,} rows added, {len(outcome.corrected):,} corrected, {len(outcome.gone):,} gone"
    )
    quads = f"{outcome.quads_added:,} quads to add, {outcome.quads_removed:,} to remove"
    if not outcome.changes:
        say(f"{outcome.rows:,} rows read; nothing changed.")
    elif dry_run:
        say(f"Would be: {counts}; {quads}. Nothing was changed (--dry-run).")
    elif outcome.commit is not None:
        commit = outcome.commit
        say(f"Version {commit.version}: {counts}; {commit.added:,} quads added, {commit.removed:,} removed.")


def _explain(outcome: Outcome) -> None:
    """What else to know of these counts: how rows are counted, and what of an earlier copy is in the graph no more."""
    if outcome.changes and outcome.keys not in (outcome.rows, outcome.rows - outcome.refused_rows):
        say(
            f"Rows are counted by their keys here: the {outcome.rows:,} that were read have {outcome.keys:,}."
        )
    if outcome.gone and outcome.refused:
        say("A row that is refused says nothing: what an earlier copy said in it is gone as well.")
    if len(outcome.gone) * _MANY_GONE > outcome.rows_before:
        back = f"'onrecord revert {outcome.commit.version}'" if outcome.commit else "not to import them"
        say(
            f"Of {outcome.rows_before:,} rows that were there {len(outcome.gone):,} are gone. If these files are not whole, the way back is {back}."
        )


COMMANDS = (import_,)
