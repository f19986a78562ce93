"""Which network is asked for, as web addresses and the command line say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from onrecord.graph.errors import BadParameter
from onrecord.graph.relations.kinds import kinds
from onrecord.graph.relations.network import Relation
from onrecord.graph.text import dates
from onrecord.graph.text.suggestions import did_you_mean, nearest

MOST_STEPS: Final = 4
MOST: Final = 5000
_DIGITS: Final = 12
"""Of the number of a version."""
COLOURS: Final = ("side", "kind", "community")
BY: Final = ("ego", "to", "steps", "off", "from", "until", "asOf", "colour", "standing", "most", "version")
"""The names of the parameters of a network."""
OF_PAIRS: Final = ("a", "b", "off", "from", "until", "asOf", "standing", "version")
"""Those of what relates two actors."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What network to show. `ego` and `to` are IRIs, `begin`, `end` and `as_of` days, `off` the kinds that are left out.

    A window from `begin` to `end` keeps what overlaps it, `as_of` what was so or had been said by that day; what has no
    date is then left out. `fallen` shows also what rests on claims that were refuted, retracted or superseded.
    """

    ego: str | None = None
    to: str | None = None
    steps: int = 1
    off: frozenset[str] = frozenset(name for name, kind in kinds().items() if kind.asked)
    begin: str | None = None
    end: str | None = None
    as_of: str | None = None
    colour: str = "side"
    fallen: bool = False
    most: int = 100
    """How many actors are shown at most: those with most evidence for what relates them."""
    version: int | None = None
    """Which version of the graph is asked, None for the newest."""

    def holds(self, relation: Relation) -> bool:
        """Whether a relation lies in the time asked for."""
        return _is_in_time(relation, self)

    @property
    def until(self) -> str | None:
        """The last day of the time asked for, of a window or of the moment; None where it has none."""
        return min((day for day in (self.end, self.as_of) if day is not None), default=None)

    @property
    def is_dated(self) -> bool:
        """Whether it asks for a time."""
        return (self.begin, self.end, self.as_of) != (None, None, None)


def wanted(given: Mapping[str, str], base: str) -> Wanted:
    """What parameters ask for, as web addresses and the command line have them. BadParameter."""
    known = set(kinds())
    off = Wanted().off
    if "off" in given:
        off = frozenset(name.strip() for name in given["off"].split(",") if name.strip())
        for name in sorted(off - known):
            meant = did_you_mean(nearest(name, known), f"there are {', '.join(sorted(known))}")
            raise BadParameter(f"{name[:50]!r} is no kind of relation: {meant}")
    colour = given.get("colour", COLOURS[0])
    if colour not in COLOURS:
        raise BadParameter(f"{colour[:50]!r} is nothing to colour by: there are {', '.join(COLOURS)}")
    standing = given.get("standing", "current")
    if standing not in ("current", "all"):
        raise BadParameter(f"{standing[:50]!r} is no standing here: give current or all")
    if "to" in given and "ego" not in given:
        raise BadParameter(
            "`to` is given without `ego`: give both, to be shown the ways from one to the other"
        )
    steps = given.get("steps", "1" if "to" not in given else str(MOST_STEPS))
    if not steps.isascii() or not steps.isdigit() or not 1 <= int(steps[:9]) <= MOST_STEPS:
        raise BadParameter(f"steps={steps[:20]} is no number of steps: give 1 to {MOST_STEPS}")
    most = given.get("most", str(Wanted().most))
    if not most.isascii() or not most.isdigit() or not 2 <= int(most[:9]) <= MOST:
        raise BadParameter(f"most={most[:20]} is no number of actors to show: give 2 to {MOST}")
    version = given.get("version")
    if version is not None and not (version.isascii() and version.isdigit() and len(version) <= _DIGITS):
        raise BadParameter(f"version={version[:20]} is not the number of a version")
    days = {
        name: dates.given_day(given[name], name) if name in given else None
        for name in ("from", "until", "asOf")
    }
    return Wanted(
        None if "ego" not in given else _iri(given["ego"], base),
        None if "to" not in given else _iri(given["to"], base),
        int(steps), off, days["from"], days["until"], days["asOf"], colour, standing == "all", int(most), None if version is None else int(version),
    )  # fmt: skip


def wanted_pair(given: Mapping[str, str], base: str) -> Wanted:
    """As wanted(), of what relates the two actors `a` and `b`."""
    for name in ("a", "b"):
        if name not in given:
            raise BadParameter(
                f"`{name}` is not given: give two actors, such as a=actor/lavrov&b=actor/zelensky"
            )
    others = {name: value for name, value in given.items() if name not in ("a", "b")}
    return wanted({**others, "ego": given["a"], "to": given["b"]}, base)


def construct_query(asked: Wanted) -> str:
    """A CONSTRUCT query for the relations, added up, of the actor in the middle; for the first thousand of all without one."""
    ends = "" if asked.ego is None else f" ; rec:relationFrom|rec:relationTo {NamedNode(asked.ego)}"
    limit = " LIMIT 1000" if asked.ego is None else ""
    return (
        "CONSTRUCT { ?relation ?property ?value } WHERE {\n"
        f"  {{ SELECT DISTINCT ?relation WHERE {{ ?relation a rec:Relation{ends} }}{limit} }}\n"
        "  ?relation ?property ?value\n}"
    )


def _iri(name: str, base: str) -> str:
    """peskov, actor/peskov, or the whole IRI."""
    absolute = (
        name if name.startswith(base) or "://" in name else base + (name if "/" in name else f"actor/{name}")
    )
    try:
        return NamedNode(absolute).value
    except ValueError:
        raise BadParameter(f"{name[:100]!r} names nobody: give an IRI, or its part after {base}") from None


def _is_in_time(relation: Relation, asked: Wanted) -> bool:
    begin, end = (None if bound is None else dates.day(bound) for bound in (relation.begin, relation.end))
    lasting = kinds()[relation.kind].lasting
    if asked.as_of is not None:
        if lasting:
            return (begin or asked.as_of) <= asked.as_of <= (end or asked.as_of)
        last = end or begin
        return last is not None and last <= asked.as_of
    if asked.begin is not None and not lasting and begin is None:
        return False
    if (
        asked.begin is not None
        and (end or begin or asked.begin) < asked.begin
        and not (lasting and end is None)
    ):
        return False
    first = begin or (None if lasting else end)
    if asked.end is not None and first is None and not lasting:
        return False
    return asked.end is None or first is None or first <= asked.end
