"""Where in a list a page begins: `after` or `before` in its address, a key and a thing with a space between."""

from __future__ import annotations

from typing import TypedDict

from flask import request
from pyoxigraph import NamedNode

from onrecord.api.http.context import settings
from onrecord.api.http.problems import BadRequest
from onrecord.graph.questions.things.listing import Key


class PageStart(TypedDict, total=False):
    """Where a page begins or ends; at the beginning of the list where neither is given."""

    after: Key
    before: Key


def page_start() -> PageStart:
    """The place that the address of this request names. BadRequest where it names none."""
    if "page" in request.args:
        raise BadRequest(
            400,
            f"Lists have no numbered pages: go to {request.path} and follow its links, instead of `page`.",
        )
    if "after" in request.args and "before" in request.args:
        raise BadRequest(400, "A page begins after one thing or ends before one: give `after` or `before`.")
    found: PageStart = {}
    if "after" in request.args:
        found["after"] = _key(request.args["after"])
    if "before" in request.args:
        found["before"] = _key(request.args["before"])
    return found


def written(key: Key) -> str:
    """A key as an address has it."""
    return f"{key.value} {key.thing.removeprefix(settings().base)}"


def absolute(name: str) -> str:
    """The IRI of a name that is absolute or lies under the base. BadRequest where it is none."""
    for iri in (name, settings().base + name):
        try:
            return NamedNode(iri).value
        except ValueError:
            continue
    raise BadRequest(400, f"{name[:100]!r} names nothing: give an IRI, or its part after {settings().base}")


def _key(text: str) -> Key:
    value, space, thing = text.rpartition(" ")
    if not space:
        raise BadRequest(
            400, f"{text[:100]!r} is no place in a list: go to {request.path} and follow its links."
        )
    return Key(value, absolute(thing))
