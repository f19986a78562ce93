"""What a record need not write: it follows from where a thing stands, or is said once for `each` thing of a class.

A claim under a statement is on its speaker's word, one of the document on its publisher's; the keys of a claim say of
which class it is. `each: {QuantityClaim: {asOfFrom: …}}`, on top of the record or in a statement, gives what the things
of that class below it share; what a thing says itself counts, and `key: ~` has it do without.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from onrecord.graph import terms
from onrecord.graph.quoting import brief
from onrecord.graph.records.passages import short
from onrecord.graph.records.yaml_reader import Entries, Located
from onrecord.graph.vocabulary import ontology

Say = Callable[[int, str], None]

_SECTIONS: Final = {
    "assessments": "Assessment",
    "editors": "Editor",
    "places": "Place",
    "platforms": "Platform",
    "identities": "Identity",
    "relations": "ClaimRelation",
    "statements": "Statement",
    "tenures": "Tenure",
    "topics": "Topic",
    "weapons": "WeaponType",
}
"""The class of what a section holds, where it is one."""
_KINDS: Final = {
    "measure": "QuantityClaim",
    "targetKind": "TargetClaim",
    "responsible": "ResponsibilityClaim",
    "attitude": "AttitudeClaim",
    "predicate": "PropertyClaim",
}
"""The key that tells of which class a claim is."""
PASSAGES: Final = ("char=", "quote=")
"""How the part of an excerpt's name begins that tells it from others of its version."""
_NOT_SHARED: Final = frozenset({"id", "type", "each"})


def complete(tree: Located, keys: Collection[str], adds: Callable[[Located], bool], say: Say) -> None:
    """Write out in a record's nodes what they inherit.

    `keys` are those that a node may have; `adds` tells the nodes that only add to what another record describes.
    """
    _Filler(tree, keys, adds, say).fill()


class _Each:
    """What one `each` says, and which of its classes were met."""

    def __init__(self, shared: Mapping[str, Located], lines: Mapping[str, int]) -> None:
        self.shared = shared
        self.lines = lines
        self.met: set[str] = set()


class _Filler:
    def __init__(
        self, tree: Located, keys: Collection[str], adds: Callable[[Located], bool], say: Say
    ) -> None:
        self.tree = tree
        self.keys = keys
        self.every: list[_Each] = []
        self.bare: list[tuple[int, str]] = []
        """Evidence without offsets, in a text that was read in full: its line, and its words."""
        self.adds = adds
        self.say = say
        self.version = tree["id"] if "type" in tree else None
        document = tree.get("versionOf")
        self.publisher = document.get("publisher") if isinstance(document, Located) else None
        self.language = document.get("language") if isinstance(document, Located) else None
        # A claim that a statement names is the statement's, wherever it stands.
        self.asserted = {
            item
            for statement in _nodes(tree.get("statements"))
            for item in _listed(statement.get("asserts"))
            if isinstance(item, str)
        }

    def fill(self) -> None:
        """Every node below the top, and what is said of `each` thing of a class that nothing below it is of."""
        self._below(self.tree, self._each_of(self.tree, []), None)
        if self.bare:
            line, words = self.bare[0]
            more = f", and {len(self.bare) - 1} more have none" if len(self.bare) > 1 else ""
            self.say(
                line,
                f"the evidence {short(words)} has no offsets{more}: run 'onrecord anchor RECORD --text ARTICLE'",
            )
        for each in self.every:
            for name in each.shared.keys() - each.met:
                self.say(
                    each.lines[name],
                    f"'each' says what every {name} has, and there is none below it: remove it",
                )

    def _below(self, node: Located, shared: list[_Each], statement: Located | None) -> None:
        for key, value in list(node.items()):
            for child in _nodes(value):
                if set(child) != {"id"}:
                    self._node(child, key, shared, statement)

    def _node(self, node: Located, key: str, shared: list[_Each], statement: Located | None) -> None:
        is_claim = key in {"claims", "asserts"}
        own = self._each_of(node, shared)
        if "evidence" in node:
            self._evidence(node)
        if not self.adds(node):
            self._type(node, key)
            self._shared(node, key, shared)
            if is_claim:
                self._claim(node, key, statement)
            if key == "rendering" and "text" not in node:
                self._wording(node)
            if "exactly" in node:
                self._exactly(node)
        self._below(node, own, node if key == "statements" else statement)

    def _type(self, node: Located, key: str) -> None:
        if "type" in node:
            wrong = [
                told
                for told, kind in _KINDS.items()
                if told in node and node["type"] in set(_KINDS.values()) - {kind}
            ]
            if wrong and key in {"claims", "asserts"}:
                self.say(
                    node.lines["type"],
                    f"'type: {node['type']}' does not go with '{wrong[0]}', which makes it a {_KINDS[wrong[0]]}: remove 'type', or "
                    f"'{wrong[0]}'",
                )
            return
        if key in {"claims", "asserts"}:
            kinds = [kind for told, kind in _KINDS.items() if told in node]
            if len(kinds) == 1:
                _put(node, "type", kinds[0])
            elif set(node) <= {*self.keys, "each", "exactly"}:
                found = " and ".join(f"'{told}'" for told in _KINDS if told in node)
                self.say(node.line, f"what kind of claim this is does not follow from its keys{f' {found}' if found else ''}: give it one of "
                                    f"{', '.join(repr(told) for told in _KINDS)}, or a 'type:'")  # fmt: skip
        elif key in _SECTIONS:
            _put(node, "type", _SECTIONS[key])

    def _each_of(self, node: Located, shared: list[_Each]) -> list[_Each]:
        """What is shared below this node, the nearest last; its own `each` is taken out of it."""
        if "each" not in node:
            return shared
        value, line = node.pop("each"), node.lines["each"]
        if not isinstance(value, Located) or not all(isinstance(item, Located) for item in value.values()):
            self.say(
                line, "'each' takes what the things of a class share: 'each: {QuantityClaim: {asOfFrom: …}}'"
            )
            return shared
        given = {}
        for name, keys in value.items():
            if terms.REC + name not in ontology.classes():
                self.say(value.lines[name], f"'each' names '{name}', which is no class of the ontology")
            elif stray := sorted(_NOT_SHARED & set(keys)):
                self.say(
                    keys.lines[stray[0]],
                    f"'{stray[0]}' is a thing's own and cannot be shared: take it out of 'each'",
                )
            else:
                given[name] = keys
        self.every.append(_Each(given, value.lines))
        return [*shared, self.every[-1]]

    def _shared(self, node: Located, key: str, shared: Sequence[_Each]) -> None:
        kinds = [str(kind) for kind in _listed(node.get("type"))]
        above = {
            name
            for kind in kinds or [(ontology.ranges().get(terms.REC + key) or "").removeprefix(terms.REC)]
            for name in ontology.superclasses().get(terms.REC + kind, ())
        }
        without = set()
        for each in reversed(shared):
            # The narrower class first: what it says counts before what a wider one does.
            fitting = [name for name in each.shared if terms.REC + name in above]
            for name in sorted(fitting, key=lambda name: -len(ontology.superclasses()[terms.REC + name])):
                each.met.add(name)
                for shared_key, value in each.shared[name].items():
                    if shared_key in node and node[shared_key] is None:
                        without.add(shared_key)
                    elif shared_key not in node:
                        _put(node, shared_key, copy.deepcopy(value), each.shared[name].lines[shared_key])
        for gone in without:
            del node[gone]

    def _claim(self, node: Located, key: str, statement: Located | None) -> None:
        if key == "asserts" and statement is not None and isinstance(statement.get("speaker"), str):
            _put(node, "claimant", statement["speaker"])
        elif key == "claims" and self.version and node.get("id") not in self.asserted:
            if node.get("claimant", self.publisher) == self.publisher:
                _put(node, "assertedBy", self.version)
            if isinstance(self.publisher, str) and node.get("assertedBy") == self.version:
                _put(node, "claimant", self.publisher)
        _put(node, "stance", "Asserts")
        if about := node.get("subject", node.get("holder")):
            _put(node, "concerns", about)

    def _evidence(self, node: Located) -> None:
        """One form for all ways to write it, so that what is named from its content has one name."""
        value, line = node["evidence"], node.lines["evidence"]
        lines = value.lines if isinstance(value, Entries) else [line]
        node["evidence"] = Entries()
        for item, its_line in zip(_listed(value), lines, strict=False):
            words = isinstance(item, str) and not names_excerpt(item)
            # Without a hash it is not known of which text: that is said instead.
            if words and self.tree.get("readAs") == "FullText" and "sha256" in self.tree:
                self.bare.append((its_line, item))
            node["evidence"].append(_exact(item, its_line) if words else item)
            node["evidence"].lines.append(its_line)

    def _wording(self, node: Located) -> None:
        """The words of a quotation are those of its first evidence, in the document's language."""
        if node.get("mode") not in {"Direct", "Partial"}:
            _put(node, "mode", "Indirect")
            return
        words = next((first.get("exact") for first in _nodes(node.get("evidence"))), None)
        if isinstance(words, str) and isinstance(self.language, str):
            text = Located(node.line)
            _put(text, self.language, words)
            _put(node, "text", text)

    def _exactly(self, node: Located) -> None:
        line, value = node.lines["exactly"], node.pop("exactly")
        if {"atLeast", "atMost", "estimate"} & set(node):
            self.say(
                line,
                "'exactly' is both bounds of the count: remove it, or 'atLeast', 'atMost' and 'estimate'",
            )
        elif not isinstance(value, int) or isinstance(value, bool) or value < 0:
            self.say(
                line, f"'exactly' is {brief(value)}: it takes a whole number, 0 or more, in digits alone"
            )
        else:
            _put(node, "atLeast", value, line)
            _put(node, "atMost", value, line)


def names_excerpt(value: str) -> bool:
    """Whether an evidence given as a string is the name of an excerpt; else it is the words themselves."""
    return value.startswith("http") or value.partition("#")[2].startswith(PASSAGES)


def _exact(words: str, line: int) -> Located:
    made = Located(line)
    _put(made, "exact", words)
    return made


def _put(node: Located, key: str, value: Any, line: int | None = None) -> None:
    if key not in node:
        node[key] = value
        node.lines[key] = node.line if line is None else line


def _nodes(value: Any) -> Iterator[Located]:
    return (item for item in _listed(value) if isinstance(item, Located))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
