r"""REGEX and REPLACE as XPath defines them (Functions and Operators 3.1, section 5.6), which the engine does not.

The engine's patterns are those of Rust's crate regex. Where a constant pattern can be said in that crate's syntax, it is
translated, and stays as fast and as safe as the engine's own: the time is linear. All else (patterns that are computed,
back-references, `\i`, blocks) goes to `matches` and `replace`, which elementpath translates for Python's re. That can
take exponential time; a query that does is ended at its time limit like any other.

Taken beyond the standard, since every widespread engine does and it can mean one thing only: `\b` and `\B`, a backslash
before punctuation, and flags at the start, as in `(?i)abc`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Store, Triple

AnyTerm = NamedNode | BlankNode | Literal | Triple

_FLAGS: Final = frozenset("smixq")
_LEADING_FLAGS: Final = re.compile(r"\(\?([imsx]+)\)")
_META: Final = r"nrt\\|.?*+(){}\-\[\]^$"
_PIECE: Final = re.compile(
    rf"""
      (?P<escape>   \\[{_META}dDsSwWbB] | \\[pP]\{{[LMNPZS][a-z]?\}} )
    | (?P<literal>  \\[^\w\s] | [^\[\]{{}}()\\|.?*+^$] )
    | (?P<dot>      \. )
    | (?P<anchor>   [\^$] )
    | (?P<open>     \((?:\?:)? )
    | (?P<close>    \) )
    | (?P<or>       \| )
    | (?P<times>    (?:[*+?] | \{{(?P<least>\d{{1,4}})(?P<comma>,)?(?P<most>\d{{1,4}})?\}})\?? )
    """,
    re.VERBOSE,
)
_ITEM: Final = re.compile(
    rf"""(?P<escape> \\[dDsSwW] | \\[pP]\{{[LMNPZS][a-z]?\}} )
       | (?P<first> \\[{_META}] | [^\[\]\\] )(?:-(?P<last> \\[{_META}] | [^\[\]\\-] ))?""",
    re.VERBOSE | re.DOTALL,
)
# XML Schema's \s and \w are narrower, and wider, than those of Rust and Python.
_CLASSES: Final = {
    r"\s": r"[ \t\n\r]",
    r"\S": r"[^ \t\n\r]",
    r"\w": r"[^\p{P}\p{Z}\p{C}]",
    r"\W": r"[\p{P}\p{Z}\p{C}]",
}
_CONTROLS: Final = {r"\n": "\n", r"\r": "\r", r"\t": "\t"}
_ESCAPE_OR_CLASS: Final = re.compile(r"\\.|\[|\]|.", re.DOTALL)
_SPACES: Final = frozenset(" \t\n\r")
# Characters that no text holds stand for \b and \B while elementpath translates, which knows neither.
_BOUNDARIES: Final = {r"\b": "\ufdd0", r"\B": "\ufdd1"}
_REFERENCE: Final = re.compile(r"\\(.?)|\$(\d*)", re.DOTALL)


class Native(NamedTuple):
    """What to give the engine's own function."""

    pattern: str
    flags: str
    replacement: str


@lru_cache(maxsize=512)
def native(pattern: str, flags: str, replacement: str | None = None) -> Native | None:
    """A pattern in the engine's syntax, where it has one; None where `matches` or `replace` has to see to it."""
    if not _FLAGS.issuperset(flags):
        return None
    if "q" in flags:
        translated, groups, flags = pattern, 0, "qi" if "i" in flags else "q"
    else:
        pattern, flags = _plain_flags(pattern, flags)
        found = _translate(pattern, flags)
        if found is None:
            return None
        translated, groups = found
        flags = flags.replace("x", "")
    replaced = ""
    if replacement is not None:
        pieces = _pieces(replacement, groups, literal="q" in flags)
        if pieces is None:
            return None
        replaced = "".join(
            f"${{{piece}}}" if isinstance(piece, int) else piece.replace("$", "$$") for piece in pieces
        )
    # The engine limits the size of a pattern; and one that matches nothing at all may not be replaced.
    matches_nothing = _engine_matches(translated, flags)
    if matches_nothing is None or (matches_nothing and replacement is not None):
        return None
    return Native(translated, flags, replaced)


def _engine_matches(pattern: str, flags: str) -> bool | None:
    """Whether the engine finds the pattern in the empty string; None where it refuses the pattern."""
    arguments = ", ".join(str(Literal(text)) for text in ("", pattern, flags))
    found = Store().query(f"SELECT (REGEX({arguments}) AS ?found) {{}}")
    assert isinstance(found, QuerySolutions)  # noqa: S101  (for the type checker)
    value = next(found)["found"]
    return None if value is None else value.value == "true"


def _plain_flags(pattern: str, flags: str) -> tuple[str, str]:
    """Pattern and flags with flags at the start of the pattern moved, and with x its white space taken out, within classes not."""
    if leading := _LEADING_FLAGS.match(pattern):
        pattern, flags = pattern[leading.end() :], "".join(sorted({*flags, *leading[1]}))
    if "x" in flags:
        depth, kept, escaped = 0, [], False
        for character in pattern:
            if not depth and character in _SPACES:
                continue  # also between a backslash and what it escapes
            kept.append(character)
            if not escaped:
                depth += (character == "[") - (character == "]")
            escaped = character == "\\" and not escaped
        pattern = "".join(kept)
    return pattern, flags


def _translate(pattern: str, flags: str) -> tuple[str, int] | None:
    """The pattern in Rust's syntax and how many groups it has; None where it has a piece that is not known to agree."""
    pieces: list[str] = []
    at = depth = groups = 0
    repeatable = False
    while at < len(pattern):
        if pattern[at] == "[":
            found = _translate_class(pattern, at, flags)
            kind = "class"
        else:
            match = _PIECE.match(pattern, at)
            kind = (match and match.lastgroup) or ""
            piece = match and _translated_piece(match, flags)
            found = (piece, match.end()) if match and piece is not None else None
        depth += (kind == "open") - (kind == "close")
        if found is None or depth < 0 or (kind == "times" and not repeatable):
            return None
        groups += found[0] == "("
        repeatable = kind in {"close", "class", "escape", "literal", "dot"} and found[0] not in _BOUNDARIES
        pieces.append(found[0])
        at = found[1]
    return ("".join(pieces), groups) if depth == 0 else None


def _translated_piece(match: re.Match[str], flags: str) -> str | None:
    piece = match[0]
    match match.lastgroup:
        case "anchor" if piece == "^" and "m" in flags:
            return None  # for XPath no line begins after a last line feed
        case "escape":
            piece = _CLASSES.get(piece, piece)
            return f"(?-i:{piece})" if "i" in flags and "p{" in piece.lower() else piece
        case "literal" if piece[0] == "\\":
            return re.escape(piece[1])
        case "dot" if "s" not in flags:
            return r"[^\n\r]"
        case "times" if match["comma"] and match["most"] and int(match["most"]) < int(match["least"]):
            return None
    return piece


def _translate_class(pattern: str, at: int, flags: str) -> tuple[str, int] | None:
    """The class in brackets that begins here, in Rust's syntax, and where it ends."""
    opened: list[tuple[str, list[str]]] = []
    while True:
        negated = pattern.startswith("^", at + 1)
        at += 1 + negated
        opened.append(("[^" if negated else "[", []))
        items = opened[-1][1]
        while not pattern.startswith(("]", "-["), at):
            match = _ITEM.match(pattern, at)
            item = match and _item(match, flags)
            # A hyphen that is no range stands first or last.
            if match is None or item is None:
                return None
            inside = items and not pattern.startswith(("]", "-["), at + 1)
            if match["first"] == "-" and (match["last"] or inside):
                return None
            items.append(item)
            at = match.end()
        if not items:
            return None
        if pattern[at] == "]":
            break
        at += 1
    if pattern[at : at + len(opened)] != "]" * len(opened):
        return None
    at += len(opened)
    text = ""
    for opening, items in reversed(opened):
        class_ = f"{opening}{''.join(items)}]"
        text = f"[{class_}--{text}]" if text else class_
    return text, at


def _item(match: re.Match[str], flags: str) -> str | None:
    escape, first, last = match.group("escape", "first", "last")
    if escape:
        return None if "i" in flags and "p{" in escape.lower() else _CLASSES.get(escape, escape)
    characters = [_CONTROLS.get(c, c[-1]) for c in (first, last) if c]
    if len(characters) == 2 and characters[0] > characters[1]:
        return None
    return "-".join(map(re.escape, characters))


def matches(*arguments: AnyTerm) -> Literal | None:
    """REGEX(text, pattern[, flags]); None, an error in SPARQL, where an argument or the pattern is wrong."""
    given = _strings(arguments, 2)
    if given is None or (found := _compiled(given[1], given[2])) is None:
        return None
    return Literal(found.search(given[0]) is not None)


def replace(*arguments: AnyTerm) -> Literal | None:
    """REPLACE(text, pattern, replacement[, flags]); None, an error in SPARQL, where an argument or the pattern is wrong."""
    given = _strings((*arguments[:2], *arguments[3:]), 2)
    replacement = arguments[2] if len(arguments) > 2 else None
    if given is None or not isinstance(replacement, Literal) or not _is_plain(replacement):
        return None
    found = _compiled(given[1], given[2])
    if found is None or found.search("") is not None:
        return None
    pieces = _pieces(replacement.value, found.groups, literal="q" in given[2])
    if pieces is None:
        return None
    text = arguments[0]
    assert isinstance(text, Literal)  # noqa: S101  (for the type checker)
    replaced = found.sub(
        lambda m: "".join((m[p] or "") if isinstance(p, int) else p for p in pieces), given[0]
    )
    return Literal(replaced, language=text.language) if text.language else Literal(replaced)


def _strings(arguments: tuple[AnyTerm, ...], least: int) -> tuple[str, str, str] | None:
    """Text, pattern and flags; None where one is no string."""
    literals = [argument for argument in arguments if isinstance(argument, Literal)]
    if not least <= len(arguments) <= least + 1 or len(literals) != len(arguments):
        return None
    text, *others = literals
    if not (text.language or _is_plain(text)) or not all(map(_is_plain, others)):
        return None
    return text.value, others[0].value, others[1].value if len(others) > 1 else ""


def _is_plain(literal: Literal) -> bool:
    return literal.datatype.value == "http://www.w3.org/2001/XMLSchema#string"


@lru_cache(maxsize=512)
def _compiled(pattern: str, flags: str) -> re.Pattern[str] | None:
    """A pattern for Python; None where it is none of XPath's."""
    if not _FLAGS.issuperset(flags):
        return None
    if "q" not in flags:
        pattern, flags = _plain_flags(pattern, flags)
    used = re.NOFLAG
    for name, flag in (("i", re.IGNORECASE), ("s", re.DOTALL), ("m", re.MULTILINE)):
        if name in flags:
            used |= flag
    if "q" in flags:
        return re.compile(re.escape(pattern), used & re.IGNORECASE)
    # Few queries need it, and loading it takes longer than all else that a reader loads.
    from elementpath.regex import RegexError, translate_pattern  # noqa: PLC0415

    depth, prepared = 0, []
    for match in _ESCAPE_OR_CLASS.finditer(pattern):
        piece = match[0]
        depth += (piece == "[") - (piece == "]")
        if depth:
            prepared.append(_CONTROLS.get(piece, piece))  # elementpath takes no escape at the end of a range
        else:
            prepared.append(f"[{piece}]" if piece in _CLASSES else _BOUNDARIES.get(piece, piece))
    try:
        translated = translate_pattern("".join(prepared), used, xsd_version="1.1")
        for escape, mark in _BOUNDARIES.items():
            translated = translated.replace(mark, escape)
        return re.compile(translated, used)
    except (RegexError, re.error, OverflowError, RecursionError, IndexError, ValueError):
        return None


def _pieces(replacement: str, groups: int, *, literal: bool) -> list[str | int] | None:
    """A replacement as texts and numbers of groups; None where XPath has it as an error."""
    if literal:
        return [replacement]
    pieces: list[str | int] = []
    reached = 0
    for match in _REFERENCE.finditer(replacement):
        pieces.append(replacement[reached : match.start()])
        reached = match.end()
        escaped, digits = match.groups()
        if digits is None:
            if escaped not in {"\\", "$"} or not escaped:
                return None
            pieces.append(escaped)
            continue
        if not digits or not digits.isascii():
            return None
        # The longest number that is one of a group counts; what is left of the digits is text.
        length = max((n for n in range(1, len(digits) + 1) if int(digits[:n]) <= groups), default=0)
        if length:
            pieces.append(int(digits[:length]))
        pieces.append(digits[max(length, 1) :])
    return [*pieces, replacement[reached:]]
