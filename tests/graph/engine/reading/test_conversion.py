"""Tables of another server, in JSON, brought to the form in which our own are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from onrecord.graph.engine.reading import conversion

XSD = "http://www.w3.org/2001/XMLSchema#"


class Held:
    """What a pipe would send."""

    def __init__(self) -> None:
        self.held = bytearray()
        self._rows: Any = None

    def count(self, rows: Any) -> None:
        self._rows = rows

    def write(self, data: bytes) -> int:
        self.held += data
        return len(data)

    def flush(self) -> None:
        """Nothing."""

    def counted(self) -> None:
        self._rows.take(self.held)


def values(cells: str, name: str = "x") -> list[str]:
    """The literals that come of rows, each a cell as the server wrote it, as type and value."""
    rows = ",".join(f'{{ "{name}": {{ {cell} }} }}' for cell in cells.split("\n"))
    body = f'{{ "head": {{ "link": [], "vars": ["{name}"] }}, "results": {{ "distinct": false, "bindings": [ {rows} ] }} }}'
    pipe = Held()
    count = conversion.convert(body.encode(), "solutions", "json", pipe, 100, rewritten=True, columns=[name])  # type: ignore[arg-type]
    found = json.loads(pipe.held)["results"]["bindings"]
    assert count == len(found)
    return [
        f"{row[name].get('datatype', '').removeprefix(XSD)} {row[name]['value']}".strip() for row in found
    ]


def typed(datatype: str, value: str) -> str:
    return f'"type": "typed-literal", "datatype": "{XSD}{datatype}", "value": "{value}"'


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (typed("integer", "25"), "integer 25"),
        (typed("boolean", "1"), "boolean true"),
        (typed("integer", "007"), "integer 7"),
        # the parts of a cell in another order, and with escapes
        (f'"value": "0", "type": "literal", "datatype": "{XSD}boolean"', "boolean false"),
        (f'"type": "literal", "datatype": "{XSD.replace("/", chr(92) + "/")}boolean", "value": "1"', "boolean true"),
        ('"type": "literal", "value": "\\"datatype\\": \\"x\\", \\"value\\": \\"1\\""', '"datatype": "x", "value": "1"'),
    ],
)  # fmt: skip
def test_a_literal_comes_as_our_store_writes_it_however_the_server_does(cell: str, expected: str) -> None:
    assert values(cell) == [expected]
    # beside others, which are right already or are not
    assert values(f"{typed('date', '2025-08-28')}\n{cell}\n{typed('boolean', '0')}") == [
        "date 2025-08-28", expected, "boolean false",
    ]  # fmt: skip


def test_a_column_may_be_called_like_a_part_of_a_cell() -> None:
    assert values(f"{typed('boolean', '1')}\n{typed('integer', '1')}", name="datatype") == [
        "boolean true",
        "integer 1",
    ]
