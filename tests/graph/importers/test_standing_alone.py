"""What an importer says of its files stands alone: whatever it names is described in it, in a graph that holds nothing else."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.graph.importers.test_damaged_files import OBJECTS, TABLES, as_csv, as_json, objects, read, table
from tests.harness.importing import Said

from onrecord.graph import terms


def undescribed(said: Said) -> set[str]:
    """The things of ours that are named, and of which nobody says of what kind they are."""
    described = {quad.subject for quad in said.quads if quad.predicate.value == terms.RDF_TYPE}
    named = {quad.object for quad in said.quads if isinstance(quad.object, ox.NamedNode)}
    words = (terms.REC, terms.DEFAULT_BASE + "graph/")
    return {
        thing.value
        for thing in named - described
        if thing.value.startswith(terms.DEFAULT_BASE) and not thing.value.startswith(words)
    }


@pytest.mark.parametrize("name", [*TABLES, *OBJECTS])
def test_whatever_is_named_is_described(name: str, tmp_path: Path) -> None:
    importer = (TABLES | OBJECTS)[name][0]
    content = as_csv(table(name)) if name in TABLES else as_json(name, objects(name))
    said = read(importer, content, tmp_path)
    assert len(said.records) > 2
    assert undescribed(said) == set()
