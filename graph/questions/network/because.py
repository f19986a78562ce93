"""What a relation rests on, as people read it: each piece of evidence in a sentence, with its words and where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Final

from onrecord.graph import terms
from onrecord.graph.attributes import Thing
from onrecord.graph.questions.things.entities import Tenure, Version
from onrecord.graph.questions.things.loader import Loader, Name
from onrecord.graph.questions.things.statements import (
    Claim,
    Excerpt,
    Rendering,
    Sourced,
    Statement,
    fetch_sources,
)
from onrecord.graph.relations.kinds import kinds
from onrecord.graph.relations.network import Relation
from onrecord.graph.text import phrases
from onrecord.graph.text.textfragments import at_the_words

_FALLEN: Final = ("Retracted", "Refuted", "Superseded")
_VERBS: Final = {
    "Asserts": ("said", "wrote"),
    "Denies": ("denied", "denied"),
    "Doubts": ("doubted", "doubted"),
}
_NAMED: Final = (
    *("claimant", "concerns", "subject", "object", "holder", "toward", "responsible", "ofParty", "attitude"),
    *(
        "predicate",
        "stance",
        "speaker",
        "about",
        "institution",
        "measure",
        "scope",
        "targetKind",
        "targetRole",
    ),
    *("weapon", "weaponIncluding", "weaponOneOf", "launchedFrom", "carrier"),
)
"""What a sentence may name."""
_ARTICLES: Final = frozenset({"the", "a", "an", "all", "most", "several", "some", "at", "no", "about"})


@dataclass(frozen=True, slots=True)
class Because:
    """One piece of evidence. IRIs and texts are None where there is none.

    `thing` is what the relation rests on, `quotation` the excerpt with the exact `words` (in `language`), `link` the address of
    the source, scrolled to the words. `word` is on whose word it stands, `source` who published it; both are None for what the
    editors' reference data say. `begin` and `end` are those of the relation; `date` the day it was said, or printed.
    """

    sentence: str
    thing: str
    statement: str | None = None
    claim: str | None = None
    standing: str | None = None
    quotation: str | None = None
    words: str | None = None
    language: str | None = None
    word: Name | None = None
    source: Name | None = None
    version: str | None = None
    link: str | None = None
    begin: str | None = None
    end: str | None = None
    date: str | None = None


def fetch(loader: Loader, relations: Iterable[Relation], actors: Iterable[str] = ()) -> None:
    """Have all that because() needs of these relations fetched, and the facts of these actors, in a few queries."""
    relations, actors = list(relations), list(actors)
    things = sorted({thing for relation in relations for thing in relation.evidence})
    loader.mention(end for relation in relations for end in (relation.source, relation.target))
    loader.mention(actors)
    if not things:
        loader.fetch(actors)
        return
    loader.fetch_along([*things, *actors], "rendering", "relay", "asserts")
    renderings = [thing for thing in things if Thing(loader, thing).is_a("Rendering")]
    statements = [thing for thing in things if Thing(loader, thing).is_a("Statement")]
    claims = [thing for thing in things if loader.iris(thing, "claimant")]
    claims += loader.follow(statements, "asserts")
    making = loader.follow_back([*renderings, *claims], "rendering", "asserts")
    renderings += loader.follow(statements, "rendering")
    fetch_sources(loader, [*renderings, *claims, *making])
    read = loader.follow(loader.follow([*renderings, *claims], "evidence"), "ofVersion")
    read += loader.follow([*renderings, *claims], "reportedIn", "assertedBy")
    loader.mention(loader.follow(loader.follow(read, "versionOf"), "publisher"))
    statements += making
    loader.mention(name for thing in (*claims, *things, *statements) for name in _named(loader, thing))
    loader.mention(claims)


def _named(loader: Loader, thing: str) -> list[str]:
    return [iri for name in _NAMED for iri in loader.iris(thing, name)]


def because(loader: Loader, relations: Sequence[Relation], *, fallen: bool = False) -> list[Because]:
    """The evidence of the relations of one kind between two actors, the latest first, each quotation apart.

    `fallen`: also claims that no longer count.
    """
    found = [
        item
        for relation in relations
        for thing in relation.evidence
        for item in _of_thing(loader, relation, thing, _shared(loader, relations), fallen=fallen)
    ]
    return sorted(found, key=lambda item: item.date or item.begin or "", reverse=True)


def _shared(loader: Loader, relations: Sequence[Relation]) -> frozenset[str]:
    """Where two spoke on one topic, what both spoke about; nothing for relations of other kinds."""
    if not kinds()[relations[0].kind].undirected:
        return frozenset()
    spoken: dict[str, set[str]] = {}
    for statement in {thing for relation in relations for thing in relation.evidence}:
        for speaker in loader.iris(statement, "speaker"):
            spoken.setdefault(speaker, set()).update(loader.iris(statement, "about"))
    return frozenset.intersection(*map(frozenset, spoken.values())) if spoken else frozenset()


def _of_thing(
    loader: Loader, relation: Relation, iri: str, shared: frozenset[str], *, fallen: bool
) -> Iterator[Because]:
    thing = Thing(loader, iri)
    if thing.is_a("Statement"):
        yield from _of_statement(relation, Statement(loader, iri), shared or {relation.target}, fallen=fallen)
    elif thing.is_a("Rendering"):
        rendering = Rendering(loader, iri)
        statement = next((Statement(loader, one) for one in loader.follow_back([iri], "rendering")), None)
        yield from _quoted(relation, rendering, _plainly(loader, relation), iri, statement=statement)
    elif loader.iris(iri, "claimant"):
        claim = Claim(loader, iri)
        statement = next(iter(claim.statements), None)
        yield from _quoted(relation, claim, sentence(claim), iri, statement=statement, claim=claim)
    elif thing.is_a("Tenure"):
        yield _item(relation, _in_post(Tenure(loader, iri)), iri)
    else:
        yield _item(relation, _plainly(loader, relation), iri)


def _of_statement(
    relation: Relation, statement: Statement, things: Set[str], *, fallen: bool
) -> Iterator[Because]:
    """What it asserts of these things, where it asserts something of them; else the statement in each wording."""
    claims = [claim for claim in statement.claims if fallen or _standing(claim) not in _FALLEN]
    of_them = [claim for claim in claims if things & _mentioned(claim)]
    for claim in of_them:
        yield from _quoted(relation, claim, sentence(claim), statement.iri, statement=statement, claim=claim)
    if not of_them:
        plain = _plainly(statement.loader, relation, statement, things)
        for rendering in statement.renderings:
            yield from _quoted(relation, rendering, plain, statement.iri, statement=statement)


def _quoted(  # noqa: PLR0913
    relation: Relation,
    resting: Sourced,
    said: str,
    thing: str,
    *,
    statement: Statement | None,
    claim: Claim | None = None,
) -> Iterator[Because]:
    for excerpt in resting.evidence:
        yield _item(relation, said, thing, statement=statement, claim=claim, excerpt=excerpt)
    if not resting.evidence:
        yield _item(relation, said, thing, statement=statement, claim=claim)


def _item(  # noqa: PLR0913
    relation: Relation,
    said: str,
    thing: str,
    *,
    statement: Statement | None = None,
    claim: Claim | None = None,
    excerpt: Excerpt | None = None,
) -> Because:
    version = excerpt.version if excerpt else claim.version if claim else None
    source = version.source if version else None
    claimants = claim.claimants if claim else []
    published = (version.day or version.published_at) if version else None
    return Because(
        sentence=said,
        thing=thing,
        statement=statement.iri if statement else None,
        claim=claim.iri if claim else None,
        standing=_standing(claim) if claim else None,
        quotation=excerpt.iri if excerpt else None,
        words=excerpt.exact if excerpt else None,
        language=excerpt.language if excerpt else None,
        word=claimants[0] if claimants else source,
        source=source,
        version=version.iri if version else None,
        link=_link(excerpt, version) if excerpt and version else None,
        begin=relation.begin,
        end=relation.end,
        date=(statement.day if statement else None) or published,
    )


def _link(excerpt: Excerpt, version: Version) -> str | None:
    document = version.document
    url = version.url or (document.url if document else None)
    # The words of a table's row stand in the table, not on the page that the row is about.
    return at_the_words(url, "" if version.has("readAs", "TableRow") else excerpt.exact) if url else None


def _standing(claim: Claim) -> str | None:
    found = claim.loader.iris(claim.iri, "standing")
    return found[0].removeprefix(terms.REC) if found else None


def _mentioned(claim: Claim) -> set[str]:
    names = (claim.subject, claim.objects, claim.holders, claim.toward, claim.responsible, claim.of_party)
    return {name.iri for group in (*names, claim.concerns) for name in group}


def sentence(claim: Claim) -> str:
    """Who said what, and when: "Donald Trump said on 25 August 2025 that Vladimir Putin dislikes Volodymyr Zelensky"."""
    stance = claim.stance.iri.removeprefix(terms.REC) if claim.stance else "Asserts"
    statement = next(iter(claim.statements), None)
    said, wrote = _VERBS.get(stance, _VERBS["Asserts"])
    day = statement.day if statement else claim.version.published if claim.version else None
    who = phrases.listed([name.text for name in claim.claimants])
    opening = f"{who} {said if statement else wrote}{f' on {phrases.day(day)}' if day else ''}"
    content = phrases.plain(phrases.content(claim))
    asserted = stance == "Asserts"
    if asserted and not _is_made(claim, content):
        return _joined(opening, claim, content)
    return f"{opening}{_clause(claim, content, asserted=asserted)}"


def _is_made(claim: Claim, content: str) -> bool:
    """Whether a claim is called by its content, as one is that its record gives no label."""
    return not claim.name.text or claim.name.text.casefold().startswith(content.casefold())


def _clause(claim: Claim, content: str, *, asserted: bool) -> str:
    """What is claimed, as the rest of a sentence."""
    event = phrases.listed([name.text for name in claim.concerns])
    if claim.kind == "TargetClaim":
        role = claim.target_role.text if claim.target_role else "hit or aimed at"
        kinds = phrases.listed([kind.text for kind in claim.target_kinds])
        at = f" ({event})" if event else ""
        return f" what was {role}: {kinds}{at}" if asserted else f" that {kinds} was {role}{at}"
    if claim.kind == "ResponsibilityClaim":
        who = phrases.listed([name.text for name in claim.responsible])
        if not event:
            return f" who is responsible: {who}" if asserted else f" the responsibility of {who}"
        apposition = "," if "," in claim.concerns[-1].text else ""
        was = "were" if len(claim.concerns) > 1 else "was"
        return f" that {event}{apposition} {was} carried out by {who}"
    return f": {content}" if claim.kind == "QuantityClaim" else f" that {content}"


def _joined(opening: str, claim: Claim, content: str) -> str:
    """The claim's label after "that", where its beginning is a name or can be written small; after a colon if not."""
    label = claim.name.text if claim.name.language == "en" else content
    first, space, rest = label.partition(" ")
    known = {word for name in _names(claim) for word in name.text.split()}
    if first.removesuffix("'s").removesuffix("’s").rstrip(",") in known:
        return f"{opening} that {label}"
    if first.lower() in _ARTICLES:
        return f"{opening} that {first.lower()}{space}{rest}"
    return f"{opening}: {label}"


def _names(claim: Claim) -> Iterator[Name]:
    yield from claim.claimants
    yield from claim.concerns
    for names in (claim.subject, claim.objects, claim.holders, claim.toward, claim.responsible):
        yield from names


def _in_post(tenure: Tenure) -> str:
    post = next((text.value for text in tenure.posts if text.language == "en"), "")
    holder = tenure.holder.text if tenure.holder else tenure.name.text
    at = f" ({tenure.institution.text})" if tenure.institution else ""
    begin = f" {'from' if tenure.until else 'since'} {phrases.day(tenure.since)}" if tenure.since else ""
    end = f" until {phrases.day(tenure.until)}" if tenure.until else ""
    return f"{holder} {'held' if tenure.until else 'holds'} the post of {post or tenure.name.text}{at}{begin}{end}"


def _plainly(
    loader: Loader, relation: Relation, statement: Statement | None = None, things: Set[str] = frozenset()
) -> str:
    day = (statement.day if statement else None) or relation.begin
    on = f" on {phrases.day(day)}" if day else ""
    if statement is not None and kinds()[relation.kind].undirected:
        who = phrases.listed([name.text for name in statement.speakers])
        return f"{who} spoke about {phrases.listed([loader.name(one).text for one in sorted(things)])}{on}"
    return f"{loader.name(relation.source).text} {relation.label} {loader.name(relation.target).text}{on}"
