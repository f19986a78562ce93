"""Changes: quads as the store keeps them, and patches that say exactly what was changed."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import (
    BaseDirection,
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    Store,
    Triple,
)
from tests.harness.graphs.patches import to_patch

from onrecord.graph import changes
from onrecord.graph.changes import (
    ChangeSet,
    Commit,
    as_stored,
    check_patch,
    from_patch,
    read_header,
)
from onrecord.graph.errors import BadChange, StoreDamaged

XSD = "http://www.w3.org/2001/XMLSchema#"
S, P, G = (NamedNode(f"http://example.org/{name}") for name in "spg")

lexical = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.from_regex(r"[+-]?0{0,3}[0-9]{0,4}(\.[0-9]{0,3})?([eE][0-9])?", fullmatch=True),
    st.sampled_from(["true", "1", "INF", "NaN", "2025-08-28", "2025-08-28T24:00:00+00:00", "P1Y", " 1"]),
)
datatypes = st.sampled_from(
    [
        XSD + name
        for name in ("integer", "int", "byte", "decimal", "double", "float", "boolean", "date", "dateTime")
    ]
    + [XSD + "string", XSD + "gYear", "http://example.org/type"]
)
literals = st.one_of(
    st.builds(lambda value, type_: Literal(value, datatype=NamedNode(type_)), lexical, datatypes),
    st.builds(
        lambda value, tag: Literal(value, language=tag),
        lexical,
        st.sampled_from(["en", "en-GB", "uk-Cyrl-UA"]),
    ),
)
nodes = st.sampled_from([NamedNode(f"http://example.org/{n}") for n in ("a", "b", "c?d=e&f", "ü", "%20")])
some_quads = st.builds(Quad, nodes, nodes, st.one_of(nodes, literals), nodes)
sets = st.frozensets(some_quads, max_size=6)


def commit(version: int = 1, message: str = "why", author: str = "who") -> Commit:
    return Commit(version, "urn:uuid:1", datetime(2025, 8, 28, 12, tzinfo=UTC), author, message, 0, 0)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (
            Literal("001", datatype=NamedNode(XSD + "integer")),
            Literal("1", datatype=NamedNode(XSD + "integer")),
        ),
        (Literal("7", datatype=NamedNode(XSD + "int")), Literal("7", datatype=NamedNode(XSD + "integer"))),
        (
            Literal("1.50", datatype=NamedNode(XSD + "decimal")),
            Literal("1.5", datatype=NamedNode(XSD + "decimal")),
        ),
        (
            Literal("1", datatype=NamedNode(XSD + "boolean")),
            Literal("true", datatype=NamedNode(XSD + "boolean")),
        ),
        (Literal("colour", language="en-GB"), Literal("colour", language="en-gb")),
        (Literal("not a number", datatype=NamedNode(XSD + "integer")),) * 2,
        (Literal("001"),) * 2,
    ],
)
def test_literals_are_rewritten_as_the_store_rewrites_them(written: Literal, kept: Literal) -> None:
    assert as_stored([Quad(S, P, written, G)]) == {Quad(S, P, kept, G)}


@given(sets)
@pytest.mark.slow
def test_quads_are_as_a_store_gives_them_back(given_quads: frozenset[Quad]) -> None:
    store = Store()
    store.extend(given_quads)
    assert as_stored(given_quads) == set(store)
    assert as_stored(as_stored(given_quads)) == set(store)


def test_a_store_on_disk_rewrites_no_differently(tmp_path: Path) -> None:
    given_quads = {
        Quad(S, P, Literal(v, datatype=NamedNode(XSD + t)), G)
        for v in ("01", "1.0", "x")
        for t in ("int", "double")
    }
    store = Store(tmp_path / "store")
    store.extend(given_quads)
    assert as_stored(given_quads) == set(store)


@pytest.mark.slow
@given(sets, sets)
def test_a_change_between_two_sets_makes_the_one_of_the_other(
    old: frozenset[Quad], new: frozenset[Quad]
) -> None:
    change = ChangeSet.between(old, new)
    assert (as_stored(old) - change.removed) | change.added == as_stored(new)
    assert change.removed <= as_stored(old)
    assert not change.added & as_stored(old)


@pytest.mark.slow
@given(sets, sets)
def test_the_inverse_undoes_a_change(old: frozenset[Quad], new: frozenset[Quad]) -> None:
    change = ChangeSet.between(old, new)
    undone = change.inverse()
    assert (as_stored(new) - undone.removed) | undone.added == as_stored(old)
    assert undone.inverse() == change


def test_a_literal_written_otherwise_is_no_change() -> None:
    old = [Quad(S, P, Literal("1", datatype=NamedNode(XSD + "integer")), G)]
    new = [Quad(S, P, Literal("0001", datatype=NamedNode(XSD + "int")), G)]
    assert not ChangeSet.between(old, new)


def test_the_graphs_of_a_change_are_those_of_both_sides() -> None:
    other = NamedNode("http://example.org/other")
    change = ChangeSet(removed=frozenset([Quad(S, P, S, G)]), added=frozenset([Quad(S, P, S, other)]))
    assert change.graphs() == {G.value, other.value}


UNFIT = [
    (Quad(BlankNode("b"), P, S, G), "blank node"),
    (Quad(S, P, BlankNode("b"), G), "blank node"),
    (Quad(S, P, S, BlankNode("b")), "blank node"),
    (Quad(S, P, S, DefaultGraph()), "named graph"),
    (Quad(S, P, Triple(S, P, S), G), "triple term"),
    (Quad(S, P, Literal("x", language="ar", direction=BaseDirection.RTL), G), "direction"),
    (
        Quad(
            S,
            P,
            Literal("x", datatype=NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#langString")),
            G,
        ),
        "give it a language tag",
    ),
]


@pytest.mark.parametrize(("quad", "words"), UNFIT)
def test_what_no_graph_of_ours_may_hold_is_refused_and_named(quad: Quad, words: str) -> None:
    with pytest.raises(BadChange, match=words) as caught:
        ChangeSet(added=frozenset([quad]))
    assert str(quad) in caught.value.message


@pytest.mark.parametrize("text", ["_:b", "<<( of old )>>", "en--ltr", "as rdf:langString> has it"])
def test_of_many_quads_those_are_looked_at_where_the_text_has_a_mark_of_one_that_is_unfit(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "_MANY", 0)
    fit = Quad(S, P, Literal(f"words, {text}"), G)
    assert ChangeSet(added=frozenset([fit])).added == {fit}


@pytest.mark.parametrize(("quad", "words"), UNFIT)
def test_of_many_quads_one_that_no_graph_of_ours_may_hold_is_refused_too(
    quad: Quad, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "_MANY", 0)
    for change in ({"added": {quad, Quad(S, P, S, G)}}, {"removed": {quad, Quad(S, P, S, G)}}):
        with pytest.raises(BadChange, match=words):
            ChangeSet.of_stored(change.get("removed", ()), change.get("added", ()))


def test_a_quad_cannot_go_and_come_at_once() -> None:
    one = Quad(S, P, Literal("1", datatype=NamedNode(XSD + "integer")), G)
    same = Quad(S, P, Literal("01", datatype=NamedNode(XSD + "int")), G)
    with pytest.raises(BadChange, match="both removed and added"):
        ChangeSet(removed=frozenset([one]), added=frozenset([same]))


@pytest.mark.slow
@given(
    sets,
    sets,
    st.text(st.characters(exclude_categories=["Cs"])),
    st.text(st.characters(exclude_categories=["Cs"])),
)
def test_a_patch_reads_back_as_it_was_written(
    old: frozenset[Quad], new: frozenset[Quad], message: str, author: str
) -> None:
    change = ChangeSet.between(old, new)
    made = commit(12, message, author)
    patch = to_patch(made, change)
    read, same = from_patch(patch, "12.patch")
    assert same == change
    assert (read.version, read.id, read.time, read.author, read.message) == (
        12,
        made.id,
        made.time,
        author,
        message,
    )
    assert (read.added, read.removed) == (len(change.added), len(change.removed))
    assert read_header(patch, "12.patch").commit == read


def test_a_patch_has_the_rows_of_an_rdf_patch() -> None:
    change = ChangeSet(
        removed=frozenset([Quad(S, P, Literal("old"), G)]), added=frozenset([Quad(S, P, Literal("new"), G)])
    )
    lines = to_patch(commit(), change).decode().splitlines()
    begin = lines.index("TX .")
    assert all(line.startswith("H ") and line.endswith(" .") for line in lines[:begin])
    spo = "<http://example.org/s> <http://example.org/p>"
    assert lines[begin + 1 :] == [
        f'D {spo} "old" <http://example.org/g> .',
        f'A {spo} "new" <http://example.org/g> .',
        "TC .",
    ]


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda patch: patch[:-6], "breaks off"),
        (lambda patch: patch.replace(b'"new"', b'"nev"'), "checksum"),
        (lambda patch: patch.replace(b"H version", b"H versiom"), "header"),
        (lambda patch: patch.replace(b"H message", b"H massage"), "header holds a line that no patch has"),
        (lambda _: b"", "header"),
        (lambda patch: b"\x00" * len(patch), "header"),
        (lambda patch: patch.replace(b'H time "', b'H time "x'), "header"),
    ],
)
def test_a_damaged_patch_is_named_with_the_remedy(harm: object, words: str) -> None:
    patch = to_patch(commit(), ChangeSet(added=frozenset([Quad(S, P, Literal("new"), G)])))
    harmed = harm(patch)  # type: ignore[operator]
    with pytest.raises(StoreDamaged, match=words) as caught:
        from_patch(harmed, "history/000/1.patch")
    assert caught.value.message.startswith("history/000/1.patch is damaged")
    assert "backup" in caught.value.message


OLD = b"""\
H version "12" .
H id <urn:uuid:1> .
H time "2025-08-28T12:00:00+00:00" .
H author "who" .
H message "why" .
H added "1" .
H removed "0" .
H sha256 "0000000000000000000000000000000000000000000000000000000000000000" .
TX .
A <http://example.org/s> <http://example.org/p> "new" <http://example.org/g> .
TC .
"""


def test_a_patch_of_before_whose_checksum_is_of_its_rows_alone_is_still_read() -> None:
    rows = OLD.partition(b"TX .\n")[2][:-5]
    old = OLD.replace(
        b"0000000000000000000000000000000000000000000000000000000000000000", sha256(rows).hexdigest().encode()
    )
    read, change = from_patch(old, "12.patch")
    assert (read.version, read.author, change.added) == (12, "who", {Quad(S, P, Literal("new"), G)})
    assert read_header(old, "12.patch").covers_all is False
    with pytest.raises(StoreDamaged, match="checksum"):
        from_patch(OLD, "12.patch")


def test_no_byte_of_a_patch_can_change_unnoticed() -> None:
    patch = to_patch(commit(), ChangeSet(added=frozenset([Quad(S, P, Literal("new"), G)])), "urn:uuid:0")
    assert read_header(patch, "1.patch").previous == "urn:uuid:0"
    for place, byte in enumerate(patch):
        harmed = patch[:place] + bytes([byte ^ 1]) + patch[place + 1 :]
        with pytest.raises(StoreDamaged):
            from_patch(harmed, "1.patch")
    for end in range(len(patch)):
        with pytest.raises(StoreDamaged):
            from_patch(patch[:end], "1.patch")


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_a_patch_is_checked_alike_in_pieces_of_any_size(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    patch = to_patch(commit(), ChangeSet(added=frozenset([Quad(S, P, Literal("new"), G)])))
    monkeypatch.setattr(changes, "_PIECE", size)
    assert check_patch(BytesIO(patch), "1.patch").commit.version == 1
    with pytest.raises(StoreDamaged, match="checksum"):
        check_patch(BytesIO(patch.replace(b"new", b"nev")), "1.patch")


@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
@pytest.mark.parametrize(
    "sides", ["A", "D", "AAAA", "DDDD", "DDAA", "AADD", "DADA", "HAA", "HDD", "HDAT"], ids=str
)
def test_either_side_of_a_patch_is_read_alike_in_pieces_of_any_size(sides: str, size: int) -> None:
    quads = [Quad(S, P, Literal(f"{number}: A D\nA D "), G) for number in range(len(sides))]
    marks = {"A": "A", "D": "D", "H": "H id", "T": "TX"}
    text = "".join(f"{marks[side]} {quad} .\n" for side, quad in zip(sides, quads, strict=True)).encode()
    pieces = [text[begin : begin + size] for begin in range(0, len(text), size)]
    for added, mark in ((True, "A"), (False, "D")):
        expected = [quad for side, quad in zip(sides, quads, strict=True) if side == mark]
        assert list(changes.quads_of_patch(pieces, added=added)) == expected


def test_rows_that_are_no_rows_are_refused() -> None:
    with pytest.raises(BadChange, match="line 1"):
        ChangeSet.from_rows(b"X <a> <b> <c> <d> .\n")
    with pytest.raises(BadChange, match="no quad"):
        ChangeSet.from_rows(b"A this is no quad\n")


@given(sets, sets, st.booleans())
def test_counts_and_parts_of_a_change_are_those_of_its_quads(
    removed: frozenset[Quad], added: frozenset[Quad], read: bool
) -> None:
    # A text that ends as a row of the graph does, and a thing that has its name, are not in the graph.
    graph = NamedNode("http://example.org/a")
    traps = {
        Quad(S, P, Literal(f" {graph} .\n"), G),
        Quad(S, P, Literal(f"{graph} ."), G),
        Quad(S, P, graph, G),
    }
    change = ChangeSet(removed=removed, added=(added - removed) | traps)
    if read:
        change = ChangeSet.from_rows(change.rows)
    come = {quad for quad in change.added if quad.graph_name != graph}
    gone = {quad for quad in change.removed if quad.graph_name != graph}
    assert change.counts(graph) == (len(come), len(gone))
    assert change.counts() == (len(change.added), len(change.removed))
    outside = change.outside(graph)
    assert (outside.added, outside.removed) == (come, gone)
    assert (outside is change) == ((come, gone) == (change.added, change.removed))


def test_counts_of_rows_that_say_one_thing_twice_are_of_what_changes() -> None:
    row = f"A {S} {P} {S} {G} .\n".encode()
    assert ChangeSet.from_rows(row * 2).counts(G) == (0, 0)
    assert ChangeSet.from_rows(row * 2).counts(S) == (1, 0)
