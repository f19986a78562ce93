"""A node held against the ontology: are its classes and properties known, and do they belong together?

In Python, since SHACL says this only shape by shape (sh:closed), where the ontology already says it once: by the
domain of each property and the disjointness of classes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.suggestions import nearest
from onrecord.graph.validation import datatypes
from onrecord.graph.validation.overlay import Node, Overlay, Term, type_
from onrecord.graph.validation.report import SHAPES, Result
from onrecord.graph.vocabulary import languages, ontology

_OWL: Final = terms.PREFIXES["owl"]
_RDF: Final = terms.PREFIXES["rdf"]
_LANGUAGE: Final = terms.PREFIXES["xsd"] + "language"
_BUILT_IN: Final = frozenset(
    {terms.RDF_TYPE, _OWL + "sameAs", _RDF + "subject", _RDF + "predicate", _RDF + "object"}
)
"""Properties every RDF tool knows, which the ontology therefore does not declare."""
_UNWRITABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
"""Control characters but for tab and line feed, and what else is no Char of XML 1.0; a carriage return is read as U+000A."""
_VERBATIM: Final = frozenset({terms.REC + "exact", terms.REC + "prefix", terms.REC + "suffix"})
"""Words copied from a text whose characters are counted and hashed: there, what stands in the text stands here."""


def check(node: Node, view: Overlay, dead: Mapping[ox.Literal, str]) -> Iterator[Result]:
    """What is wrong with one node, as it will be after the change; `dead` are the literals that the store cannot read."""
    source = view.source(node)
    if not isinstance(node, ox.NamedNode):
        message = "A node without an IRI cannot be named, cited or taken back: give it an 'id'."
        yield Result(str(node), message, None, None, SHAPES + "BlankNode", source=source)
        return
    about = {(p, o) for p, o in view.about(node) if not _ours(node, p, o)}
    if not about:
        return
    for path, value, message, shape in [*_problems(node.value, about), *_of_literals(about, dead)]:
        yield Result(node.value, message, path, str(value) if value else None, SHAPES + shape, source=source)


_SAME: Final = ox.NamedNode(_OWL + "sameAs")
_WORKED_OUT: Final = frozenset(
    terms.REC + name
    for name in (
        *(
            "standing",
            "standingReason",
            "standingRestsOn",
            "grade",
            "nameKey",
            "disputeOrder",
            "ultimateSource",
            "mergedAs",
            "firstOn",
            "lastOn",
        ),
        *("relationKind", "relationFrom", "relationTo", "relationCount", "relationRestsOn"),
    )
)


def worked_out(view: Overlay) -> Iterator[Result]:
    """What only the service may say, said in another graph than graph/derived and graph/names."""
    for quad in sorted(view.change.added, key=str):
        graph = getattr(quad.graph_name, "value", "")
        if quad.predicate == _SAME and not graph.endswith("/graph/derived") and _is_own(quad, view):
            message = (
                f"{quad.object} is another thing of this graph: that the two are the same is a statement of its own, with who "
                "makes it and why. Write it under 'identities:' (docs/records.md), as a rec:Identity; 'sameAs' names the same "
                "thing elsewhere."
            )
            yield Result(
                str(getattr(quad.subject, "value", quad.subject)), message, _SAME.value, str(quad.object),
                SHAPES + "Merged", source=graph,
            )  # fmt: skip
        if quad.predicate.value in _WORKED_OUT and not graph.endswith(("/graph/derived", "/graph/names")):
            name = quad.predicate.value.removeprefix(terms.REC)
            message = f"The service itself works out '{name}', in a graph of its own: leave it out."
            yield Result(
                str(getattr(quad.subject, "value", quad.subject)), message, quad.predicate.value, str(quad.object),
                SHAPES + "WorkedOut", source=graph,
            )  # fmt: skip


def _is_own(quad: ox.Quad, view: Overlay) -> bool:
    """Whether the value is a thing of the same graph: described there, or with an IRI like that of the subject."""
    subject, value = (str(getattr(end, "value", end)) for end in (quad.subject, quad.object))
    return subject.rpartition("/")[0] == value.rpartition("/")[0] or bool(view.types(quad.object))


def _ours(node: Node, predicate: ox.NamedNode, value: Term) -> bool:
    return (
        not isinstance(value, ox.Triple)
        and ox.Triple(node, predicate, value) in ontology.vocabulary_triples()
    )


_Problem = tuple[str | None, Term | None, str, str]


def _problems(name: str, about: Iterable[tuple[ox.NamedNode, Term]]) -> Iterator[_Problem]:
    if name.startswith(terms.REC):
        message = f"{terms.short(name)} is a name of the ontology's: data cannot describe it; change ontology/ instead."
        yield None, None, message, "OwnNames"
        return
    types = {
        value.value for predicate, value in about if predicate == type_ and isinstance(value, ox.NamedNode)
    }
    if not types:
        yield (
            terms.RDF_TYPE,
            None,
            "It is not said what this is: add 'type:', such as Person, Event or Claim.",
            "Typed",
        )
    yield from _of_types(types)
    known = types & ontology.classes()
    above = frozenset[str]().union(*(ontology.superclasses()[kind] for kind in known))
    for predicate, value in about:
        if isinstance(value, ox.BlankNode):
            yield predicate.value, value, "The value has no IRI: give it an 'id'.", "BlankNode"
        if instead := ontology.replaced().get(predicate.value):
            message = (
                f"{terms.short(predicate.value)} belongs to an earlier version of the ontology: use "
                f"{' and '.join(map(terms.short, instead))}. docs/migrations/ moves records and dumps over."
            )
            yield predicate.value, value, message, "Replaced"
        elif predicate.value not in ontology.properties() and predicate.value not in _BUILT_IN:
            message = (
                f"The ontology knows no property {terms.short(predicate.value)}{_nearest(predicate.value)}"
            )
            yield predicate.value, value, message, "KnownProperty"
        elif known:
            yield from _of_domain(predicate, known, above)
        if predicate != type_ and isinstance(value, ox.NamedNode) and not _known(value.value):
            message = f"The ontology knows no {terms.short(value.value)}{_nearest(value.value)}"
            yield predicate.value, value, message, "KnownTerm"


def _known(name: str) -> bool:
    return not name.startswith(terms.REC) or name in ontology.declared()


def _of_literals(
    about: Iterable[tuple[ox.NamedNode, Term]], dead: Mapping[ox.Literal, str]
) -> Iterator[_Problem]:
    for predicate, value in about:
        if not isinstance(value, ox.Literal):
            continue
        if value in dead:
            yield predicate.value, value, dead[value], "ReadableLiteral"
            continue
        tag = value.value if value.datatype.value == _LANGUAGE else value.language
        problem = languages.problem(tag) if tag is not None else None
        if problem:
            yield predicate.value, value, problem, "Language"
        unwritable = _UNWRITABLE.search(value.value) if predicate.value not in _VERBATIM else None
        if unwritable:
            message = (
                f"The text {datatypes.shown(value.value)} holds U+{ord(unwritable[0]):04X}, which XML cannot hold or changes, "
                "so that not every export would have it: remove it. Line breaks are U+000A."
            )
            yield predicate.value, value, message, "Characters"


def _of_types(types: set[str]) -> Iterator[_Problem]:
    for kind in sorted(types):
        value = ox.NamedNode(kind)
        if kind not in ontology.classes():
            message = f"The ontology knows no class {terms.short(kind)}{_nearest(kind)}"
            yield terms.RDF_TYPE, value, message, "KnownClass"
        elif kind in ontology.closed_lists():
            message = f"{terms.short(kind)} is a closed list: its members stand in ontology/vocab/, and data cannot add to them."
            yield terms.RDF_TYPE, value, message, "ClosedList"
    known = sorted(types & ontology.classes())
    if known and all(kind in ontology.abstract_classes() for kind in known):
        kinds = ", ".join(_kinds_of(known[0]))
        yield terms.RDF_TYPE, ox.NamedNode(known[0]), f"Say which kind it is: {kinds}.", "ConcreteClass"
    for index, one in enumerate(known):
        for other in known[index + 1 :]:
            if ontology.disjoint(one, other):
                message = (
                    f"Nothing is both a {label(one)} and a {label(other)}: keep the one type that is right."
                )
                yield terms.RDF_TYPE, ox.NamedNode(other), message, "OneKind"


def _of_domain(predicate: ox.NamedNode, known: Iterable[str], above: frozenset[str]) -> Iterator[_Problem]:
    stated = ontology.properties().get(predicate.value)
    if stated is None or stated.domain is None or stated.domain in above or stated.domain == _OWL + "Thing":
        return
    owner = either(label(kind) for kind in _kinds_of(stated.domain) or [stated.domain])
    this = either(label(kind) for kind in sorted(known))
    message = f"'{predicate.value.removeprefix(terms.REC)}' belongs to {owner}; this is {this}. Move it, or correct 'type'."
    yield predicate.value, None, message, "Domain"


@cache
def _kinds_of(abstract: str) -> list[str]:
    """The kinds an abstract class gathers, as local names; none for a class that is not abstract."""
    if abstract not in ontology.abstract_classes():
        return []
    below = (kind for kind, above in ontology.superclasses().items() if abstract in above)
    return sorted(kind.removeprefix(terms.REC) for kind in below if kind not in ontology.abstract_classes())


def label(kind: str) -> str:
    """What a class is called in a sentence: 'document version'."""
    return ontology.labels().get(kind) or ontology.labels().get(terms.REC + kind) or terms.short(kind)


def either(names: Iterable[str]) -> str:
    each = [f"an {name}" if name[0] in "aeiou" else f"a {name}" for name in names]
    return " or ".join([", ".join(each[:-1]), each[-1]] if len(each) > 1 else each)


def _nearest(iri: str) -> str:
    """', did you mean …?' where a known term is spelt like this one."""
    known = ontology.declared() | {name for name in ontology.properties() if not name.startswith(terms.REC)}
    by_local = {name.rpartition("#")[2].rpartition("/")[2]: name for name in known}
    local = iri.rpartition("#")[2].rpartition("/")[2]
    close = nearest(local, by_local)
    if close:
        return f"; did you mean {terms.short(by_local[close[0]])}?"
    return "; ontology/onrecord.ttl lists those there are."
