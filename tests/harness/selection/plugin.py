"""`pytest --changed`, which `make check` runs: of the tests not marked slow, those of the rooms that one works on, and of all other rooms
quick ones (quick.py). `--since COMMIT` says what one works on: what differs from there."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from tests.harness.selection import rooms
from tests.harness.selection.quick import is_quick

ROOT = Path(__file__).resolve().parents[3]


def options(parser: pytest.Parser) -> None:
    """Add --changed and --since."""
    group = parser.getgroup("onrecord")
    group.addoption(
        "--changed", action="store_true", help="run what matters while working: see CONTRIBUTING.md"
    )
    group.addoption(
        "--since", metavar="COMMIT", help="with --changed: what differs from this commit is what one works on"
    )


def use(config: pytest.Config) -> None:
    """Choose in this run, where it is asked for."""
    if config.getoption("changed"):
        config.pluginmanager.register(Selection(config), "selection")
    elif config.getoption("since"):
        raise pytest.UsageError("--since goes with --changed")


class Selection:
    """The choice, made once for all processes of a run, and what came of it."""

    def __init__(self, config: pytest.Config) -> None:
        given = getattr(config, "workerinput", {}).get("changed")
        self._since, self._problem, self._rooms = given or self._found(config)
        self._counted: dict[str, int] = {}

    def _found(self, config: pytest.Config) -> tuple[str, str, list[str]]:
        try:
            found = rooms.difference(ROOT, config.getoption("since"))
        except ValueError as wrong:
            raise pytest.UsageError(str(wrong)) from None
        return found.since, found.problem, sorted(rooms.rooms(ROOT, found.files))

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Give a worker the choice that was made: files may change while workers start."""
        node.workerinput["changed"] = (self._since, self._problem, self._rooms)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leave out what was not chosen."""
        kept: list[pytest.Item] = []
        left: list[pytest.Item] = []
        quick = 0
        for item in items:
            slow = item.get_closest_marker("slow")
            worked_on = str(PurePosixPath(item.path.relative_to(ROOT).parent)) in self._rooms
            chosen = not slow and (worked_on or is_quick(item))
            (kept if chosen else left).append(item)
            quick += chosen and not worked_on
        config.hook.pytest_deselected(items=left)
        items[:] = kept
        self._counted = {"quick": quick, "worked on": len(kept) - quick, "left": len(left)}
        getattr(config, "workeroutput", {})["changed"] = self._counted

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Note what a worker collected: all collect the same."""
        self._counted = getattr(node, "workeroutput", {}).get("changed", self._counted)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what was chosen, what was left out, and how to run it."""
        line = terminalreporter.write_line
        if self._problem:
            line(f"--changed: {self._problem}", yellow=True)
        where = ", ".join(self._rooms) or "nothing differs"
        line(
            f"--changed: what differs from {self._since}: {where}"
            if self._since
            else "--changed: no room was chosen"
        )
        if self._counted:
            line(
                f"--changed: chosen are {self._counted['worked on']} tests of these rooms and {self._counted['quick']} of others that"
                f" are quick; left out, {self._counted['left']} that may take longer. All: make test; one room's:"
                " pytest tests/graph/writing"
            )
