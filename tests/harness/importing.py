"""Importers in tests, without a ledger: what they make of files, as quads, beside a graph that is there already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from tests.conftest import SHARED
from tests.harness.graphs.store import InMemory

from onrecord.graph import terms
from onrecord.graph.importers.model import Importer, Record, Refusal, Remark, Row


@lru_cache(2)
def _in_memory(quads: frozenset[ox.Quad]) -> InMemory:
    """Kept, since nobody writes to it: most tests ask of nothing or of the seeds, and what follows from them takes its time."""
    return InMemory(quads)


class Beside:
    """A graph that an import is brought to; empty where no quads are given."""

    base = terms.DEFAULT_BASE

    def __init__(self, quads: Iterable[ox.Quad] = ()) -> None:
        self._memory = _in_memory(frozenset(quads))

    def rows(self, query: str) -> list[dict[str, Any]]:
        return list(self._memory.rows(query))

    def describes(self, thing: Any) -> bool:
        """Whether the graph says of what kind a thing is."""
        return any(self._memory.store.quads_for_pattern(thing, ox.NamedNode(terms.RDF_TYPE), None))


@dataclass
class Said:
    """What an importer says of files."""

    records: list[Record] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    quads: set[ox.Quad] = field(default_factory=set)

    @cached_property
    def _store(self) -> ox.Store:
        store = ox.Store()
        store.extend(self.quads)
        return store

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a SELECT over all that it says, numbers as numbers and the rest as short texts."""
        found = self._store.query(query, prefixes=dict(terms.PREFIXES), use_default_graph_as_union=True)
        assert isinstance(found, ox.QuerySolutions)
        return [tuple(_short(cell) for cell in row) for row in found]


def said(importer: Importer, files: Sequence[Path], beside: Beside | None = None) -> Said:
    """What an importer says of files, beside a graph."""
    beside = beside or Beside()
    out = Said()

    def rows() -> Iterable[Row]:
        for item in importer.rows(files):
            if isinstance(item, Refusal):
                out.refused.append(item)
            else:
                yield item

    for item in importer.records(rows(), beside):
        if isinstance(item, Remark):
            out.remarks.append(item)
        elif isinstance(item, Refusal):
            out.refused.append(item)
        else:
            out.records.append(item)
            quads = item.quads(importer.graph(beside.base))
            out.quads |= {quad for quad in quads if not (item.shared and beside.describes(quad.subject))}
    return out


def data_set(name: str) -> Path:
    """A file of ../shared/data; the test is skipped where it is absent, since it is not to be shipped."""
    path = SHARED / "data" / name
    if not path.exists():
        pytest.skip(f"{name} lies in ../shared/data, which is absent here")
    return path


def _short(cell: Any) -> Any:
    if isinstance(cell, ox.NamedNode):
        return cell.value.removeprefix(terms.DEFAULT_BASE).removeprefix("ns#")
    if isinstance(cell, ox.Literal):
        return int(cell.value) if cell.datatype.value.endswith("#integer") else cell.value
    return cell
