"""`onrecord claims` and `onrecord disputes`: the tables that the API gives, for people and scripts at a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from onrecord.commands import Location, location_options, say
from onrecord.graph import terms
from onrecord.graph.settings import Settings
from onrecord.graph.text import dates

if TYPE_CHECKING:
    from onrecord.graph.ledger import Ledger
    from onrecord.graph.questions.tables.tables import Cursor, Row, Table

_FORMATS: Final = ("table", "csv", "json")
_WIDEST: Final = 60
"""So many characters of a cell are shown in a table; CSV and JSON have all."""


def _as_of(row: Row) -> str:
    """The moment or the days that a claim speaks of, each in its own time zone."""
    first, last = str(row.get("asOfFrom", "")), str(row.get("asOfUntil", ""))
    if last[11:19] == "00:00:00" and first != last:
        last = dates.last_day(last)
        first = first[:10] if first[11:19] == "00:00:00" else first
    return last if first in ("", last) else f"{first} to {last}" if last else f"from {first}"


def _list(value: object) -> list[str]:
    return value if isinstance(value, list) else []


def _word(value: object) -> str:
    return str(value or "").removeprefix(terms.REC).lower()


def _whose_word(row: Row) -> object:
    """The institution whose word it is, with who spoke for it; of several reports in one row only the institution is known."""
    source, claimant = row.get("sourceName"), row.get("claimantName")
    if source and claimant and source != claimant and len(_list(row.get("claims"))) == 1:
        return f"{claimant} ({source})"
    return source or row["source"]


_Shown = Mapping[str, Callable[["Row"], object]]
_CLAIM: Final[_Shown] = {
    "AS OF": _as_of,
    "CLAIM": lambda row: row.get("label") or row["claim"],
    "WHOSE WORD": _whose_word,
    "REPORTS": lambda row: len(_list(row.get("claims"))),
    "STANDING": lambda row: _word(row.get("standing")),
}
_CERTAIN: Final[_Shown] = {"SAID BY THEN": lambda row: "yes" if row.get("certain") else "maybe"}
_DISPUTE: Final[_Shown] = {
    "CLAIM": lambda row: row.get("oneLabel") or row["one"],
    "WHOSE WORD": lambda row: row.get("oneClaimantName") or row["oneClaimant"],
    "CONTRADICTS": lambda row: row.get("otherLabel") or row["other"],
    "WHOSE WORD ": lambda row: row.get("otherClaimantName") or row["otherClaimant"],
    "BY": lambda row: ", ".join(rule.rpartition("/")[2] for rule in _list(row.get("rules"))) or "an editor",
}

_standing = click.option(
    "--standing",
    help="all, or some of stands, contested, superseded, retracted, refuted with commas between. [those that stand or are "
    "contested]",
)
_measure = click.option("--measure", help="Only counts of this measure, such as killed.")
_moment = click.option(
    "--as-of", "moment", help="Only what may have been said by this moment, such as 2025-08-28T12:00:00Z."
)
_format = click.option(
    "--format", "format_", type=click.Choice(_FORMATS), default=_FORMATS[0], show_default=True
)


@click.command()
@click.argument("event")
@_measure
@_moment
@click.option("--latest", is_flag=True, help="Only the newest count of each thing counted; with --measure.")
@_standing
@_format
@location_options
def claims(  # noqa: PLR0913, PLR0917
    event: str,
    measure: str | None,
    moment: str | None,
    latest: bool,
    standing: str | None,
    format_: str,
    location: Location,
) -> None:
    """Show what each source says of an EVENT and its parts: the IRI of the event, or its end, such as 2025-08-28-strike-on-kyiv.

    Reports that rest on the word of one source and give the same figure are one row. Works beside a running server.
    """
    from onrecord.graph.ledger import Ledger  # noqa: PLC0415
    from onrecord.graph.questions.tables import jsonld, relayed, series, tables  # noqa: PLC0415

    if latest and (measure is None or standing is not None):
        raise click.UsageError(
            "--latest is of one measure and of what counts: give --measure, and no --standing."
        )
    settings = location.settings()
    with Ledger.open_read_only(settings) as ledger:
        iri = _event(event, settings)
        chosen = None
        if latest and measure is not None:
            newest = series.latest(ledger, iri, measure, moment)
            chosen = [claim for row in newest for claim in series.reports(row)]
        standings = tables.standings_of(standing)

        def make(after: Cursor) -> Table:
            return tables.claims(
                iri, measure=measure, moment=moment, standings=standings, chosen=chosen, after=after
            )

        shown = _CLAIM if moment is None else {**_CERTAIN, **_CLAIM}
        rows, version = _read(ledger, make)
        if not rows:
            _check(ledger, iri, settings)
        elif format_ == _FORMATS[0] and (through := relayed.through(ledger.at(version), rows)):
            shown = {**shown, "VIA": lambda row: ", ".join(relayed.via(row, through).values())}
    _print("claims", make(None).columns, rows, version, jsonld.claims, shown, format_)


@click.command()
@click.option("--event", help="Only those over this event and its parts: its IRI, or the end of it.")
@_measure
@_moment
@_standing
@_format
@location_options
def disputes(  # noqa: PLR0913, PLR0917
    event: str | None,
    measure: str | None,
    moment: str | None,
    standing: str | None,
    format_: str,
    location: Location,
) -> None:
    """Show which claims contradict each other, each pair once, with whose they are. Works beside a running server."""
    from onrecord.graph.ledger import Ledger  # noqa: PLC0415
    from onrecord.graph.questions.tables import jsonld, tables  # noqa: PLC0415

    settings = location.settings()
    with Ledger.open_read_only(settings) as ledger:
        iri = None if event is None else _event(event, settings)
        standings = tables.standings_of(standing)

        def make(after: Cursor) -> Table:
            return tables.disputes(
                event=iri, measure=measure, moment=moment, standings=standings, after=after
            )

        shown = _DISPUTE if moment is None else {**_CERTAIN, **_DISPUTE}
        rows, version = _read(ledger, make)
        if not rows and iri is not None:
            _check(ledger, iri, settings)
    _print("disputes", make(None).columns, rows, version, jsonld.disputes, shown, format_)


def _read(ledger: Ledger, make: Callable[[Cursor], Table]) -> tuple[list[Row], int]:
    """All rows of a table, from one version, and which."""
    from onrecord.graph.questions.tables import tables  # noqa: PLC0415
    from onrecord.graph.rows import solutions  # noqa: PLC0415

    version = ledger.version

    def read(query: str) -> list[dict[str, Any]]:
        return solutions(ledger.query(query, formats={"solutions": "json"}, version=version).read())

    return [row for page in tables.pages(read, make) for row in page], version


def _print(  # noqa: PLR0913, PLR0917
    name: str,
    columns: Sequence[str],
    rows: list[Row],
    version: int,
    described: Callable[[Sequence[Row]], list[dict[str, object]]],
    shown: _Shown,
    format_: str,
) -> None:
    from onrecord.graph.questions.tables import jsonld  # noqa: PLC0415

    if format_ == "json":
        document = {"@context": jsonld.CONTEXT, "version": version, name: described(rows)}
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
    elif format_ == "csv":
        click.echo(jsonld.as_csv(columns, rows), nl=False)
    else:
        if rows:
            _columns([[str(cell(row)) for cell in shown.values()] for row in rows], list(shown))
        say(f"{len(rows)} {name if len(rows) != 1 else name[:-1]} in version {version} of the graph.")


def _columns(rows: list[list[str]], heads: list[str]) -> None:
    cut = [[cell if len(cell) <= _WIDEST else f"{cell[: _WIDEST - 1]}…" for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cut, heads, strict=True)]
    for row in ([head.strip() for head in heads], *cut):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _event(text: str, settings: Settings) -> str:
    """The IRI of an event, which may be given by its end."""
    from onrecord.graph.errors import BadParameter  # noqa: PLC0415
    from onrecord.graph.questions import iri  # noqa: PLC0415

    whole = text if "://" in text else settings.base + (text if "/" in text else f"event/{text}")
    try:
        return iri(whole)
    except ValueError:
        raise BadParameter(
            f"{text[:80]!r} names no event: give its IRI, or the end of it after event/"
        ) from None


def _check(ledger: Ledger, event: str, settings: Settings) -> None:
    """Refuse an event of which the graph says nothing, with what might have been meant: no rows would mislead."""
    from onrecord.graph import questions  # noqa: PLC0415
    from onrecord.graph.text.suggestions import did_you_mean  # noqa: PLC0415

    if questions.is_described(ledger, event):
        return
    beginning = settings.base + "event/"
    alike = questions.similar(ledger, event, beginning) if event.startswith(beginning) else []
    remedy = did_you_mean(
        [other.removeprefix(beginning) for other in alike],
        "`onrecord query 'SELECT ?e { ?e rec:begin ?t }'` lists its events",
    )
    raise click.ClickException(f"the graph in {settings.data} knows no {event}: {remedy}")


COMMANDS = (claims, disputes)
