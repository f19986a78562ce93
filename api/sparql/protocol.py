"""A request to /sparql, read as the SPARQL 1.1 Protocol has it: in the address, as a form, or as a bare text.

What belongs elsewhere is refused rather than passed over, since a query of another data set is another query.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import request

from onrecord.api.http.context import accept_header
from onrecord.api.http.parameters import (
    Parameters,
    body,
    parameters,
    refuse_encoded,
    refuse_unmeasured,
    sole,
    version_wanted,
)
from onrecord.api.http.problems import BadRequest

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
_GRAPHS_ASKED: Final = ("default-graph-uri", "named-graph-uri")
_GRAPHS_USED: Final = ("using-graph-uri", "using-named-graph-uri")
_NO_UPDATE_HERE: Final = (
    "An update does not stand in an address, where following a link would run it: send it by POST, as a form with "
    f"`update` or as {UPDATE}."
)


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A query, the data set it is asked of, and what the answer should look like; without a query, a visit."""

    text: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    accept: str | None
    version: int | None


@dataclass(frozen=True, slots=True)
class UpdateRequest:
    """An update and the data set its patterns are matched against."""

    text: str
    graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]


def read() -> QueryRequest | UpdateRequest:
    """What the request at hand wants. BadRequest says what is wrong with it."""
    address = parameters(request.query_string)
    if request.method != "POST":
        if "update" in address:
            raise BadRequest(400, _NO_UPDATE_HERE)
        return _query(address, sole(address, "query"))
    kind = request.mimetype
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise BadRequest(415, f"The body is said to be in {charset}: send it in UTF-8.")
    refuse_encoded()
    if kind in (QUERY, UPDATE):
        for name in ("query", "update"):
            if name in address:
                raise BadRequest(
                    400,
                    f"There is a text in the body and a parameter `{name}` in the address: send one of them.",
                )
        text = _text(body("request_kilobytes" if kind == QUERY else "update_kilobytes"))
        return _query(address, text) if kind == QUERY else _update(address, text)
    if kind != FORM:
        named = f"of type {kind}" if kind else "without a Content-Type"
        raise BadRequest(
            415,
            f"The body is {named}: send a form ({FORM}) with `query` or `update`, or the bare text as {QUERY} or {UPDATE}.",
            Accept_Post=f"{FORM}, {QUERY}, {UPDATE}",
        )
    return _of_form(address, parameters(body("request_kilobytes", "update_kilobytes")))


def _of_form(address: Parameters, form: Parameters) -> QueryRequest | UpdateRequest:
    for name in ("query", "update"):
        if name in address:
            raise BadRequest(
                400, f"The parameter `{name}` stands in the address: a form carries it in the body."
            )
    together: dict[str, Sequence[str]] = {**address, **form}
    for name in (*_GRAPHS_ASKED, *_GRAPHS_USED):
        # The protocol's own example of a form has its data set in the address.
        together[name] = [*address.get(name, ()), *form.get(name, ())]
    query, update = sole(form, "query"), sole(form, "update")
    if update is None:
        return _query(together, query)
    if query is not None:
        raise BadRequest(400, "There are both a `query` and an `update`: send one of them.")
    return _update(together, update)


def _query(given: Parameters, query: str | None) -> QueryRequest:
    _only_with(given, _GRAPHS_USED, "an update; a query has default-graph-uri and named-graph-uri")
    default, named = (_distinct(given, name) for name in _GRAPHS_ASKED)
    liked = sole(given, "accept") or accept_header()
    return QueryRequest(
        None if query is None else unmarked(query), default, named, liked, version_wanted(given)
    )


def _update(given: Parameters, update: str) -> UpdateRequest:
    _only_with(given, _GRAPHS_ASKED, "a query; an update has using-graph-uri and using-named-graph-uri")
    _only_with(given, ("version",), "a query: what is past does not change")
    refuse_unmeasured()
    graphs, named = (_distinct(given, name) for name in _GRAPHS_USED)
    return UpdateRequest(unmarked(update), graphs, named)


def unmarked(text: str) -> str:
    """The text without a byte order mark before it, which some editors put into files and SPARQL has no place for."""
    return text.removeprefix("\ufeff")


def _only_with(given: Parameters, names: Sequence[str], what: str) -> None:
    for name in names:
        if given.get(name):
            raise BadRequest(400, f"The parameter `{name}` goes with {what}.")


def _distinct(given: Parameters, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(given.get(name, ())))


def _text(received: bytes) -> str:
    try:
        return received.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(400, f"The text is not in UTF-8: byte {error.start} does not fit.") from None
