"""A graph of actors who speak about each other: as many actors and statements as a test wants.

A few are spoken about most, as in real graphs: whom a statement is about is drawn among those who were named before.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from pyoxigraph import Quad, RdfFormat, parse

from onrecord.graph import terms
from onrecord.graph.vocabulary import ontology

_SIDES = ("UkrainianSide", "RussianSide", "ThirdParty")


def quads(actors: int, statements: int) -> frozenset[Quad]:
    """The same numbers give the same graph; what follows from it is for a commit to derive."""
    given = frozenset(parse("".join(_lines(actors, statements)).encode(), RdfFormat.N_QUADS))
    return given | frozenset(ontology.vocabulary_quads(terms.DEFAULT_BASE))


def _lines(actors: int, statements: int) -> Iterator[str]:
    draw = random.Random(1)  # noqa: S311  (an invented graph is no secret)
    base, rec, xsd = terms.DEFAULT_BASE, terms.REC, terms.PREFIXES["xsd"]
    kind, label = terms.RDF_TYPE, terms.PREFIXES["rdfs"] + "label"
    graph = f"<{base}document/d/v>"

    def say(subject: str, predicate: str, value: str) -> str:
        return f"<{base}{subject}> <{predicate}> {value} {graph} .\n"

    for number in range(actors):
        yield say(f"actor/a{number}", kind, f"<{rec}Person>")
        yield say(f"actor/a{number}", label, f'"Actor {number}"@en')
        yield say(f"actor/a{number}", rec + "side", f"<{rec}{_SIDES[number % 3]}>")
    named = [0]
    for number in range(statements):
        # Everybody speaks once, and then those who were named most are named again.
        speaker = number if number < actors else draw.randrange(actors)
        about = draw.choice(named)
        named += [speaker, about]
        statement = f"statement/s{number}"
        yield say(statement, kind, f"<{rec}Statement>")
        yield say(statement, label, f'"Statement {number}"@en')
        yield say(statement, rec + "speaker", f"<{base}actor/a{speaker}>")
        yield say(statement, rec + "about", f"<{base}actor/a{about}>")
        day = f"2025-{1 + number % 12:02}-{1 + number % 28:02}"
        yield say(statement, rec + "saidOn", f'"{day}"^^<{xsd}date>')
        yield say(statement, rec + "rendering", f"<{base}{statement}/r>")
        yield say(f"{statement}/r", rec + "mode", f"<{rec}Direct>")
        yield say(f"{statement}/r", rec + "text", f'"Words {number}"@en')
