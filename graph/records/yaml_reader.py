"""YAML with line numbers, without the parts of YAML that surprise: no tags, anchors or aliases, no duplicate keys.

Plain scalars follow the YAML 1.2 core schema for null, booleans and integers. Everything else is a string,
decimal numbers and dates included: their datatype comes from the JSON-LD context, their digits stay as written.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import yaml

from onrecord.graph.records.record_file import Quotation

_INDENT = ": indent each key as its neighbours are, and begin each entry of a list with '- '"
_REMEDIES = {
    "did not find expected '-' indicator": _INDENT,
    "did not find expected key": _INDENT,
    "mapping values are not allowed in this context": f"{_INDENT}; a text with ': ' in it stands in quotation marks",
    "found character that cannot start any token": ": a space and no tab follows '-' and ':', and a text that begins with one of % @ ` "
    "stands in quotation marks",
    "did not find expected <document start>": ": a file holds one record, so remove the line before, '...' or '%…'",
}
"""What to do about what the parser says of indentation and of marks."""
_BRACKET = ": close the bracket that opens here, or write the text in quotation marks"
_UNCLOSED = {
    "found unexpected end of stream": ": close the quotation mark that opens here",
    "did not find expected ',' or ']'": _BRACKET,
    "did not find expected ',' or '}'": _BRACKET,
}
"""The same of what was opened and not closed."""
_NO_COLON = "could not find expected ':'"
_ODD_SPACE = re.compile(r"^[ \t]*[^\S \t]")
"""Indentation with a space that is none of YAML's, such as one that does not break a line."""
CHECK = "# check:"
"""A comment that begins so marks what a draft proposes: a record is none until a person has looked and removed it."""
MAX_BYTES = 1 << 20
MAX_DEPTH = 32
_MARK = re.compile(r"(?:^|\s)# check:(.*)")
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,14})")
_ESCAPED = re.compile(r"[\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202f\u2060\ufeff\ufffe\uffff]")
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True, order=True, slots=True)
class Diagnostic:
    """One thing wrong with a file, where, and how to mend it. A line of 0 means the file as a whole.

    `quotation` is the one whose offsets do not fit its length: a text, where there is one, says where its words stand.
    """

    file: str
    line: int
    message: str
    quotation: Quotation | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


class RecordError(ValueError):
    """A file that is not a record; `problems` says each thing that is wrong."""

    def __init__(self, problems: list[Diagnostic]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class Located(dict[str, Any]):
    """A YAML mapping that knows the line it starts on and the line of each of its keys."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class Entries(list[Any]):
    """A YAML list that knows the line of each of its entries."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []


def unchecked(path: Path) -> list[Diagnostic]:
    """Every mark that a person has still to look at, each with its line; none in a file that cannot be read."""
    try:
        lines = path.read_bytes().decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    return [
        Diagnostic(
            str(path),
            number,
            f"is still to be checked by a person: {found[1].strip()!r}. Correct it, then remove the comment",
        )
        for number, line in enumerate(lines, 1)
        if (found := _MARK.search(line))
    ]


def read(path: Path) -> Located:
    """The mapping a YAML file holds. Raises RecordError for anything else, naming the line where YAML gives one."""
    name = str(path)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            _fail(
                name,
                0,
                f"is {size:,} bytes, a record is at most {MAX_BYTES:,}: split it, one document version a record",
            )
        data = path.read_bytes()
    except OSError as error:
        _fail(name, 0, f"cannot be read ({error.strerror}): give the path of a record.yaml")
    if b"\0" in data:
        _fail(
            name,
            data[: data.index(b"\0")].count(b"\n") + 1,
            "is a binary file: a record is YAML text in UTF-8",
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        _fail(name, line, f"byte 0x{data[error.start]:02x} is not UTF-8: save the file as UTF-8")
    value = _Builder(name).build(text)
    if not isinstance(value, Located):
        message = "holds no mapping: a record begins with keys such as 'id:' and 'type:'"
        raise RecordError([Diagnostic(name, 1, message)])
    return value


def _fail(file: str, line: int, message: str) -> NoReturn:
    raise RecordError([Diagnostic(file, line, message)])


def quoted(text: str) -> str:
    """A text as YAML has it in quotation marks, on one line; what would end a line, is refused or invisible is escaped."""
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))


class _Builder:
    """Turns parser events into located values, iteratively, so that deep nesting meets a limit and not the stack."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.stack: list[tuple[Located | Entries, list[str]]] = []
        self.result: Any = None

    def build(self, text: str) -> Any:
        documents = 0
        try:
            for event in yaml.parse(text, Loader=yaml.CSafeLoader):
                line = event.start_mark.line + 1 if event.start_mark else 0
                documents += isinstance(event, yaml.DocumentStartEvent)
                if documents > 1:
                    _fail(
                        self.file,
                        line,
                        "begins a second YAML document: a file holds one record, so remove the '---'",
                    )
                self._take(event, line)
        except yaml.MarkedYAMLError as error:
            # Of what was opened and not closed, where it was opened tells more than where the file ended.
            unclosed = _UNCLOSED.get(str(error.problem)) if error.context_mark else None
            if error.problem == _NO_COLON:
                unclosed = ": write 'key: value', with a colon and a space behind the key"
            mark = error.context_mark if unclosed else error.problem_mark or error.context_mark
            lines = text.splitlines()
            odd = next((number for number, line in enumerate(lines, 1) if _ODD_SPACE.match(line)), None)
            if odd is not None:
                _fail(
                    self.file,
                    odd,
                    f"begins with a space of another kind, U+{ord(lines[odd - 1].lstrip(' ')[0]):04X}: indent with ordinary spaces",
                )
            tab = mark is not None and mark.line < len(lines) and lines[mark.line].startswith("\t")
            hint = (
                ": indent with spaces"
                if tab or "tab character" in str(error.problem)
                else unclosed or _REMEDIES.get(str(error.problem), "")
            )
            _fail(self.file, mark.line + 1 if mark else 0, f"is not YAML: {error.problem}{hint}")
        except yaml.reader.ReaderError as error:
            line = text[: text.find(chr(error.character))].count("\n") + 1
            _fail(self.file, line, f"holds the control character U+{error.character:04X}: remove it")
        return self.result

    def _take(self, event: yaml.Event, line: int) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            _fail(self.file, line, "uses a YAML anchor or alias: write the value out")
        if getattr(event, "tag", None):
            _fail(self.file, line, f"uses the YAML tag {event.tag!r}: remove it, types come from the keys")  # type: ignore[attr-defined]
        if isinstance(event, yaml.ScalarEvent):
            self._add(_scalar(event), line, key=True)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if len(self.stack) >= MAX_DEPTH:
                _fail(
                    self.file, line, f"nests deeper than {MAX_DEPTH} levels: records are flat lists of nodes"
                )
            self.stack.append((Located(line) if isinstance(event, yaml.MappingStartEvent) else Entries(), []))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._add(self.stack.pop()[0], line)

    def _add(self, value: Any, line: int, *, key: bool = False) -> None:
        if not self.stack:
            self.result = value
            return
        container, pending = self.stack[-1]
        if isinstance(container, Entries):
            container.append(value)
            container.lines.append(value.line if isinstance(value, Located) else line)
        elif pending:
            container[pending.pop()] = value
        elif not key or isinstance(value, bool | None):
            _fail(self.file, line, "a key must be a word")
        else:
            name = str(value)
            if name in container:
                _fail(
                    self.file,
                    line,
                    f"repeats the key '{name}' of line {container.lines[name]}: give several values as a list",
                )
            container.lines[name] = line
            container[name] = None
            pending.append(name)


def _scalar(event: yaml.ScalarEvent) -> Any:
    if not event.implicit[0]:  # quoted or a block: a text, whatever it looks like
        return event.value
    if event.value in _WORDS:
        return _WORDS[event.value]
    return int(event.value) if _INTEGER.fullmatch(event.value) else event.value
