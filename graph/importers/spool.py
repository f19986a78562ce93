"""What an import says, and what the last one left, as lines of N-Quads in a temporary file: memory stays flat.

Each line keeps the key of the record that said it first, and whether others say it too, so that the difference can be told
by row. A spool is made for one import and is gone after it.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.changes import as_stored
from onrecord.graph.files.temporary import TemporaryDirectory
from onrecord.graph.files.texts import Texts
from onrecord.graph.importers.model import KeyOf, Record, Surroundings, described
from onrecord.graph.rows import RowSource
from onrecord.graph.vocabulary import ontology

_COMES: Final = "line NOT IN (SELECT line FROM left_there)"
_GOES: Final = "line NOT IN (SELECT line FROM said)"
_COMMON: Final = {
    terms.REC + name
    for name in ("Actor", "Place", "WeaponType", "Topic", "Platform", "Dataset", "Rule", "RelationKind")
}
_KEPT: Final = "(named elsewhere)"
_ROW_KEY: Final = terms.REC + "rowKey"
_TABLES: Final = """
CREATE TABLE said (line TEXT PRIMARY KEY, record INTEGER NOT NULL, partition INTEGER, common INTEGER DEFAULT 0) WITHOUT ROWID;
CREATE TABLE left_there (line TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE records (record INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, is_row INTEGER NOT NULL);
"""


class Spool:
    """Lines of N-Quads on disk: those that the import says now, and those that are in its graph."""

    def __init__(self) -> None:
        self._directory = TemporaryDirectory("import")
        self._database = sqlite3.connect(self._directory.path / "spool.sqlite", isolation_level=None)
        # Nothing here outlives the process, so nothing needs to survive a crash.
        self._database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _TABLES)
        self._database.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()
        self._directory.cleanup()

    @property
    def texts(self) -> Texts:
        """The texts that the import has kept."""
        return Texts(self._directory.path)

    def say(
        self, key: str, said: Iterable[str], *, is_row: bool = True, partition: int | None = None
    ) -> None:
        """Take down what a record says, as lines() of it; `partition` is the one that a worker made it of."""
        self._database.execute("INSERT OR IGNORE INTO records (key, is_row) VALUES (?, ?)", (key, is_row))
        (record,) = self._database.execute("SELECT record FROM records WHERE key = ?", (key,)).fetchone()
        self._database.executemany(
            "INSERT INTO said (line, record, partition) VALUES (?, ?, ?) "
            "ON CONFLICT (line) DO UPDATE SET common = 1 WHERE record != excluded.record",
            ((line, record, partition) for line in said),
        )

    def leave(self, present: Iterable[str]) -> None:
        """Take down what is in the graph of the import before this one."""
        self._database.executemany(
            "INSERT OR IGNORE INTO left_there VALUES (?)", ((line,) for line in present)
        )

    def keep_named(self, source: RowSource, graph: str, base: str) -> None:
        """Go on saying, of what is of common use and would go, what other graphs name and do not describe.

        They describe it nowhere else because it stood here when they were written, so the shapes would refuse that it goes.
        """
        going = {subject for line in self.removed() if (subject := _of_common_use(line))}
        going = {subject for subject in going if self._owner(subject) is None}
        ahead = sorted(_needed(source, going, graph, base))
        kept = set(ahead)
        while ahead:
            subject = ahead.pop()
            said = list(
                self._texts(
                    "SELECT line FROM left_there WHERE line >= ? AND line < ?",
                    (f"<{subject}> ", f"<{subject}>!"),
                )
            )
            self.say(_KEPT, said, is_row=False)
            # What it lies within, or is a unit of, is named by it.
            also = {other for other in going - kept if any(f"> <{other}> <" in line for line in said)}
            kept |= also
            ahead += sorted(also)

    def removed(self) -> Iterator[str]:
        """What goes, sorted."""
        return self._texts(f"SELECT line FROM left_there WHERE {_GOES} ORDER BY line")  # noqa: S608

    def rows(self) -> Iterator[bytes]:
        """The change as the rows of a ChangeSet: what goes, then what comes, each sorted."""
        for line in self.removed():
            yield b"D " + line.encode() + b"\n"
        for line in self._texts(f"SELECT line FROM said WHERE {_COMES} ORDER BY line"):  # noqa: S608
            yield b"A " + line.encode() + b"\n"

    def all(self) -> Iterator[tuple[str, int | None]]:
        """All that is said, sorted, each line with its partition."""
        yield from self._database.execute("SELECT line, partition FROM said ORDER BY line")

    def counts(self) -> tuple[int, int]:
        """How many quads come, and how many go."""
        (come,) = self._database.execute(f"SELECT count(*) FROM said WHERE {_COMES}").fetchone()  # noqa: S608
        (go,) = self._database.execute(f"SELECT count(*) FROM left_there WHERE {_GOES}").fetchone()  # noqa: S608
        return int(come), int(go)

    def count_rows(self) -> int:
        """How many keys there are of rows that say anything."""
        (found,) = self._database.execute("SELECT count(*) FROM records WHERE is_row").fetchone()
        return int(found)

    def says(self, line: str) -> bool:
        """Whether the import says this now."""
        return self._one("SELECT 1 FROM said WHERE line = ?", line) is not None

    def holds(self, line: str) -> bool:
        """Whether this is in the graph of the import."""
        return self._one("SELECT 1 FROM left_there WHERE line = ?", line) is not None

    def differences(self, key_of: KeyOf = lambda _, row_key: row_key) -> dict[str, list[str]]:
        """The keys of rows that were "added", "corrected" and "gone", each sorted; `key_of` as of an Importer.

        A row is corrected where some of what it alone says stays, or where it says otherwise what it said before. What others
        say too (of a speech, say, whose next part is new) does not tell whether it was there.
        """
        kept = self._keys("NOT common AND line IN (SELECT line FROM left_there)")
        came = self._keys(_COMES)
        lost, gone = self._losers(key_of)
        return {
            "added": sorted(came - kept - lost),
            "corrected": sorted((came & (kept | lost)) | (lost & kept)),
            "gone": sorted(gone),
        }

    def _keys(self, condition: str) -> set[str]:
        query = f"SELECT DISTINCT key FROM said JOIN records USING (record) WHERE is_row AND {condition}"  # noqa: S608
        return set(self._texts(query))

    def _losers(self, key_of: KeyOf) -> tuple[set[str], set[str]]:
        """The keys of rows that are still there and lost something, and of rows that are gone.

        What goes belongs to the row that describes the same thing now, else to the row whose key is said of one of the
        things that go along and lead to it, or to which it leads.
        """
        quads = list(ox.parse("\n".join(self.removed()), format=ox.RdfFormat.N_QUADS))
        subjects = {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}
        owner = {subject: key for subject in subjects if (key := self._owner(subject))}
        lost = {key for key in owner.values() if self._is_row(key)}
        beside: defaultdict[str, set[str]] = defaultdict(set)
        gone: set[str] = set()
        for quad in quads:
            subject = getattr(quad.subject, "value", "")
            if quad.predicate.value == _ROW_KEY and subject not in owner:
                owner[subject] = key_of(subject, quad.object.value)
                gone.add(owner[subject])
            elif isinstance(quad.object, ox.NamedNode) and quad.object.value in subjects:
                beside[subject].add(quad.object.value)
                beside[quad.object.value].add(subject)
        ahead = list(owner)
        while ahead:
            subject = ahead.pop()
            for other in beside[subject] - set(owner):
                owner[other] = owner[subject]
                ahead.append(other)
        # A key that several things had, of which one is still described, is a row that lost something.
        there = {key for key in gone if self._is_row(key)}
        return lost | there, gone - there

    def _owner(self, subject: str) -> str | None:
        """The key of the record that describes a thing now."""
        found = self._database.execute(
            "SELECT key FROM said JOIN records USING (record) WHERE line >= ? AND line < ? ORDER BY is_row DESC LIMIT 1",
            (f"<{subject}> ", f"<{subject}>!"),
        ).fetchone()
        return None if found is None else str(found[0])

    def _is_row(self, key: str) -> bool:
        return self._one("SELECT 1 FROM records WHERE is_row AND key = ?", key) is not None

    def _one(self, query: str, value: str) -> object:
        return self._database.execute(query, (value,)).fetchone()

    def _texts(self, query: str, values: Sequence[str] = ()) -> Iterator[str]:
        for (text,) in self._database.execute(query, values):
            yield text


@dataclass(frozen=True, slots=True)
class RecordLines:
    """What one record says, as lines(); `shared` and `texts` as of a Record, `partition` as of Spool.say."""

    key: str
    shared: bool
    lines: list[str]
    texts: list[str]
    partition: int | None = None

    @classmethod
    def of(cls, record: Record, graph: str) -> RecordLines:
        """What a record says in the graph of its import."""
        return cls(record.key, record.shared, lines(record.quads(graph)), record.texts)


def _of_common_use(line: str) -> str | None:
    """The thing that a line describes as an actor, a place or the like; None for any other line."""
    subject, predicate, rest = line.split(" ", 2)
    kind = rest.partition(" ")[0][1:-1]
    typed = predicate == f"<{terms.RDF_TYPE}>" and subject[0] == "<"
    return subject[1:-1] if typed and not _COMMON.isdisjoint(ontology.superclasses().get(kind, ())) else None


def _needed(source: RowSource, things: Iterable[str], graph: str, base: str) -> set[str]:
    """Those of the things that graphs other than this one name, and none of them describes."""
    values = " ".join(f"<{thing}>" for thing in sorted(things))
    if not values:
        return set()
    others = ", ".join(
        f"<{name}>" for name in (graph, *(terms.graph_iri(name, base) for name in terms.FOLLOWING))
    )
    found = source.rows(f"""
        SELECT DISTINCT ?thing WHERE {{
          VALUES ?thing {{ {values} }}
          FILTER EXISTS {{ GRAPH ?names {{ ?other ?property ?thing }} FILTER (?names NOT IN ({others})) }}
          FILTER NOT EXISTS {{ GRAPH ?describes {{ ?thing a ?kind }} FILTER (?describes NOT IN ({others})) }}
        }}""")
    return {row["thing"].value for row in found if isinstance(row["thing"], ox.NamedNode)}


def undescribed(shared: Iterable[str], around: Surroundings) -> set[str]:
    """Of the lines of shared records those about what no other graph describes."""
    subjects = {line: line[1 : line.index("> ")] for line in shared}
    known = described(around, set(subjects.values()))
    return {line for line, subject in subjects.items() if subject not in known}


def lines(quads: Iterable[ox.Quad]) -> list[str]:
    """Quads as lines of N-Quads, without their ends, their literals as the store writes them."""
    written = ox.serialize(as_stored(quads), format=ox.RdfFormat.N_QUADS) or b""
    return [line for line in written.decode().split("\n") if line]
