"""How much there is of what is kept with each version: after any change it is what counting one quad after another gives."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from onrecord.graph import provenance, terms
from onrecord.graph.changes import ChangeSet, Commit
from onrecord.graph.engine import figures
from onrecord.graph.engine.base import MOST_GRAPHS, Figures
from onrecord.graph.engine.committing import writer
from onrecord.graph.engine.committing.writer import Writer
from onrecord.graph.engine.disk import snapshots
from onrecord.graph.engine.disk.checkpoint import checkpoint
from onrecord.graph.figures import Counter as Kept
from onrecord.graph.ledger import Ledger
from onrecord.graph.maintenance import backups
from onrecord.graph.settings import Settings
from onrecord.graph.writing.parsing.documents import RdfDocument

BASE = terms.DEFAULT_BASE
EX = "http://example.org/"
TYPE = NamedNode(terms.RDF_TYPE)
PREDICATES = [TYPE, *(NamedNode(f"{EX}p{n}") for n in range(4))]
# What is a subject here and an object there, a class and a thing, so that what goes from one place is still in another.
NODES = [NamedNode(f"{EX}n{n}") for n in range(40)]
GRAPHS = [NamedNode(f"{EX}g{n}") for n in range(12)]
NAMES = NamedNode(terms.graph_iri("names"))


def by_hand(store: Store, version: int, *, plain: bool = False, most: int = MOST_GRAPHS) -> Figures:
    """The figures, counted one quad after another."""
    own = {NamedNode(f"{BASE}graph/{name}") for name in ("names", "history")}
    everything = [quad for quad in store if not plain or isinstance(quad.graph_name, DefaultGraph)]
    data = everything if plain else [quad for quad in everything if quad.graph_name not in own]
    graphs = Counter(q.graph_name.value for q in store if isinstance(q.graph_name, NamedNode))
    classes = Counter(kind for _, kind in {(q.subject, q.object) for q in data if q.predicate == TYPE})
    named = {kind.value: many for kind, many in classes.items() if isinstance(kind, NamedNode)}
    return Figures(
        version,
        len(everything),
        {
            "triples": len(data),
            "distinctSubjects": len({quad.subject for quad in data}),
            "distinctObjects": len({quad.object for quad in data}),
        },
        sorted(named.items()),
        sorted(Counter(quad.predicate.value for quad in data).items()),
        sorted(graphs.items())[:most],
    )


def of(
    data: Path, version: int, *, plain: bool = False, most: int = MOST_GRAPHS
) -> tuple[Figures | None, Figures]:
    """What is kept of a version, and what there is."""
    snapshot = snapshots.path(data, version)
    return figures.read(snapshot), by_hand(Store.read_only(str(snapshot)), version, plain=plain, most=most)


def invented(chance: random.Random, *, plain: bool) -> Quad:
    graph = chance.choice([*GRAPHS, *([DefaultGraph()] * 12 if plain else [NAMES])])
    values: list[NamedNode | Literal] = [*NODES, *(Literal(n) for n in range(20))]
    return Quad(chance.choice(NODES), chance.choice(PREDICATES), chance.choice(values), graph)


def commit(made: Writer, change: ChangeSet) -> int:
    """The version that a change makes."""
    version = made.version + 1
    header = Commit(version, f"urn:uuid:{version}", datetime.now(UTC), "a", "m", 0, 0)
    return made.commit(header, change).version


def opened(data: Path, *, plain: bool) -> Writer:
    return Writer(data) if plain else Writer(data, provenance, BASE)


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The versions that everything is counted at, from here on."""
    found: list[int] = []
    original = figures.counted_in

    def noted(store: Store, version: int, scope: figures.Scope) -> Figures:
        found.append(version)
        return original(store, version, scope)

    monkeypatch.setattr(figures, "counted_in", noted)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("most", [1000, 5])
@pytest.mark.parametrize("plain", [False, True])
def test_what_a_commit_keeps_is_what_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counting: list[int], *, plain: bool, most: int
) -> None:
    monkeypatch.setattr(figures, "MOST_GRAPHS", most)
    chance = random.Random(most)  # noqa: S311
    made = opened(tmp_path, plain=plain)
    held = {invented(chance, plain=plain) for _ in range(2500)}
    commit(made, ChangeSet(added=frozenset(held), plain=plain))
    counting.clear()
    for number in range(20):
        # Graphs, subjects and objects go as a whole now and then, so that some come back.
        one = chance.choice(sorted(held, key=str))
        parts = [
            {q for q in held if q.graph_name == one.graph_name},
            {q for q in held if q.subject == one.subject},
        ]
        removed = frozenset(sorted(chance.choice([{one}, *parts]), key=str)[:30])
        added = frozenset(invented(chance, plain=plain) for _ in range(chance.randint(1, 20))) - held
        version = commit(made, ChangeSet(removed=removed, added=added, plain=plain))
        held = (held - removed) | added
        kept, there = of(tmp_path, version, plain=plain, most=most)
        assert kept == there, number
        if number % 5 == 4:
            del made.store  # which closes it
            made = opened(tmp_path, plain=plain)
    assert not counting


@pytest.mark.slow
@pytest.mark.parametrize("plain", [False, True])
def test_what_is_replayed_after_a_crash_is_followed_too(
    tmp_path: Path, counting: list[int], *, plain: bool
) -> None:
    chance = random.Random(3)  # noqa: S311
    made = opened(tmp_path, plain=plain)
    held = frozenset(invented(chance, plain=plain) for _ in range(2500))
    commit(made, ChangeSet(added=held, plain=plain))
    for _ in range(3):
        commit(
            made,
            ChangeSet(added=frozenset(invented(chance, plain=plain) for _ in range(5)) - held, plain=plain),
        )
    last = made.version
    del made.store
    # As if the machine had stopped with two commits in the history, and the store in the middle of them.
    for version in (last - 1, last):
        shutil.rmtree(snapshots.path(tmp_path, version))
    lines = checkpoint(tmp_path).read_text().splitlines()
    checkpoint(tmp_path).write_text("\n".join([str(last - 2), *lines[1:]]))
    counting.clear()
    assert opened(tmp_path, plain=plain).version == last
    kept, there = of(tmp_path, last, plain=plain)
    assert kept == there
    assert not counting


def test_a_change_to_much_of_the_graph_has_everything_counted(tmp_path: Path, counting: list[int]) -> None:
    chance = random.Random(4)  # noqa: S311
    made = opened(tmp_path, plain=False)
    commit(made, ChangeSet(added=frozenset(invented(chance, plain=False) for _ in range(500))))
    counting.clear()
    version = commit(made, ChangeSet(removed=frozenset(q for q in made.store if q.graph_name in GRAPHS[:3])))
    kept, there = of(tmp_path, version)
    assert kept == there
    assert counting == [version]


def test_a_change_that_is_known_to_be_large_is_not_read_to_see_it(tmp_path: Path) -> None:
    chance = random.Random(5)  # noqa: S311
    made = opened(tmp_path, plain=False)
    commit(made, ChangeSet(added=frozenset(invented(chance, plain=False) for _ in range(500))))
    known = figures.read(snapshots.path(tmp_path, made.version))
    rows = iter(made.store)
    scope = figures.Scope.of(BASE)
    assert figures.Following.maybe(known, scope, made.store, rows, 100) is None
    assert len(list(rows)) == len(made.store)  # none was taken
    assert figures.Following.maybe(known, scope, made.store, list(made.store)[:1], 1) is not None


def test_a_large_graph_of_an_older_version_is_counted_at_its_next_large_change_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counting: list[int]
) -> None:
    monkeypatch.setattr(writer, "_LITTLE", 0)
    chance = random.Random(5)  # noqa: S311
    made = opened(tmp_path, plain=False)
    version = commit(made, ChangeSet(added=frozenset(invented(chance, plain=False) for _ in range(500))))
    (snapshots.path(tmp_path, version) / snapshots.FIGURES).unlink()
    counting.clear()
    del made.store
    made = opened(tmp_path, plain=False)
    version = commit(made, ChangeSet(added=frozenset({Quad(TYPE, TYPE, TYPE, GRAPHS[0])})))
    assert (of(tmp_path, version)[0], counting) == (None, [])
    monkeypatch.setattr(writer, "MANY", 1)
    version = commit(made, ChangeSet(added=frozenset(Quad(node, TYPE, TYPE, GRAPHS[0]) for node in NODES)))
    kept, there = of(tmp_path, version)
    assert kept == there


@pytest.mark.slow
@pytest.mark.parametrize("plain", [False, True])
def test_every_kind_of_write_keeps_them(settings: Settings, tmp_path: Path, *, plain: bool) -> None:
    settings = replace(settings, seeds=not plain, shapes=not plain)
    turtle = f"<{EX}a> a <{EX}C> ; <{EX}p> <{EX}b>, 1 . <{EX}b> <{EX}p> <{EX}a> .".encode()
    file = tmp_path / "more.nq"
    file.write_text(f'<{EX}c> <{EX}p> <{EX}a> <{EX}g3> .\n<{EX}c> <{EX}p> "x" <{EX}g3> .\n')
    with Ledger.open(settings, _gate=False) as ledger:

        def check() -> None:
            kept, there = of(settings.data, ledger.version, plain=plain)
            assert kept == there == Kept(ledger).figures()

        ledger.store_write(f"{EX}g1", [(turtle, "text/turtle")], whole=True, base=EX, author="a")
        check()
        ledger.store_write(None, [(turtle, "text/turtle")], whole=False, base=EX, author="a")
        check()
        ledger.update(
            f"INSERT {{ GRAPH <{EX}g2> {{ ?s a <{EX}D> }} }} WHERE {{ GRAPH <{EX}g1> {{ ?s ?p ?o }} }}",
            author="b",
        )
        check()
        ledger.load([RdfDocument.of(file, BASE)], author="c")
        check()
        ledger.store_delete(f"{EX}g1", author="a")
        check()
        ledger.revert(ledger.version, author="a")
        check()
        backups.make(ledger, settings.data, tmp_path / "backup")
        patches = [ledger.patch(version) for version in range(1, ledger.version + 1)]
        last = Kept(ledger).figures()
    with Ledger.open(replace(settings, data=tmp_path / "replica"), _gate=False) as ledger:
        for patch in patches:
            ledger.follow(patch)
        assert Kept(ledger).figures() == last == ledger.figures()
    restored = replace(settings, data=tmp_path / "restored")
    backups.restore(tmp_path / "backup", restored)
    with Ledger.open(restored, _gate=False) as ledger:
        assert Kept(ledger).figures() == last == ledger.figures()


@pytest.mark.parametrize("empty", [0, 3])
def test_of_more_graphs_than_are_told_the_first_by_name_are_counted(empty: int) -> None:
    store = Store()
    for number in range(MOST_GRAPHS + 10):
        graph = NamedNode(f"urn:graph:{number:05}")
        store.add_graph(graph)
        if number >= empty:
            store.extend(Quad(NODES[0], TYPE, NamedNode(f"urn:{n}"), graph) for n in range(number % 3 + 1))
    graphs = figures.counted_in(store, 1, figures.Scope(plain=True)).graphs
    assert graphs == [
        (f"urn:graph:{number:05}", number % 3 + 1) for number in range(empty, MOST_GRAPHS + empty)
    ]
