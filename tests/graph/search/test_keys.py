"""Keys follow the names with each commit, and what is looked up by them is what comparing every name finds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.harness.updating import do

from onrecord.graph import terms
from onrecord.graph.errors import Protected
from onrecord.graph.ledger import Ledger
from onrecord.graph.questions.resolving import KINDS, NAMED, resolve
from onrecord.graph.records.seeds import Seeds
from onrecord.graph.search import keys
from onrecord.graph.search.names import Names, likeliest
from onrecord.graph.settings import Settings
from onrecord.graph.validation.report import Rejected

NAMES = f"{terms.DEFAULT_BASE}graph/names"
ANN = f"<{terms.DEFAULT_BASE}actor/ann>"


def found(ledger: Ledger, name: str) -> list[str]:
    return [match.iri.removeprefix(terms.DEFAULT_BASE) for match in resolve(ledger, name)]


def test_keys_follow_a_name_that_is_given_changed_and_taken_away(ledger: Ledger) -> None:
    do(ledger, f'INSERT DATA {{ {ANN} rdfs:label "Ганна Коваль"@uk }}')
    assert found(ledger, "Hanna Koval") == ["actor/ann"]
    do(ledger, f'INSERT DATA {{ {ANN} skos:altLabel "Ann Smith"@en }}')
    assert found(ledger, "Smyth") == found(ledger, "Koval") == ["actor/ann"]
    do(ledger, f'DELETE DATA {{ {ANN} rdfs:label "Ганна Коваль"@uk }}')
    assert (found(ledger, "Koval"), found(ledger, "Ann Smith")) == ([], ["actor/ann"])
    do(ledger, f"DELETE WHERE {{ {ANN} ?property ?value }}")
    assert found(ledger, "Ann Smith") == []
    assert NAMES not in ledger.graph_names()


def test_a_commit_keeps_the_keys_that_deriving_all_again_makes(ledger: Ledger) -> None:
    for number in range(5):
        do(ledger, f'INSERT DATA {{ {ANN[:-1]}-{number}> rdfs:label "Ann {number}"@en }}')
    do(
        ledger,
        f'DELETE {{ ?x rdfs:label ?l }} WHERE {{ ?x rdfs:label ?l FILTER (STR(?x) > "{ANN[1:-1]}-2") }}',
    )
    kept = frozenset(ledger.quads(NAMES))
    stated = [quad for graph in ledger.graph_names() if graph != NAMES for quad in ledger.quads(graph)]
    assert kept == keys.derive(stated)
    assert len(kept) > 3


def test_nobody_writes_keys_and_no_dump_has_them(seeded: Ledger, ledger: Ledger) -> None:
    with pytest.raises(Protected):
        do(ledger, f'INSERT DATA {{ GRAPH <{NAMES}> {{ {ANN} rec:nameKey "actor/ann" }} }}')
    assert b'nameKey "' not in seeded.export("nquads").read()
    assert seeded.quads(NAMES)


@pytest.mark.slow
def test_keys_written_to_another_graph_are_refused(copy_of_built: Callable[[], Path]) -> None:
    with Ledger.open(Settings(data=copy_of_built())) as ledger, pytest.raises(Rejected, match="nameKey"):
        do(ledger, f'INSERT DATA {{ {ANN} a rec:Person ; rdfs:label "Ann"@en ; rec:nameKey "actor/ann" }}')


@pytest.mark.slow
def test_every_name_of_the_seeds_is_found_as_comparing_all_names_finds_it(
    seeded: Ledger, seeds: Seeds
) -> None:
    names = Names(seeds.quads)
    for iri, known in names.items():
        for name in known:
            best = [match.iri for match in names.resolve(name) if match.reason == "the same name"]
            same = [match.iri for match in resolve(seeded, name) if match.reason == "the same name"]
            assert iri in same, name
            assert set(best) <= set(same), name


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Zelenski", "Zelinski"),
        ("Smith", "Smyth"),
        ("Lugansk", "Луганськ"),
        ("Lavrov", "Lawrow"),
        ("Budanov", "Budenov"),
        ("Oleg Hrytsenko", "Олег Гриценко"),
        ("Tkachenko", "Tkatchenko"),
        ("Шевченко", "Szevchenko"),
    ],
)
def test_names_that_are_alike_have_keys_in_common(ledger: Ledger, name: str, other: str) -> None:
    assert likeliest(name, {"x": [other]}), "not alike"
    do(ledger, f'INSERT DATA {{ {ANN} rdfs:label "{other}"@en }}')
    assert found(ledger, name) == ["actor/ann"]


def test_only_things_that_have_names_are_looked_up_where_no_kind_is_given() -> None:
    assert {"event", "topic"} == {*KINDS} - {*NAMED}
