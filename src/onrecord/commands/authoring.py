"""`onrecord anchor`, `onrecord revise` and `onrecord changes`: what helps to write records and to follow versions."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.commands import Location, location_options, refusing, say
from onrecord.graph.quoting import brief
from onrecord.graph.settings import Settings

if TYPE_CHECKING:
    from onrecord.graph.search.names import Names


@click.command()
@click.argument("record", type=click.Path(path_type=Path))
@click.option("--text", type=click.Path(path_type=Path), help="The article the record was read from.")
@click.option(
    "--text-dir",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A directory of articles: the one whose sha256 the record states is taken.",
)
def anchor(record: Path, text: Path | None, text_dir: Path | None) -> None:
    """Give evidence that is written as bare words its offsets in the text.

    Words that stand in the text more than once are asked for, or refused where nobody can answer; words that do not
    stand in it are shown with what is most like them. Comments and order are kept. All are anchored, or none.
    """
    from onrecord.graph.authoring.anchor import anchor as anchor_record  # noqa: PLC0415

    choose = _choose if sys.stdin.isatty() else None
    with refusing():
        count = anchor_record(record, _texts(text, text_dir), choose)
    click.echo(
        f"{record}: {count} evidence{'s' if count != 1 else ''} anchored."
        if count
        else f"{record}: every evidence has its offsets already; nothing was changed."
    )


@click.command()
@click.argument("url")
@click.option(
    "--text", required=True, type=click.Path(path_type=Path), help="The article's text, as plain text."
)
@click.option(
    "--published", type=click.DateTime(["%Y-%m-%d"]), help="The day it was published. [by the address]"
)
@click.option(
    "--project",
    "directory",
    type=click.Path(path_type=Path),
    help="A project whose names count too. [the one around the output, or else around this directory]",
)
@click.option("--output", "-o", type=click.Path(path_type=Path), help="Where to write it. [standard output]")
def draft(
    url: str, text: Path, published: datetime | None, directory: Path | None, output: Path | None
) -> None:
    """Draft a record of the article at URL from its text: it proposes, and a person checks.

    Known names, sentences that somebody says and figures are proposed, each marked '# check:'. The draft is no record
    until every mark was looked at and removed.
    """
    from onrecord.graph.authoring.draft import draft as draft_record  # noqa: PLC0415
    from onrecord.graph.records.project import Project  # noqa: PLC0415

    with refusing():
        if directory is None:
            around = Project.around(output or Path("here"))
            directory = around.root if around else None
        drafted = draft_record(
            url, text, known_names(directory), Settings.read().base, published.date() if published else None
        )
    write_new(drafted, output)
    say(f"{drafted.count('# check:')} proposals to check.")


@click.command()
@click.argument("record", type=click.Path(path_type=Path))
@click.option(
    "--text",
    required=True,
    type=click.Path(path_type=Path),
    help="The text of the newer version of the article.",
)
@click.option(
    "--output", "-o", type=click.Path(path_type=Path), help="Where to write the new record. [standard output]"
)
def revise(record: Path, text: Path, output: Path | None) -> None:
    """Write the record of a revised article from that of the version before.

    What stands in the new text word for word is carried over with new offsets. What moved, changed or went is listed, and
    marked in the new record for a person to check; nothing is taken that is merely alike.
    """
    from onrecord.graph.authoring.revise import revise as revise_record  # noqa: PLC0415

    with refusing():
        revised = revise_record(record, text)
    write_new(revised.text, output)
    for line in revised.left:
        say(f"to check: {line}")
    say(f"{revised.carried} passages carried over, {len(revised.left)} left for a person.")


def write_new(text: str, output: Path | None) -> None:
    """Write to a file that is not there yet, or to standard output."""
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise click.ClickException(
            f"{output} is there already, and may hold work of yours: remove it, or give another name with -o; nothing was changed"
        ) from None
    except OSError as error:
        raise click.ClickException(
            f"{output} cannot be written ({error.strerror}); nothing was changed"
        ) from None


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@location_options
def changes(old: str, new: str, location: Location) -> None:
    """Show what changed between two versions of a document: claims gone, new and changed, with the words.

    OLD and NEW are two records, or the IRIs of two versions in the graph (document/<slug>/<version>).
    """
    from urllib.parse import urljoin  # noqa: PLC0415

    from onrecord.graph.ledger import Ledger  # noqa: PLC0415
    from onrecord.graph.questions.tables import revisions  # noqa: PLC0415
    from onrecord.graph.records.check import read_beside  # noqa: PLC0415

    settings = location.settings()
    if Path(old).is_file() and Path(new).is_file():
        with refusing():
            records, around = read_beside([Path(old), Path(new)], settings.base)
        found = revisions.compare(records[0].quads, records[1].quads, around)
    elif missing := next(
        (one for one in (old, new) if one.endswith((".yaml", ".yml")) and not Path(one).is_file()), None
    ):
        raise click.ClickException(
            f"{missing}: there is no such file: give the paths of two records, or two IRIs"
        )
    else:
        with Ledger.open_read_only(settings) as ledger:
            found = revisions.between(ledger, urljoin(settings.base, old), urljoin(settings.base, new))
    for kind, claims in (("gone", found.gone), ("new", found.new)):
        for claim in claims:
            click.echo(f"{kind}\t{claim.label}\t{_quoted(claim.words)}")
    for before, after in found.changed:
        label = before.label if before.label == after.label else f"{before.label} -> {after.label}"
        click.echo(f"changed\t{label}\t{_quoted(before.words)} -> {_quoted(after.words)}")
    say(f"{len(found.gone)} gone, {len(found.new)} new, {len(found.changed)} changed, {found.same} the same.")


@click.command()
@click.argument("name")
@click.option(
    "--project", "directory", type=click.Path(path_type=Path), help="A project whose names count too."
)
def resolve(name: str, directory: Path | None) -> None:
    """Find who or what a NAME stands for among the names of the records, in any script and spelling, with the reason.

    Where it may stand for several, all are shown; where it is like none, none is.
    """
    found = known_names(directory).resolve(name)
    for match in found:
        click.echo(f"{match.iri}\t{match.name}\t{match.likeness:.0f}\t{match.reason}")
    if not found:
        raise click.ClickException(f"no actor, place, weapon or platform has a name like {brief(name)}")


def known_names(directory: Path | None) -> Names:
    """The names that the seeds give, and a project's records that can be read, where one is given: drafts cannot yet."""
    from onrecord.graph.records.seeds import load_all, read_seeds  # noqa: PLC0415
    from onrecord.graph.search.names import Names  # noqa: PLC0415

    with refusing():
        project, settings = Location(directory, None).open()
        seeds = read_seeds(settings.base).quads if project is None or settings.seeds else frozenset()
    own, _ = load_all(project.files() if project else [], settings.base)
    return Names(seeds.union(*(record.quads for record in own)), settings.base)


def _quoted(words: Sequence[str]) -> str:
    return "; ".join(f"“{' '.join(one.split())}”" for one in words)


def _texts(text: Path | None, text_dir: Path | None) -> list[Path]:
    if (text is None) == (text_dir is None):
        raise click.UsageError("Give either --text FILE or --text-dir DIR.")
    if text is not None:
        return [text]
    found = sorted(path for path in text_dir.iterdir() if path.is_file()) if text_dir else []
    if not found:
        raise click.UsageError(f"--text-dir {text_dir} holds no files.")
    return found


def _choose(words: str, places: Sequence[str]) -> int | None:
    say(f"“{words}” stands in the text {len(places)} times:")
    for number, place in enumerate(places, 1):
        say(f"  {number}  {place}")
    given: int = click.prompt("Which one is meant? 0 for none", type=click.IntRange(0, len(places)), err=True)
    return given - 1 if given else None


COMMANDS = (draft, anchor, revise, changes, resolve)
