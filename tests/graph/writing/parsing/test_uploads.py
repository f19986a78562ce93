"""What is sent is read as the standards have it, also where Oxigraph reads it otherwise; what is not read is said, with its place."""

from __future__ import annotations

import json
import time

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode

from onrecord.graph.errors import UploadSyntax
from onrecord.graph.formats import DATASETS, GRAPHS, JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Format
from onrecord.graph.writing.parsing.rdfxml import NO_LANGUAGE
from onrecord.graph.writing.parsing.uploads import read

BASE = "http://example.org/dir/doc"
XML_LITERAL = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#XMLLiteral")
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.org/">\n'
    '<rdf:Description rdf:about="urn:a" xml:lang="en">{}</rdf:Description>\n</rdf:RDF>'
)


def values(body: str | bytes, format_: Format, base: str = BASE) -> list[object]:
    """What the document says, by its objects alone."""
    body = body if isinstance(body, bytes) else body.encode()
    return [quad.object for quad in read(body, format_.media_type, base, DefaultGraph())]


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("<e:p>t <!-- c --> u</e:p>", Literal("t  u", language="en")),
        ("<e:p>a<![CDATA[<b> & ]]>c</e:p>", Literal("a<b> & c", language="en")),
        ("<e:p>a<?x y?>b</e:p>", Literal("ab", language="en")),
        ('<e:p xml:lang="">t</e:p>', Literal("t")),
        ('<e:p xml:lang="uk">т</e:p>', Literal("т", language="uk")),
        ('<e:p rdf:datatype="http://www.w3.org/2001/XMLSchema#integer">0<!-- -->07</e:p>',
         Literal("007", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer"))),
        ("<e:p>&lt;&amp;&#13;&#x41;\n</e:p>", Literal("<&\rA\n", language="en")),
        ('<e:p rdf:parseType="Literal"><b xmlns="http://x.org/" a="1">t<c/></b></e:p>',
         Literal('<b xmlns="http://x.org/" a="1">t<c></c></b>', datatype=XML_LITERAL)),
        ('<e:p rdf:parseType="Literal">a <e:b f:z="1" y="2" b="&lt;&quot;" xmlns:f="http://f.org/"/> &amp;<!-- c --><?p i?></e:p>',
         Literal('a <e:b xmlns:e="http://e.org/" xmlns:f="http://f.org/" b="&lt;&quot;" y="2" f:z="1"></e:b> &amp;<!-- c --><?p i?>',
                 datatype=XML_LITERAL)),
        ('<e:p rdf:parseType="Literal"><a xmlns="http://x.org/"><b xmlns=""/><c xmlns="http://x.org/"/></a></e:p>',
         Literal('<a xmlns="http://x.org/"><b xmlns=""></b><c></c></a>', datatype=XML_LITERAL)),
        ('<e:p rdf:parseType="Literal"></e:p>', Literal("", datatype=XML_LITERAL)),
        ('<e:p rdf:parseType="unknown"><i/></e:p>', Literal("<i></i>", datatype=XML_LITERAL)),
        ('<e:p rdf:parseType="Literal" xml:lang=""><i xml:lang=""/></e:p>', Literal('<i xml:lang=""></i>', datatype=XML_LITERAL)),
    ],
)  # fmt: skip
def test_rdf_xml_is_read_as_the_standard_has_it(content: str, value: Literal) -> None:
    assert values(RDF.format(content), RDF_XML) == [value]


def test_an_outer_language_ends_where_an_element_says_so_and_holds_beside_it() -> None:
    content = '<e:p xml:lang=""><rdf:Description><e:q>none</e:q></rdf:Description></e:p><e:r>en</e:r>'
    texts = [value for value in values(RDF.format(content), RDF_XML) if isinstance(value, Literal)]
    assert texts == [Literal("none"), Literal("en", language="en")]


def test_rdf_xml_may_be_in_another_encoding_that_it_names() -> None:
    document = '<?xml version="1.0" encoding="{}"?>' + RDF.format("<e:p>é</e:p>")
    for encoding in ("iso-8859-1", "utf-16", "windows-1252"):
        assert values(document.format(encoding).encode(encoding), RDF_XML) == [Literal("é", language="en")]


@pytest.mark.parametrize(
    ("document", "message", "line"),
    [
        ('<!DOCTYPE r [<!ENTITY x "y">]>' + RDF.format("<e:p>&x;</e:p>"), "a DOCTYPE that declares entities", 1),
        ('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + RDF.format("<e:p>&x;</e:p>"), "declares entities", 1),
        ('<!DOCTYPE r [<!ATTLIST e:p xml:lang CDATA "de">]>' + RDF.format("<e:p>x</e:p>"), "entities or attributes", 1),
        ('<!DOCTYPE r SYSTEM "http://127.0.0.1/x.dtd">\n' + RDF.format("\n<e:p>&x;</e:p>"), "the entity x, which is declared elsewhere", 4),
        (RDF.format("\n<e:p>&x;</e:p>"), "it is no XML: undefined entity", 3),
        (RDF.format("\n\n<e:p>"), "it is no XML: mismatched tag", 4),
        ("", "it is no XML: no element found", 1),
        (RDF.format("<e:p>\x0c</e:p>"), "it is no XML: not well-formed", 2),
        (RDF.format('<e:p rdf:parseType="Literal" rdf:resource="urn:x"/>'), "rdf:resource stands beside parseType", 2),
        ('<?xml version="1.0" encoding="klingon"?><a/>', "its encoding is not known here", None),
        (RDF.format("<f:p/>"), "Unknown prefix f:", None),
    ],
)  # fmt: skip
def test_what_is_no_rdf_xml_or_not_read_is_said_with_its_place(
    document: str, message: str, line: int | None
) -> None:
    with pytest.raises(UploadSyntax, match=message) as told:
        values(document, RDF_XML)
    assert told.value.line == line


def test_a_doctype_without_declarations_is_harmless() -> None:
    document = '<!DOCTYPE rdf:RDF SYSTEM "http://example.org/rdf.dtd">' + RDF.format("<e:p>x</e:p>")
    assert values(document, RDF_XML) == [Literal("x", language="en")]


def test_the_tag_that_stands_for_no_language_is_a_language_elsewhere() -> None:
    assert values(f'<urn:a> <urn:p> "x"@{NO_LANGUAGE} .', TURTLE) == [Literal("x", language=NO_LANGUAGE)]


@pytest.mark.parametrize("count", [20_000])
def test_many_namespaces_within_one_another_cost_what_they_are_long(count: int) -> None:
    opened = "".join(f'<e:n xmlns:p{n}="urn:{n}">' for n in range(count))
    content = f'<e:p rdf:parseType="Literal">{opened}{"</e:n>" * count}</e:p>'
    begin = time.process_time()
    (value,) = values(RDF.format(content), RDF_XML)
    assert isinstance(value, Literal)
    assert value.value.startswith('<e:n xmlns:e="http://e.org/"><e:n><e:n>')
    assert time.process_time() - begin < 20


@pytest.mark.parametrize("format_", [*GRAPHS, *DATASETS], ids=lambda format_: format_.name)
def test_a_byte_order_mark_is_passed_over(format_: Format) -> None:
    document = '<urn:a> <urn:p> "x" .'
    if format_ is RDF_XML:
        document = RDF.format('<e:p xml:lang="">x</e:p>')
    elif format_ is JSON_LD:
        document = '{"@id": "urn:a", "urn:p": "x"}'
    assert values(b"\xef\xbb\xbf" + document.encode(), format_) == [Literal("x")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ({"@value": "x", "@language": "ar", "@direction": "rtl"}, Literal("x", language="ar")),
        ({"@value": "x", "@direction": "rtl"}, Literal("x")),
    ],
)
def test_json_ld_leaves_the_direction_of_a_text_out_of_rdf(text: object, value: Literal) -> None:
    assert values(json.dumps({"@id": "urn:a", "urn:p": text}), JSON_LD) == [value]


REFERENCES = ["g", "./g", "../g", "../../g", "/g", "?y", "#s", "", "g/../h", "http://a/x/../y", "urn:x"]
DOTTED = "http://a/bb/ccc/../d;p?q"
RESOLVED = [
    *("http://a/bb/g", "http://a/bb/g", "http://a/g", "http://a/g", "http://a/g"),
    *("http://a/bb/ccc/../d;p?y", "http://a/bb/ccc/../d;p?q#s", "http://a/bb/ccc/../d;p?q", "http://a/bb/h"),
    *("http://a/x/../y", "urn:x"),
]
"""By RFC 3986, section 5.2: what has a path is without dot segments, what has none keeps the path of its base."""


def _turtle(base: str) -> str:
    return f"{base} <urn:a> <urn:p> {', '.join(f'<{reference}>' for reference in REFERENCES)} ."


def _xml(base: str) -> str:
    return RDF.format("".join(f'<e:p {base} rdf:resource="{reference}"/>' for reference in REFERENCES))


def _json(context: dict[str, str]) -> str:
    return json.dumps({"@context": context, "@id": "urn:a", "urn:p": [{"@id": r} for r in REFERENCES]})


@pytest.mark.parametrize(
    ("document", "format_", "base"),
    [
        (_turtle(f"@base <{DOTTED}> ."), TURTLE, BASE),
        (_turtle(f"BASE <{DOTTED}>"), TURTLE, BASE),
        (_turtle(""), TURTLE, DOTTED),
        (_xml(f'xml:base="{DOTTED}"'), RDF_XML, BASE),
        (_xml(""), RDF_XML, DOTTED),
        (_json({"@base": DOTTED}), JSON_LD, BASE),
        (_json({}), JSON_LD, DOTTED),
    ],
)
def test_a_base_with_dot_segments_resolves_as_the_rfc_has_it(
    document: str, format_: Format, base: str
) -> None:
    assert values(document, format_, base) == [NamedNode(iri) for iri in RESOLVED]


def test_what_only_looks_like_a_base_stays_as_it_is() -> None:
    text = "say: @base <http://a/b/../c> and base <http://a/./b> ."
    assert values(f'@base <{DOTTED}> . <urn:a> <urn:p> "{text}"@en .', TURTLE) == [
        Literal(text, language="en")
    ]
    assert values(f'<urn:a> <urn:p> "{text}" . # @base <http://a/b/../c>', N_TRIPLES) == [Literal(text)]
    value = {"@type": "@json", "@value": {"@base": "http://a/b/../c"}}
    (kept,) = values(json.dumps({"@context": {"@base": DOTTED}, "@id": "urn:a", "urn:p": value}), JSON_LD)
    assert isinstance(kept, Literal)
    assert json.loads(kept.value) == {"@base": "http://a/b/../c"}


def test_a_base_of_a_megabyte_is_read_at_once() -> None:
    begin = time.process_time()
    document = f"@base <http://a{'/./b' * 250_000}/../c> . <urn:a> <urn:p> <../d> ."
    (value,) = values(document, TURTLE)
    assert value == NamedNode(f"http://a{'/b' * 249_998}/d")
    with pytest.raises(UploadSyntax):
        values("base <http://a/./" * 60_000, TURTLE)
    assert time.process_time() - begin < 20
