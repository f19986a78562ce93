"""Values held against those beside them, on other nodes too: what was printed before it was said, a post that had ended.

In Python, since each rule compares what lies at the ends of two paths and SHACL compares only what one node says; what one
node says is in shapes/. A change costs what its rows lead to. The rules over days are in date_orders.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final

from onrecord.graph import terms
from onrecord.graph.text import dates
from onrecord.graph.validation.date_orders import (
    DATE_ORDERS,
    PUBLISHED,
    SAID,
    DateOrder,
    Days,
    PropertyPath,
    is_after,
)
from onrecord.graph.validation.overlay import Overlay, Term, lexical
from onrecord.graph.validation.report import SHAPES, Result
from onrecord.graph.vocabulary import ontology

_PATHS: Final[Mapping[str, tuple[PropertyPath, ...]]] = {
    "Languages": (("translates", "text"), ("text",)),
    "Revised": (("revises", "versionOf"), ("versionOf",)),
    "Kind": (("supersedes", "measure"), ("measure",)),
    "Unread": (("readAs",), ("^ofVersion",)),
}
"""What the rules that compare no days look at, by the names of the functions below."""


def found(view: Overlay, whole: Iterable[Term]) -> Iterator[Result]:
    """What the change may have made inconsistent; without a change, what is so in these nodes."""
    sound = _Sound(view)
    if view.changes:
        reached = _touched(view)
        asked = {rule.name: _both(rule, reached, view) for rule in DATE_ORDERS}
        asked.update(
            (name, set().union(*(reached[path] for path in paths))) for name, paths in _PATHS.items()
        )
    else:
        nodes = set(whole)
        asked = dict.fromkeys((*(rule.name for rule in DATE_ORDERS), *_PATHS), nodes)
    for rule in DATE_ORDERS:
        for node in sorted(asked[rule.name]):
            yield from _of_rule(rule, node, view, sound)
    for name, check in _CHECKS.items():
        for node in sorted(asked[name]):
            for path, value, message in check(node, view):
                yield _result(view, node, (path, value), message, name)


def _both(rule: DateOrder, reached: Mapping[PropertyPath, set[Term]], view: Overlay) -> set[Term]:
    """The nodes of which a change touches both ways of a rule, or one where the store may have the other."""
    early, late = (set().union(*(reached[way] for way in days.paths())) for days in (rule.early, rule.late))
    return (early & late) | {node for node in early ^ late if view.is_known(node)}


def _of_rule(rule: DateOrder, node: Term, view: Overlay, sound: _Sound) -> Iterator[Result]:
    if rule.kind is not None and not _is_a(view, node, rule.kind):
        return
    late = sound.first(node, rule.late)
    for early in sound.first(node, rule.early) if late else ():
        for end in late:
            if rule.after(early, end):
                message = rule.message.format(early=early, late=end)
                value = next(iter(view.values(node, _iri(rule.path))), None)
                yield _result(view, node, (rule.path, value), message, rule.name)
                return


def _result(view: Overlay, node: Term, wrong: tuple[str, Term | None], message: str, shape: str) -> Result:
    path, value = wrong
    return Result(node[1:-1], message, terms.REC + path, value, SHAPES + shape, source=view.source(node))


def _touched(view: Overlay) -> Mapping[PropertyPath, set[Term]]:
    """By path that a rule looks along, the nodes from which it leads over something that the change touches."""
    reached: defaultdict[PropertyPath, set[Term]] = defaultdict(set)
    for predicate, ways in _reading().items():
        rows = list(view.touched([predicate]))
        if not rows:
            continue
        subjects = {row[0] for row in rows if row[0][0] == "<"}
        values = {row[2] for row in rows if row[2][0] == "<"}
        for path, step in ways:
            ends = values if path[step][0] == "^" else subjects
            reached[path] |= _along(view, ends, [_back(one) for one in reversed(path[:step])])
    return reached


@cache
def _reading() -> Mapping[str, Sequence[tuple[PropertyPath, int]]]:
    """By predicate, the paths along which rules look over it, each with the step."""
    ways = {way for rule in DATE_ORDERS for days in (rule.early, rule.late) for way in days.paths()}
    ways.update(path for paths in _PATHS.values() for path in paths)
    made: defaultdict[str, list[tuple[PropertyPath, int]]] = defaultdict(list)
    for path in sorted(ways):
        for step, one in enumerate(path):
            made[_iri(one)].append((path, step))
    return made


def _back(step: str) -> str:
    return step[1:] if step[0] == "^" else "^" + step


@cache
def _iri(step: str) -> Term:
    return f"<{terms.REC}{step.removeprefix('^')}>"


def _along(view: Overlay, nodes: set[Term], path: Iterable[str]) -> set[Term]:
    """The ends of a path."""
    for step in path:
        predicate = _iri(step)
        if step[0] == "^":
            nodes = {subject for node in nodes for subject in view.subjects(node, predicate)}
        else:
            nodes = {value for node in nodes if node[0] == "<" for value in view.values(node, predicate)}
    return nodes


def _texts(literals: Iterable[Term]) -> list[str]:
    return [lexical(literal) for literal in literals if literal[0] == '"']


_TOGETHER: Final = (SAID, PUBLISHED)
_IN_ORDER: Final = (("begin", "end"), ("asOfFrom", "asOfUntil"), ("from", "until"))
_PAIRS: Final = {name: pair for pair in (*_TOGETHER, *_IN_ORDER) for name in pair}


class _Sound:
    """The days and moments that go with what is said beside them; of those that do not, shapes/ say it already."""

    def __init__(self, view: Overlay) -> None:
        self._view = view
        self._of: dict[tuple[Term, str], list[str]] = {}
        self._first: dict[tuple[Term, Days], list[str]] = {}
        self._together: dict[tuple[Term, tuple[str, str]], bool] = {}

    def first(self, node: Term, days: Days) -> list[str]:
        """Those that a rule looks at."""
        if not days.path:
            return self._here((node,), days)
        key = node, days
        found = self._first.get(key)
        if found is None:
            found = self._first[key] = self._here(_along(self._view, {node}, days.path), days)
        return found

    def _here(self, nodes: Iterable[Term], days: Days) -> list[str]:
        for name in days.names:
            found = [text for one in nodes for text in self._said(one, name)]
            if found:
                return sorted(found)
        return []

    def _said(self, node: Term, name: str) -> list[str]:
        key = node, name
        found = self._of.get(key)
        if found is None:
            texts = _texts(self._view.values(node, _iri(name))) if node[0] == "<" else []
            found = self._of[key] = texts if not texts or self._goes_together(node, name) else []
        return found

    def _goes_together(self, node: Term, name: str) -> bool:
        pair = _PAIRS.get(name)
        if pair is None:
            return True
        found = self._together.get((node, pair))
        if found is None:
            found = self._together[node, pair] = self._compared(node, pair)
        return found

    def _compared(self, node: Term, pair: tuple[str, str]) -> bool:
        ones, others = (_texts(self._view.values(node, _iri(one))) for one in pair)
        if pair in _TOGETHER:
            return all(dates.day(one) == dates.day(other) for one in ones for other in others)
        return not any(is_after(one, other) for one in ones for other in others)


def _is_a(view: Overlay, node: Term, kind: str) -> bool:
    return _are(view.types(node), kind)


@lru_cache(1024)
def _are(types: frozenset[str], kind: str) -> bool:
    return any(terms.REC + kind in ontology.superclasses().get(found, ()) for found in types)


_ADDRESS: Final = f"<{terms.REC}AddressOnly>"
_Found = Iterator[tuple[str, Term, str]]


def _languages(node: Term, view: Overlay) -> _Found:
    """A translation is in another language."""
    own = {_tag(text) for text in view.values(node, _iri("text")) if text[0] == '"'}
    for other in view.values(node, _iri("translates")):
        same = own & {_tag(text) for text in view.values(other, _iri("text")) if text[0] == '"'}
        if same and other[0] == "<":
            yield (
                "translates",
                other,
                (
                    f"{terms.short(other[1:-1])}, which it 'translates', is in the same language, {', '.join(sorted(same))}: correct the "
                    "language of one of the texts, or write 'condenses' for a shorter form."
                ),
            )


def _tag(text: Term) -> str:
    return text[text.rindex('"') + 1 :].removeprefix("@").lower().partition("-")[0]


def _revised(node: Term, view: Overlay) -> _Found:
    """A version revises one of the same document."""
    own = set(view.values(node, _iri("versionOf")))
    for older in view.values(node, _iri("revises")):
        others = set(view.values(older, _iri("versionOf")))
        if own and others and not own & others:
            yield (
                "revises",
                older,
                (
                    f"'revises' names a version of another document, {', '.join(sorted(others))}: what replaced it is a version of the "
                    "same 'versionOf'. Correct one of them."
                ),
            )


def _kind(node: Term, view: Overlay) -> _Found:
    """A claim brings one of the same kind up to date, a count one of the same measure."""
    for older in view.values(node, _iri("supersedes")):
        kinds, others = view.types(node), view.types(older)
        if kinds and others and not kinds & others:
            what = "of another kind"
        else:
            measures, counted = (_known(view.values(one, _iri("measure"))) for one in (node, older))
            if not measures or not counted or measures & counted:
                continue
            what = (
                f"that counts something else, {', '.join(terms.short(one[1:-1]) for one in sorted(counted))}"
            )
        yield (
            "supersedes",
            older,
            (
                f"'supersedes' names {terms.short(older[1:-1])}, a claim {what}: only a claim that answers the same question brings it up to "
                "date. Correct it, or write 'retracts' where the claimant takes it back."
            ),
        )


def _known(words: Iterable[Term]) -> set[Term]:
    """Those of some words that the vocabulary has; of others it is said already that they are none."""
    return {word for word in words if word[1:-1] in ontology.members()}


def _unread(node: Term, view: Overlay) -> _Found:
    """Of what was not read there are no passages."""
    if _ADDRESS not in view.values(node, _iri("readAs")):
        return
    for excerpt in view.subjects(node, _iri("ofVersion")):
        yield (
            "readAs",
            _ADDRESS,
            (
                f"'readAs: AddressOnly' says that nothing of it was read, and passages are taken from it, such as {terms.short(excerpt[1:-1])}: "
                "say 'readAs: Passages' or QuotationOnly, or remove them."
            ),
        )
        return


_CHECKS: Final[Mapping[str, Callable[[Term, Overlay], _Found]]] = {
    "Languages": _languages,
    "Revised": _revised,
    "Kind": _kind,
    "Unread": _unread,
}
