"""Rows of the losses data set: sorted by what they count, with figures that such rows may hold."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from onrecord.graph.importers.model import Refusal, Row

EQUIPMENT: Final = {
    "aircraft": "aircraftLost",
    "helicopter": "helicoptersLost",
    "tank": "tanksLost",
    "APC": "armouredVehiclesLost",
    "field artillery": "artilleryLost",
    "MRL": "rocketLaunchersLost",
    "anti-aircraft warfare": "airDefenceLost",
    "drone": "dronesLost",
    "cruise missiles": "cruiseMissilesLost",
    "naval ship": "shipsLost",
    "submarines": "submarinesLost",
    "vehicles and fuel tanks": "vehiclesLost",
    "military auto": "lorriesLost",
    "fuel tank": "fuelTankersLost",
    "mobile SRBM system": "ballisticLaunchersLost",
    "special equipment": "specialEquipmentLost",
    "ground robotic systems": "groundRobotsLost",
}
"""The columns of the General Staff's totals, and what each counts."""
PERSONNEL: Final = "personnel"
PRISONERS: Final = "POW"
DIRECTION: Final = "greatest losses direction"
CORRECTION: Final = "correction"
_MIDNIGHT: Final = re.compile(r"[ T]00:00(:00(\.0+)?)?Z?$")
_FIGURES: Final = frozenset({*EQUIPMENT, PERSONNEL, PRISONERS})
ORDER: Final = (
    *("date", "day", *EQUIPMENT, PERSONNEL, "personnel*", PRISONERS, DIRECTION),
    *("equipment_oryx", "model", "manufacturer", "losses_total", "equipment_ua"),
)
"""The columns that are known, in the order in which rows are quoted."""
_KNOWN: Final = frozenset(ORDER)
FIRST: Final = date(2022, 2, 24)
"""Day 1 of the data set's own count of days."""

ORYX: Final = {
    "Tanks": ("tanksLost", "tank"),
    "Armoured Fighting Vehicles": ("armouredVehiclesLost", "armouredVehicle"),
    "Infantry Fighting Vehicles": ("armouredVehiclesLost", "armouredVehicle"),
    "Armoured Personnel Carriers": ("armouredVehiclesLost", "armouredVehicle"),
    "Mine-Resistant Ambush Protected": ("armouredVehiclesLost", "armouredVehicle"),
    "Infantry Mobility Vehicles": ("armouredVehiclesLost", "armouredVehicle"),
    "Command Posts And Communications Stations": ("specialEquipmentLost", "vehicle"),
    "Engineering Vehicles And Equipment": ("specialEquipmentLost", "vehicle"),
    "Radars": ("specialEquipmentLost", "electronicEquipment"),
    "Jammers And Deception Systems": ("specialEquipmentLost", "electronicEquipment"),
    "Towed Artillery": ("artilleryLost", "artillery"),
    "Self-Propelled Artillery": ("artilleryLost", "artillery"),
    "Artillery Support Vehicles And Equipment": ("equipmentLost", "artillery"),
    "Self-Propelled Anti-Tank Missile Systems": ("equipmentLost", "groundLauncher"),
    "Multiple Rocket Launchers": ("rocketLaunchersLost", "groundLauncher"),
    "Anti-Aircraft Guns": ("airDefenceLost", "airDefenceSystem"),
    "Self-Propelled Anti-Aircraft Guns": ("airDefenceLost", "airDefenceSystem"),
    "Surface-To-Air Missile Systems": ("airDefenceLost", "airDefenceSystem"),
    "Aircraft": ("aircraftLost", "aircraft"),
    "Helicopters": ("helicoptersLost", "aircraft"),
    "Unmanned Combat Aerial Vehicles": ("dronesLost", "drone"),
    "Reconnaissance Unmanned Aerial Vehicles": ("dronesLost", "drone"),
    "Naval Ships": ("shipsLost", "ship"),
    "Trucks, Vehicles and Jeeps": ("vehiclesLost", "vehicle"),
}
"""Oryx's own categories: what each counts, and of which category its models are."""

PERSONNEL_IS: Final = {"about": "estimate", "more": "atLeast"}
"""What the data set says beside the number of personnel, and what the number is then."""


@dataclass(frozen=True, slots=True)
class Day:
    """One row of a series of totals, its figures checked."""

    row: Row
    day: date
    counts: Mapping[str, int]


@dataclass(slots=True)
class RowsByKind:
    """What the files hold, by kind of row."""

    totals: dict[str, dict[date, Day]] = field(default_factory=lambda: defaultdict(dict))
    corrections: dict[date, Day] = field(default_factory=dict)
    oryx: dict[tuple[str, str], Row] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)


def sort(row: Row, held: RowsByKind) -> Iterator[Refusal]:
    """Put a row where it belongs, once its figures are what such a row may hold."""
    kind = _kind(row)
    row = Row(row.file, row.line, _as_published(row.cells))
    cells = row.cells
    if "equipment_oryx" in cells:
        problem = _sort_oryx(row, held)
        if problem:
            yield Refusal.of(row, problem)
        return
    if kind is None:
        yield Refusal.of(
            row, "is no row of this data set: it has neither 'tank' nor 'personnel' nor 'equipment_oryx'"
        )
        return
    for name in cells:
        if name not in _KNOWN and name not in held.unknown:
            held.unknown.add(name)
            yield Refusal.of(
                row,
                f"has a column {name!r}, which this importer does not know: nothing is claimed of it, here or below",
            )
    problem = _problem(kind, cells)
    if problem:
        yield Refusal.of(row, problem)
        return
    day = date.fromisoformat(cells["date"])
    into = held.corrections if kind == CORRECTION else held.totals[kind]
    if day not in into:
        counts = {name: count for name, count in cells.items() if name in _FIGURES}
        into[day] = Day(row, day, counts)
    elif not row.says_as(into[day].row, ORDER):
        yield Refusal.of(
            row, f"is a second row on {day}, and differs from the first (item {into[day].row.line}): keep one"
        )


def _as_published(cells: Mapping[str, Any]) -> dict[str, Any]:
    """A row as the data set writes it, of one that went through a program for tables: nulls for what is not there, 80.0, midnights."""
    kept = {name: value for name, value in cells.items() if value is not None}
    for name, value in kept.items():
        if isinstance(value, float) and value.is_integer():
            kept[name] = int(value)
    if isinstance(kept.get("date"), str):
        kept["date"] = _MIDNIGHT.sub("", kept["date"])
    return kept


def _kind(row: Row) -> str | None:
    """Which series a row is of. Corrections look like totals but for the personnel in them, and for the name of their file."""
    if "tank" not in row.cells:
        return PERSONNEL if PERSONNEL in row.cells else None
    return CORRECTION if PERSONNEL in row.cells or CORRECTION in Path(row.file).name else "equipment"


def _problem(kind: str, cells: Mapping[str, Any]) -> str:
    """Why a row cannot be understood; "" where it can."""
    try:
        day = date.fromisoformat(cells["date"])
    except (KeyError, TypeError, ValueError):
        return f"'date' is {cells.get('date')!r}: it takes a day such as 2022-02-25"
    if not FIRST <= day < FIRST.replace(year=FIRST.year + 100):
        return f"'date' is {cells['date']!r}: there is no such day of this war"
    for name in _FIGURES & set(cells):
        if type(cells[name]) is not int or (cells[name] < 0 and kind != CORRECTION):
            least = "" if kind == CORRECTION else ", 0 or more"
            return f"{name!r} is {cells[name]!r}: it takes a whole number{least}"
    if kind == PERSONNEL and str(cells.get("personnel*")) not in PERSONNEL_IS:
        return f"'personnel*' is {cells.get('personnel*')!r}: it takes 'about' or 'more'"
    return ""


def _sort_oryx(row: Row, held: RowsByKind) -> str:
    category, model, count = (row.cells.get(name) for name in ("equipment_oryx", "model", "losses_total"))
    if not isinstance(category, str) or category not in ORYX:
        return f"'equipment_oryx' is {category!r}, which this importer does not know"
    if not isinstance(model, str) or not model.strip():
        return f"'model' is {model!r}: it takes the name of a type"
    if type(count) is not int or count < 0:
        return f"'losses_total' is {count!r}: it takes a whole number, 0 or more"
    if not row.says_as(held.oryx.setdefault((category, model), row), ORDER):
        return f"is a second row on {model!r} of {category!r}, and differs from the first: keep one"
    return ""
