"""Evidence written as bare words becomes exact offsets in the text: found, asked for or refused, never guessed.

The file is changed where an evidence stands and nowhere else, so its comments, order and quoting stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from onrecord.graph.files import atomic
from onrecord.graph.files.texts import digest
from onrecord.graph.records import inheritance, passages, yaml_reader
from onrecord.graph.records.passages import TextRange
from onrecord.graph.records.yaml_reader import Diagnostic, RecordError

Choose = Callable[[str, Sequence[str]], int | None]
"""Asked which of several places is meant, given the words and each place with its surroundings: from 0, None for neither."""

_HINTS: Final = ("prefix", "suffix")


@dataclass(frozen=True, slots=True)
class Replacement:
    """One replacement in a file's text: characters from `start` to `end`."""

    start: int
    end: int
    text: str


def anchor(path: Path, texts: Sequence[Path], choose: Choose | None = None) -> int:
    """Give every evidence of a record that has none its offsets in the text it was read from; how many there were.

    Of several texts, the one is taken whose sha256 the record states. Raises RecordError with every evidence that has
    no place, or more than one that `choose` does not settle; the file is then as it was.
    """
    tree = yaml_reader.read(path)
    name = str(path)
    text = _text_of(name, tree, texts)
    data = path.read_bytes()
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    source = data.decode("utf-8-sig")
    edits: list[Replacement] = []
    problems: list[Diagnostic] = []
    waiting = list(_unanchored(yaml.compose(source, Loader=yaml.CSafeLoader)))
    for evidence in waiting:
        try:
            edits += _anchored(evidence, source, text, choose)
        except ValueError as refused:
            problems.append(Diagnostic(name, evidence.node.start_mark.line + 1, str(refused)))
    if problems:
        raise RecordError(problems)
    if edits:
        with atomic.replacing(path) as file:
            file.write(mark + apply(source, edits).encode())
    return len(waiting)


def apply(source: str, edits: Sequence[Replacement]) -> str:
    """The text with all replacements made; they must not overlap."""
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        source = source[: edit.start] + edit.text + source[edit.end :]
    return source


def read_text(path: Path) -> str:
    """An article's text, its line ends untouched. Raises RecordError if it cannot be read or is not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        message = f"cannot be read ({error.strerror}): give the text the record was read from"
    except UnicodeDecodeError:
        message = "is not UTF-8 text: give the plain text the record was read from"
    raise RecordError([Diagnostic(str(path), 0, message)]) from None


def _text_of(file: str, tree: yaml_reader.Located, texts: Sequence[Path]) -> str:
    stated = tree.get("sha256")
    if not isinstance(stated, str):
        line = ""
        if len(texts) == 1:
            text = read_text(texts[0])
            line = f", of this text 'sha256: {digest(text)}' and 'characters: {len(text)}'"
        message = f"states no 'sha256' of its text, so no offsets can be counted: add it on top{line}"
        raise RecordError([Diagnostic(file, 0, message)])
    for candidate in texts:
        if digest(text := read_text(candidate)) == stated:
            return text
    seen = f"the text's sha256 is {digest(text)}" if len(texts) == 1 else f"none of {len(texts)} texts has it"
    message = (
        f"states the sha256 {stated}, {seen}: give the text of this version, or 'onrecord revise' the record"
    )
    raise RecordError([Diagnostic(file, tree.lines["sha256"], message)])


@dataclass(frozen=True, slots=True)
class _Evidence:
    """An evidence without offsets: its node, and, where it is a mapping, its keys and values by name."""

    node: Any
    parts: dict[str, tuple[yaml.Node, yaml.Node]]

    def value(self, key: str) -> str:
        """What stands under a key, as text; "" where there is none."""
        return str(self.parts[key][1].value) if key in self.parts else ""


def _unanchored(node: yaml.Node | None) -> Iterator[_Evidence]:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _unanchored(item)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value != "evidence":
                yield from _unanchored(value)
                continue
            for item in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                if isinstance(item, yaml.ScalarNode) and not inheritance.names_excerpt(item.value):
                    yield _Evidence(item, {})
                elif isinstance(item, yaml.MappingNode):
                    parts = {key.value: (key, value) for key, value in item.value}
                    if "exact" in parts and not {"start", "end"} & set(parts):
                        yield _Evidence(item, parts)


def _anchored(evidence: _Evidence, source: str, text: str, choose: Choose | None) -> list[Replacement]:
    words = evidence.value("exact") if evidence.parts else evidence.node.value
    if not words.strip():
        raise ValueError("the evidence has no words: write those that show it, as they stand in the text")
    places = passages.find(words, text, *(evidence.value(hint) for hint in _HINTS))
    place = _settled(words, places, evidence, text, choose)
    offsets = [("start", place.start), ("end", place.end)]
    if not evidence.parts:
        inner = ", ".join(f"{key}: {value}" for key, value in offsets)
        return [_replacement(evidence.node, f"{{{inner}, exact: {yaml_reader.quoted(words)}}}", source)]
    exact = evidence.parts["exact"][0].start_mark
    joint = ", " if evidence.node.flow_style else "\n" + " " * exact.column
    edits = [
        Replacement(exact.index, exact.index, "".join(f"{key}: {value}{joint}" for key, value in offsets))
    ]
    return edits + (_without(evidence, "nth", source) if "nth" in evidence.parts else [])


def _settled(
    words: str, places: Sequence[TextRange], evidence: _Evidence, text: str, choose: Choose | None
) -> TextRange:
    """The one place that is meant. Raises ValueError, saying what to write, where it is not known."""
    if not places:
        if passages.find(words, text):
            raise ValueError(f"{passages.short(words)} does not stand in the text with these words before and after it: "
                             f"correct 'prefix' or 'suffix'. It stands {_listing(passages.find(words, text), text)}")  # fmt: skip
        if inside := passages.find_letters(words, text):
            raise ValueError(f"{passages.short(words)} stands in the text inside a longer word or number only, {_listing(inside, text)}: "
                             "write that whole")  # fmt: skip
        raise ValueError(
            f"{passages.short(words)} does not stand in the text. {passages.nearest(words, text)}"
        )
    if "nth" in evidence.parts:
        nth = evidence.value("nth")
        if not re.fullmatch(r"[1-9][0-9]{0,5}", nth) or int(nth) > len(places):
            raise ValueError(f"'nth: {nth}' of {passages.short(words)}: it is a whole number from 1, and the text has these words "
                             f"{_times(len(places))}")  # fmt: skip
        return places[int(nth) - 1]
    if len(places) == 1:
        return places[0]
    chosen = choose(words, [passages.surroundings(place, text) for place in places]) if choose else None
    if chosen is None:
        raise ValueError(f"{passages.short(words)} stands {_times(len(places))} in the text, {_listing(places, text)}. Say which: "
                         f"'{{exact: …, nth: 2}}', or with the words before it, '{{exact: …, prefix: …}}'")  # fmt: skip
    return places[chosen]


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _listing(places: Sequence[TextRange], text: str) -> str:
    return "; ".join(
        f"{number}: at {place.start}–{place.end}, {passages.surroundings(place, text)}"
        for number, place in enumerate(places, 1)
    )


def _replacement(node: yaml.Node, text: str, source: str) -> Replacement:
    """A block scalar ends after its last line: what stands for it keeps that line's end."""
    end = node.end_mark.index
    tail = source[node.start_mark.index : end]
    return Replacement(node.start_mark.index, end, text + tail[len(tail.rstrip()) :])


def _without(evidence: _Evidence, key: str, source: str) -> list[Replacement]:
    """Take one key out of a mapping that has others, with the comma or the line that goes with it."""
    name, value = evidence.parts[key]
    start, end = name.start_mark.index, value.end_mark.index
    if evidence.node.flow_style:
        after = re.compile(r"\s*,\s*").match(source, end)
        before = re.compile(r",\s*$").search(source, 0, start)
        if after:
            return [Replacement(start, after.end(), "")]
        return [Replacement(before.start() if before else start, end, "")]
    if evidence.node.value[0][0] is name:  # beside the hyphen: the next key takes its place
        following = evidence.node.value[1][0].start_mark.index
        return [Replacement(start, following, "")]
    line = source.rfind("\n", 0, start)
    finish = source.find("\n", end)
    return [Replacement(line, finish if finish >= 0 else len(source), "")]
