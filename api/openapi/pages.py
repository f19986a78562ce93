"""Addresses for people and operators in OpenAPI."""

from __future__ import annotations

from onrecord.api.data import service_description
from onrecord.api.http.negotiation import PAGE
from onrecord.api.openapi.parts import (
    COMPARED,
    DAY,
    DOCUMENT,
    MOMENT,
    TEXT,
    Described,
    in_path,
    operation,
    parameter,
)
from onrecord.graph.questions import lists
from onrecord.graph.questions.claims import disputing
from onrecord.graph.questions.network import asked as relations
from onrecord.graph.questions.network.formats import as_tables
from onrecord.graph.questions.network.formats.network_formats import FORMATS


def networks() -> Described:
    """The network of relations, as a page and in its formats."""
    about = {
        "ego": "whose network: an actor's IRI, or its part after the base; everybody's without it",
        "to": "another actor: the ways from one to the other",
        "steps": f"how far from the first actor, 1 to {relations.MOST_STEPS}",
        "off": "kinds of relation that are left out, with commas between",
        "from": "only what was so or was said on this day or later",
        "until": "only what was so or was said on this day or earlier",
        "asOf": "only what was so, or had been said, by this day",
        "colour": f"what the picture is coloured by: {', '.join(relations.COLOURS)}",
        "standing": "all shows also what rests on claims that were refuted, retracted or superseded; else current",
        "most": f"how many actors to show at most, 2 to {relations.MOST}",
    }
    about["version"] = "which version of the graph is asked, while it is kept; else the newest"
    given = [parameter(name, TEXT, about[name]) for name in relations.BY]
    summary = "Relations between actors, each with the words that it rests on"
    csv = parameter("table", TEXT, f"which table of csv: {', '.join(as_tables.TABLES)}")
    about |= {"a": "an actor's IRI, or its part after the base", "b": "another actor's"}
    of_pairs = [parameter(name, TEXT, about[name]) for name in relations.OF_PAIRS]
    of_two = "What relates two actors, in order of time"
    return {
        "/network": {
            "get": operation(
                f"{summary}, as a page",
                [PAGE],
                [
                    *given,
                    parameter("open", TEXT, "actors whose own networks are drawn too, with commas between"),
                ],
                errors=(400, 404, 504),
            )
        },
        "/relation.json": {"get": operation(of_two, ["application/json"], of_pairs, errors=(400, 404, 504))},
        "/relation": {"get": operation(of_two, [PAGE], of_pairs, errors=(400, 404, 504))},
        "/network.{suffix}": {
            "get": operation(
                summary,
                [one.media_type for one in FORMATS.values()],
                [in_path("suffix", "the format", {"enum": list(FORMATS)}), *given, csv],
                errors=(400, 404, 504),
            )
        },
    }


def pages() -> Described:
    """All other pages."""
    html = [PAGE]
    place = [
        parameter("after", TEXT, "where the page begins: what the link to the next one has"),
        parameter("before", TEXT, "where the page ends: what the link to the one before has"),
    ]
    period = [parameter("from", DAY, "the first day"), parameter("to", DAY, "the last day")]
    actor = [
        parameter(part, TEXT, "an actor's IRI, or its part after the base") for part in lists.OF_AN_ACTOR
    ]
    compared = [DOCUMENT, *COMPARED.values()]
    found = {
        f"/{name}": {"get": operation(summary, html, given, errors=(400, 504) if given else (504,))}
        for name, summary, given in (
            ("actors", "Everybody, by name", place),
            ("statements", "What was said, the latest first", [*place, *actor]),
            ("events", "What happened, the latest first", [*place, *period]),
            (
                "claims",
                "Claims, by how they stand",
                [
                    *place,
                    parameter("standing", {"enum": list(disputing.STANDINGS)}, "of one standing"),
                    parameter("sort", {"enum": list(disputing.SORTED)}, "how they are sorted"),
                    parameter("asOf", DAY, "without those that speak of later days"),
                ],
            ),
            (
                "disputes",
                "Claims that contradict each other, and why",
                [
                    place[0],
                    parameter("standing", TEXT, "as in /api/disputes"),
                    parameter("asOf", MOMENT, "as in /api/disputes"),
                    parameter("sort", {"enum": list(disputing.ORDERS)}, "how a page is sorted"),
                ],
            ),
            ("documents", "What was read", place),
            ("documents/{document}/changes", "What changed between two versions of a document", compared),
            ("vocabulary", "The terms the graph is written in", []),
            ("vocabulary/words", "The closed lists of the vocabulary", []),
            (
                "search",
                "What has all of some words",
                [
                    parameter("q", TEXT, "the words"),
                    parameter("kind", TEXT, "of one kind only"),
                    parameter("limit", TEXT, "how many at most"),
                ],
            ),
            ("about", "Method, formats, settings, errors, licence", []),
        )
    }
    drawn = operation(
        "What the page of events draws: the latest of a period, with places, kinds of weapon and tolls",
        ["application/json"],
        period,
        errors=(400, 504),
    )
    one = operation(
        "A term of the vocabulary: meaning, shapes, an example",
        html,
        [in_path("name", "the term, without rec:")],
        errors=(404, 504),
    )
    home = operation(
        "The start page, or the data set's description", [*html, *service_description.FORMATS], []
    )
    files = operation("Style sheets and such", ["*/*"], [in_path("filename", "the file")], errors=(404,))
    return {
        "/": {"get": home},
        **found,
        "/events.json": {"get": drawn},
        "/vocabulary/{name}": {"get": one},
        "/static/{filename}": {"get": files},
    }


def operations() -> Described:
    """What those ask who run the service."""
    plain = ["text/plain"]
    return {
        "/health": {"get": operation("Whether the server answers", plain, [])},
        "/ready": {"get": operation("Whether queries are answered", plain, [], errors=(500, 503, 504))},
        "/metrics": {"get": operation("Figures for Prometheus", plain, [])},
        "/openapi.json": {"get": operation("This description", ["application/json"], [])},
    }
