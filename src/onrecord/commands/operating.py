"""The commands of those who run a service: token, history, diff, revert, backup, restore, verify."""

from __future__ import annotations

from pathlib import Path

import click

from onrecord.commands import Location, clean_up_on_sigterm, location_options, say

AUTHOR = "onrecord revert"


@click.group()
def token() -> None:
    """Make, list and revoke the tokens that open writing."""


@token.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(["update", "store", "replica", "admin"]),
    help="What it opens: update (SPARQL Update), store (whole graphs), replica (what a replica follows), admin (everything). "
    "May be given more than once. "
    "[update and store]",
)
@location_options
def create(name: str, scopes: tuple[str, ...], location: Location) -> None:
    """Make a token called NAME and print it, this once: only its hash is kept."""
    from onrecord.graph.files.access_tokens import AccessTokens  # noqa: PLC0415

    secret = AccessTokens(location.settings()).create(name, scopes or ("update", "store"))
    click.echo(secret)
    say(
        "Send it as `Authorization: Bearer …`, or as the password of Basic authentication. It is not shown again."
    )


@token.command(name="list")
@location_options
def list_(location: Location) -> None:
    """List the tokens: name, what each opens, when it was made. The tokens themselves are not known."""
    from onrecord.graph.files.access_tokens import AccessTokens  # noqa: PLC0415

    known = AccessTokens(location.settings()).known()
    for entry in known:
        click.echo(f"{entry.name}\t{','.join(sorted(entry.scopes))}\t{entry.created:%Y-%m-%d %H:%M}")
    if not known:
        say("There are no tokens; `onrecord token create NAME` makes one.")


@token.command()
@click.argument("name")
@location_options
def revoke(name: str, location: Location) -> None:
    """Make the token called NAME worthless, at once, in a running server too."""
    from onrecord.graph.files.access_tokens import AccessTokens  # noqa: PLC0415

    AccessTokens(location.settings()).revoke(name)
    say(f"The token {name} opens nothing any more.")


@click.command()
@click.option("--limit", type=click.IntRange(min=1), help="Only so many of the newest.")
@location_options
def history(limit: int | None, location: Location) -> None:
    """List the commits, newest first: version, time, author, quads added and removed, message."""
    from onrecord.graph.ledger import Ledger  # noqa: PLC0415

    with Ledger.open_read_only(location.settings()) as ledger:
        for commit in ledger.history(limit=limit):
            time = commit.time.strftime("%Y-%m-%d %H:%M:%S")
            click.echo(
                f"{commit.version}\t{time}\t{commit.author}\t+{commit.added} -{commit.removed}\t{commit.message}"
            )


@click.command()
@click.argument("before", type=click.IntRange(min=0), metavar="V1")
@click.argument("after", type=click.IntRange(min=1), metavar="[V2]", required=False)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "csv", "json", "atom"]),
    default="table",
    show_default=True,
)
@location_options
def diff(before: int, after: int | None, format_: str, location: Location) -> None:
    """List the claims that differ between version V1 and V2 (the newest), and why. Works beside a running server."""
    import json  # noqa: PLC0415

    from onrecord.graph.ledger import Ledger  # noqa: PLC0415
    from onrecord.graph.questions.differences import differences  # noqa: PLC0415
    from onrecord.graph.questions.tables.differences import as_atom, as_json, as_table  # noqa: PLC0415

    settings = location.settings()
    with Ledger.open_read_only(settings) as ledger:
        after = ledger.version if after is None else after
        found = differences(ledger, before, after)
    if format_ == "csv":
        click.echo(as_table(found), nl=False)
    elif format_ == "json":
        click.echo(json.dumps(as_json(found), ensure_ascii=False, indent=1))
    elif format_ == "atom":
        click.echo(as_atom(found, before, after, settings.base.rstrip("/#")), nl=False)
    else:
        for one in found:
            standing = one.standing
            if one.standing_before and one.standing_before != standing:
                standing = f"{one.standing_before} -> {standing or 'none'}"
            because = "; ".join(f"{ground.how} {ground.label or ground.by}" for ground in one.because)
            versions = ",".join(str(commit.version) for commit in one.commits)
            click.echo("\t".join((one.change, versions, one.label or one.claim, standing, because)).rstrip())
        if not found:
            say("No claim differs.")


@click.command()
@click.argument("version", type=click.IntRange(min=1))
@location_options
def revert(version: int, location: Location) -> None:
    """Undo what commit VERSION changed, as a new commit that the shapes have to allow. The server must be stopped."""
    from onrecord.graph.ledger import Ledger  # noqa: PLC0415

    with Ledger.open(location.settings()) as ledger:
        commit = ledger.revert(version, author=AUTHOR)
    if commit.added or commit.removed:
        say(f"Version {commit.version}: {commit.added:,} quads added, {commit.removed:,} removed.")
    else:
        say(f"What version {version} changed is undone already; nothing was changed.")


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@location_options
def backup(directory: Path, location: Location) -> None:
    """Copy the history and a dump of the newest version into DIRECTORY. Works beside a running server."""
    from onrecord.graph.ledger import Ledger  # noqa: PLC0415
    from onrecord.graph.maintenance import backups  # noqa: PLC0415

    clean_up_on_sigterm()
    settings = location.settings()
    with Ledger.open_read_only(settings) as ledger:
        backups.make(ledger, settings.data, directory)
    say(f"The backup is in {directory}; graph.nq.gz in it is a dump that any store reads.")


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@location_options
def restore(directory: Path, location: Location) -> None:
    """Build the data directory, which must not be there yet, from the backup in DIRECTORY, and verify it."""
    from onrecord.graph.maintenance import backups  # noqa: PLC0415

    clean_up_on_sigterm()
    settings = location.settings()
    version = backups.restore(directory, settings)
    say(f"Version {version} is restored and verified in {settings.data}.")


@click.command()
@click.argument("directory", type=click.Path(path_type=Path), required=False, metavar="[DIR]")
@location_options
def verify(directory: Path | None, location: Location) -> None:
    """Check a data directory or a backup whole: every patch, and all that was made of them. Works beside a running server.

    DIR is the data directory of the settings where none is given. Says what is wrong, with file names, and ends with 1.
    """
    from onrecord.graph.maintenance.verification import verify as problems  # noqa: PLC0415

    clean_up_on_sigterm()
    if directory is not None and (location.data or location.root) is not None:
        raise click.UsageError("Give what is to be checked once: as DIR, or as --data or --project.")
    settings = location.settings()
    directory = directory or settings.data
    found = 0
    for problem in problems(directory, settings, lambda line: say(f"{line}.")):
        click.echo(problem)
        found += 1
    if found:
        raise click.ClickException(
            f"{directory} is not whole: {found} problem{'s' if found > 1 else ''} found."
        )
    say(f"{directory} is whole.")


COMMANDS = (token, history, diff, revert, backup, restore, verify)
