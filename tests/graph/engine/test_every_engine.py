"""What must hold of every engine. To try one of your own, add how it is opened to ENGINES: docs/engines.md says more.

What only this machine's engine has to do (its processes, its files, its limits on memory) is tested beside this file.
"""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from tests.harness.programs import sparql_servers
from tests.torture import mirrors
from tests.torture.run import Run
from tests.torture.scenarios import SCENARIOS

from onrecord.graph import errors, queryfiles, terms
from onrecord.graph.changes import ChangeSet
from onrecord.graph.ledger import Ledger
from onrecord.graph.queryfiles import QueryFile
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

DIRECTORY = files("onrecord.ontology") / "competency"
QUESTIONS = queryfiles.in_directory(DIRECTORY)
BASE = terms.DEFAULT_BASE
LONG = 120.0
More = contextlib.AbstractContextManager[dict[str, Any]]


@dataclass(frozen=True)
class Kind:
    """One kind of engine: more settings with which a ledger is over an empty one of it, in a directory."""

    start: Callable[[Path], More]
    kills: str
    """The scenario of tests/torture that kills a process with a ledger over it."""
    missing: Callable[[], str] = lambda: ""
    """Why it cannot be had here, "" where it can."""


@contextlib.contextmanager
def _server(kind: sparql_servers.Kind, place: Path) -> Iterator[dict[str, Any]]:
    with kind.start(place / "server") as server:
        yield server.settings


ENGINES: Final[dict[str, Kind]] = {
    "embedded": Kind(lambda _: contextlib.nullcontext({}), "kills"),
    **{
        name: Kind(partial(_server, kind), mirrors.KILLS[name].name, kind.missing)
        for name, kind in sparql_servers.SERVERS.items()
    },
}


@pytest.fixture(scope="module", params=list(ENGINES))
def kind(request: pytest.FixtureRequest) -> Kind:
    found = ENGINES[request.param]
    if missing := found.missing():
        pytest.skip(missing)
    return found


@pytest.fixture(scope="module")
def more(kind: Kind, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    with kind.start(tmp_path_factory.mktemp("engine")) as given:
        yield given


@pytest.fixture(scope="module")
def ledger(more: dict[str, Any], copy_of_built: Callable[[], Path]) -> Iterator[Ledger]:
    """A ledger over the seeds, kept by the engine. Tests leave the graph as it was, but for its history."""
    settings = Settings(data=copy_of_built(), query_seconds=120, wall_factor=1, **more)
    with Ledger.open(settings) as opened:
        yield opened


def settled(ledger: Ledger) -> Ledger:
    """The ledger, once its engine itself answers, of the newest version."""
    until = time.monotonic() + LONG
    while (found := ledger.about().get("mirror")) is not None and found["level"] != ledger.version:
        assert time.monotonic() < until, found
        time.sleep(0.02)
    return ledger


def table(ledger: Ledger, text: str, version: int | None = None) -> list[list[str]]:
    formats = {"solutions": "csv", "boolean": "csv", "graph": None}
    with ledger.query(text, formats=formats, version=version) as answer:
        return list(csv.reader(io.StringIO(answer.read().decode())))


def test_the_competency_questions_have_the_answers_that_were_worked_out_by_hand(ledger: Ledger) -> None:
    before = answered_by_the_engine_itself(settled(ledger))
    differing = [question.name for question in QUESTIONS if not _is_answered(question, ledger)]
    assert differing == []
    # What a server is known to answer otherwise, this machine answers: that must not be all of it.
    assert answered_by_the_engine_itself(ledger) - before > len(QUESTIONS) / 3


def test_a_query_without_variables_has_no_column_of_the_engines_own(ledger: Ledger) -> None:
    assert [cell for row in table(settled(ledger), "SELECT * {}") for cell in row] == []


def answered_by_the_engine_itself(ledger: Ledger) -> int:
    """How many queries so far; where this machine is the engine, every look is one more."""
    mirror = ledger.about().get("mirror")
    return next(_LOOKS) * len(QUESTIONS) if mirror is None else mirror["answered"]


_LOOKS: Final = itertools.count()


def _is_answered(question: QueryFile, ledger: Ledger) -> bool:
    expected = list(csv.reader(io.StringIO((DIRECTORY / f"{question.name}.csv").read_text(encoding="utf-8"))))
    answered = [
        [cell.replace(terms.REC, "rec:").replace(BASE, "") for cell in row]
        for row in table(ledger, question.text)
    ]
    same = Counter(map(tuple, answered[1:])) == Counter(map(tuple, expected[1:]))
    return same and answered[0] == expected[0] and len(expected) > 1


def test_the_columns_of_select_star_come_in_the_order_of_first_mention(ledger: Ledger) -> None:
    found = table(settled(ledger), "SELECT * { ?z ?y ?a . ?z a rec:Strike } ORDER BY ?z ?y ?a LIMIT 2")
    assert found[0] == ["z", "y", "a"]
    assert found[1][0].startswith(f"{BASE}event/")


NOTE = "SELECT ?note { <actor/peskov> rec:note ?note }"


def test_a_commit_is_seen_by_every_query_from_then_on_and_by_none_of_an_older_version(ledger: Ledger) -> None:
    settled(ledger)
    old = ledger.version
    commit = ledger.update('INSERT DATA { <actor/peskov> rec:note "seen"@en }', author="t")
    assert commit.version == old + 1
    for _ in range(3):
        with ledger.query(NOTE, formats={"solutions": "csv"}) as answer:
            assert (answer.version, answer.read()) == (commit.version, b"note\r\nseen\r\n")
        settled(ledger)
    assert table(ledger, NOTE, version=old) == [["note"]]
    ledger.revert(commit.version, author="t")
    assert table(ledger, NOTE) == [["note"]]
    assert table(settled(ledger), NOTE) == [["note"]]


def test_a_change_for_another_version_than_the_newest_is_refused_and_changes_nothing(ledger: Ledger) -> None:
    before = ledger.version
    with pytest.raises(errors.PreconditionFailed):
        ledger.update('INSERT DATA { <actor/peskov> rec:note "late"@en }', author="t", if_version=before - 1)
    assert ledger.version == before
    assert table(settled(ledger), NOTE) == [["note"]]


def test_what_the_shapes_refuse_is_nowhere(ledger: Ledger) -> None:
    before = ledger.version
    with pytest.raises(errors.OnrecordError, match="nothing was changed"):
        ledger.update("INSERT DATA { <claim/x> a rec:QuantityClaim }", author="t")
    assert ledger.version == before
    assert table(settled(ledger), "ASK { <claim/x> ?p ?o }")[0] == ["false"]


def test_a_large_change_arrives_whole_and_goes_whole(ledger: Ledger) -> None:
    where, what = NamedNode(f"{BASE}graph/reference"), NamedNode(terms.REC + "note")
    added = frozenset(
        Quad(NamedNode(f"{BASE}actor/peskov"), what, Literal(f"note {n}", language="en"), where)
        for n in range(1500)
    )
    commit = ledger.commit(ChangeSet(added=added), message="many", author="t")
    assert len(table(ledger, NOTE)) == 1501
    assert len(table(settled(ledger), NOTE)) == 1501
    ledger.revert(commit.version, author="t")
    assert table(settled(ledger), NOTE) == [["note"]]


LITERALS = [
    '"1"^^xsd:integer', '"1.50"^^xsd:decimal', '"true"^^xsd:boolean', '"2025-08-28"^^xsd:date',
    '"2025-08-28T03:00:00+03:00"^^xsd:dateTime', '"Київ"@uk', '"a \\"quoted\\" text"', '"1.0E6"^^xsd:double',
]  # fmt: skip


def test_literals_are_answered_as_they_were_kept(kind: Kind, tmp_path: Path) -> None:
    # Without the shapes, which know no property that takes all of these.
    update = "".join(f"<urn:s{number}> <urn:p> {literal} ." for number, literal in enumerate(LITERALS))
    query = "CONSTRUCT { ?s <urn:p> ?o } WHERE { ?s <urn:p> ?o }"
    with (
        kind.start(tmp_path) as more,
        Ledger.open(Settings(data=tmp_path / "data", query_seconds=120, **more), _gate=False) as ledger,
    ):
        ledger.update(f"INSERT DATA {{ GRAPH <urn:g> {{ {update} }} }}", author="t")
        kept = {quad.triple for quad in parse(ledger.store_get("urn:g", "nquads").read(), RdfFormat.N_QUADS)}
        answer = settled(ledger).query(query, formats={"graph": "ntriples"}).read()
        assert {quad.triple for quad in parse(answer, RdfFormat.N_TRIPLES)} == kept
        assert len(kept) == len(LITERALS)


def test_mistakes_are_told_as_ever(ledger: Ledger) -> None:
    settled(ledger)
    with pytest.raises(errors.QuerySyntax) as found:
        ledger.query("SELECT ?x {\n ?x rec:speaker }")
    assert found.value.line == 2
    with pytest.raises(errors.QueryRefused, match="SERVICE"):
        ledger.query("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }")
    with pytest.raises(errors.NotAcceptable):
        ledger.query("SELECT * { ?s ?p ?o }", formats={"solutions": None})
    with pytest.raises(errors.UnknownVersion):
        ledger.query("ASK {}", version=10_000)


def test_a_limit_ends_a_query_and_the_next_one_is_answered(
    more: dict[str, Any], built: Path, ledger: Ledger
) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    engine: Any = ledger._engine
    kept = engine._settings
    try:
        object.__setattr__(kept, "query_seconds", 1.0)
        with pytest.raises(errors.QueryTimeout):
            settled(ledger).query(endless)
    finally:
        object.__setattr__(kept, "query_seconds", 120.0)
    assert table(ledger, "ASK {}")[0] == ["true"]


def test_of_two_that_write_one_is_refused(
    kind: Kind, more: dict[str, Any], ledger: Ledger, tmp_path: Path
) -> None:
    settled(ledger)
    with pytest.raises(errors.StoreLocked):
        Ledger.open(Settings(data=ledger.directory, **more))
    if more:
        # Another front, with another history, on the same server: it writes nothing there.
        before = table(ledger, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
        with Ledger.open(Settings(data=tmp_path / "other", **more), _gate=False) as other:
            quad = Quad(NamedNode("urn:s"), NamedNode("urn:p"), Literal("theirs"), NamedNode("urn:theirs"))
            other.commit(ChangeSet(added=frozenset([quad])), message="theirs", author="t")
            until = time.monotonic() + LONG
            while not (problem := other.about()["mirror"]["problem"]):
                assert time.monotonic() < until
                time.sleep(0.02)
            assert "of another graph" in problem or "not of this service" in problem
        assert table(settled(ledger), "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == before


def test_exports_are_the_bytes_of_this_machine(ledger: Ledger, seeded: Ledger) -> None:
    graph = f"{BASE}graph/reference"
    for name in ("turtle", "nquads", "trig"):
        assert ledger.export(name, graph).read() == seeded.export(name, graph).read()


def test_killed_at_any_moment_nothing_acknowledged_is_lost_and_nothing_is_in_halves(
    kind: Kind, tmp_path: Path
) -> None:
    scenario = SCENARIOS[kind.kills]
    run = Run(scenario.short, tmp_path)
    scenario.body(run)
    assert scenario.faults(run, short=True) == [], run.notes
