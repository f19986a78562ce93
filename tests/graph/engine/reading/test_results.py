"""Any literal comes back exactly from every format, read by somebody else's reader; or is refused by name."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any, cast
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store
from rdflib import Dataset, Graph
from rdflib.query import Result

from onrecord.graph.engine.reading import results
from onrecord.graph.errors import NotAcceptable, ResultTooLarge
from onrecord.graph.exports import serialization
from onrecord.graph.formats import DATASETS, EXCEL, GRAPHS, TABLES
from onrecord.graph.text import xml

NAMESPACE = "{http://www.w3.org/2005/sparql-results#}"
NEVER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML 1.0, section 2.2, leaves out, surrogates aside."""

HOSTILE = "\x00\x01\x08\t\n\x0b\x0c\r\x0e\x1b\x1f \"'\\,;<>&]=@+-.#\x7f\x85\xa0\u2028\ufeff\ufffd\ufffe\uffff\U0001f600\U0001ffffй"
texts = st.text(st.sampled_from(HOSTILE) | st.characters(exclude_categories=["Cs"]), max_size=30)
SUBJECT, PREDICATE = "http://example.org/s", "http://example.org/p"

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*ConjunctiveGraph:DeprecationWarning", "ignore:.*default_context:DeprecationWarning"
)


def written(found: Any, format_: str, most: int = 1000) -> bytes:
    pipe = results.Pipe(cast(Any, None))
    results.write(found, format_, pipe, most)
    return bytes(pipe.held)


def table(text: str, format_: str) -> bytes:
    store = Store()
    store.add(Quad(NamedNode(SUBJECT), NamedNode(PREDICATE), Literal(text), DefaultGraph()))
    store.add(Quad(NamedNode(SUBJECT), NamedNode(PREDICATE), Literal(text, language="en"), DefaultGraph()))
    return written(
        store.query("SELECT ?tagged ?plain { ?s ?p ?tagged, ?plain FILTER(LANG(?tagged) > LANG(?plain)) }"),
        format_,
    )


def of_json(data: bytes) -> list[str]:
    (row,) = json.loads(data)["results"]["bindings"]
    assert row["tagged"]["xml:lang"] == "en"
    return [row[name]["value"] for name in ("tagged", "plain")]


def of_xml(data: bytes) -> list[str]:
    (row,) = ElementTree.fromstring(data).iter(f"{NAMESPACE}result")  # noqa: S314  (what we wrote ourselves)
    found = {binding.get("name"): binding[0].text or "" for binding in row}
    (other,) = Result.parse(io.BytesIO(data), format="xml").bindings
    assert {str(name): str(value) for name, value in other.items()} == found
    return [found["tagged"], found["plain"]]


def of_csv(data: bytes) -> list[str]:
    names, row = csv.reader(io.StringIO(data.decode(), newline=""), strict=True)
    assert names == ["tagged", "plain"]
    return row


def of_tsv(data: bytes) -> list[str]:
    names, row, rest = data.decode().split("\n")
    assert (names, rest) == ("?tagged\t?plain", "")
    values = [
        next(Graph().parse(data=f"<urn:s> <urn:p> {cell} .", format="turtle").objects())
        for cell in row.split("\t")
    ]
    assert [getattr(value, "language", None) for value in values] == ["en", None]
    return [str(value) for value in values]


def with_examples(test: Callable[..., None]) -> Callable[..., None]:
    """A test of a text, tried with those first that XML and tables are known to spoil."""
    for text in ("\r", "a\r\nb\rc\n\r d ", "\t\n\t", HOSTILE, ']]>&#13;&amp;"\\r'):
        test = example(text=text)(test)
    return test


READERS = {"json": of_json, "xml": of_xml, "csv": of_csv, "tsv": of_tsv}


def test_every_format_is_read_back() -> None:
    assert READERS.keys() == {one.name for one in TABLES}
    assert PARSERS.keys() == {one.name for one in (*GRAPHS, *DATASETS)}


@pytest.mark.parametrize("format_", READERS)
@given(text=texts)
@with_examples
@example(text="\r" * 3_000 + ">")
def test_a_literal_in_a_table_is_read_back_exactly(format_: str, text: str) -> None:
    never = NEVER.search(text)
    if format_ == "xml" and never:
        with pytest.raises(
            NotAcceptable, match=rf"\?(tagged|plain) holds U\+{ord(never[0]):04X}.*json"
        ) as refused:
            table(text, format_)
        assert refused.value.offers == ["json", "csv", "tsv"]
        return
    assert READERS[format_](table(text, format_)) == [text, text]


PARSERS = {
    "turtle": "turtle",
    "ntriples": "nt",
    "rdfxml": "xml",
    "jsonld": "json-ld",
    "nquads": "nquads",
    "trig": "trig",
}


def graph(text: str, format_: str) -> bytes:
    name = NamedNode("http://example.org/g")
    store = Store()
    store.extend(
        Quad(NamedNode(SUBJECT), NamedNode(PREDICATE), value, name)
        for value in (Literal(text), Literal(text, language="en"), Literal(text, datatype=NamedNode("urn:d")))
    )
    if format_ in {one.name for one in DATASETS}:
        output = io.BytesIO()
        serialization.write(store, output, format_)
        return output.getvalue()
    return written(store.query("CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"), format_)


@pytest.mark.parametrize("format_", PARSERS)
@given(text=texts)
@with_examples
def test_a_literal_in_a_graph_is_read_back_exactly(format_: str, text: str) -> None:
    never = NEVER.search(text)
    if format_ == "rdfxml" and never:
        code = rf"<{PREDICATE}> of <{SUBJECT}> holds U\+{ord(never[0]):04X}.*turtle"
        with pytest.raises(NotAcceptable, match=code) as refused:
            graph(text, format_)
        assert refused.value.offers == ["turtle", "ntriples", "jsonld"]
        return
    read = Dataset().parse(data=graph(text, format_), format=PARSERS[format_])
    found = [(str(o), o.language, str(o.datatype)) for _, _, o, _ in read.quads()]  # type: ignore[union-attr]
    assert sorted(found, key=str) == sorted(
        [(text, None, "None"), (text, "en", "None"), (text, None, "urn:d")], key=str
    )


@given(st.lists(st.integers(1, 40), max_size=30), texts.filter(lambda text: not NEVER.search(text)))
def test_xml_is_the_same_in_whatever_pieces_it_comes(lengths: list[int], text: str) -> None:
    whole = f'<a><binding name="x"><literal>{text.translate({60: "l", 38: "a", 62: "g"})}</literal></binding></a>'.encode()
    output = io.BytesIO()
    writer = xml.XmlWriter(output)
    start = 0
    for length in [*lengths, len(whole)]:
        assert writer.write(whole[start : start + length]) == len(whole[start : start + length])
        start += length
    writer.finish()
    assert output.getvalue() == whole.replace(b"\r", b"&#13;")


def test_a_triple_term_with_such_a_character_is_refused_too() -> None:
    store = Store()
    with pytest.raises(NotAcceptable, match=r"U\+0007"):
        written(
            store.query('CONSTRUCT { <urn:s:a> <urn:p:b> <<( <urn:s:a> <urn:p:b> "\\u0007" )>> } WHERE {}'),
            "rdfxml",
        )


# CSV for Excel


def cells(*values: str) -> list[str]:
    """What these terms, as SPARQL writes them, are in a row."""
    names = " ".join(f"?v{number}" for number in range(len(values)))
    data = written(
        Store().query(f"SELECT {names} {{ VALUES ({names}) {{ ({' '.join(values)}) }} }}"), EXCEL.name
    )
    head, row = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
    assert head == [name[1:] for name in names.split()]
    return row


def test_excel_takes_it_for_utf_8() -> None:
    data = written(Store().query('SELECT ?name { VALUES ?name { "Дмитро Пєсков" } }'), EXCEL.name)
    assert data == b"\xef\xbb\xbfname\r\n" + "Дмитро Пєсков\r\n".encode()


@pytest.mark.parametrize(
    "start",
    [
        *"=+-@\t\r\n",
        " =",
        "\t=",
        "\u00a0+",
        "\u200b@",
        "\ufeff=",
        "\uff1d",
        "\uff0b",
        "\uff0d",
        "\uff20",
        "\x00=",
    ],
)
def test_no_cell_is_run(start: str) -> None:
    text = start + "1+cmd|' /C calc'!A0"
    (cell,) = cells(str(Literal(text)))
    assert cell[0] == "'"
    assert cell.replace("'", "") == text.replace("'", "")


@pytest.mark.parametrize("cell", ["a;=1+1", "a\t=1+1", "a\n+1", 'a;"=1+1"', "a\r@x"])
def test_no_part_of_a_cell_is_run_where_lines_are_cut_elsewhere(cell: str) -> None:
    (found,) = cells(str(Literal(cell)))
    for part in re.split("[;\t\r\n]", found):
        assert part.lstrip('"')[:1] not in [*"=+-@"]
    assert found.replace("'", "") == cell


def test_numbers_stay_numbers_and_only_numbers() -> None:
    typed = [
        f'"{value}"^^<http://www.w3.org/2001/XMLSchema#{kind}>'
        for value, kind in (("-5", "integer"), ("-0.5", "decimal"))
    ]
    assert cells("-5", *typed, '"-5"', '"+380"', '"-x"^^<http://www.w3.org/2001/XMLSchema#integer>') == [
        *("-5", "-5", "-0.5", "'-5", "'+380", "'-x"),
    ]
    assert cells(
        '"-0043-03-15"^^<http://www.w3.org/2001/XMLSchema#date>',
        '"-INF"^^<http://www.w3.org/2001/XMLSchema#double>',
    ) == [
        *("'-0043-03-15", "'-INF"),
    ]


@given(texts)
def test_what_runs_nowhere_is_as_it_was(text: str) -> None:
    if not re.search("[=+@;\t\r\n\uff1d\uff0b\uff0d\uff20-]", text):
        assert cells(str(Literal(text)), "UNDEF", "<http://example.org/?a=b>") == [
            text,
            "",
            "http://example.org/?a=b",
        ]


def test_too_many_rows_are_refused_in_every_format() -> None:
    for format_ in (*READERS, EXCEL.name):
        found = Store().query("SELECT ?x { VALUES ?x { 1 2 3 } }")
        assert written(found, format_, 3)
        with pytest.raises(ResultTooLarge):
            written(Store().query("SELECT ?x { VALUES ?x { 1 2 3 } }"), format_, 2)
