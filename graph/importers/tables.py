"""Files as rows, one at a time: CSV, JSON and JSON Lines, in UTF-8."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from onrecord.graph.importers.model import BadFile, Refusal, Row


def csv_rows(
    path: Path, columns: Sequence[str], *, delimiter: str = ",", encoding: str = "utf-8-sig"
) -> Iterator[Row | Refusal]:
    """The rows of a CSV file whose first row names the columns; BadFile where one of `columns` is not among them.

    A row with too few or too many cells is a Refusal. Cells are texts as they stand; an empty cell is "".
    """
    with _opened(path, encoding) as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            names = next(reader, [])
            missing = [name for name in columns if name not in names]
            if missing:
                raise BadFile(
                    f"{path}: has no column {', '.join(map(repr, missing))} (its columns are {', '.join(names) or 'none'}): "
                    "give the file that this importer takes, as published"
                )
            line = reader.line_num + 1
            for cells in reader:
                if len(cells) == len(names):
                    yield Row(str(path), line, dict(zip(names, cells, strict=True)))
                elif cells:
                    yield Refusal(
                        str(path),
                        line,
                        f"has {len(cells)} cells, and the table {len(names)} columns: mend the row",
                    )
                line = reader.line_num + 1
        except csv.Error as error:
            raise BadFile(f"{path}:{reader.line_num}: is not CSV: {error}. Mend that line") from None
        except UnicodeDecodeError as error:
            raise _not_utf8(path, error) from None


def json_rows(path: Path) -> Iterator[Row | Refusal]:
    """The objects of a file that is one JSON array; the line of a row is its number, from 1. The array is read whole."""
    with _opened(path) as file:
        try:
            items = json.load(file)
        except json.JSONDecodeError as error:
            raise BadFile(f"{path}:{error.lineno}: is not JSON: {error.msg}") from None
        except UnicodeDecodeError as error:
            raise _not_utf8(path, error) from None
    if not isinstance(items, list):
        raise BadFile(f"{path}: is no JSON array of objects, as this importer takes it")
    for number, item in enumerate(items, 1):
        yield _object(path, number, item)


def jsonl_rows(path: Path) -> Iterator[Row | Refusal]:
    """The objects of a file with one JSON object a line; empty lines are passed over."""
    with _opened(path) as file:
        try:
            for number, line in enumerate(file, 1):
                if line.strip():
                    try:
                        item = json.loads(line)
                    except json.JSONDecodeError as error:
                        yield Refusal(
                            str(path), number, f"is not JSON: {error.msg} at character {error.pos + 1}"
                        )
                    else:
                        yield _object(path, number, item)
        except UnicodeDecodeError as error:
            raise _not_utf8(path, error) from None


def _object(path: Path, number: int, item: Any) -> Row | Refusal:
    if isinstance(item, dict):
        return Row(str(path), number, item)
    return Refusal(str(path), number, f"is no JSON object but {str(item)[:40]!r}")


def _opened(path: Path, encoding: str = "utf-8-sig") -> Any:
    try:
        return path.open(encoding=encoding, newline="")
    except OSError as error:
        raise BadFile(f"{path}: cannot be read ({error.strerror})") from None


def _not_utf8(path: Path, error: UnicodeDecodeError) -> BadFile:
    return BadFile(f"{path}: is not UTF-8 (byte {error.start}): save it as UTF-8")
