"""Hostile updates, uploads and raw requests. None of them may be answered as done, or bring anything down."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_INTO: Final = "INSERT {{ GRAPH <urn:h> {{ {} }} }} WHERE {{ {} }}"
_PRODUCT: Final = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
_XML: Final = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:">{}</rdf:RDF>'

UPDATES: Final[dict[str, Callable[[], str]]] = {
    "insert of a product": lambda: _INTO.format("?a ?e ?i", _PRODUCT),
    "insert of nothing out of a product": lambda: _INTO.format("?a ?e ?i", _PRODUCT + " . ?j ?k ?l FILTER(CONCAT(STR(?a), STR(?f), STR(?i), STR(?l)) = 'no')"),
    "insert of blank nodes without end": lambda: _INTO.format("[] ?b [] . [] ?e []", _PRODUCT),
    "delete by a product": lambda: "DELETE { ?a ?b ?c } WHERE { " + _PRODUCT + " . ?j ?k ?l FILTER(CONCAT(STR(?a), STR(?f), STR(?i), STR(?l)) = 'no') }",
    "insert of a string that doubles": lambda: _INTO.format("<urn:a> <urn:b> ?v40", "BIND('x' AS ?v0)" + "".join(f" BIND(CONCAT(?v{i}, ?v{i}) AS ?v{i + 1})" for i in range(40))),
    "path through everything": lambda: _INTO.format("?x <urn:p> ?z", "?x (<urn:a>|!<urn:a>)* ?y . ?y (<urn:a>|!<urn:a>)* ?z . ?z (!<urn:b>)* ?w"),
    "braces 4,000 deep": lambda: "INSERT {} WHERE { " + "{" * 4_000 + "}" * 4_000 + " }",
    "braces 100,000 deep": lambda: "INSERT {} WHERE { " + "{" * 100_000 + "}" * 100_000 + " }",
    "!!!! 60,000 times": lambda: "INSERT {} WHERE { FILTER(" + "!" * 60_000 + "?x) FILTER(?y) " + _PRODUCT + " . ?j ?k ?l }",
    "200 patterns": lambda: "INSERT {} WHERE { " + " . ".join(f"?s ?p{i} ?o{i}" for i in range(200)) + " }",
    "triple terms 50,000 deep": lambda: "INSERT DATA { " + _deep_triples().decode() + " }",
    "a string without end": lambda: "INSERT DATA { <urn:a> <urn:b> \"\"\"x }",
    "half a surrogate pair": lambda: "INSERT DATA { <urn:a> <urn:b> '\ud800' }",
    "10 MB of text": lambda: "INSERT DATA { <urn:a> <urn:b> '" + "x" * (10 << 20) + "' }",
    "a good operation, then a bad one": lambda: "INSERT DATA { GRAPH <urn:h> { <urn:a> <urn:b> 1 } } ; " + _INTO.format("?a ?e ?i", _PRODUCT),
}  # fmt: skip
"""Updates that must fail (4xx, 503, 504, 507), within their limit, and leave nothing behind."""


def _entities() -> bytes:
    names = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 10))
    node = '<rdf:Description rdf:about="urn:a"><e:p>&e9;</e:p></rdf:Description>'
    return f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e0 "aaaaaaaaaa">{names}]>{_XML.format(node)}'.encode()


def _quadratic() -> bytes:
    node = f'<rdf:Description rdf:about="urn:a"><e:p>{"&x;" * 50_000}</e:p></rdf:Description>'
    return f'<!DOCTYPE r [<!ENTITY x "{"a" * 50_000}">]>{_XML.format(node)}'.encode()


def _nested_xml() -> bytes:
    return _XML.format("<e:n><e:p>" * 100_000 + "</e:p></e:n>" * 100_000).encode()


def _deep_triples() -> bytes:
    term = b"<<( <urn:a> <urn:p> "
    return b"<urn:a> <urn:p> " + term * 50_000 + b"<urn:c>" + b" )>>" * 50_000


def _nested_namespaces() -> bytes:
    return "".join(f'<p{i}:n xmlns:p{i}="urn:{i}">' for i in range(20_000)).encode()


@dataclass(frozen=True)
class Upload:
    """A body for the graph store, its media type and further headers."""

    kind: str
    body: Callable[[], bytes]
    headers: tuple[tuple[str, str], ...] = ()


UPLOADS: Final[dict[str, Upload]] = {
    "entities of entities": Upload("application/rdf+xml", _entities),
    "one long entity, often": Upload("application/rdf+xml", _quadratic),
    "elements 200,000 deep": Upload("application/rdf+xml", _nested_xml),
    "elements that are never closed": Upload("application/rdf+xml", lambda: b"<a>" * 300_000),
    "brackets 500,000 deep": Upload("text/turtle", lambda: b"<urn:a> <urn:p> " + b"[ <urn:p> " * 500_000),
    "collections 500,000 deep": Upload("text/turtle", lambda: b"<urn:a> <urn:p> " + b"(" * 500_000),
    "triple terms 50,000 deep": Upload("text/turtle", lambda: _deep_triples() + b" ."),
    "triple terms 50,000 deep, as N-Triples": Upload("application/n-triples", lambda: _deep_triples() + b" ."),
    "an entity of its own": Upload("application/rdf+xml", lambda: b'<!DOCTYPE r [<!ENTITY x "y">]>' + _XML.format("").encode()),
    "namespaces 20,000 deep": Upload("application/rdf+xml", _nested_namespaces),
    "triples in triples": Upload("text/turtle", lambda: b"<<" * 200_000),
    "a string without end": Upload("text/turtle", lambda: b'<urn:a> <urn:p> """' + b"x" * (8 << 20)),
    "a literal that is no Unicode": Upload("text/turtle", lambda: b'<urn:a> <urn:p> "\xff\xfe" .'),
    "an IRI with spaces": Upload("application/n-triples", lambda: b"<urn:a b> <urn:p> <urn:c> ."),
    "arrays 500,000 deep": Upload("application/ld+json", lambda: b"[" * 500_000 + b"]" * 500_000),
    "objects 200,000 deep": Upload("application/ld+json", lambda: b'{"urn:p":' * 200_000 + b"1" + b"}" * 200_000),
    "contexts 100,000 deep": Upload("application/ld+json", lambda: b'{"@context":[' * 100_000),
    "lists of lists": Upload("application/ld+json", lambda: b'{"urn:p":' + b'{"@list":[' * 100_000),
    "JSON cut short": Upload("application/ld+json", lambda: b'{"@id": "urn:a", "urn:p": "x'),
    "64 MB": Upload("text/turtle", lambda: b"#" * (64 << 20)),
    "a compressed gigabyte": Upload("text/turtle", lambda: gzip.compress(b"#" * (1 << 24), 1) * 64, (("Content-Encoding", "gzip"),)),
    "an unknown type": Upload("application/x-nonsense", lambda: b"<urn:a> <urn:p> <urn:c> ."),
    "a type with a line break": Upload("text/turtle", lambda: b"\x00" * 1000),
    "a form that never ends": Upload("multipart/form-data; boundary=x", lambda: b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n" + b"y" * 100_000),
    "a form of 10,000 parts": Upload("multipart/form-data; boundary=x", lambda: b"--x\r\nContent-Disposition: form-data; name=a\r\nContent-Type: text/turtle\r\n\r\n\r\n" * 10_000 + b"--x--"),
}  # fmt: skip
"""Uploads that must be refused or stopped (4xx, 503, 504, 507) and leave nothing behind."""

_HOST: Final = b"Host: x\r\n"
_LONG: Final = b"a" * 100_000
RAW: Final[dict[str, bytes]] = {
    "nonsense": b"\x00\x01\x02\xff" * 1000 + b"\r\n\r\n",
    "a TLS greeting": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 500,
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00" * 100,
    "a header of 100 KB": b"GET / HTTP/1.1\r\n" + _HOST + b"X: " + _LONG + b"\r\n\r\n",
    "10,000 headers": b"GET / HTTP/1.1\r\n" + _HOST + b"X: y\r\n" * 10_000 + b"\r\n",
    "an address of 100 KB": b"GET /" + _LONG + b" HTTP/1.1\r\n" + _HOST + b"\r\n",
    "a header with a NUL": b"GET / HTTP/1.1\r\n" + _HOST + b"Accept: text/\x00html\r\n\r\n",
    "a header that is no text": b"GET / HTTP/1.1\r\n" + _HOST + b"Accept: \xff\xfe\xfd\r\nIf-None-Match: \xff\r\n\r\n",
    "an Accept with 5,000 types": b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\n" + _HOST + b"Accept: " + b",".join(b"a/b;q=0.%d" % i for i in range(5000)) + b"\r\n\r\n",
    "an Accept of brackets": b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\n" + _HOST + b"Accept: " + b'a/b;c="' * 2000 + b"\r\n\r\n",
    "bad percent signs": b"GET /sparql?query=%zz%&%00=%ff%c3 HTTP/1.1\r\n" + _HOST + b"\r\n",
    "100,000 parameters": b"POST /sparql HTTP/1.1\r\n" + _HOST + b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 200000\r\n\r\n" + b"a&" * 100_000,
    "a path out of the house": b"GET /static/../../../../etc/passwd HTTP/1.1\r\n" + _HOST + b"\r\n",
    "a path out of the house, encoded": b"GET /static/%2e%2e/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n" + _HOST + b"\r\n",
    "a length that is a lie": b"POST /sparql HTTP/1.1\r\n" + _HOST + b"Content-Type: application/sparql-query\r\nContent-Length: 100\r\n\r\nASK {}",
    "a negative length": b"POST /sparql HTTP/1.1\r\n" + _HOST + b"Content-Type: application/sparql-query\r\nContent-Length: -1\r\n\r\nASK {}",
    "a length beyond all numbers": b"POST /sparql HTTP/1.1\r\n" + _HOST + b"Content-Length: 99999999999999999999999\r\n\r\nASK {}",
    "two lengths": b"POST /sparql HTTP/1.1\r\n" + _HOST + b"Content-Length: 6\r\nContent-Length: 60\r\n\r\nASK {}",
    "a length and chunks": b"POST /sparql HTTP/1.1\r\n" + _HOST + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /about HTTP/1.1\r\n" + _HOST + b"\r\n",
    "a chunk without end": b"POST /sparql HTTP/1.1\r\n" + _HOST + b"Content-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nASK {}",
    "chunks that break off": b"POST /sparql HTTP/1.1\r\n" + _HOST + b"Content-Type: application/sparql-query\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nASK {}\r\n",
    "2,000 requests at once": (b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\n" + _HOST + b"\r\n") * 2000,
    "an unknown method": b"BREW /sparql HTTP/1.1\r\n" + _HOST + b"\r\n",
    "CONNECT": b"CONNECT 127.0.0.1:22 HTTP/1.1\r\n" + _HOST + b"\r\n",
    "TRACE": b"TRACE / HTTP/1.1\r\n" + _HOST + b"\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "a host that is none": b"GET / HTTP/1.1\r\nHost: a\"><script>:x\r\n\r\n",
    "a range of nonsense": b"GET /export.ttl HTTP/1.1\r\n" + _HOST + b"Range: bytes=-1,99999999999999999999-0,,,\r\n\r\n",
    "dates that are none": b"GET / HTTP/1.1\r\n" + _HOST + b"If-Modified-Since: Mon, 99 Foo 99999 99:99:99 GMT\r\nIf-Match: \"\\\"\r\n\r\n",
    "a version beyond all numbers": b"GET /sparql?query=ASK%7B%7D&version=99999999999999999999999 HTTP/1.1\r\n" + _HOST + b"\r\n",
    "a token of nonsense": b"PUT /store?graph=urn:x HTTP/1.1\r\n" + _HOST + b"Authorization: Bearer \xff\xfe" + b"x" * 5000 + b"\r\nContent-Length: 0\r\n\r\n",
}  # fmt: skip
"""Bytes on the wire. Whatever comes back, it is no 5xx but 501 and 505, and the server stays."""
