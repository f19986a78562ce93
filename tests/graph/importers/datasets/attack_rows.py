"""Rows of the table of attacks, made by hand, and what the shapes say of what comes of them."""

from __future__ import annotations

import csv
from pathlib import Path

import pyoxigraph as ox
from tests.harness.whole_store import validate_all

from onrecord.graph.vocabulary import ontology

COLUMNS = (  # noqa: SIM905
    "time_start,time_end,model,launch_place,target,target_main,launched,destroyed,not_reach_goal,still_attacking,border_crossing,"
    "is_shahed,num_hit_location,num_fall_fragment_location,carrier,turbojet,turbojet_destroyed,affected region,destroyed_details,"
    "launched_details,launch_place_details,source"
).split(",")
NIGHT = {
    "time_start": "2025-08-27 19:30",
    "time_end": "2025-08-28 09:00",
    "target": "Ukraine",
    "source": "kpszsu/posts/A",
}


def table(path: Path, *rows: dict[str, str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            cells = {
                "model": "Shahed-136/131",
                "launched": "3.0",
                "destroyed": "2.0",
                "border_crossing": "{}",
                **NIGHT,
                **row,
            }
            writer.writerow(dict.fromkeys(COLUMNS, "") | cells)
    return path


def problems(quads: set[ox.Quad], beside: object = ()) -> str:
    """What the shapes find wrong with what an importer made, beside other quads."""
    store = ox.Store()
    store.extend([*ontology.vocabulary_quads(), *quads, *beside])  # type: ignore[misc]
    own = {quad.subject for quad in quads}
    report = validate_all(store)
    return "\n".join(
        f"{result.focus} {result.message}" for result in report.results if ox.NamedNode(result.focus) in own
    )
