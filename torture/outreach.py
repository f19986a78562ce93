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
from collections.abc import Callable
from dataclasses import dataclass
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
                # Before the answer, so that whoever has the answer finds it here.
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

SERVICES: Final[dict[str, Made]] = {
    "plainly": lambda u: f"SELECT * {{ SERVICE <{u}> {{ ?s ?p ?o }} }}",
    "in small letters": lambda u: f"select * {{ service <{u}> {{ ?s ?p ?o }} }}",
    "silently": lambda u: f"SELECT * {{ SERVICE SILENT <{u}> {{ ?s ?p ?o }} }}",
    "without spaces": lambda u: f"SELECT*{{SERVICE<{u}>{{?s?p?o}}}}",
    "silent without spaces": lambda u: f"SELECT*{{SERVICESILENT<{u}>{{?s?p?o}}}}",
    "an escaped letter": lambda u: f"SELECT * {{ \\u0053ERVICE <{u}> {{ ?s ?p ?o }} }}",
    "all letters escaped": lambda u: f"SELECT * {{ \\u0053\\u0045\\u0052\\u0056\\u0049\\u0043\\u0045 <{u}> {{}} }}",
    "long escapes": lambda u: f"SELECT * {{ S\\U00000045RVI\\U00000063E <{u}> {{}} }}",
    "an escaped bracket": lambda u: f"SELECT * {{ SERVICE \\u003C{u}\\u003E {{ ?s ?p ?o }} }}",
    "a subselect": lambda u: f"SELECT * {{ {{ SELECT * {{ SERVICE <{u}> {{ ?s ?p ?o }} }} }} }}",
    "FILTER EXISTS": lambda u: f"SELECT * {{ ?s ?p ?o FILTER EXISTS {{ SERVICE <{u}> {{ ?a ?b ?c }} }} }}",
    "FILTER NOT EXISTS": lambda u: f"ASK {{ FILTER NOT EXISTS {{ SERVICE <{u}> {{ ?a ?b ?c }} }} }}",
    "EXISTS in BIND": lambda u: f"SELECT * {{ BIND(EXISTS {{ SERVICE <{u}> {{}} }} AS ?x) }}",
    "EXISTS in the head": lambda u: f"SELECT (EXISTS {{ SERVICE <{u}> {{}} }} AS ?x) {{}}",
    "EXISTS in HAVING": lambda u: f"SELECT ?s {{ ?s ?p ?o }} GROUP BY ?s HAVING (EXISTS {{ SERVICE <{u}> {{}} }})",
    "EXISTS in ORDER BY": lambda u: f"SELECT * {{ ?s ?p ?o }} ORDER BY (EXISTS {{ SERVICE <{u}> {{}} }})",
    "OPTIONAL": lambda u: f"SELECT * {{ OPTIONAL {{ SERVICE <{u}> {{ ?s ?p ?o }} }} }}",
    "MINUS": lambda u: f"SELECT * {{ ?s ?p ?o MINUS {{ SERVICE <{u}> {{ ?s ?p ?o }} }} }}",
    "UNION": lambda u: f"SELECT * {{ {{}} UNION {{ SERVICE <{u}> {{ ?s ?p ?o }} }} }}",
    "GRAPH": lambda u: f"SELECT * {{ GRAPH ?g {{ SERVICE <{u}> {{ ?s ?p ?o }} }} }}",
    "a variable with VALUES": lambda u: f"SELECT * {{ VALUES ?u {{ <{u}> }} SERVICE ?u {{ ?s ?p ?o }} }}",
    "a variable with BIND": lambda u: f"SELECT * {{ BIND(IRI('{u}') AS ?u) SERVICE ?u {{ ?s ?p ?o }} }}",
    "a prefixed name": lambda u: f"PREFIX e: <{u}> SELECT * {{ SERVICE e:x {{ ?s ?p ?o }} }}",
    "an empty prefix at once": lambda u: f"PREFIX : <{u}> SELECT * {{ SERVICE:x {{ ?s ?p ?o }} }}",
    "relative to BASE": lambda u: f"BASE <{u}> SELECT * {{ SERVICE <x> {{ ?s ?p ?o }} }}",
    "behind a comment": lambda u: f"SELECT * {{ # ' \" {{ \n SERVICE <{u}> {{ ?s ?p ?o }} }}",
    "behind a comment ended by CR": lambda u: f"SELECT * {{ # a comment\rSERVICE <{u}> {{ ?s ?p ?o }} }}",
    "a comment within": lambda u: f"SELECT * {{ SERVICE#\n#\n<{u}>#\n{{ ?s ?p ?o }} }}",
    "behind a string": lambda u: f"SELECT * {{ ?s ?p 'it\\'s # \"' . SERVICE <{u}> {{}} }}",
    "behind a long string": lambda u: f"SELECT * {{ ?s ?p '''it's \\''' # ''' . SERVICE <{u}> {{}} }}",
    "behind a number": lambda u: f"SELECT * {{ ?s ?p 1SERVICE<{u}>{{}} }}",
    "behind a decimal point": lambda u: f"SELECT * {{ ?s ?p true.SERVICE<{u}>{{}} }}",
    "behind a name with dots": lambda u: f"PREFIX : <urn:> SELECT * {{ ?s ?p :a.1.SERVICE <{u}> {{}} }}",
    "behind a language tag": lambda u: f"SELECT * {{ ?s ?p 'a'@en SERVICE <{u}> {{}} }}",
    "behind less-than": lambda u: f"SELECT * {{ FILTER(?a<?b#>\n) SERVICE <{u}> {{}} #>\n }}",
    "behind tabs and feeds": lambda u: f"SELECT * {{\t\r\nSERVICE\t\r\n<{u}>\t{{ ?s ?p ?o }} }}",
    "behind a byte order mark": lambda u: f"\ufeffSELECT * {{ SERVICE <{u}> {{ ?s ?p ?o }} }}",
    "in CONSTRUCT": lambda u: f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ SERVICE <{u}> {{ ?s ?p ?o }} }}",
    "in DESCRIBE": lambda u: f"DESCRIBE ?s {{ SERVICE <{u}> {{ ?s ?p ?o }} }}",
    "in ASK": lambda u: f"ASK {{ SERVICE <{u}> {{ ?s ?p ?o }} }}",
    "twice": lambda u: f"ASK {{ SERVICE <{u}> {{ SERVICE <{u}> {{ ?s ?p ?o }} }} }}",
}  # fmt: skip
"""SERVICE in its disguises; each must be refused."""

MENTIONS: Final[dict[str, Made]] = {
    "FROM": lambda u: f"SELECT * FROM <{u}g> {{ ?s ?p ?o }}",
    "FROM NAMED": lambda u: f"SELECT * FROM NAMED <{u}g> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "FROM, escaped": lambda u: f"SELECT * \\u0046ROM <{u}g> {{ ?s ?p ?o }}",
    "GRAPH": lambda u: f"SELECT * {{ GRAPH <{u}g> {{ ?s ?p ?o }} }}",
    "DESCRIBE": lambda u: f"DESCRIBE <{u}g>",
    "BASE": lambda u: f"BASE <{u}> SELECT * FROM <g> {{ <a> <b> <c> }}",
    "PREFIX": lambda u: f"PREFIX p: <{u}> ASK {{ p:a p:b p:c }}",
    "owl:imports, constructed": lambda u: f"CONSTRUCT {{ <urn:o> <http://www.w3.org/2002/07/owl#imports> <{u}> }} {{}}",
    "a function": lambda u: f"SELECT * {{ BIND(<{u}f>(1) AS ?x) }}",
    "a datatype": lambda u: f"SELECT ('1'^^<{u}t> AS ?x) {{}}",
    "SERVICE in a string": lambda u: f"SELECT ('SERVICE <{u}> {{}}' AS ?x) {{}}",
    "SERVICE in a comment": lambda u: f"SELECT * {{}} # SERVICE <{u}> {{}}",
}  # fmt: skip
"""Queries that name the address and may be answered, out of what is here."""

_INSERT: Final = "INSERT {{ GRAPH <urn:g> {{ ?s ?p ?o }} }} WHERE {{ {} }}"
UPDATES: Final[dict[str, Made]] = {
    "LOAD": lambda u: f"LOAD <{u}g>",
    "LOAD SILENT": lambda u: f"LOAD SILENT <{u}g>",
    "LOAD INTO": lambda u: f"LOAD <{u}g> INTO GRAPH <urn:g>",
    "LOAD, escaped": lambda u: f"\\u004COAD <{u}g>",
    "LOAD relative to BASE": lambda u: f"BASE <{u}> LOAD <g>",
    "LOAD with a prefixed name": lambda u: f"PREFIX e: <{u}> LOAD e:g",
    "LOAD second": lambda u: f"CLEAR SILENT GRAPH <urn:none> ; LOAD <{u}g>",
    "LOAD behind a comment": lambda u: f"# CLEAR\rLOAD#\n<{u}g>",
    "LOAD of a file": lambda _: "LOAD <file:///etc/passwd> INTO GRAPH <urn:g>",
    "SERVICE": lambda u: _INSERT.format(f"SERVICE <{u}> {{ ?s ?p ?o }}"),
    "SERVICE, escaped": lambda u: _INSERT.format(f"\\u0053ERVICE <{u}> {{ ?s ?p ?o }}"),
    "SERVICE in a subselect": lambda u: _INSERT.format(f"{{ SELECT * {{ SERVICE SILENT <{u}> {{ ?s ?p ?o }} }} }}"),
    "SERVICE in EXISTS": lambda u: _INSERT.format(f"?s ?p ?o FILTER EXISTS {{ SERVICE <{u}> {{ ?a ?b ?c }} }}"),
    "SERVICE in DELETE": lambda u: f"DELETE {{ ?s ?p ?o }} WHERE {{ SERVICE <{u}> {{ ?s ?p ?o }} }}",
    "SERVICE second": lambda u: f"CREATE SILENT GRAPH <urn:g> ; {_INSERT.format(f'SERVICE <{u}> {{ ?s ?p ?o }}')}",
    "USING": lambda u: f"INSERT {{ GRAPH <urn:g> {{ ?s ?p ?o }} }} USING <{u}g> WHERE {{ ?s ?p ?o }}",
    "USING NAMED": lambda u: f"INSERT {{ GRAPH <urn:g> {{ ?s ?p ?o }} }} USING NAMED <{u}g> WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "WITH": lambda u: f"WITH <{u}g> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
    "COPY": lambda u: f"COPY SILENT <{u}g> TO <urn:g>",
    "ADD": lambda u: f"ADD SILENT <{u}g> TO <urn:g>",
    "MOVE": lambda u: f"MOVE SILENT <{u}g> TO <urn:g>",
}  # fmt: skip
"""Updates, sent with a token that may make them."""

_DTD: Final = '<?xml version="1.0"?><!DOCTYPE r {}><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:"{}>{}</rdf:RDF>'
_NODE: Final = '<rdf:Description rdf:about="urn:a"><e:p>{}</e:p></rdf:Description>'
UPLOADS: Final[dict[str, tuple[str, Made]]] = {
    "owl:imports": ("text/turtle", lambda u: f"<urn:o> a <http://www.w3.org/2002/07/owl#Ontology> ; <http://www.w3.org/2002/07/owl#imports> <{u}o> ."),
    "a base": ("text/turtle", lambda u: f"@base <{u}> . @prefix : <{u}#> . <a> <b> :c ."),
    "rdfs:seeAlso": ("application/n-triples", lambda u: f"<urn:a> <http://www.w3.org/2000/01/rdf-schema#seeAlso> <{u}o> ."),
    "an external entity": ("application/rdf+xml", lambda u: _DTD.format(f'[<!ENTITY x SYSTEM "{u}x">]', "", _NODE.format("&x;"))),
    "an external entity of a file": ("application/rdf+xml", lambda _: _DTD.format('[<!ENTITY x SYSTEM "file:///etc/passwd">]', "", _NODE.format("&x;"))),
    "a public entity": ("application/rdf+xml", lambda u: _DTD.format(f'[<!ENTITY x PUBLIC "-//X" "{u}x">]', "", _NODE.format("&x;"))),
    "a parameter entity": ("application/rdf+xml", lambda u: _DTD.format(f'[<!ENTITY % x SYSTEM "{u}x"> %x;]', "", _NODE.format("1"))),
    "an external DTD": ("application/rdf+xml", lambda u: _DTD.format(f'SYSTEM "{u}x.dtd"', "", _NODE.format("1"))),
    "XInclude": ("application/rdf+xml", lambda u: _DTD.format("[]", ' xmlns:xi="http://www.w3.org/2001/XInclude"', f'<xi:include href="{u}x"/>')),
    "a schema's place": ("application/rdf+xml", lambda u: _DTD.format("[]", f' xmlns:s="http://www.w3.org/2001/XMLSchema-instance" s:schemaLocation="urn:e: {u}x.xsd"', _NODE.format("1"))),
    "a remote context": ("application/ld+json", lambda u: f'{{"@context": "{u}c.jsonld", "@id": "urn:a", "p": "x"}}'),
    "a remote context in a list": ("application/ld+json", lambda u: f'{{"@context": [{{"p": "urn:p"}}, "{u}c.jsonld"], "@id": "urn:a", "p": "x"}}'),
    "a remote context further in": ("application/ld+json", lambda u: f'{{"@id": "urn:a", "urn:p": {{"@context": "{u}c.jsonld", "q": "x"}}}}'),
    "a scoped remote context": ("application/ld+json", lambda u: f'{{"@context": {{"p": {{"@id": "urn:p", "@context": "{u}c.jsonld"}}}}, "@id": "urn:a", "p": {{"q": 1}}}}'),
    "a context that imports": ("application/ld+json", lambda u: f'{{"@context": {{"@version": 1.1, "@import": "{u}c.jsonld"}}, "@id": "urn:a"}}'),
    "a context that is a file": ("application/ld+json", lambda _: '{"@context": "file:///etc/passwd", "@id": "urn:a", "p": "x"}'),
    "a relative context behind a base": ("application/ld+json", lambda u: f'{{"@context": {{"@base": "{u}"}}, "@graph": [{{"@context": "c.jsonld", "@id": "a", "p": "x"}}]}}'),
    "an array of remote contexts": ("application/ld+json", lambda u: f'[{{"@context": "{u}1"}}, {{"@context": "{u}2", "@id": "urn:a", "p": 1}}]'),
}  # fmt: skip
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
        [sys.executable, "-m", "torture.outreach", str(pid), str(port)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parent.parent,
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
