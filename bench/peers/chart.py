"""A chart of what each query takes at each server, as SVG: a dot a server on a line of powers of ten."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

_WIDTH, _LEFT, _RIGHT, _TOP, _ROW = 860, 240, 40, 64, 20
_RADIUS: Final = 4.5
_SHAPES: Final = ("circle", "square", "diamond", "triangle")
"""Colours alone are not told apart by everybody."""
_STYLE: Final = """
  text { font: 12px system-ui, sans-serif; fill: #1a1d21 } .small { fill: #565d68 } .page { fill: #f7f7f5 } .grid { stroke: #d9dce0 }
  .s0 { fill: #0b5cad } .s1 { fill: #c2410c } .s2 { fill: #15803d } .s3 { fill: #7e22ce }
  @media (prefers-color-scheme: dark) {
    text { fill: #eceef1 } .small { fill: #a9b1bc } .page { fill: #14171b } .grid { stroke: #3a414b }
    .s0 { fill: #6cb2ff } .s1 { fill: #ff9b63 } .s2 { fill: #66d18f } .s3 { fill: #cf9bff }
  }
"""


def draw(title: str, rows: Mapping[str, Mapping[str, float]], series: Sequence[str]) -> str:
    """The chart of rows: name -> series -> milliseconds."""
    values = [value for row in rows.values() for value in row.values()]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    height = _TOP + _ROW * len(rows) + 36

    def across(value: float) -> float:
        return _LEFT + (math.log10(value) - low) / max(1, high - low) * (_WIDTH - _LEFT - _RIGHT)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(title)}">',
        f"<style>{_STYLE}</style>",
        f'<rect class="page" width="{_WIDTH}" height="{height}"/>',
        f'<text x="16" y="22" font-weight="600">{escape(title)}</text>',
    ]
    for number, name in enumerate(series):
        at = _LEFT + 150 * number
        parts += [_dot(number, at, 42), f'<text x="{at + 10}" y="46">{escape(name)}</text>']
    for power in range(low, high + 1):
        x, bottom = across(10.0**power), height - 36
        parts += [
            f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 6}" y2="{bottom}"/>',
            f'<text class="small" x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{10.0**power:g} ms</text>',
        ]
    for line, (name, row) in enumerate(rows.items()):
        y = _TOP + _ROW * line + _ROW / 2
        parts.append(f'<text x="{_LEFT - 14}" y="{y + 4:.1f}" text-anchor="end">{escape(name)}</text>')
        parts += [
            _dot(number, across(row[one]), y, f"{name}, {one}: {row[one]:.1f} ms")
            for number, one in reversed(list(enumerate(series)))
            if one in row
        ]
    return "\n".join([*parts, "</svg>\n"])


def _dot(number: int, x: float, y: float, title: str = "") -> str:
    r, shape = _RADIUS, _SHAPES[number % len(_SHAPES)]
    said = f"<title>{escape(title)}</title>" if title else ""
    if shape == "circle":
        return f'<circle class="s{number}" cx="{x:.1f}" cy="{y:.1f}" r="{r}">{said}</circle>'
    corners = {
        "square": [(-r, -r), (r, -r), (r, r), (-r, r)],
        "diamond": [(0, -r - 1), (r + 1, 0), (0, r + 1), (-r - 1, 0)],
        "triangle": [(0, -r - 1), (r + 1, r), (-r - 1, r)],
    }[shape]
    points = " ".join(f"{x + right:.1f},{y + down:.1f}" for right, down in corners)
    return f'<polygon class="s{number}" points="{points}">{said}</polygon>'
