"""The commits in the graph: graph/history says what the history says, however it is asked, and nothing else writes it."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store
from tests.harness.whole_store import validate_all

from onrecord.graph import errors, provenance, terms
from onrecord.graph.changes import ChangeSet, Commit
from onrecord.graph.engine.committing.writer import Writer
from onrecord.graph.engine.disk import snapshots
from onrecord.graph.engine.disk.checkpoint import checkpoint
from onrecord.graph.ledger import Ledger
from onrecord.graph.maintenance import backups
from onrecord.graph.settings import Settings
from onrecord.graph.validation import validate

pytestmark = pytest.mark.slow

Adding = Callable[..., ChangeSet]
Count = Callable[[Ledger], int]
Quads = Callable[..., frozenset[Quad]]
BASE = terms.DEFAULT_BASE
HISTORY = BASE + "graph/history"
EX = "http://example.org/"
COMMIT = Commit(7, "urn:uuid:7", datetime(2026, 11, 22, 18, 30, 5, tzinfo=UTC), "Ann B.", "why", 3, 1)
IN_TURTLE = """
@prefix rec: <https://w3id.org/onrecord/ns#> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://w3id.org/onrecord/> .
<urn:uuid:7> a prov:Activity , rec:Commit ; rdfs:label "Commit 7"@en ; rdfs:comment "why" ;
  rec:version 7 ; rec:added 3 ; rec:removed 1 ; prov:endedAtTime "2026-11-22T18:30:05Z"^^xsd:dateTime ;
  prov:wasAssociatedWith <author/Ann_B~2e~> ; prov:used <history/6> .
<history/7> a prov:Entity , rec:GraphVersion ; rdfs:label "Version 7"@en ;
  prov:wasGeneratedBy <urn:uuid:7> ; prov:wasRevisionOf <history/6> .
<author/Ann_B~2e~> a prov:Agent , rec:Author ; rdfs:label "Ann B."@en .
"""


def told(ledger: Ledger) -> set[Quad]:
    """What graph/history says."""
    return set(ledger.quads(HISTORY))


def due(ledger: Ledger, base: str = BASE) -> set[Quad]:
    """What it has to say, by the headers in the history."""
    return set[Quad]().union(*(provenance.describe(commit, base) for commit in ledger.history()))


def predicates(commit: Commit) -> set[str]:
    """The local names of the properties in its description."""
    return {quad.predicate.value.rpartition("#")[2] for quad in provenance.describe(commit, BASE)}


def open_(settings: Settings) -> Ledger:
    return Ledger.open(settings, _gate=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, quads: Quads) -> Path:
    """The data directory of a closed store of three commits by two authors."""
    data = tmp_path_factory.mktemp("three") / "data"
    with open_(Settings(data=data)) as ledger:
        for n, author in enumerate(["ann", "bob", "ann"]):
            ledger.commit(ChangeSet(added=quads(f"x{n}", 10)), message=f"commit {n}", author=author)
    return data


@pytest.fixture
def three(settings: Settings, made: Path) -> Settings:
    """A copy of that store."""
    shutil.copytree(made, settings.data)
    return settings


# What is said


def test_a_commit_is_an_activity_that_made_a_version_for_an_author() -> None:
    expected = {q.triple for q in ox.parse(IN_TURTLE, format=ox.RdfFormat.TURTLE)}
    described = provenance.describe(COMMIT, BASE)
    assert {quad.triple for quad in described} == expected
    assert {quad.graph_name for quad in described} == {NamedNode(HISTORY)}


def test_the_first_commit_follows_on_none() -> None:
    said = predicates(replace(COMMIT, version=1))
    assert said & {"used", "wasRevisionOf"} == set()
    assert "wasGeneratedBy" in said


def test_what_a_commit_was_not_given_is_not_said() -> None:
    silent = predicates(replace(COMMIT, message="", author=" "))
    assert silent & {"comment", "wasAssociatedWith"} == set()
    assert predicates(COMMIT) - silent == {"comment", "wasAssociatedWith"}


@pytest.mark.parametrize(
    "names", [("a b", "a_b", "a-b", "a~20~b", "a%20b"), ("é", "e", "~e9~"), (".", "..", "/", "")]
)
def test_each_author_has_an_address_of_their_own_that_no_server_decodes(names: tuple[str, ...]) -> None:
    found = [provenance.author_iri(name, BASE) for name in names]
    assert len(set(found)) == len(names)
    for iri in found:
        assert NamedNode(iri).value == iri
        assert set(iri.removeprefix(BASE + "author/")) & set("%./ ?#") == set()


def test_what_is_said_is_as_the_store_keeps_it() -> None:
    store = Store()
    described = provenance.describe(replace(COMMIT, time=COMMIT.time.replace(microsecond=120000)), BASE)
    store.extend(described)
    assert set(store) == described


# When it is there


def test_each_version_says_what_was_committed_up_to_it(settings: Settings, adding: Adding) -> None:
    with open_(settings) as ledger:
        for n in range(3):
            ledger.commit(adding(f"x{n}"), message="m", author="a")
        for version in (1, 2, 3):
            answer = ledger.query(f"SELECT ?n {{ GRAPH <{HISTORY}> {{ ?c rec:version ?n }} }} ORDER BY ?n", formats={"solutions": "csv"}, version=version)  # fmt: skip
            assert answer.read().split()[1:] == [b"%d" % n for n in range(1, version + 1)]
        assert told(ledger) == due(ledger)


def test_updates_see_it_and_changes_without_effect_add_nothing_to_it(ledger: Ledger) -> None:
    ledger.update("INSERT DATA { <a> <b> 1 }", author="ann")
    ledger.update("INSERT DATA { <a> <b> 1 }", author="ann")
    ledger.update("INSERT DATA { <c> <d> 2 }", author="bob")
    seen = "INSERT { <seen> <by> ?name } WHERE { GRAPH <graph/history> { ?c prov:wasAssociatedWith/rdfs:label ?name } }"
    assert ledger.update(seen, author="ann").added == 2  # the editor follows what it has not made itself
    assert told(ledger) == due(ledger)


def test_a_store_built_again_from_the_history_says_the_same(three: Settings) -> None:
    with open_(three) as ledger:
        before = told(ledger)
    for name in ("store", "snapshots", "checkpoint"):
        path = three.data / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    with open_(three) as ledger:
        assert told(ledger) == before == due(ledger)


def test_a_restored_backup_says_the_same(three: Settings, tmp_path: Path) -> None:
    there = replace(three, data=tmp_path / "restored")
    with open_(three) as ledger:
        before = told(ledger)
        backups.make(ledger, three.data, tmp_path / "backup")
    backups.restore(tmp_path / "backup", there)
    with open_(there) as ledger:
        assert told(ledger) == before


def test_a_commit_that_is_taken_back_takes_its_description_along(tmp_path: Path, quads: Quads) -> None:
    def commit(version: int, author: str) -> Commit:
        return replace(COMMIT, version=version, id=f"urn:uuid:{version}", author=author)

    writer = Writer(tmp_path, provenance, BASE)
    writer.commit(commit(1, "ann"), ChangeSet(added=quads("x")))
    before = set(writer.store)
    for version, author in ((2, "ann"), (2, "bob")):
        writer.commit(commit(version, author), ChangeSet(added=quads("y")))
        writer.history.withdraw(version)
        checkpoint(tmp_path).write_text(f"1\n{BASE}")
        del writer
        gc.collect()
        writer = Writer(tmp_path, provenance, BASE)
        assert set(writer.store) == before


# Directories made before there was such a graph, or with another base


def made_before(settings: Settings) -> None:
    """Make the directory as it was when commits were not described."""
    store = Store(settings.data / "store")
    store.remove_graph(NamedNode(HISTORY))
    store.flush()
    for version in snapshots.versions(settings.data):
        snapshots.remove(settings.data, version)
    snapshots.take(store, settings.data, 2)
    snapshots.take(store, settings.data, 3)
    checkpoint(settings.data).write_text("3")
    del store
    gc.collect()


def test_an_older_directory_is_filled_in_once_without_a_new_version(
    three: Settings, count: Count, adding: Adding
) -> None:
    made_before(three)
    with open_(three) as ledger:
        assert (ledger.version, count(ledger)) == (3, 30)
        assert told(ledger) == due(ledger)
        assert ledger.about()["versions"] == [3]  # the older snapshots do not say what this one says
        assert ledger.about()["writer"] is not None
    with open_(three) as ledger:
        assert ledger.about()["writer"] is None, "it was filled in again"
        assert told(ledger) == due(ledger)
        ledger.commit(adding("y"), message="m", author="c")
        assert told(ledger) == due(ledger)


@pytest.mark.parametrize("cut", ["_describe", "_replay", "_write_checkpoint", "_snapshot"])
def test_filling_in_that_is_cut_short_is_done_at_the_next_start(
    cut: str, three: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crash(BaseException):
        pass

    def crash(*_: object) -> None:
        raise Crash

    made_before(three)
    with monkeypatch.context() as patched:
        patched.setattr(Writer, cut, crash)
        with pytest.raises(Crash):
            Writer(three.data, provenance, BASE)
    gc.collect()
    with open_(three) as ledger:
        assert told(ledger) == due(ledger)
        assert ledger.version == 3


def test_an_older_directory_read_beside_its_server_has_no_such_graph_yet(three: Settings) -> None:
    made_before(three)
    with Ledger.open_read_only(three) as ledger:
        assert HISTORY not in ledger.graph_names()
        assert len(ledger.export("nquads").read().splitlines()) == 30


def test_under_another_base_it_is_made_anew(three: Settings) -> None:
    moved = replace(three, base="https://example.org/data/")
    with open_(moved) as ledger:
        assert HISTORY not in ledger.graph_names()
        assert set(ledger.quads("https://example.org/data/graph/history")) == due(ledger, moved.base)


def test_what_somebody_wrote_there_before_it_was_kept_gives_way(settings: Settings, quads: Quads) -> None:
    mine = Quad(NamedNode(EX + "s"), NamedNode(EX + "p"), Literal("mine"), NamedNode(HISTORY))
    other = Quad(NamedNode(EX + "s"), NamedNode(EX + "p"), Literal("mine"), NamedNode(EX + "g"))
    writer = Writer(settings.data)  # without bookkeeping, as the program was then
    writer.commit(replace(COMMIT, version=1), ChangeSet(added=frozenset({mine, other})))
    writer.commit(replace(COMMIT, version=2, id="urn:uuid:2"), ChangeSet(frozenset({mine}), quads("x")))
    del writer
    gc.collect()
    with open_(settings) as ledger:
        assert told(ledger) == due(ledger)
        undone = [ledger.revert(version, author="a") for version in (2, 1)]
        assert [(commit.added, commit.removed) for commit in undone] == [(0, 1), (0, 1)]
        assert told(ledger) == due(ledger)
    for name in ("store", "snapshots", "checkpoint"):
        path = settings.data / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    with open_(settings) as ledger:
        assert told(ledger) == due(ledger)


# Who may not change it


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { GRAPH <graph/history> { <a> <b> 1 } }",
        "DELETE WHERE { GRAPH <graph/history> { ?s ?p ?o } }",
        "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }",
        "CLEAR GRAPH <graph/history>",
        "DROP GRAPH <graph/history>",
        "MOVE <graph/history> TO <g>",
        "COPY <g> TO <graph/history>",
    ],
)
def test_no_update_changes_it(update: str, ledger: Ledger) -> None:
    ledger.update("INSERT DATA { GRAPH <g> { <a> <b> 1 } }", author="ann")
    before = told(ledger)
    with pytest.raises(errors.Protected, match="Nothing was changed"):
        ledger.update(update, author="ann")
    assert (ledger.version, told(ledger)) == (1, before)


def test_what_clears_all_graphs_leaves_it_alone(ledger: Ledger) -> None:
    ledger.update("INSERT DATA { <a> <b> 1 . GRAPH <g> { <a> <b> 1 } }", author="ann")
    assert ledger.update("DROP ALL", author="ann").removed == 2
    assert ledger.graph_names() == [HISTORY]
    assert told(ledger) == due(ledger)


@pytest.mark.parametrize("kind", ["Commit", "GraphVersion", "Author"])
def test_a_commit_cannot_be_invented_in_another_graph(kind: str, ledger: Ledger) -> None:
    with pytest.raises(errors.Protected, match="graph/history"):
        ledger.update(f"INSERT DATA {{ <x> a rec:{kind} }}", author="ann")
    assert ledger.version == 0


def test_the_library_cannot_write_it_either(ledger: Ledger, quads: Quads) -> None:
    forged = [Quad(NamedNode(EX + "s"), NamedNode(EX + "p"), Literal("o"), NamedNode(HISTORY))]
    with pytest.raises(errors.Protected, match="graph/history"):
        ledger.commit(ChangeSet(added=quads("x") | set(forged)), message="m", author="a")
    assert ledger.version == 0
    assert ledger.commit(ChangeSet(added=quads("x")), message="m", author="a").version == 1


def test_a_plain_store_has_none_and_writes_what_it_likes_there(settings: Settings) -> None:
    plain = replace(settings, seeds=False, shapes=False)
    with Ledger.open(plain) as ledger:
        ledger.update("INSERT DATA { <a> <b> 1 }", author="t")
        assert (ledger.graph_names(), ledger.history_graph) == ([], None)
        ledger.update("INSERT DATA { GRAPH <graph/history> { <a> a rec:Commit } }", author="t")
        assert ledger.export("nquads").read().count(b"\n") == 2
    with Ledger.open(plain) as ledger:
        assert len(ledger.quads(HISTORY)) == 1


# Where it is, and where it is not


@pytest.mark.parametrize(
    ("format_", "parser"),
    [("turtle", ox.RdfFormat.TURTLE), ("nquads", ox.RdfFormat.N_QUADS), ("trig", ox.RdfFormat.TRIG)],
)
def test_an_export_of_everything_leaves_it_out_and_one_by_name_gives_it(
    format_: str, parser: ox.RdfFormat, ledger: Ledger, adding: Adding
) -> None:
    ledger.commit(adding("x", 3), message="m", author="a")
    ledger.commit(adding("y", 2, graph="h"), message="m", author="b")
    everything = ledger.export(format_)
    assert everything.format == format_
    text = everything.read()
    assert len(list(ox.parse(text, format=parser))) == 5
    assert b"rec:" not in text
    assert b"/ns/prov#" not in text
    assert b"wasGeneratedBy" in ledger.export(format_, HISTORY).read()


def test_an_empty_ledger_exports_nothing(ledger: Ledger) -> None:
    assert ledger.export("nquads").read() == b""


def test_the_seeds_conform_with_their_history(seeded: Ledger) -> None:
    store = Store()
    for name in seeded.graph_names():
        store.extend(seeded.quads(name))
    assert NamedNode(HISTORY) in set(store.named_graphs())
    report = validate_all(store)
    assert report.conforms, report.text()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("<urn:uuid:7> rec:version 8 .", "more than one 'version'"),
        ('<urn:uuid:7> rdfs:comment "another reason" .', "more than one 'comment'"),
        ("<urn:uuid:7> prov:wasAssociatedWith <author/eve> . <author/eve> a rec:Author .", "more than one"),
        ("<statement/s> a rec:Statement ; prov:used <history/6> .", "Only the service says this, of commits"),
        (
            "<d/1> a rec:DocumentVersion ; prov:wasRevisionOf <history/6> .",
            "Only the service says this, of versions",
        ),
    ],
)
def test_the_shapes_refuse_what_others_add_to_it(line: str, says: str) -> None:
    prefixes = IN_TURTLE.partition("<urn:uuid:7>")[0]
    before = Store()
    before.extend(provenance.describe(replace(COMMIT, version=6, id="urn:uuid:6"), BASE))
    before.extend(provenance.describe(COMMIT, BASE))
    added = ox.parse(prefixes + line, format=ox.RdfFormat.TURTLE)
    change = ChangeSet(added=frozenset(Quad(*quad.triple, NamedNode(EX + "g")) for quad in added))
    assert says in validate.validate(change, before).text()
