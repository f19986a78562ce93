"""An import from files to one commit, the same for all importers; see the package's docstring.

The graph of an import is the import's alone. The history says who changed it: what somebody else stated there or took
out of it since the last import is not overwritten in silence, but refused until a person settles it, as of builds.
"""

from __future__ import annotations

import hashlib
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType
from typing import Any, Final

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.changes import Commit, taken_back
from onrecord.graph.errors import OnrecordError, UnknownGraph
from onrecord.graph.files.texts import Texts
from onrecord.graph.importers.model import BadFile, Importer, Record, Refusal, Remark, Row, Surroundings
from onrecord.graph.importers.spool import RecordLines, Spool, lines, undescribed
from onrecord.graph.ledger import Ledger
from onrecord.graph.validation.report import Rejected

AUTHOR: Final = "onrecord import"
_EVERY: Final = 1000
_ABOUT_ITSELF: Final = "(the data set)"


class Clash(OnrecordError):  # noqa: N818
    """Somebody else wrote into the graph of an import, or it belongs to somebody else; the message says what to do."""


class Stopped(OnrecordError):  # noqa: N818
    """A row cannot be understood, and the import was to stop there."""


class Failed(OnrecordError):  # noqa: N818
    """The importer itself is at fault; the message says where in it."""


@dataclass(slots=True)
class Outcome:
    """What came of an import: the keys of rows added, corrected and gone, the refusals, and the commit; None where nothing changed.

    `rows` were read, and those of them that go in have so many `keys`: rows of one post, say, have one.
    """

    rows: int = 0
    keys: int = 0
    added: list[str] = field(default_factory=list)
    corrected: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    quads_added: int = 0
    quads_removed: int = 0
    commit: Commit | None = None

    @property
    def refused_rows(self) -> int:
        """How many rows were refused, in whole or in part; of one row, several things may be."""
        return len({(refusal.file, refusal.line) for refusal in self.refused})

    @property
    def rows_before(self) -> int:
        """How many keys of rows the graph had before."""
        return self.keys - len(self.added) + len(self.gone)

    @property
    def changes(self) -> bool:
        """Whether the graph is, or would be, another after this import."""
        return bool(self.quads_added or self.quads_removed)


@dataclass(frozen=True, slots=True)
class Options:
    """How to import: `strict` stops at the first refusal, `dry_run` asks the shapes and changes nothing, `put_back` states again what others took out."""

    strict: bool = False
    dry_run: bool = False
    put_back: bool = False


class Around:
    """The graph around an import, as its importer may ask it: all but the graph of the import itself."""

    def __init__(self, ledger: Ledger, own: str, base: str) -> None:
        self._ledger = ledger
        self.base = base
        others = [name for name in ledger.graph_names() if name != own]
        self._graphs = others if len(others) < len(ledger.graph_names()) else None

    def rows(self, query: str) -> list[dict[str, Any]]:
        """The solutions of a query over the other graphs."""
        return list(self._ledger.rows(query, default_graphs=self._graphs))


def run(  # noqa: PLR0913
    ledger: Ledger,
    importer: Importer,
    files: Sequence[Path],
    base: str,
    options: Options = Options(),
    *,
    progress: Callable[[str], None] = lambda _: None,
    refused: Callable[[Refusal], None] = lambda _: None,
    make: Make | None = None,
) -> Outcome:
    """Bring files into the graph as one commit. Clash, Stopped, BadFile and the shapes' Rejected say why nothing was changed.

    `progress` is told how far it is; `refused` of each row that cannot be understood, and each
    remark, when it is met. `make` says what the files say where that is worked out elsewhere.
    """
    for path in files:
        if path.is_fifo():
            raise BadFile(f"{path}: is a pipe, and a file is read twice: save it, and give the file")
    graph = importer.graph(base)
    reading = Reading(importer, files, Around(ledger, graph, base), options, progress, refused)
    outcome = reading.outcome
    with Spool() as spool:
        reading.into(spool, make)
        outcome.keys = spool.count_rows()
        if not outcome.keys:
            # Else an empty or foreign file would take out all that an earlier one said.
            raise BadFile(
                f"{', '.join(map(str, files))}: no row was found that this importer understands; nothing was changed"
            )
        spool.leave(_present(ledger, graph))
        spool.keep_named(ledger, graph, base)
        _refuse_clash(ledger, importer, graph, spool, put_back=options.put_back)
        for name, keys in spool.differences(importer.key_of).items():
            setattr(outcome, name, keys)
        outcome.quads_added, outcome.quads_removed = spool.counts()
        if outcome.changes:
            progress(
                f"checking {outcome.quads_added:,} quads to add and {outcome.quads_removed:,} to remove against the shapes …"
            )
            try:
                outcome.commit = _change(ledger, importer, outcome, b"".join(spool.rows()), options)
            except Rejected as error:
                raise _explained(error, graph) from None
        if not options.dry_run:
            spool.texts.copy(Texts(ledger.directory))
    return outcome


def _change(
    ledger: Ledger, importer: Importer, outcome: Outcome, rows: bytes, options: Options
) -> Commit | None:
    if options.dry_run:
        ledger.try_rows(rows)
        return None
    message = f"{_message(importer)}: {_counted(outcome)}"
    return ledger.commit_rows(rows, message=message, author=AUTHOR, derive=True)


def _explained(error: Rejected, graph: str) -> Rejected:
    """What the shapes refuse, with what it comes of where it is wrong with things that the import does not describe."""
    others = {result.focus for result in error.report.results if result.source not in (None, graph)}
    if not others:
        return error
    return Rejected(
        f"{error.message}\n\n{len(others)} of these things are not the import's: others say something of what these files say no more. "
        "Have that withdrawn first, or give files that still say it.",
        error.report,
    )


@dataclass(slots=True)
class Reading:
    """What files say, read through an importer into a spool; what is refused on the way stands in the outcome."""

    importer: Importer
    files: Sequence[Path]
    around: Surroundings
    options: Options
    progress: Callable[[str], None]
    refused: Callable[[Refusal], None]
    outcome: Outcome = field(default_factory=Outcome)
    _last: Row | None = None

    def into(self, spool: Spool, make: Make | None = None) -> list[str]:
        """Every record of the files, as they are worked out here, or by `make`; returns the lines of what is of common use."""
        shared: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for item in (make or Reading.made_here)(self):
            if isinstance(item, Refusal):
                self._refuse(item)
            elif item.shared:
                shared[item.key].update(dict.fromkeys(item.lines))
            else:
                spool.say(item.key, item.lines, partition=item.partition)
                for text in item.texts:
                    spool.texts.put(text)
        itself = _itself(self.importer, self.files, self.around.base)
        shared[itself.key].update(dict.fromkeys(lines(itself.quads(self.graph))))
        new = undescribed((line for said in shared.values() for line in said), self.around)
        for key, said in shared.items():
            spool.say(key, [line for line in said if line in new], is_row=False)
        self.progress(f"{self.outcome.rows:,} rows read, {self.outcome.refused_rows:,} refused")
        return sorted(new)

    @property
    def graph(self) -> str:
        """The IRI of the graph of the import."""
        return self.importer.graph(self.around.base)

    def made_here(self) -> Iterator[RecordLines | Refusal]:
        """What the files say, worked out in this process."""
        try:
            for item in self.importer.records(self._rows(), self.around):
                yield item if isinstance(item, Refusal) else RecordLines.of(item, self.graph)
        except OnrecordError:
            raise
        except Exception as error:
            raise _failed(self.importer, error, self._last) from error

    def count(self, rows: int) -> None:
        """Note that so many more rows were read."""
        before = self.outcome.rows
        self.outcome.rows += rows
        if self.outcome.rows // _EVERY > before // _EVERY:
            self.progress(f"{self.outcome.rows:,} rows read")

    def _rows(self) -> Iterator[Row]:
        for item in self.importer.rows(self.files):
            if isinstance(item, Refusal):
                self._refuse(item)
            else:
                self.count(1)
                self._last = item
                yield item

    def _refuse(self, refusal: Refusal) -> None:
        if not isinstance(refusal, Remark):
            if self.options.strict:
                raise Stopped(f"{refusal}. Nothing was changed (--strict)")
            self.outcome.refused.append(refusal)
        self.refused(refusal)


Make = Callable[[Reading], Iterator[RecordLines | Refusal]]
"""Works out what the files of a reading say: all of it, then, sorted by line, what is refused."""


def _failed(importer: Importer, error: Exception, row: Row | None) -> Failed:
    """The error of an importer in words: where in its program, and after which row."""
    program = importer.records.__code__.co_filename if isinstance(importer.records, FunctionType) else ""
    places = traceback.extract_tb(error.__traceback__)
    place = next((one for one in reversed(places) if one.filename == program), places[-1])
    after = f"; the row it read last is {row.file}:{row.line}" if row else ""
    what = f"{type(error).__name__}: {error}"
    return Failed(
        f"the importer {importer.name} fails at {place.filename}:{place.lineno} ({what}){after}. Mend the importer; nothing was changed"
    )


def _itself(importer: Importer, files: Sequence[Path], base: str) -> Record:
    """The graph of the import described: what it holds, from where, under which licence, read from which files."""
    record = Record(_ABOUT_ITSELF, base)
    graph = ox.NamedNode(importer.graph(base))
    label = ox.Literal(importer.title, language="en")
    note = ox.Literal(importer.rights, language="en")
    record.triples += [
        ox.Triple(graph, ox.NamedNode(terms.RDF_TYPE), ox.NamedNode("http://rdfs.org/ns/void#Dataset")),
        ox.Triple(graph, ox.NamedNode(terms.PREFIXES["rdfs"] + "label"), label),
        ox.Triple(graph, ox.NamedNode(terms.REC + "note"), note),
        ox.Triple(
            graph,
            ox.NamedNode(terms.PREFIXES["dcterms"] + "source"),
            ox.NamedNode(record.iri(importer.document)),
        ),
        *(
            ox.Triple(
                graph,
                ox.NamedNode(terms.PREFIXES["dcterms"] + "source"),
                ox.NamedNode(f"urn:sha256:{file_digest(path)}"),
            )
            for path in files
        ),
    ]
    if importer.licence is not None:
        licence = ox.NamedNode(importer.licence)
        record.triples.append(ox.Triple(graph, ox.NamedNode(terms.PREFIXES["dcterms"] + "license"), licence))
    return record


def file_digest(path: Path) -> str:
    """The SHA-256 of a file; BadFile where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BadFile(f"{path}: cannot be read ({error.strerror})") from None


def _present(ledger: Ledger, graph: str) -> Iterator[str]:
    """What is in a graph, as lines of N-Quads."""
    try:
        answer = ledger.export("nquads", graph)
    except UnknownGraph:
        return
    rest = b""
    for chunk in answer.chunks():
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line.decode() for line in whole if line)


def _message(importer: Importer) -> str:
    return f"Import {importer.name}"


def _counted(outcome: Outcome) -> str:
    return (
        f"{len(outcome.added):,} rows added, {len(outcome.corrected):,} corrected, {len(outcome.gone):,} gone"
    )


def _refuse_clash(ledger: Ledger, importer: Importer, graph: str, spool: Spool, *, put_back: bool) -> None:
    """What others did in the graph of the import since the last one must not be lost."""
    stated, taken = _since(ledger, importer, graph, spool)
    if stated:
        line, commit = min(stated.items(), key=lambda item: item[0])
        raise Clash(
            f"<{graph}> is the graph of the import {importer.name}, and {len(stated)} facts in it are not the import's, such as\n"
            f"  {line}\n{_by(commit)}. Move them to a graph of their own, or delete them{_revert(commit)}. Nothing was changed"
        )
    if taken and not put_back:
        line, commit = min(taken.items(), key=lambda item: item[0])
        raise Clash(
            f"{len(taken)} facts that the files state were taken out of <{graph}>, such as\n  {line}\n{_by(commit)}. "
            "State them again with --put-back, or leave the files' rows out. Nothing was changed"
        )


def _revert(commit: Commit | None) -> str:
    return "" if commit is None else f", or take that version back with 'onrecord revert {commit.version}'"


def _by(commit: Commit | None) -> str:
    return "stated before any import" if commit is None else f"by {commit.author} in version {commit.version}"


def _since(
    ledger: Ledger, importer: Importer, graph: str, spool: Spool
) -> tuple[dict[str, Commit | None], dict[str, Commit | None]]:
    """What others stated in the graph and is neither the files' nor the last import's, and what they took out that is the files'."""
    later: list[Commit] = []
    history = ledger.history()
    for commit in history:
        if _is_of(commit, importer):
            break
        later.append(commit)
    else:
        return dict.fromkeys(spool.removed()), {}
    stated: dict[str, Commit | None] = {}
    taken: dict[str, Commit | None] = {}
    mark = f" <{graph}> .".encode()
    for commit in reversed(later):
        restated = _restated(ledger, importer, commit, history)
        for row in ledger.patch(commit.version).split(b"\n"):
            if row.endswith(mark) and row[:2] in (b"A ", b"D "):
                line = row[2:].decode()
                here, there = (stated, taken) if row[:1] == b"A" else (taken, stated)
                if there.pop(line, None) is None and row not in restated:
                    here[line] = commit
    return (
        {line: commit for line, commit in stated.items() if spool.holds(line) and not spool.says(line)},
        {line: commit for line, commit in taken.items() if spool.says(line) and not spool.holds(line)},
    )


def _is_of(commit: Commit, importer: Importer) -> bool:
    """Whether an import by this importer made the commit."""
    return commit.author == AUTHOR and commit.message.partition(":")[0] == _message(importer)


def _restated(
    ledger: Ledger, importer: Importer, commit: Commit, history: Sequence[Commit]
) -> frozenset[bytes]:
    """The rows of a commit that only state again what an import took out; none unless it takes back an import's own commit.

    Who takes an import back states nothing of their own: the next copy may go on from what was there before.
    """
    chain = taken_back(commit, history)
    if not chain or not _is_of(chain[-1], importer):
        return frozenset()
    return frozenset(
        b"A " + row[2:] for row in ledger.patch(chain[0].version).split(b"\n") if row[:2] == b"D "
    )
