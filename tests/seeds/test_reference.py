"""The reference data, held against what is known of these people, places and weapons from elsewhere."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "seeds" / "reference"
WIKIDATA = "http://www.wikidata.org/entity/"

Node = dict[str, Any]

SECTIONS = {  # section: (folder of its IRIs, classes its nodes may have)
    "actors": (
        "actor",
        {"Person", "State", "GovernmentBody", "ArmedForce", "NewsOutlet", "University", "Group"},
    ),
    "tenures": ("tenure", {"Tenure"}),
    "places": ("place", {"Place"}),
    "weapons": ("weapon", {"WeaponType"}),
    "topics": ("topic", {"Topic"}),
    "editors": ("editor", {"Editor"}),
    "platforms": ("platform", {"Platform"}),
    "documents": ("document", {"Dataset"}),
}

NEEDED = {  # what the first article cannot be recorded without
    "actor": {
        *("peskov", "putin", "zelensky", "trump", "lavrov", "rutland"),
        *("russia", "ukraine", "usa", "north-korea", "russians", "europeans"),
        *("kremlin-press-service", "russian-armed-forces", "russian-mfa", "ukrainian-air-force"),
        *("white-house", "wesleyan-university", "kyiv-independent", "russian-state-media"),
    },
    "tenure": {
        *("peskov-press-secretary", "putin-president", "zelensky-president", "trump-president-1"),
        *("trump-president-2", "lavrov-foreign-minister", "rutland-professor"),
    },
    "place": {"ukraine", "kyiv", "darnytskyi-district"},
    "weapon": {
        *("drone", "missile", "shahed", "decoy-drone"),
        *("kh-47-kinzhal", "iskander-m", "kn-23", "kh-101"),
    },
    "topic": {
        *("peace-negotiations", "russia-ukraine-war", "putin-zelensky-meeting", "peace-principles"),
        *("zelensky-legitimacy", "peace-deal", "aerial-attacks-on-ukrainian-cities"),
        *("consequences-of-russian-attacks", "ground-offensives", "russian-peace-terms"),
    },
}

LATIN_BY_CUSTOM = {  # named in Latin letters in Cyrillic texts too
    *("weapon/kn-23", "actor/kyiv-independent", "actor/nbc", "platform/x", "platform/truth-social"),
    *("actor/onrecord-contributors", "actor/ua-air-defense-tracker", "actor/drone-weather-analysis"),
    "editor/onrecord",
}

LATIN = re.compile(r"[A-Za-z]")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
NOT_UKRAINIAN = re.compile(r"[ыэёъЫЭЁЪ]")
NOT_RUSSIAN = re.compile(r"[іїєґІЇЄҐ]")


def load(section: str) -> Node:
    loaded: Node = yaml.load((REFERENCE / f"{section}.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    return loaded


NODES: dict[str, Node] = {node["id"]: node for section in SECTIONS for node in load(section)[section]}


def references(node: Node, key: str) -> list[str]:
    value = node.get(key, [])
    return [value] if isinstance(value, str) else list(value)


def names(node: Node) -> Iterator[tuple[str, str]]:
    """Every name of a node with its language: labels, other spellings, posts."""
    for key in ("label", "altLabel", "post"):
        for language, value in node.get(key, {}).items():
            for name in [value] if isinstance(value, str) else value:
                yield language, name


def expanded(iri: str) -> str:
    return iri.replace("wd:", WIKIDATA, 1) if iri.startswith("wd:") else iri


# The files


@pytest.mark.parametrize("section", SECTIONS)
def test_a_file_holds_its_section_in_the_reference_graph_and_nothing_else(section: str) -> None:
    assert set(load(section)) == {"id", section}
    assert load(section)["id"] == "graph/reference"


def test_every_file_is_a_section_tested_here() -> None:
    assert {path.name for path in REFERENCE.glob("*.yaml")} == {f"{section}.yaml" for section in SECTIONS}


@pytest.mark.parametrize("section", SECTIONS)
def test_an_iri_is_its_folder_and_a_well_formed_slug(section: str) -> None:
    folder, _ = SECTIONS[section]
    for node in load(section)[section]:
        assert re.fullmatch(rf"{folder}/[a-z0-9]+(-[a-z0-9]+)*", node["id"])


@pytest.mark.parametrize("section", SECTIONS)
def test_a_node_has_a_class_of_its_section(section: str) -> None:
    _, classes = SECTIONS[section]
    assert {node["type"] for node in load(section)[section]} <= classes


def test_nothing_is_described_twice() -> None:
    counts = Counter(node["id"] for section in SECTIONS for node in load(section)[section])
    assert [iri for iri, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("folder", NEEDED)
def test_all_that_the_first_article_needs_is_there(folder: str) -> None:
    assert {f"{folder}/{slug}" for slug in NEEDED[folder]} <= set(NODES)


def test_every_key_is_a_key_of_the_context() -> None:
    context = json.loads((ROOT / "ontology" / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    assert {key for node in NODES.values() for key in node} <= set(context)


# Names


@pytest.mark.parametrize("iri", NODES)
def test_everything_has_one_label_in_english_ukrainian_and_russian(iri: str) -> None:
    label = NODES[iri]["label"]
    assert set(label) == {"en", "uk", "ru"}
    assert all(isinstance(text, str) and text == text.strip() != "" for text in label.values())


@pytest.mark.parametrize("iri", NODES)
def test_names_are_in_the_script_of_their_language(iri: str) -> None:
    for language, name in names(NODES[iri]):
        if language == "en":
            assert not CYRILLIC.search(name), name
        elif iri not in LATIN_BY_CUSTOM:
            # A Latin look-alike inside a Cyrillic word (X for Х, M for М) hides the name from every search.
            assert CYRILLIC.search(name), name
            assert not LATIN.search(name), name


@pytest.mark.parametrize("iri", NODES)
def test_ukrainian_and_russian_names_keep_to_their_own_alphabets(iri: str) -> None:
    for language, name in names(NODES[iri]):
        if language == "uk":
            assert not NOT_UKRAINIAN.search(name), name
        if language == "ru":
            assert not NOT_RUSSIAN.search(name), name


@pytest.mark.parametrize(
    ("iri", "ukrainian", "russian"),
    [
        ("actor/putin", "Володимир Путін", "Владимир Путин"),
        ("actor/zelensky", "Володимир Зеленський", "Владимир Зеленский"),
        ("actor/peskov", "Дмитро Пєсков", "Дмитрий Песков"),
        ("actor/lavrov", "Сергій Лавров", "Сергей Лавров"),
        ("actor/russia", "Росія", "Россия"),
        ("actor/ukraine", "Україна", "Украина"),
        ("actor/north-korea", "Північна Корея", "Северная Корея"),
        ("actor/white-house", "Білий дім", "Белый дом"),
        ("place/kyiv", "Київ", "Киев"),
        ("place/darnytskyi-district", "Дарницький район", "Дарницкий район"),
        ("weapon/iskander-m", "Іскандер-М", "Искандер-М"),
    ],
)
def test_names_that_differ_between_the_languages_are_each_languages_own(
    iri: str, ukrainian: str, russian: str
) -> None:
    assert NODES[iri]["label"]["uk"] == ukrainian
    assert NODES[iri]["label"]["ru"] == russian


@pytest.mark.parametrize("iri", NODES)
def test_an_alternative_name_is_not_the_label_again(iri: str) -> None:
    node = NODES[iri]
    for language, value in node.get("altLabel", {}).items():
        spellings = [value] if isinstance(value, str) else value
        assert node["label"][language] not in spellings
        assert len(spellings) == len(set(spellings))


@pytest.mark.parametrize("iri", [iri for iri in NODES if iri.startswith("topic/")])
def test_a_topic_is_named_without_judging(iri: str) -> None:
    loaded = {"aggression", "murder", "terror", "regime", "occupier", "unprovoked", "operation", "so-called"}
    assert not loaded & set(re.findall(r"[a-z-]+", NODES[iri]["label"]["en"].lower()))


# Identities elsewhere


@pytest.mark.parametrize(
    ("iri", "item"),
    [
        ("actor/putin", "Q7747"),
        ("actor/zelensky", "Q3874799"),
        ("actor/trump", "Q22686"),
        ("actor/lavrov", "Q58217"),
        ("actor/russia", "Q159"),
        ("actor/ukraine", "Q212"),
        ("actor/usa", "Q30"),
        ("actor/north-korea", "Q423"),
        ("place/kyiv", "Q1899"),
    ],
)
def test_the_well_known_have_their_well_known_wikidata_item(iri: str, item: str) -> None:
    assert [expanded(same) for same in references(NODES[iri], "sameAs")] == [WIKIDATA + item]


def test_every_identity_is_a_wikidata_entity_and_no_two_nodes_share_one() -> None:
    # owl:sameAs twice to one item would make, say, the state and the territory of Ukraine a single thing.
    same = [expanded(value) for node in NODES.values() for value in references(node, "sameAs")]
    assert [iri for iri in same if not re.fullmatch(re.escape(WIKIDATA) + r"Q[1-9][0-9]*", iri)] == []
    assert len(same) == len(set(same)) >= 9


# References between nodes

ALLOWED = {
    "holder": {"Person"},
    "institution": {"State", "GovernmentBody", "ArmedForce", "NewsOutlet", "University"},
    "unitOf": {"State", "GovernmentBody", "ArmedForce"},
    "within": {"Place"},
    "origin": {"State"},
}


@pytest.mark.parametrize("key", ALLOWED)
def test_references_lead_to_a_node_of_the_right_class(key: str) -> None:
    targets = [target for node in NODES.values() for target in references(node, key)]
    assert targets
    assert [target for target in targets if target not in NODES] == []
    assert {NODES[target]["type"] for target in targets} <= ALLOWED[key]


@pytest.mark.parametrize(("key", "folder"), [("within", "place/"), ("unitOf", "actor/")])
def test_nothing_is_part_of_itself_by_any_chain(key: str, folder: str) -> None:
    for start in (iri for iri in NODES if iri.startswith(folder)):
        seen, current = {start}, start
        while parents := references(NODES[current], key):
            (current,) = parents
            assert current not in seen, f"{start} is {key} itself"
            seen.add(current)


def test_forces_and_government_bodies_belong_to_their_states() -> None:
    state_of = {
        "actor/russian-armed-forces": "actor/russia",
        "actor/russian-mfa": "actor/russia",
        "actor/kremlin-press-service": "actor/russia",
        "actor/ukrainian-air-force": "actor/ukraine",
        "actor/white-house": "actor/usa",
    }
    assert {iri: NODES[iri]["unitOf"] for iri in state_of} == state_of


def test_a_part_of_a_state_is_on_its_states_side() -> None:
    for node in NODES.values():
        for whole in references(node, "unitOf"):
            assert node.get("side") == NODES[whole].get("side"), node["id"]


def test_only_institutions_and_groups_have_a_side_and_it_is_one_of_three() -> None:
    sided = {iri: node["side"] for iri, node in NODES.items() if "side" in node}
    assert set(sided.values()) <= {"RussianSide", "UkrainianSide", "ThirdParty"}
    assert all(iri.startswith("actor/") and NODES[iri]["type"] != "Person" for iri in sided)
    assert sided["actor/russia"] == "RussianSide"
    assert sided["actor/ukraine"] == "UkrainianSide"
    assert "actor/kyiv-independent" not in sided


# Tenures


@pytest.mark.parametrize("iri", [iri for iri in NODES if iri.startswith("tenure/")])
def test_a_tenure_names_holder_institution_and_post_and_does_not_end_before_it_begins(iri: str) -> None:
    tenure = NODES[iri]
    assert {"holder", "institution", "post"} <= set(tenure)
    assert set(tenure["post"]) == {"en", "uk", "ru"}
    # Quoted in the file: a date that YAML has read is no longer the text that was written.
    days = [date.fromisoformat(tenure[key]) for key in ("from", "until") if key in tenure]
    assert days == sorted(days)
    assert "until" not in tenure or "from" in tenure


@pytest.mark.parametrize(
    ("iri", "first", "last"),
    [
        ("tenure/putin-president", date(2012, 5, 7), None),  # third inauguration
        ("tenure/zelensky-president", date(2019, 5, 20), None),  # oath in the Verkhovna Rada
        ("tenure/trump-president-1", date(2017, 1, 20), date(2021, 1, 20)),  # Twentieth Amendment
        ("tenure/trump-president-2", date(2025, 1, 20), None),
        ("tenure/lavrov-foreign-minister", date(2004, 3, 9), None),  # succeeded Igor Ivanov
        ("tenure/peskov-press-secretary", date(2012, 5, 22), None),  # succeeded Natalya Timakova
    ],
)
def test_tenures_run_between_the_days_on_public_record(iri: str, first: date, last: date | None) -> None:
    assert NODES[iri]["from"] == first.isoformat()
    assert NODES[iri].get("until") == (last.isoformat() if last else None)


def test_everyone_quoted_in_an_office_held_it_when_the_first_article_appeared() -> None:
    appeared = date(2025, 8, 28).isoformat()
    dated = [node for node in NODES.values() if node["type"] == "Tenure" and "from" in node]
    current = {node["holder"] for node in dated if node["from"] <= appeared <= node.get("until", appeared)}
    assert {"actor/putin", "actor/zelensky", "actor/trump", "actor/lavrov", "actor/peskov"} <= current


def test_no_one_holds_a_post_twice_at_once() -> None:
    spans: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for node in NODES.values():
        if node["type"] == "Tenure":
            key = (node["holder"], node["post"]["en"])
            spans.setdefault(key, []).append((node.get("from", ""), node.get("until", "9999")))
    for runs in spans.values():
        ordered = sorted(runs)
        assert all(before[1] <= after[0] for before, after in pairwise(ordered))


# Places


@pytest.mark.parametrize("iri", [iri for iri in NODES if iri.startswith("place/")])
def test_coordinates_are_quoted_so_that_their_digits_stay_as_written(iri: str) -> None:
    for key in ("latitude", "longitude"):
        assert isinstance(NODES[iri][key], str)
        assert re.fullmatch(r"-?[0-9]{1,3}\.[0-9]{1,5}", NODES[iri][key])


@pytest.mark.parametrize("iri", ["place/ukraine", "place/kyiv", "place/darnytskyi-district"])
def test_ukrainian_places_lie_in_ukraine(iri: str) -> None:
    place = NODES[iri]
    assert Decimal("44.38") < Decimal(place["latitude"]) < Decimal("52.38")
    assert Decimal("22.13") < Decimal(place["longitude"]) < Decimal("40.23")


def test_a_district_is_within_its_city_and_the_city_within_its_country() -> None:
    assert NODES["place/darnytskyi-district"]["within"] == "place/kyiv"
    assert NODES["place/kyiv"]["within"] == "place/ukraine"


def test_kyiv_is_the_city_on_the_dnipro() -> None:
    kyiv = NODES["place/kyiv"]
    assert Decimal("50.21") < Decimal(kyiv["latitude"]) < Decimal("50.60")
    assert Decimal("30.23") < Decimal(kyiv["longitude"]) < Decimal("30.83")


def test_darnytskyi_district_is_the_south_east_of_kyiv_on_the_left_bank() -> None:
    kyiv, district = NODES["place/kyiv"], NODES["place/darnytskyi-district"]
    assert Decimal("30.55") < Decimal(district["longitude"]) < Decimal("30.83")
    assert Decimal("50.30") < Decimal(district["latitude"]) < Decimal(kyiv["latitude"])


# Weapons


def test_weapons_are_of_the_kind_and_origin_that_arms_references_give() -> None:
    known = {
        "weapon/kh-47-kinzhal": ("aeroballistic", "actor/russia"),
        "weapon/iskander-m": ("ballistic", "actor/russia"),
        "weapon/kn-23": ("ballistic", "actor/north-korea"),
        "weapon/kh-101": ("cruise", "actor/russia"),
        "weapon/shahed": ("drone", None),
        "weapon/decoy-drone": ("drone", None),
        "weapon/drone": ("drone", None),
        "weapon/missile": ("missile", None),
    }
    assert {iri: (NODES[iri]["category"], NODES[iri].get("origin")) for iri in known} == known


def test_every_weapon_has_a_category_of_the_vocabulary() -> None:
    weapons = [node for node in NODES.values() if node["type"] == "WeaponType"]
    assert {node["category"] for node in weapons} <= {
        "ballistic",
        "cruise",
        "aeroballistic",
        "missile",
        "drone",
        "aircraft",
    }
