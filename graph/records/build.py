"""Brings the seeds into the graph as one checked change."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox

from onrecord.graph.changes import ChangeSet, Commit
from onrecord.graph.ledger import Ledger
from onrecord.graph.records.seeds import Seeds

AUTHOR = "onrecord build"


def build(ledger: Ledger, seeds: Seeds, progress: Callable[[str], None] = lambda _: None) -> Commit | None:
    """Bring the seeds into the graph as one commit; None if they are in it already.

    Graphs the seeds fill are replaced, others are left alone.
    """
    graphs = {quad.graph_name.value for quad in seeds.quads if isinstance(quad.graph_name, ox.NamedNode)}
    progress(f"{len(seeds.records)} records read, {len(seeds.quads):,} quads")
    there = frozenset(ledger.graph_names()) - {ledger.history_graph}
    filled = graphs & there
    present = frozenset(quad for graph in filled for quad in ledger.quads(graph))
    change = ChangeSet.between(present, seeds.quads)
    if not change:
        return None
    progress(
        f"checking {len(change.added):,} quads to add and {len(change.removed):,} to remove against the shapes …"
    )
    # What the seeds lead to is in them; with other graphs beside them, more may follow.
    commit = ledger.commit(change, message="Seeds", author=AUTHOR, derive=bool(there - graphs))
    return commit if commit.added or commit.removed else None
