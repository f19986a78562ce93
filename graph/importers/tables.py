"""Files as rows, one at a time: CSV, JSON and JSON Lines, in UTF-8, packed with gzip or not.

A row whose texts hold what no text in the graph may (control characters, halves of surrogate pairs), or an infinite number
or one past 64 bits, is a Refusal. NaN in JSON, which programs for tables write where there is nothing, is None.
"""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from onrecord.graph.importers.model import BadFile, Refusal, Row

_PACKED: Final = b"\x1f\x8b"
_UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LARGEST: Final = 2**63
_MISSING: Final = frozenset({"", "nan", "na", "n/a", "<na>", "none", "null"})
_DELIMITERS: Final = (";", "\t", "|")
_REMEDY: Final = "Give the file that this importer takes, as published"
_NONE_OF: Final = 100
_SHOWN: Final = 400
"""So many characters of the names of columns are shown: the first line of a file of another kind may be long."""


def csv_rows(
    path: Path, columns: Sequence[str], *, delimiter: str = ",", encoding: str = "utf-8-sig"
) -> Iterator[Row | Refusal]:
    """The rows of a CSV file whose first row names the columns; BadFile where one of `columns` is not among them.

    A row with too few or too many cells is a Refusal. Cells are texts as they stand; an empty cell is "".
    """
    with _opened(path, encoding) as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            names = [name.strip() for name in next(reader, [])]
            _check_columns(path, names, columns)
            line = reader.line_num + 1
            for cells in reader:
                if len(cells) == len(names):
                    yield _row(path, line, dict(zip(names, cells, strict=True)))
                elif cells:
                    yield Refusal(
                        str(path),
                        line,
                        f"has {len(cells)} cells, and the table {len(names)} columns: mend the row",
                    )
                line = reader.line_num + 1
        except csv.Error as error:
            raise BadFile(f"{path}:{reader.line_num}: is not CSV: {error}. Mend that line") from None


def filled(cell: str) -> str:
    """A cell without the blanks around it; "" where it says nothing, which programs for tables also write as NaN, NA or None."""
    text = cell.strip()
    return "" if text.lower() in _MISSING else text


def json_rows(path: Path) -> Iterator[Row | Refusal]:
    """The objects of a file that is one JSON array; the line of a row is its number, from 1. The array is read whole. BadFile."""
    with _opened(path) as file:
        text = file.read()
    try:
        items = json.loads(text, parse_constant=_constant)
    except json.JSONDecodeError as error:
        what = f":{error.lineno}: is not JSON: {error.msg}" if text.strip() else ": is empty"
        raise BadFile(f"{path}{what}. {_REMEDY}") from None
    except (ValueError, RecursionError) as error:
        raise BadFile(f"{path}: is not JSON that can be read: {error}") from None
    if not isinstance(items, list):
        raise BadFile(f"{path}: is no JSON array of objects, as this importer takes it")
    for number, item in enumerate(items, 1):
        yield _object(path, number, item)


def jsonl_rows(path: Path) -> Iterator[Row | Refusal]:
    """The objects of a file with one JSON object a line; empty lines are passed over.

    BadFile where there is no line, or where the first hundred are no objects: the file is of another kind.
    """
    refused: list[Refusal] | None = []
    with _opened(path) as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            found = _line(path, number, line)
            if refused is None:
                yield found
            elif isinstance(found, Refusal):
                refused.append(found)
                if len(refused) == _NONE_OF:
                    raise BadFile(
                        f"{path}: none of its first {_NONE_OF} lines is a JSON object that can be read (the first {refused[0].reason}). {_REMEDY}"
                    )
            else:
                yield from refused
                refused = None
                yield found
    if refused == []:
        raise BadFile(f"{path}: is empty. {_REMEDY}")
    yield from refused or ()


def _line(path: Path, number: int, line: str) -> Row | Refusal:
    try:
        item = json.loads(line, parse_constant=_constant)
    except json.JSONDecodeError as error:
        return Refusal(str(path), number, f"is not JSON: {error.msg} at character {error.pos + 1}")
    except (ValueError, RecursionError) as error:
        return Refusal(str(path), number, f"is not JSON that can be read: {error}")
    return _object(path, number, item)


def _check_columns(path: Path, names: Sequence[str], columns: Sequence[str]) -> None:
    missing = [name for name in columns if name not in names]
    if missing:
        there = f"its columns are {_shortened(', '.join(names))}" if names else "it is empty"
        for mark in _DELIMITERS:
            if {*columns} <= {name.strip() for name in ",".join(names).split(mark)}:
                raise BadFile(
                    f"{path}: has {mark!r} between its cells and no comma: save it with commas between them"
                )
        raise BadFile(
            f"{path}: has no column {', '.join(map(repr, missing))} ({there}): "
            "give the file that this importer takes, as published"
        )
    twice = [name for name in columns if names.count(name) > 1]
    if twice:
        raise BadFile(
            f"{path}: has the column {twice[0]!r} twice, so which one counts is in doubt: leave one out"
        )


def _shortened(text: str) -> str:
    # A file of another kind may begin with what a terminal would obey.
    text = "".join(mark if mark.isprintable() else repr(mark)[1:-1] for mark in text[: _SHOWN + 1])
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]} …"


def _object(path: Path, number: int, item: Any) -> Row | Refusal:
    if isinstance(item, dict):
        return _row(path, number, item)
    return Refusal(str(path), number, f"is no JSON object but {str(item)[:40]!r}")


def _row(path: Path, line: int, cells: Mapping[str, Any]) -> Row | Refusal:
    for name, value in cells.items():
        if problem := _problem(name) or _problem(value):
            return Refusal(str(path), line, f"{name!r} holds {problem}: mend the row")
    return Row(str(path), line, cells)


def _problem(value: Any) -> str:
    """What in a value no literal can hold; "" where there is nothing."""
    if isinstance(value, str):
        found = _UNFIT.search(value)
        return f"the character U+{ord(found[0]):04X}, which no text may hold" if found else ""
    if isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
        return "a number that is too large"
    if isinstance(value, dict):
        return next((problem for item in value.items() if (problem := _problem(list(item)))), "")
    if isinstance(value, list):
        return next((problem for item in value if (problem := _problem(item))), "")
    return ""


def _constant(name: str) -> None:
    """NaN says nothing; what else JSON of programs has beside numbers is one that no row can mean."""
    if name != "NaN":
        raise ValueError(f"{name} is no number that a row can hold")


@contextlib.contextmanager
def _opened(path: Path, encoding: str = "utf-8-sig") -> Iterator[io.TextIOWrapper]:
    """The text of a file; whatever goes wrong while it is read becomes BadFile."""
    try:
        with _unpacked(path) as data, io.TextIOWrapper(data, encoding, newline="") as file:
            yield file
    except UnicodeDecodeError as error:
        name = encoding.removesuffix("-sig").upper()
        raise BadFile(
            f"{path}{_undecodable(path, encoding)}: is not {name} ({error.reason}): save it as {name}"
        ) from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BadFile(f"{path}: is packed with gzip, and damaged ({error}): get it again") from None
    except OSError as error:
        raise BadFile(f"{path}: cannot be read ({error.strerror})") from None


@contextlib.contextmanager
def _unpacked(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        if not file.peek(len(_PACKED)).startswith(_PACKED):
            yield file
            return
        with gzip.GzipFile(fileobj=file) as unpacked:
            yield unpacked


def _undecodable(path: Path, encoding: str) -> str:
    """The line of a file that cannot be decoded, as ":7"; the decoder counts in pieces of its own."""
    with _unpacked(path) as data:
        for number, line in enumerate(data, 1):
            try:
                line.decode(encoding)
            except UnicodeDecodeError:
                return f":{number}"
    return ""
