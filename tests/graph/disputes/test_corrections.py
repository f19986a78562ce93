"""Which count a later one of the same voice supersedes, each case worked out by hand; near misses among them."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Final

import pyoxigraph as ox
import pytest
from tests.graph.disputes.claims import claim, contradictions, count, derived_from, facts, said
from tests.harness.graphs.store import beside_vocabulary

from onrecord.graph import terms
from onrecord.graph.disputes import corrections

HIGH: Final = count("a", "y", "25", "28 12:00")
LOW: Final = count("b", "y", "23", "29 12:00")
POST_OF_W: Final = (
    "tenure:w a rec:Tenure ; rec:holder actor:w ; rec:institution actor:office . actor:w a rec:Person ."
)
REFUTED: Final = (
    "<urn:judged> a rec:Assessment ; rec:assesses claim:{} ; rec:verdict rec:refuted ; rec:assessedBy <urn:editor> ; "
    'rec:assessedOn "2025-09-01"^^xsd:date .'
)

CASES: Final[dict[str, tuple[tuple[str, ...], set[tuple[str, str]]]]] = {
    # what is in the graph: which supersedes which
    "fewer the next day": ((HIGH, LOW), {("b", "a")}),
    "in the order in which they were read": ((LOW, HIGH), {("b", "a")}),
    "an upper bound below a lower one": ((count("a", "y", "25+", "28"), count("b", "y", "24-", "29")), {("b", "a")}),
    "of whole days that follow each other": ((count("a", "y", "25", "28"), count("b", "y", "23", "29")), {("b", "a")}),
    "twice, one after the other": (
        (HIGH, LOW, count("c", "y", "20", "30 12:00")),
        {("b", "a"), ("c", "a"), ("c", "b")},
    ),
    "down and up again": ((HIGH, LOW, count("c", "y", "26", "30 12:00")), {("b", "a")}),
    "of a finished count, to more": (
        (count("a", "y", "590", "28", measure="launched"), count("b", "y", "598", "29", measure="launched")),
        {("b", "a")},
    ),
    "of a finished count, by the day it was said": (
        (
            count("a", "y", "590", "28", measure="launched"),
            count("b", "y", "598", "28", measure="launched"),
            said("a", "2025-08-28"),
            said("b", "2025-08-30"),
        ),
        {("b", "a")},
    ),
    "by the office, after its head": (
        (count("a", "x", "25", "28 12:00"), count("b", "office", "23", "29 12:00"), said("a", "2024-08-28")),
        {("b", "a")},
    ),
    "in the same minute, said a day later": (
        (count("a", "y", "25", "28 12:00"), count("b", "y", "23", "28 12:00"), said("a", "2025-08-29"), said("b", "2025-08-30")),
        {("b", "a")},
    ),
    # Time passed, or may have passed.
    "more the next day": ((count("a", "y", "23", "28"), count("b", "y", "25", "29")), set()),
    "the same again": ((count("a", "y", "25", "28"), count("b", "y", "25", "29")), set()),
    "a lower bound below": ((HIGH, count("b", "y", "23+", "29")), set()),
    "an upper bound that leaves room": ((HIGH, count("b", "y", "25-", "29")), set()),
    "on one day, in which order is not known": ((count("a", "y", "25", "28"), count("b", "y", "23", "28")), set()),
    "in the same minute": ((count("a", "y", "25", "28 12:00"), count("b", "y", "23", "28 12:00")), set()),
    "at no known moment": ((HIGH, count("b", "y", "23", "")), set()),
    "of a finished count, in which order is not known": (
        (count("a", "y", "590", "28", measure="launched"), count("b", "y", "598", "28", measure="launched")),
        set(),
    ),
    "of people missing": (
        (count("a", "y", "25", "28", measure="missing"), count("b", "y", "3", "29", measure="missing")),
        set(),
    ),
    # What speaks of the later moment was said first, before more was known: neither is the last word.
    "said first": ((HIGH, LOW, said("a", "2025-08-31"), said("b", "2025-08-29")), set()),
    # Another thing, or another voice.
    "by another": ((HIGH, count("b", "z", "23", "29 12:00")), set()),
    "by who had left the office": (
        (count("a", "x", "25", "28 12:00"), count("b", "office", "23", "29 12:00"), said("a", "2025-08-28")),
        set(),
    ),
    # Two deputies of one parliament are no one voice: their counts contradict each other.
    "by two who hold posts in one office": (
        (count("a", "x", "25", "28 12:00"), count("b", "w", "23", "29 12:00"), said("a", "2024-08-28"), POST_OF_W),
        set(),
    ),
    "another measure": ((HIGH, count("b", "y", "4", "29", measure="killedChildren")), set()),
    "another scope": ((HIGH, count("b", "y", "23", "29", more="; rec:scope place:oblast")), set()),
    "another event": ((HIGH, count("b", "y", "23", "29", on="event:other")), set()),
    "a part of the event": ((HIGH, count("b", "y", "23", "29", on="event:part")), set()),
    "an estimate": ((HIGH, count("b", "y", "~23", "29")), set()),
    "after an estimate": ((count("a", "y", "~25", "28"), LOW), set()),
    "denied": ((HIGH, count("b", "y", "23", "29", stance="Denies")), set()),
    # What no longer stands corrects nothing, and needs no correction.
    "retracted": ((HIGH, LOW, claim("c", "PropertyClaim", "y", "rec:retracts claim:b")), set()),
    "the earlier retracted": ((HIGH, LOW, claim("c", "PropertyClaim", "y", "rec:retracts claim:a")), set()),
    "retracted by another, which counts for nothing": (
        (HIGH, LOW, claim("c", "PropertyClaim", "z", "rec:retracts claim:b")),
        {("b", "a")},
    ),
    "refuted": ((HIGH, LOW, REFUTED.format("b")), set()),
    "brought up to date by a claim that says so": (
        (HIGH, LOW, count("c", "y", "26", "30", more="; rec:supersedes claim:b")),
        set(),
    ),
    "stated already": ((HIGH, count("b", "y", "23", "29", more="; rec:supersedes claim:a")), set()),
}  # fmt: skip


def corrected(quads: frozenset[ox.Quad]) -> set[tuple[str, str]]:
    return {
        (str(quad.subject)[11:-1], str(quad.object)[11:-1])
        for quad in quads
        if quad.predicate == corrections.SUPERSEDES
    }


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("few", [0, 50])
def test_a_count_supersedes_those_of_its_own_voice_with_which_it_cannot_hold(
    name: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims, expected = CASES[name]
    assert corrected(derived_from(*claims)) == expected
    # The same where only some of the claims are looked at.
    monkeypatch.setattr(corrections, "_FEW", few)
    with beside_vocabulary(facts(*claims)) as store:
        for one in "abc":
            touched = ox.NamedNode(f"urn:claim:{one}")
            found = {
                (str(later)[11:-1], str(earlier)[11:-1])
                for later, predicate, earlier in corrections.triples(store, terms.DEFAULT_BASE, [touched])
                if predicate == corrections.SUPERSEDES
            }
            assert found >= {pair for pair in expected if one in pair}
            assert found <= expected


def test_a_corrected_count_is_superseded_and_contradicts_nothing() -> None:
    # The article's 24 of the 28th contradicts what was corrected to 23 the day after, and not the 25 that nobody holds to.
    other = count("c", "z", "24-", "28 18:00")
    derived = derived_from(HIGH, LOW, other)
    assert contradictions(HIGH, other) == {("a", "c"), ("c", "a")}
    assert contradictions(HIGH, LOW, other) == set()
    standings = {
        str(quad.subject)[11:-1]: str(quad.object).rpartition("#")[2][:-1]
        for quad in derived
        if quad.predicate.value == terms.REC + "standing"
    }
    assert standings == {"a": "Superseded", "b": "Stands", "c": "Stands"}


def test_of_two_who_hold_posts_in_one_office_the_counts_contradict_each_other() -> None:
    (claims, _) = CASES["by two who hold posts in one office"]
    assert contradictions(*claims) == {("a", "b"), ("b", "a")}


def test_the_relation_names_its_rule() -> None:
    store = ox.Store()
    store.extend([*facts(HIGH, LOW), *derived_from(HIGH, LOW)])
    rows = store.query(
        "SELECT ?rule WHERE { ?r a rec:ClaimRelation ; rdf:subject claim:b ; rdf:predicate rec:supersedes ; rdf:object claim:a ; "
        "rec:derivedBy ?rule . ?rule a rec:Rule ; rec:note ?definition }",
        prefixes={**terms.PREFIXES, "claim": "urn:claim:"},
        use_default_graph_as_union=True,
    )
    assert isinstance(rows, ox.QuerySolutions)
    assert [str(row["rule"]) for row in rows] == [f"<{terms.DEFAULT_BASE}rule/own-later-count>"]


def test_of_a_long_series_just_the_falls_are_found() -> None:
    # Against the definition, over every pair: 300 totals of one voice, a tenth of them below the one before.
    draw = random.Random(9)  # noqa: S311
    start, total, told = datetime(2025, 1, 1, tzinfo=UTC), 0, []
    for day in range(300):
        total += draw.randrange(20) if draw.random() > 0.1 else -draw.randrange(30)
        total = max(total, 0)
        moments = (start + timedelta(days=day), start + timedelta(days=day + 1))
        told.append((moments, total))
    text = "".join(
        claim(
            str(number), "QuantityClaim", "y",
            f"rec:concerns event:one ; rec:measure rec:killed ; rec:atLeast {total} ; rec:atMost {total} ; "
            f'rec:asOfFrom "{begin.isoformat()}"^^xsd:dateTime ; rec:asOfUntil "{end.isoformat()}"^^xsd:dateTime',
        )
        for number, ((begin, end), total) in enumerate(told)
    )  # fmt: skip
    expected = {
        (str(later), str(earlier))
        for later, (_, few) in enumerate(told)
        for earlier, (_, many) in enumerate(told[:later])
        if many > few
    }
    assert len(expected) > 20
    assert corrected(derived_from(text)) == expected
