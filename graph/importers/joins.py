"""What an import has in common with what others say: the strike of the same night, and the same post in the same data set.

Nothing is joined on doubt. A join is a stated link with its ground, and anyone who finds it wrong says so with
rec:keptApartFrom; the next import of the same files then leaves the two apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.importers.model import Record, Surroundings
from onrecord.graph.text import dates

LONGEST: Final = timedelta(hours=36)
"""A strike whose bounds are wider is of no one night."""
RULE: Final = "rule/same-night"
_LABEL: Final = "same strike, same count"
_DEFINITION: Final = (
    "A count that an import brings supports one that is there already: of the same claimant, measure, bounds and a weapon in "
    "common, on the same strike. The strike is the same if both are on the whole country, by the same attacker, if the bounds of one "
    "lie within those of the other and neither are wider than 36 hours, and if no other strike of either side fits. "
    "Both counts go back to one claimant, so they do not confirm each other."
)


@dataclass(frozen=True, slots=True)
class Strike:
    """A strike on a whole country that others describe."""

    iri: str
    label: str
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class ClaimedCount:
    """A count that others have claimed of a strike."""

    iri: str
    claimant: str
    measure: str
    bounds: tuple[int, int]
    weapons: frozenset[str]


@dataclass(frozen=True, slots=True)
class KnownPost:
    """What others hold of a post that is a row of the same data set: its document, and its one statement if there is one."""

    document: str
    statement: str | None


def strikes(around: Surroundings, place: str, attacker: str) -> list[Strike]:
    """The strikes on a place (the whole country), by an attacker or its units, that are part of no other event."""
    base = around.base
    rows = around.rows(f"""
        SELECT ?event ?label ?begin ?end WHERE {{
          ?event a rec:Strike ; rec:place <{base}{place}> ; rec:perpetrator ?by ; rec:begin ?begin ; rec:end ?end ; rdfs:label ?label .
          ?by rec:unitOf* <{base}{attacker}> .
          FILTER NOT EXISTS {{ ?event rec:partOf ?whole }}
          FILTER NOT EXISTS {{ ?event rec:perpetrator ?other FILTER NOT EXISTS {{ ?other rec:unitOf* <{base}{attacker}> }} }}
          FILTER NOT EXISTS {{ ?event rec:place ?elsewhere FILTER (?elsewhere != <{base}{place}>) }}
        }} ORDER BY ?event ?label""")
    found: dict[str, Strike] = {}
    for row in rows:
        begin, end = dates.moment(row["begin"].value), dates.moment(row["end"].value)
        if begin is not None and end is not None and end - begin <= LONGEST:
            found.setdefault(row["event"].value, Strike(row["event"].value, row["label"].value, begin, end))
    return list(found.values())


def fitting(strikes_: Sequence[Strike], begin: datetime, end: datetime) -> tuple[Strike | None, list[Strike]]:
    """The one strike that these bounds are of, and those that overlap them and may be meant; of several, none."""
    near = [strike for strike in strikes_ if begin <= strike.end and strike.begin <= end]
    fit = [
        strike
        for strike in near
        if _within(begin, end, strike) or _within(strike.begin, strike.end, (begin, end))
    ]
    return (fit[0], []) if len(near) == len(fit) == 1 and end - begin <= LONGEST else (None, near)


def _within(begin: datetime, end: datetime, whole: Strike | tuple[datetime, datetime]) -> bool:
    first, last = (whole.begin, whole.end) if isinstance(whole, Strike) else whole
    return first <= begin and end <= last


def apart(around: Surroundings) -> set[tuple[str, str]]:
    """The pairs of which somebody says that they are to be kept apart."""
    rows = around.rows("SELECT ?one ?other WHERE { ?one rec:keptApartFrom ?other }")
    pairs = {(row["one"].value, row["other"].value) for row in rows}
    return pairs | {(other, one) for one, other in pairs}


def counts(around: Surroundings, events: Iterable[str]) -> dict[str, list[ClaimedCount]]:
    """The counts that are claimed of these events and have both bounds, by event."""
    values = " ".join(f"<{iri}>" for iri in sorted(events))
    rows = around.rows(f"""
        SELECT ?event ?claim ?claimant ?measure ?least ?most ?weapon WHERE {{
          VALUES ?event {{ {values} }}
          ?claim rec:concerns ?event ; a rec:QuantityClaim ; rec:stance rec:Asserts ; rec:claimant ?claimant ; rec:measure ?measure ;
            rec:atLeast ?least ; rec:atMost ?most ; (rec:weapon|rec:weaponOneOf) ?weapon .
        }}""") if values else []  # fmt: skip
    weapons: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        weapons[row["claim"].value].add(row["weapon"].value)
    found: defaultdict[str, dict[str, ClaimedCount]] = defaultdict(dict)
    for row in rows:
        claim = row["claim"].value
        found[row["event"].value][claim] = ClaimedCount(
            claim,
            row["claimant"].value,
            row["measure"].value,
            (int(row["least"].value), int(row["most"].value)),
            frozenset(weapons[claim]),
        )
    return {event: list(claims.values()) for event, claims in found.items()}


def posts(around: Surroundings, document: str) -> dict[str, KnownPost]:
    """By row key: the posts that others describe as rows of this data set."""
    rows = around.rows(f"""
        SELECT DISTINCT ?key ?document ?statement WHERE {{
          ?version rec:readIn <{around.base}{document}> ; rec:rowKey ?key ; rec:versionOf ?document .
          OPTIONAL {{ ?statement rec:rendering ?rendering ; rec:speaker ?speaker . ?rendering rec:reportedIn ?version .
                      ?document rec:publisher ?speaker }}
        }} ORDER BY ?key""")
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["key"].value].append(row)
    posts_ = {}
    for key, same in found.items():
        if len({row["document"].value for row in same}) == 1:
            statements = {row["statement"].value for row in same if "statement" in row}
            posts_[key] = KnownPost(
                same[0]["document"].value, statements.pop() if len(statements) == 1 else None
            )
    return posts_


def support(record: Record, claim: str, other: ClaimedCount) -> None:
    """State that a claim of the import supports another one, with the rule that says so."""
    relation = f"relation/{_short(claim)}--{_short(other.iri)}"
    iri = record.describe(
        relation,
        "ClaimRelation",
        label={"en": "Support found by the rule of the same strike"},
        oneClaim=claim,
        relation="supports",
        otherClaim=other.iri,
    )
    derived = ox.NamedNode(terms.REC + "derivedBy")
    record.triples.append(ox.Triple(ox.NamedNode(iri), derived, ox.NamedNode(record.iri(RULE))))


def rule(record: Record) -> None:
    """Describe the rule by which claims are said to support others."""
    record.describe(RULE, "Rule", label={"en": _LABEL}, note={"en": _DEFINITION})


def _short(iri: str) -> str:
    return iri.rpartition("/")[2]
