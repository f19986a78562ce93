"""The commits in the graph: graph/history says in PROV-O what /history says, made of the same headers.

It is not written by requests. It follows from the headers in the history alone, commit by commit, so replaying the history
makes it again, and a commit that is withdrawn takes its description along (engine/base.py: Bookkeeping). A commit is an
activity, named by its id; the version it made is an entity, named by the address that tells of it; its author is an agent,
named by the author's name.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, Store

from onrecord.graph import terms
from onrecord.graph.changes import Commit, as_stored

_PROV: Final = terms.PREFIXES["prov"]
_TYPE: Final = NamedNode(terms.RDF_TYPE)
_LABEL: Final = NamedNode(terms.PREFIXES["rdfs"] + "label")
_COMMENT: Final = NamedNode(terms.PREFIXES["rdfs"] + "comment")
_ASSOCIATED: Final = NamedNode(_PROV + "wasAssociatedWith")
_MOMENT: Final = NamedNode(terms.PREFIXES["xsd"] + "dateTime")

KINDS: Final = frozenset(NamedNode(terms.REC + kind) for kind in ("Commit", "GraphVersion", "Author"))
"""The classes that only graph/history has things of."""


def graph(base: str) -> NamedNode:
    """The graph that describes the commits."""
    return NamedNode(terms.graph_iri("history", base))


def version_iri(version: int, base: str) -> str:
    """The name of a version of the graph, which is the address that tells of it."""
    return f"{base}history/{version}"


def author_iri(name: str, base: str) -> str:
    """The name of the author of commits: another for each author, and without what an address would encode.

    Servers decode what is percent-encoded before anybody sees it, so such a name could not be looked up as it stands.
    """
    return f"{base}author/{''.join(_letter(letter) for letter in name)}"


def _letter(letter: str) -> str:
    if letter.isalnum() or letter == "-":
        return letter
    return "_" if letter == " " else f"~{ord(letter):x}~"


def describe(commit: Commit, base: str) -> frozenset[Quad]:
    """The quads of graph/history about a commit, as the store keeps them."""
    act, version = NamedNode(commit.id), NamedNode(version_iri(commit.version, base))
    triples: list[tuple[NamedNode, NamedNode, NamedNode | Literal]] = [
        *_named(act, "Commit", "Activity", f"Commit {commit.version}"),
        (act, NamedNode(terms.REC + "version"), Literal(commit.version)),
        (act, NamedNode(terms.REC + "added"), Literal(commit.added)),
        (act, NamedNode(terms.REC + "removed"), Literal(commit.removed)),
        (act, NamedNode(_PROV + "endedAtTime"), Literal(commit.time.isoformat(), datatype=_MOMENT)),
        *_named(version, "GraphVersion", "Entity", f"Version {commit.version}"),
        (version, NamedNode(_PROV + "wasGeneratedBy"), act),
    ]
    if commit.version > 1:
        # One commit follows another by way of the version between them.
        before = NamedNode(version_iri(commit.version - 1, base))
        triples += [
            (act, NamedNode(_PROV + "used"), before),
            (version, NamedNode(_PROV + "wasRevisionOf"), before),
        ]
    if commit.message:
        triples.append((act, _COMMENT, Literal(commit.message)))
    if commit.author.strip():
        author = NamedNode(author_iri(commit.author, base))
        triples += [*_named(author, "Author", "Agent", commit.author), (act, _ASSOCIATED, author)]
    where = graph(base)
    return as_stored(Quad(*triple, where) for triple in triples)


def _named(
    node: NamedNode, kind: str, prov: str, label: str
) -> Iterable[tuple[NamedNode, NamedNode, NamedNode | Literal]]:
    yield node, _TYPE, NamedNode(terms.REC + kind)
    yield node, _TYPE, NamedNode(_PROV + prov)
    yield node, _LABEL, Literal(label, language="en")


def retraction(commit: Commit, base: str, store: Store) -> frozenset[Quad]:
    """What to remove from a store if this commit did not happen: its description, but no author that others have."""
    described = describe(commit, base)
    author = NamedNode(author_iri(commit.author, base))
    act = NamedNode(commit.id)
    if any(q.subject != act for q in store.quads_for_pattern(None, _ASSOCIATED, author, graph(base))):
        return frozenset(quad for quad in described if quad.subject != author)
    return described
