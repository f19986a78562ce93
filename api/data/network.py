"""The network of relations to take away, with the words that every edge rests on, in all of its formats."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request

from onrecord.api.data.linkeddata import described
from onrecord.api.http.answers import conditional, content_type, etag, json_response
from onrecord.api.http.context import ledger, settings
from onrecord.api.http.headers import allow_any_origin
from onrecord.api.http.parameters import given_of
from onrecord.api.http.problems import BadRequest, Missing
from onrecord.api.pages import networks
from onrecord.api.pages.reading import for_reader, languages
from onrecord.graph.questions import described_of
from onrecord.graph.questions.deadline import Deadline
from onrecord.graph.questions.network.asked import BY, OF_PAIRS, Wanted, wanted, wanted_pair
from onrecord.graph.questions.network.formats import as_json, as_tables
from onrecord.graph.questions.network.formats.network_formats import FORMATS
from onrecord.graph.questions.network.shown import pair

blueprint = Blueprint("network", __name__)
blueprint.after_request(allow_any_origin)

_TABLE: Final = "table"


@blueprint.get(f"/network.<any({', '.join(FORMATS)}):suffix>")
def export(suffix: str) -> Response:
    """The network around `ego`, or on the way from there `to` another actor; of CSV, the table named by `table`."""
    chosen = FORMATS[suffix]

    def respond() -> Response:
        given = given_of((*BY, _TABLE) if suffix == "csv" else BY)
        name = _table(given.pop(_TABLE, as_tables.TABLES[0]))
        base = settings().base
        asked = wanted(given, base)
        source = _source(asked)
        _check(source, asked)
        found = networks.shown(source, asked, chosen.evidence, languages() if suffix == "json" else ())
        if suffix == "csv":
            body = as_tables.table(found, name, base).encode()
        else:
            body = chosen.write(found, base, _version(asked))
        response = Response(body, content_type=content_type(chosen.media_type))
        if chosen.is_file:
            response.headers["Content-Disposition"] = f'attachment; filename="network.{suffix}"'
        return response

    if suffix == "json":
        # The page reads it; what people keep as a file is the same for all.
        return for_reader(ledger().version, (request.full_path,), respond)
    return conditional(etag(ledger().version, request.full_path), respond)


@blueprint.get("/relation.json")
def pair_as_json() -> Response:
    """What relates two actors, `a` and `b`, in order of time."""

    def respond() -> Response:
        asked = wanted_pair(given_of(OF_PAIRS), settings().base)
        source = _source(asked)
        _check(source, asked)
        document = as_json.pair(pair(source, asked), settings().base, _version(asked))
        return json_response(document)

    return conditional(etag(ledger().version, request.full_path), respond)


def _source(asked: Wanted) -> Deadline:
    return Deadline(ledger().at(asked.version), settings().page_seconds)


def _version(asked: Wanted) -> int:
    return ledger().version if asked.version is None else asked.version


def _table(name: str) -> str:
    if name not in as_tables.TABLES:
        raise BadRequest(400, f"{name[:50]!r} is no table: there are {', '.join(as_tables.TABLES)}.")
    return name


def _check(source: Deadline, asked: Wanted) -> None:
    """404 for an actor of whom the graph says nothing, with who might have been meant."""
    ends = [iri for iri in (asked.ego, asked.to) if iri is not None]
    described_here = described_of(source, ends)
    for iri in ends:
        if iri not in described_here:
            described(iri.removeprefix(settings().base))
            # The newest version knows it.
            raise Missing(f"Version {asked.version} of the graph says nothing of {iri}.")
