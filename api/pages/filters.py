"""What templates may call: links, figures and dates in words, the side somebody is on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from math import isfinite
from typing import Any, Final
from urllib.parse import quote, urlencode

from flask import Flask, request
from markupsafe import Markup
from pyoxigraph import Literal

from onrecord.api.http import addresses
from onrecord.api.http.context import ledger, settings
from onrecord.api.pages import assets, charts, links, paging, reading
from onrecord.graph import questions, terms
from onrecord.graph.files.texts import Texts
from onrecord.graph.questions import citations
from onrecord.graph.questions.claims import explanations
from onrecord.graph.questions.claims.accounts import Said
from onrecord.graph.questions.things import contexts
from onrecord.graph.questions.things.entities import Event
from onrecord.graph.questions.things.loader import Name, local_name, relation, standing, word
from onrecord.graph.questions.things.statements import Claim, Excerpt, Statement
from onrecord.graph.text import phrases
from onrecord.graph.text.textfragments import at_the_words

_PATH: Final = "/:@!$&'()*+,;=-._~"
_SIDES: Final = {
    f"{terms.REC}UkrainianSide": "ua",
    f"{terms.REC}RussianSide": "ru",
    f"{terms.REC}ThirdParty": "tp",
}
"""The sides of the war, and the class of what is coloured as one of them."""
_ANCHOR: Final = re.compile("</?a\\b[^>]*>")
# What XML cannot hold, however it is written.
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def install(app: Flask) -> None:
    """Give an application's templates their functions."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters |= {
        "day": phrases.day,
        "moment": phrases.moment,
        "as_of": phrases.as_of,
        "listed": phrases.listed,
        "named": reading.named,
        "relation_named": lambda kind: reading.named(relation(kind)),
        "class_of_kind": class_of_kind,
        "standing_named": lambda name: reading.named(standing(name)),
        "names": names,
        "unlinked": unlinked,
        "language": phrases.language,
        "content": content,
        "local_name": local_name,
        "href": href,
        "data": data,
        "short": lambda iri: links.short(iri, settings().base),
        "side": side,
        "in_sentence": in_sentence,
        "at_source": at_source,
        "place": paging.written,
        "number": lambda value: f"{value:,}",
        "tuple": tuple,
        "explained": explanations.against,
        "explained_between": explanations.between,
        "said_when": said_when,
        "steps": charts.steps,
        "bars": charts.bars,
        "posts": charts.posts,
        "utc": utc,
        "xml_text": lambda text: _NO_XML.sub(" ", text),
        "description": questions.description_of,
        "citation": citation,
        "in_context": in_context,
        "cited_plainly": citations.plain,
    }
    app.jinja_env.globals |= {
        "amount": phrases.amount,
        "span": phrases.span,
        "points": points,
        "sides": sides,
        "described": questions.description,
    }
    assets.install(app)
    app.context_processor(_of_every_page)


def _of_every_page() -> dict[str, Any]:
    return {
        "data_version": ledger().version,
        "base": settings().base,
        "plain": settings().plain,
        "public_root": addresses.public_root(),
        "canonical": _canonical(),
    }


def _canonical() -> str:
    """The path of this page with what chooses its content: a passage of a version only says where to look."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "passage"]
    return "/" + quote(request.path.lstrip("/"), safe=_PATH) + (f"?{urlencode(kept)}" if kept else "")


def href(thing: Name | str) -> str | None:
    """Where a link to a thing leads."""
    return links.page(thing if isinstance(thing, str) else thing.iri, settings().base)


def names(several: Iterable[Name], joint: str = "and") -> Markup:
    """Names in their reader's language, as `listed` puts them."""
    *most, last = [reading.named(name) for name in several] or [Markup()]
    return Markup("{} {} {}").format(Markup(", ").join(most), joint, last) if most else last


def unlinked(text: Markup) -> Markup:
    """What a template wrote, without its links."""
    return Markup(_ANCHOR.sub("", text))  # noqa: S704  (it was escaped when it was written)


def data(iri: str, suffix: str) -> str:
    """The address of a thing's description in another format."""
    return links.local(iri, settings().base, f".{suffix}") or iri


def side(name: Name) -> tuple[str, Markup] | None:
    """The class and the words for the side a thing is on, if it is known to be on one."""
    return (_SIDES[name.side], _label(name.side)) if name.side in _SIDES else None


def sides() -> list[tuple[str, Markup]]:
    """The class and the words for each side there is."""
    return [(css, _label(iri)) for iri, css in _SIDES.items()]


def _label(term: str) -> Markup:
    return reading.named(word(term), capital=True)


def class_of_kind(kind: str) -> Name:
    """What to call a kind of thing, as IRIs begin with it: actor, weapon …"""
    return word(terms.REC + {"weapon": "WeaponType"}.get(kind, kind.capitalize()))


def in_sentence(part: phrases.Word) -> Markup:
    """A word of a claim as its sentence has it: in its reader's language, or as English bends it."""
    return reading.named(part.name) if part.name.translated else Markup.escape(part.text)


def points(event: Event) -> list[dict[str, object]]:
    """Where an event was, for a map: latitude and longitude in degrees, and what the place is called."""
    found: list[dict[str, object]] = []
    for place in event.places:
        with suppress(TypeError, ValueError):
            at = float(place.latitude or ""), float(place.longitude or "")
            if isfinite(at[0]) and isfinite(at[1]):
                found.append({"at": at, "label": place.name.own[0]})
    return found


def content(claim: Claim) -> list[tuple[str, phrases.ClaimPart]]:
    """A claim's words with what each piece of them is: text, word, value or thing."""
    kinds = {str: "text", phrases.Word: "word", Literal: "value"}
    return [(kinds.get(type(part), "thing"), part) for part in phrases.content(claim)]


def in_context(excerpt: Excerpt) -> contexts.ExcerptContext | None:
    """An excerpt in the text that is kept of its version; None where none is."""
    return contexts.context(excerpt, Texts(ledger().directory))


def citation(statement: Statement) -> citations.Citation:
    """How to cite a statement from the version that is shown."""
    page = links.public(statement.iri, settings().base, addresses.public_root())
    return citations.cited(statement, ledger().version, page)


def utc(moment: datetime | None) -> str:
    """A moment as Atom wants it, in UTC; 1 January 1970 where there is none."""
    return (moment or datetime.fromtimestamp(0, UTC)).astimezone(UTC).isoformat(timespec="seconds")


def said_when(said: Said) -> str:
    """When something was said, no more exactly than it is known."""
    bounds = (said.since, said.until)
    return phrases.within(*(None if bound is None else bound.isoformat() for bound in bounds))


def at_source(excerpt: Excerpt) -> str | None:
    """The passage on its publisher's page."""
    version = excerpt.version
    document = version.document if version else None
    url = (version.url if version else None) or (document.url if document else None)
    return at_the_words(url, excerpt.exact) if url else None
