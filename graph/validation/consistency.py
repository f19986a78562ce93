"""Values held against those beside them, on other nodes too: what was printed before it was said, a post that had ended.

In Python, since each rule compares what lies at the ends of two paths and SHACL compares only what one node says; what one
node says is in shapes/. A change costs what its rows lead to. The table of all of them is in docs/records.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Final

from onrecord.graph import terms
from onrecord.graph.validation.overlay import Overlay, Term, as_term
from onrecord.graph.validation.report import SHAPES, Result
from onrecord.graph.vocabulary import ontology

Path = tuple[str, ...]
"""Properties by their local names; with ^ before it, from the value to the subject."""

_EASTERNMOST: Final = timezone(timedelta(hours=14))
"""Where each day begins first."""


def _moment(text: str) -> datetime | None:
    """The moment that a text gives with its time zone; of no other is it known whether it was before another."""
    try:
        found = datetime.fromisoformat(text) if "T" in text else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def _after(one: str, other: str) -> bool:
    """Whether one day or moment is after another: two moments as such, anything else by the days as they are written."""
    moments = _moment(one), _moment(other)
    if moments[0] is not None and moments[1] is not None:
        return moments[0] > moments[1]
    days = terms.day(one), terms.day(other)
    return all(days) and terms.day_order(days[0]) > terms.day_order(days[1])


def _surely_after(one: str, other: str) -> bool:
    """As _after, but a day is compared with a moment by where on earth it begins first."""
    moment = _moment(other)
    if moment is not None and "T" not in one:
        try:
            return datetime.fromisoformat(one[:10]).replace(tzinfo=_EASTERNMOST) > moment
        except (ValueError, OverflowError):
            return False
    return _after(one, other)


@dataclass(frozen=True, slots=True)
class DateOrder:
    """What must not be after what, seen from one node.

    `early` and `late` are each the ways to a value, the first of which that has one counts. `path` is the property that
    a result names. The message has {early} and {late}, the values, and what else it names.
    """

    name: str
    path: str
    early: tuple[Path, ...]
    late: tuple[Path, ...]
    message: str
    after: Callable[[str, str], bool] = _after
    kind: str | None = None
    """Of what class the node must be."""


_PUBLISHED: Final = ("publishedAt", "published")
_SAID: Final = ("saidAt", "saidOn")


def _ways(*start: str, ends: Sequence[str]) -> tuple[Path, ...]:
    return tuple((*start, end) for end in ends)


_ZONES: Final = "Where the days differ by time zone alone, give the moment"
DATE_ORDERS: Final = (
    DateOrder(
        "SaidBeforePrinted", "reportedIn", _ways("^rendering", ends=_SAID), _ways("reportedIn", ends=_PUBLISHED),
        "It was said on {early}, by 'saidOn' or 'saidAt', and the version that reports it was published before, on {late}: correct "
        f"one of them, or 'reportedIn'. {_ZONES}: 'publishedAt', with its offset from UTC.", _surely_after,
    ),
    DateOrder(
        "AsOfBeforeSaid", "asOfFrom", (("asOfFrom",),), _ways("^asserts", ends=_SAID),
        "'asOfFrom' is {early}, after {late}, when it was said: nobody counts what is still to come. Correct one of them. "
        f"{_ZONES} of which it speaks in the zone of the day, or 'saidAt'.",
    ),
    DateOrder(
        "AsOfBeforePrinted", "asOfFrom", (("asOfFrom",),), _ways("assertedBy", ends=_PUBLISHED),
        "'asOfFrom' is {early}, after {late}, when the version that says so was published: correct one of them. "
        f"{_ZONES} of which it speaks in the zone of the day, or 'publishedAt'.",
    ),
    DateOrder(
        "PublishedBeforeRead", "retrieved", _ways(ends=_PUBLISHED), (("retrieved",),),
        "'retrieved' is {late}, before the version was published, on {early}: correct one of them.", _surely_after,
    ),
    DateOrder(
        "RevisedLater", "revises", _ways("revises", ends=_PUBLISHED), _ways(ends=_PUBLISHED),
        "The version that it 'revises' was published on {early}, after this one, on {late}: exchange the two, or correct the days.",
    ),
    DateOrder(
        "PartBeginsInTime", "partOf", (("begin",),), (("partOf", "end"),),
        "It begins on {early}, after the event that it is 'partOf' has ended, on {late}: correct 'partOf', 'begin' or 'end'.",
    ),
    DateOrder(
        "PartEndsInTime", "partOf", (("partOf", "begin"),), (("end",),),
        "It ends on {late}, before the event that it is 'partOf' begins, on {early}: correct 'partOf', 'begin' or 'end'.",
    ),
    DateOrder(
        "PostHadBegun", "speakingAs", (("speakingAs", "from"),), _ways(ends=_SAID),
        "It was said on {late}, before the tenure that 'speakingAs' names began, on {early}: name the post held on that day, or correct "
        "'from' of the tenure.",
    ),
    DateOrder(
        "PostHadNotEnded", "speakingAs", _ways(ends=_SAID), (("speakingAs", "until"),),
        "It was said on {early}, after the tenure that 'speakingAs' names had ended, on {late}: name the post held on that day, or "
        "correct 'until' of the tenure.",
    ),
    DateOrder(
        "SupersedesEarlier", "supersedes", (("supersedes", "asOfFrom"),), (("asOfUntil",),),
        "It speaks of {late} ('asOfUntil') and 'supersedes' a claim that speaks of a later moment, from {early} ('asOfFrom'): exchange "
        "the two, or write 'retracts' where a later count was taken back.",
    ),
    DateOrder(
        "SupersedesEarlierWords", "supersedes", _ways("supersedes", "^asserts", ends=_SAID), _ways("^asserts", ends=_SAID),
        "It was said on {late}, and 'supersedes' a claim that was made after that, on {early}: exchange the two, or correct the days.",
    ),
    DateOrder(
        "RetractsEarlierWords", "retracts", _ways("retracts", "^asserts", ends=_SAID), _ways("^asserts", ends=_SAID),
        "It was said on {late}, and 'retracts' a claim that was made after that, on {early}: exchange the two, or correct the days.",
    ),
    DateOrder(
        "JudgedAfterSaid", "assessedOn", _ways("assesses", "^asserts", ends=_SAID), (("assessedOn",),),
        "'assessedOn' is {late}, before the claim was made, on {early}: correct one of them.",
    ),
    DateOrder(
        "JudgedAfterPrinted", "assessedOn", _ways("assesses", "assertedBy", ends=_PUBLISHED), (("assessedOn",),),
        "'assessedOn' is {late}, before the version that makes the claim was published, on {early}: correct one of them.",
    ),
    DateOrder(
        "CountedSinceItBegan", "asOfUntil", (("concerns", "begin"),), (("asOfUntil",),),
        "'asOfUntil' is {late}, before the event that it 'concerns' can have begun, on {early}: correct 'asOfUntil', 'concerns', or "
        "'begin' of the event.", kind="QuantityClaim",
    ),
)  # fmt: skip

_PATHS: Final[Mapping[str, tuple[Path, ...]]] = {
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
    for rule in DATE_ORDERS:
        for node in sorted(asked[rule.name]):
            yield from _of_rule(rule, node, view)
    for name, check in _CHECKS.items():
        for node in sorted(asked[name]):
            for path, value, message in check(node, view):
                yield _result(view, node, (path, value), message, name)


def _of_rule(rule: DateOrder, node: Term, view: Overlay) -> Iterator[Result]:
    if rule.kind is not None and not _is_a(view, node, rule.kind):
        return
    late = _first(view, node, rule.late)
    for early in _first(view, node, rule.early) if late else ():
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
    reading = _reading()
    for subject, predicate, value, _ in view.touched():
        for name, path, step in reading.get(predicate, ()):
            start = value if path[step][0] == "^" else subject
            if start[0] == "<":
                asked[name] |= _along(view, {start}, [_back(one) for one in reversed(path[:step])])
    return asked


@cache
def _reading() -> Mapping[str, Sequence[tuple[str, Path, int]]]:
    """By predicate, the rules that read it, each with a path and the step in it."""
    ways = [(rule.name, path) for rule in DATE_ORDERS for path in (*rule.early, *rule.late)]
    ways += [(name, path) for name, paths in _PATHS.items() for path in paths]
    made: defaultdict[str, list[tuple[str, Path, int]]] = defaultdict(list)
    for name, path in ways:
        for step, one in enumerate(path):
            made[_iri(one)].append((name, path, step))
    return made


def _back(step: str) -> str:
    return step[1:] if step[0] == "^" else "^" + step


def _iri(step: str) -> Term:
    return f"<{terms.REC}{step.removeprefix('^')}>"


def _along(view: Overlay, nodes: set[Term], path: Iterable[str]) -> set[Term]:
    """The ends of a path."""
    for step in path:
        if step[0] == "^":
            nodes = {subject for node in nodes for subject, _ in view.referrers(node, _iri(step))}
        else:
            nodes = {value for node in nodes if node[0] == "<" for value in view.values(node, _iri(step))}
    return nodes


def _first(view: Overlay, node: Term, paths: Iterable[Path]) -> list[str]:
    """The texts of the literals to which the first of these paths leads that leads to any."""
    for *way, name in paths:
        nodes = {one for one in _along(view, {node}, way) if one[0] == "<" and _is_sound(view, one, name)}
        ends = sorted(end for end in _along(view, nodes, [name]) if end[0] == '"')
        if ends:
            return _texts(ends)
    return []


def _texts(literals: Iterable[Term]) -> list[str]:
    return [str(as_term(literal).value) for literal in literals]


_TOGETHER: Final = (_SAID, _PUBLISHED)
_IN_ORDER: Final = (("begin", "end"), ("asOfFrom", "asOfUntil"), ("from", "until"))


def _is_sound(view: Overlay, node: Term, name: str) -> bool:
    """Whether what a node says by a property goes with what it says beside it; if not, that is said already, by shapes/."""
    for pair in (*_TOGETHER, *_IN_ORDER):
        if name in pair:
            ones, others = (
                _texts(value for value in view.values(node, _iri(one)) if value[0] == '"') for one in pair
            )
            if pair in _TOGETHER:
                return all(terms.day(one) == terms.day(other) for one in ones for other in others)
            return not any(_after(one, other) for one in ones for other in others)
    return True


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
    for excerpt, _ in view.referrers(node, _iri("ofVersion")):
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
