"""The questions behind the pages: one SPARQL file each, and what turns their rows into people, words and claims.

A page asks here and shows what it gets; api/ holds no SPARQL and no knowledge of how the graph is laid out.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from onrecord.graph import queryfiles
from onrecord.graph.queryfiles import asking_of
from onrecord.graph.sparql.tokens import bind
from onrecord.graph.text.suggestions import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from onrecord.graph.ledger import RowSource, Term

# Written into one query text at most; keeps it well under the size and pattern limits of the engine.
_BATCH = 1000
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789-"
_LONGEST_NAME: Final = 48
_IN_IRIS: Final = re.compile(r"[\w./~:@!$&'()*+,;=-]+")
"""What may stand anywhere in the path of an IRI."""


@cache
def question(name: str) -> str:
    """The text of a query by its file's name, without the .rq."""
    return queryfiles.read(files(__name__) / f"{name}.rq").text


def ask(ledger: RowSource, name: str, **iris: str) -> list[dict[str, Term]]:
    """The rows of a question, its variables bound to the IRIs given."""
    return ledger.rows(question(name), **iris)


def ask_of(ledger: RowSource, text: str, things: Iterable[str]) -> list[dict[str, Term]]:
    """The rows of a query that is put of many things at once; its text holds an empty `VALUES ?thing`."""
    wanted = sorted(set(things))
    rows: list[dict[str, Term]] = []
    for first in range(0, len(wanted), _BATCH):
        rows += ledger.rows(asking_of(text, wanted[first : first + _BATCH]))
    return rows


def iri(text: str) -> str:
    """The text, if it is an absolute IRI and so can stand between < and > in SPARQL. Raises ValueError if not."""
    return NamedNode(text).value


def is_described(ledger: RowSource, thing: str) -> bool:
    """Whether the graph says anything of a thing; of what is no IRI it says nothing."""
    try:
        return bool(ask(ledger, "described", thing=iri(thing)))
    except ValueError:
        return False


def described_of(ledger: RowSource, things: Iterable[str]) -> set[str]:
    """Those of these things of which the graph says anything."""
    return {row["thing"].value for row in ask_of(ledger, question("described_of"), things)}


def description(thing: str) -> str:
    """A CONSTRUCT query for everything about one thing, what hangs under it and what points at it."""
    text = re.sub(r"^#.*\n", "", question("description"), flags=re.MULTILINE)
    return re.sub(r"\?thing\b", f"<{iri(thing)}>", text)


def description_of(things: Iterable[str]) -> str:
    """A CONSTRUCT query for all that is said of some things, such as those that a page lists."""
    return asking_of(
        "CONSTRUCT { ?thing ?property ?value } WHERE {\n  VALUES ?thing { }\n  ?thing ?property ?value\n}",
        things,
    )


def similar(ledger: RowSource, thing: str, beginning: str) -> list[str]:
    """Up to three things whose IRIs begin as given and end much like this one's, the likest first.

    Found are names that one slip leads to, and in a small graph all that are much alike; the cost has a bound.
    """
    end = thing.removeprefix(beginning)
    # Bound before a thousand IRIs are written into it, which binding would read one by one.
    text = bind(question("alike"), {"beginning": str(Literal(beginning))})
    found = ledger.rows(asking_of(text, sorted(beginning + other for other in _one_slip_from(end))))
    ends = [row["thing"].value.removeprefix(beginning) for row in found]
    return [beginning + other for other in nearest(end, ends, limit=3, at_least=0.75)]


def _one_slip_from(name: str) -> set[str]:
    """Every name that a letter more, less or other, or two exchanged, makes of this one, where an IRI may end in it: a
    slip within %41 makes none. None for very long names."""
    if len(name) > _LONGEST_NAME:
        return set()
    cuts = [(name[:place], name[place:]) for place in range(len(name) + 1)]
    slips = {
        *(left + right[1:] for left, right in cuts if right),
        *(left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1),
        *(left + letter + right[1:] for left, right in cuts for letter in _LETTERS if right),
        *(left + letter + right for left, right in cuts for letter in _LETTERS),
    }
    return set(filter(_IN_IRIS.fullmatch, slips))
