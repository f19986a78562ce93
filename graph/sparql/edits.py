"""A text with parts of it changed, and where each place of the new text was in the old one."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from onrecord.graph.errors import QueryRefused, QuerySyntax
from onrecord.graph.sparql.tokens import place

Piece = str | tuple[int, int]
"""New text, or a part of the old text (from, to) with the changes made in it."""

_GROWTH: Final = 8
_CLOSING, _OPENING, _REPLACED = range(3)


class Moved(NamedTuple):
    """A changed text. `places` pairs positions in it, ascending, with those in the old text."""

    text: str
    places: tuple[tuple[int, int, bool], ...] = ()

    def back(self, position: int) -> int:
        """Where this position of the new text was in the old one."""
        at = bisect_right(self.places, (position, 1 << 62, True)) - 1
        if at < 0:
            return position
        new, old, copied = self.places[at]
        return old + (position - new) * copied


class _Edit(NamedTuple):
    """One change: pieces in the place of what is between two positions. Sorted by place, kind and order."""

    begin: int
    kind: int
    order: int
    end: int
    pieces: tuple[Piece, ...]

    def is_around(self, begin: int, end: int, within: _Edit) -> bool:
        """Whether this change is none of the part between two positions, which is a piece of another change."""
        if self.kind == _REPLACED:
            return self.end > end
        outside = self.begin == begin if self.kind == _OPENING else self.begin == end
        other_side = self.begin == end if self.kind == _OPENING else self.begin == begin
        return other_side or (outside and abs(self.order) >= abs(within.order))


@dataclass(slots=True)
class Edits:
    """Changes of a text, made all at once at the end."""

    text: str
    _edits: list[_Edit] = field(default_factory=list)

    def replace(self, begin: int, end: int, *pieces: Piece) -> None:
        """Put something in the place of a part. Replaced parts do not overlap; changes within one are made in its pieces."""
        self._edits.append(_Edit(begin, _REPLACED, len(self._edits), end, pieces))

    def put(self, at: int, *pieces: Piece) -> None:
        """Put something at a position, behind what was put there earlier."""
        self._edits.append(_Edit(at, _CLOSING, len(self._edits), at, pieces))

    def wrap(self, begin: int, end: int, opening: str, *closing: Piece) -> None:
        """Put something around a part, and around what was put around a part of it earlier."""
        order = len(self._edits)
        self._edits.append(_Edit(begin, _OPENING, -order, begin, (opening,)))
        self._edits.append(_Edit(end, _CLOSING, order, end, closing))

    def applied(self, room: int = 64 << 10) -> Moved:
        """The text with all changes. QueryRefused where copies of copies make it many times as long, and longer than the room."""
        if not self._edits:
            return Moved(self.text)
        self._edits.sort(key=lambda edit: edit[:3])
        output = _Output(_GROWTH * len(self.text) + room)
        self._render(0, len(self.text), output, None)
        return Moved("".join(output.pieces), tuple(output.places))

    def _render(self, begin: int, end: int, output: _Output, within: _Edit | None) -> None:
        """Write the part from begin to end, for a piece of a change: what was put in later at its ends is no part of it."""
        at = bisect_left(self._edits, (begin,), key=lambda edit: edit[:1])
        reached = begin
        while at < len(self._edits) and (edit := self._edits[at]).begin <= end:
            at += 1
            if edit.begin < reached or (within is not None and edit.is_around(begin, end, within)):
                continue
            output.write(self.text[reached : edit.begin], reached, copied=True)
            reached = edit.end
            for piece in edit.pieces:
                if isinstance(piece, str):
                    output.write(piece, edit.begin, copied=False)
                else:
                    self._render(*piece, output, edit)
        output.write(self.text[reached:end], reached, copied=True)


@dataclass(slots=True)
class _Output:
    """The new text as far as it is made."""

    room: int
    pieces: list[str] = field(default_factory=list)
    places: list[tuple[int, int, bool]] = field(default_factory=list)
    length: int = 0

    def write(self, text: str, old: int, *, copied: bool) -> None:
        """Append a text that was at this place in the old one, or is new and stands for something there."""
        if not text:
            return
        self.places.append((self.length, old, copied))
        self.pieces.append(text)
        self.length += len(text)
        if self.length > self.room:
            raise QueryRefused(
                "the query nests comparisons (<, >, <=, >=), divisions or casts too deep to be evaluated: bind the inner "
                "ones to variables with BIND"
            )


# Strings and comments keep their escapes: the engine reads those of strings, and those of comments mean nothing.
_WRITTEN: Final = re.compile(
    r"""\"\"\"(?:[^"\\]++|\\.|"(?!""))*+\"\"\" | '''(?:[^'\\]++|\\.|'(?!''))*+'''
      | "(?:[^"\\\r\n]++|\\.)*+" | '(?:[^'\\\r\n]++|\\.)*+' | \#[^\r\n]*+
      | (?P<iri> <(?:[^<>"{}|^`\\\x00-\x20]++|\\[uU])*+> )
      | (?P<escape> \\u[0-9A-Fa-f]{4} | \\U[0-9A-Fa-f]{8} ) | (?P<endless> ["'] )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}")
_NEVER: Final = re.compile(r"""[\s"'\\#\x00-\x1f\x7f\ud800-\udfff]""")
_NEVER_IN_IRI: Final = re.compile(r"""[\x00-\x20<>"{}|^`\\\ud800-\udfff]""")


def decode(text: str) -> Moved:
    r"""The text with \uXXXX and \UXXXXXXXX outside of strings read, as SPARQL 1.1, section 19.2, has it.

    QuerySyntax where the character could not stand there.
    """
    # (one character is found several times as fast as two)
    if "\\" not in text or ("\\u" not in text and "\\U" not in text):
        return Moved(text)
    edits = Edits(text)
    for written in _WRITTEN.finditer(text):
        if written["endless"]:
            break  # screening says so
        if written["iri"] is None and written["escape"] is None:
            continue
        never = _NEVER if written["iri"] is None else _NEVER_IN_IRI
        for escape in _ESCAPE.finditer(text, *written.span()):
            point = int(escape[0][2:], 16)
            character = chr(point) if point <= 0x10FFFF else "\\"
            if never.match(character):
                line, column = place(text, escape.start())
                why = f"the character `{escape[0]}` may not stand here, however it is written"
                raise QuerySyntax(f"line {line}, column {column}: {why}", line, column)
            edits.replace(*escape.span(), character)
    return edits.applied() if edits else Moved(text)
