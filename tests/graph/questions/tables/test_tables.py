"""Tables: what stands, what is shown on demand, and pages that leave nothing out."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.harness.graphs.toll import BASE, STRIKE, TOLL, claim
from tests.harness.graphs.trig import ledger_of

from onrecord.graph import queryfiles, terms
from onrecord.graph.errors import BadParameter, UnknownPlace
from onrecord.graph.ledger import Ledger
from onrecord.graph.questions import question
from onrecord.graph.questions.claims import disputing
from onrecord.graph.questions.tables import tables
from onrecord.graph.questions.tables.tables import Cursor, Row, Table
from onrecord.graph.settings import Settings
from onrecord.graph.sparql.screening import screen

MANY = tables.PAGE * 2 + 5


def many() -> str:
    """Claims on one event, statements on days and on none, and disputes, of each more than two pages."""
    lines = [
        f"@base <{BASE}> . @prefix rec: <ns#> . @prefix xsd: <{terms.PREFIXES['xsd']}> .",
        "GRAPH <graph/x> {",
    ]
    for n in range(MANY):
        dated = f'; rec:saidOn "2025-08-{1 + n % 28:02}"^^xsd:date' if n % 2 else ""
        lines.append(
            f"<statement/{n}> a rec:Statement ; rec:speaker <actor/one> {dated} ; rec:asserts <claim/{n}> ."
        )
        lines.append(
            f"<claim/{n}> a rec:QuantityClaim ; rec:claimant <actor/one> ; rec:concerns <event/long> ; rec:measure rec:killed ; "
            f'rec:standing rec:Stands ; rec:atLeast {n} ; rec:asOfUntil "2025-08-{1 + n % 28:02}T10:00:00+03:00"^^xsd:dateTime ; rec:contradicts <claim/{n + 1}> .'
        )
    lines.append(
        f"<claim/{MANY}> a rec:QuantityClaim ; rec:claimant <actor/one> ; rec:standing rec:Stands . }}"
    )
    return "\n".join(lines)


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with ledger_of(tmp_path_factory.mktemp("long"), TOLL, many()) as ledger:
        yield ledger


def read(ledger: Ledger, table: Table) -> list[Row]:
    return table.rows(ledger.rows(table.query))


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda after: tables.claims(BASE + "event/long", after=after), "claim"),
        (lambda after: tables.statements(speaker=BASE + "actor/one", after=after), "statement"),
        (lambda after: tables.disputes(after=after), "one"),
    ],
)
def test_the_pages_of_a_table_hold_everything_once(
    long: Ledger, make: Callable[[object], Table], name: str
) -> None:
    found: list[str] = []
    after, pages = None, 0
    while pages == 0 or after is not None:
        table = make(after)
        rows = read(long, table)
        found += [f"{row[name]} {row.get('other', '')}" for row in rows]
        after, pages = table.following(rows), pages + 1
    if name == "one":
        found = [pair for pair in found if pair.rpartition("/")[2].isdigit()]
    assert pages > 2
    assert len(found) == len(set(found)) == MANY


def test_claims_come_with_those_that_speak_of_the_latest_moment_first(long: Ledger) -> None:
    moments = [str(row["asOfUntil"]) for row in read(long, tables.claims(BASE + "event/long"))]
    assert moments == sorted(moments, reverse=True)
    assert len(moments) == tables.PAGE


def zones() -> str:
    """Counts of a week, each day's by two sources in two time zones each, some that tell no time, and what was hit that day."""
    lines = [
        f"@base <{BASE}> . @prefix rec: <ns#> . @prefix xsd: <{terms.PREFIXES['xsd']}> .",
        "GRAPH <graph/zones> {",
    ]
    about = "; rec:concerns <event/week> ; rec:standing rec:Stands"
    for day in range(1, 8):
        end = f"2025-08-{day + 1:02}T00:00:00"
        for source in ("one", "two"):
            for zone in ("-11:00", "Z", "+13:00"):
                name = f"<claim/{source}-{day}-{zone[1:3].lower()}>"
                lines.append(
                    f"{name} a rec:QuantityClaim ; rec:claimant <actor/{source}> {about} ; rec:measure rec:killed ; rec:atLeast 7 ; "
                    f'rec:asOfUntil "{end}{zone}"^^xsd:dateTime .'
                )
        lines.append(
            f"<claim/hit-{day}> a rec:TargetClaim ; rec:claimant <actor/one> {about} ; "
            f'rec:asOfUntil "{end}Z"^^xsd:dateTime .'
            f'<statement/{day}> rec:asserts <claim/told-{day}> ; rec:saidOn "2025-08-{day:02}"^^xsd:date .'
            f"<claim/told-{day}> a rec:TargetClaim ; rec:claimant <actor/one> {about} ."
            f"<claim/never-{day}> a rec:TargetClaim ; rec:claimant <actor/one> {about} ."
        )
    return "\n".join([*lines, "}"])


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 2, 5])
def test_small_pages_of_claims_in_many_time_zones_hold_what_one_page_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    def make(after: Cursor) -> Table:
        return tables.claims(BASE + "event/week", after=after)

    with ledger_of(tmp_path, zones()) as ledger:
        whole = read(ledger, make(None))
        text = question("claims_table").replace("LIMIT 100", f"LIMIT {size}")
        monkeypatch.setattr(tables, "PAGE", size)
        monkeypatch.setattr(tables, "question", lambda _: text)
        found = [row for page in tables.pages(ledger.rows, make) for row in page]
    # Each day two counts, one for each source, whose reports in three zones are one row, and three claims of what was hit.
    assert len(whole) == 7 * (2 + 3)
    assert {len(row["claims"]) for row in whole if "measure" in row} == {3}  # type: ignore[arg-type]
    assert found == whole


def test_what_no_longer_stands_is_shown_on_demand_only(long: Ledger) -> None:
    def found(standings: str | None) -> set[str]:
        wanted = tables.standings_of(standings)
        return {str(row["label"]) for row in read(long, tables.claims(STRIKE, standings=wanted))}

    current = {"At least eight killed", "25 killed", "Three killed by the hit", "About 50 injured"}
    assert found(None) == current
    assert found("all") == current | {"Ninety killed", "Twelve killed", "40 killed"}
    assert found("refuted,Superseded") == {"Ninety killed", "Twelve killed"}


def test_statements_are_found_by_speaker_by_what_they_are_about_and_by_days(long: Ledger) -> None:
    def found(**given: str) -> list[str]:
        rows = read(long, tables.statements(**given))  # type: ignore[arg-type]
        return [str(row["statement"]).removeprefix(BASE + "statement/") for row in rows]

    assert found(speaker=BASE + "actor/mayor") == ["mayor-1"]
    undated = tables.statements(speaker=BASE + "actor/mayor", after=("", ""))
    assert [row["statement"] for row in read(long, undated)] == [BASE + "statement/mayor-2"]
    assert found(about=STRIKE) == ["rescue-2", "mayor-1", "police", "rescue-1"]
    assert found(about=STRIKE, earliest="2025-08-29") == ["rescue-2"]
    assert found(about=STRIKE, latest="2025-08-28") == ["mayor-1", "police", "rescue-1"]
    assert found(about=STRIKE, earliest="2025-08-28", latest="2025-08-28", speaker=BASE + "actor/police") == [
        "police"
    ]


def test_a_statement_has_a_row_for_each_wording_and_only_claims_that_count(long: Ledger) -> None:
    (row,) = read(long, tables.statements(speaker=BASE + "actor/mayor"))
    assert (row["text"], row["language"], row["verb"]) == ("At least eight", "en", "said")
    assert row["claims"] == [claim("mayor-1")]
    (police,) = read(long, tables.statements(speaker=BASE + "actor/police"))
    assert "claims" not in police
    wanted = tables.standings_of("all")
    (police,) = read(long, tables.statements(speaker=BASE + "actor/police", standings=wanted))
    assert police["claims"] == [claim("police")]


def test_a_dispute_with_a_refuted_claim_is_shown_on_demand_only(long: Ledger) -> None:
    def found(standings: str | None) -> dict[tuple[str, str], object]:
        table = tables.disputes(standings=tables.standings_of(standings), after=(claim("9a"), ""))
        return {(str(row["one"]), str(row["other"])): row.get("rules") for row in read(long, table)}

    assert found(None) == {(claim("mayor-1"), claim("rescue-2")): [BASE + "rule/r"]}
    assert found("all").keys() == {(claim("mayor-1"), claim("rescue-2")), (claim("paper"), claim("rescue-2"))}


def test_disputes_by_a_moment_are_those_of_which_both_sides_may_have_been_said_by_then(long: Ledger) -> None:
    def found(moment: str) -> list[tuple[str, str, object]]:
        table = tables.disputes(event=STRIKE, moment=moment)
        return [(str(row["one"]), str(row["other"]), row["certain"]) for row in read(long, table)]

    pair = (claim("mayor-1"), claim("rescue-2"))
    # The rescue service speaks of 06:00 UTC and later on 29 August, a day of no known time zone, which is over at noon on the 30th.
    assert found("2025-08-28T12:00:00Z") == found("2025-08-29T05:59:00Z") == []
    assert found("2025-08-29T06:00:00Z") == found("2025-08-30T11:59:00Z") == [(*pair, False)]
    assert found("2025-08-30T15:00:00+03:00") == [(*pair, True)]
    # Half of the long list's claims have a statement of a day in August, and the others one of no day.
    august = read(long, tables.disputes(event=BASE + "event/long", moment="2025-08-02T00:00:00-12:00"))
    assert {row["one"] for row in august} == {
        claim(str(n)) for n in range(MANY) for one in [{n, n + 1}] if all(_spoken(m) for m in one)
    }


def _spoken(number: int) -> bool:
    """Whether the statement of a claim of many() is of no day, or of one that had begun somewhere; the last has none."""
    return number < MANY and (number % 2 == 0 or 1 + number % 28 <= 2)


def test_disputes_are_found_by_event_with_its_parts_and_by_measure(long: Ledger) -> None:
    def found(**given: str) -> list[str]:
        return [str(row["one"]) for row in read(long, tables.disputes(**given))]  # type: ignore[arg-type]

    assert found(event=STRIKE) == found(event=STRIKE, measure="killed") == [claim("mayor-1")]
    assert found(event=STRIKE, measure="injured") == found(event=BASE + "event/hit") == []
    assert len(found(event=BASE + "event/long")) == tables.PAGE


@pytest.mark.parametrize(
    "table",
    [
        tables.claims(
            STRIKE, measure="killed", moment="2025-08-28T12:00:00Z", chosen=[claim("a")], after=("a", "b")
        ),
        tables.statements(speaker=STRIKE, about=STRIKE, earliest="2025-08-28", latest="2025-08-28"),
        tables.disputes(
            event=STRIKE,
            measure="killed",
            moment="2025-08-28T12:00:00Z",
            standings=tables.STANDINGS,
            after=("a", "b"),
        ),
        tables.disputes(event=STRIKE, measure="killed", moment="2025-08-28T12:00:00Z", after=("a", "b")),
        tables.changes(STRIKE, STRIKE, after=("a", "b")),
    ],
    ids=["claims", "statements", "disputes", "disputes that count", "changes"],
)
def test_a_query_with_all_its_parameters_is_one_that_anybody_may_ask(table: Table) -> None:
    screen(table.query, Settings())


def test_the_files_have_the_size_of_a_page() -> None:
    for file in queryfiles.in_package("onrecord.graph.questions"):
        if file.name.endswith("_table"):
            assert question(file.name).count(f"LIMIT {tables.PAGE}\n") == 1


@pytest.mark.parametrize(
    "make",
    [
        lambda: tables.statements(earliest="yesterday"),
        lambda: tables.statements(latest="2025-02-30"),
        lambda: tables.standings_of("stands,true"),
        lambda: tables.claims(STRIKE, measure="kiled"),
    ],
)
def test_what_cannot_be_read_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(BadParameter, match=r"yesterday|2025-02-30|True|did you mean killed"):
        make()


def test_a_place_that_is_none_is_refused() -> None:
    with pytest.raises(UnknownPlace):
        tables.disputes(after=("one",))


def test_pages_of_pairs_are_those_of_the_table_however_many_claims_are_looked_at_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Claim n begins n % 4 pairs, so a page of three ends within a claim's pairs as well as behind them.
    lines = [f"@base <{BASE}> . @prefix rec: <ns#> . GRAPH <graph/x> {{"]
    for n in range(10, 40):
        lines.append(
            f"<claim/{n}> rec:claimant <actor/one> ; rec:standing rec:Stands ; rec:concerns <event/{n}> ."
        )
        lines += [
            f"<claim/{n}> rec:contradicts <claim/{n + step}> ; rec:disputeOrder '{n}' ."
            for step in range(1, 1 + n % 4)
        ]
    expected = [(n, n + step) for n in range(10, 40) for step in range(1, 1 + n % 4) if n + step < 40]
    monkeypatch.setattr(tables, "PAGE", 3)
    made = tables.disputes

    def smaller(**given: object) -> Table:
        table = made(**given)  # type: ignore[arg-type]
        text = table.query.replace("LIMIT 100", "LIMIT 3").replace(
            "ORDER BY ?key LIMIT 101", "ORDER BY ?key LIMIT 4"
        )
        return dataclasses.replace(table, query=text)

    monkeypatch.setattr(disputing.tables, "disputes", smaller)
    monkeypatch.setattr(disputing, "_FIRST", "ORDER BY ?key LIMIT 4")
    with ledger_of(tmp_path, "\n".join([*lines, "}"])) as ledger:
        for fewer in (1, 2, 4):
            monkeypatch.setattr(disputing, "_FEWER", f"ORDER BY ?key LIMIT {fewer}")
            pages = [disputing.pairs(ledger)]
            while pages[-1].following is not None:
                pages.append(disputing.pairs(ledger, after=pages[-1].following))
            found = [pair.claims for page in pages for pair in page.things]
            assert found == [(f"{BASE}claim/{one}", f"{BASE}claim/{other}") for one, other in expected]
