"""The network as a page: whom to start from and what to show, the drawing, and a table that says the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, redirect, render_template, request

from onrecord.api.http.context import ledger, settings
from onrecord.api.http.parameters import parameters, sole
from onrecord.api.http.problems import BadRequest, Missing
from onrecord.api.pages import assets, networks
from onrecord.api.pages.reading import for_reader, languages
from onrecord.graph.questions import described_of, iri
from onrecord.graph.questions.deadline import Deadline
from onrecord.graph.questions.network.asked import BY, COLOURS, MOST_STEPS, Wanted, construct_query, wanted
from onrecord.graph.questions.network.edges import Edge
from onrecord.graph.questions.network.formats.network_formats import FORMATS
from onrecord.graph.questions.network.shown import OLD, SHOWN, keeps_relations
from onrecord.graph.questions.resolving import resolve
from onrecord.graph.relations.kinds import kinds

blueprint = Blueprint("network_page", __name__)

MOST_ROWS: Final = 200
"""How many relations the table shows; the exports hold them all."""
_OF_THE_FORM: Final = ("kinds", "kind")
_OF_THE_DRAWING: Final = "open"
"""Actors that somebody opened in the drawing, to see what is around them too. Only scripts read it."""


@blueprint.get("/network")
def page() -> Response:
    """The network around `ego`, or on the way from there `to` another actor."""
    given = parameters(request.query_string)
    unknown = sorted(given.keys() - {*BY, *_OF_THE_FORM, _OF_THE_DRAWING})
    if unknown:
        raise BadRequest(400, f"There is no parameter `{unknown[0][:50]}` here: there are {', '.join(BY)}.")
    one_each = {name: value for name in given if name != "kind" and (value := sole(given, name))}
    opened = one_each.pop(_OF_THE_DRAWING, "")
    if "kinds" in one_each:
        # The form says which kinds to show; an address says which to leave out, so that a link stays short.
        del one_each["kinds"]
        off = kinds().keys() - set(given.get("kind", ()))
        if off != Wanted().off:
            one_each["off"] = ",".join(sorted(off))
        return redirect(_address(one_each), 303)  # type: ignore[return-value]

    def respond() -> Response:
        asked = wanted({"version": one_each["version"]} if "version" in one_each else {}, settings().base)
        source = Deadline(ledger().at(asked.version), settings().page_seconds)
        named = _known(source, {name: one_each[name] for name in ("ego", "to") if name in one_each})
        if any(one_each[name] != short for name, short in named.items()):
            return redirect(_address(one_each | named | {_OF_THE_DRAWING: opened}), 303)  # type: ignore[return-value]
        asked = wanted(one_each, settings().base)
        found = networks.shown(source, asked, SHOWN, languages())
        names = {node.iri: node.name for node in found.nodes}
        of_kind = Counter(edge.kind.name for edge in found.edges)
        edges = sorted(found.edges, key=lambda edge: edge.end or edge.begin or "", reverse=True)
        return make_response(
            render_template(
                "network.html", found=found, wanted=asked, names=names, edges=edges[:MOST_ROWS], total=len(edges), of_kind=of_kind,
                kinds=kinds().values(), usually_off=",".join(sorted(Wanted().off)), steps=range(1, MOST_STEPS + 1), colours=COLOURS, formats=FORMATS.values(),
                query=construct_query(asked), short=_short, pair=_pair, same=lambda suffix: _address(one_each, f".{suffix}"), newest=_address({**one_each, "version": ""}),
            )
        )  # fmt: skip

    return for_reader(ledger().version, ("page", request.full_path, assets.mark()), respond)


def _known(source: Deadline, names: Mapping[str, str]) -> dict[str, str]:
    """How addresses name the actors that somebody wrote: each an IRI, its part after the base, or a name in any script."""
    base = settings().base
    candidates: dict[str, list[str]] = {}
    for parameter, name in names.items():
        for candidate in (name.removeprefix(base), f"actor/{name}"):
            with suppress(ValueError):
                candidates.setdefault(parameter, []).append(iri(base + candidate))
    described = described_of(source, {one for several in candidates.values() for one in several})
    return {
        parameter: _short(
            next((one for one in candidates.get(parameter, ()) if one in described), None)
            or _meant(source, name)
        )
        for parameter, name in names.items()
    }


def _meant(source: Deadline, name: str) -> str:
    meant = resolve(source, name, ["actor"])
    if not meant:
        old = "" if keeps_relations(source) else f" {OLD}"
        raise Missing(f"There is nobody called {name[:100]} here.{old}")
    return meant[0].iri


def _short(iri: str | None) -> str:
    """An actor as addresses name it: peskov, or the IRI's part after the base."""
    return (iri or "").removeprefix(settings().base).removeprefix("actor/")


def _pair(edge: Edge) -> str:
    """The address of the page that says what relates the two ends of an edge."""
    return f"/relation?{urlencode({'a': _short(edge.source), 'b': _short(edge.target)})}"


def _address(given: dict[str, str], suffix: str = "") -> str:
    query = urlencode({name: value for name, value in given.items() if value})
    return f"/network{suffix}{'?' if query else ''}{query}"
