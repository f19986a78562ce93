"""An invented strike whose toll is told by several sources, with the standings worked out by hand."""

from __future__ import annotations

from onrecord.graph import terms

BASE = terms.DEFAULT_BASE
STRIKE = BASE + "event/strike"


def claim(name: str) -> str:
    """The IRI of a claim on the strike."""
    return f"{BASE}claim/{name}"


# mayor-1, mayor-2: what one mayor said in the morning, told by two papers. rescue-1: an early count of the rescue service
# by its spokesman, superseded by rescue-2, by the service itself. police: retracted. paper: refuted. part: of a part.
TOLL = f"""
@base <{BASE}> . @prefix rec: <ns#> . @prefix rdfs: <{terms.PREFIXES["rdfs"]}> . @prefix xsd: <{terms.PREFIXES["xsd"]}> .
@prefix rdf: <{terms.PREFIXES["rdf"]}> .
GRAPH <graph/vocabulary> {{
  rec:killed rec:countKind rec:Cumulative .
}}
GRAPH <graph/reference> {{
  <actor/mayor> a rec:Person ; rdfs:label "The mayor"@en .
  <actor/rescue> a rec:Institution ; rdfs:label "The rescue service"@en .
  <actor/spokesman> a rec:Person ; rdfs:label "The spokesman"@en .
  <actor/police> a rec:Institution ; rdfs:label "The police"@en .
  <actor/daily> a rec:NewsOutlet ; rdfs:label "The Daily"@en .
  <tenure/spokesman> a rec:Tenure ; rec:holder <actor/spokesman> ; rec:institution <actor/rescue> .
  <event/strike> a rec:Strike ; rdfs:label "The strike"@en ; rec:place <place/city> .
  <event/hit> a rec:Strike ; rdfs:label "A hit"@en ; rec:partOf <event/strike> .
  <event/other> a rec:Strike ; rdfs:label "Another strike"@en .
}}
GRAPH <document/daily/1> {{
  <document/daily> a rec:Document ; rec:publisher <actor/daily> .
  <document/daily/1> a rec:DocumentVersion ; rec:versionOf <document/daily> ; rec:published "2025-08-28"^^xsd:date ;
    rec:publishedAt "2025-08-28T09:30:00Z"^^xsd:dateTime .
  <statement/mayor-1> a rec:Statement ; rdfs:label "The mayor, told by the Daily"@en ; rec:speaker <actor/mayor> ; rec:saidOn "2025-08-28"^^xsd:date ;
    rec:about <event/strike> ; rec:asserts <claim/mayor-1> ; rec:rendering <rendering/mayor-1> .
  <rendering/mayor-1> a rec:Rendering ; rec:mode rec:Direct ; rec:text "At least eight"@en ; rec:reportingVerb "said"@en ; rec:reportedIn <document/daily/1> .
  <claim/mayor-1> a rec:QuantityClaim ; rdfs:label "At least eight killed"@en ; rec:claimant <actor/mayor> ; rec:stance rec:Asserts ;
    rec:concerns <event/strike> ; rec:measure rec:killed ; rec:atLeast 8 ; rec:asOfFrom "2025-08-28T06:00:00Z"^^xsd:dateTime ;
    rec:asOfUntil "2025-08-28T09:00:00Z"^^xsd:dateTime ; rec:evidence <document/daily/1#x> .
  <document/daily/1#x> a rec:Excerpt ; rec:ofVersion <document/daily/1> ; rec:exact "at least eight" .
  <claim/paper> a rec:QuantityClaim ; rdfs:label "Ninety killed"@en ; rec:claimant <actor/daily> ; rec:stance rec:Asserts ;
    rec:concerns <event/strike> ; rec:measure rec:killed ; rec:atLeast 90 ; rec:atMost 90 ; rec:assertedBy <document/daily/1> ; rec:evidence <document/daily/1#y> .
  <document/daily/1#y> a rec:Excerpt ; rec:ofVersion <document/daily/1> ; rec:exact "ninety" .
  <claim/part> a rec:QuantityClaim ; rdfs:label "Three killed by the hit"@en ; rec:claimant <actor/daily> ; rec:stance rec:Asserts ;
    rec:concerns <event/hit> ; rec:measure rec:killed ; rec:atLeast 3 ; rec:atMost 3 ; rec:assertedBy <document/daily/1> ; rec:evidence <document/daily/1#z> .
  <document/daily/1#z> a rec:Excerpt ; rec:ofVersion <document/daily/1> ; rec:exact "three" .
  <claim/other> a rec:QuantityClaim ; rdfs:label "Thirty killed elsewhere"@en ; rec:claimant <actor/daily> ; rec:stance rec:Asserts ;
    rec:concerns <event/other> ; rec:measure rec:killed ; rec:atLeast 30 ; rec:assertedBy <document/daily/1> ; rec:evidence <document/daily/1#z> .
  <claim/injured> a rec:QuantityClaim ; rdfs:label "About 50 injured"@en ; rec:claimant <actor/daily> ; rec:stance rec:Asserts ;
    rec:concerns <event/strike> ; rec:measure rec:injured ; rec:estimate 50 ; rec:assertedBy <document/daily/1> ; rec:evidence <document/daily/1#z> .
}}
GRAPH <document/weekly/1> {{
  <document/weekly> a rec:Document .
  <document/weekly/1> a rec:DocumentVersion ; rec:versionOf <document/weekly> ; rec:published "2025-08-29"^^xsd:date .
  <statement/mayor-2> a rec:Statement ; rec:speaker <actor/mayor> ; rec:asserts <claim/mayor-2> ; rec:rendering <rendering/mayor-2> .
  <rendering/mayor-2> a rec:Rendering ; rec:mode rec:Indirect ; rec:reportedIn <document/weekly/1> .
  <claim/mayor-2> a rec:QuantityClaim ; rdfs:label "No fewer than eight killed"@en ; rec:claimant <actor/mayor> ; rec:stance rec:Asserts ;
    rec:concerns <event/strike> ; rec:measure rec:killed ; rec:atLeast 8 ; rec:asOfFrom "2025-08-28T06:00:00Z"^^xsd:dateTime ;
    rec:asOfUntil "2025-08-28T09:00:00Z"^^xsd:dateTime ; rec:evidence <document/weekly/1#x> .
  <document/weekly/1#x> a rec:Excerpt ; rec:ofVersion <document/weekly/1> ; rec:exact "no fewer than eight" .
  <statement/rescue-1> a rec:Statement ; rec:speaker <actor/spokesman> ; rec:speakingAs <tenure/spokesman> ;
    rec:saidAt "2025-08-28T10:00:00Z"^^xsd:dateTime ; rec:saidOn "2025-08-28"^^xsd:date ; rec:asserts <claim/rescue-1> .
  <claim/rescue-1> a rec:QuantityClaim ; rdfs:label "Twelve killed"@en ; rec:claimant <actor/spokesman> ; rec:stance rec:Asserts ;
    rec:concerns <event/strike> ; rec:measure rec:killed ; rec:atLeast 12 ; rec:atMost 12 ; rec:asOfUntil "2025-08-28T10:00:00Z"^^xsd:dateTime ; rec:evidence <document/weekly/1#y> .
  <document/weekly/1#y> a rec:Excerpt ; rec:ofVersion <document/weekly/1> ; rec:exact "twelve" .
  <statement/rescue-2> a rec:Statement ; rec:speaker <actor/rescue> ; rec:saidOn "2025-08-29"^^xsd:date ; rec:asserts <claim/rescue-2> .
  <claim/rescue-2> a rec:QuantityClaim ; rdfs:label "25 killed"@en ; rec:claimant <actor/rescue> ; rec:stance rec:Asserts ; rec:supersedes <claim/rescue-1> ;
    rec:concerns <event/strike> ; rec:measure rec:killed ; rec:atLeast 25 ; rec:atMost 25 ; rec:asOfFrom "2025-08-29T06:00:00Z"^^xsd:dateTime ;
    rec:asOfUntil "2025-08-29T16:00:00Z"^^xsd:dateTime ; rec:evidence <document/weekly/1#z> .
  <document/weekly/1#z> a rec:Excerpt ; rec:ofVersion <document/weekly/1> ; rec:exact "25" .
  <statement/police> a rec:Statement ; rec:speaker <actor/police> ; rec:saidOn "2025-08-28"^^xsd:date ; rec:asserts <claim/police> .
  <claim/police> a rec:QuantityClaim ; rdfs:label "40 killed"@en ; rec:claimant <actor/police> ; rec:stance rec:Asserts ;
    rec:concerns <event/strike> ; rec:measure rec:killed ; rec:atLeast 40 ; rec:evidence <document/weekly/1#z> .
}}
GRAPH <graph/assessments> {{
  <assessment/paper> a rec:Assessment ; rdfs:label "Refuted"@en ; rec:assesses <claim/paper> ; rec:verdict rec:refuted ; rec:basis <document/weekly/1> .
}}
GRAPH <graph/derived> {{
  <claim/mayor-1> rec:standing rec:Stands . <claim/mayor-2> rec:standing rec:Stands . <claim/part> rec:standing rec:Stands .
  <claim/rescue-2> rec:standing rec:Contested ; rec:contradicts <claim/paper>, <claim/mayor-1> . <claim/other> rec:standing rec:Stands .
  <claim/mayor-1> rec:contradicts <claim/rescue-2> ; rec:standingReason "None."@en . <claim/injured> rec:standing rec:Stands .
  <claim/paper> rec:standing rec:Refuted ; rec:standingRestsOn <assessment/paper> ; rec:standingReason "An assessment found it wrong."@en ; rec:contradicts <claim/rescue-2> .
  <claim/rescue-1> rec:standing rec:Superseded . <claim/police> rec:standing rec:Retracted .
  <relation/one> a rec:ClaimRelation ; rdf:subject <claim/mayor-1> ; rdf:predicate rec:contradicts ; rdf:object <claim/rescue-2> ; rec:derivedBy <rule/r> .
}}
"""
