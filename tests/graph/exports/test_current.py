"""What is current: an invented strike with claims of every standing, the seeds, and an invented graph of many claims."""

from __future__ import annotations

import io

import pyoxigraph as ox
import pytest
import rdflib
from bench.generate import lines
from tests.harness.whole_store import validate_all

from onrecord.graph import terms
from onrecord.graph.disputes import derivation
from onrecord.graph.exports import serialization
from onrecord.graph.formats import EXPORTS, by_name
from onrecord.graph.records.seeds import Seeds

BASE, REC = terms.DEFAULT_BASE, terms.REC
FALLEN = ("Refuted", "Retracted", "Superseded")
PARSERS = {"turtle": ox.RdfFormat.TURTLE, "nquads": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG}

# The strike has its day and a perpetrator from refuted claims alone; the night only begins on a refuted day; of the dated strike the
# day is refuted as one says it and stands as another does, and its end is refuted.
STRIKE = f"""
@base <{BASE}> . @prefix rec: <ns#> . @prefix rdf: <{terms.PREFIXES["rdf"]}> . @prefix xsd: <{terms.PREFIXES["xsd"]}> .
GRAPH <document/d/1> {{
  <event/strike> a rec:Strike ; rec:datePrecision rec:Day ; rec:begin "2025-07-30T00:00:00+03:00"^^xsd:dateTime ; rec:end "2025-07-30T23:59:59+03:00"^^xsd:dateTime ;
    rec:perpetrator <actor/north>, <actor/south> .
  <statement/s> a rec:Statement ; rec:asserts <claim/refuted-day>, <claim/day> ; rec:rendering <rendering/s> .
  <rendering/s> a rec:Rendering ; rec:evidence <document/d/1#both> .
  <claim/refuted-day> a rec:PropertyClaim ; rec:claimant <actor/a> ; rec:subject <event/strike> ; rec:predicate rec:happenedOn ;
    rec:value "2025-07-30"^^xsd:date ; rec:evidence <document/d/1#alone>, <document/d/1#both> ; rec:supports <claim/day> .
  <claim/day> a rec:PropertyClaim ; rec:claimant <actor/a> ; rec:subject <event/strike> ; rec:predicate rec:happenedOn ;
    rec:value "2025-07-29"^^xsd:date ; rec:evidence <document/d/1#both> .
  <claim/retracted-day> a rec:PropertyClaim ; rec:claimant <actor/b> ; rec:subject <event/strike> ; rec:predicate rec:happenedOn ;
    rec:value "2025-07-29"^^xsd:date .
  <event/night> a rec:Strike ; rec:begin "2025-07-29T12:00:00+03:00"^^xsd:dateTime ; rec:end "2025-07-30T12:00:00+03:00"^^xsd:dateTime .
  <claim/refuted-night> a rec:PropertyClaim ; rec:claimant <actor/a> ; rec:subject <event/night> ; rec:predicate rec:happenedOn ;
    rec:value "2025-07-29"^^xsd:date .
  <event/dated> a rec:Strike ; rec:begin "2025-07-29T00:00:00+03:00"^^xsd:dateTime ; rec:end "2025-07-29T23:59:59+03:00"^^xsd:dateTime .
  <claim/refuted-dated> a rec:PropertyClaim ; rec:claimant <actor/a> ; rec:subject <event/dated> ; rec:predicate rec:happenedOn ;
    rec:value "2025-07-29"^^xsd:date .
  <claim/dated> a rec:PropertyClaim ; rec:claimant <actor/b> ; rec:subject <event/dated> ; rec:predicate rec:happenedOn ;
    rec:value "2025-07-29"^^xsd:date .
  <claim/refuted-end> a rec:PropertyClaim ; rec:claimant <actor/a> ; rec:subject <event/dated> ; rec:predicate rec:ended ;
    rec:value "2025-07-29T23:59:59+03:00"^^xsd:dateTime .
  <claim/taking-back> a rec:PropertyClaim ; rec:claimant <actor/b> ; rec:retracts <claim/retracted-day> .
  <claim/refuted-south> a rec:ResponsibilityClaim ; rec:claimant <actor/a> ; rec:concerns <event/strike> ; rec:responsible <actor/south>, <actor/north> .
  <claim/north> a rec:ResponsibilityClaim ; rec:claimant <actor/b> ; rec:concerns <event/strike> ; rec:responsible <actor/north> .
  <claim/four> a rec:QuantityClaim ; rec:claimant <actor/b> ; rec:atLeast 4 ; rec:contradicts <claim/two> .
  <claim/two> a rec:QuantityClaim ; rec:claimant <actor/a> ; rec:atMost 2 .
  <claim/three> a rec:QuantityClaim ; rec:claimant <actor/b> ; rec:atLeast 3 .
  <claim/four> rec:supersedes <claim/three> .
  <claim/belief> a rec:AttitudeClaim ; rec:claimant <actor/b> ; rec:attitude rec:believes ; rec:toward <claim/refuted-south> .
  <document/d/1#alone> a rec:Excerpt ; rec:exact "on 30 July" . <document/d/1#both> a rec:Excerpt ; rec:exact "on 29 July, or the day after" .
}}
GRAPH <graph/assessments> {{
  <assessment/day> a rec:Assessment ; rec:assesses <claim/refuted-day> ; rec:verdict rec:refuted ; rec:assessedBy <editor/e> .
  <assessment/south> a rec:Assessment ; rec:assesses <claim/refuted-south> ; rec:verdict rec:refuted ; rec:assessedBy <editor/e> .
  <assessment/night> a rec:Assessment ; rec:assesses <claim/refuted-night> ; rec:verdict rec:refuted ; rec:assessedBy <editor/e> .
  <assessment/dated> a rec:Assessment ; rec:assesses <claim/refuted-dated> ; rec:verdict rec:refuted ; rec:assessedBy <editor/e> .
  <assessment/end> a rec:Assessment ; rec:assesses <claim/refuted-end> ; rec:verdict rec:refuted ; rec:assessedBy <editor/e> .
  <assessment/north> a rec:Assessment ; rec:assesses <claim/north> ; rec:verdict rec:fair ; rec:assessedBy <editor/e> .
  <relation/four> a rec:ClaimRelation ; rdf:subject <claim/four> ; rdf:predicate rec:supersedes ; rdf:object <claim/three> .
}}
"""


def with_derived(quads: set[ox.Quad]) -> ox.Store:
    store = ox.Store()
    store.extend(quads | derivation.derive(quads))
    return store


@pytest.fixture(scope="module")
def whole() -> ox.Store:
    return with_derived(set(ox.parse(STRIKE.encode(), ox.RdfFormat.TRIG)))


def written(store: ox.Store, format_: str = "nquads", graph: str | None = None) -> bytes:
    output = io.BytesIO()
    serialization.write(store, output, format_, graph, current=True)
    return output.getvalue()


def current(store: ox.Store) -> ox.Store:
    found = ox.Store()
    found.load(written(store), ox.RdfFormat.N_QUADS)
    return found


def said_of(store: ox.Store, name: str) -> set[str]:
    """What is said of a thing of the invented strike: `property value`, both without their namespaces."""
    return {
        f"{quad.predicate.value.rpartition('#')[2]} "
        + (quad.object.value if isinstance(quad.object, ox.NamedNode | ox.Literal) else "")
        .removeprefix(REC)
        .removeprefix(BASE)
        for quad in store.quads_for_pattern(ox.NamedNode(BASE + name), None, None)
    }


def test_a_claim_that_no_longer_stands_is_not_there_nor_is_what_was_made_of_it(whole: ox.Store) -> None:
    found = current(whole)
    for name in (
        *("claim/refuted-day", "claim/retracted-day", "claim/three", "assessment/day", "assessment/south"),
        *("relation/four", "document/d/1#alone"),
    ):
        assert said_of(whole, name), name
        assert not said_of(found, name), name
        assert not list(found.quads_for_pattern(None, None, ox.NamedNode(BASE + name))), name


def test_a_contested_claim_is_there_and_seen_to_be_contested(whole: ox.Store) -> None:
    for name, bound in (("claim/four", "atLeast 4"), ("claim/two", "atMost 2")):
        assert {bound, "standing Contested"} <= said_of(current(whole), name)


def test_a_statement_stays_with_the_claims_that_stand_and_the_words_it_rests_on(whole: ox.Store) -> None:
    found = current(whole)
    assert said_of(found, "statement/s") == {"type Statement", "asserts claim/day", "rendering rendering/s"}
    assert said_of(found, "document/d/1#both") == said_of(whole, "document/d/1#both") != set()
    assert "retracts claim/retracted-day" not in said_of(found, "claim/taking-back") != set()


def test_what_somebody_believes_is_named_with_its_standing_and_without_its_content(whole: ox.Store) -> None:
    found = current(whole)
    assert "toward claim/refuted-south" in said_of(found, "claim/belief")
    assert said_of(found, "claim/refuted-south") == {
        "standing Refuted",
        "standingReason An assessment found it wrong.",
    }


def test_an_event_keeps_no_value_that_it_has_from_such_a_claim_alone(whole: ox.Store) -> None:
    # The day and one of the two who did it are on the refuted claims' word alone.
    lost = {"begin 2025-07-30T00:00:00+03:00", "end 2025-07-30T23:59:59+03:00", "perpetrator actor/south"}
    before, after = said_of(whole, "event/strike"), said_of(current(whole), "event/strike")
    assert lost | {"perpetrator actor/north", "datePrecision Day"} <= before
    assert after == before - lost - {"datePrecision Day"} | {"datePrecision Unknown"}


def test_an_event_keeps_what_a_current_claim_says_too_and_bounds_that_only_touch_the_day(
    whole: ox.Store,
) -> None:
    found = current(whole)
    assert said_of(found, "event/night") == said_of(whole, "event/night")
    dated = said_of(whole, "event/dated")
    assert len(dated) == 3
    # That it ended then is refuted as such, whatever is said of the day.
    assert said_of(found, "event/dated") == dated - {"end 2025-07-29T23:59:59+03:00"}


SAYS = [
    (predicate, standing)
    for predicate in ("happenedOn", "began", "ended")
    for standing in ("Stands", *FALLEN)
]
VALUES = {
    "happenedOn": '"2025-07-30"^^xsd:date',
    "began": '"2025-07-30T00:00:00+03:00"^^xsd:dateTime',
    "ended": '"2025-07-30"^^xsd:date',
}
FELLS = {
    "Stands": "",
    "Refuted": "<assessment/{c}> a rec:Assessment ; rec:assesses <claim/{c}> ; rec:verdict rec:refuted ; rec:assessedBy <editor/e> .",
    "Retracted": "<claim/{c}-back> a rec:PropertyClaim ; rec:claimant <actor/a> ; rec:retracts <claim/{c}> .",
    "Superseded": "<claim/{c}-newer> a rec:PropertyClaim ; rec:claimant <actor/a> ; rec:supersedes <claim/{c}> .",
}


@pytest.mark.slow
def test_an_event_conforms_whichever_of_the_claims_on_its_time_fell() -> None:
    lines = [f"@base <{BASE}> . @prefix rec: <ns#> . @prefix xsd: <{terms.PREFIXES['xsd']}> ."]
    cases = {f"e{i}-{k}": (one, other) for i, one in enumerate(SAYS) for k, other in enumerate(SAYS)}
    assert len(cases) == 144
    for event, pair in cases.items():
        lines.append(
            f"<event/{event}> a rec:Event ; rdfs:label 'E'@en ; rec:datePrecision rec:Day ; "
            'rec:begin "2025-07-30T00:00:00+03:00"^^xsd:dateTime ; rec:end "2025-07-30T23:59:59+03:00"^^xsd:dateTime .'
        )
        for number, (predicate, standing) in enumerate(pair):
            claim = f"{event}-{number}"
            lines.append(
                f"<claim/{claim}> a rec:PropertyClaim ; rec:claimant <actor/a> ; rec:subject <event/{event}> ; "
                f"rec:predicate rec:{predicate} ; rec:value {VALUES[predicate]} . {FELLS[standing].format(c=claim)}"
            )
    text = "\n".join(lines).replace("rdfs:label", f"<{terms.PREFIXES['rdfs']}label>")
    graph = ox.NamedNode(BASE + "document/d/1")
    store = with_derived(
        {ox.Quad(*quad.triple, graph) for quad in ox.parse(text.encode(), ox.RdfFormat.TURTLE)}
    )
    found = current(store)
    faults = {result.focus: result.message for result in validate_all(found).results}
    for event, pair in cases.items():
        assert BASE + f"event/{event}" not in faults, (event, faults[BASE + f"event/{event}"])
        # The day is lost where nobody who still counts says it: of the beginning, `began`; of both ends, `happenedOn`.
        standing = {predicate for predicate, how in pair if how == "Stands"}
        fallen = {predicate for predicate, how in pair if how != "Stands"}
        for name, own in (("begin", "began"), ("end", "ended")):
            lost = bool(({"happenedOn", own} & fallen) - standing)
            said = said_of(found, f"event/{event}")
            assert any(value.startswith(f"{name} ") for value in said) is not lost, (event, pair, said)
            assert not lost or "datePrecision Unknown" in said


def test_all_formats_and_single_graphs_leave_out_the_same(whole: ox.Store) -> None:
    expected = set(current(whole))
    assert set(ox.parse(written(whole, "trig"), ox.RdfFormat.TRIG)) == expected
    merged = {quad.triple for quad in ox.parse(written(whole, "turtle"), ox.RdfFormat.TURTLE)}
    assert merged == {quad.triple for quad in expected}
    graph = terms.graph_iri("assessments")
    for format_ in by_name(EXPORTS):
        alone = {quad.triple for quad in ox.parse(written(whole, format_, graph), PARSERS[format_])}
        assert alone == {quad.triple for quad in expected if quad.graph_name.value == graph} != set()


def test_what_holds_nothing_that_fell_is_whole(whole: ox.Store) -> None:
    kept = ox.Store()
    kept.extend(current(whole))
    assert set(current(kept)) == set(kept)


@pytest.fixture(scope="module", params=["seeds", "invented"])
def large(request: pytest.FixtureRequest, seeds: Seeds) -> ox.Store:
    if request.param == "seeds":
        store = ox.Store()
        store.extend(seeds.quads)
        return store
    return with_derived(set(ox.parse("".join(lines(20_000)).encode(), ox.RdfFormat.N_QUADS)))


@pytest.mark.slow
def test_a_stranger_meets_every_claim_that_counts_no_other_and_no_link_that_leads_nowhere(
    large: ox.Store,
) -> None:
    graph = rdflib.Graph().parse(data=written(large, "turtle"), format="turtle")
    by_standing: dict[str, set[str]] = {}
    for quad in large.quads_for_pattern(None, ox.NamedNode(REC + "standing"), None):
        assert isinstance(quad.subject, ox.NamedNode)
        assert isinstance(quad.object, ox.NamedNode)
        by_standing.setdefault(quad.object.value.removeprefix(REC), set()).add(quad.subject.value)
    fallen = {claim for standing in FALLEN for claim in by_standing.get(standing, ())}
    counting = by_standing["Stands"] | by_standing["Contested"]
    assert fallen
    assert {str(claim) for claim in graph.subjects(rdflib.URIRef(REC + "claimant"))} == counting
    kept = {rdflib.URIRef(REC + name) for name in ("standing", "standingReason")}
    for claim in fallen:
        assert set(graph.predicates(rdflib.URIRef(claim))) <= kept
    subjects = {str(subject) for subject in graph.subjects()}
    before = {quad.subject.value for quad in large if isinstance(quad.subject, ox.NamedNode)}
    pointed_at = {str(value) for value in graph.objects() if isinstance(value, rdflib.URIRef)}
    assert not (pointed_at & before) - subjects


@pytest.mark.slow
def test_the_seeds_are_current_without_the_date_that_was_found_wrong_and_conform(seeds: Seeds) -> None:
    store = ox.Store()
    store.extend(seeds.quads)
    graph = rdflib.Graph().parse(data=written(store, "turtle"), format="turtle")
    event = rdflib.URIRef(BASE + "event/2025-07-29-strike-on-kyiv")
    assert (event, None, None) in graph
    said = {
        str(value) for subject in (event, *graph.subjects(None, event)) for value in graph.objects(subject)
    }
    assert not [text for text in said if "29 July" in text or text.startswith("2025-07-29")]
    words = [str(value) for value in graph.objects(None, rdflib.URIRef(REC + "exact"))]
    assert "On July 29" in [
        quad.object.value
        for quad in store.quads_for_pattern(None, ox.NamedNode(REC + "exact"), None)
        if isinstance(quad.object, ox.Literal)
    ]
    assert not [text for text in words if "July 29" in text]
    assert validate_all(current(store)).conforms
