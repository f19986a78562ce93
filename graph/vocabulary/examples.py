"""The example queries: what a stranger may start from, on the query page, in editors and in the graph itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from onrecord.graph import queryfiles

_FORM: Final = re.compile(r"^\s*(SELECT|CONSTRUCT|ASK)\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Example:
    """A query worth starting from; `title` says what it asks, `form` is SELECT, CONSTRUCT or ASK."""

    name: str
    title: str
    form: str
    text: str


@cache
def examples() -> tuple[Example, ...]:
    """The example queries, in the order of their files' names. Raises ValueError for a file that is not one."""
    return tuple(
        _example(file) for file in queryfiles.in_directory(files("onrecord.graph.vocabulary") / "examples")
    )


def _example(file: queryfiles.QueryFile) -> Example:
    form = _FORM.search(file.text)
    if form is None:
        raise ValueError(f"examples/{file.name}.rq is no example: it holds no SELECT, CONSTRUCT or ASK")
    return Example(file.name, file.title, form[1], file.text)
