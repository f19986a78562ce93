"""The application over the seeds, a ledger that fails on demand, and one full of attempts at the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from tests.harness.graphs.trig import quads

from onrecord.api import create_app
from onrecord.graph.changes import ChangeSet
from onrecord.graph.disputes import derivation
from onrecord.graph.ledger import Ledger
from onrecord.graph.settings import Settings


@pytest.fixture(scope="session")
def app(seeded: Ledger) -> Flask:
    """The application over the seeds."""
    return create_app(seeded, Settings())


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Sends requests to the application over the seeds."""
    return app.test_client()


class Failing:
    """A ledger whose every answer is the same error."""

    version = 7

    def __init__(self, error: Exception) -> None:
        self._error = error

    def commit_id(self, version: int) -> str:
        return f"urn:uuid:{version}"

    def query(self, *_: Any, **__: Any) -> Any:
        raise self._error

    rows = export = table = query

    def about(self) -> dict[str, Any]:
        return {"waiting": 0}


@pytest.fixture
def failing() -> Callable[[Exception], FlaskClient]:
    """A client of an application over a ledger that raises this error."""

    def over(error: Exception) -> FlaskClient:
        ledger: Any = Failing(error)
        return create_app(ledger, Settings()).test_client()

    return over


SCRIPT = "<script>alert('x')</script>\"onmouseover=alert(1)//"


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger whose every literal is an attempt at a page, and whose addresses are scripts."""
    settings = Settings(data=tmp_path_factory.mktemp("hostile"), query_seconds=120)
    stated = quads(HOSTILE)
    with Ledger.open(settings, _gate=False) as ledger:
        ledger.commit(ChangeSet(added=stated | derivation.derive(stated)), message="hostile", author="test")
        yield ledger


_TEXT = '"' + SCRIPT.replace('"', '\\"') + '"'
HOSTILE = f"""
@base <https://w3id.org/onrecord/> . @prefix rec: <ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
GRAPH <graph/vocabulary> {{
  rec:Person rdfs:subClassOf rec:Actor ; rdfs:label {_TEXT}@en ; a owl:Class ; rdfs:comment {_TEXT}@en .
  rec:Strike rdfs:subClassOf rec:Event . rec:QuantityClaim rdfs:subClassOf rec:Claim .
  rec:PropertyClaim rdfs:subClassOf rec:Claim .
}}
GRAPH <document/d/v> {{
  <document/d> a rec:Document ; rdfs:label {_TEXT}@en ; rec:url "javascript:alert(1)"^^xsd:anyURI ;
    rec:publisher <actor/a> ; rec:language "en" ; rec:note {_TEXT}@en .
  <document/d/v> a rec:DocumentVersion ; rec:versionOf <document/d> ; rec:headline {_TEXT}@en ;
    rec:sha256 {_TEXT} ; rec:published {_TEXT} ; rec:publishedAt {_TEXT} ; rec:rowKey {_TEXT} ; rec:readAs <actor/a> ; rec:note {_TEXT}@en .
  <actor/a> a rec:Person ; rdfs:label {_TEXT}@en , {_TEXT}@uk ; skos:altLabel {_TEXT} ;
    owl:sameAs <javascript:alert(1)> ; rec:note {_TEXT}@en .
  <actor/b> a rec:Person ; rdfs:label {_TEXT}@en .
  <tenure/t> rec:holder <actor/a> ; rec:institution <actor/a> ; rec:post {_TEXT}@en ; rdfs:label {_TEXT} .
  <event/e> a rec:Strike ; rdfs:label {_TEXT}@en ; rec:begin "2025-08-28T00:00:00Z"^^xsd:dateTime ;
    rec:end "2025-08-28T23:59:59Z"^^xsd:dateTime ; rec:perpetrator <javascript:alert(2)> ; rec:place <actor/a> .
  <statement/s> a rec:Statement ; rdfs:label {_TEXT}@en ; rec:speaker <actor/a> ; rec:saidOn {_TEXT} ;
    rec:about <event/e> , <actor/b> ; rec:note {_TEXT} ; rec:rendering <statement/s/r> ; rec:asserts <claim/c> .
  <statement/s/r> rec:mode rec:Direct ; rec:text {_TEXT}@en ; rec:reportingVerb {_TEXT}@en ;
    rec:reportedIn <document/d/v> ; rec:relay <document/d/relay> ; rec:describedAs {_TEXT}@en ; rec:channel <actor/a> ;
    rec:evidence <document/d/v#x> ; rec:note {_TEXT} .
  <document/d/relay> rec:by <actor/a> ; rec:position {_TEXT} .
  <document/d/v#x> rec:ofVersion <document/d/v> ; rec:exact {_TEXT} ; rec:prefix {_TEXT} ; rec:suffix {_TEXT} ;
    rec:start 1 ; rec:end 3 .
  <claim/c> a rec:QuantityClaim ; rdfs:label {_TEXT}@en ; rec:claimant <actor/a> ; rec:concerns <event/e> ;
    rec:measure <actor/a> ; rec:atLeast 3 ; rec:asOfFrom {_TEXT} ; rec:asOfUntil {_TEXT} ; rec:evidence <document/d/v#x> ; rec:contradicts <claim/o> .
  <claim/o> a rec:PropertyClaim ; rdfs:label {_TEXT}@en ; rec:claimant <actor/a> ; rec:subject <event/e> ;
    rec:predicate <actor/a> ; rec:value {_TEXT} ; rec:assertedBy <document/d/v> ; rec:evidence <document/d/v#x> .
}}
"""
