"""What stands on the shelf, by kind: documents and their versions, events, actors and their posts.

Thin: each asks its shelf when asked. Nothing is merged, rounded or picked here; where a source leaves something
open, the property says None or gives all there is.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Literal

from onrecord.graph import terms
from onrecord.graph.questions.shelf import Name, Shelf


class Thing:
    """Anything with an IRI."""

    def __init__(self, shelf: Shelf, iri: str) -> None:
        self._shelf = shelf
        self.iri = iri

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Thing) and other.iri == self.iri

    def __hash__(self) -> int:
        return hash(self.iri)

    @property
    def name(self) -> Name:
        """What to call it."""
        return self._shelf.name(self.iri)

    @property
    def notes(self) -> list[Literal]:
        """What its editors remark on it."""
        return self._shelf.texts(self.iri, "note")

    @property
    def types(self) -> list[Name]:
        """The classes it is stated to be of."""
        return self._names("rdf:type")

    def is_a(self, kind: str) -> bool:
        """Whether it is stated to be of this class, by its short name."""
        return terms.REC + kind in self._shelf.iris(self.iri, "rdf:type")

    def _one(self, name: str) -> Literal | None:
        return next(iter(self._shelf.texts(self.iri, name)), None)

    def _text(self, name: str) -> str | None:
        value = self._one(name)
        return None if value is None else value.value

    def _number(self, name: str) -> int | None:
        text = self._text(name)
        return None if text is None else int(text)

    def _names(self, name: str) -> list[Name]:
        return [self._shelf.name(iri) for iri in self._shelf.iris(self.iri, name)]

    def _name(self, name: str) -> Name | None:
        return next(iter(self._names(name)), None)


class Document(Thing):
    """Something published: an article, a report, a data set."""

    @property
    def url(self) -> str | None:
        return self._text("url")

    @property
    def publisher(self) -> Name | None:
        return self._name("publisher")

    @property
    def language(self) -> str | None:
        return self._text("language")

    @property
    def versions(self) -> list[Version]:
        """Those that were read, the latest first."""
        found = [Version(self._shelf, iri) for iri in self._shelf.follow_back([self.iri], "versionOf")]
        return sorted(found, key=lambda version: (version.published or "", version.iri), reverse=True)


class Version(Thing):
    """One text of a document, as it was read."""

    @property
    def document(self) -> Document | None:
        return next((Document(self._shelf, iri) for iri in self._shelf.iris(self.iri, "versionOf")), None)

    @property
    def source(self) -> Name:
        """What to call the source: its publisher where one is known, else the document, else the version."""
        document = self.document
        return self.name if document is None else document.publisher or document.name

    @property
    def headlines(self) -> list[Literal]:
        return self._shelf.texts(self.iri, "headline")

    @property
    def published(self) -> str | None:
        return self._text("published")

    @property
    def retrieved(self) -> str | None:
        return self._text("retrieved")

    @property
    def sha256(self) -> str | None:
        return self._text("sha256")

    @property
    def characters(self) -> int | None:
        return self._number("characters")

    @property
    def revises(self) -> list[Name]:
        return self._names("revises")


class Event(Thing):
    """Something that happened, held by what identifies it."""

    @property
    def begin(self) -> str | None:
        return self._text("begin")

    @property
    def end(self) -> str | None:
        return self._text("end")

    @property
    def precision(self) -> Name | None:
        return self._name("datePrecision")

    @property
    def places(self) -> list[Name]:
        return self._names("place")

    @property
    def perpetrators(self) -> list[Name]:
        return self._names("perpetrator")

    @property
    def targets(self) -> list[Name]:
        return self._names("target")

    @property
    def weapons(self) -> list[Name]:
        return self._names("weapon")

    @property
    def part_of(self) -> list[Name]:
        return self._names("partOf")


class Tenure(Thing):
    """A person in a post."""

    @property
    def posts(self) -> list[Literal]:
        return self._shelf.texts(self.iri, "post")

    @property
    def institution(self) -> Name | None:
        return self._name("institution")

    @property
    def since(self) -> str | None:
        return self._text("from")

    @property
    def until(self) -> str | None:
        return self._text("until")


class Actor(Thing):
    """A person, an institution, a state, a group."""

    @property
    def labels(self) -> list[Literal]:
        return self._shelf.texts(self.iri, "rdfs:label")

    @property
    def other_names(self) -> list[Literal]:
        return self._shelf.texts(self.iri, "skos:altLabel")

    @property
    def same_as(self) -> list[str]:
        return self._shelf.iris(self.iri, "owl:sameAs")

    @property
    def unit_of(self) -> list[Name]:
        return self._names("unitOf")

    @property
    def tenures(self) -> list[Tenure]:
        """Posts held, the latest first."""
        held = self._shelf.follow_back([self.iri], "holder")
        return self._in_order(iri for iri in held if self._shelf.iris(iri, "institution"))

    @property
    def posts_filled(self) -> list[tuple[Name, Tenure]]:
        """Who held a post in this institution, the latest first."""
        tenures = self._in_order(self._shelf.follow_back([self.iri], "institution"))
        return [
            (self._shelf.name(holder), tenure)
            for tenure in tenures
            for holder in self._shelf.iris(tenure.iri, "holder")
        ]

    def _in_order(self, iris: Iterable[str]) -> list[Tenure]:
        found = [Tenure(self._shelf, iri) for iri in iris]
        return sorted(found, key=lambda tenure: tenure.since or "", reverse=True)
