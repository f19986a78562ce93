"""For feed readers and search engines: /feed.atom, /sitemap.xml and /robots.txt."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, render_template

from onrecord.api.http.addresses import root
from onrecord.api.http.answers import conditional, etag
from onrecord.api.http.context import ledger, settings
from onrecord.graph.questions import lists
from onrecord.graph.questions.deadline import Deadline
from onrecord.graph.questions.news import news

blueprint = Blueprint("discovery", __name__)


@blueprint.get("/feed.atom")
def feed() -> Response:
    """Statements that are new or were corrected, the latest change first, in Atom."""
    source = Deadline(ledger(), settings().page_seconds)

    def entries() -> str:
        found = news(ledger(), source, settings().base)
        return render_template("feed.xml", news=found, root=root())

    return _xml("application/atom+xml", entries)


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The pages that lists are on, and those of what the first page of each list shows."""
    source = Deadline(ledger(), settings().page_seconds)

    def addresses() -> str:
        things = lists.first_of_each(source)
        return render_template("sitemap.xml", things=things, root=root())

    return _xml("application/xml", addresses)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What robots need not read: answers to queries, and what only programs ask."""
    text = (
        "User-agent: *\nDisallow: /sparql?\nDisallow: /store\nDisallow: /search?\nDisallow: /api/\nDisallow: /network.\n"
        f"Sitemap: {root()}/sitemap.xml\n"
    )
    response = Response(text, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "max-age=3600"
    return response


def _xml(media_type: str, make: Callable[[], str]) -> Response:
    tag = etag(ledger().version, media_type, root())
    return conditional(tag, lambda: Response(make(), content_type=f"{media_type}; charset=utf-8"))
