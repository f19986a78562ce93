"""Makes docs/literals.md, how literals are written once they are stored, by asking the store.

`make docs` writes the file; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from onrecord.graph import terms
from onrecord.graph.changes import as_stored
from onrecord.graph.validation.datatypes import unreadable

_XSD: Final = terms.PREFIXES["xsd"]
_HEAD: Final = """# How literals are kept

The store keeps numbers, booleans, dates and durations by value, and writes the value in one way. Language tags are
kept in lower case. Everything else stays as it was sent.

What the store cannot read as its datatype has no value: no filter finds it, and ORDER BY puts it anywhere. A graph with
shapes refuses it (422) with the property, the value and the way to write it; a plain store keeps it as it was sent, as a
text. The store reads what [XML Schema 1.1](https://www.w3.org/TR/xmlschema11-2/) allows, years before 1 and after 9999
included, but not whole numbers beyond 64 bits, more than 18 decimals, and `--02-29`. Leap seconds and space around a
value are in neither.
Addresses (xsd:anyURI), which the store compares as texts, may hold no spaces, control characters or ``<>"{}|\\^` ``.

Characters that XML cannot hold or changes (control characters but for tab and line feed, U+FFFE, U+FFFF) are refused in
every value but `exact`, `prefix` and `suffix`: these are copied from a text whose characters are counted and hashed, so
that there stands what stands in the text. All else is written for readers, who get it as RDF/XML and SPARQL XML too.

The rewriting is done before a change is compared, checked against the shapes or counted. So the shapes judge what will
be kept, a change that only writes a value differently is no change, and what is read back is what was checked. Where a
number matters for how it is written (`"007"`, `"1.50"`), send it as a string.

| written | kept as | |
|---|---|---|
"""
_SHOWN: Final[tuple[tuple[str, str, str], ...]] = (
    ("integer", "007", "leading zeros go"),
    ("integer", "+7", "so does the plus"),
    ("integer", " 7", "space is not taken away"),
    ("integer", "9223372036854775808", "beyond 64 bits"),
    ("int", "7", "the types derived from xsd:integer become xsd:integer"),
    ("long", "7", ""),
    ("short", "7", ""),
    ("byte", "300", "also where the value is none of theirs"),
    ("nonNegativeInteger", "7", ""),
    ("positiveInteger", "7", ""),
    ("negativeInteger", "-7", ""),
    ("unsignedInt", "7", ""),
    ("decimal", "1.50", "trailing zeros go"),
    ("decimal", "2.0", "a decimal may look like an integer; it stays a decimal"),
    ("decimal", ".5", ""),
    ("decimal", "0.1234567890123456789", "more than 18 decimals"),
    ("double", "1.0E0", "no exponent"),
    ("double", "1e3", ""),
    ("double", "1e400", "what is too large becomes infinite"),
    ("double", "NaN", ""),
    ("double", "Infinity", "other programs' word for INF; so are inf and nan, in any case"),
    ("float", "16777217", "rounded to what a float can hold"),
    ("boolean", "1", ""),
    ("boolean", "0", ""),
    ("boolean", "TRUE", "no boolean"),
    ("dateTime", "2025-08-28T02:00:00.500Z", ""),
    ("dateTime", "2025-08-28T02:00:00+00:00", "Z stands for the zero offset"),
    ("dateTime", "2025-08-28T02:00:00+03:00", "other offsets stay"),
    ("dateTime", "2025-08-28T02:00:00", "so does their absence"),
    ("dateTime", "2025-08-28T24:00:00Z", "midnight belongs to the day that begins"),
    ("dateTimeStamp", "2025-08-28T02:00:00Z", "becomes xsd:dateTime"),
    ("dateTimeStamp", "2025-08-28T02:00:00", "also without the zone that it should have"),
    ("dateTime", "-0043-03-15T12:00:00Z", "44 BCE, since there is a year 0"),
    ("dateTime", "10000-01-01T00:00:00Z", ""),
    ("dateTime", "2025-08-28T02:00Z", "no seconds"),
    ("dateTime", "2025-08-28T23:59:60Z", "a leap second"),
    ("dateTime", "2025-08-28T02:00:00+14:30", "no place on earth is so far from UTC"),
    ("date", "2025-08-28+00:00", ""),
    ("date", "2025-02-30", "no date"),
    ("time", "24:00:00", ""),
    ("gYear", "2025", ""),
    ("duration", "P12M", "months make years, minutes make hours, hours make days"),
    ("dayTimeDuration", "PT24H", ""),
    ("yearMonthDuration", "P12M", ""),
    ("string", " 007 ", "strings are never touched"),
    ("anyURI", "http://example.org/%7Ea", ""),
)
_TAGGED: Final = (("en-GB", ""), ("zh-Hant-TW", ""))


def stored(literal: Literal) -> Literal:
    """The literal as the store writes it."""
    node = NamedNode("urn:x")
    (quad,) = as_stored([Quad(node, node, literal, node)])
    found = quad.object
    assert isinstance(found, Literal)  # noqa: S101  (for the type checker)
    return found


def table() -> Iterator[tuple[str, str, str]]:
    """Rows: as written, as kept, what to say of it."""
    for name, value, note in _SHOWN:
        literal = Literal(value, datatype=NamedNode(_XSD + name))
        yield _written(literal, name), _kept(literal), note
    for tag, note in _TAGGED:
        literal = Literal("words", language=tag)
        yield f'`"words"@{tag}`', _written(stored(literal)), note


def _kept(literal: Literal) -> str:
    kept = stored(literal)
    if unreadable([kept]):
        return "refused"
    return "the same" if kept == literal else _written(kept)


def _written(literal: Literal, name: str | None = None) -> str:
    if literal.language is not None:
        return f'`"{literal.value}"@{literal.language}`'
    return f'`"{literal.value}"` xsd:{name or literal.datatype.value.removeprefix(_XSD)}'


def document() -> str:
    """The whole of docs/literals.md."""
    return _HEAD + "".join(f"| {' | '.join(row)} |\n" for row in table())


if __name__ == "__main__":
    print(document(), end="")
