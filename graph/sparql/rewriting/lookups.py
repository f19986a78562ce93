"""rec:matchesText, which no graph holds: each such triple becomes the things that have the words, as VALUES."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NoReturn

from onrecord.graph.errors import QueryRefused
from onrecord.graph.sparql.edits import Moved, Piece
from onrecord.graph.sparql.lookups import LOCAL, PREDICATE, may_be_predicate
from onrecord.graph.sparql.rewriting.parsing.patterns import parse
from onrecord.graph.sparql.rewriting.parsing.syntax import NotUnderstood, Span, Triples
from onrecord.graph.sparql.rewriting.source import Ask, Source
from onrecord.graph.sparql.tokens import Token, unescaped


def rewrite_lookups(
    text: str, tokens: Sequence[Token], ask: Ask, matches: Mapping[str, Sequence[str]]
) -> Moved | None:
    """The query without rec:matchesText, or None where it has none; `matches` has what is found for each text.

    QueryRefused where it stands in a place where it cannot be answered.
    """
    if not any(map(may_be_predicate, tokens)):
        return None
    try:
        found = parse(tokens)
    except NotUnderstood:
        try:
            ask(text)
        except SyntaxError:
            return None  # the engine says what is wrong
        raise QueryRefused(
            f"this query cannot be taken apart as far as rec:{LOCAL} needs: leave out what is not SPARQL 1.1"
        ) from None
    at = next(at for at, token in enumerate(tokens) if token.kind == "word" and token.text.upper() in _FORMS)
    source = Source(text, tokens, ask, text[: tokens[at].start], found.data_set)
    looked_up = _LookedUp(source, matches, labels=any(token.kind == "blank" for token in tokens))
    for group in found.groups:
        for triples, behind in group.triples:
            looked_up.take(triples, behind)
    if not looked_up.written:
        return None
    if tokens[at].text.upper() == "CONSTRUCT" and tokens[at + 1].text != "{":
        raise QueryRefused(
            f"CONSTRUCT WHERE takes no rec:{LOCAL}: write the template out, CONSTRUCT {{ … }} WHERE {{ … }}"
        )
    return source.edits.applied(looked_up.written)


_FORMS = frozenset(["SELECT", "CONSTRUCT", "ASK", "DESCRIBE"])


class _LookedUp:
    """The changes of one query."""

    def __init__(self, source: Source, matches: Mapping[str, Sequence[str]], *, labels: bool) -> None:
        self.written = 0
        self._source = source
        self._matches = matches
        self._labels = labels

    def take(self, triples: Triples, behind: int) -> None:
        """Replace what is looked up among the triples of one subject; without a better place, put it at token `behind`."""
        for verb in triples.inner:
            if self._is_lookup(verb):
                self._refuse(
                    verb, "what has the words needs a name: write a variable in the place of the brackets"
                )
        lookups = [objects for verb, objects in triples.verbs if self._is_lookup(verb)]
        if not lookups:
            return
        source = self._source
        kept: list[Piece] = []
        for verb, objects in triples.verbs:
            if not self._is_lookup(verb):
                kept += [" ; " if kept else "", source.place(verb), " "]
                for number, each in enumerate(objects):
                    kept += [" , " if number else "", source.place(each)]
        if kept:
            kept = [source.place(triples.subject), " ", *kept]
        found = " ".join(self._found(triples.subject, each) for objects in lookups for each in objects)
        self.written += len(found)
        span = triples.span
        if not kept and source.follows(span, "."):
            span = Span(span.begin, span.end + 1)
        if self._labels:
            # A blank node's label may stand on both sides, and is good for one block of triples only.
            source.edits.replace(*source.place(span), *kept)
            source.edits.put(source.tokens[behind].start, f" {found} ")
        else:
            source.edits.replace(*source.place(span), *kept, f" {found} ")

    def _is_lookup(self, verb: Span) -> bool:
        source = self._source
        if not any(map(may_be_predicate, source.tokens[verb.begin : verb.end])):
            return False
        if verb.end - verb.begin > 1:
            self._refuse(
                verb, "it is no part of a path: give what the path leads to a variable, and look for that"
            )
        return source.holds(f"FILTER(sameTerm({source.text(verb)}, <{PREDICATE}>))")

    def _found(self, subject: Span, words: Span) -> str:
        source = self._source
        thing = source.tokens[subject.begin]
        if subject.end - subject.begin != 1 or thing.kind not in {"var", "iri", "name"}:
            self._refuse(subject, "what has the words is a variable or an IRI")
        text = source.tokens[words.begin]
        if words.end - words.begin != 1 or text.kind != "string":
            self._refuse(words, "the words are a plain string that stands in the query, without a language")
        found = self._matches.get(unescaped(text.text))
        if found is None:
            self._refuse(words, f"write rec:{LOCAL} and the words without escapes")
        iris = [f"<{iri}>" for iri in found]
        if thing.kind == "var":
            return f"VALUES {thing.text} {{ {' '.join(iris)} }}"
        return f"FILTER({source.text(subject)} IN ({', '.join(iris)}))" if iris else "FILTER(false)"

    def _refuse(self, span: Span, why: str) -> NoReturn:
        raise QueryRefused(
            f'{self._source.line_and_column(span)}: rec:{LOCAL} is written ?thing rec:{LOCAL} "words"; {why}'
        )
