"""What is new: statements that the last commits brought or corrected, from the history."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode

from onrecord.graph import terms
from onrecord.graph.changes import ChangeSet, from_patch
from onrecord.graph.questions import ask_of
from onrecord.graph.questions.things.loader import Loader
from onrecord.graph.questions.things.statements import Statement, fetch_statements
from onrecord.graph.search.versioned import question

if TYPE_CHECKING:
    from onrecord.graph.changes import Commit
    from onrecord.graph.ledger import Ledger, RowSource

MOST: Final = 50
"""How many statements are told of at most."""
_COMMITS: Final = 30
_QUADS: Final = 50_000
"""A commit of more quads is not looked into: that would take seconds."""
_STATEMENT: Final = "statement/"
_kept: Final[dict[tuple[str, str], tuple[tuple[str, bool], ...]]] = {}
"""By a commit's id and the base: its statements, as _statements gives them. A commit does not change any more."""
_turn: Final = Lock()


@dataclass(frozen=True, slots=True)
class News:
    """A statement that a commit brought, or corrected; the version it made, and when."""

    statement: Statement
    is_new: bool
    version: int
    time: datetime


def news(ledger: Ledger, source: RowSource, base: str) -> list[News]:
    """The statements that the newest commits brought or corrected, each at its latest change, the newest first."""
    found: dict[str, tuple[bool, int, datetime]] = {}
    for commit in ledger.history(limit=_COMMITS):
        if commit.added + commit.removed > _QUADS or len(found) >= MOST:
            continue
        for iri, is_new in _statements(ledger, source, commit, base):
            found.setdefault(iri, (is_new, commit.version, commit.time))
    loader = Loader(source)
    statements = fetch_statements(loader, list(found)[:MOST])
    # One that is gone by now has nobody who said it.
    return [News(one, *found[one.iri]) for one in statements if one.speakers]


def _statements(ledger: Ledger, source: RowSource, commit: Commit, base: str) -> tuple[tuple[str, bool], ...]:
    """The statements that a commit touched, and whether it brought them: as many as can be told of beside newer ones."""
    key = (commit.id, base)
    # Many ask at once after a commit, and one of them is enough.
    with _turn:
        if key not in _kept:
            _, change = from_patch(ledger.patch(commit.version), f"the patch of version {commit.version}")
            new, touched = _touched(source, change, base)
            while len(_kept) > 2 * _COMMITS:
                del _kept[next(iter(_kept))]
            _kept[key] = tuple((iri, iri in new) for iri in sorted(touched)[: 2 * MOST])
        return _kept[key]


def _touched(source: RowSource, change: ChangeSet, base: str) -> tuple[set[str], set[str]]:
    """The statements that a change brought, and all that it touched, by themselves or by how sources word them."""
    kept = tuple(terms.graph_iri(name, base) for name in ("derived", *terms.NOT_DATA))
    quads = [
        quad for quad in (*change.added, *change.removed) if getattr(quad.graph_name, "value", "") not in kept
    ]
    subjects = {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}
    worded = [iri for iri in subjects if not iri.startswith(base + _STATEMENT)]
    above = {row["touched"].value for row in ask_of(source, question("touched"), worded)}
    kind = (terms.RDF_TYPE, terms.REC + "Statement")
    before = {quad.subject.value for quad in change.removed if isinstance(quad.subject, NamedNode)}
    new = {
        quad.subject.value
        for quad in change.added
        if isinstance(quad.subject, NamedNode)
        and (quad.predicate.value, getattr(quad.object, "value", "")) == kind
        and quad.subject.value not in before
    }
    own = re.compile(re.escape(base + _STATEMENT) + "[^/#]+")
    return new, {iri for iri in subjects | above if own.fullmatch(iri)}
