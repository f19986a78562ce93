"""ChangeSet: which quads go and which come. Nothing enters the graph in any other way.

Its quads are as the store keeps them. Oxigraph rewrites some literals when it stores them ("001"^^xsd:integer
becomes "1", xsd:int becomes xsd:integer, @en-GB becomes @en-gb); comparing an unwritten "001" with the stored
"1" would find a change where there is none, so the rewriting is done here, before anything is compared.

On disk a ChangeSet is an RDF Patch (https://afs.github.io/rdf-delta/rdf-patch.html): readable, and replayable. Its
rows are also what travels between processes: written once, where the change is made, and then trusted.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import InitVar, asdict, dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import IO, Any, Final, NamedTuple

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    Triple,
    parse,
    serialize,
)

from onrecord.graph import terms
from onrecord.graph.errors import BadChange, StoreDamaged

_TAGGED: Final = terms.PREFIXES["rdf"] + "langString"
_PLAIN: Final = frozenset({terms.PREFIXES["xsd"] + "string", _TAGGED})
_HEADER: Final = "urn:onrecord:header:"
_NAMES: Final = frozenset({"id", "prev"})
_CHECKSUM: Final = "checksum"
_CHECKSUM_OF_ROWS: Final = "sha256"
_BEGIN: Final = b"TX .\n"
PATCH_END: Final = b"TC .\n"
"""The last line of a patch."""
REVERT: Final = "Revert version "
"""How the message of a commit begins that takes another one back; its version follows."""
_REVERTED: Final = re.compile(rf"{REVERT}([0-9]{{1,18}})")
_PIECE: Final = 64 << 10
_MANY: Final = 20_000
_MAY_BE_UNFIT: Final = (b" _:", b"<<(", b"--ltr", b"--rtl", b"langString>")
"""What rows have that hold a blank node, a triple term, a direction or a text without its language; and words in texts like it."""


def as_stored(quads: Iterable[Quad]) -> frozenset[Quad]:
    """The same quads, their literals rewritten as the store rewrites them."""
    quads = frozenset(quads)
    doubtful = {q.object for q in quads if isinstance(q.object, Literal) and _may_be_rewritten(q.object)}
    rewritten = stored_literals(doubtful) if doubtful else {}
    if not rewritten:
        return quads
    return frozenset(
        Quad(q.subject, q.predicate, rewritten[q.object], q.graph_name)
        if isinstance(q.object, Literal) and q.object in rewritten
        else q
        for q in quads
    )


def _may_be_rewritten(literal: Literal) -> bool:
    if literal.language is not None:
        return literal.language != literal.language.lower()
    return literal.datatype.value not in _PLAIN


def stored_literals(literals: Collection[Literal]) -> dict[Literal, Literal]:
    """Literal -> what the store makes of it, where that differs; found by storing them."""
    numbered = dict(enumerate(literals))
    store = Store()
    store.extend(Quad(NamedNode(f"urn:{n}"), NamedNode("urn:x"), literal) for n, literal in numbered.items())
    stored = (
        (numbered[int(q.subject.value[4:])], q.object) for q in store if isinstance(q.subject, NamedNode)
    )
    return {before: after for before, after in stored if isinstance(after, Literal) and after != before}


@dataclass(frozen=True)
class ChangeSet:
    """Quads to remove and quads to add: in named graphs, without blank nodes, none on both sides.

    Only a plain change may also touch the default graph and hold blank nodes. Their labels are those of the store: a
    store keeps the labels it is given, so a history of such changes replays to the very same nodes. Raises BadChange.
    """

    removed: frozenset[Quad] = frozenset()
    added: frozenset[Quad] = frozenset()
    plain: InitVar[bool] = False

    def __post_init__(self, plain: bool) -> None:
        object.__setattr__(self, "removed", as_stored(self.removed))
        object.__setattr__(self, "added", as_stored(self.added))
        self._check(plain=plain)

    @classmethod
    def of_stored(cls, removed: Iterable[Quad], added: Iterable[Quad], *, plain: bool = False) -> ChangeSet:
        """The same of quads that are written as the store writes them already."""
        change = cls._of(frozenset(removed), frozenset(added))
        change._check(plain=plain)
        return change

    @classmethod
    def between(cls, old: Iterable[Quad], new: Iterable[Quad], *, plain: bool = False) -> ChangeSet:
        """What makes the new quads of the old ones."""
        before, after = as_stored(old), as_stored(new)
        return cls.of_stored(before - after, after - before, plain=plain)

    @classmethod
    def from_rows(cls, rows: bytes) -> ChangeSet:
        """The change whose rows these are, as it was then; BadChange names the first line that is no row."""
        if rows.startswith(b"A ") and rows.count(b"\nA ") + 1 == rows.count(b"\n") and rows.endswith(b"\n"):
            texts = {b"A ": rows[2:].replace(b"\nA ", b"\n")}  # as most large ones are
        else:
            texts = cls._texts(rows)
        try:
            removed, added = (
                frozenset(parse(texts[mark], RdfFormat.N_QUADS) if texts.get(mark) else ())
                for mark in (b"D ", b"A ")
            )
        except SyntaxError as error:
            raise BadChange(f"a row of the change is no quad: {error.msg}") from None
        change = cls._of(removed, added)
        change.__dict__["rows"] = rows
        return change

    @staticmethod
    def _texts(rows: bytes) -> dict[bytes, bytes]:
        """The rows of either side, without their marks."""
        sides: dict[bytes, list[bytes]] = {b"A ": [], b"D ": []}
        for number, line in enumerate(rows.split(b"\n"), 1):
            if not line:
                continue
            if line[:2] not in sides:
                raise BadChange(
                    f"line {number} of the change begins with neither 'A ' nor 'D ': {line[:80]!r}"
                )
            sides[line[:2]].append(line[2:])
        return {mark: b"\n".join(lines) for mark, lines in sides.items()}

    @classmethod
    def _of(cls, removed: frozenset[Quad], added: frozenset[Quad]) -> ChangeSet:
        """A change of quads that are known to be fit for one."""
        change = object.__new__(cls)
        change.__dict__.update(removed=removed, added=added)
        return change

    def _check(self, *, plain: bool) -> None:
        if self._needs_a_look():
            for quad in chain(self.removed, self.added):
                check_quad(quad, plain=plain)
        both = self.removed & self.added
        if both:
            raise BadChange(
                f"{len(both)} quads are both removed and added, among them {min(map(str, both))}: drop them from one side"
            )

    def _needs_a_look(self) -> bool:
        """Whether a quad may be unfit. Of many the text is asked, which is written anyway, at a tenth of the cost."""
        return (
            len(self.removed) + len(self.added) < _MANY
            or any(isinstance(quad.graph_name, DefaultGraph) for quad in chain(self.removed, self.added))
            or any(mark in self.rows for mark in _MAY_BE_UNFIT)
        )

    def inverse(self) -> ChangeSet:
        """The change that undoes this one."""
        return self._of(removed=self.added, added=self.removed)

    def only(self, removes: Callable[[Quad], bool], adds: Callable[[Quad], bool]) -> ChangeSet:
        """The part of this change whose quads these accept; this very change where they accept all."""
        removed = frozenset(filter(removes, self.removed))
        added = frozenset(filter(adds, self.added))
        if len(removed) == len(self.removed) and len(added) == len(self.added):
            return self
        return self._of(removed, added)

    def outside(self, *graphs: NamedNode) -> ChangeSet:
        """The part of this change that does not touch these graphs; this very change where nothing of it does."""
        if not any(_end(graph) in self.rows for graph in graphs):
            return self  # as the ends of its rows tell, without a look at each quad
        return self.only(
            lambda quad: quad.graph_name not in graphs, lambda quad: quad.graph_name not in graphs
        )

    def counts(self, *without: NamedNode) -> tuple[int, int]:
        """How many quads come and how many go, but those of some graphs."""
        gone = sum(quad.graph_name not in without for quad in self.removed)
        if self.removed or self.rows.count(b"\n") != len(self.added):
            return sum(quad.graph_name not in without for quad in self.added), gone
        return len(self.added) - sum(self.rows.count(_end(graph)) for graph in without), 0

    def graphs(self) -> frozenset[str]:
        """The IRIs of the graphs that are touched."""
        names = {quad.graph_name for quad in chain(self.removed, self.added)}
        return frozenset(name.value for name in names if isinstance(name, NamedNode))

    def __bool__(self) -> bool:
        return bool(self.removed or self.added)

    @cached_property
    def rows(self) -> bytes:
        """The rows of the patch, sorted, so that one change has one text."""
        return _rows(b"D ", self.removed) + _rows(b"A ", self.added)


def _end(graph: NamedNode) -> bytes:
    """How the rows of what stands in a graph end."""
    return f" {graph} .\n".encode()


def _rows(mark: bytes, quads: frozenset[Quad]) -> bytes:
    if not quads:
        return b""
    *lines, _ = (serialize(quads, format=RdfFormat.N_QUADS) or b"").split(b"\n")
    lines.sort()
    lines[0] = mark + lines[0]  # here and not behind, where it would copy all of a large change
    lines[-1] += b"\n"
    return (b"\n" + mark).join(lines)


def check_quad(quad: Quad, *, plain: bool) -> None:
    """Raise BadChange for a quad that no graph may hold: see ChangeSet."""
    if isinstance(quad.graph_name, DefaultGraph) and not plain:
        raise BadChange(f"{quad} is in no named graph: name the graph it belongs to")
    for term in (quad.subject, quad.object, quad.graph_name):
        if isinstance(term, BlankNode) and not plain:
            raise BadChange(f"{quad} has a blank node: give it an IRI (terms.mint makes one)")
        if isinstance(term, Triple):
            raise BadChange(
                f"{quad} holds a triple term, which RDF 1.1 does not know: say it with rdf:Statement"
            )
        if isinstance(term, Literal) and term.direction is not None:
            raise BadChange(f"{quad} has a text direction, which RDF 1.1 does not know: leave it out")
        if isinstance(term, Literal) and term.language is None and term.datatype.value == _TAGGED:
            raise BadChange(f"{quad} is a text in a language that it does not name: give it a language tag")


@dataclass(frozen=True)
class Commit:
    """One change in the history: its version, who made it, when, why, and how many quads it added and removed.

    Quads of graph/derived and graph/names, which follow from the others, do not count; commits of older versions count them.
    """

    version: int
    id: str
    time: datetime
    author: str
    message: str
    added: int
    removed: int

    def to_dict(self) -> dict[str, Any]:
        """This commit as JSON."""
        return {**asdict(self), "time": self.time.isoformat()}

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Commit:
        """The commit that to_dict wrote."""
        return cls(**{**value, "time": datetime.fromisoformat(value["time"])})


def taken_back(commit: Commit, history: Iterable[Commit]) -> list[Commit]:
    """The commit that this one takes back, the one that that takes back, and so on to one that takes back none."""
    found: list[Commit] = []
    # Few commits are such: for all others the history is not gone through.
    commits = {one.version: one for one in history} if commit.message.startswith(REVERT) else {}
    while said := _REVERTED.fullmatch(commit.message):
        target = commits.get(int(said[1]))
        if target is None or target.version >= commit.version:
            return []
        found.append(commit := target)
    return found


class Header(NamedTuple):
    """What the first lines of a patch say: the commit, the one before it, and the checksum.

    A patch of today has a `checksum`, over all its bytes but those of that line, and names the commit before it. One of
    before that has a `sha256` of its rows instead: author, time and message of such a commit are not protected.
    """

    commit: Commit
    previous: str | None
    checksum: str
    covers_all: bool


def patch_head(commit: Commit, rows: Iterable[bytes], previous: str | None = None) -> bytes:
    """What stands before the rows of a patch, whose checksum they are read for; PATCH_END follows them."""
    headers: dict[str, Any] = {"id": commit.id}
    if previous is not None:
        headers["prev"] = previous
    text = b"".join(_header_line(key, value) for key, value in (headers | commit.to_dict()).items())
    digest = hashlib.sha256(text + _BEGIN)
    for piece in rows:
        digest.update(piece)
    digest.update(PATCH_END)
    return text + _header_line(_CHECKSUM, digest.hexdigest()) + _BEGIN


def _header_line(key: str, value: object) -> bytes:
    term = NamedNode(str(value)) if key in _NAMES else Literal(str(value))
    return f"H {key} {term} .\n".encode()


def read_header(text: bytes, name: str) -> Header:
    """The header of a patch, from its first bytes up to the rows at least; StoreDamaged names the file."""
    lines = []
    for line in text.partition(_BEGIN)[0].splitlines():
        mark, _, rest = line.partition(b" ")
        key, _, term = rest.partition(b" ")
        if mark != b"H" or not term:
            raise damaged_patch(name, f"its header holds the line {line[:80]!r}")
        lines.append(b"<urn:x> <" + _HEADER.encode() + key + b"> " + term)
    try:
        found = {
            q.predicate.value[len(_HEADER) :]: q.object.value
            for q in parse(b"\n".join(lines), RdfFormat.N_TRIPLES)
        }
        covers_all = _CHECKSUM in found
        checksum = found.pop(_CHECKSUM if covers_all else _CHECKSUM_OF_ROWS)
        previous = found.pop("prev", None)
        counts = {key: int(found.pop(key)) for key in ("version", "added", "removed")}
        return Header(Commit.from_dict({**found, **counts}), previous, checksum, covers_all)
    except TypeError:
        raise damaged_patch(name, "its header holds a line that no patch has, or lacks one") from None
    except (SyntaxError, KeyError, ValueError) as error:
        raise damaged_patch(name, f"its header cannot be read ({error})") from None


def check_patch(file: IO[bytes], name: str) -> Header:
    """Read a patch to its end, a piece at a time, and hold it against its checksum; StoreDamaged says what is wrong."""
    head = b""
    while _BEGIN not in head and (piece := file.read(_PIECE)):
        head += piece
    header = read_header(head, name)
    first, begin, rest = head.partition(_BEGIN)
    digest = hashlib.sha256()
    if header.covers_all:
        mark = f"H {_CHECKSUM} ".encode()
        digest.update(b"".join(line for line in first.splitlines(True) if not line.startswith(mark)) + begin)
    while piece := file.read(_PIECE):
        digest.update(rest[: -len(PATCH_END)])
        rest = rest[-len(PATCH_END) :] + piece
    if not rest.endswith(PATCH_END):
        raise damaged_patch(name, "it breaks off before its end")
    digest.update(rest if header.covers_all else rest[: -len(PATCH_END)])
    if digest.hexdigest() != header.checksum:
        raise damaged_patch(name, "it does not match the checksum in its header")
    return header


def from_patch(text: bytes, name: str) -> tuple[Commit, ChangeSet]:
    """The commit and the change that a patch holds; StoreDamaged names the file where it does not hold together."""
    commit = check_patch(io.BytesIO(text), name).commit
    rows = text.partition(_BEGIN)[2][: -len(PATCH_END)]
    try:
        return commit, ChangeSet.from_rows(rows)
    except BadChange as error:
        raise damaged_patch(name, error.message) from None


def quads_of_patch(pieces: Iterable[bytes], *, added: bool) -> Iterator[Quad]:
    """The quads that a patch, or its rows alone, adds or removes, a piece at a time; BadChange where a row is no quad."""
    mark = b"A " if added else b"D "
    rest = b""
    for piece in pieces:
        whole, newline, rest = (rest + piece).rpartition(b"\n")
        text = whole + newline
        rows = text.startswith(mark) + text.count(b"\n" + mark)
        if not rows:
            continue  # as in most large changes on the side of what is removed
        if rows == text.count(b"\n"):
            lines = text[len(mark) :].replace(b"\n" + mark, b"\n")
        else:
            lines = b"\n".join([line[len(mark) :] for line in text.split(b"\n") if line.startswith(mark)])
        try:
            yield from parse(lines, RdfFormat.N_QUADS)
        except SyntaxError as error:
            raise BadChange(f"a row of the change is no quad: {error.msg}") from None


def with_counts(commit: Commit, change: ChangeSet, base: str | None = None) -> Commit:
    """The commit, its counts those of the change; given the data's base, without what follows from the rest (terms.FOLLOWING)."""
    without = [NamedNode(terms.graph_iri(name, base)) for name in terms.FOLLOWING if base is not None]
    added, removed = change.counts(*without)
    return replace(commit, added=added, removed=removed)


def damaged_patch(name: str, why: str) -> StoreDamaged:
    """What is said of a patch that is not as it was written."""
    return StoreDamaged(
        f"{name} is damaged: {why}. Put back a copy of the file from a backup; the history is what the store is built from"
    )
