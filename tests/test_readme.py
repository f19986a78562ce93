"""What the README and docs/ promise: answers, commands, code and links are real, tables are the program's."""

from __future__ import annotations

import csv
import io
import os
import re
import shlex
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlencode

import click
import pytest
from docs import settings
from tests.harness.programs import over_engine

from onrecord.__main__ import main
from onrecord.api.app import create_app
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "deploy" / "README.md",
    *(ROOT / "docs").rglob("*.md"),
]
QUERIES = re.findall(r"```sparql\n(.*?)```\n\n(\|.*?)\n\n", README, re.DOTALL)
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
LINES = [line.partition("  ")[0] for language, block in BLOCKS if not language for line in block.splitlines()]
TEXT = "".join(path.read_text(encoding="utf-8") for path in PAGES)
QUOTED = re.findall(r"`((?:make|onrecord) [^`\n]+)`", TEXT)
# In blocks of the other pages, which are fenced or indented: what a line begins with, up to a remark.
SHOWN = re.findall(
    r"^(?: {4}|\$ )?((?:make|onrecord) [^#\n]+?|curl .*127\.0\.0\.1.*?)(?:  .*)?$", TEXT, re.MULTILINE
)
# Made by `make scripts`, so not in every copy.
BUNDLES = "api/static/dist/"
OURS = ("bench", "docs", "tests")
FILES = r"(?<![\w/.<-])((?:graph|api|tests|bench|docs|deploy|ontology|shapes|seeds|src)/[\w./-]*(?:\.[a-z]+|/))(?![\w<*{…])"


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]


def starting(program: str) -> list[str]:
    """The commands of this program in the README's blocks and in the text of all pages."""
    return sorted({line for line in (*LINES, *QUOTED, *SHOWN) if line.startswith(program + " ")})


def test_the_first_screen_says_what_it_is_shows_it_and_gives_two_commands() -> None:
    lines = README.splitlines()
    assert next(number for number, line in enumerate(lines) if line.startswith("![")) < 12
    assert [line.split("  ")[0] for line in lines[:25] if line.startswith("make ")] == [
        "make serve",
        "make test",
    ]


def test_the_readme_shows_five_queries() -> None:
    assert len(QUERIES) == 5


@pytest.mark.parametrize(("query", "shown"), QUERIES)
def test_the_answers_shown_are_the_real_ones(query: str, shown: str, seeded: Ledger) -> None:
    header, _, *rows = shown.splitlines()
    with seeded.query(query, formats={"solutions": "csv", "boolean": None, "graph": None}) as answer:
        answered = list(csv.reader(io.StringIO(answer.read().decode())))
    assert answered == [cells(header), *map(cells, rows)]


@pytest.mark.parametrize("line", starting("make"))
def test_every_target_that_is_named_is_one(line: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"\n{line.split()[1]}:" in makefile


@pytest.mark.parametrize("line", starting("onrecord"))
def test_every_command_that_is_named_is_one_with_its_options(line: str) -> None:
    found: click.Command = main
    words = shlex.split(line.partition(" > ")[0].rstrip("\\").replace("…", ""))[1:]
    while isinstance(found, click.Group) and words and not words[0].startswith("-"):
        found = found.commands[words.pop(0)]
    names = {name for parameter in found.params for name in (*parameter.opts, *parameter.secondary_opts)} | {
        "--help",
        "-h",
    }
    assert {word for word in words if word.startswith("-") and word != "-"} <= names


@pytest.mark.parametrize("line", starting("curl"))
def test_every_request_that_is_shown_is_answered_as_it_asks(line: str, seeded: Ledger) -> None:
    words = iter(shlex.split(line)[1:])
    accept, form, follow, url = "", {}, False, ""
    for word in words:
        match word:
            case "-H":
                accept = next(words).removeprefix("Accept: ")
            case "--data-urlencode":
                name, _, value = next(words).partition("=")
                form[name] = value
            case "-L":
                follow = True
            case _:
                url = word
    body = {"data": urlencode(form), "content_type": "application/x-www-form-urlencoded"} if form else {}
    path = url.removeprefix("http://127.0.0.1:8000")
    answer = (
        create_app(seeded, Settings())
        .test_client()
        .open(
            path,
            method="POST" if form else "GET",
            headers={"Accept": accept},
            follow_redirects=follow,
            **body,
        )
    )
    assert path != url
    assert (answer.status_code, answer.mimetype) == (200, accept)
    assert len(answer.data.splitlines()) > 1


@pytest.mark.slow
def test_the_python_that_is_shown_runs(built: Path) -> None:
    (code,) = (block for language, block in BLOCKS if language == "python")
    code += "\nassert graph.number_of_edges() > 5, graph\n"
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "ONRECORD_DATA": str(built)})


def test_the_table_of_settings_is_made_from_the_program() -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == settings.document()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_setting_that_is_named_is_one(page: Path) -> None:
    known = {f"ONRECORD_{field.name.upper()}" for field in fields(Settings)} | {over_engine.VARIABLE}
    assert set(re.findall(r"\bONRECORD_[A-Z_]+\b", page.read_text(encoding="utf-8"))) <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_and_program_that_is_named_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = {name for name in re.findall(FILES, text) if "NN" not in name and name != BUNDLES}
    assert sorted(name for name in named if not (ROOT / name).exists()) == []
    modules = {name for name in re.findall(r"python -m ([\w.]+)", text) if name.split(".")[0] in OURS}
    places = {name: ROOT / name.replace(".", "/") for name in modules}
    assert [
        name
        for name, place in places.items()
        if not place.with_suffix(".py").exists() and not (place / "__main__.py").exists()
    ] == []


def test_files_and_programs_are_found_in_the_pages() -> None:
    assert len(set(re.findall(FILES, TEXT))) > 50
    assert "bench.commits" in re.findall(r"python -m ([\w.]+)", TEXT)
