"""The importer resistinua over messages made by hand, one for each trap of the file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.harness.importing import Said, said

from onrecord.graph.importers.datasets.resistinua import IMPORTER, quoted

Read = Callable[..., Said]
UK = "**Українці! Українки!**\n\n83-й день нашої оборони почався з ударів по Україні. Ракетний обстріл Львівщини.\n\nМи це пам'ятаємо."
EN = "Ukrainians!\n\nThe 83rd day of our defense began with strikes at Ukraine. Missile shelling of Lviv region.\n\nWe remember it."


def message(**given: Any) -> dict[str, Any]:
    return {
        "id": "HKFB5PFN2Wg",
        "file": "messages",
        "date": "2022-05-17T23:48:46",
        "speaker": ["Володимир Зеленський"],
        "url": "https://www.youtube.com/watch?v=HKFB5PFN2Wg",
        "topics": ["Ракетний удар"],
        "cities": ["Київ"],
        "uk": {"name": "Ракетні обстріли низки областей ", "text": UK},
        "en": {"name": "Missile shelling of a number of regions", "text": EN},
    } | given


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def write(*messages: dict[str, Any]) -> Said:
        path = tmp_path / "messages.jsonl"
        lines = [
            json.dumps({k: v for k, v in each.items() if v is not None}, ensure_ascii=False)
            for each in messages
        ]
        path.write_text("\n".join(lines), encoding="utf-8")
        return said(IMPORTER, [path])

    return write


def texts(out: Said) -> list[str]:
    return sorted(text for record in out.records for text in record.texts)


def test_one_utterance_has_two_renderings_of_which_one_translates_the_other(read: Read) -> None:
    out = read(message())
    assert out.rows("SELECT ?who ?language ?mode { ?s rec:speaker ?who ; rec:rendering ?r . ?r rec:mode ?mode ; rec:reportedIn/rec:versionOf/rec:language ?language } ORDER BY ?language") == [
        ("actor/zelensky", "en", "Direct"), ("actor/zelensky", "uk", "Direct")
    ]  # fmt: skip
    assert out.rows(
        "SELECT ?of ?to { ?r rec:translates ?o . ?r rec:reportedIn/rec:versionOf/rec:language ?to . ?o rec:reportedIn/rec:versionOf/rec:language ?of }"
    ) == [("uk", "en")]
    assert out.refused == out.remarks == []


def test_each_text_is_kept_and_what_is_quoted_stands_in_it_at_its_offsets(read: Read) -> None:
    out = read(message())
    assert texts(out) == sorted([UK, EN])
    by_hash = {hashlib.sha256(text.encode()).hexdigest(): text for text in (UK, EN)}
    found = out.rows(
        "SELECT ?sha ?length ?licence ?exact ?start ?end { ?v rec:sha256 ?sha ; rec:characters ?length ; rec:textLicence ?licence ; rec:readAs rec:FullText . ?e rec:ofVersion ?v ; rec:exact ?exact ; rec:start ?start ; rec:end ?end }"
    )
    assert {row[0] for row in found} == set(by_hash)
    for sha256, length, licence, exact, start, end in found:
        assert by_hash[sha256][start:end] == exact
        assert length == len(by_hash[sha256])
        assert licence == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert "83-й день нашої оборони почався з ударів по Україні. Ракетний обстріл Львівщини." in {
        row[3] for row in found
    }


def test_the_day_of_publication_is_not_taken_for_the_day_on_which_it_was_said(read: Read) -> None:
    out = read(message())
    assert out.rows("SELECT ?s { ?s rec:saidOn|rec:saidAt ?day }") == []
    assert out.rows("SELECT DISTINCT ?day { ?v rec:published ?day }") == [("2022-05-17",)]


def test_it_is_about_its_topics_and_places_in_one_spelling_and_a_topic_among_the_cities_is_a_topic(
    read: Read,
) -> None:
    cities = ["Києва", "Мар'їнка", "Марʼїнка", "Ірпень", "Ірпінь", "Відбудова України", "Макаров"]
    out = read(message(cities=cities, topics=["Охорона здоров'я"]))
    names = out.rows("SELECT ?about ?name { ?s rec:about ?about . ?about rdfs:label ?name } ORDER BY ?about")
    assert names == [
        ("place/irpin", "Ірпінь"),
        ("place/kyiv", "Київ"),
        ("place/makariv", "Макарів"),
        ("place/marinka", "Марʼїнка"),
        ("topic/resistinua-okhorona-zdorovia", "Охорона здоров'я"),
        ("topic/resistinua-vidbudova-ukrainy", "Відбудова України"),
    ]


def test_several_who_spoke_are_a_group(read: Read) -> None:
    out = read(message(speaker=["Михайло Подоляк", "Денис Шмигаль"]))
    assert out.rows("SELECT ?who ?kind ?name { ?s rec:speaker ?who . ?who a ?kind ; rdfs:label ?name FILTER(LANG(?name) = 'en') }") == [
        ("actor/shmyhal-and-podolyak", "Group", "Denys Shmyhal and Mykhailo Podolyak")
    ]  # fmt: skip


def test_texts_in_the_wrong_place_count_as_what_they_are_written_in(read: Read) -> None:
    out = read(message(uk={"name": "English", "text": EN}, en={"name": "Українська", "text": UK}))
    assert [remark.reason for remark in out.remarks] == [
        "the text in 'uk' is written in 'en': it counts as that, once",
        "the text in 'en' is written in 'uk': it counts as that, once",
    ]
    assert out.rows(
        "SELECT ?language ?name { ?d rec:language ?language ; rdfs:label ?name } ORDER BY ?language"
    ) == [("en", "English"), ("uk", "Українська")]
    assert len(out.rows("SELECT ?r { ?r rec:translates ?o }")) == 1


def test_a_translation_that_is_the_original_again_is_none(read: Read) -> None:
    out = read(message(en={"name": "The day", "text": UK}))
    assert len(out.remarks) == 1
    assert out.rows("SELECT ?language { ?r rec:reportedIn/rec:versionOf/rec:language ?language }") == [
        ("uk",)
    ]
    assert out.rows("SELECT ?r { ?r rec:translates ?o }") == []


@pytest.mark.parametrize("missing", ["uk", "en"])
def test_a_message_in_one_language_translates_nothing(missing: str, read: Read) -> None:
    out = read(message(**{missing: None}))
    assert len(out.rows("SELECT ?r { ?r a rec:Rendering }")) == 1
    assert out.rows("SELECT ?r { ?r rec:translates ?o }") == []


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("Брифінг Ірини Верещук щодо гуманітарних коридорів", "Indirect"),
        ("«Ми дуже цінуємо цю підтримку». Зустріч з членом ради директорів", "Partial"),
        ("Ворог стягує сили. Ми готуємося обороняти Київ!", "Direct"),
    ],
)
def test_how_it_is_worded_is_told_by_its_words(text: str, mode: str, read: Read) -> None:
    out = read(message(uk={"name": "Про день", "text": text}, en=None))
    assert out.rows("SELECT ?mode { ?r rec:mode ?mode }") == [(mode,)]


def test_the_address_of_another_video_is_left_out_and_said(read: Read) -> None:
    other = "https://www.youtube.com/watch?v=NeobYTXX4OQ"
    out = read(message(url=other))
    assert [remark.reason for remark in out.remarks] == [
        f"the address {other} is that of another video than its id 'HKFB5PFN2Wg': it is left out"
    ]
    assert out.rows("SELECT ?d { ?d a rec:Document ; rec:url ?url }") == []


@pytest.mark.parametrize(
    "url", ["HKFB5PFN2Wg", "https://x.example/HKFB5PFN2Wg <b>", "https://x.ex\nample/HKFB5PFN2Wg"]
)
def test_what_is_no_address_is_left_out_and_said(url: str, read: Read) -> None:
    out = read(message(url=url))
    assert [remark.reason for remark in out.remarks] == [
        f"the address {url!r} is none of the web: it is left out"
    ]
    assert out.rows("SELECT ?d { ?d a rec:Document ; rec:url ?url }") == []
    assert len(out.rows("SELECT ?s { ?s a rec:Statement }")) == 1


def test_ids_that_differ_in_capitals_alone_are_two_messages(read: Read) -> None:
    assert len(read(message(), message(id="hkfb5pfn2wg")).rows("SELECT ?s { ?s a rec:Statement }")) == 2


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"speaker": ["Хтось Інший"]}, "the speaker 'Хтось Інший' is not known"),
        ({"speaker": []}, "'speaker' is []: it takes a list of names"),
        ({"date": "2022-03-11T24:04:30"}, "'date' is '2022-03-11T24:04:30'"),
        ({"uk": {"name": "a", "text": " "}}, "'uk' has no name or no text"),
        ({"uk": None, "en": None}, "has a text in no language"),
        ({"uk": {"name": "Брифінг Кирила Тимошенка", "text": UK}}, "the speaker is Володимир Зеленський, and the title names Кирило Тимошенко: who spoke is in doubt"),
    ],
)  # fmt: skip
def test_a_message_that_cannot_be_understood_is_refused_with_its_line(
    given: dict[str, Any], reason: str, read: Read
) -> None:
    out = read(message(id="first"), message(**given))
    (refusal,) = out.refused
    assert refusal.line == 2
    assert reason in refusal.reason
    assert len(out.rows("SELECT ?s { ?s a rec:Statement }")) == 1


def test_a_message_twice_is_one_and_two_that_differ_are_refused(read: Read) -> None:
    assert read(message(), message()).refused == []
    (refusal,) = read(message(), message(topics=[])).refused
    assert "is a second row with the id 'HKFB5PFN2Wg', and differs from the first (line 1)" in refusal.reason


def test_names_that_look_alike_in_latin_letters_are_different_things(read: Read) -> None:
    out = read(
        message(cities=["Харків"], topics=["!!!"]), message(id="B", cities=["Kharkiv"], topics=["???"])
    )
    for kind in ("Place", "Topic"):
        names = out.rows(f"SELECT ?name {{ ?thing a rec:{kind} ; rdfs:label ?name }}")
        things = out.rows(f"SELECT DISTINCT ?thing {{ ?thing a rec:{kind} }}")
        # Ukraine, within which both places lie, is a place too.
        assert len(things) == len(names) == (3 if kind == "Place" else 2)
    assert ("place/kharkiv",) in out.rows('SELECT ?place { ?place rdfs:label "Харків"@uk }')


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Одне речення без кінця", "Одне речення без кінця"),
        ("**Друзі!**\n\nПерше. Друге.\n\nТретє.", "Перше. Друге."),
        ("Dear friends!\n\nOne. Two.", "One. Two."),
        ("**Усе!**", "**Усе!**"),
        ("\n\n  Відступ.  \n\nДалі.", "Відступ."),
        (f"{'а' * 300}. {'б' * 300}. {'в' * 10}.", f"{'а' * 300}."),
        (f"{'а' * 300} {'б' * 300}", "а" * 300),
    ],
)
def test_what_is_quoted_is_the_first_paragraph_that_says_something_in_whole_sentences(
    text: str, words: str
) -> None:
    start, end = quoted(text)
    assert text[start:end] == words
