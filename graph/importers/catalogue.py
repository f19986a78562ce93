"""Which imports a graph holds, from where, and under whose terms: what each says of its own graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from onrecord.graph import terms
from onrecord.graph.rows import RowSource

_QUERY: Final = """
SELECT ?graph (SAMPLE(?title_) AS ?title) (SAMPLE(?rights_) AS ?rights) (SAMPLE(?licence_) AS ?licence) (SAMPLE(?source_) AS ?source)
WHERE {
  GRAPH ?graph {
    ?graph a <http://rdfs.org/ns/void#Dataset> ; rdfs:label ?title_ ; rec:note ?rights_ .
    OPTIONAL { ?graph dcterms:license ?licence_ }
    OPTIONAL { ?graph dcterms:source ?source_ FILTER STRSTARTS(STR(?source_), "http") }
  }
} GROUP BY ?graph ORDER BY ?graph
"""


@dataclass(frozen=True, slots=True)
class Imported:
    """One import: its graph, title, source (the data set's IRI), licence (None where none is stated), and what follows in words."""

    graph: str
    title: str
    source: str | None
    licence: str | None
    rights: str


def imported(source: RowSource, base: str) -> list[Imported]:
    """The imports that the graph holds, by IRI."""
    rows = ({name: term.value for name, term in row.items()} for row in source.rows(_QUERY))
    return [
        Imported(row["graph"], row["title"], row.get("source"), row.get("licence"), row["rights"])
        for row in rows
        if row.get("graph", "").startswith(base + terms.IMPORTS)
    ]


def terms_of(imports: list[Imported]) -> str:
    """Under which terms these graphs come, in one text; "" where there are none."""
    each = (
        f"{one.title} (<{one.graph}>): {one.licence or 'no licence is stated'}. {one.rights}"
        for one in imports
    )
    return "\n".join(each)
