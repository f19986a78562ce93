"""Draws docs/architecture.svg: the packages as they are, in the layers of pyproject's import rules.

`make docs` writes the file; a test compares the two.
"""

from __future__ import annotations

import ast
import textwrap
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
PACKAGE: Final = ROOT / "src" / "onrecord"

_WIDTH: Final = 960.0
_MARGIN, _GAP, _PAD = 40.0, 8.0, 12.0
_TITLE: Final = 26.0
_LINE: Final = 16.0
_LETTER: Final = 6.3
"""About how wide a letter of the small text is; of a name, _BOLD."""
_BOLD: Final = 9.0

_STYLE: Final = """
  .page { fill: #f7f7f5 } .room { fill: #ffffff; stroke: #c4c8ce } .house { fill: #eceef1; stroke: #c4c8ce }
  .name { fill: #1a1d21; font-weight: 600 } .small { fill: #565d68; font-size: 12px } .line { stroke: #565d68; fill: none }
  .tip { fill: #565d68 }
  @media (prefers-color-scheme: dark) {
    .page { fill: #14171b } .room { fill: #242930; stroke: #48505b } .house { fill: #1b1f25; stroke: #3a414b }
    .name { fill: #eceef1 } .small { fill: #a9b1bc } .line { stroke: #a9b1bc } .tip { fill: #a9b1bc }
  }
"""


def rules() -> list[dict[str, Any]]:
    """The import rules of pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = project["tool"]["importlinter"]["contracts"]
    return found


def layers(container: str) -> list[list[str]]:
    """The layers that the import rules give a package, from the top; none where they give it none."""
    found = [rule["layers"] for rule in rules() if rule.get("containers") == [container]]
    return [[name.strip(" ()") for name in layer.split("|")] for each in found for layer in each]


def source(name: str) -> Path:
    """The file of onrecord.a.b; that of a package is its __init__.py."""
    place = PACKAGE.joinpath(*name.split(".")[1:])
    package = place / "__init__.py"
    return package if package.exists() else place.with_suffix(".py")


def is_package(name: str) -> bool:
    """Whether it is a package, and no single module."""
    return source(name).name == "__init__.py"


def first_line(name: str) -> str:
    """What a module or package says of itself in its first line. Raises LookupError where it says nothing."""
    doc = ast.get_docstring(ast.parse(source(name).read_text(encoding="utf-8")))
    if not doc:
        raise LookupError(f"{source(name)} does not say in its first line what it is")
    return doc.partition("\n")[0]


def modules(package: str) -> list[str]:
    """The names of the modules and packages in a package, in order; folders of data are none."""
    folder = source(package).parent
    found = [entry.name for entry in folder.iterdir() if (entry / "__init__.py").exists()]
    found += [entry.stem for entry in folder.glob("*.py") if entry.name != "__init__.py"]
    return sorted(found)


@dataclass(frozen=True)
class Box:
    """A module or package, and how high it has to be in a given width."""

    name: str
    rows: tuple[tuple[Box, ...], ...] = ()
    text: str = ""
    about: str = ""

    @property
    def share(self) -> float:
        """How much it takes, beside others, of what their names leave of a row's width."""
        return 1.0 if not self.rows and not self.text else 1.6 + len(self.text) / 60

    def height(self, width: float) -> float:
        inner = _TITLE + _LINE * len(self.lines(width)) + (0 if self.rows else _PAD / 2)
        return (
            inner
            + sum(_row_height(row, width - 2 * _PAD) + _GAP for row in self.rows)
            + (4 if self.rows else 0)
        )

    def lines(self, width: float) -> list[str]:
        return textwrap.wrap(self.text, max(8, int((width - 2 * _PAD) / _LETTER)))

    def _fits_beside(self, width: float) -> bool:
        return _BOLD * len(self.name) + _LETTER * len(self.about) + 12 < width - 2 * _PAD

    def draw(self, x: float, y: float, width: float, height: float) -> Iterator[str]:
        kind = "house" if self.rows else "room"
        yield f'<rect class="{kind}" x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height:.0f}" rx="7"/>'
        about = self.about if self._fits_beside(width) else ""
        yield (
            f'<text x="{x + _PAD:.0f}" y="{y + 19:.0f}"><tspan class="name">{escape(self.name)}</tspan>'
            f'<tspan class="small" dx="12">{escape(about)}</tspan></text>'
        )
        for number, line in enumerate(self.lines(width)):
            yield f'<text class="small" x="{x + _PAD:.0f}" y="{y + 36 + _LINE * number:.0f}">{escape(line)}</text>'
        y += _TITLE + _LINE * len(self.lines(width)) + 4
        for row in self.rows:
            yield from _draw_row(row, x + _PAD, y, width - 2 * _PAD)
            y += _row_height(row, width - 2 * _PAD) + _GAP


def _widths(row: Sequence[Box], width: float) -> list[float]:
    """Room for each name, and of what is left to each its share."""
    names = [_BOLD * len(box.name) + 2 * _PAD for box in row]
    left = width - _GAP * (len(row) - 1) - sum(names)
    total = sum(box.share for box in row)
    return [name + left * box.share / total for name, box in zip(names, row, strict=True)]


def _row_height(row: Sequence[Box], width: float) -> float:
    return max(box.height(each) for box, each in zip(row, _widths(row, width), strict=True))


def _draw_row(row: Sequence[Box], x: float, y: float, width: float) -> Iterator[str]:
    height = _row_height(row, width)
    for box, each in zip(row, _widths(row, width), strict=True):
        yield from box.draw(x, y, each, height)
        x += each + _GAP


def _box(name: str) -> Box:
    """A package with its layers, or with the names of what is in it; or a module."""
    short, about = name.rpartition(".")[2], first_line(name)
    if not is_package(name):
        return Box(short, about=about)
    if found := layers(name):
        rows = tuple(tuple(_box(f"{name}.{part}") for part in layer) for layer in found)
        return Box(f"{short}/", rows, about=about)
    return Box(f"{short}/", text="  ".join(modules(name)), about=about)


def picture() -> str:
    """The whole of docs/architecture.svg."""
    rows = [tuple(_box(f"onrecord.{part}") for part in layer) for layer in layers("onrecord")]
    drawn: list[str] = []
    y, width = 16.0, _WIDTH - _MARGIN - 16
    for row in rows:
        drawn += _draw_row(row, _MARGIN, y, width)
        y += _row_height(row, width) + _GAP
    height = y + 8
    arrow = [
        f'<path class="line" d="M20 24 V{height - 24:.0f}"/>',
        f'<path class="tip" d="M15 {height - 26:.0f} h10 l-5 10z"/>',
        f'<text class="small" transform="translate(14 {height / 2:.0f}) rotate(-90)" text-anchor="middle">'
        "imports go down, never up</text>",
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:.0f} {height:.0f}" role="img" '
            'aria-labelledby="title" font-family="system-ui, \'Segoe UI\', \'Noto Sans\', sans-serif" font-size="14">',
            '<title id="title">The packages of onrecord in layers: each imports only what stands below it</title>',
            f"<style>{_STYLE}</style>",
            f'<rect class="page" width="{_WIDTH:.0f}" height="{height:.0f}" rx="10"/>',
            *drawn,
            *arrow,
            "</svg>\n",
        ]
    )


if __name__ == "__main__":
    print(picture(), end="")
