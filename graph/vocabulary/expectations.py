"""What the shapes ask of things and of values, in their own sentences, by the class or the property that they speak of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

import pyoxigraph as ox

from onrecord.graph import terms

_SH: Final = terms.PREFIXES["sh"]
_TARGETS: Final = (
    ox.NamedNode(_SH + "targetClass"),
    ox.NamedNode(_SH + "targetSubjectsOf"),
    ox.NamedNode(_SH + "targetObjectsOf"),
)
_PATH: Final = ox.NamedNode(_SH + "path")
_PROPERTY: Final = ox.NamedNode(_SH + "property")
_MESSAGE: Final = ox.NamedNode(_SH + "message")


@cache
def expectations() -> Mapping[str, Sequence[str]]:
    """The messages of the shapes, by the IRI of each class they are for and of each property they are about."""
    store = ox.Store()
    for entry in sorted(files("onrecord.shapes").iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".ttl"):
            store.load(entry.read_bytes(), ox.RdfFormat.TURTLE)
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for quad in store:
        if quad.predicate == _PATH and isinstance(quad.object, ox.NamedNode):
            found[quad.object.value].update(dict.fromkeys(_messages(store, quad.subject)))
        elif quad.predicate in _TARGETS and isinstance(quad.object, ox.NamedNode):
            parts = [part.object for part in store.quads_for_pattern(quad.subject, _PROPERTY, None)]
            for shape in (quad.subject, *parts):
                found[quad.object.value].update(dict.fromkeys(_messages(store, shape)))
    return {iri: sorted(messages) for iri, messages in found.items()}


def _messages(store: ox.Store, shape: object) -> Iterator[str]:
    if isinstance(shape, ox.NamedNode | ox.BlankNode):
        for quad in store.quads_for_pattern(shape, _MESSAGE, None):
            if isinstance(quad.object, ox.Literal):
                yield quad.object.value
