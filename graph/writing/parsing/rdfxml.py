"""RDF/XML in the part of XML that Oxigraph reads rightly.

Oxigraph 0.5 takes no text in pieces (around comments, processing instructions, CDATA) and no xml:lang="", and writes the
namespaces of parseType="Literal" twice. Expat, which reads all of XML, hands such documents on in a plainer form: text in
one piece, literals written out as RDF/XML 1.1 has them. Declarations within the document (entities, default attributes)
are refused: nobody needs them to say RDF, and they are how a few bytes become gigabytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from xml.parsers import expat

from onrecord.graph.errors import UploadSyntax
from onrecord.graph.sparql.bases import Bases

NO_LANGUAGE: Final = "x-no-lang"
"""The language tag that stands for xml:lang="", which ends an outer language; the reader takes it off again."""

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XML: Final = "http://www.w3.org/XML/1998/namespace"
_DESCRIBED: Final = ("Resource", "Collection")
"""What parseType says of contents that are RDF; whatever else it says, they are a literal."""

_TEXT: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})
_ATTRIBUTE: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"}
)


def plainer(document: bytes, part: str, bases: Bases) -> bytes:
    """The same graph in plainer XML. UploadSyntax says where the document is no XML, or what of it is not read."""
    writer = _Writer(part, bases)
    try:
        writer.parser.Parse(document, True)
    except expat.ExpatError as error:
        where = f"line {error.lineno}, column {error.offset + 1}"
        message = f"{where}: {part} cannot be read: it is no XML: {expat.ErrorString(error.code)}"
        raise UploadSyntax(message, error.lineno, error.offset + 1) from None
    except (LookupError, ValueError) as error:
        raise UploadSyntax(f"{part} cannot be read: its encoding is not known here ({error})") from None
    return "".join(writer.out).encode()


class _Namespaces:
    """The namespaces by their prefixes, as the elements around a place declare them."""

    def __init__(self, outermost: Mapping[str, str]) -> None:
        self._iris = {prefix: [iri] for prefix, iri in outermost.items()}
        self._declared: list[tuple[str, ...]] = []

    @property
    def depth(self) -> int:
        """How many elements are open."""
        return len(self._declared)

    def enter(self, declared: Mapping[str, str]) -> None:
        """Go into an element that declares these."""
        for prefix, iri in declared.items():
            self._iris.setdefault(prefix, []).append(iri)
        self._declared.append(tuple(declared))

    def leave(self) -> None:
        """Go out of the innermost element."""
        for prefix in self._declared.pop():
            self._iris[prefix].pop()

    def get(self, prefix: str) -> str | None:
        """What a prefix stands for here; None for nothing."""
        found = self._iris.get(prefix)
        return found[-1] if found else None


class _Writer:
    """Writes what expat tells."""

    def __init__(self, part: str, bases: Bases) -> None:
        self.out: list[str] = []
        self._part = part
        self._bases = bases
        self._namespaces = _Namespaces({"xml": _XML, "": ""})
        self._literal: _Literal | None = None
        self.parser = expat.ParserCreate()
        self.parser.ordered_attributes = True
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.SkippedEntityHandler = self._skipped
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.CommentHandler = lambda text: self._aside(f"<!--{text}-->")
        self.parser.ProcessingInstructionHandler = lambda target, text: self._aside(
            f"<?{f'{target} {text}'.rstrip()}?>"
        )

    def _refusal(self, why: str) -> UploadSyntax:
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        return UploadSyntax(f"line {line}, column {column}: {self._part} cannot be read: {why}", line, column)

    def _doctype(self, _: str, __: str | None, ___: str | None, has_declarations: int) -> None:
        if has_declarations:
            raise self._refusal(
                "it has a DOCTYPE that declares entities or attributes, which are not read here: leave it out, and write "
                "out what each entity stands for"
            )

    def _skipped(self, name: str, _: int) -> None:
        raise self._refusal(
            f"it uses the entity {name}, which is declared elsewhere: write out what it stands for"
        )

    def _start(self, name: str, listed: list[str]) -> None:
        attributes = list(zip(listed[::2], listed[1::2], strict=True))
        self._namespaces.enter({key.partition(":")[2]: value for key, value in attributes if _declares(key)})
        if self._literal is not None:
            self._literal.start(name, attributes)
            return
        parse_type = next((key for key, value in attributes if self._is_literal(key, value)), None)
        if parse_type is not None:
            self._check_alone(attributes)
            self._literal = _Literal(self._namespaces)
        written = (self._attribute(key, value, parse_type) for key, value in attributes)
        self.out.append(f"<{name}{''.join(written)}>")

    def _is(self, key: str, *names: str) -> bool:
        prefix, colon, local = key.rpartition(":")
        return bool(colon) and local in names and self._namespaces.get(prefix) == _RDF

    def _is_literal(self, key: str, value: str) -> bool:
        return value not in _DESCRIBED and self._is(key, "parseType")

    def _check_alone(self, attributes: Iterable[tuple[str, str]]) -> None:
        for key, _ in attributes:
            if not (self._is(key, "ID", "parseType") or _declares(key) or key.startswith("xml:")):
                raise self._refusal(
                    f"{key} stands beside parseType, which gives the value already: keep one of them"
                )

    def _attribute(self, key: str, value: str, parse_type: str | None) -> str:
        if key == parse_type:
            # Said as a datatype, since the text that follows is written out already.
            key, value = key.replace("parseType", "datatype"), f"{_RDF}XMLLiteral"
        elif key == "xml:lang" and not value:
            value = NO_LANGUAGE
        elif key == "xml:base":
            value = self._bases.marked(value)
        return _attribute(key, value)

    def _end(self, name: str) -> None:
        if self._literal is not None and self._literal.depth < self._namespaces.depth:
            self._literal.end(name)
        else:
            if self._literal is not None:
                self.out.append("".join(self._literal.out).translate(_TEXT))
                self._literal = None
            self.out.append(f"</{name}>")
        self._namespaces.leave()

    def _text(self, text: str) -> None:
        (self.out if self._literal is None else self._literal.out).append(text.translate(_TEXT))

    def _aside(self, text: str) -> None:
        """A comment or a processing instruction: nothing to RDF, but part of a literal."""
        if self._literal is not None:
            self._literal.out.append(text)


class _Literal:
    """The contents of an element as exclusive canonical XML with comments, which needs nothing of what stands around it."""

    def __init__(self, namespaces: _Namespaces) -> None:
        self.depth = namespaces.depth
        self.out: list[str] = []
        self._namespaces = namespaces
        self._written = _Namespaces({"": ""})

    def start(self, name: str, attributes: Iterable[tuple[str, str]]) -> None:
        """An element; of the namespaces, those are declared that it uses and that no element around it has."""
        own = [(key, value) for key, value in attributes if not _declares(key)]
        used = {name.rpartition(":")[0], *(key.rpartition(":")[0] for key, _ in own if ":" in key)} - {"xml"}
        here = {prefix: self._namespaces.get(prefix) for prefix in sorted(used)}
        new = {p: iri for p, iri in here.items() if iri is not None and iri != self._written.get(p)}
        self._written.enter(new)
        own.sort(key=lambda pair: self._expanded(pair[0]))
        pairs = [*((f"xmlns:{prefix}" if prefix else "xmlns", iri) for prefix, iri in new.items()), *own]
        self.out.append(f"<{name}{''.join(_attribute(*pair) for pair in pairs)}>")

    def end(self, name: str) -> None:
        """The end of an element."""
        self._written.leave()
        self.out.append(f"</{name}>")

    def _expanded(self, key: str) -> tuple[str, str]:
        """The name of an attribute as canonical XML orders them: by namespace, none first, then by local name."""
        prefix, _, local = key.rpartition(":")
        return (self._namespaces.get(prefix) or prefix if prefix else "", local)


def _attribute(key: str, value: str) -> str:
    return f' {key}="{value.translate(_ATTRIBUTE)}"'


def _declares(key: str) -> bool:
    return key == "xmlns" or key.startswith("xmlns:")
