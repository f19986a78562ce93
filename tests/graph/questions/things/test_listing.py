"""Lists by key: every thing once and in order, forwards and backwards, wherever the pages are cut."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store
from tests.harness.updating import do

from onrecord.graph import terms
from onrecord.graph.errors import UnknownPlace
from onrecord.graph.ledger import Ledger
from onrecord.graph.questions import lists, views
from onrecord.graph.questions.things import by_key, listing
from onrecord.graph.questions.things.listing import Key, Keys, ListQuery, Page
from onrecord.graph.search import keys

BASE = terms.DEFAULT_BASE
# Worked out without the queries of the lists: all of each, to be sorted here.
STATEMENTS = (
    "SELECT DISTINCT ?thing ?key WHERE { ?thing a rec:Statement OPTIONAL { ?thing rec:saidOn ?key } }"
)
EVENTS = "SELECT DISTINCT ?thing ?key WHERE { ?thing rec:begin ?key }"
ACTORS = 'SELECT DISTINCT ?thing (LCASE(STR(?l)) AS ?key) WHERE { ?thing a/rdfs:subClassOf* rec:Actor ; rdfs:label ?l FILTER(LANG(?l) = "en") }'
DOCUMENTS = "SELECT DISTINCT ?thing ?key WHERE { ?v rec:versionOf ?thing ; rec:published ?key }"


def expected(ledger: Ledger, query: str, *, descending: bool) -> list[str]:
    """The IRIs that a query gives as ?thing, by ?key, those without last; of equal keys by IRI."""
    rows = [(row["key"].value if "key" in row else "", row["thing"].value) for row in ledger.rows(query)]
    rows.sort(key=lambda row: row[1])
    rows.sort(key=lambda row: row[0], reverse=descending)
    return [thing for _, thing in rows]


def walk(ask: Callable[..., Page[Any]], size: int) -> list[Page[Any]]:
    """All pages of a list, from the first one on, checking that the way back leads over the same pages' things."""
    pages = [ask()]
    assert pages[0].previous is None
    while pages[-1].following is not None:
        pages.append(ask(after=pages[-1].following))
        assert len(pages) < 1000
    assert all(len(page.things) == size for page in pages[:-1])
    back = [pages[-1]]
    while back[-1].previous is not None:
        back.append(ask(before=back[-1].previous))
    assert [page.things for page in reversed(back)] == [page.things for page in pages]
    return pages


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "query", "descending"),
    [
        ("statements", STATEMENTS, True),
        ("events", EVENTS, True),
        ("documents", DOCUMENTS, True),
        ("actors", ACTORS, False),
    ],
)
def test_every_thing_stands_once_and_in_its_place(
    invented: Ledger, monkeypatch: pytest.MonkeyPatch, name: str, query: str, *, descending: bool
) -> None:
    monkeypatch.setattr(lists, "PAGE", 11)
    pages = walk(lambda **place: getattr(lists, name)(invented, **place), 11)
    things = [thing[0] if isinstance(thing, tuple) else thing for page in pages for thing in page.things]
    assert len(pages) > 2
    assert [thing.iri for thing in things] == expected(invented, query, descending=descending)


@pytest.mark.parametrize(("size", "alike"), [(1, None), (7, None), (1000, None), (1, 0), (2, 1), (7, 100)])
def test_pages_may_be_cut_anywhere_also_between_those_dated_and_those_undated(
    invented: Ledger, monkeypatch: pytest.MonkeyPatch, size: int, alike: int | None
) -> None:
    # None: all sorted by the engine. With 0 or 1 more than are wanted, it is asked again wherever a page ends within a day.
    monkeypatch.setattr(listing, "_MORE_ALIKE", alike or 0)
    queries = [ListQuery("statements_by", alike=alike is not None)]
    # Few enough statements to be walked one by one.
    speaker = invented.rows(
        "SELECT ?a (COUNT(*) AS ?n) WHERE { ?s rec:speaker ?a } GROUP BY ?a HAVING(COUNT(*) > 8) ORDER BY ?n ?a LIMIT 1"
    )[0]["a"].value
    query = f"SELECT DISTINCT ?thing ?key WHERE {{ ?thing rec:speaker <{speaker}> OPTIONAL {{ ?thing rec:saidOn ?key }} }}"
    pages = walk(
        lambda **place: listing.page(invented, queries, size, actor=speaker, **place),
        size,
    )
    found = [key.thing for page in pages for key in page.things]
    assert found == expected(invented, query, descending=True)
    assert len(found) > 8


NAMES = [
    "Ann",
    "ann",
    "Anna",
    "An",
    "a",
    "A",
    "0",
    "9 b",
    "!",
    "~",
    "Zz",
    "Éva",
    "éva",
    "ß",
    "_",
    "Bob",
    "Bo b",
    "Bo",
    "İs",
]


@pytest.mark.slow
@pytest.mark.parametrize("many", [0, 2, 150])
@pytest.mark.parametrize("size", [1, 4, 50])
def test_actors_are_found_by_how_their_names_begin_as_they_are_among_all(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, size: int, many: int
) -> None:
    named = [
        f'<{place}/n-{number}> a {kind} ; rdfs:label "{name}"@en'
        for number, name in enumerate(NAMES)
        for place, kind in (
            (f"{BASE}actor", "rec:Person"),
            ("https://example.org", "<https://example.org/Blogger>"),
        )
    ]
    do(
        ledger,
        f"INSERT DATA {{ {' . '.join(named)} . <{BASE}actor/none> a rec:Person ; rdfs:label 'Anno'@uk . "
        f"<{BASE}place/no> a rec:Place ; rdfs:label 'Anno'@en . "
        "<https://example.org/Blogger> rdfs:subClassOf rec:Person . rec:Person rdfs:subClassOf rec:Actor }",
    )
    monkeypatch.setattr(by_key, "_MANY", many)

    def walked(names: listing.KeysOf | None) -> list[Page[Any]]:
        queries = [ListQuery("actors_named", by_key=names), ListQuery("actors_unnamed", "")]
        return walk(lambda **place: listing.page(ledger, queries, size, **place), size)

    assert walked(by_key.names) == walked(None)
    assert sum(len(page.things) for page in walked(by_key.names)) == 2 * len(NAMES) + 1
    asked = [by_key.names(ledger, 5, None, backwards=backwards) for backwards in (False, True)]
    assert all(found is not None and not found.all for found in asked)


def test_where_no_keys_are_kept_names_are_looked_for_among_all(ledger: Ledger) -> None:
    do(ledger, f"INSERT DATA {{ <{BASE}actor/a> a rec:Person ; rdfs:label 'Anna'@uk }}")
    assert by_key.names(ledger, 1, None, backwards=False) == Keys([], all=True)
    do(ledger, f"DELETE WHERE {{ <{BASE}actor/a> ?p ?o }}")
    assert by_key.names(ledger, 1, None, backwards=False) is None


def test_names_are_counted_in_the_order_of_their_keys_up_to_a_thousand() -> None:
    store = Store()
    letters = "zyxwvutsrqponmlkjihg"
    for number, letter in enumerate(reversed(letters * 80)):
        key = Literal(keys.beginning(f"{letter}a{number}")[0])
        store.add(Quad(NamedNode(f"{BASE}actor/{number}"), keys.KEY, key))
    store.add(Quad(NamedNode(f"{BASE}graph/names"), keys.KEY, Literal(keys.KEPT)))

    class Rows:
        def rows(self, text: str) -> list[dict[str, Any]]:
            found = store.query(text, prefixes=dict(terms.PREFIXES))
            names = [variable.value for variable in found.variables]
            return [dict(zip(names, row, strict=True)) for row in found]

    for backwards, first in ((False, "ghijk"), (True, "zyxwv")):
        found = by_key.names(Rows(), 399, None, backwards=backwards)
        assert found == Keys([f'"actor/^{letter}a"' for letter in first], all=False)
    # More than can be counted.
    assert by_key.names(Rows(), 1001, None, backwards=False) is None


@pytest.mark.parametrize(("size", "most"), [(1, 60), (3, 1), (3, 2), (50, 60)])
def test_statements_are_found_by_their_days_as_they_are_among_all(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, size: int, most: int
) -> None:
    days = [
        "2025-08-01",
        "2025-08-03",
        "2025-08-03",
        "2025-08-03",
        "2025-08-02",
        "2024-08-02Z",
        "2025-09-02",
        "-0044-03-15",
    ]
    dated = [
        f'<statement/s-{number}> a rec:Statement ; rec:saidOn "{day}"^^xsd:date'
        for number, day in enumerate(days)
    ]
    do(ledger, f"INSERT DATA {{ {' . '.join(dated)} . <statement/none> a rec:Statement }}")
    monkeypatch.setattr(by_key, "_MOST_DAYS", most)

    def walked(days: listing.KeysOf | None) -> list[Page[Any]]:
        queries = [ListQuery("statements_dated", "date", by_key=days), ListQuery("statements_undated", "")]
        return walk(lambda **place: listing.page(ledger, queries, size, **place), size)

    assert walked(by_key.days) == walked(None)
    assert sum(len(page.things) for page in walked(by_key.days)) == len(days) + 1
    assert (by_key.days(ledger, 3, None, backwards=False) is None) == (most == 1)


@pytest.mark.parametrize("part", ["by", "about"])
@pytest.mark.parametrize(("size", "most"), [(1, 1000), (2, 1000), (3, 4), (50, 1000)])
def test_what_is_by_or_about_an_actor_is_found_by_days_as_it_is_among_all(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, part: str, size: int, most: int
) -> None:
    one, other = f"<{BASE}actor/one>", f"<{BASE}actor/other>"
    days = [
        "2025-08-01",
        "2025-08-03",
        "2025-08-03+14:00",
        "2025-08-03Z",
        "2025-08-02",
        "2025-09-02",
        "2025-08-03-11:00",
    ]
    lines = [f"<{BASE}claim/x> rec:concerns {one} . <{BASE}claim/y> rec:holder {one}"]
    for number, day in enumerate(days * 4):
        said = [f"rec:speaker {one}", f"rec:speaker {other}", f"rec:speaker {one}, {other}"][number % 3]
        about = [f"rec:about {one}", f"rec:asserts <{BASE}claim/x>, <{BASE}claim/y>", f"rec:about {other}"][
            number // 3 % 3
        ]
        dated = "" if number % 9 == 8 else f' ; rec:saidOn "{day}"^^xsd:date'
        lines.append(f"<{BASE}statement/{number:02}> {said} ; {about} {dated}")
    do(ledger, f"INSERT DATA {{ {' . '.join(lines)} }}")
    monkeypatch.setattr(by_key, "_BUSY", 3)
    monkeypatch.setattr(by_key, "_SHARE", 1)
    monkeypatch.setattr(by_key, "_MOST_LOOKED_AT", most)

    def walked(days: listing.KeysOf | None) -> list[Page[Any]]:
        queries = [ListQuery(f"statements_{part}", by_key=days)]
        return walk(lambda **place: listing.page(ledger, queries, size, actor=one[1:-1], **place), size)

    found = walked(getattr(by_key.OfActor(), part))
    assert found == walked(None)
    assert sum(len(page.things) for page in found) > 10
    often = getattr(by_key.OfActor(), part)
    assert often(ledger, 2, None, backwards=False, actor=one[1:-1]).keys
    (name,) = sizes = {f"statements_{part}": 3}
    parts = listing.parts(ledger, sizes, {name: often}, actor=one[1:-1])
    assert parts[name].query == listing.whole(name, actor=one[1:-1])
    first = listing.page(ledger, [ListQuery(name)], 3, actor=one[1:-1]).things
    assert parts[name] == [key.thing for key in first]
    # Of what is the same as another thing, and of who is not so busy, all is looked at.
    assert getattr(by_key.OfActor(), part)(ledger, 2, None, backwards=False, actor=other[1:-1] + "-2") is None
    do(ledger, f"INSERT DATA {{ {one} owl:sameAs <{BASE}actor/twin> }}")
    assert getattr(by_key.OfActor(), part)(ledger, 2, None, backwards=False, actor=one[1:-1]) is None


def test_what_is_added_or_gone_meanwhile_moves_nothing_to_another_page(invented: Ledger) -> None:
    first = lists.statements(invented)
    assert first.following is not None
    gone = Key(first.following.value, first.following.thing + "-that-is-gone")
    assert (
        lists.statements(invented, after=gone).things
        == lists.statements(invented, after=first.following).things
    )


@pytest.mark.parametrize("value", ["yesterday", "2025-02", '"', "2025-08-28 "])
def test_a_key_of_another_kind_is_refused(invented: Ledger, value: str) -> None:
    with pytest.raises(UnknownPlace, match="follow its links"):
        lists.statements(invented, after=Key(value, f"{BASE}statement/g-1"))


def test_a_part_of_a_list_knows_the_query_that_gives_all_of_it(invented: Ledger) -> None:
    often = f"{BASE}{_most(invented, 'speaker')}"
    cut = listing.part(invented, "statements_by", 3, actor=often)
    assert len(cut) == 3
    assert cut.query is not None
    every = [row["thing"].value for row in invented.rows(cut.query)]
    assert every[:3] == list(cut)
    assert len(every) > 20
    assert listing.part(invented, "statements_by", len(every), actor=often).query is None


def test_an_actors_page_shows_the_newest_and_where_the_rest_is(invented: Ledger) -> None:
    view = views.actor(invented, f"{BASE}{_most(invented, 'speaker')}")
    days = [statement.day or "" for statement in view.statements]
    assert len(days) == views.FEW
    assert days == sorted(days, reverse=True)
    assert view.statements.query is not None


@pytest.mark.slow
def test_claims_on_an_event_are_shown_a_page_at_a_time(
    invented: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "CLAIMS", 10)
    event = f"{BASE}{_most(invented, 'concerns')}"
    pages = walk(lambda **place: views.event(invented, event, **place).claims, 10)
    view = views.event(invented, event)
    assert len(pages) > 3
    said = [
        one
        for account in view.accounts
        for one in (*account.others, *(one for series in account.series for one in series.said))
    ]
    assert {claim for one in said for claim in one.reports} == set(view.claims.things)
    assert {row["thing"].value for row in invented.rows(view.query)} == {
        claim.iri for page in pages for claim in page.things
    }


def test_a_page_asks_about_a_dozen_queries_however_much_stands_on_it(
    invented: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    rows = invented.rows
    monkeypatch.setattr(invented, "rows", lambda text, **more: asked.append(text) or rows(text, **more))
    for view, iri, most in (
        (views.actor, _most(invented, "speaker"), 12),
        (views.event, _most(invented, "concerns"), 12),
        (views.document, "document/g-1", 12),
    ):
        asked.clear()
        view(invented, f"{BASE}{iri}")
        assert 3 < len(asked) <= most, view.__name__


def test_a_passage_leads_to_the_page_of_its_version_on_which_it_stands(
    invented: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PASSAGES", 3)
    version = f"{BASE}{_most(invented, 'ofVersion')}"
    rows = invented.rows("SELECT ?x WHERE { ?x rec:ofVersion ?version }", version=version)
    names = sorted(row["x"].value.removeprefix(f"{version}#") for row in rows)
    assert len(names) > 6
    for name in names:
        shown = views.version(invented, version, passage=name).passages
        assert f"{version}#{name}" in [one.excerpt.iri for one in shown.things]
    first = [one.excerpt.iri for one in views.version(invented, version).passages.things]
    for unknown in ("c0-0", "", "no fragment"):
        shown = views.version(invented, version, passage=unknown).passages
        assert [one.excerpt.iri for one in shown.things] == first


def _most(ledger: Ledger, name: str) -> str:
    """What most things lead to through a property, by its name under the base."""
    row = ledger.rows(
        f"SELECT ?thing (COUNT(*) AS ?n) WHERE {{ ?s rec:{name} ?thing }} GROUP BY ?thing ORDER BY DESC(?n) ?thing LIMIT 1"
    )[0]
    return row["thing"].value.removeprefix(BASE)
