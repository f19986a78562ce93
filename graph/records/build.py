"""Brings records into the graph as one checked change, beside what was changed through the service.

The history says whose each fact is: what a build added is the records' until a build takes it back; everything else is
the service's. So a build takes back exactly what its records no longer say, and no edit. Where an edit took out what a
record still says, the two clash: nothing is changed until a person settles it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.changes import ChangeSet, Commit, as_stored, from_patch, taken_back
from onrecord.graph.errors import OnrecordError
from onrecord.graph.ledger import Ledger
from onrecord.graph.records.seeds import Seeds

AUTHOR: Final = "onrecord build"
SEEDS: Final = "Seeds"
RECORDS: Final = "Records"
"""What a build's commit says it brought in: the package's seeds alone, or a project's records."""


class BuildClash(OnrecordError):  # noqa: N818
    """What is in the graph and what is to be built do not go together; the message says why, and what to do."""


def build(
    ledger: Ledger,
    seeds: Seeds,
    progress: Callable[[str], None] = lambda _: None,
    *,
    message: str = SEEDS,
    put_back: bool = False,
) -> Commit | None:
    """Bring what records say into the graph as one commit; None if that is in it already.

    With `put_back`, what was taken out through the service and is still in a record is stated again. BuildClash where it
    is not to be, and where the package's seeds would take the place of a project's records.
    """
    progress(f"{len(seeds.records)} records read, {len(seeds.quads):,} quads")
    history = ledger.history()
    builds = [commit for commit in history if commit.author == AUTHOR]
    if message == SEEDS and builds and builds[0].message == RECORDS:
        raise BuildClash(
            f"this graph was last built from a project's records (version {builds[0].version}), which the seeds alone would take "
            "out: give the project, 'onrecord build DIR', or another --data"
        )
    _refuse_imports(seeds)
    stated = as_stored(seeds.quads)
    protected = {ox.NamedNode(terms.graph_iri(name, seeds.base)) for name in terms.PROTECTED}
    owned = frozenset(quad for quad in _built(ledger, history) if quad.graph_name not in protected)
    there = frozenset(ledger.graph_names()) - {ledger.history_graph}
    filled = {quad.graph_name.value for quad in stated | owned if isinstance(quad.graph_name, ox.NamedNode)}
    present = frozenset(quad for graph in filled & there for quad in ledger.quads(graph))
    if not put_back:
        _refuse_clash((owned - present) & stated, ledger, history)
    ours = frozenset(quad for quad in present if quad in owned or quad.graph_name in protected)
    gone = ours - stated
    if gone:
        edited = frozenset(quad for quad in gone if quad.graph_name not in protected)
        gone -= _stated_since(ledger, edited, history)
    change = ChangeSet.of_stored(gone, stated - present)
    if not change:
        return None
    progress(
        f"checking {len(change.added):,} quads to add and {len(change.removed):,} to remove against the shapes …"
    )
    # What the seeds lead to is in them; with other facts beside them, more may follow.
    beside = bool(present - ours) or bool(there - filled)
    before = ledger.version
    commit = ledger.commit(change, message=message, author=AUTHOR, derive=beside)
    return commit if commit.version > before else None


def _built(ledger: Ledger, history: Sequence[Commit]) -> frozenset[ox.Quad]:
    """What the builds so far (history is newest first) added and did not take back, or what is theirs again."""
    owned: set[ox.Quad] = set()
    for commit in reversed(history):
        if commit.author == AUTHOR:
            change = _change(ledger, commit)
            owned -= change.removed
            owned |= change.added
        else:
            owned |= _restated(ledger, commit, history)
    return frozenset(owned)


def _stated_since(ledger: Ledger, quads: frozenset[ox.Quad], history: Sequence[Commit]) -> frozenset[ox.Quad]:
    """Those of the quads that were last added by somebody else: taken out after a build, then stated through the service."""
    theirs: set[ox.Quad] = set()
    for commit in reversed(history):
        added = _change(ledger, commit).added & quads
        ours = added if commit.author == AUTHOR else _restated(ledger, commit, history)
        theirs = (theirs | added) - ours
    return frozenset(theirs)


def _restated(ledger: Ledger, commit: Commit, history: Sequence[Commit]) -> frozenset[ox.Quad]:
    """What a commit only states again, since it takes back a build that took it out; none for any other commit."""
    chain = taken_back(commit, history)
    if not chain or chain[-1].author != AUTHOR:
        return frozenset()
    return _change(ledger, commit).added & _change(ledger, chain[0]).removed


def _change(ledger: Ledger, commit: Commit) -> ChangeSet:
    return from_patch(ledger.patch(commit.version), f"version {commit.version}")[1]


def _refuse_imports(seeds: Seeds) -> None:
    """A graph of an import is the import's alone."""
    for record in seeds.records:
        if record.graph.startswith(seeds.base + terms.IMPORTS):
            raise BuildClash(
                f"{record.file}: <{record.graph}> is the graph of an import, which 'onrecord import' alone fills: give the "
                "record another 'id'. Nothing was changed."
            )


def _refuse_clash(gone: frozenset[ox.Quad], ledger: Ledger, history: Sequence[Commit]) -> None:
    if not gone:
        return
    graphs = Counter(quad.graph_name.value for quad in gone if isinstance(quad.graph_name, ox.NamedNode))
    example = min(gone, key=str)
    taken = next(commit for commit in history if example in _change(ledger, commit).removed)
    places = ", ".join(f"{count} of {graph}" for graph, count in sorted(graphs.items()))
    raise BuildClash(
        f"{len(gone)} facts that the records state were taken out through the service ({places}), such as\n  {example.triple}\n"
        f"by {taken.author} in version {taken.version}. Take them out of the record, or state them again with --put-back. "
        "Nothing was changed."
    )
