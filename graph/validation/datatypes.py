"""Whether the store can read a literal as its datatype: the one reading that the gate, the records and the shapes share.

Oxigraph keeps a literal that it cannot read as a dead text: no filter finds it, and ORDER BY puts it anywhere. So what
decides is not what Python makes of the text, but whether the store makes a value of it. Types that the store compares
as texts only, such as xsd:anyURI, have the lexical space that XML Schema 1.1 part 2 gives them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final, cast

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.text.suggestions import nearest

_XSD: Final = terms.PREFIXES["xsd"]
_ZONE: Final = "with Z or a time zone up to 14:00 from UTC, or none"
_SECONDS: Final = "with seconds from 00 to 59 and at most 18 decimals of them"
_VALUES: Final = {
    "boolean": "written true or false",
    "integer": "written in digits, such as 21, and at most 9223372036854775807 (64 bits)",
    "decimal": "written in digits with at most one point, such as 50.45, with at most 18 decimals and below 1.7e20",
    "float": "written in digits, such as 1.5 or 2e3, or INF, -INF or NaN",
    "double": "written in digits, such as 1.5 or 2e3, or INF, -INF or NaN",
    "dateTime": f"written 2025-08-28T09:30:00+03:00: a day of the calendar, T, and a time of day {_SECONDS}, {_ZONE}",
    "date": f"written 2025-08-28: a day of the calendar, {_ZONE}",
    "time": f"written 09:30:00, {_SECONDS}, {_ZONE}",
    "gYear": f"written 2025, {_ZONE}",
    "gYearMonth": f"written 2025-08, {_ZONE}",
    "gMonthDay": f"written --08-28, {_ZONE}; 29 February is none that can be kept",
    "gMonth": f"written --08, {_ZONE}",
    "gDay": f"written ---28, {_ZONE}",
    "duration": "written P1Y2M3DT4H5M6.5S, with at least one of these parts",
    "yearMonthDuration": "written P1Y2M, with at least one of these parts",
    "dayTimeDuration": "written P3DT4H5M6.5S, with at least one of these parts",
}
"""The types of which the store keeps the value, and how each is written."""

_DERIVED: Final = {
    **dict.fromkeys(
        (
            *("long", "int", "short", "byte", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
            *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
        ),
        "integer",
    ),
    "dateTimeStamp": "dateTime",
}
"""The types whose values the store keeps as those of another type; only what it cannot read keeps their name."""

# The productions NameStartChar and NameChar of XML 1.0, section 2.3, without the colon.
_START: Final = (
    r"A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff"
    r"\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME: Final = rf"{_START}.\-0-9\xb7\u0300-\u036f\u203f\u2040"
_BASE64: Final = "[A-Za-z0-9+/] ?"
_TEXTS: Final = {
    "string": (re.compile(r"(?s).*"), "any text"),
    "normalizedString": (re.compile(r"[^\t\n\r]*"), "a text without tabs and line breaks"),
    "token": (
        re.compile(r"(?:[^\t\n\r ]+(?: [^\t\n\r ]+)*)?"),
        "a text without tabs, line breaks, and spaces at its ends or side by side",
    ),
    "language": (re.compile(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*"), "a language tag such as en, uk or ru"),
    "anyURI": (
        re.compile(r"[^\x00-\x20\x7f-\x9f<>\"{}|\\^`\s]*"),
        'an address such as https://example.org/a, without spaces, line breaks, control characters and <>"{}|\\^`; '
        "what it has of these is written %20 and so on",
    ),
    "hexBinary": (re.compile(r"(?:[0-9a-fA-F]{2})*"), "pairs of hexadecimal digits"),
    "base64Binary": (
        re.compile(
            f"(?:(?:{_BASE64}){{4}})*(?:{_BASE64}[AQgw] ?= ?=|(?:{_BASE64}){{2}}[AEIMQUYcgkosw048] ?=)?(?<! )"
        ),
        "base 64 as in RFC 4648",
    ),
    "Name": (re.compile(rf"[:{_START}][:{_NAME}]*"), "an XML name"),
    "NCName": (re.compile(rf"[{_START}][{_NAME}]*"), "an XML name without a colon"),
    "NMTOKEN": (re.compile(rf"[:{_NAME}]+"), "letters, digits and .-_: only"),
}
"""The other types of XML Schema that RDF 1.1 recommends; the store keeps and compares their texts."""


_DAY: Final = "[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
_CLOCK: Final = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_EVERYDAY: Final = re.compile(
    "|".join(
        rf'"(?:{form})"\^\^<{re.escape(_XSD)}{name}>'
        for name, form in {
            "integer": "-?[0-9]{1,18}",
            "decimal": r"-?[0-9]{1,15}\.[0-9]{1,15}",
            "boolean": "true|false",
            "date": _DAY,
            "dateTime": rf"{_DAY}T{_CLOCK}(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])?",
            "anyURI": r"[!#-;=?-\[\]_a-z~]*",
        }.items()
    )
)


def is_everyday(literal: str) -> bool:
    """Whether a literal, as N-Triples writes it, has one of the forms that the store surely reads: it need not be asked then."""
    return _EVERYDAY.fullmatch(literal) is not None


def unreadable(literals: Iterable[ox.Literal]) -> dict[ox.Literal, str]:
    """The literals that the store cannot read as their datatype, each with what is wrong and how to write it.

    A datatype outside XML Schema means nothing to the store, and whatever is written is its value.
    """
    by_type: defaultdict[str, set[ox.Literal]] = defaultdict(set)
    for literal in literals:
        if literal.datatype.value.startswith(_XSD):
            by_type[literal.datatype.value.removeprefix(_XSD)].add(literal)
    found = {}
    for name, group in by_type.items():
        advice = _advice(name)
        for literal in _dead(name, group):
            found[literal] = f"{shown(literal.value)} cannot be read as xsd:{name}, which is {advice}."
    return found


def shown(text: str) -> str:
    """A text in a message: in quotes, what cannot be seen written as \\u…, and cut where it is long."""
    cut = text if len(text) <= 80 else f"{text[:60]}…"
    seen = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)
    return f'"{seen}"' + (f" ({len(text):,} characters)" if cut is not text else "")


def _advice(name: str) -> str:
    base = _DERIVED.get(name, name)
    if base in _VALUES:
        return _VALUES[base]
    if name in _TEXTS:
        return _TEXTS[name][1]
    known = {*_VALUES, *_DERIVED, *_TEXTS}
    close = nearest(name, known)
    meant = f"xsd:{close[0]} may be meant" if close else f"there are {', '.join(sorted(known))}"
    return f"no datatype that is kept here; {meant}"


def _dead(name: str, literals: set[ox.Literal]) -> Iterable[ox.Literal]:
    """Those of the literals, all of one type of XML Schema, of which the store makes no value of that type."""
    if name in _TEXTS:
        return [literal for literal in literals if not _TEXTS[name][0].fullmatch(literal.value)]
    if name not in _VALUES and name not in _DERIVED:
        return literals
    numbered = list(literals)
    store, holds = ox.Store(), ox.NamedNode("urn:holds")
    store.extend(ox.Quad(ox.NamedNode(f"urn:{n}"), holds, literal) for n, literal in enumerate(numbered))
    # What is read is written once, under the name of the type that is kept; the cast reads as storing does.
    kept = f"<{_XSD}{_DERIVED.get(name, name)}>"
    text = f"SELECT ?s {{ ?s ?p ?x BIND({kept}(STR(?x)) AS ?value) FILTER(!BOUND(?value) || DATATYPE(?x) != {kept}) }}"
    rows = cast("ox.QuerySolutions", store.query(text))
    return [numbered[int(cast("ox.NamedNode", row["s"]).value.removeprefix("urn:"))] for row in rows]
