"""SPARQL Update: what it sees, what it changes, what it may not, and that it does all of it or nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from onrecord.graph import disputes, errors
from onrecord.graph.build import Seeds, build
from onrecord.graph.changes import ChangeSet
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

EX = "http://example.org/"
BASE = "https://w3id.org/onrecord/"
DEFAULT = BASE + "graph/default"
PREFIX = f"PREFIX : <{EX}> "


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with Ledger.open(
        Settings(data=tmp_path_factory.mktemp("shared"), query_seconds=20), _gate=False
    ) as opened:
        yield opened


@pytest.fixture
def ledger(shared: Ledger) -> Ledger:
    """An empty ledger without shapes, though not at version 0: opening one for each test takes its time."""
    everything = frozenset(parse(shared.export("nquads").read(), RdfFormat.N_QUADS))
    shared.commit(ChangeSet(removed=everything), message="empty again", author="tester")
    return shared


@pytest.fixture
def plain_settings(settings: Settings) -> Settings:
    return replace(settings, data=settings.data.with_name("plain"), seeds=False, shapes=False)


@pytest.fixture(scope="module")
def shared_plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    settings = Settings(data=tmp_path_factory.mktemp("plain"), query_seconds=20, seeds=False, shapes=False)
    with Ledger.open(settings) as opened:
        yield opened


@pytest.fixture
def plain(shared_plain: Ledger) -> Ledger:
    """An empty plain store, though not at version 0."""
    shared_plain.update("DROP ALL", author="tester")
    return shared_plain


@pytest.fixture(scope="module")
def full(seeds: Seeds, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """The seeds, with their shapes, to be written to. No test may rely on what another left."""
    with Ledger.open(Settings(data=tmp_path_factory.mktemp("full"), query_seconds=20)) as opened:
        build(opened, seeds)
        yield opened


def do(ledger: Ledger, text: str, **more: object) -> tuple[int, int]:
    """Make an update; how many quads came and went."""
    commit = ledger.update(PREFIX + text, author="tester", **more)  # type: ignore[arg-type]
    return commit.added, commit.removed


@contextmanager
def unchanged(ledger: Ledger) -> Iterator[None]:
    """Nothing in here may make a version."""
    version = ledger.version
    yield
    assert ledger.version == version


def triples(ledger: Ledger, graph: str | None) -> list[str]:
    """A graph, its IRIs shortened."""
    text = ledger.store_get(graph, "ntriples").read().decode()
    return sorted(line.replace(EX, ":").removesuffix(" .") for line in text.splitlines())


# What is written, and where


def test_what_is_written_to_no_graph_goes_to_the_default_graph_which_has_a_name(ledger: Ledger) -> None:
    assert do(ledger, "INSERT DATA { :a :p :b }") == (1, 0)
    assert triples(ledger, None) == triples(ledger, DEFAULT) == ["<:a> <:p> <:b>"]
    assert ledger.graph_names() == [DEFAULT]


def test_in_a_plain_store_it_goes_to_the_default_graph_which_has_none(plain: Ledger) -> None:
    assert do(plain, "INSERT DATA { :a :p :b }") == (1, 0)
    assert triples(plain, None) == ["<:a> <:p> <:b>"]
    assert plain.graph_names() == []


def test_where_without_graph_sees_what_a_query_sees(ledger: Ledger, plain: Ledger) -> None:
    both = "INSERT DATA { :a :p 1 . GRAPH :g { :b :p 2 } } ; INSERT { GRAPH :seen { ?s :p ?o } } WHERE { ?s :p ?o }"
    do(ledger, both)
    do(plain, both)
    assert len(triples(ledger, EX + "seen")) == 2
    assert [line.split()[0] for line in triples(plain, EX + "seen")] == ["<:a>"]


def test_deleting_from_no_graph_leaves_the_other_graphs_alone(ledger: Ledger) -> None:
    do(ledger, "INSERT DATA { :a :p 1 . GRAPH :g { :a :p 1 } }")
    assert do(ledger, "DELETE WHERE { ?s ?p ?o }") == (0, 1)
    assert len(triples(ledger, EX + "g")) == 1


@pytest.mark.parametrize(
    ("dataset", "found"),
    [
        ("USING :g", {"<:b>"}),
        ("USING :g USING :h", {"<:b>", "<:c>"}),
        ("USING NAMED :g", set()),
    ],
)
def test_using_replaces_what_where_sees(ledger: Ledger, dataset: str, found: set[str]) -> None:
    do(ledger, "INSERT DATA { :a :p 1 . GRAPH :g { :b :p 2 } GRAPH :h { :c :p 3 } GRAPH :seen { :x :y :z } }")
    do(ledger, f"INSERT {{ GRAPH :seen {{ ?s :q ?o }} }} {dataset} WHERE {{ ?s :p ?o }}")
    assert {line.split()[0] for line in triples(ledger, EX + "seen")} == found | {"<:x>"}


def test_with_names_the_graph_that_is_matched_and_changed(ledger: Ledger) -> None:
    do(ledger, "INSERT DATA { :a :p 1 . GRAPH :g { :b :p 2 } }")
    assert do(ledger, "WITH :g DELETE { ?s :p ?o } INSERT { ?s :q ?o } WHERE { ?s :p ?o }") == (1, 1)
    assert [line.split()[:2] for line in triples(ledger, EX + "g")] == [["<:b>", "<:q>"]]


def test_the_request_may_name_the_data_set(ledger: Ledger) -> None:
    do(ledger, "INSERT DATA { :a :p 1 . GRAPH :g { :b :p 2 } GRAPH :h { :c :p 3 } }")
    do(ledger, "INSERT { GRAPH :one { ?s :q ?o } } WHERE { ?s :p ?o }", using_graphs=[EX + "g"])
    do(
        ledger, "INSERT { GRAPH :two { ?s :q ?o } } WHERE { GRAPH ?g { ?s :p ?o } }", using_named_graphs=[EX + "h"]
    )  # fmt: skip
    assert [triples(ledger, EX + name)[0].split()[0] for name in ("one", "two")] == ["<:b>", "<:c>"]


@pytest.mark.parametrize("text", ["WITH :g DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "INSERT { :a :b :c } USING :g WHERE {}"])  # fmt: skip
def test_the_request_and_the_text_cannot_both_name_it(ledger: Ledger, text: str) -> None:
    with unchanged(ledger), pytest.raises(errors.UpdateRefused, match="leave one of them out"):
        do(ledger, f"INSERT DATA {{ :a :p 1 }} ; {text}", using_graphs=[EX + "g"])


def test_a_later_operation_sees_what_an_earlier_one_did(ledger: Ledger) -> None:
    do(
        ledger,
        "INSERT DATA { :a :n 1 } ; DELETE { ?s :n ?n } INSERT { ?s :n ?m } WHERE { ?s :n ?n BIND(?n + 1 AS ?m) }",
    )
    assert triples(ledger, None) == ['<:a> <:n> "2"^^<http://www.w3.org/2001/XMLSchema#integer>']


def test_what_comes_and_goes_within_one_update_is_no_change(ledger: Ledger) -> None:
    with unchanged(ledger):
        assert do(ledger, "INSERT DATA { :a :p 1 } ; DELETE DATA { :a :p 1 }") == (0, 0)


def test_thousands_of_solutions_go_through_whole(ledger: Ledger) -> None:
    rows = " ".join(f"({n})" for n in range(12_345))
    assert do(ledger, f"INSERT {{ :a :n ?n }} WHERE {{ VALUES (?n) {{ {rows} }} }}") == (12_345, 0)  # noqa: S608  (SPARQL)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { :a :p :b } ; PREFIX x: <http://example.org/> INSERT DATA { x:a x:p x:c }",
        "BASE <http://example.org/> INSERT DATA { <a> <p> <b> } ;\n BASE <http://other/> INSERT DATA { <a> :p :c } ;",
        "# ; } {\nINSERT DATA { :a :p ';}' } ; INSERT DATA { :a :p '''};''' }",
        "INSERT{:a :p :b}WHERE{} ; INSERT { :a :p ?x } WHERE { { SELECT ('}' AS ?x) {} } }",
    ],
)
def test_operations_are_told_apart_whatever_stands_in_them(ledger: Ledger, text: str) -> None:
    assert do(ledger, text) == (2, 0)


# Graphs as wholes


@pytest.mark.parametrize("make", ["ledger", "plain"])
def test_graphs_are_copied_moved_and_added_as_sparql_says(make: str, request: pytest.FixtureRequest) -> None:
    ledger = request.getfixturevalue(make)
    do(ledger, "INSERT DATA { :d :p 0 . GRAPH :g { :a :p 1 } GRAPH :h { :b :p 2 } }")
    do(ledger, "ADD :g TO :h")
    assert len(triples(ledger, EX + "h")) == 2
    do(ledger, "COPY DEFAULT TO :h")
    assert [line.split()[0] for line in triples(ledger, EX + "h")] == ["<:d>"]
    do(ledger, "MOVE GRAPH :g TO DEFAULT")
    assert [line.split()[0] for line in triples(ledger, None)] == ["<:a>"]
    assert not ledger.store_exists(EX + "g")
    do(ledger, "DROP NAMED")
    assert (len(triples(ledger, None)), ledger.store_exists(EX + "h")) == (1, False)
    do(ledger, "CLEAR ALL")
    assert triples(ledger, None) == []


@pytest.mark.parametrize("verb", ["DROP GRAPH :none", "CLEAR GRAPH :none", "COPY :none TO :g", "MOVE :none TO :g", "ADD :none TO :g", "CREATE GRAPH :g"])  # fmt: skip
def test_a_graph_that_is_not_there_fails_the_update_unless_silent(ledger: Ledger, verb: str) -> None:
    do(ledger, "INSERT DATA { GRAPH :g { :a :p 1 } }")
    with pytest.raises(errors.UpdateFailed, match="SILENT passes over this"):
        do(ledger, f"INSERT DATA {{ :a :p 2 }} ; {verb}")
    assert triples(ledger, None) == []
    first, _, rest = verb.partition(" ")
    assert do(ledger, f"{first} SILENT {rest}") == (0, 0)


def test_a_graph_that_was_created_is_there_for_the_rest_of_the_update(ledger: Ledger) -> None:
    do(ledger, "CREATE GRAPH :g ; INSERT { :g a :Empty } WHERE { GRAPH :g {} } ; DROP GRAPH :g")
    assert triples(ledger, None)[0].startswith("<:g>")
    with pytest.raises(errors.UpdateFailed):
        do(ledger, "DROP GRAPH :g")


def test_an_emptied_graph_is_gone_for_the_next_update(ledger: Ledger) -> None:
    do(ledger, "INSERT DATA { GRAPH :g { :a :p 1 } }")
    do(ledger, "DELETE DATA { GRAPH :g { :a :p 1 } }")
    assert do(ledger, "INSERT { :seen :g ?g } WHERE { GRAPH ?g {} }") == (0, 0)


# Blank nodes


def test_blank_nodes_get_names_and_the_same_content_the_same_names(ledger: Ledger) -> None:
    assert do(ledger, "INSERT DATA { [] :p [ :q 1 ] }") == (2, 0)
    assert do(ledger, "INSERT DATA { _:x :p _:y . _:y :q 1 }") == (0, 0)
    assert all(
        part.startswith(f"<{BASE}genid/") for part in (line.split()[0] for line in triples(ledger, None))
    )


def test_other_content_gets_other_names(ledger: Ledger) -> None:
    do(ledger, "INSERT DATA { [] :p 1 } ; INSERT DATA { [] :p 2 } ; INSERT DATA { GRAPH :g { [] :p 1 } }")
    subjects = {line.split()[0] for graph in (None, EX + "g") for line in triples(ledger, graph)}
    assert len(subjects) == 3


def test_a_plain_store_keeps_blank_nodes_apart_and_can_say_what_was_done_to_them(plain: Ledger) -> None:
    do(plain, "INSERT DATA { [] :p 1 } ; INSERT DATA { [] :p 1 }")
    assert len(triples(plain, None)) == 2
    do(plain, "INSERT { ?s :q :r } WHERE { ?s :p 1 }")
    assert len(triples(plain, None)) == 4
    assert do(plain, "DELETE { ?s ?p ?o } WHERE { ?s :q :r ; ?p ?o }") == (0, 4)


def test_in_a_plain_store_blank_nodes_survive_undoing_and_replaying(plain_settings: Settings) -> None:
    with Ledger.open(plain_settings) as ledger:
        do(ledger, "INSERT DATA { _:a :p _:b . GRAPH :g { _:b :q 1 } }")
        before = ledger.export("nquads").read()
        do(ledger, "DROP ALL")
        ledger.revert(2, author="t")
        assert ledger.export("nquads").read() == before
        assert before.count(b"_:") == 3
    for folder in ("store", "snapshots"):
        shutil.rmtree(plain_settings.data / folder)
    with Ledger.open(plain_settings) as again:
        assert again.export("nquads").read() == before


def test_a_variable_bound_to_a_blank_node_names_no_predicate_and_no_graph(plain: Ledger) -> None:
    do(plain, "INSERT DATA { [] :p 1 }")
    assert do(plain, "INSERT { :a ?s 1 . GRAPH ?s { :a :b :c } } WHERE { ?s :p 1 }") == (0, 0)


# What is refused


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("INSERT DATA {\n  <a> <b> nothing:c }", 2, 11),
        ("INSERT DATA { <a> <b> <c> ", 1, 13),
        ("SELECT * { ?s ?p ?o }", 1, 1),
        ("PREFIX q: <http://q/> INSERT DATA { <a> <b> <c>> }", 1, 48),
        ("INSERT DATA { <a> <b> <c> } ;\nPREFIX r: <http://r/> DELTE DATA { r:a <b> <c> }", 2, 23),
        ("INSERT DATA { <a> <b> <c> } ;\n\n  INSERT DATA { <a> ?x <c> }", 3, 21),
        ("DELETE WHERE { <a> <b> _:x }", 1, 24),
        ("INSERT DATA { <a> <b> _:x } ; DELETE { ?s <b> [] } WHERE { ?s <b> [] }", 1, 47),
        # What would be refused is told only once it is SPARQL.
        ("INSERT { <a> <b> <c> } WHERE { SERVICE <x> { ?a ?b ?c }", 1, 30),
        ("LOAD <x> ; INSERT DATA { <a> <b> <c>", 1, 24),
    ],
)
def test_a_syntax_error_names_its_place_in_the_text_as_sent(
    ledger: Ledger, text: str, line: int, column: int
) -> None:
    with (
        unchanged(ledger),
        pytest.raises(errors.UpdateSyntax, match=f"^line {line}, column {column}: ") as caught,
    ):
        ledger.update(text, author="tester")
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <http://127.0.0.1:9/>",
        "LOAD <http://127.0.0.1:9/> INTO GRAPH :g",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "INSERT { ?s ?p ?o } WHERE { SERVICE SILENT ?x { ?s ?p ?o } }",
        "INSERT { :a :b :c } WHERE { FILTER EXISTS { SERVICE<http://127.0.0.1:9/> { ?s ?p ?o } } }",
        "INSERT DATA { :a :b 1 } ; INSERT { ?s ?p ?o } WHERE { SELECT * { SERVICE :x { ?s ?p ?o } } }",
    ],
)
def test_nothing_that_reaches_elsewhere_is_run(ledger: Ledger, text: str) -> None:
    with unchanged(ledger), pytest.raises(errors.QueryRefused, match="is not run here"):
        do(ledger, text)


def test_loading_silently_succeeds_and_does_nothing(ledger: Ledger) -> None:
    assert do(ledger, "LOAD SILENT <http://127.0.0.1:9/> INTO GRAPH :g ; INSERT DATA { :a :p 1 }") == (1, 0)
    assert not ledger.store_exists(EX + "g")


def test_too_much_of_anything_is_refused_with_the_setting_that_says_so(settings: Settings) -> None:
    tight = replace(settings, update_kilobytes=1, query_nesting=5, query_patterns=3)
    with Ledger.open(tight, _gate=False) as ledger:
        for text, setting in (
            ("INSERT DATA { :a :b '" + "x" * 1024 + "' }", "UPDATE_KILOBYTES"),
            ("INSERT { :a :b :c } WHERE {{{{{{}}}}}}", "QUERY_NESTING"),
            ("INSERT { :a :b :c } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", "QUERY_PATTERNS"),
        ):
            with pytest.raises(errors.QueryRefused, match=f"ONRECORD_{setting}"):
                do(ledger, text)
        assert do(ledger, "INSERT DATA { :a :b 1, 2, 3, 4, 5, 6, 7 }") == (7, 0)


def test_an_update_past_its_time_is_stopped_and_changes_nothing(settings: Settings) -> None:
    with Ledger.open(replace(settings, update_seconds=1), _gate=False) as ledger:
        do(ledger, "INSERT DATA { " + " ".join(f":a{n} :p {n} ." for n in range(300)) + " }")
        with pytest.raises(errors.UpdateTimeout, match="ONRECORD_UPDATE_SECONDS"):
            do(ledger, "DELETE { ?a ?b ?c } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
        assert ledger.version == 1
        assert do(ledger, "INSERT DATA { :a :p 1 }") == (1, 0)


def test_an_update_short_of_memory_ends_alone(settings: Settings) -> None:
    with Ledger.open(replace(settings, worker_megabytes=64), _gate=False) as ledger:
        long = "a" * 2000
        with pytest.raises(errors.UpdateMemory, match="64 MiB"):
            do(
                ledger,
                f"INSERT {{ :a :b ?z }} WHERE {{ BIND(REPLACE('{long}', 'a', '{long}') AS ?x) BIND(REPLACE(?x, 'a', ?x) AS ?z) }}",
            )
        assert do(ledger, "INSERT DATA { :a :p 1 }") == (1, 0)


def test_a_change_past_its_size_is_refused(settings: Settings) -> None:
    with Ledger.open(replace(settings, change_megabytes=1), _gate=False) as ledger:
        do(ledger, "INSERT DATA { " + " ".join(f":a{n} :p '{'x' * 100}' ." for n in range(100)) + " }")
        with pytest.raises(errors.ResultTooLarge, match="ONRECORD_CHANGE_MEGABYTES"):
            do(ledger, "INSERT { GRAPH ?s { ?t ?p ?o } } WHERE { ?s ?p ?o . ?t ?q ?r }")
        assert ledger.version == 1


def test_a_version_that_is_not_the_present_one_stops_a_write(ledger: Ledger) -> None:
    version = ledger.version
    do(ledger, "INSERT DATA { :a :p 1 }", if_version=version)
    with pytest.raises(errors.PreconditionFailed, match=f"at version {version + 1}") as caught:
        do(ledger, "INSERT DATA { :a :p 2 }", if_version=version)
    assert caught.value.version == version + 1


@pytest.mark.parametrize("name", ["vocabulary", "derived"])
def test_graphs_that_are_made_and_not_written_are_protected(ledger: Ledger, name: str) -> None:
    with unchanged(ledger), pytest.raises(errors.Protected, match=f"graph/{name}"):
        do(ledger, f"INSERT DATA {{ GRAPH <{BASE}graph/{name}> {{ :a :p 1 }} }}")


def test_a_plain_store_protects_nothing(plain: Ledger) -> None:
    assert do(plain, f"INSERT DATA {{ GRAPH <{BASE}graph/derived> {{ :a :p 1 }} }}") == (1, 0)


# With shapes, over the seeds


def test_what_the_shapes_refuse_changes_nothing(full: Ledger) -> None:
    version = full.version
    with pytest.raises(errors.Rejected, match="rec:Nonsense") as caught:
        do(
            full,
            "INSERT DATA { <actor/x> a rec:Person ; rdfs:label 'X'@en } ; INSERT DATA { <actor/y> a rec:Nonsense }",
        )
    assert caught.value.report.results
    assert full.version == version
    assert full.rows("SELECT * { <https://w3id.org/onrecord/actor/x> ?p ?o }") == []


def test_what_is_derived_follows_the_claims_in_the_same_commit(full: Ledger, tmp_path: Path) -> None:
    def contradictions() -> set[str]:
        return {str(row["a"]) for row in full.rows("SELECT ?a { ?a rec:contradicts ?b }")}

    (one,) = full.rows("SELECT ?c ?g ?t { GRAPH ?g { ?c a rec:TargetClaim ; rec:targetKind ?t } FILTER EXISTS { ?c rec:contradicts ?d } } ORDER BY ?c LIMIT 1")  # fmt: skip
    before = contradictions()
    assert str(one["c"]) in before
    commit = full.update(f"DELETE WHERE {{ GRAPH {one['g']} {{ {one['c']} ?p ?o }} }} ; DELETE {{ GRAPH ?g {{ ?s ?p {one['c']} }} }} WHERE {{ GRAPH ?g {{ ?s ?p {one['c']} }} FILTER(!CONTAINS(STR(?g), 'derived')) }}", author="t")  # fmt: skip
    assert str(one["c"]) not in contradictions()
    _, change = (
        commit,
        ChangeSet.from_rows(full.patch(commit.version).partition(b"TX .\n")[2].removesuffix(b"TC .\n")),
    )
    assert NamedNode(BASE + "graph/derived") in {quad.graph_name for quad in change.removed}
    full.revert(commit.version, author="t")
    assert contradictions() == before


def test_building_again_keeps_what_is_derived_from_other_graphs(ledger: Ledger, seeds: Seeds) -> None:
    def contradictions() -> int:
        return len(ledger.rows("SELECT ?a ?b { ?a rec:contradicts ?b }"))

    build(ledger, seeds)
    before = contradictions()
    (one,) = ledger.rows("SELECT ?c { ?c a rec:TargetClaim ; rec:contradicts ?d } ORDER BY ?c LIMIT 1")
    do(
        ledger,
        f"INSERT {{ GRAPH :g {{ :copy ?p ?o }} }} WHERE {{ {one['c']} ?p ?o FILTER(?p != rec:contradicts) }}",
    )
    after = contradictions()
    assert after > before
    with unchanged(ledger):
        assert build(ledger, seeds) is None
    do(
        ledger,
        "DELETE { GRAPH ?g { ?s skos:prefLabel ?l } } WHERE { GRAPH ?g { ?s skos:prefLabel ?l } FILTER(?g = <graph/reference>) }",
    )
    build(ledger, seeds)
    assert contradictions() == after


def test_only_triples_that_a_rule_names_concern_the_rules(seeds: Seeds) -> None:
    concerned = {quad.predicate.value for quad in seeds.quads if disputes.concerned([quad])}
    assert BASE + "ns#atLeast" in concerned
    assert BASE + "ns#exact" not in concerned
    assert "http://www.w3.org/2004/02/skos/core#altLabel" not in concerned


# History


def test_reverting_undoes_one_commit_and_leaves_the_later_ones(ledger: Ledger) -> None:
    do(ledger, "INSERT DATA { :a :p 1, 2 }")
    do(ledger, "DELETE DATA { :a :p 1 } ; INSERT DATA { :a :p 3 }")
    first = ledger.version - 1
    commit = ledger.revert(first, author="me")
    assert (commit.message, commit.added, commit.removed) == (f"Revert version {first}", 0, 1)
    assert [line.split('"')[1] for line in triples(ledger, None)] == ["3"]
    with unchanged(ledger):
        ledger.revert(first, author="me")  # it is undone already


def test_the_patch_of_a_commit_says_what_it_changed(ledger: Ledger) -> None:
    do(ledger, "INSERT DATA { :a :p 1 }", message="one")
    patch = ledger.patch(ledger.version).decode()
    assert f"A <{EX}a> <{EX}p> " in patch
    assert 'H message "one" .' in patch


def test_a_commit_that_never_was_is_unknown(ledger: Ledger) -> None:
    do(ledger, "INSERT DATA { :a :p 1 }")
    for version in (-1, 0, ledger.version + 1):
        with pytest.raises(errors.UnknownCommit, match=f"the last one is {ledger.version}"):
            ledger.patch(version)
        with pytest.raises(errors.UnknownCommit):
            ledger.revert(version, author="me")


def test_a_directory_keeps_the_mode_it_was_made_in(settings: Settings, plain_settings: Settings) -> None:
    for mode in (settings, plain_settings):
        with Ledger.open(mode, _gate=False) as made:
            do(made, "INSERT DATA { :a :p 1 }")
    with pytest.raises(errors.WrongMode, match="plain store would let go bad"):
        Ledger.open(replace(settings, seeds=False, shapes=False))
    with pytest.raises(errors.WrongMode, match="--no-seeds --no-shapes"):
        Ledger.open(replace(plain_settings, seeds=True))
    with Ledger.open_read_only(replace(plain_settings, seeds=True)) as reading:
        assert reading.rows("SELECT * { ?s ?p ?o }")
        assert reading.rows("SELECT * { GRAPH ?g { ?s ?p ?o } }") == []
