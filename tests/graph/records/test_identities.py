"""Merges in records and through the service: what they change, what is refused, and that taking one back undoes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.harness.updating import do

from onrecord.graph import terms
from onrecord.graph.ledger import Ledger
from onrecord.graph.questions import views
from onrecord.graph.questions.tables import tables
from onrecord.graph.records.check import check_files
from onrecord.graph.settings import Settings
from onrecord.graph.validation.report import Rejected

BASE = terms.DEFAULT_BASE
NIGHT = f"{BASE}event/2025-08-28-strike-on-kyiv"
RECORD = """id: graph/reference
actors:
  - {id: actor/dsns, type: GovernmentBody, label: {en: DSNS of Ukraine}}
identities:
  - id: identity/dsns
    oneThing: actor/dsns
    relation: sameAs
    otherThing: actor/state-emergency-service
    assessedBy: editor/onrecord
    assessedOn: 2026-11-26
    note: {en: DSNS is the Ukrainian abbreviation of the State Emergency Service.}
"""


def checked(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "record.yaml"
    path.write_text(text, encoding="utf-8")
    problems, _ = check_files([path], None, BASE)
    return [f"{problem.line}: {problem.message}" for problem in problems]


def test_a_record_may_say_that_two_things_are_the_same(tmp_path: Path) -> None:
    assert checked(tmp_path, RECORD) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("actor/state-emergency-service", "actor/klymenko", 5, "of different kinds"),
        ("actor/state-emergency-service", "place/kyiv", 5, "of different kinds"),
        ("actor/state-emergency-service", "actor/state-emergency-servce", 8, "did you mean"),
        ("actor/state-emergency-service", "actor/dsns", 5, "names one thing twice"),
        ("relation: sameAs", "relation: same", 7, "did you mean 'sameAs'?"),
        ("relation: sameAs", "relation: supersedes", 5, "'relation: sameAs'"),
        ("    assessedBy: editor/onrecord\n", "", 5, "Say who says"),
        ("    assessedOn: 2026-11-26\n", "", 5, "Say when it was said"),
        ("    note: {en: DSNS is the Ukrainian abbreviation of the State Emergency Service.}\n", "", 5, "on what ground"),
        (
            "label: {en: DSNS of Ukraine}}", "label: {en: DSNS of Ukraine}, sameAs: actor/state-emergency-service}",
            3, "under 'identities:'",
        ),
        (
            "identities:\n",
            "identities:\n  - {id: identity/not, oneThing: actor/state-emergency-service, relation: differentFrom, "
            "otherThing: actor/dsns, assessedBy: editor/onrecord, assessedOn: 2026-11-26, note: {en: No.}}\n",
            5, "take one of them back",
        ),
    ],
)  # fmt: skip
def test_a_wrong_merge_is_refused_with_one_message(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    assert old in RECORD
    (problem,) = checked(tmp_path, RECORD.replace(old, new))
    assert problem.startswith(f"{line}: ")
    assert said in problem


@pytest.fixture
def ledger(copy_of_built: Callable[[], Path]) -> Iterator[Ledger]:
    with Ledger.open(Settings(data=copy_of_built(), query_seconds=120)) as opened:
        yield opened


def sources(ledger: Ledger) -> list[tuple[str, int]]:
    """The sources of the exact counts of 23 killed, and how many reports each has."""
    table = tables.claims(NIGHT, measure="killed", standings=tables.STANDINGS)
    rows = table.rows(ledger.rows(table.query))
    return sorted(
        (str(row["source"]).removeprefix(BASE), len(row["claims"]))  # type: ignore[arg-type]
        for row in rows
        if row.get("atLeast") == row.get("atMost") == 23
    )


IDENTITY = """
identity:one a rec:Identity ; rdf:subject {one} ; rdf:predicate owl:{what} ; rdf:object {other} ;
  rec:assessedBy <https://w3id.org/onrecord/editor/onrecord> ; rec:assessedOn "2026-11-26"^^xsd:date ; rec:note "Two names."@en .
"""
PREFIXES = f"PREFIX identity: <{BASE}identity/> PREFIX actor: <{BASE}actor/> PREFIX place: <{BASE}place/> "


def say(ledger: Ledger, one: str, other: str, what: str = "sameAs", name: str = "one") -> None:
    text = IDENTITY.format(one=one, other=other, what=what).replace("identity:one", f"identity:{name}")
    ledger.update(f"{PREFIXES} INSERT DATA {{ {text} }}", author="tester")


@pytest.mark.slow
def test_what_is_merged_through_the_service_is_one_until_it_is_taken_back(ledger: Ledger) -> None:
    do(ledger, f'INSERT DATA {{ <{BASE}actor/dsns> a rec:GovernmentBody ; rdfs:label "DSNS"@en }}')
    before = ledger.export("nquads").read()
    apart = sources(ledger)
    service = f"{BASE}actor/state-emergency-service"
    made = [statement.iri for statement in views.actor(ledger, service).statements]
    assert "actor/state-emergency-service" in dict(apart)
    assert made
    assert list(views.actor(ledger, f"{BASE}actor/dsns").statements) == []

    say(ledger, "actor:state-emergency-service", "actor:dsns")
    assert sources(ledger) == sorted(
        (source.replace("state-emergency-service", "dsns"), count) for source, count in apart
    )
    page = views.actor(ledger, f"{BASE}actor/dsns")
    assert [statement.iri for statement in page.statements] == made
    assert [name.iri for name in page.actor.merged] == [service]
    assert [identity.stated_on for identity in page.actor.identities] == ["2026-11-26"]
    assert [name.iri for name in views.actor(ledger, service).actor.merged] == [f"{BASE}actor/dsns"]
    said = tables.statements(speaker=f"{BASE}actor/dsns", after=("", ""))
    assert {row["statement"] for row in said.rows(ledger.rows(said.query))} == set(made)

    ledger.update(f"{PREFIXES} DELETE WHERE {{ identity:one ?property ?value }}", author="tester")
    assert ledger.export("nquads").read() == before


@pytest.mark.slow
def test_chains_that_contradict_and_merges_of_unlike_things_change_nothing(ledger: Ledger) -> None:
    say(ledger, "actor:putin", "actor:trump", "differentFrom", "different")
    say(ledger, "actor:putin", "actor:lavrov")
    version = ledger.version
    with pytest.raises(Rejected) as refused:
        say(ledger, "actor:lavrov", "actor:trump", name="chain")
    assert refused.value.report is not None
    assert [result.focus for result in refused.value.report.results] == [f"{BASE}identity/different"]
    for one, other in (("actor:putin", "actor:russia"), ("place:ukraine", "actor:ukraine")):
        with pytest.raises(Rejected, match="of different kinds"):
            say(ledger, one, other, name="unlike")
    with pytest.raises(Rejected, match="identities"):
        ledger.update(f"{PREFIXES} INSERT DATA {{ actor:putin owl:sameAs actor:trump }}", author="tester")
    assert ledger.version == version
