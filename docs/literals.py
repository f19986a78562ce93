"""Makes docs/literals.md, how literals are written once they are stored, by asking the store.

`make docs` writes the file; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad

from onrecord.graph import terms
from onrecord.graph.changes import as_stored

_XSD: Final = terms.PREFIXES["xsd"]
_HEAD: Final = """# How literals are kept

The store keeps numbers, booleans, dates and durations by value, and writes the value in one way. Language tags are
kept in lower case. Everything else stays as it was sent, and so does what its datatype does not allow: `"TRUE"` as an
xsd:boolean, 30 February, whole numbers beyond 64 bits.

The rewriting is done before a change is compared, checked against the shapes or counted. So the shapes judge what will
be kept, a change that only writes a value differently is no change, and what is read back is what was checked. Where a
number matters for how it is written (`"007"`, `"1.50"`), send it as a string.

| written | kept as | |
|---|---|---|
"""
_SHOWN: Final[tuple[tuple[str, str, str], ...]] = (
    ("integer", "007", "leading zeros go"),
    ("integer", "+7", "so does the plus"),
    ("integer", "9223372036854775808", "beyond 64 bits it is kept as it is"),
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
    ("decimal", "0.1234567890123456789", "more than 18 decimal places are kept as they are"),
    ("double", "1.0E0", "no exponent"),
    ("double", "1e3", ""),
    ("double", "1e400", "what is too large becomes infinite"),
    ("double", "NaN", ""),
    ("float", "16777217", "rounded to what a float can hold"),
    ("boolean", "1", ""),
    ("boolean", "0", ""),
    ("boolean", "TRUE", "no boolean, and kept as it is"),
    ("dateTime", "2025-08-28T02:00:00.500Z", ""),
    ("dateTime", "2025-08-28T02:00:00+00:00", "Z stands for the zero offset"),
    ("dateTime", "2025-08-28T02:00:00+03:00", "other offsets stay"),
    ("dateTime", "2025-08-28T02:00:00", "so does their absence"),
    ("dateTime", "2025-08-28T24:00:00Z", "midnight belongs to the day that begins"),
    ("dateTimeStamp", "2025-08-28T02:00:00Z", "becomes xsd:dateTime"),
    ("date", "2025-08-28+00:00", ""),
    ("date", "2025-02-30", "no date, and kept as it is"),
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
