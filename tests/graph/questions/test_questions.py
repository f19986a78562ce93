"""The questions behind the pages, against what the article says."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from pyoxigraph import NamedNode

from onrecord.graph import questions, terms
from onrecord.graph.ledger import Ledger, Term
from onrecord.graph.questions import lists, views
from onrecord.graph.questions.things import statements
from onrecord.graph.questions.things.loader import Loader, expand, local_name
from onrecord.graph.questions.things.statements import Statement

BASE = terms.DEFAULT_BASE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "actor/peskov",
        *(
            f"{BASE}x{rest}"
            for rest in (" ", "<", ">", '"', "{", "}", "\\", "\n", "`", "|", "^", "[", "%", "%2")
        ),
    ],
)
def test_what_cannot_stand_in_an_iri_reaches_no_query(text: str) -> None:
    with pytest.raises(ValueError, match="IRI"):
        questions.description(text)


def test_a_thing_is_described_or_not(seeded: Ledger) -> None:
    assert questions.is_described(seeded, f"{BASE}actor/peskov")
    assert not questions.is_described(seeded, f"{BASE}actor/nobody")


def test_a_slip_finds_the_likest_names(seeded: Ledger) -> None:
    assert questions.similar(seeded, f"{BASE}actor/zelenskyy", f"{BASE}actor/")[0] == f"{BASE}actor/zelensky"
    assert questions.similar(seeded, f"{BASE}actor/xqxqxq", f"{BASE}actor/") == []


def test_a_slip_within_a_percent_encoding_makes_no_name(seeded: Ledger) -> None:
    assert questions.similar(seeded, f"{BASE}actor/zelenskyy%00", f"{BASE}actor/") == [
        f"{BASE}actor/zelensky"
    ]


def test_a_slip_is_met_however_large_the_graph_is(seeded: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    # As where five thousand other things have labels, so that only names one slip away are looked for.
    text = questions.question("alike").replace("LIMIT 5000", "LIMIT 0")
    monkeypatch.setattr(questions, "question", lambda _: text)
    for slip in ("peskof", "pesov", "peskkov", "pesokv", "eskov", "peskov-"):
        assert questions.similar(seeded, f"{BASE}actor/{slip}", f"{BASE}actor/") == [f"{BASE}actor/peskov"], (
            slip
        )
    assert questions.similar(seeded, f"{BASE}actor/{'x' * 3000}", f"{BASE}actor/") == []


def test_many_things_are_fetched_in_batches_and_none_is_lost(
    seeded: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    things = [
        row["thing"].value for row in seeded.rows("SELECT DISTINCT ?thing WHERE { ?thing rdfs:label ?l }")
    ]
    whole = Loader(seeded)
    whole.fetch(things)
    monkeypatch.setattr(questions, "_BATCH", 7)
    pieces = Loader(seeded)
    pieces.fetch(things)
    assert len(things) > 100
    assert all(whole.facts(thing) == pieces.facts(thing) for thing in things)


def test_steps_in_their_order_reach_all_that_any_number_of_steps_reaches(seeded: Ledger) -> None:
    starts = [
        row["thing"].value
        for row in seeded.rows(
            "SELECT DISTINCT ?thing WHERE { ?thing rec:claimant|rec:speaker|rec:mode|rec:ofVersion|rec:verdict ?x }"
        )
        if isinstance(row["thing"], NamedNode)
    ]
    asked: list[str] = []
    any_number, in_order = Loader(seeded), Loader(_Counting(seeded, asked))
    any_number.fetch_along(starts, *(name for step in statements._RESTING for name in step))
    in_order.fetch_through(starts, *statements._RESTING)
    asked.clear()
    reached = [one for one in any_number._facts if one not in starts]
    assert len(reached) > 20
    assert {one: in_order.facts(one) for one in any_number._facts} == any_number._facts
    assert asked == []


class _Counting:
    """A ledger that notes what it is asked."""

    def __init__(self, ledger: Ledger, asked: list[str]) -> None:
        self._ledger, self._asked = ledger, asked

    def rows(
        self, text: str, *, default_graphs: Sequence[str] | None = None, **bindings: str | Term
    ) -> list[dict[str, Term]]:
        """As Ledger.rows."""
        self._asked.append(text)
        return self._ledger.rows(text, default_graphs=default_graphs, **bindings)


def test_a_page_costs_the_same_few_queries_however_much_stands_on_it(
    seeded: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    rows = seeded.rows
    monkeypatch.setattr(seeded, "rows", lambda text, **iris: asked.append(text) or rows(text, **iris))
    found = views.document(seeded, f"{BASE}document/kyiv-independent-2025-08-28")
    for statement in found.statements:
        assert [name.text for name in statement.speakers]
        assert [claim.contradicted_by for claim in statement.claims]
        assert [excerpt.language for one in statement.renderings for excerpt in one.evidence]
    assert len(found.statements) == 7
    assert len(asked) <= 12


def test_names_are_english_first_and_know_the_side_a_post_puts_a_person_on(seeded: Ledger) -> None:
    loader = Loader(seeded)
    names = {
        who: loader.name(f"{BASE}actor/{who}")
        for who in ("peskov", "zelensky", "trump", "kyiv-independent", "russians")
    }
    assert (names["peskov"].text, names["peskov"].language) == ("Dmitry Peskov", "en")
    sides = {who: name.side and local_name(name.side) for who, name in names.items()}
    assert sides == {
        "peskov": "RussianSide",
        "zelensky": "UkrainianSide",
        "trump": "ThirdParty",
        "kyiv-independent": None,
        "russians": None,
    }


def test_a_thing_nobody_named_is_called_by_the_end_of_its_iri(seeded: Ledger) -> None:
    assert Loader(seeded).name("https://example.org/a/b#c").text == "c"
    assert Loader(seeded).name("https://example.org/a/b/").text == "b"


def test_short_property_names_stand_for_rec() -> None:
    assert expand("speaker") == terms.REC + "speaker"
    assert expand("owl:sameAs") == "http://www.w3.org/2002/07/owl#sameAs"


def test_what_others_said_of_somebody_leaves_out_their_own_words(seeded: Ledger) -> None:
    zelensky = views.actor(seeded, f"{BASE}actor/zelensky")
    assert ids(zelensky.statements) == {"zelensky-ready-to-meet"}
    assert ids(zelensky.statements_about) == {"trump-2025-08-25-putin-zelensky", "lavrov-2025-08-22-meeting"}


def test_attitudes_are_attributed_only_by_somebody_else(seeded: Ledger) -> None:
    assert views.actor(seeded, f"{BASE}actor/zelensky").attitudes == []
    russians = views.actor(seeded, f"{BASE}actor/russians")
    assert {name.text for claim in russians.attitudes for name in claim.claimants} == {"Peter Rutland"}
    assert len(russians.attitudes) == 4


def test_the_chain_from_speaker_to_source_is_kept(seeded: Ledger) -> None:
    statement = views.statement(seeded, f"{BASE}statement/peskov-2025-08-28-negotiations")
    whole, part = (one for one in statement.renderings if one.version and ARTICLE in one.version.iri)
    assert ([name.text for name in whole.relays], whole.is_direct) == (["Russian state media"], True)
    assert ([name.text for name in part.attributed_to], part.is_partial) == (["Russia"], True)
    assert [name.text for name in statement.speakers] == ["Dmitry Peskov"]


def test_statements_are_listed_by_the_day_they_were_said_and_undated_ones_last(seeded: Ledger) -> None:
    days = [statement.day for statement in lists.statements(seeded).things]
    dated = [day for day in days if day is not None]
    assert dated == sorted(dated, reverse=True) == ["2025-08-28"] * 4 + ["2025-08-25", "2025-08-22"]
    assert days[len(dated) :] == [None] * 25


def test_an_event_stands_before_its_parts_and_they_before_theirs(seeded: Ledger) -> None:
    found = views.event(seeded, f"{BASE}event/2025-08-28-strike-on-ukraine")
    assert [local_name(part.iri) for part in found.parts] == [
        "2025-08-28-drone-wave",
        "2025-08-28-missile-wave",
        "2025-08-28-strike-on-kyiv",
        "2025-08-28-hit-on-darnytskyi-building",
    ]


def test_contested_claims_come_first_and_those_that_no_longer_stand_last(seeded: Ledger) -> None:
    first = views.event(seeded, f"{BASE}event/2025-08-28-strike-on-ukraine").claims
    contested = {
        "peskov-2025-08-28-target",
        "russian-mod-2025-08-28-hit",
        "ki-2025-08-28-residential-buildings",
    }
    assert {local_name(claim.iri) for claim in first.things[:3]} == contested
    rest = views.event(seeded, f"{BASE}event/2025-08-28-strike-on-kyiv").claims.things
    gone = [local_name(claim.iri) for claim in rest if claim.superseded_by]
    assert [local_name(claim.iri) for claim in rest[-len(gone) :]] == gone
    assert len(gone) == 7


def test_an_open_bound_stays_open(seeded: Ledger) -> None:
    claim = views.claim(seeded, f"{BASE}claim/ki-2025-08-28-killed").claim
    assert (claim.at_least, claim.at_most) == (21, None)


def test_a_contradiction_is_seen_from_both_sides(seeded: Ledger) -> None:
    one = views.claim(seeded, f"{BASE}claim/peskov-2025-08-28-target").claim
    (other,) = one.contradicted_by
    assert one in other.contradicted_by


def test_everything_points_back_at_a_place(seeded: Ledger) -> None:
    found = views.thing(seeded, f"{BASE}place/kyiv")
    assert {property_.text for property_, _ in found.pointing} >= {"place", "scope", "within"}
    assert all(name.iri != found.thing.iri for _, name in found.pointing)


def test_the_vocabulary_page_holds_every_term_of_the_ontology(seeded: Ledger) -> None:
    listed = lists.vocabulary(seeded)
    found = {term.name.iri for entry in listed for term in entry.terms}
    assert {terms.REC + name for name in ("Statement", "speaker", "atLeast", "killed", "Direct")} <= found
    assert {entry.listing.text for entry in listed if entry.listing} >= {
        "measures",
        "modes",
        "stances",
        "sides",
    }


ARTICLE = "kyiv-independent-2025-08-28/76c3b9f7"


def ids(statements: list[Statement]) -> set[str]:
    return {local_name(statement.iri) for statement in statements}


def test_of_many_claims_against_one_some_are_shown_and_the_query_that_gives_all(
    emptied: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, rule = f"{BASE}claim/one", f"{BASE}rule/r"
    triples = [f"<{one}> a rec:QuantityClaim ; rec:contradicts <{BASE}claim/00> ."]
    for number in range(25):
        other = f"{BASE}claim/{number:02}"
        triples.append(f"<{other}> a rec:QuantityClaim ; rec:contradicts <{one}> .")
        triples.append(
            f"<{BASE}relation/{number}> rdf:subject <{other}> ; rdf:predicate rec:contradicts ; rdf:object <{one}> ; "
            f"rec:derivedBy <{rule}> ."
        )
    emptied.update(f"INSERT DATA {{ {' '.join(triples)} }}", author="tester")
    asked: list[str] = []
    rows = emptied.rows
    monkeypatch.setattr(emptied, "rows", lambda text, **more: asked.append(text) or rows(text, **more))
    claim = views.claim(emptied, one).claim
    against = claim.contradicted_by
    assert [other.iri for other in against] == [f"{BASE}claim/{number:02}" for number in range(10)]
    assert [name.iri for other in against for name in claim.grounds(other)] == [rule] * 10
    assert len(asked) < 16
    assert against.query is not None
    assert len(rows(against.query)) == 25
    assert views.claim(emptied, f"{BASE}claim/00").claim.contradicted_by == [claim]
