"""Calls and operators that the engine computes wrongly or not at all, written otherwise."""

from __future__ import annotations

from typing import Final

from pyoxigraph import Literal

from onrecord.graph.sparql.edits import Piece
from onrecord.graph.sparql.rewriting import functions, regexes
from onrecord.graph.sparql.rewriting.parsing.syntax import Call, Comparison, Division, Span
from onrecord.graph.sparql.rewriting.source import Source
from onrecord.graph.sparql.tokens import unescaped

_AROUND: Final = r"^[ \\t\\n\\r]+|[ \\t\\n\\r]+$"
_ROW: Final = "onrecord_row_"
_ARGUMENTS: Final = {"CAST": (1, 1), "REGEX": (2, 3), "REPLACE": (3, 4), "GROUP_CONCAT": (1, 1)}


class Calls:
    """Rewrites the expressions of one query, in which `grouped` says that there is a GROUP BY."""

    def __init__(self, source: Source, *, grouped: bool) -> None:
        self._source = source
        self._grouped = grouped
        self._rows: set[int] = set()

    def call(self, call: Call) -> None:
        """REGEX, REPLACE, GROUP_CONCAT or a cast; one with the wrong number of arguments stays as it is."""
        least, most = _ARGUMENTS.get(call.name, (1, 0))
        if not least <= len(call.arguments) <= most:
            return
        if call.name == "GROUP_CONCAT":
            self._group_concat(call)
            return
        if call.name == "CAST":
            self._cast(call)
            return
        replaces = call.name == "REPLACE"
        pattern, *others = [self._source.string(argument) for argument in call.arguments[1:]]
        flags = others[replaces] if len(others) > replaces else ""
        replacement = others[0] if replaces else None
        if pattern is not None and flags is not None and not (replaces and replacement is None):
            native = regexes.native(pattern, flags, replacement)
            if native is not None:
                changed = [native.pattern, *([native.replacement] if replaces else []), native.flags]
                for argument, old, new in zip(call.arguments[1:], [pattern, *others], changed, strict=False):
                    if old != new:
                        self._source.edits.replace(*self._source.place(argument), str(Literal(new)))
                if len(call.arguments) == most - 1 and native.flags:
                    self._source.edits.put(
                        self._source.tokens[call.close].start, f", {Literal(native.flags)}"
                    )
                return
        self._source.edits.replace(
            *self._source.place(Span(call.at, call.at + 1)),
            functions.REPLACE if replaces else functions.MATCHES,
        )
        self._source.arguments["custom_functions"] = functions.FUNCTIONS

    def _group_concat(self, call: Call) -> None:
        (argument,) = call.arguments
        if self._source.is_call(argument, "STR"):
            return
        begin, end = self._source.place(argument)
        if not call.distinct:
            self._source.edits.wrap(begin, end, "STR(", ")")
            return
        separator = " "
        if call.separator is not None:
            separator = unescaped(self._source.tokens[call.separator].text)
        name, aggregate = functions.group_concat(separator)
        self._source.arguments.setdefault("custom_aggregate_functions", {})[name] = aggregate
        self._source.edits.replace(self._source.tokens[call.at].start, begin, f"{name}(")
        self._source.edits.replace(end, self._source.tokens[call.close].start)

    def _cast(self, call: Call) -> None:
        # A string with white space around it is an error to the engine.
        (argument,) = call.arguments
        name = self._source.text(Span(call.at, call.at + 1))
        if not name.endswith(("string", "string>")) and self._source.tokens[argument.begin].kind != "number":
            begin, end = self._source.place(Span(call.at, call.close + 1))
            once_more = f", {name}(REPLACE(", self._source.place(argument), f', "{_AROUND}", "")))'
            self._instead_of_error(begin, end, *once_more)

    def blank(self, call: Call, place: Span) -> None:
        """BNODE of a string: one node for each solution, which is told from others by a blank node of its own."""
        variable = f"?{_ROW}{place.begin}"
        bind = f" BIND(BNODE() AS {variable}) "
        if place.begin not in self._rows:
            self._rows.add(place.begin)
            if place.end > place.begin:
                self._source.edits.wrap(*self._source.place(place), "{ ", bind + "}")
            else:
                self._source.edits.put(self._source.tokens[place.begin].start, bind)
        self._source.edits.replace(*self._source.place(Span(call.at, call.at + 1)), functions.BNODE)
        self._source.edits.put(self._source.tokens[call.close].start, f", {variable}")
        self._source.arguments["custom_functions"] = functions.FUNCTIONS

    def comparison(self, comparison: Comparison) -> None:
        """Two booleans are an error to the engine."""
        self._otherwise(comparison.left, comparison.operator, comparison.right, functions.COMPARE)

    def division(self, division: Division) -> None:
        """Zero divided by a decimal such as 0.5 is an error to the engine; divided by an integer it is not."""
        last = self._source.tokens[division.right.end - 1]
        if division.right.end - division.right.begin > 1 or not last.text.isdecimal():
            self._otherwise(division.left, "/", division.right, functions.DIVIDE)

    def _otherwise(self, left: Span, operator: str, right: Span, function: str) -> None:
        """Have a function asked where an operation is an error."""
        one, other = self._source.place(left), self._source.place(right)
        self._instead_of_error(one[0], other[1], f", {function}(", one, f', "{operator}", ', other, "))")
        self._source.arguments["custom_functions"] = functions.FUNCTIONS

    def _instead_of_error(self, begin: int, end: int, *other: Piece) -> None:
        if self._grouped:
            # In COALESCE the engine does not see variables that GROUP BY has taken away.
            self._source.edits.wrap(begin, end, "IF(true, COALESCE(", *other, ", ", (begin, end), ")")
        else:
            self._source.edits.wrap(begin, end, "COALESCE(", *other)
