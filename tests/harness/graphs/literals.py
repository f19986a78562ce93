"""Literals that are right, nearly right and wrong, of every datatype of XML Schema, for hypothesis."""

from __future__ import annotations

from functools import cache
from typing import Final

from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

XSD: Final = "http://www.w3.org/2001/XMLSchema#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
WITH_VALUES: Final = (
    *("boolean", "decimal", "integer", "float", "double", "dateTime", "date", "time"),
    *("gYear", "gYearMonth", "gMonthDay", "gMonth", "gDay"),
    *("duration", "yearMonthDuration", "dayTimeDuration"),
)
"""The types of which Oxigraph makes values."""
DERIVED: Final = (
    *("long", "int", "short", "byte", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger", "dateTimeStamp"),
)
TEXTS: Final = (
    *("string", "normalizedString", "token", "language", "anyURI", "hexBinary", "base64Binary"),
    *("Name", "NCName", "NMTOKEN"),
)

_zone = st.one_of(
    st.sampled_from(["", "", "Z", "z", "+00:00", "-14:00", "+14:00", "+14:01", "+15:00", "+3", "+03:60"]),
    st.builds("{}{:02d}:{:02d}".format, st.sampled_from("+-"), st.integers(0, 16), st.integers(0, 61)),
)
_year = st.one_of(
    st.integers(1, 9999).map("{:04d}".format),
    st.integers(-(10**9), 10**9).map(lambda year: f"{'-' * (year < 0)}{abs(year):04d}"),
    st.sampled_from(["0000", "-0001", "00025", "25", "+2025", "9223372036854775807", "9" * 30]),
)
_month, _day = st.integers(0, 13).map("{:02d}".format), st.integers(0, 32).map("{:02d}".format)
_second = st.one_of(
    st.integers(0, 61).map("{:02d}".format),
    st.builds("{:02d}.{}".format, st.integers(0, 59), st.text("0123456789", max_size=22)),
)
_time = st.builds("{:02d}:{:02d}:{}".format, st.integers(0, 24), st.integers(0, 60), _second)
_date = st.builds("{}-{}-{}".format, _year, _month, _day)
_number = st.one_of(
    st.integers(-(10**6), 10**6).map(str),
    st.integers(-(2**130), 2**130).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
    st.floats().map(str),
    st.text("0123456789+-.eE_ ", max_size=24),
    st.sampled_from(["INF", "-INF", "+INF", "NaN", "-0", "٣", "9" * 5000, "0" * 30 + "1", "0." + "1" * 19]),
)
_part = st.sampled_from(
    ["", "", "0{}", "1{}", "400{}", "-1{}", "1.5{}", f"{'9' * 19}{{}}", f"{'9' * 30}{{}}"]
)
_period = st.builds(
    lambda sign, *parts: (
        sign + "P" + "".join(part.format(unit) for part, unit in zip(parts, "YMDTHMS", strict=True))
    ),
    st.sampled_from(["", "-", "+"]),
    *(_part, _part, _part, st.sampled_from(["", "T", "T"]), _part, _part, _part),
)
_SHAPED: Final[dict[str, st.SearchStrategy[str]]] = {
    "boolean": st.sampled_from(["true", "false", "1", "0", "TRUE", " true", "true\n", "yes", ""]),
    "dateTime": st.builds("{}T{}{}".format, _date, _time, _zone),
    "dateTimeStamp": st.builds("{}T{}{}".format, _date, _time, _zone),
    "date": st.builds("{}{}".format, _date, _zone),
    "time": st.builds("{}{}".format, _time, _zone),
    "gYear": st.builds("{}{}".format, _year, _zone),
    "gYearMonth": st.builds("{}-{}{}".format, _year, _month, _zone),
    "gMonthDay": st.builds("--{}-{}{}".format, _month, _day, _zone),
    "gMonth": st.builds("--{}{}".format, _month, _zone),
    "gDay": st.builds("---{}{}".format, _day, _zone),
    **dict.fromkeys(("duration", "yearMonthDuration", "dayTimeDuration"), _period),
    **dict.fromkeys(TEXTS, st.sampled_from(
        ["", "en", "zh-Hant", "a b", " a", "a\n", "a\tb", "a:b", "0a", "https://example.org/x", "https://example.org/\n",
         "https://example.org/a b", "https://example.org/\x0c", "abc", "0aFF", "aGk=", "aG k=", "a=b", "é", "<a>"])),
}  # fmt: skip
_SAMPLES: Final = (
    *("2025-08-28T00:00Z", "20250828T000000Z", "2025-08-28 00:00:00Z", "2025-8-28T00:00:00Z"),
    *("2025-08-28T24:00:00Z", "2025-08-28T24:00:01Z", "2025-08-28T23:59:60Z", "2020-W01-1", "2025-02-29"),
    *("1_000", " 5", "5 ", "5\n", "five", "", "5e1", "5_0.4", "5.", ".5", ".", "x"),
)


@cache
def values(name: str) -> st.SearchStrategy[str]:
    """Texts that are, may be taken for, or are no value of a datatype of XML Schema."""
    shaped = _SHAPED.get(name, _number)
    # A character too many, wherever: at the end it is what a careless regular expression lets through.
    harmed = st.builds(
        lambda text, at, extra: text[:at] + extra + text[at:],
        *(shaped, st.integers(0, 12), st.sampled_from([" ", "\n", "_", "0", "-", "\u0661", "\x00"])),
    )
    return st.one_of(shaped, shaped, harmed, st.sampled_from(_SAMPLES), st.text(max_size=8))


@cache
def literals(*names: str) -> st.SearchStrategy[Literal]:
    """Literals of the given datatypes of XML Schema."""
    return st.one_of(
        st.builds(lambda value, name=name: Literal(value, datatype=NamedNode(XSD + name)), values(name))
        for name in names
    )


ANY: Final = st.one_of(
    literals(*WITH_VALUES, *DERIVED, *TEXTS, "QName", "nothing"),
    st.builds(
        Literal, st.text(max_size=8), language=st.sampled_from(["en", "uk", "ua", "zh-hant", "de-ch-1996"])
    ),
    st.builds(
        lambda value, kind: Literal(value, datatype=NamedNode(kind)),
        st.sampled_from(["", "x", "<a/>", "<p>a", "{}", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"]),
        st.sampled_from([RDF + "XMLLiteral", RDF + "HTML", RDF + "JSON", "http://example.org/type"]),
    ),
)
"""Any literal at all."""
