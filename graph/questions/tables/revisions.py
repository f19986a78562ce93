"""What changed between two versions of a document: claims gone, new and changed, each with the words it rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, Quad, Store

from onrecord.graph.errors import BadParameter, UnknownGraph
from onrecord.graph.quads import rows
from onrecord.graph.questions import ask, is_described
from onrecord.graph.questions.tables import tables
from onrecord.graph.questions.things.loader import local_name

if TYPE_CHECKING:
    from onrecord.graph.ledger import RowSource, Term
    from onrecord.graph.questions.tables.tables import Cursor, Row, Table

_BETWEEN: Final = " | "
"""What stands between the passages in a cell of the table."""


@dataclass(frozen=True, slots=True, order=True)
class VersionClaim:
    """A claim as one version makes it: what it is called, and the words it rests on there, in the order of the text."""

    label: str
    words: tuple[str, ...]
    iri: str


@dataclass(frozen=True, slots=True)
class ClaimDifferences:
    """Claims of the old version only, of the new one only, those that changed (old, new), and how many are the same."""

    gone: tuple[VersionClaim, ...]
    new: tuple[VersionClaim, ...]
    changed: tuple[tuple[VersionClaim, VersionClaim], ...]
    same: int


def choose(ledger: RowSource, document: str, earlier: str | None, later: str | None) -> tuple[str, str]:
    """Two versions of a document (its IRI), each given by its IRI or the end of it; the two latest where neither is given.

    BadParameter where one is missing, or is no version that was read; UnknownGraph where none was.
    """
    known = [row["version"].value for row in ask(ledger, "document_versions", document=document)]
    if not known:
        raise UnknownGraph(
            f"the graph knows no version of a document <{document}>; /documents lists those that were read"
        )
    if earlier is None and later is None and len(known) > 1:
        return known[-2], known[-1]
    found = []
    for name, given in (("from", earlier), ("to", later)):
        wanted = (
            f"{document}/{given.rpartition('/')[2]}" if given is not None and "://" not in given else given
        )
        if wanted is None or wanted not in known:
            fault = f"`{name}` is missing" if given is None else f"`{name}` names no version: {given[:100]!r}"
            ends = ", ".join(version.removeprefix(f"{document}/") for version in known)
            raise BadParameter(f"{fault}. Give two of the versions of {document} that were read: {ends}")
        found.append(wanted)
    return found[0], found[1]


def between(ledger: RowSource, old: str, new: str) -> ClaimDifferences:
    """What changed between two versions in the graph, by their IRIs; UnknownGraph where there is no such version."""
    for version in (old, new):
        if not is_described(ledger, version):
            raise UnknownGraph(
                f"the graph knows no version <{version}>: the page on its document lists those that were read"
            )
    return _changes(ledger.rows, old, new)


def compare(old: Iterable[Quad], new: Iterable[Quad], described: Iterable[Quad]) -> ClaimDifferences:
    """What changed between the graphs of two versions; `described` says of their claims what neither graph does."""
    store = Store()
    versions = [_taken_over(store, quads) for quads in (old, new)]
    store.extend(described)

    return _changes(lambda text: rows(store, text), *versions)


def _taken_over(store: Store, quads: Iterable[Quad]) -> str:
    """The graph of these quads, of one graph, which the store then has."""
    quads = list(quads)
    store.extend(quads)
    (graph,) = {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, NamedNode)}
    return graph


def _changes(read: Callable[[str], Iterable[Mapping[str, Term]]], old: str, new: str) -> ClaimDifferences:
    def make(after: Cursor) -> Table:
        return tables.changes(old, new, same=True, after=after)

    found: dict[str, list[Row]] = defaultdict(list)
    for row in (row for page in tables.pages(read, make) for row in page):
        found[str(row["change"])].append(row)
    return ClaimDifferences(
        tuple(sorted(claim_of(row, "old") for row in found["gone"])),
        tuple(sorted(claim_of(row, "new") for row in found["new"])),
        tuple(sorted((claim_of(row, "old"), claim_of(row, "new")) for row in found["changed"])),
        len(found["same"]),
    )


def claim_of(row: Row, side: str) -> VersionClaim:
    """The claim on one side of a row, "old" or "new"."""
    iri, words = str(row[side]), str(row.get(f"{side}Words", ""))
    return VersionClaim(
        str(row.get(f"{side}Label", local_name(iri))), tuple(words.split(_BETWEEN)) if words else (), iri
    )
