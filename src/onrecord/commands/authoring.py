"""`onrecord anchor`: what helps to write a record."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from onrecord.commands import refusing, say


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
    from onrecord.graph.records.anchor import anchor as anchor_record  # noqa: PLC0415

    choose = _choose if sys.stdin.isatty() else None
    with refusing():
        count = anchor_record(record, _texts(text, text_dir), choose)
    click.echo(
        f"{record}: {count} evidence{'s' if count != 1 else ''} anchored."
        if count
        else f"{record}: every evidence has its offsets already; nothing was changed."
    )


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


COMMANDS = (anchor,)
