"""What claims differ between two versions of the graph, and why: worked out from the commits between them.

The cost is that of what they changed. Standings follow from everything else, so they are told of beside what was written.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode, Quad, Triple

from onrecord.graph import terms
from onrecord.graph.changes import Commit
from onrecord.graph.errors import BadParameter, UnknownVersion
from onrecord.graph.questions import ask_of
from onrecord.graph.vocabulary import ontology

if TYPE_CHECKING:
    from onrecord.graph.ledger import Ledger, Term

MOST: Final = 200_000
"""How many quads the commits between two versions may have changed, for an answer over HTTP."""
_CLAIM: Final = terms.REC + "Claim"
_LABEL: Final = terms.PREFIXES["rdfs"] + "label"
_STANDING: Final = terms.REC + "standing"
_GROUNDS: Final = {
    terms.REC + name: name for name in ("supersedes", "retracts", "contradicts", "supports", "assesses")
}
_FALLEN: Final = ("superseded", "retracted", "refuted")
_AT: Final = """SELECT ?thing ?kind ?label ?standing ?reason ?verdict ?note WHERE {
  VALUES ?thing { }
  ?thing a ?kind .
  OPTIONAL { ?thing rdfs:label ?label }
  OPTIONAL { ?thing rec:standing ?standing ; rec:standingReason ?reason }
  OPTIONAL { ?thing rec:verdict ?verdict }
  OPTIONAL { ?thing rec:note ?note }
}"""


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a claim differs: `how` is supersedes, retracts, contradicts, supports or assesses, and `by` is what does that."""

    how: str
    by: str
    label: str
    verdict: str
    note: str


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A property of a claim: what it was, and what it is."""

    property: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A claim that differs.

    `change` is "added", "gone", "corrected" (what it says), or, where only that changed, the name of its standing now, which
    is also told of one that was corrected and fell: superseded, retracted, refuted.
    """

    claim: str
    change: str
    kind: str
    label: str
    standing_before: str
    standing: str
    reason: str
    values: tuple[ValueChange, ...]
    because: tuple[Ground, ...]
    commits: tuple[Commit, ...]


def differences(ledger: Ledger, before: int, after: int, *, most: int | None = None) -> list[Difference]:
    """The claims that differ between two versions, by the commit that touched them first; BadParameter says what is wrong.

    With `most`, no more than so many changed quads are looked into.
    """
    commits = _commits(ledger, before, after, most)
    net, stated, touched = _changed(ledger, commits)
    subjects = {iri for iri, triples in net.items() if triples}
    now = _Version(ledger, after, subjects)
    was = _Version(ledger, before, subjects)
    grounds = _grounds(net)
    claims = {iri for iri in subjects if _is_claim(net[iri], now.kind(iri))}
    others = _Version(ledger, after, {by for claim in claims for _, by in grounds.get(claim, ())})
    found = []
    for claim in claims:
        because = sorted(grounds.get(claim, ()))
        numbers = touched[claim].union(*(touched[by] for _, by in because))
        one = _difference(
            claim,
            net[claim],
            stated.get(claim, Counter()),
            now,
            was,
            tuple(Ground(how, by, *others.words(by)) for how, by in because),
            tuple(commit for commit in commits if commit.version in numbers),
        )
        # What follows of a claim, such as who its ultimate source is, may differ though nothing that it says or how it stands does.
        if (
            one.values
            or one.because
            or one.change in ("added", "gone")
            or one.standing != one.standing_before
        ):
            found.append(one)
    return sorted(found, key=lambda one: (one.commits[0].version, one.claim))


def _commits(ledger: Ledger, before: int, after: int, most: int | None) -> list[Commit]:
    newest = ledger.version
    if not 0 <= before < after <= newest:
        raise BadParameter(
            f"from {before} to {after} is no stretch of the history: it goes from 0 to {newest}, and the first of the two has "
            "to be the smaller one"
        )
    commits = ledger.history(after, after - before)[::-1]
    changed = sum(commit.added + commit.removed for commit in commits)
    if most is not None and changed > most:
        raise BadParameter(
            f"the commits from {before} to {after} changed {changed} quads, more than the {most} that are looked into here: ask "
            f"of fewer versions at a time, or run `onrecord diff {before} {after}`"
        )
    return commits


_Net = dict[str, Counter[Triple]]


def _changed(ledger: Ledger, commits: Iterable[Commit]) -> tuple[_Net, _Net, defaultdict[str, set[int]]]:
    """Of each subject, which triples were added (above 0) and removed (below), in all and without those that follow from others; and in which versions."""
    net: defaultdict[str, Counter[Triple]] = defaultdict(Counter)
    stated: defaultdict[str, Counter[Triple]] = defaultdict(Counter)
    touched: defaultdict[str, set[int]] = defaultdict(set)
    for commit in commits:
        for quads, sign in zip(ledger.changed(commit.version), (-1, 1), strict=True):
            for quad in quads:
                if isinstance(quad.subject, NamedNode) and not _serves_the_service(quad):
                    net[quad.subject.value][quad.triple] += sign
                    if not _in(quad, "derived"):
                        stated[quad.subject.value][quad.triple] += sign
                    touched[quad.subject.value].add(commit.version)
    return _without_nought(net), _without_nought(stated), touched


def _without_nought(net: _Net) -> _Net:
    return {
        iri: Counter({triple: times for triple, times in triples.items() if times})
        for iri, triples in net.items()
    }


def _serves_the_service(quad: Quad) -> bool:
    return any(_in(quad, name) for name in ("vocabulary", *terms.NOT_DATA))


def _in(quad: Quad, name: str) -> bool:
    return getattr(quad.graph_name, "value", "").endswith(f"/graph/{name}")


def _grounds(net: _Net) -> dict[str, set[tuple[str, str]]]:
    """Claim -> what was newly said of it by others, and by which."""
    found: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for iri, triples in net.items():
        for triple, times in triples.items():
            how = _GROUNDS.get(triple.predicate.value)
            if times > 0 and how is not None and isinstance(triple.object, NamedNode):
                found[triple.object.value].add((how, iri))
                if how == "contradicts":
                    found[iri].add((how, triple.object.value))
    return dict(found)


def _is_claim(triples: Counter[Triple], kind: str) -> bool:
    """Whether it is one by its class, or, where that is not known any more, by what is said of it."""
    kinds = {kind, *_kinds(triples, added=False), *_kinds(triples, added=True)} - {""}
    if not kinds:
        said = (ontology.properties().get(triple.predicate.value) for triple in triples)
        kinds = {name.domain or "" for name in said if name is not None}
    return not ontology.below(_CLAIM).isdisjoint(kinds)


def _kinds(triples: Counter[Triple], *, added: bool) -> set[str]:
    return {
        triple.object.value
        for triple, times in triples.items()
        if triple.predicate.value == terms.RDF_TYPE
        and isinstance(triple.object, NamedNode)
        and (times > 0) == added
    }


class _Version:
    """What is known of some things at a version, or, where that is not kept, now."""

    def __init__(self, ledger: Ledger, version: int, things: Iterable[str]) -> None:
        self.is_kept = True
        self._rows: dict[str, dict[str, Term]] = {}
        things = sorted(things)
        try:
            rows = ask_of(ledger.at(version), _AT, things) if version else []
        except UnknownVersion:
            self.is_kept = False
            rows = ask_of(ledger, _AT, things)
        for row in rows:
            claimed = row["thing"].value not in self._rows or row["kind"].value in ontology.below(_CLAIM)
            if claimed:
                self._rows[row["thing"].value] = row

    def has(self, iri: str) -> bool:
        return iri in self._rows

    def kind(self, iri: str) -> str:
        return self.value(iri, "kind")

    def value(self, iri: str, name: str) -> str:
        found = self._rows.get(iri, {}).get(name)
        return "" if found is None else found.value

    def words(self, iri: str) -> tuple[str, str, str]:
        """Label, verdict and note."""
        return self.value(iri, "label"), _short(self.value(iri, "verdict")), self.value(iri, "note")


def _difference(  # noqa: PLR0913, PLR0917
    claim: str,
    triples: Counter[Triple],
    stated: Counter[Triple],
    now: _Version,
    was: _Version,
    because: tuple[Ground, ...],
    commits: tuple[Commit, ...],
) -> Difference:
    new, old = _kinds(triples, added=True), _kinds(triples, added=False)
    # Where its class did not change, it was there before and is there after.
    exists = now.has(claim) if now.is_kept else bool(new) or not old
    existed = was.has(claim) if was.is_kept else bool(old) or not new
    standings = next(
        (value for value in _values(triples) if value.property == _STANDING), ValueChange(_STANDING, (), ())
    )
    before = _word(standings.before) or (_short(was.value(claim, "standing")) if was.is_kept else "")
    after = _word(standings.after) or (_short(now.value(claim, "standing")) if exists else "")
    said = tuple(_values(stated))
    if not exists:
        change = "gone"
    elif not existed:
        change = "added"
    elif after in _FALLEN and after != before:
        change = after
    else:
        change = "corrected" if said else after
    kinds = sorted((new | old | {now.kind(claim)}) & ontology.below(_CLAIM))
    label = now.value(claim, "label") or next(
        (
            triple.object.value
            for triple in triples
            if triple.predicate.value == _LABEL and isinstance(triple.object, Literal)
        ),
        "",
    )
    return Difference(
        claim,
        change,
        _short(kinds[0]) if kinds else "",
        label,
        before or (after if existed and not standings.after else ""),
        after,
        now.value(claim, "reason") if exists else "",
        said if existed and exists else (),
        because,
        commits,
    )


def _values(triples: Counter[Triple]) -> list[ValueChange]:
    sides: defaultdict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for triple, times in triples.items():
        sides[triple.predicate.value][times > 0].append(getattr(triple.object, "value", str(triple.object)))
    return [
        ValueChange(name, tuple(sorted(before)), tuple(sorted(after)))
        for name, (before, after) in sorted(sides.items())
    ]


def _word(values: Sequence[str]) -> str:
    return _short(values[0]) if values else ""


def _short(iri: str) -> str:
    """A term of the vocabulary without its namespace: a standing or a verdict in small letters, a class as it is."""
    name = iri.removeprefix(terms.REC)
    return name.lower() if name[:1].isupper() and not name.endswith("Claim") else name
