"""A statement as bibliographies cite it: who said what and when, in whose wording, and which version of the graph says so."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from onrecord.graph.questions.things.loader import Loader, local_name
from onrecord.graph.questions.things.statements import Statement, fetch_statements
from onrecord.graph.text import phrases

if TYPE_CHECKING:
    from onrecord.graph.ledger import RowSource

_BIBTEX: Final = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "$": r"\$", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_DAY: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


@dataclass(frozen=True, slots=True)
class Citation:
    """What every format of it says; `words` are those of the speaker where a source quotes any, in `language`."""

    key: str
    speakers: tuple[str, ...]
    title: str
    words: str | None
    language: str | None
    day: str | None
    source: str | None
    url: str | None
    iri: str
    version: int
    page: str | None = None
    """Where the service that was asked shows it, if its settings say under which address the public reaches it."""

    @property
    def address(self) -> str:
        """Where to read it: on that page, else under its IRI."""
        return self.page or self.iri

    @property
    def date(self) -> tuple[int, int, int] | None:
        """Year, month and day of saying."""
        found = _DAY.match(self.day or "")
        return None if found is None else (int(found[1]), int(found[2]), int(found[3]))

    @property
    def place(self) -> str:
        """Where it stands in the graph."""
        return f"onrecord, version {self.version}"


def of(ledger: RowSource, statement: str, version: int, page: str | None = None) -> Citation:
    """The citation of a statement, by its IRI, at a version of the graph; `page` as in Citation."""
    (found,) = fetch_statements(Loader(ledger), [statement])
    return cited(found, version, page)


def cited(statement: Statement, version: int, page: str | None = None) -> Citation:
    """As of(), of a statement that is fetched. Its words are those of the wording that the page on it shows first."""
    worded = next(iter(statement.renderings), None)
    text = next(iter(worded.texts), None) if worded and not worded.is_indirect else None
    read = worded.version if worded else None
    url = None if read is None else read.url or (read.document.url if read.document else None)
    return Citation(
        local_name(statement.iri),
        tuple(name.text for name in statement.speakers),
        statement.name.text,
        None if text is None else _line(text.value),
        None if text is None else text.language,
        statement.moment or statement.day,
        None if read is None else read.source.text,
        url,
        statement.iri,
        version,
        page,
    )


def plain(one: Citation) -> str:
    """A sentence for a footnote."""
    said = f"“{one.words}”" if one.words else one.title
    parts = [phrases.listed(list(one.speakers)), said, phrases.day(one.day) if one.day else "undated"]
    worded = f"As worded by {one.source}{f' ({one.url})' if one.url else ''}. " if one.source else ""
    return f"{', '.join(part for part in parts if part)}. {worded}{one.place}, {one.iri}{f' ({one.page})' if one.page else ''}\n"


def bibtex(one: Citation) -> str:
    """An entry @misc of BibTeX; names stand in braces, since they may be those of institutions."""
    date = one.date
    fields = {
        "author": " and ".join(f"{{{_braced(name)}}}" for name in one.speakers) or None,
        "title": f"{{{_braced(one.words or one.title)}}}",
        "year": date and str(date[0]),
        "month": date and str(date[1]),
        "day": date and str(date[2]),
        "howpublished": one.source and f"As worded by {_braced(one.source)}",
        "url": one.address,
        "note": _braced(one.place)
        + (f", {_braced(one.iri)}" if one.page else "")
        + (f", from {_braced(one.url)}" if one.url else ""),
        "language": one.language,
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    key = re.sub(r"[^\w-]", "-", one.key, flags=re.ASCII)
    return f"@misc{{{key},\n" + ",\n".join(lines) + "\n}\n"


def csl(one: Citation) -> str:
    """The item as CSL-JSON, which Zotero and pandoc read."""
    date = one.date
    item = {
        "id": one.key,
        "type": "speech",
        "author": [{"literal": name} for name in one.speakers],
        "title": one.words or one.title,
        "issued": {"date-parts": [list(date)]} if date else None,
        "container-title": one.source,
        "language": one.language,
        "URL": one.address,
        "source": one.place,
        "version": str(one.version),
        "note": "; ".join([*([one.iri] if one.page else []), *([f"Read at {one.url}"] if one.url else [])]),
    }
    return (
        json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=1)
        + "\n"
    )


def ris(one: Citation) -> str:
    """The item as RIS, a line a field."""
    date = one.date
    fields = [
        ("TY", "GEN"),
        *(("AU", name) for name in one.speakers),
        ("TI", one.words or one.title),
        ("PY", date and str(date[0])),
        ("DA", date and f"{date[0]:04}/{date[1]:02}/{date[2]:02}/"),
        ("T2", one.source),
        ("LA", one.language),
        *(("UR", address) for address in dict.fromkeys([one.address, one.iri])),
        ("L2", one.url),
        ("DB", one.place),
        ("ID", one.key),
    ]
    lines = [f"{tag}  - {_line(value)}" for tag, value in fields if value]
    return "\r\n".join([*lines, "ER  - ", ""])


FORMATS: Final[Mapping[str, tuple[str, str, Callable[[Citation], str]]]] = {
    "bib": ("BibTeX", "application/x-bibtex", bibtex),
    "csl.json": ("CSL-JSON", "application/vnd.citationstyles.csl+json", csl),
    "ris": ("RIS", "application/x-research-info-systems", ris),
    "txt": ("plain text", "text/plain", plain),
}
"""Suffix of the address -> what people call the format, its media type, and what writes it."""


def _line(text: str) -> str:
    """A text on one line."""
    return " ".join(text.split())


def _braced(text: str) -> str:
    return "".join(_BIBTEX.get(letter, letter) for letter in _line(text))
