"""Which tests start processes or compute much: told from what their code names before any runs, and held to it while they run.

A test comes to a door if its own code, or that of a fixture it asks for, names it, in itself or in functions of tests that it names.
That is read from compiled functions, so annotations do not count. What no name shows says it with the mark `starts`.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, Final

import pytest

from onrecord.graph.engine.processes import launcher

STARTING: Final = (
    *("subprocess", "multiprocessing", "onrecord.graph.ledger.Ledger"),
    *("onrecord.__main__", "onrecord.commands", "onrecord.api.server"),
    *(f"onrecord.graph.engine.{room}" for room in ("embedded", "remote", "replica", "processes", "open")),
    *("tests.harness.commands", "tests.harness.programs", "tests.torture", "getfixturevalue"),
)
"""Modules, functions and classes that start processes, or servers in this one."""
COMPUTING: Final = (
    *("onrecord.graph.validation", "onrecord.graph.disputes.derivation", "onrecord.graph.records.seeds"),
    *("onrecord.graph.importers", "tests.harness.whole_store", "pyshacl"),
)
"""Those that compute longest: checking by shapes, deriving what follows, reading all seeds, importing."""
_FORKS: Final = frozenset({"fork", "forkpty", "posix_spawn", "posix_spawnp", "system", "popen"})
_ROOT: Final = Path(__file__).resolve().parents[3]
_DEEP: Final = 3
"""Tables of cases hold functions, within rows."""


def starts(item: pytest.Item) -> str | None:
    """What of STARTING a test comes to; None where it starts nothing."""
    return "mark" if item.get_closest_marker("starts") else _first(STARTING, _doors(item))


def computes(item: pytest.Item) -> str | None:
    """What of COMPUTING a test comes to; None where it comes to nothing of it."""
    return _first(COMPUTING, _doors(item))


def _first(known: tuple[str, ...], doors: Iterable[str]) -> str | None:
    return next((door for door in sorted(doors) if _within(door, known)), None)


def _within(name: str, known: tuple[str, ...]) -> bool:
    return any(name == door or name.startswith(f"{door}.") for door in known)


def _doors(item: pytest.Item) -> frozenset[str]:
    if not isinstance(item, pytest.Function):
        return frozenset()
    fixtures = [known[-1].func for known in item._fixtureinfo.name2fixturedefs.values()]
    values = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return frozenset().union(*map(reached, [item.function, *fixtures, *values]))


def reached(thing: Any) -> frozenset[str]:
    """The doors on the ways from this function, class or value."""
    return _reached(thing) if isinstance(thing, FunctionType | type) else _on_the_ways(thing)


@functools.cache
def _reached(thing: Any) -> frozenset[str]:
    return _on_the_ways(thing)


def _on_the_ways(thing: Any) -> frozenset[str]:
    doors: set[str] = set()
    seen: set[int] = set()
    todo = [(thing, 0)]
    while todo:
        one, depth = todo.pop()
        if isinstance(one, tuple | list | set | frozenset | dict):
            if depth < _DEEP:
                todo += [(value, depth + 1) for value in (one.values() if isinstance(one, dict) else one)]
        elif id(one) not in seen:
            seen.add(id(one))
            name = _name(one)
            if _within(name, STARTING + COMPUTING):
                doors.add(name)
            else:
                named, onward = _named_by(one, name)
                doors |= named
                todo += [(value, 0) for value in onward]
    return frozenset(doors)


def _name(thing: Any) -> str:
    """A module, function or class by its whole name; "" for anything else."""
    if isinstance(thing, ModuleType):
        return _of_file(thing)
    if isinstance(thing, FunctionType | type):
        return f"{_of_file(sys.modules.get(thing.__module__), thing.__module__)}.{thing.__qualname__}"
    return ""


def _of_file(module: ModuleType | None, name: str = "") -> str:
    """A module of tests is named by its file: pytest may know it by the end of its name only."""
    file = Path(getattr(module, "__file__", None) or "/")
    if file.is_relative_to(_ROOT / "tests"):
        return ".".join(file.relative_to(_ROOT).with_suffix("").parts)
    return module.__name__ if module is not None else name


def _named_by(thing: Any, name: str) -> tuple[frozenset[str], tuple[Any, ...]]:
    """The doors that are imported within this, and what it names, as far as that belongs to tests."""
    doors: frozenset[str] = frozenset()
    onward: tuple[Any, ...] = ()
    match thing:
        case functools.partial():
            onward = (thing.func, *thing.args)
        case staticmethod() | classmethod():
            onward = (thing.__func__,)
        case property():
            onward = (thing.fget,)
        case type() if name.startswith("tests."):
            onward = (*vars(thing).values(), *thing.__bases__)
        case FunctionType() if name.startswith("tests."):
            doors, onward = _of_function(thing)
            inner = getattr(getattr(thing, "hypothesis", None), "inner_test", None)
            onward += (inner, getattr(thing, "__wrapped__", None))
        case FunctionType() | type() | ModuleType():
            pass
        case _:  # what functools.cache and click make of a function
            inside = (
                inspect.getattr_static(thing, attribute, None) for attribute in ("__wrapped__", "callback")
            )
            onward = tuple(one for one in inside if isinstance(one, FunctionType))
    return doors, onward


@functools.cache
def _of_function(function: FunctionType) -> tuple[frozenset[str], tuple[Any, ...]]:
    names = set(_names(function.__code__))
    # Imported within the function: of `from a.b import c` the code has the names a.b and c.
    imported = names | {f"{package}.{name}" for package in names if "." in package for name in names}
    doors = {name for name in imported if _within(name, STARTING + COMPUTING)}
    onward: list[Any] = []
    for name in names & function.__globals__.keys():
        value = function.__globals__[name]
        if value is os and names & _FORKS:
            doors.add("subprocess")
        onward.append(value)
        if isinstance(value, ModuleType):
            attributes = (vars(value)[attribute] for attribute in names & vars(value).keys())
            onward += [one for one in attributes if isinstance(one, FunctionType | type | ModuleType)]
    for cell in function.__closure__ or ():
        with contextlib.suppress(ValueError):  # not filled
            onward.append(cell.cell_contents)
    return frozenset(doors), tuple(onward)


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if inspect.iscode(constant):
            yield from _names(constant)


class Started(AssertionError):  # noqa: N818
    """A test that should start nothing started a process."""


class Guard:
    """Refuses, while a test that starts nothing runs, to start a process from the thread of the tests."""

    def __init__(self) -> None:
        self.test = ""
        """The test that runs now and should start nothing; "" otherwise."""

    def use(self) -> None:
        """Watch the places at which this process starts another."""
        os.register_at_fork(before=self.starts)
        for kind in (subprocess.Popen, launcher.Launcher):
            self._watch(kind)

    def _watch(self, kind: type) -> None:
        as_ever = kind.__init__

        @functools.wraps(as_ever)
        def watched(this: Any, *args: Any, **kwargs: Any) -> None:
            self.starts()
            as_ever(this, *args, **kwargs)

        kind.__init__ = watched

    def starts(self) -> None:
        """Told that a process is about to start."""
        if self.test and threading.current_thread() is threading.main_thread():
            raise Started(
                f"{self.test} starts a process, which nothing that it names shows: put what starts it into STARTING in "
                f"{__name__}, or mark the test `starts`, so that `make check` leaves it to those who work on its room"
            )
