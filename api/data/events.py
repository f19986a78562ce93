"""Events with where, when, by which kinds of weapon and how many were killed, as JSON: what the page of events draws."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request

from onrecord.api.http.answers import json_response
from onrecord.api.http.context import ledger, settings
from onrecord.api.http.headers import allow_any_origin
from onrecord.api.http.parameters import given_of
from onrecord.api.pages.reading import for_reader
from onrecord.graph.questions.claims.tolls import wholes
from onrecord.graph.questions.deadline import Deadline
from onrecord.graph.questions.lists import DRAWN, EventsView, events_with_tolls
from onrecord.graph.questions.things.entities import Event
from onrecord.graph.questions.things.loader import Name, local_name
from onrecord.graph.text import phrases

blueprint = Blueprint("events", __name__)
blueprint.after_request(allow_any_origin)

BY: Final = ("from", "to")
"""The parameters of this address: days."""
_NOT_DRAWN: Final = (
    "perpetrator",
    "target",
    "near",
    "allegedBy",
    "launchedFrom",
    "carrier",
    "grade",
    "within",
)
"""What is said of events and places and does not stand here."""


@blueprint.get("/events.json")
def events() -> Response:
    """The events that begin on two days or between them, the latest of them where there are too many to draw."""

    def respond() -> Response:
        given = given_of(BY)
        source = Deadline(ledger(), settings().page_seconds)
        begin, end = given.get("from") or None, given.get("to") or None
        found = events_with_tolls(source, begin, end, size=DRAWN, nameless=_NOT_DRAWN)
        document = {
            "version": ledger().version,
            "whole": found.listing.following is None,
            "events": _events(found),
        }
        return json_response(document)

    return for_reader(ledger().version, (request.full_path,), respond)


def _events(found: EventsView) -> list[dict[str, object]]:
    shown = found.listing.things
    above = wholes(shown)
    known = {event.iri for event in shown}
    return [
        {
            "id": event.iri,
            **_named(event.name),
            "begin": event.begin,
            "end": event.end,
            "when": phrases.span(
                event.begin, event.end, local_name(event.precision.iri) if event.precision else None
            ),
            "kinds": _kinds(event),
            "places": [
                {
                    "id": place.iri,
                    **_named(place.name),
                    "latitude": place.latitude,
                    "longitude": place.longitude,
                }
                for place in event.places
            ],
            "killed": [
                {
                    "side": side and local_name(side),
                    "least": count.least,
                    "exact": count.exact,
                    "claim": count.claim,
                }
                for side, count in found.killed[event.iri].items()
            ],
            "partOf": sorted(above[event.iri] & known),
        }
        for event in shown
    ]


def _kinds(event: Event) -> list[dict[str, object]]:
    """What it was done with, by category; what it was, where no weapon is known."""
    loader = event.loader
    weapons = [weapon.iri for weapon in event.weapons]
    categories = dict.fromkeys(category for weapon in weapons for category in loader.iris(weapon, "category"))
    names = [loader.name(category) for category in categories] or event.weapons or event.types
    return [{"id": local_name(name.iri), **_named(name)} for name in names]


def _named(name: Name) -> dict[str, object]:
    """What a thing is called by its reader, with the language where that is not English."""
    text, language = name.own
    return {"label": text} if language in (None, "en") else {"label": text, "language": language}
