"""Relations added up in graph/derived: what they say, and that a change followed comes to the same as adding all up again."""

from __future__ import annotations

import random
import re
from collections import defaultdict

import pyoxigraph as ox
import pytest
from tests.harness.graphs.store import Followed

from onrecord.graph import queryfiles, terms
from onrecord.graph.quads import is_said
from onrecord.graph.records.seeds import Seeds
from onrecord.graph.relations import aggregates, keys, kinds, touched
from onrecord.graph.terms import rec
from onrecord.graph.vocabulary import ontology

B, REC = terms.DEFAULT_BASE, terms.REC
DERIVED = ox.NamedNode(terms.graph_iri("derived"))


def relation(seeds: Seeds, kind: str, source: str, target: str) -> dict[str, set[str]]:
    node = aggregates.node(B, (kind, f"{B}actor/{source}", f"{B}actor/{target}"))
    found = defaultdict(set)
    for quad in seeds.quads:
        if quad.subject == node and quad.graph_name == DERIVED:
            assert isinstance(quad.object, ox.NamedNode | ox.Literal)
            found[quad.predicate.value.removeprefix(REC)].add(quad.object.value.removeprefix(B))
    return dict(found)


def test_a_relation_says_how_often_from_when_to_when_and_what_it_rests_on(seeds: Seeds) -> None:
    assert relation(seeds, "is-said-to", "putin", "zelensky") == {
        terms.RDF_TYPE: {"ns#Relation"},
        "relationKind": {"relation-kind/is-said-to"},
        "relationFrom": {"actor/putin"},
        "relationTo": {"actor/zelensky"},
        "relationCount": {"3"},
        "firstOn": {"2025-08-22"},  # Lavrov
        "lastOn": {"2025-08-25"},  # Trump, of two things
        "relationRestsOn": {
            "claim/lavrov-2025-08-22-putin-ready",
            "claim/trump-2025-08-25-avoidance",
            "claim/trump-2025-08-25-dislike",
        },
        "relationKey": {
            "actor/putin 2025-08",
            "actor/putin 3+",
            "actor/zelensky 2025-08",
            "actor/zelensky 3+",
            "3+",
        },
    }


def test_what_goes_on_has_no_last_day_and_two_terms_are_one_relation(seeds: Seeds) -> None:
    found = relation(seeds, "holds-post-in", "trump", "usa")
    assert (found["relationCount"], found["firstOn"], found.get("lastOn")) == ({"2"}, {"2017-01-20"}, None)
    assert found["relationKey"] == {"actor/trump -", "actor/usa -"}


def test_kinds_that_too_many_have_in_common_are_not_added_up(seeds: Seeds) -> None:
    added_up = {quad.object.value for quad in seeds.quads if quad.predicate.value == REC + "relationKind"}  # type: ignore[union-attr]
    among = {kind.name for kind in kinds.kinds().values() if kind.among}
    assert among == {"on-the-same-side", "spoke-on-the-same-topic"}
    assert not {f"{B}relation-kind/{name}" for name in among} & added_up


@pytest.mark.parametrize("kind", kinds.bringing(), ids=lambda kind: kind.name)
def test_each_property_that_a_kind_looks_at_is_followed_when_it_changes(kind: kinds.Kind) -> None:
    named = {name for name in re.findall(r"\brec:(\w+)", kind.text) if REC + name in ontology.properties()}
    assert named <= touched.FOLLOWED.keys(), "say in relations/touched.py what a change of these touches"


@pytest.mark.parametrize("kind", kinds.bringing(), ids=lambda kind: kind.name)
def test_a_kind_says_what_it_rests_on_so_that_nothing_else_need_be_looked_at(
    seeds: Seeds, kind: kinds.Kind
) -> None:
    store = ox.Store()
    store.extend(seeds.quads)
    resting = {
        quad.object
        for relation in store.quads_for_pattern(
            None, rec("relationKind"), aggregates.kind_node(B, kind.name), None
        )
        for quad in store.quads_for_pattern(relation.subject, aggregates.RESTS_ON, None, None)
    }
    assert bool(resting) == (kind.name not in {"challenges", "criticises", "met-with"}), "of the seeds"
    said = [queryfiles.said_of(kind.text, variable) for variable in kind.found_from]
    assert all(one for way in said for one in way)
    assert all(any(is_said(store, thing, way) for way in said) for thing in resting)


def test_where_a_version_without_keys_added_up_relations_none_has_keys_until_all_are_added_up_again(
    seeds: Seeds,
) -> None:
    made_before = [quad for quad in seeds.quads if quad.predicate != keys.KEY]
    claim = ox.NamedNode(f"{B}claim/trump-2025-08-25-dislike")
    changed = {quad for quad in made_before if quad.subject == claim and quad.graph_name != DERIVED}
    assert changed
    followed = Followed(made_before)
    for _ in range(2):
        followed.change(changed)
        assert not [quad for quad in followed.derived() if quad.predicate == keys.KEY]
    store = ox.Store()
    store.extend(made_before)
    (removed, added) = aggregates.followed(store, DERIVED, None, B)
    assert not removed
    assert {quad.predicate for quad in added} == {keys.KEY}
    assert added == {quad for quad in seeds.quads if quad.predicate == keys.KEY}


@pytest.mark.slow
def test_following_a_change_of_each_property_is_the_same_as_adding_all_up_again(seeds: Seeds) -> None:
    chance = random.Random(1)  # noqa: S311
    by_property = defaultdict(list)
    for quad in sorted(seeds.quads, key=str):
        if quad.graph_name.value.removeprefix(B).partition("/")[0] in (
            "document",
            "graph",
        ) and quad.graph_name not in (  # type: ignore[union-attr]
            DERIVED,
            ox.NamedNode(terms.graph_iri("vocabulary")),
        ):
            by_property[quad.predicate].append(quad)
    followed = Followed(seeds.quads)
    for quads in by_property.values():
        some = set(chance.sample(quads, min(4, len(quads))))
        followed.change(some)
        assert followed.derived() == followed.from_scratch()
        followed.change(some)
    assert followed.derived() == followed.from_scratch()
    assert len(by_property) > 40


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_following_what_goes_and_comes_back_is_the_same_as_adding_all_up_again(
    seeds: Seeds, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311
    everything = sorted((quad for quad in seeds.quads if "/document/" in str(quad.graph_name)), key=str)
    followed = Followed(seeds.quads)
    for _ in range(8):
        gone = chance.choice(everything).subject
        followed.change({quad for quad in everything if gone in (quad.subject, quad.object)})
        followed.change(set(chance.sample(everything, 30)))
        assert followed.derived() == followed.from_scratch()
