"""The query mix: 24 questions of the kinds that people ask of such a graph, each a file with its parameters as `$name`.

A parameter is taken from the graph: of the things of a kind, ordered by how much hangs on each, the first, and then at
growing distances. So busy things are asked about more often than they are there, as they are by people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

from onrecord.graph import queryfiles, terms
from onrecord.graph.sparql.tokens import bind, tokenize

KINDS: Final = {
    "actor": "SELECT ?x WHERE { ?s rec:speaker ?x } GROUP BY ?x ORDER BY DESC(COUNT(*)) ?x",
    "event": "SELECT ?x WHERE { ?s rec:concerns ?x } GROUP BY ?x ORDER BY DESC(COUNT(*)) ?x",
    "whole": "SELECT ?x WHERE { ?e rec:partOf+ ?x } GROUP BY ?x ORDER BY DESC(COUNT(*)) ?x",
    "statement": "SELECT ?x WHERE { ?x rec:asserts ?c } GROUP BY ?x ORDER BY DESC(COUNT(*)) ?x",
    "publisher": "SELECT ?x WHERE { ?d rec:publisher ?x } GROUP BY ?x ORDER BY DESC(COUNT(*)) ?x",
    "place": "SELECT ?x WHERE { ?e rec:place/rec:within* ?x } GROUP BY ?x ORDER BY DESC(COUNT(*)) ?x",
    "day": "SELECT DISTINCT ?x WHERE { ?v rec:published ?x } ORDER BY ?x",
    "moment": "SELECT DISTINCT ?x WHERE { ?c rec:asOfUntil ?x } ORDER BY DESC(?x)",
    "words": 'SELECT DISTINCT ?x WHERE { ?r rec:text ?t BIND (REPLACE(STR(?t), "^([a-z]+ [a-z]+ [a-z]+) .*$", "$1") AS ?x) } ORDER BY ?x',
}
"""Parameter -> the query for what may be put there, as ?x."""
_DIFFERENT: Final = 40
"""Values of a parameter that are used."""
_PREFIXES: Final = {name: f"PREFIX {name}: <{iri}>\n" for name, iri in terms.PREFIXES.items()}


@dataclass(frozen=True, slots=True)
class Question:
    """One query of the mix: its name, its title, and its text with a set of parameters for each number."""

    name: str
    title: str
    _text: str
    _values: Mapping[str, Sequence[str]]

    def text(self, number: int) -> str:
        """The query with its parameters; the same for the same number."""
        return bind(self._text, {name: values[number % len(values)] for name, values in self._values.items()})

    def unseen(self, number: int) -> str:
        """The same query as a text that nobody was asked before."""
        # A prefix that nothing uses: it changes what is asked for nobody, and no cache knows the text.
        return f"PREFIX unseen{next(_unseen)}: <urn:unseen>\n{self.text(number)}"

    @property
    def is_small(self) -> bool:
        """Whether it is about one thing, and asks for what hangs on it."""
        return bool(self._values) and "words" not in self._values

    @property
    def is_graph(self) -> bool:
        """Whether the answer is a graph."""
        return any(token.text in {"CONSTRUCT", "DESCRIBE"} for token in tokenize(self._text))


_unseen = count(1)


def questions(ask: Callable[[str], Sequence[str]]) -> list[Question]:
    """The mix over a graph; `ask` gives the values of ?x that a query of KINDS finds there, as SPARQL writes them."""
    found: dict[str, Sequence[str]] = {}
    made = []
    for file in queryfiles.in_directory(Path(__file__).parent):
        body = file.text.partition("\n")[2]
        tokens = list(tokenize(body))
        variables = {token.text for token in tokens if token.kind == "var"}
        names = {name[1:] for name in variables if name.startswith("$")}
        if both := {name for name in names if f"?{name}" in variables}:
            raise ValueError(f"{file.name}.rq: {both} are parameters and variables, and would be one thing")
        for name in names - set(found):
            found[name] = spread(ask(prefixed(KINDS[name])), _DIFFERENT)
        made.append(Question(file.name, file.title, prefixed(body), {name: found[name] for name in names}))
    return made


def prefixed(text: str) -> str:
    """A query with declarations of the prefixes that it uses."""
    names = {token.text.partition(":")[0] for token in tokenize(text) if token.kind == "name"}
    return "".join(line for name, line in _PREFIXES.items() if name in names) + text


def spread(values: Sequence[str], most: int) -> list[str]:
    """The first value, and others at distances that grow by the same factor."""
    if not values:
        raise ValueError("the graph holds nothing that could be asked about")
    places = {round(len(values) ** (step / most)) - 1 for step in range(most)}
    return [values[place] for place in sorted(places)]
