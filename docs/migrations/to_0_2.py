"""A record or a dump of ontology 0.1 in the form of 0.2: `to_0_2.py FILE > NEW`, where FILE ends in .yaml or .nq.

`asOf` becomes two bounds: a moment stays one moment, and 23:59:59, which stood for "that day", becomes the day from
midnight to midnight. `via` becomes `relay`. Versions with a hash are marked as read in full. What only a person can
decide is left out and written to standard error.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pyoxigraph as ox

from onrecord.graph import terms

_REC = terms.REC
_DATE_TIME = ox.NamedNode(terms.PREFIXES["xsd"] + "dateTime")
_INTEGER = ox.NamedNode(terms.PREFIXES["xsd"] + "integer")
_KEY = re.compile(
    r"(?P<indent>\s*(?:- )?)(?P<key>\w+):\s*(?P<value>\"[^\"]*\"|[^#]*?)(?P<comment>\s+#.*)?\s*"
)
_TYPE = ox.NamedNode(terms.RDF_TYPE)


def bounds(moment: str) -> tuple[str, str]:
    """The two bounds for an `asOf` of 0.1."""
    if moment[10:19] != "T23:59:59":
        return moment, moment
    day = datetime.fromisoformat(moment).replace(hour=0, minute=0, second=0)
    return day.isoformat(), (day + timedelta(days=1)).isoformat()


def record(text: str) -> tuple[str, list[str]]:
    """A record as YAML text in the new form, and what a person has to look at."""
    lines, remarks = [], []
    for number, line in enumerate(text.splitlines(), 1):
        key = _KEY.fullmatch(line)
        if key is None:
            lines.append(line)
            continue
        indent, value, comment = key["indent"], key["value"].strip("\"'"), key["comment"] or ""
        match key["key"]:
            case "asOf":
                earliest, latest = bounds(value)
                lines += [
                    f"{indent}asOfFrom: {earliest}{comment}",
                    f"{' ' * len(indent)}asOfUntil: {latest}",
                ]
            case "via":
                through = [name.strip() for name in value.strip("[]").split(",")]
                if not all(through):
                    remarks.append(f"line {number}: 'via' is written over several lines: write it as 'relay'")
                    lines.append(line)
                    continue
                if len(through) > 1:
                    remarks.append(f"line {number}: put 'relay' in the order in which they passed it on")
                lines.append(f"{indent}relay: [{', '.join(f'{{by: {name}}}' for name in through)}]{comment}")
            case "sha256":
                lines += [f"{indent}readAs: FullText", line]
            case "type" if value == "TargetClaim":
                remarks.append(f"line {number}: say 'targetRole: aimedAt' or 'hit', if the words do")
                lines.append(line)
            case _:
                lines.append(line)
    return "\n".join(lines) + "\n", remarks


def quads(old: Iterable[ox.Quad]) -> tuple[list[ox.Quad], list[str]]:
    """Quads in the new form, sorted, and what a person has to look at. What the service derives is left out."""
    stated = [
        quad for quad in old if not str(quad.graph_name).endswith(("/graph/derived>", "/graph/vocabulary>"))
    ]
    new: list[ox.Quad] = []
    remarks: list[str] = []
    through: dict[tuple[ox.NamedNode, ox.NamedNode], list[ox.NamedNode]] = {}
    for quad in stated:
        subject, predicate, value, graph = quad
        if predicate == _rec("asOf"):
            for name, moment in zip(("asOfFrom", "asOfUntil"), bounds(value.value), strict=True):
                new.append(ox.Quad(subject, _rec(name), ox.Literal(moment, datatype=_DATE_TIME), graph))
        elif predicate == _rec("via"):
            through.setdefault((subject, graph), []).append(value)
        else:
            new.append(quad)
            if predicate == _rec("sha256"):
                new.append(ox.Quad(subject, _rec("readAs"), _rec("FullText"), graph))
            if predicate == _TYPE and value == _rec("TargetClaim"):
                remarks.append(f"{subject}: say rec:targetRole, if the words do")
    for (rendering, graph), actors in through.items():
        if len(actors) > 1:
            remarks.append(f"{rendering}: put the relays in the order in which they passed it on")
        new += _relays(rendering, graph, sorted(actors, key=str))
    return sorted(set(new), key=str), sorted(remarks)


def _relays(rendering: ox.NamedNode, graph: ox.NamedNode, actors: list[ox.NamedNode]) -> Iterator[ox.Quad]:
    for position, actor in enumerate(actors, 1):
        relay = ox.NamedNode(terms.mint(rendering.value, "relay", [position, actor.value]))
        yield ox.Quad(rendering, _rec("relay"), relay, graph)
        yield ox.Quad(relay, _TYPE, _rec("Relay"), graph)
        yield ox.Quad(relay, _rec("position"), ox.Literal(str(position), datatype=_INTEGER), graph)
        yield ox.Quad(relay, _rec("by"), actor, graph)


def _rec(name: str) -> ox.NamedNode:
    return ox.NamedNode(_REC + name)


def main(arguments: list[str]) -> int:
    """Read one file, write it in the new form; 2 where it is neither a record nor N-Quads."""
    if len(arguments) != 1 or Path(arguments[0]).suffix not in {".yaml", ".yml", ".nq"}:
        print("usage: to_0_2.py FILE.yaml|FILE.nq > NEW", file=sys.stderr)
        return 2
    path = Path(arguments[0])
    if path.suffix == ".nq":
        found, remarks = quads(ox.parse(path.read_bytes(), format=ox.RdfFormat.N_QUADS))
        written = ox.serialize(found, format=ox.RdfFormat.N_QUADS).decode()
    else:
        written, remarks = record(path.read_text(encoding="utf-8"))
    sys.stdout.write(written)
    for remark in remarks:
        print(f"{path}: {remark}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
