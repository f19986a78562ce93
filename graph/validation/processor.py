"""pyshacl, asked of the few shapes that have targets, with what it reads off all the shapes read once.

`pyshacl.validate` reads each of the shapes again for every call, some four hundred, and looks for the targets of each.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from functools import lru_cache
from typing import Any, Final

import pyshacl
import rdflib
from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from pyshacl.graph_abstraction import DataGraph

_log: Final = logging.getLogger("onrecord.validation.pyshacl")
_PARAMETERS: Final = frozenset(CONSTRAINT_PARAMETERS_MAP)


class _ShapesGraph(pyshacl.ShapesGraph):
    """The shapes as pyshacl reads them. Their targets are asked of the graph each time; nothing else of it may change."""

    def predicate_objects(self, s: Any) -> Any:
        """Constraints of a shape: all that pyshacl picks of what this gives, by comparing each with some thirty names."""
        return [(p, o) for p, o in self.graph.predicate_objects(s) if p in _PARAMETERS]


@lru_cache(1)
def _kept(shapes: rdflib.Graph) -> _ShapesGraph:
    made = _ShapesGraph(shapes, logger=_log)
    len(made.shapes)  # reads them now, all: the shapes that one shape names are looked up among them
    return made


def report(data: rdflib.Graph, shapes: rdflib.Graph, aimed: Collection[rdflib.URIRef]) -> rdflib.Graph | None:
    """What is wrong with the data by these of the shapes, each of which says its targets; None if nothing is.

    Parsed graphs only, and nothing that would fetch, run or infer anything. The data is not copied.
    """
    if not aimed:
        return None  # where none are named, pyshacl goes through all of them, and finds nothing
    options = {"inplace": True, "logger": _log, "use_shapes": sorted(aimed)}
    validator: Any = pyshacl.Validator(DataGraph.from_rdflib(data), shacl_graph=shapes, options=options)
    validator.shacl_graph = _kept(shapes)
    conforms, found, _ = validator.run()
    return None if conforms else found
