"""An index of words over things, in one SQLite file: what they are called and what is said there, in any script and spelling.

It is a cache. It knows which version of which graph it is of, a change to it is one transaction, and a file that is damaged
or of another layout is begun again. Readers see the index as it was until a change is whole.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from onrecord.graph.errors import QueryRefused, QueryTimeout
from onrecord.graph.quoting import brief
from onrecord.graph.search.names import words

OPENED, CLOSED = "\x02", "\x03"
"""What stands before and after a word that was found, in the words shown."""
LONGEST: Final = 200
"""How many characters of a search count."""
MOST_MATCHES: Final = 10_000
"""How many things may have the words that a query looks for."""
_LAYOUT: Final = 1
_MOST_WORDS: Final = 12
_MOST_SPELLINGS: Final = 2000
_ALIKE: Final = 75.0
_WORD: Final = re.compile(r"[^\W_]+")
_BEGINNING: Final = re.compile(r"([^\W_]+)(\*?)")
_SECONDS: Final = 3.0
_STEPS: Final = 10_000
_SCHEMA: Final = f"""
CREATE TABLE state (commit_id TEXT NOT NULL, version INTEGER NOT NULL);
CREATE TABLE entries (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, day TEXT);
CREATE VIRTUAL TABLE texts USING fts5(names, words, spelt, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3');
CREATE VIRTUAL TABLE spellings USING fts5vocab(texts, col);
PRAGMA user_version = {_LAYOUT};
"""
_QUERY: Final = f"""
SELECT iri, kind, day, snippet(texts, 0, '{OPENED}', '{CLOSED}', '…', 12), snippet(texts, 1, '{OPENED}', '{CLOSED}', '…', 24)
FROM texts JOIN entries ON entries.id = texts.rowid WHERE texts MATCH ?{{of_kind}}
ORDER BY bm25(texts, 8.0, 1.0, 2.0), day DESC, iri LIMIT ?
"""  # noqa: S608  (nothing of the reader's)
_MATCHES: Final = (
    "SELECT iri FROM texts JOIN entries ON entries.id = texts.rowid WHERE texts MATCH ? ORDER BY iri LIMIT ?"
)

Matches = Mapping[str, tuple[str, ...]]
"""For each text the IRIs of what has its words, sorted."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to be found: its kind, its names in all languages, the words quoted there, and its day, if it has one."""

    iri: str
    kind: str
    names: tuple[str, ...]
    words: tuple[str, ...]
    day: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found, with the words in which it was, marked by OPENED and CLOSED."""

    iri: str
    kind: str
    day: str | None
    excerpt: str


@dataclass(frozen=True, slots=True)
class State:
    """Of which version of a graph an index is, and by which commit that was made."""

    version: int
    commit_id: str


class FullText:
    """The index in a file, which need not be there yet. Any number of threads may read; changes take turns."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def state(self) -> State | None:
        """Of what it is an index; None where there is none that can be read."""
        try:
            with self._reading() as connection:
                row = connection.execute("SELECT version, commit_id FROM state").fetchone()
        except sqlite3.DatabaseError:
            return None
        return row and State(*row)

    def replace(self, entries: Iterable[Entry], state: State) -> None:
        """Make these entries the whole index. When it fails the index is as it was."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._write(entries, (), state, whole=True)
        except sqlite3.DatabaseError:
            for suffix in ("", "-wal", "-shm"):
                self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
            self._write(entries, (), state, whole=True)

    def copy(self, other: FullText) -> State:
        """Make another index what this one is; of which state that is. sqlite3.DatabaseError where there is none."""
        for suffix in ("", "-wal", "-shm"):
            other._path.with_name(other._path.name + suffix).unlink(missing_ok=True)
        with self._reading() as source, closing(sqlite3.connect(other._path)) as target:
            source.backup(target)
            return State(*target.execute("SELECT version, commit_id FROM state").fetchone())

    def update(self, entries: Iterable[Entry], gone: Iterable[str], state: State) -> None:
        """Put entries in the place of those of the same things, and take away those of things that are gone."""
        self._write(entries, gone, state, whole=False)

    def find(self, text: str, kind: str | None, limit: int) -> tuple[list[Hit], dict[str, str]]:
        """What has all words of a text, the likest first; and of words that nothing has, those that were looked for instead.

        The last word may be the beginning of one. QueryTimeout where too much is alike.
        """
        with self._reading() as connection:
            asked = _WORD.findall(text[:LONGEST])[:_MOST_WORDS]
            found = _hits(connection, asked, kind, limit)
            instead: dict[str, str] = {}
            if not found:
                instead = {word: other for word in asked if (other := _alike(connection, word))}
                found = (
                    _hits(connection, [instead.get(word, word) for word in asked], kind, limit)
                    if instead
                    else []
                )
            return found, instead if found else {}

    def matches(self, texts: Iterable[str]) -> tuple[State, Matches]:
        """All that has all words of a text, whole or, before a *, as their beginnings; for several texts, and of which state.

        QueryRefused where a text holds no word or too many, or more than MOST_MATCHES have them; QueryTimeout as above.
        """
        expressions = {text: _expression_of_beginnings(text) for text in texts}
        with self._reading() as connection:
            connection.execute("BEGIN")
            state = State(*connection.execute("SELECT version, commit_id FROM state").fetchone())
            found = {text: _matches(connection, text, match) for text, match in expressions.items()}
            return state, found

    def _write(self, entries: Iterable[Entry], gone: Iterable[str], state: State, *, whole: bool) -> None:
        with closing(sqlite3.connect(self._path, isolation_level=None, timeout=60)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("BEGIN IMMEDIATE")
            try:
                if whole:
                    _begin(connection)
                _remove(connection, gone)
                for entry in entries:
                    _put(connection, entry)
                connection.execute("DELETE FROM state")
                connection.execute("INSERT INTO state VALUES (?, ?)", (state.commit_id, state.version))
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        uri = f"{self._path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=60)) as connection:
            if connection.execute("PRAGMA user_version").fetchone() != (_LAYOUT,):
                raise sqlite3.DatabaseError("an index of another layout")
            connection.set_progress_handler(_limit(), _STEPS)
            yield connection


def _begin(connection: sqlite3.Connection) -> None:
    for table in ("spellings", "texts", "entries", "state"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in _SCHEMA.split(";"):
        connection.execute(statement)


def _put(connection: sqlite3.Connection, entry: Entry) -> None:
    _remove(connection, [entry.iri])
    row = connection.execute(
        "INSERT INTO entries (iri, kind, day) VALUES (?, ?, ?)", (entry.iri, entry.kind, entry.day)
    ).lastrowid
    names, said = "\n".join(entry.names), "\n".join(entry.words)
    spelt = " ".join(word for text in (*entry.names, *entry.words) for word in words(text))
    connection.execute(
        "INSERT INTO texts (rowid, names, words, spelt) VALUES (?, ?, ?, ?)",
        (row, _plain(names), _plain(said), spelt),
    )


def _remove(connection: sqlite3.Connection, iris: Iterable[str]) -> None:
    for iri in iris:
        row = connection.execute("DELETE FROM entries WHERE iri = ? RETURNING id", (iri,)).fetchone()
        if row:
            connection.execute("DELETE FROM texts WHERE rowid = ?", row)


def _hits(connection: sqlite3.Connection, asked: Sequence[str], kind: str | None, limit: int) -> list[Hit]:
    match = _expression(asked)
    if match is None:
        return []
    of_kind = "" if kind is None else " AND entries.kind = ?"
    query = _QUERY.format(of_kind=of_kind)
    values = (match, *(() if kind is None else (kind,)), limit)
    with _interrupted():
        return [
            Hit(iri, kind_, day, said if OPENED in said or OPENED not in names else names)
            for iri, kind_, day, names, said in connection.execute(query, values)
        ]


def _matches(connection: sqlite3.Connection, text: str, match: str) -> tuple[str, ...]:
    with _interrupted():
        found = tuple(iri for (iri,) in connection.execute(_MATCHES, (match, MOST_MATCHES + 1)))
    if len(found) > MOST_MATCHES:
        raise QueryRefused(
            f"more than {MOST_MATCHES:,} things have the words {brief(text)}, and a query may look for so many: give more words"
        )
    return found


@contextmanager
def _interrupted() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            raise QueryTimeout("too much is like these words: give more of them, or longer ones") from None
        raise


def _expression(asked: Sequence[str]) -> str | None:
    """The FTS5 expression for some words: each as it stands, or as it is spelt in Latin letters; only the last may go on."""
    last = len(asked) - 1
    return (
        " AND ".join(_one(word, place == last and len(word) > 1) for place, word in enumerate(asked)) or None
    )


def _expression_of_beginnings(text: str) -> str:
    """The same for the words of a query, each of which goes on only where a * says so."""
    asked = _BEGINNING.findall(text)
    if not asked or len(asked) > _MOST_WORDS or len(text) > LONGEST:
        raise QueryRefused(
            f"the words {text[:LONGEST]!r} cannot be looked for: give 1 to {_MOST_WORDS} words, in up to {LONGEST} characters"
        )
    return " AND ".join(_one(word, bool(star)) for word, star in asked)


def _one(word: str, goes_on: bool) -> str:
    star = "*" if goes_on else ""
    spelt = " ".join(words(word))
    own = f'{{names words}} : "{word}"{star}'
    return f'({own} OR spelt : "{spelt}"{star})' if spelt else f"({own})"


def _alike(connection: sqlite3.Connection, word: str) -> str | None:
    """A word that occurs and is spelt much like one that does not."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415

    spelt = "".join(words(word))
    if len(spelt) < 4:
        return None
    rows = connection.execute(
        "SELECT DISTINCT term FROM spellings WHERE term >= ? AND term < ? AND col = 'spelt' LIMIT ?",
        (spelt[0], spelt[0] + "\U0010ffff", _MOST_SPELLINGS),
    )
    known = [term for (term,) in rows]
    if spelt in known:
        return None
    found = process.extractOne(spelt, known, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return found and str(found[0])


def _limit() -> Callable[[], int]:
    end = time.monotonic() + _SECONDS
    return lambda: int(time.monotonic() > end)


def _plain(text: str) -> str:
    return text.replace(OPENED, " ").replace(CLOSED, " ").replace("\x00", " ")
