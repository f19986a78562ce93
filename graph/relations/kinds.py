"""The kinds of relation between actors: one query file each, `<name>.rq`. A new kind is a new file.

Its first line is `# label: definition`; the label is read between two names. The label in other languages follows: `# label@uk: …`. It selects ?source, ?target, ?begin, ?end
and ?evidence: what one relation rests on (a statement, a rendering, a claim, a tenure, an event, an actor). A line
`# traits: …` says what is special about a kind, by the names of the fields of Kind. A line `# found from: …` names the
variables that evidence is found by, where that is not ?evidence. Each line that names rec:standing leaves out what no
longer counts. The branches of a UNION are a line each. What is OPTIONAL is one path, with an alternative that nothing has:
of several patterns the engine would look at all that there are in the graph.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from onrecord.graph import queryfiles

_TRAITS: Final = re.compile(r"^# traits: (.+)$", re.MULTILINE)
_FOUND_FROM: Final = re.compile(r"^# found from: (.+)$", re.MULTILINE)
_BRANCH: Final = re.compile(r"^  (?:UNION )?\{", re.MULTILINE)
_COUNTING: Final = re.compile(r" *FILTER NOT EXISTS \{ \?\w+ rec:standing [^}]*\}")
_NAMES: Final = frozenset({"undirected", "lasting", "among", "asked"})


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of relation. Its name is that of its file; `labels` are pairs of a language and the label in it."""

    name: str
    label: str
    labels: tuple[tuple[str, str], ...]
    definition: str
    text: str
    undirected: bool = False
    """It has no direction; the end with the lesser IRI is its source."""
    lasting: bool = False
    """It lasts, so that a begin or end that is not known is open; else it is an act on a day."""
    among: bool = False
    """It is looked for among actors that are shown anyway, and leads to no others: too many have it in common."""
    asked: bool = False
    """It is shown only where it is asked for."""
    found_from: tuple[str, ...] = ("evidence",)
    """The variables by which its evidence is found."""

    def query(self, *, fallen: bool = False) -> str:
        """Its query; `fallen`: also of claims that were refuted, retracted or superseded."""
        return _COUNTING.sub("", self.text) if fallen else self.text

    def starting(self, values: str, *, fallen: bool = False) -> str:
        """Its query of what a VALUES block gives, which stands in each branch, so that the engine starts from it."""
        text = self.query(fallen=fallen)
        if _BRANCH.search(text):
            return _BRANCH.sub(lambda branch: f"{branch.group()} {values}", text)
        return text.replace("WHERE {", f"WHERE {{ {values}", 1)


@cache
def kinds() -> dict[str, Kind]:
    """Every kind there is, by name. ValueError for a file with a trait that does not exist."""
    found = {}
    for file in queryfiles.in_package("onrecord.graph.relations"):
        traits = _TRAITS.search(file.text)
        given = set(re.split(", *", traits[1])) if traits else set()
        if given - _NAMES:
            raise ValueError(
                f"{file.name}.rq has the trait {min(given - _NAMES)!r}: there are {sorted(_NAMES)}"
            )
        start = _FOUND_FROM.search(file.text)
        found_from = tuple(re.split(", *", start[1])) if start else ("evidence",)
        found[file.name] = Kind(
            file.name,
            file.label,
            tuple(file.labels.items()),
            file.definition,
            file.text,
            **dict.fromkeys(given, True),
            found_from=found_from,
        )
    return found


def bringing() -> list[Kind]:
    """The kinds that lead from an actor to others: all but those looked for among actors that are shown anyway."""
    return [kind for kind in kinds().values() if not kind.among]
