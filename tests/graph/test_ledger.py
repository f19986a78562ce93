"""The ledger: what goes in comes out, is recorded, and is checked first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse, serialize

from onrecord.graph import errors, terms
from onrecord.graph.changes import ChangeSet, Commit
from onrecord.graph.engine.disk import commit_log as histories
from onrecord.graph.engine.disk.commit_log import open_file
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings
from onrecord.graph.validation.report import Rejected, Report, Result

EX = "http://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
HISTORY = "https://w3id.org/onrecord/graph/history"
Adding = Callable[..., ChangeSet]
Quads = Callable[..., frozenset[Quad]]
Count = Callable[[Ledger], int]


def test_an_empty_directory_is_an_empty_graph_of_version_0(ledger: Ledger, count: Count) -> None:
    assert (ledger.version, count(ledger), ledger.graph_names(), ledger.history()) == (0, 0, [], [])
    assert ledger.export("nquads").read() == b""


def test_a_commit_is_seen_by_the_next_query_and_told_in_the_history(
    ledger: Ledger, quads: Quads, count: Count
) -> None:
    before = datetime.now(UTC)
    commit = ledger.commit(
        ChangeSet(added=quads("x", 3)), message='first "words"\n', author="Ада <a@example.org>"
    )
    assert (commit.version, commit.added, commit.removed) == (1, 3, 0)
    assert before - timedelta(seconds=1) < commit.time < datetime.now(UTC)
    assert (ledger.version, count(ledger)) == (1, 3)
    second = ledger.commit(
        ChangeSet(removed=quads("x", 1), added=quads("y", 2)), message="second", author="b"
    )
    assert ledger.history() == [second, commit]
    assert (second.added, second.removed) == (2, 1)
    assert second.id != commit.id


def test_everything_is_there_after_a_restart(settings: Settings, quads: Quads, count: Count) -> None:
    with Ledger.open(settings, _gate=False) as ledger:
        commits = [
            ledger.commit(ChangeSet(added=quads(f"x{n}", 5)), message=f"{n}", author="a") for n in range(3)
        ]
        export = ledger.export("trig").read()
    with Ledger.open(settings, _gate=False) as ledger:
        assert (ledger.version, count(ledger)) == (3, 15)
        assert ledger.history() == commits[::-1]
        assert ledger.export("trig").read() == export


def test_a_change_without_effect_makes_no_version(ledger: Ledger, quads: Quads) -> None:
    ledger.commit(ChangeSet(added=quads("x", 3)), message="m", author="a")
    for change in (ChangeSet(), ChangeSet(added=quads("x", 3)), ChangeSet(removed=quads("y", 3))):
        commit = ledger.commit(change, message="again", author="a")
        assert (commit.version, commit.added, commit.removed) == (1, 0, 0)
    assert ledger.version == len(ledger.history()) == 1


def put(ledger: Ledger, graph: str, quads: Iterable[Quad]) -> Commit:
    """Make these the whole of a graph, in the way that uploads do."""
    text = serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES) or b""
    return ledger.store_write(graph, [(text, "application/n-triples")], whole=True, base=EX, author="a")[0]


def test_putting_a_graph_replaces_that_graph_alone(ledger: Ledger, quads: Quads) -> None:
    ledger.commit(
        ChangeSet(added=quads("x", 3, graph="g") | quads("x", 3, graph="h")), message="m", author="a"
    )
    commit = put(ledger, EX + "g", quads("x", 2, graph="g") | quads("y", 2, graph="g"))
    assert (commit.added, commit.removed) == (2, 1)
    assert set(parse(ledger.export("nquads").read(), RdfFormat.N_QUADS)) == (
        quads("x", 2, graph="g") | quads("y", 2, graph="g") | quads("x", 3, graph="h")
    )
    assert put(ledger, EX + "new", quads("z", 1, graph="new")).added == 1
    assert ledger.graph_names() == [EX + "g", EX + "h", EX + "new", HISTORY]
    assert put(ledger, EX + "h", []).removed == 3
    assert ledger.graph_names() == [EX + "g", EX + "new", HISTORY]


def test_putting_the_same_graph_written_otherwise_changes_nothing(ledger: Ledger) -> None:
    def one(lexical: str, kind: str) -> Quad:
        s, p, g = (NamedNode(EX + name) for name in "spg")
        return Quad(s, p, Literal(lexical, datatype=NamedNode(XSD + kind)), g)

    assert put(ledger, EX + "g", [one("007", "int")]).version == 1
    assert put(ledger, EX + "g", [one("7", "integer")]).version == 1


def test_a_message_that_is_no_unicode_is_refused(ledger: Ledger, quads: Quads) -> None:
    with pytest.raises(errors.BadChange, match="message"):
        ledger.commit(ChangeSet(added=quads("x")), message="\ud800", author="a")


def test_commits_from_many_threads_queue_up(ledger: Ledger, quads: Quads, count: Count) -> None:
    versions: list[int] = []

    def write(name: str) -> None:
        changes = [ChangeSet(added=quads(f"{name}{n}", 4)) for n in range(3)]
        versions.extend(ledger.commit(change, message=name, author="a").version for change in changes)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(versions) == list(range(1, 10))
    assert count(ledger) == 36


# Asking


def test_rows_have_terms_and_leave_out_what_is_unbound(ledger: Ledger, quads: Quads) -> None:
    ledger.commit(ChangeSet(added=quads("x", 2)), message="m", author="a")
    rows = ledger.rows("SELECT ?this ?o ?none { ?this ?p ?o }", this=f"{EX}x/1")
    assert rows == [{"this": NamedNode(f"{EX}x/1"), "o": Literal("x 1")}]


ODD = [
    *(
        Literal(text)
        for text in (
            "",
            "\t",
            "a\nb",
            "a\r",
            '"',
            "\\",
            "\\t",
            "'",
            " ",
            "1",
            "\u0085\u2028\ufeff",
            "\U0001f600",
            "<urn:a>",
        )
    ),
    *(Literal(text, language="zh-hant") for text in ("", "\t", "ї")),
    *(
        Literal(text, datatype=NamedNode(terms.PREFIXES["xsd"] + kind))
        for kind, texts in {
            "integer": ("-7", "seven", ""),
            "decimal": ("1.5", ".", " 1"),
            "double": ("1e", "\t"),
            "boolean": ("true", "TRUE"),
            "date": ("2025-08-28", "1\n"),
        }.items()
        for text in texts
    ),
    NamedNode("urn:a?b=%20&c#ї"),
]
"""Terms that formats of results write in ways of their own."""


def test_rows_have_terms_as_they_were_written(ledger: Ledger) -> None:
    bound = [ledger.rows("SELECT (?odd AS ?same) {}", odd=odd) for odd in ODD]
    assert bound == [[{"same": odd}] for odd in ODD]


@pytest.mark.parametrize("value", ["http://e/> ?p ?o } #", "not an iri", "http://e/ a", ""])
def test_a_binding_cannot_break_out_of_its_place(ledger: Ledger, value: str) -> None:
    with pytest.raises(ValueError, match="IRI"):
        ledger.rows("SELECT * { ?this ?p ?o }", this=value)


def test_a_literal_can_be_bound(ledger: Ledger) -> None:
    odd = Literal('a"b\\c\n } #', language="uk")
    assert ledger.rows("SELECT (?this AS ?x) {}", this=odd) == [{"x": odd}]


def test_a_strangers_query_is_screened(ledger: Ledger) -> None:
    with pytest.raises(errors.QueryRefused, match="SERVICE"):
        ledger.query("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }")


# Exports


@pytest.mark.slow
@pytest.mark.parametrize("format_", ["turtle", "nquads", "trig"])
def test_an_export_is_the_same_wherever_the_graph_is_the_same(
    format_: str, settings: Settings, quads: Quads
) -> None:
    parts = [quads(name, 20, graph=graph) for name in "xyz" for graph in "gh"]
    exports = []
    for n, order in enumerate((parts, parts[::-1])):
        with Ledger.open(replace(settings, data=settings.data / str(n)), _gate=False) as ledger:
            for part in order:
                ledger.commit(ChangeSet(added=part), message="m", author="a")
            exports.append(ledger.export(format_).read())
    assert exports[0] == exports[1]
    assert exports[0].count(b"example.org/x/7") > 0


def test_one_graph_is_exported_or_named_as_unknown(ledger: Ledger, quads: Quads) -> None:
    ledger.commit(
        ChangeSet(added=quads("x", 2, graph="g") | quads("y", 3, graph="h")), message="m", author="a"
    )
    exported = ledger.export("nquads", EX + "h")
    assert set(parse(exported.read(), RdfFormat.N_QUADS)) == quads("y", 3, graph="h")
    for unknown in (EX + "none", "no iri", "\ud800"):
        with pytest.raises(errors.UnknownGraph):
            ledger.export("turtle", unknown)
    with pytest.raises(errors.NotAcceptable) as caught:
        ledger.export("rdfxml")
    assert caught.value.offers == ["turtle", "nquads", "trig"]


# The gate


class Gate:
    """Finds fault with every graph called `bad`."""

    def check(self, rows: bytes, _: int) -> Report:
        bad = [
            Result(focus=graph, message="is bad")
            for graph in sorted(ChangeSet.from_rows(rows).graphs())
            if graph.endswith("bad")
        ]
        return Report(results=tuple(bad))


def test_a_change_that_breaks_a_shape_is_refused_with_its_report(
    ledger: Ledger, quads: Quads, settings: Settings
) -> None:
    gated = Ledger(ledger._engine, cast(Any, Gate()), settings)
    gated.commit(ChangeSet(added=quads("x", 1, graph="good")), message="m", author="a")
    with pytest.raises(Rejected, match="nothing was changed") as caught:
        gated.commit(ChangeSet(added=quads("x", 1, graph="bad")), message="m", author="a")
    assert [result.focus for result in caught.value.report.results] == [EX + "bad"]
    assert (gated.version, gated.graph_names()) == (1, [EX + "good", HISTORY])


def test_the_gate_process_checks_against_the_shapes(settings: Settings) -> None:
    person, graph = (
        NamedNode("https://w3id.org/onrecord/actor/nobody"),
        NamedNode("https://w3id.org/onrecord/graph/reference"),
    )
    nameless = Quad(
        person,
        NamedNode(XSD.replace("2001/XMLSchema#", "1999/02/22-rdf-syntax-ns#type")),
        NamedNode("https://w3id.org/onrecord/ns#Person"),
        graph,
    )
    with Ledger.open(settings) as ledger:
        with pytest.raises(Rejected) as caught:
            ledger.commit(ChangeSet(added=frozenset([nameless])), message="m", author="a")
        assert person.value in {result.focus for result in caught.value.report.results}
        assert ledger.version == 0


def test_a_gate_that_takes_too_long_changes_nothing(settings: Settings, quads: Quads) -> None:
    with (
        Ledger.open(replace(settings, validation_seconds=0.05), _gate=True) as ledger,
        pytest.raises(errors.EngineFailure, match=r"ONRECORD_VALIDATION_SECONDS.*nothing was changed"),
    ):
        ledger.commit(ChangeSet(added=quads("x", 5)), message="m", author="a")


# The end


def test_a_closed_ledger_says_so(settings: Settings, quads: Quads) -> None:
    ledger = Ledger.open(settings, _gate=False)
    ledger.close()
    ledger.close()
    with pytest.raises(errors.EngineFailure, match="closed"):
        ledger.query("ASK {}")
    with pytest.raises(errors.EngineFailure, match="closed"):
        ledger.commit(ChangeSet(added=quads("x")), message="m", author="a")


def test_errors_travel_as_json() -> None:
    for error in (
        errors.QuerySyntax("m", 1, 2),
        errors.Busy("m", 3),
        errors.NotAcceptable("m", ["a"]),
        errors.StorageFull("m"),
    ):
        again = errors.from_dict(error.to_dict())
        assert type(again) is type(error)
        assert vars(again) == vars(error)
    assert type(errors.from_dict({"error": "Exception", "message": "m"})) is errors.EngineFailure


def test_a_page_of_the_history_reads_what_it_shows_and_each_commit_once(
    ledger: Ledger, adding: Adding, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(5):
        ledger.commit(adding(f"x{n}"), message=f"commit {n + 1}", author="a")
    read: list[str] = []
    monkeypatch.setattr(
        histories, "open_file", lambda path, flags=0: read.append(path.stem) or open_file(path, flags)
    )

    def versions(*asked: int) -> list[int]:
        return [commit.version for commit in ledger.history(*asked)]

    assert (versions(4, 2), versions(4, 3), versions(99, 1), versions(1, 9), versions(0, 9)) == (
        [4, 3],
        [4, 3, 2],
        [5],
        [1],
        [],
    )
    assert versions() == [5, 4, 3, 2, 1]
    assert read == ["4", "3", "2", "5", "1"]
