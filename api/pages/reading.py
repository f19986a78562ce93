"""Pages for their reader: labels in the language that the request prefers among those that labels are written in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Response, request
from markupsafe import Markup

from onrecord.api.http.answers import conditional, etag
from onrecord.graph.questions.things.loader import Name, readers_of

LANGUAGES: Final = ("en", "uk", "ru")
"""Those that actors, places, weapons and the words of the vocabulary have labels in; sentences of ours are in the first."""


def languages() -> tuple[str, ...]:
    """Those of LANGUAGES that the request's Accept-Language names, the best first; the first of all where it names none."""
    wanted = [tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality > 0]
    return tuple(dict.fromkeys(one for one in wanted if one in LANGUAGES)) or LANGUAGES[:1]


def for_reader(version: int, parts: tuple[object, ...], make: Callable[[], Response]) -> Response:
    """As conditional(), with labels in the request's language; `parts` name the page for its ETag."""
    wanted = languages()
    with readers_of(wanted):
        response = conditional(etag(version, *parts, wanted), make)
    return varied(response)


def varied(response: Response) -> Response:
    """The response, which says that it depends on Accept-Language."""
    response.vary.add("Accept-Language")
    return response


def named(name: Name, *, capital: bool = False) -> Markup:
    """A name in its reader's language, marked as such where that is not the page's own, which is English."""
    text, language = name.own
    text = text[:1].upper() + text[1:] if capital else text
    if language is None or language.partition("-")[0].lower() == LANGUAGES[0]:
        return Markup.escape(text)
    return Markup('<span lang="{}">{}</span>').format(language, text)
