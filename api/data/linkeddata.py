"""Names of the graph as addresses: an IRI answers 303 to a page or to data, and those documents answer 200.

/actor/peskov is a person and cannot be sent; /actor/peskov.html and /actor/peskov.ttl are documents about him.
"""

from __future__ import annotations

import threading
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from onrecord.api.http.answers import etag, not_modified, send
from onrecord.api.http.context import accept_header, ledger, settings
from onrecord.api.http.headers import allow_any_origin
from onrecord.api.http.negotiation import PAGE, negotiate
from onrecord.api.http.problems import Missing, Suggestion
from onrecord.api.pages import routes
from onrecord.api.pages.links import local
from onrecord.graph import formats, questions, terms
from onrecord.graph.questions import resolving
from onrecord.graph.questions.network.shown import OLD, keeps_relations

blueprint = Blueprint("linkeddata", __name__)
blueprint.after_request(allow_any_origin)

SUFFIXES: Final = {one.suffix: one for one in formats.GRAPHS}
# A program that does not say gets Turtle, the first of these.
OFFERS: Final = {one.media_type: one.suffix for one in formats.GRAPHS} | {PAGE: "html"}
_VOCABULARY: Final = "ns"
_SUGGESTIONS: Final = 3
_SUGGESTING: Final = threading.Lock()
_PATIENCE: Final = 0.5
"""Seconds that a request waits for its turn to have suggestions worked out; after that it goes without."""


@blueprint.get("/<path:name>")
def dereference(name: str) -> AnyResponse:
    """A thing's IRI, or a document about it, by the address under the base."""
    stem, dot, suffix = name.rpartition(".")
    if dot and suffix == "html":
        return routes.about_thing(stem, described)
    if dot and suffix in SUFFIXES:
        return _data(stem, suffix)
    if name.startswith("graph/"):
        return redirect(url_for("exports.export", suffix="ttl", graph=settings().base + name), 303)
    if name != _VOCABULARY:
        described(name)
    suffix = _suffix()
    if name == _VOCABULARY and suffix == "html":
        return redirect(url_for("pages.vocabulary"), 303)
    return redirect(f"{request.script_root}/{quote(name)}.{suffix}", 303)


def _data(stem: str, suffix: str) -> Response:
    chosen = SUFFIXES[suffix]
    known = not_modified(etag(ledger().version, stem, chosen.name))
    if known is not None:
        return known
    query = _whole_vocabulary() if stem == _VOCABULARY else questions.description(described(stem))
    answer = ledger().query(query, formats={"graph": chosen.name})
    return send(answer, chosen.media_type, etag(answer.version, stem, chosen.name))


def _whole_vocabulary() -> str:
    graph = terms.graph_iri("vocabulary", settings().base)
    return f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{questions.iri(graph)}> {{ ?s ?p ?o }} }}"


def described(stem: str) -> str:
    """The IRI at this address, if the graph says anything of it. Raises Missing with the likeliest others if not."""
    base = settings().base
    try:
        iri = questions.iri(base + stem)
    except ValueError:
        raise Missing(f"There is nothing at /{stem}: no name holds such characters.") from None
    if questions.is_described(ledger(), iri):
        return iri
    meant = _meant_in_turn(stem, iri)
    hint = "" if meant or settings().plain or keeps_relations(ledger()) else f" {OLD}"
    raise Missing(f"There is nothing at /{stem}: the graph does not know {iri}.{hint}", meant)


def _meant_in_turn(stem: str, iri: str) -> tuple[Suggestion, ...]:
    """As _meant, for one request at a time: it costs far more than what is there, and whoever guesses names guesses many."""
    if not _SUGGESTING.acquire(timeout=_PATIENCE):
        return ()
    try:
        return _meant(stem, iri)
    finally:
        _SUGGESTING.release()


def _meant(stem: str, iri: str) -> tuple[Suggestion, ...]:
    """What is called, in any script and spelling, as the address ends, of the same kind; else what is written as the
    address but for a slip; else what is called so of any kind."""
    kind, slash, name = stem.partition("/")
    base, name = settings().base, name.replace("-", " ")
    if not slash:
        return ()
    called = resolving.resolve(ledger(), name, [kind]) if kind in resolving.KINDS else []
    meant = {match.iri: match.because for match in called}
    meant = meant or dict.fromkeys(questions.similar(ledger(), iri, f"{base}{kind}/"), "spelt alike")
    meant = meant or {match.iri: match.because for match in resolving.resolve(ledger(), name)}
    return tuple(
        Suggestion(local(other, base, ".html") or other, other.removeprefix(base), reason)
        for other, reason in list(meant.items())[:_SUGGESTIONS]
    )


def _suffix() -> str:
    return OFFERS[negotiate(accept_header(), list(OFFERS), "This")]
