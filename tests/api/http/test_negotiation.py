"""What an Accept header asks for. The first tests follow the examples of RFC 9110, section 12.5.1."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.api.http.negotiation import MAX_ITEMS, MediaRange, choose, parse_accept, prefers_page, quality

JSON, XML, CSV, TSV = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
)
RESULTS = (JSON, XML, CSV, TSV)
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
CHROMIUM = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)


@pytest.mark.parametrize(
    ("offer", "weight"),
    [
        ("text/plain;format=flowed", 1.0),
        ("text/plain", 0.7),
        ("text/html", 0.3),
        ("image/jpeg", 0.5),
        ("text/plain;format=fixed", 0.4),
        ("text/html;level=3", 0.3),  # text/* is the narrowest range that covers it
    ],
)
def test_rfc_9110_table_of_quality_values(offer: str, weight: float) -> None:
    header = (
        "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5"
    )
    assert quality(offer, parse_accept(header)) == weight


@pytest.mark.parametrize(
    ("offer", "weight"), [("audio/basic", 1.0), ("audio/mp4", 0.2), ("audio/ogg", 0.2), ("text/plain", 0.0)]
)
def test_rfc_9110_prefers_audio_basic_but_takes_any_audio(offer: str, weight: float) -> None:
    assert quality(offer, parse_accept("audio/*; q=0.2, audio/basic")) == weight


@pytest.mark.parametrize(
    ("offer", "weight"), [("text/html", 1.0), ("text/x-c", 1.0), ("text/x-dvi", 0.8), ("text/plain", 0.5)]
)
def test_rfc_9110_more_elaborate_example(offer: str, weight: float) -> None:
    header = "text/plain; q=0.5, text/html, text/x-dvi; q=0.8, text/x-c"
    assert quality(offer, parse_accept(header)) == weight


def test_rfc_9110_precedence_runs_from_parameters_over_type_and_family_to_everything() -> None:
    ranges = parse_accept("text/*, text/plain, text/plain;format=flowed, */*")
    assert [(r.type, r.subtype) for r in sorted(ranges, key=lambda r: r.specificity, reverse=True)] == [
        ("text", "plain"),
        ("text", "plain"),
        ("text", "*"),
        ("*", "*"),
    ]
    assert max(ranges, key=lambda r: r.specificity).parameters == {("format", "flowed")}


@pytest.mark.parametrize("header", [None, "", "  ", ",", " , ,"])
def test_no_preference_takes_the_first_offer(header: str | None) -> None:
    assert choose(header, RESULTS) == JSON


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("text/csv", CSV),
        ("TEXT/CSV", CSV),
        ("text/csv; charset=utf-8", CSV),
        ('text/csv;charset="utf-8"', CSV),
        ('application/sparql-results+xml; profile="https://example.org/p,q;r"', XML),
        ("text/*", CSV),
        ("text/*;q=0.5, text/tab-separated-values", TSV),
        ("*/*", JSON),
        ("*/*;q=0.1", JSON),
        ("text/csv;q=0.9, application/sparql-results+xml;q=0.91", XML),
        ("text/csv;q=0.5, application/sparql-results+json;q=0.5", JSON),
        ("text/csv;Q=0.2,text/tab-separated-values;Q=0.3", TSV),
        ("image/png, text/csv;q=0.001", CSV),
        ("application/sparql-results+json;q=0, */*", XML),
        ("text/*;q=0, */*;q=0.1", JSON),
        ("text/csv;q=1;extension=1", CSV),
        ("text/csv;header=present", CSV),
        ("TEXT/CSV;HEADER=Present;CharSet=UTF-8", CSV),
        ('text/csv; header="present"; q=0.4, text/tab-separated-values; q=0.3', CSV),
        ("text/csv;header=absent, text/tab-separated-values;q=0.1", TSV),
        ("text/csv;q=0.9;header=absent, text/tab-separated-values;q=0.1", TSV),
        ("text/csv;q=0;header=present, text/csv, */*;q=0.1", JSON),
        ("text/csv;q=0.1;header=present, text/tab-separated-values;q=0.2", TSV),
        ("text/csv;q=0.1;q=0.9, text/tab-separated-values;q=0.2", TSV),
        ("application/sparql-results+json;version=1.2", JSON),
        ("application/sparql-results+xml;version=1.2", XML),
        ("APPLICATION/SPARQL-RESULTS+XML; VERSION=1.1", XML),
        ("application/sparql-results+xml;q=0.5;version=1.2, text/csv;q=0.4;charset=utf-8", XML),
        ('application/sparql-results+xml;version="1.2-basic";charset="utf-8"', XML),
        ("text/csv ; q=1.000 , application/sparql-results+json ; q=0.999", CSV),
    ],
)
def test_the_best_offer_is_chosen(header: str, chosen: str) -> None:
    assert choose(header, RESULTS) == chosen


@pytest.mark.parametrize(
    "header",
    [
        "image/png",
        "text/html",
        "*/*;q=0",
        "text/*;q=0.0",
        "text/csv;q=0",
        "text/csv;header=absent",
        "application/json",
    ],
)
def test_nothing_is_chosen_where_nothing_on_offer_is_acceptable(header: str) -> None:
    assert choose(header, RESULTS) is None


def test_a_zero_for_one_type_outweighs_a_wider_range_that_lets_it_in() -> None:
    assert quality(CSV, parse_accept("text/*, text/csv;q=0")) == 0


def test_a_parameter_that_the_offer_lacks_keeps_the_range_from_matching() -> None:
    assert quality("text/html", parse_accept("text/html;level=3")) == 0
    assert quality("text/html;level=3", parse_accept("text/html")) == 1


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("text", JSON),
        ("text/", JSON),
        ("/csv", JSON),
        ("garbage, text/csv", CSV),
        ("*/csv, text/csv;q=0.1", CSV),
        ("text/csv;q", CSV),
        ("text/csv;;;q=0.4", CSV),
        ("text/csv;q=", CSV),
        ("text/csv;q=high, application/sparql-results+xml;q=0.002", XML),
        ("text/csv;q=-1", CSV),
        ("text/csv;q=.5, application/sparql-results+xml;q=0.4", CSV),
        ("text/csv;q=7", CSV),
        ('text/csv;a="unclosed, text/csv', CSV),
        ("\x00\xff", JSON),
    ],
)
def test_a_malformed_header_is_read_as_far_as_it_goes(header: str, chosen: str) -> None:
    assert choose(header, RESULTS) == chosen


@pytest.mark.parametrize(
    "header", [FIREFOX, CHROMIUM, "text/html", "text/html, text/csv", "text/html;q=0.5,*/*;q=0.4"]
)
def test_a_browser_gets_the_page(header: str) -> None:
    assert prefers_page(header, RESULTS)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "*/*",
        "text/*",
        JSON,
        "text/csv, text/html;q=0.9",
        "text/html;q=0",
        "text/html;q=0.1, */*;q=0.2",
    ],
)
def test_a_program_gets_data(header: str | None) -> None:
    assert not prefers_page(header, RESULTS)


def test_reading_stops_after_a_hundred_ranges() -> None:
    assert len(parse_accept("text/csv," * (MAX_ITEMS * 2))) == MAX_ITEMS


@pytest.mark.parametrize("item", [",", ";a,", '"",', "a,", " ,", "text/csv;q=,"])
def test_what_cannot_be_read_counts_as_well(item: str) -> None:
    assert parse_accept(item * (MAX_ITEMS - 1) + "text/csv")[-1].subtype == "csv"
    assert MediaRange("text", "turtle") not in parse_accept(item * MAX_ITEMS + "text/turtle")


@pytest.mark.parametrize("item", [";", ";a", ";a=b", ';""'])
def test_parameters_beyond_a_hundred_are_not_read(item: str) -> None:
    assert parse_accept("text/csv" + item * 50_000 + ";q=0")[0].weight == 1


def test_a_header_is_parsed_once_however_often_it_is_asked_about() -> None:
    parse_accept.cache_clear()
    for _ in range(3):
        choose("text/csv", RESULTS)
        prefers_page("text/csv", RESULTS)
    assert parse_accept.cache_info().misses == 1


def test_a_hundred_kilobytes_of_nothing_cost_no_more_than_a_hundred_items() -> None:
    looked_at = 0

    class Text(str):
        """Counts the characters that are looked at."""

        def __iter__(self) -> Iterator[str]:
            nonlocal looked_at
            for character in str.__iter__(self):
                looked_at += 1
                yield character

    assert choose(Text(",;a" * 35_000), RESULTS) == JSON
    assert looked_at <= 3 * MAX_ITEMS


def test_an_offer_that_is_no_media_type_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="'csv' is not a media type"):
        choose("text/csv", ["csv"])


@pytest.mark.slow
@given(st.text(max_size=60) | st.text(alphabet='*/;,=q01."\\ tex', max_size=60))
def test_no_header_is_ever_too_odd_to_answer(header: str) -> None:
    assert choose(header, RESULTS) in (*RESULTS, None)
    assert all(0 <= r.weight <= 1 for r in parse_accept(header))
