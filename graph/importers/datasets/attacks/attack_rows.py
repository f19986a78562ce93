"""Rows of missile_attacks_daily.csv, understood: times in Kyiv, weapons, places, carriers and counts, or why not."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from onrecord.graph.importers import tables
from onrecord.graph.importers.datasets.attacks import place_names, weapon_names
from onrecord.graph.importers.datasets.attacks.place_names import NamedPlace
from onrecord.graph.importers.datasets.attacks.weapon_names import Weapons
from onrecord.graph.importers.model import Refusal, Remark, Row

MEASURES: Final[Mapping[str, str]] = {
    "launched": "launched",
    "destroyed": "intercepted",
    "num_hit_location": "locationsHit",
    "num_fall_fragment_location": "locationsOfDebris",
}
"""The columns that are claims -> what they count."""
PRECISIONS: Final = ("Day", "Hour", "Minute")
"""How exactly a time is known, the roughest first."""
COLUMNS: Final = ("time_start", "time_end", "model", "launch_place", "target", "carrier", *MEASURES, "source")
_ZONE: Final = ZoneInfo("Europe/Kyiv")
_TIME: Final = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(?:[ T](\d\d?):(\d\d)(?::00)?)?")
_COUNT: Final = re.compile(r"(\d{1,6})(?:\.0*)?")


@dataclass(frozen=True, slots=True)
class Attack:
    """A row that was understood: one weapon in one attack."""

    row: Row
    begin: datetime
    end: datetime
    precision: str
    weapons: Weapons
    places: tuple[NamedPlace, ...]
    launched_from: tuple[NamedPlace, ...]
    carriers: tuple[str, ...]
    counts: Mapping[str, int]

    @property
    def national(self) -> bool:
        """Whether it is an attack on the whole country."""
        return bool(self.row["target"].strip() == "Ukraine")

    @property
    def key(self) -> str:
        """What tells the row from others of its post."""
        cells = [tables.filled(self.row[name]) for name in ("model", "launch_place", "target")]
        return hashed([*(_clock(self.row[name]) for name in ("time_start", "time_end")), *cells])

    @property
    def meaning(self) -> tuple[object, ...]:
        """All that was understood of it: two rows of one key that mean the same are one."""
        return self.key, self.carriers, tuple(self.counts.items())

    @property
    def times(self) -> str:
        """The first cells of the row, as they stand."""
        return ",".join(self.row[name] for name in ("time_start", "time_end", "model"))


def understand(row: Row) -> Iterator[Attack | Refusal]:
    """What a row says, after remarks on what of it is left out; or why it cannot be understood."""
    try:
        begin, first = moment(row["time_start"])
        end, last = moment(row["time_end"], end=True)
    except ValueError as error:
        yield Refusal.of(row, str(error))
        return
    if end < begin:
        yield Refusal.of(row, f"ends ({row['time_end']}) before it begins ({row['time_start']})")
        return
    weapons = weapon_names.find(row["model"])
    if weapons is None:
        yield Refusal.of(
            row,
            f"the model {row['model']!r} is not known: add it to graph/importers/datasets/attacks/weapon_names.py",
        )
        return
    if not tables.filled(row["source"]):
        yield Refusal.of(row, "names no source, so nobody's word can be shown for it")
        return
    counts = {}
    for column in MEASURES:
        text = tables.filled(row[column])
        found = _COUNT.fullmatch(text)
        if found:
            counts[column] = int(found[1])
        elif text:
            yield Refusal.of(row, f"{column} is {text!r}, which is no whole number from 0 to 999,999")
            return
    places, left_out = _places(row["target"], parts=True)
    launched_from, unknown = _places(row["launch_place"], parts=False)
    for column, names in (("target", left_out), ("launch_place", unknown)):
        for name in names:
            yield Remark.of(row, f"{column} names {name!r}, which is no place that is known; it is left out")
    carriers = (weapon_names.carrier(name) for name in row["carrier"].split(" and "))
    yield Attack(
        row,
        begin,
        end,
        min(first, last, key=PRECISIONS.index),
        weapons,
        tuple(places),
        tuple(launched_from),
        tuple(dict.fromkeys(slug for slug in carriers if slug is not None)),
        counts,
    )


def moment(text: str, *, end: bool = False) -> tuple[datetime, str]:
    """A time of the table in Kyiv, and how exact it is; of a day alone the first or, at the `end`, the last second. ValueError.

    Of an hour that the clocks showed twice, a beginning is in the first and an `end` in the second.
    """
    wrong = f"{text!r} is no time such as 2025-08-27 19:30 and no day such as 2025-08-27"
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise ValueError(wrong)
    year, month, day, hour, minute = (None if part is None else int(part) for part in found.groups())
    clock = (hour, minute, 0) if hour is not None else (23, 59, 59) if end else (0, 0, 0)
    try:
        made = datetime(year, month, day, *clock, tzinfo=_ZONE)  # type: ignore[arg-type]
    except ValueError:
        raise ValueError(wrong) from None
    if end:
        made = max(made, made.replace(fold=1), key=datetime.timestamp)
    if (made.utcoffset() or timedelta()) % timedelta(minutes=1):  # before 1924: no offset that RDF can write
        raise ValueError(wrong)
    # With its offset written out, two times compare and read the same everywhere.
    return datetime.fromisoformat(made.isoformat()), "Day" if hour is None else "Minute" if minute else "Hour"


def _clock(text: str) -> str:
    """A time as the table writes it, of one that has seconds or a T as well."""
    return re.sub(r"[ T](\d\d?:\d\d)(?::00)?$", r" \1", text.strip())


def _places(text: str, *, parts: bool) -> tuple[list[NamedPlace], list[str]]:
    """The places that "A and B" names, and the names that are not known. A direction that is no place is neither."""
    found: dict[str, NamedPlace] = {}
    unknown = []
    for part in tables.filled(text).split(" and "):
        name = part.strip().removeprefix("and ").strip()
        if not name or (not parts and place_names.is_direction(name)):
            continue
        places = place_names.find(name, parts=parts)
        if places is None:
            unknown.append(name)
        else:
            found.update((place.slug, place) for place in places)
    return list(found.values()), unknown


def hashed(texts: Sequence[str]) -> str:
    """A short name for what these texts say together."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:12]
