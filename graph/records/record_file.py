"""What one file of records says: its quads, and where in the file what it describes, names and quotes stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox


@dataclass(frozen=True, slots=True)
class Quotation:
    """An excerpt as a record states it: the words and where they stand, in characters of the version's text."""

    line: int
    exact: str
    start: int
    end: int
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class RecordFile:
    """What one file says. `lines` gives the line of each IRI it describes, `references` of each IRI it names.

    Of `additions`, another file's, it says more: a rendering of a statement, evidence for a claim.
    """

    file: str
    graph: str
    quads: frozenset[ox.Quad]
    lines: Mapping[str, int]
    references: Mapping[str, int]
    quotations: tuple[Quotation, ...]
    additions: Mapping[str, int]
    sha256: str | None = None
    characters: int | None = None
