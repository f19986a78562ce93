"""Questions to the imports of attacks, answered by SPARQL over what the importers say and by pandas over the files.

Sums over an import equal sums over its file; nothing is counted twice, and no gap is filled.
"""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest
from tests.harness.importing import Said, data_set, said

from onrecord.graph.importers.datasets import missile_attacks, mod_russia

pytestmark = pytest.mark.slow

ROW = "?c rec:concerns ?e . FILTER NOT EXISTS { ?part rec:partOf ?e . ?c rec:concerns ?part }"
"""?e is the event of the row that claim ?c was read from: the narrowest that it concerns."""


@pytest.fixture(scope="module")
def attacks() -> Said:
    return said(missile_attacks.IMPORTER, [data_set("missile_attacks_daily.csv")])


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return pd.read_csv(data_set("missile_attacks_daily.csv"))


@pytest.fixture(scope="module")
def posts() -> Said:
    return said(mod_russia.IMPORTER, [data_set("mod_russia_2025-08-27_29.csv")])


@pytest.fixture(scope="module")
def posted() -> pd.DataFrame:
    return pd.read_csv(data_set("mod_russia_2025-08-27_29.csv"))


def pairs(series: pd.Series) -> list[tuple[Any, ...]]:
    """A series as the rows of a SELECT: its index, then its value, sorted."""
    return sorted((*(key if isinstance(key, tuple) else (key,)), int(value)) for key, value in series.items())


def test_every_row_of_the_tables_is_understood(attacks: Said, posts: Said) -> None:
    assert (attacks.refused, posts.refused) == ([], [])


def test_how_many_were_launched_intercepted_and_came_down_in_all(attacks: Said, table: pd.DataFrame) -> None:
    """And how many figures there are: a cell without one is no claim."""
    asked = attacks.rows(
        "SELECT ?measure (COUNT(?c) AS ?cells) (SUM(?n) AS ?sum) { ?c rec:measure ?measure ; rec:atLeast ?n ; rec:atMost ?n } GROUP BY ?measure"
    )
    columns = {
        "launched": "launched",
        "destroyed": "intercepted",
        "num_hit_location": "locationsHit",
        "num_fall_fragment_location": "locationsOfDebris",
    }
    assert sorted(asked) == sorted(
        (measure, int(table[name].count()), int(table[name].sum())) for name, measure in columns.items()
    )


def test_how_many_were_launched_in_each_year(attacks: Said, table: pd.DataFrame) -> None:
    asked = attacks.rows(
        f"SELECT ?year (SUM(?n) AS ?sum) {{ ?c rec:measure rec:launched ; rec:atLeast ?n . {ROW} ?e rec:begin ?b BIND (SUBSTR(STR(?b), 1, 4) AS ?year) }} GROUP BY ?year"
    )
    assert sorted(asked) == pairs(table.groupby(table.time_start.str[:4]).launched.sum())


def test_how_many_kalibrs_were_launched_and_intercepted_in_each_month(
    attacks: Said, table: pd.DataFrame
) -> None:
    one = "?c rec:weapon <https://w3id.org/onrecord/weapon/kalibr> ; rec:measure ?m ; rec:atLeast ?n"
    asked = attacks.rows(
        f"SELECT ?month (SUM(IF(?m = rec:launched, ?n, 0)) AS ?a) (SUM(IF(?m = rec:intercepted, ?n, 0)) AS ?b) {{ {one} . {ROW} ?e rec:begin ?begin BIND (SUBSTR(STR(?begin), 1, 7) AS ?month) FILTER NOT EXISTS {{ ?c rec:weapon ?other FILTER (?other != <https://w3id.org/onrecord/weapon/kalibr>) }} }} GROUP BY ?month"
    )
    mine = table[table.model == "Kalibr"]
    sums = mine.groupby(mine.time_start.str[:7])[["launched", "destroyed"]].sum()
    assert sorted(asked) == sorted(
        (month, int(row.launched), int(row.destroyed)) for month, row in sums.iterrows()
    )


def test_in_which_ten_attacks_most_drones_were_launched(attacks: Said, table: pd.DataFrame) -> None:
    asked = attacks.rows(
        f"SELECT ?n ?b {{ ?c rec:measure rec:launched ; rec:weaponIncluding <https://w3id.org/onrecord/weapon/shahed> ; rec:atLeast ?n . {ROW} ?e rec:begin ?b }} ORDER BY DESC(?n) ?b LIMIT 10"
    )
    largest = table[table.model == "Shahed-136/131"].nlargest(10, "launched", keep="all")
    shown = [(int(row.launched), row.time_start.strip().replace(" ", "T")) for row in largest.itertuples()]
    assert [(n, begin[:16]) for n, begin in asked] == sorted(shown, key=lambda pair: (-pair[0], pair[1]))[:10]


def test_of_how_many_the_source_does_not_say_which_of_two_kinds_they_were(
    attacks: Said, table: pd.DataFrame
) -> None:
    asked = attacks.rows(
        "SELECT (SUM(?n) AS ?sum) (COUNT(*) AS ?rows) { { SELECT DISTINCT ?c ?n { ?c rec:measure rec:launched ; rec:weaponOneOf ?w ; rec:atLeast ?n } } }"
    )
    mine = table[table.model.str.contains("/") & ~table.model.str.contains("Shahed") & table.launched.notna()]
    assert asked == [(int(mine.launched.sum()), len(mine))]


def test_how_many_were_launched_by_whose_word(attacks: Said, table: pd.DataFrame) -> None:
    asked = attacks.rows(
        "SELECT ?who (SUM(?n) AS ?sum) { ?c rec:measure rec:launched ; rec:claimant ?who ; rec:atLeast ?n } GROUP BY ?who"
    )
    accounts = {
        "kpszsu": "actor/ukrainian-air-force",
        "pvkpivden": "actor/air-command-south",
        "pvkshid": "actor/air-command-east",
        "pvkzahid": "actor/air-command-west",
        "pvkcenter": "actor/air-command-centre",
        "generalstaff.ua": "actor/ukrainian-general-staff",
    }
    account = table.source.str.lower().str.replace("https://t.me/", "").str.split("/").str[0]
    assert sorted(asked) == pairs(
        table.groupby(account.map(accounts).fillna("actor/ua-air-defense-tracker")).launched.sum()
    )


def test_how_many_attacks_came_from_crimea(attacks: Said, table: pd.DataFrame) -> None:
    """Rows that name Crimea or a place in it, by the counts of what was launched."""
    asked = attacks.rows(
        f"SELECT (SUM(?n) AS ?sum) (COUNT(?c) AS ?rows) {{ {{ SELECT DISTINCT ?c ?n {{ ?c rec:measure rec:launched ; rec:atLeast ?n . {ROW} ?e rec:launchedFrom/rec:within* <https://w3id.org/onrecord/place/crimea> }} }} }}"
    )
    crimean = table.launch_place.fillna("").str.contains(r"Crimea|Hvardiiske|Feodosia|Yalta")
    mine = table[crimean & table.launched.notna()]
    assert asked == [(int(mine.launched.sum()), len(mine))]


def test_how_many_were_launched_at_odesa_oblast_alone_or_with_others(
    attacks: Said, table: pd.DataFrame
) -> None:
    asked = attacks.rows(
        f"SELECT (SUM(?n) AS ?sum) {{ ?c rec:measure rec:launched ; rec:atLeast ?n . {ROW} ?e rec:place <https://w3id.org/onrecord/place/odesa-oblast> }}"
    )
    parts = table.target.fillna("").str.split(" and |, ", regex=True)
    assert asked == [(int(table[parts.map(lambda names: "Odesa oblast" in names)].launched.sum()),)]


def test_how_often_each_aircraft_carried_kinzhals(attacks: Said, table: pd.DataFrame) -> None:
    asked = attacks.rows(
        f"SELECT ?carrier (COUNT(DISTINCT ?c) AS ?rows) {{ ?c rec:measure rec:launched ; rec:weapon <https://w3id.org/onrecord/weapon/kh-47-kinzhal> . {ROW} ?e rec:carrier ?carrier }} GROUP BY ?carrier"
    )
    mine = table[
        table.model.str.contains("Kinzhal")
        & ~table.model.str.contains("/")
        & table.launched.notna()
        & table.carrier.notna()
    ]
    assert sorted(asked) == pairs(
        mine.carrier.str.replace(r"^\d+ x ", "", regex=True)
        .map(lambda name: f"weapon/{name.lower()}")
        .value_counts()
    )


def test_which_posts_tell_of_each_figure(attacks: Said, table: pd.DataFrame) -> None:
    """Each claim leads to the key of its row, which is the post's address as the table has it."""
    asked = attacks.rows(
        "SELECT ?key (SUM(?n) AS ?sum) { { SELECT DISTINCT ?c ?key ?n { ?c rec:measure rec:launched ; rec:atLeast ?n ; rec:evidence/rec:ofVersion/rec:rowKey ?key } } } GROUP BY ?key"
    )
    mine = table[table.launched.notna()]
    assert sorted(asked) == pairs(mine.groupby(mine.source.str.strip()).launched.sum())


def test_no_interval_is_shorter_or_longer_than_its_row(attacks: Said, table: pd.DataFrame) -> None:
    asked = attacks.rows(
        f"SELECT ?c ?b ?e2 {{ ?c rec:measure rec:intercepted . {ROW} ?e rec:begin ?b ; rec:end ?e2 }}"
    )
    mine = table[table.destroyed.notna()]
    spans = sorted(
        zip(_moments(mine.time_start, "00:00:00"), _moments(mine.time_end, "23:59:59"), strict=True)
    )
    assert sorted((pd.Timestamp(begin[:19]), pd.Timestamp(end[:19])) for _, begin, end in asked) == spans


def _moments(texts: pd.Series, of_a_day: str) -> pd.Series:
    whole = texts.str.strip().map(lambda text: text if " " in text else f"{text} {of_a_day}")
    return pd.to_datetime(whole, format="mixed")


# The other side's posts

NUMBERS = {"один": 1, "два": 2, "три": 3, "пять": 5}


def test_how_many_drones_the_ministry_says_were_shot_down_on_each_day(
    posts: Said, posted: pd.DataFrame
) -> None:
    asked = posts.rows(
        "SELECT ?day (SUM(?n) AS ?sum) { ?s rec:asserts ?c ; rec:saidOn ?day . ?c rec:measure rec:intercepted ; rec:atLeast ?n } GROUP BY ?day"
    )
    words = posted.text_snippet.str.replace("*", "").str.extract(
        r"(\d+|[а-я]+) украинск\w+ беспилотн", flags=re.IGNORECASE
    )[0]
    counts = words.map(lambda word: NUMBERS.get(word) or int(word), na_action="ignore")
    assert sorted(asked) == pairs(counts.groupby(posted.date).sum())
    # The table's own column has the first figure of the text, which is a part, or a number of a brigade or a day.
    assert int(posted.drone_count.sum()) != int(counts.sum())


def test_over_how_many_posts_each_region_was_named(posts: Said, posted: pd.DataFrame) -> None:
    asked = posts.rows(
        "SELECT ?place (COUNT(DISTINCT ?e) AS ?n) { ?e a rec:Strike ; rec:place ?place } GROUP BY ?place"
    )
    tells = posted.text_snippet.str.contains("украинск", case=False) & posted.text_snippet.str.contains(
        "дежурными средствами ПВО"
    )
    regions = posted[tells].oblasts.str.split("|").explode().value_counts()
    names = {"krasnodar": "place/krasnodar-krai", "crimea": "place/crimea"}
    assert sorted(asked) == sorted(
        (names.get(name, f"place/{name}-oblast"), int(count)) for name, count in regions.items()
    )


def test_every_post_is_quoted_in_its_own_words_and_no_further_than_the_cut(
    posts: Said, posted: pd.DataFrame
) -> None:
    asked = dict(posts.rows("SELECT ?key ?exact { ?x rec:exact ?exact ; rec:ofVersion/rec:rowKey ?key }"))
    assert len(asked) == len(posted) == 19
    for row in posted.itertuples():
        assert row.text_snippet.startswith(asked[row.datetime])
        if len(row.text_snippet) >= 400:
            # At a whole word, and never the last one, which may be cut.
            assert re.match(r"\s", row.text_snippet[len(asked[row.datetime]) :])
            assert len(asked[row.datetime]) >= 380
    languages = set(posts.rows("SELECT DISTINCT (LANG(?text) AS ?tag) { ?r rec:text ?text }"))
    assert languages == {("ru",)}
