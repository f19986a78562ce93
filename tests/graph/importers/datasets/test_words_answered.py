"""Questions over the whole files of losses, unscon and resistinua, with answers that pandas works out from the files."""

from __future__ import annotations

import json
from collections import Counter

import pandas as pd
import pytest
from tests.harness.importing import Said, data_set, said

from onrecord.graph.files.texts import digest
from onrecord.graph.importers.datasets import losses, resistinua, unscon

pytestmark = pytest.mark.slow

_LOSSES = ("equipment", "personnel", "equipment_correction", "equipment_oryx")
STAFF = "rec:claimant <https://w3id.org/onrecord/actor/ukrainian-general-staff>"
NAMED = {name: iri for name, (iri, _) in unscon.STATES.items()}


def table(name: str) -> pd.DataFrame:
    """A table of losses as pandas reads it; numbers that are missing stay missing."""
    rows = json.loads(data_set(f"russia_losses_{name}_37655f8.json").read_text(encoding="utf-8"))
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def lost() -> Said:
    return said(losses.IMPORTER, [data_set(f"russia_losses_{name}_37655f8.json") for name in _LOSSES])


@pytest.fixture(scope="module")
def disputed() -> Said:
    return said(unscon.IMPORTER, [data_set("unscon_conflict_annotations_ecfa26d.csv")])


@pytest.fixture(scope="module")
def speeches() -> pd.DataFrame:
    path = data_set("unscon_conflict_annotations_ecfa26d.csv")
    frame = pd.read_csv(path, keep_default_na=False)
    frame["speaker"] = (
        frame.file_id.str.extract(r"spch\d+_(.+?)(?:_neg|_pos)?(?:_|%20)\d+(?:_GD)?\.txt")[0]
        .str.replace(r"(?<=[a-z])A?\d*$", "", regex=True)
        .str.lower()
        .map(NAMED)
    )
    assert frame.speaker.notna().all()
    return frame


@pytest.fixture(scope="module")
def spoken() -> Said:
    return said(resistinua.IMPORTER, [data_set("resistinua_2391318.jsonl")])


@pytest.fixture(scope="module")
def messages(spoken: Said) -> pd.DataFrame:
    """The messages but those that the importer refuses."""
    with data_set("resistinua_2391318.jsonl").open(encoding="utf-8") as file:
        frame = pd.DataFrame([json.loads(line) for line in file])
    refused = {refusal.line for refusal in spoken.refused}
    assert len(refused) == 7
    return frame[~(frame.index + 1).isin(refused)]


# Losses


def test_1_the_sum_of_all_totals_by_kind_is_that_of_the_file(lost: Said) -> None:
    columns = table("equipment").drop(columns=["date", "day", "greatest losses direction"])
    expected = {losses.EQUIPMENT[name]: int(columns[name].sum()) for name in columns}
    found = lost.rows(
        f"SELECT ?m (SUM(?n) AS ?sum) {{ ?c {STAFF} ; rec:measure ?m ; rec:atLeast ?n ; rec:atMost ?n }} GROUP BY ?m"
    )
    assert dict(found) == expected
    personnel = table("personnel")
    roughly = lost.rows(
        "SELECT (SUM(?n) AS ?sum) (COUNT(?n) AS ?days) { ?c rec:measure rec:personnelLost ; rec:estimate ?n }"
    )
    about = personnel[personnel["personnel*"] == "about"].personnel
    assert roughly == [(int(about.sum()), len(about))]
    assert lost.refused == []


def test_2_what_was_lost_by_the_staffs_last_word(lost: Said) -> None:
    last = table("equipment").iloc[-1].dropna()
    expected = {
        losses.EQUIPMENT[name]: int(value) for name, value in last.items() if name in losses.EQUIPMENT
    }
    found = lost.rows(
        f'SELECT ?m ?n {{ ?c {STAFF} ; rec:measure ?m ; rec:atMost ?n ; rec:assertedBy/rec:published "2026-08-08"^^xsd:date }}'
    )
    assert dict(found) == expected


def test_3_which_totals_were_corrected_and_to_what(lost: Said) -> None:
    corrections = table("equipment_correction").drop(columns="day").melt("date")
    corrections = corrections[corrections.value != 0]
    totals = pd.concat([table("equipment"), table("personnel")]).melt("date").dropna()
    new = corrections.merge(totals, on=["date", "variable"], suffixes=("", "_new"))
    measures = losses.EQUIPMENT | {losses.PERSONNEL: "personnelLost"}
    expected = sorted((row.date, measures[row.variable], int(row.value_new)) for row in new.itertuples())
    found = lost.rows(
        "SELECT ?day ?m ?n { ?c rec:supersedes ?old ; rec:measure ?m ; rec:atMost|rec:estimate ?n ; rec:assertedBy/rec:published ?day }"
    )
    assert sorted(found) == expected
    assert len(found) == len(corrections) == 86
    assert corrections.date.nunique() == 28
    before = lost.rows(
        "SELECT ?c { ?c rec:supersedes ?old . ?c rec:assertedBy/rec:published ?day . ?old rec:assertedBy/rec:published ?was FILTER(?was >= ?day) }"
    )
    assert before == []


def test_4_what_oryx_saw_of_what_the_staff_counts(lost: Said) -> None:
    oryx = table("equipment_oryx")
    by_measure = oryx.groupby(oryx.equipment_oryx.map(lambda name: losses.ORYX[name][0])).losses_total.sum()
    seen = lost.rows(
        "SELECT ?m (SUM(?n) AS ?all) { ?c rec:claimant <https://w3id.org/onrecord/actor/oryx> ; rec:weapon ?w ; rec:measure ?m ; rec:atLeast ?n } GROUP BY ?m"
    )
    assert dict(seen) == by_measure.to_dict()
    whole = lost.rows(
        "SELECT ?m ?n { ?c rec:claimant <https://w3id.org/onrecord/actor/oryx> ; rec:measure ?m ; rec:atLeast ?n FILTER NOT EXISTS { ?c rec:weapon ?w } }"
    )
    assert dict(whole) == by_measure.drop("equipmentLost").to_dict()
    # A lower bound below every total contradicts none.
    last = table("equipment").iloc[-1]
    assert all(
        int(last[name]) >= by_measure.get(measure, 0)
        for name, measure in losses.EQUIPMENT.items()
        if last.notna()[name]
    )


def test_5_where_the_losses_were_greatest_and_how_often(lost: Said) -> None:
    expected = table("equipment")["greatest losses direction"].dropna().value_counts().to_dict()
    found = lost.rows(
        "SELECT ?where (COUNT(?c) AS ?days) { ?c rec:predicate rec:greatestToward ; rec:value ?where } GROUP BY ?where"
    )
    assert dict(found) == expected


# UNSCon


def test_6_who_criticises_which_state_how_often(disputed: Said, speeches: pd.DataFrame) -> None:
    critical = speeches[(speeches.A0 != "_") & speeches.A4.isin(list(NAMED))]
    expected = critical.groupby(["speaker", critical.A4.map(NAMED), "A0"]).size()
    found = disputed.rows("""SELECT ?who ?whom ?how (COUNT(?c) AS ?n) { ?c rec:claimant ?who ; rec:toward ?whom ; rec:attitude ?how .
      ?whom a rec:State . FILTER(?how IN (rec:criticises, rec:criticisesIndirectly) && !CONTAINS(STR(?note), "Self-targeting")) ?c rec:note ?note } GROUP BY ?who ?whom ?how""")
    kinds = {kind: name for name, kind in unscon.KINDS.items()}
    assert {(who, whom, kinds[how]): n for who, whom, how, n in found} == expected.to_dict()


def test_7_who_challenges_whom_and_every_correction(disputed: Said, speeches: pd.DataFrame) -> None:
    challenges = speeches[(speeches.B1 == "Challenge") & speeches.B3.isin(list(NAMED))]
    expected = challenges.groupby(["speaker", challenges.B3.map(NAMED)]).size()
    found = disputed.rows(
        "SELECT ?who ?whom (COUNT(?c) AS ?n) { ?c rec:attitude rec:challenges ; rec:claimant ?who ; rec:toward ?whom . ?whom a rec:State } GROUP BY ?who ?whom"
    )
    assert {row[:2]: row[2] for row in found} == expected.to_dict()
    corrections = disputed.rows(
        "SELECT ?who (COUNT(?c) AS ?n) { ?c rec:attitude rec:corrects ; rec:claimant ?who } GROUP BY ?who"
    )
    assert dict(corrections) == speeches[speeches.B1 == "Correction"].groupby("speaker").size().to_dict()


def test_8_every_unit_is_an_excerpt_with_its_words_and_offsets(
    disputed: Said, speeches: pd.DataFrame
) -> None:
    found = disputed.rows(
        "SELECT ?key ?start ?end ?words { ?e rec:exact ?words ; rec:start ?start ; rec:end ?end ; rec:ofVersion/rec:rowKey ?key }"
    )
    expected = [
        (row.file_id, *map(int, row.EDU_char_offsets.split("-")), row.EDU_text)
        for row in speeches.itertuples()
    ]
    assert Counter(found) == Counter(expected)
    assert len(found) == 4726
    claims = disputed.rows("SELECT ?words { ?c a rec:AttitudeClaim ; rec:evidence/rec:exact ?words }")
    annotated = speeches[(speeches.A0 != "_") | (speeches.B1 != "_")]
    assert Counter(words for (words,) in claims) == Counter(annotated.EDU_text)
    speeches_in_it = speeches.file_id.str.extract(r"SPV\.(\d+_spch\d+)")[0].nunique()
    assert disputed.rows("SELECT (COUNT(?s) AS ?n) { ?s a rec:Statement }") == [(speeches_in_it,)]


# Resistinua


def test_9_how_many_messages_there_are_of_each_official_and_month(
    spoken: Said, messages: pd.DataFrame
) -> None:
    alone = messages[messages.speaker.str.len() == 1]
    speakers = alone.speaker.str[0].map(lambda name: resistinua.SPEAKERS[name][0])
    expected = alone.groupby([speakers, alone.date.str[:7]]).size()
    found = spoken.rows("""SELECT ?who ?month (COUNT(DISTINCT ?s) AS ?n) { ?s rec:speaker ?who ; rec:rendering/rec:reportedIn/rec:published ?day .
      ?who a rec:Person BIND(SUBSTR(STR(?day), 1, 7) AS ?month) } GROUP BY ?who ?month""")
    assert {row[:2]: row[2] for row in found} == expected.to_dict()


def test_10_how_much_is_kept_and_how_many_messages_are_translated(
    spoken: Said, messages: pd.DataFrame
) -> None:
    # By the script of most letters, as a person sees at a glance: which texts are in which language.
    texts = messages.melt("id", ["uk", "en"]).dropna()
    texts["text"] = texts.value.str["text"]
    cyrillic = texts.text.str.count("[А-яІіЇїЄєҐґ]") > texts.text.str.count("[A-Za-z]")
    texts["written"] = cyrillic.map({True: "uk", False: "en"})
    # Where both are in one language, that of the column in this language is kept.
    texts["apart"] = texts.variable != texts.written
    one_each = texts.sort_values("apart").drop_duplicates(["id", "written"])
    expected = one_each.groupby("written").text.agg(["size", lambda found: int(found.str.len().sum())])
    found = spoken.rows(
        "SELECT ?language (COUNT(?v) AS ?n) (SUM(?length) AS ?all) { ?v rec:characters ?length ; rec:versionOf/rec:language ?language } GROUP BY ?language"
    )
    assert sorted(found) == sorted(
        (name, *map(int, row)) for name, row in zip(expected.index, expected.to_numpy(), strict=True)
    )
    pairs = one_each.groupby("id").size()
    assert spoken.rows("SELECT (COUNT(?r) AS ?n) { ?r rec:translates ?o }") == [(int((pairs == 2).sum()),)]
    assert {text for record in spoken.records for text in record.texts} == set(one_each.text)


def test_11_what_they_spoke_about_most(spoken: Said, messages: pd.DataFrame) -> None:
    # A topic that is named twice of one message is one.
    named = messages[["id", "topics"]].explode("topics").dropna().drop_duplicates()
    expected = named.topics.value_counts()
    found = spoken.rows(
        "SELECT ?name (COUNT(?s) AS ?n) { ?s rec:about ?t . ?t a rec:Topic ; rdfs:label ?name } GROUP BY ?name"
    )
    misplaced = messages.cities.dropna().explode()
    misplaced = misplaced[misplaced.isin(list(resistinua.NOT_CITIES))].value_counts()
    assert dict(found) == expected.add(misplaced, fill_value=0).astype(int).to_dict()


def test_12_each_quoted_passage_stands_in_its_text(spoken: Said) -> None:
    texts = {text for record in spoken.records for text in record.texts}
    by_length = spoken.rows(
        "SELECT ?sha ?exact ?start ?end { ?e rec:exact ?exact ; rec:start ?start ; rec:end ?end ; rec:ofVersion/rec:sha256 ?sha }"
    )
    kept = {digest(text): text for text in texts}
    assert all(kept[sha][start:end] == exact for sha, exact, start, end in by_length)
    assert len(by_length) == len(spoken.rows("SELECT ?v { ?v rec:sha256 ?sha }"))
