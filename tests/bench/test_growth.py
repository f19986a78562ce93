"""What each of our queries costs over a million quads, against what it costs over a tenth of them. `make growth` runs this.

Computing time is compared, not time on a clock, and only as a ratio. Where a query is about one thing, things are
asked for that have the same answer in both graphs: the cost may not grow. What is asked of a thing that everybody speaks of
may cost more as its answer grows. What goes over all of the graph may cost as much more as the graph is larger. The graphs
hold what is derived from them, and are kept for the next run: see bench/machine/stores.py.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from importlib.resources import files

import pytest
from bench.machine.stores import directory
from pyoxigraph import QueryBoolean, Store

from onrecord.graph import queryfiles, terms
from onrecord.graph.engine.disk import snapshots
from onrecord.graph.queryfiles import QueryFile
from onrecord.graph.questions import description
from onrecord.graph.questions.resolving import resolve
from onrecord.graph.questions.tables import tables
from onrecord.graph.questions.things import listing
from onrecord.graph.relations import keys as relation_keys
from onrecord.graph.relations import network
from onrecord.graph.search import keys as name_keys
from onrecord.graph.sparql.tokens import bind

# To make the graphs takes longer than any test may.
pytestmark = [pytest.mark.growth, pytest.mark.slow, pytest.mark.timeout(7200)]

BASE = terms.DEFAULT_BASE
SIZES = (100_000, 1_000_000)
TIMES_LARGER = SIZES[1] / SIZES[0]
_ENOUGH = 0.3
"""Seconds of computing after which a query is not asked again."""
LEAST = 0.0003
"""Seconds: what is quicker is as quick as this, since a clock says no more."""
# What varies beside the number of quads: how much fits into the machine's caches, and how the sorting goes.
SLACK = 4.0

Pair = tuple[Store, Store]

OF_ONE_THING = {
    "attitudes_attributed": ("actor", "actor"),
    "claims_about": ("actor", "actor"),
    "claims_against": ("claim", "claim"),
    "otherwise": ("claim", "claim"),
    "described": ("thing", "actor"),
    "document_claims": ("document", "document"),
    "document_statements": ("document", "document"),
    "document_versions": ("document", "document"),
    "event_claims": ("event", "event"),
    "grounds": ("claim", "claim"),
    "event_parts": ("event", "event"),
    "events_of": ("actor", "actor"),
    "pointing": ("thing", "event"),
    "relations_newest": ("actor", "actor"),
    "statements_about": ("actor", "actor"),
    "statements_ascribed": ("actor", "actor"),
    "statements_by": ("actor", "actor"),
    "statements_relayed": ("actor", "actor"),
    "tenures_in": ("actor", "actor"),
    "tenures_of": ("actor", "actor"),
    "version_excerpts": ("version", "version"),
}
"""Question -> its variable that is bound, and what kind of thing is put there."""
OF_MANY_THINGS = {
    "against": {},
    "facts": {},
    "facts_in_brief": {},
    "called": {},
    "through": {},
    "names": {},
    "names_without_posts": {},
    "sides_by_post": {},
    "sides_of": {},
    "incoming": {"property": "rec:asserts"},
    "outgoing": {"property": "rec:claimant"},
    "statement_counts": {},
    "relations_of": {},
    "relations_resting": {},
    "actors_shown": {},
    "described_of": {},
    "relations_among": {"others": "rec:none"},
    "event_tolls": {},
    "facts_along": {},
    "facts_through": {},
    "entries": {},
    "touched": {},
}
OF_EVERYTHING = {
    "actors_named",
    "actors_unnamed",
    "claims_by_moment",
    "claims_by_name",
    "claims_of_no_moment",
    "counts",
    "documents_dated",
    "documents_undated",
    "events",
    "events_during",
    "institutions_of",
    "relations_strongest",
    "relations_strongest_among",
    "statement_dates",
    "statement_days",
    "statements_dated",
    "statements_undated",
    "things",
}
"""Lists and counts of all there is: the engine has no order to begin from."""
OF_THE_VOCABULARY_OR_BOUNDED = {
    "actor_parts",
    "alike",
    "count_kind",
    "disagreements",
    "example_of_class",
    "example_of_property",
    "example_of_word",
    "kinds",
    "relations_kept",
    "terms",
    "text_licences",
}
QUESTIONS = {
    file.name: file
    for package in ("onrecord.graph.questions", "onrecord.graph.search")
    for file in queryfiles.in_package(package)
}
OF_KEYS: dict[str, Callable[[str], list[str]]] = {
    "relations_by_key": relation_keys.strongest,
    "relations_newest_by_key": relation_keys.newest,
    "relations_among_by_key": relation_keys.strongest,
    "beginnings": lambda _: [*name_keys.beginnings()],
    "actors_named_by_key": lambda _: ["actor/^bab"],
    "statements_about_by_key": lambda _: ["2014-03-01"],
    "statements_by_by_key": lambda _: ["2014-03-01"],
    "statements_dated_by_key": lambda _: ["2014-03-01"],
}
"""Question -> the keys, of an actor or of all, by which it finds some things and no more, whatever others there are."""
OF_TABLES = {"changes_table", "claims_table", "statements_table", "disputes_table"}
"""Asked through tables.py, which fills in their parameters."""
SHOWN = [
    *queryfiles.in_directory(files("onrecord.graph.vocabulary") / "examples"),
    *queryfiles.in_directory(files("onrecord.ontology") / "competency"),
    *queryfiles.in_package("onrecord.graph.relations"),
]


@pytest.fixture(scope="module")
def stores() -> Pair:
    """The smaller and the larger graph with what is derived from them, on disk, as readers have them."""
    small, large = (
        Store.read_only(str(snapshots.path(data, max(snapshots.versions(data)))))
        for data in map(directory, SIZES)
    )
    return small, large


def ask(store: Store, text: str) -> tuple[int, float]:
    """How many rows a query gives, and the seconds of computing, the least of some times."""
    least, spent, rows = float("inf"), 0.0, 0
    for _ in range(5):
        begin = time.thread_time()
        found = store.query(
            text, base_iri=BASE, prefixes=dict(terms.PREFIXES), use_default_graph_as_union=True
        )
        rows = 1 if isinstance(found, QueryBoolean) else sum(1 for _ in found)
        took = time.thread_time() - begin
        least, spent = min(least, took), spent + took
        if spent > _ENOUGH:
            break
    return rows, max(least, LEAST)


def things(kind: str) -> list[str]:
    """Things that the smaller graph has too."""
    if kind == "version":
        return [f"{BASE}document/g-{number}/v1" for number in range(1, 30)]
    return [f"{BASE}{kind}/g-{number}" for number in range(1, 400 if kind == "actor" else 40)]


def same_in_both(stores: Pair, text_of: Callable[[str], str], kind: str) -> list[tuple[float, float]]:
    """The seconds in either graph for the things with the longest answers of those with as long a one in both."""
    found = []
    for thing in things(kind):
        (rows, small), (more, large) = (ask(store, text_of(thing)) for store in stores)
        if rows == more:
            found.append((rows, small, large))
    found.sort(reverse=True)
    assert len(found) >= 3, "too few things have the same answer in both graphs"
    return [(small, large) for _, small, large in found[:5]]


def assert_no_growth(pairs: Sequence[tuple[float, float]]) -> None:
    """Of a few things: one may be unlucky."""
    ratios = sorted(large / small for small, large in pairs)
    assert ratios[len(ratios) // 2] < SLACK, ratios


@pytest.mark.parametrize("name", OF_ONE_THING)
def test_what_is_asked_of_one_thing_costs_what_its_answer_costs(stores: Pair, name: str) -> None:
    variable, kind = OF_ONE_THING[name]
    assert_no_growth(same_in_both(stores, lambda thing: listing.whole(name, **{variable: thing}), kind))


@pytest.mark.parametrize("kind", ["actor", "event", "statement", "document", "version"])
def test_the_description_of_a_thing_costs_what_its_answer_costs(stores: Pair, kind: str) -> None:
    assert_no_growth(same_in_both(stores, description, kind))


def test_an_actors_relations_cost_what_their_number_costs(stores: Pair) -> None:
    # Nobody's are the same in both, since what contradicts one's claims goes on being said.
    pairs = []
    for thing in things("actor")[::20]:
        (rows, small), (more, large) = (ask(store, network.of_actor([thing])) for store in stores)
        pairs.append((small * (more + 5) / (rows + 5), large))
    assert_no_growth(pairs)


@pytest.mark.parametrize("name", [name for name, (_, kind) in OF_ONE_THING.items() if kind == "actor"])
def test_what_is_asked_of_whom_everybody_speaks_of_grows_as_the_answer_does(stores: Pair, name: str) -> None:
    famous = next(iter(stores[1].query(
        "SELECT ?a WHERE { ?s rec:speaker ?a } GROUP BY ?a ORDER BY DESC(COUNT(*)) LIMIT 1",
        prefixes=dict(terms.PREFIXES), use_default_graph_as_union=True,
    )))[0]  # fmt: skip
    text = listing.whole(name, **{OF_ONE_THING[name][0]: famous.value})
    (rows, small), (more, large) = (ask(store, text) for store in stores)
    # An actor's attitudes and posts hang on it by one property: the posts are found among the attitudes.
    grown = TIMES_LARGER if name.startswith("tenures") else (more + 5) / (rows + 5)
    assert large / small < SLACK * max(grown, 1)


@pytest.mark.parametrize(
    ("text_of", "kind"),
    [
        (lambda thing: tables.claims(thing).query, "event"),
        (lambda thing: tables.claims(thing, measure="killed", moment="2025-08-28T12:00:00Z").query, "event"),
        (lambda thing: tables.claims(thing, moment="2025-08-28T12:00:00Z").query, "event"),
        (lambda thing: tables.statements(speaker=thing).query, "actor"),
        (lambda thing: tables.statements(about=thing).query, "event"),
        (lambda thing: tables.changes(thing, thing, same=True).query, "version"),
        (lambda thing: tables.disputes(event=thing).query, "event"),
    ],
)
def test_a_table_of_one_thing_costs_what_its_answer_costs(
    stores: Pair, text_of: Callable[[str], str], kind: str
) -> None:
    assert_no_growth(same_in_both(stores, text_of, kind))


@pytest.mark.parametrize(
    "make", [tables.statements, lambda: tables.statements(after=("", "")), tables.disputes]
)
def test_a_page_of_a_table_of_everything_grows_no_faster_than_the_graph(
    stores: Pair, make: Callable[[], tables.Table]
) -> None:
    (_, small), (_, large) = (ask(store, make().query) for store in stores)
    assert large / small < SLACK * TIMES_LARGER


@pytest.mark.parametrize("name", OF_MANY_THINGS)
def test_what_is_asked_of_many_things_at_once_costs_what_the_answer_costs(stores: Pair, name: str) -> None:
    kind = {"statement_counts": "actor", "event_tolls": "event"}.get(name, "statement")
    values = " ".join(f"<{BASE}{kind}/g-{number}>" for number in range(1, 40 if kind == "event" else 300))
    file = QUESTIONS[name]
    along = file.text.replace("<urn:along>", "(rec:rendering|rec:evidence)*").replace(
        "<urn:first>", "rec:asserts"
    )
    text = bind(along.replace("VALUES ?thing { }", f"VALUES ?thing {{ {values} }}"), OF_MANY_THINGS[name])
    (rows, small), (more, large) = (ask(store, text) for store in stores)
    # Whoever is asked for may begin to speak later.
    assert rows <= more <= (299 if name == "statement_counts" else rows + 40)
    grown = TIMES_LARGER if name == "statement_counts" else 1
    assert large / small < SLACK * grown


@pytest.mark.parametrize("name", OF_KEYS)
def test_what_is_found_by_keys_costs_what_is_given_however_many_there_are(stores: Pair, name: str) -> None:
    famous = max(things("actor"), key=lambda actor: ask(stores[1], network_size(actor))[0])
    values = " ".join(
        f'"{key}"{"^^xsd:date" * name.startswith("statements_")}' for key in OF_KEYS[name](famous)
    )
    text = bind(
        re.sub(r"VALUES \?(key|has) \{ \}", rf"VALUES ?\1 {{ {values} }}", QUESTIONS[name].text),
        {"actors": f"<{famous}>", "actor": f"<{famous}>"},
    )
    (rows, small), (more, large) = (ask(store, text) for store in stores)
    if name == "relations_among_by_key":
        # They are found among all that these keys give, 2,000 at most.
        given = f"SELECT ?relation WHERE {{ VALUES ?key {{ {values} }} ?relation rec:relationKey ?key }} LIMIT 2000"
        rows, more = (ask(store, given)[0] for store in stores)
    assert large / small < SLACK * (more + 100) / (rows + 100)


def network_size(actor: str) -> str:
    """A query that has a row for each relation of an actor."""
    return f"SELECT ?relation WHERE {{ ?relation rec:relationFrom|rec:relationTo <{actor}> }}"


class _Rows:
    """A store that is asked as a ledger is."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def rows(self, text: str) -> list[dict[str, object]]:
        found = self._store.query(
            text, base_iri=BASE, prefixes=dict(terms.PREFIXES), use_default_graph_as_union=True
        )
        names = [variable.value for variable in found.variables]
        return [dict(zip(names, row, strict=True)) for row in found]


def test_a_name_is_resolved_at_the_cost_of_what_it_may_stand_for(stores: Pair) -> None:
    rows = stores[0].query(
        'SELECT ?l WHERE { ?a a rec:Person ; rdfs:label ?l FILTER (LANG(?l) = "en") } ORDER BY ?a LIMIT 10',
        prefixes=dict(terms.PREFIXES), use_default_graph_as_union=True,
    )  # fmt: skip
    names = [row[0].value for row in rows]
    for asked in (
        names,
        [name[:-1] + "xo" for name in names],
    ):  # found at once, and only among other spellings
        pairs = []
        for name in asked:
            costs = []
            for store in stores:
                begin = time.thread_time()
                resolve(_Rows(store), name)
                costs.append(max(time.thread_time() - begin, LEAST))
            pairs.append((costs[0], costs[1]))
        assert_no_growth(pairs)


@pytest.mark.parametrize("name", sorted(OF_THE_VOCABULARY_OR_BOUNDED))
def test_what_has_a_bound_does_not_grow(stores: Pair, name: str) -> None:
    file = QUESTIONS[name]
    bound = {"sha256": '"0"', "measure": f"<{terms.REC}killed>"}
    if name.startswith("example_of"):
        bound["term"] = f"<{terms.REC}{'school' if name == 'example_of_word' else 'Strike'}>"
    text = bind(file.text, {"beginning": f'"{BASE}actor/"', **bound})
    assert_no_growth([(ask(stores[0], text)[1], ask(stores[1], text)[1])])


@pytest.mark.parametrize("name", sorted(OF_EVERYTHING))
def test_a_list_of_everything_grows_no_faster_than_the_graph(stores: Pair, name: str) -> None:
    file = QUESTIONS[name]
    standing = {"standing": "rec:Contested", "beginning": f'"{BASE}document/"'}
    text = bind(listing._COMPARING.sub("", file.text), standing)
    (_, small), (_, large) = (ask(store, text) for store in stores)
    assert large / small < SLACK * TIMES_LARGER


@pytest.mark.parametrize("file", SHOWN, ids=lambda file: file.name)
def test_a_query_for_show_grows_no_faster_than_the_graph_or_its_answer(stores: Pair, file: QueryFile) -> None:
    # Of claims that contradict each other there are as many as pairs of those on one thing.
    (rows, small), (more, large) = (ask(store, file.text) for store in stores)
    assert large / small < SLACK * max(TIMES_LARGER, (more + 5) / (rows + 5))
