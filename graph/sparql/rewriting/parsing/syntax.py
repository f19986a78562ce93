"""The parts of a query or update that rewriting is about: clauses, groups, triples, calls and comparisons.

`patterns.parse` finds them.
"""

from __future__ import annotations

from dataclasses import dataclass, field


class NotUnderstood(Exception):  # noqa: N818  (no error of the text's writer)
    """The text is not SPARQL as this parser knows it."""


@dataclass(slots=True)
class Span:
    """Tokens from `begin` up to, not including, `end`, by their numbers."""

    begin: int
    end: int


@dataclass(slots=True)
class Call:
    """A call of REGEX, REPLACE, GROUP_CONCAT, BNODE or a cast: the number of its name, its arguments, its closing bracket."""

    name: str
    at: int
    arguments: list[Span]
    close: int
    distinct: bool = False
    separator: int | None = None
    """The token of GROUP_CONCAT's SEPARATOR."""


@dataclass(slots=True)
class Comparison:
    """`<`, `>`, `<=` or `>=` between operands that may be booleans."""

    left: Span
    operator: str
    right: Span


@dataclass(slots=True)
class Division:
    """`/` between two expressions."""

    left: Span
    right: Span


@dataclass(slots=True)
class ZeroLengthPath:
    """A triple whose path may have length zero, with a constant at one end or both."""

    subject: Span
    verb: Span
    object: Span
    matches: int
    """In how many ways the path has length zero."""


@dataclass(slots=True)
class Triples:
    """The triples of one subject: verbs, each with its objects. `rest` says whether the subject alone says something."""

    span: Span
    subject: Span
    verbs: list[tuple[Span, list[Span]]] = field(default_factory=list)
    inner: list[Span] = field(default_factory=list)
    """The verbs of blank nodes in brackets."""
    paths: list[ZeroLengthPath] = field(default_factory=list)
    rest: bool = False


@dataclass(slots=True)
class Group:
    """A group in braces: its variables in order of first mention, and what its parts say about the graph they are in."""

    span: Span
    graph: Span | None
    """The name behind the innermost GRAPH around it."""
    variables: dict[str, None] = field(default_factory=dict)
    triples: list[tuple[Triples, int]] = field(default_factory=list)
    """Each with the number of the token before which a further part may be put."""
    minus: list[tuple[Span, bool]] = field(default_factory=list)
    """Each MINUS, and whether it shares a variable with what stands before it."""
    bnode: Span | None = None
    """Where its first BIND with a BNODE of a string begins."""
    in_graph: bool = False
    """Whether a part has to match in the graph."""
    anywhere: bool = False
    """Whether a part has solutions that the engine does not tie to the graph."""
    apart: bool = False
    """Whether a subquery is to be answered for each graph by itself."""


@dataclass(slots=True)
class Select:
    """A SELECT clause: its star, if it has one, or the variables it names; and those that its pattern gives."""

    star: int | None
    names: list[str]
    variables: dict[str, None] = field(default_factory=dict)
    grouped: bool = False


@dataclass(slots=True)
class Syntax:
    """What was found."""

    selects: list[Select] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    expressions: list[Call | Comparison | Division] = field(default_factory=list)
    """The inner before the outer."""
    blanks: list[tuple[Call, Span]] = field(default_factory=list)
    """Each BNODE of a string, with the BIND that it stands in, or the pattern whose solutions SELECT uses it for."""
    data_set: list[Span] = field(default_factory=list)
    """Each FROM clause."""
    graphs: list[tuple[Span, Group]] = field(default_factory=list)
    """Each GRAPH, from the word to the end of its group, and its group."""
