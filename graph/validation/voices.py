"""Whose claim a claim takes back: only one of the same voice may supersede or retract it.

In Python, since it depends on who held which post on the day, and on who is said to be the same; the rules over claims
(graph/disputes) say what one voice is. Costs what is claimed by those of whom the change says such things.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, cast

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.disputes import sources
from onrecord.graph.quads import Subject, Value
from onrecord.graph.validation.overlay import Overlay, Term, as_term
from onrecord.graph.validation.report import SHAPES, Result

_SUPERSEDES, _RETRACTS, _CLAIMANT, _ASSERTS, _HOLDER, _INSTITUTION, _SPEAKING_AS, _SAID_ON, _FROM, _UNTIL = (
    f"<{terms.REC}{name}>"
    for name in (
        *("supersedes", "retracts", "claimant", "asserts", "holder", "institution"),
        *("speakingAs", "saidOn", "from", "until"),
    )
)
_SUBJECT, _PREDICATE, _OBJECT = (
    f"<{terms.PREFIXES['rdf']}{name}>" for name in ("subject", "predicate", "object")
)
_SAME: Final = f"<{terms.PREFIXES['owl']}sameAs>"
_TAKE_BACK: Final = (_SUPERSEDES, _RETRACTS)
_READ: Final = (
    *(_CLAIMANT, _ASSERTS, _SPEAKING_AS, _SAID_ON, _HOLDER, _INSTITUTION, _FROM, _UNTIL),
    _SAME,
)

_TakenBack = tuple[Term, Term, Term]
"""A claim, or a relation between two; the property or word; and the claim that is taken back."""


def found(view: Overlay, whole: Iterable[Term]) -> Iterator[Result]:
    """Each claim that takes back another voice's and that the change may have made so; without a change, each of these nodes."""
    pairs = set(_touched(view) if view.changes else _of(view, whole))
    seen = _Seen(view)
    for node, predicate, older in sorted(pairs):
        newer = next(iter(view.values(node, _SUBJECT)), node)
        if predicate not in _TAKE_BACK or not (newer[0] == older[0] == "<"):
            continue
        if newer != node and older in view.values(newer, predicate):
            continue  # of the claim itself it is said already
        if not sources.same_voice(seen, ox.NamedNode(newer[1:-1]), ox.NamedNode(older[1:-1])):
            yield _result(view, node, newer, predicate, older)


def _result(view: Overlay, node: Term, newer: Term, predicate: Term, older: Term) -> Result:
    name = predicate[1:-1].removeprefix(terms.REC)
    whose, others = (_short(next(iter(view.values(claim, _CLAIMANT)))) for claim in (newer, older))
    message = (
        f"'{name}' names {_short(older)}, which is on the word of {others}; this one is on that of {whose}. Only who made a claim, "
        "an office for which they spoke, or who is said to be the same, takes it back. Where the two clash write 'contradicts'; "
        "where it was found wrong, an assessment by an editor with 'verdict: refuted'."
    )
    return Result(
        node[1:-1], message, predicate[1:-1] if node == newer else terms.PREFIXES["rdf"] + "predicate", older, SHAPES + "OwnVoice",
        source=view.source(node),
    )  # fmt: skip


def _touched(view: Overlay) -> Iterator[_TakenBack]:
    relations = {row[0] for row in view.touched((_SUBJECT, _PREDICATE, _OBJECT))}
    relations.update(row[0] for row in view.touched(_TAKE_BACK))
    yield from _of(view, relations)
    claims: set[Term] = set()
    actors: set[Term] = set()
    for subject, predicate, value, _ in view.touched(_READ):
        if predicate == _CLAIMANT:
            claims.add(subject)
        elif predicate == _ASSERTS:
            claims.add(value)
        elif predicate in {_SPEAKING_AS, _SAID_ON}:
            claims.update(view.values(subject, _ASSERTS))
        elif predicate == _SAME:
            actors.update((subject, value))
        else:
            actors.update(view.values(subject, _HOLDER))
            actors.update(view.values(subject, _INSTITUTION))
            if predicate in {_HOLDER, _INSTITUTION}:
                actors.add(value)
    for actor in actors:
        if actor[0] == "<":
            claims.update(view.subjects(actor, _CLAIMANT))
    # What comes itself and takes back is among the relations.
    known = [claim for claim in claims if view.is_known(claim)]
    yield from _of(view, known)
    for claim in known:
        for predicate in _TAKE_BACK:
            yield from ((newer, predicate, claim) for newer in view.subjects(claim, predicate))


def _of(view: Overlay, nodes: Iterable[Term]) -> Iterator[_TakenBack]:
    """What nodes take back: claims, or relations between claims."""
    for node in nodes:
        for predicate in _TAKE_BACK:
            yield from ((node, predicate, older) for older in view.values(node, predicate))
        for word in view.values(node, _PREDICATE):
            yield from ((node, word, older) for older in view.values(node, _OBJECT))


def _short(term: Term) -> str:
    return terms.short(term[1:-1])


class _Seen:
    """The graph as the change leaves it, as the rules look at one: by a property, from a thing or to one."""

    def __init__(self, view: Overlay) -> None:
        self._view = view

    def quads_for_pattern(
        self, subject: Subject | None, predicate: ox.NamedNode | None, value: Value | None, _graph: None, /
    ) -> Iterator[ox.Quad]:
        """The quads that have what is not None."""
        if predicate is None:
            raise ValueError("a property has to be given")
        name = str(predicate)
        if subject is not None:
            for text in self._view.values(str(subject), name):
                yield ox.Quad(subject, predicate, as_term(text))
        else:
            for text in self._view.subjects(str(value), name):
                yield ox.Quad(cast("Subject", as_term(text)), predicate, cast("Value", value))
