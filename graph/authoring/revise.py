"""The record of a revised article: what stands word for word is carried over, the rest is listed for a person.

The new record adds to the statements and claims of the old one, which goes on describing them: what a version no longer
says it does not repeat, and what is new in it a person writes. Words that are merely alike are shown and never taken.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from onrecord.graph.authoring.anchor import read_text
from onrecord.graph.files.texts import digest
from onrecord.graph.records import inheritance, passages, yaml_reader
from onrecord.graph.records.passages import TextRange
from onrecord.graph.records.yaml_reader import CHECK, Diagnostic, Located, RecordError, quoted

_HEAD: Final = ("headline", "published", "publishedAt", "url")
"""What may differ between versions and only a person can say."""
_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_/.-]*")


@dataclass(frozen=True, slots=True)
class Revised:
    """The text of the new record, how many passages it carried over, and what is left for a person, a line each."""

    text: str
    carried: int
    left: tuple[str, ...]


def revise(path: Path, article: Path) -> Revised:
    """The record of the version whose text is given, made from that of an earlier one. RecordError where it cannot be."""
    tree = yaml_reader.read(path)
    text = read_text(article)
    sha256 = digest(text)
    document, slash, _ = str(tree.get("id", "")).rpartition("/")
    if tree.get("readAs") != "FullText" or "sha256" not in tree or not slash:
        message = "is no record of a text that was read in full ('readAs: FullText' with 'sha256'): only such a one can be revised"
        raise RecordError([Diagnostic(str(path), 0, message)])
    if tree["sha256"] == sha256:
        raise RecordError(
            [
                Diagnostic(
                    str(article), 0, f"is the text that {path} was read from: give that of the newer version"
                )
            ]
        )
    return _Revision(tree, text, f"{document}/{sha256[:8]}", sha256).revised()


class _Revision:
    def __init__(self, tree: Located, text: str, version: str, sha256: str) -> None:
        self.tree = tree
        self.text = text
        self.version = version
        self.sha256 = sha256
        self.carried: set[TextRange] = set()
        self.left: list[str] = []
        self.moved = self._moved()
        document = tree.get("versionOf")
        self.language = str(document.get("language", "")) if isinstance(document, Located) else ""

    def revised(self) -> Revised:
        """Head, statements and claims, with what is left as comments where it would have stood."""
        lines = list(self._head())
        for section, entry in (("statements", self._statement), ("claims", self._claim)):
            written = [line for node in _nodes(self.tree.get(section)) for line in entry(node)]
            if written:
                lines += ["", f"{section}:", *written]
        return Revised("\n".join(lines) + "\n", len(self.carried), tuple(self.left))

    def _head(self) -> Iterator[str]:
        document = self.tree.get("versionOf")
        yield f"id: {self.version}"
        yield "type: DocumentVersion"
        yield f"versionOf: {document['id'] if isinstance(document, Located) else document}"
        yield f"revises: {self.tree['id']}"
        for key in _HEAD:
            if key in self.tree:
                yield f"{key}: {_flow(self.tree[key])}  {CHECK} as in the version before"
        yield "readAs: FullText"
        yield f"sha256: {self.sha256}"
        yield f"characters: {len(self.text)}"

    def _statement(self, node: Located) -> Iterator[str]:
        name = str(node.get("id"))
        renderings = [line for item in _nodes(node.get("rendering")) for line in self._rendering(item, name)]
        claims = [line for item in _nodes(node.get("asserts")) for line in self._asserted(item)]
        comments = [line for line in (*renderings, *claims) if line.lstrip().startswith("#")]
        renderings, claims = (
            [line for line in part if line not in comments] for part in (renderings, claims)
        )
        yield from (f"  {line.lstrip()}" for line in comments)
        if renderings or claims:
            yield f"  - id: {name}"
        if renderings:
            yield from ["    rendering:", *renderings]
        if claims:
            yield from ["    asserts:", *claims]

    def _rendering(self, node: Located, statement: str) -> Iterator[str]:
        evidence, comments = self._evidence(node, f"a rendering of {statement}")
        yield from (f"      {line}" for line in comments)
        if evidence:
            kept = {key: value for key, value in node.items() if key not in {"id", "evidence", "reportedIn"}}
            if self.language and "text" not in kept and kept.get("mode") in {"Direct", "Partial"}:
                # The record of a version does not say the document's language again, by which it would follow.
                kept["text"] = {self.language: evidence[0]["exact"]}
            yield f"      - {_flow({**kept, 'evidence': evidence})}"

    def _asserted(self, node: Located) -> Iterator[str]:
        evidence, comments = self._evidence(node, str(node.get("id")))
        yield from (f"      {line}" for line in comments)
        if evidence:
            yield f"      - {_flow({'id': node.get('id'), 'evidence': evidence})}"

    def _claim(self, node: Located) -> Iterator[str]:
        evidence, comments = self._evidence(node, str(node.get("id")))
        yield from (f"  {line}" for line in comments)
        if evidence:
            own = (
                {}
                if "assertedBy" in node and node["assertedBy"] != self.tree["id"]
                else {"assertedBy": self.version}
            )
            yield f"  - {_flow({'id': node.get('id'), **own, 'evidence': evidence})}"

    def _evidence(self, node: Located, of: str) -> tuple[list[dict[str, Any]], list[str]]:
        """The passages that stand in the new text, and what is left of the others, as comments."""
        kept: list[dict[str, Any]] = []
        comments = []
        for item in _listed(node.get("evidence")):
            if not isinstance(item, Mapping) or "exact" not in item:
                if isinstance(item, str) and inheritance.names_excerpt(item):
                    comments.append(self._leave(of, f"rests on {item}, which is of another version"))
                continue
            words = str(item["exact"])
            places = passages.find(words, self.text)
            if len(places) != 1:
                comments.append(self._leave(of, self._missing(words, places)))
                continue
            if places != passages.find(
                words, self.text, *(str(item.get(hint, "")) for hint in ("prefix", "suffix"))
            ):
                comments.append(
                    self._leave(
                        of, f"{passages.short(words)} has other words before or after it at {places[0].start}"
                    )
                )
            elif words in self.moved:
                comments.append(
                    self._leave(
                        of,
                        f"{passages.short(words)} stands at {places[0].start} now, among other words than before",
                    )
                )
            self.carried.add(places[0])
            kept.append({"start": places[0].start, "end": places[0].end, "exact": words})
        return kept, comments

    def _missing(self, words: str, places: list[TextRange]) -> str:
        if places:
            listed = ", ".join(f"{place.start}–{place.end}" for place in places)
            return f"{passages.short(words)} stands {len(places)} times, at {listed}: say which"
        return f"{passages.short(words)} is not in the text any more. {passages.nearest(words, self.text)}"

    def _leave(self, of: str, what: str) -> str:
        line = " ".join(f"{of}: {what}".split())
        self.left.append(line)
        return f"{CHECK} {line}"

    def _moved(self) -> set[str]:
        """The passages that stand in another order than in the old text: all but the most that keep theirs."""
        order = []
        for item in _excerpts(self.tree):
            places = passages.find(str(item["exact"]), self.text)
            if len(places) == 1 and isinstance(item.get("start"), int):
                order.append((item["start"], places[0].start, str(item["exact"])))
        order = sorted(set(order))
        ends: list[int] = []
        chains: list[list[int]] = []
        for index, (_, new, _) in enumerate(order):  # the longest run that does not go back
            place = bisect_left(ends, new + 1)
            chain = [*(chains[place - 1] if place else []), index]
            ends[place : place + 1] = [new]
            chains[place : place + 1] = [chain]
        kept = set(chains[-1]) if chains else set()
        return {words for index, (_, _, words) in enumerate(order) if index not in kept}


def _excerpts(node: Any) -> Iterator[Located]:
    if isinstance(node, Located):
        if "exact" in node:
            yield node
        for value in node.values():
            yield from _excerpts(value)
    elif isinstance(node, list):
        for item in node:
            yield from _excerpts(item)


def _flow(value: Any) -> str:
    """A value as YAML on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value not in {"true", "false", "null"}:
        return value
    return quoted(value) if isinstance(value, str) else json.dumps(value)


def _nodes(value: Any) -> Iterator[Located]:
    return (item for item in _listed(value) if isinstance(item, Located))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
