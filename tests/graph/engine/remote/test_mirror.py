"""The mirror: our commits on another server, whole or not seen, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse

from onrecord.graph import errors, provenance
from onrecord.graph.changes import ChangeSet
from onrecord.graph.engine.remote import dialects, mirror
from onrecord.graph.engine.remote.mirror import AnotherGraph, Mirror
from onrecord.graph.ledger import Ledger
from onrecord.graph.rows import Term
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

Adding = Callable[..., ChangeSet]
BASE = Settings().base


class Cut(Exception):  # noqa: N818
    """Our process ends here."""


class Server:
    """A server in memory. It may lose our process at any update, before it is made or after."""

    url = "http://server.example/sparql"
    name = ""

    def __init__(self) -> None:
        self.store = Store()
        self.union: dict[str, str] = {}
        self.pragmas = ""
        self.dialect = dialects.of("")
        self.updates = 0
        self.cut_at: tuple[int, str] | None = None
        self.read = lambda term: term

    def select(
        self, text: str, _parameters: Mapping[str, str] | None = None, **_more: float
    ) -> list[dict[str, Term]]:
        found = cast("QuerySolutions", self.store.query(text, use_default_graph_as_union=True))
        names = [variable.value for variable in found.variables]
        return [{name: self.read(row[name]) for name in names} for row in found]

    def update(self, text: str) -> None:
        self.updates += 1
        if self.cut_at == (self.updates, "before"):
            raise Cut
        self.store.update(text)
        if self.cut_at == (self.updates, "after"):
            raise Cut

    def find_union(self, seen: Callable[[dict[str, str]], bool]) -> None:
        assert seen({})

    def quads(self) -> set[Quad]:
        return set(self.store)


def of(server: Server, ledger: Ledger) -> Mirror:
    return Mirror(cast(Any, server), ledger._engine, provenance, BASE)


def quads(ledger: Ledger) -> set[Quad]:
    return set(parse(ledger._engine.export("nquads").read(), RdfFormat.N_QUADS))


@pytest.fixture
def history(ledger: Ledger, adding: Adding, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """Three commits: one that goes in several parts, a small one, and one that takes most of it back."""
    monkeypatch.setattr(mirror, "_PART", 7)
    ledger.commit(adding("a", 20), message="one", author="x")
    ledger.commit(adding("b", 2, graph="h"), message="two", author="y")
    ledger.commit(adding("a", 15).inverse(), message="three", author="x")
    return ledger


def test_an_empty_server_gets_everything_of_the_newest_version(history: Ledger) -> None:
    server = Server()
    mirrored = of(server, history)
    mirrored.catch_up()
    assert mirrored.level == 3
    assert server.quads() == quads(history)


def test_each_commit_follows(history: Ledger, adding: Adding) -> None:
    server = Server()
    mirrored = of(server, history)
    mirrored.catch_up()
    for change in (adding("c", 1), adding("d", 40), adding("c", 1).inverse()):
        epoch = mirrored.epoch
        history.commit(change, message="more", author="x")
        mirrored.catch_up()
        assert mirrored.epoch > epoch
        assert mirrored.level == history.version
        assert server.quads() == quads(history)


def test_a_process_that_ends_at_any_update_leaves_what_the_next_one_completes(
    history: Ledger, adding: Adding
) -> None:
    whole = Server()
    of(whole, history).catch_up()
    history.commit(adding("d", 40), message="four", author="x")
    history.commit(ChangeSet(removed=adding("d", 39).added), message="five", author="x")
    of(whole, history).catch_up()
    for number in range(1, whole.updates + 1):
        for moment in ("before", "after"):
            server = Server()
            server.cut_at = (number, moment)
            with pytest.raises(Cut):
                _in_turn(server, history)
            again = of(server, history)
            again.catch_up()
            assert again.level == 5
            assert server.quads() == quads(history), (number, moment)


class _At:
    """A ledger as it was at a version."""

    def __init__(self, ledger: Ledger, version: int) -> None:
        self._engine = _Engine(ledger._engine, version)


class _Engine:
    def __init__(self, engine: Any, version: int) -> None:
        self._kept = engine
        self.version = version

    def export(self, format_: str) -> Any:
        return self._kept.export(format_, None, self.version)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._kept, name)


def _in_turn(server: Server, ledger: Ledger) -> None:
    """The first three commits, then the others."""
    of(server, cast(Any, _At(ledger, 3))).catch_up()
    of(server, ledger).catch_up()


def test_a_load_that_was_cut_short_may_be_cut_short_again_when_the_graph_has_moved_on(
    history: Ledger, adding: Adding
) -> None:
    whole = Server()
    of(whole, cast(Any, _At(history, 2))).catch_up()
    for number in range(2, whole.updates + 1):
        server = Server()
        server.cut_at = (whole.updates - 1, "after")
        with pytest.raises(Cut):
            of(server, cast(Any, _At(history, 2))).catch_up()
        server.cut_at, server.updates = (number, "after"), 0
        with pytest.raises(Cut):
            of(server, history).catch_up()
        of(server, history).catch_up()
        assert server.quads() == quads(history), number


def test_a_commit_is_made_where_the_one_before_is_the_newest_and_nowhere_else(
    history: Ledger, adding: Adding
) -> None:
    server = Server()
    mirrored = of(server, history)
    mirrored.catch_up()
    history.commit(adding("c", 1), message="four", author="x")
    # Another service has written its own fourth commit between our look and our write.
    other = provenance.describe(history.history(3, 1)[0], BASE)
    theirs = {
        Quad(NamedNode("urn:uuid:theirs"), quad.predicate, Literal(4) if quad.object == Literal(3) else quad.object, quad.graph_name)
        for quad in other
        if quad.subject.value.startswith("urn:uuid")
    }  # fmt: skip
    plain = server.update

    def overtaken(text: str) -> None:
        server.store.extend(theirs)
        plain(text)

    server.update = overtaken  # type: ignore[method-assign]
    with pytest.raises(AnotherGraph, match="another service writes there"):
        mirrored.catch_up()
    assert not {quad for quad in server.quads() if quad in adding("c", 1).added}


def test_the_mirror_of_another_graph_is_left_alone(history: Ledger, adding: Adding, tmp_path: Any) -> None:
    server = Server()
    with Ledger.open(Settings(data=tmp_path / "other"), _gate=False) as other:
        other.commit(adding("z", 2), message="theirs", author="z")
        of(server, other).catch_up()
        before = server.quads()
        with pytest.raises(AnotherGraph, match="version 1 of another graph"):
            of(server, history).catch_up()
    assert server.quads() == before


def test_a_store_that_is_in_use_for_something_else_is_left_alone(history: Ledger) -> None:
    server = Server()
    server.store.add(Quad(NamedNode("urn:s"), NamedNode("urn:p"), Literal("o"), NamedNode("urn:theirs")))
    before = server.quads()
    with pytest.raises(AnotherGraph, match="<urn:theirs>"):
        of(server, history).catch_up()
    assert server.quads() == before


def test_a_server_that_makes_another_value_of_a_literal_is_refused_and_says_of_which(
    history: Ledger,
) -> None:
    server = Server()
    server.read = lambda term: Literal("en-GB") if term == Literal("theatre", language="en-gb") else term
    with pytest.raises(AnotherGraph, match='"theatre"@en-gb'):
        of(server, history).catch_up()
    assert not server.quads()


def test_a_server_that_writes_a_value_in_another_form_is_taken_and_its_answers_are_rewritten(
    history: Ledger,
) -> None:
    server = Server()
    one = Literal("1", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#boolean"))
    server.read = lambda term: one if term == Literal(True) else term
    mirrored = of(server, history)
    mirrored.catch_up()
    assert (mirrored.level, mirrored.rewritten) == (3, True)


def test_what_fails_is_told_and_tried_again(history: Ledger) -> None:
    server = Server()
    mirrored = of(server, history)

    def fails(_text: str) -> None:
        raise errors.MirrorFailed("it is away")

    working = server.update
    server.update = fails  # type: ignore[method-assign]
    with pytest.raises(errors.MirrorFailed):
        mirrored.catch_up()
    assert mirrored.level is None
    server.update = working  # type: ignore[method-assign]
    mirrored.catch_up()
    assert mirrored.level == 3
