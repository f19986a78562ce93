"""Facts of the graph, fetched in batches and kept: a page costs about a dozen queries however much stands on it.

A Loader lasts for one page. The view that fills the page says which things it needs (`fetch`, `follow`); asked for a
thing that was not fetched, a Loader fetches that one. So a view that forgets a thing is slow, never wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Final

from pyoxigraph import Literal, NamedNode

from onrecord.graph import terms
from onrecord.graph.attributes import Name, expand, local_name
from onrecord.graph.disputes import corrections, rules
from onrecord.graph.queryfiles import union
from onrecord.graph.questions import ask, ask_of, question
from onrecord.graph.questions.things.sides import by_post
from onrecord.graph.relations import kinds
from onrecord.graph.rows import whole_number
from onrecord.graph.sparql.tokens import bind
from onrecord.graph.vocabulary import ontology

if TYPE_CHECKING:
    from onrecord.graph.ledger import RowSource, Term

__all__ = ["Loader", "Name", "best", "expand", "local_name", "readers_of", "relation", "standing", "word"]

# Readers of the pages read English; where there is no English name, the two languages of the war come next.
_LANGUAGES: Final = ("en", "uk", "ru")

_ACTOR: Final = terms.REC + "Actor"
_TAKING_SIDES: Final = frozenset({terms.REC + "side", terms.REC + "unitOf"})
_NAMELESS: Final = frozenset(
    terms.REC + name
    for name in (
        "evidence",
        "rendering",
        "relay",
        "asserts",
        "assertedBy",
        "supersedes",
        "inScheme",
        "countKind",
        "mode",
    )
)
"""What these lead to has no name, or none that is shown where its facts are not here too: none is looked for before it is asked for."""

Properties = Mapping[str, Sequence["Term"]]


_READER: ContextVar[Sequence[str]] = ContextVar("reader", default=_LANGUAGES)


@contextmanager
def readers_of(languages: Sequence[str]) -> Iterator[None]:
    """Meanwhile, loaders also find names for readers of these languages, the best first; any others come after them."""
    token = _READER.set((*languages, *(one for one in _LANGUAGES if one not in languages)))
    try:
        yield
    finally:
        _READER.reset(token)


class Loader:
    """What one page has fetched: facts by thing and property, names, and what points at things."""

    def __init__(
        self,
        ledger: RowSource,
        *,
        sparing: bool = False,
        nameless: Iterable[str] = (),
        by_post: Mapping[str, str] | None = None,
    ) -> None:
        """With `sparing`, only names that were mentioned are fetched with others, not those of all that facts lead to; nor those that
        the properties `nameless` lead to.

        Given the sides that actors are on by their posts (`by_post`), by IRI, their posts are not looked for.
        """
        self.ledger = ledger
        self._by_post = by_post
        self._sparing = sparing
        self._nameless = _NAMELESS.union(map(expand, nameless))
        self._facts: dict[str, Properties] = {}
        self._some: dict[tuple[str, str], list[Term]] = {}
        self._names: dict[str, Name] = {}
        self._incoming: dict[tuple[str, str], list[str]] = {}
        self._mentioned: set[str] = set()
        self._grounds: dict[str, Mapping[str, Sequence[str]]] = {}

    def fetch(self, things: Iterable[str]) -> None:
        """Make sure the facts of these things are here."""
        missing = {thing for thing in things if thing not in self._facts}
        if not missing:
            return
        self._keep(self._asked("facts_in_brief", missing))

    def fetch_only(self, things: Iterable[str], name: str) -> None:
        """Make sure that one property of these things is here; the rest of their facts is fetched where it is asked for."""
        missing = {thing for thing in things if thing not in self._facts and (thing, name) not in self._some}
        found: dict[str, list[Term]] = {thing: [] for thing in missing}
        text = bind(question("outgoing"), {"property": f"<{expand(name)}>"})
        for row in ask_of(self.ledger, text, missing):
            found[row["thing"].value].append(row["other"])
        for thing, values in found.items():
            self._some[thing, name] = sorted(set(values), key=_rank)
            self._mentioned |= {value.value for value in values if isinstance(value, NamedNode)}

    def fetch_along(self, things: Iterable[str], *properties: str) -> None:
        """As fetch(), of these things and of all that they lead to over some properties, in any number of steps: one query.

        Of things that are here already, what they lead to is asked for, and they are not.
        """
        path = "|".join(f"<{expand(name)}>" for name in properties)
        self._fetch_along(things, properties, question("facts_along").replace("<urn:along>", f"({path})*"))

    def fetch_through(self, things: Iterable[str], *steps: Sequence[str]) -> None:
        """As fetch_along(), in the order of these steps, each over one of its properties or left out.

        That costs much less than any number of steps, where most things lead to the same few.
        """
        named = [[f"<{expand(name)}>" for name in step] for step in steps]
        paths = [f"({'|'.join(step)})?" for step in named]
        if len(paths) > 1:
            text = question("facts_through").replace("<urn:first>", ", ".join(named[0]))
            text = text.replace("<urn:along>", "/".join(paths[1:]))
        else:
            text = question("facts_along").replace("<urn:along>", paths[0])
        self._fetch_along(things, [name for step in steps for name in step], text)

    def _fetch_along(self, things: Iterable[str], properties: Sequence[str], text: str) -> None:
        starts, seen, ahead = set[str](), set[str](), set(things)
        while ahead:
            seen |= ahead
            known = ahead & self._facts.keys()
            starts |= ahead - known
            ahead = {
                value for thing in known for name in properties for value in self.iris(thing, name)
            } - seen
        if not starts:
            return
        found: dict[str, dict[str, list[Term]]] = {thing: defaultdict(list) for thing in starts}
        for row in ask_of(self.ledger, text, starts):
            facts = found.setdefault(row["reached"].value, defaultdict(list))
            facts[row["property"].value].append(row["value"])
        self._keep(found)

    def everything(self, thing: str) -> Properties:
        """All that is said of a thing."""
        found = self._asked("facts", {thing})[thing]
        self._mentioned |= {
            value.value for values in found.values() for value in values if isinstance(value, NamedNode)
        }
        return _sorted(found)

    def _asked(self, name: str, things: set[str]) -> dict[str, dict[str, list[Term]]]:
        found: dict[str, dict[str, list[Term]]] = {thing: defaultdict(list) for thing in things}
        for row in ask_of(self.ledger, question(name), things):
            found[row["thing"].value][row["property"].value].append(row["value"])
        return found

    def _keep(self, found: Mapping[str, Mapping[str, list[Term]]]) -> None:
        """Keep the facts of some things, and have the names of all that they mention fetched with the next ones."""
        for thing, properties in found.items():
            self._facts[thing] = _sorted(properties)
            if self._sparing:
                continue
            self._mentioned.add(thing)
            self._mentioned |= {
                value.value
                for name, values in properties.items()
                if name not in self._nameless
                for value in values
                if isinstance(value, NamedNode)
            }

    def follow(self, things: Iterable[str], *properties: str) -> list[str]:
        """Fetch these things, and return the IRIs that their properties lead to."""
        things = list(things)
        self.fetch(things)
        return [value for thing in things for name in properties for value in self.iris(thing, name)]

    def follow_back(self, things: Iterable[str], *properties: str) -> list[str]:
        """The IRIs of what points at these things through some properties, sorted; "against" is one, whichever way it points, and
        "through" leads to those through whom alone a claim is known.
        """
        things = list(things)
        asked = [(thing, name) for thing in things for name in properties]
        missing = [pair for pair in asked if pair not in self._incoming]
        if missing:
            names = dict.fromkeys(name for _, name in missing)
            text = union({name: _pointing(name) for name in names}, "name")
            found: dict[tuple[str, str], list[str]] = defaultdict(list)
            for row in ask_of(self.ledger, text, (thing for thing, _ in missing)):
                found[row["thing"].value, row["name"].value].append(row["other"].value)
            self._incoming.update({pair: found[pair] for pair in missing})
        return sorted({other for pair in asked for other in self._incoming[pair]})

    def against(self, claim: str) -> list[str]:
        """The claims that one contradicts or that contradict it, sorted; follow_back() fetches them as "against"."""
        return [other for other in self.follow_back([claim], "against") if other != claim]

    def grounds(self, claim: str) -> Mapping[str, Sequence[str]]:
        """The IRIs of the rules that found other claims and this one to contradict each other, by the other's IRI."""
        if claim not in self._grounds:
            rules: dict[str, list[str]] = defaultdict(list)
            for row in ask(self.ledger, "grounds", claim=claim):
                rules[row["thing"].value].append(row["rule"].value)
            self._grounds[claim] = rules
        return self._grounds[claim]

    def mention(self, things: Iterable[str]) -> None:
        """Have the names of these things fetched with the next ones."""
        self._mentioned.update(things)

    def facts(self, thing: str) -> Properties:
        """What is said of a thing, but for what it contradicts and what its standing rests on: see against(), everything()."""
        if thing not in self._facts:
            self.fetch([thing])
        return self._facts[thing]

    def values(self, thing: str, name: str) -> Sequence[Term]:
        """The values of one property."""
        facts = self._facts.get(thing)
        if facts is None:
            if (thing, name) in self._some:
                return self._some[thing, name]
            facts = self.facts(thing)
        return facts.get(expand(name), ())

    def iris(self, thing: str, name: str) -> list[str]:
        """The things one property leads to."""
        return [value.value for value in self.values(thing, name) if isinstance(value, NamedNode)]

    def texts(self, thing: str, name: str) -> list[Literal]:
        """The literals one property holds."""
        return [value for value in self.values(thing, name) if isinstance(value, Literal)]

    def name(self, thing: str) -> Name:
        """What to call a thing. The first call fetches the names of everything mentioned so far."""
        if thing not in self._names:
            self._fetch_names({thing} | self._mentioned)
        return self._names[thing]

    def _fetch_names(self, things: set[str]) -> None:
        missing = things - self._names.keys()
        labels: dict[str, list[Literal]] = defaultdict(list)
        sides: dict[str, set[str]] = defaultdict(set)
        known = {thing for thing in missing if self._tells_its_name(thing)}
        merged: dict[str, str] = {}
        for thing in known:
            labels[thing] = self.texts(thing, "rdfs:label")
            sides[thing].update(self.iris(thing, "side"))
            merged.update((thing, one) for one in self.iris(thing, "mergedAs"))
        held = 0
        text = question("names" if self._by_post is None else "names_without_posts")
        for row in ask_of(self.ledger, text, missing - known):
            label = row.get("label")
            held += whole_number(row.get("held")) or 0
            if isinstance(label, Literal):
                labels[row["thing"].value].append(label)
            if "side" in row:
                sides[row["thing"].value].add(row["side"].value)
            if "merged" in row:
                merged[row["thing"].value] = row["merged"].value
        for thing, by_posts in by_post(self.ledger, missing - known, held).items():
            sides[thing] |= by_posts
        for thing, known_side in (self._by_post or {}).items():
            sides[thing].add(known_side)
        for thing in missing:
            labels[thing] += _translations().get("/".join(thing.rsplit("/", 2)[1:]), ())
            side = sides[thing].pop() if len(sides[thing]) == 1 else None
            self._names[thing] = _named(thing, labels[thing], side, merged.get(thing))

    def _tells_its_name(self, thing: str) -> bool:
        """Whether what was fetched of a thing tells its name and its side: posts are known, or it can be on none."""
        facts = self._facts.get(thing, {})
        if self._by_post is not None and facts:
            return terms.REC + "unitOf" not in facts
        kinds = {kind.value for kind in facts.get(terms.RDF_TYPE, ())}
        above = ontology.superclasses()
        known = kinds and all(kind in above and _ACTOR not in above[kind] for kind in kinds)
        return bool(known) and not facts.keys() & _TAKING_SIDES


def word(term: str) -> Name:
    """What to call a term of the vocabulary, by its IRI, for the reader of this page; from the ontology, without a query."""
    labels = ontology.labels_in().get(term, {})
    return _named(term, [Literal(text, language=language) for language, text in labels.items()])


def relation(kind: kinds.Kind) -> Name:
    """What to call a kind of relation, between two names; as word()."""
    return _named(kind.name, [Literal(text, language=language) for language, text in kind.labels])


def standing(name: str) -> Name:
    """What to call how a claim stands, by the end of its IRI; as word()."""
    return word(terms.REC + name)


@cache
def _translations() -> Mapping[str, Sequence[Literal]]:
    """The end of an IRI -> labels beside the English one, of what files of ours stand for; the graph has the English one."""
    found = {f"rule/{name}": labels for name, labels in rules.labels().items()}
    found[f"rule/{corrections.NAME}"] = corrections.LABELS
    found |= {f"relation-kind/{kind.name}": dict(kind.labels) for kind in kinds.kinds().values()}
    return {
        end: [Literal(text, language=language) for language, text in labels.items() if language != "en"]
        for end, labels in found.items()
    }


def _named(thing: str, labels: Sequence[Literal], side: str | None = None, merged: str | None = None) -> Name:
    # A label that is blank names nothing: a link by it could not be seen.
    labels = [label for label in labels if label.value.strip()]
    name, own = best(labels), best(labels, _READER.get())
    text, language = (local_name(thing), None) if name is None else (name.value, name.language)
    translated = None if own is None or own == name else (own.value, own.language or "")
    return Name(thing, text, language, side, translated, merged)


def _pointing(name: str) -> str:
    """The query for what points at things through one property."""
    if name in {"against", "through"}:
        return question(name)
    return bind(question("incoming"), {"property": f"<{expand(name)}>"})


def best(labels: Iterable[Literal], languages: Sequence[str] = _LANGUAGES) -> Literal | None:
    """The label to show of several: by language, then by spelling, so that it is the same one every time."""

    def rank(label: Literal) -> tuple[int, str]:
        language = (label.language or "").partition("-")[0]
        return (languages.index(language) if language in languages else len(languages)), label.value

    return min(labels, key=rank, default=None)


def _sorted(properties: Mapping[str, list[Term]]) -> Properties:
    # Most have one value.
    return {
        property_: values if len(values) == 1 else sorted(set(values), key=_rank)
        for property_, values in properties.items()
    }


def _rank(term: Term) -> tuple[str, str]:
    return term.value, (term.language or "") if isinstance(term, Literal) else ""
