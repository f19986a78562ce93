"""Losses of Russia's armed forces: the daily totals of Ukraine's General Staff, corrections of them, and Oryx's counts.

The figures are cumulative: each day's total is a claim that speaks of that day and goes on standing. Where the data set lists a
correction, the new total supersedes the one before it, and says by how much. Oryx counts what is to be seen in pictures, so
each of its counts is a lower bound and no more; when it counted, the file does not say. Prisoners are counted by another
project, on its word. docs/importing/losses.md says what each column becomes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pyoxigraph as ox

from onrecord.graph.importers import tables
from onrecord.graph.importers.datasets.loss_rows import (
    DIRECTION,
    EQUIPMENT,
    FIRST,
    ORDER,
    ORYX,
    PERSONNEL,
    PERSONNEL_IS,
    PRISONERS,
    Day,
    RowsByKind,
    sort,
)
from onrecord.graph.importers.model import Importer, Record, Refusal, Row, Surroundings, slug
from onrecord.graph.text import phrases

DATASET: Final = "document/russian-losses-dataset"
REPORTS: Final = "document/general-staff-losses"
PRISONER_COUNTS: Final = "document/invaders-prisoners"
CORRECTIONS: Final = "document/russian-losses-corrections"
ORYX_LISTS: Final = "document/oryx-russian-losses"
STAFF: Final = "actor/ukrainian-general-staff"
INVADERS: Final = "actor/invaders-rf"
ORYX_ACTOR: Final = "actor/oryx"
COMPILER: Final = "actor/petro-ivaniuk"
LOSSES: Final = "topic/russian-losses"
RUSSIA: Final = "actor/russia"
_KYIV: Final = ZoneInfo("Europe/Kyiv")


def rows(paths: Sequence[Path]) -> Iterator[Row | Refusal]:
    """The rows of all files, each of one JSON array."""
    for path in paths:
        yield from tables.json_rows(path)


def records(found: Iterable[Row], around: Surroundings) -> Iterator[Record | Refusal]:
    """What the rows say: totals and prisoners by day, corrections, and Oryx's counts."""
    yield _common(around.base)
    held = RowsByKind()
    for row in found:
        yield from sort(row, held)
    for kind in sorted(held.totals):
        for day in sorted(held.totals[kind]):
            yield _day(kind, held.totals[kind][day], around.base)
    for day in sorted(held.corrections):
        yield from _correction(held.corrections[day], held, around.base)
    yield from _oryx(held, around.base)


def _common(base: str) -> Record:
    made = Record("common", base, shared=True)
    made.describe("actor/ukraine", "State", label={"en": "Ukraine"}, side="UkrainianSide")
    made.describe(RUSSIA, "State", label={"en": "Russia"}, side="RussianSide")
    made.describe(
        STAFF, "ArmedForce", unitOf="actor/ukraine", side="UkrainianSide",
        label={"en": "General Staff of the Armed Forces of Ukraine", "uk": "Генеральний штаб Збройних Сил України",
               "ru": "Генеральный штаб Вооружённых сил Украины"},
    )  # fmt: skip
    made.describe(ORYX_ACTOR, "Institution", label={"en": "Oryx"})
    made.describe(INVADERS, "Institution", label={"en": "Invaders (invaders-rf.com)"})
    made.describe(COMPILER, "Person", label={"en": "Petro Ivaniuk"})
    made.describe(
        LOSSES, "Topic",
        label={"en": "Losses of Russia's armed forces in the war against Ukraine",
               "uk": "Втрати збройних сил Росії у війні проти України",
               "ru": "Потери вооружённых сил России в войне против Украины"},
    )  # fmt: skip
    made.describe(
        DATASET, "Dataset", publisher=COMPILER,
        label={"en": "2022 Ukraine Russia War Dataset: equipment losses, personnel losses, prisoners of war"},
        url="https://github.com/PetroIvaniuk/2022-Ukraine-Russia-War-Dataset",
    )  # fmt: skip
    made.describe(
        REPORTS, "Document", publisher=STAFF,
        label={"en": "General Staff of the Armed Forces of Ukraine: total losses of the enemy, day by day"},
    )  # fmt: skip
    made.describe(
        PRISONER_COUNTS, "Document", publisher=INVADERS,
        label={"en": "Invaders: Russian prisoners of war, day by day"}, url="https://invaders-rf.com/",
    )  # fmt: skip
    made.describe(
        CORRECTIONS, "Document", publisher=COMPILER,
        label={"en": "2022 Ukraine Russia War Dataset: corrections of the total losses"},
    )  # fmt: skip
    made.describe(
        ORYX_LISTS, "Document", publisher=ORYX_ACTOR,
        label={"en": "Oryx: equipment losses of Russia that pictures or films show"},
        url="https://www.oryxspioenkop.com/2022/02/attack-on-europe-documenting-equipment.html",
    )  # fmt: skip
    return made


# Totals


@dataclass(frozen=True, slots=True)
class _Source:
    """Where the claims of a row stand, and on whose word."""

    day: date
    version: str
    words: str
    claimant: str


def _day(kind: str, found: Day, base: str) -> Record:
    made = Record(f"{kind} {found.day}", base)
    version = _version(
        made, REPORTS, "General Staff of the Armed Forces of Ukraine", f"{found.day}-{kind}", found.day
    )
    source = _Source(found.day, version, made.passage(version, _text(found.row, leave_out=PRISONERS)), STAFF)
    for name, count in found.counts.items():
        if name == PERSONNEL:
            _count(made, name, source, **{PERSONNEL_IS[found.row.cells["personnel*"]]: count})
        elif name != PRISONERS:
            _count(made, name, source, atLeast=count, atMost=count)
    direction = found.row.cells.get(DIRECTION)
    if isinstance(direction, str) and direction.strip():
        said = ox.Literal(direction.strip(), language="en")
        _said(
            made,
            DIRECTION,
            "PropertyClaim",
            source,
            subject=LOSSES,
            predicate="greatestToward",
            value=said,
            label=_label(source.day, f"greatest in the direction of {said.value}"),
        )
    if PRISONERS in found.counts:
        version = _version(made, PRISONER_COUNTS, "Invaders", f"{found.day}", found.day)
        source = _Source(
            found.day, version, made.passage(version, _text(found.row, only=PRISONERS)), INVADERS
        )
        _count(made, PRISONERS, source, atLeast=found.counts[PRISONERS], atMost=found.counts[PRISONERS])
    return made


def _version(made: Record, document: str, who: str, name: str, day: date) -> str:
    return made.describe(
        f"{document}/{name}", "DocumentVersion", versionOf=document, published=day, readAs="TableRow",
        readIn=DATASET, rowKey=str(day), label={"en": f"{who}, {day}, as a row of a data set"},
    )  # fmt: skip


def _count(made: Record, column: str, source: _Source, **bounds: int) -> None:
    measure = {PERSONNEL: "personnelLost", PRISONERS: "captured"}.get(column) or EQUIPMENT[column]
    number = f"{bounds.get('estimate', bounds.get('atLeast', 0)):,}"
    if "atMost" not in bounds:
        number = f"{'about' if 'estimate' in bounds else 'more than'} {number}"
    _said(
        made, column, "QuantityClaim", source, concerns=LOSSES, measure=measure, ofParty=RUSSIA,
        label=_label(source.day, f"{column}, {number}"), **bounds,
    )  # fmt: skip


def _said(made: Record, column: str, kind: str, source: _Source, **keys: Any) -> None:
    begin, end = _bounds(source.day)
    made.describe(
        _claim(column, source.day), kind, assertedBy=source.version, claimant=source.claimant, stance="Asserts",
        evidence=source.words, asOfFrom=begin, asOfUntil=end, **keys,
    )  # fmt: skip


def _label(day: date, what: str) -> dict[str, str]:
    return {"en": f"Losses of Russia up to {phrases.day(str(day))}: {what}"}


def _claim(column: str, day: date) -> str:
    return f"claim/russian-losses-{day}-{slug(column)}"


def _bounds(day: date) -> tuple[datetime, datetime]:
    """The day in Kyiv: from its midnight to the next."""
    begin = datetime(day.year, day.month, day.day, tzinfo=_KYIV)
    after = day + timedelta(days=1)
    return begin, datetime(after.year, after.month, after.day, tzinfo=_KYIV)


def _text(row: Row, *, only: str | None = None, leave_out: str | None = None) -> str:
    """The cells of a row that are known here, as JSON; in one order, whichever order a copy of the file has them in."""
    kept = {
        name: row.cells[name]
        for name in ORDER
        if name in row.cells and name != leave_out and (only is None or name in {"date", only})
    }
    return json.dumps(kept, ensure_ascii=False)


# Corrections


def _correction(found: Day, held: RowsByKind, base: str) -> Iterator[Record | Refusal]:
    made = Record(f"correction {found.day}", base)
    words = None
    number = found.row.cells.get("day")
    counted = (found.day - FIRST).days + 1
    shift = (
        ""
        if number == counted
        else f" Its number of the day there, {number}, is that of another day; the date counts."
    )
    for name, by in found.counts.items():
        if not by:
            continue
        series = held.totals[PERSONNEL if name == PERSONNEL else "equipment"]
        before = max((day for day in series if day < found.day and name in series[day].counts), default=None)
        if before is None or name not in getattr(series.get(found.day), "counts", {}):
            yield Refusal.of(
                found.row,
                f"corrects {name!r} by {by:+}, and there is no total of {found.day} and of a day before: give the file of the totals too",
            )
            continue
        why = {
            "en": f"The data set lists a correction of {by:+,} in {name!r} for {found.day}: beside the losses of the day, the total "
            f"changes by that.{shift}"
        }
        made.describe(_claim(name, found.day), "QuantityClaim", supersedes=_claim(name, before), note=why)
        if words is None:
            words = made.passage(_correction_version(made, found.day), _text(found.row))
        made.describe(
            f"relation/russian-losses-{found.day}-{slug(name)}", "ClaimRelation",
            oneClaim=_claim(name, found.day), relation="supersedes", otherClaim=_claim(name, before),
            assessedBy=COMPILER, assessedOn=found.day, basis=words,
            note=why,
        )  # fmt: skip
    if made.triples:
        yield made


def _correction_version(made: Record, day: date) -> str:
    """The row of a correction; when it was published is not told."""
    return made.describe(
        f"{CORRECTIONS}/{day}", "DocumentVersion", versionOf=CORRECTIONS, readAs="TableRow", readIn=DATASET, rowKey=str(day),
        label={"en": f"Correction of the total losses, {day}, as a row of a data set"},
    )  # fmt: skip


# Oryx


def _oryx(held: RowsByKind, base: str) -> Iterator[Record]:
    totals: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for (category, model), row in sorted(held.oryx.items(), key=lambda item: item[0]):
        measure, sort = ORYX[category]
        made = Record(f"oryx {category}, {model}", base)
        version = _oryx_version(made, category, model)
        words = made.passage(version, _text(row))
        weapon = made.describe(
            f"weapon/oryx-{slug(f'{category} {model}')}", "WeaponType", category=sort, label={"en": model}
        )
        made.describe(f"claim/oryx-{slug(f'{category} {model}')}", "QuantityClaim", assertedBy=version, claimant=ORYX_ACTOR,
                      stance="Asserts", evidence=words, concerns=LOSSES, ofParty=RUSSIA,
                      measure=measure, weapon=weapon, atLeast=row["losses_total"],
                      label={"en": f"Losses of Russia that Oryx saw: {model}, at least {row['losses_total']:,}"})  # fmt: skip
        totals[measure].append((version, words, row["losses_total"]))
        yield made
    for measure, parts in sorted(totals.items()):
        if measure == "equipmentLost":
            continue
        made = Record(f"oryx, {measure} added up", base)
        made.describe(f"claim/oryx-all-{slug(measure)}", "QuantityClaim", assertedBy=sorted({version for version, _, _ in parts}),
                      claimant=ORYX_ACTOR, stance="Asserts", evidence=[words for _, words, _ in parts], concerns=LOSSES,
                      ofParty=RUSSIA, measure=measure, atLeast=sum(count for _, _, count in parts),
                      label={"en": f"Losses of Russia that Oryx saw: {_named(measure)}, at least {sum(count for _, _, count in parts):,}"},
                      note={"en": f"Added up from {len(parts)} rows of the file; each is of one type."})  # fmt: skip
        yield made


def _named(measure: str) -> str:
    """Oryx's categories that a measure takes in."""
    return phrases.listed([category for category, (counted, _) in ORYX.items() if counted == measure])


def _oryx_version(made: Record, category: str, model: str) -> str:
    return made.describe(
        f"{ORYX_LISTS}/{slug(f'{category} {model}')}", "DocumentVersion", versionOf=ORYX_LISTS, readAs="TableRow", readIn=DATASET,
        rowKey=f"{category}, {model}", label={"en": f"Oryx, {category}, {model}, as a row of a data set"},
    )  # fmt: skip


def _key_of(version: str, row_key: str) -> str:
    """The key of the record of a row: the date alone would not tell its file."""
    document, _, name = version.rpartition("/")
    if document.endswith(ORYX_LISTS):
        return f"oryx {row_key}"
    if document.endswith(CORRECTIONS):
        return f"correction {row_key}"
    return (
        f"{PERSONNEL if document.endswith(PRISONER_COUNTS) else name.removeprefix(f'{row_key}-')} {row_key}"
    )


IMPORTER: Final = Importer(
    name="losses",
    title="Losses of Russia's armed forces by the word of Ukraine's General Staff, and Oryx's counts",
    document=DATASET,
    publisher=COMPILER,
    homepage="https://github.com/PetroIvaniuk/2022-Ukraine-Russia-War-Dataset",
    licence="https://opensource.org/license/mit",
    rights="The data set is under the MIT licence, © Petro Ivaniuk: anyone who passes it on keeps that notice.",
    takes="russia_losses_equipment.json, russia_losses_personnel.json, russia_losses_equipment_correction.json, "
    "russia_losses_equipment_oryx.json: all that you have, at once",
    rows=rows,
    records=records,
    key_of=_key_of,
)
