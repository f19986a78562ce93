"""Files of RDF, loaded: many graphs in one commit, packed or not, all of it or nothing."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse

from onrecord.graph import errors
from onrecord.graph.changes import ChangeSet, Commit, from_patch
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings
from onrecord.graph.validation.report import Rejected
from onrecord.graph.writing.parsing.documents import RdfDocument

pytestmark = pytest.mark.slow

EX = "http://example.org/"
BASE = "https://w3id.org/onrecord/"
File = Callable[[str, str | bytes], Path]


@pytest.fixture(scope="module", params=["ours", "plain"])
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    plain = request.param == "plain"
    settings = Settings(
        data=tmp_path_factory.mktemp("load") / "data", seeds=not plain, shapes=not plain, worker_megabytes=256
    )
    with Ledger.open(settings, _gate=False) as opened:
        yield opened


@pytest.fixture
def ledger(shared: Ledger) -> Ledger:
    """An empty ledger, of ours without the gate or plain, though not at version 0."""
    everything = frozenset(parse(shared.export("nquads").read(), RdfFormat.N_QUADS))
    shared.commit(ChangeSet.of_stored(everything, (), plain=True), message="empty again", author="tester")
    return shared


@pytest.fixture
def file(tmp_path: Path) -> File:
    def make(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return make


def load(ledger: Ledger, *paths: Path, graph: str | None = None, **more: Any) -> Commit:
    documents = [RdfDocument.of(path, EX, graph) for path in paths]
    return ledger.load(documents, author="tester", **more)


def held(ledger: Ledger) -> set[Quad]:
    return set(parse(ledger.export("nquads").read(), RdfFormat.N_QUADS))


def q(subject: str, value: str, graph: str | None) -> Quad:
    return Quad(
        NamedNode(EX + subject),
        NamedNode(EX + "p"),
        Literal(value),
        DefaultGraph() if graph is None else NamedNode(graph),
    )


NQUADS = f"""<{EX}a> <{EX}p> "1" <{EX}g> .
# a comment, and an empty line

<{EX}b> <{EX}p> "2" <{EX}h> .
<{EX}b> <{EX}p> "2" <{EX}h> .
"""
BOTH = {q("a", "1", EX + "g"), q("b", "2", EX + "h")}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.nq", NQUADS),
        ("x.nq", "\ufeff" + NQUADS),
        ("x.NQ.GZ", gzip.compress(NQUADS.encode(), mtime=0)),
        ("x.nq", gzip.compress(NQUADS[:60].encode(), mtime=0) + gzip.compress(NQUADS[60:].encode(), mtime=0)),
        ("x.trig", f'@prefix e: <{EX}> . e:g {{ e:a e:p "1" }} e:h {{ e:b e:p "2" , "2" }}'),
        (
            "x.trig.gz",
            gzip.compress(b'base <http://example.org/> <g> { <a> <p> "1" } <h> { <b> <p> "2" }', mtime=0),
        ),
        ("x.trig", 'base <http://example.org/y/../> <g> { <a> <p> "1" } <h> { <b> <p> "2" }'),
        (
            "x.jsonld",
            f'[{{"@id": "{EX}g", "@graph": {{"@id": "{EX}a", "{EX}p": "1"}}}},'
            f' {{"@id": "{EX}h", "@graph": {{"@id": "{EX}b", "{EX}p": "2"}}}}]',
        ),
    ],
)
def test_many_graphs_come_in_one_commit(ledger: Ledger, file: File, name: str, content: str | bytes) -> None:
    before = ledger.version
    commit = load(ledger, file(name, content))
    assert (commit.version, commit.added, commit.removed) == (before + 1, 2, 0)
    assert held(ledger) == BOTH
    assert from_patch(ledger.patch(commit.version), "it")[1].added == BOTH


def test_many_files_are_one_commit_and_what_is_there_already_is_no_change(ledger: Ledger, file: File) -> None:
    first = load(ledger, file("x.nq", NQUADS))
    turtle = file("y.ttl", f'<a> <p> "1" . <c> <p> "3" . <{EX}c> <{EX}p> "3" .')
    both = load(ledger, file("x.nq", NQUADS), turtle, graph=EX + "g")
    assert (both.version, both.added) == (first.version + 1, 1)
    assert held(ledger) == BOTH | {q("c", "3", EX + "g")}
    again = load(ledger, file("x.nq", NQUADS), turtle, graph=EX + "g")
    assert (again.version, again.added, again.removed) == (both.version, 0, 0)


def test_what_stands_in_no_graph_goes_where_it_is_said(ledger: Ledger, file: File) -> None:
    load(ledger, file("x.nq", f'<{EX}a> <{EX}p> "1" .\n<{EX}b> <{EX}p> "2" <{EX}h> .\n'), graph=EX + "g")
    assert held(ledger) == BOTH
    load(ledger, file("y.nt", f'<{EX}c> <{EX}p> "3" .\n'))
    default = None if not ledger.history_graph else BASE + "graph/default"
    assert held(ledger) == BOTH | {q("c", "3", default)}


def test_literals_are_in_the_history_as_the_store_keeps_them(ledger: Ledger, file: File) -> None:
    xsd = "http://www.w3.org/2001/XMLSchema#"
    values = [f'"{n:03}"^^<{xsd}integer>' for n in range(5)] + [
        '"x"@en-GB',
        r'"a\"1"^^<urn:t>',
        rf'"\t01"^^<{xsd}integer>',
    ]
    lines = "".join(f"<{EX}a> <{EX}p> {value} <{EX}g> .\n" for value in values)
    commit = load(ledger, file("x.nq", lines))
    change = from_patch(ledger.patch(commit.version), "it")[1]
    assert change.added == held(ledger)
    assert Literal("x", language="en-gb") in {quad.object for quad in change.added}
    ledger.revert(commit.version, author="tester")
    assert held(ledger) == set()


def test_blank_nodes_of_two_files_are_not_one(ledger: Ledger, file: File) -> None:
    one = file("x.nq", f'_:b <{EX}p> "1" <{EX}g> .\n')
    two = file("y.nq", f'_:b <{EX}p> "2" <{EX}g> .\n')
    assert load(ledger, one, two).added == 2
    nodes = {quad.subject for quad in held(ledger)}
    assert len(nodes) == 2
    if ledger.history_graph:
        assert not any(isinstance(node, BlankNode) for node in nodes)
        assert load(ledger, one, two).added == 0


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("x.nq", f"{NQUADS}<a\n", r"line 6, .*x\.nq cannot be read"),
        ("x.nq.gz", gzip.compress(f"{NQUADS}<a\n".encode(), mtime=0), r"line 6, .*x\.nq\.gz cannot be read"),
        ("x.ttl", '<a> <p> "1" .\n<b> <p> x:y .\n', r"line 2, .*x\.ttl cannot be read"),
        (
            "x.nq",
            f'{NQUADS}<{EX}a> <{EX}p> <<( <{EX}a> <{EX}p> "1" )>> .\n',
            r"x\.nq, line 6: .* triple term",
        ),
        (
            "x.nq",
            f'{NQUADS}<{EX}a> <{EX}p> "<<(" .\n<{EX}a> <{EX}p> "x"@en--ltr .\n',
            r"x\.nq, line 7: .* direction",
        ),
        ("x.nq.gz", gzip.compress(NQUADS.encode(), mtime=0)[:-9], r"x\.nq\.gz cannot be unpacked"),
        ("x.nq.gz", b"\x1f\x8bnothing", r"x\.nq\.gz cannot be unpacked"),
    ],
)
def test_what_cannot_be_read_names_file_and_line_and_changes_nothing(
    ledger: Ledger, file: File, name: str, content: str | bytes, says: str
) -> None:
    before = ledger.version
    with pytest.raises(errors.UploadSyntax, match=says):
        load(ledger, file("good.nq", NQUADS), file(name, content))
    assert (ledger.version, held(ledger)) == (before, set())
    assert not (ledger.directory / "staging").exists()


def test_a_file_that_is_not_there_or_tells_no_format_is_refused(file: File, tmp_path: Path) -> None:
    with pytest.raises(errors.BadChange, match=r"none\.nq cannot be read: No such file"):
        RdfDocument.of(tmp_path / "none.nq", EX)
    with pytest.raises(errors.UnknownFormat, match=r"data\.txt has no suffix that tells"):
        RdfDocument.of(file("data.txt", ""), EX)
    assert RdfDocument.of(file("data.txt", ""), EX, format_="nquads").media_type == "application/n-quads"


def test_what_goes_and_what_comes_is_one_commit(ledger: Ledger, file: File) -> None:
    load(ledger, file("x.nq", NQUADS))
    going = replace(RdfDocument.of(file("going.nq", NQUADS.splitlines()[0]), EX), removes=True)
    coming = RdfDocument.of(file("coming.nq", f'<{EX}a> <{EX}p> "9" <{EX}g> .\n'), EX)
    commit = ledger.load([coming, going], author="tester")
    assert (commit.added, commit.removed) == (1, 1)
    assert held(ledger) == {q("a", "9", EX + "g"), q("b", "2", EX + "h")}


def test_progress_is_told(ledger: Ledger, file: File) -> None:
    told: list[dict[str, Any]] = []
    lines = "".join(f'<{EX}a> <{EX}p> "{n:090}" <{EX}g> .\n' for n in range(50_000))
    load(ledger, file("x.nq", lines), note=told.append)
    shares = [progress["share"] for progress in told]
    assert shares == sorted(shares) != []
    assert 0 < shares[0] <= 1


def test_an_old_version_is_not_loaded_into(ledger: Ledger, file: File) -> None:
    with pytest.raises(errors.PreconditionFailed):
        load(ledger, file("x.nq", NQUADS), if_version=ledger.version - 1)
    assert held(ledger) == set()


def test_a_protected_graph_is_refused_by_file_and_line(tmp_path: Path, file: File) -> None:
    with Ledger.open(Settings(data=tmp_path / "data"), _gate=False) as ledger:
        for name in ("vocabulary", "derived", "names", "history"):
            bad = file("x.nq", f'{NQUADS}<{EX}a> <{EX}p> "1" <{BASE}graph/{name}> .\n')
            with pytest.raises(errors.Protected, match=rf"x\.nq, line 6: <{BASE}graph/{name}> is kept by"):
                load(ledger, bad)
        commit = f"<{EX}a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{BASE}ns#Commit> <{EX}g> .\n"
        with pytest.raises(errors.Protected, match="the service itself describes its commits"):
            load(ledger, file("x.nq", commit))
        assert ledger.version == 0


def test_the_shapes_are_asked(tmp_path: Path, file: File) -> None:
    with Ledger.open(Settings(data=tmp_path / "data")) as ledger:
        with pytest.raises(
            Rejected, match=r"(?s)The ontology knows no.*/a: .*x\.nq, line 1\n.*/b: .*x\.nq, line 4"
        ):
            load(ledger, file("x.nq", NQUADS))
        assert ledger.version == 0
