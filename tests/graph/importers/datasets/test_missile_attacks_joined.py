"""The importer missile-attacks beside articles on the same night: what is one strike, one post and one statement is so joined."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.graph.importers.datasets.attack_rows import problems, table
from tests.harness.importing import Beside, Said, said

from onrecord.graph.importers.datasets.missile_attacks import IMPORTER
from onrecord.graph.records.seeds import Seeds

OF_28_AUGUST = "kpszsu/posts/pfbid023YWS3MEkp1DvFWwNdUabTzYsibc8dL4vAcJKWXwP4kZNZxfs5PzPX3zH6vXyqw34l"
Read = Callable[..., Said]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    return lambda *rows, beside=None: said(IMPORTER, [table(tmp_path / "rows.csv", *rows)], beside)


def night_of_28_august(**cells: str) -> list[dict[str, str]]:
    own = {"source": OF_28_AUGUST, **cells}
    return [
        {"launched": "598.0", "destroyed": "563.0", **own},
        {
            "model": "X-101/X-555",
            "time_start": "2025-08-28 03:00",
            "time_end": "2025-08-28 06:00",
            "launched": "20.0",
            "destroyed": "18.0",
            **own,
        },
        {
            "model": "Unknown UAV",
            "time_start": "2025-08-28",
            "time_end": "2025-08-28",
            "target": "south",
            "source": "PvKPivden/posts/S",
        },
    ]


STRIKE = "event/2025-08-28-strike-on-ukraine"
JOINED = f"SELECT ?c ?least {{ ?c rec:concerns <https://w3id.org/onrecord/{STRIKE}> ; rec:atLeast ?least }} ORDER BY ?least"


@pytest.mark.slow
def test_the_national_rows_join_the_strike_that_articles_describe_and_the_regional_ones_do_not(
    read: Read, seeds: Seeds
) -> None:
    out = read(*night_of_28_august(), beside=Beside(seeds.quads))
    assert [row[1] for row in out.rows(JOINED)] == [18, 20, 563, 598]
    assert out.rows("SELECT DISTINCT ?e { ?p rec:partOf ?e }") == [(STRIKE,)]
    assert out.rows(
        "SELECT ?place { ?e a rec:Strike ; rec:place ?place FILTER NOT EXISTS { ?e rec:partOf ?w } }"
    ) == [("place/south-of-ukraine",)]
    assert problems(out.quads, beside=seeds.quads) == ""


def test_the_join_says_its_ground_and_which_claims_say_the_same_by_the_same_claimant(
    read: Read, seeds: Seeds
) -> None:
    out = read(*night_of_28_august(), beside=Beside(seeds.quads))
    (note,) = (row[0] for row in out.rows("SELECT ?note { ?v a rec:DocumentVersion ; rec:note ?note }"))
    assert "in the same night, and no other strike fits" in note
    supported = out.rows(
        "SELECT ?other ?rule { ?r a rec:ClaimRelation ; rdf:predicate rec:supports ; rdf:object ?other ; rec:derivedBy ?rule } ORDER BY ?other"
    )
    assert {row[0] for row in supported} >= {
        "claim/air-force-2025-08-28-drones",
        "claim/air-force-2025-08-28-drones-intercepted",
    }
    assert {row[1] for row in supported} == {"rule/same-night"}
    assert "do not confirm each other" in out.rows("SELECT ?note { ?r a rec:Rule ; rec:note ?note }")[0][0]
    assert set(out.rows("SELECT ?who { ?r rdf:subject/rec:claimant ?who }")) == {
        ("actor/ukrainian-air-force",)
    }


def test_the_same_row_of_the_same_data_set_is_the_same_post_and_its_statement_the_same(
    read: Read, seeds: Seeds
) -> None:
    out = read(*night_of_28_august(), beside=Beside(seeds.quads))
    post = f"?v rec:rowKey '{OF_28_AUGUST}' ; rec:versionOf ?document . ?r rec:reportedIn ?v . ?s rec:rendering ?r"
    assert out.rows(f"SELECT ?document ?s {{ {post} }}") == [
        ("document/ukrainian-air-force-2025-08-28", "statement/ukrainian-air-force-2025-08-28-launches")
    ]


@pytest.mark.parametrize(
    "cells",
    [
        {"time_start": "2025-08-27 05:00"},  # neither lies within the other
        {"target": "Kyiv oblast"},
        {"time_start": "2025-08-26 19:30", "time_end": "2025-08-27 09:00"},
    ],
)
def test_another_night_part_of_the_country_or_a_doubt_is_no_join(
    read: Read, seeds: Seeds, cells: dict[str, str]
) -> None:
    out = read({**cells, "source": "kpszsu/posts/B"}, beside=Beside(seeds.quads))
    assert out.rows(JOINED) == []


def test_a_doubt_is_told_with_what_may_be_meant(read: Read, seeds: Seeds) -> None:
    out = read({"time_start": "2025-08-27 05:00"}, beside=Beside(seeds.quads))
    assert [STRIKE in remark.reason and "not sure" in remark.reason for remark in out.remarks] == [True]
    twice = read({}, {"source": "kpszsu/posts/B"}, beside=Beside(seeds.quads))
    assert [("as 2 posts may" in remark.reason) for remark in twice.remarks] == [True, True]
    assert twice.rows(JOINED) == []


def test_another_attacker_is_no_join(read: Read, seeds: Seeds) -> None:
    by = ox.NamedNode("https://w3id.org/onrecord/ns#perpetrator")
    other = ox.NamedNode("https://w3id.org/onrecord/actor/usa")
    changed = {q if q.predicate != by else ox.Quad(q.subject, by, other, q.graph_name) for q in seeds.quads}
    assert read(*night_of_28_august(), beside=Beside(changed)).rows(JOINED) == []


def test_who_finds_a_join_wrong_takes_it_back_with_one_statement(read: Read, seeds: Seeds) -> None:
    base = "https://w3id.org/onrecord/"
    denial = ox.Quad(
        ox.NamedNode(f"{base}document/ukrainian-air-force-2025-08-28/imported-rows"),
        ox.NamedNode(f"{base}ns#keptApartFrom"),
        ox.NamedNode(f"{base}{STRIKE}"),
        ox.NamedNode(f"{base}graph/reference"),
    )
    out = read(*night_of_28_august(), beside=Beside([*seeds.quads, denial]))
    assert out.rows(JOINED) == []
    assert out.rows("SELECT ?r { ?r a rec:ClaimRelation }") == []
    assert out.rows("SELECT (COUNT(*) AS ?n) { ?e a rec:Strike FILTER NOT EXISTS { ?e rec:partOf ?w } }") == [
        (2,)
    ]
