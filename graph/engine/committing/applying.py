"""A change made in a store: in the one that is written, or ahead of its commit in a copy, which then takes the store's place."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Quad, Store

from onrecord.graph.changes import quads_of_patch
from onrecord.graph.engine import opened
from onrecord.graph.engine.disk import snapshots
from onrecord.graph.engine.disk.commit_log import pieces_of

MANY: Final = 50_000
"""Above so many quads Oxigraph's bulk loader is used, which does not hold them all in one transaction."""


def apply(
    store: Store,
    removed: Iterable[Quad],
    added: Iterable[Quad],
    description: Iterable[Quad] = (),
    *,
    many: bool = False,
) -> None:
    """Make a change, and describe its commit; `many`: with the bulk loader."""
    # Not one transaction, and it need not be: nobody reads this store, and a start replays what was cut short.
    emptied = set()
    for quad in removed:
        store.remove(quad)
        emptied.add(quad.graph_name)
    if many:
        opened.bulk_extend(store, added)
        store.extend(description)
    else:
        store.extend(chain(added, description))
    for graph in emptied:
        # Oxigraph remembers the names of graphs that were emptied.
        if (
            isinstance(graph, NamedNode)
            and next(store.quads_for_pattern(None, None, None, graph), None) is None
        ):
            store.remove_graph(graph)


def sides(rows: Path) -> tuple[Iterable[Quad], Iterable[Quad]]:
    """What the rows in a file remove, and what they add."""
    removed, added = (quads_of_patch(pieces_of(rows), added=side) for side in (False, True))
    return removed, added


def copy_with(rows: Path, snapshot: Path, target: Path, added: int, *, first: bool) -> None:
    """Make a store on disk that is a copy of a snapshot with the change of these rows; `first`: of the first commit."""
    snapshots.copy(snapshot, target)
    store = opened.store(target)
    apply(store, *sides(rows), many=added > MANY)
    if first:
        optimize(store, added)
    store.flush()


def optimize(store: Store, added: int) -> None:
    """After a first commit that is large: a store is read up to twice as fast. Of a large one it takes long, so only once."""
    if added > MANY:
        store.optimize()
