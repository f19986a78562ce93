"""What the named rules find, and what they must not: for each rule a table of cases, near misses among them.

Each case was worked out by hand from design.md ("When two claims contradict") before the rule was run on it.
"""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from onrecord.graph import terms
from onrecord.graph.disputes import derivation
from onrecord.graph.vocabulary.ontology import vocabulary_quads

WORLD = """
event:one a rec:Strike . event:part a rec:Strike ; rec:partOf event:one . event:other a rec:Strike .
topic:war a rec:Topic . actor:x a rec:Person . actor:y a rec:GovernmentBody . actor:z a rec:NewsOutlet .
actor:state a rec:State . actor:army a rec:ArmedForce ; rec:unitOf actor:state .
tenure:x a rec:Tenure ; rec:holder actor:x ; rec:institution actor:office ; rec:from "2020-01-01"^^xsd:date ; rec:until "2024-12-31"^^xsd:date .
actor:office a rec:GovernmentBody .
"""


def store_of(*claims: str) -> ox.Store:
    prefixes = "".join(
        f"@prefix {name}: <urn:{name}:> ."
        for name in ("claim", "actor", "event", "topic", "tenure", "place", "said")
    )
    prefixes += "".join(f"@prefix {name}: <{iri}> ." for name, iri in terms.PREFIXES.items())
    store = ox.Store()
    store.extend(vocabulary_quads())
    store.load(
        (prefixes + WORLD + "".join(claims)).encode(),
        format=ox.RdfFormat.TURTLE,
        to_graph=ox.NamedNode("urn:g"),
    )
    return store


def contradictions(*claims: str) -> set[tuple[str, str]]:
    return {
        (str(q.subject)[11:-1], str(q.object)[11:-1])
        for q in derivation.derive(store_of(*claims))
        if q.predicate.value == terms.REC + "contradicts"
    }


BOTH = {("a", "b"), ("b", "a")}


def claim(name: str, kind: str, who: str, content: str, stance: str = "Asserts") -> str:
    return f"claim:{name} a rec:{kind} ; rec:stance rec:{stance} ; rec:claimant actor:{who} ; {content} .\n"


def count(
    name: str,
    who: str,
    number: str,
    as_of: str = "28 12:00",
    *,
    measure: str = "killed",
    stance: str = "Asserts",
    on: str = "event:one",
    more: str = "",
) -> str:
    """`number`: '3' exactly, '3+' at least, '3-' at most, '~3' about. `as_of`: '28 12:00', '28' for the day, '' unknown."""
    bounds = {
        "+": f"rec:atLeast {number[:-1]}",
        "-": f"rec:atMost {number[:-1]}",
        "~": f"rec:estimate {number[1:]}",
    }.get(
        "~" if number[0] == "~" else number[-1],
        f"rec:atLeast {number} ; rec:atMost {number}",
    )
    content = f"rec:concerns {on} ; rec:measure rec:{measure} ; {bounds} {more}"
    day, _, hour = as_of.partition(" ")
    if day:
        first = f"2025-08-{day}T{hour or '00:00'}:00+03:00"
        last = first if hour else f"2025-08-{int(day) + 1:02}T00:00:00+03:00"
        content += f' ; rec:asOfFrom "{first}"^^xsd:dateTime ; rec:asOfUntil "{last}"^^xsd:dateTime'
    return claim(name, "QuantityClaim", who, content, stance)


def target(
    name: str, who: str, kind: str, event: str = "one", *, role: str = "hit", stance: str = "Asserts"
) -> str:
    roles = f" ; rec:targetRole rec:{role}" if role else ""
    content = f"rec:concerns event:{event} ; rec:targetKind rec:{kind}{roles}"
    return claim(name, "TargetClaim", who, content, stance)


def said(name: str, day: str) -> str:
    return f'said:{name} a rec:Statement ; rec:asserts claim:{name} ; rec:saidOn "{day}"^^xsd:date .\n'


AFTER, BEFORE, SAME_DAY = (
    count("a", "y", "25", "29"),
    count("b", "z", "23", "28"),
    count("b", "z", "23", "29"),
)

GROWING = {
    # The earlier count is higher: the later cannot be right if the earlier is.
    "a later count below an earlier one": (count("a", "y", "30+", "28"), count("b", "z", "25", "29"), True),
    "an hour later": (count("a", "y", "30+", "28 10:00"), count("b", "z", "25", "28 11:00"), True),
    "at the same minute": (count("a", "y", "30+", "28 10:00"), count("b", "z", "25", "28 10:00"), True),
    "an upper bound below a lower one": (count("a", "y", "30+", "28"), count("b", "z", "25-", "29"), True),
    "on another clock, and still later": (
        count("a", "y", "30+", "28 10:00"),
        count("b", "z", "25", "").replace(
            " .\n",
            ' ; rec:asOfFrom "2025-08-28T08:00:00+00:00"^^xsd:dateTime ; rec:asOfUntil "2025-08-28T09:00:00+00:00"^^xsd:dateTime .\n',
        ),
        True,
    ),
    "of a topic": (
        count("a", "y", "30+", "28", on="topic:war"),
        count("b", "z", "25", "29", on="topic:war"),
        True,
    ),
    # Time passed, or may have passed.
    "a toll that rises": (AFTER, BEFORE, False),
    "lower bounds that rise": (count("a", "y", "21+", "28"), count("b", "z", "25+", "29"), False),
    "on one day, in which order is not known": (AFTER, SAME_DAY, False),
    "days that overlap in part": (
        count("a", "y", "30+", "28"),
        count("b", "z", "25", "28 23:59"),
        False,
    ),
    "the lower count at no known moment": (count("a", "y", "30+", "28"), count("b", "z", "25", ""), False),
    "the higher count at no known moment": (count("a", "y", "30+", ""), count("b", "z", "25", "29"), False),
    # Bounds that leave room.
    "a later lower bound below": (count("a", "y", "30+", "28"), count("b", "z", "25+", "29"), False),
    "equal counts": (count("a", "y", "25+", "28"), count("b", "z", "25", "29"), False),
    # Another thing.
    "another measure": (count("a", "y", "30+", "28"), count("b", "z", "25", "29", measure="injured"), False),
    "another event": (count("a", "y", "30+", "28"), count("b", "z", "25", "29", on="event:other"), False),
    "a part of the event": (
        count("a", "y", "30+", "28"),
        count("b", "z", "25", "29", on="event:part"),
        False,
    ),
    "an actor in common, no event": (
        count("a", "y", "30+", "28", on="actor:x"),
        count("b", "z", "25", "29", on="actor:x"),
        False,
    ),
    "another scope": (
        count("a", "y", "30+", "28"),
        count("b", "z", "25", "29", more="; rec:scope place:k"),
        False,
    ),
    "another party": (
        count("a", "y", "30+", "28", more="; rec:ofParty actor:x"),
        count("b", "z", "25", "29", more="; rec:ofParty actor:y"),
        False,
    ),
    # Who and how.
    "the same claimant": (count("a", "y", "30+", "28"), count("b", "y", "25", "29"), False),
    "an estimate": (count("a", "y", "~30", "28"), count("b", "z", "25", "29"), False),
    "doubted, not asserted": (
        count("a", "y", "30+", "28", stance="Doubts"),
        count("b", "z", "25", "29"),
        False,
    ),
    "people missing, who may be found": (
        count("a", "y", "30+", "28", measure="missing"),
        count("b", "z", "25", "29", measure="missing"),
        False,
    ),
    "superseded": (
        count("a", "y", "30+", "28"),
        count("b", "z", "25", "29") + count("c", "z", "31", "29", more="; rec:supersedes claim:b"),
        False,
    ),
    "retracted": (
        count("a", "y", "30+", "28") + claim("c", "PropertyClaim", "y", "rec:retracts claim:a"),
        count("b", "z", "25", "29"),
        False,
    ),
}

FINISHED = {
    "counts of launches that differ": (
        count("a", "y", "590", "28", measure="launched"),
        count("b", "z", "598", "28", measure="launched"),
        True,
    ),
    "days apart, which does not matter": (
        count("a", "y", "590", "28", measure="launched"),
        count("b", "z", "598", "30", measure="launched"),
        True,
    ),
    "the higher one first": (
        count("a", "y", "598", "28", measure="launched"),
        count("b", "z", "590", "30", measure="launched"),
        True,
    ),
    "at no known moment": (
        count("a", "y", "590", "", measure="launched"),
        count("b", "z", "598", "", measure="launched"),
        True,
    ),
    "bounds that meet": (
        count("a", "y", "590+", "28", measure="launched"),
        count("b", "z", "598", "28", measure="launched"),
        False,
    ),
    "estimate": (
        count("a", "y", "~590", "28", measure="launched"),
        count("b", "z", "598", "28", measure="launched"),
        False,
    ),
    "another weapon": (
        count("a", "y", "2", "28", measure="launched", more="; rec:weapon actor:kinzhal"),
        count("b", "z", "20", "28", measure="launched", more="; rec:weapon actor:kh101"),
        False,
    ),
    "one of several weapons": (
        count("a", "y", "2", "28", measure="launched", more="; rec:weapon actor:kinzhal"),
        count("b", "z", "9", "28", measure="launched", more="; rec:weaponOneOf actor:kinzhal, actor:kn23"),
        False,
    ),
    "from another place": (
        count("a", "y", "2", "28", measure="launched", more="; rec:launchedFrom place:one"),
        count("b", "z", "9", "28", measure="launched", more="; rec:launchedFrom place:two"),
        False,
    ),
    "the same weapon, some of another among them": (
        count("a", "y", "590", "28", measure="launched", more="; rec:weapon actor:drone"),
        count("b", "z", "598", "28", measure="launched", more="; rec:weapon actor:drone ; rec:weaponIncluding actor:decoy"),
        True,
    ),
    "launched and intercepted": (
        count("a", "y", "563", "28", measure="intercepted"),
        count("b", "z", "598", "28", measure="launched"),
        False,
    ),
}  # fmt: skip

DENIED_COUNTS = {
    "the same count": (count("a", "y", "21+", "28", stance="Denies"), count("b", "z", "21+", "28"), True),
    "a higher one implies it": (
        count("a", "y", "21+", "28", stance="Denies"),
        count("b", "z", "25", "28"),
        True,
    ),
    "that anybody died, denied": (
        count("a", "y", "1+", "28", stance="Denies"),
        count("b", "z", "21+", "28"),
        True,
    ),
    "asserted first, denied the next day": (
        count("a", "y", "21+", "29", stance="Denies"),
        count("b", "z", "21+", "28"),
        True,
    ),
    "at no known moments": (count("a", "y", "21+", "", stance="Denies"), count("b", "z", "21+", ""), True),
    "of finished counts, days apart": (
        count("a", "y", "598", "28", stance="Denies", measure="launched"),
        count("b", "z", "598", "30", measure="launched"),
        True,
    ),
    # Not implied by what is asserted.
    "a lower one": (count("a", "y", "21+", "28", stance="Denies"), count("b", "z", "18+", "28"), False),
    "an upper bound asserted": (
        count("a", "y", "21+", "28", stance="Denies"),
        count("b", "z", "25-", "28"),
        False,
    ),
    "exactly that many denied, at least asserted": (
        count("a", "y", "21", "28", stance="Denies"),
        count("b", "z", "21+", "28"),
        False,
    ),
    # It may have grown.
    "denied first, asserted the next day": (
        count("a", "y", "21+", "28", stance="Denies"),
        count("b", "z", "21+", "29"),
        False,
    ),
    "exactly that many, asserted the day before": (
        count("a", "y", "21", "29", stance="Denies"),
        count("b", "z", "21", "28"),
        False,
    ),
    "missing, the day before": (
        count("a", "y", "21+", "29", stance="Denies", measure="missing"),
        count("b", "z", "21+", "28", measure="missing"),
        False,
    ),
    "missing, the same day": (
        count("a", "y", "21+", "29", stance="Denies", measure="missing"),
        count("b", "z", "21+", "29", measure="missing"),
        True,
    ),
    "an estimate asserted": (
        count("a", "y", "21+", "28", stance="Denies"),
        count("b", "z", "~25", "28"),
        False,
    ),
    "an estimate denied": (
        count("a", "y", "~21", "28", stance="Denies"),
        count("b", "z", "25", "28"),
        False,
    ),
    "the same claimant": (
        count("a", "y", "21+", "28", stance="Denies"),
        count("b", "y", "21+", "28"),
        False,
    ),
    "denied by both": (
        count("a", "y", "21+", "28", stance="Denies"),
        count("b", "z", "21+", "28", stance="Denies"),
        False,
    ),
    "another scope": (
        count("a", "y", "21+", "28", stance="Denies", more="; rec:scope place:k"),
        count("b", "z", "21+", "28"),
        False,
    ),
}

TARGETS = {
    "of one strike": (
        target("a", "y", "militaryInfrastructure"),
        target("b", "z", "residentialBuilding"),
        True,
    ),
    "of a strike and its part": (
        target("a", "y", "militaryInfrastructure"),
        target("b", "z", "residentialBuilding", "part"),
        True,
    ),
    "of a part and the whole": (
        target("a", "y", "airBase", "part"),
        target("b", "z", "school"),
        True,
    ),
    "both aimed at": (
        target("a", "y", "defenceIndustry", role="aimedAt"),
        target("b", "z", "medicalFacility", role="aimedAt"),
        True,
    ),
    "aimed at and hit": (
        target("a", "y", "defenceIndustry", role="aimedAt"),
        target("b", "z", "residentialBuilding"),
        False,
    ),
    "one role left open": (
        target("a", "y", "defenceIndustry", role=""),
        target("b", "z", "residentialBuilding"),
        False,
    ),
    "both roles left open": (
        target("a", "y", "defenceIndustry", role=""),
        target("b", "z", "residentialBuilding", role=""),
        False,
    ),
    "another strike": (target("a", "y", "airBase"), target("b", "z", "school", "other"), False),
    "military both": (target("a", "y", "airBase"), target("b", "z", "airDefence"), False),
    "what the law judges case by case": (target("a", "y", "airBase"), target("b", "z", "building"), False),
    "the same claimant": (target("a", "y", "airBase"), target("b", "y", "school"), False),
    "doubted": (target("a", "y", "airBase"), target("b", "z", "school", stance="Doubts"), False),
    "superseded": (
        target("a", "y", "airBase"),
        target("b", "z", "school") + target("c", "z", "airDefence").replace(" .\n", " ; rec:supersedes claim:b .\n"),
        False,
    ),
}  # fmt: skip

DENIED_TARGETS = {
    "the same": (target("a", "y", "school", stance="Denies"), target("b", "z", "school"), True),
    "a narrower kind": (
        target("a", "y", "civilianObject", stance="Denies"),
        target("b", "z", "residentialBuilding"),
        True,
    ),
    "a part of the strike": (
        target("a", "y", "civilianObject", stance="Denies"),
        target("b", "z", "school", "part"),
        True,
    ),
    "roles left open by both": (
        target("a", "y", "school", stance="Denies", role=""),
        target("b", "z", "school", role=""),
        True,
    ),
    "a wider kind": (target("a", "y", "school", stance="Denies"), target("b", "z", "civilianObject"), False),
    "the whole of the strike": (
        target("a", "y", "school", "part", stance="Denies"),
        target("b", "z", "school"),
        False,
    ),
    "another role": (
        target("a", "y", "school", stance="Denies", role="aimedAt"),
        target("b", "z", "school"),
        False,
    ),
    "another kind": (target("a", "y", "airBase", stance="Denies"), target("b", "z", "school"), False),
    "the same claimant": (target("a", "y", "school", stance="Denies"), target("b", "y", "school"), False),
}


def responsible(name: str, who: str, actor: str, event: str = "one", stance: str = "Asserts") -> str:
    content = f"rec:concerns event:{event} ; rec:responsible actor:{actor}"
    return claim(name, "ResponsibilityClaim", who, content, stance)


def attitude(name: str, who: str, holder: str, toward: str = "topic:war", stance: str = "Asserts") -> str:
    content = f"rec:holder actor:{holder} ; rec:attitude rec:wants ; rec:toward {toward}"
    return claim(name, "AttitudeClaim", who, content, stance)


def property_(name: str, who: str, content: str, stance: str = "Asserts") -> str:
    return claim(name, "PropertyClaim", who, f"rec:subject event:one ; {content}", stance)


DAY = "rec:predicate rec:happenedOn ; rec:value "

DENIALS = {
    "responsibility": (
        responsible("a", "y", "state", stance="Denies"),
        responsible("b", "z", "state"),
        True,
    ),
    "responsibility of a unit": (
        responsible("a", "y", "state", stance="Denies"),
        responsible("b", "z", "army"),
        True,
    ),
    "responsibility for a part": (
        responsible("a", "y", "state", stance="Denies"),
        responsible("b", "z", "state", "part"),
        True,
    ),
    "responsibility of the larger body": (
        responsible("a", "y", "army", stance="Denies"),
        responsible("b", "z", "state"),
        False,
    ),
    "responsibility for another strike": (
        responsible("a", "y", "state", stance="Denies"),
        responsible("b", "z", "state", "other"),
        False,
    ),
    "two held responsible": (responsible("a", "y", "state"), responsible("b", "z", "office"), False),
    "attitude": (attitude("a", "y", "x", stance="Denies"), attitude("b", "z", "x"), True),
    "attitude of another": (attitude("a", "y", "x", stance="Denies"), attitude("b", "z", "y"), False),
    "attitude toward another": (
        attitude("a", "y", "x", stance="Denies"),
        attitude("b", "z", "x", "event:one"),
        False,
    ),
    "attitude doubted": (attitude("a", "y", "x", stance="Doubts"), attitude("b", "z", "x"), False),
    "property": (
        property_("a", "y", DAY + '"2025-08-28"^^xsd:date', "Denies"),
        property_("b", "z", DAY + '"2025-08-28"^^xsd:date'),
        True,
    ),
    "property with another value": (
        property_("a", "y", DAY + '"2025-08-28"^^xsd:date', "Denies"),
        property_("b", "z", DAY + '"2025-08-29"^^xsd:date'),
        False,
    ),
    "property with an object more": (
        property_("a", "y", "rec:predicate rec:damaged", "Denies"),
        property_("b", "z", "rec:predicate rec:damaged ; rec:object actor:x"),
        False,
    ),
    "property without object or value": (
        property_("a", "y", "rec:predicate rec:wasSuccessful", "Denies"),
        property_("b", "z", "rec:predicate rec:wasSuccessful"),
        True,
    ),
    "another property": (
        property_("a", "y", "rec:predicate rec:continues", "Denies"),
        property_("b", "z", "rec:predicate rec:wasSuccessful"),
        False,
    ),
}

OFFICES = {
    # actor:x held actor:office from 2020 to 2024.
    "the holder and the office": (
        target("a", "x", "airBase") + said("a", "2023-05-01"),
        target("b", "office", "school"),
        False,
    ),
    "the office and the holder": (
        target("a", "office", "airBase"),
        target("b", "x", "school") + said("b", "2024-12-31"),
        False,
    ),
    "the holder, undated": (target("a", "x", "airBase"), target("b", "office", "school"), False),
    "after the office was left": (
        target("a", "x", "airBase") + said("a", "2025-01-01"),
        target("b", "office", "school"),
        True,
    ),
    "before the office was taken": (
        target("a", "office", "airBase"),
        target("b", "x", "school") + said("b", "2019-12-31"),
        True,
    ),
    "another office": (target("a", "x", "airBase"), target("b", "y", "school"), True),
    "a unit and the larger body": (target("a", "army", "airBase"), target("b", "state", "school"), True),
}

TABLES = {
    "growing-counts": GROWING,
    "finished-counts": FINISHED,
    "denied-counts": DENIED_COUNTS,
    "target-kinds": TARGETS,
    "denied-targets": DENIED_TARGETS,
    "denials": DENIALS,
    "offices": OFFICES,
}
CASES = [
    pytest.param(one, other, expected, id=f"{table}: {name}")
    for table, cases in TABLES.items()
    for name, (one, other, expected) in cases.items()
]


@pytest.mark.parametrize(("one", "other", "expected"), CASES)
def test_the_rules_find_what_contradicts_and_nothing_else(one: str, other: str, expected: bool) -> None:
    assert contradictions(one, other) == (BOTH if expected else set())


def test_each_table_holds_contradictions_and_near_misses() -> None:
    for name, cases in TABLES.items():
        assert {expected for _, _, expected in cases.values()} == {True, False}, name


def test_each_rule_says_in_its_first_line_what_it_finds_and_that_the_superseded_take_no_part() -> None:
    labels = [str(q.object) for q in derivation.derive(store_of()) if q.predicate.value == terms.REC + "note"]
    assert len(labels) == 8
    for words in labels:
        assert "Superseded and retracted claims take no part" in words
        assert "one claimant's" in words


def test_each_contradiction_names_the_rule_that_found_it() -> None:
    store = store_of(target("a", "y", "militaryInfrastructure"), target("b", "z", "residentialBuilding"))
    store.extend(derivation.derive(store))
    rows = store.query(
        "SELECT ?a ?b ?rule WHERE { ?a rec:contradicts ?b . ?r a rec:ClaimRelation ; rdf:subject ?a ; rdf:object ?b ; rec:derivedBy ?rule . ?rule a rec:Rule }",
        prefixes=dict(terms.PREFIXES),
        use_default_graph_as_union=True,
    )
    assert {row["rule"].value for row in rows} == {terms.DEFAULT_BASE + "rule/target-kinds"}
