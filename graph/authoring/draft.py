"""A first record of an article, which proposes and asserts nothing: every proposal is marked for a person to check."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from anyascii import anyascii

from onrecord.graph import terms
from onrecord.graph.authoring import mentions
from onrecord.graph.authoring.anchor import read_text
from onrecord.graph.files.texts import digest
from onrecord.graph.records.passages import TextRange
from onrecord.graph.records.yaml_reader import CHECK, Diagnostic, RecordError, quoted
from onrecord.graph.search.names import Names, words

_WHOLE: Final = 8
"""A quotation of so many words is taken for a whole sentence."""
_BESIDE: Final = 30
"""Up to so many characters before a verb of saying stands who says it."""
_CYRILLIC: Final = re.compile(r"[а-яіїєґ]", re.IGNORECASE)
_UKRAINIAN: Final = re.compile(r"[іїєґ]", re.IGNORECASE)
_URL_DATE: Final = re.compile(r"(20\d\d)[-/](\d\d)[-/](\d\d)")
_TOP: Final = """\
# A draft: it proposes and asserts nothing. What stands before each 'check' comment is a guess of a program: correct or
# delete it, then remove the comment. It is a record once none is left.
"""


_FULL_NAME: Final = re.compile(r"\b[A-ZА-ЯІЇЄҐ][\w'’-]+(?:[ ]+[A-ZА-ЯІЇЄҐ][\w'’-]+)+")
"""Two or more words in a row that begin with a capital letter: a name, or a post and a name."""


def draft(
    url: str, article: Path, names: Names, base: str = terms.DEFAULT_BASE, published: date | None = None
) -> str:
    """The draft of a record: the head, and what the text seems to say, marked. RecordError where there is nothing to read."""
    text = read_text(article)
    if not text.strip():
        raise RecordError([Diagnostic(str(article), 0, "holds no text: give the article as plain text")])
    if not re.fullmatch(r"https?://[^\s<>\"]+", url):
        raise RecordError([Diagnostic(url, 0, "is no web address that begins with https:// or http://")])
    return _Draft(url, text, names, base, published).whole()


class _Draft:
    def __init__(self, url: str, text: str, names: Names, base: str, published: date | None) -> None:
        self.url = url
        self.text = text
        self.names = names
        self.base = base
        self.host = (urlsplit(url).hostname or "").removeprefix("www.")
        self.published = published.isoformat() if published else self._day()
        self.language = "uk" if _UKRAINIAN.search(text) else "ru" if _CYRILLIC.search(text) else "en"

    def whole(self) -> str:
        """The whole file."""
        statements: list[str] = []
        claims: list[str] = []
        heading = self.text.find("\n")
        for number, place in enumerate(mentions.sentences(self.text), 1):
            if place.end <= heading:
                continue
            told = list(self._statement(place, number))
            figures = list(self._figures(place, number))
            if told:
                statements += told
                statements += ["    asserts:", *(f"    {line}" for line in figures)] if figures else []
            else:
                claims += figures
        out = [_TOP, *self._head(), "", *self._mentioned()]
        for section, lines in (("statements", statements), ("claims", claims)):
            out += ["", f"{section}:", *lines] if lines else []
        return "\n".join(out) + "\n"

    def _day(self) -> str:
        found = _URL_DATE.search(self.url)
        return "-".join(found.groups()) if found else ""

    def _publisher(self) -> str | None:
        """The actor whose name, written in one, begins the address."""
        hosts = {"".join(words(self.host.split(".")[0]))}
        for iri, own in self.names.items():
            if "/actor/" in iri and any("".join(words(name)) in hosts for name in own):
                return self._local(iri)
        return None

    def _head(self) -> Iterator[str]:
        publisher = self._publisher()
        slug = (publisher or self.host).rpartition("/")[2].replace(".", "-").lower()
        document = f"document/{slug}" + (f"-{self.published}" if self.published else "")
        headline = self.text.partition("\n")[0].strip("\ufeff \t\r\n")
        sha256 = digest(self.text)
        yield f"id: {document}/{sha256[:8]}"
        yield "type: DocumentVersion"
        yield "versionOf:"
        yield f"  id: {document}"
        yield "  type: Document"
        yield f"  label: {{en: {quoted(headline)}}}  {CHECK} say in your own words what the document is"
        yield f"  url: {self.url}"
        yield f"  publisher: {publisher or 'actor/' + slug}  {CHECK} " + (
            "by the address" if publisher else "described nowhere yet"
        )
        yield f"  language: {self.language}"
        yield f"headline: {{{self.language}: {quoted(headline)}}}  {CHECK} the first line of the text"
        yield f"published: {self.published or date.today().isoformat()}  {CHECK} " + (
            "by the address or as given" if self.published else "the day is not known"
        )
        yield "readAs: FullText"
        yield f"sha256: {sha256}"
        yield f"characters: {len(self.text)}"

    def _mentioned(self) -> Iterator[str]:
        found: dict[str, str] = {}
        for mention in mentions.mentioned(self.text, self.names, TextRange(0, len(self.text))):
            found.setdefault(self._local(mention.iri), self._words(mention.place))
        yield "# Names that are known, as the text first has them; the others need an entry in a reference file:"
        yield from (f"#   {iri}: {' '.join(name.split())}" for iri, name in sorted(found.items()))
        unknown = self._unknown()
        if unknown:
            yield "# Quoted, and described nowhere yet. Write them into a file under reference/, remove this draft and draft again, and what they say is proposed:"
            yield "# actors:"
        for name in unknown:
            slug = re.sub(r"[^a-z0-9]+", "-", anyascii(name).lower()).strip("-")
            kind = "Institution" if mentions.is_body(name) else "Person"
            yield f"#   - {{id: actor/{slug}, type: {kind}, label: {{{self.language}: {quoted(name)}}}}}"
        yield f"{CHECK} which event are the claims on? Describe it under 'events:' and share it: 'each: {{Claim: {{concerns: event/…}}}}'"

    def _unknown(self) -> list[str]:
        """The names, as the text first has them in full, of those who seem to be quoted and are called like nobody known."""
        found: dict[str, None] = {}
        for place in mentions.sentences(self.text):
            quotations = mentions.quotations(self.text, place)
            verbs = mentions.verbs(self.text, place)
            for match in _FULL_NAME.finditer(self.text, place.start, place.end):
                beside = any(0 <= verb.start - match.end() <= _BESIDE for verb in verbs)
                if not verbs or not (quotations or beside):
                    continue
                name = " ".join(match[0].split()[-2:])
                known = self.names.resolve(name, self.base + "actor/")
                if not known and not any(_inside(TextRange(*match.span()), one.place) for one in quotations):
                    found[name] = None
        return list(found)

    def _statement(self, place: TextRange, number: int) -> Iterator[str]:
        """A sentence with a verb of saying and somebody who may have said it, as a statement."""
        verbs = mentions.verbs(self.text, place)
        quotations = mentions.quotations(self.text, place)
        actors = [
            mention
            for mention in mentions.mentioned(self.text, self.names, place)
            # "Ukraine's Energy Ministry said": not Ukraine did.
            if "/actor/" in mention.iri
            and not self._words(mention.place).endswith(("'s", "’s"))
            and not any(_inside(mention.place, quotation.place) for quotation in quotations)
        ]
        if not verbs or not actors:
            return
        verb, speaker = min(
            ((verb, actor) for verb in verbs for actor in actors if actor.place.start < verb.start),
            key=lambda pair: pair[0].start - pair[1].place.end,
            default=(verbs[0], actors[0]),
        )
        if not quotations and not -40 <= verb.start - speaker.place.end <= 40:
            return
        local = self._local(speaker.iri)
        yield f"  - id: statement/{local.rpartition('/')[2]}-{self.published or 'undated'}-{number}"
        yield f"    speaker: {local}  {CHECK} who says it? The text has {self._words(speaker.place)!r} before the verb"
        day = (
            mentions.day(self.text, TextRange(verb.start, place.end), int(self.published[:4]))
            if self.published
            else None
        )
        if day:
            yield f"    saidOn: {day}  {CHECK} the day, by the sentence"
        yield "    rendering:"
        said = quoted(self._words(verb))
        for quotation in quotations:
            whole = len(self._words(quotation.place).split()) >= _WHOLE
            rendering = {
                "mode": "Direct" if whole else "Partial",
                "text": f"{{{self.language}: {quoted(self._words(quotation.place))}}}",
            }
            yield f"      - {self._flow(rendering, said, quotation.place)}  {CHECK} whose words, and whole or in part?"
        if not quotations:
            words_ = TextRange(min(speaker.place.start, verb.start), max(speaker.place.end, verb.end))
            yield f"      - {self._flow({}, said, words_)}  {CHECK} what is said?"

    def _flow(self, rendering: dict[str, str], said: str, place: TextRange) -> str:
        parts = [f"{key}: {value}" for key, value in rendering.items()]
        return (
            "{"
            + ", ".join(
                [*parts, f"reportingVerb: {{{self.language}: {said}}}", f"evidence: [{self._excerpt(place)}]"]
            )
            + "}"
        )

    def _figures(self, place: TextRange, number: int) -> Iterator[str]:
        for index, figure in enumerate(mentions.figures(self.text, self.names, place), 1):
            yield f"  - id: claim/{self._slug()}-{number}-{index}"
            yield f"    measure: {figure.measure}  {CHECK} what is counted?"
            yield from (f"    {key}: {value}" for key, value in figure.bounds.items())
            if figure.weapon:
                yield f"    weapon: {self._local(figure.weapon)}"
            yield f"    evidence: [{self._excerpt(figure.place)}]"

    def _slug(self) -> str:
        return f"{self.host.split('.')[0].lower()}-{self.published}".strip("-")

    def _excerpt(self, place: TextRange) -> str:
        return f"{{start: {place.start}, end: {place.end}, exact: {quoted(self._words(place))}}}"

    def _words(self, place: TextRange) -> str:
        return self.text[place.start : place.end]

    def _local(self, iri: str) -> str:
        return iri.removeprefix(self.base)


def _inside(one: TextRange, other: TextRange) -> bool:
    return other.start <= one.start < other.end
