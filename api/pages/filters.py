"""What templates may call: links, figures and dates in words, the side somebody is on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from math import isfinite
from typing import Any, Final

from flask import Flask
from markupsafe import Markup
from pyoxigraph import Literal

from onrecord.api.http.context import ledger, settings
from onrecord.api.pages import assets, charts, links, paging, reading
from onrecord.graph import questions
from onrecord.graph.files.texts import Texts
from onrecord.graph.questions import citations
from onrecord.graph.questions.claims import explanations
from onrecord.graph.questions.claims.accounts import Said
from onrecord.graph.questions.things import contexts
from onrecord.graph.questions.things.entities import Event
from onrecord.graph.questions.things.loader import Name, local_name
from onrecord.graph.questions.things.statements import Claim, Excerpt, Statement
from onrecord.graph.text import phrases
from onrecord.graph.text.textfragments import at_the_words

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
        "names": names,
        "unlinked": unlinked,
        "language": phrases.language,
        "content": content,
        "local_name": local_name,
        "href": href,
        "data": data,
        "short": lambda iri: links.short(iri, settings().base),
        "side": side,
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
        "described": questions.description,
    }
    assets.install(app)
    app.context_processor(_of_every_page)


def _of_every_page() -> dict[str, Any]:
    return {"data_version": ledger().version, "base": settings().base, "plain": settings().plain}


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


def side(name: Name) -> tuple[str, str] | None:
    """The class and the words for the side a thing is on, if it is known to be on one."""
    return None if name.side is None else phrases.SIDES.get(local_name(name.side))


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
    return citations.cited(statement, ledger().version)


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
