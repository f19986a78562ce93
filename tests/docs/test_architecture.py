"""docs/architecture.md shows the packages as they are, and its walks are what the program does."""

from __future__ import annotations

import ast
import importlib
import os
import re
import shutil
import subprocess
import sys
from functools import reduce
from pathlib import Path

import pytest
from docs import architecture, picture
from tests.harness import tracing

DOCS = Path(__file__).resolve().parents[2] / "docs"
PROGRAM = """
import os, sys
from pathlib import Path
from tests.harness import tracing
from onrecord.__main__ import main
from onrecord.api.app import create_app
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

phase = tracing.shared(os.environ[tracing.PHASE])
settings = Settings.read({"data": Path(sys.argv[1]), "admin_token": "secret-" * 3})
Ledger.open(settings).close()
phase[0] = 0
main(["build", "--data", sys.argv[1]], standalone_mode=False)
with Ledger.open(settings) as ledger:
    client = create_app(ledger, settings).test_client()
    assert client.get("/health").status_code == 200
    phase[0] = 1
    assert client.get("/sparql?query=SELECT+*+%7B%3Fs+a+rec:Strike%7D", headers={"Accept": "text/csv"}).status_code == 200
    phase[0] = 2
    text = "INSERT DATA { GRAPH <urn:g> { <actor/new> a rec:Person ; rdfs:label 'New'@en } }"
    headers = {"Content-Type": "application/sparql-update", "Authorization": "Bearer secret-secret-secret-"}
    assert client.post("/sparql", data=text, headers=headers).status_code == 200
    phase[0] = 3
    assert client.get("/actor/peskov.html").status_code == 200
    phase[0] = 4
"""
ORDER = ("record", "query", "update", "page")


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> list[list[tuple[str, str]]]:
    """In each phase of PROGRAM, which functions are called first in which process, in the order of time."""
    place = tmp_path_factory.mktemp("traced")
    shutil.copy(tracing.__file__, place / "sitecustomize.py")
    (place / "phase").write_bytes(bytes([len(ORDER)]))
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ONRECORD_")},
        # Each call is noted, which takes its time, and more on a busy machine: no limit by the clock may be what ends a walk.
        "ONRECORD_QUERY_SECONDS": "120",
        "ONRECORD_PAGE_SECONDS": "600",
        "ONRECORD_WALL_FACTOR": "30",
        tracing.OUT: str(place / "calls"),
        tracing.PHASE: str(place / "phase"),
        "PYTHONPATH": os.pathsep.join([str(place), str(DOCS.parent), os.environ.get("PYTHONPATH", "")]),
    }
    walked = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(place / "data")],
        check=False,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert walked.returncode == 0, walked.stderr
    found: list[list[tuple[str, str]]] = [[] for _ in range(len(ORDER) + 1)]
    lines = [line.split() for line in (place / "calls").read_text().splitlines()]
    for phase, _, process, function in sorted(lines, key=lambda line: float(line[1])):
        found[int(phase)].append((process.removeprefix("onrecord-"), function))
    return found


@pytest.mark.slow
def test_the_picture_and_the_page_are_those_of_the_packages() -> None:
    for name, made in (("architecture.svg", picture.picture()), ("architecture.md", architecture.document())):
        assert (DOCS / name).read_text(encoding="utf-8") == made, f"run `make docs`: docs/{name} is stale"


@pytest.mark.parametrize("package", ["onrecord", "onrecord.api", "onrecord.graph", "onrecord.graph.engine"])
def test_every_module_stands_in_the_picture_once(package: str) -> None:
    drawn = [name for layer in picture.layers(package) for name in layer]
    assert sorted(drawn) == picture.modules(package)


FUNCTIONS = sorted({function for _, steps in architecture.WALKS.values() for _, function, _ in steps})


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_of_a_walk_is_there(function: str) -> None:
    module, _, name = function.partition(":")
    assert callable(reduce(getattr, name.split("."), importlib.import_module(f"onrecord.{module}")))


@pytest.mark.slow
@pytest.mark.parametrize("walk", ORDER)
def test_a_walk_is_the_way_that_is_taken(walk: str, calls: list[list[tuple[str, str]]]) -> None:
    _, steps = architecture.WALKS[walk]
    made = [
        ("front" if process not in {"reader", "editor", "gate", "writer"} else process, function)
        for process, function in calls[ORDER.index(walk)]
    ]
    shown = [(process, function) for process, function, _ in steps]
    assert [step for step in shown if step not in made] == []
    # Within a process only: another reader may be starting meanwhile, and opens its snapshot when it likes.
    for process in {process for process, _ in shown}:
        own = [step for step in shown if step[0] == process]
        assert sorted(own, key=made.index) == own


def test_each_walk_is_followed() -> None:
    assert tuple(architecture.WALKS) == ORDER


def sources() -> list[Path]:
    root = DOCS.parent
    return sorted(
        path
        for part in ("graph", "api", "src/onrecord/commands")
        for path in (root / part).rglob("*.py")
        if "node_modules" not in path.parts
    )


def test_a_room_that_lists_its_modules_lists_all_of_them() -> None:
    listed = 0
    for path in sources():
        text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        if path.name == "__init__.py" and re.search(r"^\w+\.py  ", text, re.MULTILINE):
            names = {name.removesuffix("/") for name in re.findall(r"\b\w+(?:\.py|/)", text)}
            parts = {part.name for part in path.parent.iterdir() if part.suffix == ".py" or part.is_dir()}
            assert names >= parts - {"__init__.py", "__pycache__"}, path
            listed += 1
    assert listed == 4


def test_every_module_that_the_code_names_in_words_is_there() -> None:
    root = DOCS.parent
    unknown = []
    for path in sources():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for name in re.findall(r"(?<![\w./-])(?:\w+/)*\w+\.py\b", line):
                beside = (path.parent, path.parent.parent, root, root / "graph", root / "api")
                if not any((place / name).is_file() for place in beside):
                    unknown.append(f"{path}:{number}: {name}")
    assert unknown == []
