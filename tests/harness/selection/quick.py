"""Which tests are quick: those whose module imports nothing that starts processes or computes long, and whose fixtures use nothing of it.

Told from what modules name, before any test runs, so a module counts as a whole: one that imports a Ledger for a type is left out too.
"""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, Final

import pytest

LONG: Final = (
    *("subprocess", "multiprocessing", "onrecord.graph.ledger", "onrecord.__main__", "onrecord.commands"),
    *("onrecord.api.server", "onrecord.graph.importers", "onrecord.graph.records.seeds", "pyshacl"),
    *(f"onrecord.graph.engine.{room}" for room in ("embedded", "remote", "replica", "processes", "open")),
    *("onrecord.graph.validation", "onrecord.graph.disputes.derivation"),
)
"""Modules that start processes or servers, check by the shapes, derive, import, or read all seeds."""
_TESTS: Final = Path(__file__).resolve().parents[2]


def is_quick(item: pytest.Item) -> bool:
    """Whether a test comes to nothing of LONG."""
    if not isinstance(item, pytest.Function) or comes_to_long(item.module):
        return False
    fixtures = (known[-1].func for known in item._fixtureinfo.name2fixturedefs.values())
    return not any(map(uses_long, fixtures))


def uses_long(fixture: Any) -> bool:
    """Whether the code of a fixture names something long; what stands beside it in its module does not count."""
    if not isinstance(fixture, FunctionType):
        return False
    known = fixture.__globals__
    return any(_is_long(known[name]) for name in fixture.__code__.co_names if name in known)


@functools.cache
def comes_to_long(module: ModuleType) -> bool:
    """Whether a module of tests, or one of tests that it imports from, names something long."""
    named = list(vars(module).values())
    if any(map(_is_long, named)):
        return True
    helpers = {found for found in map(_module, named) if found is not None and found is not module}
    return any(comes_to_long(helper) for helper in helpers if _of_tests(helper))


def _is_long(thing: Any) -> bool:
    module = _module(thing)
    name = "" if module is None else module.__name__
    return any(name == long or name.startswith(f"{long}.") for long in LONG)


def _module(thing: Any) -> ModuleType | None:
    """The module that this is, or in which this function or class stands."""
    if isinstance(thing, ModuleType):
        return thing
    return sys.modules.get(thing.__module__) if isinstance(thing, FunctionType | type) else None


def _of_tests(module: ModuleType) -> bool:
    file = getattr(module, "__file__", None)
    return file is not None and Path(file).is_relative_to(_TESTS)
