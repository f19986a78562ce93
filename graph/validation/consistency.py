"""Values held against those beside them, on other nodes too: what was printed before it was said, a post that had ended.

In Python, since each rule compares what lies at the ends of two paths and SHACL compares only what one node says; what one
node says is in shapes/. A change costs what its rows lead to. The table of all of them is in docs/records.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Final

from onrecord.graph import terms
from onrecord.graph.text import dates
from onrecord.graph.validation.overlay import Overlay, Term, lexical
from onrecord.graph.validation.report import SHAPES, Result
from onrecord.graph.vocabulary import ontology

PropertyPath = tuple[str, ...]
"""Properties by their local names; with ^ before it, from the value to the subject."""


@lru_cache(4096)
def _moment(text: str) -> datetime | None:
    return dates.moment(text)


@lru_cache(4096)
def _after(one: str, other: str) -> bool:
    """Whether one day or moment is after another: two moments as such, anything else by the days as they are written."""
    moments = _moment(one), _moment(other)
    if moments[0] is not None and moments[1] is not None:
        return moments[0] > moments[1]
    days = dates.day(one), dates.day(other)
    return all(days) and dates.day_order(days[0]) > dates.day_order(days[1])


@lru_cache(4096)
def _surely_after(one: str, other: str) -> bool:
    """As _after, but a day is compared with a moment by where on earth it begins first."""
    moment = _moment(other)
    if moment is not None and "T" not in one:
        begin = dates.begin(one[:10], dates.EASTERNMOST)
        return begin is not None and begin > moment
    return _after(one, other)


@dataclass(frozen=True, slots=True)
class Days:
    """Where days or moments are found: at the end of a path, by the first of some properties that any of its ends has."""

    path: PropertyPath
    names: tuple[str, ...]

    def paths(self) -> Iterator[PropertyPath]:
        """The whole paths."""
        return ((*self.path, name) for name in self.names)


@dataclass(frozen=True, slots=True)
class DateOrder:
    """What must not be after what, seen from one node.

    `path` is the property that a result names. The message has {early} and {late}, the values, and what else it names.
    """

    name: str
    path: str
    early: Days
    late: Days
    message: str
    after: Callable[[str, str], bool] = _after
    kind: str | None = None
    """Of what class the node must be."""


_PUBLISHED: Final = ("publishedAt", "published")
_SAID: Final = ("saidAt", "saidOn")


def _days(*path: str, ends: tuple[str, ...] = ()) -> Days:
    """By the properties `ends`, or by the last of the path."""
    return Days(path, ends) if ends else Days(path[:-1], path[-1:])


_ZONES: Final = "Where the days differ by time zone alone, give the moment"
DATE_ORDERS: Final = (
    DateOrder(
        "SaidBeforePrinted", "reportedIn", _days("^rendering", ends=_SAID), _days("reportedIn", ends=_PUBLISHED),
        "It was said on {early}, by 'saidOn' or 'saidAt', and the version that reports it was published before, on {late}: correct "
        f"one of them, or 'reportedIn'. {_ZONES}: 'publishedAt', with its offset from UTC.", _surely_after,
    ),
    DateOrder(
        "AsOfBeforeSaid", "asOfFrom", _days("asOfFrom"), _days("^asserts", ends=_SAID),
        "'asOfFrom' is {early}, after {late}, when it was said: nobody counts what is still to come. Correct one of them. "
        f"{_ZONES} of which it speaks in the zone of the day, or 'saidAt'.",
    ),
    DateOrder(
        "AsOfBeforePrinted", "asOfFrom", _days("asOfFrom"), _days("assertedBy", ends=_PUBLISHED),
        "'asOfFrom' is {early}, after {late}, when the version that says so was published: correct one of them. "
        f"{_ZONES} of which it speaks in the zone of the day, or 'publishedAt'.",
    ),
    DateOrder(
        "PublishedBeforeRead", "retrieved", _days(ends=_PUBLISHED), _days("retrieved"),
        "'retrieved' is {late}, before the version was published, on {early}: correct one of them.", _surely_after,
    ),
    DateOrder(
        "RevisedLater", "revises", _days("revises", ends=_PUBLISHED), _days(ends=_PUBLISHED),
        "The version that it 'revises' was published on {early}, after this one, on {late}: exchange the two, or correct the days.",
    ),
    DateOrder(
        "PartBeginsInTime", "partOf", _days("begin"), _days("partOf", "end"),
        "It begins on {early}, after the event that it is 'partOf' has ended, on {late}: correct 'partOf', 'begin' or 'end'.",
    ),
    DateOrder(
        "PartEndsInTime", "partOf", _days("partOf", "begin"), _days("end"),
        "It ends on {late}, before the event that it is 'partOf' begins, on {early}: correct 'partOf', 'begin' or 'end'.",
    ),
    DateOrder(
        "PostHadBegun", "speakingAs", _days("speakingAs", "from"), _days(ends=_SAID),
        "It was said on {late}, before the tenure that 'speakingAs' names began, on {early}: name the post held on that day, or correct "
        "'from' of the tenure.",
    ),
    DateOrder(
        "PostHadNotEnded", "speakingAs", _days(ends=_SAID), _days("speakingAs", "until"),
        "It was said on {early}, after the tenure that 'speakingAs' names had ended, on {late}: name the post held on that day, or "
        "correct 'until' of the tenure.",
    ),
    DateOrder(
        "SupersedesEarlier", "supersedes", _days("supersedes", "asOfFrom"), _days("asOfUntil"),
        "It speaks of {late} ('asOfUntil') and 'supersedes' a claim that speaks of a later moment, from {early} ('asOfFrom'): exchange "
        "the two, or write 'retracts' where a later count was taken back.",
    ),
    DateOrder(
        "SupersedesEarlierWords", "supersedes", _days("supersedes", "^asserts", ends=_SAID), _days("^asserts", ends=_SAID),
        "It was said on {late}, and 'supersedes' a claim that was made after that, on {early}: exchange the two, or correct the days.",
    ),
    DateOrder(
        "RetractsEarlierWords", "retracts", _days("retracts", "^asserts", ends=_SAID), _days("^asserts", ends=_SAID),
        "It was said on {late}, and 'retracts' a claim that was made after that, on {early}: exchange the two, or correct the days.",
    ),
    DateOrder(
        "JudgedAfterSaid", "assessedOn", _days("assesses", "^asserts", ends=_SAID), _days("assessedOn"),
        "'assessedOn' is {late}, before the claim was made, on {early}: correct one of them.",
    ),
    DateOrder(
        "JudgedAfterPrinted", "assessedOn", _days("assesses", "assertedBy", ends=_PUBLISHED), _days("assessedOn"),
        "'assessedOn' is {late}, before the version that makes the claim was published, on {early}: correct one of them.",
    ),
    DateOrder(
        "CountedSinceItBegan", "asOfUntil", _days("concerns", "begin"), _days("asOfUntil"),
        "'asOfUntil' is {late}, before the event that it 'concerns' can have begun, on {early}: correct 'asOfUntil', 'concerns', or "
        "'begin' of the event.", kind="QuantityClaim",
    ),
)  # fmt: skip

_PATHS: Final[Mapping[str, tuple[PropertyPath, ...]]] = {
    "Languages": (("translates", "text"), ("text",)),
    "Revised": (("revises", "versionOf"), ("versionOf",)),
    "Kind": (("supersedes", "measure"), ("measure",)),
    "Unread": (("readAs",), ("^ofVersion",)),
}
"""What the rules that compare no days look at, by the names of the functions below."""


def found(view: Overlay, whole: Iterable[Term]) -> Iterator[Result]:
    """What the change may have made inconsistent; without a change, what is so in these nodes."""
    if view.added or view.removed:
        asked = _touched(view)
    else:
        nodes = list(whole)
        asked = {name: set(nodes) for name in (*(rule.name for rule in DATE_ORDERS), *_PATHS)}
    sound = _Sound(view)
    for rule in DATE_ORDERS:
        for node in sorted(asked[rule.name]):
            yield from _of_rule(rule, node, view, sound)
    for name, check in _CHECKS.items():
        for node in sorted(asked[name]):
            for path, value, message in check(node, view):
                yield _result(view, node, (path, value), message, name)


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


def _touched(view: Overlay) -> Mapping[str, set[Term]]:
    """The nodes of which each rule has to be asked after a change."""
    asked: defaultdict[str, set[Term]] = defaultdict(set)
    for predicate, ways in _reading().items():
        rows = list(view.touched([predicate]))
        for name, path, step in ways if rows else ():
            end = 2 if path[step][0] == "^" else 0
            reached = {row[end] for row in rows if row[end][0] == "<"}
            asked[name] |= _along(view, reached, [_back(one) for one in reversed(path[:step])])
    return asked


@cache
def _reading() -> Mapping[str, Sequence[tuple[str, PropertyPath, int]]]:
    """By predicate, the rules that read it, each with a path and the step in it."""
    ways = [(rule.name, path) for rule in DATE_ORDERS for path in (*rule.early.paths(), *rule.late.paths())]
    ways += [(name, path) for name, paths in _PATHS.items() for path in paths]
    made: defaultdict[str, list[tuple[str, PropertyPath, int]]] = defaultdict(list)
    for name, path in ways:
        for step, one in enumerate(path):
            made[_iri(one)].append((name, path, step))
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


_TOGETHER: Final = (_SAID, _PUBLISHED)
_IN_ORDER: Final = (("begin", "end"), ("asOfFrom", "asOfUntil"), ("from", "until"))
_PAIRS: Final = {name: pair for pair in (*_TOGETHER, *_IN_ORDER) for name in pair}


class _Sound:
    """The days and moments that go with what is said beside them; of those that do not, shapes/ say it already."""

    def __init__(self, view: Overlay) -> None:
        self._view = view
        self._of: dict[tuple[Term, str], list[str]] = {}

    def first(self, node: Term, days: Days) -> list[str]:
        """Those that a rule looks at."""
        nodes = _along(self._view, {node}, days.path) if days.path else (node,)
        for name in days.names if nodes else ():
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
        ones, others = (_texts(self._view.values(node, _iri(one))) for one in pair)
        if pair in _TOGETHER:
            return all(dates.day(one) == dates.day(other) for one in ones for other in others)
        return not any(_after(one, other) for one in ones for other in others)


def _is_a(view: Overlay, node: Term, kind: str) -> bool:
    return any(terms.REC + kind in ontology.superclasses().get(found, ()) for found in view.types(node))


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
