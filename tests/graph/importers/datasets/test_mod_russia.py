"""The importer mod-russia over posts made by hand, one for each trap of the table."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.harness.importing import Beside, Said, said

from onrecord.graph.importers.datasets.mod_russia import IMPORTER, places, plain, quoted, shot_down, span
from onrecord.graph.records.seeds import Seeds

Read = Callable[..., Said]
FOOTER = "  🔹 [Подписаться на канал](https://t.me/mod_russia) 🔹 [Мы в МАХ](https://max.ru/morf)"
POST = (
    "🎖🎖 С 08.40 до 13.40 мск дежурными средствами ПВО **уничтожены три украинских беспилотных летательных аппарата**"
    + FOOTER
)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def write(*posts: tuple[str, str, str], beside: Beside | None = None) -> Said:
        path = tmp_path / "posts.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["date", "datetime", "drone_count", "oblasts", "text_snippet"])
            for moment, oblasts, text in posts:
                writer.writerow([moment[:10], moment, "0", oblasts, text])
        return said(IMPORTER, [path], beside)

    return write


def test_a_post_is_a_statement_of_the_ministry_in_russian_at_its_minute(read: Read) -> None:
    out = read(("2025-08-28 11:19", "kursk|belgorod", POST))
    assert out.rows(
        "SELECT ?who ?at ?mode ?channel { ?s rec:speaker ?who ; rec:saidAt ?at ; rec:rendering ?r . ?r rec:mode ?mode ; rec:channel ?channel }"
    ) == [("actor/russian-mod", "2025-08-28T11:19:00Z", "Direct", "platform/telegram")]
    text = "🎖🎖 С 08.40 до 13.40 мск дежурными средствами ПВО уничтожены три украинских беспилотных летательных аппарата"
    assert out.rows("SELECT ?text (LANG(?text) AS ?tag) { ?r rec:text ?text }") == [(text, "ru")]
    assert out.rows("SELECT ?language { ?d a rec:Document ; rec:language ?language }") == [("ru",)]
    assert out.rows("SELECT ?key ?url { ?v rec:rowKey ?key ; rec:versionOf/rec:url ?url }") == [
        ("2025-08-28 11:19", "https://t.me/mod_russia")
    ]


def test_what_was_shot_down_is_a_claim_on_a_strike_that_the_ministry_alone_alleges(read: Read) -> None:
    out = read(("2025-08-28 11:19", "kursk|belgorod", POST))
    claim = "?c rec:measure ?measure ; rec:atLeast ?least ; rec:atMost ?most ; rec:ofParty ?whose ; rec:concerns ?e . ?e rec:allegedBy ?by ; rec:begin ?b ; rec:end ?end"
    assert out.rows(f"SELECT ?measure ?least ?most ?whose ?by ?b ?end {{ {claim} }}") == [
        (
            "intercepted",
            3,
            3,
            "actor/ukraine",
            "actor/russian-mod",
            "2025-08-28T08:40:00+03:00",
            "2025-08-28T13:40:00+03:00",
        )
    ]
    assert out.rows("SELECT ?p { ?e a rec:Strike ; rec:place ?p } ORDER BY ?p") == [
        ("place/belgorod-oblast",),
        ("place/kursk-oblast",),
    ]


def test_a_text_that_the_table_cut_is_quoted_up_to_its_last_whole_word(read: Read) -> None:
    cut = ("слово " * 70)[:400]
    assert len(cut) == 400
    assert cut.endswith("сло") or cut.endswith("слов")
    assert quoted(cut) == ("слово " * 66).strip()
    out = read(("2025-08-28 09:21", "unknown", cut))
    assert out.rows("SELECT ?exact { ?x rec:exact ?exact }") == [(("слово " * 66).strip(),)]
    assert (
        "after 400 characters" in out.rows("SELECT ?note { ?v a rec:DocumentVersion ; rec:note ?note }")[0][0]
    )


def test_a_text_that_is_whole_loses_nothing_but_the_channels_footer() -> None:
    assert quoted("Коротко." + FOOTER) == "Коротко."
    assert quoted("🔹 Пункт первый. 🔹 Пункт второй.") == "🔹 Пункт первый. 🔹 Пункт второй."
    assert quoted("x" * 390 + "  🔹 [Подписаться") == "x" * 390


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (
            "перехвачены и уничтожены 102 украинских беспилотных летательных аппарата: 22 БПЛА – над морем",
            102,
        ),
        ("уничтожены и перехвачены 19 украинских беспилотных летательных аппаратов", 19),
        ("уничтожен один украинский беспилотный летательный аппарат", 1),
        ("уничтожены два украинских беспилотных летательных аппарата", 2),
        ("Перехвачены и уничтожены двенадцать украинских беспилотных летательных аппаратов", 12),
        ("уничтожены сорок украинских беспилотных летательных аппаратов", 40),
        ("перехвачено и уничтожено двадцать один украинский беспилотный летательный аппарат", 21),
        ("сбиты сто тридцать два украинских беспилотных летательных аппарата", 132),
        ("уничтожены ещё два украинских беспилотных летательных аппарата", None),
        ("уничтожены два тридцать украинских беспилотных летательных аппаратов", None),
        ("не были уничтожены 5 украинских беспилотных летательных аппаратов", None),
        ("обнаружен пункт управления беспилотниками 14 омбр ВСУ", None),
        ("С 23 по 29 августа нанесено семь групповых ударов", None),
        (
            "Прошедшей ночью шли бои. Всего с начала операции уничтожены 80000 украинских беспилотных летательных аппаратов",
            None,
        ),
        (
            "С начала суток шли бои. Прошедшей ночью уничтожены 5 украинских беспилотных летательных аппаратов",
            5,
        ),
    ],
)
def test_how_many_is_read_from_the_words_and_is_the_whole_not_the_first_part(
    text: str, count: int | None
) -> None:
    assert shot_down(text) == count


def test_a_text_in_another_form_of_unicode_is_understood_and_quoted_as_it_is(read: Read) -> None:
    apart = unicodedata.normalize("NFD", POST.replace("три украинских", "26 украинский"))
    assert apart != unicodedata.normalize("NFC", apart)
    out = read(("2025-08-28 11:19", "kursk", apart))
    assert out.rows("SELECT ?n { ?c rec:measure rec:intercepted ; rec:atLeast ?n }") == [(26,)]
    assert out.rows("SELECT ?exact { ?x rec:exact ?exact }") == [(quoted(apart),)]


@pytest.mark.parametrize(
    ("text", "said_at", "bounds"),
    [
        ("С 08.40 до 13.40 мск", "2025-08-28 11:19", ("28T08:40", "28T13:40", "Minute")),
        ("C 19.30 до 21.00 мск", "2025-08-28 18:57", ("28T19:30", "28T21:00", "Minute")),
        (
            "в период с 23.00 мск 27 августа до 7.00 мск 28 августа",
            "2025-08-28 04:17",
            ("27T23:00", "28T07:00", "Minute"),
        ),
        ("С 21.00 мск до полуночи", "2025-08-28 21:51", ("28T21:00", "29T00:00", "Minute")),
        ("С полуночи до 06.00 мск", "2025-08-29 04:34", ("29T00:00", "29T06:00", "Minute")),
        ("Около 9.10 мск", "2025-08-27 08:19", ("27T09:10", "27T09:10", "Hour")),
        ("В течение прошедшей ночи", "2025-08-27 04:15", ("26T12:00", "27T07:15", "Night")),
        # A night is over at noon, though it is told of in the afternoon.
        ("В течение прошедшей ночи", "2025-08-27 15:00", ("26T12:00", "27T12:00", "Night")),
        (
            "С 23.00 мск 27 августа до полуночи 27 августа",
            "2025-08-28 04:17",
            ("27T23:00", "28T00:00", "Minute"),
        ),
        (
            "С 23.00 мск 27 августа до полуночи 28 августа",
            "2025-08-28 04:17",
            ("27T23:00", "28T00:00", "Minute"),
        ),
        ("С 20.00 до 24.00 мск", "2025-08-28 04:17", ("27T20:00", "28T00:00", "Minute")),
        # What the words say is of another day than the last on which the clock showed it.
        ("с 23.00 мск 26 августа до 7.00 мск 27 августа", "2025-08-28 04:17", None),
        ("Около 9.10 мск 27 июля", "2025-08-27 08:19", None),
        ("Около 9.70 мск", "2025-08-27 08:19", None),
        ("с 25.00 до 26.00 мск", "2025-08-27 08:19", None),
        ("с 23 по 29 августа", "2025-08-29 09:27", None),
        ("до 3 аппаратов", "2025-08-29 09:27", None),
    ],
)
def test_when_it_was_is_the_last_time_that_the_clock_in_moscow_showed_it(
    text: str, said_at: str, bounds: tuple[str, str, str] | None
) -> None:
    found = span(text, datetime.strptime(said_at, "%Y-%m-%d %H:%M").replace(tzinfo=UTC))
    shown = found and (f"{found.begin:%dT%H:%M}", f"{found.end:%dT%H:%M}", found.precision)
    assert shown == bounds
    assert found is None or f"{found.begin:%z}" == "+0300"


def test_a_post_without_a_count_or_a_time_is_a_statement_without_a_claim(read: Read) -> None:
    out = read(
        ("2025-08-28 06:17", "unknown", "ВКС России разнесли пункт управления"),
        (
            "2025-08-28 06:18",
            "kursk",
            "уничтожены ещё сорок украинских беспилотных летательных аппаратов с 1.00 до 2.00 мск",
        ),
        ("2025-08-28 06:19", "kursk", "уничтожены 3 украинских беспилотных летательных аппарата"),
        (
            "2025-08-28 06:20",
            "kursk",
            "С 1.00 до 2.00 мск уничтожены над Крымом 5 украинских беспилотных аппаратов",
        ),
        (
            "2025-08-28 06:21",
            "kursk",
            "Около 9.70 мск уничтожен один украинский беспилотный летательный аппарат",
        ),
    )
    assert out.rows("SELECT (COUNT(*) AS ?n) { ?s a rec:Statement }") == [(5,)]
    assert out.rows("SELECT ?c { ?c a rec:QuantityClaim }") == []
    assert [remark.line for remark in out.remarks] == [3, 4, 5, 6]


@pytest.mark.parametrize(
    "written",
    ["2025-08-28 11:19:00", "2025-08-28T11:19", "2025-08-28T11:19:00Z", "2025-08-28 11:19:00+00:00"],
)
def test_a_moment_written_in_another_form_is_the_same_post(read: Read, written: str) -> None:
    as_published = read(("2025-08-28 11:19", "kursk", POST)).quads
    assert read((written, "kursk", POST)).quads == as_published
    other = read(("2025-08-28 12:19", "kursk", POST), ("2025-08-28T11:19:00+03:00", "kursk", POST))
    assert [refusal.line for refusal in other.refused] == [3]


@pytest.mark.parametrize(
    ("post", "reason"),
    [
        (("28.08.2025", "kursk", "Текст"), "datetime is '28.08.2025'"),
        (("2025-08-28 06:17", "kursk", " ** "), "has no text"),
        (("2025-08-28 11:19", "kursk", "Другой"), "has the same time as the row on line 2"),
    ],
)
def test_a_row_that_cannot_be_understood_is_refused(
    read: Read, post: tuple[str, str, str], reason: str
) -> None:
    out = read(("2025-08-28 11:19", "kursk", POST), post)
    assert [(refusal.line, refusal.reason[: len(reason)]) for refusal in out.refused] == [(3, reason)]


def test_regions_that_are_not_known_are_left_out_with_a_remark() -> None:
    assert places("krasnodar|crimea|unknown|atlantis") == (["krasnodar-krai", "crimea"], ["atlantis"])
    assert places("") == ([], [])


def test_the_same_row_that_others_describe_is_another_rendering_of_their_statement(
    read: Read, seeds: Seeds
) -> None:
    out = read(
        ("2025-08-28 09:21", "unknown", "Сегодня ночью нанесен групповой удар"), beside=Beside(seeds.quads)
    )
    assert out.rows("SELECT ?s ?d { ?s rec:rendering/rec:reportedIn/rec:versionOf ?d }") == [
        ("statement/russian-mod-2025-08-28-strike", "document/russian-mod-2025-08-28")
    ]
    assert out.rows("SELECT ?at { ?s rec:saidAt ?at }") == []


def test_marks_for_bold_are_no_words() -> None:
    assert plain("**18 БПЛА** – над\n __морем__ ") == "18 БПЛА – над морем"
