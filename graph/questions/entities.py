"""Documents and their versions, events, actors and their posts."""

from __future__ import annotations

from onrecord.graph.questions import attributes
from onrecord.graph.questions.attributes import Thing
from onrecord.graph.questions.loader import Name


class Document(Thing):
    """Something published: an article, a report, a data set."""

    url = attributes.text("url")
    publisher = attributes.first_name("publisher")
    language = attributes.text("language")
    _versions = attributes.linking(lambda: Version, "versionOf")

    @property
    def versions(self) -> list[Version]:
        """Those that were read, the latest first."""
        return sorted(
            self._versions, key=lambda version: (version.published or "", version.iri), reverse=True
        )


class Version(Thing):
    """One text of a document, as it was read. `published` is a date or moment, `day` a date; `characters` its length."""

    document = attributes.first_linked(lambda: Document, "versionOf")
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
    characters = attributes.number("characters")
    revises = attributes.names("revises")

    @property
    def source(self) -> Name:
        """What to call the source: its publisher where one is known, else the document, else the version."""
        document = self.document
        return self.name if document is None else document.publisher or document.name


class Event(Thing):
    """Something that happened, held by what identifies it; `begin` and `end` are moments that bound when."""

    begin = attributes.text("begin")
    end = attributes.text("end")
    precision = attributes.first_name("datePrecision")
    places = attributes.linked(lambda: Place, "place")
    perpetrators = attributes.names("perpetrator")
    targets = attributes.names("target")
    weapons = attributes.names("weapon")
    part_of = attributes.names("partOf")
    near = attributes.names("near")
    alleged_by = attributes.names("allegedBy")
    launched_from = attributes.names("launchedFrom")
    carriers = attributes.names("carrier")
    grade = attributes.first_name("grade")


class Place(Thing):
    """Where something is: `latitude` and `longitude` in degrees, as text, of a point that stands for it."""

    latitude = attributes.text("latitude")
    longitude = attributes.text("longitude")


class Tenure(Thing):
    """A person in a post, from a date `since` to a date `until`."""

    posts = attributes.texts("post")
    holder = attributes.first_name("holder")
    institution = attributes.first_name("institution")
    since = attributes.text("from")
    until = attributes.text("until")


class Actor(Thing):
    """A person, an institution, a state, a group."""

    labels = attributes.texts("rdfs:label")
    other_names = attributes.texts("skos:altLabel")
    same_as = attributes.iris("owl:sameAs")
    unit_of = attributes.names("unitOf")
