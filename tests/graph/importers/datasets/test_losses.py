"""The importer losses over rows made by hand, one for each trap of the tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.harness.importing import Said, said

from onrecord.graph.importers.datasets.loss_rows import EQUIPMENT, ORYX
from onrecord.graph.importers.datasets.losses import IMPORTER
from onrecord.graph.vocabulary import ontology

Read = Callable[..., Said]
ZERO = dict.fromkeys(("tank", "APC", "MRL", "drone", "personnel"), 0)
COUNTS = "?c rec:measure ?measure ; rec:claimant ?who . OPTIONAL { ?c rec:atLeast ?least } OPTIONAL { ?c rec:atMost ?most } OPTIONAL { ?c rec:estimate ?about }"


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def write(**tables: list[dict[str, Any]]) -> Said:
        paths = []
        for name, rows in tables.items():
            paths.append(tmp_path / f"{name}.json")
            paths[-1].write_text(json.dumps(rows, indent=4), encoding="utf-8")
        return said(IMPORTER, paths)

    return write


def equipment(date: str, **counts: Any) -> dict[str, Any]:
    return {"date": date, "day": 2, "tank": 80, **counts}


def test_each_total_is_the_general_staffs_exact_claim_as_of_its_day_in_kyiv(read: Read) -> None:
    out = read(equipment=[equipment("2022-02-25", APC=516), equipment("2022-03-27", tank=586)])
    asked = f"SELECT ?day ?measure ?who ?least ?most ?of ?thing ?from ?until {{ {COUNTS} ?c rec:ofParty ?of ; rec:concerns ?thing ; rec:asOfFrom ?from ; rec:asOfUntil ?until ; rec:assertedBy/rec:published ?day }} ORDER BY ?day ?measure"
    same = ("actor/russia", "topic/russian-losses")
    assert out.rows(asked) == [
        ("2022-02-25", "armouredVehiclesLost", "actor/ukrainian-general-staff", 516, 516, *same, "2022-02-25T00:00:00+02:00", "2022-02-26T00:00:00+02:00"),
        ("2022-02-25", "tanksLost", "actor/ukrainian-general-staff", 80, 80, *same, "2022-02-25T00:00:00+02:00", "2022-02-26T00:00:00+02:00"),
        # the night in which the clocks went forward
        ("2022-03-27", "tanksLost", "actor/ukrainian-general-staff", 586, 586, *same, "2022-03-27T00:00:00+02:00", "2022-03-28T00:00:00+03:00"),
    ]  # fmt: skip
    assert out.refused == []


def test_a_version_is_a_row_and_its_words_are_the_rows(read: Read) -> None:
    out = read(equipment=[equipment("2022-02-25")])
    assert out.rows("SELECT ?v ?key ?in ?read ?words { ?v rec:rowKey ?key ; rec:readIn ?in ; rec:readAs ?read . ?e rec:ofVersion ?v ; rec:exact ?words }") == [
        ("document/general-staff-losses/2022-02-25-equipment", "2022-02-25", "document/russian-losses-dataset", "TableRow",
         '{"date": "2022-02-25", "day": 2, "tank": 80}'),
    ]  # fmt: skip


def test_about_is_an_estimate_more_is_a_lower_bound_and_prisoners_are_on_another_word(read: Read) -> None:
    out = read(
        personnel=[
            {"date": "2022-02-25", "day": 2, "personnel": 2800, "personnel*": "about", "POW": 0},
            {"date": "2022-03-01", "day": 6, "personnel": 5710, "personnel*": "more", "POW": 200},
            {"date": "2022-05-01", "day": 67, "personnel": 23500, "personnel*": "about"},
        ]
    )
    found = out.rows(
        f"SELECT ?day ?measure ?who ?least ?most ?about {{ {COUNTS} ?c rec:assertedBy/rec:published ?day }} ORDER BY ?day ?measure"
    )
    staff, invaders = "actor/ukrainian-general-staff", "actor/invaders-rf"
    assert found == [
        ("2022-02-25", "captured", invaders, 0, 0, None),
        ("2022-02-25", "personnelLost", staff, None, None, 2800),
        ("2022-03-01", "captured", invaders, 200, 200, None),
        ("2022-03-01", "personnelLost", staff, 5710, None, None),
        ("2022-05-01", "personnelLost", staff, None, None, 23500),
    ]
    words = out.rows(
        "SELECT ?words { ?c rec:measure rec:personnelLost ; rec:atLeast 5710 ; rec:evidence/rec:exact ?words }"
    )
    assert words == [('{"date": "2022-03-01", "day": 6, "personnel": 5710, "personnel*": "more"}',)]


def test_where_losses_were_greatest_is_a_claim_in_the_sources_words(read: Read) -> None:
    row = equipment("2022-04-27") | {"greatest losses direction": "Kurakhove and Izyum"}
    out = read(equipment=[row])
    assert out.rows(
        "SELECT ?subject ?value { ?c rec:predicate rec:greatestToward ; rec:subject ?subject ; rec:value ?value }"
    ) == [("topic/russian-losses", "Kurakhove and Izyum")]


def test_a_correction_has_the_new_total_supersede_the_one_before_and_says_by_how_much(read: Read) -> None:
    days = [equipment("2022-10-12", APC=5181, MRL=300), equipment("2022-10-13", APC=5167, MRL=301)]
    corrected = {**ZERO, "date": "2022-10-13", "day": 231, "APC": -25}
    out = read(equipment=days, correction=[corrected])
    assert out.rows(
        "SELECT ?new ?old ?n ?o { ?new rec:supersedes ?old ; rec:atMost ?n . ?old rec:atMost ?o }"
    ) == [("claim/russian-losses-2022-10-13-apc", "claim/russian-losses-2022-10-12-apc", 5167, 5181)]
    (relation,) = out.rows(
        "SELECT ?by ?on ?note { ?r a rec:ClaimRelation ; rec:assessedBy ?by ; rec:assessedOn ?on ; rec:note ?note ; rdf:predicate rec:supersedes }"
    )
    assert relation[:2] == ("actor/petro-ivaniuk", "2022-10-13")
    assert relation[2].startswith("The data set lists a correction of -25 in 'APC' for 2022-10-13")
    row = "?r a rec:ClaimRelation ; rec:basis ?x . ?x rec:exact ?words ; rec:ofVersion ?v . ?v rec:readAs rec:TableRow ; rec:rowKey ?key"
    assert out.rows(f"SELECT ?v ?key {{ {row} }}") == [
        ("document/russian-losses-corrections/2022-10-13", "2022-10-13")
    ]
    ((words,),) = out.rows(f"SELECT ?words {{ {row} }}")
    assert '"APC": -25' in words
    # 13 October is day 232, counted from 24 February.
    assert relation[2].endswith("Its number of the day there, 231, is that of another day; the date counts.")


def test_a_correction_of_what_is_not_there_is_refused_and_the_rest_of_it_goes_in(read: Read) -> None:
    days = [equipment("2022-10-12", APC=5181), equipment("2022-10-13", APC=5167)]
    out = read(
        equipment=days, correction=[{**ZERO, "date": "2022-10-13", "day": 232, "APC": -25, "personnel": 160}]
    )
    (refusal,) = out.refused
    assert "corrects 'personnel' by +160, and there is no total of 2022-10-13" in refusal.reason
    assert len(out.rows("SELECT ?r { ?r a rec:ClaimRelation }")) == 1


def test_a_figure_that_is_null_is_no_claim_and_no_total_of_none(read: Read) -> None:
    out = read(
        equipment=[{"date": "2022-02-25T00:00:00.000", "day": 2.0, "tank": None, "APC": 516.0, "drone": 0.0}]
    )
    assert out.refused == []
    assert out.rows(f"SELECT ?measure ?least ?most {{ {COUNTS} }} ORDER BY ?measure") == [
        ("armouredVehiclesLost", 516, 516),
        ("dronesLost", 0, 0),
    ]
    assert out.rows("SELECT ?key ?words { ?v rec:rowKey ?key . ?e rec:exact ?words }") == [
        ("2022-02-25", '{"date": "2022-02-25", "day": 2, "APC": 516, "drone": 0}')
    ]


def test_corrections_without_personnel_are_known_by_the_name_of_their_file_and_never_totals(
    read: Read,
) -> None:
    rows = [{"date": "2022-10-13", "day": 232, "tank": 0, "APC": 25}]
    totals = [equipment("2022-10-12", APC=5100), equipment("2022-10-13", APC=5167)]
    for order in (
        {"russia_losses_equipment_correction": rows, "equipment": totals},
        {"equipment": totals, "russia_losses_equipment_correction": rows},
    ):
        out = read(**order)
        assert out.refused == []
        assert out.rows(
            "SELECT ?least ?before { ?c rec:atLeast ?least ; rec:supersedes/rec:atMost ?before }"
        ) == [(5167, 5100)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"date": "2022-02-30", "tank": 1}, "'date' is '2022-02-30'"),
        ({"date": "2022-02-25", "tank": -1}, "'tank' is -1: it takes a whole number, 0 or more"),
        ({"date": "2022-02-25", "tank": 80.5}, "'tank' is 80.5"),
        ({"date": "2022-02-25 06:00", "tank": 80}, "'date' is '2022-02-25 06:00'"),
        ({"date": "2022-02-25", "tank": True}, "'tank' is True"),
        ({"date": "2022-02-25", "personnel": 1, "personnel*": "some"}, "'personnel*' is 'some'"),
        ({"date": "2022-02-25"}, "is no row of this data set"),
        ({"equipment_oryx": "Balloons", "model": "x", "losses_total": 1}, "'equipment_oryx' is 'Balloons'"),
        ({"equipment_oryx": "Tanks", "model": "", "losses_total": 1}, "'model' is ''"),
        ({"equipment_oryx": "Tanks", "model": "T-72", "losses_total": "1"}, "'losses_total' is '1'"),
    ],
)
def test_a_row_that_cannot_be_understood_is_refused_with_its_number_and_the_rest_goes_in(
    row: dict[str, Any], reason: str, read: Read
) -> None:
    out = read(mixed=[equipment("2022-02-24"), row])
    (refusal,) = out.refused
    assert refusal.line == 2
    assert reason in refusal.reason
    assert len(out.rows("SELECT ?c { ?c rec:measure ?m }")) == 1


def test_a_new_column_is_said_once_and_keeps_no_row_out(read: Read) -> None:
    out = read(equipment=[equipment("2022-02-25", airships=3), equipment("2022-02-26", airships=4)])
    assert [refusal.line for refusal in out.refused] == [1]
    assert "'airships', which this importer does not know" in out.refused[0].reason
    assert len(out.rows("SELECT ?c { ?c rec:measure rec:tanksLost }")) == 2


def test_a_row_twice_is_one_and_two_that_differ_are_refused(read: Read) -> None:
    row = equipment("2022-02-25")
    assert read(one=[row], other=[row]).refused == []
    (refusal,) = read(one=[row], other=[row | {"tank": 81}]).refused
    assert "is a second row on 2022-02-25, and differs from the first (item 1)" in refusal.reason


ORYX_ROWS = [
    {"equipment_oryx": "Tanks", "model": "T-62M", "manufacturer": "the Soviet Union", "losses_total": 43, "equipment_ua": "Tanks"},
    {"equipment_oryx": "Tanks", "model": "T-90M", "manufacturer": "Russia", "losses_total": 20, "equipment_ua": "Tanks"},
    {"equipment_oryx": "Surface-To-Air Missile Systems", "model": "9A331 Tor-M1", "manufacturer": "Russia", "losses_total": 5,
     "equipment_ua": "Multiple Rocket Launchers"},
]  # fmt: skip


def test_oryx_counts_lower_bounds_by_its_own_categories_and_no_more(read: Read) -> None:
    out = read(oryx=ORYX_ROWS, equipment=[equipment("2026-08-08")])
    asked = "SELECT ?measure ?weapon ?least { ?c rec:claimant <https://w3id.org/onrecord/actor/oryx> ; rec:measure ?measure ; rec:atLeast ?least . OPTIONAL { ?c rec:weapon/rdfs:label ?weapon } } ORDER BY ?measure ?least ?weapon"
    assert out.rows(asked) == [
        ("airDefenceLost", None, 5),
        ("airDefenceLost", "9A331 Tor-M1", 5),
        ("tanksLost", "T-90M", 20),
        ("tanksLost", "T-62M", 43),
        ("tanksLost", None, 63),
    ]
    assert (
        out.rows(
            "SELECT ?c { ?c rec:claimant <https://w3id.org/onrecord/actor/oryx> { ?c rec:atMost ?m } UNION { ?c rec:estimate ?m } UNION { ?c rec:asOfFrom|rec:asOfUntil ?m } }"
        )
        == []
    )
    assert out.rows(
        "SELECT ?n (COUNT(?e) AS ?rows) { ?c rec:note ?n ; rec:measure rec:tanksLost ; rec:evidence ?e } GROUP BY ?n"
    ) == [("Added up from 2 rows of the file; each is of one type.", 2)]


def test_a_newer_copy_of_the_totals_changes_nothing_but_the_days_it_adds(read: Read) -> None:
    days = [equipment("2022-10-12", APC=5181), equipment("2022-10-13", APC=5167)]
    before = {
        record.key: frozenset(record.triples)
        for record in read(oryx=ORYX_ROWS, equipment=days[:1]).records
        if not record.shared
    }
    after = {
        record.key: frozenset(record.triples)
        for record in read(oryx=ORYX_ROWS, equipment=days).records
        if not record.shared
    }
    assert after.keys() - before.keys() == {"equipment 2022-10-13"}
    assert {key: after[key] for key in before} == before


def test_each_kind_of_loss_is_a_measure_that_can_only_grow() -> None:
    kinds = {*EQUIPMENT.values(), "personnelLost", *(measure for measure, _ in ORYX.values())}
    growing = {
        triple.subject.value
        for triple in ontology.vocabulary_triples()
        if triple.predicate.value.endswith("#countKind") and str(triple.object).endswith("#Cumulative>")
    }
    assert {f"https://w3id.org/onrecord/ns#{kind}" for kind in kinds} <= growing


def test_the_order_of_files_and_rows_changes_nothing(read: Read) -> None:
    days = [equipment("2022-10-12", APC=5181), equipment("2022-10-13", APC=5167)]
    correction = [{**ZERO, "date": "2022-10-13", "day": 232, "APC": -25}]
    assert (
        read(a=correction, b=[*reversed(ORYX_ROWS), *reversed(days)]).quads
        == read(a=[*days, *ORYX_ROWS], b=correction).quads
    )
