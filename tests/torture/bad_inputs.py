"""Values that their datatypes do not hold, by every way into a graph with shapes; and values that look wrong and are right.

Each round sends each value by one way, the next round by the next: as many rounds as there are ways try all of both.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from tests.harness.graphs.world import WORLD
from tests.torture.run import Run, Scenario
from tests.torture.victims.service import Reply, Service

from onrecord.graph import terms
from onrecord.graph.changes import ChangeSet, as_stored
from onrecord.graph.records import yaml_ld
from onrecord.graph.records.yaml_reader import RecordError
from onrecord.graph.validation.validate import validate

_BASE: Final = terms.DEFAULT_BASE
_XSD: Final = terms.PREFIXES["xsd"]
_DOCUMENT: Final = f"{_BASE}document/gazette-report/1"
_REFERENCE: Final = f"{_BASE}graph/reference"
_DONE: Final = frozenset({200, 201, 204})
_KEPT_BY_THE_SERVICE: Final = ("commit/", "history/", "author/")


@dataclass(frozen=True)
class Input:
    """A value for a property, of a kind; `says` is what a refusal must say of it. A right one has nothing to be said."""

    kind: str
    name: str
    value: ox.Literal
    says: str = ""


def _typed(kind: str, name: str, datatype: str, *values: str, says: str | None = None) -> Iterator[Input]:
    said = f"cannot be read as xsd:{datatype}, which is" if says is None else says
    for value in values:
        yield Input(kind, name, ox.Literal(value, datatype=ox.NamedNode(_XSD + datatype)), said)


def _text(name: str, value: str) -> Input:
    return Input("characters", name, ox.Literal(value, language="en"), "which XML cannot hold or changes")


BAD: Final[tuple[Input, ...]] = (
    *_typed(
        *("moments", "begin", "dateTime", "2025-08-28T00:00Z", "20250828T000000Z", "2025-08-28 00:00:00Z"),
        *("2025-8-28T00:00:00Z", "2025-08-28", "2025-02-29T00:00:00Z", "2025-08-28T23:59:60Z", "now"),
        *("2025-08-28T24:00:01Z", "2025-08-28T00:00:00+14:01", "2025-08-28T00:00:00+15:00", "2025-08-28T00:00:00z"),
        *(" 2025-08-28T00:00:00Z", "2025-08-28T00:00:00Z\n", "+2025-08-28T00:00:00Z", "02025-08-28T00:00:00Z"),
        *("2025-08-28T00:00:00.1234567890123456789Z", "9223372036854775808-01-01T00:00:00Z", ""),
        *("2025-08-28T00:00:00,5Z", "2025-08-28T0:00:00Z", "2025-13-01T00:00:00Z", "2025-00-10T00:00:00Z"),
        *("2025-08-28T00:00:00+03", "2025-08-28\u200bT00:00:00Z", "2025-08-28T00:00:00Z[Europe/Kyiv]"),
        *("2025-W35-4T00:00:00Z", "1756339200", "Thu, 28 Aug 2025 00:00:00 GMT", "1900-02-29T00:00:00Z"),
    ),
    *_typed("moments", "end", "dateTime", "2025-08-28T24:00Z", "99999999999999999999-01-01T00:00:00Z", "28.08.2025"),
    *_typed("moments", "saidAt", "dateTimeStamp", "2025-08-28T09:00Z"),
    *_typed("days", "from", "date", "2020-W01-1", "20200101", "2020-1-1", "2025-02-30", "2020-01-01T00:00:00Z", "2020"),
    *_typed("days", "published", "date", "2025-08-28+14:30", "2025-08-28 ", "٢٠٢٥-٠٨-٢٨", "1 May 2025"),
    *_typed("days", "from", "date", "2025/08/28", "2025-08-32", "25-08-28", "2025-8", "2025-08-28Z+1"),
    *_typed(
        *("numbers", "atLeast", "integer", "1_000", " 5", "5\n", "five", "5.0", "5e1", "0x5", "٣", "", "--5"),
        *("9223372036854775808", "9" * 5000, "1" * 100_000, "-9223372036854775809"),
        *("1,000", "1'000", "1\u202f000", "5\u00a0", "\ufeff5", "¹", "Ⅴ", "5L", "+-5", "+", "NaN"),
    ),
    *_typed("numbers", "start", "int", "x", "9223372036854775808"),
    *_typed("numbers", "latitude", "decimal", "5e1", "5_0.4", "50,45", " 50.45", ".", "0.1234567890123456789", "9" * 30),
    *_typed("numbers", "latitude", "decimal", "NaN", "1E0", "50.45N", "50°", "1.2.3", "+."),
    *_typed("numbers", "value", "double", "1e", "1_0", "0x1p3", "1,5", "+ INF", "1e1e1", "1f", "e5"),
    *_typed("numbers", "value", "float", "1_0.0", "1 000"),
    *_typed("other values", "value", "boolean", "TRUE", "yes", " true", "True", "2", "-1"),
    *_typed("other values", "value", "time", "09:30", "9:30:00", "24:00:01", "12:00:00 PM", "12:00:60"),
    *_typed("other values", "value", "gDay", "---32", "31"),
    *_typed("other values", "value", "gMonth", "--13", "January"),
    *_typed("other values", "value", "gYear", "25", "02025"),
    *_typed("other values", "value", "gYearMonth", "2025-13", "2025"),
    *_typed("other values", "value", "gMonthDay", "--02-30", "08-28"),
    *_typed("other values", "value", "duration", "P", "1Y", "P1.5Y", "P1M-1D", "P1W", "PT1D", "1 day"),
    *_typed("other values", "value", "yearMonthDuration", "P1Y1D"),
    *_typed("other values", "value", "dayTimeDuration", "P1M"),
    *_typed("other values", "value", "hexBinary", "0", "zz", "0xFF"),
    *_typed("other values", "value", "base64Binary", "a===", "a-b_"),
    *_typed("other values", "value", "datetime", "2025-08-28T00:00:00Z", says="xsd:dateTime may be meant"),
    *_typed("other values", "value", "QName", "a:b", says="no datatype that is kept here"),
    *_typed("other values", "language", "language", "en_GB", "en ", ""),
    *_typed("addresses", "url", "anyURI", "https://example.org/a\n", "https://example.org/a b", " https://example.org/"),
    *_typed("addresses", "url", "anyURI", "https://example.org/\x0c", "https://example.org/<a>", "https://e.org/\u00a0"),
    *_typed("addresses", "url", "anyURI", "https://e.org/{a}", "https://e.org/a|b", "https://e.org/\u2028", "https://e.org/a\\b"),
    *_typed("other values", "sha256", "string", f"{'a' * 64}\n", says="64 hexadecimal digits"),
    *(_text(name, text) for name in ("label", "note", "text") for text in ("a\x0cb", "a\x00b", "a\x1bb", "a\r\nb")),
    *(_text("headline", text) for text in ("a\x85b", "a\x7fb", "a\ufffeb", "a\x01b", "a\uffffb", "a\x9fb")),
)  # fmt: skip
"""Values that the store cannot hold as their datatype, or that not every export could hold."""

RIGHT: Final[tuple[Input, ...]] = (
    *_typed("moments", "begin", "dateTime", "-0043-03-15T12:00:00Z", "0000-01-01T00:00:00Z", "2025-08-26T24:00:00+03:00"),
    *_typed("moments", "begin", "dateTime", "2000-02-29T00:00:00Z", "2025-08-27T00:00:00.000000000000000001Z"),
    *_typed("moments", "end", "dateTime", "10000-01-01T00:00:00Z", "9999999-12-31T23:59:59-14:00"),
    *_typed("days", "from", "date", "-0043-03-15", "0001-01-01Z"),
    *_typed("days", "until", "date", "10000-01-01", "2028-02-29"),
    *_typed("numbers", "atLeast", "integer", "+5", "005"),
    *_typed("numbers", "atMost", "unsignedLong", "9223372036854775807"),
    *_typed("numbers", "latitude", "decimal", ".5", "50.", "-0.123456789012345678"),
    *_typed("numbers", "value", "double", "1e400", "NaN", "-INF", "Infinity", "1e-400"),
    *_typed("other values", "value", "duration", "-P1Y", "P0D"),
    *_typed("other values", "value", "gYear", "-0044", "12025"),
    *_typed("addresses", "url", "anyURI", "https://xn--80aesfpebagmfblc0a.example/%0C?a=b#c"),
)  # fmt: skip
"""Values that look wrong and are right: each must be taken, and a query must find it by its value."""


def _world() -> dict[str, list[ox.Quad]]:
    """The small world of the shapes' tests, without what the service says itself, by the local names of properties."""
    found: dict[str, list[ox.Quad]] = {}
    for quad in ox.parse(WORLD, format=ox.RdfFormat.TURTLE):
        if not str(quad.subject).removeprefix(f"<{_BASE}").startswith(_KEPT_BY_THE_SERVICE):
            found.setdefault(quad.predicate.value.rpartition("#")[2], []).append(quad)
    return found


_WORLD: Final = _world()


def _old(sent: Input) -> ox.Triple:
    """The fact in whose place the value is put: one whose value is of the same kind, where there is one."""
    facts = _WORLD[sent.name]
    alike = [f for f in facts if getattr(f.object, "datatype", None) == sent.value.datatype]
    return (alike or facts)[0].triple


def _new(sent: Input) -> ox.Triple:
    old = _old(sent)
    return ox.Triple(old.subject, old.predicate, sent.value)


def _moved(service: Service, sent: Input, graph: str | None) -> Reply:
    """The old fact out of the document's graph, the new one into another."""
    new = f"{_new(sent)} ."
    into = new if graph is None else f"GRAPH <{graph}> {{ {new} }}"
    gone = f"DELETE DATA {{ GRAPH <{_DOCUMENT}> {{ {_old(sent)} . }} }}"
    return service.update(f"{gone} ; INSERT DATA {{ {into} }}")


def _computed(service: Service, sent: Input) -> Reply:
    """As DELETE and INSERT with WHERE, the value being made by a query."""
    old = _old(sent)
    kind = f"STRLANG({ox.Literal(sent.value.value)}, 'en')"
    if sent.value.language is None:
        kind = f"STRDT({ox.Literal(sent.value.value)}, {sent.value.datatype})"
    this = f"{old.subject} {old.predicate}"
    return service.update(
        f"WITH <{_DOCUMENT}> DELETE {{ {old} }} INSERT {{ {this} ?new }} WHERE {{ {old} BIND({kind} AS ?new) }}"
    )


def _put(service: Service, sent: Input) -> Reply:
    old = _old(sent)
    facts = {fact.triple for facts in _WORLD.values() for fact in facts} - {old} | {_new(sent)}
    body = ox.serialize(facts, format=ox.RdfFormat.TURTLE)
    return service.put(_DOCUMENT, body)


def _post(service: Service, sent: Input) -> Reply:
    body = ox.serialize([_new(sent)], format=ox.RdfFormat.N_TRIPLES)
    return service.put(_REFERENCE, body, "application/n-triples", "POST")


def _post_json(service: Service, sent: Input) -> Reply:
    new = _new(sent)
    value = {"@value": sent.value.value, "@type": sent.value.datatype.value}
    if sent.value.language is not None:
        value = {"@value": sent.value.value, "@language": sent.value.language}
    body = json.dumps({"@id": new.subject.value, new.predicate.value: value})  # type: ignore[union-attr]
    return service.put(_DOCUMENT, body.encode(), "application/ld+json", "POST")


WAYS: Final[dict[str, Callable[[Service, Input], Reply]]] = {
    "update of the document": lambda service, sent: _moved(service, sent, _DOCUMENT),
    "update of the reference data": lambda service, sent: _moved(service, sent, _REFERENCE),
    "update of the default graph": lambda service, sent: _moved(service, sent, None),
    "update that computes": _computed,
    "PUT": _put,
    "POST": _post,
    "POST of JSON-LD": _post_json,
}
"""By HTTP; YAML comes on top, once for each value."""


def bad_inputs(run: Run) -> None:
    """Every bad value by one way a round, every right one too, and every bad one as YAML."""
    for name in (
        "accepted",
        "unforeseen (no 422)",
        "not named with its remedy",
        "changed",
        "right ones refused",
    ):
        run.count(name, 0)
    with Service(run.scratch / "bad-inputs", seeds=0, shapes=1) as service:
        body = ox.serialize(
            [f.triple for facts in _WORLD.values() for f in facts], format=ox.RdfFormat.TURTLE
        )
        made = service.put(_DOCUMENT, body)
        if made.status not in _DONE:
            raise RuntimeError(f"the world cannot be made: {made.status} {made.body[:600]!r}")
        for round_ in run:
            ways = list(WAYS.items())
            for number, sent in enumerate(BAD):
                way, ask = ways[(number + round_) % len(ways)]
                _bad(run, service, sent, way, ask(service, sent))
            for number, sent in enumerate(RIGHT):
                _right(run, service, sent, *ways[(number + round_) % 5])  # those that replace the old value
            for sent in BAD if round_ == 0 else ():
                run.count(f"{sent.kind}, as YAML")
                if not _refused_as_yaml(sent, run.scratch):
                    run.count("accepted")
                    run.note(f"YAML: {sent.name} {str(sent.value)[:80]}")


def _bad(run: Run, service: Service, sent: Input, way: str, reply: Reply) -> None:
    run.count(f"{sent.kind}, refused" if reply.status == 422 else f"{sent.kind}, {reply.status}")
    at = f"{way}: {sent.name} {str(sent.value)[:80]}: {reply.status} {reply.body[:300]!r}"
    if reply.status in _DONE:
        run.count("accepted")
        run.note(at)
    elif reply.status != 422:
        run.count("unforeseen (no 422)")
        run.note(at)
    elif not _named(sent, json.loads(reply.body)["report"]["results"]):
        run.count("not named with its remedy")
        run.note(at)
    if not _stands(service, _old(sent)):
        run.count("changed")
        run.note(f"changed by {at}")


def _named(sent: Input, results: list[dict[str, str | None]]) -> bool:
    """Whether a result names the property, the value and what to do."""
    (kept,) = as_stored([ox.Quad(*_new(sent), ox.DefaultGraph())])
    new = _new(sent)
    return any(
        (result["path"], result["value"], result["focus"])
        == (new.predicate.value, str(kept.object), getattr(new.subject, "value", ""))
        and sent.says in str(result["message"])
        for result in results
    )


def _stands(service: Service, fact: ox.Triple) -> bool:
    asked = f"ASK {{ GRAPH <{_DOCUMENT}> {{ {fact} FILTER NOT EXISTS {{ GRAPH ?g {{ {fact.subject} {fact.predicate} ?x }} FILTER(?g != <{_DOCUMENT}>) }} }} }}"
    return b"true" in service.ask(asked).body


def _right(run: Run, service: Service, sent: Input, way: str, ask: Callable[[Service, Input], Reply]) -> None:
    run.count(f"{sent.kind}, right ones")
    reply, new, old = ask(service, sent), _new(sent), _old(sent)
    value = f'"{sent.value.value}"^^{sent.value.datatype}'
    same = "?x != ?x" if sent.value.value == "NaN" else f"?x <= {value} && ?x >= {value}"
    found = service.ask(f"ASK {{ {new.subject} {new.predicate} ?x FILTER({same}) }}").body
    if reply.status not in _DONE or b"true" not in found:
        run.count("right ones refused")
        run.note(f"{way}: {sent.name} {sent.value}: {reply.status} {reply.body[:300]!r} {found!r}")
    this = f"{new.subject} {new.predicate}"
    service.update(
        f"DELETE WHERE {{ {this} ?x }} ; DELETE WHERE {{ GRAPH ?g {{ {this} ?x }} }} ; "
        f"INSERT DATA {{ GRAPH <{_DOCUMENT}> {{ {' '.join(f'{f.triple} .' for f in _WORLD[sent.name] if f.subject == old.subject)} }} }}"
    )


def _refused_as_yaml(sent: Input, scratch: Path) -> bool:
    """Whether `onrecord validate` and `onrecord build` refuse the value in a record, naming its key."""
    key = sent.name
    subject = _old(sent).subject
    kind = next(f.object for f in _WORLD["type"] if f.subject == subject)
    value: object = {"literal": sent.value.value, "type": sent.value.datatype.value.replace(_XSD, "xsd:")}
    if sent.value.language is not None:
        value = {sent.value.language: sent.value.value}
    elif sent.name != "value":
        value = sent.value.value
    # Its own id, since an id of another kind than the type is refused for that alone.
    entry = {
        "id": subject.value.removeprefix(terms.DEFAULT_BASE),
        "type": str(getattr(kind, "value", "")).removeprefix(terms.REC),
        key: value,
    }
    path = scratch / "record.yaml"
    path.write_text(json.dumps({"id": "graph/reference", "events": [entry]}), encoding="utf-8")
    try:
        quads = yaml_ld.load(path).quads
    except RecordError as error:
        return any(f"'{key}'" in p.message or "'literal'" in p.message for p in error.problems)
    results = validate(ChangeSet(added=quads)).results
    return any(str(r.path).endswith(f"#{sent.name}") and sent.says in r.message for r in results)


BAD_INPUTS: Final = Scenario(
    "bad-inputs",
    "values that their datatypes do not hold, by every way in",
    rounds=len(WAYS),
    short=1,
    body=bad_inputs,
    most={
        "accepted": 0,
        "unforeseen (no 422)": 0,
        "not named with its remedy": 0,
        "changed": 0,
        "right ones refused": 0,
    },
    least={
        f"{kind}, refused": 5
        for kind in ("moments", "days", "numbers", "other values", "addresses", "characters")
    },
)
