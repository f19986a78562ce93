"""rec:matchesText in queries: what has some words, by the index of the version that is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from onrecord.graph import terms
from onrecord.graph.errors import QueryRefused, QuerySyntax, UnknownVersion, UpdateRefused
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings
from onrecord.graph.validation.report import Rejected

BASE = terms.DEFAULT_BASE
PESKOV = "statement/peskov-2025-08-28-negotiations"


def rows(ledger: Ledger, query: str, version: int | None = None) -> list[str]:
    """The rows, each as its values without the base, sorted."""
    found = json.loads(ledger.query(query, version=version).read())
    if "boolean" in found:
        return [str(found["boolean"])]
    names = found["head"]["vars"]
    bindings = found["results"]["bindings"]
    return sorted(
        " ".join(row[name]["value"].removeprefix(BASE) if name in row else "-" for name in names)
        for row in bindings
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # The words of Peskov's sentence, which the record quotes in Russian.
        ('SELECT ?s { ?s rec:matchesText "цели уничтожаются" }', [PESKOV]),
        ('SELECT ?s { ?s rec:matchesText "уничтож* цели" ; a rec:Statement }', [PESKOV]),
        ('SELECT ?s { ?s a rec:Statement ; rec:matchesText "цели", "уничтожаются" . }', [PESKOV]),
        ('SELECT ?s { ?s rec:matchesText "цели уничтожаются" ; a rec:Event }', []),
        ('SELECT ?s { ?s <https://w3id.org/onrecord/ns#matchesText> """цели уничтожаются""" }', [PESKOV]),
        (
            'PREFIX o: <https://w3id.org/onrecord/ns#> SELECT ?s { ?s o:matchesText "цели уничтожаются" }',
            [PESKOV],
        ),
        # Where nothing has them, there are no solutions; an OPTIONAL leaves the others.
        ('SELECT ?s { ?s rec:matchesText "xylophone" }', []),
        (
            'SELECT ?a ?s { VALUES ?a { <actor/putin> } OPTIONAL { ?s rec:speaker ?a ; rec:matchesText "xylophone" } }',
            ["actor/putin -"],
        ),
        (
            'SELECT ?s { { ?s rec:matchesText "цели уничтожаются" } UNION { ?s rec:matchesText "xylophone" } }',
            [PESKOV],
        ),
        (
            'SELECT ?w { { SELECT ?s { ?s rec:matchesText "цели уничтожаются" } } ?s rec:speaker ?w }',
            ["actor/peskov"],
        ),
        (
            'SELECT ?w { ?w ^rec:speaker _:s . _:s rec:speaker ?w . ?w rec:matchesText "песков" }',
            ["actor/peskov"],
        ),
        ('SELECT ?w { ?w a rec:Person FILTER EXISTS { ?w rec:matchesText "Песков" } }', ["actor/peskov"]),
        ('SELECT DISTINCT ?w { GRAPH ?g { ?w a rec:Person ; rec:matchesText "Песков" } }', ["actor/peskov"]),
        (
            'SELECT ?w { ?w a rec:Person ; rec:matchesText "Lavrov" MINUS { ?w rec:matchesText "Лавров" } }',
            [],
        ),
        ('ASK { <actor/peskov> rec:matchesText "Пєсков" }', ["True"]),
        ('ASK { <actor/putin> rec:matchesText "Пєсков" }', ["False"]),
        ('ASK { <actor/putin> rec:matchesText "xylophone" }', ["False"]),
        ('SELECT * { ?s rec:matchesText "цели уничтожаются" ; rec:speaker ?a }', [f"{PESKOV} actor/peskov"]),
    ],
)
def test_what_has_the_words_is_found_beside_other_patterns(
    seeded: Ledger, query: str, expected: list[str]
) -> None:
    assert rows(seeded, query) == expected


def test_columns_stay_in_the_order_of_first_mention(seeded: Ledger) -> None:
    query = 'SELECT * { ?z rec:matchesText "цели уничтожаются" . ?z rec:speaker ?a }'
    assert json.loads(seeded.query(query).read())["head"]["vars"] == ["z", "a"]


def test_it_stands_in_queries_of_every_form(seeded: Ledger) -> None:
    pattern = '{ ?s rec:matchesText "цели уничтожаются" }'
    graph = seeded.query(f"CONSTRUCT {{ ?s a rec:Statement }} WHERE {pattern}").read().decode()
    assert graph.count(PESKOV) == 1
    assert PESKOV in seeded.query(f"DESCRIBE ?s WHERE {pattern}").read().decode()


def test_the_property_itself_can_be_asked_of_as_a_term(seeded: Ledger) -> None:
    assert rows(seeded, "SELECT ?l { rec:matchesText rdfs:label ?l FILTER (LANG(?l) = 'en') }") == [
        "matches text"
    ]
    assert rows(seeded, "ASK { ?s ?p ?o FILTER (?p = rec:matchesText) }") == ["False"]


@pytest.mark.parametrize(
    ("pattern", "place", "why"),
    [
        ("?s rec:matchesText ?words", 27, "plain string"),
        ('?s rec:matchesText "words"@en', 27, "without a language"),
        ('?s rec:rendering [ rec:matchesText "words" ]', 27, "in the place of the brackets"),
        ('?s rec:about/rec:matchesText "words"', 11, "no part of a path"),
        ('?s rec:matchesText* "words"', 11, "no part of a path"),
        ('_:s rec:matchesText "words"', 8, "variable or an IRI"),
        ('"text" rec:matchesText "words"', 8, ""),
        (r'?s rec:matches\u0054ext "words"', 27, "without escapes"),
    ],
)
def test_where_it_cannot_be_answered_it_is_refused_with_the_place(
    seeded: Ledger, pattern: str, place: int, why: str
) -> None:
    with pytest.raises((QueryRefused, QuerySyntax), match=why or "line 1") as caught:
        seeded.query(f"ASK {{  {pattern} }}")
    assert f"line 1, column {place}" in str(caught.value) or not why


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ('ASK { ?s rec:matchesText "?!" }', "1 to 12 words"),
        ('CONSTRUCT WHERE { ?s rec:matchesText "words" }', "write the template out"),
        (
            f"ASK {{ ?s rec:matchesText {', '.join(f'{chr(34)}w{n}{chr(34)}' for n in range(9))} }}",
            "may for 8",
        ),
    ],
)
def test_what_is_looked_for_has_bounds(seeded: Ledger, query: str, why: str) -> None:
    with pytest.raises(QueryRefused, match=why):
        seeded.query(query)


def test_a_query_that_is_none_is_told_so_at_its_place(seeded: Ledger) -> None:
    with pytest.raises(QuerySyntax) as caught:
        seeded.query('SELECT * {\n ?s rec:matchesText "Peskov" ; rec:speaker }')
    assert caught.value.line == 2


@pytest.fixture
def ledger(copy_of_built: Callable[[], Path]) -> Iterator[Ledger]:
    with Ledger.open(Settings(data=copy_of_built(), query_seconds=120)) as opened:
        yield opened


@pytest.mark.slow
def test_each_version_answers_for_itself(ledger: Ledger) -> None:
    query = 'SELECT ?s { ?s rec:matchesText "quagmire" ; a rec:Person }'
    assert rows(ledger, query) == []
    first = ledger.version
    added = (
        f"BASE <{BASE}> INSERT DATA {{ GRAPH <graph/reference> {{ <actor/q> a rec:Person ; "
        'rdfs:label "Quincy Quagmire"@en } }'
    )
    ledger.update(added, author="test")
    assert rows(ledger, query) == ["actor/q"]
    assert rows(ledger, query, first) == []
    assert ledger.query(query, version=first).version == first
    with pytest.raises(UnknownVersion):
        ledger.query(query, version=first + 7)


def test_changes_neither_match_by_it_nor_say_it(ledger: Ledger) -> None:
    version = ledger.version
    with pytest.raises(UpdateRefused, match="ask for the things first"):
        ledger.update('DELETE WHERE { ?s rec:matchesText "Peskov" ; ?p ?o }', author="test")
    with pytest.raises(Rejected, match="matchesText"):
        ledger.update(f'INSERT DATA {{ <{BASE}actor/peskov> rec:matchesText "Peskov" }}', author="test")
    assert ledger.version == version


def test_in_a_plain_store_it_is_a_property_like_any_other(tmp_path: Path) -> None:
    with Ledger.open(Settings(data=tmp_path / "d", shapes=False, seeds=False), _gate=False) as plain:
        plain.update('INSERT DATA { <urn:a> rec:matchesText "b" }', author="test")
        assert rows(plain, 'SELECT ?s { ?s rec:matchesText "b" }') == ["urn:a"]
