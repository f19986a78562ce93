"""Documents and their versions, events, actors and their posts."""

from __future__ import annotations

from typing import Final

from onrecord.graph import attributes, terms
from onrecord.graph.attributes import Attribute, Name
from onrecord.graph.questions.things import fetched
from onrecord.graph.questions.things.fetched import Fetched

_SAME: Final = terms.PREFIXES["owl"] + "sameAs"


class Document(Fetched):
    """Something published: an article, a report, a data set."""

    url = attributes.text("url")
    publisher = attributes.first_name("publisher")
    language = attributes.text("language")
    _versions = fetched.linking(lambda: Version, "versionOf")

    @property
    def versions(self) -> list[Version]:
        """Those that were read, the latest first."""
        return sorted(
            self._versions, key=lambda version: (version.published or "", version.iri), reverse=True
        )


class Version(Fetched):
    """One text of a document, as it was read. `published` is a date or moment, `day` a date; `characters` its length."""

    document = fetched.first_linked(lambda: Document, "versionOf")
    headlines = attributes.texts("headline")
    url = attributes.text("url")
    published = attributes.text("published", "publishedAt")
    day = attributes.text("published")
    published_at = attributes.text("publishedAt")
    read_as = attributes.first_name("readAs")
    read_in = attributes.first_name("readIn")
    row_key = attributes.text("rowKey")
    retrieved = attributes.text("retrieved")
    sha256 = attributes.text("sha256")
    text_licence = attributes.text("textLicence")
    characters = attributes.number("characters")
    revises = attributes.names("revises")

    @property
    def source(self) -> Name:
        """What to call the source: its publisher where one is known, else the document, else the version."""
        document = self.document
        return self.name if document is None else document.publisher or document.name


class Event(Fetched):
    """Something that happened, held by what identifies it; `begin` and `end` are moments that bound when."""

    begin = attributes.text("begin")
    end = attributes.text("end")
    precision = attributes.first_name("datePrecision")
    places = fetched.linked(lambda: Place, "place")
    perpetrators = attributes.names("perpetrator")
    targets = attributes.names("target")
    weapons = attributes.names("weapon")
    part_of = attributes.names("partOf")
    near = attributes.names("near")
    alleged_by = attributes.names("allegedBy")
    launched_from = attributes.names("launchedFrom")
    carriers = attributes.names("carrier")
    grade = attributes.first_name("grade")


class Place(Fetched):
    """Where something is: `latitude` and `longitude` in degrees, as text, of a point that stands for it."""

    latitude = attributes.text("latitude")
    longitude = attributes.text("longitude")


class Tenure(Fetched):
    """A person in a post, from a date `since` to a date `until`."""

    posts = attributes.texts("post")
    holder = attributes.first_name("holder")
    institution = attributes.first_name("institution")
    since = attributes.text("from")
    until = attributes.text("until")


class Actor(Fetched):
    """A person, an institution, a state, a group."""

    labels = attributes.texts("rdfs:label")
    other_names = attributes.texts("skos:altLabel")
    _same_as = attributes.iris("owl:sameAs")
    # Who says of this one that it is the same as another thing of this graph, or a different one.
    identities = fetched.linking(lambda: Identity, "rdf:subject", "rdf:object")
    unit_of = attributes.names("unitOf")

    @property
    def same_as(self) -> list[str]:
        """What it is called elsewhere, as IRIs."""
        return [iri for iri in self._same_as if not self.facts.iris(iri, "mergedAs")]

    @property
    def merged(self) -> list[Name]:
        """The other things of this graph that are the same, in any number of steps."""
        return [self.facts.name(iri) for iri in self._same_as if self.facts.iris(iri, "mergedAs")]


class Identity(Fetched):
    """A statement that two things are the same, or not: who makes it, on which day, and on what ground."""

    things = attributes.names("rdf:subject")
    others = attributes.names("rdf:object")
    is_same = Attribute(lambda identity: _SAME in identity.facts.iris(identity.iri, "rdf:predicate"))
    stated_by = attributes.names("assessedBy")
    stated_on = attributes.text("assessedOn")
    basis = attributes.names("basis")
