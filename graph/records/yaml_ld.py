"""A YAML-LD record -> quads. The record is RDF: ontology/context.jsonld maps its keys, there is no mapping code.

What is done here beside expanding it: everything JSON-LD would drop in silence is refused with its line (a misspelt
key, type or vocabulary word; a value its datatype cannot hold); nested nodes without an id are named; a quotation is
held against the text it was read from.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

import pyoxigraph as ox

from onrecord.graph import terms
from onrecord.graph.quoting import brief
from onrecord.graph.records import inheritance, schema
from onrecord.graph.records.record_file import Quotation, RecordFile
from onrecord.graph.records.yaml_reader import Diagnostic, Entries, Located, RecordError, read, unchecked
from onrecord.graph.vocabulary import ontology

_VALUE_KEYS: Final = {"literal", "type", "language"}
_ADDED_TO: Final = frozenset(
    {"id", "rendering", "evidence", "asserts", "assertedBy", "translates", "condenses", *schema.RELATIONS}
)
"""The keys with which a record may add to what another one describes."""
_FILLED_IN: Final = {"evidence": "ofVersion", "rendering": "reportedIn"}
_NAMES: Final = frozenset({"label", "altLabel"})
"""What things are called: an editor may write letters and accents apart, which is one spelling of the same name."""
_SLUG = re.compile(r"[a-z]+(/[a-z0-9]+(-[a-z0-9]+)*)+")
_NAMED: Final = re.compile(r"[a-z]+/[^\W\d_A-Z](-?[^\W_A-Z])*")

_DIGEST: Final = re.compile(r"[0-9a-f]{8}")
"""How a version's id ends where its text was read in full: the beginning of its hash."""


def load(path: Path, base: str = terms.DEFAULT_BASE) -> RecordFile:
    """Read one record. Raises RecordError with every problem found, each with its line and remedy."""
    tree = read(path)
    if problems := unchecked(path):
        raise RecordError(problems)
    return _Reader(str(path), base).read(tree)


@dataclass
class _Reader:
    file: str
    base: str
    problems: list[Diagnostic] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    references: dict[str, int] = field(default_factory=dict)
    quotations: list[Quotation] = field(default_factory=list)
    additions: dict[str, int] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    def read(self, tree: Located) -> RecordFile:
        top = tree.get("id")
        if not isinstance(top, str):
            message = (
                "has no 'id:' on top: give the IRI of the graph it fills, such as document/<slug>/<version>"
            )
            raise RecordError([Diagnostic(self.file, tree.line, message)])
        # A reference file's top node only names the graph; a document version is itself described.
        self.version = top if "type" in tree else None
        graphs = [terms.graph_iri(name, self.base) for name in ("reference", "assessments")]
        if self.version is None and self._iri(top) not in graphs:
            self._say(tree.lines["id"], f"'{top}' is no place for records: a version of a document has a 'type', what several "
                      "records share stands in graph/reference, judgements in graph/assessments")  # fmt: skip
        own = set(tree) - {"id", "each"} - set(schema.sections())
        if self.version is None and own and own <= set(schema.keys()):
            stray = min(own)
            self._say(
                tree.lines[stray],
                f"'{stray}' on top of a file whose top node has no type: add 'type: DocumentVersion'",
            )
        self._check_version(tree, top)
        inheritance.complete(tree, schema.keys(), _adds, self._say)
        body = self._node(tree, parent=self._iri(top), key=None)
        self._stop_if_wrong()
        context = {**schema.context(), "@base": self.base}
        try:
            parsed = list(
                ox.parse(json.dumps({"@context": context, **body}).encode(), format=ox.RdfFormat.JSON_LD)
            )
        except (SyntaxError, ValueError) as error:
            raise RecordError([Diagnostic(self.file, 0, f"is not valid JSON-LD: {error}")]) from None
        graph = ox.NamedNode(self._iri(top))
        quads = frozenset(ox.Quad(q.subject, q.predicate, q.object, graph) for q in parsed)
        for quad in quads:
            if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
                self._say(tree.line, f"leaves a node without an IRI at {quad.predicate}: give it an 'id:'")
        self._stop_if_wrong()
        digest, characters = tree.get("sha256"), tree.get("characters")
        return RecordFile(
            self.file, graph.value, quads, self.lines, self.references, tuple(self.quotations), self.additions,
            digest if isinstance(digest, str) else None, characters if isinstance(characters, int) else None,
        )  # fmt: skip

    def _check_version(self, tree: Located, name: str) -> None:
        """A version is named after its document, and after the hash of its text where that was read in full."""
        document, digest = tree.get("versionOf"), tree.get("sha256")
        own = document.get("id") if isinstance(document, Located) else document
        if tree.get("type") == "DocumentVersion" and "versionOf" not in tree:
            message = "is a version of no document: add 'versionOf: {id: document/<slug>, type: Document, label: {en: …}, publisher: actor/<slug>}'"
            raise RecordError([Diagnostic(self.file, tree.lines["type"], message)])
        if "type" not in tree or not isinstance(own, str):
            return
        if tree.get("readAs") == "FullText" and "sha256" not in tree:
            self._say(
                tree.lines["readAs"],
                "'readAs: FullText' is of a text whose 'sha256' and 'characters' are given: add them (sha256sum FILE; onrecord "
                "draft fills them in), or say what else was read: Passages, QuotationOnly, TableRow or AddressOnly",
            )
        line = tree.lines["id"]
        if not name.casefold().startswith(f"{own}/".casefold()):
            self._say(line, f"'{name}' is no version of {own}: its id begins with {own}/")
        elif tree.get("readAs") == "FullText" and isinstance(digest, str):
            end = name[len(own) + 1 :]
            if _DIGEST.fullmatch(end) and not digest.lower().startswith(end):
                self._say(
                    line,
                    f"'{name}' ends in the hash of another text: that of this one, as 'sha256' has it, begins with {digest[:8]}",
                )

    def _say(self, line: int, message: str) -> None:
        self.problems.append(Diagnostic(self.file, line, message))

    def _stop_if_wrong(self) -> None:
        if self.problems:
            raise RecordError(sorted(set(self.problems)))

    def _iri(self, name: str) -> str:
        prefix, colon, rest = name.partition(":")
        if colon and isinstance(schema.context().get(prefix), str) and not rest.startswith("//"):
            return f"{schema.context()[prefix]}{rest}"
        return urljoin(self.base, name)

    def _node(self, node: Located, parent: str, key: str | None) -> dict[str, Any]:
        """One node with everything below it checked, named and typed, as JSON-LD."""
        out: dict[str, Any] = {}
        adds = key is not None and _adds(node)
        if key is not None and not adds:
            self._name(node, parent, key)
        iri = self._iri(str(node["id"]))
        if adds:
            self.additions.setdefault(iri, node.line)
            self.references.setdefault(iri, node.line)
        elif set(node) - {"id"} and (key is not None or "type" in node):
            self._describe(node, iri)
        for name, value in node.items():
            line = node.lines.get(name, node.line)
            known = schema.keys(key).get(name)
            if known is None:
                self._say(line, schema.unknown_key(name))
            elif value is None:
                self._say(line, f"'{name}' has no value: write one or remove the key")
            elif known.iri == "@id":
                out[name] = self._reference(value, name, line, defines=True)
            elif known.iri == "@type":
                out[name] = [self._class(item, line) for item in _listed(value)]
            elif known.iri == "@included":
                out.setdefault("@included", []).extend(self._section(value, name, iri, line))
            else:
                out[name] = self._values(value, name, known, iri, line)
        if key == "rendering":
            self._check_rendering(node)
        return out

    def _name(self, node: Located, parent: str, key: str) -> None:
        """Give a nested node its id, type and version where the record leaves them to be understood."""
        if set(node) == {"id"}:
            return
        filled = _FILLED_IN.get(key)
        if filled and self.version and filled not in node:
            node[filled] = self.version
        kind = ontology.ranges().get(terms.REC + key)
        if "type" not in node and kind:
            node["type"] = kind.removeprefix(terms.REC)
        if "id" in node:
            return
        if key == "evidence" and "ofVersion" in node:
            node["id"] = f"{self._iri(str(node['ofVersion']))}#{_passage(node)}"
        else:
            node["id"] = terms.mint(parent, key, node)

    def _describe(self, node: Located, iri: str) -> None:
        if iri in self.lines and not iri.partition("#")[2].startswith(inheritance.PASSAGES):
            self._say(
                node.line,
                f"{node['id']} is described a second time (first on line {self.lines[iri]}): merge the two or rename one",
            )
        elif problem := schema.id_problem(str(node["id"]), node.get("type")):
            self._say(node.line, problem)
        self.lines.setdefault(iri, node.line)
        if "exact" in node and "start" in node and "end" in node:
            self._quotation(node, own=node.get("ofVersion", self.version) == self.version)

    def _quotation(self, node: Located, *, own: bool) -> None:
        """Only a quotation of the record's own version can be held against its text."""
        start, end, exact = node["start"], node["end"], node["exact"]
        if not (isinstance(start, int) and isinstance(end, int) and isinstance(exact, str)):
            return  # its own key already says so
        quotation = Quotation(
            node.line, exact, start, end, str(node.get("prefix", "")), str(node.get("suffix", ""))
        )
        if end - start != len(exact):
            message = (
                f"the quotation has {len(exact)} characters but its offsets {start}–{end} span {end - start}: "
                "'onrecord validate RECORD --text ARTICLE' says where its words stand"
            )
            self.problems.append(Diagnostic(self.file, node.line, message, quotation if own else None))
        elif own and quotation not in self.quotations:
            self.quotations.append(quotation)

    def _check_rendering(self, node: Located) -> None:
        """Words given as a quotation must stand in the words the rendering rests on."""
        if node.get("mode") not in {"Direct", "Partial"} or not isinstance(node.get("text"), dict):
            return
        evidence = [
            item["exact"]
            for item in _listed(node.get("evidence"))
            if isinstance(item, dict) and "exact" in item
        ]
        for tag, text in node["text"].items():
            if evidence and not any(str(text) in exact for exact in evidence):
                line = getattr(node["text"], "lines", {}).get(tag, node.line)
                self._say(
                    line,
                    "the quoted text does not stand in the rendering's evidence: quote the words of its 'exact:'",
                )

    def _section(self, value: Any, name: str, iri: str, line: int) -> Iterator[dict[str, Any]]:
        if not isinstance(value, list):
            self._say(line, f"'{name}' takes a list: begin each entry with '- id: …'")
            return
        for item in value:
            if not isinstance(item, Located):
                self._say(line, f"'{name}' takes entries that are mappings, not {brief(item)}")
            elif "id" not in item:
                self._say(
                    item.line,
                    f"an entry of '{name}' has no 'id:': give it one, such as {name.rstrip('s')}/<slug>",
                )
            else:
                yield self._node(item, iri, name)

    def _values(self, value: Any, name: str, known: schema.TermDefinition, iri: str, line: int) -> Any:
        if known.by_language:
            return self._by_language(value, name, line)
        out: list[Any] = []
        items = _listed(value)
        if len(items) > 1 and known.iri in schema.single():
            self._say(
                line, f"'{name}' takes one value, and {len(items)} are given: keep the one that is right"
            )
        lines = value.lines if isinstance(value, Entries) else [line] * len(items)
        for place, (item, line) in enumerate(zip(items, lines, strict=True), 1):  # noqa: PLR1704
            if isinstance(item, Located):
                if name == "relay" and "by" in item and "position" not in item:
                    item["position"] = place
                if set(item) <= _VALUE_KEYS and "literal" in item:
                    out.append(self._typed(item))
                elif known.coerced == "@id":
                    out.append(self._node(item, iri, name))
                else:
                    self._say(item.line, f"'{name}' takes a plain value, not a mapping")
            elif known.coerced == "@id":
                out.append(self._reference(item, name, line))
            elif known.coerced == "@vocab":
                out.append(self._member(item, line, known.iri))
            else:
                out.append(self._literal(item, name, known.coerced, line))
        return out

    def _typed(self, item: Located) -> dict[str, Any]:
        kind, language, literal = item.get("type"), item.get("language"), item["literal"]
        if isinstance(kind, str):
            literal = self._literal(literal, "literal", kind, item.lines["literal"])
        if language is None:
            return {key: literal if key == "literal" else value for key, value in item.items()}
        if kind is not None:
            self._say(item.line, "a text with a 'language' has no 'type': remove one of them")
        self._by_language(_located(item, {str(language): literal}), "literal", item.line)
        return {"literal": literal, "@language": str(language)}

    def _by_language(self, value: Any, name: str, line: int) -> Any:
        if not isinstance(value, Located):
            self._say(line, f"'{name}' needs a language: write '{name}: {{en: …}}'")
            return value
        for tag, texts in value.items():
            if not schema.LANGUAGE.fullmatch(tag):
                self._say(value.lines[tag], f"'{tag}' is not a language tag: use one such as en, uk or ru")
            for text in _listed(texts):
                if not isinstance(text, str) or not text.strip():
                    self._say(value.lines[tag], f"'{name}' in '{tag}' is not a text: write it in quotes")
        if name in _NAMES:
            return {tag: _composed(texts) for tag, texts in value.items()}
        return dict(value)

    def _reference(self, value: Any, name: str, line: int, *, defines: bool = False) -> str:
        if not isinstance(value, str):
            self._say(line, f"'{name}' takes an IRI such as actor/<slug>, not {brief(value)}")
            return ""
        iri = self._iri(value)
        local = iri.removeprefix(self.base).partition("#")[0]
        # What is named in another script may still be found by its name: see seeds.check_together.
        wrong = not _SLUG.fullmatch(local) and (defines or not _NAMED.fullmatch(local))
        if iri.startswith(self.base) and wrong:
            if local not in self.refused:  # what inherits the name, or is named after it, repeats the mistake
                self._say(
                    line,
                    f"'{value}' is not a name for an IRI: use <kind>/<slug> in lower case a–z, 0–9 and hyphens; 'onrecord resolve NAME' "
                    "finds it for a name in any script",
                )
            self.refused.add(local)
        elif not iri.startswith(self.base) and not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", iri):
            self._say(line, f"'{value}' is not an http(s) IRI")
        if not defines:
            self.references.setdefault(iri, line)
        return value

    def _class(self, value: Any, line: int) -> str:
        if problem := schema.class_problem(value):
            self._say(line, problem)
        return str(value)

    def _member(self, value: Any, line: int, iri: str) -> str:
        if problem := schema.word_problem(value, iri):
            self._say(line, problem)
        return schema.word_iri(str(value), iri)

    def _literal(self, value: Any, name: str, datatype: str | None, line: int) -> Any:
        if isinstance(value, list | dict):
            self._say(line, f"'{name}' takes a plain value")
            return ""
        if datatype is None:
            return value
        if problem := schema.literal_problem(value, name, datatype, self._iri(datatype)):
            self._say(line, problem)
        return str(value)


def _adds(node: Located) -> bool:
    """Whether a node only adds to what another record describes."""
    return "id" in node and {"id"} < set(node) <= _ADDED_TO


def _passage(node: Located) -> str:
    """The name of a passage within its version: two claims that rest on the same words share it."""
    if isinstance(node.get("start"), int) and isinstance(node.get("end"), int):
        return f"char={node['start']},{node['end']}"  # RFC 5147: a range of characters in a plain text
    words = [node.get(key) for key in ("exact", "prefix", "suffix")]
    return terms.mint("", "quote", words).removeprefix("/").replace("-", "=", 1)


def _located(item: Located, content: dict[str, Any]) -> Located:
    """A mapping that stands where another does."""
    made = Located(item.line)
    made.update(content)
    made.lines.update(dict.fromkeys(content, item.line))
    return made


def _composed(texts: Any) -> Any:
    """Texts in Unicode's form NFC, the one in which names are kept."""
    if isinstance(texts, list):
        return [_composed(text) for text in texts]
    return unicodedata.normalize("NFC", texts) if isinstance(texts, str) else texts


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
