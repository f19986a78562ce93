"""A node held against the ontology: are its classes and properties known, and do they belong together?

In Python, since SHACL says this only shape by shape (sh:closed), where the ontology already says it once: by the
domain of each property and the disjointness of classes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cache, lru_cache
from itertools import chain
from typing import Final

from onrecord.graph import terms
from onrecord.graph.text.suggestions import did_you_mean, nearest
from onrecord.graph.validation import circles, datatypes
from onrecord.graph.validation.overlay import TYPE, Overlay, Term, lexical
from onrecord.graph.validation.report import SHAPES, Result
from onrecord.graph.vocabulary import languages, ontology

_OWL: Final = terms.PREFIXES["owl"]
_RDF: Final = terms.PREFIXES["rdf"]
_REC: Final = "<" + terms.REC
_LANGUAGE: Final = f"^^<{terms.PREFIXES['xsd']}language>"
_BUILT_IN: Final = frozenset(
    {terms.RDF_TYPE, _OWL + "sameAs", _RDF + "subject", _RDF + "predicate", _RDF + "object"}
)
"""Properties every RDF tool knows, which the ontology therefore does not declare."""
_UNWRITABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
"""Control characters but for tab and line feed, and what else is no Char of XML 1.0; a carriage return is read as U+000A."""
_SUSPECT: Final = re.compile(r"\\|[\x00-\x1f\x7f-\x9f\ufffe\uffff]")
"""What of them a literal may hold as N-Triples writes it, where some are written with a backslash."""
_NAMES: Final = frozenset({f"<{terms.PREFIXES['rdfs']}label>", f"<{terms.PREFIXES['skos']}altLabel>"})
"""What things are called: of the spellings that look the same there is one, that of W3C charmod-norm."""
_VERBATIM: Final = frozenset(f"<{terms.REC}{name}>" for name in ("exact", "prefix", "suffix"))
"""Words copied from a text whose characters are counted and hashed: there, what stands in the text stands here."""


def check(node: Term, view: Overlay, dead: Mapping[Term, str]) -> Iterator[Result]:
    """What is wrong with one node, as it will be after the change; `dead` are the literals that the store cannot read."""
    if node[0] != "<":
        message = "A node without an IRI cannot be named, cited or taken back: give it an 'id'."
        yield Result(node, message, None, None, SHAPES + "BlankNode", source=view.source(node))
        return
    name, about = node[1:-1], view.about(node)
    if name in ontology.subjects():
        about = _not_ours(node, about)
    if not about:
        return
    for path, value, message, shape in chain(_problems(name, about), _of_literals(about, dead)):
        yield Result(name, message, path, value, SHAPES + shape, source=view.source(node))


def may_be_wrong(node: Term, view: Overlay, doubtful: Set[Term]) -> bool:
    """Whether check() may find anything; `doubtful` are the values with which something may be wrong, whatever has them."""
    name, about = node[1:-1], view.about(node)
    return (
        node[0] != "<"
        or name in ontology.subjects()
        or name.startswith(terms.REC)
        or _may_be_wrong(*view.form(node))
        or view.is_reflexive(node)
        or (bool(doubtful) and not doubtful.isdisjoint(chain.from_iterable(about.values())))
    )


@lru_cache(4096)
def _may_be_wrong(types: frozenset[str], predicates: tuple[Term, ...]) -> bool:
    return not types or bool(_of_types(types) or _of_predicates(predicates, types & ontology.classes()))


def doubtful(values: Iterable[Term]) -> set[Term]:
    """The values with which something may be wrong, whatever has them; literals that the store cannot read are not looked for."""
    return {value for value in values if _is_doubtful(value)}


def _is_doubtful(value: Term) -> bool:
    if value[0] == "<":
        return value.startswith(_REC) and not _known(value[1:-1])
    if value[0] == "_" or _SUSPECT.search(value) or not unicodedata.is_normalized("NFC", value):
        return True
    tag = _tag(value)
    return tag is not None and languages.problem(tag) is not None


_SAME: Final = f"<{_OWL}sameAs>"
_PRECISION: Final = f"<{terms.REC}datePrecision>"
_BOUNDS: Final = frozenset({f"<{terms.REC}begin>", f"<{terms.REC}end>"})
_UNKNOWN: Final = f"<{terms.REC}Unknown>"
_WORKED_OUT: Final = frozenset(
    f"<{terms.REC}{name}>"
    for name in (
        *(
            "standing",
            "standingReason",
            "standingRestsOn",
            "grade",
            "nameKey",
            "matchesText",
            "disputeOrder",
            "disputeSince",
            "ultimateSource",
            "mergedAs",
            "firstOn",
            "lastOn",
        ),
        *("relationKind", "relationFrom", "relationTo", "relationCount", "relationKey", "relationRestsOn"),
    )
)
_NAME_KEY: Final = f"<{terms.REC}nameKey>"
_OURS: Final = (_SAME, _PRECISION, *_WORKED_OUT)


def worked_out(view: Overlay) -> Iterator[Result]:
    """What only the service may say, said in another graph than graph/derived and graph/names."""
    for subject, predicate, value, graph in view.coming(_OURS):
        if predicate == _SAME and not graph.endswith("/graph/derived>") and _is_own(subject, value, view):
            message = (
                f"{value} is another thing of this graph: that the two are the same is a statement of its own, with who "
                "makes it and why. Write it under 'identities:' (docs/records.md), as a rec:Identity; 'sameAs' names the same "
                "thing elsewhere."
            )
            yield Result(
                _bare(subject), message, _bare(predicate), value, SHAPES + "Merged", source=graph[1:-1]
            )
        if predicate == _PRECISION and value == _UNKNOWN:
            about = view.about(subject)
            remedy = (
                "Its 'begin' and 'end' bound when it happened: say how exactly the source gives it, 'datePrecision: Minute', Hour, "
                "Night, Day, Month, or Year where no more is known."
                if about.keys() >= _BOUNDS
                else "Give bounds in which it happened, 'begin' and 'end', with 'datePrecision: Year' where no more is known."
            )
            message = (
                "'datePrecision: Unknown' is said by exports of what is current, of an event whose only time was refuted. "
                + remedy
            )
            yield Result(
                _bare(subject), message, _bare(predicate), value, SHAPES + "WorkedOut", source=graph[1:-1]
            )
        if predicate in _WORKED_OUT and not graph.endswith(("/graph/derived>", "/graph/names>")):
            name = _bare(predicate).removeprefix(terms.REC)
            message = f"The service itself works out '{name}', in a graph of its own: leave it out."
            yield Result(
                _bare(subject), message, _bare(predicate), value, SHAPES + "WorkedOut", source=graph[1:-1]
            )


def _is_own(subject: Term, value: Term, view: Overlay) -> bool:
    """Whether the value is a thing of the same graph: described there, or with an IRI like that of the subject."""
    return _bare(subject).rpartition("/")[0] == _bare(value).rpartition("/")[0] or bool(view.types(value))


def _bare(term: Term) -> str:
    """The IRI, the text of a literal, or the label of a blank node."""
    return term[1:-1] if term[0] == "<" else lexical(term) if term[0] == '"' else term[2:]


def _not_ours(node: Term, about: Mapping[Term, Sequence[Term]]) -> dict[Term, list[Term]]:
    """What is said of a node beside what the ontology says of it."""
    ours = _vocabulary()
    left = {p: [value for value in values if (node, p, value) not in ours] for p, values in about.items()}
    return {predicate: values for predicate, values in left.items() if values}


@cache
def _vocabulary() -> frozenset[tuple[Term, Term, Term]]:
    return frozenset((str(t.subject), str(t.predicate), str(t.object)) for t in ontology.vocabulary_triples())


_NO_CIRCLES: Final = frozenset(
    terms.REC + name for names in (*(names for names, _ in circles.RELATIONS), ["mergedAs"]) for name in names
)
"""Of these circles.py says it, of however many steps the circle is; and the first of things that are the same is merged as itself."""

_Problem = tuple[str | None, Term | None, str, str]
_About = Mapping[Term, Sequence[Term]]


def _problems(name: str, about: _About) -> Iterator[_Problem]:
    if name.startswith(terms.REC):
        message = f"{terms.short(name)} is a name of the ontology's: data cannot describe it; change ontology/ instead."
        yield None, None, message, "OwnNames"
        return
    types = frozenset(value[1:-1] for value in about.get(TYPE, ()) if value[0] == "<")
    if not types:
        if about.keys() == {_NAME_KEY}:
            return  # graph/names, of which a key says what is kept there: the service alone writes it
        message = "It is not said what this is: add 'type:', such as Person, Event or Claim."
        yield terms.RDF_TYPE, None, message, "Typed"
    yield from _of_types(types)
    for path, message, shape in _of_predicates(tuple(about), types & ontology.classes()):
        for value in about[f"<{path}>"]:
            yield path, value if shape != "Domain" else None, message, shape
    own = f"<{name}>"
    for predicate, values in about.items():
        for value in values:
            if value[0] == '"':
                continue
            if value[0] == "_":
                yield predicate[1:-1], value, "The value has no IRI: give it an 'id'.", "BlankNode"
            elif value == own and predicate.startswith(_REC) and predicate[1:-1] not in _NO_CIRCLES:
                short = predicate[1:-1].removeprefix(terms.REC)
                message = f"'{short}' names the very thing that it is said of: correct or remove it."
                yield predicate[1:-1], value, message, "Itself"
            elif value.startswith(_REC) and predicate != TYPE and not _known(value[1:-1]):
                message = f"The ontology knows no {terms.short(value[1:-1])}{_nearest(value[1:-1])}"
                yield predicate[1:-1], value, message, "KnownTerm"


@lru_cache(4096)
def _of_predicates(predicates: tuple[Term, ...], known: frozenset[str]) -> tuple[tuple[str, str, str], ...]:
    """What is wrong with any of some properties of something of known classes: property, message and rule."""
    return tuple((one[1:-1], *wrong) for one in predicates for wrong in _of_predicate(one[1:-1], known))


def _of_predicate(path: str, known: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """What is wrong with a property of something of known classes: messages, each with its rule."""
    if instead := ontology.replaced().get(path):
        message = (
            f"{terms.short(path)} belongs to an earlier version of the ontology: use "
            f"{' and '.join(map(terms.short, instead))}. docs/migrations/ moves records and dumps over."
        )
        return ((message, "Replaced"),)
    if path not in ontology.properties() and path not in _BUILT_IN:
        return ((f"The ontology knows no property {terms.short(path)}{_nearest(path)}", "KnownProperty"),)
    return tuple(_of_domain(path, known)) if known else ()


def _known(name: str) -> bool:
    return not name.startswith(terms.REC) or name in ontology.declared()


def _of_literals(about: _About, dead: Mapping[Term, str]) -> Iterator[_Problem]:
    for predicate, values in about.items():
        for value in values:
            if value[0] != '"':
                continue
            if value in dead:
                yield predicate[1:-1], value, dead[value], "ReadableLiteral"
                continue
            tag = _tag(value)
            problem = languages.problem(tag) if tag is not None else None
            if problem:
                yield predicate[1:-1], value, problem, "Language"
            if predicate in _NAMES and not value.isascii() and (message := _decomposed(value)):
                yield predicate[1:-1], value, message, "Composed"
            if _SUSPECT.search(value) and predicate not in _VERBATIM and (message := _unwritable(value)):
                yield predicate[1:-1], value, message, "Characters"


def _tag(literal: Term) -> str | None:
    """The language that a literal is in, or that it names."""
    if literal[-1] == ">":
        return lexical(literal) if literal.endswith(_LANGUAGE) else None
    return None if literal[-1] == '"' else literal[literal.rindex("@") + 1 :]


def _decomposed(literal: Term) -> str | None:
    text = lexical(literal)
    if unicodedata.is_normalized("NFC", text):
        return None
    return (
        f"The name {datatypes.shown(text)} is written with letters and accents apart, so that no query finds it by the usual "
        f"spelling, which looks the same: write {datatypes.shown(unicodedata.normalize('NFC', text))}, in Unicode's form NFC."
    )


def _unwritable(literal: Term) -> str | None:
    text = lexical(literal)
    found = _UNWRITABLE.search(text)
    return found and (
        f"The text {datatypes.shown(text)} holds U+{ord(found[0]):04X}, which XML cannot hold or changes, "
        "so that not every export would have it: remove it. Line breaks are U+000A."
    )


@lru_cache(1024)
def _of_types(types: frozenset[str]) -> tuple[_Problem, ...]:
    return tuple(_problems_of_types(types))


def _problems_of_types(types: frozenset[str]) -> Iterator[_Problem]:
    for kind in sorted(types):
        value = f"<{kind}>"
        if kind not in ontology.classes():
            message = f"The ontology knows no class {terms.short(kind)}{_nearest(kind)}"
            yield terms.RDF_TYPE, value, message, "KnownClass"
        elif kind in ontology.closed_lists():
            message = f"{terms.short(kind)} is a closed list: its members stand in ontology/vocab/, and data cannot add to them."
            yield terms.RDF_TYPE, value, message, "ClosedList"
    known = sorted(types & ontology.classes())
    if known and all(kind in ontology.abstract_classes() for kind in known):
        kinds = ", ".join(_kinds_of(known[0]))
        yield terms.RDF_TYPE, f"<{known[0]}>", f"Say which kind it is: {kinds}.", "ConcreteClass"
    for index, one in enumerate(known):
        for other in known[index + 1 :]:
            if ontology.disjoint(one, other):
                message = (
                    f"Nothing is both a {label(one)} and a {label(other)}: keep the one type that is right."
                )
                yield terms.RDF_TYPE, f"<{other}>", message, "OneKind"


def _of_domain(path: str, known: frozenset[str]) -> Iterator[tuple[str, str]]:
    above = frozenset[str]().union(*(ontology.superclasses()[kind] for kind in known))
    stated = ontology.properties().get(path)
    if stated is None or stated.domain is None or stated.domain in above or stated.domain == _OWL + "Thing":
        return
    owner = either(label(kind) for kind in _kinds_of(stated.domain) or [stated.domain])
    this = either(label(kind) for kind in sorted(known))
    message = (
        f"'{path.removeprefix(terms.REC)}' belongs to {owner}; this is {this}. Move it, or correct 'type'."
    )
    yield message, "Domain"


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
    """ "a place, an actor or a date": names (at least one) with their articles."""
    each = [f"an {name}" if name[0] in "aeiou" else f"a {name}" for name in names]
    return " or ".join([", ".join(each[:-1]), each[-1]] if len(each) > 1 else each)


def _nearest(iri: str) -> str:
    """', did you mean …?' where a known term is spelt like this one."""
    known = ontology.declared() | {name for name in ontology.properties() if not name.startswith(terms.REC)}
    by_local = {name.rpartition("#")[2].rpartition("/")[2]: name for name in known}
    local = iri.rpartition("#")[2].rpartition("/")[2]
    alike = [terms.short(by_local[name]) for name in nearest(local, by_local)]
    return "; " + did_you_mean(alike, "ontology/onrecord.ttl lists those there are.")
