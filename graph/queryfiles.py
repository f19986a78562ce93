"""Our own queries are files, `<name>.rq`, whose first line says in words what they are for: `# …`.

What pages call something by that a file stands for has its label in other languages too, a line each: `# label@uk: …`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from pyoxigraph import NamedNode

_LABEL: Final = re.compile(r"^# label@([a-z]+): (.+)$", re.MULTILINE)
_WHERE: Final = re.compile(r"\bWHERE \{")
_BRANCH: Final = re.compile(r"^  (?:UNION )?\{(.*)", re.MULTILINE)
_STATED: Final = re.compile(r"(?:(?!FILTER|OPTIONAL|VALUES|MINUS|BIND|GRAPH|[#{}]).)*", re.DOTALL)
_SAID: Final = re.compile(r"(rec:\w+) +(?:\?\w+|(rec:\w+))(?: *,.*)?")
_EMPTY_VALUES: Final = re.compile(r"VALUES \?thing \{ \}")


@dataclass(frozen=True, slots=True)
class QueryFile:
    """A query with its name (that of its file, without the suffix) and its title (the first line, without "# ")."""

    name: str
    title: str
    text: str

    @property
    def label(self) -> str:
        """Of a title written `label: definition`, the label; else the whole title."""
        return self.title.partition(": ")[0]

    @property
    def labels(self) -> dict[str, str]:
        """Language -> the label in it."""
        return {"en": self.label, **dict(_LABEL.findall(self.text))}

    @property
    def definition(self) -> str:
        """Of a title written `label: definition`, the definition; else nothing."""
        return self.title.partition(": ")[2]


def read(file: Traversable) -> QueryFile:
    """One query file. Raises ValueError where its first line is no title."""
    text = file.read_text(encoding="utf-8")
    mark, _, title = text.partition("\n")[0].partition(" ")
    if mark != "#" or not title:
        raise ValueError(
            f"{file.name} does not say what it is for: begin its first line with '# ' and a title"
        )
    return QueryFile(file.name.removesuffix(".rq"), title, text)


def in_directory(directory: Traversable) -> tuple[QueryFile, ...]:
    """Every query file in a directory, by name. Raises ValueError for one without a title."""
    found = (file for file in directory.iterdir() if file.name.endswith(".rq"))
    return tuple(read(file) for file in sorted(found, key=lambda file: file.name))


@cache
def in_package(package: str) -> tuple[QueryFile, ...]:
    """Every query file of a package, given by its import name; else as in_directory."""
    return in_directory(files(package))


Said = frozenset[tuple[str, str | None]]
"""Names of properties, as `rec:speaker`; each with its value, where that is named, too."""


@cache
def said_of(text: str, variable: str) -> tuple[Said, ...]:
    """What a query says of a variable in each of its branches (a line each) before any FILTER and the like: whatever is found
    has all of it in one of them. Of a query in another form than our own, that may be nothing.
    """
    branches = _BRANCH.findall(text) or [text[where.end() :] for where in [_WHERE.search(text)] if where]
    return tuple(frozenset(_said(branch, f"?{variable}")) for branch in branches)


def _said(branch: str, variable: str) -> Iterator[tuple[str, str | None]]:
    stated = _STATED.match(branch)
    for statement in re.split(r" \.(?:\s|$)", stated.group() if stated else ""):
        subject, _, rest = statement.strip().partition(" ")
        for part in rest.split(" ; ") if subject == variable else ():
            said = _SAID.fullmatch(part.strip())
            if said:
                yield said[1], said[2]


def asking_of(text: str, things: Iterable[str]) -> str:
    """A query that holds an empty `VALUES ?thing`, put of these things. ValueError where one is no absolute IRI."""
    return _EMPTY_VALUES.sub(
        f"VALUES ?thing {{ {' '.join(str(NamedNode(thing)) for thing in things)} }}", text
    )


def union(queries: Mapping[str, str], variable: str) -> str:
    """One SELECT that gives the rows of several, by name; a variable holds the name of the query that a row is from."""
    parts = (f'{{ {{\n{text}}} BIND ("{name}" AS ?{variable}) }}' for name, text in queries.items())
    return f"SELECT * WHERE {{\n{' UNION '.join(parts)}\n}}\n"
