"""What one voice denied and then asserted: the page on each of the two claims leads to the other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from tests.harness.graphs.trig import quads, settings_of

from onrecord.api import create_app
from onrecord.graph import terms
from onrecord.graph.changes import ChangeSet
from onrecord.graph.ledger import Ledger

BASE = terms.DEFAULT_BASE


def made(name: str, who: str, day: str, stance: str, more: str) -> str:
    return (
        f'<statement/{name}> a rec:Statement ; rdfs:label "{name}"@en ; rec:speaker <actor/{who}> ; rec:saidOn "{day}"^^xsd:date ; '
        f"rec:asserts <claim/{name}> . "
        f'<claim/{name}> a rec:TargetClaim ; rdfs:label "{name}"@en ; rec:claimant <actor/{who}> ; rec:stance rec:{stance} ; '
        f"rec:concerns <event/strike> ; {more} . "
    )


SCHOOL = "rec:targetKind rec:school ; rec:targetRole rec:hit"
GRAPH = f"""
@base <{BASE}> . @prefix rec: <ns#> . @prefix rdfs: <{terms.PREFIXES["rdfs"]}> . @prefix xsd: <{terms.PREFIXES["xsd"]}> .
GRAPH <document/daily/a> {{
  <event/strike> a rec:Strike ; rdfs:label "Strike"@en .
  <actor/office> a rec:GovernmentBody ; rdfs:label "Office"@en . <actor/person> a rec:Person ; rdfs:label "Person"@en .
  <actor/other> a rec:Person ; rdfs:label "Other"@en .
  <tenure/t> a rec:Tenure ; rec:holder <actor/person> ; rec:institution <actor/office> .
  {made("denied", "office", "2025-08-28", "Denies", SCHOOL)}
  {made("admitted", "person", "2025-08-30", "Asserts", SCHOOL)}
  {made("elsewhere", "other", "2025-08-29", "Asserts", SCHOOL)}
  {made("aimed", "office", "2025-08-29", "Asserts", "rec:targetKind rec:school ; rec:targetRole rec:aimedAt")}
  {made("again", "office", "2025-08-29", "Denies", SCHOOL)}
}}
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    settings = settings_of(tmp_path_factory.mktemp("otherwise"))
    with Ledger.open(settings, _gate=False) as ledger:
        ledger.commit(ChangeSet(added=quads(GRAPH)), message="test", author="tests", derive=True)
        yield create_app(ledger, settings).test_client()


@pytest.mark.parametrize(
    ("claim", "others", "days"),
    [
        ("denied", {"admitted"}, ["30 August 2025"]),
        ("admitted", {"denied", "again"}, ["28 August 2025", "29 August 2025"]),
        ("elsewhere", set(), []),
        ("aimed", set(), []),
    ],
)
def test_a_claim_leads_to_what_the_same_voice_said_otherwise(
    client: FlaskClient, claim: str, others: set[str], days: list[str]
) -> None:
    page = client.get(f"/claim/{claim}.html").text
    begin = page.find("The same voice has said otherwise")
    section = page[begin : page.index("</section>", begin)] if begin >= 0 else ""
    assert {
        name
        for name in ("denied", "admitted", "elsewhere", "aimed", "again")
        if f"/claim/{name}.html" in section
    } == others
    assert all(day in section for day in days)
