"""The questions behind the pages: one SPARQL file each, and what turns their rows into people, words and claims.

A page asks here and shows what it gets; api/ holds no SPARQL and no knowledge of how the graph is laid out.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from onrecord.graph import queryfiles
from onrecord.graph.suggestions import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from onrecord.graph.ledger import Ledger, Term

_EMPTY_VALUES = re.compile(r"VALUES \?thing \{ \}")
# Written into one query text at most; keeps it well under the size and pattern limits of the engine.
_BATCH = 300


@cache
def question(name: str) -> str:
    """The text of a query by its file's name, without the .rq."""
    return queryfiles.read(files(__name__) / f"{name}.rq").text


def ask(
    ledger: Ledger, name: str, *, limit: int | None = None, offset: int = 0, **iris: str
) -> list[dict[str, Term]]:
    """The rows of a question, its variables bound to the IRIs given."""
    text = question(name)
    if limit is not None:
        text += f"LIMIT {limit:d} OFFSET {offset:d}\n"
    return ledger.rows(text, **iris)


def named(
    ledger: Ledger, name: str, variable: str, *, limit: int | None = None, offset: int = 0, **iris: str
) -> list[str]:
    """The IRIs that a question finds for one of its variables."""
    return [row[variable].value for row in ask(ledger, name, limit=limit, offset=offset, **iris)]


def ask_of(ledger: Ledger, name: str, things: Iterable[str], **iris: str) -> list[dict[str, Term]]:
    """The rows of a question that is put of many things at once; its text holds an empty `VALUES ?thing`."""
    wanted = sorted(set(things))
    rows: list[dict[str, Term]] = []
    for first in range(0, len(wanted), _BATCH):
        block = " ".join(f"<{iri(thing)}>" for thing in wanted[first : first + _BATCH])
        rows += ledger.rows(_EMPTY_VALUES.sub(f"VALUES ?thing {{ {block} }}", question(name)), **iris)
    return rows


def iri(text: str) -> str:
    """The text, if it is an absolute IRI and so can stand between < and > in SPARQL. Raises ValueError if not."""
    return NamedNode(text).value


def is_described(ledger: Ledger, thing: str) -> bool:
    """Whether the graph says anything of a thing."""
    return bool(ask(ledger, "described", thing=thing))


def description(thing: str) -> str:
    """A CONSTRUCT query for everything about one thing, what hangs under it and what points at it."""
    return re.sub(r"\?thing\b", f"<{iri(thing)}>", question("description"))


def similar(ledger: Ledger, thing: str, beginning: str) -> list[str]:
    """Up to three things whose IRIs begin as given and end much like this one's, the likest first."""
    ends = [
        row["thing"].value.removeprefix(beginning)
        for row in ask(ledger, "labelled_under", beginning=beginning)
    ]
    return [beginning + end for end in nearest(thing.removeprefix(beginning), ends, limit=3)]
