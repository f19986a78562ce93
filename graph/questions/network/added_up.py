"""Relations as they are added up in the graph, found in order by their keys: see graph/relations/keys.py.

A graph that an older version of onrecord made has no keys until all is added up again: there, and where those with such keys are
too few, all relations are looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from onrecord.graph.questions import ask, ask_of, question
from onrecord.graph.relations import keys
from onrecord.graph.sparql.tokens import bind

if TYPE_CHECKING:
    from onrecord.graph.rows import RowSource, Term

Rows = list[dict[str, "Term"]]

NEWEST: Final = 201
"""As relations_newest.rq and relations_newest_by_key.rq have it."""
_NO_KEYS: Final = "VALUES ?key { }"
_LIMIT: Final = "LIMIT 1001"
"""As relations_of.rq and relations_by_key.rq have it."""
_LIMIT_OF_ALL: Final = "LIMIT 2001"
"""As relations_strongest.rq has it."""
_LIMIT_AMONG: Final = "LIMIT 1000"
"""As relations_strongest_among.rq and relations_among_by_key.rq have it, where their rows are those that are drawn."""


@dataclass(slots=True)
class Shown:
    """Of the actors of a picture: on which side they are by a post, and what else is said to be the same as one of them."""

    sides: dict[str, str] = field(default_factory=dict)
    twins: dict[str, set[str]] = field(default_factory=dict)
    identities: dict[str, set[str]] = field(default_factory=dict)
    """The IRIs of the statements that say so."""
    relations: int = 0
    """How many relations begin at them, counted up to MANY and one."""

    @property
    def one(self) -> dict[str, str]:
        """Each thing that is merged with an actor, and the actor."""
        return {twin: actor for actor, twins in self.twins.items() for twin in twins}


def shown(ledger: RowSource, actors: Collection[str]) -> Shown:
    """What is to be known of these actors."""
    found = Shown()
    text = _asking("actors_shown", map(keys.going_on, actors))
    for row in ask_of(ledger, text, actors):
        value = {name: row[name].value for name in row}
        if "relations" in value:
            found.relations += int(value["relations"])
        elif "side" in value:
            found.sides[value["thing"]] = value["side"]
        else:
            found.twins.setdefault(value["thing"], set()).add(value["twin"])
            if "identity" in value:
                found.identities.setdefault(value["thing"], set()).add(value["identity"])
    return found


def newest(ledger: RowSource, actor: str) -> Rows:
    """The newest relations of an actor, NEWEST at most: those that go on first, then by their last day, the latest first."""
    found = _with_kinds(ledger.rows(_asking("relations_newest_by_key", keys.newest(actor))))
    return found or ask(ledger, "relations_newest", actor=actor)


def strongest_of(ledger: RowSource, actor: str, limit: int) -> Rows:
    """Relations of an actor, `limit` at most: those that rest on most."""
    found = _strongest(ledger, keys.strongest(actor), limit)
    if len(found) >= limit:
        return found
    return ask_of(ledger, question("relations_of").replace(_LIMIT, f"LIMIT {limit:d}"), [actor])


def strongest(ledger: RowSource, limit: int) -> Rows:
    """Of all relations those that rest on most, `limit` at most."""
    found = _strongest(ledger, keys.strongest(), limit)
    if len(found) >= limit:
        return found
    return ledger.rows(question("relations_strongest").replace(_LIMIT_OF_ALL, f"LIMIT {limit:d}"))


def _strongest(ledger: RowSource, strong: Iterable[str], limit: int) -> Rows:
    return _with_kinds(ledger.rows(_asking("relations_by_key", strong).replace(_LIMIT, f"LIMIT {limit:d}")))


def _with_kinds(rows: Rows) -> Rows:
    """The rows, each with the `kind` of its relation; where it was not asked for, by the relation's name."""
    for row in rows:
        row.setdefault("kind", Literal(_kind_of(row["relation"].value)))
    return rows


def _kind_of(relation: str) -> str:
    """The name of a relation's kind, with which its IRI's last step begins: see graph/relations/aggregates.py."""
    return relation.rpartition("/")[2].rpartition("-")[0]


def strongest_among(ledger: RowSource, actors: Iterable[str], limit: int) -> Rows:
    """Of the 2,000 relations that rest on most of all those between these actors, `limit` at most."""
    iris = [str(NamedNode(actor)) for actor in sorted(actors)]
    texts = {
        _asking("relations_among_by_key", keys.strongest()): " ".join(iris),
        question("relations_strongest_among"): ", ".join(iris),
    }
    found: Rows = []
    for text, listed in texts.items():
        found = _with_kinds(
            ledger.rows(bind(text, {"actors": listed}).replace(_LIMIT_AMONG, f"LIMIT {limit:d}"))
        )
        if found:
            break
    return found


def _asking(name: str, found: Iterable[str]) -> str:
    """A question that holds an empty `VALUES ?key`, put of these keys."""
    return question(name).replace(
        _NO_KEYS, f"VALUES ?key {{ {' '.join(str(Literal(key)) for key in found)} }}"
    )
