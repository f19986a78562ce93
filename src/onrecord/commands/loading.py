"""`onrecord load`: files of RDF into the graph, as one commit."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import click

from onrecord.commands import Location, clean_up_on_sigterm, location_options, say

AUTHOR = "onrecord load"
_STANDARD_INPUT = "-"


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option(
    "--graph", help="IRI of the graph for what stands in none in the files; graph/default without it."
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["turtle", "ntriples", "rdfxml", "jsonld", "nquads", "trig"]),
    help="Format of all the files; without it their suffixes tell: .nq, .trig, .ttl, .nt, .rdf, .jsonld, also with .gz.",
)
@click.option("--message", default="", help="Why, for the history. [the names of the files]")
@click.option("--seeds/--no-seeds", default=None, help="As for onrecord serve. [ONRECORD_SEEDS]")
@click.option(
    "--shapes/--no-shapes",
    default=None,
    help="Whether the shapes check the change; with neither seeds nor shapes it is a plain store. [ONRECORD_SHAPES]",
)
@location_options
def load(  # noqa: PLR0913, PLR0917
    files: tuple[Path, ...],
    graph: str | None,
    format_: str | None,
    message: str,
    seeds: bool | None,
    shapes: bool | None,
    location: Location,
) -> None:
    """Load files of RDF, packed with gzip or not, as one commit that the shapes have to allow. The server must be stopped.

    N-Quads and TriG name their graphs; the others hold triples for one graph. Nothing is loaded where anything is wrong.
    With - for a file, standard input is read; --format says what it is.
    """
    from onrecord.graph.files.temporary import TemporaryDirectory  # noqa: PLC0415
    from onrecord.graph.ledger import Ledger  # noqa: PLC0415
    from onrecord.graph.writing.parsing.documents import RdfDocument  # noqa: PLC0415

    clean_up_on_sigterm()
    settings = location.settings(seeds=seeds, shapes=shapes).unhurried()
    base = graph or settings.base
    with TemporaryDirectory("load") as piped:
        documents = [
            RdfDocument.of(_at_hand(file, piped.path / str(place)), base, graph, format_, name=str(file))
            for place, file in enumerate(files)
        ]
        with Ledger.open(settings) as ledger:
            commit = ledger.load(
                documents,
                author=AUTHOR,
                message=message or f"Load {', '.join(file.name for file in files)}",
                note=_show if sys.stderr.isatty() else None,
            )
    if commit.added or commit.removed:
        say(f"Version {commit.version}: {commit.added:,} quads added, {commit.removed:,} removed.")
    else:
        say("There is nothing in it that the graph has not already; nothing was changed.")


def _at_hand(file: Path, copy: Path) -> Path:
    """The file, or a copy of what comes through a pipe: other processes read it, and more than once."""
    if str(file) != _STANDARD_INPUT and not file.is_fifo():
        return file
    with (
        sys.stdin.buffer if str(file) == _STANDARD_INPUT else file.open("rb") as pipe,
        copy.open("wb") as out,
    ):
        shutil.copyfileobj(pipe, out)
    return copy


def _show(progress: dict[str, Any]) -> None:
    quads = f", {progress['quads']:,} quads" if progress["quads"] else ""
    click.echo(f"\r{progress['doing']} {progress['share']:4.0%}{quads} ", nl=False, err=True)


COMMANDS = (load,)
