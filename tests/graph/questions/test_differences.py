"""What claims differ between versions: three counts, of which one is corrected, one refuted, one superseded, one gone."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.graph import errors
from onrecord.graph.ledger import Ledger
from onrecord.graph.questions.differences import Difference, Ground, ValueChange, differences
from onrecord.graph.questions.tables.differences import as_atom, as_json, as_table
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

BASE = "https://w3id.org/onrecord/"
REC = BASE + "ns#"
C = BASE + "claim/"
UPDATES = [
    """INSERT DATA { GRAPH <http://e/one> {
        <%(C)sa> a rec:QuantityClaim ; rdfs:label "Ten killed"@en ; rec:measure rec:killed ; rec:atLeast 10 ; rec:claimant <http://e/x> .
        <%(C)sb> a rec:QuantityClaim ; rdfs:label "Two hit"@en ; rec:atLeast 2 ; rec:claimant <http://e/x> .
        <%(C)sc> a rec:PropertyClaim ; rdfs:label "It rained"@en ; rec:claimant <http://e/y> .
        <http://e/x> a rec:Person ; rdfs:label "X"@en } }""",
    """DELETE { GRAPH ?g { <%(C)sa> rec:atLeast 10 } } INSERT { GRAPH ?g { <%(C)sa> rec:atLeast 12 } }
        WHERE { GRAPH ?g { <%(C)sa> rec:atLeast 10 } } ;
        INSERT DATA { GRAPH <http://e/two> {
            <%(C)sd> a rec:QuantityClaim ; rdfs:label "Three hit"@en ; rec:supersedes <%(C)sb> . } }""",
    """DELETE WHERE { GRAPH <http://e/one> { <http://e/x> ?p ?o } }""",
    """INSERT DATA { GRAPH <https://w3id.org/onrecord/graph/assessments> {
        <http://e/judged> a rec:Assessment ; rec:assesses <%(C)sc> ; rec:verdict rec:refuted ; rec:note "The gauge was dry"@en . } }""",
    """DELETE WHERE { GRAPH <http://e/one> { <%(C)sa> ?p ?o } }""",
    """INSERT DATA { GRAPH <http://e/three> { <%(C)se> a rec:PropertyClaim } }""",
    """DELETE WHERE { GRAPH <http://e/three> { <%(C)se> ?p ?o } }""",
]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    settings = Settings(data=tmp_path_factory.mktemp("diff") / "data", snapshots=20)
    with Ledger.open(settings, _gate=False) as opened:
        for number, text in enumerate(UPDATES, 1):
            opened.update(text % {"C": C}, author="ann", message=f"step {number}")
        yield opened


def found(ledger: Ledger, before: int, after: int) -> dict[str, Difference]:
    return {one.claim.removeprefix(C): one for one in differences(ledger, before, after)}


def changes(ledger: Ledger, before: int, after: int) -> dict[str, str]:
    return {name: one.change for name, one in found(ledger, before, after).items()}


def test_all_claims_of_the_first_version_were_added_and_nothing_else_is_a_claim(ledger: Ledger) -> None:
    assert changes(ledger, 0, 1) == {"a": "added", "b": "added", "c": "added"}
    one = found(ledger, 0, 1)["a"]
    assert (one.kind, one.label, one.standing, one.values) == ("QuantityClaim", "Ten killed", "stands", ())
    assert [commit.message for commit in one.commits] == ["step 1"]


def test_a_correction_says_what_was_and_what_is(ledger: Ledger) -> None:
    one = found(ledger, 1, 2)["a"]
    assert (one.change, one.values) == ("corrected", (ValueChange(REC + "atLeast", ("10",), ("12",)),))
    assert (one.standing_before, one.standing) == ("stands", "stands")


def test_what_supersedes_a_claim_is_why_it_fell(ledger: Ledger) -> None:
    assert changes(ledger, 1, 2) == {"a": "corrected", "b": "superseded", "d": "added"}
    one = found(ledger, 1, 2)["b"]
    assert (one.standing_before, one.standing) == ("stands", "superseded")
    assert one.because == (Ground("supersedes", C + "d", "Three hit", "", ""),)
    assert [commit.version for commit in one.commits] == [2]
    assert one.reason


def test_a_change_that_touches_no_claim_is_no_difference(ledger: Ledger) -> None:
    assert found(ledger, 2, 3) == {}


def test_a_judgement_is_told_with_its_note(ledger: Ledger) -> None:
    (one,) = found(ledger, 3, 4).values()
    assert (one.claim, one.change) == (C + "c", "refuted")
    assert one.because == (Ground("assesses", "http://e/judged", "", "refuted", "The gauge was dry"),)


def test_what_is_gone_keeps_its_label(ledger: Ledger) -> None:
    (one,) = found(ledger, 4, 5).values()
    assert (one.claim, one.change, one.label, one.standing) == (C + "a", "gone", "Ten killed", "")


def test_what_came_and_went_between_is_no_difference(ledger: Ledger) -> None:
    assert found(ledger, 5, 7) == {}
    assert changes(ledger, 0, 7) == {"b": "added", "c": "added", "d": "added"}
    assert [commit.version for commit in found(ledger, 1, 7)["a"].commits] == [2, 5]


def test_versions_that_are_not_kept_are_told_of_by_their_patches(ledger: Ledger) -> None:
    whole = {pair: changes(ledger, *pair) for pair in ((0, 1), (1, 2), (3, 4), (4, 5), (0, 7), (1, 7))}

    class Forgetful:
        version = ledger.version

        def __getattr__(self, name: str) -> object:
            return getattr(ledger, name)

        def at(self, version: int) -> object:
            if version == ledger.version:
                return ledger.at(version)
            raise errors.UnknownVersion(f"version {version} is not kept")

    without = {pair: changes(Forgetful(), *pair) for pair in whole}  # type: ignore[arg-type]
    assert without == whole


@pytest.mark.parametrize(("before", "after"), [(2, 2), (3, 1), (0, 8), (-1, 1)])
def test_what_is_no_stretch_of_the_history_is_refused(ledger: Ledger, before: int, after: int) -> None:
    with pytest.raises(errors.BadParameter, match="from 0 to 7"):
        differences(ledger, before, after)


def test_what_changed_too_much_is_refused_with_a_way_to_have_it(ledger: Ledger) -> None:
    with pytest.raises(errors.BadParameter, match="onrecord diff 0 7"):
        differences(ledger, 0, 7, most=10)


def test_the_tables_hold_what_was_found(ledger: Ledger) -> None:
    (one,) = as_json(differences(ledger, 3, 4))
    assert (one["change"], one["claim"], one["standingBefore"]) == ("refuted", C + "c", "stands")
    assert one["because"] == [
        {"how": "assesses", "by": "http://e/judged", "verdict": "refuted", "note": "The gauge was dry"}
    ]
    assert one["commits"][0]["message"] == "step 4"
    header, line = as_table(differences(ledger, 3, 4)).splitlines()
    assert header.startswith("change,claim,kind,label,standingBefore,standing")
    assert line.startswith(f"refuted,{C}c,PropertyClaim,It rained,stands,refuted,")


def test_a_claim_of_which_nothing_but_its_standing_changed_is_not_told_as_corrected(tmp_path: Path) -> None:
    """What follows of it (what contradicts it, what it is listed by) is no word of it."""
    count = """<%(C)s{name}> a rec:QuantityClaim ; rdfs:label "{name}"@en ; rec:stance rec:Asserts ; rec:claimant <http://e/{name}> ;
        rec:concerns <http://e/strike> ; rec:measure rec:launched ; rec:atLeast {n} ; rec:atMost {n} ."""
    first = (
        count.format(name="f", n=50)
        + count.format(name="g", n=50)
        + "<http://e/strike> a rec:Event . rec:launched rec:countKind rec:Finished ."
    )
    steps = [
        f"INSERT DATA {{ GRAPH <http://e/one> {{ {first} }} }}",
        f"INSERT DATA {{ GRAPH <http://e/two> {{ {count.format(name='h', n=40)} }} }}",
        "DELETE WHERE { GRAPH <http://e/two> { ?s ?p ?o } }",
        "INSERT DATA { GRAPH <http://e/two> { <http://e/same> a rec:Identity ; rdf:subject <http://e/f> ; rdf:predicate owl:sameAs ; rdf:object <http://e/g> } }",
    ]
    with Ledger.open(Settings(data=tmp_path / "data", snapshots=20), _gate=False) as ledger:
        for text in steps:
            ledger.update(text % {"C": C} if "%" in text else text, author="ann", message="")
        assert changes(ledger, 1, 2) == {"f": "contested", "g": "contested", "h": "added"}
        one = found(ledger, 1, 2)["f"]
        assert (one.values, one.because) == ((), (Ground("contradicts", C + "h", "h", "", ""),))
        assert changes(ledger, 2, 3) == {"f": "stands", "g": "stands", "h": "gone"}
        assert [(one.standing_before, one.standing) for one in differences(ledger, 2, 3)[:2]] == [
            ("contested", "stands")
        ] * 2
        assert differences(ledger, 3, 4) == []


def test_a_feed_has_an_entry_for_each_claim_with_what_changed_and_why(ledger: Ledger) -> None:
    told = differences(ledger, 1, 2)
    text = as_atom(
        told, 1, 2, "https://graph.example", lambda claim: f"https://graph.example/page?of={claim}&lang=en"
    )
    feed = ET.fromstring(text)  # noqa: S314  (our own)
    atom = "{http://www.w3.org/2005/Atom}"
    assert feed.findtext(f"{atom}id") == "https://graph.example/history/diff?from=1&to=2"
    entries = {
        entry.findtext(f"{atom}id", "").removeprefix(C): entry for entry in feed.findall(f"{atom}entry")
    }
    assert list(entries) == [f"{name}#versions-1-2" for name in ("a", "b", "d")]
    corrected = entries["a#versions-1-2"]
    assert corrected.findtext(f"{atom}title") == "Corrected: Ten killed"
    assert f"{REC}atLeast: 10 → 12." in corrected.findtext(f"{atom}summary", "")
    (link,) = corrected.findall(f"{atom}link")
    assert link.get("href") == f"https://graph.example/page?of={C}a&lang=en"
    fallen = entries["b#versions-1-2"].findtext(f"{atom}summary", "")
    assert fallen.startswith("It was stands and is superseded.")
    assert "supersedes: Three hit." in fallen
    assert as_atom([], 1, 2, "https://graph.example").count("1970-01-01T00:00:00+00:00") == 1
