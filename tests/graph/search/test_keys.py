"""Keys follow the names with each commit, and what is looked up by them is what comparing every name finds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
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
LABEL = ox.NamedNode(terms.PREFIXES["rdfs"] + "label")
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


def test_what_may_be_an_actor_has_keys_by_how_its_english_labels_begin(ledger: Ledger) -> None:
    # By its IRI, by its class, or by a class of somebody's own, which may be made one of actors.
    do(
        ledger,
        """INSERT DATA {
            <actor/ann> rdfs:label "Ann"@en, "Ганна"@uk .
            <https://example.org/bo> a rec:State ; rdfs:label "Bo"@en-GB .
            <https://example.org/c> a <https://example.org/Bloggers> ; rdfs:label "Éva"@en .
            <place/d> a rec:Place ; rdfs:label "Dnipro"@en .
        }""",
    )
    listed = "SELECT ?key WHERE { ?thing rec:nameKey ?key FILTER (STRSTARTS(?key, 'actor/^')) } ORDER BY ?key"

    def kept() -> list[str]:
        return [row["key"].value.removeprefix("actor/^") for row in ledger.rows(listed)]

    assert kept() == ["an", "ann", "bo", "bo ", "kept", "~ ", "~  "]
    do(ledger, "DELETE DATA { <https://example.org/bo> a rec:State }")
    do(ledger, "INSERT DATA { <https://example.org/c> a rec:Place }")
    assert kept() == ["an", "ann", "kept", "~ ", "~  "]
    do(ledger, "DELETE DATA { <https://example.org/c> a <https://example.org/Bloggers> }")
    assert kept() == ["an", "ann", "kept"]


def test_that_all_have_such_keys_is_said_only_where_it_is_so() -> None:
    ann, bo = ox.NamedNode(ANN[1:-1]), ox.NamedNode("https://example.org/bo")
    kept = ox.Literal(keys.KEPT)

    def added(*before: ox.Quad, changed: list[ox.Quad] | None) -> set[ox.Term]:
        store = ox.Store()
        store.extend([*before, *(changed or ())])
        return {quad.object for _, new in keys.steps(store, changed) for quad in new}

    new = [ox.Quad(ann, LABEL, ox.Literal("Ann", language="en"))]
    assert kept in added(changed=new)
    # An older version gave others no such keys, or none at all, where their IRIs are somebody's own.
    old = ox.Quad(ox.NamedNode(f"{ANN[1:-1]}-2"), keys.KEY, ox.Literal("actor/ann"), ox.NamedNode(NAMES))
    assert kept not in added(old, changed=new)
    others = [
        ox.Quad(bo, LABEL, ox.Literal("Bo", language="en")),
        ox.Quad(bo, ox.NamedNode(terms.RDF_TYPE), ox.NamedNode(terms.REC + "State")),
    ]
    assert kept not in added(*others, changed=new)
    assert kept in added(*others, changed=None)
    assert kept in added(*others[:1], changed=new)


@pytest.mark.parametrize(
    "letters", ["", "a", "9z", "a!", "Ab", "a b", "éé", "zz", "z~", "A", "_x", "bab", "baz"]
)
def test_keys_of_beginnings_sort_as_the_names_do(letters: str) -> None:
    others = ["", " ", "0", "a", "a ", "aa", "Z", "ba", "bac", "~", "я", "ẓ", "baba", "9", ":"]
    for other in others:
        first, last = sorted([letters, other])
        assert keys.beginning(first)[1] <= keys.beginning(last)[1]
        assert keys.beginning(first)[0] <= keys.beginning(last)[0]
    two, three = keys.beginning(letters)
    assert two in keys.beginnings()
    assert three in keys.beginnings(two)
    assert list(keys.beginnings()) == sorted(set(keys.beginnings()))


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
