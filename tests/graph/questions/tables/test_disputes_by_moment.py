"""Disputes at a moment are found by what each commit keeps of the pairs: the same as where each pair is looked at."""

from __future__ import annotations

import random
from typing import Final

import pyoxigraph as ox
import pytest
from tests.harness.graphs.store import Followed, InMemory

from onrecord.graph import terms
from onrecord.graph.questions.tables import tables
from onrecord.graph.questions.tables.tables import Cursor, Row

REC: Final = terms.REC
GRAPH: Final = ox.NamedNode("urn:g")
KEPT: Final = {REC + "disputeOrder", REC + "disputeSince"}
DAYS: Final = [
    "2025-08-28",
    "2025-08-29",
    "2025-08-29Z",
    "2025-08-29+03:00",
    "2025-08-30-12:00",
    "2025-08-30+14:00",
    "12025-08-28",
]
MINUTES: Final = [
    "2025-08-28T09:30:00Z",
    "2025-08-29T23:59:00+03:00",
    "2025-08-30T00:00:00-12:00",
    "2025-08-29T12:00:00",
]
MOMENTS: Final = ["2020-01-01T00:00:00Z", "2025-08-28T09:30:00Z", "2025-08-28T21:00:00Z", "2025-08-29T10:00:00Z", "2025-08-29T12:00:00Z",
                  "2025-08-30T02:00:00+14:00", "2025-08-31T00:00:00Z", "2030-01-01T00:00:00+03:00"]  # fmt: skip


def graph(seed: int) -> list[ox.Quad]:
    """Claims of everybody against everybody, said and printed on days and in minutes, some of none, some taken back."""
    draw = random.Random(seed)  # noqa: S311
    quads: list[ox.Quad] = []

    def say(subject: str, name: str, value: str, kind: str = "") -> None:
        term = (
            ox.Literal(value, datatype=ox.NamedNode(terms.PREFIXES["xsd"] + kind))
            if kind
            else ox.NamedNode(value)
        )
        predicate = terms.RDF_TYPE if name == "type" else REC + name
        quads.append(ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), term, GRAPH))

    def dated(node: str, day: str, minute: str) -> None:
        if draw.random() < 0.7:
            say(node, day, draw.choice(DAYS), "date")
        if draw.random() < 0.3:
            say(node, minute, draw.choice(MINUTES), "dateTime")

    for version in range(8):
        dated(f"urn:version/{version}", "published", "publishedAt")
    for number in range(60):
        claim = f"urn:claim/{number:02}-{draw.randrange(1000)}"
        say(claim, "type", REC + "PropertyClaim")
        say(claim, "claimant", f"urn:actor/{number}")
        say(claim, "concerns", f"urn:event/{number % 2}")
        if draw.random() < 0.3:
            say(claim, "asOfFrom", draw.choice(MINUTES[:3]), "dateTime")
        for statement in range(draw.choice([0, 1, 1, 2])):
            node = f"urn:statement/{number}-{statement}"
            say(node, "asserts", claim)
            dated(node, "saidOn", "saidAt")
        if draw.random() < 0.4:
            say(claim, "assertedBy", f"urn:version/{draw.randrange(8)}")
        if number % 10 == 9:
            say(f"urn:judged/{number}", "assesses", claim)
            say(f"urn:judged/{number}", "verdict", REC + "refuted")
    claims = sorted({quad.subject.value for quad in quads if quad.predicate.value == REC + "claimant"})
    for one in claims:
        for other in draw.sample(claims, 5):
            if one != other:
                say(one, "contradicts", other)
    return quads


def pairs(store: InMemory, moment: str | None, event: str | None) -> list[tuple[str, str]]:
    def make(after: Cursor) -> tables.Table:
        return tables.disputes(moment=moment, event=event, after=after)

    def row(found: Row) -> tuple[str, str]:
        return str(found["one"]), str(found["other"])

    return [row(one) for page in tables.pages(store.rows, make) for one in page]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_what_is_kept_of_the_pairs_finds_those_of_a_moment(seed: int) -> None:
    kept, bare = InMemory(graph(seed)), InMemory(graph(seed))
    for quad in list(bare.store):
        if quad.predicate.value in KEPT:
            bare.store.remove(quad)
    found = {moment: pairs(kept, moment, None) for moment in MOMENTS}
    for moment in MOMENTS[1::3]:
        assert pairs(kept, moment, "urn:event/1") == pairs(bare, moment, "urn:event/1")
    assert found == {moment: pairs(bare, moment, None) for moment in MOMENTS}
    for quad in list(kept.store):
        if quad.predicate.value == REC + "disputeSince":
            kept.store.remove(quad)
    # A graph that was derived before moments were kept, too.
    assert pairs(kept, MOMENTS[3], None) == found[MOMENTS[3]] != []
    assert len(pairs(kept, None, None)) > 2 * tables.PAGE
    assert len({len(some) for some in found.values()}) > 4


@pytest.mark.slow
def test_it_follows_the_days_as_they_change() -> None:
    quads = graph(5)
    followed = Followed(quads)
    followed.change(set())
    whole = followed.change(set(quads)) and followed.change(set(quads))
    assert whole == followed.from_scratch()
    draw = random.Random(5)  # noqa: S311
    dates = [quad for quad in quads if quad.predicate.value.removeprefix(REC) in {"published", "publishedAt", "saidOn", "saidAt", "asOfFrom", "asserts", "assertedBy"}]  # fmt: skip
    moved = 0
    for quad in draw.sample(dates, 25):
        without = followed.change({quad})
        assert without == followed.from_scratch(), quad
        moved += without != whole
        assert followed.change({quad}) == whole
    assert moved > 5
