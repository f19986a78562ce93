"""The pages: each asks graph.questions and hands what it gets to a template."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, Response, make_response, render_template, request

from onrecord.api.http.context import ledger
from onrecord.api.http.parameters import page_number
from onrecord.api.http.problems import KINDS
from onrecord.graph.questions import views
from onrecord.graph.settings import table
from onrecord.graph.vocabulary.examples import examples

blueprint = Blueprint("pages", __name__)

# Things with a page of their kind, by the beginning of their path and how many steps follow; all others share one.
_PAGES: Final[dict[tuple[str, int], tuple[str, Callable[..., Any]]]] = {
    ("actor", 1): ("actor.html", views.actor),
    ("statement", 1): ("statement.html", views.statement),
    ("event", 1): ("event.html", views.event),
    ("claim", 1): ("claim.html", views.claim),
    ("document", 1): ("document.html", views.document),
    ("document", 2): ("version.html", views.version),
}


def home() -> Response:
    """What this is, how much of it there is, and where to start."""
    return _show("home.html", page=views.home(ledger()), examples=examples())


@blueprint.get("/actors")
def actors() -> Response:
    """Everybody, by name."""
    return _show("actors.html", actors=views.actors(ledger()))


@blueprint.get("/statements")
def statements() -> Response:
    """What was said, the latest first."""
    number = page_number()
    return _show("statements.html", listing=views.statements(ledger(), number), number=number)


@blueprint.get("/events")
def events() -> Response:
    """What happened, the latest first."""
    number = page_number()
    return _show("events.html", listing=views.events(ledger(), number), number=number)


@blueprint.get("/documents")
def documents() -> Response:
    """What was read."""
    return _show("documents.html", documents=views.documents(ledger()))


@blueprint.get("/vocabulary")
def vocabulary() -> Response:
    """The terms the graph is written in, and what they mean."""
    return _show("vocabulary.html", lists=views.vocabulary(ledger()))


@blueprint.get("/about")
def about() -> Response:
    """Method, formats, settings, errors, licence, limits."""
    shared = ledger().about().get("shared_network")
    return _show("about.html", settings=table(), kinds=KINDS.values(), shared_network=shared)


def about_thing(iri: str, path: str) -> Response:
    """The page on one thing."""
    kind, *rest = path.split("/")
    template, ask = _PAGES.get((kind, len(rest)), ("thing.html", views.thing))
    return _show(template, page=ask(ledger(), iri))


def _show(template: str, **shown: Any) -> Response:
    response = make_response(render_template(template, **shown))
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response
