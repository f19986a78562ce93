"""What was claimed of an event, put in order, against the tables of the first day and a strike made up for this."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.harness.graphs.toll import BASE, STRIKE, TOLL
from tests.harness.graphs.trig import ledger_of

from onrecord.graph.ledger import Ledger
from onrecord.graph.questions import views
from onrecord.graph.questions.claims import explanations
from onrecord.graph.questions.claims.accounts import Account, Said, Series, said_of
from onrecord.graph.questions.things.loader import Loader, local_name
from onrecord.graph.questions.things.statements import Claim

KYIV = f"{BASE}event/2025-08-28-strike-on-kyiv"
UKRAINE = f"{BASE}event/2025-08-28-strike-on-ukraine"


@pytest.fixture(scope="module")
def toll(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with ledger_of(tmp_path_factory.mktemp("toll"), TOLL) as ledger:
        yield ledger


def series(account: Account, measure: str, *weapons: str) -> Series:
    (found,) = (
        one
        for one in account.series
        if one.measure
        and local_name(one.measure.iri) == measure
        and {local_name(name.iri) for name in (*one.weapons, *one.one_of)} == set(weapons)
        and all(local_name(name.iri) == "kyiv" for name in one.scope)
    )
    return found


def counts(said: list[Said]) -> list[tuple[str, int | None, int | None]]:
    """Whose word each is, and its bounds."""
    return [(local_name(one.sources[0].iri), one.claim.at_least, one.claim.at_most) for one in said]


def test_the_toll_of_kyiv_is_one_series_in_the_order_of_saying(seeded: Ledger) -> None:
    found = series(views.event(seeded, KYIV).accounts[0], "killed")
    assert found.cumulative
    # By the tables of the first day: those of the 28th from low to high (WION and TimesLIVE have 15 from the same officials), those
    # of the 29th, and one of either day.
    assert [one.claim.at_least for one in found.said] == [
        *(4, 8, 10, 10, 12, 14, 15, 18, 19, 21, 22),
        *(23, 23, 23, 25, 25),
    ]
    assert {one.day.day for one in found.said[:11] if one.day} == {28}
    assert sorted(counts(found.said[11:])) == [
        ("kyiv-prosecutors-office", 23, 23),
        ("state-emergency-service", 23, 23),
        ("state-emergency-service", 25, 25),
        ("tkachenko", 23, 23),
        ("unnamed-officials", 25, None),
    ]


def test_the_newest_count_is_the_last_that_still_counts(seeded: Ledger) -> None:
    newest = series(views.event(seeded, KYIV).accounts[0], "killed").newest
    assert newest is not None
    assert counts([newest]) == [("state-emergency-service", 25, 25)]


def test_a_ministers_words_are_his_ministrys(seeded: Ledger) -> None:
    found = series(views.event(seeded, KYIV).accounts[0], "killed")
    (first, *_) = found.said
    assert local_name(first.sources[0].iri) == "ukrainian-interior-ministry"
    assert local_name(first.claim.claimants[0].iri) == "klymenko"


def test_counts_are_grouped_by_whose_word_they_are(seeded: Ledger) -> None:
    grouped = series(views.event(seeded, KYIV).accounts[0], "killed").by_source
    names = [local_name(sources[0].iri) for sources, _ in grouped]
    assert len(names) == len(set(names)) == 8
    authorities = dict(zip(names, grouped, strict=True))["kyiv-authorities"][1]
    assert [one.claim.at_least for one in authorities] == [8, 10, 12, 14, 18]
    assert [one.standing for one in authorities] == ["Superseded"] * 4 + ["Stands"]


def test_two_reports_of_one_count_are_one(seeded: Ledger) -> None:
    children = series(views.event(seeded, KYIV).accounts[0], "killedChildren")
    twice = [
        {local_name(claim.iri) for claim in one.reports} for one in children.said if len(one.reports) > 1
    ]
    assert {"apostrophe-2025-08-29-killed-children", "glavnoe-2025-08-29-killed-children"} in twice


def test_an_event_stands_before_its_parts_each_with_its_own_claims(seeded: Ledger) -> None:
    accounts = views.event(seeded, UKRAINE).accounts
    assert local_name(accounts[0].event.iri) == "2025-08-28-strike-on-ukraine"
    assert len(accounts) > 1
    drones = series(accounts[0], "launched", "drone")
    assert (counts(drones.said), drones.cumulative) == ([("ukrainian-air-force", 598, 598)], False)
    either = series(accounts[0], "launched", "iskander-m", "kn-23")
    assert ({name.text for name in either.one_of}, either.weapons) == ({"Iskander-M", "KN-23"}, ())
    hit = [one for one in accounts[0].others if one.claim.kind == "TargetClaim"]
    assert {local_name(one.sources[0].iri) for one in hit} == {
        "kremlin-press-service",
        "russian-mod",
        "kyiv-independent",
    }


def test_when_something_was_said_has_the_bounds_that_its_sources_leave(toll: Ledger) -> None:
    loader = Loader(toll)

    def said(name: str) -> list[str | None]:
        one = said_of(Claim(loader, f"{BASE}claim/{name}"))
        return [moment and f"{moment:%d %H:%M}" for moment in (one.since, one.until)]

    # Said on the 28th, and in a paper of half past nine.
    assert said("mayor-1") == ["28 00:00", "28 09:30"]
    # Of an unknown day: not before what it speaks of, and by the end of the day on which a paper had it.
    assert said("mayor-2") == ["28 06:00", "30 00:00"]
    assert said("rescue-1") == ["28 10:00", "28 10:00"]
    assert said("paper") == ["28 09:30", "28 09:30"]


def test_who_speaks_in_a_post_speaks_for_the_institution(toll: Ledger) -> None:
    assert said_of(Claim(Loader(toll), f"{BASE}claim/rescue-1")).sources[0].text == "The rescue service"


def test_refuted_and_retracted_counts_are_there_and_never_the_newest(toll: Ledger) -> None:
    killed = next(
        one
        for one in views.event(toll, STRIKE).accounts[0].series
        if one.measure and one.measure.text == "killed"
    )
    standings = {local_name(one.claim.iri): one.standing for one in killed.said}
    assert (standings["paper"], standings["police"], standings["rescue-1"]) == (
        "Refuted",
        "Retracted",
        "Superseded",
    )
    assert killed.newest is not None
    assert local_name(killed.newest.claim.iri) == "rescue-2"


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Ledger]:
    text = f"""@base <{BASE}> . @prefix rec: <ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . GRAPH <graph/x> {{
  rec:killed rec:countKind rec:Cumulative . rec:Denies rdfs:label "denies"@en .
  <actor/a> rdfs:label "Ada"@en . <actor/b> rdfs:label "Ben"@en .
  <claim/high> a rec:QuantityClaim ; rec:claimant <actor/a> ; rec:stance rec:Asserts ; rec:measure rec:killed ; rec:atLeast 25 ;
    rec:asOfUntil "2025-08-28T12:00:00Z"^^xsd:dateTime .
  <claim/low> a rec:QuantityClaim ; rec:claimant <actor/b> ; rec:stance rec:Asserts ; rec:measure rec:killed ; rec:atLeast 20 ; rec:atMost 20 ;
    rec:asOfFrom "2025-08-29T18:00:00Z"^^xsd:dateTime .
  <claim/same> a rec:QuantityClaim ; rec:claimant <actor/b> ; rec:stance rec:Asserts ; rec:measure rec:killed ; rec:atMost 20 ;
    rec:asOfFrom "2025-08-28T12:00:00Z"^^xsd:dateTime .
  <claim/five> a rec:QuantityClaim ; rec:claimant <actor/a> ; rec:stance rec:Asserts ; rec:measure rec:launched ; rec:atLeast 5 ; rec:atMost 5 .
  <claim/six> a rec:QuantityClaim ; rec:claimant <actor/b> ; rec:stance rec:Asserts ; rec:measure rec:launched ; rec:atLeast 6 .
  <claim/no> a rec:QuantityClaim ; rec:claimant <actor/b> ; rec:stance rec:Denies ; rec:measure rec:launched ; rec:atLeast 5 ; rec:atMost 5 .
}}"""
    with ledger_of(tmp_path, text) as ledger:
        yield ledger


def test_a_contradiction_is_explained_in_words_from_either_side(pair: Ledger) -> None:
    loader = Loader(pair)

    def why(one: str, other: str) -> str:
        return explanations.against(
            Claim(loader, f"{BASE}claim/{one}"), Claim(loader, f"{BASE}claim/{other}")
        )

    # From noon of the 28th to six in the evening of the 29th are thirty hours.
    assert why("low", "high") == (
        "Both cannot be right: this count was lower, at least a day after Ada had counted at least 25."
    )
    assert (
        why("high", "low") == "Both cannot be right: Ben counted fewer, 20, at least a day after this count."
    )
    assert why("same", "high") == (
        "Both cannot be right: this count was lower, and no earlier than that of Ada, at least 25."
    )
    assert why("five", "six") == (
        "Both cannot be right: Ben counts at least 6, this counts 5, and it was over when they counted."
    )
    assert why("five", "no") == "Both cannot be right: Ben denies it."
    assert why("no", "five") == "Both cannot be right: Ada asserts what this denies."


def test_a_dispute_is_explained_with_both_claimants_named(pair: Ledger) -> None:
    loader = Loader(pair)

    def why(one: str, other: str) -> str:
        return explanations.between(
            Claim(loader, f"{BASE}claim/{one}"), Claim(loader, f"{BASE}claim/{other}")
        )

    assert why("low", "high") == (
        "Both cannot be right: the count of Ben, 20, was lower, at least a day after Ada had counted at least 25."
    )
    assert why("high", "low") == (
        "Both cannot be right: Ben counted fewer, 20, at least a day after the count of Ada, at least 25."
    )
    assert why("five", "six") == (
        "Both cannot be right: Ben counts at least 6, Ada counts 5, and it was over when they counted."
    )
    assert why("five", "no") == "Both cannot be right: Ben denies what Ada asserts."
    assert why("no", "five") == "Both cannot be right: Ada asserts what Ben denies."
