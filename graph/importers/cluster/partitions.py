"""Rows divided into partitions: those that may be about one thing (a post, an event) are in the same one.

The files are read twice, once to see which rows belong together and once to hand them out, so that no more of them is held
than a number for each row, and the partitions that are not complete yet.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from onrecord.graph.importers.model import BadFile, Importer, Refusal, Row, Surroundings

Partition = tuple[int, list[Row]]
"""The number of a partition, and its rows."""


@dataclass(frozen=True, slots=True)
class Plan:
    """For each row the number of its partition, from 0 in the order of their first rows; and the rows that could not be read."""

    partitions: Sequence[int]
    refused: list[Refusal] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many partitions there are."""
        return max(self.partitions, default=-1) + 1


def plan(importer: Importer, files: Sequence[Path], around: Surroundings, size: int) -> Plan:
    """The partitions of the files' rows: of `size` rows at least, but the last. Without Importer.together there is one."""
    refused: list[Refusal] = []

    def rows() -> Iterator[Row]:
        for item in importer.rows(files):
            if isinstance(item, Refusal):
                refused.append(item)
            else:
                yield item

    if importer.together is None:
        return Plan(array("L", (0 for _ in rows())), refused)
    groups = _grouped(rows(), importer.together(around))
    return Plan(_filled(groups, size), refused)


def read(importer: Importer, files: Sequence[Path], made: Plan) -> Iterator[Partition]:
    """The partitions with their rows, each as soon as its last row is read; BadFile where the files are others by now."""
    missing = Counter(made.partitions)
    held: defaultdict[int, list[Row]] = defaultdict(list)
    rows = (item for item in importer.rows(files) if isinstance(item, Row))
    try:
        for number, row in zip(made.partitions, rows, strict=True):
            held[number].append(row)
            missing[number] -= 1
            if not missing[number]:
                yield number, held.pop(number)
    except ValueError as error:
        if "zip()" not in str(error):
            raise
        raise BadFile("the files were changed while they were read: import them again") from None


def _grouped(rows: Iterable[Row], names: Callable[[Row], Iterable[str]]) -> array[int]:
    """For each row the number of its group: two rows are in one group if they share a name, or others lead from one to the other."""
    parents: list[int] = []
    group_of: dict[str, int] = {}

    def root(group: int) -> int:
        while parents[group] != group:
            parents[group] = group = parents[parents[group]]
        return group

    groups = array("L")
    for row in rows:
        own = set(names(row))
        known = sorted({root(group_of[name]) for name in own if name in group_of})
        if not known:
            known = [len(parents)]
            parents.append(known[0])
        for other in known[1:]:
            parents[other] = known[0]
        group_of.update(dict.fromkeys(own, known[0]))
        groups.append(known[0])
    return array("L", (root(group) for group in groups))


def _filled(groups: array[int], size: int) -> array[int]:
    """For each row its partition: whole groups, in the order in which they begin."""
    sizes = Counter(groups)
    partition_of: dict[int, int] = {}
    number = filled = 0
    for group in dict.fromkeys(groups):
        if filled >= size:
            number, filled = number + 1, 0
        partition_of[group] = number
        filled += sizes[group]
    return array("L", (partition_of[group] for group in groups))
