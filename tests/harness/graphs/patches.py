"""Changes as RDF Patches in memory; the commit log writes them a piece at a time."""

from __future__ import annotations

from onrecord.graph.changes import PATCH_END, ChangeSet, Commit, patch_head, with_counts


def to_patch(commit: Commit, change: ChangeSet, previous: str | None = None) -> bytes:
    """An RDF Patch of one transaction, which follows on the commit with that id."""
    head = patch_head(with_counts(commit, change), [change.rows], previous)
    return b"".join([head, change.rows, PATCH_END])
