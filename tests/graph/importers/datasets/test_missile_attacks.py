"""The importer missile-attacks over rows made by hand, one for each trap of the table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.graph.importers.datasets.attack_rows import problems, table
from tests.harness.importing import Said, said

from onrecord.graph.importers.datasets.attacks import place_names, weapon_names
from onrecord.graph.importers.datasets.attacks.attack_rows import moment
from onrecord.graph.importers.datasets.attacks.weapon_names import Weapons
from onrecord.graph.importers.datasets.missile_attacks import IMPORTER

Read = Callable[..., Said]
COUNTS = """
SELECT ?measure ?least ?most WHERE { ?c a rec:QuantityClaim ; rec:measure ?measure ; rec:atLeast ?least ; rec:atMost ?most }
ORDER BY ?measure ?least"""


@pytest.fixture
def read(tmp_path: Path) -> Read:
    return lambda *rows, beside=None: said(IMPORTER, [table(tmp_path / "rows.csv", *rows)], beside)


def test_each_figure_is_a_claim_of_the_air_force_on_the_words_of_the_row(read: Read) -> None:
    out = read(
        {
            "launched": "598.0",
            "destroyed": "563.0",
            "num_hit_location": "13.0",
            "num_fall_fragment_location": "26.0",
        }
    )
    assert out.rows(COUNTS) == [
        ("intercepted", 563, 563),
        ("launched", 598, 598),
        ("locationsHit", 13, 13),
        ("locationsOfDebris", 26, 26),
    ]
    assert set(
        out.rows(
            "SELECT ?who ?weapon ?among { ?c rec:claimant ?who ; rec:weapon ?weapon ; rec:weaponIncluding ?among }"
        )
    ) == {("actor/ukrainian-air-force", "weapon/drone", "weapon/shahed")}
    words = out.rows(
        "SELECT DISTINCT ?exact { ?c a rec:QuantityClaim ; rec:evidence/rec:exact ?exact } ORDER BY ?exact"
    )
    assert words == [("13.0,26.0",), ("2025-08-27 19:30,2025-08-28 09:00,Shahed-136/131",), ("598.0,563.0",)]
    row = out.rows("SELECT ?key ?in ?as { ?v rec:rowKey ?key ; rec:readIn ?in ; rec:readAs ?as }")
    assert row == [("kpszsu/posts/A", "document/missile-attacks-daily", "TableRow")]
    address = out.rows("SELECT ?url { ?v rec:rowKey 'kpszsu/posts/A' ; rec:versionOf/rec:url ?url }")
    assert address == [("https://www.facebook.com/kpszsu/posts/A",)]


def test_a_missing_count_is_no_claim_and_none_is_a_claim_of_none(read: Read) -> None:
    assert read({"launched": "", "destroyed": "0.0"}).rows(COUNTS) == [("intercepted", 0, 0)]
    assert read({"launched": "nan", "destroyed": ""}).rows(COUNTS) == []


@pytest.mark.parametrize(
    ("start", "end", "bounds"),
    [
        (
            "2025-08-27 19:30",
            "2025-08-28 09:00",
            ("2025-08-27T19:30:00+03:00", "2025-08-28T09:00:00+03:00", "Hour"),
        ),
        (
            "2025-08-27 19:30",
            "2025-08-28 09:05",
            ("2025-08-27T19:30:00+03:00", "2025-08-28T09:05:00+03:00", "Minute"),
        ),
        ("2025-01-15", "2025-01-15", ("2025-01-15T00:00:00+02:00", "2025-01-15T23:59:59+02:00", "Day")),
        ("2024-10-15", "2024-10-15 08:00", ("2024-10-15T00:00:00+03:00", "2024-10-15T08:00:00+03:00", "Day")),
        ("2024-10-28 19:00", "2024-10-29", ("2024-10-28T19:00:00+02:00", "2024-10-29T23:59:59+02:00", "Day")),
        (
            "2023-05-16 3:30",
            "2023-05-16 4:00 ",
            ("2023-05-16T03:30:00+03:00", "2023-05-16T04:00:00+03:00", "Hour"),
        ),
        (
            "2024-10-26 21:00",
            "2024-10-27 10:30",
            ("2024-10-26T21:00:00+03:00", "2024-10-27T10:30:00+02:00", "Hour"),
        ),
        (  # clocks were put back at four: three came twice, and from ten to four to ten past three are twenty minutes
            "2024-10-27 03:50",
            "2024-10-27 03:10",
            ("2024-10-27T03:50:00+03:00", "2024-10-27T03:10:00+02:00", "Minute"),
        ),
    ],
)
def test_times_are_bounds_in_kyiv_and_no_more_exact_than_the_table(
    read: Read, start: str, end: str, bounds: tuple[str, ...]
) -> None:
    out = read({"time_start": start, "time_end": end})
    assert out.rows(
        "SELECT ?b ?e ?p { ?s a rec:Strike ; rec:begin ?b ; rec:end ?e ; rec:datePrecision ?p }"
    ) == [bounds]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2025-08-27 19:30:00", "2025-08-28 09:00:00"),
        ("2025-08-27T19:30", "2025-08-28T09:00"),
        (" 2025-08-27 19:30 ", "2025-08-28T09:00:00"),
    ],
)
def test_a_time_written_in_another_form_names_the_same_row(read: Read, start: str, end: str) -> None:
    asked = "SELECT ?c ?b ?e { ?c rec:measure rec:launched ; rec:concerns ?s . ?s rec:begin ?b ; rec:end ?e }"
    (expected,) = read({"time_start": "2025-08-27 19:30", "time_end": "2025-08-28 09:00"}).rows(asked)
    assert expected[1:] == ("2025-08-27T19:30:00+03:00", "2025-08-28T09:00:00+03:00")
    assert read({"time_start": start, "time_end": end}).rows(asked) == [expected]


def test_an_hour_that_the_clocks_skip_or_repeat_is_still_a_moment() -> None:
    assert [moment(text)[0].isoformat() for text in ("2025-03-30 03:30", "2025-10-26 03:30")] == [
        "2025-03-30T03:30:00+02:00",
        "2025-10-26T03:30:00+03:00",
    ]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"time_start": "27 August"}, "'27 August' is no time"),
        ({"time_end": "2025-02-30"}, "'2025-02-30' is no time"),
        # Kyiv was then two hours, two minutes and four seconds ahead, which xsd:dateTime cannot write.
        ({"time_start": "1025-08-27"}, "'1025-08-27' is no time"),
        ({"time_end": "2025-08-26"}, "ends (2025-08-26) before it begins"),
        ({"model": "Rocket Z"}, "the model 'Rocket Z' is not known"),
        ({"model": "Kalibr and Rocket Z"}, "the model 'Kalibr and Rocket Z' is not known"),
        ({"launched": "about 30"}, "launched is 'about 30', which is no whole number"),
        ({"destroyed": "2.5"}, "destroyed is '2.5', which is no whole number"),
        ({"source": " "}, "names no source"),
    ],
)
def test_a_row_that_cannot_be_understood_is_refused_with_its_line_and_the_others_go_in(
    read: Read, cells: dict[str, str], reason: str
) -> None:
    out = read({}, cells, {"model": "Kalibr"})
    assert [(refusal.line, refusal.reason[: len(reason)]) for refusal in out.refused] == [(3, reason)]
    assert len(out.rows(COUNTS)) == 4


@pytest.mark.parametrize(
    ("model", "weapons"),
    [
        ("Kalibr", Weapons(of=("kalibr",))),
        ("C-400 and Iskander-M", Weapons(of=("s-400", "iskander-m"))),
        ("X-101/X-555", Weapons(one_of=("kh-101", "kh-555"))),
        ("Iskander-M/KN-23", Weapons(one_of=("iskander-m", "kn-23"))),
        ("X-101/X-555 and Kalibr", Weapons(one_of=("kh-101", "kh-555", "kalibr"))),
        ("Shahed-136/131", Weapons(of=("drone",), including=("shahed",))),
        ("Shahed-136/131 and Lancet", Weapons(of=("drone", "lancet"), including=("shahed",))),
        ("Молнія", Weapons(of=("molniya",))),
        ("Kalibr/Rocket Z", None),
    ],
)
def test_several_kinds_and_alternatives_in_one_name_are_told_apart(
    model: str, weapons: Weapons | None
) -> None:
    assert weapon_names.find(model) == weapons


@pytest.mark.parametrize(
    ("name", "slugs"),
    [
        ("Chauda, Crimea", ["chauda"]),
        ("Dnipropetrovsk oblast, Dnipro Raion", ["dnipro-raion"]),
        ("Odesa oblast, Black Sea", ["odesa-oblast", "black-sea"]),
        ("Vologda Oblast", ["vologda-oblast"]),
        ("south", ["south-of-ukraine"]),
        ("front line", None),
    ],
)
def test_places_are_the_narrowest_that_a_name_means(name: str, slugs: list[str] | None) -> None:
    found = place_names.find(name, parts=True)
    assert (found and [place.slug for place in found]) == slugs


def test_where_it_came_from_and_went_to_is_every_place_that_and_joins(read: Read) -> None:
    out = read(
        {
            "launch_place": "Chauda, Crimea and Kursk oblast and and Shatalovo",
            "target": "Odesa oblast and south",
            "carrier": "11 x Tu-95MS and Navy",
        }
    )
    assert out.rows("SELECT ?p { ?s rec:launchedFrom ?p } ORDER BY ?p") == [
        ("place/chauda",),
        ("place/kursk-oblast",),
        ("place/shatalovo",),
    ]
    assert out.rows("SELECT ?p { ?s rec:place ?p } ORDER BY ?p") == [
        ("place/odesa-oblast",),
        ("place/south-of-ukraine",),
    ]
    assert out.rows("SELECT ?c { ?s rec:carrier ?c }") == [("weapon/tu-95ms",)]
    assert not out.remarks


def test_a_direction_is_no_place_and_an_unknown_place_is_left_out_with_a_remark(read: Read) -> None:
    out = read({"launch_place": "south-east and Atlantis", "target": "front line"})
    assert out.rows("SELECT ?p { ?s rec:launchedFrom ?p }") == []
    assert out.rows("SELECT ?p ?note { ?s rec:place ?p ; rec:note ?note }") == [
        ("place/ukraine", "The table names no place, and is of attacks on Ukraine.")
    ]
    assert [
        (remark.line, "Atlantis" in remark.reason or "front line" in remark.reason) for remark in out.remarks
    ] == [(2, True)] * 2


def test_a_night_is_a_strike_with_a_part_for_each_weapon(read: Read) -> None:
    out = read({}, {"model": "Kalibr", "time_start": "2025-08-28 03:00", "time_end": "2025-08-28 06:00"})
    whole = out.rows(
        "SELECT ?e ?b ?label { ?e a rec:Strike ; rec:begin ?b ; rdfs:label ?label FILTER NOT EXISTS { ?e rec:partOf ?w } }"
    )
    assert [row[1:] for row in whole] == [
        ("2025-08-27T19:30:00+03:00", "Attack on Ukraine, night to 28 August 2025")
    ]
    parts = out.rows("SELECT ?label { ?p rec:partOf ?e ; rdfs:label ?label } ORDER BY ?label")
    assert parts == [
        ("Drone (with Shahed attack drone) on Ukraine, night to 28 August 2025",),
        ("Kalibr on Ukraine, 28 August 2025, 03:00 to 06:00",),
    ]
    # Each figure is of its part, and of the whole country's night.
    assert out.rows("SELECT (COUNT(*) AS ?n) { ?c rec:concerns ?e }") == [(8,)]


def test_rows_of_one_post_on_other_nights_are_other_strikes(read: Read) -> None:
    out = read({}, {"time_start": "2025-09-27 19:30", "time_end": "2025-09-28 09:00"})
    assert out.rows("SELECT (COUNT(*) AS ?n) { ?e a rec:Strike FILTER NOT EXISTS { ?e rec:partOf ?w } }") == [
        (2,)
    ]
    assert out.rows("SELECT (COUNT(*) AS ?n) { ?s a rec:Statement }") == [(1,)]


def test_a_strike_keeps_its_name_when_a_newer_copy_has_an_earlier_or_a_later_one(read: Read) -> None:
    asked = "SELECT ?e ?b { ?e a rec:Strike ; rec:begin ?b FILTER NOT EXISTS { ?e rec:partOf ?w } }"
    nights = [{"time_start": f"2025-{month}-27 19:30", "time_end": f"2025-{month}-28 09:00"} for month in ("07", "08", "09")]  # fmt: skip
    (alone,) = read(nights[1]).rows(asked)
    assert alone[1] == "2025-08-27T19:30:00+03:00"
    found = read(*nights).rows(asked)
    assert len({name for name, _ in found}) == 3
    assert alone in found


def test_two_rows_of_one_weapon_are_of_their_parts_alone_so_that_neither_passes_for_the_whole(
    read: Read,
) -> None:
    out = read({}, {"time_start": "2025-08-27 21:00"}, {"model": "Kalibr"})
    assert out.rows(
        "SELECT (COUNT(*) AS ?n) { ?c rec:concerns ?e FILTER NOT EXISTS { ?e rec:partOf ?w } }"
    ) == [(2,)]
    assert out.rows(
        "SELECT DISTINCT ?weapon { ?c rec:concerns ?e ; rec:weapon ?weapon FILTER NOT EXISTS { ?e rec:partOf ?w } }"
    ) == [("weapon/kalibr",)]


@pytest.mark.parametrize(
    ("source", "speaker", "unit"),
    [
        ("kpszsu/posts/A", "actor/ukrainian-air-force", "actor/ukraine"),
        ("https://t.me/kpszsu/20048", "actor/ukrainian-air-force", "actor/ukraine"),
        ("PvKPivden/posts/A", "actor/air-command-south", "actor/ukrainian-air-force"),
        ("pvkshid/posts/A", "actor/air-command-east", "actor/ukrainian-air-force"),
    ],
)
def test_the_account_says_who_speaks(read: Read, source: str, speaker: str, unit: str) -> None:
    out = read({"source": source})
    assert out.rows("SELECT ?who ?unit { ?s rec:speaker ?who . ?who rec:unitOf ?unit }") == [(speaker, unit)]


@pytest.mark.parametrize("sources", [("kpszsu/posts/A", "https://t.me/kpszsu/1", "PvKPivden/posts/B")])
@pytest.mark.parametrize("turned", [False, True])
def test_every_platform_of_an_actor_with_several_accounts_is_described(
    read: Read, sources: tuple[str, ...], turned: bool
) -> None:
    out = read(*({"source": source} for source in (sources[::-1] if turned else sources)))
    platforms = "SELECT DISTINCT ?platform { ?platform a rec:Platform } ORDER BY ?platform"
    assert out.rows(platforms) == [("platform/facebook",), ("platform/telegram",)]
    assert problems(out.quads) == ""


@pytest.mark.parametrize("source", ["watch/?v=1216014506516442", "https://t.me/war_monitor/21099"])
def test_of_an_account_that_is_not_known_the_figures_are_on_the_word_of_the_table_alone(
    read: Read, source: str
) -> None:
    out = read({"source": source})
    assert out.rows("SELECT ?s { ?s a rec:Statement }") == []
    assert set(
        out.rows(
            "SELECT ?who ?publisher { ?c rec:claimant ?who ; rec:assertedBy/rec:versionOf/rec:publisher ?publisher }"
        )
    ) == {("actor/ua-air-defense-tracker", "actor/ua-air-defense-tracker")}


@pytest.mark.parametrize(
    "source", ["kpszsu/posts/A\nB", "kpszsu/posts/A B", "https://t.me/kpszsu/<1>", 'kpszsu/"']
)
def test_a_source_that_makes_no_address_is_left_out_with_a_note_and_its_row_goes_in(
    read: Read, source: str
) -> None:
    out = read({"source": source})
    assert len(out.rows(COUNTS)) == 2
    assert out.rows("SELECT ?key { ?v rec:rowKey ?key }") == [(source,)]
    assert out.rows("SELECT ?url { ?v rec:rowKey ?key ; rec:versionOf/rec:url ?url }") == []
    assert [remark.reason.endswith("is none of the web: it is left out") for remark in out.remarks] == [True]
    assert not problems(out.quads)


def test_the_order_of_rows_changes_nothing(read: Read) -> None:
    rows = [
        {},
        {"model": "Kalibr"},
        {"source": "PvKPivden/posts/B", "target": "south"},
        {"time_start": "2025-08-26", "time_end": "2025-08-26"},
    ]
    assert read(*rows).quads == read(*reversed(rows)).quads


def test_what_comes_of_every_trap_meets_the_shapes(read: Read) -> None:
    out = read(
        {},
        {
            "model": "X-101/X-555 and Kalibr",
            "launch_place": "Black Sea, Anapa and Caspian Sea",
            "carrier": "Navy and 4 x Tu-160",
        },
        {
            "source": "PvkCenter/posts/B",
            "target": "",
            "time_start": "2024-02-12",
            "time_end": "2024-02-12 08:00",
        },
        {"source": "watch/?v=1", "target": "Odesa oblast and Mykolaiv oblast"},
        {"source": "GeneralStaff.ua/posts/C", "launched": "", "launch_place": "Belarus"},
    )
    assert problems(out.quads) == ""
