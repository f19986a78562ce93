"""The pages: each asks graph.questions and hands what it gets to a template."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from flask import Blueprint, Response, make_response, render_template, request

from onrecord.api.http.context import ledger, settings
from onrecord.api.http.parameters import given_of, parameters, sole
from onrecord.api.http.problems import PROBLEM_TYPES, BadRequest, Missing
from onrecord.api.pages import assets
from onrecord.api.pages.paging import absolute, page_start
from onrecord.api.pages.reading import for_reader
from onrecord.graph.importers.catalogue import imported
from onrecord.graph.questions import is_described, lists, views
from onrecord.graph.questions.claims import disputing
from onrecord.graph.questions.deadline import Deadline
from onrecord.graph.questions.network.asked import OF_PAIRS, wanted_pair
from onrecord.graph.questions.network.shown import each_once, pair, timeline
from onrecord.graph.questions.tables import tables
from onrecord.graph.questions.things.listing import Page
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
_PAGED: Final = ("event.html", "version.html")


def home() -> Response:
    """What this is, how much of it there is, and where to start."""
    return _show("home.html", lambda: {"page": lists.home(_source(), _classes()), "examples": examples()})


@blueprint.get("/actors")
def actors() -> Response:
    """Everybody, by name."""
    return _list("actors.html", lists.actors)


@blueprint.get("/statements")
def statements() -> Response:
    """What was said, the latest first; with `speaker`, `about`, `via` or `attributedTo`, that of one actor."""
    given = [(part, request.args[part]) for part in lists.OF_AN_ACTOR if part in request.args]
    if not given:
        return _list("statements.html", lists.statements)
    if len(given) > 1:
        raise BadRequest(400, f"Give one of {', '.join(lists.OF_AN_ACTOR)}, not {len(given)} of them.")
    (part, name), where = given[0], page_start()
    iri = absolute(name)

    def ask() -> dict[str, Any]:
        actor, listing = lists.statements_of(_source(), part, iri, **where)
        return {"actor": actor, "part": part, "listing": listing}

    return _show("statements.html", ask)


@blueprint.get("/events")
def events() -> Response:
    """What happened, the latest first, with how many were killed per side; `from` and `to` are days."""
    where, given = page_start(), parameters(request.query_string)
    earliest, latest = sole(given, "from") or None, sole(given, "to") or None
    return _show(
        "events.html",
        lambda: {
            "page": lists.events_with_tolls(_source(), earliest, latest, **where),
            "earliest": earliest,
            "latest": latest,
        },
    )


@blueprint.get("/claims")
def claims() -> Response:
    """Claims of one `standing`, sorted by `sort`; `asOf` is a day, and leaves out what speaks of later ones."""
    where, given = page_start(), parameters(request.query_string)
    standing, sort = sole(given, "standing") or "contested", sole(given, "sort") or "moment"
    as_of = sole(given, "asOf") or None

    def ask() -> dict[str, Any]:
        listing = disputing.claims(_source(), standing, sort, as_of=as_of, **where)
        return {
            "listing": listing,
            "standing": standing,
            "sort": sort,
            "as_of": as_of,
            "standings": disputing.STANDINGS,
            "orders": tuple(disputing.SORTED),
        }

    return _show("claims.html", ask)


@blueprint.get("/disputes")
def disputes() -> Response:
    """Claims that contradict each other; `standing` and `asOf` as in /api/disputes, `sort` as in disputing.ORDERS."""
    where, given = page_start(), parameters(request.query_string)
    standing, sort = sole(given, "standing"), sole(given, "sort") or "sharpest"
    as_of = sole(given, "asOf") or None
    if "before" in where:
        raise BadRequest(400, "This list is read forwards only: go to /disputes and follow its links.")
    after = where.get("after")
    # The form gives a day, which stands for its end in UTC.
    moment = f"{as_of}T23:59:59Z" if as_of and len(as_of) == len("2025-08-28") else as_of

    def ask() -> dict[str, Any]:
        listing = disputing.disputes(_source(), tables.standings_of(standing), sort, after, moment)
        orders = tuple(disputing.ORDERS)
        return {"listing": listing, "standing": standing, "as_of": as_of, "sort": sort, "orders": orders}

    return _show("disputes.html", ask)


@blueprint.get("/documents")
def documents() -> Response:
    """What was read."""
    return _list("documents.html", lists.documents)


@blueprint.get("/documents/<path:document>/changes")
def changes(document: str) -> Response:
    """What changed between two versions of a document, `from` and `to`."""
    iri = absolute(f"{settings().base}document/{document}")
    earlier, later = request.args.get("from"), request.args.get("to")
    return _show("changes.html", lambda: {"page": views.changes(_source(), iri, earlier, later)})


@blueprint.get("/relation")
def relation() -> Response:
    """All that relates two actors, `a` and `b`, in order of time; 404 for one of whom the graph says nothing."""

    def ask() -> dict[str, Any]:
        asked = wanted_pair(given_of(OF_PAIRS), settings().base)
        source = _source(asked.version)
        for iri in (str(asked.ego), str(asked.to)):
            if not is_described(source, iri):
                raise Missing(f"The graph does not know {iri}.")
        found = pair(source, asked)
        names = {node.iri: node for node in found.nodes}
        ends = [names[str(found.wanted.ego)], names[str(found.wanted.to)]]
        said = {"ends": ends, "names": names, "messages": found.messages}
        return {**said, "edges": found.edges, "timeline": each_once(timeline(found))}

    return _show("relation.html", ask)


@blueprint.get("/vocabulary")
def vocabulary() -> Response:
    """The terms the graph is written in, what they mean, and what changed between versions of the ontology."""
    return _show(
        "vocabulary.html",
        lambda: {
            "lists": [found for found in lists.vocabulary(_source()) if found.listing is None],
            "changes": lists.changes(_source()),
            "query": lists.vocabulary_query(settings().base),
        },
    )


@blueprint.get("/vocabulary/words")
def words() -> Response:
    """The closed lists of the vocabulary: the words that some properties take as values."""
    return _show(
        "vocabulary.html",
        lambda: {
            "lists": [found for found in lists.vocabulary(_source()) if found.listing is not None],
            "query": lists.vocabulary_query(settings().base),
        },
    )


@blueprint.get("/vocabulary/<name>")
def term(name: str) -> Response:
    """One term: its meaning, what the shapes ask of it, and an example; 404 where there is none of that name."""

    def ask() -> dict[str, Any]:
        found = lists.term(_source(), name)
        if found is None:
            raise Missing(f"The vocabulary has no term rec:{name[:100]}: see /vocabulary.")
        return {"page": found}

    return _show("term.html", ask)


@blueprint.get("/about")
def about() -> Response:
    """Method, formats, settings, errors, licence, limits."""
    # The only thing on a page that no version tells: how this process runs.
    runs = ledger().about()
    shared, mirror = runs.get("shared_network"), runs.get("mirror")
    server = mirror and (mirror["server"].partition("/")[0] or "its name is not known yet")
    return _show(
        "about.html",
        lambda: {
            "settings": table(),
            "problem_types": PROBLEM_TYPES.values(),
            "shared_network": shared,
            "server": server,
            "imports": [] if settings().plain else imported(_source(), settings().base),
            "query": lists.classes_query(),
        },
        shared,
        server,
    )


def about_thing(path: str, find: Callable[[str], str]) -> Response:
    """The page on the thing at a path; `find` gives its IRI, or raises where the graph says nothing of it."""
    kind, *rest = path.split("/")
    template, ask = _PAGES.get((kind, len(rest)), ("thing.html", views.thing))
    where: dict[str, Any] = {**page_start()} if template in _PAGED else {}
    if template == "version.html" and not where and "passage" in request.args:
        where["passage"] = request.args["passage"]
    return _show(template, lambda: {"page": ask(_source(), find(path), **where)})


def _source(version: int | None = None) -> Deadline:
    """The ledger, or a version of it, for as long as a page may take."""
    return Deadline(ledger().at(version), settings().page_seconds)


def _classes() -> Sequence[tuple[str, int]] | None:
    """How many things are of each class at the newest version, where that is kept; of a plain store nobody says that they conform."""
    figures = None if ledger().history_graph is None else ledger().figures()
    return None if figures is None else figures.classes


def _list(template: str, ask: Callable[..., Page[Any]]) -> Response:
    where = page_start()
    return _show(template, lambda: {"listing": ask(_source(), **where)})


def _show(template: str, ask: Callable[[], dict[str, Any]], *beside: object) -> Response:
    """The page, made of what `ask` finds. It depends on the address, the version, and what else is given `beside` them."""
    parts = ("page", request.full_path, assets.mark(), *beside)
    return for_reader(ledger().version, parts, lambda: make_response(render_template(template, **ask())))
