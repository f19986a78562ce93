"""Attempts to make the service fetch something, and the listener that must hear none of them."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Self

_CLONE_NEWNET: Final = 0x40000000
_SIOCSIFFLAGS: Final = 0x8914
_UP: Final = 1

Made = Callable[[str], str]
"""Makes a hostile text of the address that must not be called."""


class Listener:
    """Hears who connects on the loopback address, and answers each with an empty graph so that he goes on."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def address(self) -> str:
        """An address that leads here."""
        return f"http://127.0.0.1:{self.port}/"

    def _listen(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            with caller:
                caller.settimeout(2)
                said = b""
                with contextlib.suppress(OSError):
                    said = caller.recv(4096)
                # Before the answer, so that the client that has the answer finds it here.
                self.heard.append(said)
                with contextlib.suppress(OSError):
                    caller.sendall(_EMPTY)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()


_BODY: Final = b'{"head":{"vars":[]},"results":{"bindings":[]}}'
_EMPTY: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n%b" % (len(_BODY), _BODY)
)

_CALL: Final = "SERVICE <URL> { ?s ?p ?o }"


def _made(texts: Mapping[str, str]) -> dict[str, Made]:
    """From texts that say URL where the address goes, and CALL where an ordinary SERVICE does."""
    return {name: partial(_filled, text.replace("CALL", _CALL)) for name, text in texts.items()}


def _filled(text: str, address: str) -> str:
    return text.replace("URL", address)


SERVICES: Final = _made({
    "plainly": "SELECT * { CALL }",
    "in small letters": "select * { service <URL> { ?s ?p ?o } }",
    "silently": "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "without spaces": "SELECT*{SERVICE<URL>{?s?p?o}}",
    "silent without spaces": "SELECT*{SERVICESILENT<URL>{?s?p?o}}",
    "an escaped letter": "SELECT * { \\u0053ERVICE <URL> { ?s ?p ?o } }",
    "all letters escaped": "SELECT * { \\u0053\\u0045\\u0052\\u0056\\u0049\\u0043\\u0045 <URL> {} }",
    "long escapes": "SELECT * { S\\U00000045RVI\\U00000063E <URL> {} }",
    "an escaped bracket": "SELECT * { SERVICE \\u003CURL\\u003E { ?s ?p ?o } }",
    "a subselect": "SELECT * { { SELECT * { CALL } } }",
    "FILTER EXISTS": "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <URL> { ?a ?b ?c } } }",
    "FILTER NOT EXISTS": "ASK { FILTER NOT EXISTS { SERVICE <URL> { ?a ?b ?c } } }",
    "EXISTS in BIND": "SELECT * { BIND(EXISTS { SERVICE <URL> {} } AS ?x) }",
    "EXISTS in the head": "SELECT (EXISTS { SERVICE <URL> {} } AS ?x) {}",
    "EXISTS in HAVING": "SELECT ?s { ?s ?p ?o } GROUP BY ?s HAVING (EXISTS { SERVICE <URL> {} })",
    "EXISTS in ORDER BY": "SELECT * { ?s ?p ?o } ORDER BY (EXISTS { SERVICE <URL> {} })",
    "OPTIONAL": "SELECT * { OPTIONAL { CALL } }",
    "MINUS": "SELECT * { ?s ?p ?o MINUS { CALL } }",
    "UNION": "SELECT * { {} UNION { CALL } }",
    "GRAPH": "SELECT * { GRAPH ?g { CALL } }",
    "a variable with VALUES": "SELECT * { VALUES ?u { <URL> } SERVICE ?u { ?s ?p ?o } }",
    "a variable with BIND": "SELECT * { BIND(IRI('URL') AS ?u) SERVICE ?u { ?s ?p ?o } }",
    "a prefixed name": "PREFIX e: <URL> SELECT * { SERVICE e:x { ?s ?p ?o } }",
    "an empty prefix at once": "PREFIX : <URL> SELECT * { SERVICE:x { ?s ?p ?o } }",
    "relative to BASE": "BASE <URL> SELECT * { SERVICE <x> { ?s ?p ?o } }",
    "behind a comment": "SELECT * { # ' \" { \n CALL }",
    "behind a comment ended by CR": "SELECT * { # a comment\rCALL }",
    "a comment within": "SELECT * { SERVICE#\n#\n<URL>#\n{ ?s ?p ?o } }",
    "behind a string": "SELECT * { ?s ?p 'it\\'s # \"' . SERVICE <URL> {} }",
    "behind a long string": "SELECT * { ?s ?p '''it's \\''' # ''' . SERVICE <URL> {} }",
    "behind a number": "SELECT * { ?s ?p 1SERVICE<URL>{} }",
    "behind a decimal point": "SELECT * { ?s ?p true.SERVICE<URL>{} }",
    "behind a name with dots": "PREFIX : <urn:> SELECT * { ?s ?p :a.1.SERVICE <URL> {} }",
    "behind a language tag": "SELECT * { ?s ?p 'a'@en SERVICE <URL> {} }",
    "behind less-than": "SELECT * { FILTER(?a<?b#>\n) SERVICE <URL> {} #>\n }",
    "behind tabs and feeds": "SELECT * {\t\r\nSERVICE\t\r\n<URL>\t{ ?s ?p ?o } }",
    "behind a byte order mark": "\ufeffSELECT * { CALL }",
    "in CONSTRUCT": "CONSTRUCT { ?s ?p ?o } WHERE { CALL }",
    "in DESCRIBE": "DESCRIBE ?s { CALL }",
    "in ASK": "ASK { CALL }",
    "twice": "ASK { SERVICE <URL> { CALL } }",
})  # fmt: skip
"""SERVICE in its disguises; each must be refused."""

MENTIONS: Final = _made({
    "FROM": "SELECT * FROM <URLg> { ?s ?p ?o }",
    "FROM NAMED": "SELECT * FROM NAMED <URLg> { GRAPH ?g { ?s ?p ?o } }",
    "FROM, escaped": "SELECT * \\u0046ROM <URLg> { ?s ?p ?o }",
    "GRAPH": "SELECT * { GRAPH <URLg> { ?s ?p ?o } }",
    "DESCRIBE": "DESCRIBE <URLg>",
    "BASE": "BASE <URL> SELECT * FROM <g> { <a> <b> <c> }",
    "PREFIX": "PREFIX p: <URL> ASK { p:a p:b p:c }",
    "owl:imports, constructed": "CONSTRUCT { <urn:o> <http://www.w3.org/2002/07/owl#imports> <URL> } {}",
    "a function": "SELECT * { BIND(<URLf>(1) AS ?x) }",
    "a datatype": "SELECT ('1'^^<URLt> AS ?x) {}",
    "SERVICE in a string": "SELECT ('SERVICE <URL> {}' AS ?x) {}",
    "SERVICE in a comment": "SELECT * {} # SERVICE <URL> {}",
})  # fmt: skip
"""Queries that name the address and may be answered, out of what is here."""

UPDATES: Final = _made({
    "LOAD": "LOAD <URLg>",
    "LOAD SILENT": "LOAD SILENT <URLg>",
    "LOAD INTO": "LOAD <URLg> INTO GRAPH <urn:g>",
    "LOAD, escaped": "\\u004COAD <URLg>",
    "LOAD relative to BASE": "BASE <URL> LOAD <g>",
    "LOAD with a prefixed name": "PREFIX e: <URL> LOAD e:g",
    "LOAD second": "CLEAR SILENT GRAPH <urn:none> ; LOAD <URLg>",
    "LOAD behind a comment": "# CLEAR\rLOAD#\n<URLg>",
    "LOAD of a file": "LOAD <file:///etc/passwd> INTO GRAPH <urn:g>",
    "SERVICE": "INSERT { GRAPH <urn:g> { ?s ?p ?o } } WHERE { CALL }",
    "SERVICE, escaped": "INSERT { GRAPH <urn:g> { ?s ?p ?o } } WHERE { \\u0053ERVICE <URL> { ?s ?p ?o } }",
    "SERVICE in a subselect": "INSERT { GRAPH <urn:g> { ?s ?p ?o } } WHERE { { SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } } } }",
    "SERVICE in EXISTS": "INSERT { GRAPH <urn:g> { ?s ?p ?o } } WHERE { ?s ?p ?o FILTER EXISTS { SERVICE <URL> { ?a ?b ?c } } }",
    "SERVICE in DELETE": "DELETE { ?s ?p ?o } WHERE { CALL }",
    "SERVICE second": "CREATE SILENT GRAPH <urn:g> ; INSERT { GRAPH <urn:g> { ?s ?p ?o } } WHERE { CALL }",
    "USING": "INSERT { GRAPH <urn:g> { ?s ?p ?o } } USING <URLg> WHERE { ?s ?p ?o }",
    "USING NAMED": "INSERT { GRAPH <urn:g> { ?s ?p ?o } } USING NAMED <URLg> WHERE { GRAPH ?g { ?s ?p ?o } }",
    "WITH": "WITH <URLg> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "COPY": "COPY SILENT <URLg> TO <urn:g>",
    "ADD": "ADD SILENT <URLg> TO <urn:g>",
    "MOVE": "MOVE SILENT <URLg> TO <urn:g>",
})  # fmt: skip
"""Updates, sent with a token that may make them."""

_DTD: Final = '<?xml version="1.0"?><!DOCTYPE r {}><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:"{}>{}</rdf:RDF>'
_NODE: Final = '<rdf:Description rdf:about="urn:a"><e:p>{}</e:p></rdf:Description>'
_DOCUMENTS: Final = {
    "text/turtle": {
        "owl:imports": "<urn:o> a <http://www.w3.org/2002/07/owl#Ontology> ; <http://www.w3.org/2002/07/owl#imports> <URLo> .",
        "a base": "@base <URL> . @prefix : <URL#> . <a> <b> :c .",
    },
    "application/n-triples": {
        "rdfs:seeAlso": "<urn:a> <http://www.w3.org/2000/01/rdf-schema#seeAlso> <URLo> .",
    },
    "application/rdf+xml": {
        "an external entity": _DTD.format('[<!ENTITY x SYSTEM "URLx">]', "", _NODE.format("&x;")),
        "an external entity of a file": _DTD.format('[<!ENTITY x SYSTEM "file:///etc/passwd">]', "", _NODE.format("&x;")),
        "a public entity": _DTD.format('[<!ENTITY x PUBLIC "-//X" "URLx">]', "", _NODE.format("&x;")),
        "a parameter entity": _DTD.format('[<!ENTITY % x SYSTEM "URLx"> %x;]', "", _NODE.format("1")),
        "an external DTD": _DTD.format('SYSTEM "URLx.dtd"', "", _NODE.format("1")),
        "XInclude": _DTD.format("[]", ' xmlns:xi="http://www.w3.org/2001/XInclude"', '<xi:include href="URLx"/>'),
        "a schema's place": _DTD.format("[]", ' xmlns:s="http://www.w3.org/2001/XMLSchema-instance" s:schemaLocation="urn:e: URLx.xsd"', _NODE.format("1")),
    },
    "application/ld+json": {
        "a remote context": '{"@context": "URLc.jsonld", "@id": "urn:a", "p": "x"}',
        "a remote context in a list": '{"@context": [{"p": "urn:p"}, "URLc.jsonld"], "@id": "urn:a", "p": "x"}',
        "a remote context further in": '{"@id": "urn:a", "urn:p": {"@context": "URLc.jsonld", "q": "x"}}',
        "a scoped remote context": '{"@context": {"p": {"@id": "urn:p", "@context": "URLc.jsonld"}}, "@id": "urn:a", "p": {"q": 1}}',
        "a context that imports": '{"@context": {"@version": 1.1, "@import": "URLc.jsonld"}, "@id": "urn:a"}',
        "a context that is a file": '{"@context": "file:///etc/passwd", "@id": "urn:a", "p": "x"}',
        "a relative context behind a base": '{"@context": {"@base": "URL"}, "@graph": [{"@context": "c.jsonld", "@id": "a", "p": "x"}]}',
        "an array of remote contexts": '[{"@context": "URL1"}, {"@context": "URL2", "@id": "urn:a", "p": 1}]',
    },
}  # fmt: skip
UPLOADS: Final[dict[str, tuple[str, Made]]] = {
    name: (media_type, made)
    for media_type, texts in _DOCUMENTS.items()
    for name, made in _made(texts).items()
}
"""Uploads to the graph store: a media type and a text."""


@dataclass(frozen=True)
class Sockets:
    """How many connections and datagrams were begun in a network namespace so far."""

    connections: int
    datagrams: int

    @classmethod
    def of(cls, pid: int) -> Self:
        """Those of the namespace that a process is in."""
        lines = Path(f"/proc/{pid}/net/snmp").read_text().splitlines()
        found: dict[str, int] = {}
        for names, values in zip(lines[::2], lines[1::2], strict=True):
            kind, _, columns = names.partition(":")
            found |= {f"{kind} {n}": int(v) for n, v in zip(columns.split(), values.split()[1:], strict=True)}
        return cls(found["Tcp ActiveOpens"], found["Udp OutDatagrams"])


def own_network(pid: int) -> bool:
    """Whether a process has left the network that this one is in."""
    return os.readlink(f"/proc/{pid}/ns/net") != os.readlink("/proc/self/ns/net")


def listen_within(pid: int, port: int) -> subprocess.Popen[bytes]:
    """A process that listens in the namespace of another, on the same address; it prints a line for each call."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.torture.hostile.outreach", str(pid), str(port)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    )
    assert child.stdout is not None
    if child.stdout.readline() != b"listening\n":
        raise RuntimeError(f"nobody can listen in the namespace of process {pid}")
    return child


def enter(pid: int) -> None:
    """Move this process into the network namespace of another, and bring the loopback device up there."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open(f"/proc/{pid}/ns/net", "rb") as namespace:
        if libc.setns(namespace.fileno(), _CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        fcntl.ioctl(probe, _SIOCSIFFLAGS, struct.pack("16sH14s", b"lo", _UP, b""))


def _listen_and_tell(pid: int, port: int) -> None:
    enter(pid)
    with socket.create_server(("127.0.0.1", port)) as server:
        print("listening", flush=True)
        while True:
            caller, _ = server.accept()
            with caller:
                print(f"heard {caller.recv(200)!r}", flush=True)


if __name__ == "__main__":
    _listen_and_tell(int(sys.argv[1]), int(sys.argv[2]))
