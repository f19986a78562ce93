"""Tables of another server, in JSON or XML, brought to the form in which our own are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from onrecord.graph.engine.reading.conversion import Sent, convert
from onrecord.graph.errors import MirrorFailed

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
    count = convert(Sent(body.encode(), "solutions", columns=[name]), "json", pipe, 100)  # type: ignore[arg-type]
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


def xml(*cells: str, name: str = "x") -> bytes:
    """A table as Virtuoso writes it, a cell in each row; "" for a row without a value."""
    rows = "".join(
        f'  <result>\n   <binding name="{name}">{cell}</binding>\n  </result>\n'
        if cell
        else "  <result>\n  </result>\n"
        for cell in cells
    )
    return (
        f'<sparql xmlns="http://www.w3.org/2005/sparql-results#">\n <head>\n  <variable name="y"/>\n  <variable name="{name}"/>\n </head>\n'
        f' <results distinct="false" ordered="true">\n{rows} </results>\n</sparql>\n'
    ).encode()


def read(body: bytes, *, rewritten: bool = True, columns: tuple[str, ...] = ("x", "y")) -> Any:
    pipe = Held()
    sent = Sent(body, "solutions", columns=columns, table="xml", rewritten=rewritten)
    count = convert(sent, "json", pipe, 100)  # type: ignore[arg-type]
    found = json.loads(pipe.held)
    assert count == len(found["results"]["bindings"])
    return found


def literal(text: str, attribute: str = "") -> str:
    return f"<literal{attribute}>{text}</literal>"


def of_type(datatype: str) -> str:
    return f' datatype="{XSD}{datatype}"'


@pytest.mark.parametrize("rewritten", [True, False])
@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("<uri>http://example.org/a?b&amp;c</uri>", {"type": "uri", "value": "http://example.org/a?b&c"}),
        (literal("Київ", ' xml:lang="uk"'), {"type": "literal", "value": "Київ", "xml:lang": "uk"}),
        *(
            (literal(written), {"type": "literal", "value": value})
            for written, value in [
                ("", ""),
                (" ", " "),
                ("\n", "\n"),
                ("  two before", "  two before"),
                ("two behind  ", "two behind  "),
                ("\ta\r\nb \r", "\ta\r\nb \r"),
                ("&lt;literal&gt; &amp;#32; &lt;/literal&gt;", "<literal> &#32; </literal>"),
                ("x&#1;y", "x\x01y"),
                ("'\"]]&gt;", "'\"]]>"),
            ]
        ),
        (literal(" \n", ' xml:lang="en"'), {"type": "literal", "value": " \n", "xml:lang": "en"}),
        (
            literal("2025-08-28", of_type("date")),
            {"type": "literal", "value": "2025-08-28", "datatype": f"{XSD}date"},
        ),
    ],
)
def test_what_stands_in_xml_comes_as_it_was_meant(
    cell: str, expected: dict[str, str], *, rewritten: bool
) -> None:
    found = read(xml(cell, "", "<uri>urn:other</uri>"), rewritten=rewritten)
    assert found["head"]["vars"] == ["x", "y"]
    assert found["results"]["bindings"] == [{"x": expected}, {}, {"x": {"type": "uri", "value": "urn:other"}}]


@pytest.mark.parametrize(
    ("datatype", "written", "value"),
    [
        ("boolean", "1", "true"),
        ("integer", "007", "7"),
        ("double", "1e+06", "1000000"),
        ("boolean", "true", "true"),
    ],
)
def test_a_literal_in_xml_comes_as_our_store_writes_it(datatype: str, written: str, value: str) -> None:
    right = literal("2025-08-28", of_type("date"))
    found = read(xml(right, literal(written, of_type(datatype)), literal(written), right))
    cells = [row["x"]["value"] for row in found["results"]["bindings"]]
    assert cells == ["2025-08-28", value, written, "2025-08-28"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Welcome</html>",
        xml("<uri>urn:a</uri>")[: -len(b"</sparql>\n")],
        xml("<uri>urn:a</uri>", "<uri>urn:b</uri>").partition(b"</result>")[0] + b"</result>\n",
        xml("<uri>urn:a</uri>").replace(b"</sparql>", b"The operation has been cancelled"),
        xml("<uri>a name that leads nowhere</uri>"),
        xml(literal("<![CDATA[<a/>]]>")),
        b'<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/><boolean>true</boolean></sparql>',
    ],
    ids=[
        "nothing",
        "a page",
        "no end",
        "cut between rows",
        "an error for its end",
        "no name",
        "a part that is not read",
        "yes",
    ],
)
def test_a_table_in_xml_that_is_not_whole_or_not_understood_is_none(body: bytes) -> None:
    with pytest.raises(MirrorFailed):
        read(body)


def graph(template: str, body: bytes, columns: tuple[str, ...]) -> list[str]:
    """The triples that a template makes of rows in XML."""
    pipe = Held()
    sent = Sent(body, "graph", columns=columns, table="xml", template=template)
    count = convert(sent, "ntriples", pipe, 100)  # type: ignore[arg-type]
    lines = sorted(pipe.held.decode().splitlines())
    assert count == len(lines)
    return lines


def test_a_graph_is_made_of_rows_by_its_template() -> None:
    template = (
        "BASE <http://example.org/> PREFIX e: <urn:e:> CONSTRUCT { <a> e:p ?x ; rec:note 'x'@en . ?y e:q ?x }"
    )
    cells = ["<uri>urn:one</uri>", literal(r' "\u0041"' + "\n"), literal("1", of_type("boolean")), ""]
    first = '<http://example.org/a> <https://w3id.org/onrecord/ns#note> "x"@en .'
    assert graph(template, xml(*cells), ("x", "y")) == [
        first,
        r'<http://example.org/a> <urn:e:p> " \"\\u0041\"\n" .',
        f'<http://example.org/a> <urn:e:p> "true"^^<{XSD}boolean> .',
        "<http://example.org/a> <urn:e:p> <urn:one> .",
    ]


def test_each_row_has_blank_nodes_of_its_own() -> None:
    made = graph("CONSTRUCT { [] <urn:p> ?x }", xml("<uri>urn:one</uri>", "<uri>urn:two</uri>"), ("x", "y"))
    assert len({line.split()[0] for line in made}) == len(made) == 2


def test_a_graph_of_which_a_row_cannot_be_read_is_none() -> None:
    with pytest.raises(MirrorFailed):
        graph("CONSTRUCT { ?x <urn:p> ?x }", xml("<uri>urn:one</uri>")[:-12], ("x", "y"))
